import { logAt } from "./log.ts";
import { openService } from "./service.ts";
import { readSettings } from "./settings.ts";

try {
  const settings = readSettings(process.env);
  // Whatever prints the environment later has no key to print.
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
