// What is published, as others will use it.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";

const folder = join(import.meta.dirname, "..");
const node = (...args: string[]) => execFileSync(process.execPath, args, { cwd: folder, encoding: "utf8", stdio: "pipe" });

beforeAll(() => void node("build.mjs"), 60_000);

it.each([
  ["ES module", "module", 'import { Nuncio } from "@nuncio/client"; console.log(typeof Nuncio)'],
  ["CommonJS module", "commonjs", 'console.log(typeof require("@nuncio/client").Nuncio)'],
])("the package loads as %s", (_, type, source) => {
  expect(node(`--input-type=${type}`, "--eval", source).trim()).toBe("function");
});

it("every sample of the README fits the package's declarations, in both module systems", () => {
  const samples = [...readFileSync(join(folder, "README.md"), "utf8").matchAll(/^```ts\n(.*?)^```/gms)];
  expect(samples.length).toBeGreaterThan(2);
  mkdirSync(join(folder, "dist/samples"), { recursive: true });
  const files = samples.flatMap(([, source = ""], n) => {
    // CommonJS has no await at the top of a file.
    const [imports = "", rest = ""] = source.split("\n\n", 1).concat(source.slice(source.indexOf("\n\n")));
    const wrapped = `${imports}\nexport async function sample() {\n${rest}\n}\n`;
    return ["mts", "cts"].map((ending) => {
      const path = join("dist/samples", `sample${n}.${ending}`);
      writeFileSync(join(folder, path), ending === "mts" ? source : wrapped);
      return path;
    });
  });
  const flags = ["--noEmit", "--strict", "--skipLibCheck", "false", "--target", "es2022", "--module", "nodenext"];
  node("node_modules/typescript/bin/tsc", ...flags, "--types", "node", ...files);
}, 60_000);
