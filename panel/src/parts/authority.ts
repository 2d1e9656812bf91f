import { useQuery } from "@tanstack/react-query";
import {
  type Address,
  BaseError,
  type Client,
  ContractFunctionRevertedError,
  ContractFunctionZeroDataError,
  getAddress,
  parseAbi,
} from "viem";
import { getCode, readContract } from "viem/actions";
import { useActor } from "@/parts/wallet.tsx";
import { useNode, useSetting } from "@/session/setting.tsx";
import { sameAddress } from "@/session/words.ts";

const accountAbi = parseAbi(["function accountId() view returns (string)", "function owner() view returns (address)"]);

/** Whose signature ends a principal's sessions. */
export interface Authority {
  /** Whether the connected wallet can end them here. */
  isMine: boolean;
  /** Whether that wallet signs for a smart account: what it signs somebody has to hand in. */
  isOwned: boolean;
  /** The wallet whose signature counts; null for a smart account that this page cannot sign for, undefined while unknown. */
  signer: Address | null | undefined;
}

/** Who acts for a principal: the wallet that it is, or the owner of the project's own smart account. */
export function useAuthority(principal: Address): Authority {
  const node = useNode();
  const { chain } = useSetting();
  const { address } = useActor();
  const isWallet = sameAddress(address, principal);
  const { data } = useQuery({
    queryKey: ["signer", chain.id, principal],
    enabled: !isWallet,
    queryFn: () => signerOf(node, principal),
    refetchInterval: 30_000,
  });
  const signer = isWallet ? principal : data;
  const isMine = isWallet || sameAddress(address, data ?? undefined);
  return { isMine, isOwned: isMine && !isWallet, signer };
}

async function signerOf(node: Client, principal: Address): Promise<Address | null> {
  const code = await getCode(node, { address: principal });
  // A wallet that delegates signs for itself.
  if (code === undefined || code.startsWith("0xef0100")) return principal;
  const account = { abi: accountAbi, address: principal } as const;
  const [id, owner] = await Promise.all([
    answerOf(readContract(node, { ...account, functionName: "accountId" })),
    answerOf(readContract(node, { ...account, functionName: "owner" })),
  ]);
  return owner !== undefined && id?.startsWith("latchkey.LatchkeyAccount.") === true ? getAddress(owner) : null;
}

/** Undefined where the contract refuses. A node that does not answer is no contract that refuses. */
async function answerOf<answer>(asked: Promise<answer>): Promise<answer | undefined> {
  try {
    return await asked;
  } catch (thrown) {
    const isRefusal = (each: unknown) =>
      each instanceof ContractFunctionRevertedError || each instanceof ContractFunctionZeroDataError;
    if (thrown instanceof BaseError && thrown.walk(isRefusal) !== null) return undefined;
    throw thrown;
  }
}
