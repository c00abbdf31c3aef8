//! Whose turn is it to start an attempt? First by tenant, then by endpoint: a tenant with a thousand endpoints
//! has no more of a full server than one with a single endpoint.

pub(crate) mod carousel;

use std::collections::{HashMap, VecDeque};

use nuncio_domain::{ProjectId, TenantId};
use nuncio_store::EndpointKey;

use crate::{
    limits::Free,
    turns::carousel::{Carousel, Cost, Used},
};

/// A tenant with lanes, as a small number. Reused once its last lane is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TenantKey(usize);

/// The lanes that could start an attempt now, by tenant. Each is in here once at most; its lane remembers that
/// ([`Lane::in_turn`](crate::lane::Lane)).
#[derive(Debug, Default)]
pub(crate) struct Turns {
    names: HashMap<(ProjectId, TenantId), TenantKey>,
    tenants: Vec<Option<Box<Tenant>>>,
    vacant: Vec<TenantKey>,
    ring: Carousel<TenantKey>,
    /// Tenants that have their share of what may be in flight, and want more. Whoever has left since is still in
    /// here, and is passed over.
    parked: VecDeque<TenantKey>,
    /// How many really are.
    parked_count: usize,
}

#[derive(Debug)]
struct Tenant {
    name: (ProjectId, TenantId),
    lanes: usize,
    ring: Carousel<EndpointKey>,
    used: Used,
    place: TenantPlace,
    in_flight: usize,
    in_flight_bytes: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TenantPlace {
    /// Not waiting for anything.
    Out,
    /// Among those whose turn comes.
    Ring,
    /// Waiting until less is in flight.
    Parked,
}

impl Turns {
    /// A lane of this tenant is there. The same tenant id in two projects is two tenants.
    pub(crate) fn add_lane(&mut self, project: ProjectId, tenant: &TenantId) -> TenantKey {
        let name = (project, tenant.clone());
        let key = match self.names.get(&name) {
            Some(key) => *key,
            None => self.add_tenant(name),
        };
        if let Some(tenant) = self.get(key) {
            tenant.lanes += 1;
        }
        key
    }

    /// A lane is gone. It had nothing in flight and no turn to come.
    pub(crate) fn drop_lane(&mut self, key: TenantKey) {
        let Some(tenant) = self.get(key) else { return };
        tenant.lanes -= 1;
        // A tenant that comes back owes nothing: it waited for its turns until nothing was left to do.
        if tenant.lanes == 0 && tenant.place == TenantPlace::Out {
            let dropped = self.tenants[key.0].take();
            if let Some(tenant) = dropped {
                self.names.remove(&tenant.name);
                self.vacant.push(key);
            }
        }
    }

    /// Puts a lane that has no turn to come at the end.
    pub(crate) fn push(&mut self, key: TenantKey, endpoint: EndpointKey, used: &mut Used) {
        if let Some(tenant) = self.get(key) {
            tenant.ring.enter(endpoint, used);
        }
        self.resume(key);
    }

    /// The lane whose turn it is. Its tenant gets no other until [`resume`](Self::resume).
    pub(crate) fn next(&mut self, free: Free) -> Option<(TenantKey, EndpointKey)> {
        while let Some(key) = self.ring.next() {
            let Some(tenant) = self.get(key) else {
                continue;
            };
            tenant.place = TenantPlace::Out;
            if !free.admits(tenant.in_flight, tenant.in_flight_bytes) {
                tenant.place = TenantPlace::Parked;
                self.parked.push_back(key);
                self.parked_count += 1;
                continue;
            }
            if let Some(endpoint) = tenant.ring.next() {
                return Some((key, endpoint));
            }
        }
        None
    }

    /// A turn is over: the tenant's other lanes have theirs when it is its turn again.
    pub(crate) fn resume(&mut self, key: TenantKey) {
        let Some(tenant) = self.tenants.get_mut(key.0).and_then(Option::as_mut) else {
            return;
        };
        if tenant.place == TenantPlace::Out && !tenant.ring.is_empty() {
            tenant.place = TenantPlace::Ring;
            self.ring.enter(key, &mut tenant.used);
        }
    }

    /// An attempt of a tenant begins.
    pub(crate) fn began(&mut self, key: TenantKey, cost: Cost, bytes: usize) {
        if let Some(tenant) = self.get(key) {
            tenant.used.charge(cost);
            tenant.in_flight += 1;
            tenant.in_flight_bytes += bytes;
        }
    }

    /// An attempt of a tenant has ended. That leaves room for it, and for one that had its share.
    pub(crate) fn ended(&mut self, key: TenantKey, charged: Cost, actual: Cost, bytes: usize) {
        if let Some(tenant) = self.get(key) {
            tenant.used.correct(charged, actual);
            tenant.in_flight -= 1;
            tenant.in_flight_bytes -= bytes;
        }
        self.unpark(key);
        while let Some(parked) = self.parked.pop_front() {
            if self.unpark(parked) {
                break;
            }
        }
    }

    /// Whether no lane waits for its turn.
    pub(crate) fn is_empty(&self) -> bool {
        self.ring.is_empty() && self.parked_count == 0
    }

    /// How many tenants have lanes.
    pub(crate) fn tenants(&self) -> usize {
        self.names.len()
    }

    fn unpark(&mut self, key: TenantKey) -> bool {
        let parked = self
            .get(key)
            .filter(|tenant| tenant.place == TenantPlace::Parked);
        let Some(tenant) = parked else { return false };
        tenant.place = TenantPlace::Out;
        self.parked_count -= 1;
        self.resume(key);
        true
    }

    fn get(&mut self, key: TenantKey) -> Option<&mut Tenant> {
        self.tenants.get_mut(key.0)?.as_deref_mut()
    }

    fn add_tenant(&mut self, name: (ProjectId, TenantId)) -> TenantKey {
        let tenant = Box::new(Tenant {
            name: name.clone(),
            lanes: 0,
            ring: Carousel::default(),
            used: Used::default(),
            place: TenantPlace::Out,
            in_flight: 0,
            in_flight_bytes: 0,
        });
        let key = self.vacant.pop().unwrap_or(TenantKey(self.tenants.len()));
        match self.tenants.get_mut(key.0) {
            Some(place) => *place = Some(tenant),
            None => self.tenants.push(Some(tenant)),
        }
        self.names.insert(name, key);
        key
    }
}

#[cfg(test)]
mod tests {
    use nuncio_domain::Timestamp;

    use super::*;

    const ROOM: Free = Free {
        attempts: 1_000,
        bytes: 1_000_000,
    };

    fn tenant(turns: &mut Turns, name: &str) -> TenantKey {
        turns.add_lane(ProjectId::new(1, [0; 10]), &TenantId::parse(name).unwrap())
    }

    fn ms(ms: u64) -> Cost {
        let began = Timestamp::from_ms(0);
        Cost::between(began, began + std::time::Duration::from_millis(ms))
    }

    /// Serves so many turns of lanes that always want more; returns how often each was served.
    fn serve(turns: &mut Turns, lanes: &[(TenantKey, u64)], count: usize) -> Vec<usize> {
        let mut used = vec![Used::default(); lanes.len()];
        let mut served = vec![0; lanes.len()];
        let endpoint = |lane: usize| EndpointKey::from_number(lane as i64);
        for (lane, (tenant, _)) in lanes.iter().enumerate() {
            turns.push(*tenant, endpoint(lane), &mut used[lane]);
        }
        for _ in 0..count {
            let (tenant, next) = turns.next(ROOM).expect("all want turns");
            let lane = (0..lanes.len()).find(|lane| endpoint(*lane) == next);
            let lane = lane.expect("it is one of them");
            served[lane] += 1;
            let cost = ms(lanes[lane].1);
            used[lane].charge(cost);
            turns.began(tenant, cost, 1);
            turns.ended(tenant, cost, cost, 1);
            turns.push(tenant, next, &mut used[lane]);
        }
        served
    }

    #[test]
    fn a_tenant_with_many_endpoints_has_no_more_than_one_with_a_single() {
        let mut turns = Turns::default();
        let (large, small) = (tenant(&mut turns, "large"), tenant(&mut turns, "small"));
        let mut lanes = vec![(large, 1); 9];
        lanes.push((small, 1));
        let served = serve(&mut turns, &lanes, 1_800);
        assert_eq!(served, [100, 100, 100, 100, 100, 100, 100, 100, 100, 900]);
    }

    #[test]
    fn a_slow_endpoint_pays_for_its_slowness() {
        let mut turns = Turns::default();
        let (slow, quick) = (tenant(&mut turns, "slow"), tenant(&mut turns, "quick"));
        let served = serve(&mut turns, &[(slow, 1_000), (quick, 1)], 10_000);
        assert!((5..=12).contains(&served[0]), "{served:?}");
    }

    #[test]
    fn one_tenant_in_two_projects_is_two() {
        let mut turns = Turns::default();
        let name = TenantId::parse("acme").unwrap();
        let keys = [1, 2, 1].map(|project| turns.add_lane(ProjectId::new(project, [0; 10]), &name));
        assert_ne!(keys[0], keys[1]);
        assert_eq!(keys[0], keys[2]);
        turns.drop_lane(keys[0]);
        assert_eq!(turns.tenants(), 2);
        turns.drop_lane(keys[2]);
        assert_eq!(turns.tenants(), 1);
    }

    #[test]
    fn no_number_of_tenants_leaves_nothing_for_the_next() {
        for tenants in [1, 2, 10, 100] {
            let mut turns = Turns::default();
            let mut free = ROOM;
            let start = |turns: &mut Turns, key, free: &mut Free| {
                turns.push(key, EndpointKey::from_number(1), &mut Used::default());
                let started = turns.next(*free).is_some();
                if started {
                    turns.began(key, ms(1), 1);
                    free.attempts -= 1;
                    free.bytes -= 1;
                }
                started
            };
            let keys: Vec<_> = (0..tenants)
                .map(|number| tenant(&mut turns, &format!("t{number}")))
                .collect();
            let mut hungry = keys.clone();
            while !hungry.is_empty() {
                hungry.retain(|key| start(&mut turns, *key, &mut free));
            }
            assert!(free.attempts > 0, "{tenants}");
            let next = tenant(&mut turns, "next");
            assert!(start(&mut turns, next, &mut free), "{tenants}");
        }
    }

    #[test]
    fn whoever_had_its_share_goes_on_when_there_is_room() {
        let mut turns = Turns::default();
        let key = tenant(&mut turns, "acme");
        let scarce = Free {
            attempts: 1,
            bytes: 1_000,
        };
        turns.began(key, ms(1), 0);
        for _ in 0..8 {
            turns.began(key, ms(1), 0);
        }
        turns.push(key, EndpointKey::from_number(1), &mut Used::default());
        assert_eq!(turns.next(scarce), None);
        assert!(!turns.is_empty(), "it waits");
        turns.ended(key, ms(1), ms(1), 0);
        assert_eq!(turns.next(ROOM), Some((key, EndpointKey::from_number(1))));
    }
}
