/** What stands before and after an item of a list; `at` is null where the list does not have it (any more). */
export function neighbours(ids: readonly string[], id: string | undefined): { before: string | undefined; after: string | undefined; at: number | null } {
  const at = id === undefined ? -1 : ids.indexOf(id);
  if (at === -1) return { before: undefined, after: id === undefined ? undefined : ids[0], at: null };
  return { before: ids[at - 1], after: ids[at + 1], at };
}
