// Receives webhooks with the vendors' own libraries, unmodified. The protocol is in ../README.md.
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { receivers } from "./receivers.mjs";
import { signers } from "./signers.mjs";

const [controlFile] = process.argv.slice(2);
const failedOnce = new Set();

const isHandshake = (method, body) => method === "OPTIONS" || /"(url_verification|endpoint\.url_validation)"/.test(body);

function failsFirst(path, body) {
  const key = path + body.toString("latin1");
  if (!path.endsWith("/flaky") || failedOnce.has(key)) return false;
  failedOnce.add(key);
  return true;
}

async function judge(request, path, body) {
  if (!isHandshake(request.method, body) && failsFirst(path, body)) return { status: 500, message: "try again" };
  const entry = JSON.parse(readFileSync(controlFile, "utf8"))[path];
  const receive = receivers[entry?.library];
  if (!receive) return { status: 404, message: `no receiver at ${path}` };
  try {
    return await receive({ ...entry, path, method: request.method, headers: request.headers, body, request });
  } catch (error) {
    return { status: 401, message: `${error?.name}: ${error?.message ?? error}` };
  }
}

async function answer(request, response) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const path = request.url.split("?")[0];
  if (path.startsWith("/sign/")) {
    const headers = await signers[path.slice("/sign/".length)](JSON.parse(body));
    return response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(headers));
  }
  const { status, message, headers = {}, text = message } = await judge(request, path, body);
  const line = { path, method: request.method, status, message, headers: request.headers, body: body.toString("base64") };
  process.stdout.write(`${JSON.stringify(line)}\n`);
  response.writeHead(status, headers).end(text);
}

const server = createServer((request, response) => {
  answer(request, response).catch((error) => response.writeHead(500).end(String(error?.stack)));
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`ready ${server.address().port}\n`));
process.stdin.on("end", () => process.exit(0)).resume();
