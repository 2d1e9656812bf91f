// Written by `npm run abi` from the contracts; not by hand.
export const deployedAddresses = {
  "latchkey": "0x7416ddE1A4aF6e800d5be8F335926e3c5Ae4f0a1",
  "lens": "0x5e6A7397FB411B9c4646B14cba115C5066981E9E",
  "policyStore": "0x5fBd46a36688798736eAC8E7b42bC2EB8241ae77",
  "forwarder": "0x9faB8eB9473D8c0a8b4Bab4aeaCe7cdc191d49C5"
} as const;
export const accountAddresses = {
  "factory": "0xDE33Be824426a3cD04F7aa0dCebcbAa2f5527275",
  "delegate": "0xDb5F33b8Fea7b83B7357F9D5EAB2eDaBFCd8505D"
} as const;
