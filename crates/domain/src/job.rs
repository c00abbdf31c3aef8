//! Bulk operations that go on in the background and survive a restart.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    Channel, DeliveryId, EndpointId, EventFilter, EventTypeName, Extras, JobId, OrderingKey,
    SendAgain, SourceId, TenantId, Timestamp,
};

/// What a job does, and to which deliveries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum JobKind {
    /// Retries deliveries: dead ones, or those in the given states.
    Retry(BulkRetry),
    /// Deletes dead letters for good.
    Purge(Selection),
    /// Sends an endpoint again what it got, or should have got, in a span of time.
    Recover(Recovery),
    /// Sends the events of a span of time again, to every endpoint that they went to.
    Replay(BulkReplay),
    /// Publishes an event to many tenants.
    Broadcast(Broadcast),
    /// Cancels what a deleted endpoint had left.
    CancelEndpoint {
        /// The endpoint.
        endpoint: EndpointId,
    },
    /// Cancels what a deleted tenant had left.
    CancelTenant {
        /// The tenant.
        tenant: TenantId,
    },
    /// Deletes everything of a deleted project.
    DeleteProject,
}

impl JobKind {
    /// The word for it in the API.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Retry(_) => "retry",
            Self::Purge(_) => "purge",
            Self::Recover(_) => "recover",
            Self::Replay(_) => "replay",
            Self::Broadcast(_) => "broadcast",
            Self::CancelEndpoint { .. } => "cancel_endpoint",
            Self::CancelTenant { .. } => "cancel_tenant",
            Self::DeleteProject => "delete_project",
        }
    }

    /// Whether people may end it early. What follows from a deletion has to be done to the end.
    pub const fn can_be_cancelled(&self) -> bool {
        match self {
            Self::Retry(_)
            | Self::Purge(_)
            | Self::Recover(_)
            | Self::Replay(_)
            | Self::Broadcast(_) => true,
            Self::CancelEndpoint { .. } | Self::CancelTenant { .. } | Self::DeleteProject => false,
        }
    }
}

/// Which deliveries, by what they are; a field that is `None` does not narrow.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Selection {
    /// One of these.
    pub deliveries: Option<Vec<DeliveryId>>,
    /// The state's word: `pending`, `succeeded`, `dead` or `cancelled`.
    pub status: Option<String>,
    /// To this endpoint.
    pub endpoint: Option<EndpointId>,
    /// Of this tenant.
    pub tenant: Option<TenantId>,
    /// Of events of this type.
    pub event_type: Option<EventTypeName>,
    /// Of events on this channel.
    pub channel: Option<Channel>,
    /// Of events accepted then or later.
    pub since: Option<Timestamp>,
    /// Of events accepted before.
    pub until: Option<Timestamp>,
    /// Whose last status code is this.
    pub status_code: Option<u16>,
    /// Whose last error is of this class.
    pub error: Option<String>,
    /// Whether dead ones are tests that failed, too. Those are no dead letters, and no job is about them.
    pub with_failed_tests: bool,
}

/// Deliveries that are retried.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkRetry {
    /// Which.
    #[serde(flatten)]
    pub selection: Selection,
    /// How often each is attempted.
    #[serde(default)]
    pub again: SendAgain,
}

impl From<Selection> for BulkRetry {
    fn from(selection: Selection) -> Self {
        Self {
            selection,
            again: SendAgain::Scheduled,
        }
    }
}

/// Events that are replayed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkReplay {
    /// Those of this tenant; `None` is every tenant.
    pub tenant: Option<TenantId>,
    /// Those of a type that passes one of these; without any, those of all types.
    pub types: Vec<EventFilter>,
    /// Those accepted then or later.
    pub since: Timestamp,
    /// Those accepted before.
    pub until: Timestamp,
    /// How often each new delivery is attempted.
    #[serde(default)]
    pub again: SendAgain,
}

impl BulkReplay {
    /// Whether events of this type are replayed.
    pub fn wants(&self, name: &EventTypeName) -> bool {
        self.types.is_empty() || self.types.iter().any(|filter| filter.matches(name))
    }
}

/// An event for all tenants of a project, or for those with some metadata.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Broadcast {
    /// Its type.
    pub event_type: EventTypeName,
    /// `data` as the publisher wrote it, as the job is started; it is kept apart and shown to nobody.
    #[serde(skip)]
    pub data: Option<String>,
    /// What each tenant's event has besides its data; kept apart together with it.
    #[serde(skip)]
    pub extras: Option<Arc<Extras>>,
    /// The publisher's own id: each tenant's event has it.
    #[serde(default)]
    pub source_id: Option<SourceId>,
    /// When it happened, if the publisher said so.
    #[serde(default)]
    pub occurred_at: Option<Timestamp>,
    /// Before when it is not to be delivered.
    #[serde(default)]
    pub deliver_at: Option<Timestamp>,
    /// The ordering key of each tenant's event.
    #[serde(default)]
    pub ordering_key: Option<OrderingKey>,
    /// The version of its type's schema that it was checked against.
    #[serde(default)]
    pub schema_version: Option<u32>,
    /// Only to tenants that have all of this in their metadata; `None` is all tenants.
    #[serde(default)]
    pub metadata: Option<Map<String, Value>>,
    /// The newest tenant that it is for, by the store's number, set as it begins: those made later are not.
    #[serde(default)]
    pub up_to: u64,
}

impl Broadcast {
    /// Whether it is for a tenant with this metadata.
    pub fn is_for(&self, metadata: &Map<String, Value>) -> bool {
        let mut wanted = self.metadata.iter().flatten();
        wanted.all(|(name, value)| metadata.get(name) == Some(value))
    }
}

/// What an endpoint is to be sent again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recovery {
    /// The endpoint.
    pub endpoint: EndpointId,
    /// Which of its events.
    pub which: Which,
    /// Of those accepted then or later.
    pub since: Timestamp,
    /// Of those accepted before.
    pub until: Timestamp,
    /// How often each delivery is attempted.
    #[serde(default)]
    pub again: SendAgain,
}

/// Which events a recovery is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Which {
    /// Those whose delivery is dead: it is retried.
    Dead,
    /// Those that match its filter and never went to it: they get their first delivery.
    Missing,
    /// Those that went to it or match its filter: each gets a new delivery, unless one is under way.
    All,
    /// Those whose delivery waits for a later attempt: it gets an extra one now.
    Pending,
}

impl Which {
    /// The word for it in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dead => "dead",
            Self::Missing => "missing",
            Self::All => "all",
            Self::Pending => "pending",
        }
    }
}

/// An event as a recovery finds it at the endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventStanding {
    /// Whether the endpoint wants events of its type.
    pub wanted: bool,
    /// The generation of its newest delivery to the endpoint, if it ever went there.
    pub sent: Option<u32>,
    /// Whether that one is pending.
    pub pending: bool,
}

impl Recovery {
    /// The generation of the delivery that an event gets; `None` gives it none. Those that are dead or pending get
    /// none either: they are retried.
    pub const fn gives(&self, event: EventStanding) -> Option<u32> {
        match (self.which, event.sent) {
            (Which::Dead | Which::Pending, _) | (Which::Missing, Some(_)) => None,
            (Which::Missing | Which::All, None) if event.wanted => Some(0),
            (Which::Missing | Which::All, None) => None,
            (Which::All, Some(_)) if event.pending => None,
            (Which::All, Some(last)) => Some(last + 1),
        }
    }
}

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Going on.
    Running,
    /// Through.
    Finished,
    /// Given up, since one of its pieces failed again and again.
    Failed,
    /// Ended early by people. What it had done by then stays.
    Cancelled,
}

impl JobState {
    /// The word for it in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Finished => "finished",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether there is nothing more to do.
    pub const fn is_over(self) -> bool {
        match self {
            Self::Running => false,
            Self::Finished | Self::Failed | Self::Cancelled => true,
        }
    }
}

/// A job as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// What it does.
    pub kind: JobKind,
    /// How far it is.
    pub state: JobState,
    /// Deliveries dealt with.
    pub done: u64,
    /// Deliveries to deal with, counted when it began.
    pub total: u64,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it was through, given up or cancelled.
    pub finished_at: Option<Timestamp>,
    /// Why its last piece failed; `None` if it did not.
    pub error: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_job_has_a_word() {
        let (endpoint, at) = (EndpointId::new(1, [0; 10]), Timestamp::default());
        let again = SendAgain::Scheduled;
        let recovery = Recovery {
            endpoint,
            which: Which::Dead,
            since: at,
            until: at,
            again,
        };
        let tenant = TenantId::parse("acme").unwrap();
        let replay = BulkReplay {
            tenant: None,
            types: Vec::new(),
            since: at,
            until: at,
            again,
        };
        for (kind, word) in [
            (JobKind::Retry(Selection::default().into()), "retry"),
            (JobKind::Purge(Selection::default()), "purge"),
            (JobKind::Recover(recovery), "recover"),
            (JobKind::Replay(replay), "replay"),
            (JobKind::CancelEndpoint { endpoint }, "cancel_endpoint"),
            (JobKind::CancelTenant { tenant }, "cancel_tenant"),
            (JobKind::DeleteProject, "delete_project"),
        ] {
            assert_eq!(kind.as_str(), word);
        }
        assert!(!JobState::Running.is_over());
        assert!(JobState::Finished.is_over() && JobState::Failed.is_over());
    }

    #[test]
    fn a_replay_without_types_is_of_all_of_them() {
        let replay = |types: &[&str]| BulkReplay {
            tenant: None,
            types: types
                .iter()
                .map(|text| EventFilter::parse(text).unwrap())
                .collect(),
            since: Timestamp::default(),
            until: Timestamp::default(),
            again: SendAgain::Scheduled,
        };
        let paid = EventTypeName::parse("order.paid").unwrap();
        assert!(replay(&[]).wants(&paid));
        assert!(replay(&["user.*", "order.*"]).wants(&paid));
        assert!(!replay(&["user.*"]).wants(&paid));
    }

    #[test]
    fn a_recovery_gives_what_was_missed_or_another_generation() {
        let check = |which: Which, word: &str, expected: [Option<u32>; 4]| {
            assert_eq!(which.as_str(), word);
            let recovery = Recovery {
                endpoint: EndpointId::new(1, [0; 10]),
                which,
                since: Timestamp::default(),
                until: Timestamp::default(),
                again: SendAgain::Scheduled,
            };
            let gives = |wanted, sent, pending| {
                recovery.gives(EventStanding {
                    wanted,
                    sent,
                    pending,
                })
            };
            let found = [
                gives(false, None, false),
                gives(true, None, false),
                gives(false, Some(3), false),
                gives(true, Some(3), true),
            ];
            assert_eq!(found, expected, "{word}");
        };
        check(Which::Dead, "dead", [None; 4]);
        check(Which::Pending, "pending", [None; 4]);
        check(Which::Missing, "missing", [None, Some(0), None, None]);
        check(Which::All, "all", [None, Some(0), Some(4), None]);
    }

    #[test]
    fn a_broadcast_is_for_those_who_have_all_of_its_metadata() {
        let check = |wanted: Option<Value>, has: Value, expected: bool| {
            let broadcast = Broadcast {
                event_type: EventTypeName::parse("a").unwrap(),
                data: None,
                extras: None,
                source_id: None,
                occurred_at: None,
                deliver_at: None,
                ordering_key: None,
                metadata: wanted.and_then(|wanted| wanted.as_object().cloned()),
                schema_version: None,
                up_to: 0,
            };
            let has = has.as_object().cloned().unwrap_or_default();
            assert_eq!(broadcast.is_for(&has), expected, "{broadcast:?} {has:?}");
        };
        let eu = serde_json::json!({"region": "eu", "beta": true});
        check(None, eu.clone(), true);
        check(Some(serde_json::json!({"region": "eu"})), eu.clone(), true);
        check(
            Some(serde_json::json!({"region": "eu", "beta": 1})),
            eu.clone(),
            false,
        );
        check(Some(serde_json::json!({"plan": null})), eu, false);
    }

    #[test]
    fn a_recovery_gives_what_it_is_for() {
        let check = |which, (wanted, sent, pending), expected: Option<u32>| {
            let recovery = Recovery {
                endpoint: EndpointId::from_bits(1),
                which,
                since: Timestamp::from_ms(0),
                until: Timestamp::from_ms(1),
                again: SendAgain::Scheduled,
            };
            let event = EventStanding {
                wanted,
                sent,
                pending,
            };
            assert_eq!(recovery.gives(event), expected, "{which:?} {event:?}");
        };
        check(Which::Missing, (true, None, false), Some(0));
        check(Which::Missing, (false, None, false), None);
        check(Which::Missing, (true, Some(0), false), None);
        check(Which::All, (true, None, false), Some(0));
        check(Which::All, (false, None, false), None);
        // What went there once is sent again, whatever the filter is now.
        check(Which::All, (false, Some(2), false), Some(3));
        check(Which::All, (true, Some(0), true), None);
        check(Which::Dead, (true, Some(0), false), None);
        check(Which::Pending, (true, Some(0), true), None);
    }
}
