// Run before every script. Plain JavaScript that any Node of the last years can read, and no import: it has to run
// where nothing else does.
const REQUIRED = 24;

const script = process.env.npm_lifecycle_event;
// npm runs one script of its own before it packs.
const NAMES = { test: "npm test", prepack: "npm pack -w sdk" };
const command = NAMES[script ?? "test"] ?? "npm run " + script;

if (Number(process.versions.node.split(".")[0]) < REQUIRED) {
  const found = "Latchkey needs Node " + REQUIRED + " or later; this is " + process.version + ". ";
  const call = "  npx --yes --package=node@" + REQUIRED + " --call 'npm ci && " + command + "'\n";
  console.error(found + "Install it, or let npm bring it:\n\n" + call);
  process.exit(1);
}

const { existsSync, readdirSync } = process.getBuiltinModule("node:fs");
// From a package of the workspace they lie one folder up.
const folder = ["node_modules", "../node_modules"].map((each) => each + "/@nomicfoundation").find(existsSync);
const installed = folder === undefined ? [] : readdirSync(folder);
if (!installed.some((name) => name.startsWith("edr-"))) {
  console.error("The dependencies are not installed, or were installed by another Node. Run npm ci first.");
  process.exit(1);
}
