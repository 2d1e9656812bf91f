export default function Session(_: { principal: string; sessionKey: string }) { return null; }
