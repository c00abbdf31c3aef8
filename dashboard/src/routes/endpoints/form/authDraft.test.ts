import { expect, test } from "vitest";
import { authDraftOf, authFaults, authFieldOf, authOf, NO_AUTH } from "./authDraft";
import { NO_TLS, tlsDraftOf, tlsFaults, tlsOf } from "./tlsDraft";

test("an untouched secret is kept, but not as that of another type", () => {
  const basic = authDraftOf({ type: "basic", username: "me", password: "***" });
  expect(authOf(basic)).toEqual({ type: "basic", username: "me", password: "***" });
  expect(authOf({ ...basic, secret: "new" })).toEqual({ type: "basic", username: "me", password: "new" });
  expect(authFaults({ ...basic, type: "bearer" })).toEqual({ secret: "Enter the token" });
  expect(authOf({ ...basic, type: "" })).toBeNull();
  expect(authOf(authDraftOf(null))).toBeNull();
});

test("an OAuth client names only what was written", () => {
  const draft = { ...NO_AUTH, type: "oauth2" as const, token_url: " https://login.example/token ", client_id: "me", secret: "s" };
  expect(authOf({ ...draft, scopes: " a  b " })).toEqual({
    type: "oauth2",
    token_url: "https://login.example/token",
    client_id: "me",
    client_auth: "client_secret_basic",
    client_secret: "s",
    scopes: ["a", "b"],
  });
  const key = authDraftOf({ type: "oauth2", token_url: "u", client_id: "me", client_auth: "private_key_jwt", private_key: "***" });
  expect(authOf(key)).toMatchObject({ private_key: "***" });
  expect(authFaults({ ...key, client_auth: "client_secret_post" })).toEqual({ secret: "Enter the client secret" });
  expect(authFaults({ ...NO_AUTH, type: "oauth2" })).toMatchObject({ token_url: "Enter the token URL", client_id: "Enter the client ID" });
});

test("a refusal is shown at the field that it is about", () => {
  expect(["password", "token_url", "type", undefined].map(authFieldOf)).toEqual(["secret", "token_url", "type", "type"]);
});

test("certificates at the server are kept until others are pasted", () => {
  const facts = { subject: "CN=a", names: ["a"], expires_at: "2030-01-01T00:00:00.000Z" };
  const kept = tlsDraftOf({ client_cert: facts, client_key: "***", ca: [facts], pin_sha256: ["AAAA"] });
  expect(tlsOf(kept)).toEqual({ client_cert: "***", client_key: "***", ca: "***", pin_sha256: ["AAAA"] });
  expect(tlsOf({ ...kept, client: false, pins: "" })).toEqual({ ca: "***" });
  expect(tlsOf({ ...kept, client: false, authorities: false, pins: " " })).toBeNull();
  expect(tlsOf({ ...kept, client_cert: "c", client_key: "k" })).toMatchObject({ client_cert: "c", client_key: "k" });
  expect(tlsFaults({ ...kept, client_cert: "c" })).toEqual({ client_key: "Paste the private key" });
  expect(tlsFaults({ ...NO_TLS, authorities: true })).toEqual({ ca: "Paste the certificates" });
});
