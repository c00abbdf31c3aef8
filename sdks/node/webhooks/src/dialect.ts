import type { DialectFile, HandshakeFile, HeaderFile, MemberFile, Piece, SchemeFile, SignatureFile, Value } from "./dialect-file.js";
import builtin from "./dialects.js";
import { type Answers, WebhookConfigurationError } from "./errors.js";
import { type SecretRules, secretRules } from "./secret.js";

/** A dialect as a receiver uses it, with everything that its file leaves out filled in. */
export interface Dialect {
  readonly name: string;
  readonly secret: SecretRules;
  readonly headers: readonly { readonly name: string; readonly pieces: readonly Piece[] }[];
  /** Those that must all fit; the first is the one whose key and scheme count. */
  readonly signatures: readonly [Signature, ...Signature[]];
  /** Whether values of headers are percent-encoded (CloudEvents 1.0, HTTP binding, 3.1.3.2). */
  readonly isEscaped: boolean;
  readonly isForm: boolean;
  /** Where the envelope holds what; `null` where the body is the data alone. */
  readonly members: readonly { readonly path: readonly string[]; readonly pieces: readonly Piece[] }[] | null;
  readonly toleranceS: number | null;
  readonly versions: readonly string[];
  readonly answers: Answers;
  readonly handshake: HandshakeFile | null;
}

/** What a dialect signs, and how its header spells it. */
export interface Signature {
  readonly header: string;
  readonly grammar: SignatureFile["grammar"];
  readonly separator: string;
  readonly content: readonly Piece[];
  readonly schemes: readonly SchemeFile[];
  readonly time: SignedTime | null;
}

/** The form of the signed time, and where it is: in a header, or in the signature header's pair of that key. */
export interface SignedTime {
  readonly field: string;
  readonly header: string;
  readonly pair: string | null;
}

const DEFAULT_ANSWERS: Answers = { missing: 401, invalid: 401, text: "Invalid signature" };
const TIMES = ["timestamp_s", "timestamp_ms", "timestamp_rfc3339"];

/** The names of the built-in dialects. */
export const dialectNames: readonly string[] = builtin.map((file) => file.name);

/**
 * The dialect of that name, or of that file.
 *
 * @throws {WebhookConfigurationError} for an unknown name, and for a file that signs nothing.
 */
export function resolveDialect(dialect: string | DialectFile): Dialect {
  if (typeof dialect !== "string") return compile(dialect);
  // They lack what `compile` takes for granted.
  const file = (builtin as unknown as readonly DialectFile[]).find((one) => one.name === dialect);
  if (!file) {
    throw new WebhookConfigurationError(
      `the dialect \`${dialect}\` is unknown: give one of ${dialectNames.join(", ")}, or the data of your own`,
    );
  }
  return compile(file);
}

/** The header whose whole value is that field; `null` where none is. */
export function carrier(headers: readonly { name: string; pieces: readonly Piece[] }[], field: Piece): string | null {
  return headers.find(({ pieces }) => pieces.length === 1 && pieces[0] === field)?.name ?? null;
}

function compile(file: DialectFile): Dialect {
  const tables = ([file.signature ?? []].flat() as readonly SignatureFile[]).map((table) => ({
    ...table,
    grammar: table.grammar ?? "bare",
    scheme: table.scheme.map((scheme) => ({ ...scheme, algorithm: scheme.algorithm ?? "hmac-sha256" })),
  }));
  const [first, ...others] = tables.filter(({ receivers, scheme }) => receivers !== "ignore" && scheme.length > 0);
  if (!first) {
    throw new WebhookConfigurationError(`the dialect \`${file.name}\` has no \`signature\`: there is nothing to verify`);
  }
  const headers = (file.header ?? []).map(entry<HeaderFile>).map(({ name, value }) => ({ name, pieces: pieces(value) }));
  const compiled = (table: SignatureFile) => signature(file.name, table, headers);
  const schemes = tables.flatMap(({ scheme }) => scheme);
  return {
    name: file.name,
    secret: secretRules(file.secret ?? { key: "utf8" }, schemes),
    headers,
    signatures: [compiled(first), ...others.map(compiled)],
    isEscaped: file.request?.values === "cloudevents",
    isForm: file.body.format === "form",
    members: file.body.members ? places(file.body.members, []) : null,
    toleranceS: file.receiver?.tolerance_s ?? null,
    versions: file.receiver?.versions ?? schemes.map(({ version }) => version ?? ""),
    answers: { ...DEFAULT_ANSWERS, ...file.receiver?.answers },
    handshake: file.handshake ?? null,
  };
}

function signature(name: string, file: SignatureFile, headers: Dialect["headers"]): Signature {
  const content = pieces(file.content ?? []);
  const field = content.find((piece): piece is string => typeof piece === "string" && TIMES.includes(piece));
  let time: SignedTime | null = null;
  if (field !== undefined) {
    const header = file.timestamp_key === undefined ? carrier(headers, field) : file.header;
    if (header === null) {
      throw new WebhookConfigurationError(`the dialect \`${name}\` signs \`${field}\` but sends it nowhere: add its header`);
    }
    time = { field, header, pair: file.timestamp_key ?? null };
  }
  const separator = file.separator ?? (file.grammar === "versions" ? " " : ",");
  return { header: file.header, grammar: file.grammar, separator, content, schemes: file.scheme, time };
}

export function pieces(value: Value): readonly Piece[] {
  return Array.isArray(value) ? value : [value as Piece];
}

/** A header or member of a file; the built-in ones are written as pairs, which are shorter. */
function entry<Entry extends HeaderFile | MemberFile>(given: Entry | readonly [string, Value]): Entry {
  return Array.isArray(given) ? ({ name: given[0], value: given[1] } as Entry) : (given as Entry);
}

function places(members: readonly MemberFile[], above: readonly string[]): NonNullable<Dialect["members"]> {
  return members.map(entry<MemberFile>).flatMap((member) => {
    const path = [...above, member.name];
    if (member.members) return places(member.members, path);
    return member.value === undefined ? [] : [{ path, pieces: pieces(member.value) }];
  });
}
