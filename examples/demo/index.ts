import { exitWithSentence } from "./failure.ts";
import { main } from "./main.ts";

await exitWithSentence(() => main(process.argv.slice(2)));
