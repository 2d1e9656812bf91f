import {
  concat,
  dataLength,
  hexlify,
  toBeHex,
  toUtf8Bytes,
  TypedDataEncoder,
  type Signer,
  type TypedDataDomain,
  type TypedDataField,
} from "ethers";

/**
 * The signature of a smart account's owner over typed data of an app, in the nested form of ERC-7739: the owner's wallet
 * shows the data and the account, and the signature holds for that account alone.
 */
export async function signNested(
  owner: Signer,
  account: { name: string; version: string; chainId: bigint; verifyingContract: string },
  domain: TypedDataDomain,
  types: Record<string, TypedDataField[]>,
  message: Record<string, unknown>,
): Promise<string> {
  const name = TypedDataEncoder.getPrimaryType(types);
  const nested = {
    ...types,
    TypedDataSign: [
      { type: name, name: "contents" },
      { type: "string", name: "name" },
      { type: "string", name: "version" },
      { type: "uint256", name: "chainId" },
      { type: "address", name: "verifyingContract" },
      { type: "bytes32", name: "salt" },
    ],
  };
  const salt = toBeHex(0, 32);
  const signature = await owner.signTypedData(domain, nested, { contents: message, ...account, salt });
  // The types as they stand behind `TypedDataSign` in its own type string, then the name of the contents.
  const whole = TypedDataEncoder.from(nested).encodeType("TypedDataSign");
  const text = hexlify(toUtf8Bytes(whole.slice(whole.indexOf(")") + 1) + name));
  return concat([
    signature,
    TypedDataEncoder.hashDomain(domain),
    TypedDataEncoder.hashStruct(name, types, message),
    text,
    toBeHex(dataLength(text), 2),
  ]);
}
