//! What the five vendors publish, as a table.

pub(crate) const TENANT: &str = "org_2pX9";

/// What a vendor's contract says, as its documentation puts it.
pub(crate) struct Vendor {
    pub(crate) dialect: &'static str,
    pub(crate) event_type: &'static str,
    pub(crate) signature: &'static str,
    pub(crate) signature_prefix: &'static str,
    /// The documented answer when the signature header is missing.
    pub(crate) missing: u16,
    /// The documented answer when the body is empty.
    pub(crate) empty: u16,
    /// The secret that the customer chooses; `None` where the server makes it.
    pub(crate) chosen_secret: Option<&'static str>,
    /// Names of the envelope's members, in order.
    pub(crate) envelope: &'static [&'static str],
}

pub(crate) const VENDORS: [Vendor; 5] = [
    Vendor {
        dialect: "inviolet",
        event_type: "approval.granted",
        signature: "inviolet-signature",
        signature_prefix: "sha256=",
        missing: 401,
        empty: 401,
        chosen_secret: None,
        envelope: &["event", "organization_id", "created_at", "data"],
    },
    Vendor {
        dialect: "deiterate",
        event_type: "risk.updated",
        signature: "x-deiterate-signature",
        signature_prefix: "",
        missing: 401,
        empty: 401,
        chosen_secret: Some(r#"chosen by the customer: "pass w0rd" {1}!"#),
        envelope: &["id", "type", "createdAt", "data"],
    },
    Vendor {
        dialect: "ventryx",
        event_type: "workflow.completed",
        signature: "ventryx-signature",
        signature_prefix: "sha256=",
        missing: 401,
        empty: 401,
        chosen_secret: None,
        envelope: &["id", "type", "created_at", "data"],
    },
    Vendor {
        dialect: "yativo",
        event_type: "payment.completed",
        signature: "x-webhook-signature",
        signature_prefix: "",
        missing: 400,
        empty: 400,
        chosen_secret: None,
        envelope: &["id", "type", "created_at", "data"],
    },
    Vendor {
        dialect: "grantiva",
        event_type: "device.high_risk",
        signature: "x-grantiva-signature",
        signature_prefix: "sha256=",
        missing: 401,
        empty: 401,
        chosen_secret: None,
        envelope: &["event", "data"],
    },
];
