//! What the vendors' contracts ask of an event, as a table: what a publisher of that vendor sends.

/// A vendor's contract, as far as a test must know it to publish and to forge.
pub(crate) struct Contract {
    pub(crate) dialect: &'static str,
    /// A type that the libraries know.
    pub(crate) event_type: &'static str,
    /// The type by which they know a test event.
    pub(crate) test_type: &'static str,
    /// Whether a request names its event's type.
    pub(crate) names_type: bool,
    /// What stands before and after a sample in the event's data.
    pub(crate) around: (&'static str, &'static str),
    /// The header that holds the signature, in lower case.
    pub(crate) signature: &'static str,
    /// Another header with a weaker signature, which old receivers look at where the first is missing.
    pub(crate) weaker: Option<&'static str>,
    /// The header that holds the signed time.
    pub(crate) timestamp: Option<&'static str>,
    /// A secret of the vendor's own form.
    pub(crate) secret: &'static str,
    pub(crate) body: Body,
    /// What a company that moves from the vendor may keep with a tenant: JSON.
    pub(crate) metadata: &'static str,
    /// Values of that metadata that stand in a header or, as text, in the body.
    pub(crate) shown: &'static [&'static str],
    /// Headers, in lower case, that a second attempt has and a first has not.
    pub(crate) of_retries: &'static [(&'static str, &'static str)],
    /// Whether every key in force signs while a secret is rotated.
    pub(crate) both_sign: bool,
}

/// What a body is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Body {
    /// Signed JSON.
    Json,
    /// JSON that only a token vouches for.
    Unsigned,
    /// A signed form.
    Form,
}

const HEX: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const WHSEC: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

const PLAIN: Contract = Contract {
    dialect: "standard",
    event_type: "order.paid",
    test_type: "webhook.test",
    names_type: true,
    around: ("", ""),
    signature: "webhook-signature",
    weaker: None,
    timestamp: Some("webhook-timestamp"),
    secret: WHSEC,
    body: Body::Json,
    metadata: "{}",
    shown: &[],
    of_retries: &[],
    both_sign: true,
};

pub(crate) const CONTRACTS: &[Contract] = &[
    PLAIN,
    Contract {
        dialect: "svix",
        test_type: "",
        names_type: false,
        signature: "svix-signature",
        timestamp: Some("svix-timestamp"),
        ..PLAIN
    },
    Contract {
        dialect: "svix-whitelabel",
        test_type: "",
        names_type: false,
        ..PLAIN
    },
    Contract {
        dialect: "stripe",
        event_type: "invoice.paid",
        around: ("{\"object\":", "}"),
        signature: "stripe-signature",
        timestamp: None,
        secret: "whsec_0123456789abcdef0123456789abcdef",
        metadata: r#"{"api_version":"2025-07-30.basil","livemode":false,"account":"acct_1"}"#,
        shown: &[
            r#""api_version":"2025-07-30.basil""#,
            r#""livemode":false"#,
            r#""account":"acct_1""#,
        ],
        ..PLAIN
    },
    Contract {
        dialect: "github",
        event_type: "push",
        test_type: "ping",
        signature: "x-hub-signature-256",
        weaker: Some("x-hub-signature"),
        timestamp: None,
        secret: "It's a Secret to Everybody",
        both_sign: false,
        ..PLAIN
    },
    Contract {
        dialect: "shopify",
        event_type: "orders/create",
        metadata: r#"{"shop_domain":"acme.myshopify.com","api_version":"2025-10"}"#,
        shown: &["acme.myshopify.com", "2025-10"],
        signature: "x-shopify-hmac-sha256",
        timestamp: None,
        secret: HEX,
        both_sign: false,
        ..PLAIN
    },
    Contract {
        dialect: "slack",
        event_type: "message",
        test_type: "message",
        around: (
            "{\"type\":\"message\",\"channel\":\"C1\",\"text\":\"hi\",\"blob\":",
            "}",
        ),
        signature: "x-slack-signature",
        timestamp: Some("x-slack-request-timestamp"),
        secret: "8f742231b10e8888abcd99yyyzzz85a5",
        metadata: r#"{"api_app_id":"A123"}"#,
        shown: &[r#""api_app_id":"A123""#],
        of_retries: &[
            ("x-slack-retry-num", "1"),
            ("x-slack-retry-reason", "http_error"),
        ],
        both_sign: false,
        ..PLAIN
    },
    Contract {
        dialect: "square",
        event_type: "payment.created",
        signature: "x-square-hmacsha256-signature",
        timestamp: None,
        secret: "asdf1234asdf1234asdf12",
        both_sign: false,
        ..PLAIN
    },
    Contract {
        dialect: "twilio",
        event_type: "message.delivered",
        test_type: "",
        names_type: false,
        signature: "x-twilio-signature",
        timestamp: None,
        secret: "0123456789abcdef0123456789abcdef",
        body: Body::Form,
        both_sign: false,
        ..PLAIN
    },
    Contract {
        dialect: "zoom",
        event_type: "user.created",
        signature: "x-zm-signature",
        timestamp: Some("x-zm-request-timestamp"),
        secret: "3QzUkWp5SgGHDJ2oMGkbWg",
        both_sign: false,
        ..PLAIN
    },
    Contract {
        dialect: "pagerduty",
        event_type: "incident.triggered",
        signature: "x-pagerduty-signature",
        timestamp: None,
        secret: HEX,
        ..PLAIN
    },
    Contract {
        dialect: "cloudevents",
        metadata: r#"{"source":"https://acme.example/shop","subject":"shop-1"}"#,
        shown: &["https://acme.example/shop", "shop-1"],
        event_type: "com.example.order/paid",
        signature: "authorization",
        timestamp: None,
        secret: "wd5-9o2_1f8h7s6g5d4f3s2a1q0w9e8r7t6y5u4i3o2",
        body: Body::Unsigned,
        both_sign: false,
        ..PLAIN
    },
    Contract {
        dialect: "cloudevents-binary",
        metadata: r#"{"source":"https://acme.example/shop","subject":"shop-1"}"#,
        shown: &["https://acme.example/shop", "shop-1"],
        event_type: "com.example.order/paid",
        signature: "authorization",
        timestamp: None,
        secret: "wd5-9o2_1f8h7s6g5d4f3s2a1q0w9e8r7t6y5u4i3o2",
        body: Body::Unsigned,
        both_sign: false,
        ..PLAIN
    },
];

/// The contract of a dialect.
pub(crate) fn contract(dialect: &str) -> &'static Contract {
    let found = CONTRACTS
        .iter()
        .find(|contract| contract.dialect == dialect);
    found.unwrap_or_else(|| panic!("no contract for {dialect}"))
}

impl Contract {
    /// The data of an event, given a sample.
    pub(crate) fn data(&self, sample: &str) -> String {
        let (before, after) = self.around;
        format!("{before}{sample}{after}")
    }

    /// What the libraries say that an accepted event's type is.
    pub(crate) fn seen_type(&self) -> &'static str {
        if self.names_type { self.event_type } else { "" }
    }
}
