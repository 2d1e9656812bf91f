import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  deploy,
  DeploymentResultType,
  type ArtifactResolver,
  type DeploymentResult,
  type ExecutionEventListener,
  type IgnitionModule,
  type TransactionConfirmEvent,
} from "@nomicfoundation/ignition-core";
import { receiptOf } from "./entryPoints.ts";
import { DeploymentError } from "./DeploymentError.ts";
import { latchkeyModule } from "../modules/Latchkey.ts";
import type { Send, Sent } from "./deploy.ts";
import type { DeployedContract } from "./release.ts";

const JOURNALS = fileURLToPath(new URL("../deployments", import.meta.url));

/**
 * Sends through Hardhat Ignition. With a journal, a folder below deploy/deployments, a deployment that was interrupted
 * goes on where it stood; a development chain has none, as it may be another chain the next time.
 */
export function sendByIgnition(
  journal: string | undefined,
  moduleOf: (contracts: DeployedContract<string>[]) => IgnitionModule = latchkeyModule,
): Send {
  return async (provider, from, transactions) => {
    const confirmed: TransactionConfirmEvent[] = [];
    const ignitionModule = moduleOf(transactions.map(({ contract }) => contract));
    const result = await deploy({
      provider,
      accounts: [from],
      defaultSender: from,
      deploymentParameters: {},
      ...(journal === undefined ? {} : { deploymentDir: `${JOURNALS}/${journal}` }),
      ignitionModule,
      artifactResolver: noArtifacts,
      executionEventListener: listener(confirmed),
    });
    if (result.type !== DeploymentResultType.SUCCESSFUL_DEPLOYMENT) {
      // Ignition never goes on behind a failed transaction, and what stands already is found on the chain.
      if (journal !== undefined) rmSync(`${JOURNALS}/${journal}`, { recursive: true, force: true });
      throw new DeploymentError(`Ignition stopped: ${reasonOf(result)}. Mend the cause and run this again.`);
    }
    const sent: Sent[] = [];
    for (const { contract } of transactions) {
      const event = confirmed.find(({ futureId }) => futureId === `${ignitionModule.id}#${contract.name}`);
      if (event === undefined) continue;
      const { gasUsed } = await receiptOf(provider, event.hash);
      sent.push({ name: contract.name, hash: event.hash, gasUsed: BigInt(gasUsed) });
    }
    return sent;
  };
}

/** The module sends data and names no artifact. */
const noArtifacts: ArtifactResolver = {
  loadArtifact: (name) => Promise.reject(new Error(`Ignition asked for the artifact ${name}.`)),
  getBuildInfo: () => Promise.resolve(undefined),
};

/** Hears every event and keeps the confirmed transactions. */
function listener(confirmed: TransactionConfirmEvent[]): ExecutionEventListener {
  return new Proxy({} as ExecutionEventListener, {
    get: (_, event) => async (value: unknown) => {
      if (event === "transactionConfirm") confirmed.push(value as TransactionConfirmEvent);
    },
  });
}

function reasonOf(result: Exclude<DeploymentResult, { type: DeploymentResultType.SUCCESSFUL_DEPLOYMENT }>): string {
  if (result.type === DeploymentResultType.EXECUTION_ERROR) {
    const failed = result.failed.map(({ futureId, error }) => `${futureId}: ${error}`);
    return [...failed, ...result.timedOut.map(({ futureId }) => `${futureId}: not mined in time`)].join("; ");
  }
  return Object.entries(result.errors)
    .map(([id, errors]) => `${id}: ${errors.join(", ")}`)
    .join("; ");
}
