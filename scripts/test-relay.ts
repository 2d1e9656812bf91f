import { testPackage } from "./lib/packageTests.ts";
import { script } from "./lib/run.ts";

/**
 * npm run test:relay                    the relay's types and tests
 * npm run test:relay -- --grep 'kill'   tests whose title matches
 */
await script(() => testPackage("relay", "30 MB"));
// A pool of connections would keep the process.
process.exit();
