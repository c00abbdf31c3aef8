import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { curl, quote } from "./curl";

/** What a program gets as its arguments when a real shell runs this command line in place of curl. */
function argumentsOf(command: string): string[] {
  const script = `curl() { for a in "$@"; do printf '%s\\0' "$a"; done; }\n${command}\n`;
  return execFileSync("bash", ["--norc", "-c", script], { encoding: "utf8" }).split("\0").slice(0, -1);
}

describe("a shell takes a quoted text for exactly that text", () => {
  const texts = {
    plain: "hello",
    empty: "",
    "single quotes": "it's '' ''' quoted",
    "double quotes, variables, commands": '"$HOME" `id` $(id) ${x} !! \\n \\',
    "line feeds and tabs": "a\n\tb\n",
    "ends in a backslash": "C:\\",
    "a comment, a glob, a redirection": "# * > /tmp/x ; & | ~",
    "not ASCII": "grüße 🎉 日本",
    "control characters before digits": "a\u001b[31m\u00079\r\n1'\\x",
    "characters that reorder or hide": "abc\u202edef\u200b1\ufeff",
  };
  for (const [what, text] of Object.entries(texts)) {
    test(what, () => expect(argumentsOf(`curl ${quote(text)}`)).toEqual([text]));
  }
});

test("no control character reaches the terminal", () => {
  const hostile = "\u001b]0;title\u0007\r\u009b31m\u202e";
  expect(quote(hostile)).toMatch(/^[\x20-\x7e]+$/);
});

test("the command has the URL, every header and the body as they were sent", () => {
  const body = '{"note":"it\'s $5 & \\"more\\"","big":12345678901234567890}';
  const command = curl({
    url: "https://example.com/hook?a=1&b={x}[1]",
    headers: [
      { name: "Content-Type", value: "application/json" },
      { name: "X-Signature", value: "t=1,v1='ab'" },
      { name: "X-Empty", value: "" },
      { name: "User-Agent", value: "Nuncio" },
      { name: "Accept", value: "*/*" },
    ],
    body,
  });
  expect(argumentsOf(command)).toEqual([
    "--globoff",
    "--request",
    "POST",
    "https://example.com/hook?a=1&b={x}[1]",
    "--header",
    "Content-Type: application/json",
    "--header",
    "X-Signature: t=1,v1='ab'",
    "--header",
    "X-Empty;",
    "--header",
    "User-Agent: Nuncio",
    "--header",
    "Accept: */*",
    "--data-raw",
    body,
  ]);
});

test("what curl writes by itself is left to it, and what it would add is taken out", () => {
  const command = curl({
    url: "https://example.com/",
    headers: [
      { name: "host", value: "example.com" },
      { name: "Content-Length", value: "2" },
    ],
    body: "{}",
  });
  const got = argumentsOf(command);
  expect(got.filter((argument) => /^(host|content-length)/i.test(argument))).toEqual([]);
  expect(got.filter((argument) => argument.endsWith(":"))).toEqual(["Accept:", "User-Agent:", "Content-Type:"]);
});
