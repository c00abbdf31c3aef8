//! Which node works for which endpoints: one at a time, so that an endpoint has one lane.
//!
//! Every endpoint belongs to a shard, by its tenant, and every shard to one node. Whoever looks for work or records what
//! came of it says under which epoch it does: what was asked for by a node that has lost the shard meanwhile is refused.

use nuncio_domain::{ProjectId, TenantId, Timestamp};
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

    /// The shard with this number.
    pub const fn numbered(number: u8) -> Self {
        Self(number)
    }

    /// Its number.
    pub const fn number(self) -> u8 {
        self.0
    }
}

/// How often a shard has changed hands. Where there is one node only, never.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Epoch(pub u64);

/// The shards that a node owns, since which epoch, and how long it may start something in them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owned {
    epochs: Box<[Option<Epoch>; Shard::COUNT]>,
    /// On the node's steady clock; `None` without an end.
    until: Option<Timestamp>,
}

impl Owned {
    /// All of them, for ever: there is no other node.
    pub fn all(epoch: Epoch) -> Self {
        Self {
            epochs: Box::new([Some(epoch); Shard::COUNT]),
            until: None,
        }
    }

    /// None.
    pub fn none() -> Self {
        Self {
            epochs: Box::new([None; Shard::COUNT]),
            until: None,
        }
    }

    /// These, until a lease ends.
    pub fn leased(shards: impl IntoIterator<Item = (Shard, Epoch)>, until: Timestamp) -> Self {
        let mut owned = Self::none();
        owned.until = Some(until);
        for (shard, epoch) in shards {
            owned.epochs[usize::from(shard.0)] = Some(epoch);
        }
        owned
    }

    /// Since which epoch a shard is this node's; `None` if it is not. Says nothing of the lease.
    pub fn epoch(&self, shard: Shard) -> Option<Epoch> {
        self.epochs[usize::from(shard.0)]
    }

    /// The epoch under which something may be started in a shard at `now`, on the steady clock; `None` if nothing may.
    pub fn may_start(&self, shard: Shard, now: Timestamp) -> Option<Epoch> {
        let ended = self.until.is_some_and(|until| until <= now);
        self.epoch(shard).filter(|_| !ended)
    }

    /// When the lease ends, on the steady clock; `None` if it never does.
    pub fn until(&self) -> Option<Timestamp> {
        self.until
    }

    /// The shards, with their epochs.
    pub fn shards(&self) -> impl Iterator<Item = (Shard, Epoch)> + '_ {
        let numbered = (0..=u8::MAX).zip(self.epochs.iter());
        numbered.filter_map(|(number, epoch)| Some((Shard(number), (*epoch)?)))
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

    #[test]
    fn nothing_may_be_started_once_the_lease_has_ended() {
        let at = Timestamp::from_ms;
        let [shard, other] = [Shard(7), Shard(8)];
        let owned = Owned::leased([(shard, Epoch(3))], at(100));
        assert_eq!(owned.may_start(shard, at(99)), Some(Epoch(3)));
        assert_eq!(owned.may_start(shard, at(100)), None);
        assert_eq!(owned.may_start(other, at(99)), None);
        assert_eq!(owned.epoch(shard), Some(Epoch(3)), "to record under");
        assert_eq!(owned.shards().collect::<Vec<_>>(), [(shard, Epoch(3))]);
        let alone = Owned::all(Epoch(0));
        assert_eq!(alone.may_start(shard, at(i64::MAX)), Some(Epoch(0)));
    }
}
