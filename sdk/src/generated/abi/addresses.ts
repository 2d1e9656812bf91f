// Written by `npm run abi` from the contracts; not by hand.
export const deployedAddresses = {
  "latchkey": "0x71EDf3C336B9A970c8C68194890421bD04625bc3",
  "lens": "0x519B0c6191C257596e5842fC67609D115Ff2DD5E",
  "policyStore": "0x18C886A56b8cEC017763c58e4BBb604aCA1D2bae",
  "forwarder": "0xc87739B19d8652d10BA209F861ac57eC6d2e5B3b"
} as const;
export const accountAddresses = {
  "factory": "0x9507d09fE00E0F2f1639b4CB4d177dE172E28013",
  "delegate": "0x3e002002A53fd5b473Ae6e821Dd44Ec699954eE0"
} as const;
