// Judges an AsyncAPI document on standard input with AsyncAPI's own parser: prints what it finds, and ends with 1 if that
// includes an error.
import { readFileSync } from "node:fs";
import { Parser } from "@asyncapi/parser";

const text = readFileSync(0, "utf8");
const diagnostics = await new Parser().validate(text);
// 0 is an error; 1 and above are advice.
const errors = diagnostics.filter(({ severity }) => severity === 0);
for (const { code, message, path } of errors) {
  console.log(`${code} at /${path.join("/")}: ${message}`);
}
if (process.argv.includes("--advice")) {
  console.log(JSON.stringify(diagnostics.map(({ code, message }) => ({ code, message }))));
}
process.exitCode = errors.length === 0 ? 0 : 1;
