// Written by `npm run abi` from the contracts; not by hand.
export const deployedAddresses = {
  "latchkey": "0xfCda92949a8f30903cdF42536397DCd166D39cF7",
  "lens": "0xAF9034F5218866FEeC628f490d8451945F65CbC1",
  "policyStore": "0x2408fdBEA0c3a4B66a53fC1A06e747e0831Fb4cb",
  "forwarder": "0xfE53e2d866F0C918cd0f49Efac1E3Dd4a7D50DF8"
} as const;
export const accountAddresses = {
  "factory": "0x606417670dA55C55b2c6691c3A0534aFC1812297",
  "delegate": "0x6617F1255a5591346d6103524A80e8d3F47D9234"
} as const;
