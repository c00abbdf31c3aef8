/** A row as the API answers it. */
export type Fields = Record<string, unknown>;

/** Begins a formula in spreadsheets, which run what strangers wrote. */
const FORMULA = /^[=+\-@\t\r]/;

/** One JSON object a line. */
export function ndjson(rows: readonly Fields[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
}

/** RFC 4180, with a header of every field that a row has, in the order in which they come; what is nested is JSON. */
export function csv(rows: readonly Fields[]): string {
  const fields = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = [fields, ...rows.map((row) => fields.map((field) => row[field]))];
  return lines.map((line) => `${line.map(cell).join(",")}\r\n`).join("");
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return "";
  const text = typeof value === "string" ? (FORMULA.test(value) ? `'${value}` : value) : typeof value === "object" ? JSON.stringify(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
