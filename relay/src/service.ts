import type { FastifyInstance } from "fastify";
import { isAddressEqual } from "viem";
import { getBlock, getChainId, getTransactionCount, readContract } from "viem/actions";
import { sessionForwarderAbi } from "../../sdk/src/generated/abi/sessionForwarderAbi.ts";
import { latchkeyDeployment } from "../../sdk/src/index.ts";
import { openPostgres, openSqlite } from "./database.ts";
import { Follower } from "./Follower.ts";
import { Journal } from "./journal.ts";
import { clientOf, wordsOf } from "./node.ts";
import { type Log, Relay } from "./Relay.ts";
import { openServer } from "./server.ts";
import type { Settings } from "./settings.ts";

export interface Service {
  url: string;
  server: FastifyInstance;
  relay: Relay;
  /** Ends what is under way, and lets go of the journal. */
  close(): Promise<void>;
}

/** Starts the service, once the node shows the contracts that it is to call. */
export async function openService(settings: Settings, log: Log): Promise<Service> {
  const { account } = settings;
  const deployment = latchkeyDeployment;
  const client = clientOf(settings.nodeUrl, settings.nodeTimeoutMs);
  const { chainId, genesis, nonce } = await subjectOf();
  const database =
    settings.databaseUrl === undefined ? openSqlite(settings.journal) : openPostgres(settings.databaseUrl);
  try {
    const subject = { chainId, genesis, latchkey: deployment.latchkey, sender: account.address };
    const journal = await Journal.open(database, subject, nonce);
    const relay = new Relay({ chainId, deployment, client, journal, account, options: settings, log });
    const follower = new Follower(relay, settings);
    const server = await openServer({ relay, follower, settings });
    await follower.start();
    const url = await server.listen({ host: settings.host, port: settings.port });
    const { sender, latchkey } = subject;
    log.info({ url, chainId, latchkey, sender, journal: database.kind }, "serving");
    const close = async () => {
      await server.close();
      await follower.stop();
      await journal.close();
    };
    return { url, server, relay, close };
  } catch (thrown) {
    await database.close();
    throw thrown;
  }

  async function subjectOf() {
    try {
      const { forwarder: address, latchkey } = deployment;
      const [id, block, count, found] = await Promise.all([
        getChainId(client),
        getBlock(client, { blockNumber: 0n }),
        getTransactionCount(client, { address: account.address, blockTag: "latest" }),
        readContract(client, { abi: sessionForwarderAbi, address, functionName: "LATCHKEY" }),
      ]);
      if (!isAddressEqual(found, latchkey))
        throw new Error(`The forwarder ${address} is of ${found}, not ${latchkey}.`);
      return { chainId: id, genesis: block.hash, nonce: Number(count) };
    } catch (thrown) {
      throw new Error(`The node does not show Latchkey ${deployment.latchkey} and its forwarder: ${wordsOf(thrown)}`);
    }
  }
}
