// How a payload is read and written that holds numbers which JavaScript can't: `numbers.rs` has marked them.
(function (mark) {
  "use strict";
  const { parse, stringify } = JSON;
  const { startsWith, slice } = String.prototype;
  const { apply } = Reflect;
  const BigIntOf = BigInt;
  const revive = (_, value) =>
    typeof value === "string" && apply(startsWith, value, [mark]) ? BigIntOf(apply(slice, value, [mark.length])) : value;
  const replace = (_, value) => (typeof value === "bigint" ? mark + value : value);
  return { read: (text) => parse(text, revive), write: (value) => stringify(value, replace) };
})
