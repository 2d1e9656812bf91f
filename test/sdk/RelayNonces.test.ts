import { expect } from "chai";
import { createClient, type Address, type LocalAccount } from "viem";
import { readContract } from "viem/actions";
import { hardhat } from "viem/chains";
import { sessionRegistryAbi } from "../../sdk/src/generated/abi/sessionRegistryAbi.ts";
import * as sdk from "../../sdk/src/index.ts";
import { openClientStage, refusal, transfer, transferPolicy, type ClientStage } from "../support/client/clientStage.ts";

describe("The client's nonces of relayed calls", () => {
  let stage: ClientStage;
  let client: ClientStage["client"];
  let relayers: [LocalAccount, LocalAccount];
  let principal: Address;
  let key: sdk.SessionKey;
  let calls: sdk.SessionCall[];
  let snapshot: { restore(): Promise<void> };

  before(async () => {
    stage = await openClientStage();
    client = stage.client;
    relayers = [await stage.funded(), await stage.funded()];
    const owner = await stage.funded();
    principal = await stage.account(owner.address);
    const token = await stage.token(principal);
    key = await stage.key();
    calls = [transfer(token, 1n)];
    const policy = transferPolicy(token);
    await client.registerSessionSync({ principal, account: owner, relayer: relayers[0], key, policy });
    snapshot = await stage.world.helpers.takeSnapshot();
  });
  afterEach(() => snapshot.restore());
  after(() => stage.world.connection.close());

  /** Another device has a client of its own. */
  const device = () =>
    createClient({ chain: hardhat, transport: stage.transport, pollingInterval: 20, cacheTime: 0 }).extend(
      sdk.sessionActions({ deployment: stage.deployment }),
    );
  const send = (by: ClientStage["client"], fields: { nonce?: bigint; relayer?: LocalAccount } = {}) =>
    by.sendSessionCallsSync({ principal, key, calls, route: "relayed", relayer: relayers[0], ...fields });
  /** Which of the first nonces are used. */
  const used = async (count = 10) => {
    const isUsed = (nonce: number) =>
      readContract(client, {
        abi: sessionRegistryAbi,
        address: stage.deployment.latchkey,
        functionName: "isNonceUsed",
        args: [principal, key.address, BigInt(nonce)],
      });
    const answers = await Promise.all(Array.from({ length: count }, (_, nonce) => isUsed(nonce)));
    return answers.flatMap((answer, nonce) => (answer ? [nonce] : []));
  };

  it("are taken in turn, so that they share a word of storage, and another device goes on", async () => {
    const one = device();
    for (let i = 0; i < 3; ++i) await send(one);
    expect(await used()).to.deep.equal([0, 1, 2]);
    const two = device();
    await send(two);
    await send(one);
    await send(two);
    expect(await used()).to.deep.equal([0, 1, 2, 3, 4, 5]);
  });

  it("are never the same for calls that are under way at once", async () => {
    const one = device();
    await Promise.all(relayers.map((relayer) => send(one, { relayer })));
    expect(await used()).to.deep.equal([0, 1]);
  });

  it("fill a hole, and skip what was used by hand", async () => {
    for (const nonce of [0n, 1n, 4n]) await send(client, { nonce });
    expect(await refusal(send(client, { nonce: 1n }))).to.include({ errorName: "NonceAlreadyUsed" });
    const one = device();
    for (let i = 0; i < 3; ++i) await send(one);
    expect(await used()).to.deep.equal([0, 1, 2, 3, 4, 5]);
  });

  it("are given out again after a call that was never sent, where nothing was used", async () => {
    const one = device();
    const dead = await refusal(one.sendSessionCallsSync({ principal, key, calls: [], route: "relayed" }));
    expect(dead.code).to.equal("SESSION_OPERATION_REJECTED");
    await send(one);
    expect(await used()).to.deep.equal([0]);
  });
});
