//! The nouns and decisions of a webhook sender, without I/O.
//!
//! A **project** (one vendor's webhook product) has **tenants** (its customers), each with **endpoints** (a
//! URL, its secrets, its event filter). An **event** becomes **deliveries**, one for each endpoint that it
//! matches; a delivery has **attempts** and ends succeeded, dead or cancelled, with a reason.
//!
//! Everything here is a value or a function of values: time and randomness come in as arguments ([`Clock`] and
//! [`Entropy`]), and what is decided is carried out by the crates above.

mod attempt;
mod audit;
mod clock;
mod delivery;
mod dialects;
mod endpoint;
mod endpoint_auth;
mod endpoint_tls;
mod event;
mod event_type;
mod explain;
mod extras;
mod headers;
mod health;
mod id;
mod job;
mod key;
mod lane;
mod mask;
mod names;
mod outcome;
mod payload_filter;
mod policy;
mod project;
mod retry;
mod retry_after;
mod route;
mod secret;
mod state;
mod tenant;
#[cfg(test)]
mod testing;
mod time;
mod transform;
mod trigger;
mod trouble;
mod verification;
mod words;

pub use attempt::{Attempt, Timings};
pub use audit::{Actor, ActorKind, AuditEntry, Author, NewAuditEntry, Target, Via, difference};
pub use clock::{Clock, Entropy, ManualClock, SeededEntropy};
pub use delivery::{AttemptTimes, Done, Next, Progress};
pub use dialects::DialectVersion;
pub use endpoint::{DisabledBecause, Endpoint, Waiting};
pub use endpoint_auth::{ClientAuth, EndpointAuth, OAuthClient, basic, bearer};
pub use endpoint_tls::{
    Authorities, CertificateAge, CertificateFacts, ClientCertificate, EndpointTls,
};
pub use event::{Event, EventContent};
pub use event_type::{EventType, SchemaVersion};
pub use explain::{Meeting, Why};
pub use extras::Extras;
pub use headers::Headers;
pub use health::{FailingAfter, FailureRules, Health, Streak};
pub use id::{
    AttemptId, AuditId, DeliveryId, EndpointId, EventId, IdError, IdText, JobId, KeyId, ProjectId,
    begins_like_an_id,
};
pub use job::{
    Broadcast, BulkReplay, BulkRetry, EventStanding, Job, JobKind, JobState, Recovery, Selection,
    Which,
};
pub use key::{ApiKey, KeyKind, Scope};
pub use lane::{
    BreakerState, Lane, LaneQueued, LaneTotals, LaneView, LengthBuckets, NoLanes, Seen, Throttle,
    Whereabouts,
};
pub use mask::{MASK, Mask, is_credential_header};
pub use names::{
    Channel, EventFilter, EventTypeName, NameError, OrderingKey, SourceId, TenantId, Uid,
};
pub use nuncio_dialect::{Gone, Policy, Retry, Throttled};
pub use nuncio_pattern::PatternMismatch;
pub use outcome::{AttemptResult, ErrorClass, Verdict, classify};
pub use payload_filter::{EventSubject, PayloadFilter, PayloadFilterError};
pub use policy::{
    PolicyOverride, RangeError, RevealSecrets, WhileDisabled, check_retry, check_timeout_ms,
};
pub use project::{Branding, Project};
pub use retry::{RetryClock, first_delay, next_attempt, next_wait, patience, span, total_delay};
pub use retry_after::parse_retry_after;
pub use route::route;
pub use secret::{Secret, Secrets, SigningWith, TooManySecrets};
pub use state::{CancelReason, DeadReason, Reason, State};
pub use tenant::Tenant;
pub use time::{Timestamp, TimestampError};
pub use transform::{Transform, Transformations};
pub use trigger::{SendAgain, Trigger};
pub use trouble::{EndpointObservation, Trouble, troubles};
pub use verification::{HandshakeResult, Verification, VerificationState};
