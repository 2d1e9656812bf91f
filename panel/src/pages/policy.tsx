export default function Policy(_: { policyId: string }) { return null; }
