//! Tenants and endpoints by their uids: wherever a path, a query or a body has an id.
//!
//! Ids win: a uid can be no id, so what is an id is left alone. A tenant's uid is never another tenant's id, which the
//! store sees to. An endpoint's uid says something within its tenant alone: that of the caller's key, or the one that is
//! named beside it. A uid that nobody has becomes an id that never existed, so that both are answered alike.

use std::str::FromStr;

use axum::{
    extract::{FromRequestParts, MatchedPath, RawPathParams},
    http::request::Parts,
};
use nuncio_domain::{EndpointId, IdError, ProjectId, TenantId, Uid};
use nuncio_store::Reach;
use serde::{Deserialize, Deserializer, de};

use crate::{
    http::{
        named::Named,
        path::names_endpoint,
        problem::{Place, Problem},
        rejection::failed_look_up,
    },
    state::Server,
};

/// An id that was never given out.
const NOBODY: EndpointId = EndpointId::from_bits(0);
const NEEDS_TENANT: &str =
    "an endpoint's uid is unique within its tenant only: name the tenant, or use the endpoint's id";

/// An endpoint as a body names it: by its id, or by its uid within a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum EndpointName {
    /// By its id.
    Id(EndpointId),
    /// By its uid.
    Uid(Uid),
}

impl FromStr for EndpointName {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        text.parse()
            .map(Self::Id)
            .or_else(|error| Uid::parse(text).map(Self::Uid).map_err(|_| error))
    }
}

impl<'de> Deserialize<'de> for EndpointName {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(de::Error::custom)
    }
}

impl EndpointName {
    /// Its id, for a reach that is one tenant's where it is named by its uid. `at` is its place in the body.
    pub(crate) async fn id(
        &self,
        server: &Server,
        reach: &Reach,
        at: &str,
    ) -> Result<EndpointId, Problem> {
        match self {
            Self::Id(id) => Ok(*id),
            Self::Uid(uid) => {
                let found = endpoint_named(server, Some(reach), uid).await?;
                found.ok_or_else(|| Problem::invalid(at, format!("`{uid}`: {NEEDS_TENANT}")))
            }
        }
    }
}

/// The endpoint with that uid, or one that never existed; `None` where the tenant is not said. A reach of `None` has
/// nothing in it.
async fn endpoint_named(
    server: &Server,
    reach: Option<&Reach>,
    uid: &Uid,
) -> Result<Option<EndpointId>, Problem> {
    let Some(reach) = reach else {
        return Ok(Some(NOBODY));
    };
    let Some(tenant) = &reach.tenant else {
        return Ok(None);
    };
    let store = server.store();
    let found = store.endpoint_named(reach.project, tenant, uid).await;
    Ok(Some(found.map_err(failed_look_up)?.unwrap_or(NOBODY)))
}

/// The tenant that is named, by its id or its uid; nobody has heard of others, and they keep their names.
pub(crate) async fn tenant_named(
    server: &Server,
    project: ProjectId,
    name: TenantId,
) -> Result<TenantId, Problem> {
    let Ok(uid) = Uid::parse(name.as_str()) else {
        return Ok(name);
    };
    let found = server.store().tenant_named(project, &uid).await;
    Ok(found.map_err(failed_look_up)?.unwrap_or(name))
}

/// Finds what the names in a request's path and query stand for.
pub(crate) async fn resolve(
    parts: &mut Parts,
    server: &Server,
    reach: &Reach,
) -> Result<(), Problem> {
    let path = path_name(parts).await;
    let mut query = QueryNames::of(parts, matches!(path, Some(PathName::Endpoint(_))))?;
    query.resolve_tenant(server, reach).await?;
    let within = query.within(reach);
    let within = within.as_ref();
    let mut named = Named::default();
    match path {
        Some(PathName::Tenant(name)) => {
            let tenant = tenant_named(server, reach.project, name).await?;
            named.path = Some(tenant.to_string());
        }
        Some(PathName::Endpoint(text)) => {
            let id = endpoint_in_path(server, within, &text, query.tenant.is_some()).await?;
            named.path = id.map(|id| id.to_string());
            query.forget("tenant");
        }
        None => query.resolve_endpoint(server, within).await?,
    }
    named.query = query.rewritten();
    parts.extensions.insert(named);
    Ok(())
}

/// The id that a path's text stands for; `None` if it is no name at all, which is nobody's id. With a tenant beside it, it
/// has to be that tenant's.
async fn endpoint_in_path(
    server: &Server,
    within: Option<&Reach>,
    text: &str,
    tenant_given: bool,
) -> Result<Option<EndpointId>, Problem> {
    match text.parse() {
        Err(_) => Ok(None),
        Ok(EndpointName::Uid(uid)) => {
            let found = endpoint_named(server, within, &uid).await?;
            let missing = || {
                let detail = format!("`{uid}`: {NEEDS_TENANT}");
                Problem::invalid_in(Place::Query, "tenant", detail)
            };
            found.ok_or_else(missing).map(Some)
        }
        Ok(EndpointName::Id(id)) if !tenant_given => Ok(Some(id)),
        Ok(EndpointName::Id(id)) => {
            let Some(within) = within else {
                return Ok(Some(NOBODY));
            };
            let found = server.store().endpoint(within, id).await;
            let found = found.map_err(failed_look_up)?;
            Ok(Some(found.map_or(NOBODY, |endpoint| endpoint.id)))
        }
    }
}

/// What a path names.
enum PathName {
    Tenant(TenantId),
    Endpoint(String),
}

async fn path_name(parts: &mut Parts) -> Option<PathName> {
    let route = parts.extensions.get::<MatchedPath>()?.as_str().to_owned();
    let of_endpoint = names_endpoint(&route);
    if !of_endpoint && !route.contains("{tenant}") {
        return None;
    }
    let params = RawPathParams::from_request_parts(parts, &()).await.ok()?;
    let wanted = if of_endpoint { "id" } else { "tenant" };
    let (_, text) = params.iter().find(|(name, _)| *name == wanted)?;
    match of_endpoint {
        true => Some(PathName::Endpoint(text.to_owned())),
        // Text that can't be a tenant's id is refused where it is read.
        false => TenantId::parse(text).ok().map(PathName::Tenant),
    }
}

/// The names in a query string. Text that is no name, or stands there twice, is left to whoever reads the query.
struct QueryNames {
    pairs: Vec<(String, String)>,
    tenant: Option<TenantId>,
    changed: bool,
}

impl QueryNames {
    /// Those of a request; `strict` where nobody reads `tenant` afterwards.
    fn of(parts: &Parts, strict: bool) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        let pairs = form_urlencoded::parse(query.as_bytes()).into_owned();
        let pairs: Vec<(String, String)> = pairs.collect();
        let tenant = match one(&pairs, "tenant").map(TenantId::parse) {
            Some(Err(error)) if strict => {
                return Err(Problem::invalid_in(Place::Query, "tenant", error));
            }
            Some(Ok(tenant)) => Some(tenant),
            Some(Err(_)) | None => None,
        };
        Ok(Self {
            pairs,
            tenant,
            changed: false,
        })
    }

    async fn resolve_tenant(&mut self, server: &Server, reach: &Reach) -> Result<(), Problem> {
        let Some(name) = self.tenant.take() else {
            return Ok(());
        };
        let tenant = tenant_named(server, reach.project, name.clone()).await?;
        if tenant != name {
            self.put("tenant", tenant.to_string());
        }
        self.tenant = Some(tenant);
        Ok(())
    }

    async fn resolve_endpoint(
        &mut self,
        server: &Server,
        within: Option<&Reach>,
    ) -> Result<(), Problem> {
        let name = one(&self.pairs, "endpoint").map(str::parse);
        let Some(Ok(EndpointName::Uid(uid))) = name else {
            return Ok(());
        };
        let found = endpoint_named(server, within, &uid).await?;
        let id = found.ok_or_else(|| {
            let detail = format!("`{uid}`: {NEEDS_TENANT}");
            Problem::invalid_in(Place::Query, "endpoint", detail)
        })?;
        self.put("endpoint", id.to_string());
        // It has served its purpose, and some queries take one of the two only.
        self.forget("tenant");
        Ok(())
    }

    /// The caller's reach, narrowed to the tenant that is named; `None` if that is another one than the caller's own.
    fn within(&self, reach: &Reach) -> Option<Reach> {
        let tenant = match (&reach.tenant, &self.tenant) {
            (Some(own), Some(named)) if own != named => return None,
            (own, named) => own.clone().or_else(|| named.clone()),
        };
        Some(Reach {
            project: reach.project,
            tenant,
        })
    }

    fn put(&mut self, name: &str, value: String) {
        let pair = self.pairs.iter_mut().find(|(other, _)| other == name);
        if let Some(pair) = pair {
            pair.1 = value;
            self.changed = true;
        }
    }

    fn forget(&mut self, name: &str) {
        let before = self.pairs.len();
        self.pairs.retain(|(other, _)| other != name);
        self.changed |= self.pairs.len() < before;
    }

    fn rewritten(&self) -> Option<String> {
        self.changed.then(|| {
            form_urlencoded::Serializer::new(String::new())
                .extend_pairs(&self.pairs)
                .finish()
        })
    }
}

/// The value of a parameter that stands there once.
fn one<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let mut values = pairs.iter().filter(|(other, _)| other == name);
    match (values.next(), values.next()) {
        (Some((_, value)), None) => Some(value),
        _ => None,
    }
}
