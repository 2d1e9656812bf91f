/**
 * Loaded into each worker of a parallel test run. Its results travel as JSON, which knows no bigint: an error that
 * carries one would be lost on the way, and with it the name of the test that failed.
 */
const send = process.send?.bind(process) as ((message: unknown) => boolean) | undefined;
if (send !== undefined) {
  process.send = (message: unknown) =>
    send(JSON.parse(JSON.stringify(message, (_, value) => (typeof value === "bigint" ? `${value}n` : value))));
}
