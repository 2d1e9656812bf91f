// Written by `npm run abi` from the contracts; not by hand.

/** The ABI of contracts/interfaces/ISessionRegistry.sol. */
export const sessionRegistryAbi = [
  {
    "type": "error",
    "name": "DurationOutOfBounds",
    "inputs": [
      {
        "name": "duration",
        "type": "uint256"
      },
      {
        "name": "minDuration",
        "type": "uint256"
      },
      {
        "name": "maxDuration",
        "type": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "FundingFailed",
    "inputs": [
      {
        "name": "key",
        "type": "address"
      },
      {
        "name": "value",
        "type": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "GenerationMismatch",
    "inputs": [
      {
        "name": "generation",
        "type": "uint32"
      },
      {
        "name": "current",
        "type": "uint32"
      }
    ]
  },
  {
    "type": "error",
    "name": "InvalidPrincipalSignature",
    "inputs": [
      {
        "name": "principal",
        "type": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "KeyCannotBeFunded",
    "inputs": [
      {
        "name": "key",
        "type": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "KeyInAnotherLane",
    "inputs": [
      {
        "name": "key",
        "type": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "KeyNotAllowed",
    "inputs": [
      {
        "name": "key",
        "type": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "LaneOccupied",
    "inputs": [
      {
        "name": "app",
        "type": "bytes32"
      },
      {
        "name": "lane",
        "type": "uint64"
      },
      {
        "name": "occupant",
        "type": "address"
      },
      {
        "name": "replaces",
        "type": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "MaxCallsOutOfBounds",
    "inputs": [
      {
        "name": "maxCalls",
        "type": "uint32"
      },
      {
        "name": "limit",
        "type": "uint32"
      }
    ]
  },
  {
    "type": "error",
    "name": "PolicyNotPublished",
    "inputs": [
      {
        "name": "policyId",
        "type": "bytes32"
      }
    ]
  },
  {
    "type": "error",
    "name": "PrincipalNotAllowed",
    "inputs": [
      {
        "name": "principal",
        "type": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "PublicKeyLengthInvalid",
    "inputs": [
      {
        "name": "length",
        "type": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "PublicKeyMismatch",
    "inputs": [
      {
        "name": "key",
        "type": "address"
      },
      {
        "name": "derived",
        "type": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "PublicKeyNotOnCurve",
    "inputs": [
      {
        "name": "x",
        "type": "bytes32"
      },
      {
        "name": "y",
        "type": "bytes32"
      }
    ]
  },
  {
    "type": "error",
    "name": "SessionNotExpired",
    "inputs": [
      {
        "name": "validUntil",
        "type": "uint48"
      },
      {
        "name": "time",
        "type": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "SignatureExpired",
    "inputs": [
      {
        "name": "deadline",
        "type": "uint256"
      },
      {
        "name": "time",
        "type": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "ValidAfterInPast",
    "inputs": [
      {
        "name": "validAfter",
        "type": "uint48"
      },
      {
        "name": "time",
        "type": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "ValidUntilOutOfRange",
    "inputs": [
      {
        "name": "validUntil",
        "type": "uint48"
      }
    ]
  },
  {
    "type": "event",
    "name": "AllSessionsRevoked",
    "inputs": [
      {
        "name": "principal",
        "type": "address",
        "indexed": true
      },
      {
        "name": "generation",
        "type": "uint32",
        "indexed": false
      }
    ]
  },
  {
    "type": "event",
    "name": "SessionRegistered",
    "inputs": [
      {
        "name": "principal",
        "type": "address",
        "indexed": true
      },
      {
        "name": "key",
        "type": "address",
        "indexed": true
      },
      {
        "name": "app",
        "type": "bytes32",
        "indexed": true
      },
      {
        "name": "policyId",
        "type": "bytes32",
        "indexed": false
      },
      {
        "name": "lane",
        "type": "uint64",
        "indexed": false
      },
      {
        "name": "validAfter",
        "type": "uint48",
        "indexed": false
      },
      {
        "name": "validUntil",
        "type": "uint48",
        "indexed": false
      },
      {
        "name": "maxCalls",
        "type": "uint32",
        "indexed": false
      },
      {
        "name": "registration",
        "type": "uint32",
        "indexed": false
      },
      {
        "name": "publicKey",
        "type": "bytes",
        "indexed": false
      }
    ]
  },
  {
    "type": "event",
    "name": "SessionRevoked",
    "inputs": [
      {
        "name": "principal",
        "type": "address",
        "indexed": true
      },
      {
        "name": "key",
        "type": "address",
        "indexed": true
      }
    ]
  },
  {
    "type": "event",
    "name": "SessionSwept",
    "inputs": [
      {
        "name": "principal",
        "type": "address",
        "indexed": true
      },
      {
        "name": "key",
        "type": "address",
        "indexed": true
      }
    ]
  },
  {
    "type": "event",
    "name": "SignaturesCancelled",
    "inputs": [
      {
        "name": "principal",
        "type": "address",
        "indexed": true
      },
      {
        "name": "nonce",
        "type": "uint64",
        "indexed": false
      }
    ]
  },
  {
    "type": "function",
    "name": "activeSession",
    "inputs": [
      {
        "name": "principal",
        "type": "address"
      },
      {
        "name": "app",
        "type": "bytes32"
      },
      {
        "name": "lane",
        "type": "uint64"
      }
    ],
    "outputs": [
      {
        "name": "key",
        "type": "address"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "cancelSignatures",
    "inputs": [],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "deactivateSession",
    "inputs": [
      {
        "name": "principal",
        "type": "address"
      },
      {
        "name": "key",
        "type": "address"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "generationOf",
    "inputs": [
      {
        "name": "principal",
        "type": "address"
      }
    ],
    "outputs": [
      {
        "name": "",
        "type": "uint32"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "isAuthorized",
    "inputs": [
      {
        "name": "principal",
        "type": "address"
      },
      {
        "name": "sender",
        "type": "address"
      },
      {
        "name": "target",
        "type": "address"
      },
      {
        "name": "selector",
        "type": "bytes4"
      }
    ],
    "outputs": [
      {
        "name": "",
        "type": "bool"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "isLive",
    "inputs": [
      {
        "name": "principal",
        "type": "address"
      },
      {
        "name": "key",
        "type": "address"
      }
    ],
    "outputs": [
      {
        "name": "",
        "type": "bool"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "isNonceUsed",
    "inputs": [
      {
        "name": "principal",
        "type": "address"
      },
      {
        "name": "key",
        "type": "address"
      },
      {
        "name": "nonce",
        "type": "uint256"
      }
    ],
    "outputs": [
      {
        "name": "",
        "type": "bool"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "nonces",
    "inputs": [
      {
        "name": "principal",
        "type": "address"
      }
    ],
    "outputs": [
      {
        "name": "",
        "type": "uint256"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "registerSession",
    "inputs": [
      {
        "name": "grant",
        "type": "tuple",
        "components": [
          {
            "name": "key",
            "type": "address"
          },
          {
            "name": "publicKey",
            "type": "bytes"
          },
          {
            "name": "policyId",
            "type": "bytes32"
          },
          {
            "name": "validAfter",
            "type": "uint48"
          },
          {
            "name": "validUntil",
            "type": "uint48"
          },
          {
            "name": "maxCalls",
            "type": "uint32"
          },
          {
            "name": "lane",
            "type": "uint64"
          },
          {
            "name": "replaces",
            "type": "address"
          }
        ]
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "registerSessionAndFund",
    "inputs": [
      {
        "name": "grant",
        "type": "tuple",
        "components": [
          {
            "name": "key",
            "type": "address"
          },
          {
            "name": "publicKey",
            "type": "bytes"
          },
          {
            "name": "policyId",
            "type": "bytes32"
          },
          {
            "name": "validAfter",
            "type": "uint48"
          },
          {
            "name": "validUntil",
            "type": "uint48"
          },
          {
            "name": "maxCalls",
            "type": "uint32"
          },
          {
            "name": "lane",
            "type": "uint64"
          },
          {
            "name": "replaces",
            "type": "address"
          }
        ]
      }
    ],
    "outputs": [],
    "stateMutability": "payable"
  },
  {
    "type": "function",
    "name": "registerSessionBySig",
    "inputs": [
      {
        "name": "principal",
        "type": "address"
      },
      {
        "name": "grant",
        "type": "tuple",
        "components": [
          {
            "name": "key",
            "type": "address"
          },
          {
            "name": "publicKey",
            "type": "bytes"
          },
          {
            "name": "policyId",
            "type": "bytes32"
          },
          {
            "name": "validAfter",
            "type": "uint48"
          },
          {
            "name": "validUntil",
            "type": "uint48"
          },
          {
            "name": "maxCalls",
            "type": "uint32"
          },
          {
            "name": "lane",
            "type": "uint64"
          },
          {
            "name": "replaces",
            "type": "address"
          }
        ]
      },
      {
        "name": "deadline",
        "type": "uint256"
      },
      {
        "name": "signature",
        "type": "bytes"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "revokeAllSessions",
    "inputs": [],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "revokeAllSessionsBySig",
    "inputs": [
      {
        "name": "principal",
        "type": "address"
      },
      {
        "name": "generation",
        "type": "uint32"
      },
      {
        "name": "deadline",
        "type": "uint256"
      },
      {
        "name": "signature",
        "type": "bytes"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "revokeSession",
    "inputs": [
      {
        "name": "key",
        "type": "address"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "revokeSessionBySig",
    "inputs": [
      {
        "name": "principal",
        "type": "address"
      },
      {
        "name": "key",
        "type": "address"
      },
      {
        "name": "deadline",
        "type": "uint256"
      },
      {
        "name": "signature",
        "type": "bytes"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "sessionWords",
    "inputs": [
      {
        "name": "principal",
        "type": "address"
      },
      {
        "name": "key",
        "type": "address"
      }
    ],
    "outputs": [
      {
        "name": "head",
        "type": "uint256"
      },
      {
        "name": "counters",
        "type": "uint256"
      },
      {
        "name": "spent",
        "type": "uint256[8]"
      },
      {
        "name": "x",
        "type": "bytes32"
      },
      {
        "name": "y",
        "type": "bytes32"
      }
    ],
    "stateMutability": "view"
  }
] as const;
