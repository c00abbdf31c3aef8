#!/usr/bin/env python3
"""Writes conformance/receivers/*.json: what the receiver libraries read of a request, beyond whether it is genuine.

As in `generate.py`, every rule is written out by hand with Python's own hmac, and shares nothing with the libraries.

Run `python3 conformance/generate_receivers.py` from the root of the repository; it is deterministic.
"""

import json
import pathlib

from vectors.pasted import pasted_secrets
from vectors.requests import KEY, URL, ID, mac, b64, standard, stripe, bare, request, pairs
from vectors.times import AT, times, signed_times

HERE = pathlib.Path(__file__).parent / "receivers"


def numbers():
    """Signed Unix times that are no plain digits."""
    found = []
    for text in ["+5", "1e3", "٣", "١٧٧٧٢٠٦٨٩٦", "1777206896.0", "1777206896,0", "1_777_206_896", "0x69ee06f0", "-1777206896", "NaN", "Infinity", "null", "true", "１７７７２０６８９６"]:
        headers = standard("{}", seconds=text)
        found.append(request(f"the time {text!r}", "number", "standard", pairs(headers), "{}", {"refuse": "malformed_header", "header": "webhook-timestamp"}))
    return found


def header_maps():
    """Headers as the handlers of cloud functions get them: a map with names in any case, values or lists of them."""
    body = '{"type":"a.b","timestamp":"2026-04-26T12:34:56Z","data":{}}'
    good = standard(body)
    accept = {"event": {"id": ID, "type": "a.b"}}
    twice = {"refuse": "malformed_header", "header": "webhook-signature"}
    signature = good["webhook-signature"]
    without = {name: value for name, value in good.items() if name != "webhook-signature"}
    missing = {"refuse": "missing_header", "header": "webhook-signature"}
    titled = {name.title(): value for name, value in good.items()}
    rows = [
        ("as they were sent", good, accept),
        ("in upper case", {name.upper(): value for name, value in good.items()}, accept),
        ("in title case", titled, accept),
        ("in mixed case", {"wEbHoOk-iD": good["webhook-id"], "Webhook-TIMESTAMP": good["webhook-timestamp"], "webHOOK-Signature": signature}, accept),
        ("lists of one value", {name: [value] for name, value in titled.items()}, accept),
        ("a list and values", {**good, "Accept": ["a", "b"], "Webhook-Id": [good["webhook-id"]]}, {"refuse": "malformed_header", "header": "webhook-id"}),
        ("unrelated lists and nulls", {**titled, "Accept": ["a", "b"], "Cookie": [], "X-Nothing": None}, accept),
        ("blanks around the values", {name: f" \t{value} " for name, value in good.items()}, accept),
        ("a list of two signatures", {**without, "Webhook-Signature": [signature, signature]}, twice),
        ("the same name in two cases", {**good, "Webhook-Signature": signature}, twice),
        ("the same name in two cases, one forged", {**good, "WEBHOOK-SIGNATURE": "v1,AAAA"}, twice),
        ("an empty list", {**without, "Webhook-Signature": []}, missing),
        ("null", {**without, "webhook-signature": None}, missing),
        ("no headers", {}, {"refuse": "missing_header"}),
        ("an empty signature", {**without, "webhook-signature": ""}, {"refuse": "malformed_header", "header": "webhook-signature"}),
        ("a blank signature", {**without, "webhook-signature": "  "}, {"refuse": "malformed_header", "header": "webhook-signature"}),
        ("an empty time", {**good, "webhook-timestamp": ""}, {"refuse": "malformed_header", "header": "webhook-timestamp"}),
        ("an underscore is no hyphen", {name.replace("-", "_"): value for name, value in good.items()}, {"refuse": "missing_header"}),
        ("a line break in a value", {**good, "webhook-id": ID + "\n"}, {"refuse": "bad_signature"}),
        ("a value that is no ASCII", {**good, "webhook-id": "é"}, {"refuse": "bad_signature"}),
    ]
    found = [request(name, "header_map", "standard", headers, body, expect) for name, headers, expect in rows]
    # A long header and a large body: checking must cost one signature, not one for each that is listed.
    blanks = 500_000
    large = standard(body + " " * blanks)
    wrong = f"v1,{b64(bytes(32))} "
    for name, text, times, end, expect in [
        ("an item of 1 MB before the right signature", "A", 1_000_000, " " + large["webhook-signature"], accept),
        ("20,000 wrong signatures before the right one", wrong, 20_000, large["webhook-signature"], accept),
        ("20,000 wrong signatures alone", wrong, 20_000, "v1,AAAA", {"refuse": "bad_signature"}),
    ]:
        row = request(name, "many_signatures", "standard", {**large, "webhook-signature": end}, body, expect)
        row["before"] = {"header": "webhook-signature", "text": text, "times": times}
        row["blanks_after_body"] = blanks
        found.append(row)
    shop = bare("X-Hub-Signature-256", "{}", "sha256=", X_GitHub_Event="push", X_GitHub_Delivery="9d1c")
    upper = {name.upper(): [value] for name, value in shop.items()}
    found.append(request("what an event is made of, from lists in upper case", "header_map", "github", upper, "{}", {"event": {"type": "push", "delivery_id": "9d1c"}}))
    return found


def urls():
    """The URL is signed as the customer typed it with the sender; the receiver gives it as text."""
    typed = [
        "https://hooks.example.com",
        "https://hooks.example.com/",
        "http://hooks.example.com:80/in",
        "https://HOOKS.Example.com/In",
        "https://hooks.example.com/a%20b",
        "https://hooks.example.com/a b",
        "https://hooks.example.com/%7Euser/%7euser/~user",
        "https://hooks.example.com/a/../b/./c//d",
        "https://hooks.example.com:8443/in?b=2&a=1&a=%2F",
        "https://hooks.example.com/in?",
        "https://hooks.example.com/in#part",
        "https://hooks.example.com/é",
        "https://xn--bcher-kva.example/in",
        "https://bücher.example/in",
        "https://[2001:DB8::1]/in",
    ]
    found = []

    def add(name, signed, given, expect):
        # The body is a form where the dialect says so.
        twilio = bare("X-Twilio-Signature", "", encode=b64, content=f"{signed}a1b2", algorithm="sha1")
        body = '{"type":"a.b"}'
        square = bare("x-square-hmacsha256-signature", body, encode=b64, content=signed + body)
        found.append(request(name, "url", "square", pairs(square), body, expect, url=given))
        found.append(request(name, "url", "twilio", pairs(twilio), "b=2&a=1", expect, url=given))

    accept, refuse = {"event": {}}, {"refuse": "bad_signature"}
    for url in typed:
        add(f"the typed URL {url}", url, url, accept)
    # The default port may be written or not: senders and frameworks differ, and both name the same endpoint.
    for signed, given in [
        ("https://hooks.example.com:443/in?a=1", "https://hooks.example.com/in?a=1"),
        ("http://hooks.example.com:80/in", "http://hooks.example.com/in"),
        ("https://hooks.example.com:443", "https://hooks.example.com"),
        ("HTTPS://hooks.example.com:443?a=1", "HTTPS://hooks.example.com?a=1"),
        ("https://[2001:db8::1]:443/in", "https://[2001:db8::1]/in"),
    ]:
        add(f"signed with the default port, given without: {given}", signed, given, accept)
        add(f"signed without the default port, given with it: {signed}", given, signed, accept)
    for signed, given in [
        ("https://hooks.example.com:443/in", "http://hooks.example.com/in"),
        ("https://hooks.example.com:80/in", "https://hooks.example.com/in"),
        ("https://hooks.example.com:8443/in", "https://hooks.example.com/in"),
        ("https://hooks.example.com/in", "https://hooks.example.com:8443/in"),
        ("https://hooks.example.com", "https://hooks.example.com/"),
        ("https://hooks.example.com/in", "https://hooks.example.com/in/"),
        ("https://hooks.example.com/a%20b", "https://hooks.example.com/a b"),
        ("https://hooks.example.com/in", "https://HOOKS.example.com/in"),
        ("https://hooks.example.com/in?a=1&b=2", "https://hooks.example.com/in?b=2&a=1"),
        ("https://hooks.example.com/in", "https://hooks.example.com/in?at=host:443"),
        ("https://hooks.example.com:443/in", "https://hooks.example.com:4430/in"),
    ]:
        add(f"another URL: signed {signed}, given {given}", signed, given, refuse)
    return found


def passed_through():
    """Members of an envelope that the dialect doesn't name stay in the payload, and change nothing else."""
    bodies = [
        (
            "stripe",
            '{"id":"evt_1","object":"event","api_version":"2024-06-20","created":1777206896,"data":{"object":{"id":"in_1"}},"livemode":false,"pending_webhooks":1,"request":{"id":null,"idempotency_key":null},"type":"invoice.paid"}',
            stripe,
            {"id": "evt_1", "type": "invoice.paid", "time_ms": 1_777_206_896_000, "data": {"object": {"id": "in_1"}}},
        ),
        (
            "github",
            '{"zen":"Design for failure.","hook_id":1,"hook":{"type":"Repository"}}',
            lambda body: bare("X-Hub-Signature-256", body, "sha256=", X_GitHub_Event="ping", X_GitHub_Delivery="9d1c"),
            {"type": "ping", "delivery_id": "9d1c", "data": {"zen": "Design for failure.", "hook_id": 1, "hook": {"type": "Repository"}}},
        ),
        (
            "standard",
            '{"type":"a.b","timestamp":"2026-04-26T12:34:56Z","data":{"a":1},"id":7,"tenant":[],"extra":{"x":[null]}}',
            standard,
            {"id": ID, "type": "a.b", "time_ms": AT, "data": {"a": 1}},
        ),
    ]
    return [request(f"members of its own in {dialect}", "passed_through", dialect, pairs(sign(body)), body, {"event": event}) for dialect, body, sign, event in bodies]


def signature(header, algorithm="sha256", output="hex", **more):
    return {
        "header": header,
        "grammar": "bare",
        "rotation": "one",
        "content": "body",
        "scheme": [{"algorithm": f"hmac-{algorithm}", "output": output}],
        **more,
    }


def own_dialect(name, signatures, **more):
    secret = {"chosen_by": "server", "key": "utf8", "format": "hex", "bytes": 32}
    return {"name": name, "secret": secret, "signature": signatures, "body": {"format": "json"}, **more}


def several_signatures():
    """Of several signatures, those that receivers require must all fit; the others are sent for old receivers only."""
    weak_and_strong = own_dialect("weak-and-strong", [signature("Sig-1", "sha1", receivers="ignore"), signature("Sig-256")])
    two = own_dialect("two-required", [signature("Sig-256", receivers="require"), signature("Sig-512", "sha512", "base64")])
    body = '{"a":1}'
    good = {
        "Sig-1": mac(KEY.encode(), body.encode(), "sha1").hex(),
        "Sig-256": mac(KEY.encode(), body.encode()).hex(),
        "Sig-512": b64(mac(KEY.encode(), body.encode(), "sha512")),
    }
    accept, missing, bad = {"event": {"data": {"a": 1}}}, "missing_header", "bad_signature"
    refuse = lambda kind, header: {"refuse": kind, "header": header}
    rows = [
        ("weak-and-strong", "both fit", ["Sig-1", "Sig-256"], {}, accept),
        ("weak-and-strong", "the strong one alone", ["Sig-256"], {}, accept),
        ("weak-and-strong", "the weak one alone", ["Sig-1"], {}, refuse(missing, "Sig-256")),
        ("weak-and-strong", "a wrong weak one beside", ["Sig-1", "Sig-256"], {"Sig-1": "00"}, accept),
        ("weak-and-strong", "a wrong strong one beside the weak one", ["Sig-1", "Sig-256"], {"Sig-256": "00"}, refuse(bad, "Sig-256")),
        ("weak-and-strong", "an empty strong one beside the weak one", ["Sig-1", "Sig-256"], {"Sig-256": ""}, refuse(bad, "Sig-256")),
        ("weak-and-strong", "the weak one in the strong one's place", ["Sig-256"], {"Sig-256": good["Sig-1"]}, refuse(bad, "Sig-256")),
        ("two-required", "both fit", ["Sig-256", "Sig-512"], {}, accept),
        ("two-required", "the first alone", ["Sig-256"], {}, refuse(missing, "Sig-512")),
        ("two-required", "the second alone", ["Sig-512"], {}, refuse(missing, "Sig-256")),
        ("two-required", "the first is wrong", ["Sig-256", "Sig-512"], {"Sig-256": "00"}, refuse(bad, "Sig-256")),
        ("two-required", "the second is wrong", ["Sig-256", "Sig-512"], {"Sig-512": "AA=="}, refuse(bad, "Sig-512")),
    ]
    found = []
    for dialect, name, sent, changed, expect in rows:
        headers = [[header, changed.get(header, good[header])] for header in sent]
        found.append(request(name, "several_signatures", dialect, headers, body, expect))
    twice = [["Sig-256", good["Sig-256"]], ["sig-256", good["Sig-256"]], ["Sig-1", good["Sig-1"]]]
    found.append(request("the strong one twice", "several_signatures", "weak-and-strong", twice, body, refuse("malformed_header", "Sig-256")))
    return [weak_and_strong, two], found


def vendors_values():
    """Values of a vendor's own: words for types, entries of a tenant's metadata, escapes in headers."""
    plain = own_dialect(
        "vendors-values",
        signature("Sig"),
        header=[
            {"name": "Kind", "value": {"field": "event_type", "words": {"webhook.test": "ping"}}},
            {"name": "Shop", "value": {"metadata": "shop"}},
            {"name": "Msg", "value": "message_id"},
            {"name": "Source", "value": {"metadata": "source", "uri": "reference", "default": [{"text": "/tenants/"}, {"field": "tenant", "uri": "segment"}]}},
            {"name": "Retry", "value": "retry_number"},
            {"name": "Both", "value": [{"text": "shop "}, {"metadata": "shop"}, {"text": " got "}, "delivery_id"]},
        ],
        body={
            "format": "json",
            "members": [
                {"name": "api_version", "value": {"metadata": "api_version", "default": {"text": "2024-06-20"}}},
                {"name": "livemode", "value": {"metadata": "livemode", "default": True}},
                {"name": "pending", "value": {"metadata": "pending", "default": 1}},
                {"name": "data", "value": "data"},
            ],
        },
    )
    escaped = own_dialect("escaped-values", signature("Sig"), header=[{"name": "Kind", "value": "event_type"}], request={"values": "cloudevents"})
    body = '{"api_version":"2020-01-01","livemode":false,"pending":3,"data":[1]}'
    headers = {"Kind": "ping", "Shop": "a.example", "Msg": "msg_1", "Source": "/tenants/acme", "Retry": "2", "Both": "shop a.example got del_1"}
    rows = [
        ("vendors-values", "every value", headers, body, {"type": "ping", "id": "msg_1", "delivery_id": "del_1", "data": [1]}),
        ("vendors-values", "what may be left out is", {"Kind": "order.paid", "Source": "elsewhere"}, '{"data":{}}', {"type": "order.paid", "data": {}}),
        ("vendors-values", "a tenant within a URI", {"Source": "/tenants/auth0%7C1%252%C3%A9"}, "{}", {"tenant": "auth0|1%2é"}),
        ("vendors-values", "escapes of no UTF-8 within a URI", {"Source": "/tenants/%FF"}, "{}", {"tenant": "%FF"}),
        ("escaped-values", "escapes in a header", {"Kind": "50%25%20%22off%22%E2%82%AC"}, "{}", {"type": '50% "off"€'}),
        ("escaped-values", "what is no escape", {"Kind": "100%"}, "{}", {"type": "100%"}),
        ("escaped-values", "escapes of no UTF-8", {"Kind": "%FF"}, "{}", {"type": "%FF"}),
        ("vendors-values", "a percent sign is itself elsewhere", {"Kind": "50%25"}, body, {"type": "50%25"}),
    ]
    found = []
    for dialect, name, headers, body, event in rows:
        signed = [*pairs(headers), ["Sig", mac(KEY.encode(), body.encode()).hex()]]
        found.append(request(name, "vendors_values", dialect, signed, body, {"event": event}))
    bearer = [["Authorization", f"Bearer {KEY}"]]
    body = '{"specversion":"1.0","id":"evt_1","source":"/tenants/auth0%7C1","type":"a.b","time":"2026-04-26T12:34:56Z","data":{}}'
    found.append(request("a tenant within a source", "vendors_values", "cloudevents", bearer, body, {"event": {"tenant": "auth0|1"}}))
    return [plain, escaped], found


def main():
    dialect, signed = signed_times()
    signers, several = several_signatures()
    vendors, values = vendors_values()
    requests = times() + signed + numbers() + urls() + passed_through() + several + values
    pasted, secrets = pasted_secrets()
    requests += pasted
    write("requests", {"dialects": [dialect, *signers, *vendors], "requests": requests})
    write("header-maps", {"requests": header_maps()})
    write("secrets", {"secrets": secrets})


def write(name, document):
    HERE.mkdir(exist_ok=True)
    # One request a line: there are many, and a change shows as the lines that it concerns.
    lines = {key: ",\n".join(json.dumps(item, ensure_ascii=False) for item in items) for key, items in document.items()}
    text = ",\n".join(f'"{key}": [\n{items}\n]' for key, items in lines.items())
    (HERE / f"{name}.json").write_text("{\n" + text + "\n}\n", encoding="utf-8")


main()
