// Written by `npm run abi` from the contracts; not by hand.
export { latchkeyAbi } from "./latchkeyAbi.ts";
export { latchkeyLensAbi } from "./latchkeyLensAbi.ts";
export { policyStoreAbi } from "./policyStoreAbi.ts";
export { policyEncoderAbi } from "./policyEncoderAbi.ts";
export { sessionStateAbi } from "./sessionStateAbi.ts";
export { sessionRegistryAbi } from "./sessionRegistryAbi.ts";
export { sessionValidatorAbi } from "./sessionValidatorAbi.ts";
export { sessionExecutorAbi } from "./sessionExecutorAbi.ts";
export { sessionConsumerAbi } from "./sessionConsumerAbi.ts";
export { sessionForwarderAbi } from "./sessionForwarderAbi.ts";
export { sessionErrorsAbi } from "./sessionErrorsAbi.ts";
export { latchkeyAccountAbi } from "./latchkeyAccountAbi.ts";
export { latchkeyAccount7702Abi } from "./latchkeyAccount7702Abi.ts";
export { latchkeyAccountFactoryAbi } from "./latchkeyAccountFactoryAbi.ts";
export { sessionPaymasterAbi } from "./sessionPaymasterAbi.ts";
export { sessionAwareAbi } from "./sessionAwareAbi.ts";
export { sessionSpenderAbi } from "./sessionSpenderAbi.ts";
