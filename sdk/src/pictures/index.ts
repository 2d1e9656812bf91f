export { policyDescriptionToSvg, policyToSvg, type PolicyToSvgParameters } from "./policyToSvg.ts";
export type { PictureSettings } from "./svg.ts";
