// What is published, as others will use it: the packed files, installed in a folder of their own.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, it } from "vitest";

/** What a page or an edge function should bear: the verifier with all its dialects, minified. */
const MINIFIED_BYTES_MAX = 30_000;

const folder = join(import.meta.dirname, "..");
const consumer = mkdtempSync(join(tmpdir(), "nuncio-webhooks-"));
const installed = join(consumer, "node_modules/@nuncio/webhooks");
const run = (command: string, args: string[], cwd = consumer) =>
  execFileSync(command, args, { cwd, encoding: "utf8", stdio: "pipe" });

beforeAll(() => {
  const [packed] = JSON.parse(run("npm", ["pack", "--json", "--silent", "--pack-destination", consumer], folder)) as [{ filename: string }];
  mkdirSync(installed, { recursive: true });
  run("tar", ["-xzf", join(consumer, packed.filename), "-C", installed, "--strip-components", "1"]);
  for (const name of ["express", "fastify", "hono", "@types"]) {
    symlinkSync(join(folder, "node_modules", name), join(consumer, "node_modules", name));
  }
}, 120_000);
afterAll(() => rmSync(consumer, { recursive: true, force: true }));

const SAME_CLASSES = `
const { Webhook, MissingHeaderError, WebhookVerificationError } = main;
try { new Webhook("standard", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").verify("{}", {}); }
catch (error) { console.log(error instanceof MissingHeaderError, error instanceof WebhookVerificationError); }
console.log([fetch, express, fastify, hono, lambda].map((entry) => Object.keys(entry).join()).join(" "));`;
const ENTRIES = ["fetch", "express", "fastify", "hono", "lambda"];

it.each([
  ["module", ENTRIES.map((name) => `import * as ${name} from "@nuncio/webhooks/${name}";`).join("\n") + 'import * as main from "@nuncio/webhooks";'],
  ["commonjs", ENTRIES.map((name) => `var ${name} = require("@nuncio/webhooks/${name}");`).join("\n") + 'var main = require("@nuncio/webhooks");'],
])("every entry loads as %s", (type, imports) => {
  const printed = run(process.execPath, [`--input-type=${type}`, "--eval", imports + SAME_CLASSES]);
  expect(printed).toBe("true true\nwebhookHandler webhookHandler webhookPlugin webhookHandler webhookHandler\n");
});

it("the package is small, asks for no dependency and imports nothing of Node", async () => {
  const bundle = { bundle: true, minify: true, write: false, format: "esm", platform: "neutral" } as const;
  const result = await build({ ...bundle, entryPoints: [join(installed, "dist/esm/index.js")] });
  expect(result.outputFiles[0]?.contents.length).toBeLessThanOrEqual(MINIFIED_BYTES_MAX);
  const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as Record<string, unknown>;
  expect([manifest.dependencies, manifest.peerDependencies]).toEqual([undefined, undefined]);
});

it("every sample of the README fits the declarations, and types of events narrow", () => {
  const samples = [...readFileSync(join(folder, "README.md"), "utf8").matchAll(/^```ts\n(.*?)^```/gms)].map(([, source]) => source!);
  expect(samples.length).toBeGreaterThan(5);
  samples.push(`
import { Webhook } from "@nuncio/webhooks";
type Types = { "risk.created": { rating: string }; "task.overdue": { days: number } };
const event = new Webhook<Types>("deiterate", "your-webhook-secret").verify("{}", {});
if (event.type === "task.overdue") event.data.days.toFixed();
// @ts-expect-error: the other type has no days.
else event.data.days;
`);
  const files = samples.map((source, at) => {
    writeFileSync(join(consumer, `sample${at}.mts`), source);
    return `sample${at}.mts`;
  });
  writeFileSync(join(consumer, "sample.cts"), 'import { Webhook } from "@nuncio/webhooks";\nimport { webhookHandler } from "@nuncio/webhooks/express";\nexport const made = webhookHandler(new Webhook("standard", ""), () => {});\n');
  const flags = ["--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", "--module", "nodenext", "--types", "node"];
  run(process.execPath, [join(folder, "node_modules/typescript/bin/tsc"), ...flags, "sample.cts", ...files]);
}, 120_000);
