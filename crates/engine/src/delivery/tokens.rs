//! Which token does an endpoint's request carry? One for each endpoint, asked for when it is needed, kept in memory until
//! shortly before it expires, stored nowhere.
//!
//! There is one token request of an endpoint at a time: whoever needs the token meanwhile waits for it, and shares what
//! comes of it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use nuncio_domain::{
    Clock, Endpoint, EndpointAuth, Entropy, ErrorClass, OAuthClient, Secret, Timestamp,
};
use nuncio_egress::Owner;
use nuncio_store::{EndpointKey, Sending};
use tokio::sync::MutexGuard;

use crate::delivery::{
    oauth,
    send::{Failure, Outgoing, Transport},
};

/// Authorization servers answer within a second; one that takes ten is down.
const TIMEOUT: Duration = Duration::from_secs(10);
/// A token is renewed so long before it expires, or a tenth of its life if that is shorter: a request that carries it may
/// take a while to arrive.
const RENEWED_BEFORE: Duration = Duration::from_secs(30);
/// After a failed request there is none for so long: however many deliveries wait, the server is asked once a second.
const PAUSE: Duration = Duration::from_secs(1);
/// When even a new token was refused, tokens are not renewed for that reason for so long: another would not help.
const REFUSED_FOR: Duration = Duration::from_secs(60);
/// Endpoints whose tokens are kept; a token takes up to 8 KiB.
const SLOTS_MAX: usize = 4_096;

/// A token that an authorization server issued.
#[derive(Debug)]
pub(crate) struct Token {
    pub(crate) secret: Secret,
    renew_at: Timestamp,
}

/// A token for one request.
#[derive(Clone, Debug)]
pub(crate) struct TokenForRequest {
    pub(crate) token: Arc<Token>,
    /// It was issued just now.
    pub(crate) is_fresh: bool,
    /// Time has passed: what was allowed before may not be any more.
    pub(crate) waited: bool,
}

/// Whoever asks for a token, and what asking takes.
#[derive(Clone, Copy)]
pub(crate) struct TokenQuery<'a> {
    pub(crate) key: EndpointKey,
    pub(crate) sending: &'a Sending,
    pub(crate) transport: &'a dyn Transport,
    pub(crate) clock: &'a dyn Clock,
    pub(crate) entropy: &'a dyn Entropy,
    pub(crate) user_agent: &'a str,
}

/// The tokens of all endpoints.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    slots: Mutex<HashMap<EndpointKey, Arc<Slot>>>,
}

type Slot = tokio::sync::Mutex<Kept>;

/// What is known of one endpoint's token.
#[derive(Debug, Default)]
struct Kept {
    /// The settings that it was asked for with.
    auth: Option<Arc<EndpointAuth>>,
    token: Option<Arc<Token>>,
    /// How the last request failed, if it did, and when.
    failed: Option<(Timestamp, Failure)>,
    /// Until when refusals do not lead to new tokens.
    refused_until: Option<Timestamp>,
}

impl Kept {
    /// Forgets what belongs to other settings.
    fn settle_on(&mut self, auth: &Arc<EndpointAuth>) {
        let same = |kept: &Arc<EndpointAuth>| Arc::ptr_eq(kept, auth) || kept == auth;
        if !self.auth.as_ref().is_some_and(same) {
            *self = Self {
                auth: Some(Arc::clone(auth)),
                ..Self::default()
            };
        }
    }
}

impl Tokens {
    /// The endpoint's token: the one that there is, or a new one.
    ///
    /// # Errors
    /// Why no token was issued.
    pub(crate) async fn token(&self, query: TokenQuery<'_>) -> Result<TokenForRequest, Failure> {
        self.find(query, None).await
    }

    /// A token in place of one that the receiver refused; that one again if a new one would not help.
    ///
    /// # Errors
    /// Why no token was issued.
    pub(crate) async fn renewed(
        &self,
        query: TokenQuery<'_>,
        refused: &Arc<Token>,
    ) -> Result<TokenForRequest, Failure> {
        self.find(query, Some(refused)).await
    }

    /// Notes that the receiver refused a token that was new.
    pub(crate) async fn note_refused_when_fresh(&self, key: EndpointKey, now: Timestamp) {
        self.slot(key).lock().await.refused_until = Some(now + REFUSED_FOR);
    }

    async fn find(
        &self,
        query: TokenQuery<'_>,
        refused: Option<&Arc<Token>>,
    ) -> Result<TokenForRequest, Failure> {
        let came = query.clock.steady();
        let slot = self.slot(query.key);
        let (mut kept, waited) = lock(&slot).await;
        let Some((auth, client)) = client_of(&query.sending.endpoint) else {
            return Err(failure("the endpoint's `auth` was changed".to_owned()));
        };
        kept.settle_on(auth);
        let now = query.clock.steady();
        let useless = |token: &Arc<Token>| {
            let is_refused = refused.is_some_and(|refused| Arc::ptr_eq(refused, token));
            is_refused && kept.refused_until.is_none_or(|until| until <= now)
        };
        if let Some(token) = &kept.token
            && now < token.renew_at
            && !useless(token)
        {
            return Ok(TokenForRequest {
                token: Arc::clone(token),
                is_fresh: false,
                waited,
            });
        }
        // Whoever waited while it failed shares that; and nobody asks again at once.
        if let Some((ended, failure)) = &kept.failed
            && (*ended >= came || now < *ended + PAUSE)
        {
            return Err(failure.clone());
        }
        let outcome = ask(query, client).await;
        let ended = query.clock.steady();
        match outcome {
            Ok(issued) => {
                let early = RENEWED_BEFORE.min(issued.lifetime / 10);
                let token = Arc::new(Token {
                    secret: issued.secret,
                    renew_at: now + (issued.lifetime - early),
                });
                kept.token = Some(Arc::clone(&token));
                kept.failed = None;
                Ok(TokenForRequest {
                    token,
                    is_fresh: true,
                    waited: true,
                })
            }
            Err(failure) => {
                // What this server lacked says nothing of the other.
                if failure.class != ErrorClass::LOCAL_RESOURCES {
                    kept.failed = Some((ended, failure.clone()));
                }
                Err(failure)
            }
        }
    }

    fn slot(&self, key: EndpointKey) -> Arc<Slot> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.len() >= SLOTS_MAX && !slots.contains_key(&key) {
            // Those that somebody holds have a request under way.
            slots.retain(|_, slot| Arc::strong_count(slot) > 1);
        }
        Arc::clone(slots.entry(key).or_default())
    }
}

/// The slot's content, and whether somebody else had it.
async fn lock(slot: &Slot) -> (MutexGuard<'_, Kept>, bool) {
    match slot.try_lock() {
        Ok(kept) => (kept, false),
        Err(_) => (slot.lock().await, true),
    }
}

fn client_of(endpoint: &Endpoint) -> Option<(&Arc<EndpointAuth>, &OAuthClient)> {
    let auth = endpoint.auth.as_ref()?;
    Some((auth, auth.oauth()?))
}

async fn ask(query: TokenQuery<'_>, client: &OAuthClient) -> Result<oauth::IssuedToken, Failure> {
    let (now, nonce) = (query.clock.now(), query.entropy.ten());
    let request = oauth::request(client, query.user_agent, now, nonce).map_err(failure)?;
    let owner = Owner {
        project: query.sending.project,
        tenant: query.sending.endpoint.tenant.clone(),
    };
    let attempt = Duration::from_millis(u64::from(query.sending.policy.timeout_ms));
    let outgoing = Outgoing {
        url: &client.token_url,
        owner: &owner,
        tls: None,
        method: http::Method::POST,
        headers: &request.headers,
        body: request.body,
        timeout: TIMEOUT.min(attempt),
    };
    match query.transport.send(outgoing).await.outcome {
        Ok(response) => oauth::read(&response).map_err(failure),
        Err(lacking) if lacking.class == ErrorClass::LOCAL_RESOURCES => Err(lacking),
        Err(unanswered) => Err(failure(format!(
            "no answer from the authorization server ({}): {}",
            unanswered.class.as_str(),
            unanswered.detail
        ))),
    }
}

fn failure(why: String) -> Failure {
    Failure {
        class: ErrorClass::OAUTH_TOKEN,
        detail: format!("no access token for this endpoint: {why}"),
        partial: None,
    }
}
