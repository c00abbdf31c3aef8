//! Which node works for which endpoints: one at a time, so that an endpoint has one lane.
//!
//! Every endpoint belongs to a shard, by its tenant, and every shard to one node. Whoever looks for work or records what
//! came of it says under which epoch it does: what was asked for by a node that has lost the shard meanwhile is refused.

use nuncio_domain::{ProjectId, TenantId};
use sha2::{Digest, Sha256};

/// A part of all endpoints. Those of a tenant are in the same one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shard(u8);

impl Shard {
    /// How many there are.
    pub const COUNT: usize = 256;

    /// That of a tenant: the first byte of a SHA-256.
    pub fn of(project: ProjectId, tenant: &TenantId) -> Self {
        let mut hash = Sha256::new();
        hash.update(project.bits().to_be_bytes());
        hash.update(tenant.as_str());
        Self(hash.finalize()[0])
    }
}

/// How often a shard has changed hands. Where there is one node only, never.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Epoch(pub u64);

/// The shards that a node owns, and since which epoch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owned {
    epochs: Box<[Option<Epoch>; Shard::COUNT]>,
}

impl Owned {
    /// All of them.
    pub fn all(epoch: Epoch) -> Self {
        Self {
            epochs: Box::new([Some(epoch); Shard::COUNT]),
        }
    }

    /// None.
    pub fn none() -> Self {
        Self {
            epochs: Box::new([None; Shard::COUNT]),
        }
    }

    /// Since which epoch a shard is this node's; `None` if it is not.
    pub fn epoch(&self, shard: Shard) -> Option<Epoch> {
        self.epochs[usize::from(shard.0)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenants_endpoints_share_a_shard_and_tenants_are_spread() {
        let project = ProjectId::from_bits(7);
        let tenant = |n: u32| TenantId::parse(&format!("tenant-{n}")).unwrap();
        assert_eq!(
            Shard::of(project, &tenant(1)),
            Shard::of(project, &tenant(1))
        );
        let mut seen = [0_u32; Shard::COUNT];
        for n in 0..25_600 {
            seen[usize::from(Shard::of(project, &tenant(n)).0)] += 1;
        }
        assert!(seen.iter().all(|count| (50..200).contains(count)));
    }

    #[test]
    fn what_is_owned_has_an_epoch() {
        let shard = Shard(255);
        assert_eq!(Owned::all(Epoch(3)).epoch(shard), Some(Epoch(3)));
        assert_eq!(Owned::none().epoch(shard), None);
    }
}
