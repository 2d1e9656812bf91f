// Written by `npm run abi` from the contracts; not by hand.
export const deployedAddresses = {
  "latchkey": "0xBDa833fc38F5659027AeB8B98E34993376b84D03",
  "lens": "0x6053de2D3B2C3cD4fa85a46a0Dd504f7A585aB03",
  "policyStore": "0xB413629194bF9443451A62a1d1A33e4cd34b4f8E",
  "forwarder": "0xE7548E29bCEfE1Db002A59a838DA90Ca730CD911"
} as const;
export const accountAddresses = {
  "factory": "0xD42eE53B6f0584530A412c455e4949687606A024",
  "delegate": "0x385C02d288E042bEFb1e0199dE2048AC62a27E11"
} as const;
