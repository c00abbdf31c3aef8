//! Credentials belong to the origin that they were given for. Whoever points an endpoint elsewhere, or has its secret
//! sent where it only signed before, gives them again: nobody gets at what no answer shows by having it sent to them.
//!
//! Credentials are the customer's headers, what is in `auth`, the key of a client certificate, and the secret of a dialect
//! that sends it as it is.

use nuncio_dialect::Dialect;
use nuncio_domain::{Endpoint, Secrets};
use nuncio_egress::{EndpointUrl, Guard};

use crate::{
    http::{body::escape, patch::Patch, problem::Problem},
    resources::endpoints::{
        auth::AuthFields, exposure::Exposure, headers, input::EndpointChange, secret::new_secret,
    },
};

impl Exposure {
    /// Of a change that gives an endpoint with dialect `before` the dialect `after`, and perhaps another URL.
    pub(crate) fn of(
        guard: &Guard,
        change: &EndpointChange,
        current: &Endpoint,
        (before, after): (&Dialect, &Dialect),
    ) -> Self {
        let url = change.url.as_deref();
        let origin_changes = url.is_some_and(|url| !is_same_origin(guard, &current.url, url));
        let tokens = current.auth.as_ref().and_then(|auth| auth.oauth());
        let token_url = change.auth.as_set().and_then(AuthFields::token_url);
        let token_origin_changes = match (tokens, token_url) {
            (Some(client), Some(url)) => !is_same_origin(guard, &client.token_url, url),
            (None, _) | (_, None) => false,
        };
        Self {
            origin_changes,
            token_origin_changes,
            shows_secret: after.sends_secret() && (origin_changes || !before.sends_secret()),
        }
    }

    /// The headers that the endpoint will have.
    ///
    /// # Errors
    /// Names every header whose value would go to another origin without having been given for it.
    pub(crate) fn headers(
        self,
        change: &EndpointChange,
        current: &Endpoint,
    ) -> Result<Vec<(String, String)>, Problem> {
        let kept: Vec<&str> = match &change.headers {
            Patch::Keep => current.headers.iter().map(|(name, _)| &**name).collect(),
            Patch::Clear => Vec::new(),
            Patch::Set(input) => input.keeps(&current.headers),
        };
        if self.origin_changes
            && let Some(problem) = given_for_another(&kept)
        {
            return Err(problem);
        }
        match &change.headers {
            Patch::Keep => Ok(current.headers.clone()),
            Patch::Clear => Ok(Vec::new()),
            Patch::Set(input) => input.clone().over(current.headers.clone()),
        }
    }

    /// The secrets that the endpoint will have. A new one takes the place of all before it at once.
    ///
    /// # Errors
    /// When the secret itself would be sent where it was never meant to go, or does not fit the dialect.
    pub(crate) fn secrets(
        self,
        change: &EndpointChange,
        current: &Endpoint,
        dialect: &Dialect,
    ) -> Result<Secrets, Problem> {
        let given = change.secret.as_ref().filter(|text| *text != headers::MASK);
        match given {
            // Without chance: a given secret needs none.
            Some(given) => {
                new_secret(dialect, Some(given.clone()), None, &[0; 64]).map(Secrets::new)
            }
            None if self.shows_secret => Err(Problem::invalid(
                "/secret",
                format!(
                    "dialect `{}` sends the secret itself: this change would show it to another receiver, so give a \
                     new one in `secret`",
                    dialect.name()
                ),
            )),
            None => Ok(current.secrets.clone()),
        }
    }
}

fn given_for_another(kept: &[&str]) -> Option<Problem> {
    let faults = kept.iter().map(|name| {
        let detail = format!(
            "the value of `{name}` was given for another origin (scheme, host and port): give it again, or null to \
             remove the header"
        );
        (format!("/headers/{}", escape(name)), detail)
    });
    faults.fold(None, |problem: Option<Problem>, (pointer, detail)| {
        Some(match problem {
            None => Problem::invalid(pointer, detail),
            Some(problem) => problem.with(pointer, detail),
        })
    })
}

/// Whether requests to both URLs go to the same scheme, host and port, as the guard reads them. What it refuses by now
/// is no origin at all.
fn is_same_origin(guard: &Guard, one: &str, other: &str) -> bool {
    let origin = |url: &EndpointUrl| (url.is_https(), url.host().to_owned(), url.port());
    match (guard.rules().check_url(one), guard.rules().check_url(other)) {
        (Ok(one), Ok(other)) => origin(&one) == origin(&other),
        _ => false,
    }
}
