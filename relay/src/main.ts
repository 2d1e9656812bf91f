import { logAt } from "./log.ts";
import { openService } from "./service.ts";
import { readSettings } from "./settings.ts";

try {
  const settings = readSettings(process.env);
  // Whoever can read the environment of this process need not find it there for as long as it runs.
  for (const name of ["LATCHKEY_PRIVATE_KEY", "LATCHKEY_KEYSTORE_PASSWORD"]) delete process.env[name];
  const service = await openService(settings, logAt(settings.logLevel));
  let isEnding = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (isEnding) process.exit(1);
      isEnding = true;
      void service.close().then(() => process.exit());
    });
  }
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : String(thrown));
  process.exitCode = 1;
}
