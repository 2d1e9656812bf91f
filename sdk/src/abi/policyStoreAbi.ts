// Written by `npm run abi` from the contracts; not by hand.

/** The ABI of contracts/interfaces/IPolicyStore.sol. */
export const policyStoreAbi = [
  {
    "type": "error",
    "name": "DuplicateLimit",
    "inputs": [
      {
        "name": "limit",
        "type": "uint256"
      },
      {
        "name": "token",
        "type": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "PolicyAppInvalid",
    "inputs": [
      {
        "name": "app",
        "type": "bytes32"
      }
    ]
  },
  {
    "type": "error",
    "name": "PolicyCalldataTooLarge",
    "inputs": [
      {
        "name": "size",
        "type": "uint256"
      },
      {
        "name": "limit",
        "type": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "PolicyCallsInvalid",
    "inputs": [
      {
        "name": "maxCalls",
        "type": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "PolicyDurationsInvalid",
    "inputs": [
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
    "name": "PolicyEmpty",
    "inputs": []
  },
  {
    "type": "error",
    "name": "PolicyNotCanonical",
    "inputs": [
      {
        "name": "position",
        "type": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "PolicyNotCreated",
    "inputs": [
      {
        "name": "policyId",
        "type": "bytes32"
      }
    ]
  },
  {
    "type": "error",
    "name": "PolicyTooLarge",
    "inputs": [
      {
        "name": "size",
        "type": "uint256"
      },
      {
        "name": "limit",
        "type": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "TooManyLimits",
    "inputs": [
      {
        "name": "count",
        "type": "uint256"
      },
      {
        "name": "limit",
        "type": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "TooManyRules",
    "inputs": [
      {
        "name": "index",
        "type": "uint256"
      },
      {
        "name": "count",
        "type": "uint256"
      },
      {
        "name": "limit",
        "type": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "UnsafeConsumable",
    "inputs": [
      {
        "name": "index",
        "type": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "UnsafeLimitedToken",
    "inputs": [
      {
        "name": "limit",
        "type": "uint256"
      },
      {
        "name": "token",
        "type": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "UnsafeMethod",
    "inputs": [
      {
        "name": "index",
        "type": "uint256"
      },
      {
        "name": "position",
        "type": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "UnsafeOnLimitedToken",
    "inputs": [
      {
        "name": "index",
        "type": "uint256"
      },
      {
        "name": "token",
        "type": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "UnsafeOrder",
    "inputs": [
      {
        "name": "index",
        "type": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "UnsafeOutflow",
    "inputs": [
      {
        "name": "index",
        "type": "uint256"
      },
      {
        "name": "token",
        "type": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "UnsafePaymaster",
    "inputs": [
      {
        "name": "paymaster",
        "type": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "UnsafePeriod",
    "inputs": [
      {
        "name": "limit",
        "type": "uint256"
      },
      {
        "name": "period",
        "type": "uint256"
      },
      {
        "name": "minimum",
        "type": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "UnsafeRecipient",
    "inputs": [
      {
        "name": "index",
        "type": "uint256"
      },
      {
        "name": "word",
        "type": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "UnsafeRuleValues",
    "inputs": [
      {
        "name": "index",
        "type": "uint256"
      },
      {
        "name": "rule",
        "type": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "UnsafeRuleWord",
    "inputs": [
      {
        "name": "index",
        "type": "uint256"
      },
      {
        "name": "rule",
        "type": "uint256"
      },
      {
        "name": "word",
        "type": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "UnsafeSelector",
    "inputs": [
      {
        "name": "index",
        "type": "uint256"
      },
      {
        "name": "selector",
        "type": "bytes4"
      }
    ]
  },
  {
    "type": "error",
    "name": "UnsafeSpend",
    "inputs": [
      {
        "name": "index",
        "type": "uint256"
      },
      {
        "name": "spendToken",
        "type": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "UnsafeTarget",
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
    "name": "UnsafeValue",
    "inputs": [
      {
        "name": "index",
        "type": "uint256"
      },
      {
        "name": "maxValue",
        "type": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "UnsafeWildcard",
    "inputs": [
      {
        "name": "index",
        "type": "uint256"
      }
    ]
  },
  {
    "type": "event",
    "name": "PolicyPublished",
    "inputs": [
      {
        "name": "policyId",
        "type": "bytes32",
        "indexed": true
      },
      {
        "name": "app",
        "type": "bytes32",
        "indexed": true
      },
      {
        "name": "pointer",
        "type": "address",
        "indexed": false
      },
      {
        "name": "policy",
        "type": "tuple",
        "components": [
          {
            "name": "app",
            "type": "bytes32"
          },
          {
            "name": "minDuration",
            "type": "uint32"
          },
          {
            "name": "maxDuration",
            "type": "uint32"
          },
          {
            "name": "maxCalls",
            "type": "uint32"
          },
          {
            "name": "gasBudget",
            "type": "uint80"
          },
          {
            "name": "selfPaid",
            "type": "bool"
          },
          {
            "name": "paymaster",
            "type": "address"
          },
          {
            "name": "permissions",
            "type": "tuple[]",
            "components": [
              {
                "name": "target",
                "type": "address"
              },
              {
                "name": "method",
                "type": "string"
              },
              {
                "name": "maxValue",
                "type": "uint128"
              },
              {
                "name": "spendToken",
                "type": "address"
              },
              {
                "name": "amountArgument",
                "type": "uint8"
              },
              {
                "name": "spendAmount",
                "type": "uint128"
              },
              {
                "name": "rules",
                "type": "tuple[]",
                "components": [
                  {
                    "name": "kind",
                    "type": "uint8"
                  },
                  {
                    "name": "word",
                    "type": "uint8"
                  },
                  {
                    "name": "values",
                    "type": "bytes32[]"
                  }
                ]
              },
              {
                "name": "consumable",
                "type": "bool"
              }
            ]
          },
          {
            "name": "limits",
            "type": "tuple[]",
            "components": [
              {
                "name": "token",
                "type": "address"
              },
              {
                "name": "cap",
                "type": "uint128"
              },
              {
                "name": "period",
                "type": "uint32"
              }
            ]
          }
        ],
        "indexed": false
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
    "name": "hashPolicy",
    "inputs": [
      {
        "name": "policy",
        "type": "tuple",
        "components": [
          {
            "name": "app",
            "type": "bytes32"
          },
          {
            "name": "minDuration",
            "type": "uint32"
          },
          {
            "name": "maxDuration",
            "type": "uint32"
          },
          {
            "name": "maxCalls",
            "type": "uint32"
          },
          {
            "name": "gasBudget",
            "type": "uint80"
          },
          {
            "name": "selfPaid",
            "type": "bool"
          },
          {
            "name": "paymaster",
            "type": "address"
          },
          {
            "name": "permissions",
            "type": "tuple[]",
            "components": [
              {
                "name": "target",
                "type": "address"
              },
              {
                "name": "method",
                "type": "string"
              },
              {
                "name": "maxValue",
                "type": "uint128"
              },
              {
                "name": "spendToken",
                "type": "address"
              },
              {
                "name": "amountArgument",
                "type": "uint8"
              },
              {
                "name": "spendAmount",
                "type": "uint128"
              },
              {
                "name": "rules",
                "type": "tuple[]",
                "components": [
                  {
                    "name": "kind",
                    "type": "uint8"
                  },
                  {
                    "name": "word",
                    "type": "uint8"
                  },
                  {
                    "name": "values",
                    "type": "bytes32[]"
                  }
                ]
              },
              {
                "name": "consumable",
                "type": "bool"
              }
            ]
          },
          {
            "name": "limits",
            "type": "tuple[]",
            "components": [
              {
                "name": "token",
                "type": "address"
              },
              {
                "name": "cap",
                "type": "uint128"
              },
              {
                "name": "period",
                "type": "uint32"
              }
            ]
          }
        ]
      }
    ],
    "outputs": [
      {
        "name": "policyId",
        "type": "bytes32"
      }
    ],
    "stateMutability": "pure"
  },
  {
    "type": "function",
    "name": "policyOf",
    "inputs": [
      {
        "name": "policyId",
        "type": "bytes32"
      }
    ],
    "outputs": [
      {
        "name": "policy",
        "type": "tuple",
        "components": [
          {
            "name": "policyId",
            "type": "bytes32"
          },
          {
            "name": "app",
            "type": "bytes32"
          },
          {
            "name": "minDuration",
            "type": "uint32"
          },
          {
            "name": "maxDuration",
            "type": "uint32"
          },
          {
            "name": "maxCalls",
            "type": "uint32"
          },
          {
            "name": "gasBudget",
            "type": "uint80"
          },
          {
            "name": "selfPaid",
            "type": "bool"
          },
          {
            "name": "paymaster",
            "type": "address"
          },
          {
            "name": "permissions",
            "type": "tuple[]",
            "components": [
              {
                "name": "target",
                "type": "address"
              },
              {
                "name": "kind",
                "type": "uint8"
              },
              {
                "name": "selector",
                "type": "bytes4"
              },
              {
                "name": "headWords",
                "type": "uint8"
              },
              {
                "name": "exactLength",
                "type": "bool"
              },
              {
                "name": "maxValue",
                "type": "uint128"
              },
              {
                "name": "spendToken",
                "type": "address"
              },
              {
                "name": "amountArgument",
                "type": "uint8"
              },
              {
                "name": "spendAmount",
                "type": "uint128"
              },
              {
                "name": "consumable",
                "type": "bool"
              },
              {
                "name": "rules",
                "type": "tuple[]",
                "components": [
                  {
                    "name": "kind",
                    "type": "uint8"
                  },
                  {
                    "name": "word",
                    "type": "uint8"
                  },
                  {
                    "name": "wordType",
                    "type": "uint8"
                  },
                  {
                    "name": "values",
                    "type": "bytes32[]"
                  }
                ]
              }
            ]
          },
          {
            "name": "limits",
            "type": "tuple[]",
            "components": [
              {
                "name": "token",
                "type": "address"
              },
              {
                "name": "cap",
                "type": "uint128"
              },
              {
                "name": "period",
                "type": "uint32"
              }
            ]
          }
        ]
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "policyPointer",
    "inputs": [
      {
        "name": "policyId",
        "type": "bytes32"
      }
    ],
    "outputs": [
      {
        "name": "pointer",
        "type": "address"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "publishPolicy",
    "inputs": [
      {
        "name": "policy",
        "type": "tuple",
        "components": [
          {
            "name": "app",
            "type": "bytes32"
          },
          {
            "name": "minDuration",
            "type": "uint32"
          },
          {
            "name": "maxDuration",
            "type": "uint32"
          },
          {
            "name": "maxCalls",
            "type": "uint32"
          },
          {
            "name": "gasBudget",
            "type": "uint80"
          },
          {
            "name": "selfPaid",
            "type": "bool"
          },
          {
            "name": "paymaster",
            "type": "address"
          },
          {
            "name": "permissions",
            "type": "tuple[]",
            "components": [
              {
                "name": "target",
                "type": "address"
              },
              {
                "name": "method",
                "type": "string"
              },
              {
                "name": "maxValue",
                "type": "uint128"
              },
              {
                "name": "spendToken",
                "type": "address"
              },
              {
                "name": "amountArgument",
                "type": "uint8"
              },
              {
                "name": "spendAmount",
                "type": "uint128"
              },
              {
                "name": "rules",
                "type": "tuple[]",
                "components": [
                  {
                    "name": "kind",
                    "type": "uint8"
                  },
                  {
                    "name": "word",
                    "type": "uint8"
                  },
                  {
                    "name": "values",
                    "type": "bytes32[]"
                  }
                ]
              },
              {
                "name": "consumable",
                "type": "bool"
              }
            ]
          },
          {
            "name": "limits",
            "type": "tuple[]",
            "components": [
              {
                "name": "token",
                "type": "address"
              },
              {
                "name": "cap",
                "type": "uint128"
              },
              {
                "name": "period",
                "type": "uint32"
              }
            ]
          }
        ]
      }
    ],
    "outputs": [
      {
        "name": "policyId",
        "type": "bytes32"
      }
    ],
    "stateMutability": "nonpayable"
  }
] as const;
