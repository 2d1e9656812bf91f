// Written by `npm run abi` from the contracts; not by hand.
export const contractErrorsAbi = [
  {
    "type": "error",
    "name": "AccountAlreadyInitialized",
    "inputs": [
      {
        "name": "owner",
        "type": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "AccountNotInitialized",
    "inputs": []
  },
  {
    "type": "error",
    "name": "AmountNotCounted",
    "inputs": [
      {
        "name": "word",
        "type": "uint256"
      },
      {
        "name": "counted",
        "type": "uint256"
      },
      {
        "name": "amount",
        "type": "uint256"
      }
    ]
  },
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
    "name": "ForwardedCalldataTooShort",
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
    "name": "ForwardedGasBelowMinimum",
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
    "name": "ForwarderNotTrusted",
    "inputs": [
      {
        "name": "target",
        "type": "address"
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
    "name": "OwnerNotAllowed",
    "inputs": [
      {
        "name": "owner",
        "type": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "OwnerOverwritten",
    "inputs": [
      {
        "name": "owner",
        "type": "address"
      },
      {
        "name": "written",
        "type": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "OwnershipNotAccepted",
    "inputs": [
      {
        "name": "newOwner",
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
    "name": "SessionCarriesNoValue",
    "inputs": [
      {
        "name": "value",
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
    "name": "TargetWithoutCode",
    "inputs": [
      {
        "name": "target",
        "type": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "TokenCreditMismatch",
    "inputs": [
      {
        "name": "token",
        "type": "address"
      },
      {
        "name": "credited",
        "type": "uint256"
      },
      {
        "name": "amount",
        "type": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "TokenDebitMismatch",
    "inputs": [
      {
        "name": "token",
        "type": "address"
      },
      {
        "name": "debited",
        "type": "uint256"
      },
      {
        "name": "amount",
        "type": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "TokenWithoutCode",
    "inputs": [
      {
        "name": "token",
        "type": "address"
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
  }
] as const;
