import type { components } from "@/api/schema";
import type { Fault } from "@/api/error";

export type Dialect = components["schemas"]["Dialect"];
export type DialectDetail = components["schemas"]["DialectDetail"];

/** The name that a dialect's file gives itself, before its first table; null where it gives none. */
export function nameIn(source: string): string | null {
  const head = source.split(/^\s*\[/m, 1)[0] ?? "";
  return /^\s*name\s*=\s*(?:"([^"\n]*)"|'([^'\n]*)')/m.exec(head)?.slice(1).find((name) => name !== undefined) ?? null;
}

/** A copy of a file under another name and title. */
export function renamed(source: string, name: string, title: string): string {
  return source
    .replace(/^(\s*name\s*=\s*)(?:"[^"\n]*"|'[^'\n]*')/m, (_, before: string) => `${before}${quoted(name)}`)
    .replace(/^(\s*title\s*=\s*)(?:"[^"\n]*"|'[^'\n]*')/m, (_, before: string) => `${before}${quoted(title)}`);
}

/** TOML's basic strings escape as JSON's do. */
const quoted = (text: string) => JSON.stringify(text);

/** What is wrong with a file: `mine.toml:3: unknown field` is on line 3. */
export interface FileFault {
  line: number | null;
  detail: string;
}

export function fileFaults(faults: readonly Fault[]): FileFault[] {
  return faults
    .filter(({ pointer }) => pointer === "/source")
    .map(({ detail, line }) => {
      const match = /^\S+\.toml:(\d+):(?:\d+:)?\s*([\s\S]*)$/.exec(detail);
      return { line: line ?? (match === null ? null : Number(match[1])), detail: match?.[2] ?? detail };
    });
}

/** Where a line of a text begins and ends. */
export function lineRange(text: string, line: number): [from: number, to: number] {
  const lines = text.split("\n");
  const at = Math.min(Math.max(line, 1), lines.length);
  const from = lines.slice(0, at - 1).reduce((sum, one) => sum + one.length + 1, 0);
  return [from, from + (lines[at - 1]?.length ?? 0)];
}
