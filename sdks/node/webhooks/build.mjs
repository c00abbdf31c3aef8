// Builds dist/esm and dist/cjs, one file per source file: entries of either kind share their modules, so an error of one
// is an instance of the other's class. The declarations are the same; the folder's package.json tells how to read them.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { transform } from "esbuild";

const out = process.argv[2] ?? "dist";
rmSync(out, { recursive: true, force: true });
for (const format of ["esm", "cjs"]) {
  mkdirSync(join(out, format), { recursive: true });
  for (const name of readdirSync("src")) {
    // Not `build`: that reads this folder's "module" into default imports between CommonJS files, where it does not hold.
    const { code } = await transform(readFileSync(join("src", name), "utf8"), { format, loader: "ts", target: "es2022" });
    writeFileSync(join(out, format, name.replace(/ts$/, "js")), code);
  }
}
const tsc = ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json", "--emitDeclarationOnly", "--outDir"];
execFileSync(process.execPath, [...tsc, join(out, "esm"), "--rootDir", "src"], { stdio: "inherit" });
cpSync(join(out, "esm"), join(out, "cjs"), { recursive: true, filter: (path) => !path.endsWith(".js") });
writeFileSync(join(out, "cjs/package.json"), '{ "type": "commonjs" }\n');
