//! Who asks? From a token to a project, and to an application where the token is one's. The first valid token of an
//! organization makes its project.

use std::sync::Arc;

use axum::http::{header, request::Parts};
use nuncio_domain::{Actor, ActorKind, Branding, Project, ProjectId, Scope, TenantId, Via};
use nuncio_store::{Reach, Store, StoreError};

use crate::{Server, error::SvixError, ids, token::Claims};

/// What an organization's id begins with.
const ORGANIZATION: &str = "org_";
/// What an application's id begins with.
const APPLICATION: &str = "app_";
/// What the keys of this server begin with.
const KEY: &str = "nk_";
/// The answer to somebody who sends the secret that tokens are signed with.
const SECRET_SENT: &str = "Invalid token: this is the JWT secret itself. Sign a token with it, for example with `nuncio svix token`, and \
    send that";

/// Whoever made the request.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    /// The organization's id, as its tokens have it.
    pub(crate) organization: String,
    pub(crate) project: Arc<Project>,
    /// The only application that it may use.
    pub(crate) application: Option<TenantId>,
    /// The flags of event types that it sees; `None` sees all of them.
    pub(crate) flags: Option<Vec<String>>,
    scope: Scope,
    actor: Actor,
}

impl Caller {
    pub(crate) fn project_id(&self) -> ProjectId {
        self.project.id
    }

    /// The store, for one change that is entered in the audit log as the caller's.
    pub(crate) fn store(&self, server: &Server, parts: &Parts) -> Arc<dyn Store> {
        server.surface.store_by(parts, self.actor.clone())
    }

    /// Whether it may do what is the organization's.
    pub(crate) fn check_organization(&self) -> Result<(), SvixError> {
        match self.application {
            None => Ok(()),
            Some(_) => Err(SvixError::forbidden()),
        }
    }

    /// Whether its key may look, or change something.
    pub(crate) fn check_scope(&self, looks: bool, publishes: bool) -> Result<(), SvixError> {
        match (self.scope, looks, publishes) {
            (Scope::Full, ..) | (Scope::Read, true, _) | (Scope::Publish, _, true) => Ok(()),
            (Scope::Read | Scope::Publish, ..) => Err(SvixError::forbidden()),
        }
    }

    /// What it can reach of an application.
    pub(crate) fn reach(&self, application: &TenantId) -> Reach {
        Reach {
            project: self.project.id,
            tenant: Some(application.clone()),
        }
    }
}

/// Finds out whose token the request shows.
pub(crate) async fn authenticate(server: &Server, parts: &Parts) -> Result<Caller, SvixError> {
    let invalid = || SvixError::unauthorized("Invalid token");
    let text = parts
        .headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .ok_or_else(invalid)?;
    if text.starts_with(KEY) {
        return by_key(server, text).await;
    }
    let keys = &server.settings.keys;
    if keys.is_secret(text) {
        return Err(SvixError::unauthorized(SECRET_SENT));
    }
    let claims = keys.read(text, server.surface.now()).ok_or_else(invalid)?;
    by_claims(server, parts, claims).await
}

async fn by_claims(server: &Server, parts: &Parts, claims: Claims) -> Result<Caller, SvixError> {
    let bad =
        |code, detail: &str| SvixError::new(axum::http::StatusCode::BAD_REQUEST, code, detail);
    let (organization, application) = match claims.org {
        Some(organization) => {
            if !claims.sub.starts_with(APPLICATION) || !organization.starts_with(ORGANIZATION) {
                return Err(bad(
                    "bad token",
                    "`sub` must be an application and `org` an organization",
                ));
            }
            (organization, Some(claims.sub))
        }
        None if claims.sub.starts_with(ORGANIZATION) => (claims.sub, None),
        None if claims.sub.starts_with(APPLICATION) => {
            return Err(bad(
                "bad token",
                "a token of an application needs the claim `org`",
            ));
        }
        None => return Err(bad("bad_token", "`sub` must be an organization")),
    };
    let application = application.map(|text| TenantId::parse(&text));
    let application = application
        .transpose()
        .map_err(|_| SvixError::not_found())?;
    let (kind, name) = match application {
        None => (ActorKind::Project, "organization token"),
        Some(_) => (ActorKind::Tenant, "application token"),
    };
    let actor = Actor {
        kind,
        key: None,
        name: Some(name.to_owned()),
        via: Via::Bearer,
    };
    let project = project_of(server, parts, &organization, &actor).await?;
    Ok(Caller {
        organization,
        project,
        flags: application
            .as_ref()
            .map(|_| claims.feature_flags.unwrap_or_default()),
        application,
        scope: Scope::Full,
        actor,
    })
}

/// The organization's project, made if it is not there.
async fn project_of(
    server: &Server,
    parts: &Parts,
    organization: &str,
    actor: &Actor,
) -> Result<Arc<Project>, SvixError> {
    let id = ids::project(organization);
    if let Some(project) = server.surface.store().project(id).await? {
        return Ok(project);
    }
    if !server.settings.create_projects || is_of_first_api(organization, id) {
        return Err(SvixError::unauthorized("Invalid token"));
    }
    let now = server.surface.now();
    let project = Project {
        id,
        name: organization.to_owned(),
        dialect: server.settings.dialect().to_owned(),
        policy: server.settings.policy(),
        branding: Branding::default(),
        created_at: now,
        updated_at: now,
    };
    let store = server.surface.store_by(parts, actor.clone());
    match store.create_project(project, Vec::new(), None).await {
        Ok(project) => Ok(project),
        // Another request of the organization was faster.
        Err(StoreError::Conflict(_)) => {
            let made = server.surface.store().project(id).await?;
            made.ok_or_else(SvixError::not_found)
        }
        Err(error) => Err(error.into()),
    }
}

/// Whether the organization's name is a project's id: those are made in the first API alone.
fn is_of_first_api(organization: &str, id: ProjectId) -> bool {
    let own = id.to_string();
    organization.strip_prefix(ORGANIZATION) == own.strip_prefix("proj_")
}

/// A key of this server in place of a token.
async fn by_key(server: &Server, text: &str) -> Result<Caller, SvixError> {
    let (kind, scope, key) = server.surface.key(text).await?;
    let project = kind.project().ok_or_else(SvixError::forbidden)?;
    let found = server.surface.store().project(project).await?;
    let found = found.ok_or_else(|| SvixError::unauthorized("Invalid token"))?;
    let application = kind.tenant().cloned();
    let own = project.to_string();
    let organization = own.strip_prefix("proj_").unwrap_or(&own);
    Ok(Caller {
        organization: match ids::project(&found.name) == project {
            true => found.name.clone(),
            false => format!("{ORGANIZATION}{organization}"),
        },
        project: found,
        flags: application.as_ref().map(|_| Vec::new()),
        application,
        scope,
        actor: Actor {
            kind: ActorKind::from(&kind),
            key: key.as_ref().map(|key| key.id),
            name: key.map(|key| key.name.clone()),
            via: Via::Bearer,
        },
    })
}
