// Builds dist/: one ES module, one CommonJS module, and the declarations for both.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

rmSync("dist", { recursive: true, force: true });
const common = { entryPoints: ["src/index.ts"], bundle: true, target: "es2022", platform: "neutral" };
await build({ ...common, format: "esm", outfile: "dist/index.js" });
await build({ ...common, format: "cjs", outfile: "dist/index.cjs" });
execFileSync(
  process.execPath,
  ["node_modules/typescript/bin/tsc", "--emitDeclarationOnly", "--outDir", "dist", "--rootDir", "src", "-p", "tsconfig.build.json"],
  { stdio: "inherit" },
);

// CommonJS consumers resolve `./x.cjs` to `./x.d.cts`: the same declarations under the other ending.
const declarations = readdirSync("dist", { recursive: true }).filter((name) => name.endsWith(".d.ts"));
for (const name of declarations) {
  const path = join("dist", name);
  const text = readFileSync(path, "utf8").replaceAll(/(from "\.[^"]*)\.js"/g, '$1.cjs"');
  writeFileSync(path.replace(/\.d\.ts$/, ".d.cts"), text);
}
