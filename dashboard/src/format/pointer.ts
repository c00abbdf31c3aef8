import { tokens } from "./json";

/** The line (from 1) on which the value that a JSON pointer names begins in the text; null where there is none. */
export function lineOf(json: string, pointer: string): number | null {
  const wanted = pointer.split("/").slice(1).map(unescaped);
  const at = find(json, wanted);
  return at === null ? null : json.slice(0, at).split("\n").length;
}

interface Open {
  kind: "object" | "array";
  /** The member or index that is read now. */
  key: string;
}

/** Walks the tokens with the path to where they are; the last member of a name counts, as in the server. */
function find(json: string, wanted: readonly string[]): number | null {
  const path: Open[] = [];
  let found: number | null = null;
  let offset = 0;
  let expectsValue = true;
  for (const token of tokens(json) ?? []) {
    const { kind, text } = token;
    const top = path.at(-1);
    if (kind === "key" && top !== undefined) top.key = keyOf(text);
    else if (kind === "punctuation" && text === ":") expectsValue = true;
    else if (kind === "punctuation" && text === ",") {
      if (top?.kind === "array") top.key = String(Number(top.key) + 1);
      expectsValue = top?.kind === "array";
    } else if (kind === "punctuation" && (text === "}" || text === "]")) {
      path.pop();
      expectsValue = false;
    } else if (kind !== "space") {
      if (expectsValue && same(path, wanted)) found = offset;
      expectsValue = false;
      if (text === "{") path.push({ kind: "object", key: "" });
      if (text === "[") {
        path.push({ kind: "array", key: "0" });
        expectsValue = true;
      }
    }
    offset += text.length;
  }
  return found;
}

const same = (path: readonly Open[], wanted: readonly string[]) =>
  path.length === wanted.length && path.every(({ key }, at) => key === wanted[at]);

const unescaped = (part: string) => part.replaceAll("~1", "/").replaceAll("~0", "~");

function keyOf(text: string): string {
  try {
    return JSON.parse(text) as string;
  } catch {
    return text;
  }
}
