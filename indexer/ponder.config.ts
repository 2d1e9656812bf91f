import { latchkeyDeployment } from "latchkey";
import { latchkeyAbi, policyStoreAbi } from "latchkey/abi";
import { createConfig } from "ponder";
import {
  entryPoint07Address,
  entryPoint08Address,
  entryPoint09Abi,
  entryPoint09Address,
} from "viem/account-abstraction";
import { readSettings } from "./settings.ts";

const { chainId, nodeUrl, databaseUrl, folder, startBlock, senders, maxBlockRange, pollMs } = readSettings(process.env);

export default createConfig({
  ordering: "omnichain",
  database:
    databaseUrl === undefined
      ? { kind: "pglite", directory: folder }
      : { kind: "postgres", connectionString: databaseUrl },
  chains: {
    chain: { id: chainId, rpc: nodeUrl, pollingInterval: pollMs, ethGetLogsBlockRange: maxBlockRange },
  },
  contracts: {
    Latchkey: { chain: "chain", abi: latchkeyAbi, address: latchkeyDeployment.latchkey, startBlock },
    PolicyStore: { chain: "chain", abi: policyStoreAbi, address: latchkeyDeployment.policyStore, startBlock },
    // All three emit the same event.
    EntryPoint: {
      chain: "chain",
      abi: entryPoint09Abi,
      address: [entryPoint07Address, entryPoint08Address, entryPoint09Address],
      startBlock,
      ...(senders !== undefined && { filter: { event: "UserOperationEvent", args: { sender: senders } } }),
    },
  },
  // From the head on every block is fetched anyway: its hash is what a reorganisation shows by.
  blocks: { Block: { chain: "chain", interval: 1, startBlock: "latest" } },
});
