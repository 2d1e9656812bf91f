import type { Log } from "./Relay.ts";

const LEVELS = ["debug", "info", "warn", "error", "fatal"] as const;

/** One JSON object a line, on stdout. */
export function logAt(level: string, write = (line: string): void => void process.stdout.write(line)): Log {
  const least = level === "silent" ? LEVELS.length : LEVELS.indexOf(level as (typeof LEVELS)[number]);
  const at = (name: (typeof LEVELS)[number]) => (fields: object, message: string) => {
    if (LEVELS.indexOf(name) < least) return;
    write(`${JSON.stringify({ time: new Date().toISOString(), level: name, message, ...fields })}\n`);
  };
  return { info: at("info"), warn: at("warn"), error: at("error") };
}
