// Runs in every fresh context before the customer's code, and returns what calls it. Takes away whatever would make a
// result depend on more than code and webhook, and whatever compiles code at run time.
(function () {
  "use strict";
  const { parse, stringify } = JSON;
  const { defineProperty } = Object;
  const { startsWith, slice } = String.prototype;
  const { apply, construct } = Reflect;
  const BigIntOf = BigInt;
  const TypeErrorOf = TypeError;
  const RealDate = Date;

  // No compiler but the server's.
  const kinds = [function () {}, function* () {}, async function () {}, async function* () {}];
  for (const kind of kinds) {
    defineProperty(Object.getPrototypeOf(kind), "constructor", { value: undefined, writable: false, configurable: false });
  }
  delete globalThis.eval;
  delete globalThis.Function;

  // No randomness, no shared memory.
  delete Math.random;
  delete globalThis.SharedArrayBuffer;
  delete globalThis.Atomics;

  // Dates of given times only, in UTC.
  const hasZone = /(Z|[+-]\d\d:?\d\d|GMT|UTC)\s*$|^[^T ]*$/i;
  const { test } = RegExp.prototype;
  const zoned = (time) => (typeof time === "string" && !apply(test, hasZone, [time]) ? time + "Z" : time);
  function TimelessDate(...given) {
    if (!new.target || given.length === 0) {
      throw new TypeErrorOf("a transformation has no clock: give Date a time");
    }
    const time = given.length === 1 ? zoned(given[0]) : RealDate.UTC(...given);
    return construct(RealDate, [time], new.target);
  }
  TimelessDate.prototype = RealDate.prototype;
  TimelessDate.UTC = RealDate.UTC;
  TimelessDate.parse = (time) => RealDate.parse(zoned(`${time}`));
  defineProperty(RealDate.prototype, "constructor", { value: TimelessDate });
  for (const part of ["FullYear", "Month", "Date", "Day", "Hours", "Minutes", "Seconds", "Milliseconds"]) {
    RealDate.prototype[`get${part}`] = RealDate.prototype[`getUTC${part}`];
    if (part !== "Day") RealDate.prototype[`set${part}`] = RealDate.prototype[`setUTC${part}`];
  }
  RealDate.prototype.getTimezoneOffset = () => 0;
  const { toUTCString, toISOString } = RealDate.prototype;
  for (const name of ["toString", "toLocaleString"]) RealDate.prototype[name] = toUTCString;
  for (const name of ["toDateString", "toLocaleDateString"]) {
    RealDate.prototype[name] = function () { return apply(slice, apply(toISOString, this, []), [0, 10]); };
  }
  for (const name of ["toTimeString", "toLocaleTimeString"]) {
    RealDate.prototype[name] = function () { return apply(slice, apply(toISOString, this, []), [11, 19]); };
  }
  globalThis.Date = TimelessDate;

  return function (handler, method, url, text, mark, eventType, channels) {
    const revive = (_, value) =>
      typeof value === "string" && apply(startsWith, value, [mark]) ? BigIntOf(apply(slice, value, [mark.length])) : value;
    const replace = (_, value) => (typeof value === "bigint" ? mark + value : value);
    const written = (value) => (mark === "" ? stringify(value) : stringify(value, replace));
    const payload = mark === "" ? parse(text) : parse(text, revive);
    const before = written(payload);
    const webhook = { method, url, payload, eventType, channels: parse(channels), headers: {}, cancel: false };
    const returned = handler(webhook);
    if (typeof returned !== "object" || returned === null) {
      return [`the handler returned ${returned === null ? "null" : typeof returned}: return the webhook`];
    }
    if (typeof returned.then === "function") return ["the handler returned a promise: it has to return the webhook itself"];
    if (returned.url !== undefined && returned.url !== url) return ["`url` is read-only"];
    if (returned.method !== undefined && returned.method !== method) return ["`method` is read-only"];
    const { headers, cancel } = returned;
    const after = written(returned.payload);
    if (after === undefined) return ["`payload` is missing in what the handler returned: return the webhook"];
    const rest = stringify({
      eventType: returned.eventType === undefined ? eventType : returned.eventType,
      channels: returned.channels,
      headers,
      cancel,
    });
    return ["", after === before ? undefined : after, rest];
  };
})()
