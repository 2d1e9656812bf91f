import { script } from "../../scripts/lib/run.ts";
import { main } from "./main.ts";

await script(() => main(process.argv.slice(2)));
