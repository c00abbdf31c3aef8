//! Transformations of what dialects send.

use nuncio_dialect::{WireEvent, builtin_named};
use nuncio_transform::{CodeOwner, ToChange, TransformError, WebhookChange};

use crate::transformer;

async fn change(
    dialect: &str,
    data: &str,
    body: &str,
    taken: &[&str],
) -> Result<WebhookChange, TransformError> {
    let event = WireEvent {
        id: "evt_1",
        kind: "order.paid",
        data,
        ..WireEvent::EMPTY
    };
    let transformer = transformer();
    let changed = transformer.change(ToChange {
        owner: CodeOwner::of(1),
        code: format!("function handler(w) {{ {body} }}").into(),
        dialect: builtin_named(dialect).unwrap(),
        event: &event,
        url: "https://example.com/hook",
        channels: Vec::new(),
        taken,
    });
    changed.await
}

fn text(change: WebhookChange) -> String {
    String::from_utf8(change.body.unwrap()).unwrap()
}

#[tokio::test]
async fn a_canonical_body_is_canonical_again() {
    let dialects = nuncio_dialect::builtin();
    let canonical = dialects
        .iter()
        .find(|dialect| dialect.is_canonical())
        .unwrap();
    let body = "w.payload = JSON.parse('{\"b\": 1.50, \"2\": 0, \"1\": 0}'); return w";
    let changed = change(canonical.name(), "{}", body, &[]).await.unwrap();
    assert_eq!(text(changed), r#"{"1":0,"2":0,"b":1.5}"#);
    let body = "w.payload.big = 12345678901234567890n; return w";
    assert!(change(canonical.name(), "{}", body, &[]).await.is_err());
}

#[tokio::test]
async fn a_form_is_changed_as_the_object_that_it_is_made_of() {
    let dialects = nuncio_dialect::builtin();
    let form = dialects.iter().find(|dialect| dialect.is_form()).unwrap();
    let body = "w.payload.To = '+1'; return w";
    let changed = change(form.name(), r#"{"From":"a b"}"#, body, &[])
        .await
        .unwrap();
    assert_eq!(text(changed), "From=a+b&To=%2B1");
    let body = "w.payload.nested = {}; return w";
    assert!(change(form.name(), "{}", body, &[]).await.is_err());
}

#[tokio::test]
async fn headers_that_are_others_are_refused() {
    let taken = ["X-Own"];
    for (name, value) in [
        ("x-own", "a"),
        ("Host", "a"),
        ("Content-Length", "1"),
        ("Transfer-Encoding", "chunked"),
        ("webhook-signature", "a"),
        ("X-A", "a\\r\\nX-B: b"),
        ("", "a"),
    ] {
        let body = format!("w.headers['{name}'] = '{value}'; return w");
        let refused = change("standard", "{}", &body, &taken).await;
        assert!(refused.is_err(), "{name}: {refused:?}");
    }
    let body = "w.headers['X-A'] = '1'; w.headers['x-a'] = '2'; return w";
    assert!(change("standard", "{}", body, &taken).await.is_err());
    let body = "w.eventType = 'a\\nb'; return w";
    assert!(change("standard", "{}", body, &taken).await.is_err());
    let body = "w.eventType = 'order.settled'; return w";
    let changed = change("standard", "{}", body, &taken).await.unwrap();
    assert_eq!(
        (changed.event_type.as_str(), changed.body),
        ("order.settled", None)
    );
}
