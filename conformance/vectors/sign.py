"""Requests as they must be signed: published ones, verbatim, and those with headers of their own."""

from vectors.rules import KEY, OTHER, URL, EVENT, DELIVERY, MESSAGE, UUID, ENDPOINT, NOW, b64, GitHub, KIND


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
