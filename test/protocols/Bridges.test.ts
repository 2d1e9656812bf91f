import { expect } from "chai";
import { parseEther, parseUnits, zeroPadValue, type Contract, type EventLog } from "ethers";
import { PRINCIPAL } from "../support/reference/policyFiles.ts";
import { ours, published } from "./support/artifacts.ts";
import { allowMinting, circleUsdc } from "./support/usdc.ts";
import { capExceeded, refusesInTheEnd } from "./support/policyTests.ts";
import { describeProtocol } from "./support/protocolTests.ts";
import { USDC, WETH, type Stage } from "./support/stage.ts";

const ACROSS = "0x5c7BCd6E7De5423a257D81B442095A1a6ced35C5";
const CCTP = "0xBd3fa81B58Ba92a82136038B25aDec7066af3155";
const OFT = "0x1111111111111111111111111111111111110F70";
const LZ_TOKEN = "0x6985884C4392D348587B19cb9eAAf157F13271cd";
const HOUR = 3_600;
const ETHEREUM = 30_101;
const ARBITRUM = 30_110;
const usd = (text: string) => parseUnits(text, 6);
/** As bridges write an address for any kind of chain. */
const OWN_WORD = zeroPadValue(PRINCIPAL, 32);

const approving = (spender: string) => ({
  target: USDC,
  method: "approve(address,uint256)",
  args: [spender, String(usd("1000"))],
});

/** What the last event of a name said. */
async function said(contract: Contract, event: string): Promise<Record<string, unknown>> {
  const logs = (await contract.queryFilter(contract.filters[event]!)) as EventLog[];
  return logs.at(-1)!.args.toObject();
}

let pool: Contract;

async function setUpAcross(stage: Stage): Promise<void> {
  const { address: owner } = stage.world.owner;
  await circleUsdc(stage, usd("2000"));
  const spokePool = published(
    "@across-protocol/contracts/dist/evm/artifacts/Ethereum_SpokePool.sol/Ethereum_SpokePool.json",
  );
  const proxy = published("@across-protocol/contracts/dist/evm/artifacts/ERC1967Proxy.sol/ERC1967Proxy.json");
  const implementation = await stage.deploy(spokePool, [WETH, HOUR, 6 * HOUR, owner]);
  const initialize = implementation.interface.encodeFunctionData("initialize", [0, owner]);
  await stage.place(ACROSS, proxy, [await implementation.getAddress(), initialize]);
  pool = stage.at(ACROSS, spokePool.abi);
  await stage.asPrincipal([approving(ACROSS)]);
}

describeProtocol("Across", setUpAcross, {
  "across-bridge": {
    passes: {
      "100 USDC": async (stage, run) => {
        expect(await stage.changes(run)).to.deep.equal({ USDC: -usd("100") });
        const { depositor, recipient, outputAmount } = await said(pool, "FundsDeposited");
        expect({ depositor, recipient, outputAmount }).to.deep.equal({
          depositor: OWN_WORD,
          recipient: OWN_WORD,
          outputAmount: usd("99.5"),
        });
      },
    },
    more: (given) => refusesInTheEnd(given, "100 USDC", 10, capExceeded(USDC, usd("100"), 0n)),
  },
});

let messenger: Contract;

async function setUpCctp(stage: Stage): Promise<void> {
  const usdc = await circleUsdc(stage, usd("2000"));
  messenger = await stage.place(CCTP, ours("StandIns", "TokenMessenger"), [[2, 6, 7]]);
  await allowMinting(stage, usdc, CCTP);
  await stage.asPrincipal([approving(CCTP)]);
}

describeProtocol("CCTP", setUpCctp, {
  "cctp-bridge": {
    passes: {
      "approve and burn 100: 100 of the cap": async (stage, run) => {
        expect(await stage.changes(run)).to.deep.equal({ USDC: -usd("100") });
        const { mintRecipient, destinationDomain } = await said(messenger, "DepositForBurn");
        expect([mintRecipient, destinationDomain]).to.deep.equal([OWN_WORD, 6n]);
      },
    },
    more: (given) => {
      const say = "approve and burn 100: 100 of the cap";
      refusesInTheEnd(given, say, 10, capExceeded(USDC, usd("100"), 0n));
    },
  },
});

let token: Contract;

/** LayerZero's endpoint with its simple library, and an OFT that has a peer. */
async function setUpOft(stage: Stage): Promise<void> {
  const { address: owner } = stage.world.owner;
  const artifacts = "@layerzerolabs/lz-evm-protocol-v2/artifacts/contracts";
  const endpoint = await stage.deploy(published(`${artifacts}/EndpointV2.sol/EndpointV2.json`), [ETHEREUM, owner]);
  const at = await endpoint.getAddress();
  const library = await stage.deploy(published(`${artifacts}/messagelib/SimpleMessageLib.sol/SimpleMessageLib.json`), [
    at,
    owner,
  ]);
  await stage.send(library, "setMessagingFee", [parseEther("0.0004"), parseEther("3")]);
  await stage.send(endpoint, "registerLibrary", [await library.getAddress()]);
  await stage.send(endpoint, "setDefaultSendLibrary", [ARBITRUM, await library.getAddress()]);
  const lzToken = await stage.token(LZ_TOKEN, "ZRO", 18, parseEther("100"));
  await stage.send(endpoint, "setLzToken", [await lzToken.getAddress()]);

  token = await stage.place(OFT, ours("BridgedToken"), [at, owner, PRINCIPAL, parseEther("100")]);
  await stage.send(token, "setPeer", [ARBITRUM, zeroPadValue(OFT, 32)]);
  stage.watch("OFT", token);
  await stage.asPrincipal([
    { target: LZ_TOKEN, method: "approve(address,uint256)", args: [OFT, String(parseEther("100"))] },
  ]);
}

describeProtocol("LayerZero", setUpOft, {
  "oft-bridge": {
    passes: {
      five: async (stage, run) => {
        // The endpoint gives back what is more than its fee.
        const changes = { ETH: -parseEther("0.0004"), OFT: -parseEther("5") };
        expect(await stage.changes(run)).to.deep.equal(changes);
        const { dstEid, fromAddress, amountReceivedLD } = await said(token, "OFTSent");
        expect([dstEid, fromAddress, amountReceivedLD]).to.deep.equal([30_110n, PRINCIPAL, parseEther("5")]);
      },
    },
    more: (given) => refusesInTheEnd(given, "five", 2, capExceeded(OFT, parseEther("5"), 0n)),
  },
});
