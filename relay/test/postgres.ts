import pg from "pg";
import { openPostgres } from "../../test/support/servers/postgres.ts";

/** A Postgres of its own, with as many databases as are asked for. */
export async function openDatabases() {
  const { url, close } = await openPostgres();
  let databases = 0;
  return {
    close,
    async database(): Promise<string> {
      const name = `relay_${++databases}`;
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      try {
        await client.query(`create database ${name}`);
      } finally {
        await client.end();
      }
      return new URL(`/${name}`, url).href;
    },
  };
}
