//! What can be done with an endpoint: see and rotate its secret, recover what it missed, send it an example, count.

use std::{sync::Arc, time::Duration};

use axum::http::{StatusCode, header};
use nuncio_dialect::Dialect;
use nuncio_domain::{
    Endpoint, EventType, EventTypeName, Job, JobKind, JobState, Recovery, Secrets, SendAgain,
    Timestamp, Which,
};
use nuncio_store::{NewEvent, Reach, RollupScope, RollupUnit};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    error::{self, Handled, SvixError},
    ids, input,
    request::Request,
    resources::{
        endpoint::{change, new_secret},
        event_type, message, task,
    },
};

/// How long the secret before goes on signing unless the caller says, seconds.
const GRACE_S_DEFAULT: u32 = 24 * 60 * 60;
/// The longest, seconds.
const GRACE_S_MAX: u32 = 7 * 24 * 60 * 60;
/// The longest span that is recovered: 14 days, and five minutes for clocks that differ.
const RECOVER_MAX: Duration = Duration::from_secs(14 * 24 * 60 * 60 + 5 * 60);
/// The longest span of statistics, and the one unless the caller says.
const STATS_MAX: Duration = Duration::from_secs(28 * 24 * 60 * 60);
/// Minutes are kept for so long.
const MINUTES_KEPT: Duration = Duration::from_secs(2 * 24 * 60 * 60);
/// The type of example that every organization has.
const PING: &str = "svix.ping";

/// `GET …/secret`
pub(crate) async fn secret(request: &Request<'_>, reach: &Reach, name: &str) -> Handled {
    let found = request.endpoint(reach, name).await?;
    let is_tenant = request.caller.application.is_some();
    let policy = request
        .caller
        .project
        .policy
        .reveal_secrets
        .unwrap_or_default();
    if !policy.allows(is_tenant) {
        return Err(SvixError::forbidden());
    }
    let dialect = request
        .server
        .surface
        .dialect(reach.project, found.dialect.as_deref())
        .await?;
    request.writer().secret_revealed(reach, found.id).await?;
    let key = shown_key(&dialect, found.secrets.current.expose())?;
    Ok(error::json(StatusCode::OK, &json!({"key": key})))
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RotateIn {
    #[serde(default)]
    key: Option<String>,
    #[serde(default)]
    grace_period_seconds: Option<u32>,
}

/// `POST …/secret/rotate`
pub(crate) async fn rotate(request: &Request<'_>, reach: &Reach, name: &str) -> Handled {
    let wish: RotateIn = input::parse_optional(&request.body)?;
    let found = request.endpoint(reach, name).await?;
    let grace_s = wish.grace_period_seconds.unwrap_or(GRACE_S_DEFAULT);
    if grace_s > GRACE_S_MAX {
        let msg = format!("must be at most {GRACE_S_MAX}");
        return Err(SvixError::invalid("grace_period_seconds", msg));
    }
    let dialect = request
        .server
        .surface
        .dialect(reach.project, found.dialect.as_deref())
        .await?;
    let secret = new_secret(request, &dialect, wish.key.as_deref(), Some(&found.secrets))?;
    let now = request.now();
    let ends = now + Duration::from_secs(grace_s.into());
    let in_overlap = |secrets: &Secrets| {
        secrets
            .previous
            .iter()
            .filter(|(_, ends)| *ends > now)
            .count()
    };
    if grace_s > 0 && in_overlap(&found.secrets) >= Secrets::PREVIOUS_MAX {
        let detail = format!(
            "{} old keys are still in use: wait until one ends",
            Secrets::PREVIOUS_MAX
        );
        return Err(SvixError::new(
            StatusCode::BAD_REQUEST,
            "limit_reached",
            detail,
        ));
    }
    let shown = secret.clone();
    change(request, reach, found.id, move |endpoint| {
        // Without a grace period the older keys keep theirs.
        if grace_s == 0 || endpoint.secrets.rotate(secret.clone(), ends, now).is_err() {
            endpoint.secrets.current = secret.clone();
        }
    })
    .await?;
    if !wants_key(request) {
        return Ok(error::empty(StatusCode::NO_CONTENT));
    }
    let is_tenant = request.caller.application.is_some();
    let policy = request.caller.project.policy.reveal_secrets;
    let key = match policy.unwrap_or_default().allows(is_tenant) {
        true => shown_key(&dialect, shown.expose())?,
        false => String::new(),
    };
    Ok(error::json(StatusCode::OK, &json!({"key": key})))
}

/// Whether the client is a library that reads the new key from the answer, and fails without one.
fn wants_key(request: &Request<'_>) -> bool {
    let agent = request.parts.headers.get(header::USER_AGENT);
    agent.is_some_and(|agent| agent.as_bytes().starts_with(b"svix-libs/2."))
}

/// A secret as its owner may see it: of a key pair the public half.
fn shown_key(dialect: &Dialect, text: &str) -> Result<String, SvixError> {
    let pair = dialect.secret_rules().pair.as_ref();
    if pair.is_none_or(|pair| !text.starts_with(&pair.private)) {
        return Ok(text.to_owned());
    }
    let key = dialect
        .stored_key(text)
        .map_err(|_| SvixError::internal())?;
    key.public_key().ok_or_else(SvixError::internal)
}

/// `GET …/stats`: attempts in a span.
pub(crate) async fn stats(request: &Request<'_>, reach: &Reach, name: &str) -> Handled {
    let found = request.endpoint(reach, name).await?;
    let now = request.now();
    let (since, until) = (request.query.time("since")?, request.query.time("until")?);
    let out_of_range =
        |detail: &str| SvixError::new(StatusCode::BAD_REQUEST, "invalid_range", detail);
    if until.is_some_and(|until| until > now) {
        return Err(out_of_range("`until` cannot be in the future"));
    }
    // What happens in this moment counts too.
    let until = until.unwrap_or(now + Duration::from_millis(1));
    let since = since.unwrap_or(until - STATS_MAX);
    if since > until || until.since(since) > STATS_MAX + Duration::from_millis(1) {
        return Err(out_of_range(
            "`since` cannot be more than 28 days before `until`",
        ));
    }
    let unit = match now.since(since) < MINUTES_KEPT {
        true => RollupUnit::Minute,
        false => RollupUnit::Hour,
    };
    let scope = RollupScope::Endpoint(found.id);
    let series = request
        .reader()
        .rollup_series(reach, scope, unit, since, until)
        .await?;
    let attempts: u64 = series.iter().map(|(_, rollup)| rollup.attempts).sum();
    let failed: u64 = series
        .iter()
        .map(|(_, rollup)| rollup.attempts_failed)
        .sum();
    let stats = json!({
        "success": attempts.saturating_sub(failed),
        "pending": 0,
        "sending": 0,
        "fail": failed,
        "canceled": 0,
    });
    Ok(error::json(StatusCode::OK, &stats))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Span {
    since: Timestamp,
    #[serde(default)]
    until: Option<Timestamp>,
    #[serde(default)]
    event_types: Option<Value>,
    #[serde(default)]
    channel: Option<Value>,
    #[serde(default)]
    channels: Option<Value>,
    #[serde(default)]
    status: Option<Value>,
    #[serde(default)]
    status_code_class: Option<Value>,
    #[serde(default)]
    tag: Option<Value>,
}

impl Span {
    fn check(&self, now: Timestamp) -> Result<(Timestamp, Timestamp), SvixError> {
        let filters = [
            ("event_types", &self.event_types),
            ("channel", &self.channel),
            ("channels", &self.channels),
            ("status", &self.status),
            ("status_code_class", &self.status_code_class),
            ("tag", &self.tag),
        ];
        if let Some((name, _)) = filters.iter().find(|(_, filter)| filter.is_some()) {
            return Err(SvixError::invalid(
                name,
                "this filter is not supported: leave it out",
            ));
        }
        let until = self.until.unwrap_or(now);
        if self.since > until {
            return Err(SvixError::invalid("since", "must be before until"));
        }
        if until.since(self.since) > RECOVER_MAX {
            return Err(SvixError::invalid(
                "since",
                "must be at most 14 days before until",
            ));
        }
        Ok((self.since, until))
    }
}

/// `POST …/recover`: one attempt of each message that failed.
pub(crate) async fn recover(request: &Request<'_>, reach: &Reach, name: &str) -> Handled {
    // Those that still wait for an attempt get theirs first: what is retried here must not be met twice.
    let _waiting = start(request, reach, name, Which::Pending, SendAgain::Once).await?;
    let job = start(request, reach, name, Which::Dead, SendAgain::Once).await?;
    Ok(error::json(StatusCode::ACCEPTED, &task::TaskOut::new(&job)))
}

/// `POST …/replay-missing`: messages that the endpoint wants and never got.
pub(crate) async fn replay_missing(request: &Request<'_>, reach: &Reach, name: &str) -> Handled {
    let job = start(request, reach, name, Which::Missing, SendAgain::Scheduled).await?;
    Ok(error::json(StatusCode::ACCEPTED, &task::TaskOut::new(&job)))
}

/// `POST …/bulk-replay`: all messages of a span again.
pub(crate) async fn bulk_replay(request: &Request<'_>, reach: &Reach, name: &str) -> Handled {
    let job = start(request, reach, name, Which::All, SendAgain::Scheduled).await?;
    Ok(error::json(StatusCode::ACCEPTED, &task::TaskOut::new(&job)))
}

async fn start(
    request: &Request<'_>,
    reach: &Reach,
    name: &str,
    which: Which,
    again: SendAgain,
) -> Result<Job, SvixError> {
    let span: Span = input::parse(&request.body)?;
    let found = request.endpoint(reach, name).await?;
    let now = request.now();
    let (since, until) = span.check(now)?;
    let job = Job {
        id: request.server.surface.job_id(now),
        kind: JobKind::Recover(Recovery {
            endpoint: found.id,
            which,
            since,
            until,
            again,
        }),
        state: JobState::Running,
        done: 0,
        total: 0,
        created_at: now,
        finished_at: None,
        error: None,
    };
    Ok(request.writer().start_job(reach, job, None).await?)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ExampleIn {
    event_type: String,
}

/// `POST …/send-example`: one attempt of an example, whatever the endpoint's filters.
pub(crate) async fn send_example(request: &Request<'_>, reach: &Reach, name: &str) -> Handled {
    request.caller.check_organization()?;
    let wish: ExampleIn = input::parse(&request.body)?;
    let found = request.endpoint(reach, name).await?;
    let (event_type, data) = example(request, &wish.event_type).await?;
    let event = example_event(request, &found, event_type, &data).await?;
    let (id, at) = (event.id, event.created_at);
    let shown = event.event_type.clone();
    request
        .writer()
        .append_test(reach, event, found.id, None)
        .await?;
    let out = message::MessageOut::example(ids::message(id), &shown, at);
    Ok(error::json(StatusCode::OK, &out))
}

async fn example(request: &Request<'_>, name: &str) -> Result<(EventTypeName, Value), SvixError> {
    if name == PING {
        let ping = EventTypeName::parse(PING).map_err(|_| SvixError::internal())?;
        return Ok((ping, json!({"success": true})));
    }
    let found = event_type::find(request, name).await?;
    let found = found.ok_or_else(SvixError::not_found)?;
    let data = example_of(&found).cloned().ok_or_else(|| {
        let detail = "the event type's schema of version 1 has no example";
        SvixError::new(StatusCode::BAD_REQUEST, "invalid_scheme", detail)
    })?;
    Ok((found.name.clone(), data))
}

fn example_of(found: &EventType) -> Option<&Value> {
    let schemas = found.shown_schemas.as_ref();
    let first = schemas.and_then(|schemas| schemas.get("1")?.get("examples")?.get(0));
    first.or(found.example.as_ref())
}

async fn example_event(
    request: &Request<'_>,
    endpoint: &Arc<Endpoint>,
    event_type: EventTypeName,
    data: &Value,
) -> Result<NewEvent, SvixError> {
    let surface = &request.server.surface;
    let now = request.now();
    let data = data.to_string();
    let checked = surface
        .check_event(request.caller.project_id(), &event_type, &data)
        .await?;
    Ok(NewEvent {
        id: surface.event_id(now),
        project: request.caller.project_id(),
        tenant: endpoint.tenant.clone(),
        event_type,
        source_id: None,
        fingerprint: [0; 32],
        occurred_at: None,
        created_at: now,
        deliver_at: None,
        ordering_key: None,
        schema_version: None,
        due: surface.steady(now, now),
        data: data.into(),
        canonical_safe: checked.1,
        extras: None,
    })
}
