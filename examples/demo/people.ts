import { keccak256, stringToHex } from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";

/** Somebody with a wallet. */
export type Person = PrivateKeyAccount;

/** Keys of the demo follow from their names, so that two runs show the same: not for anything of value. */
export const secretOf = (name: string) => keccak256(stringToHex(`latchkey demo: ${name}`));

export const person = (name: string): Person => privateKeyToAccount(secretOf(name));
