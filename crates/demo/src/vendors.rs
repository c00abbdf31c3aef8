//! The cast: five vendors, and one customer's receiver of each.

use std::time::Duration;

use super::{
    rules::{self, Rule},
    temper::Temper,
};

/// A vendor's project and the customer who receives its webhooks.
pub(super) struct Vendor {
    /// The dialect of the project.
    pub(super) dialect: &'static str,
    /// The customer.
    pub(super) tenant: &'static str,
    /// The customer's plan, where the vendor gates webhooks by plan.
    pub(super) plan: Option<&'static str>,
    /// The secret, where the customer chooses it.
    pub(super) secret: Option<&'static str>,
    /// How the customer's receiver behaves.
    pub(super) temper: Temper,
    /// How it verifies what it gets.
    pub(super) rule: Rule,
    /// An event beyond the catalog's examples: type and data, sent exactly as written.
    pub(super) extra: Option<(&'static str, &'static str)>,
}

/// All five, in the order in which they appear.
pub(super) const VENDORS: [Vendor; 5] = [
    Vendor {
        dialect: "inviolet",
        tenant: "org_2pX9",
        plan: None,
        secret: None,
        temper: Temper::Healthy,
        rule: rules::inviolet,
        extra: None,
    },
    Vendor {
        dialect: "deiterate",
        tenant: "acme",
        plan: None,
        secret: Some("a-secret-that-acme-chose"),
        temper: Temper::Flaky { failures: 2 },
        rule: rules::deiterate,
        extra: None,
    },
    Vendor {
        dialect: "ventryx",
        tenant: "globex",
        plan: None,
        secret: None,
        temper: Temper::Down,
        rule: rules::ventryx,
        extra: None,
    },
    Vendor {
        dialect: "yativo",
        tenant: "initech",
        plan: None,
        secret: None,
        temper: Temper::Slow(Duration::from_millis(1_500)),
        rule: rules::yativo,
        extra: None,
    },
    Vendor {
        dialect: "grantiva",
        tenant: "hooli",
        plan: Some("business"),
        secret: None,
        temper: Temper::Healthy,
        rule: rules::grantiva,
        // ECMAScript writes this otherwise: 1, and the keys 9, 10, risk_score, device_id.
        extra: Some((
            "device.high_risk",
            r#"{ "risk_score": 1.0, "10": "\u00e9", "device_id": "dev_2", "9": 1e3 }"#,
        )),
    },
];
