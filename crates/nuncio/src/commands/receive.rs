//! `nuncio receive`: a receiver for try-outs. It verifies what arrives and answers as a good receiver would.

use std::{process::ExitCode, sync::Arc};

use anyhow::Context;
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri},
};
use nuncio_dialect::{Dialect, Received, VerifyingKey};
use nuncio_domain::Clock;
use nuncio_tools::{output, system::SystemClock};

use crate::listen::Listen;

#[derive(Debug, clap::Args)]
pub(crate) struct ReceiveArgs {
    /// Address to listen on.
    #[arg(long, default_value = "127.0.0.1:9000")]
    listen: Listen,
    /// Name of a built-in dialect, or a file.
    #[arg(long, default_value = "standard")]
    dialect: String,
    /// Secret or public key. May be repeated; a request is genuine if any of them matches.
    #[arg(long, required = true, env = "NUNCIO_SECRET", hide_env_values = true)]
    secret: Vec<String>,
    /// The endpoint's URL, for dialects that sign it [default: this address and the requested path].
    #[arg(long)]
    url: Option<String>,
    /// Status code of the response to genuine requests.
    #[arg(long, default_value_t = 200)]
    answer: u16,
}

struct Receiver {
    dialect: Arc<Dialect>,
    keys: Vec<VerifyingKey>,
    answer: StatusCode,
    clock: SystemClock,
    base: String,
    url: Option<String>,
    json: bool,
}

pub(crate) async fn run(args: ReceiveArgs, json: bool) -> anyhow::Result<ExitCode> {
    let dialect = super::find_dialect(&args.dialect)?;
    let keys = args
        .secret
        .iter()
        .map(|secret| dialect.parse_verifying_key(secret))
        .collect::<Result<Vec<_>, _>>()?;
    let listener = args.listen.bind_tcp().await;
    let listener = listener.with_context(|| format!("can't listen on {}", args.listen))?;
    let base = format!("http://{}", listener.local_addr()?);
    output::text(format!("receiving on {base}"));
    let receiver = Arc::new(Receiver {
        dialect,
        keys,
        answer: StatusCode::from_u16(args.answer).context("--answer is not a valid status code")?,
        clock: SystemClock::new(),
        base,
        url: args.url,
        json,
    });
    let router = Router::new().fallback(receive).with_state(receiver);
    axum::serve(listener, router).await?;
    Ok(ExitCode::SUCCESS)
}

async fn receive(
    State(receiver): State<Arc<Receiver>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, String) {
    let headers: Vec<_> = headers
        .iter()
        .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
        .collect();
    let verify = |url: &str| {
        let received = Received {
            method: method.as_str(),
            url,
            headers: &headers,
            body: &body,
        };
        let now_ms = receiver.clock.now().ms();
        receiver.dialect.verify(&received, &receiver.keys, now_ms)
    };
    let asked = format!("{}{uri}", receiver.base);
    let result = match &receiver.url {
        Some(url) => verify(url),
        // The path of a URL without one is asked for as `/`: both may have been typed.
        None if uri == "/" => verify(&asked).or_else(|_| verify(&receiver.base)),
        None => verify(&asked),
    };
    let text = String::from_utf8_lossy(&body);
    if receiver.json {
        output::text(
            serde_json::json!({
                "genuine": result.is_ok(),
                "error": result.as_ref().err().map(|refusal| refusal.kind()),
                "body": text,
            })
            .to_string(),
        );
    } else {
        match &result {
            Ok(_) => output::text(format!("genuine  {text}")),
            Err(refusal) => output::text(format!("REFUSED  {refusal}")),
        }
    }
    match result {
        Ok(_) => (receiver.answer, String::new()),
        Err(refusal) => (StatusCode::UNAUTHORIZED, refusal.to_string()),
    }
}
