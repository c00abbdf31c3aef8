"""The vendors' published rules: which headers a request has, and how they are signed."""

import base64
import hashlib
import hmac

KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
STRANGER = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
URL = "https://hooks.example.com/in?a=1&b=2"
EVENT = "evt_01HXYZ"
DELIVERY = "del_01KDEVERY0000000000000000A"
MESSAGE = "msg_01KEVENT0000000000000000A"
UUID = "019dca1c-5c7b-8000-8000-0000000000aa"
ENDPOINT = "ep_01KENDP01NT000000000000000"
NOW = 1_777_206_896_123
UNICODE = '{"name":"Zoë 😀","note":"a\\u0000b/\u2028"}'
PLAIN = '{"a":1}'


def mac(key, content, algorithm="sha256"):
    key = key if isinstance(key, bytes) else key.encode()
    return hmac.new(key, content, getattr(hashlib, algorithm)).digest()


def b64(data):
    return base64.b64encode(data).decode()


def standard_key(secret):
    """As the official libraries have it: the prefix may be missing."""
    return base64.b64decode(secret.removeprefix("whsec_"))


STANDARD = ("standard", "svix", "svix-whitelabel")
# Whose secrets start with it.
WHSEC = (*STANDARD, "stripe", "inviolet", "deiterate", "ventryx", "yativo", "grantiva")


class Rule:
    """A vendor's published rule: which headers a request has, and what must be refused."""

    time = None  # the header that holds the time, and its unit in milliseconds
    tolerance_s = None
    listed = False  # whether the header lists several signatures
    signs_url = False

    def __init__(self, name, signature):
        self.name, self.signature = name, signature

    def headers(self, secrets, body, at_ms):
        """The headers of a request, the signature last; `secrets` are those that sign, the current one first."""
        raise NotImplementedError


class Bare(Rule):
    def __init__(self, name, signature, write, content=None, others=(), time=None, tolerance_s=None, signs_url=False):
        super().__init__(name, signature)
        self.write, self.content = write, content or (lambda body, _at: body)
        self.more = others
        self.time, self.tolerance_s, self.signs_url = time, tolerance_s, signs_url

    def headers(self, secrets, body, at_ms):
        content = (URL.encode() if self.signs_url else b"") + self.content(body, at_ms)
        fixed = [(n, v(at_ms) if callable(v) else v) for n, v in self.more]
        return fixed + [(self.signature, self.write(secrets[0], content))]


def hexed(prefix="", algorithm="sha256"):
    return lambda secret, content: prefix + mac(secret, content, algorithm).hex()


def based(algorithm="sha256"):
    return lambda secret, content: b64(mac(secret, content, algorithm))


seconds = lambda at: str(at // 1000)
millis = str


class Standard(Rule):
    """Standard Webhooks 1.0.0, and Svix, where it came from: that signs the server's own id of the event."""

    tolerance_s, listed = 300, True

    def __init__(self, name="standard", prefix="webhook", id=EVENT):
        super().__init__(name, f"{prefix}-signature")
        self.prefix, self.id = prefix, id
        self.time = (f"{prefix}-timestamp", 1000)

    def headers(self, secrets, body, at_ms):
        content = f"{self.id}.{seconds(at_ms)}.".encode() + body
        items = ["v1," + b64(mac(standard_key(secret), content)) for secret in secrets]
        return [(f"{self.prefix}-id", self.id), (f"{self.prefix}-timestamp", seconds(at_ms)), (self.signature, " ".join(items))]


class Stripe(Rule):
    time, tolerance_s, listed = ("Stripe-Signature", 1000), 300, True

    def __init__(self):
        super().__init__("stripe", "Stripe-Signature")

    def headers(self, secrets, body, at_ms):
        content = f"{seconds(at_ms)}.".encode() + body
        items = [f"t={seconds(at_ms)}"] + ["v1=" + mac(secret, content).hex() for secret in secrets]
        return [(self.signature, ",".join(items))]


class GitHub(Bare):
    """Old receivers look at the SHA-1; those of ours need the other."""

    def __init__(self):
        others = [("X-GitHub-Event", KIND), ("X-GitHub-Delivery", UUID), ("X-GitHub-Hook-ID", ENDPOINT)]
        super().__init__("github", "X-Hub-Signature-256", hexed("sha256="), others=others)

    def headers(self, secrets, body, at_ms):
        *others, signature = super().headers(secrets, body, at_ms)
        return others + [("X-Hub-Signature", hexed("sha1=", "sha1")(secrets[0], body)), signature]


class PagerDuty(Rule):
    listed = True

    def __init__(self):
        super().__init__("pagerduty", "X-PagerDuty-Signature")

    def headers(self, secrets, body, at_ms):
        items = ["v1=" + mac(secret, body).hex() for secret in secrets]
        return [("X-Webhook-Id", UUID), (self.signature, ",".join(items))]


def twilio_content(body, _at):
    from urllib.parse import parse_qsl

    pairs = parse_qsl(body.decode(), keep_blank_values=True)
    return "".join(key + value for key, value in sorted(pairs)).encode()


class Token(Rule):
    def __init__(self, name, others=()):
        super().__init__(name, "Authorization")
        self.more = others

    def headers(self, secrets, body, at_ms):
        return list(self.more) + [(self.signature, f"Bearer {secrets[0]}")]


def v0(body, at_ms):
    return f"v0:{seconds(at_ms)}:".encode() + body


KIND = "event.kind"
RULES = [
    Standard(),
    Bare(
        "inviolet",
        "inviolet-signature",
        hexed("sha256="),
        lambda body, at: f"{at}.".encode() + body,
        [("inviolet-event", KIND), ("inviolet-delivery-id", UUID), ("inviolet-timestamp", millis)],
        ("inviolet-timestamp", 1),
        300,
    ),
    Bare("deiterate", "X-Deiterate-Signature", hexed()),
    Bare("ventryx", "Ventryx-Signature", hexed("sha256="), others=[("Ventryx-Event", KIND), ("Ventryx-Delivery", DELIVERY)]),
    Bare("yativo", "X-Webhook-Signature", hexed()),
    Bare("grantiva", "X-Grantiva-Signature", hexed("sha256=")),
    Stripe(),
    GitHub(),
    Bare(
        "shopify",
        "X-Shopify-Hmac-Sha256",
        based(),
        others=[
            ("X-Shopify-Topic", KIND),
            ("X-Shopify-Shop-Domain", "org_2pX9"),
            ("X-Shopify-API-Version", "2026-01"),
            ("X-Shopify-Webhook-Id", UUID),
            ("X-Shopify-Event-Id", EVENT),
            ("X-Shopify-Triggered-At", "2026-04-03T09:15:00.000Z"),
        ],
    ),
    Bare("slack", "X-Slack-Signature", hexed("v0="), v0, [("X-Slack-Request-Timestamp", seconds)], ("X-Slack-Request-Timestamp", 1000), 300),
    Bare("square", "x-square-hmacsha256-signature", based(), others=[("square-environment", "Production")], signs_url=True),
    Bare("twilio", "X-Twilio-Signature", based("sha1"), twilio_content, [("I-Twilio-Idempotency-Token", UUID)], signs_url=True),
    Bare("zoom", "x-zm-signature", hexed("v0="), v0, [("x-zm-request-timestamp", seconds)], ("x-zm-request-timestamp", 1000), 300),
    PagerDuty(),
    Token("cloudevents"),
    Token(
        "cloudevents-binary",
        [
            ("ce-specversion", "1.0"),
            ("ce-id", EVENT),
            ("ce-source", "/tenants/org_2pX9"),
            ("ce-type", KIND),
            ("ce-time", "2026-04-03T09:15:00.000Z"),
        ],
    ),
    Standard("svix", "svix", MESSAGE),
    Standard("svix-whitelabel", "webhook", MESSAGE),
]
