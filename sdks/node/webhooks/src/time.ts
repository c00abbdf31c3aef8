/** More digits than any number of seconds or milliseconds that anyone sends. */
const SIGNED_TIME = /^[0-9]{1,15}$/;
/** An event may have occurred before 1970. */
const EVENT_TIME = /^-?[0-9]{1,15}$/;
const RFC3339 =
  /^([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}:[0-9]{2}:)([0-9]{2})(?:\.([0-9]+))?(?:Z|([+-])([0-9]{2}):([0-9]{2}))$/i;
const DAY_MS = 86_400_000;

/** Unix milliseconds of a time in the form of `field` (`…_s`, `…_ms`, `…_rfc3339`); `null` for any other text. */
export function parseTimeMs(field: string, text: string): number | null {
  if (field.includes("rfc3339")) return parseRfc3339Ms(text);
  if (!(field.startsWith("event_") ? EVENT_TIME : SIGNED_TIME).test(text)) return null;
  return field.includes("_ms") ? Number(text) : Number(text) * 1000;
}

/** Every form that RFC 3339 allows; what is finer than a millisecond is cut off. */
function parseRfc3339Ms(text: string): number | null {
  const match = RFC3339.exec(text);
  if (!match) return null;
  const [, date = "", hourMinute = "", second = "", fraction = "", sign, offsetHour = "0", offsetMinute = "0"] = match;
  const isLeap = second === "60";
  const local = `${date}T${hourMinute}${isLeap ? "59" : second}.000Z`;
  const localMs = Date.parse(local);
  // Writing it again refuses the 30th of February and the 24th hour, with which parsers take liberties.
  if (Number.isNaN(localMs) || new Date(localMs).toISOString() !== local) return null;
  if (Number(offsetHour) > 23 || Number(offsetMinute) > 59) return null;
  const offsetMs = (Number(offsetHour) * 60 + Number(offsetMinute)) * 60_000;
  const ms = localMs - (sign === "-" ? -offsetMs : offsetMs);
  // Leap seconds end a day of UTC. Unix time has no number for one: it counts as the second after it.
  if (isLeap && (ms + 1000) % DAY_MS !== 0) return null;
  return ms + (isLeap ? 1000 : 0) + Number(fraction.padEnd(3, "0").slice(0, 3));
}
