// The `Date` of a context: of given times only, in UTC. It is made when a handler first asks for it, which may by then have
// replaced any function that it can reach: this uses none but those that it is given.
(function (RealDate, tools) {
  "use strict";
  const { defineProperty, apply, construct, test, slice } = tools;
  const { prototype, UTC, parse } = RealDate;
  const { toUTCString, toISOString } = prototype;
  const put = (name, value) => defineProperty(prototype, name, { value, writable: true, configurable: true });

  const hasZone = /(Z|[+-]\d\d:?\d\d|GMT|UTC)\s*$|^[^T ]*$/i;
  const zoned = (time) => (typeof time === "string" && !apply(test, hasZone, [time]) ? time + "Z" : time);
  function Date(...given) {
    if (!new.target || given.length === 0) {
      throw new TypeError("a transformation has no clock: give Date a time");
    }
    const time = given.length === 1 ? zoned(given[0]) : apply(UTC, RealDate, given);
    return construct(RealDate, [time], new.target);
  }
  Date.prototype = prototype;
  Date.UTC = UTC;
  Date.parse = (time) => parse(zoned(`${time}`));
  put("constructor", Date);

  const parts = ["FullYear", "Month", "Date", "Day", "Hours", "Minutes", "Seconds", "Milliseconds"];
  for (let n = 0; n < parts.length; n++) {
    put(`get${parts[n]}`, prototype[`getUTC${parts[n]}`]);
    if (parts[n] !== "Day") put(`set${parts[n]}`, prototype[`setUTC${parts[n]}`]);
  }
  put("getTimezoneOffset", () => 0);
  put("toString", toUTCString);
  put("toLocaleString", toUTCString);
  const piece = (from, to) => function () { return apply(slice, apply(toISOString, this, []), [from, to]); };
  put("toDateString", piece(0, 10));
  put("toLocaleDateString", piece(0, 10));
  put("toTimeString", piece(11, 19));
  put("toLocaleTimeString", piece(11, 19));
  return Date;
})
