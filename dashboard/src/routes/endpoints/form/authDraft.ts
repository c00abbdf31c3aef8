import type { components } from "@/api/schema";

type Auth = components["schemas"]["EndpointAuth"];
export type AuthType = Auth["type"];
export type ClientAuth = NonNullable<Auth["client_auth"]>;

/** How requests authenticate, as it is written in a form. */
export interface AuthDraft {
  /** Empty: they don't. */
  type: AuthType | "";
  username: string;
  /** The password, token, header's value or client secret. Empty keeps one that the server has. */
  secret: string;
  private_key: string;
  name: string;
  token_url: string;
  client_id: string;
  client_auth: ClientAuth;
  /** With blanks between them. */
  scopes: string;
  audience: string;
  /** What the server has a secret for, which it does not show. */
  kept: AuthType | "";
  /** The kept one is a private key. */
  keptKey: boolean;
}

export type AuthFaults = Partial<Record<Exclude<keyof AuthDraft, "kept" | "keptKey">, string>>;

export const NO_AUTH: AuthDraft = {
  type: "",
  username: "",
  secret: "",
  private_key: "",
  name: "",
  token_url: "",
  client_id: "",
  client_auth: "client_secret_basic",
  scopes: "",
  audience: "",
  kept: "",
  keptKey: false,
};

/** Sent for what the server has already. */
const KEPT = "***";

export function authDraftOf(auth: Auth | null): AuthDraft {
  if (auth === null) return NO_AUTH;
  return {
    ...NO_AUTH,
    type: auth.type,
    username: auth.username ?? "",
    name: auth.name ?? "",
    token_url: auth.token_url ?? "",
    client_id: auth.client_id ?? "",
    client_auth: auth.client_auth ?? "client_secret_basic",
    scopes: (auth.scopes ?? []).join(" "),
    audience: auth.audience ?? "",
    kept: auth.type,
    keptKey: auth.client_auth === "private_key_jwt",
  };
}

/** Whether an empty secret keeps the one that the server has. */
export function keepsSecret(draft: AuthDraft): boolean {
  return draft.kept !== "" && draft.kept === draft.type && (draft.type !== "oauth2" || draft.keptKey === byKey(draft));
}

export function byKey({ client_auth }: Pick<AuthDraft, "client_auth">): boolean {
  return client_auth === "private_key_jwt";
}

/** The settings as the server takes them; null for none. */
export function authOf(draft: AuthDraft): Auth | null {
  const secret = (value: string) => (value === "" && keepsSecret(draft) ? KEPT : value);
  switch (draft.type) {
    case "":
      return null;
    case "basic":
      return { type: "basic", username: draft.username, password: secret(draft.secret) };
    case "bearer":
      return { type: "bearer", token: secret(draft.secret) };
    case "header":
      return { type: "header", name: draft.name.trim(), value: secret(draft.secret) };
    case "oauth2": {
      const scopes = draft.scopes.split(/\s+/).filter((scope) => scope !== "");
      return {
        type: "oauth2",
        token_url: draft.token_url.trim(),
        client_id: draft.client_id.trim(),
        client_auth: draft.client_auth,
        ...(byKey(draft) ? { private_key: secret(draft.private_key) } : { client_secret: secret(draft.secret) }),
        ...(scopes.length === 0 ? {} : { scopes }),
        ...(draft.audience.trim() === "" ? {} : { audience: draft.audience.trim() }),
      };
    }
  }
}

/** What is missing before the server is asked. */
export function authFaults(draft: AuthDraft): AuthFaults {
  const faults: AuthFaults = {};
  const secretMissing = draft.secret === "" && !keepsSecret(draft);
  if (draft.type === "bearer" && secretMissing) faults.secret = "Enter the token";
  if (draft.type === "header") {
    if (draft.name.trim() === "") faults.name = "Enter the header’s name";
    if (secretMissing) faults.secret = "Enter the value";
  }
  if (draft.type === "oauth2") {
    if (draft.token_url.trim() === "") faults.token_url = "Enter the token URL";
    if (draft.client_id.trim() === "") faults.client_id = "Enter the client ID";
    if (byKey(draft) && draft.private_key === "" && !keepsSecret(draft)) faults.private_key = "Enter the private key";
    if (!byKey(draft) && secretMissing) faults.secret = "Enter the client secret";
  }
  return faults;
}

/** The field of the form that a field of the API is about. */
export function authFieldOf(name: string | undefined): keyof AuthFaults {
  switch (name) {
    case "password":
    case "token":
    case "value":
    case "client_secret":
      return "secret";
    case "username":
    case "name":
    case "token_url":
    case "client_id":
    case "client_auth":
    case "scopes":
    case "audience":
    case "private_key":
      return name;
    default:
      return "type";
  }
}
