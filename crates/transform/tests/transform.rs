//! What handlers can do.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "deadlines are tried against the system's clocks"
)]

#[path = "transform/attacks.rs"]
mod attacks;
#[path = "transform/change.rs"]
mod change;
#[path = "transform/ready_made.rs"]
mod ready_made;
#[path = "transform/time.rs"]
mod time;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use nuncio_transform::{
    CodeOwner, TransformClocks, TransformError, TransformErrorKind, TransformLimits, Transformed,
    Transformer, Webhook,
};
use rustix::time::{ClockId, clock_gettime};

const PAYLOAD: &str =
    r#"{"type":"order.paid","data":{ "amount":12.50,"id":12345678901234567890 }}"#;

/// Patient, so that a slow machine ends nothing that is not about time.
pub(crate) fn transformer() -> Transformer {
    transformer_with(TransformLimits {
        processor_time: Duration::from_secs(60),
        deadline: Duration::from_secs(600),
        ..TransformLimits::default()
    })
}

/// The system's clocks.
pub(crate) fn clocks() -> TransformClocks {
    let began = Instant::now();
    TransformClocks::new(
        move || began.elapsed(),
        || {
            let time = clock_gettime(ClockId::ThreadCPUTime);
            Duration::try_from(time).unwrap()
        },
    )
}

pub(crate) fn transformer_with(limits: TransformLimits) -> Transformer {
    Transformer::new(limits, clocks())
}

pub(crate) fn webhook(payload: &str) -> Webhook {
    Webhook {
        method: "POST",
        url: "https://example.com/hook".to_owned(),
        payload: payload.to_owned(),
        event_type: "order.paid".to_owned(),
        channels: vec!["eu".to_owned()],
    }
}

pub(crate) async fn run(code: &str) -> Result<Transformed, TransformError> {
    let code: Arc<str> = code.into();
    transformer()
        .run(CodeOwner::of(1), code, webhook(PAYLOAD))
        .await
}

/// The result of a handler with that body.
async fn body(body: &str) -> Result<Transformed, TransformError> {
    run(&format!("function handler(webhook) {{ {body} }}")).await
}

#[tokio::test]
async fn an_untouched_payload_stays_as_it_was_written() {
    let done = body("webhook.headers['X-A'] = 'b'; return webhook")
        .await
        .unwrap();
    assert_eq!(done.payload, None);
    assert_eq!(done.headers, [("X-A".to_owned(), "b".to_owned())]);
    assert_eq!(done.event_type, "order.paid");
    assert_eq!(done.channels, ["eu"]);
    assert_eq!(done.cancel, None);
}

#[tokio::test]
async fn a_changed_payload_keeps_the_digits_of_big_numbers() {
    let done = body("webhook.payload.data.x = [1]; return webhook")
        .await
        .unwrap();
    assert_eq!(
        done.payload.as_deref(),
        Some(r#"{"type":"order.paid","data":{"amount":12.5,"id":12345678901234567890,"x":[1]}}"#)
    );
    let done =
        body("webhook.payload = {text: `Order ${webhook.payload.data.id}`}; return webhook").await;
    assert_eq!(
        done.unwrap().payload.as_deref(),
        Some(r#"{"text":"Order 12345678901234567890"}"#)
    );
}

#[tokio::test]
async fn what_is_changed_on_the_way_to_json_is_a_change() {
    let code = "BigInt.prototype.toJSON = function () { return `${this}` };
        function handler(webhook) { return webhook }";
    assert_eq!(
        run(code).await.unwrap().payload.as_deref(),
        Some(r#"{"type":"order.paid","data":{"amount":12.5,"id":"12345678901234567890"}}"#)
    );
    let code: Arc<str> = "Array.prototype.toJSON = function () { return this.length ? this : 'n' };
        function handler(webhook) { return webhook }"
        .into();
    for payload in [r#"{"a":[]}"#, r#"{"a": [ ]}"#] {
        let transformer = transformer();
        let done = transformer.run(CodeOwner::of(1), Arc::clone(&code), webhook(payload));
        assert_eq!(done.await.unwrap().payload.as_deref(), Some(r#"{"a":"n"}"#));
    }
}

#[tokio::test]
async fn a_fraction_that_would_be_rounded_is_not_sent_on_changed() {
    let payload = r#"{"data":0.12345678901234567890}"#;
    let run = |code: &str| {
        let code: Arc<str> = code.into();
        async move {
            transformer()
                .run(CodeOwner::of(1), code, webhook(payload))
                .await
        }
    };
    let same = run("function handler(w) { w.headers.A = 'b'; return w }").await;
    assert_eq!(same.unwrap().payload, None);
    let error = run("function handler(w) { w.payload.x = 1; return w }")
        .await
        .unwrap_err();
    assert_eq!(error.kind, TransformErrorKind::Result);
    assert!(error.message.contains("0.12345678901234567890"), "{error}");
}

#[tokio::test]
async fn a_handler_can_cancel_with_a_reason() {
    let cancel = |value: &str| {
        let text = format!("webhook.cancel = {value}; return webhook");
        async move { body(&text).await.map(|done| done.cancel) }
    };
    assert_eq!(
        cancel("'not for us'").await.unwrap().as_deref(),
        Some("not for us")
    );
    let plain = "cancelled by the transformation";
    assert_eq!(cancel("true").await.unwrap().as_deref(), Some(plain));
    assert_eq!(cancel("false").await.unwrap(), None);
    assert!(cancel("7").await.is_err());
}

#[tokio::test]
async fn errors_name_kind_line_and_column() {
    let check = |code: &'static str, kind, line, part: &'static str| async move {
        let error = run(code).await.unwrap_err();
        assert_eq!(error.kind, kind, "{code}: {error}");
        assert_eq!(error.line, line, "{code}: {error}");
        assert!(error.to_string().contains(part), "{code}: {error}");
    };
    use TransformErrorKind::{Result, Syntax, Thrown};
    check(
        "function handler(w) {\n  return w.\n}",
        Syntax,
        Some(3),
        "expecting field name",
    )
    .await;
    check(
        "function handler(w) {\n  return w.a.b\n}",
        Thrown,
        Some(2),
        "(line 2, column 10)",
    )
    .await;
    check(
        "function handler(w) {\n\n throw new Error('no') }",
        Thrown,
        Some(3),
        "Error: no",
    )
    .await;
    check(
        "function handler(w) { throw 'no' }",
        Thrown,
        None,
        "threw no",
    )
    .await;
    check("nothing.at.all", Thrown, Some(1), "nothing").await;
    check(
        "function handle(w) { return w }",
        Result,
        None,
        "no `function handler",
    )
    .await;
    check("function handler(w) {}", Result, None, "returned undefined").await;
    check(
        "async function handler(w) { return w }",
        Result,
        None,
        "promise",
    )
    .await;
    check(
        "function handler(w) { w.url = 'https://a.b'; return w }",
        Result,
        None,
        "`url`",
    )
    .await;
    check(
        "function handler(w) { w.method = 'PUT'; return w }",
        Result,
        None,
        "`method`",
    )
    .await;
    check(
        "function handler(w) { w.headers = {A: 1}; return w }",
        Result,
        None,
        "`A`",
    )
    .await;
    check(
        "function handler(w) { w.eventType = 1; return w }",
        Result,
        None,
        "`eventType`",
    )
    .await;
    check(
        "function handler(w) { delete w.payload; return w }",
        Result,
        None,
        "`payload`",
    )
    .await;
    check("\0", Result, None, "").await;
}

#[tokio::test]
async fn code_is_checked_without_being_called() {
    let transformer = transformer();
    let check = |code: &str| {
        let code: Arc<str> = code.into();
        let transformer = transformer.clone();
        async move { transformer.check(CodeOwner::of(1), code).await }
    };
    assert_eq!(
        check("const handler = (webhook) => { throw 1 }").await,
        Ok(())
    );
    assert_eq!(
        check("function handler(").await.unwrap_err().kind,
        TransformErrorKind::Syntax
    );
    let long = format!(
        "function handler(w) {{ return w }} // {}",
        "x".repeat(32 * 1024)
    );
    assert!(check(&long).await.unwrap_err().message.contains("32768"));
}

#[tokio::test]
async fn results_depend_on_code_and_webhook_alone() {
    let check = |expression: &'static str, expected: Option<&'static str>| async move {
        let code = format!("webhook.payload = {expression}; return webhook");
        let done = body(&code).await.map(|done| done.payload);
        match expected {
            Some(expected) => assert_eq!(done.unwrap().as_deref(), Some(expected), "{expression}"),
            None => assert!(done.is_err(), "{expression}: {done:?}"),
        }
    };
    for missing in [
        "Math.random()",
        "Date.now()",
        "new Date()",
        "Date()",
        "eval('1')",
        "Function('return 1')()",
        "(() => 1).constructor('return 1')()",
        "(function* () {}).constructor('yield 1')()",
        "(async () => {}).constructor('return 1')()",
        "new Proxy({}, {})",
        "performance.now()",
        "setTimeout(() => 1, 1)",
        "fetch('https://example.com')",
        "require('fs')",
        "new WeakRef({})",
        "Atomics",
        "new SharedArrayBuffer(1)",
        "new ArrayBuffer(1)",
        "new Uint8Array(1)",
        // Whoever looks for the real clock by a detour finds none.
        "Date.prototype.constructor.now()",
        "Object.getPrototypeOf(Date).constructor.now()",
        "(Object.getOwnPropertyDescriptor(globalThis, 'Date').get().now)()",
        "(Reflect.construct = (real) => real, new Date(0).now())",
    ] {
        check(missing, None).await;
    }
    check(
        "new Date(0).toISOString()",
        Some("\"1970-01-01T00:00:00.000Z\""),
    )
    .await;
    check("new Date('2026-01-02T03:04:05').getHours()", Some("3")).await;
    check(
        "new Date(2026, 0, 2).toISOString()",
        Some("\"2026-01-02T00:00:00.000Z\""),
    )
    .await;
    check(
        "`${new Date(0)}`",
        Some("\"Thu, 01 Jan 1970 00:00:00 GMT\""),
    )
    .await;
    check("typeof globalThis.process", Some("\"undefined\"")).await;
    check("new Map([[1, 'a']]).get(1)", Some("\"a\"")).await;
    check("/b(.)/.exec('abc')[1]", Some("\"c\"")).await;
    // `Date` is made when it is asked for, and code can have one of its own.
    check("(globalThis.Date = () => 7, Date())", Some("7")).await;
    check(
        "typeof Date + typeof Date.UTC",
        Some("\"functionfunction\""),
    )
    .await;
    // The real constructor is on the stack while it asks a time for its number.
    check(
        "(() => {
            const found = [];
            Error.prepareStackTrace = (_, sites) => {
                for (const site of sites) found.push(site.getFunction());
                return '';
            };
            new Date({ valueOf() { `${new Error('x').stack}`; return 0 } });
            return found.some((one) => typeof one?.now === 'function');
        })()",
        Some("false"),
    )
    .await;
}
