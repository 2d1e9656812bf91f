// Written by `npm run abi` from the contracts; not by hand.
export const deployedAddresses = {
  "latchkey": "0xD19d6270DFb39D1976451b5CafE3e5334B38960C",
  "lens": "0x9482bbeBc433D903cD13AC3F3195dcF52cd3231f",
  "policyStore": "0x167e7735c3E7f3c67564BD8813F41DDa62E93b01",
  "forwarder": "0x3286CF9e43B10f89530CE4522b052fb6558D6a34"
} as const;
export const accountAddresses = {
  "factory": "0x240D2E518ACfaaE65847DbB270F1Bfe2EfbF8F0F",
  "delegate": "0x6617F1255a5591346d6103524A80e8d3F47D9234"
} as const;
