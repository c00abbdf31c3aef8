//! Applications: tenants.

use std::sync::Arc;

use axum::http::StatusCode;
use nuncio_domain::{Tenant, TenantId, Timestamp, Uid, begins_like_an_id};
use nuncio_store::{Page, StoreError};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    error::{self, Handled, SvixError},
    ids,
    input::{self, Metadata, check_rate, check_text, given},
    paging::{self, Order, Walk, Wanted},
    request::Request,
    routes::{no_method, no_route},
};

/// What an application's id begins with.
pub(crate) const PREFIX: &str = "app_";

pub(crate) async fn route(request: &Request<'_>, method: &str, segments: &[&str]) -> Handled {
    match (segments, method) {
        ([], "GET") => list(request).await,
        ([], "POST") => create(request).await,
        ([app], "GET") => {
            let tenant = request.application(app).await?;
            Ok(error::json(StatusCode::OK, &ApplicationOut::new(&tenant)))
        }
        ([app], "PUT") => put(request, app).await,
        ([app], "PATCH") => patch(request, app).await,
        ([app], "DELETE") => delete(request, app).await,
        ([] | [_], _) => Err(no_method()),
        _ => Err(no_route()),
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ApplicationIn {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) uid: Option<String>,
    #[serde(default)]
    throttle_rate: Option<u16>,
    #[serde(default)]
    rate_limit: Option<u16>,
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ApplicationPatch {
    #[serde(default)]
    name: Option<String>,
    #[serde(default, deserialize_with = "given")]
    uid: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    throttle_rate: Option<Option<u16>>,
    #[serde(default, deserialize_with = "given")]
    rate_limit: Option<Option<u16>>,
    #[serde(default, deserialize_with = "given")]
    metadata: Option<Option<Metadata>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ApplicationOut<'a> {
    id: &'a TenantId,
    #[serde(skip_serializing_if = "Option::is_none")]
    uid: Option<&'a Uid>,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rate_limit: Option<u32>,
    throttle_rate: Option<u32>,
    metadata: &'a Map<String, Value>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl<'a> ApplicationOut<'a> {
    pub(crate) fn new(tenant: &'a Tenant) -> Self {
        Self {
            id: &tenant.id,
            uid: tenant.uid.as_ref(),
            name: tenant.name.as_deref().unwrap_or(tenant.id.as_str()),
            rate_limit: tenant.throttle_rate,
            throttle_rate: tenant.throttle_rate,
            metadata: &tenant.metadata,
            created_at: tenant.created_at,
            updated_at: tenant.updated_at,
        }
    }
}

/// What an application is to be like.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    name: String,
    pub(crate) uid: Option<Uid>,
    throttle_rate: Option<u32>,
    metadata: Map<String, Value>,
}

impl ApplicationIn {
    pub(crate) fn check(self) -> Result<Wish, SvixError> {
        check_name(&self.name)?;
        let rate = self.throttle_rate.or(self.rate_limit);
        check_rate(rate)?;
        self.metadata.check()?;
        let uid = self.uid.map(|uid| read_uid(&uid)).transpose()?;
        Ok(Wish {
            name: self.name,
            uid,
            throttle_rate: rate.map(u32::from),
            metadata: self.metadata.0,
        })
    }
}

fn check_name(name: &str) -> Result<(), SvixError> {
    match name.is_empty() {
        true => Err(SvixError::invalid("name", "must not be empty")),
        false => check_text("name", name),
    }
}

fn read_uid(text: &str) -> Result<Uid, SvixError> {
    ids::uid(text, PREFIX).map_err(|rule| SvixError::invalid("uid", rule))
}

impl Wish {
    fn lay_over(&self, tenant: &mut Tenant) {
        tenant.name = Some(self.name.clone());
        tenant.uid.clone_from(&self.uid);
        tenant.throttle_rate = self.throttle_rate;
        tenant.metadata.clone_from(&self.metadata);
    }
}

/// Makes an application; 409 if another has its uid.
pub(crate) async fn make(request: &Request<'_>, wish: Wish) -> Result<Arc<Tenant>, SvixError> {
    let now = request.now();
    let id = ids::new_application(now.ms(), request.server.surface.random());
    let id = id.ok_or_else(SvixError::internal)?;
    if let Some(uid) = &wish.uid
        && is_taken(request, uid).await?
    {
        return Err(uid_taken());
    }
    let change = Box::new(move |tenant: &mut Tenant| {
        wish.lay_over(tenant);
        tenant.updated_at = now;
        Ok(())
    });
    let store = request.writer();
    let made = store
        .put_tenant(request.caller.project_id(), id, now, change)
        .await;
    made.map_err(conflict)
}

async fn is_taken(request: &Request<'_>, uid: &Uid) -> Result<bool, SvixError> {
    let found = request
        .reader()
        .tenant_named(request.caller.project_id(), uid)
        .await?;
    Ok(found.is_some())
}

fn uid_taken() -> SvixError {
    SvixError::conflict("An application with that uid already exists")
}

fn conflict(error: StoreError) -> SvixError {
    match error {
        StoreError::Conflict(_) => uid_taken(),
        other => other.into(),
    }
}

async fn list(request: &Request<'_>) -> Handled {
    request.caller.check_organization()?;
    // Applications that were made in the first API have ids of any form, but none that another kind of thing has.
    let key = |text: &str| {
        TenantId::parse(text)
            .ok()
            .filter(|_| !begins_like_an_id(text))
    };
    let wanted = Wanted::read(&request.query, key)?;
    let order = match request.query.text("order") {
        None | Some("ascending") => Order::Stored,
        Some("descending") => Order::Reversed,
        Some(_) => {
            return Err(SvixError::bad_request(
                "order must be ascending or descending",
            ));
        }
    };
    // No id comes after it.
    let last =
        TenantId::parse(&format!("z{}", "|".repeat(255))).map_err(|_| SvixError::internal())?;
    let walk = Walk::new(&wanted, order, last);
    let (store, project) = (request.reader(), request.caller.project_id());
    let fetch = |page: Page<TenantId>| {
        let store = Arc::clone(&store);
        async move { store.tenants(project, page).await }
    };
    let listed = paging::list(
        &wanted,
        order,
        walk,
        fetch,
        |_| true,
        |tenant: &Arc<Tenant>| tenant.id.clone(),
    )
    .await?;
    let ends = paging::ends(&listed.items, |tenant| tenant.id.to_string());
    let data = listed
        .items
        .iter()
        .map(|tenant| ApplicationOut::new(tenant))
        .collect();
    Ok(paging::answer(data, listed.done, ends))
}

async fn create(request: &Request<'_>) -> Handled {
    request.caller.check_organization()?;
    let get_if_exists = request.query.flag("get_if_exists")?.unwrap_or(false);
    let wish = input::parse::<ApplicationIn>(&request.body)?.check()?;
    if get_if_exists
        && let Some(uid) = &wish.uid
        && let Some(found) = request.find_application(uid.as_str()).await?
    {
        return Ok(error::json(StatusCode::OK, &ApplicationOut::new(&found)));
    }
    let made = make(request, wish).await?;
    Ok(error::json(
        StatusCode::CREATED,
        &ApplicationOut::new(&made),
    ))
}

async fn put(request: &Request<'_>, name: &str) -> Handled {
    request.caller.check_organization()?;
    let wish = input::parse::<ApplicationIn>(&request.body)?.check()?;
    let Some(found) = request.find_application(name).await? else {
        let made = make(request, wish).await?;
        return Ok(error::json(
            StatusCode::CREATED,
            &ApplicationOut::new(&made),
        ));
    };
    let changed = change(request, &found.id, move |tenant| wish.lay_over(tenant)).await?;
    Ok(error::json(StatusCode::OK, &ApplicationOut::new(&changed)))
}

async fn patch(request: &Request<'_>, name: &str) -> Handled {
    request.caller.check_organization()?;
    let wish: ApplicationPatch = input::parse_optional(&request.body)?;
    let found = request.application(name).await?;
    if let Some(name) = &wish.name {
        check_name(name)?;
    }
    let rate = wish.throttle_rate.or(wish.rate_limit);
    check_rate(rate.flatten())?;
    let metadata = wish.metadata.map(Option::unwrap_or_default);
    if let Some(metadata) = &metadata {
        metadata.check()?;
    }
    let uid = match wish.uid {
        None => None,
        Some(None) => Some(None),
        Some(Some(text)) => Some(Some(read_uid(&text)?)),
    };
    let changed = change(request, &found.id, move |tenant| {
        if let Some(name) = &wish.name {
            tenant.name = Some(name.clone());
        }
        if let Some(uid) = &uid {
            tenant.uid.clone_from(uid);
        }
        if let Some(rate) = rate {
            tenant.throttle_rate = rate.map(u32::from);
        }
        if let Some(metadata) = &metadata {
            tenant.metadata.clone_from(&metadata.0);
        }
    });
    let changed = changed.await?;
    Ok(error::json(StatusCode::OK, &ApplicationOut::new(&changed)))
}

async fn change(
    request: &Request<'_>,
    id: &TenantId,
    change: impl Fn(&mut Tenant) + Send + 'static,
) -> Result<Arc<Tenant>, SvixError> {
    let now = request.now();
    let change = Box::new(move |tenant: &mut Tenant| {
        change(tenant);
        tenant.updated_at = now;
        Ok(())
    });
    let store = request.writer();
    let project = request.caller.project_id();
    let changed = store.put_tenant(project, id.clone(), now, change).await;
    changed.map_err(conflict)
}

async fn delete(request: &Request<'_>, name: &str) -> Handled {
    request.caller.check_organization()?;
    let found = request.application(name).await?;
    let now = request.now();
    let job = request.server.surface.job_id(now);
    let store = request.writer();
    store
        .delete_tenant(request.caller.project_id(), &found.id, job, now)
        .await?;
    Ok(error::empty(StatusCode::NO_CONTENT))
}
