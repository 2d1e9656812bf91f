import { Hono } from "hono";
import { client, graphql } from "ponder";
import { db } from "ponder:api";
import schema from "ponder:schema";
import { Guard } from "./guard.ts";

const guard = new Guard(db);
const app = new Hono();

app.get("/index/health", async (c) => {
  const health = await guard.health();
  return c.json(health, health.status === "ok" ? 200 : 503);
});

app.use("*", async (c, next) => {
  const { status, code, message } = await guard.health();
  if (status === "ok") return next();
  return c.json({ errors: [{ message, extensions: { code } }] }, 503);
});

// Asked with GET, it would show a page that loads scripts of others.
app.get("/graphql", (c) => c.json({ errors: [{ message: "Queries are posted." }] }, 405));
app.use(
  "/graphql",
  graphql({ db, schema }, { maxOperationTokens: 2_000, maxOperationDepth: 8, maxOperationAliases: 30 }),
);
app.use("/sql/*", client({ db, schema }));

export default app;
