/** More digits than any number of seconds or milliseconds that anyone sends. */
const DIGITS = /^[0-9]{1,15}$/;
const RFC3339 = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{3})?Z$/;

/** Unix milliseconds of a time in the form of `field` (`…_s`, `…_ms`, `…_rfc3339`); `null` for any other text. */
export function parseTimeMs(field: string, text: string): number | null {
  if (field.includes("rfc3339")) return parseRfc3339Ms(text);
  if (!DIGITS.test(text)) return null;
  return field.endsWith("_ms") ? Number(text) : Number(text) * 1000;
}

function parseRfc3339Ms(text: string): number | null {
  const ms = RFC3339.test(text) ? Date.parse(text) : NaN;
  // Writing it again refuses the 30th of February and the 24th hour, with which parsers take liberties.
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text.slice(0, 19)) ? ms : null;
}
