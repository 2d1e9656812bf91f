import { testPackage } from "./lib/packageTests.ts";
import { script } from "./lib/run.ts";

/**
 * npm run test:indexer                    the types and tests of the index
 * npm run test:indexer -- --grep 'kill'   tests whose title matches
 */
await script(() => testPackage("indexer", "200 MB"));
// A pool of connections would keep the process.
process.exit();
