export { policyDescriptionToSvg, policyToSvg, type PolicyToSvgParameters } from "./policyToSvg.ts";
export {
  lossToSvg,
  type LossToSvgParameters,
  sessionLifeToSvg,
  type SessionClock,
  type SessionLifeToSvgParameters,
  spendToSvg,
  type SpendToSvgParameters,
} from "./sessionToSvg.ts";
export type { PictureSettings } from "./svg.ts";
