import { type Address, keccak256, parseEther, stringToHex } from "viem";
import { deployAll } from "../../deploy/lib/deploy.ts";
import { PERMIT2, PROXY } from "../../deploy/lib/entryPoints.ts";
import { latchkeyAccountFactoryAbi } from "../../sdk/src/generated/abi/index.ts";
import { entryPoints, latchkeyAccounts, latchkeyDeployment } from "../../sdk/src/index.ts";
import { type Apps, deployApps } from "./apps.ts";
import { type Chain, openChain } from "./chain.ts";
import { Contract } from "./contract.ts";
import { Names } from "./names.ts";
import { type Person, person } from "./people.ts";

/** Everything that the demo acts on. */
export type Stage = Awaited<ReturnType<typeof openStage>>;

/** A fresh in-process chain with Latchkey, third-party contracts, the examples, and their people. */
export async function openStage() {
  const chain = await openChain();
  await startOfHour(chain);
  await deployAll(chain.provider);
  const apps = await deployApps(chain);
  const entryPoint = new Contract(chain, entryPoints["0.9"].address, entryPoints["0.9"].abi);
  const people = { alice: person("Alice"), bob: person("Bob"), carol: person("Carol"), mallory: person("Mallory") };
  const account = await createAccount(chain, people.alice);
  const carols = await createAccount(chain, people.carol);
  for (const { address } of Object.values(people)) await chain.helpers.setBalance(address, parseEther("10"));
  for (const each of [account, carols]) {
    await chain.helpers.setBalance(each, parseEther("1"));
    await entryPoint.send("depositTo", [each], { value: parseEther("1") });
  }
  return {
    chain,
    client: chain.client,
    apps,
    entryPoint,
    people,
    /** Alice's smart account. */
    account,
    /** Carol's. */
    carols,
    names: nameAll(apps, chain.owner, {
      AliceAccount: account,
      CarolAccount: carols,
      Alice: people.alice.address,
      Bob: people.bob.address,
      Carol: people.carol.address,
      Mallory: people.mallory.address,
    }),
  };
}

/** Leaves at least forty minutes of the hour, so that the demo's own time crosses no period. */
async function startOfHour(chain: Chain): Promise<void> {
  const now = await chain.now();
  if (now % 3_600 > 1_200) await chain.helpers.time.increaseTo((Math.floor(now / 3_600) + 1) * 3_600 + 1);
}

/** A smart account with Latchkey, by the factory that stands on every chain. */
async function createAccount(chain: Chain, owner: Person): Promise<Address> {
  const factory = new Contract(chain, latchkeyAccounts.factory, latchkeyAccountFactoryAbi);
  const args = [owner.address, latchkeyDeployment.latchkey, keccak256(stringToHex("demo"))];
  await factory.send("createAccount", args);
  return factory.read("accountAddress", args);
}

function nameAll({ OtherWorld, UpvoteApp, ...apps }: Apps, owner: Address, people: Record<string, Address>): Names {
  const named: Record<string, Address | Contract> = {
    Latchkey: latchkeyDeployment.latchkey,
    LatchkeyLens: latchkeyDeployment.lens,
    PolicyStore: latchkeyDeployment.policyStore,
    SessionForwarder: latchkeyDeployment.forwarder,
    LatchkeyAccountFactory: latchkeyAccounts.factory,
    LatchkeyAccount7702: latchkeyAccounts.delegate,
    EntryPoint: entryPoints["0.9"].address,
    ...apps,
    GameShop: owner,
    ...{ OtherWorld, UpvoteApp, ...people },
    Permit2: PERMIT2 as Address,
    DeploymentProxy: PROXY as Address,
  };
  const names = new Names();
  for (const [name, each] of Object.entries(named)) {
    const isToken = name === "POKE" || name === "USD" || name === "WETH";
    names.add(name, each instanceof Contract ? each.address : each, isToken ? 18 : undefined);
  }
  return names;
}
