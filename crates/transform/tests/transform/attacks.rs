//! Code that wants more than its share.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use nuncio_transform::{CodeOwner, TransformErrorKind, TransformLimits};

use crate::{run, transformer, transformer_with, webhook};

#[tokio::test]
async fn code_that_wants_too_much_is_ended_and_the_next_call_is_served() {
    use TransformErrorKind::{Memory, Result, Thrown, Timeout};
    let transformer = transformer_with(TransformLimits::default());
    // What is ended by another limit is ended by that one, however slow the machine is.
    let patient = transformer_with(TransformLimits {
        processor_time: Duration::from_secs(20),
        deadline: Duration::from_secs(600),
        ..TransformLimits::default()
    });
    for (body, kinds) in [
        ("for (;;) ;", &[Timeout][..]),
        (
            "while (true) { try { for (;;) ; } catch (e) {} finally { continue } }",
            &[Timeout],
        ),
        ("/(a+)+$/.test('a'.repeat(40) + 'b')", &[Timeout]),
        (
            "const a = []; for (;;) a.push('x'.repeat(100000))",
            &[Memory],
        ),
        ("'x'.repeat(1e9)", &[Memory]),
        ("let s = 'x'; for (;;) s += s", &[Memory, Thrown]),
        ("(function f() { f() })()", &[Thrown]),
        (
            "let a = []; for (let i = 0; i < 1e5; i++) a = [a]; w.payload = a; return w",
            &[Thrown],
        ),
        ("JSON.stringify(Array(4e9))", &[Memory, Timeout]),
        ("Array(4e9).indexOf(1)", &[Timeout]),
        ("throw { toString() { for (;;) ; } }", &[Timeout]),
        (
            "throw Object.defineProperty(new Error('x'), 'message', { get() { for (;;) ; } })",
            &[Timeout],
        ),
        ("w.payload = 'x'.repeat(2e6); return w", &[Result]),
        (
            "for (let i = 0; i < 40; i++) w.headers['X' + i] = 'x'; return w",
            &[Result],
        ),
        ("w.headers.X = 'x'.repeat(1e5); return w", &[Result]),
        ("w.channels = Array(1000).fill('x'); return w", &[Result]),
        (
            "return { then: 1, get payload() { for (;;) ; } }",
            &[Timeout],
        ),
        (
            "w.payload = { toJSON() { for (;;) ; } }; return w",
            &[Timeout],
        ),
    ] {
        let code: Arc<str> = format!("function handler(w) {{ {body} }}").into();
        let began = Instant::now();
        let by_deadline = kinds.contains(&Timeout);
        let used = if by_deadline { &transformer } else { &patient };
        let failed = used.run(CodeOwner::of(1), code, webhook("{}")).await;
        let took = began.elapsed();
        let error = failed.expect_err(body);
        assert!(
            kinds.contains(&error.kind),
            "{body}: {:?} {error}",
            error.kind
        );
        assert!(
            !by_deadline || took < Duration::from_secs(60),
            "{body}: {took:?}"
        );
    }
    let code: Arc<str> = "function handler(w) { w.payload = 1; return w }".into();
    let done = transformer.run(CodeOwner::of(1), code, webhook("{}")).await;
    assert_eq!(done.unwrap().payload.as_deref(), Some("1"));
}

#[tokio::test]
async fn nothing_of_one_call_is_there_in_the_next() {
    let transformer = transformer();
    let poison: Arc<str> = "function handler(w) {
        Object.prototype.poison = 1;
        Array.prototype.map = () => 'poison';
        JSON.stringify = () => '\"poison\"';
        String.prototype.startsWith = () => true;
        Date.prototype.toISOString = () => 'poison';
        Map.prototype.get = () => 'poison';
        globalThis.poison = 1;
        return w }"
        .into();
    let look: Arc<str> = "function handler(w) {
        w.payload = [typeof poison, typeof {}.poison, [1].map(x => x + 1), new Date(0).toISOString(),
            new Map([[1, 2]]).get(1)];
        return w }"
        .into();
    for _ in 0..5 {
        transformer
            .run(CodeOwner::of(1), Arc::clone(&poison), webhook("{}"))
            .await
            .unwrap();
        let seen = transformer
            .run(CodeOwner::of(1), Arc::clone(&look), webhook("{}"))
            .await
            .unwrap();
        assert_eq!(
            seen.payload.as_deref(),
            Some(r#"["undefined","undefined",[2],"1970-01-01T00:00:00.000Z",2]"#)
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn endless_code_of_one_owner_does_not_hold_another_up() {
    let transformer = transformer_with(TransformLimits::default());
    let endless: Arc<str> = "function handler(w) { for (;;) ; }".into();
    let mut flood = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (transformer, endless) = (transformer.clone(), Arc::clone(&endless));
        flood.spawn(async move {
            transformer
                .run(CodeOwner::of(1), endless, webhook("{}"))
                .await
        });
    }
    let quick: Arc<str> = "function handler(w) { return w }".into();
    let began = Instant::now();
    for _ in 0..10 {
        transformer
            .run(CodeOwner::of(2), Arc::clone(&quick), webhook("{}"))
            .await
            .unwrap();
    }
    // Twenty calls take two seconds, one after the other.
    assert!(
        began.elapsed() < Duration::from_secs(1),
        "{:?}",
        began.elapsed()
    );
    flood.shutdown().await;
}

#[tokio::test]
async fn code_that_no_deadline_ends_holds_only_its_own_owner_up() {
    let transformer = transformer_with(TransformLimits {
        deadline: Duration::from_millis(200),
        ..TransformLimits::default()
    });
    // Sorting an array of holes is one step of the interpreter, which lasts for minutes.
    let stuck: Arc<str> = "function handler(w) { [1].concat(Array(4e8)).sort() }".into();
    let quick: Arc<str> = "function handler(w) { return w }".into();
    let run = |owner, code: &Arc<str>| {
        let (transformer, code) = (transformer.clone(), Arc::clone(code));
        tokio::spawn(async move {
            transformer
                .run(CodeOwner::of(owner), code, webhook("{}"))
                .await
        })
    };
    let first = run(1, &stuck);
    let behind = run(1, &quick);
    assert!(run(2, &quick).await.unwrap().is_ok());
    let kind = |result: Result<Result<_, nuncio_transform::TransformError>, _>| {
        result.unwrap().map(drop).unwrap_err().kind
    };
    assert_eq!(kind(first.await), TransformErrorKind::Timeout);
    assert_eq!(kind(behind.await), TransformErrorKind::Timeout);
    assert_eq!(kind(run(1, &quick).await), TransformErrorKind::Timeout);
    assert!(run(2, &quick).await.unwrap().is_ok());
}

#[tokio::test]
async fn hijacked_builtins_deceive_only_their_own_call() {
    let done = run("JSON.stringify = () => 'no json'; Reflect.apply = () => 1;
        function handler(w) { w.payload = {a: 1}; return w }")
    .await;
    assert_eq!(done.unwrap().payload.as_deref(), Some(r#"{"a":1}"#));
}
