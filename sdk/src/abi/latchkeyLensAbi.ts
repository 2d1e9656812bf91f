// Written by `npm run abi` from the contracts; not by hand.

/** The ABI of contracts/interfaces/ILatchkeyLens.sol. */
export const latchkeyLensAbi = [
  {
    "type": "function",
    "name": "explain",
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
    "outputs": [
      {
        "name": "allowed",
        "type": "bool"
      },
      {
        "name": "index",
        "type": "uint256"
      },
      {
        "name": "error",
        "type": "bytes"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "getSession",
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
        "name": "session",
        "type": "tuple",
        "components": [
          {
            "name": "status",
            "type": "uint8"
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
            "name": "policyId",
            "type": "bytes32"
          },
          {
            "name": "registration",
            "type": "uint32"
          },
          {
            "name": "callsLeft",
            "type": "uint32"
          },
          {
            "name": "gasLeft",
            "type": "uint256"
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
              },
              {
                "name": "left",
                "type": "uint256"
              },
              {
                "name": "refillsAt",
                "type": "uint256"
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
    "name": "worstLoss",
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
        "name": "losses",
        "type": "tuple[]",
        "components": [
          {
            "name": "token",
            "type": "address"
          },
          {
            "name": "amount",
            "type": "uint256"
          }
        ]
      },
      {
        "name": "gas",
        "type": "uint256"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "worstLossOf",
    "inputs": [
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
      }
    ],
    "outputs": [
      {
        "name": "losses",
        "type": "tuple[]",
        "components": [
          {
            "name": "token",
            "type": "address"
          },
          {
            "name": "amount",
            "type": "uint256"
          }
        ]
      },
      {
        "name": "gas",
        "type": "uint256"
      }
    ],
    "stateMutability": "view"
  }
] as const;
