import type { Token } from "./json";

/** A line of code. */
export interface Line {
  tokens: readonly Token[];
  /** The index of the line that ends what this one begins, where lines lie between the two. */
  end: number | null;
}

/** Tokens by the lines that they stand on, each with what it holds together: `{` to `}`. */
export function linesOf(tokens: readonly Token[]): Line[] {
  const lines: Token[][] = [[]];
  for (const token of tokens) {
    const [first = "", ...more] = token.text.split("\n");
    if (first !== "") lines.at(-1)?.push({ ...token, text: first });
    for (const text of more) lines.push(text === "" ? [] : [{ ...token, text }]);
  }
  const ends = new Map<number, number>();
  const open: number[] = [];
  lines.forEach((line, at) => {
    for (const { kind, text } of line) {
      if (kind !== "punctuation") continue;
      if (text === "{" || text === "[") open.push(at);
      else if (text === "}" || text === "]") {
        const from = open.pop();
        if (from !== undefined && at > from + 1) ends.set(from, at);
      }
    }
  });
  return lines.map((line, at) => ({ tokens: line, end: ends.get(at) ?? null }));
}

/** The indexes of the lines that are seen while some are folded: all but those inside of them. */
export function seen(lines: readonly Line[], folded: ReadonlySet<number>): number[] {
  const shown: number[] = [];
  for (let at = 0; at < lines.length; at++) {
    shown.push(at);
    const end = lines[at]?.end ?? null;
    if (end !== null && folded.has(at)) at = end - 1;
  }
  return shown;
}
