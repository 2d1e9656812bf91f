import {
  type Address,
  concatHex,
  domainSeparator,
  hashStruct,
  type Hex,
  numberToHex,
  size,
  stringToHex,
  type TypedDataDefinition,
  type TypedDataParameter,
  zeroHash,
} from "viem";

/** The EIP-712 domain of a smart account, which its owner's signatures are bound to. */
export interface AccountDomain {
  name: string;
  version: string;
  chainId: number | bigint;
  verifyingContract: Address;
  /** Zero unless the account has one. */
  salt?: Hex | undefined;
}

export interface SignNestedTypedDataParameters {
  account: AccountDomain;
  /** What an app asks the account to sign. */
  definition: TypedDataDefinition;
  /** The owner's wallet: it is shown the data and the account. */
  sign(nested: TypedDataDefinition): Promise<Hex>;
}

type Types = Record<string, readonly TypedDataParameter[]>;

/**
 * The signature of a smart account's owner over typed data of an app, in the nested form of ERC-7739: it holds for that
 * account alone. The description of the contents is the explicit one, all types in alphabetical order and then the name,
 * which holds for contents with types of their own too.
 */
export async function signNestedTypedData(parameters: SignNestedTypedDataParameters): Promise<Hex> {
  const { account, definition, sign } = parameters;
  const { domain = {}, primaryType, message } = definition as TypedDataDefinition<Types, string>;
  const { EIP712Domain: _domain, ...types } = definition.types as Types;
  const { salt = zeroHash, ...rest } = account;
  const signature = await sign({
    domain,
    types: {
      ...types,
      TypedDataSign: [
        { name: "contents", type: primaryType },
        { name: "name", type: "string" },
        { name: "version", type: "string" },
        { name: "chainId", type: "uint256" },
        { name: "verifyingContract", type: "address" },
        { name: "salt", type: "bytes32" },
      ],
    },
    primaryType: "TypedDataSign",
    message: { contents: message, ...rest, chainId: BigInt(rest.chainId), salt },
  } as TypedDataDefinition);
  const description = stringToHex(describeTypes(types, primaryType) + primaryType);
  return concatHex([
    signature,
    domainSeparator({ domain }),
    hashStruct({ types, primaryType, data: message as Record<string, unknown> }),
    description,
    numberToHex(size(description), { size: 2 }),
  ]);
}

/** The type and all that it is made of, each as EIP-712 writes it, in alphabetical order. */
function describeTypes(types: Types, primaryType: string): string {
  const used = new Set<string>();
  const visit = (name: string): void => {
    const members = types[name];
    if (members === undefined || used.has(name)) return;
    used.add(name);
    for (const { type } of members) visit(type.replace(/\[.*$/, ""));
  };
  visit(primaryType);
  return [...used]
    .sort()
    .map((name) => `${name}(${types[name]!.map((each) => `${each.type} ${each.name}`).join(",")})`)
    .join("");
}
