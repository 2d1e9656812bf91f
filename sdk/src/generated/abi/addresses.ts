// Written by `npm run abi` from the contracts; not by hand.
export const deployedAddresses = {
  "latchkey": "0x461BC4229533dcA8075258b7471Ff8c468d27A9D",
  "lens": "0x97B19845eC98C0147Fb943e2Cbc0BBED563D14bE",
  "policyStore": "0xAd02629E5F47EdAd142dD05Af7B1a5d4a43B05a3",
  "forwarder": "0xd4acDf8284668fDED3Ae2C0F08B1A14Cd81E3ae5"
} as const;
export const accountAddresses = {
  "factory": "0xD42eE53B6f0584530A412c455e4949687606A024",
  "delegate": "0x385C02d288E042bEFb1e0199dE2048AC62a27E11"
} as const;
