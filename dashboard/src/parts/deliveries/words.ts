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
    advice: "The receiver answered, and refused. Its response body usually says why.",
  },
  timeout: {
    label: "Timeout",
    advice: "The receiver took longer than the deadline. It should answer at once and do its work afterwards.",
  },
  dns: { label: "Name not found", advice: "The host's name does not resolve. Check the URL for a typing error, or the name's DNS records." },
  connect_refused: { label: "Connection refused", advice: "Nothing listens on that port: the receiver is not running, or on another port." },
  connect_timeout: { label: "No connection in time", advice: "Packets go unanswered. A firewall in front of the receiver is the usual reason." },
  unreachable: { label: "Unreachable", advice: "There is no route to the receiver's network." },
  reset: { label: "Connection reset", advice: "The receiver, or a proxy in front of it, dropped the connection halfway." },
  closed_early: { label: "Closed early", advice: "The connection ended before the response was complete: the receiver may have crashed." },
  tls_certificate_expired: { label: "Certificate expired", advice: "The receiver's certificate has to be renewed." },
  tls_certificate_name: { label: "Certificate for another host", advice: "The receiver's certificate does not name the URL's host." },
  tls_certificate_untrusted: {
    label: "Certificate not trusted",
    advice: "No authority that we trust signed it, or the receiver does not send the certificates in between.",
  },
  tls_protocol: { label: "TLS failed", advice: "There is no TLS session that both sides accept." },
  malformed_response: { label: "Not HTTP", advice: "What came back is no HTTP/1.1 response: another service may be on that port." },
  headers_too_large: { label: "Headers too large", advice: "The response has more than 256 headers, or more than 64 KiB of them." },
  url_refused: { label: "URL refused", advice: "The URL breaks a rule of this server. Give the endpoint another." },
  forbidden_address: {
    label: "Address refused",
    advice: "The host's name resolves to an address that deliveries may not go to, such as one of a private network.",
  },
  invalid_request: { label: "Request impossible", advice: "The request could not be written as HTTP. Check the endpoint's custom headers." },
  local_resources: { label: "Server out of resources", advice: "This server ran out of sockets or memory. The receiver is not at fault." },
  render: { label: "Not renderable", advice: "The event cannot be written in the endpoint's dialect. Its payload, or the dialect, has to change." },
  internal: { label: "Internal error", advice: "Something broke in this server. Its log says more." },
};

/** Why a delivery is dead or cancelled. */
const REASONS: Record<string, Said> = {
  attempts_exhausted: { label: "Attempts used up", advice: "Every attempt of its schedule failed. Once the receiver is mended, retry it." },
  gone: { label: "Receiver gone", advice: "The receiver answered 410 Gone, which this project takes as final." },
  test_failed: { label: "Test failed", advice: "A test makes a single attempt. Mend what its answer says, and test again." },
  throttled: {
    label: "Throttled too long",
    advice: "The receiver went on asking for less until the delivery could wait no longer. Once it takes more, retry it.",
  },
  expired: { label: "Too old", advice: "It waited longer than the project keeps its history." },
  requested: { label: "On request", advice: "Somebody cancelled it. Retry it to send it after all." },
  endpoint_deleted: { label: "Endpoint deleted", advice: "Its endpoint is no longer there." },
  tenant_deleted: { label: "Tenant deleted", advice: "Its tenant is no longer there." },
  payload_erased: { label: "Payload erased", advice: "There is nothing to send any more." },
};

/** Why nothing is attempted though a delivery is pending. */
const WAITING: Record<string, string> = {
  scheduled: "Scheduled",
  in_flight: "In flight",
  queued: "Queued",
  endpoint_disabled: "Endpoint disabled",
  plan: "Plan",
  ordering_key: "In order",
  unverified: "Endpoint unverified",
  rate_limit: "Rate limit",
  throttled: "Throttled",
  breaker_open: "Breaker open",
  concurrency: "Concurrency",
};

const TRIGGERS: Record<string, string> = {
  schedule: "On schedule",
  manual: "Retried by hand",
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
