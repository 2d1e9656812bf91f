// Written by `npm run abi` from the contracts; not by hand.
export const deployedAddresses = {
  "latchkey": "0xB62E08d1789bA30B05910FF54E78B429e4bEEecB",
  "lens": "0x616FcDeFf367667ddda60Cf0AE5f403077A5aaf4",
  "policyStore": "0x785207597339E0AE15b83B60Dd404295De3834bd",
  "forwarder": "0x708AA4E19b4Bf3EdF7411D5e004F1b5c30A4eC3f"
} as const;
