import { expect } from "chai";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { getTransactionCount } from "viem/actions";
import { callAsOwner } from "../../examples/demo/operation.ts";
import { ground, report } from "./support/run.ts";
import { register } from "./support/sessions.ts";
import { visit } from "./support/visit.ts";
import { TestWallet } from "./support/wallet.ts";

describe("Sessions of a smart account in the panel", () => {
  /** `revert(0, 0)`: a contract that says nothing of itself. */
  const SILENT = "0x5f5ffd";
  const statuses = async () => {
    const sessions = await ground().stage.client.getSessions({ principal: ground().stage.carols });
    return sessions.map(({ status }) => status);
  };

  it("the wallet of its owner revokes them, by a relay with signatures alone and else by its own transaction", async () => {
    const { people, carols: principal, client, apps, chain } = ground().stage;
    const { carol } = people;
    const sessions = [];
    for (const name of ["social", "upvote", "game"] as const)
      sessions.push(await register(ground(), carol, name, { principal }));
    const [first, second] = sessions;
    const { POKE, SocialCore } = apps;
    await callAsOwner(chain, carol, principal, [POKE.call("approve", [SocialCore.address, 3n])]);
    const sent = await getTransactionCount(client, { address: carol.address });
    const wallet = new TestWallet([carol], ground().node);
    const page = await visit(ground().url, { wallet });
    await page.go();
    await page.connect();
    await page.go(`/of/${principal}`);
    const dialog = page.page.getByRole("alertdialog");
    await page.card(first!.key.address).getByRole("button").click();
    await dialog.getByRole("button", { name: "Sign and revoke" }).click();
    await dialog.getByText("The chain says that it is revoked.").waitFor();
    await dialog.getByText("The account takes them back with its own wallet app.").waitFor();
    expect(await dialog.getByRole("button", { name: "Take it back" }).count()).to.equal(0);
    await dialog.getByRole("button", { name: "Close" }).click();
    expect(await statuses()).to.deep.equal(["Revoked", "Active", "Active"]);
    const { popups } = wallet;
    expect(popups).to.deep.equal(["wallet_requestPermissions", "eth_signTypedData_v4"]);
    report("popups: one of a smart account revoked by a relay", popups.length - 1);
    expect(await getTransactionCount(client, { address: carol.address })).to.equal(sent);

    await page.card(second!.key.address).getByRole("checkbox").check();
    await page.button("Revoke selected (1)").click();
    await dialog.getByLabel("Your wallet is asked twice: it signs for the account, then sends and pays.").check();
    await page.look("revoking of a smart account");
    await dialog.getByRole("button", { name: "Sign 1 time" }).click();
    await dialog.getByText("The chain says that they are revoked.").waitFor();
    await dialog.getByRole("button", { name: "Close" }).click();
    expect(await statuses()).to.deep.equal(["Revoked", "Revoked", "Active"]);
    expect(popups.splice(0).slice(2)).to.deep.equal(["eth_signTypedData_v4", "eth_sendTransaction"]);

    await page.button("Revoke all").click();
    await dialog.getByText(`of account ${principal.slice(0, 6)}`).waitFor();
    await dialog.getByRole("button", { name: "Sign and revoke all" }).click();
    await dialog.getByText("The chain says that they are revoked.").waitFor();
    expect(await statuses()).to.deep.equal(["Revoked", "Revoked", "Revoked"]);
    expect(popups).to.deep.equal(["eth_signTypedData_v4"]);
  });

  it("whoever cannot revoke them is told who can, and how", async () => {
    const { people, carols, chain } = ground().stage;
    const { key } = await register(ground(), people.carol, "social", { principal: carols, maxCalls: 1 });
    const page = await visit(ground().url, { wallet: new TestWallet([people.bob], ground().node) });
    await page.go();
    await page.connect();
    for (const path of [`/of/${carols}`, `/session/${carols}/${key.address}`]) {
      await page.go(path);
      const words = page.page.getByText("To revoke, connect the wallet of the account's owner");
      await words.waitFor();
      expect(await words.locator("code").getAttribute("title")).to.equal(people.carol.address);
      expect(await page.button(/^Revoke/).count()).to.equal(0);
    }
    await page.page.getByText("A smart account mends it in the app that asked for it.").waitFor();
    // A wallet that has become an account of some other kind.
    const other = privateKeyToAccount(generatePrivateKey());
    await register(ground(), other, "social");
    await page.go(`/of/${other.address}`);
    await page.page.getByText(/^To revoke, connect the wallet\s/).waitFor();
    await chain.helpers.setCode(other.address, SILENT);
    await page.page.reload();
    await page.page.getByText(/let this smart account call revokeSession or revokeAllSessions of Latchkey/).waitFor();
    expect(await page.button(/^Revoke/).count()).to.equal(0);
    await page.look("a smart account that nobody here signs for");
  });
});
