// Written by `npm run abi` from the contracts; not by hand.
export const deployedAddresses = {
  "latchkey": "0xF0c2CFCd8372d0c9730Cb26550957dE9D6696E95",
  "lens": "0x3F12D460488b09a067C83fc4a54335EdDB33De0D",
  "policyStore": "0x63e3CC5B1BDE1C70C619a06C20760bf740e298c4",
  "forwarder": "0xcfdC0200bA6578478C2d481eb977bBeE615E3efb"
} as const;
export const accountAddresses = {
  "factory": "0xd7A47D85EfBCB556EF49a855Bf7F30b6C473c98A",
  "delegate": "0x26211aC4961Be6F9fdDFBf29173B2987cD499b7d"
} as const;
