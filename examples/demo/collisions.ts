/**
 * Method texts whose four-byte selectors are those of the token table. The first five are known from public lists of
 * selectors; the others were found by hashing a few hundred million texts of this form.
 */
export const COLLISIONS: readonly { text: string; table: string }[] = [
  { text: "many_msg_babbage(bytes1)", table: "transfer(address,uint256)" },
  { text: "sign_szabo_bytecode(bytes16,uint128)", table: "approve(address,uint256)" },
  { text: "gasprice_bit_ether(int128)", table: "transferFrom(address,address,uint256)" },
  { text: "collate_propagate_storage(bytes16)", table: "burn(uint256)" },
  { text: "niceFunctionHerePlzClick943230089(address,bool)", table: "setApprovalForAll(address,bool)" },
  { text: "like_i1yy9d(uint256)", table: "permit(address,uint256,uint256,uint256,bytes)" },
  { text: "like_ztuwxd(uint256)", table: "execute(address,uint256,bytes)" },
  { text: "like_y7q8vb(uint256)", table: "executeFromExecutor(bytes32,bytes)" },
  { text: "like_48ctuc(uint256)", table: "removeOwnerAtIndex(uint256,bytes)" },
  { text: "like_rlvs8a(uint256)", table: "aggregate3((address,bool,bytes)[])" },
  { text: "like_2fdlwf(uint256)", table: "revokeAllSessions()" },
];
