// Written by `npm run abi` from the contracts; not by hand.
export const deployedAddresses = {
  "latchkey": "0xdDC93d626fBdBFEC3cB1eDBe6Be1B556fC35af33",
  "lens": "0x1aA92E4Dd5E1f206aF8579FeEd7af682D097A766",
  "policyStore": "0xed8cccCDEe1417fd43D7317a3eFbc16f010c2f29",
  "forwarder": "0x758Cc425f03B373Fc61e29edaf5457C14D3859C2"
} as const;
export const accountAddresses = {
  "factory": "0xD42eE53B6f0584530A412c455e4949687606A024",
  "delegate": "0x385C02d288E042bEFb1e0199dE2048AC62a27E11"
} as const;
