import { useEffect, useRef, useState } from "react";

/** Ids of rows that were not there before. Nothing is new on a first look, nor where nothing stayed: that is another list. */
export function arrived(before: ReadonlySet<string> | null, now: readonly string[]): ReadonlySet<string> {
  if (before === null || !now.some((id) => before.has(id))) return new Set();
  return new Set(now.filter((id) => !before.has(id)));
}

/** Tells the rows that have come in since the last look. */
export function useFresh<Row extends { id: string }>(rows: readonly Row[] | undefined): (row: Row) => boolean {
  const before = useRef<ReadonlySet<string> | null>(null);
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    if (rows === undefined) return;
    const ids = rows.map(({ id }) => id);
    setFresh(arrived(before.current, ids));
    before.current = new Set(ids);
  }, [rows]);
  return ({ id }) => fresh.has(id);
}
