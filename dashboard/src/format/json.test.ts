import { describe, expect, test } from "vitest";
import { memberText, pretty } from "./json";

describe("a payload is shown as it was written", () => {
  test("large numbers keep every digit, duplicate keys stay, order stays", () => {
    const written = '{"b":12345678901234567890123,"1":1.0,"b":[],"a":{"x":{}}}';
    expect(pretty(written)).toBe(
      '{\n  "b": 12345678901234567890123,\n  "1": 1.0,\n  "b": [],\n  "a": {\n    "x": {}\n  }\n}',
    );
  });

  test("escapes stay escapes, punctuation in strings stays", () => {
    expect(pretty('["\\u003cscript\\u003e","a,b:{}"]')).toBe('[\n  "\\u003cscript\\u003e",\n  "a,b:{}"\n]');
  });

  test("what is not JSON comes back as it is", () => {
    expect(pretty("<html>nope")).toBe("<html>nope");
  });
});

describe("a member of an answer is found in its text", () => {
  const check = (json: string, name: string, expected: string | null) => expect(memberText(json, name)).toBe(expected);

  test("with its digits", () => check('{"id":"evt_1","data": {"n":9007199254740993} ,"x":1}', "data", '{"n":9007199254740993}'));
  test("last in the object", () => check('{"id":1,"data":[1,2]}', "data", "[1,2]"));
  test("not one of the same name further in", () => check('{"x":{"data":1}}', "data", null));
  test("not a string that looks like it", () => check('{"x":"data","y":2}', "data", null));
  test("a plain value", () => check('{"data":null}', "data", "null"));
});
