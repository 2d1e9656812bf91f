import { program } from "./failure.ts";
import { main } from "./main.ts";

await program(() => main(process.argv.slice(2)));
