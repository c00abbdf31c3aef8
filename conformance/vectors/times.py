"""Times in bodies, and what is no time."""

import datetime
import json

from vectors.requests import KEY, NOW, standard, stripe, bare, request, pairs

# Texts of RFC 3339, and Unix milliseconds, with what is finer than a millisecond cut off.
AT = int(datetime.datetime(2026, 4, 26, 12, 34, 56, tzinfo=datetime.timezone.utc).timestamp()) * 1000
RFC3339 = {
    "2026-04-26T12:34:56Z": AT,
    "2026-04-26T12:34:56.1Z": AT + 100,
    "2026-04-26T12:34:56.12Z": AT + 120,
    "2026-04-26T12:34:56.123Z": AT + 123,
    "2026-04-26T12:34:56.1239Z": AT + 123,
    "2026-04-26T12:34:56.123456Z": AT + 123,
    "2026-04-26T12:34:56.999999Z": AT + 999,
    "2026-04-26T12:34:56.123456789Z": AT + 123,
    "2026-04-26T12:34:56.000000001Z": AT,
    "2026-04-26T12:34:56.12345678901234567890Z": AT + 123,
    "2026-04-26t12:34:56z": AT,
    "2026-04-26T12:34:56z": AT,
    "2026-04-26t12:34:56.5Z": AT + 500,
    "2026-04-26T14:34:56+02:00": AT,
    "2026-04-26T14:34:56.123456+02:00": AT + 123,
    "2026-04-26T07:04:56-05:30": AT,
    "2026-04-26T12:34:56+00:00": AT,
    "2026-04-26T12:34:56-00:00": AT,
    "2026-04-27T12:33:56+23:59": AT,
    "2026-04-25T12:35:56-23:59": AT,
    "2024-02-29T00:00:00Z": 1_709_164_800_000,
    "2000-02-29T23:59:59Z": 951_868_799_000,
    "2027-01-01T01:00:00+02:00": 1_798_758_000_000,
    "1969-12-31T23:59:59.999Z": -1,
    "1969-12-31T23:59:59.9999Z": -1,
    "1950-06-15T12:00:00Z": -616_852_800_000,
    "9999-12-31T23:59:59.999Z": 253_402_300_799_999,
    # A leap second counts as the first one after it: Unix time has no number for it.
    "2016-12-31T23:59:60Z": 1_483_228_800_000,
    "2015-07-01T01:59:60.5+02:00": 1_435_708_800_500,
}
NO_TIME = [
    "",
    " ",
    "soon",
    "2026-04-26",
    "12:34:56Z",
    "2026-04-26T12:34Z",
    "2026-04-26T12:34:56",
    "2026-04-26T12:34:56.Z",
    "2026-04-26T12:34:56,123Z",
    "2026-04-26T12:34:56.12a3Z",
    "2026-04-26T12:34:56.-1Z",
    "2026-04-26 12:34:56Z",
    "2026-04-26_12:34:56Z",
    "2026-4-26T12:34:56Z",
    "26-04-26T12:34:56Z",
    "12026-04-26T12:34:56Z",
    "+2026-04-26T12:34:56Z",
    "-2026-04-26T12:34:56Z",
    "2026-00-26T12:34:56Z",
    "2026-13-26T12:34:56Z",
    "2026-04-00T12:34:56Z",
    "2026-04-31T12:34:56Z",
    "2026-02-29T12:34:56Z",
    "1900-02-29T12:34:56Z",
    "2026-04-26T24:00:00Z",
    "2026-04-26T12:60:00Z",
    "2026-04-26T12:34:60Z",
    "2026-04-26T12:34:61Z",
    "2016-12-31T23:59:61Z",
    "2026-04-26T12:34:56+24:00",
    "2026-04-26T12:34:56+02:60",
    "2026-04-26T12:34:56+0200",
    "2026-04-26T12:34:56+02",
    "2026-04-26T12:34:56+2:00",
    "2026-04-26T12:34:56 02:00",
    "2026-04-26T12:34:56Z+02:00",
    "2026-04-26T12:34:56UTC",
    "2026-04-26T12:34:56ZZ",
    "2026-04-26T12:34:56Z\n",
    " 2026-04-26T12:34:56Z",
    "2026-04-26T12:34:56Z ",
    "20260426T123456Z",
    "2026-W17-7T12:34:56Z",
    "2026-116T12:34:56Z",
    "٢٠٢٦-04-26T12:34:56Z",
    "２０２６-04-26T12:34:56Z",
    "2026-04-26T12:34:5６Z",
    "1777206896",
]
# Unix times of an envelope, as JSON; those before 1970 are negative.
UNIX_S = {"1777206896": 1_777_206_896_000, "0": 0, "-1": -1000, "-616852800": -616_852_800_000}
NO_UNIX_S = ['"+5"', '" 5"', '"5 "', '"1e3"', '"٣"', '"0x10"', '"--5"', '"-"', '""', '"1_000"', "true", "[]", "{}", '"9999999999999999"']


def times():
    """The time of an event: RFC 3339 in `standard`, seconds in `stripe`, milliseconds in `zoom`."""
    found = []

    def add(case, dialect, name, body, headers, at_ms):
        expect = {"refuse": "malformed_body"} if at_ms is None else {"event": {"time_ms": at_ms}}
        found.append(request(name, case, dialect, pairs(headers), body, expect))

    def rfc3339(text, at_ms):
        body = json.dumps({"type": "a.b", "timestamp": text, "data": {}}, ensure_ascii=False)
        add("rfc3339", "standard", f"an RFC 3339 time {text!r}", body, standard(body), at_ms)

    def seconds(text, at_ms):
        body = f'{{"id":"evt_1","object":"event","created":{text},"data":{{}},"type":"a.b"}}'
        add("unix_s", "stripe", f"seconds {text}", body, stripe(body), at_ms)

    for text, at_ms in RFC3339.items():
        rfc3339(text, at_ms)
    for text in NO_TIME:
        rfc3339(text, None)
    for text, at_ms in UNIX_S.items():
        seconds(text, at_ms)
    for text in NO_UNIX_S:
        seconds(text, None)
    # In a header, binary mode.
    for text, at_ms in [("2026-04-26t14:34:56.123456+02:00", AT + 123), ("1969-12-31T23:59:59Z", -1000)]:
        headers = {"Authorization": f"Bearer {KEY}", "ce-id": "1", "ce-type": "a.b", "ce-source": "/", "ce-time": text}
        add("rfc3339", "cloudevents-binary", f"a header's time {text!r}", "{}", headers, at_ms)
    return found


def signed_times():
    """A signed time may be of every form that RFC 3339 allows, and of none other; the window is the dialect's."""
    dialect = {
        "name": "rfc3339-signed",
        "secret": {"chosen_by": "server", "key": "utf8", "format": "hex", "bytes": 32},
        "header": [{"name": "Acme-Time", "value": "timestamp_rfc3339"}],
        "signature": {
            "header": "Acme-Signature",
            "grammar": "bare",
            "rotation": "one",
            "content": ["timestamp_rfc3339", {"text": "|"}, "body"],
            "scheme": [{"algorithm": "hmac-sha256", "output": "hex"}],
        },
        "body": {"format": "json"},
        "receiver": {"tolerance_s": 300},
    }
    found = []

    def add(text, expect):
        headers = bare("Acme-Signature", "{}", content=f"{text}|{{}}") | {"Acme-Time": text}
        found.append(request(f"a signed time {text!r}", "signed_time", dialect["name"], pairs(headers), "{}", expect))

    recent = {text: at for text, at in RFC3339.items() if abs(NOW - at) <= 300_000}
    for text, at_ms in recent.items():
        add(text, {"event": {"timestamp_ms": at_ms}})
    for text in NO_TIME:
        if text.strip(" \t") == text and "\n" not in text and text.isascii():
            add(text, {"refuse": "malformed_header"})
    add("2026-04-26T12:34:56+02:00", {"refuse": "too_old"})
    add("2026-04-26T12:34:56-02:00", {"refuse": "too_new"})
    return dialect, found
