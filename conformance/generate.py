#!/usr/bin/env python3
"""Writes conformance/<dialect>.json.

Every rule is written out by hand here, from the vendor's published contract and with Python's own hmac: nothing
is shared with the implementation under test. Published vectors are copied verbatim and never computed.

Run `python3 conformance/generate.py` from the root of the repository; it is deterministic.
"""

import base64
import hashlib
import hmac
import json
import pathlib

HERE = pathlib.Path(__file__).parent
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


def replaced(headers, name, change):
    return [(n, change(v) if n == name else v) for n, v in headers]


MIB = 1024 * 1024


class Cases:
    """The verify vectors of one dialect."""

    def __init__(self, rule):
        self.rule, self.list = rule, []
        self.token = isinstance(rule, Token)
        self.form = rule.name == "twilio"
        self.body = "a=1&b=two+words" if self.form else PLAIN
        self.good = self.signed([KEY], self.body)

    def signed(self, secrets, body, at_ms=NOW):
        return self.rule.headers(secrets, body.encode(), at_ms)

    def add(self, case, name, expect, headers=None, body=None, secrets=(KEY,), now_ms=NOW, url=URL, repeat=None):
        repeated = {} if repeat is None else {"body_repeat": repeat}
        self.list.append(
            {
                "name": name,
                "case": case,
                "secrets": list(secrets),
                "now_ms": now_ms,
                "method": "POST",
                "url": url,
                "headers": [list(header) for header in (self.good if headers is None else headers)],
                "body": self.body if body is None else body,
                **repeated,
                "expect": expect,
            }
        )

    def ok(self, key=0):
        expect = {"key": key}
        if self.rule.listed:
            expect["version"] = "v1"
        if self.rule.time:
            expect["timestamp_ms"] = NOW // self.rule.time[1] * self.rule.time[1]
        return {"accept": expect}

    def all(self):
        self.accepted()
        self.refused()
        self.rotated()
        if self.rule.listed:
            self.lists()
        if self.rule.time:
            self.times()
        return self.list

    def accepted(self):
        self.add("good", "a request as it is sent", self.ok())
        upper = [(name.upper(), value) for name, value in self.good]
        self.add("upper_case", "header names in upper case", self.ok(), upper)
        self.add("upper_case", "header names in lower case", self.ok(), [(n.lower(), v) for n, v in self.good])
        self.add("empty_body", "an empty body", self.ok(), self.signed([KEY], ""), "")
        unicode = "n=Zo%C3%AB+%F0%9F%98%80" if self.form else UNICODE
        self.add("unicode", "characters outside ASCII", self.ok(), self.signed([KEY], unicode), unicode)
        unit = "n=1&" if self.form else "0123456789abcde\n"
        times = MIB // len(unit)
        large = self.signed([KEY], unit * times)
        self.add("large", "a body of 1 MiB", self.ok(), large, unit, repeat=times)
        if not self.token:
            self.add("large", "a body of 1 MiB and a little", {"refuse": "bad_signature"}, large, unit, repeat=times + 1)
        more = [("Host", "hooks.example.com"), ("X-Unrelated", "1")] + self.good
        self.add("good", "unrelated headers", self.ok(), more)

    def refused(self):
        bad = {"refuse": "bad_signature"}
        if not self.token:
            self.add("tampered_body", "one byte more", bad, body=self.body + " ")
            self.add("tampered_body", "one byte changed", bad, body=self.body.replace("1", "2"))
            self.add("tampered_body", "the body removed", bad, body="")
        if self.rule.signs_url:
            self.add("tampered_url", "another URL", bad, url=URL + "&c=3")
        self.add("wrong_secret", "another secret", bad, secrets=[STRANGER])
        self.add("wrong_secret", "no secret at all", bad, secrets=[])
        self.add("truncated", "the last four characters are missing", bad, replaced(self.good, self.rule.signature, lambda v: v[:-4]))
        self.add("truncated", "something follows", bad, replaced(self.good, self.rule.signature, lambda v: v + "AAAA"))
        self.add("wrong_version", "another prefix", bad, replaced(self.good, self.rule.signature, self.other_version)) if self.has_label() else None
        needed = [self.rule.signature]
        needed += [self.rule.time[0]] if self.rule.time and self.rule.time[0] != self.rule.signature else []
        needed += [f"{self.rule.prefix}-id"] if self.rule.name in STANDARD else []
        for name in needed:
            missing = {"refuse": "missing_header", "header": name}
            self.add("missing_header", f"without {name}", missing, [h for h in self.good if h[0] != name])
            twice = self.good + [h for h in self.good if h[0] == name]
            self.add("repeated_header", f"{name} twice", {"refuse": "malformed_header", "header": name}, twice)
        self.add("missing_header", "no header at all", {"refuse": "missing_header"}, [])

    def has_label(self):
        value = self.good[-1][1]
        return self.rule.listed or value.startswith(("sha256=", "v0=", "Bearer "))

    @staticmethod
    def other_version(value):
        for label, other in [("v1,", "v2,"), ("v1=", "v2="), ("v0=", "v9="), ("sha256=", "sha1="), ("Bearer ", "Basic ")]:
            if label in value:
                return value.replace(label, other)
        raise ValueError(value)

    def rotated(self):
        if self.rule.listed:
            both = self.signed([OTHER, KEY], self.body)
            self.add("rotated", "both keys sign, the receiver has the old one", self.ok(), both)
            self.add("rotated", "both keys sign, the receiver has the new one", self.ok(), both, secrets=[OTHER])
            self.add("rotated", "both keys sign, the receiver has both", self.ok(), both, secrets=[OTHER, KEY])
            self.add("rotated", "both keys sign, the receiver has another", {"refuse": "bad_signature"}, both, secrets=[STRANGER])
        self.add("rotated", "the old key signs, the receiver has both", self.ok(1), secrets=[OTHER, KEY])
        self.add("rotated", "the new key signs, the receiver has both", self.ok(0), self.signed([OTHER], self.body), secrets=[OTHER, KEY])

    def lists(self):
        rule, good = self.rule, self.good[-1][1]
        separator, label = (" ", "v1,") if rule.name in STANDARD else (",", "v1=")
        time = good.split(separator)[0] + separator if rule.name == "stripe" else ""
        item = good.removeprefix(time)
        wrong = label + (b64(bytes(32)) if rule.name in STANDARD else "0" * 64)
        unknown = label.replace("1", "9") + "zzz"
        join = lambda *items: [h for h in self.good[:-1]] + [(rule.signature, time + separator.join(items))]
        bad = {"refuse": "bad_signature"}
        self.add("list", "a good signature in the middle", self.ok(), join(wrong, unknown, item, wrong))
        self.add("list", "a good signature at the end", self.ok(), join(wrong, item))
        self.add("list", "wrong signatures only", bad, join(wrong, wrong))
        self.add("list", "a version without a signature", bad, join(label))
        self.add("list", "a good signature under another version", bad, join(item.replace(label, label.replace("1", "2"))))
        self.add("list", "no item at all", {"refuse": "malformed_header", "header": rule.signature}, [*self.good[:-1], (rule.signature, "garbage")])

    def times(self):
        name, unit = self.rule.time
        window = self.rule.tolerance_s * 1000
        early, late = {"refuse": "too_new"}, {"refuse": "too_old"}
        self.add("stale", "exactly as old as allowed", self.ok(), now_ms=NOW + window)
        self.add("stale", "one unit older than allowed", late, now_ms=NOW + window + unit)
        self.add("stale", "a day old", late, now_ms=NOW + 86_400_000)
        self.add("future", "exactly as far ahead as allowed", self.ok(), now_ms=NOW - window)
        self.add("future", "one unit further ahead than allowed", early, now_ms=NOW - window - unit)
        self.add("future", "a day ahead", early, now_ms=NOW - 86_400_000)
        now = str(NOW // unit)
        for text in ["", "yesterday", "-" + now, "+" + now, now + ".5", "0x6553f100", "1e9", "9" * 16, "9" * 18, "9" * 20, now[:3] + " " + now[3:]]:
            if name == self.rule.signature:
                headers = replaced(self.good, name, lambda v: v.replace(now, text, 1))
            else:
                headers = replaced(self.good, name, lambda _: text)
            self.add("malformed_time", f"the time is {text!r}", {"refuse": "malformed_header", "header": name}, headers)
        shifted = str(NOW // unit + 1)
        if name == self.rule.signature:
            headers = replaced(self.good, name, lambda v: v.replace(now, shifted, 1))
        else:
            headers = replaced(self.good, name, lambda _: shifted)
        self.add("tampered_time", "another time than was signed", {"refuse": "bad_signature"}, headers)


def event(data, kind=KIND, id=EVENT, tenant="org_2pX9", time_ms=1_775_207_700_000, message_id=MESSAGE, metadata=None):
    kept = {} if metadata is None else {"metadata": metadata}
    return {"id": id, "message_id": message_id, "type": kind, "tenant": tenant, "time_ms": time_ms, "data": data, **kept}


def sent(name, secrets, body, headers, at_ms=NOW, source="computed", url=URL, the_event=None, keys=None, **more):
    """A sign vector: this body, signed at this time, must carry exactly these headers (others may be there)."""
    vector = {
        "name": name,
        "source": source,
        "secrets": list(secrets),
        "event": the_event or event("{}"),
        "delivery_id": DELIVERY,
        "delivery_uuid": UUID,
        "endpoint_id": ENDPOINT,
        "method": "POST",
        "url": url,
        "timestamp_ms": at_ms,
        "body": body,
        "headers": [list(header) for header in headers],
        **more,
    }
    if keys:
        vector["keys_base64"] = keys
        del vector["secrets"]
    return vector


# The published vectors, verbatim.
INVIOLET = '{"event":"approval.granted","organization_id":"org_2pX9","created_at":"2026-04-26T12:34:56Z","data":{"approval_request_id":"ar_2pX9","user_id":"user_2pX9","intent_label":"pii_export","data_elements":["customer.email","customer.phone"],"data_source_id":"salesforce_prod"}}'
DEITERATE = '{"id":"evt_01HXYZ","type":"risk.updated","createdAt":"2026-04-03T09:15:00.000Z","data":{"object":{"id":"risk_1","rating":"high"},"previousAttributes":{"rating":"low"}}}'
VENTRYX = '{"id":"evt_01HXYZ","type":"workflow.completed","created_at":"2026-04-03T09:15:00.000Z","data":{"workflow_id":"wf_01HABC","run_id":"run_01HDEF","status":"success"}}'
YATIVO = '{"id":"evt_01HXYZ","type":"payment.completed","created_at":"2026-04-03T09:15:00.000Z","data":{"amount":"10.50","currency":"USD"}}'
GRANTIVA = '{"event":"device.high_risk","data":{"device_id":"dev_1","risk_score":0.97}}'
SLACK = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
TWILIO = "CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212"
WHSK = "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg=="
WHPK = "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4="
MSG = "msg_p5jXN8AQM9LWM0D4loKWxJek"
ROW = '{"test": 2432232314}'


def tail(body):
    return body[body.index('"data":') + 7 : -1]


def standard_row(name, secret, id, at_s, body, signature, prefix="webhook"):
    headers = [(f"{prefix}-id", id), (f"{prefix}-timestamp", str(at_s)), (f"{prefix}-signature", signature)]
    return sent(name, [secret], body, headers, at_s * 1000, "published", the_event=event("{}", id=id, message_id=id))


PUBLISHED = {
    "standard": [
        standard_row("v1", KEY, MSG, 1614265330, ROW, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
        standard_row("v1 of an empty body", KEY, MSG, 1614265330, "", "v1,v48jdbgvh29KJz2Qc+ghw8G6vG3nAKnujWBg8oM/62A="),
        standard_row(
            "v1 of another secret",
            OTHER,
            "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk",
            1649367553,
            '{"email":"test@example.com","username":"test_user"}',
            "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=",
        ),
        standard_row(
            "v1a",
            WHSK,
            MSG,
            1614265330,
            ROW,
            "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==",
        ),
    ],
    "inviolet": [
        sent("the published request", [KEY], INVIOLET, [("inviolet-timestamp", "1777206896123"), ("inviolet-signature", "sha256=41b1da54623db0fc4c7b3951ec76cfe24dc387b98941aea045b9f0d631f0077a")], 1777206896123, "published")
    ],
    "deiterate": [
        sent("the published request", ["your-webhook-secret"], DEITERATE, [("X-Deiterate-Signature", "393c8ca6084c30dacf1b2858ef027bf4c8b84ab893a06ba3ab04426780a5c8d7")], source="published")
    ],
    "ventryx": [
        sent("the published request", [KEY], VENTRYX, [("Ventryx-Signature", "sha256=9e4d8210c082e3db04755444355592d75f99de504cb88bdf502e2f666f72e2bc")], source="published")
    ],
    "yativo": [
        sent("the published request", [KEY], YATIVO, [("X-Webhook-Signature", "fe96b71f7e56966f5d1a5385dbbfbedefd184ae54b8fa2c83aa3227c24ee1e7a")], source="published")
    ],
    "grantiva": [
        sent("the published request", [KEY], GRANTIVA, [("X-Grantiva-Signature", "sha256=b29b30ae0086526e6cd0fbe4e16c2ded97aa523929e810eaad78f9dd1c074cb1")], source="published")
    ],
    "svix": [standard_row("v1", KEY, MSG, 1614265330, ROW, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", "svix")],
    "github": [
        sent("the published request", ["It's a Secret to Everybody"], "Hello, World!", [("X-Hub-Signature-256", "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")], source="published")
    ],
    "slack": [
        sent("the published request", ["8f742231b10e8888abcd99yyyzzz85a5"], SLACK, [("X-Slack-Request-Timestamp", "1531420618"), ("X-Slack-Signature", "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503")], 1531420618000, "published")
    ],
    "twilio": [
        sent("the published request", [], TWILIO, [("X-Twilio-Signature", "RSOYDt4T1cUTdK1PDd93/VVr8B8=")], source="published", url="https://mycompany.com/myapp.php?foo=1&bar=2", keys=[b64(b"12345")])
    ],
}

T = "2026-04-03T09:15:00"
RENDER = {
    # Handwritten: the envelope around data that has white space, a duplicate key and numbers no double holds.
    "standard": lambda data: f'{{"type":"event.kind","timestamp":"{T}.000Z","data":{data}}}',
    "inviolet": lambda data: f'{{"event":"event.kind","organization_id":"org_2pX9","created_at":"{T}Z","data":{data}}}',
    "deiterate": lambda data: f'{{"id":"evt_01HXYZ","type":"event.kind","createdAt":"{T}.000Z","data":{data}}}',
    "ventryx": lambda data: f'{{"id":"evt_01HXYZ","type":"event.kind","created_at":"{T}.000Z","data":{data}}}',
    "yativo": lambda data: f'{{"id":"evt_01HXYZ","type":"event.kind","created_at":"{T}.000Z","data":{data}}}',
    "stripe": lambda data: f'{{"id":"evt_01HXYZ","object":"event","api_version":"2025-08-27.basil","created":1775207700,"data":{data},"livemode":true,"pending_webhooks":1,"request":{{"id":null,"idempotency_key":null}},"type":"event.kind"}}',
    "github": lambda data: data,
    "shopify": lambda data: data,
    "slack": lambda data: f'{{"type":"event_callback","team_id":"org_2pX9","event_id":"evt_01HXYZ","event_time":1775207700,"event_type":"event.kind","event":{data}}}',
    "square": lambda data: f'{{"merchant_id":"org_2pX9","type":"event.kind","event_id":"evt_01HXYZ","created_at":"{T}.000Z","data":{data}}}',
    "pagerduty": lambda data: f'{{"event":{{"id":"evt_01HXYZ","event_type":"event.kind","occurred_at":"{T}.000Z","data":{data}}}}}',
    "cloudevents": lambda data: f'{{"specversion":"1.0","id":"evt_01HXYZ","source":"/tenants/org_2pX9","type":"event.kind","time":"{T}.000Z","datacontenttype":"application/json","data":{data}}}',
    "cloudevents-binary": lambda data: data,
    "svix": lambda data: data,
    "svix-whitelabel": lambda data: data,
}
# What the vendor keeps with a tenant, and the body that comes of it.
WITH_METADATA = {
    "stripe": (
        {"api_version": "2024-06-20", "livemode": False, "shop_domain": "not asked for"},
        '{"id":"evt_01HXYZ","object":"event","api_version":"2024-06-20","created":1775207700,"data":{"a":1},"livemode":false,"pending_webhooks":1,"request":{"id":null,"idempotency_key":null},"type":"event.kind"}',
    ),
    "slack": (
        {"api_app_id": "A1"},
        '{"type":"event_callback","team_id":"org_2pX9","api_app_id":"A1","event_id":"evt_01HXYZ","event_time":1775207700,"event_type":"event.kind","event":{"a":1}}',
    ),
    "square": (
        {"merchant_id": "M\"1"},
        f'{{"merchant_id":"M\\"1","type":"event.kind","event_id":"evt_01HXYZ","created_at":"{T}.000Z","data":{{"a":1}}}}',
    ),
    "cloudevents": (
        {"source": "https://example.com/é", "subject": "order 1"},
        f'{{"specversion":"1.0","id":"evt_01HXYZ","source":"https://example.com/%C3%A9","subject":"order 1","type":"event.kind","time":"{T}.000Z","datacontenttype":"application/json","data":{{"a":1}}}}',
    ),
}
# Headers of requests that have more than the first attempt for a tenant without metadata: what is told of the attempt
# and the event, and headers that must then be sent.
MORE_HEADERS = {
    "github": [
        ("with the tenant's metadata", {}, {"hook_installation_target_type": "repository", "hook_installation_target_id": 79929171}, [("X-GitHub-Hook-Installation-Target-Type", "repository"), ("X-GitHub-Hook-Installation-Target-ID", "79929171")]),
    ],
    "shopify": [
        ("with the tenant's metadata", {}, {"shop_domain": "a.myshopify.com", "api_version": "2024-07"}, [("X-Shopify-Shop-Domain", "a.myshopify.com"), ("X-Shopify-API-Version", "2024-07")]),
    ],
    "slack": [
        ("a second attempt after a time-out", {"number": 2, "last_failure": "timeout"}, None, [("X-Slack-Retry-Num", "1"), ("X-Slack-Retry-Reason", "http_timeout")]),
        ("a fourth attempt after a bad certificate", {"number": 4, "last_failure": "tls_certificate_name"}, None, [("X-Slack-Retry-Num", "3"), ("X-Slack-Retry-Reason", "ssl_error")]),
        ("a retry after a failure of another kind", {"number": 2, "last_failure": "local_resources"}, None, [("X-Slack-Retry-Num", "1"), ("X-Slack-Retry-Reason", "unknown_error")]),
    ],
    "square": [
        ("a second attempt after an answer of 500", {"number": 2, "last_failure": "status"}, None, [("square-retry-number", "1"), ("square-retry-reason", "http_error")]),
    ],
    "cloudevents-binary": [
        ("with the tenant's metadata", {}, {"source": "urn:é", "subject": '50% "x"'}, [("ce-source", "urn:%25C3%25A9"), ("ce-subject", "50%25%20%22x%22")]),
    ],
}
# The same, of data that is written as JavaScript writes it.
ECMASCRIPT = {
    "grantiva": lambda data: f'{{"event":"event.kind","data":{data}}}',
    "zoom": lambda data: f'{{"event":"event.kind","event_ts":1775207700000,"payload":{data}}}',
}
VERBATIM = [
    ("an object", '{"a":1}'),
    ("white space, order and duplicates are kept", '{ "b" : 1,\n"a":2, "b":3 }'),
    ("digits are kept", "[1.0,1e3,12345678901234567890,0.1234567890123456789,1e400,-0]"),
    ("characters are kept", '"\\u00e9 é \\/ / \u2028 \\ud83d\\ude00 😀"'),
    ("null", "null"),
]
CANONICAL = [
    ("an object", '{"a":1}', '{"a":1}'),
    ("white space goes", '{ "b" : [ 1 , true ] ,\n"a": null }', '{"b":[1,true],"a":null}'),
    ("numbers", "[1.0,1e3,1E-7,-0,0.10,1.50,1e21,123456789012345680000]", "[1,1000,1e-7,0,0.1,1.5,1e+21,123456789012345680000]"),
    ("integer-like names come first", '{"b":1,"10":2,"9":{"z":1,"0":2},"a":3,"01":4,"4294967295":5,"4294967294":6}', '{"9":{"0":2,"z":1},"10":2,"4294967294":6,"b":1,"a":3,"01":4,"4294967295":5}'),
    ("the last duplicate wins", '{"a":1,"b":2,"a":3}', '{"a":3,"b":2}'),
    ("strings", '"\\u0008\\u0009\\u000A\\u000c\\u000d\\u001F\\u007f\\/\\u00e9\\u2028\\ud83d\\ude00\\u0022\\u005c"', '"\\b\\t\\n\\f\\r\\u001f\x7f/é\u2028😀\\"\\\\"'),
    ("__proto__", '{"z":1,"__proto__":{"a":1}}', '{"z":1,"__proto__":{"a":1}}'),
]
LONE = ("a lone surrogate", '{"a":["\\ud800"]}', "/a/0")
MALFORMED = ("malformed JSON", '{"a":}', "/a")


def render(name):
    ok = lambda case, data, body: {"name": case, "event": event(data), "body": body}
    no = lambda case, data, pointer: {"name": case, "event": event(data), "refuse": {"pointer": pointer}}
    refused = [no(*LONE), no(*MALFORMED)]
    published = {
        "inviolet": (INVIOLET, "approval.granted", 1777206896123),
        "deiterate": (DEITERATE, "risk.updated", 1775207700000),
        "ventryx": (VENTRYX, "workflow.completed", 1775207700000),
        "yativo": (YATIVO, "payment.completed", 1775207700000),
        "grantiva": (GRANTIVA, "device.high_risk", 1775207700000),
    }
    first = []
    if name in published:
        body, kind, at = published[name]
        first = [{"name": "the published body", "event": event(tail(body), kind, time_ms=at), "body": body}]
    if name in WITH_METADATA:
        metadata, body = WITH_METADATA[name]
        first.append({"name": "with the tenant's metadata", "event": event(PLAIN, metadata=metadata), "body": body})
    if name in ECMASCRIPT:
        wrap = ECMASCRIPT[name]
        refused += [
            no("an integer no double holds", '{"a":{"b/c":[0,12345678901234567890]}}', "/a/b~1c/1"),
            no("a fraction no double holds", '{"a":0.1234567890123456789}', "/a"),
            no("a number beyond every double", "[1e400]", "/0"),
            no("a number below every double", "1e-400", ""),
        ]
        return first + [ok(case, data, wrap(body)) for case, data, body in CANONICAL] + refused
    if name == "twilio":
        return [
            ok("parameters in the order of the data", '{"To":"+1 80","b":1.50,"a":true,"é&":"x=y"}', "To=%2B1+80&b=1.50&a=true&%C3%A9%26=x%3Dy"),
            ok("no parameters", "{}", ""),
            ok("a name that occurs twice", '{"a":1,"b":2,"\\u0061":"3"}', "a=3&b=2"),
            no("null", '{"a":null}', "/a"),
            no("nesting", '{"a":1,"b":{"c":1}}', "/b"),
            no("no object", "[1]", ""),
            no(*MALFORMED),
        ]
    return first + [ok(case, data, RENDER[name](data)) for case, data in VERBATIM] + refused


def secrets(name):
    table = [
        ("", "refuse"),
        ("1234567", "refuse"),
        ("12345678", "accept"),
        ("correct horse battery staple", "refuse" if name.startswith("cloudevents") else "accept"),
        ("x" * 256, "accept"),
        ("x" * 257, "refuse"),
        ("pass\u00e9word", "refuse"),
        ("tab\tinside", "refuse"),
        (KEY, "accept"),
        # Pasted wrongly.
        (" " + KEY, "refuse"),
        (KEY + " ", "refuse"),
        (KEY + "\n", "refuse"),
        ('"' + KEY + '"', "refuse"),
        ("'" + KEY + "'", "refuse"),
        ("\u201c" + KEY + "\u201d", "refuse"),
        ("********", "refuse"),
    ]
    if name in WHSEC:
        table += [
            ("whsec_" + KEY, "refuse"),
            ("WHSEC_" + KEY.removeprefix("whsec_"), "refuse"),
            ("WEBHOOK_SECRET=" + KEY, "refuse"),
        ]
    if name in STANDARD:
        most = 64 if name == "standard" else 75
        table += [
            ("whsec_" + b64(bytes(23)), "refuse"),
            ("whsec_" + b64(bytes(24)), "accept"),
            ("whsec_" + b64(bytes(most)), "accept"),
            ("whsec_" + b64(bytes(most + 1)), "refuse"),
            (KEY.removeprefix("whsec_"), "accept"),
            ("-_" + KEY.removeprefix("whsec_")[2:], "refuse"),
            ("whsec_", "refuse"),
            ("whsec_%", "refuse"),
            ("whsec_this is not base64!", "refuse"),
            ("whsec_-_" + KEY.removeprefix("whsec_")[2:], "refuse"),
            (WHSK, "accept"),
            (WHPK, "refuse"),
            ("whsk_" + b64(bytes(63)), "refuse"),
            ("whsk_" + b64(bytes(64)), "refuse"),
        ]
    return [{"secret": secret, "expect": expect} for secret, expect in table]


def id_cases(rule):
    """An id that holds the separator could be cut elsewhere and still be signed the same."""
    cases = Cases(rule)
    for id in ["evt.1", "."]:
        signature = "v1," + b64(mac(standard_key(KEY), f"{id}.{seconds(NOW)}.{PLAIN}".encode()))
        headers = [("webhook-id", id), ("webhook-timestamp", seconds(NOW)), ("webhook-signature", signature)]
        cases.add("malformed_id", f"the id is {id!r}", {"refuse": "malformed_header", "header": "webhook-id"}, headers)
    return cases.list


def pair_cases(vector):
    """The published ed25519 vector, as a receiver sees it: it has the public key alone."""
    make = lambda name, case, expect, secrets=(WHPK,), headers=None, body=ROW: {
        "name": name,
        "case": case,
        "secrets": list(secrets),
        "now_ms": 1614265330000,
        "method": "POST",
        "url": URL,
        "headers": headers or vector["headers"],
        "body": body,
        "expect": expect,
    }
    accept = {"accept": {"key": 0, "version": "v1a", "timestamp_ms": 1614265330000}}
    bad = {"refuse": "bad_signature"}
    v1 = PUBLISHED["standard"][0]["headers"]
    mixed = vector["headers"][:2] + [["webhook-signature", v1[2][1] + " " + vector["headers"][2][1]]]
    renamed = vector["headers"][:2] + [["webhook-signature", vector["headers"][2][1].replace("v1a,", "v1,")]]
    short = vector["headers"][:2] + [["webhook-signature", vector["headers"][2][1][:-4]]]
    return [
        make("v1a with the public key", "good", accept),
        make("v1a with the private key", "good", accept, [WHSK]),
        make("v1 and v1a, the receiver has the public key", "list", accept, headers=mixed),
        make("v1 and v1a, the receiver has the secret", "list", {"accept": {**accept["accept"], "version": "v1"}}, [KEY], mixed),
        make("v1a with a tampered body", "tampered_body", bad, body=ROW + " "),
        make("v1a called v1", "wrong_version", bad, headers=renamed),
        make("v1a truncated", "truncated", bad, headers=short),
        make("v1 alone, the receiver has the public key", "wrong_secret", bad, headers=v1),
    ]


def main():
    for rule in RULES:
        cases = Cases(rule)
        verify = cases.all()
        sign = list(PUBLISHED.get(rule.name, []))
        if rule.name == "standard":
            verify += id_cases(rule) + pair_cases(sign[3])
        sign.append(sent("every header of a request", [KEY], cases.body, cases.good))
        named = "content-type" if rule.name.startswith("svix") else "Content-Type"
        sign[-1]["headers"] = [[named, content_type(rule.name)]] + sign[-1]["headers"]
        sign[-1]["exactly"] = True
        for about, attempt, metadata, headers in MORE_HEADERS.get(rule.name, []):
            sign.append(sent(about, [KEY], cases.body, headers, the_event=event("{}", metadata=metadata), **attempt))
        both = cases.signed([OTHER, KEY], cases.body)
        sign.append(sent("during a rotation, the key to sign with first", [OTHER, KEY], cases.body, both))
        document = {
            "dialect": rule.name,
            "secrets": secrets(rule.name),
            "render": render(rule.name),
            "sign": sign,
            "verify": verify,
        }
        path = HERE / f"{rule.name}.json"
        path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def content_type(name):
    return {"twilio": "application/x-www-form-urlencoded", "cloudevents": "application/cloudevents+json"}.get(name, "application/json")


main()
