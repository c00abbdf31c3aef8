"""Requests that a receiver must accept or refuse."""

from vectors.rules import (
    KEY, OTHER, STRANGER, URL, NOW, UNICODE, PLAIN, mac, b64, standard_key, STANDARD, seconds, Token,
)
from vectors.sign import sent, PUBLISHED, WHSK, WHPK, ROW


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
