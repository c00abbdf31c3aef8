//! A tenant: a customer of the vendor.

use serde::{Deserialize, Serialize};

use crate::{TenantId, Timestamp, Uid};

/// A tenant as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tenant {
    /// The vendor's own id for it.
    pub id: TenantId,
    /// Another name for it, which can be changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uid: Option<Uid>,
    /// A name for people.
    #[serde(default)]
    pub name: Option<String>,
    /// Its plan, which the project's policy may ask for.
    #[serde(default)]
    pub plan: Option<String>,
    /// Whatever the vendor wants to keep with it.
    #[serde(default)]
    pub metadata: serde_json::Map<String, serde_json::Value>,
    /// Deliveries a second that its publisher has noted down for it. It is kept for its readers: no delivery goes by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub throttle_rate: Option<u32>,
    /// When it was first named.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Tenant {
    /// Whether its plan is among `plans`, compared without case; an empty list means every plan.
    pub fn is_on(&self, plans: &[String]) -> bool {
        plans.is_empty()
            || self.plan.as_ref().is_some_and(|plan| {
                plans
                    .iter()
                    .any(|allowed| allowed.to_lowercase() == plan.to_lowercase())
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plans_compare_without_case_and_no_plan_is_on_none() {
        let check = |plan: Option<&str>, plans: &[&str], expected: bool| {
            let tenant = Tenant {
                id: TenantId::parse("t").unwrap(),
                uid: None,
                name: None,
                plan: plan.map(str::to_owned),
                metadata: serde_json::Map::new(),
                throttle_rate: None,
                created_at: Timestamp::default(),
                updated_at: Timestamp::default(),
            };
            let plans: Vec<_> = plans.iter().map(|plan| (*plan).to_owned()).collect();
            assert_eq!(tenant.is_on(&plans), expected, "{plan:?} {plans:?}");
        };
        check(None, &[], true);
        check(None, &["business"], false);
        check(Some("Business"), &["business", "enterprise"], true);
        check(Some("free"), &["business", "enterprise"], false);
    }
}
