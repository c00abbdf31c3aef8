/**
 * The Markdown that the server writes its documentation page in: headings, paragraphs, lists, tables, fenced code, and in
 * a line code, emphasis and links. It becomes a tree of plain values; HTML in it stays the text that it is.
 */
export type Inline =
  | { kind: "text" | "code" | "strong" | "em"; text: string }
  | { kind: "link"; text: string; href: string };

export type Block =
  | { kind: "heading"; level: number; text: string; id: string }
  | { kind: "paragraph"; content: Inline[] }
  | { kind: "list"; ordered: boolean; items: Inline[][] }
  | { kind: "table"; head: Inline[][]; rows: Inline[][][] }
  | { kind: "code"; language: string; text: string };

const HEADING = /^(#{1,6})\s+(.+?)\s*#*$/;
const FENCE = /^(`{3,}|~{3,})\s*(\S*)/;
const ITEM = /^(?:([-*+])|(\d{1,9})[.)])\s+(.*)$/;
const ROW = /^\|.*\|\s*$/;

export function blocks(markdown: string): Block[] {
  const lines = markdown.replaceAll("\r\n", "\n").split("\n");
  const out: Block[] = [];
  const ids = new Map<string, number>();
  let at = 0;
  const line = () => lines[at] ?? "";
  while (at < lines.length) {
    if (line().trim() === "") {
      at += 1;
      continue;
    }
    const fence = FENCE.exec(line());
    const heading = HEADING.exec(line());
    if (fence !== null) {
      const from = ++at;
      while (at < lines.length && !line().startsWith(fence[1] ?? "```")) at += 1;
      out.push({ kind: "code", language: fence[2] ?? "", text: lines.slice(from, at).join("\n") });
      at += 1;
    } else if (heading !== null) {
      const text = plain(inlines(heading[2] ?? ""));
      out.push({ kind: "heading", level: (heading[1] ?? "#").length, text, id: anchor(text, ids) });
      at += 1;
    } else if (ROW.test(line()) && /^\|[\s:|-]+\|\s*$/.test(lines[at + 1] ?? "")) {
      const head = cells(line());
      at += 2;
      const rows: Inline[][][] = [];
      for (; ROW.test(line()); at += 1) rows.push(cells(line()));
      out.push({ kind: "table", head, rows });
    } else if (ITEM.test(line())) {
      const ordered = ITEM.exec(line())?.[2] !== undefined;
      const items: string[] = [];
      for (; at < lines.length && line().trim() !== ""; at += 1) {
        const item = ITEM.exec(line());
        if (item !== null) items.push(item[3] ?? "");
        else items[items.length - 1] += ` ${line().trim()}`;
      }
      out.push({ kind: "list", ordered, items: items.map(inlines) });
    } else {
      const words: string[] = [];
      while (at < lines.length && line().trim() !== "" && !FENCE.test(line()) && !HEADING.test(line())) {
        words.push(line().trim());
        at += 1;
      }
      out.push({ kind: "paragraph", content: inlines(words.join(" ")) });
    }
  }
  return out;
}

const INLINE =
  /\\([!-/:-@[-`{-~])|(`+)(.+?)\2(?!`)|\*\*(.+?)\*\*|\*([^*\s][^*]*)\*|\[([^\]]+)\]\(([^)\s]+)\)|&(lt|gt|amp|quot);/g;
const ENTITIES: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"' };

export function inlines(text: string): Inline[] {
  const out: Inline[] = [];
  const say = (more: string) => {
    const last = out.at(-1);
    if (more === "") return;
    if (last?.kind === "text") last.text += more;
    else out.push({ kind: "text", text: more });
  };
  let done = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, escaped, , code, strong, em, label, href, entity] = match;
    say(text.slice(done, match.index));
    done = match.index + whole.length;
    if (escaped !== undefined) say(escaped);
    else if (code !== undefined) out.push({ kind: "code", text: code.replace(/^ (.*) $/, "$1") });
    else if (strong !== undefined) out.push({ kind: "strong", text: plain(inlines(strong)) });
    else if (em !== undefined) out.push({ kind: "em", text: plain(inlines(em)) });
    else if (entity !== undefined) say(ENTITIES[entity] ?? whole);
    else if (label !== undefined && href !== undefined) {
      const shown = plain(inlines(label));
      if (isSafe(href)) out.push({ kind: "link", text: shown, href });
      else say(shown);
    }
  }
  say(text.slice(done));
  return out;
}

export const plain = (content: readonly Inline[]) => content.map(({ text }) => text).join("");

/** The web, and places on the page itself; never `javascript:` and the like. */
const isSafe = (href: string) => /^(https?:\/\/|#)/i.test(href);

function cells(row: string): Inline[][] {
  return row
    .trim()
    .replace(/^\||\|$/g, "")
    .split(/(?<!\\)\|/)
    .map((cell) => inlines(cell.trim()));
}

/** `#verifying`; the second of that name is `#verifying-2`. */
function anchor(text: string, ids: Map<string, number>): string {
  const id = text.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") || "section";
  const before = ids.get(id) ?? 0;
  ids.set(id, before + 1);
  return before === 0 ? id : `${id}-${before + 1}`;
}
