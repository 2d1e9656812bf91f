// Written by `npm run abi` from the contracts; not by hand.
export const deployedAddresses = {
  "latchkey": "0x7c3E620D13aA2F5789CD06ffCc03ae37203eE5AF",
  "lens": "0x96763CEC2409761054b3B4669b172cc118625919",
  "policyStore": "0xB2dEAd4152A4bA4442393c918939c3c246e47e4B",
  "forwarder": "0x0Aab23B632e7a55053d34ad4cd4A08fCD5EAbbE2"
} as const;
