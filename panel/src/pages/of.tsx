import { getAddress, isAddress } from "viem";
import { AddressText } from "@/parts/address.tsx";
import { Notice } from "@/parts/notice.tsx";
import { Sessions } from "@/pages/home.tsx";

/** The sessions of any wallet, to be looked at. */
export default function Of({ principal }: { principal: string }) {
  if (!isAddress(principal, { strict: false }))
    return <Notice tone="fail" title="This is not an address: 0x and 40 digits." />;
  return (
    <>
      <p className="text-sm text-muted-foreground">
        Sessions of <AddressText address={getAddress(principal)} className="text-foreground" />
      </p>
      <Sessions key={principal} principal={getAddress(principal)} />
    </>
  );
}
