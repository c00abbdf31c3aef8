// An authorization server for the tests: oidc-provider, with one client for each way to authenticate.
//
// usage: node server.mjs CONFIG.json, where CONFIG has `clients` (as oidc-provider takes them) and `ttl_s`.
// Prints `ready PORT`, then a line of JSON for each token request: `status`, `client_id`, `scope`, `audience`, `error`.
// `?delay=MS` makes a token request wait first. Ends when its standard input does.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

import { Provider } from "oidc-provider";

const { clients, ttl_s: ttl } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address();
  const provider = new Provider(`http://127.0.0.1:${port}`, {
    clients: clients.map((client) => ({
      redirect_uris: [],
      response_types: [],
      grant_types: ["client_credentials"],
      ...client,
    })),
    scopes: ["hooks:write", "hooks:read"],
    clientAuthMethods: ["client_secret_basic", "client_secret_post", "private_key_jwt"],
    enabledJWA: { clientAuthSigningAlgValues: ["RS256", "ES256", "EdDSA"] },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
    },
    ttl: { ClientCredentials: ttl },
  });
  provider.use(async (context, next) => {
    const delay = Number(context.query.delay ?? 0);
    await new Promise((resolve) => setTimeout(resolve, delay));
    await next();
    const { params = {}, client } = context.oidc ?? {};
    console.log(
      JSON.stringify({
        status: context.status,
        client_id: client?.clientId,
        scope: params.scope,
        audience: params.audience,
        error: context.body?.error,
      }),
    );
  });
  server.on("request", provider.callback());
  console.log(`ready ${port}`);
});
process.stdin.resume();
process.stdin.on("end", () => process.exit());
