// Written by `npm run abi` from the contracts; not by hand.
export const deployedAddresses = {
  "latchkey": "0xdC290D988a81C57f5E57429b266c3e652F685413",
  "lens": "0x8E1645B76AC984949959e53Dd354CE4A1d5dC6a9",
  "policyStore": "0x3e8223072Fd84E2B436F09f0534320A1690010A8",
  "forwarder": "0xe898AeD377Cb11D6b006b0903B57114e5e4478C2"
} as const;
export const accountAddresses = {
  "factory": "0x606417670dA55C55b2c6691c3A0534aFC1812297",
  "delegate": "0x6617F1255a5591346d6103524A80e8d3F47D9234"
} as const;
