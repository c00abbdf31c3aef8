//! May they? Which kinds of key and which scopes each route asks for, as types: a handler that takes a
//! [`ProjectWriter`] cannot be reached with a tenant's key.

use std::{ops::Deref, sync::Arc};

use axum::{extract::FromRequestParts, http::request::Parts};
use nuncio_domain::{KeyId, KeyKind, ProjectId, Scope, TenantId};
use nuncio_store::{Reach, Store};

use crate::{
    access::{
        author::Origin,
        caller::{Caller, authenticate},
        rates,
    },
    http::problem::{Kind, Place, Problem},
    http::rejection::failed_look_up,
    state::{Server, Shared},
};

/// The header by which an admin key names the project that it acts on.
pub(crate) const PROJECT_HEADER: &str = "nuncio-project";

/// What a route asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    /// To look, also with a tenant's key.
    Read,
    /// To change, also with a tenant's key.
    Write,
    /// To look at what belongs to the project.
    ProjectRead,
    /// To change what belongs to the project.
    ProjectWrite,
    /// To publish.
    Publish,
}

/// A caller who may do what the route is for, within `reach`.
#[derive(Clone, Debug)]
pub(crate) struct Access {
    pub(crate) reach: Reach,
    pub(crate) kind: KeyKind,
    /// Whose the change is that is going to be made; nothing where none is, or none is entered in the audit log.
    origin: Option<Box<Origin>>,
}

impl Access {
    /// The project.
    pub(crate) const fn project(&self) -> ProjectId {
        self.reach.project
    }

    /// The store, for one change that is entered in the audit log as the caller's.
    pub(crate) fn store(&self, server: &Server) -> Arc<dyn Store> {
        match &self.origin {
            Some(origin) => origin.store(server),
            None => Arc::clone(&server.state.store),
        }
    }

    /// The reach narrowed to `tenant`; a tenant's key cannot be turned to another one.
    pub(crate) fn narrowed(&self, tenant: Option<TenantId>) -> Result<Reach, Problem> {
        match (&self.reach.tenant, tenant) {
            (Some(own), Some(named)) if *own != named => Err(Problem::not_found()),
            (own, named) => Ok(Reach {
                project: self.reach.project,
                tenant: named.or_else(|| own.clone()),
            }),
        }
    }
}

macro_rules! needs {
    ($($(#[$doc:meta])* $name:ident = $need:ident;)*) => {$(
        $(#[$doc])*
        pub(crate) struct $name(Access);

        impl Deref for $name {
            type Target = Access;
            fn deref(&self) -> &Access {
                &self.0
            }
        }

        impl FromRequestParts<Shared> for $name {
            type Rejection = Problem;
            async fn from_request_parts(parts: &mut Parts, server: &Shared) -> Result<Self, Problem> {
                access(parts, server, Need::$need).await.map(Self)
            }
        }
    )*};
}

needs! {
    /// May look at things of a project or tenant.
    Reader = Read;
    /// May change things of a project or tenant.
    Writer = Write;
    /// May look at things of a project.
    ProjectReader = ProjectRead;
    /// May change things of a project.
    ProjectWriter = ProjectWrite;
    /// May publish events.
    Publisher = Publish;
}

/// Anybody who is known, whatever they may do.
pub(crate) struct Anyone {
    pub(crate) caller: Caller,
    /// The project that it is about, unless an admin names none.
    pub(crate) project: Option<ProjectId>,
}

impl FromRequestParts<Shared> for Anyone {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, server: &Shared) -> Result<Self, Problem> {
        let caller = authenticate(parts, server).await?;
        let project = named_project(parts, server, &caller.kind).await?;
        if let (Some(project), Some(tenant)) = (project, caller.kind.tenant()) {
            rates::count(server, parts, project, tenant).await?;
        }
        server.parameterised.check(parts)?;
        Ok(Self { caller, project })
    }
}

/// May look at things of a project, or, as an admin who names none, at what is every project's.
pub(crate) struct AnyProjectReader(pub(crate) Option<ProjectId>);

impl FromRequestParts<Shared> for AnyProjectReader {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, server: &Shared) -> Result<Self, Problem> {
        let caller = authenticate(parts, server).await?;
        check(&caller, Need::ProjectRead)?;
        let project = named_project(parts, server, &caller.kind).await?;
        server.parameterised.check(parts)?;
        Ok(Self(project))
    }
}

/// May do everything: holds the admin key.
pub(crate) struct Admin(Origin);

impl Admin {
    /// The store, for one change that is entered in the audit log as the admin's.
    pub(crate) fn store(&self, server: &Server) -> Arc<dyn Store> {
        self.0.store(server)
    }
}

impl FromRequestParts<Shared> for Admin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, server: &Shared) -> Result<Self, Problem> {
        let caller = authenticate(parts, server).await?;
        match &caller.kind {
            KeyKind::Admin => {
                server.parameterised.check(parts)?;
                parts.extensions.insert(Asker::new(None, &caller, true));
                Ok(Self(Origin::new(&caller, parts, server)))
            }
            other => Err(forbidden(other, "the admin key is required")),
        }
    }
}

/// May read the audit log: of `project`, or of all.
pub(crate) struct Auditor {
    pub(crate) project: Option<ProjectId>,
}

impl FromRequestParts<Shared> for Auditor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, server: &Shared) -> Result<Self, Problem> {
        let caller = authenticate(parts, server).await?;
        check(&caller, Need::ProjectRead)?;
        let project = named_project(parts, server, &caller.kind).await?;
        server.parameterised.check(parts)?;
        Ok(Self { project })
    }
}

/// Who made a request that changes something, for [`Idempotency`](crate::access::idempotency::Idempotency): put down once it is known
/// that they may.
#[derive(Clone, Debug)]
pub(crate) struct Asker {
    /// What they reach; none for a request beyond projects.
    pub(crate) reach: Option<Reach>,
    /// Their key, by whatever way it was shown; none for the admin's.
    pub(crate) key: Option<KeyId>,
    /// Whether an answer that was given before is looked for before anything else is checked. Publishing looks once
    /// something is refused: it has nothing to spare.
    pub(crate) looks_first: bool,
}

impl Asker {
    fn new(reach: Option<Reach>, caller: &Caller, looks_first: bool) -> Self {
        Self {
            reach,
            key: caller.key.as_ref().map(|key| key.id),
            looks_first,
        }
    }
}

async fn access(parts: &mut Parts, server: &Server, need: Need) -> Result<Access, Problem> {
    let caller = authenticate(parts, server).await?;
    check(&caller, need)?;
    let project = project_of(parts, server, &caller.kind).await?;
    if let Some(tenant) = caller.kind.tenant() {
        rates::count(server, parts, project, tenant).await?;
    }
    server.parameterised.check(parts)?;
    let reach = Reach {
        project,
        tenant: caller.kind.tenant().cloned(),
    };
    let mut origin = None;
    let writes = matches!(need, Need::Write | Need::ProjectWrite);
    if writes || need == Need::Publish {
        let asker = Asker::new(Some(reach.clone()), &caller, writes);
        parts.extensions.insert(asker);
    }
    if writes || need == Need::Publish {
        origin = Some(Box::new(Origin::new(&caller, parts, server)));
    }
    Ok(Access {
        reach,
        kind: caller.kind,
        origin,
    })
}

fn check(caller: &Caller, need: Need) -> Result<(), Problem> {
    let kind = &caller.kind;
    let writes = matches!(need, Need::Write | Need::ProjectWrite);
    match (caller.scope, need) {
        (Scope::Publish, Need::Publish) | (Scope::Full, _) => {}
        (Scope::Publish, _) => return Err(forbidden(kind, "the scope `publish` can only publish")),
        (Scope::Read, _) if writes || need == Need::Publish => {
            return Err(forbidden(kind, "the scope `read` is read-only"));
        }
        (Scope::Read, _) => {}
    }
    match (kind, need) {
        (KeyKind::Admin | KeyKind::Project { .. }, _) | (_, Need::Read | Need::Write) => Ok(()),
        (KeyKind::Tenant { .. } | KeyKind::Portal { .. }, _) => {
            Err(forbidden(kind, "a project key is required"))
        }
    }
}

fn forbidden(kind: &KeyKind, why: &str) -> Problem {
    let kind = kind.as_str();
    Problem::new(
        Kind::Forbidden,
        format!("this {kind} key cannot do this: {why}"),
    )
}

/// The project that a request is about: that of the key, or the one that the header names.
async fn project_of(parts: &Parts, server: &Server, kind: &KeyKind) -> Result<ProjectId, Problem> {
    named_project(parts, server, kind).await?.ok_or_else(|| {
        let detail = "with an admin key, name the project in the header `Nuncio-Project: proj_…`";
        Problem::new(Kind::ProjectMissing, "").with_in(Place::Header, "Nuncio-Project", detail)
    })
}

/// The same; none for an admin key without the header.
pub(crate) async fn named_project(
    parts: &Parts,
    server: &Server,
    kind: &KeyKind,
) -> Result<Option<ProjectId>, Problem> {
    let named = match parts.headers.get(PROJECT_HEADER) {
        None => None,
        // Text that is no id is an id that never existed.
        Some(value) => Some(
            value
                .to_str()
                .ok()
                .and_then(|text| text.parse::<ProjectId>().ok())
                .ok_or_else(Problem::not_found)?,
        ),
    };
    match (kind.project(), named) {
        (Some(own), Some(named)) if own != named => Err(Problem::not_found()),
        (Some(own), _) => Ok(Some(own)),
        (None, Some(named)) => match server
            .store()
            .project(named)
            .await
            .map_err(failed_look_up)?
        {
            Some(_) => Ok(Some(named)),
            None => Err(Problem::not_found()),
        },
        (None, None) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_and_kinds_decide() {
        let project = ProjectId::new(1, [0; 10]);
        let tenant = TenantId::parse("t").unwrap();
        let of_project = KeyKind::Project { project };
        let of_portal = KeyKind::Portal {
            project,
            tenant: tenant.clone(),
        };
        let of_tenant = KeyKind::Tenant { project, tenant };
        let check = |kind: &KeyKind, scope: Scope, allowed: [bool; 5]| {
            let needs = [
                Need::Read,
                Need::Write,
                Need::ProjectRead,
                Need::ProjectWrite,
                Need::Publish,
            ];
            let caller = Caller {
                kind: kind.clone(),
                scope,
                key: None,
                via: nuncio_domain::Via::Bearer,
                expires_at: None,
            };
            let may = needs.map(|need| check(&caller, need).is_ok());
            assert_eq!(may, allowed, "{} {scope:?}", kind.as_str());
        };
        let (yes, no) = (true, false);
        check(&KeyKind::Admin, Scope::Full, [yes; 5]);
        check(&of_project, Scope::Full, [yes; 5]);
        check(&of_project, Scope::Read, [yes, no, yes, no, no]);
        check(&of_project, Scope::Publish, [no, no, no, no, yes]);
        check(&of_tenant, Scope::Full, [yes, yes, no, no, no]);
        check(&of_tenant, Scope::Read, [yes, no, no, no, no]);
        check(&of_portal, Scope::Full, [yes, yes, no, no, no]);
        check(&of_portal, Scope::Read, [yes, no, no, no, no]);
    }
}
