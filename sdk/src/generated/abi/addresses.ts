// Written by `npm run abi` from the contracts; not by hand.
export const deployedAddresses = {
  "latchkey": "0xc7650Af22e5e2725853b11e9d8D470Bf7dCD5a12",
  "lens": "0x2124ADf793F83C532aAC7d4fCe1f6F8A78754c52",
  "policyStore": "0x0B4084Db92E102e761e083B8d5E262294DD79beC",
  "forwarder": "0xBFF9C410e8FAaa5E96fee913A94C8cBF438a541c"
} as const;
export const accountAddresses = {
  "factory": "0x240D2E518ACfaaE65847DbB270F1Bfe2EfbF8F0F",
  "delegate": "0x6617F1255a5591346d6103524A80e8d3F47D9234"
} as const;
