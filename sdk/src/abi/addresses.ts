// Written by `npm run abi` from the contracts; not by hand.
export const deployedAddresses = {
  "latchkey": "0x0EC6Dd69C424675714776a46371769713fa2bB61",
  "lens": "0x93851dC2B98AEB80B2d6b9DdD96eAFDFa013264c",
  "policyStore": "0xfb85034b7CABad046a98633669e870662d7cC92A",
  "forwarder": "0x395e8b6100De693d1E064421326a6e116a43F1F1"
} as const;
export const accountAddresses = {
  "factory": "0xEb79ebf600Eb57A64b5535F3d6E48c299bA74a8A",
  "delegate": "0x2A5C7BD8f063a019667779701cb53f473035f188"
} as const;
