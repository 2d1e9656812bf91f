// Plain JavaScript that any Node of the last ten years can read: it has to run where nothing else does.
const REQUIRED = 24;

if (Number(process.versions.node.split(".")[0]) < REQUIRED) {
  const script = process.env.npm_lifecycle_event;
  const command = script === undefined || script === "preinstall" ? "npm test" : "npm run " + script;
  console.error(
    "Latchkey needs Node " +
      REQUIRED +
      " or later; this is " +
      process.version +
      ". Install it, or let npm bring it:\n\n" +
      "  npx --yes --package=node@" +
      REQUIRED +
      " --call 'npm ci && " +
      command.replace("npm run test", "npm test") +
      "'\n",
  );
  process.exit(1);
}
