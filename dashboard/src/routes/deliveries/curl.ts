import type { Header } from "@/parts/deliveries/types";

export interface Request {
  url: string;
  headers: readonly Header[];
  /** Null once the payload is erased. */
  body: string | null;
}

/** curl writes these by itself, from the URL and the body. */
const OWN = new Set(["host", "content-length", "connection", "transfer-encoding"]);

/** A request as a curl command for a POSIX shell: pasted, it sends the same bytes again. */
export function curl({ url, headers, body }: Request): string {
  const lines = [`curl --globoff --request POST ${quote(url)}`];
  const sent = headers.filter(({ name }) => !OWN.has(name.toLowerCase()));
  for (const { name, value } of sent) {
    // `Name:` would take the header away; `Name;` sends it empty.
    lines.push(`--header ${quote(value === "" ? `${name};` : `${name}: ${value}`)}`);
  }
  // What curl would add of its own is taken out.
  const has = (name: string) => sent.some((header) => header.name.toLowerCase() === name);
  for (const name of ["Accept", "User-Agent", "Content-Type"]) {
    if (!has(name.toLowerCase())) lines.push(`--header ${quote(`${name}:`)}`);
  }
  lines.push(`--data-raw ${quote(body ?? "")}`);
  return lines.join(" \\\n  ");
}

/** What would act on a terminal that the command is pasted into, or be lost on the way. Tab and line feed are text. */
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/;

/**
 * A word that a shell takes for exactly this text. Within single quotes nothing means anything but the quote itself;
 * text with control characters is written as `$'…'`, so that none of them reaches a terminal.
 */
export function quote(text: string): string {
  if (CONTROL.test(text)) return ansiQuote(text);
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function ansiQuote(text: string): string {
  let quoted = "";
  for (const character of text) {
    if (character === "\\" || character === "'") quoted += `\\${character}`;
    else if (character === "\n") quoted += "\\n";
    else if (character === "\t") quoted += "\\t";
    else if (CONTROL.test(character)) {
      // Octal bytes of its UTF-8, three digits each: a digit that follows is not taken for one of them.
      for (const byte of new TextEncoder().encode(character)) quoted += `\\${byte.toString(8).padStart(3, "0")}`;
    } else quoted += character;
  }
  return `$'${quoted}'`;
}
