//! A project's dialect: which there are, what a project begins with, and when it may be changed.

use std::sync::Arc;

use nuncio_dialect::Dialect;
use nuncio_domain::{EndpointId, EventType, EventTypeName, ProjectId, Timestamp};
use nuncio_store::{Page, Reach};

use crate::{http::problem::Problem, http::rejection::failed_look_up, state::Server};

/// How many endpoints are looked at in one go when a project's dialect changes.
const CHECKED_AT_A_TIME: usize = 250;

/// The dialect of that name in the project.
pub(super) async fn dialect_named(
    server: &Server,
    project: ProjectId,
    name: &str,
) -> Result<Arc<Dialect>, Problem> {
    let version = server
        .store()
        .dialect(project, name)
        .await
        .map_err(failed_look_up)?;
    version
        .map(|version| version.dialect)
        .ok_or_else(|| unknown_dialect(name))
}

/// The problem of a name that no dialect has.
pub(super) fn unknown_dialect(name: &str) -> Problem {
    let known: Vec<_> = nuncio_dialect::builtin()
        .iter()
        .map(|dialect| dialect.name())
        .collect();
    Problem::invalid(
        "/dialect",
        format!(
            "unknown dialect `{name}`: the built-in ones are {}",
            known.join(", ")
        ),
    )
}

/// The event types that a project of the dialect begins with.
pub(super) fn catalog(dialect: &Dialect, now: Timestamp) -> Result<Vec<EventType>, Problem> {
    let event_type = |entry: &nuncio_dialect::CatalogType| {
        let name = EventTypeName::parse(&entry.name)
            .map_err(|error| Problem::invalid("/dialect", error))?;
        Ok(EventType {
            description: entry.description.clone(),
            group: entry.group.clone(),
            example: serde_json::from_str(&entry.example).ok(),
            ..EventType::named(name, now)
        })
    };
    dialect.catalog().iter().map(event_type).collect()
}

/// Checks that every endpoint that will use the new dialect has a secret which it can sign with, and that none starts
/// to send a secret which it has only signed with.
pub(super) async fn check_endpoints(
    server: &Server,
    project: ProjectId,
    (before, dialect): (&Dialect, &Dialect),
) -> Result<(), Problem> {
    let shows_secrets = dialect.sends_secret() && !before.sends_secret();
    let reach = Reach {
        project,
        tenant: None,
    };
    let mut after = None;
    loop {
        let limit = CHECKED_AT_A_TIME;
        let slice = server
            .store()
            .endpoints(&reach, Page::after(after, limit))
            .await
            .map_err(failed_look_up)?;
        for endpoint in slice
            .items
            .iter()
            .filter(|endpoint| endpoint.dialect.is_none())
        {
            if shows_secrets {
                return Err(Problem::invalid(
                    "/dialect",
                    would_show(dialect, endpoint.id),
                ));
            }
            dialect
                .stored_key(endpoint.secrets.current.expose())
                .map_err(|error| {
                    let detail = format!(
                        "the secret of endpoint {} does not fit it: {error}",
                        endpoint.id
                    );
                    Problem::invalid("/dialect", detail)
                })?;
        }
        after = slice.next;
        if after.is_none() {
            return Ok(());
        }
    }
}

/// Why a dialect that sends secrets can't take the place of one that only signs with them.
pub(crate) fn would_show(dialect: &Dialect, endpoint: EndpointId) -> String {
    format!(
        "dialect `{}` sends the secret itself, and endpoint {endpoint} would show one that it has only signed with: give \
         such endpoints a dialect of their own with a new secret first",
        dialect.name()
    )
}
