// Written by `npm run abi` from the contracts; not by hand.
export const deployedAddresses = {
  "latchkey": "0x67826fB85728483aEF9256bD51497b706AD3f082",
  "lens": "0xDb92a57Eac34aa69360374a870D9f3ac616afF3C",
  "policyStore": "0x00F5f0cb127C77397EF2Ba4FE29f1f1330C325EE",
  "forwarder": "0x2391694b8a2bBa1324110F8811C5F4745c2c493c"
} as const;
export const accountAddresses = {
  "factory": "0x86506924EA0f24847DCc70b83063C536ed6C9b8D",
  "delegate": "0xdf3084956323Cc94817305B565e3Ecc3E446019C"
} as const;
