//! The audit log, read: who changed what, when and from where.

use std::net::IpAddr;

use axum::extract::State;
use nuncio_domain::{ActorKind, AuditEntry, AuditId, KeyId, ProjectId, TenantId, Timestamp, Uid};
use nuncio_store::{AuditQuery, ByActor, Reach, StoreError};
use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::rights::Auditor,
    http::{
        paging::{Cursor, Limit, list, page},
        query::Query,
        rejection::Handled,
        reply::{self, List},
    },
    state::{Server, Shared},
};

/// Longer than every action, short enough to be compared with each entry.
const ACTION_CHARS_MAX: usize = 64;
/// As long as the longest id or name.
const TARGET_CHARS_MAX: usize = 256;

pub(crate) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list_audit))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AuditFilter {
    /// Only this action, such as `endpoint.create`, or all actions on one kind: `endpoint.*`.
    #[param(value_type = Option<String>)]
    action: Option<Action>,
    /// Only changes made with this key (`key_…`), or with this kind of key: `admin`, `project`, `tenant` or `portal`;
    /// or by the server itself, `system`.
    #[param(value_type = Option<String>)]
    actor: Option<By>,
    /// The id or name of what was changed, or the uid of a tenant; of an endpoint, if its tenant is named as well.
    #[param(value_type = Option<String>)]
    target: Option<TargetId>,
    /// Only changes to this tenant's resources.
    #[param(value_type = Option<String>)]
    tenant: Option<TenantId>,
    /// Only entries at or after this time.
    #[param(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// Only entries before this time.
    #[param(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    /// Page size, 50 by default.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 250)]
    limit: Limit,
    /// The `next_cursor` or `prev_cursor` of an earlier answer.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<AuditId>>,
}

#[derive(Debug)]
struct Action(String);

impl<'de> Deserialize<'de> for Action {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let name = text.strip_suffix(".*").unwrap_or(&text);
        let is_name = (1..=ACTION_CHARS_MAX).contains(&name.len())
            && name
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'_' | b'.'));
        match is_name {
            true => Ok(Self(text)),
            false => Err(de::Error::custom(format!(
                "`{text}` is not a valid action: use one such as `endpoint.create`, or `endpoint.*`"
            ))),
        }
    }
}

#[derive(Debug)]
struct By(ByActor);

impl<'de> Deserialize<'de> for By {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let kind = ActorKind::from_word(&text).map(ByActor::Kind);
        let key = || text.parse::<KeyId>().ok().map(ByActor::Key);
        kind.or_else(key).map(Self).ok_or_else(|| {
            de::Error::custom(format!(
                "`{text}` is neither a key's id nor one of `admin`, `project`, `tenant`, `portal`, `system`"
            ))
        })
    }
}

#[derive(Debug)]
struct TargetId(String);

impl<'de> Deserialize<'de> for TargetId {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        match (1..=TARGET_CHARS_MAX).contains(&text.chars().count()) {
            true => Ok(Self(text)),
            false => Err(de::Error::custom(format!(
                "an id or name has 1 to {TARGET_CHARS_MAX} characters"
            ))),
        }
    }
}

/// An entry of the audit log.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditEntry)]
struct EntryView {
    /// Its id, `aud_…`.
    #[schema(value_type = String)]
    id: AuditId,
    /// When it happened.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// The action, such as `endpoint.create`.
    action: String,
    /// Who did it.
    actor: ActorView,
    /// The project; null if the change was not in a project.
    #[schema(value_type = Option<String>, required)]
    project: Option<ProjectId>,
    /// The tenant that the changed resource belongs to; null if it belongs to none.
    #[schema(value_type = Option<String>, required)]
    tenant: Option<TenantId>,
    /// What was changed.
    target: TargetView,
    /// What was changed: each field with its old (`from`) and new (`to`) value; for other actions, the result. Never a
    /// secret.
    #[schema(value_type = Option<Object>, required)]
    changes: Option<Map<String, Value>>,
    /// The client's IP address.
    #[schema(value_type = Option<String>, required)]
    ip: Option<IpAddr>,
    /// The client's user agent.
    #[schema(required)]
    user_agent: Option<String>,
    /// The request: the `Nuncio-Request-Id` of its response.
    request_id: String,
}

/// Who did it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditActor)]
struct ActorView {
    /// `admin`, `project`, `tenant` or `portal`; `system` is the server itself, such as when it disables an endpoint.
    kind: &'static str,
    /// The key's id; null for the admin key.
    #[schema(value_type = Option<String>, required)]
    key: Option<KeyId>,
    /// Its name at that time.
    #[schema(required)]
    name: Option<String>,
    /// `bearer`: a key sent with the request; `session`: signed in to the dashboard; `server`: no request.
    via: &'static str,
}

/// What was changed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditTarget)]
struct TargetView {
    /// What kind of resource, such as `endpoint`.
    kind: String,
    /// Its id or name.
    #[schema(required)]
    id: Option<String>,
}

impl From<AuditEntry> for EntryView {
    fn from(entry: AuditEntry) -> Self {
        let actor = entry.author.actor;
        Self {
            id: entry.id,
            at: entry.author.at,
            action: entry.action,
            actor: ActorView {
                kind: actor.kind.as_str(),
                key: actor.key,
                name: actor.name,
                via: actor.via.as_str(),
            },
            project: entry.project,
            tenant: entry.tenant,
            target: TargetView {
                kind: entry.target.kind,
                id: entry.target.id,
            },
            changes: entry.changes,
            ip: entry.author.ip,
            user_agent: entry.author.user_agent,
            request_id: entry.author.request_id,
        }
    }
}

/// List the audit log
///
/// Every administrative change, newest first: who, what, when, from where. Entries cannot be changed, and are kept for
/// 400 days or longer. With the admin key and no `Nuncio-Project`: the entries of all projects, including deleted ones.
/// If a filter matches little, a page can be empty and still have a `next_cursor`.
#[utoipa::path(
    get, path = "/v1/audit", tag = "audit", params(AuditFilter),
    responses((status = 200, description = "Entries, newest first", body = List<EntryView>))
)]
async fn list_audit(
    State(server): State<Shared>,
    caller: Auditor,
    Query(filter): Query<AuditFilter>,
) -> Handled {
    let targets = match filter.target {
        Some(TargetId(name)) => {
            let within = caller.project.map(|project| Reach {
                project,
                tenant: filter.tenant.clone(),
            });
            Some(targets(&server, within.as_ref(), name).await?)
        }
        None => None,
    };
    let query = AuditQuery {
        project: caller.project,
        action: filter.action.map(|action| action.0),
        actor: filter.actor.map(|by| by.0),
        targets,
        tenant: filter.tenant,
        since: filter.since,
        until: filter.until,
    };
    let part = page(filter.limit, filter.cursor);
    let slice = server.store().audit_entries(query, part).await?;
    let views = slice.items.into_iter().map(EntryView::from).collect();
    Ok(reply::ok(&list(views, slice.next, slice.prev)))
}

/// What entries may call a thing: the name as it is given, which may be an event type's, and the id of the tenant or the
/// endpoint that has it for a uid.
async fn targets(
    server: &Server,
    within: Option<&Reach>,
    name: String,
) -> Result<Vec<String>, StoreError> {
    let (Some(within), Ok(uid)) = (within, Uid::parse(&name)) else {
        return Ok(vec![name]);
    };
    let store = server.store();
    let tenant = store.tenant_named(within.project, &uid).await?;
    let endpoint = match &within.tenant {
        Some(tenant) => store.endpoint_named(within.project, tenant, &uid).await?,
        None => None,
    };
    let ids = [
        tenant.map(|id| id.to_string()),
        endpoint.map(|id| id.to_string()),
    ];
    Ok([name]
        .into_iter()
        .chain(ids.into_iter().flatten())
        .collect())
}
