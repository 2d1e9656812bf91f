/**
 * Characters that a screen does not show as what they are: control and format characters, what has no shape, blanks
 * other than the space, marks that stack, and letters that are written from right to left.
 */
const UNSAFE =
  /[\p{C}\p{M}\p{DI}\u2800\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]|(?! )\p{Z}/u;

/**
 * A text that somebody else wrote, a token's symbol for one, as it can be printed: on one line, what is unsafe as
 * `\u{202e}`, and cut behind `longest` characters. What is safe stays as it is.
 */
export function safeText(text: string, longest = 64): string {
  let shown = "";
  let count = 0;
  for (const character of text) {
    if (count++ === longest) return `${shown}…`;
    shown += UNSAFE.test(character) ? `\\u{${character.codePointAt(0)!.toString(16)}}` : character;
  }
  return shown;
}
