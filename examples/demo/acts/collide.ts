import { method, selectorOf } from "../../../sdk/src/index.ts";
import { COLLISIONS } from "../collisions.ts";
import type { Demo } from "../demo.ts";
import { publication, unchecked } from "../publication.ts";

/** Four bytes are not a name: texts that hash to a selector of the token table are refused. */
export async function collide(demo: Demo): Promise<void> {
  demo.report.act("Collisions: a harmless name with the selector of a dangerous method");
  for (const { text, table } of COLLISIONS) {
    const selector = selectorOf(text);
    if (selector !== selectorOf(table)) throw new Error(`${text} does not collide with ${table}.`);
    demo.selectors.set(selector, name(table));
    const colliding = unchecked(method(demo.stage.names.at("SocialFeed"), text));
    const attempt = () => publication(demo.stage, colliding);
    await demo.refuseOther("anyone", text, attempt, ["UnsafeSelector", [0, selector]]);
  }
}

const name = (text: string) => text.slice(0, text.indexOf("("));
