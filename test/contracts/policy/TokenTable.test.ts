import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect } from "chai";
import type { Contract } from "ethers";
import { artifacts } from "hardhat";
import { multicall3Abi, parseAbiItem, toFunctionSelector, toFunctionSignature, type Abi, type AbiFunction } from "viem";
import {
  CLASSES,
  DOCUMENT,
  LIBRARY,
  renderDocument,
  sortedRows,
  TOKEN_TABLE,
  withConstants,
  type TokenClass,
} from "../../../scripts/generate/tokenTable.ts";
import { deployMock } from "../../support/chain/artifacts.ts";
import { openChain } from "../../support/chain/chain.ts";

const require = createRequire(import.meta.url);

function published(path: string): Abi {
  return (require(path) as { abi: Abi }).abi;
}

const openZeppelin = (name: string) => published(`@openzeppelin/contracts/build/contracts/${name}.json`);

/** Every function of an ABI that changes state, as a method's text. */
function changing(abi: Abi): string[] {
  return abi
    .filter((item): item is AbiFunction => item.type === "function")
    .filter(({ stateMutability }) => stateMutability === "nonpayable" || stateMutability === "payable")
    .map((item) => toFunctionSignature(item));
}

describe("The token table", () => {
  const classOf = new Map<string, TokenClass>(TOKEN_TABLE.map((row) => [row.text, row.class]));
  let libraries: Contract;
  before(async () => {
    libraries = await deployMock(await openChain(), "PolicyLibraries", "PolicyLibraries");
  });

  it("is what stands in the library", () => {
    const source = readFileSync(LIBRARY, "utf8");
    expect(source).to.equal(withConstants(source));
    expect(readFileSync(DOCUMENT, "utf8"), "docs/reference/token-table.md").to.equal(renderDocument());
  });

  it("has canonical texts, each once, under viem's selectors", () => {
    const rows = sortedRows();
    expect(new Set(rows.map(({ selector }) => selector)).size).to.equal(rows.length);
    for (const { row, selector } of rows) {
      expect(`0x${selector}`, row.text).to.equal(toFunctionSelector(row.text));
      const types = row.text.slice(row.text.indexOf("("));
      expect(`f${types}`).to.equal(toFunctionSignature(parseAbiItem(`function f${types}`) as AbiFunction));
    }
  });

  it("is read back row by row", async () => {
    for (const row of TOKEN_TABLE) {
      const found = await libraries.getFunction("row")(row.text);
      expect(found.toObject(), row.text).to.deep.equal({
        isNone: false,
        isText: true,
        class: BigInt(CLASSES.indexOf(row.class) + 1),
        isExact: row.exact ?? false,
        isIdOnNft: row.idOnNft ?? false,
        isTokenInWord0: row.tokenInWord0 ?? false,
        amountWord: BigInt(row.amount ?? 0),
        hasSpender: row.spender !== undefined,
        hasRecipient: row.recipient !== undefined,
        pinnedWord: BigInt(row.spender ?? row.recipient ?? 0),
      });
    }
  });

  it("lists its own selectors and none beside them", async () => {
    const listed = sortedRows().map(({ selector }) => `0x${selector}`);
    expect(await libraries.getFunction("areListed")(listed)).to.deep.equal(listed.map(() => true));
    const around = listed
      .flatMap((selector) => [BigInt(selector) - 1n, BigInt(selector) + 1n, BigInt(selector) ^ (1n << 31n)])
      .concat(0n, 0xffffffffn)
      .map((number) => `0x${number.toString(16).padStart(8, "0")}`)
      .filter((selector) => !listed.includes(selector));
    expect(await libraries.getFunction("areListed")(around)).to.deep.equal(around.map(() => false));
    const none = await libraries.getFunction("row")("decreaseAllowance(address,uint256)");
    expect(none.isNone).to.equal(true);
  });

  /** What the ABI has beside the table's rows: calls that move nothing out and grant nothing. */
  const standards: [name: string, abi: () => Abi, classes: TokenClass[], beside: string[]][] = [
    ["ERC-20", () => openZeppelin("IERC20"), ["counted"], []],
    ["ERC-20 burning", () => openZeppelin("ERC20Burnable"), ["counted"], []],
    ["ERC-721", () => openZeppelin("IERC721"), ["counted", "rights"], []],
    ["ERC-721 burning", () => openZeppelin("ERC721Burnable"), ["counted", "rights"], []],
    ["ERC-1155", () => openZeppelin("IERC1155"), ["rights"], []],
    ["ERC-1155 burning", () => openZeppelin("ERC1155Burnable"), ["rights"], []],
    ["ERC-777", () => openZeppelin("IERC777"), ["counted", "rights"], []],
    ["ERC-1363", () => openZeppelin("IERC1363"), ["counted", "rights"], []],
    ["ERC-2612", () => openZeppelin("IERC20Permit"), ["rights"], []],
    [
      "ERC-4626",
      () => openZeppelin("IERC4626"),
      ["counted", "rights"],
      // They draw on an allowance that is given, and counted, elsewhere.
      ["deposit(uint256,address)", "mint(uint256,address)"],
    ],
    ["ERC-6909", () => openZeppelin("IERC6909"), ["rights"], []],
    ["ERC-7579 execution", () => openZeppelin("IERC7579Execution"), ["account"], []],
    ["ERC-7579 modules of an account", () => openZeppelin("IERC7579ModuleConfig"), ["account"], []],
    ["an ERC-7579 module", () => openZeppelin("IERC7579Module"), ["account"], []],
    ["an ERC-7579 validator", () => openZeppelin("IERC7579Validator"), ["account"], []],
    ["ERC-4337 account", () => openZeppelin("IAccount"), ["account"], []],
    ["ERC-4337 execution", () => openZeppelin("IAccountExecute"), ["account"], []],
    ["Ownable", () => openZeppelin("Ownable"), ["account"], []],
    ["UUPS", () => openZeppelin("UUPSUpgradeable"), ["account"], []],
    ["OpenZeppelin's multicall", () => openZeppelin("Multicall"), ["nested"], []],
    ["OpenZeppelin's forwarder", () => openZeppelin("ERC2771Forwarder"), ["nested"], []],
    [
      "Uniswap's multicall",
      () => published("@uniswap/v3-periphery/artifacts/contracts/interfaces/IMulticall.sol/IMulticall.json"),
      ["nested"],
      [],
    ],
  ];
  for (const [name, abi, classes, beside] of standards) {
    it(`has every call of ${name} that changes anything`, () => {
      const texts = changing(abi());
      expect(texts).not.to.be.empty;
      expect(texts.filter((text) => !classOf.has(text)).sort()).to.deep.equal(beside.sort());
      for (const text of texts) if (classOf.has(text)) expect(classes, text).to.include(classOf.get(text));
    });
  }

  it("has the approvals of Uniswap's positions and pair tokens", () => {
    const positions = published(
      "@uniswap/v3-periphery/artifacts/contracts/interfaces/IERC721Permit.sol/IERC721Permit.json",
    );
    for (const text of changing(positions)) expect(classOf.has(text), text).to.equal(true);
    const pair = require("@uniswap/v2-core/build/IUniswapV2ERC20.json") as { abi: Abi };
    for (const text of changing(pair.abi)) expect(classOf.has(text), text).to.equal(true);
  });

  it("has Multicall3's ways to call", () => {
    const texts = multicall3Abi
      .filter(({ name }) => /ggregate/.test(name))
      .map((item) => toFunctionSignature(item as AbiFunction));
    expect(texts).not.to.be.empty;
    for (const text of texts) expect(classOf.get(text), text).to.equal("nested");
  });

  it("has everything of Latchkey that changes anything", async () => {
    for (const name of ["ILatchkey", "IPolicyStore", "ISessionForwarder"]) {
      const { abi } = await artifacts.readArtifact(name);
      for (const text of changing(abi as Abi)) expect(classOf.get(text), `${name}: ${text}`).to.equal("account");
    }
  });
});
