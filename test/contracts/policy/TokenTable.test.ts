import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect } from "chai";
import type { Contract } from "ethers";
import { artifacts } from "hardhat";
import { multicall3Abi, parseAbiItem, toFunctionSelector, toFunctionSignature, type Abi, type AbiFunction } from "viem";
import {
  DOCUMENT,
  ELSEWHERE,
  ON_LIMITED,
  renderDocument,
  sortedRows,
  SOURCES,
  TOKEN_TABLE,
  withConstants,
} from "../../../scripts/generate/tokenTable.ts";
import { deployMock } from "../../support/chain/artifacts.ts";
import { openChain } from "../../support/chain/chain.ts";
import { newPlace, placeAt } from "../../support/reference/argumentPaths.ts";
import { parseMethod, wordsOf } from "../../support/reference/methodTypes.ts";

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
  /** What a row is by itself: counted or harmless on a limited token, or else what it is everywhere. */
  const classOf = new Map(
    TOKEN_TABLE.map(({ text, onLimited, elsewhere }) => [text, onLimited === "refused" ? elsewhere : onLimited]),
  );
  type Class = (typeof TOKEN_TABLE)[number]["onLimited" | "elsewhere"];
  let libraries: Contract;
  before(async () => {
    libraries = await deployMock(await openChain(), "PolicyLibraries", "PolicyLibraries");
  });

  it("is what stands in the contracts and in the document", () => {
    for (const [file, render] of SOURCES) {
      const source = readFileSync(file, "utf8");
      expect(source, file).to.equal(withConstants(source, render()));
    }
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
      const found = await libraries.getFunction("row")(toFunctionSelector(row.text), row.text);
      const wordOf = (path: string | undefined) => (path?.includes(".") === false ? BigInt(path) : 63n);
      expect(found.toObject(), row.text).to.deep.equal({
        isNone: false,
        isText: true,
        onLimited: BigInt(ON_LIMITED.indexOf(row.onLimited)),
        elsewhere: BigInt(ELSEWHERE.indexOf(row.elsewhere)),
        isIdOnNft: row.isIdOnNft ?? false,
        setsAllowance: row.sets ?? false,
        takesBack: row.takesBack ?? false,
        isTokenInWord0: row.token !== undefined,
        hasConditions: row.bound !== undefined || row.principal !== undefined,
        amountWord: wordOf(row.amount),
        spenderWord: wordOf(row.spender),
        grantedWord: wordOf(row.granted),
      });
    }
  });

  it("tells a row's own text from any other", async () => {
    for (const { text } of TOKEN_TABLE.slice(0, 20)) {
      const found = await libraries.getFunction("row")(toFunctionSelector(text), `${text} `);
      expect(found.isNone, text).to.equal(false);
      expect(found.isText, text).to.equal(false);
    }
  });

  it("names arguments that are there, each in the head word of its number", () => {
    for (const { text, amount, spender, token, granted, bound = [], principal = [] } of TOKEN_TABLE) {
      const types = parseMethod(text).types;
      for (const path of [amount, spender, token, granted]) {
        if (path === undefined) continue;
        expect(placeAt(newPlace(types), path).place.type.kind).to.equal("word");
        if (path.includes(".")) continue;
        expect(
          types.parts.slice(0, Number(path)).every((part) => wordsOf(part) === 1),
          text,
        ).to.equal(true);
      }
      for (const path of [...bound, ...principal]) placeAt(newPlace(types), path);
    }
  });

  it("has four rows with conditions of their own, which the encoder names", () => {
    const rows = TOKEN_TABLE.filter(({ bound, principal }) => bound !== undefined || principal !== undefined);
    expect(rows.map(({ text }) => text).sort()).to.deep.equal([
      "delegate(address)",
      "deposit(uint256,address)",
      "redeem(uint256,address,address)",
      "send((uint32,bytes32,uint256,uint256,bytes,bytes,bytes),(uint256,uint256),address)",
    ]);
    expect(TOKEN_TABLE.length).to.equal(245);
  });

  it("lists its own selectors and none beside them", async () => {
    const listed = sortedRows().map(({ selector }) => `0x${selector}`);
    for (const question of ["areListed", "areRows"]) {
      expect(await libraries.getFunction(question)(listed)).to.deep.equal(listed.map(() => true));
    }
    const around = listed
      .flatMap((selector) => [BigInt(selector) - 1n, BigInt(selector) + 1n, BigInt(selector) ^ (1n << 31n)])
      .concat(0n, 0xffffffffn)
      .map((number) => `0x${number.toString(16).padStart(8, "0")}`)
      .filter((selector) => !listed.includes(selector));
    for (const question of ["areListed", "areRows"]) {
      expect(await libraries.getFunction(question)(around)).to.deep.equal(around.map(() => false));
    }
    const gas = await Promise.all(listed.slice(0, 20).map((each) => libraries.getFunction("gasOfIsListed")(each)));
    console.log(`      ${gas.reduce((most, each) => (each > most ? each : most))} gas to ask`);
  });

  /** What the ABI has beside the table's rows: calls that move nothing out and grant nothing. */
  const standards: [name: string, abi: () => Abi, classes: Class[], beside: string[]][] = [
    ["ERC-20", () => openZeppelin("IERC20"), ["counted"], []],
    ["ERC-20 burning", () => openZeppelin("ERC20Burnable"), ["counted"], []],
    ["ERC-721", () => openZeppelin("IERC721"), ["counted", "rights"], []],
    ["ERC-721 burning", () => openZeppelin("ERC721Burnable"), ["counted", "rights"], []],
    ["ERC-1155", () => openZeppelin("IERC1155"), ["rights"], []],
    ["ERC-1155 burning", () => openZeppelin("ERC1155Burnable"), ["rights"], []],
    ["ERC-777", () => openZeppelin("IERC777"), ["counted", "rights"], []],
    ["ERC-1363", () => openZeppelin("IERC1363"), ["counted", "rights"], []],
    ["ERC-2612", () => openZeppelin("IERC20Permit"), ["rights"], []],
    ["ERC-4626", () => openZeppelin("IERC4626"), ["counted", "rights", "harmless"], []],
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

  // Taken from explorers, verified sources and packages of those protocols, which are not dependencies of this project.
  it("has the selectors that others published (ATK-105)", () => {
    const published: [selector: string, text: string][] = [
      ["0xa3a7e7f3", "transferAll(address)"],
      ["0x760d9bba", "transfer(address,address,uint256,bool,bytes)"],
      ["0xb49506fd", "authorizeOperator(address,uint256,bytes)"],
      ["0xc7c7f5b3", "send((uint32,bytes32,uint256,uint256,bytes,bytes,bytes),(uint256,uint256),address)"],
      ["0x51905636", "sendFrom(address,uint16,bytes,uint256,address,address,bytes)"],
      ["0x695ef6bf", "sendFrom(address,uint16,bytes32,uint256,(address,address,bytes))"],
      ["0x81b4e8b4", "transferRemote(uint32,bytes32,uint256)"],
      ["0xeca36917", "transferToken(address,address,address,int64)"],
      ["0x8b72a2ec", "transferPunk(address,uint256)"],
      ["0xbf31196f", "offerPunkForSaleToAddress(uint256,uint256,address)"],
      ["0xe584b654", "approveForAll(address,bool)"],
      ["0x17fad7fc", "batchTransferFrom(address,address,uint256[],uint256[])"],
      ["0x85b77f45", "requestDeposit(uint256,address,address)"],
      ["0x7d41c86e", "requestRedeem(uint256,address,address)"],
      ["0xf2888dbb", "unstake(address)"],
      ["0xd6681042", "requestWithdrawals(uint256[],address)"],
      ["0x69328dec", "withdraw(address,uint256,address)"],
      ["0xa415bcad", "borrow(address,uint256,uint256,uint16,address)"],
      ["0xc3b35a7e", "withdrawTo(address,address,uint256)"],
      ["0x26441318", "withdrawFrom(address,address,address,uint256)"],
      ["0x439e2e45", "transferAsset(address,address,uint256)"],
      ["0xeecea000", "setAuthorization(address,bool)"],
      ["0xfa6e671d", "setRelayerApproval(address,address,bool)"],
      ["0xa3b22fc4", "hope(address)"],
      ["0xec6cb13f", "setPreSignature(bytes,bool)"],
      ["0x5b0fc9c3", "setOwner(bytes32,address)"],
      ["0x2f2ff15d", "grantRole(bytes32,address)"],
      ["0x205c2878", "withdrawTo(address,uint256)"],
      ["0xc23a5cea", "withdrawStake(address)"],
      ["0x13af4035", "setOwner(address)"],
      ["0x8f283970", "changeAdmin(address)"],
      ["0x9623609d", "upgradeAndCall(address,address,bytes)"],
      ["0x1f931c1c", "diamondCut((address,uint8,bytes4[])[],address,bytes)"],
      ["0x44684dc3", "executeSigned(bytes,bytes[],bytes32,bytes32,bool,bytes32,bytes,uint256)"],
      ["0xdd46508f", "modifyLiquidities(bytes,uint256)"],
      ["0x374f435d", "multicall((address,bytes,uint256,bool,bytes32)[])"],
      ["0x2213bc0b", "exec(address,address,uint256,address,bytes)"],
      ["0x1fff991f", "execute((address,address,uint256),bytes[],bytes32)"],
      ["0x96e292b8", "batchAll(address[],uint256[],bytes[],uint64[])"],
      ["0xcf0491c7", "batchSomeUntilFailure(address[],uint256[],bytes[],uint64[])"],
      ["0x09c5eabe", "execute(bytes)"],
      ["0xd0e30db0", "deposit()"],
      ["0x2e1a7d4d", "withdraw(uint256)"],
      ["0x6e553f65", "deposit(uint256,address)"],
      ["0xba087652", "redeem(uint256,address,address)"],
      ["0x5c19a95c", "delegate(address)"],
      ["0xa457c2d7", "decreaseAllowance(address,uint256)"],
      ["0x66188463", "decreaseApproval(address,uint256)"],
    ];
    const bySelector = new Map(sortedRows().map(({ row, selector }) => [`0x${selector}`, row.text]));
    for (const [selector, text] of published) expect(bySelector.get(selector), selector).to.equal(text);
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
      const missing = changing(abi as Abi).filter((text) => !["account", "nested"].includes(classOf.get(text) ?? ""));
      // An account asks it with its principal's signature, or in vain.
      expect(
        missing.filter((text) => !text.startsWith("validateFirstUse(")),
        name,
      ).to.deep.equal([]);
    }
  });
});
