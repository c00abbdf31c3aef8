import type { components } from "@/api/schema";

type Tls = components["schemas"]["EndpointTls"];
type Settings = components["schemas"]["EndpointTlsSettings"];

/** TLS settings as they are written in a form. Where the server has a certificate, an empty field keeps it. */
export interface TlsDraft {
  /** There is a client certificate. */
  client: boolean;
  client_cert: string;
  client_key: string;
  /** There are authorities of its own. */
  authorities: boolean;
  ca: string;
  /** One a line. */
  pins: string;
  keptClient: boolean;
  keptAuthorities: boolean;
}

export type TlsFaults = Partial<Record<"client_cert" | "client_key" | "ca" | "pins" | "tls", string>>;

export const NO_TLS: TlsDraft = {
  client: false,
  client_cert: "",
  client_key: "",
  authorities: false,
  ca: "",
  pins: "",
  keptClient: false,
  keptAuthorities: false,
};

/** Sent for what the server has already. */
const KEPT = "***";

export function tlsDraftOf(tls: Tls | null): TlsDraft {
  if (tls === null) return NO_TLS;
  const [client, authorities] = [tls.client_cert !== null, tls.ca !== null];
  return {
    ...NO_TLS,
    client,
    authorities,
    pins: tls.pin_sha256.join("\n"),
    keptClient: client,
    keptAuthorities: authorities,
  };
}

/** The settings as the server takes them; null for none. */
export function tlsOf(draft: TlsDraft): Settings | null {
  const pins = draft.pins.split(/\s+/).filter((pin) => pin !== "");
  if (!draft.client && !draft.authorities && pins.length === 0) return null;
  const settings: Settings = {};
  if (draft.client) {
    const keeps = draft.keptClient && draft.client_cert === "" && draft.client_key === "";
    settings.client_cert = keeps ? KEPT : draft.client_cert;
    settings.client_key = keeps ? KEPT : draft.client_key;
  }
  if (draft.authorities) settings.ca = draft.keptAuthorities && draft.ca === "" ? KEPT : draft.ca;
  if (pins.length > 0) settings.pin_sha256 = pins;
  return settings;
}

/** What is missing before the server is asked. */
export function tlsFaults(draft: TlsDraft): TlsFaults {
  const faults: TlsFaults = {};
  const keepsClient = draft.keptClient && draft.client_cert === "" && draft.client_key === "";
  if (draft.client && !keepsClient) {
    if (draft.client_cert.trim() === "") faults.client_cert = "Paste the certificate";
    if (draft.client_key.trim() === "") faults.client_key = "Paste the private key";
  }
  if (draft.authorities && !draft.keptAuthorities && draft.ca.trim() === "") faults.ca = "Paste the certificates";
  return faults;
}

/** The field of the form that a field of the API is about. */
export function tlsFieldOf(name: string | undefined): keyof TlsFaults {
  switch (name) {
    case "client_cert":
    case "client_key":
    case "ca":
      return name;
    case "pin_sha256":
      return "pins";
    default:
      return "tls";
  }
}
