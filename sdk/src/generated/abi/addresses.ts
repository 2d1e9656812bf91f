// Written by `npm run abi` from the contracts; not by hand.
export const deployedAddresses = {
  "latchkey": "0xde5db0C403bD89Ef0a0e9B66DEe61E09A360c5a5",
  "lens": "0x90180f1Db99b8DAA69294963EeC809638DBF3966",
  "policyStore": "0x64246CDCc3Ab4e0ed962A313675D7A1A06bE0d61",
  "forwarder": "0x7C3e9EDf53D3e39A6E720c08aa8Ce44621f85eDe"
} as const;
export const accountAddresses = {
  "factory": "0x928BF5F5934a6fA405858dc7611bb01A6A4bAe6B",
  "delegate": "0x3952CA87327a99e3cd430d4cd18597C206c64Bd2"
} as const;
