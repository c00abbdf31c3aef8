//! Messages and attempts, and what a receiver gets: verified with the library's own `Webhook`.

use std::sync::Arc;

use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};
use svix::{
    Webhook,
    api::{
        EndpointGetStatsOptions, MessageAttemptListAttemptedMessagesOptions, MessageAttemptListByEndpointOptions,
        MessageAttemptListByMsgOptions, MessageCreateOptions, MessageGetOptions, MessageListOptions, Svix,
    },
    models::{
        BackgroundTaskStatus, BackgroundTaskType, BulkReplayIn, MessageAttemptOut, MessageAttemptTriggerType,
        MessageIn, MessageOut, MessageStatus, RecoverIn, ReplayIn, StatusCodeClass,
    },
};

use crate::{
    World,
    api::secret,
    equal, expect, page,
    support::{Orderly, Outcome, Receiver, Request, eventually, from, refused, walk},
};

const APP: &str = "delivery";

fn s(text: &str) -> String {
    text.to_owned()
}

/// What the cases hand on to one another.
struct Shop {
    svix: Svix,
    receiver: Arc<Receiver>,
    secret: String,
    shop: String,
    broken: String,
    first: String,
    failed: Option<MessageAttemptOut>,
    task: String,
}

pub(crate) async fn run(world: &mut World) {
    let mut shop = Shop {
        svix: world.svix.clone(),
        receiver: Arc::clone(&world.receiver),
        secret: secret('B'),
        shop: String::new(),
        broken: String::new(),
        first: String::new(),
        failed: None,
        task: String::new(),
    };
    let cases = &mut world.cases;
    cases.run("application.create", shop.open()).await;
    cases.run("message.create", shop.create()).await;
    cases.run("message.createWithApplication", shop.create_with_application()).await;
    cases.run("message.idempotency", shop.idempotency()).await;
    cases.run("message.messageInRaw", shop.raw()).await;
    cases.run("message.get", shop.get()).await;
    cases.run("message.list", shop.list()).await;
    cases.run("message.precheck", shop.precheck()).await;
    cases.run("message.expungeContent", shop.expunge()).await;
    cases.run("Webhook.verify", shop.verify()).await;
    cases.run("endpoint.rotateSecret", shop.rotate()).await;
    cases.run("messageAttempt.listByMsg", shop.attempts_by_message()).await;
    cases.run("messageAttempt.get", shop.attempt()).await;
    cases.run("messageAttempt.expungeContent", shop.expunge_attempt()).await;
    cases.run("messageAttempt.resend", shop.resend()).await;
    cases.run("messageAttempt.listByEndpoint", shop.attempts_by_endpoint()).await;
    cases.run("messageAttempt.listAttemptedMessages", shop.attempted_messages()).await;
    cases.run("messageAttempt.listAttemptedDestinations", shop.attempted_destinations()).await;
    cases.run("endpoint.sendExample", shop.example()).await;
    cases.run("endpoint.getStats", shop.stats()).await;
    cases.run("endpoint.recover", shop.recover()).await;
    cases.run("backgroundTask.get", shop.task()).await;
    cases.run("backgroundTask.list", shop.tasks()).await;
    cases.run("endpoint.replayMissing", shop.replay_missing()).await;
    cases.run("endpoint.bulkReplay", shop.bulk_replay()).await;
}

fn verifies(key: &str, request: &Request, body: &[u8]) -> Outcome<bool> {
    let webhook = Webhook::new(key).ok_here("a secret")?;
    Ok(webhook.verify(body, &request.headers).is_ok())
}

impl Shop {
    async fn endpoint(&self, path: &str, mut more: Value) -> Outcome<String> {
        more["url"] = format!("{}{path}", self.receiver.url).into();
        Ok(self.svix.endpoint().create(s(APP), from(more), None).await.ok_here("endpoint")?.id)
    }

    async fn send(&self, event_type: &str, payload: Value) -> Outcome<MessageOut> {
        let message = MessageIn::new(s(event_type), payload);
        self.svix.message().create(s(APP), message, None).await.ok_here("message")
    }

    async fn open(&mut self) -> Outcome {
        let new = from(json!({ "name": "Delivery", "uid": APP }));
        self.svix.application().create(new, None).await.ok_here("application")?;
        let types = json!(["user.signup", "user.left"]);
        self.shop =
            self.endpoint("/shop", json!({ "uid": "shop", "secret": self.secret, "eventTypes": types })).await?;
        self.broken = self.endpoint("/fail", json!({ "uid": "broken", "eventTypes": ["invoice.paid"] })).await?;
        Ok(())
    }

    async fn create(&mut self) -> Outcome {
        let payload = json!({ "email": "a@example.com", "total": 2.5 });
        let new = json!({ "eventType": "user.signup", "payload": payload, "eventId": "evt-1", "channels": ["eu"] });
        let message = self.svix.message();
        // This major version leaves contents out unless asked for.
        let full = MessageCreateOptions { with_content: Some(true), ..MessageCreateOptions::default() };
        let made = message.create(s(APP), from(new.clone()), Some(full)).await.ok_here("create")?;
        expect!(made.id.starts_with("msg_"), "{}", made.id);
        equal!((made.event_id.as_deref(), made.payload), (Some("evt-1"), payload.clone()));
        let request = self.receiver.request("/shop", &made.id, 1)?;
        equal!(request.header("content-type"), "application/json");
        equal!(serde_json::from_slice::<Value>(&request.body).ok_here("JSON")?, payload);
        self.first = made.id;
        refused(message.create(s(APP), from(new), None).await, 409, "conflict")?;
        refused(message.create(s(APP), MessageIn::new(s("user.signup"), json!([1])), None).await, 422, "")?;
        refused(message.create(s(APP), MessageIn::new(s("no spaces"), json!({})), None).await, 422, "")?;
        refused(message.create(s("nobody"), MessageIn::new(s("user.signup"), json!({})), None).await, 404, "not_found")
    }

    async fn create_with_application(&self) -> Outcome {
        let application = json!({ "name": "By message", "uid": "by-message" });
        let new = json!({ "eventType": "user.signup", "payload": {}, "application": application });
        self.svix.message().create(s("by-message"), from(new.clone()), None).await.ok_here("create")?;
        equal!(self.svix.application().get(s("by-message")).await.ok_here("get")?.name, "By message");
        refused(self.svix.message().create(s("elsewhere"), from(new), None).await, 422, "")
    }

    async fn idempotency(&self) -> Outcome {
        let mut ids = Vec::new();
        for _ in 0..2 {
            let options = MessageCreateOptions {
                idempotency_key: Some(s("a-message-of-mine")),
                ..MessageCreateOptions::default()
            };
            let new = MessageIn::new(s("user.left"), json!({ "n": 1 }));
            ids.push(self.svix.message().create(s(APP), new, Some(options)).await.ok_here("create")?.id);
        }
        equal!(ids[0], ids[1]);
        Ok(())
    }

    async fn raw(&self) -> Outcome {
        let text = "{ \"b\":2.50,\n  \"a\" : \"\\u00e9\" }";
        let new = MessageIn::new_raw_payload(s("user.signup"), s(text));
        let made = self.svix.message().create(s(APP), new, None).await.ok_here("create")?;
        let request = self.receiver.request("/shop", &made.id, 1)?;
        equal!(String::from_utf8_lossy(&request.body), text);
        expect!(verifies(&self.secret, &request, &request.body)?, "not verified");
        Ok(())
    }

    async fn get(&self) -> Outcome {
        let message = self.svix.message();
        let full = || Some(MessageGetOptions { with_content: Some(true) });
        let by_id = message.get(s(APP), self.first.clone(), full()).await.ok_here("by id")?;
        equal!(by_id, message.get(s(APP), s("evt-1"), full()).await.ok_here("by eventId")?);
        equal!(by_id.payload["total"], json!(2.5));
        let without = Some(MessageGetOptions { with_content: Some(false) });
        equal!(message.get(s(APP), s("evt-1"), without).await.ok_here("without")?.payload, json!({}));
        refused(message.get(s(APP), s("msg_none"), None).await, 404, "not_found")
    }

    async fn list(&self) -> Outcome {
        let list =
            async |options| Ok(page!(self.svix.message().list(s(APP), Some(options)).await.ok_here("list")?, id));
        let falling = walk(2, async |iterator| {
            list(MessageListOptions { limit: Some(2), iterator, ..MessageListOptions::default() }).await
        });
        let falling = falling.await?;
        expect!(falling.is_sorted_by(|one, next| one > next), "{falling:?}");
        equal!(falling.last(), Some(&self.first));
        let channel = MessageListOptions { channel: Some(s("eu")), ..MessageListOptions::default() };
        let found: Outcome<crate::support::Page> = list(channel).await;
        equal!(found?.keys, [self.first.clone()]);
        let types = MessageListOptions { event_types: Some([s("user.left")].into()), ..MessageListOptions::default() };
        equal!(list(types).await?.keys.len(), 1);
        let ago = Utc::now() - TimeDelta::hours(1);
        let before = MessageListOptions { before: Some(ago), ..MessageListOptions::default() };
        equal!(list(before).await?.keys.len(), 0);
        let after = MessageListOptions { after: Some(ago), ..MessageListOptions::default() };
        equal!(list(after).await?.keys, falling);
        let wrong = MessageListOptions { iterator: Some(s("app_wrong")), ..MessageListOptions::default() };
        refused(self.svix.message().list(s(APP), Some(wrong)).await, 422, "")
    }

    async fn precheck(&self) -> Outcome {
        for (event_type, expected) in [("user.signup", true), ("nobody.wants.it", false)] {
            let asked = from(json!({ "eventType": event_type }));
            equal!(self.svix.message().precheck(s(APP), asked, None).await.ok_here(event_type)?.active, expected);
        }
        Ok(())
    }

    async fn expunge(&self) -> Outcome {
        let id = self.send("user.signup", json!({ "secret": "x" })).await?.id;
        self.receiver.request("/shop", &id, 1)?;
        self.svix.message().expunge_content(s(APP), id.clone()).await.ok_here("expunge")?;
        let full = Some(MessageGetOptions { with_content: Some(true) });
        equal!(self.svix.message().get(s(APP), id, full).await.ok_here("get")?.payload, json!({ "expired": true }));
        refused(self.svix.message().expunge_content(s(APP), s("msg_none")).await, 404, "not_found")
    }

    async fn verify(&self) -> Outcome {
        let request = self.receiver.request("/shop", &self.send("user.signup", json!({ "n": 1 })).await?.id, 1)?;
        expect!(verifies(&self.secret, &request, &request.body)?, "not verified");
        expect!(request.header("user-agent").starts_with("Svix-Webhooks/"), "{}", request.header("user-agent"));
        let tampered = [&request.body[..], b" "].concat();
        expect!(!verifies(&self.secret, &request, &tampered)?, "tampered, and verified");
        let mut other = request.clone();
        other.headers.insert("svix-id", "msg_other".parse().ok_here("a header")?);
        expect!(!verifies(&self.secret, &other, &request.body)?, "another id, and verified");
        expect!(!verifies(&secret('C'), &request, &request.body)?, "another secret, and verified");
        Ok(())
    }

    async fn rotate(&mut self) -> Outcome {
        let (old, key) = (self.secret.clone(), secret('D'));
        let endpoint = self.svix.endpoint();
        let rotated = endpoint.rotate_secret(s(APP), s("shop"), from(json!({ "key": key })), None).await;
        equal!(rotated.ok_here("rotate")?.key, key);
        let request = self.receiver.request("/shop", &self.send("user.signup", json!({ "n": 2 })).await?.id, 1)?;
        expect!(verifies(&old, &request, &request.body)?, "the old key");
        expect!(verifies(&key, &request, &request.body)?, "the new key");
        endpoint.rotate_secret(s(APP), s("shop"), from(json!({})), None).await.ok_here("again")?;
        self.secret = endpoint.get_secret(s(APP), s("shop")).await.ok_here("secret")?.key;
        expect!(self.secret != key, "not rotated");
        let wrong = from(json!({ "key": "whsec_short" }));
        refused(endpoint.rotate_secret(s(APP), s("shop"), wrong, None).await, 422, "")
    }

    async fn of(&self, message: &str, options: MessageAttemptListByMsgOptions) -> Outcome<Vec<MessageAttemptOut>> {
        let list = self.svix.message_attempt().list_by_msg(s(APP), s(message), Some(options)).await;
        Ok(list.ok_here("attempts")?.data)
    }

    async fn attempts_by_message(&mut self) -> Outcome {
        let id = self.send("invoice.paid", json!({})).await?.id;
        let failed = eventually("an attempt", async || {
            let full = MessageAttemptListByMsgOptions { with_content: Some(true), ..Default::default() };
            Ok(self.of(&id, full).await?.pop())
        });
        let failed = failed.await?;
        expect!(failed.id.starts_with("atmpt_"), "{}", failed.id);
        equal!((&failed.msg_id, &failed.endpoint_id), (&id, &self.broken));
        equal!((failed.status, failed.trigger_type), (MessageStatus::Fail, MessageAttemptTriggerType::Scheduled));
        equal!((failed.response_status_code, failed.response.as_str()), (500, "seen"));
        self.failed = Some(failed);
        let passed = MessageAttemptListByMsgOptions { status: Some(MessageStatus::Success), ..Default::default() };
        equal!(self.of(&id, passed).await?.len(), 0);
        let codes =
            MessageAttemptListByMsgOptions { status_code_class: Some(StatusCodeClass::Code5xx), ..Default::default() };
        expect!(!self.of(&id, codes).await?.is_empty(), "no 500");
        let elsewhere = MessageAttemptListByMsgOptions { endpoint_id: Some(self.shop.clone()), ..Default::default() };
        equal!(self.of(&id, elsewhere).await?.len(), 0);
        refused(self.svix.message_attempt().list_by_msg(s(APP), s("msg_none"), None).await, 404, "not_found")
    }

    fn failed(&self) -> Outcome<(String, String)> {
        let failed = self.failed.as_ref().ok_or("no failed attempt")?;
        Ok((failed.msg_id.clone(), failed.id.clone()))
    }

    async fn attempt(&self) -> Outcome {
        let (message, id) = self.failed()?;
        let found = self.svix.message_attempt().get(s(APP), message.clone(), id.clone(), None).await;
        equal!(found.ok_here("get")?.id, id);
        refused(self.svix.message_attempt().get(s(APP), message, s("atmpt_none"), None).await, 404, "not_found")
    }

    async fn expunge_attempt(&self) -> Outcome {
        let (message, id) = self.failed()?;
        let attempt = self.svix.message_attempt();
        attempt.expunge_content(s(APP), message.clone(), id.clone()).await.ok_here("expunge")?;
        equal!(attempt.get(s(APP), message, id, None).await.ok_here("get")?.response, "EXPUNGED");
        Ok(())
    }

    async fn resend(&self) -> Outcome {
        let attempt = self.svix.message_attempt();
        attempt.resend(s(APP), self.first.clone(), s("shop"), None).await.ok_here("resend")?;
        let request = self.receiver.request("/shop", &self.first, 2)?;
        expect!(verifies(&self.secret, &request, &request.body)?, "not verified");
        eventually("a manual attempt", async || {
            let found = self.of(&self.first, MessageAttemptListByMsgOptions::default()).await?;
            let is_there = found.len() == 2 && found[0].trigger_type == MessageAttemptTriggerType::Manual;
            Ok(is_there.then_some(()))
        })
        .await?;
        refused(attempt.resend(s(APP), s("msg_none"), s("shop"), None).await, 404, "not_found")
    }

    async fn attempts_by_endpoint(&self) -> Outcome {
        let attempt = self.svix.message_attempt();
        let list = async |options: MessageAttemptListByEndpointOptions| -> Outcome<crate::support::Page> {
            Ok(page!(attempt.list_by_endpoint(s(APP), s("shop"), Some(options)).await.ok_here("list")?, id))
        };
        eventually("every attempt at the shop", async || {
            let found = list(MessageAttemptListByEndpointOptions::default()).await?;
            Ok((found.keys.len() == self.receiver.count("/shop")).then_some(()))
        })
        .await?;
        let falling = walk(3, async |iterator| {
            list(MessageAttemptListByEndpointOptions { limit: Some(3), iterator, ..Default::default() }).await
        });
        let falling = falling.await?;
        expect!(falling.is_sorted_by(|one, next| one > next), "{falling:?}");
        let left = MessageAttemptListByEndpointOptions {
            event_types: Some([s("user.left")].into()),
            status: Some(MessageStatus::Success),
            ..Default::default()
        };
        equal!(list(left).await?.keys.len(), 1);
        refused(attempt.list_by_endpoint(s(APP), s("ep_none"), None).await, 404, "not_found")
    }

    async fn attempted_messages(&self) -> Outcome {
        let attempt = self.svix.message_attempt();
        let all = walk(2, async |iterator| {
            let options = MessageAttemptListAttemptedMessagesOptions { limit: Some(2), iterator, ..Default::default() };
            Ok(page!(attempt.list_attempted_messages(s(APP), s("shop"), Some(options)).await.ok_here("list")?, id))
        });
        expect!(all.await?.contains(&self.first), "the first message is missing");
        let found = attempt.list_attempted_messages(s(APP), s("broken"), None).await.ok_here("broken")?;
        let one = found.data.first().ok_or("no message")?;
        equal!((one.id.clone(), one.status), (self.failed()?.0, MessageStatus::Sending));
        expect!(one.next_attempt.is_some(), "no next attempt");
        Ok(())
    }

    async fn attempted_destinations(&self) -> Outcome {
        let attempt = self.svix.message_attempt();
        let found = attempt.list_attempted_destinations(s(APP), self.failed()?.0, None).await.ok_here("list")?.data;
        equal!(found.len(), 1);
        equal!((found[0].id.as_str(), found[0].status), (self.broken.as_str(), MessageStatus::Fail));
        Ok(())
    }

    async fn example(&self) -> Outcome {
        let to = self.endpoint("/example", json!({})).await?;
        for (event_type, expected) in
            [("svix.ping", json!({ "success": true })), ("user.signup", json!({ "sample": true }))]
        {
            let asked = from(json!({ "eventType": event_type }));
            let sent = self.svix.endpoint().send_example(s(APP), to.clone(), asked, None).await.ok_here(event_type)?;
            let request = self.receiver.request("/example", &sent.id, 1)?;
            equal!(serde_json::from_slice::<Value>(&request.body).ok_here("JSON")?, expected);
        }
        let unknown = from(json!({ "eventType": "no.such" }));
        refused(self.svix.endpoint().send_example(s(APP), to, unknown, None).await, 404, "not_found")
    }

    async fn stats(&self) -> Outcome {
        let endpoint = self.svix.endpoint();
        let stats = eventually("the counts", async || {
            let stats = endpoint.get_stats(s(APP), s("broken"), None).await.ok_here("stats")?;
            Ok((stats.fail > 0).then_some(stats))
        });
        equal!(stats.await?.success, 0);
        let (since, until) = (Some(Utc::now()), Some(Utc::now() + TimeDelta::hours(48)));
        let future = Some(EndpointGetStatsOptions { since, until });
        refused(endpoint.get_stats(s(APP), s("shop"), future).await, 400, "invalid_range")
    }

    async fn recover(&mut self) -> Outcome {
        let id = self.send("invoice.paid", json!({})).await?.id;
        let attempts = async || self.of(&id, MessageAttemptListByMsgOptions::default()).await;
        eventually("a failed attempt", async || Ok(attempts().await?.pop())).await?;
        let since = Utc::now() - TimeDelta::hours(1);
        let endpoint = self.svix.endpoint();
        let task = endpoint.recover(s(APP), s("broken"), RecoverIn::new(since), None).await.ok_here("recover")?;
        expect!(task.id.starts_with("qtask_"), "{}", task.id);
        equal!((task.status, task.task), (BackgroundTaskStatus::Running, BackgroundTaskType::EndpointRecover));
        eventually("a manual attempt", async || {
            let manual = MessageAttemptTriggerType::Manual;
            Ok(attempts().await?.into_iter().find(|one| one.trigger_type == manual))
        })
        .await?;
        let early = RecoverIn::new(Utc::now() - TimeDelta::days(15));
        refused(endpoint.recover(s(APP), s("broken"), early, None).await, 422, "")?;
        self.task = task.id;
        Ok(())
    }

    async fn task(&self) -> Outcome {
        eventually("the end of the task", async || {
            let task = self.svix.background_task().get(self.task.clone()).await.ok_here("get")?;
            Ok((task.status == BackgroundTaskStatus::Finished).then_some(()))
        })
        .await?;
        refused(self.svix.background_task().get(s("qtask_none")).await, 404, "not_found")
    }

    async fn tasks(&self) -> Outcome {
        let found = self.svix.background_task().list(None).await.ok_here("list")?;
        expect!(found.data.iter().any(|one| one.id == self.task), "the task is missing");
        Ok(())
    }

    async fn replay_missing(&self) -> Outcome {
        let late = self.endpoint("/late", json!({})).await?;
        let since = ReplayIn::new(Utc::now() - TimeDelta::hours(1));
        let task = self.svix.endpoint().replay_missing(s(APP), late, since, None).await.ok_here("replay")?;
        equal!(task.task, BackgroundTaskType::EndpointReplay);
        self.receiver.request("/late", &self.first, 1).map(drop)
    }

    async fn bulk_replay(&self) -> Outcome {
        let since = BulkReplayIn::new(Utc::now() - TimeDelta::hours(1));
        let task = self.svix.endpoint().bulk_replay(s(APP), s("shop"), since, None).await.ok_here("replay")?;
        equal!(task.task, BackgroundTaskType::EndpointBulkReplay);
        self.receiver.request("/shop", &self.first, 3).map(drop)
    }
}
