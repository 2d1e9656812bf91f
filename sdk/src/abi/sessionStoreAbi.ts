// Written by `npm run abi` from the contracts; not by hand.

/** The ABI of contracts/interfaces/ISessionStore.sol. */
export const sessionStoreAbi = [
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
  }
] as const;
