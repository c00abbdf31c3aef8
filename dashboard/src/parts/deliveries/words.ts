/** The API's stable words about deliveries, as people say them, and what to do about each. */
interface Said {
  label: string;
  /** What it means for somebody who has to act on it. */
  advice: string;
}

/** Why an attempt failed. */
const ERRORS: Record<string, Said> = {
  status: {
    label: "Error status",
    advice: "The receiver responded with an error. Its response body usually says why.",
  },
  timeout: {
    label: "Timeout",
    advice: "The receiver did not respond before the timeout. It should respond at once and process the event afterwards.",
  },
  dns: { label: "Name not found", advice: "The host name does not resolve. Check the URL for typos, and the DNS records." },
  connect_refused: { label: "Connection refused", advice: "Nothing is listening on that port. The receiver may be down, or on another port." },
  connect_timeout: { label: "Connection timeout", advice: "The connection timed out. A firewall in front of the receiver is the usual reason." },
  unreachable: { label: "Unreachable", advice: "There is no route to the receiver's network." },
  reset: { label: "Connection reset", advice: "The receiver, or a proxy in front of it, dropped the connection halfway." },
  closed_early: { label: "Closed early", advice: "The connection ended before the response was complete: the receiver may have crashed." },
  tls_certificate_expired: { label: "Certificate expired", advice: "The receiver's certificate has expired and must be renewed." },
  tls_certificate_name: { label: "Certificate name mismatch", advice: "The receiver's certificate is not valid for the URL's host." },
  tls_certificate_untrusted: {
    label: "Certificate not trusted",
    advice: "It is not signed by a trusted authority, or the receiver does not send its intermediate certificates.",
  },
  tls_protocol: { label: "TLS failed", advice: "The TLS handshake failed: the two sides support no common version or cipher." },
  malformed_response: { label: "Not HTTP", advice: "The response is not valid HTTP/1.1. Another service may be on that port." },
  headers_too_large: { label: "Headers too large", advice: "The response has more than 256 headers, or more than 64 KiB of headers." },
  url_refused: { label: "URL not allowed", advice: "This server's rules do not allow the URL. Change the endpoint's URL." },
  forbidden_address: {
    label: "Address not allowed",
    advice: "The host name resolves to an address that is not allowed, such as one in a private network.",
  },
  invalid_request: { label: "Invalid request", advice: "The request is not valid HTTP. Check the endpoint's custom headers." },
  local_resources: { label: "Server out of resources", advice: "This server ran out of sockets or memory. The problem is not at the receiver." },
  render: { label: "Cannot be rendered", advice: "The event cannot be converted to the format of the endpoint's requests. Change its payload or the format." },
  internal: { label: "Internal error", advice: "This server failed. See its log for details." },
};

/** Why a delivery is dead or cancelled. */
const REASONS: Record<string, Said> = {
  attempts_exhausted: { label: "All attempts failed", advice: "Retry it once the receiver works again." },
  gone: { label: "Receiver gone", advice: "The receiver responded with 410 Gone, and this project does not retry after that." },
  test_failed: { label: "Test failed", advice: "A test makes only one attempt. Fix what its response says, and test again." },
  throttled: {
    label: "Throttled too long",
    advice: "The receiver kept asking for fewer requests until the delivery expired. Retry it once the receiver accepts more.",
  },
  expired: { label: "Too old", advice: "It waited longer than the project keeps its history." },
  requested: { label: "Cancelled manually", advice: "Somebody cancelled it. Retry it if you want to send it." },
  endpoint_deleted: { label: "Endpoint deleted", advice: "Its endpoint was deleted." },
  tenant_deleted: { label: "Tenant deleted", advice: "Its tenant was deleted." },
  payload_erased: { label: "Payload erased", advice: "Its payload was erased, so there is nothing to send." },
};

/** Why nothing is attempted though a delivery is pending. */
const WAITING: Record<string, string> = {
  scheduled: "Scheduled",
  in_flight: "In flight",
  queued: "Queued",
  endpoint_disabled: "Endpoint disabled",
  plan: "Plan without webhooks",
  ordering_key: "Waiting for earlier events",
  unverified: "Endpoint unverified",
  rate_limit: "Rate limit",
  throttled: "Throttled",
  breaker_open: "Paused after failures",
  concurrency: "Concurrency limit",
};

const TRIGGERS: Record<string, string> = {
  schedule: "Scheduled",
  manual: "Manual retry",
  test: "Test",
  replay: "Replay",
};

/** What is not in the list is newer than this page: its word is shown as it is. */
const said = (words: Record<string, Said>, word: string): Said => words[word] ?? { label: word.replaceAll("_", " "), advice: "" };

export const errorSaid = (error: string) => said(ERRORS, error);
export const reasonSaid = (reason: string) => said(REASONS, reason);
export const waitingLabel = (word: string) => WAITING[word] ?? word.replaceAll("_", " ");
export const triggerLabel = (word: string) => TRIGGERS[word] ?? word;

/** Whether a delivery that ended so can be sent after all. */
export const retryable = (reason: string | null | undefined) =>
  !["endpoint_deleted", "tenant_deleted", "payload_erased"].includes(reason ?? "");

/** For a filter. */
export const errorOptions = Object.entries(ERRORS).map(([value, { label }]) => ({ value, label }));
