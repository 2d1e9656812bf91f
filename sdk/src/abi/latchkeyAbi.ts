// Written by `npm run abi` from the contracts; not by hand.

/** The ABI of contracts/interfaces/ILatchkey.sol. */
export const latchkeyAbi = [
  {
    "type": "error",
    "name": "ArgumentNotAllowed",
    "inputs": [
      {
        "name": "index",
        "type": "uint256"
      },
      {
        "name": "word",
        "type": "uint256"
      },
      {
        "name": "actual",
        "type": "bytes32"
      }
    ]
  },
  {
    "type": "error",
    "name": "ArgumentNotCanonical",
    "inputs": [
      {
        "name": "index",
        "type": "uint256"
      },
      {
        "name": "word",
        "type": "uint256"
      },
      {
        "name": "actual",
        "type": "bytes32"
      }
    ]
  },
  {
    "type": "error",
    "name": "CallNotAllowed",
    "inputs": [
      {
        "name": "index",
        "type": "uint256"
      },
      {
        "name": "target",
        "type": "address"
      },
      {
        "name": "selector",
        "type": "bytes4"
      }
    ]
  },
  {
    "type": "error",
    "name": "CallNotConsumable",
    "inputs": [
      {
        "name": "index",
        "type": "uint256"
      },
      {
        "name": "target",
        "type": "address"
      },
      {
        "name": "selector",
        "type": "bytes4"
      }
    ]
  },
  {
    "type": "error",
    "name": "CalldataLengthNotAllowed",
    "inputs": [
      {
        "name": "index",
        "type": "uint256"
      },
      {
        "name": "length",
        "type": "uint256"
      },
      {
        "name": "required",
        "type": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "CallerNotForwarder",
    "inputs": [
      {
        "name": "caller",
        "type": "address"
      },
      {
        "name": "forwarder",
        "type": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "DeadlineNotAllowed",
    "inputs": [
      {
        "name": "deadline",
        "type": "uint256"
      },
      {
        "name": "validUntil",
        "type": "uint48"
      }
    ]
  },
  {
    "type": "error",
    "name": "DeadlinePassed",
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
    "name": "EmptyBatch",
    "inputs": []
  },
  {
    "type": "error",
    "name": "ExecutionNotCanonical",
    "inputs": [
      {
        "name": "position",
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
    "name": "GasBelowMinimum",
    "inputs": [
      {
        "name": "available",
        "type": "uint256"
      },
      {
        "name": "minGas",
        "type": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "GasBudgetExceeded",
    "inputs": [
      {
        "name": "requested",
        "type": "uint256"
      },
      {
        "name": "left",
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
    "name": "InitCodeNotAllowed",
    "inputs": [
      {
        "name": "length",
        "type": "uint256"
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
    "name": "InvalidSessionSignature",
    "inputs": [
      {
        "name": "key",
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
    "name": "KeyHasCode",
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
    "name": "NonceAlreadyUsed",
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
    ]
  },
  {
    "type": "error",
    "name": "OperationNotCanonical",
    "inputs": [
      {
        "name": "pointer",
        "type": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "OperationSelectorNotAllowed",
    "inputs": [
      {
        "name": "selector",
        "type": "bytes4"
      }
    ]
  },
  {
    "type": "error",
    "name": "PaymasterDataTooShort",
    "inputs": [
      {
        "name": "length",
        "type": "uint256"
      },
      {
        "name": "required",
        "type": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "PaymasterNotAllowed",
    "inputs": [
      {
        "name": "actual",
        "type": "address"
      },
      {
        "name": "expected",
        "type": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "PeriodEnded",
    "inputs": [
      {
        "name": "token",
        "type": "address"
      },
      {
        "name": "period",
        "type": "uint256"
      },
      {
        "name": "current",
        "type": "uint256"
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
    "name": "PrincipalMismatch",
    "inputs": [
      {
        "name": "sender",
        "type": "address"
      },
      {
        "name": "caller",
        "type": "address"
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
    "name": "PrincipalWithoutCode",
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
    "name": "SelfPaymentNotAllowed",
    "inputs": []
  },
  {
    "type": "error",
    "name": "SessionAlreadyRevoked",
    "inputs": [
      {
        "name": "principal",
        "type": "address"
      },
      {
        "name": "key",
        "type": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "SessionCallsExceeded",
    "inputs": [
      {
        "name": "requested",
        "type": "uint256"
      },
      {
        "name": "left",
        "type": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "SessionExpired",
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
    "name": "SessionGenerationEnded",
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
    "name": "SessionNotRegistered",
    "inputs": [
      {
        "name": "principal",
        "type": "address"
      },
      {
        "name": "key",
        "type": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "SessionNotYetValid",
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
    "name": "SignatureElementNotCanonical",
    "inputs": [
      {
        "name": "element",
        "type": "uint256"
      },
      {
        "name": "value",
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
    "name": "SignatureLengthInvalid",
    "inputs": [
      {
        "name": "length",
        "type": "uint256"
      },
      {
        "name": "required",
        "type": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "SpendCapExceeded",
    "inputs": [
      {
        "name": "token",
        "type": "address"
      },
      {
        "name": "requested",
        "type": "uint256"
      },
      {
        "name": "left",
        "type": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "TargetForbidden",
    "inputs": [
      {
        "name": "index",
        "type": "uint256"
      },
      {
        "name": "target",
        "type": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "UnsupportedExecutionMode",
    "inputs": [
      {
        "name": "mode",
        "type": "bytes32"
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
    "type": "error",
    "name": "ValueNotAllowed",
    "inputs": [
      {
        "name": "index",
        "type": "uint256"
      },
      {
        "name": "value",
        "type": "uint256"
      },
      {
        "name": "maxValue",
        "type": "uint256"
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
    "name": "SessionUsed",
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
        "name": "route",
        "type": "uint8",
        "indexed": false
      },
      {
        "name": "calls",
        "type": "uint256",
        "indexed": false
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
    "name": "FORWARDER",
    "inputs": [],
    "outputs": [
      {
        "name": "",
        "type": "address"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "P256_VERIFIER",
    "inputs": [],
    "outputs": [
      {
        "name": "",
        "type": "address"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "POLICY_STORE",
    "inputs": [],
    "outputs": [
      {
        "name": "",
        "type": "address"
      }
    ],
    "stateMutability": "view"
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
    "name": "checkCalls",
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
        "name": "route",
        "type": "uint8"
      },
      {
        "name": "calls",
        "type": "tuple[]",
        "components": [
          {
            "name": "target",
            "type": "address"
          },
          {
            "name": "value",
            "type": "uint256"
          },
          {
            "name": "data",
            "type": "bytes"
          }
        ]
      },
      {
        "name": "validUntil",
        "type": "uint48"
      },
      {
        "name": "maxGasCost",
        "type": "uint256"
      },
      {
        "name": "paymaster",
        "type": "address"
      }
    ],
    "outputs": [],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "consumeForwarded",
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
        "name": "target",
        "type": "address"
      },
      {
        "name": "data",
        "type": "bytes"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "consumeForwardedBySig",
    "inputs": [
      {
        "name": "principal",
        "type": "address"
      },
      {
        "name": "target",
        "type": "address"
      },
      {
        "name": "data",
        "type": "bytes"
      },
      {
        "name": "nonce",
        "type": "uint256"
      },
      {
        "name": "minGas",
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
    "name": "consumeSession",
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
        "name": "data",
        "type": "bytes"
      }
    ],
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
    "name": "execute",
    "inputs": [
      {
        "name": "principal",
        "type": "address"
      },
      {
        "name": "mode",
        "type": "bytes32"
      },
      {
        "name": "executionCalldata",
        "type": "bytes"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "executeBySig",
    "inputs": [
      {
        "name": "principal",
        "type": "address"
      },
      {
        "name": "mode",
        "type": "bytes32"
      },
      {
        "name": "executionCalldata",
        "type": "bytes"
      },
      {
        "name": "nonce",
        "type": "uint256"
      },
      {
        "name": "minGas",
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
    "name": "isInitialized",
    "inputs": [
      {
        "name": "account",
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
    "name": "isModuleType",
    "inputs": [
      {
        "name": "moduleTypeId",
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
    "name": "isValidFor",
    "inputs": [
      {
        "name": "key",
        "type": "address"
      },
      {
        "name": "principal",
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
    "name": "isValidSignatureWithSender",
    "inputs": [
      {
        "name": "sender",
        "type": "address"
      },
      {
        "name": "hash",
        "type": "bytes32"
      },
      {
        "name": "signature",
        "type": "bytes"
      }
    ],
    "outputs": [
      {
        "name": "",
        "type": "bytes4"
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
    "name": "onInstall",
    "inputs": [
      {
        "name": "data",
        "type": "bytes"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "onUninstall",
    "inputs": [
      {
        "name": "data",
        "type": "bytes"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
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
  },
  {
    "type": "function",
    "name": "validateUserOp",
    "inputs": [
      {
        "name": "userOp",
        "type": "tuple",
        "components": [
          {
            "name": "sender",
            "type": "address"
          },
          {
            "name": "nonce",
            "type": "uint256"
          },
          {
            "name": "initCode",
            "type": "bytes"
          },
          {
            "name": "callData",
            "type": "bytes"
          },
          {
            "name": "accountGasLimits",
            "type": "bytes32"
          },
          {
            "name": "preVerificationGas",
            "type": "uint256"
          },
          {
            "name": "gasFees",
            "type": "bytes32"
          },
          {
            "name": "paymasterAndData",
            "type": "bytes"
          },
          {
            "name": "signature",
            "type": "bytes"
          }
        ]
      },
      {
        "name": "userOpHash",
        "type": "bytes32"
      }
    ],
    "outputs": [
      {
        "name": "",
        "type": "uint256"
      }
    ],
    "stateMutability": "nonpayable"
  }
] as const;
