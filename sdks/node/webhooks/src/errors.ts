/** Stable names of the reasons to refuse a request, the same in every Nuncio library. */
export type VerificationCode =
  | "missing_header"
  | "malformed_header"
  | "bad_signature"
  | "too_old"
  | "too_new"
  | "malformed_body";

/** How a vendor's published receivers refuse: two status codes and a text. */
export interface Answers {
  readonly missing: number;
  readonly invalid: number;
  readonly text: string;
}

/**
 * Why a request must not be acted upon. The message is for logs and never holds a secret or a payload; `status` and
 * `text` are what the dialect's vendor publishes as the answer.
 */
export class WebhookVerificationError extends Error {
  constructor(
    /** The stable name of the reason. */
    readonly code: VerificationCode,
    message: string,
    /** The HTTP status to answer with. */
    readonly status: number,
    /** The text to answer with. */
    readonly text: string,
    /** The header at fault, where one is. */
    readonly header: string | null = null,
  ) {
    super(message);
    this.name = new.target.name;
  }
}

/** A header that the dialect needs is not there. */
export class MissingHeaderError extends WebhookVerificationError {
  constructor(answers: Answers, header: string) {
    super("missing_header", `the header \`${header}\` is missing`, answers.missing, answers.text, header);
  }
}

/** A header is not of the dialect's form, or is there twice. */
export class MalformedHeaderError extends WebhookVerificationError {
  constructor(answers: Answers, header: string, reason: string) {
    super("malformed_header", `the header \`${header}\` is malformed: ${reason}`, answers.missing, answers.text, header);
  }
}

/** No secret fits any signature of an accepted version. */
export class BadSignatureError extends WebhookVerificationError {
  constructor(answers: Answers, header: string) {
    super("bad_signature", `no signature in \`${header}\` matches the request`, answers.invalid, answers.text, header);
  }
}

/** The signed time is too far in the past. */
export class TooOldError extends WebhookVerificationError {
  constructor(answers: Answers, ageS: number, toleranceS: number) {
    const message = `the request was signed ${ageS} s ago, more than the ${toleranceS} s that are allowed`;
    super("too_old", message, answers.invalid, answers.text);
  }
}

/** The signed time is too far in the future. */
export class TooNewError extends WebhookVerificationError {
  constructor(answers: Answers, aheadS: number, toleranceS: number) {
    const message = `the request was signed ${aheadS} s in the future, more than the ${toleranceS} s that are allowed`;
    super("too_new", message, answers.invalid, answers.text);
  }
}

/** A body that is not what the dialect sends. */
export class MalformedBodyError extends WebhookVerificationError {
  constructor(reason: string, status = 400, text = "Invalid body") {
    super("malformed_body", `the body is malformed: ${reason}`, status, text);
  }
}

/** The receiver cannot work as it was set up; the message says what to change and never holds a secret. */
export class WebhookConfigurationError extends Error {
  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}
