//! What the ready-made transformations post is what the services take, whatever the event.
//!
//! The limits are those of Slack's Block Kit and incoming webhooks, Teams' workflows and Adaptive Cards 1.4, and Discord's
//! webhooks, as their documentation had them in November 2026.

use std::sync::Arc;

use nuncio_transform::{CodeOwner, Webhook, ready_made};
use serde_json::{Value, json};

use crate::transformer;

/// Short, long, with markup of all three, with a number that JavaScript can't hold.
fn payloads() -> Vec<String> {
    vec![
        "{}".to_owned(),
        r#"{"id":12345678901234567890,"text":"<b> & ``` @everyone"}"#.to_owned(),
        json!({ "text": "x".repeat(200_000) }).to_string(),
        json!(["&".repeat(5_000), {"a": {"b": null}}]).to_string(),
        "\"text\"".to_owned(),
    ]
}

async fn post(name: &str, payload: &str) -> Value {
    let made = ready_made().find(|made| made.name == name).unwrap();
    assert!(!made.title.is_empty() && !made.description.starts_with("function"));
    let webhook = Webhook {
        method: "POST",
        url: "https://example.com/hook".to_owned(),
        payload: payload.to_owned(),
        event_type: "t".repeat(256),
        channels: Vec::new(),
    };
    let code: Arc<str> = made.code.into();
    let done = transformer()
        .run(CodeOwner::of(1), code, webhook)
        .await
        .unwrap();
    assert_eq!(done.cancel, None);
    serde_json::from_str(&done.payload.unwrap()).unwrap()
}

fn chars(text: &Value) -> usize {
    // The services count UTF-16 units, or characters: neither is more than this.
    text.as_str().unwrap().encode_utf16().count()
}

#[tokio::test]
async fn slack_gets_blocks_within_its_limits() {
    for payload in payloads() {
        let posted = post("slack", &payload).await;
        assert!(chars(&posted["text"]) > 0, "a notification has a text");
        let blocks = posted["blocks"].as_array().unwrap();
        assert_eq!(
            (&blocks[0]["type"], &blocks[0]["text"]["type"]),
            (&json!("header"), &json!("plain_text"))
        );
        assert!((1..=150).contains(&chars(&blocks[0]["text"]["text"])));
        assert_eq!(
            (&blocks[1]["type"], &blocks[1]["text"]["type"]),
            (&json!("section"), &json!("mrkdwn"))
        );
        assert!((1..=3_000).contains(&chars(&blocks[1]["text"]["text"])));
        assert!(!blocks[1]["text"]["text"].as_str().unwrap().contains('<'));
    }
}

#[tokio::test]
async fn teams_gets_an_adaptive_card() {
    for payload in payloads() {
        let posted = post("teams", &payload).await;
        assert_eq!(posted["type"], "message");
        let attachment = &posted["attachments"][0];
        assert_eq!(
            attachment["contentType"],
            "application/vnd.microsoft.card.adaptive"
        );
        let card = &attachment["content"];
        assert_eq!(
            (&card["type"], &card["version"]),
            (&json!("AdaptiveCard"), &json!("1.4"))
        );
        for block in card["body"].as_array().unwrap() {
            assert_eq!(block["type"], "TextBlock");
            assert!(chars(&block["text"]) > 0);
        }
        assert!(posted.to_string().len() < 28_000);
    }
}

#[tokio::test]
async fn discord_gets_an_embed_that_mentions_nobody() {
    for payload in payloads() {
        let posted = post("discord", &payload).await;
        assert_eq!(posted["allowed_mentions"], json!({"parse": []}));
        let embed = &posted["embeds"][0];
        assert!((1..=256).contains(&chars(&embed["title"])));
        assert!((1..=4_096).contains(&chars(&embed["description"])));
    }
}
