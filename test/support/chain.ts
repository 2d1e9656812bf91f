export * from "../../scripts/lib/chain.ts";
