//! The request of one attempt: changed by the endpoint's code, rendered, signed and sent.

use std::{sync::Arc, time::Duration};

use http::Method;
use nuncio_domain::{ErrorClass, Headers, Timestamp};
use nuncio_egress::Owner;
use nuncio_store::{Due, EndpointKey, Sending};
use nuncio_transform::WebhookChange;

use crate::{
    catch::catch,
    delivery::{
        authorization::Authorization,
        courier::Courier,
        keys::KeyCache,
        made::Made,
        render::{AuthHeader, Rendered, ToRender, render},
        send::{Outgoing, SendResult},
        transform::{self, NotSent, transformed},
    },
};

/// What is left at least of an attempt's time for a second request with another token.
const SECOND_TIMEOUT_MIN: Duration = Duration::from_secs(1);

/// The begin of an attempt, on both clocks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Began {
    pub(super) wall: Timestamp,
    pub(super) steady: Timestamp,
}

/// What a request is made of: all but what it authenticates with.
#[derive(Clone, Copy)]
pub(super) struct ToRequest<'a> {
    pub(super) sending: &'a Arc<Sending>,
    pub(super) due: &'a Due,
    pub(super) keys: &'a KeyCache,
    pub(super) began: Began,
    /// What the endpoint's code has made of the event.
    pub(super) change: Option<&'a WebhookChange>,
}

impl Courier {
    /// Makes the request, after the endpoint's transformation.
    pub(super) async fn request(
        &self,
        endpoint: EndpointKey,
        request: ToRequest<'_>,
        authorization: Authorization,
    ) -> Made {
        let ToRequest { sending, due, .. } = request;
        if transform::version(sending).is_none() {
            return self.send(endpoint, request, authorization).await;
        }
        // In boxes, as whatever most endpoints have no use for: it would make every attempt's future large.
        match Box::pin(catch(transformed(&self.transformer, sending, due))).await {
            Ok(Ok(change)) => {
                let change = change.as_ref();
                let request = ToRequest { change, ..request };
                Box::pin(self.send(endpoint, request, authorization)).await
            }
            Ok(Err(NotSent { class, detail })) => {
                let mut made = Made::failed(class, detail);
                // What code takes counts as what a receiver takes does: it is its tenant's share.
                let took = self.clock.steady().since(request.began.steady).as_micros();
                made.exchange.timings.total_us = u32::try_from(took).unwrap_or(u32::MAX);
                made
            }
            Err(panic) => self.panicked(due, Headers::default(), &panic),
        }
    }

    /// Sends the request; once more with another token if the receiver answers 401 to one that was kept from before. It
    /// has said itself then that it did not take the delivery.
    async fn send(
        &self,
        endpoint: EndpointKey,
        request: ToRequest<'_>,
        authorization: Authorization,
    ) -> Made {
        let ToRequest { sending, began, .. } = request;
        let timeout = Duration::from_millis(u64::from(sending.policy.timeout_ms));
        let made = self.exchange(request, &authorization, timeout).await;
        if !made.is_unauthorized() {
            return made;
        }
        match Box::pin(self.authorize_again(endpoint, sending, &authorization)).await {
            Ok(None) => made,
            Ok(Some(renewed)) => {
                let left = timeout.saturating_sub(self.clock.steady().since(began.steady));
                let left = left.max(SECOND_TIMEOUT_MIN);
                let mut second = Box::pin(self.exchange(request, &renewed, left)).await;
                second.exchange.resent = true;
                if second.is_unauthorized() {
                    let now = self.clock.steady();
                    self.tokens.note_refused_when_fresh(endpoint, now).await;
                }
                second
            }
            Err(failure) => made.unauthorized_for_good(failure),
        }
    }

    async fn exchange(
        &self,
        request: ToRequest<'_>,
        authorization: &Authorization,
        timeout: Duration,
    ) -> Made {
        let ToRequest { sending, due, .. } = request;
        let header = authorization.header();
        let rendered = match catch(async { self.render(request, header) }).await {
            Ok(Ok(rendered)) => rendered,
            Ok(Err(reason)) => return Made::failed(ErrorClass::RENDER, reason),
            Err(panic) => return self.panicked(due, Headers::default(), &panic),
        };
        let owner = Owner {
            project: sending.project,
            tenant: sending.endpoint.tenant.clone(),
        };
        let outgoing = Outgoing {
            url: &sending.endpoint.url,
            owner: &owner,
            tls: sending.endpoint.tls.as_ref(),
            method: Method::POST,
            headers: &rendered.headers,
            body: rendered.body.clone(),
            timeout,
        };
        let exchange = catch(self.transport.send(outgoing)).await;
        let masked = rendered.masked_headers();
        match exchange {
            Ok(mut exchange) => {
                let mut request_headers = std::mem::take(&mut exchange.added_headers);
                request_headers.append(&masked);
                Made {
                    request_headers,
                    exchange,
                    token: authorization.token().cloned(),
                }
            }
            Err(panic) => self.panicked(due, masked, &panic),
        }
    }

    fn render(
        &self,
        request: ToRequest<'_>,
        authorization: Option<AuthHeader<'_>>,
    ) -> Result<Rendered, String> {
        let ToRequest {
            sending,
            due,
            keys,
            began,
            change,
        } = request;
        let keys = keys
            .in_force(sending, began.wall)
            .map_err(|error| format!("the endpoint's secret can't sign: {error}"))?;
        render(&ToRender {
            event: &due.event,
            delivery: due.delivery,
            endpoint: &sending.endpoint,
            dialect: &sending.dialect.dialect,
            keys: &keys,
            at: began.wall,
            metadata: &sending.metadata,
            number: due.progress.attempts + 1,
            last_failure: due.last_error.as_ref().map(ErrorClass::as_str),
            user_agent: &self.user_agent,
            change,
            authorization,
        })
        .map_err(|error| error.to_string())
    }

    fn panicked(&self, due: &Due, request_headers: Headers, message: &str) -> Made {
        tracing::error!(delivery = %due.delivery, message, "handling a delivery panicked: the attempt counts as failed");
        Made {
            request_headers,
            // The message may quote anything, a payload too: it is for the operator's log.
            exchange: SendResult::failed(
                ErrorClass::INTERNAL,
                "the server broke off handling this attempt",
            ),
            token: None,
        }
    }
}
