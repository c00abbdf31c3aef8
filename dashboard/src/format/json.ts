/**
 * JSON as it was written. `JSON.parse` would round large numbers, drop duplicate keys and reorder integer-like ones;
 * what Nuncio sends is what the publisher wrote, so payloads are shown from their text.
 */
export interface Token {
  kind: "key" | "string" | "number" | "literal" | "punctuation" | "space";
  text: string;
}

const TOKEN = /("(?:[^"\\]|\\.)*")|(-?\d[\d.eE+-]*)|(true|false|null)|([{}[\],:])|(\s+)/y;

/** The tokens of a JSON text, or null where it is none that we can read. */
export function tokens(json: string): Token[] | null {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < json.length) {
    const match = TOKEN.exec(json);
    if (match === null) return null;
    const [text, string, number, literal, punctuation] = match;
    if (string !== undefined) found.push({ kind: "string", text });
    else if (number !== undefined) found.push({ kind: "number", text });
    else if (literal !== undefined) found.push({ kind: "literal", text });
    else if (punctuation !== undefined) found.push({ kind: "punctuation", text });
    else found.push({ kind: "space", text });
    if (text === ":") markKey(found);
  }
  return found;
}

function markKey(found: Token[]): void {
  for (let at = found.length - 2; at >= 0; at--) {
    const token = found[at];
    if (token === undefined || token.kind === "space") continue;
    if (token.kind === "string") token.kind = "key";
    return;
  }
}

/** The same tokens, laid out with two spaces a level. Empty objects and lists stay on their line. */
export function indented(all: readonly Token[]): Token[] {
  const solid = all.filter((token) => token.kind !== "space");
  const out: Token[] = [];
  let depth = 0;
  const line = () => out.push({ kind: "space", text: `\n${"  ".repeat(depth)}` });
  solid.forEach((token, at) => {
    const before = solid[at - 1]?.text;
    if ((token.text === "}" || token.text === "]") && token.kind === "punctuation") {
      depth = Math.max(0, depth - 1);
      if (before !== "{" && before !== "[") line();
      out.push(token);
      return;
    }
    out.push(token);
    if (token.kind !== "punctuation") return;
    if (token.text === "{" || token.text === "[") {
      depth += 1;
      const after = solid[at + 1]?.text;
      if (after !== "}" && after !== "]") line();
    } else if (token.text === ",") line();
    else if (token.text === ":") out.push({ kind: "space", text: " " });
  });
  return out;
}

/** A JSON text laid out for reading, digit for digit; what is not JSON comes back as it is. */
export function pretty(json: string): string {
  const all = tokens(json);
  return all === null ? json : indented(all).map((token) => token.text).join("");
}

/** The text of a member of the outermost object, as it was written: `memberText(answer, "data")`. The last of that name counts. */
export function memberText(json: string, name: string): string | null {
  const all = tokens(json);
  if (all === null) return null;
  let depth = 0;
  let value: string | null = null;
  let from: number | null = null;
  let offset = 0;
  let key: string | null = null;
  for (const token of all) {
    const end = offset + token.text.length;
    if (token.kind === "key" && depth === 1) key = JSON.parse(token.text) as string;
    else if (token.text === ":" && token.kind === "punctuation" && depth === 1) from = key === name ? end : null;
    const closes = token.kind === "punctuation" && (token.text === "}" || token.text === "]");
    if (closes) depth -= 1;
    const ends = token.kind === "punctuation" && ((token.text === "," && depth === 1) || (closes && depth === 0));
    if (ends && from !== null) {
      value = json.slice(from, offset).trim();
      from = null;
    }
    if (token.kind === "punctuation" && (token.text === "{" || token.text === "[")) depth += 1;
    offset = end;
  }
  return value;
}
