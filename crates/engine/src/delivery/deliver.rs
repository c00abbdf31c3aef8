//! One attempt, from "it is its turn" to "it is recorded".

use std::{sync::Arc, time::Duration};

use nuncio_domain::{
    Attempt, AttemptId, AttemptTimes, DisabledBecause, Done, ErrorClass, Headers, Timestamp,
    Trigger, Verdict, Waiting, classify,
};
use nuncio_store::{Due, EndpointKey, Epoch, Record, Sending};

use crate::{
    catch::catch,
    delivery::{
        authorization::Authorization,
        courier::Courier,
        ended::{Attempted, NotMade},
        keys::KeyCache,
        made::Made,
        request::{Began, ToRequest},
        send::ReceiverResponse,
        transform,
    },
    receiver::observation::Observation,
};

/// How long a delivery keeps its place in flight after a panic that could not be recorded: whatever panics again and
/// again must not keep a processor busy.
const PANIC_PAUSE: Duration = Duration::from_secs(1);

impl Courier {
    /// Attempts a delivery that is due and records what came of it. Where no attempt was made, or none could be recorded,
    /// the store has the delivery as it was.
    pub(crate) async fn deliver(
        &self,
        endpoint: EndpointKey,
        due: &Due,
        keys: &KeyCache,
    ) -> Result<Attempted, NotMade> {
        // In a box of its own: it is large, and would be copied with every move of the task around it.
        match catch(Box::pin(self.attempt_once(endpoint, due, keys))).await {
            Ok(attempted) => attempted,
            // Outside rendering and sending, whose panics are attempts that failed.
            Err(message) => {
                tracing::error!(delivery = %due.delivery, message, "handling a delivery panicked: it is looked up again");
                let clock = &self.clock;
                clock.sleep_until(clock.steady() + PANIC_PAUSE).await;
                Err(NotMade::Dropped)
            }
        }
    }

    async fn attempt_once(
        &self,
        endpoint: EndpointKey,
        due: &Due,
        keys: &KeyCache,
    ) -> Result<Attempted, NotMade> {
        let sending = self.permission(endpoint, due).await;
        let sending = sending.ok_or(NotMade::Dropped)?;
        let epoch = self.epoch(&sending).ok_or(NotMade::Dropped)?;
        let authorization = self.authorize(endpoint, &sending).await;
        if authorization.as_ref().is_ok_and(Authorization::waited) {
            // An answer to a change of the endpoint may have been given meanwhile, or the lease may have ended.
            let now = self.permission(endpoint, due).await;
            let same = now.is_some_and(|now| Arc::ptr_eq(&now, &sending));
            let same = same && self.epoch(&sending) == Some(epoch);
            same.then_some(()).ok_or(NotMade::Dropped)?;
        }
        let began = self.begin();
        self.certificates.look(&sending.endpoint, began.wall);
        let made = match authorization {
            Ok(authorization) => {
                let request = ToRequest {
                    sending: &sending,
                    due,
                    keys,
                    began,
                    change: None,
                };
                self.request(endpoint, request, authorization).await
            }
            Err(failure) => Made::failed(failure.class, failure.detail),
        };
        if made.is_starved() {
            return Err(NotMade::Starved);
        }
        let verdict = self.judge(&sending, &made);
        let ended = self.clock.steady();
        let done = self.decide(&sending, due, verdict, began, ended);
        let (resent, token) = (made.exchange.resent, made.token.clone());
        let mut attempt = self.attempt(&sending, due, began, made, verdict);
        // Before it is stored: what is never written can't be shown.
        let mask = keys.mask(&sending);
        match &token {
            Some(token) => mask.with_token(token).apply(&mut attempt),
            None => mask.apply(&mut attempt),
        }
        let attempted = Attempted {
            after: due.progress.after(done),
            observation: Observation::of(verdict, attempt.status_code, attempt.error.as_ref()),
            took: Duration::from_micros(u64::from(attempt.timings.total_us)),
            latency: self.latency(due),
            resent,
        };
        let record = record(endpoint, due, attempt, done, ended, verdict);
        let recorded = self.recorder.record(record, epoch).await;
        recorded.then_some(attempted).ok_or(NotMade::Dropped)
    }

    /// What sending takes, read last thing before the attempt: a change that was answered is in force here.
    async fn permission(&self, endpoint: EndpointKey, due: &Due) -> Option<Arc<Sending>> {
        let sending = self.store.sending(endpoint).await?;
        let test = due.progress.trigger == Trigger::Test;
        let may = |waiting: Waiting| test && waiting.lets_tests();
        sending.waiting.is_none_or(may).then_some(sending)
    }

    /// The epoch under which the endpoint may be sent to now.
    pub(crate) fn epoch(&self, sending: &Sending) -> Option<Epoch> {
        let owned = self.owned.borrow();
        owned.may_start(sending.shard(), self.clock.steady())
    }

    fn begin(&self) -> Began {
        Began {
            wall: self.clock.now(),
            steady: self.clock.steady(),
        }
    }

    fn judge(&self, sending: &Sending, made: &Made) -> Verdict {
        classify(
            &made.exchange.answer(),
            &sending.policy.success,
            sending.policy.gone,
            self.clock.now(),
        )
    }

    fn decide(
        &self,
        sending: &Sending,
        due: &Due,
        verdict: Verdict,
        began: Began,
        ended: Timestamp,
    ) -> Done {
        let times = AttemptTimes {
            began: began.steady,
            ended,
            jitter: self.entropy.fraction(),
        };
        let policy = &sending.policy;
        let next = due.progress.decide(
            verdict,
            sending.retry_of(&due.event.event_type),
            policy.throttled,
            times,
        );
        Done {
            extra: due.progress.is_extra(began.steady),
            began: began.steady,
            next: next.until(end_of_history(sending, due, began.steady)),
        }
    }

    /// The time since the event was accepted; `None` for what was asked for later.
    fn latency(&self, due: &Due) -> Option<Duration> {
        let first = due.generation == 0 && due.progress.trigger == Trigger::Schedule;
        let accepted = Timestamp::from_ms(due.delivery.unix_ms());
        first.then(|| self.clock.now().since(accepted))
    }

    fn attempt(
        &self,
        sending: &Sending,
        due: &Due,
        began: Began,
        made: Made,
        verdict: Verdict,
    ) -> Attempt {
        let mut attempt = Attempt {
            id: AttemptId::new(began.wall.ms(), self.entropy.ten()),
            number: due.progress.attempts + 1,
            trigger: due.progress.trigger_at(began.steady),
            started_at: began.wall,
            url: sending.endpoint.url.clone(),
            dialect_version: sending.dialect.version,
            transform_version: transform::version(sending),
            body_metadata: body_metadata(sending),
            request_headers: made.request_headers,
            status_code: None,
            response_headers: Headers::default(),
            response_body: Vec::new(),
            response_body_truncated: false,
            error: None,
            error_detail: None,
            timings: made.exchange.timings,
        };
        match made.exchange.outcome {
            Ok(response) => {
                if verdict != Verdict::Success {
                    attempt.error = Some(ErrorClass::STATUS);
                    attempt.error_detail =
                        Some(format!("the receiver answered {}", response.status));
                }
                keep(&mut attempt, response);
            }
            Err(failure) => {
                attempt.error = Some(failure.class);
                attempt.error_detail = Some(failure.detail);
                if let Some(partial) = failure.partial {
                    keep(&mut attempt, *partial);
                }
            }
        }
        attempt
    }
}

/// Notes an answer, or what had come of it.
fn keep(attempt: &mut Attempt, response: ReceiverResponse) {
    attempt.status_code = Some(response.status);
    attempt.response_headers = response.headers;
    attempt.response_body = response.body;
    attempt.response_body_truncated = response.body_truncated;
}

/// The entries of the tenant's metadata that the body of an attempt holds: without them it could not be rendered again.
fn body_metadata(sending: &Sending) -> serde_json::Map<String, serde_json::Value> {
    let keys = sending.dialect.dialect.body_metadata_keys();
    keys.filter_map(|key| Some((key.to_owned(), sending.metadata.get(key)?.clone())))
        .collect()
}

/// Until when a delivery may be tried again. One that has waited past it, at a disabled endpoint say, has its one
/// attempt and no more. A retry or replay that somebody asked for counts from its own first attempt, and what was not to be
/// sent before some time from then.
fn end_of_history(sending: &Sending, due: &Due, began: Timestamp) -> Timestamp {
    let untouched = due.progress.attempts == 0 && due.generation == 0;
    let since = due.progress.first_began.unwrap_or(if untouched {
        let accepted = Timestamp::from_ms(due.delivery.unix_ms());
        due.progress.due().map_or(accepted, |at| at.max(accepted))
    } else {
        began
    });
    let days = due.event.retention_days().unwrap_or(sending.history_days);
    since + Duration::from_secs(u64::from(days) * 24 * 60 * 60)
}

fn record(
    endpoint_key: EndpointKey,
    due: &Due,
    attempt: Attempt,
    done: Done,
    ended: Timestamp,
    verdict: Verdict,
) -> Record {
    Record {
        event_key: due.event_key,
        endpoint_key,
        delivery: due.delivery,
        generation: due.generation,
        ordering: due.ordering,
        attempt,
        done,
        ended,
        disable: (verdict == Verdict::Gone).then_some(DisabledBecause::Gone),
        pause_until: match verdict {
            Verdict::Throttled { wait } => Some(ended + wait),
            Verdict::Success | Verdict::Failure | Verdict::Gone | Verdict::Cancelled => None,
        },
    }
}
