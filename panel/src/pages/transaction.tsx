export default function Transaction(_: { hash: string }) { return null; }
