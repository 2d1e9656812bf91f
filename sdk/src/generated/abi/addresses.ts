// Written by `npm run abi` from the contracts; not by hand.
export const deployedAddresses = {
  "latchkey": "0x5d03C49E86c1fc77167c4462314fA5C349e2E1f5",
  "lens": "0x12f6Cc535D05ED7cf25309Aa7b216512bddE7545",
  "policyStore": "0xE2e4627270965Bd4138f5b5bA7d932D82d924ab4",
  "forwarder": "0x47B00FABf59F5d5E3f64665B5Ed60ABb4A62cB4b"
} as const;
export const accountAddresses = {
  "factory": "0x240D2E518ACfaaE65847DbB270F1Bfe2EfbF8F0F",
  "delegate": "0x6617F1255a5591346d6103524A80e8d3F47D9234"
} as const;
