"""Bodies as they must be rendered."""

from vectors.rules import PLAIN
from vectors.sign import event, INVIOLET, DEITERATE, VENTRYX, YATIVO, GRANTIVA, tail

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
