/** What a dialect file says to receivers: the TOML of the dialect language as JSON. */
export interface DialectFile {
  readonly name: string;
  readonly title?: string;
  readonly secret: SecretFile;
  readonly request?: { readonly values?: "plain" | "cloudevents" };
  readonly header?: readonly HeaderFile[];
  readonly signature?: SignatureFile | readonly SignatureFile[];
  readonly body: BodyFile;
  readonly receiver?: ReceiverFile;
  readonly handshake?: HandshakeFile;
}

export interface SecretFile {
  readonly key: "utf8" | "base64" | "hex";
  readonly prefix?: string;
  readonly key_bytes?: readonly number[];
  readonly bytes?: number;
}

export interface HeaderFile {
  readonly name: string;
  readonly value: Value;
}

/** One piece, or a list of these, joined with nothing between them. */
export type Value = Piece | readonly Piece[];
/** A field's name; a literal; the value of another header; a field in the vendor's own words; an entry of the tenant's metadata. */
export type Piece =
  | string
  | { readonly text: string }
  | { readonly header: string }
  | { readonly field: string; readonly words?: Readonly<Record<string, string>>; readonly other?: string; readonly uri?: string }
  | { readonly metadata: string; readonly default?: Value | number | boolean; readonly uri?: string };

export interface SignatureFile {
  readonly header: string;
  readonly grammar: "bare" | "pairs" | "versions";
  readonly separator?: string;
  readonly timestamp_key?: string;
  /** Whether receivers refuse a request without it, as they do unless told otherwise, or leave it to old ones. */
  readonly receivers?: "require" | "ignore";
  readonly content?: Value;
  readonly scheme: readonly SchemeFile[];
}

export interface SchemeFile {
  readonly version?: string;
  readonly algorithm: "hmac-sha1" | "hmac-sha256" | "hmac-sha512" | "ed25519" | "token" | "basic";
  readonly output?: "hex" | "base64" | "base64url";
  readonly prefix?: string;
  readonly user?: string;
  readonly private_prefix?: string;
  readonly public_prefix?: string;
}

export interface BodyFile {
  readonly format: "json" | "ecmascript" | "form";
  readonly members?: readonly MemberFile[];
}

export interface MemberFile {
  readonly name: string;
  readonly value?: Value;
  readonly json?: string;
  readonly members?: readonly MemberFile[];
}

export interface ReceiverFile {
  readonly tolerance_s?: number;
  readonly versions?: readonly string[];
  readonly answers?: { readonly missing?: number; readonly invalid?: number; readonly text?: string };
}

/** What a new endpoint is asked. Places are JSON pointers (RFC 6901). */
export interface HandshakeFile {
  readonly request?: string;
  readonly challenge?: string;
  readonly answer?: string;
  readonly digest?: string;
  readonly request_header?: string;
  readonly answer_header?: string;
}
