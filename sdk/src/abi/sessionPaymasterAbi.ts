// Written by `npm run abi` from the contracts; not by hand.

/** The ABI of contracts/paymaster/SessionPaymaster.sol. */
export const sessionPaymasterAbi = [
  {
    "type": "constructor",
    "inputs": [
      {
        "name": "entryPoint_",
        "type": "address"
      },
      {
        "name": "latchkey",
        "type": "address"
      },
      {
        "name": "owner_",
        "type": "address"
      }
    ],
    "stateMutability": "nonpayable"
  },
  {
    "type": "error",
    "name": "BudgetExceeded",
    "inputs": [
      {
        "name": "principal",
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
    "name": "EntryPointWithoutCode",
    "inputs": [
      {
        "name": "entryPoint",
        "type": "address"
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
    "name": "LatchkeyWithoutCode",
    "inputs": [
      {
        "name": "latchkey",
        "type": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "NonceKeyNotAllowed",
    "inputs": [
      {
        "name": "nonceKey",
        "type": "uint192"
      },
      {
        "name": "validator",
        "type": "address"
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
    "name": "OwnableInvalidOwner",
    "inputs": [
      {
        "name": "owner",
        "type": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "OwnableUnauthorizedAccount",
    "inputs": [
      {
        "name": "account",
        "type": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "OwnershipNotRenounceable",
    "inputs": [
      {
        "name": "owner",
        "type": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "PaymasterDataLengthInvalid",
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
    "name": "PaymasterUnauthorized",
    "inputs": [
      {
        "name": "sender",
        "type": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "RecipientNotAllowed",
    "inputs": [
      {
        "name": "recipient",
        "type": "address"
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
    "type": "event",
    "name": "BudgetSet",
    "inputs": [
      {
        "name": "principal",
        "type": "address",
        "indexed": true
      },
      {
        "name": "budget",
        "type": "uint128",
        "indexed": false
      }
    ]
  },
  {
    "type": "event",
    "name": "BudgetSpent",
    "inputs": [
      {
        "name": "principal",
        "type": "address",
        "indexed": true
      },
      {
        "name": "charge",
        "type": "uint256",
        "indexed": false
      }
    ]
  },
  {
    "type": "event",
    "name": "OwnershipTransferStarted",
    "inputs": [
      {
        "name": "previousOwner",
        "type": "address",
        "indexed": true
      },
      {
        "name": "newOwner",
        "type": "address",
        "indexed": true
      }
    ]
  },
  {
    "type": "event",
    "name": "OwnershipTransferred",
    "inputs": [
      {
        "name": "previousOwner",
        "type": "address",
        "indexed": true
      },
      {
        "name": "newOwner",
        "type": "address",
        "indexed": true
      }
    ]
  },
  {
    "type": "function",
    "name": "LATCHKEY",
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
    "name": "acceptOwnership",
    "inputs": [],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "addStake",
    "inputs": [
      {
        "name": "unstakeDelay",
        "type": "uint32"
      }
    ],
    "outputs": [],
    "stateMutability": "payable"
  },
  {
    "type": "function",
    "name": "budgetOf",
    "inputs": [
      {
        "name": "principal",
        "type": "address"
      }
    ],
    "outputs": [
      {
        "name": "budget",
        "type": "uint128"
      },
      {
        "name": "spent",
        "type": "uint128"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "deposit",
    "inputs": [],
    "outputs": [],
    "stateMutability": "payable"
  },
  {
    "type": "function",
    "name": "entryPoint",
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
    "name": "owner",
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
    "name": "pendingOwner",
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
    "name": "postOp",
    "inputs": [
      {
        "name": "mode",
        "type": "uint8"
      },
      {
        "name": "context",
        "type": "bytes"
      },
      {
        "name": "actualGasCost",
        "type": "uint256"
      },
      {
        "name": "actualUserOpFeePerGas",
        "type": "uint256"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "renounceOwnership",
    "inputs": [],
    "outputs": [],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "setBudget",
    "inputs": [
      {
        "name": "principal",
        "type": "address"
      },
      {
        "name": "budget",
        "type": "uint128"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "setBudgets",
    "inputs": [
      {
        "name": "budgets",
        "type": "tuple[]",
        "components": [
          {
            "name": "principal",
            "type": "address"
          },
          {
            "name": "budget",
            "type": "uint128"
          }
        ]
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "transferOwnership",
    "inputs": [
      {
        "name": "newOwner",
        "type": "address"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "unlockStake",
    "inputs": [],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "validatePaymasterUserOp",
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
      },
      {
        "name": "maxCost",
        "type": "uint256"
      }
    ],
    "outputs": [
      {
        "name": "context",
        "type": "bytes"
      },
      {
        "name": "validationData",
        "type": "uint256"
      }
    ],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "withdrawStake",
    "inputs": [
      {
        "name": "recipient",
        "type": "address"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "withdrawTo",
    "inputs": [
      {
        "name": "recipient",
        "type": "address"
      },
      {
        "name": "amount",
        "type": "uint256"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  }
] as const;
