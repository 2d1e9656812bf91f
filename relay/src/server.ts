import cors from "@fastify/cors";
import rateLimit from "@fastify/rate-limit";
import swagger from "@fastify/swagger";
import { type Static, Type, type TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import fastify, { type FastifyError, type FastifyInstance } from "fastify";
import type { Address, Hash, Hex } from "viem";
import type { Follower } from "./Follower.ts";
import type { JournalCall } from "./journal.ts";
import type { Relay } from "./Relay.ts";
import { RelayError, type RelayErrorCode, STATUS_OF } from "./RelayError.ts";
import type { Settings } from "./settings.ts";
import { VERBS } from "./verbs.ts";

/** Bytes of a body: what nodes take as one transaction, in hex, and what stands around it. */
export const MAX_BODY = 2 ** 18 + 1_024;
/** Hex digits of a call's data, with its 0x. */
const MAX_DATA = 2 ** 18;

const bytes32 = Type.String({ pattern: "^0x[0-9a-fA-F]{64}$" });
const closed = { additionalProperties: false };

const CallBody = Type.Object(
  {
    chainId: Type.Integer({ minimum: 1, description: "The chain that the call is for." }),
    to: Type.String({ pattern: "^0x[0-9a-fA-F]{40}$", description: "Latchkey, or its forwarder." }),
    data: Type.String({
      ...{ pattern: "^0x[0-9a-fA-F]*$", maxLength: MAX_DATA },
      description: `One of ${VERBS.join(", ")}, with its signature.`,
    }),
    gas: Type.Optional(
      Type.String({ pattern: "^[0-9]{1,12}$", description: "Least gas that it must be given, in decimal digits." }),
    ),
  },
  { ...closed, $id: "Call" },
);

const CallAnswer = Type.Object(
  {
    digest: Type.String({
      description:
        "Names the call, however often it is posted: keccak256 of `to` and `data`, of what a key signed with its address in " +
        "place of its signature.",
    }),
    status: Type.Enum(["pending", "mined", "final", "failed"], {
      description:
        "pending: signed, and sent until it is mined; mined: in a block; final: as deep as the relay waits for; failed: " +
        "given up, and nothing of it can be mined.",
    }),
    hash: Type.String({ description: "The mined transaction, or the one that was signed last." }),
    nonce: Type.Integer({ description: "Of the transaction." }),
    verb: Type.String(),
    principal: Type.String(),
    key: Type.Optional(Type.String()),
    success: Type.Optional(Type.Boolean({ description: "Of the mined transaction." })),
    blockNumber: Type.Optional(Type.String({ description: "Decimal digits." })),
    blockHash: Type.Optional(Type.String()),
    reason: Type.Optional(Type.String({ description: "Why it reverted, or was given up." })),
    gwei: Type.Integer({ description: "What it may cost, and once it is mined, did." }),
    acceptedAt: Type.String({ description: "ISO 8601." }),
  },
  { ...closed, $id: "CallStatus" },
);

const ErrorAnswer = Type.Object(
  {
    code: Type.Enum(Object.keys(STATUS_OF) as RelayErrorCode[]),
    message: Type.String(),
    reason: Type.Optional(Type.String({ description: "Of CALL_REFUSED: the code of the client's error." })),
    data: Type.Optional(Type.String({ description: "The revert data of the chain." })),
  },
  { ...closed, $id: "Error" },
);

const HealthAnswer = Type.Object(
  {
    status: Type.Enum(["ok", "unavailable"]),
    chainId: Type.Integer(),
    latchkey: Type.String(),
    forwarder: Type.String(),
    sender: Type.String(),
    block: Type.Optional(Type.String()),
    balance: Type.Optional(Type.String({ description: "Wei of the sender." })),
    pending: Type.Integer({ description: "Calls that are accepted and not mined." }),
    oldestPendingSeconds: Type.Integer(),
    follows: Type.Boolean({ description: "Whether this instance follows what all of them have sent." }),
    trouble: Type.Optional(Type.String()),
  },
  { ...closed, $id: "Health" },
);

export interface ServerParts {
  relay: Relay;
  follower: Follower;
  settings: Pick<Settings, "origins" | "requestsPerMinute" | "maxInFlight" | "trustProxy">;
}

/** The service over HTTP. What it answers is described at `/openapi.json`. */
export async function openServer({ relay, follower, settings }: ServerParts): Promise<FastifyInstance> {
  const server = fastify({
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, allErrors: false } },
    // A URL that is given with a slash at its end.
    routerOptions: { ignoreDuplicateSlashes: true },
    bodyLimit: MAX_BODY,
    requestTimeout: 10_000,
    connectionTimeout: 30_000,
    forceCloseConnections: "idle",
    trustProxy: settings.trustProxy ?? false,
    // Bodies hold signatures: what is logged, is logged by name.
    logger: false,
  }).withTypeProvider<TypeBoxTypeProvider>();

  // JSON alone.
  server.removeContentTypeParser("text/plain");

  server.setErrorHandler((thrown: FastifyError | RelayError, _request, reply) => {
    const { error, retryAfter } = answerOf(thrown);
    if (error.code === "INTERNAL")
      relay.parts.log.error({ name: thrown.name, said: thrown.message }, "a request failed");
    if (retryAfter !== undefined && !reply.hasHeader("retry-after")) reply.header("retry-after", retryAfter);
    const { code, message, details } = error;
    return reply
      .code(STATUS_OF[code])
      .type("application/json")
      .send({ code, message, ...details });
  });
  server.setNotFoundHandler(() => {
    throw new RelayError("NOT_FOUND", "There is POST /calls, GET /calls/:digest, GET /health and GET /openapi.json.");
  });

  await server.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Latchkey relay",
        version: "0.1.0",
        description: "Sends and pays for what sessions of Latchkey and their principals only signed.",
      },
    },
    refResolver: { buildLocalReference: (json, _base, _fragment, i) => String(json.$id ?? `def-${i}`) },
  });
  for (const schema of [CallBody, CallAnswer, ErrorAnswer, HealthAnswer]) server.addSchema(schema);
  await server.register(cors, { origin: settings.origins === undefined ? "*" : [...settings.origins], maxAge: 86_400 });
  await server.register(rateLimit, {
    max: settings.requestsPerMinute,
    timeWindow: 60_000,
    allowList: (request) => request.url === "/health",
    errorResponseBuilder: (_request, { max }) =>
      new RelayError("TOO_MANY_REQUESTS", `One address may ask ${max} times a minute.`),
  });

  const refusals = Type.Ref("Error");
  let inFlight = 0;

  server.post(
    "/calls",
    {
      schema: {
        summary: "Hands a signed call in. Posted again, it is the same call and the same answer.",
        body: CallBody,
        response: { 200: CallAnswer, 202: CallAnswer, "4xx": refusals, "5xx": refusals },
      },
      onRequest: async () => {
        if (inFlight >= settings.maxInFlight) {
          throw new RelayError(
            "BUSY",
            `${inFlight} requests are being looked at, and at most ${settings.maxInFlight} may.`,
          );
        }
      },
    },
    async (request, reply) => {
      const { chainId, to, data, gas } = request.body as Static<typeof CallBody>;
      ++inFlight;
      try {
        const least = gas === undefined ? undefined : BigInt(gas);
        const { call, isNew } = await relay.accept({ chainId, to: to as Address, data: data as Hex, gas: least });
        return await reply.code(isNew ? 202 : 200).send(told(call));
      } finally {
        --inFlight;
      }
    },
  );

  server.get(
    "/calls/:digest",
    {
      schema: {
        summary: "What has become of a call.",
        params: Type.Object({ digest: bytes32 }, closed),
        response: { 200: CallAnswer, "4xx": refusals, "5xx": refusals },
      },
    },
    async (request) => {
      const { digest } = request.params as { digest: string };
      const call = await relay.parts.journal.find(digest.toLowerCase() as Hash);
      if (call === undefined) throw new RelayError("NOT_FOUND", `No call ${digest} was accepted.`);
      return told(call);
    },
  );

  server.get(
    "/health",
    {
      schema: {
        summary: "Whether calls are accepted now.",
        response: { 200: HealthAnswer, 503: HealthAnswer },
      },
    },
    async (_request, reply) => {
      const { chainId, deployment, account, journal } = relay.parts;
      const { head, trouble } = relay;
      const { pending, oldest } = await journal.counts();
      return reply.code(trouble === undefined ? 200 : 503).send({
        status: trouble === undefined ? ("ok" as const) : ("unavailable" as const),
        ...{ chainId, latchkey: deployment.latchkey, forwarder: deployment.forwarder, sender: account.address },
        ...(head !== undefined && { block: String(head.number), balance: String(head.balance) }),
        pending,
        oldestPendingSeconds: oldest === undefined ? 0 : Math.max(0, Math.floor((Date.now() - oldest) / 1_000)),
        follows: follower.leads,
        ...(trouble !== undefined && { trouble: trouble.message }),
      });
    },
  );

  server.get("/openapi.json", { schema: { hide: true } }, async () => server.swagger());
  await server.ready();
  return server;
}

function told(call: JournalCall): Static<typeof CallAnswer> {
  const { digest, status, hash, nonce, verb, principal, key, success, blockNumber, blockHash, reason, gwei } = call;
  return {
    ...{ digest, status, hash, nonce, verb, principal },
    ...(key !== undefined && { key }),
    ...(success !== undefined && { success }),
    ...(blockNumber !== undefined && { blockNumber: String(blockNumber) }),
    ...(blockHash !== undefined && { blockHash }),
    ...(reason !== undefined && { reason }),
    gwei,
    acceptedAt: new Date(call.acceptedAt).toISOString(),
  };
}

/** Seconds after which it may be tried again. */
const RETRY_AFTER: Partial<Record<RelayErrorCode, number>> = { BUSY: 1, NODE_UNAVAILABLE: 5, FEES_ABOVE_MOST: 60 };

function answerOf(thrown: FastifyError | RelayError): { error: RelayError; retryAfter?: number | undefined } {
  if (thrown instanceof RelayError) return { error: thrown, retryAfter: RETRY_AFTER[thrown.code] };
  const { code, statusCode = 500, validation, validationContext, message } = thrown;
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE") {
    return { error: new RelayError("BODY_TOO_LARGE", `A body has at most ${MAX_BODY} bytes.`) };
  }
  if (code === "FST_ERR_CTP_INVALID_MEDIA_TYPE") {
    return { error: new RelayError("MEDIA_TYPE", "A call is posted as application/json.") };
  }
  if (validation !== undefined) {
    const [first] = validation;
    const { additionalProperty } = (first?.params ?? {}) as { additionalProperty?: string };
    const where = `${validationContext ?? "body"}${(first?.instancePath ?? "").replaceAll("/", ".")}`;
    const what =
      additionalProperty === undefined ? first?.message : `has an unknown field "${additionalProperty.slice(0, 64)}"`;
    return { error: new RelayError("BODY_INVALID", `${where} ${what}.`) };
  }
  if (statusCode >= 400 && statusCode < 500) return { error: new RelayError("BODY_INVALID", message.slice(0, 200)) };
  return { error: new RelayError("INTERNAL", "Something went wrong here, and not with the call.") };
}
