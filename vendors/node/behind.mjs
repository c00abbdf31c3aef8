// Libraries that are servers of their own get each request as a reverse proxy would hand it on.
import { request as send } from "node:http";

const servers = new Map();

/** The port of the server for a key, started once. */
function port(key, start) {
  if (!servers.has(key)) servers.set(key, start().then((server) => server.address().port));
  return servers.get(key);
}

/** Hands a request on to the library's server for `key`, and gives its answer. */
export async function behind(key, start, { request, body }) {
  const options = { host: "127.0.0.1", port: await port(key, start), method: request.method, path: request.url };
  const headers = [...request.rawHeaders];
  return new Promise((resolve, reject) => {
    const outgoing = send({ ...options, headers }, async (incoming) => {
      const chunks = [];
      for await (const chunk of incoming) chunks.push(chunk);
      const text = Buffer.concat(chunks).toString();
      const type = incoming.headers["content-type"];
      resolve({ status: incoming.statusCode, text, headers: type ? { "Content-Type": type } : {} });
    });
    outgoing.on("error", reject).end(body);
  });
}
