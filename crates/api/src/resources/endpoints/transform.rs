//! An endpoint's transformation as callers give it and as it is shown: who may set one, and whether it is code.

use std::sync::Arc;

use nuncio_domain::{Transform, Transformations};
use nuncio_transform::{CodeOwner, TransformError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    access::rights::Access,
    http::{
        patch::Patch,
        problem::{Kind, Problem},
    },
    resources::policy::in_force::InForce,
    state::Server,
};

/// Code that changes webhooks before they are sent.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[schema(as = NewTransform)]
#[serde(deny_unknown_fields)]
pub(crate) struct TransformInput {
    /// JavaScript with a `function handler(webhook)` that returns the webhook, at most 32 KiB.
    code: String,
    /// Whether it runs, true by default.
    #[serde(default = "enabled")]
    enabled: bool,
}

const fn enabled() -> bool {
    true
}

impl TransformInput {
    /// As it is kept; the store numbers its code.
    pub(crate) fn into_transform(self) -> Transform {
        Transform {
            code: self.code,
            enabled: self.enabled,
            version: 0,
        }
    }
}

/// Code that changes webhooks before they are sent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Transform)]
pub(crate) struct TransformView<'a> {
    /// The code.
    code: &'a str,
    /// Whether it runs.
    enabled: bool,
}

impl<'a> TransformView<'a> {
    pub(crate) fn new(transform: &'a Transform) -> Self {
        Self {
            code: &transform.code,
            enabled: transform.enabled,
        }
    }
}

/// Whose code it is: one tenant's takes nobody else's time. What the operator tries is its own.
pub(crate) fn owner(caller: &Access) -> CodeOwner {
    CodeOwner::of((caller.project(), caller.reach.tenant.as_ref()))
}

/// Checks that a new endpoint may have this code, and that it is code.
pub(crate) async fn check(
    server: &Server,
    caller: &Access,
    transform: Option<&TransformInput>,
) -> Result<(), Problem> {
    let Some(transform) = transform else {
        return Ok(());
    };
    may_set(server, caller).await?;
    let code = Arc::from(transform.code.as_str());
    let checked = server.state.transformer.check(owner(caller), code).await;
    checked.map_err(|error| refused("/transform/code", &error))
}

/// The same of a change. Whoever may set one may take it away; where nobody may, the operator still may.
pub(crate) async fn check_change(
    server: &Server,
    caller: &Access,
    change: &Patch<TransformInput>,
) -> Result<(), Problem> {
    match change {
        Patch::Keep => Ok(()),
        Patch::Clear if caller.kind.tenant().is_none() => Ok(()),
        Patch::Clear => may_set(server, caller).await,
        Patch::Set(transform) => check(server, caller, Some(transform)).await,
    }
}

/// Refuses whoever may not set code.
pub(crate) async fn may_set(server: &Server, caller: &Access) -> Result<(), Problem> {
    let policy = &InForce::of(server, caller.project()).await?.project.policy;
    let detail = match (policy.transformations(), caller.kind.tenant()) {
        (Transformations::Off, _) => {
            "transformations are switched off in this project (policy `transformations`)"
        }
        (Transformations::Operator, Some(_)) => {
            "only the project's operator may set transformations (policy `transformations`)"
        }
        (Transformations::Operator, None) | (Transformations::Tenant, _) => return Ok(()),
    };
    Err(Problem::new(Kind::Forbidden, detail))
}

/// Code that was refused, with its line and column; 503 if there was no time to try it.
pub(crate) fn refused(pointer: &'static str, error: &TransformError) -> Problem {
    match error.is_busy() {
        true => Problem::new(Kind::Unavailable, error.to_string()),
        false => Problem::invalid(pointer, error),
    }
}
