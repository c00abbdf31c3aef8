"""One receiver for each library, as its own documentation shows it, and what the libraries can sign themselves.

A receiver gives the event's type as the library understood it. A library that answers 200 by itself has accepted.
"""

import json
import re
from dataclasses import dataclass, field
from datetime import datetime, timezone
from urllib.parse import parse_qsl

import nuncio_webhooks
import standardwebhooks
import stripe
import svix.webhooks
from cloudevents.core.bindings.http import HTTPMessage, from_http_event
from slack_bolt import App, BoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.signature import SignatureVerifier
from square.utils.webhooks_helper import verify_signature
from twilio.request_validator import RequestValidator


class Refused(Exception):
    def __init__(self, status, message, text=""):
        super().__init__(message)
        self.status, self.message, self.text = status, message, text


@dataclass
class Accepted:
    event_type: str
    answer: str = ""
    answer_headers: dict = field(default_factory=dict)


def receive_stripe(secret, headers, body, **_):
    event = stripe.Webhook.construct_event(body, headers.get("stripe-signature"), secret)
    return Accepted(event.type)


def receive_standard(secret, headers, body, **_):
    return Accepted(standardwebhooks.Webhook(secret).verify(body, headers).get("type", ""))


def receive_svix(secret, headers, body, **_):
    svix.webhooks.Webhook(secret).verify(body, headers)
    event = json.loads(body)
    return Accepted(event.get("type", "") if isinstance(event, dict) else "")


def receive_slack_sdk(secret, headers, body, **_):
    if not SignatureVerifier(secret).is_valid_request(body, headers):
        raise Refused(401, "not genuine")
    event = json.loads(body)
    if event["type"] == "url_verification":
        return Accepted("handshake", json.dumps({"challenge": event["challenge"]}))
    return Accepted(event["event"]["type"])


def receive_slack_bolt(secret, headers, body, **_):
    app = App(
        signing_secret=secret,
        authorize=lambda: AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1", bot_id="B1"),
        process_before_response=True,
    )
    heard = []
    app.event(re.compile(""))(lambda event: heard.append(event["type"]))
    answer = app.dispatch(BoltRequest(body=body.decode(), headers=headers))
    if answer.status != 200:
        raise Refused(answer.status, answer.body, answer.body)
    return Accepted(heard[0] if heard else answer.body, answer.body)


def receive_square(secret, url, headers, body, **_):
    text = body.decode()
    signature = headers["x-square-hmacsha256-signature"]
    if not verify_signature(request_body=text, signature_header=signature, signature_key=secret, notification_url=url):
        raise Refused(401, "not genuine")
    return Accepted(json.loads(text)["type"])


def receive_twilio(secret, url, headers, body, **_):
    parameters = dict(parse_qsl(body.decode(), keep_blank_values=True))
    if not RequestValidator(secret).validate(url, parameters, headers["x-twilio-signature"]):
        raise Refused(401, "not genuine")
    return Accepted("")


def receive_cloudevents(secret, headers, body, **_):
    # The SDK reads events; who may send them is for the handshake and the token, as the web hook specification says.
    if "webhook-request-origin" in headers and not body:
        return Accepted("handshake", "", {"WebHook-Allowed-Origin": headers["webhook-request-origin"]})
    if headers.get("authorization") != f"Bearer {secret}":
        raise Refused(401, "another token")
    return Accepted(from_http_event(HTTPMessage(headers=headers, body=body)).get_type())


def receive_nuncio(secret, url, headers, body, dialect):
    """Nuncio's own, for what the other libraries sign."""
    return Accepted(nuncio_webhooks.Webhook(secret, dialect).verify(body, headers, url=url).type or "")


RECEIVERS = {
    "nuncio": receive_nuncio,
    "stripe": receive_stripe,
    "standardwebhooks": receive_standard,
    "svix": receive_svix,
    "slack_sdk": receive_slack_sdk,
    "slack_bolt": receive_slack_bolt,
    "squareup": receive_square,
    "twilio": receive_twilio,
    "cloudevents": receive_cloudevents,
}


def at(timestamp_s):
    return datetime.fromtimestamp(timestamp_s, tz=timezone.utc)


def sign_stripe(secret, timestamp_s, body, **_):
    return {"Stripe-Signature": stripe.WebhookSignature.generate_signature_header(body, secret, timestamp_s)}


def sign_standard(secret, id, timestamp_s, body, **_):
    signature = standardwebhooks.Webhook(secret).sign(id, at(timestamp_s), body)
    return {"webhook-id": id, "webhook-timestamp": str(timestamp_s), "webhook-signature": signature}


def sign_svix(secret, id, timestamp_s, body, **_):
    signature = svix.webhooks.Webhook(secret).sign(id, at(timestamp_s), body)
    return {"svix-id": id, "svix-timestamp": str(timestamp_s), "svix-signature": signature}


def sign_slack(secret, timestamp_s, body, **_):
    signature = SignatureVerifier(secret).generate_signature(timestamp=str(timestamp_s), body=body)
    return {"X-Slack-Request-Timestamp": str(timestamp_s), "X-Slack-Signature": signature}


def sign_twilio(secret, url, body, **_):
    parameters = dict(parse_qsl(body, keep_blank_values=True))
    return {"X-Twilio-Signature": RequestValidator(secret).compute_signature(url, parameters)}


SIGNERS = {
    "stripe": sign_stripe,
    "standardwebhooks": sign_standard,
    "svix": sign_svix,
    "slack_sdk": sign_slack,
    "twilio": sign_twilio,
}
