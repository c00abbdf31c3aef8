#!/usr/bin/env python3
"""Writes conformance/<dialect>.json.

Every rule is written out by hand here, from the vendor's published contract and with Python's own hmac: nothing
is shared with the implementation under test. Published vectors are copied verbatim and never computed.

Run `python3 conformance/generate.py` from the root of the repository; it is deterministic.
"""

import json
import pathlib

from vectors.render import render
from vectors.rules import KEY, OTHER, RULES
from vectors.secrets import secrets
from vectors.sign import event, sent, PUBLISHED, MORE_HEADERS
from vectors.verify import Cases, id_cases, pair_cases

HERE = pathlib.Path(__file__).parent


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
