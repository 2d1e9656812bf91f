// Written by `npm run abi` from the contracts; not by hand.
export const deployedAddresses = {
  "latchkey": "0x7071D394F9b2ac59075261fF0C3b962D772A8E8e",
  "lens": "0xE00358447939357460106F0B7cED879ADDE28300",
  "policyStore": "0x3009A081bD56E6D7D56648dFB36f9d7799935895",
  "forwarder": "0x15aEC99b76F251433c314280dd7620071C3C2B6A"
} as const;
