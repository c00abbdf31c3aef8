/** A line of two texts: in both, only in the older one, or only in the newer one. */
export interface DiffLine {
  kind: "same" | "removed" | "added";
  text: string;
}

/** Beyond this, comparing takes longer than people wait: the texts are shown one after the other. */
const CELLS_MAX = 4_000_000;

/** What has changed between two texts, line by line: as few lines as possible (longest common subsequence). */
export function diffLines(older: string, newer: string): DiffLine[] {
  const a = older === "" ? [] : older.split("\n");
  const b = newer === "" ? [] : newer.split("\n");
  const line = (kind: DiffLine["kind"]) => (text: string) => ({ kind, text });
  if (a.length * b.length > CELLS_MAX) return [...a.map(line("removed")), ...b.map(line("added"))];
  // `common[i][j]`: how many lines the rests from i and j have in common.
  const common = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const here = common[i] as Uint16Array;
      const below = common[i + 1] as Uint16Array;
      here[j] = a[i] === b[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, here[j + 1] ?? 0);
    }
  }
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ kind: "same", text: a[i] ?? "" });
      i += 1;
      j += 1;
    } else if (j >= b.length || (i < a.length && (common[i + 1]?.[j] ?? 0) >= (common[i]?.[j + 1] ?? 0))) {
      lines.push({ kind: "removed", text: a[i] ?? "" });
      i += 1;
    } else {
      lines.push({ kind: "added", text: b[j] ?? "" });
      j += 1;
    }
  }
  return lines;
}
