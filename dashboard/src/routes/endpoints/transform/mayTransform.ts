/** Who may set code, by the project's policy. */
export function mayTransform(policy: string, access: { canWrite: boolean; isOperator: boolean }): boolean {
  if (!access.canWrite || policy === "off") return false;
  return access.isOperator || policy === "tenant";
}

/** Where an error of the server says that it is: `… (line 3, column 5)`. */
export function lineIn(detail: string): number | null {
  const found = /\(line (\d+)(?:, column \d+)?\)$/.exec(detail);
  return found === null ? null : Number(found[1]);
}
