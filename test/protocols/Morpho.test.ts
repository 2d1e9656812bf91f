import { expect } from "chai";
import { AbiCoder, keccak256, parseEther, parseUnits, type Contract } from "ethers";
import { PRINCIPAL } from "../support/reference/policyFiles.ts";
import { compiled } from "./support/artifacts.ts";
import { capExceeded, refusesInTheEnd } from "./support/policyTests.ts";
import { describeProtocol } from "./support/protocolTests.ts";
import { USDC, WETH, type Stage } from "./support/stage.ts";
import { circleUsdc } from "./support/usdc.ts";

const MORPHO = "0xBBBBBbbBBb9cC5e90e3b3Af64bdAF62C37EEFFCb";
const WSTETH = "0x7f39C581F595B53c5cb19bD0b3f8dA6c935E2Ca0";
const ORACLE = "0x48F7E36EB6B826B2dF4B2E630B62Cd25e89E40e2";
const RATES = "0x870aC11D48B15DB9a138Cf899d20F13F79Ba00BC";
const LLTV = parseEther("0.86");
const TYPES = ["address", "address", "address", "address", "uint256"];
/** Of the market that the policy names. */
const MARKET = [USDC, WSTETH, ORACLE, RATES, LLTV];
const usd = (text: string) => parseUnits(text, 6);

let morpho: Contract;

const morphoSource = (source: string, contract: string) =>
  compiled({
    solc: "solc-0.8.19",
    source: `@morpho-org/morpho-blue/src/${source}`,
    contract,
    settings: { optimizer: { enabled: true, runs: 999_999 } },
  });

async function setUp(stage: Stage): Promise<void> {
  const { address: owner } = stage.world.owner;
  await circleUsdc(stage, usd("100001000"));
  await stage.token(WSTETH, "wstETH", 18, 0n);
  morpho = await stage.place(MORPHO, morphoSource("Morpho.sol", "Morpho"), [owner]);
  await stage.place(RATES, morphoSource("mocks/IrmMock.sol", "IrmMock"));
  await stage.place(ORACLE, morphoSource("mocks/OracleMock.sol", "OracleMock"));
  await stage.send(morpho, "enableIrm", [RATES]);
  await stage.send(morpho, "enableLltv", [LLTV]);
  await stage.send(morpho, "createMarket", [MARKET]);
  await stage.send(morpho, "createMarket", [[USDC, WETH, ORACLE, RATES, LLTV]]);
  const market = [USDC, WSTETH, ORACLE, RATES, String(LLTV)];
  await stage.asPrincipal([
    { target: USDC, method: "approve(address,uint256)", args: [MORPHO, String(usd("200000000"))] },
    {
      target: MORPHO,
      method: "supply((address,address,address,address,uint256),uint256,uint256,address,bytes)",
      args: [market, String(usd("500")), "0", "principal", "0x"],
    },
  ]);
}

/** What the principal has lent in the market, in shares of 10^-6 base units. */
async function shares(stage: Stage): Promise<bigint> {
  const id = keccak256(AbiCoder.defaultAbiCoder().encode(TYPES, MARKET));
  const [supplied] = await stage.read<bigint[]>(morpho, "position", [id, PRINCIPAL]);
  return supplied!;
}

const lends = (amount: bigint) => async (stage: Stage, run: () => Promise<void>) => {
  const before = await shares(stage);
  expect(await stage.changes(run)).to.deep.equal({ USDC: -amount });
  expect((await shares(stage)) - before).to.equal(amount * 10n ** 6n);
};

describeProtocol("Morpho Blue", setUp, {
  "morpho-blue": {
    passes: { "supply 100": lends(usd("100")), "withdraw 50": lends(-usd("50")) },
    impossible: { "a callback": "the account has no such function" },
    more: (given) => {
      refusesInTheEnd(given, "supply 100", 10, capExceeded(USDC, usd("100"), 0n));
    },
  },
});
