// Fails the build when a page's first load outgrows its budget: the html, what it names, and what those import statically.
import { readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const BUDGET_BYTES = 350 * 1024;
const dist = join(dirname(fileURLToPath(import.meta.url)), "..", "dist");

/** Files that a page loads before it can show anything, by path below dist. */
function firstLoad(page) {
  const seen = new Set();
  const queue = [page];
  while (queue.length > 0) {
    const path = queue.pop();
    if (seen.has(path)) continue;
    seen.add(path);
    const text = readFileSync(join(dist, path), "utf8");
    if (path.endsWith(".html")) {
      for (const [, name] of text.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)) queue.push(name);
    } else if (path.endsWith(".css")) {
      // The browser asks for those subsets whose characters are on the page: Latin.
      for (const [, name] of text.matchAll(/url\("?\/?(assets\/[\w-]+-latin-wght-normal[^")]*\.woff2)"?\)/g)) queue.push(name);
    } else if (path.endsWith(".js")) {
      for (const [, name] of text.matchAll(/(?:from|import)\s*"(\.[^"]+\.js)"/g)) {
        queue.push(posix.join(posix.dirname(path), name));
      }
    }
  }
  return [...seen];
}

let failed = false;
for (const page of ["index.html", "portal.html"]) {
  const bytes = firstLoad(page).reduce((sum, path) => sum + gzipSync(readFileSync(join(dist, path))).length, 0);
  const kib = (bytes / 1024).toFixed(1);
  console.log(`${page}: ${kib} KiB gzipped at first load, of ${BUDGET_BYTES / 1024}`);
  if (bytes > BUDGET_BYTES) failed = true;
  const html = readFileSync(join(dist, page), "utf8");
  if (/<script(?![^>]*\ssrc=)[^>]*>/.test(html) || /\sstyle=/.test(html)) {
    console.error(`${page}: has an inline script or style, which its content security policy forbids`);
    failed = true;
  }
}
if (failed) process.exit(1);
