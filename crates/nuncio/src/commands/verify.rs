//! `nuncio verify`: is a request that was received genuine?

use std::{path::PathBuf, process::ExitCode};

use nuncio_dialect::Received;
use nuncio_domain::Clock;
use nuncio_tools::{
    output::{self, Negative, Usage},
    system::SystemClock,
};

#[derive(Debug, clap::Args)]
pub(crate) struct VerifyArgs {
    /// Name of a built-in dialect, or a file.
    #[arg(long, default_value = "standard")]
    dialect: String,
    /// Secret or public key. May be repeated; the request is genuine if any of them matches.
    #[arg(long, required = true, env = "NUNCIO_SECRET", hide_env_values = true)]
    secret: Vec<String>,
    /// A header of the request, as `Name: value`. Repeat it for all headers that the dialect uses.
    #[arg(long, short = 'H', value_name = "HEADER")]
    header: Vec<String>,
    /// Time to verify at, in Unix milliseconds [default: now].
    #[arg(long)]
    now_ms: Option<i64>,
    /// The endpoint's URL. Only some dialects sign it.
    #[arg(long, default_value = "https://example.com/")]
    url: String,
    /// The raw body: a file, or `-` for standard input.
    #[arg(default_value = "-")]
    body: PathBuf,
}

pub(crate) fn run(args: VerifyArgs, json: bool) -> anyhow::Result<ExitCode> {
    let dialect = super::find_dialect(&args.dialect)?;
    let keys = args
        .secret
        .iter()
        .map(|secret| dialect.parse_verifying_key(secret))
        .collect::<Result<Vec<_>, _>>()?;
    let headers = args
        .header
        .iter()
        .map(|header| {
            header
                .split_once(':')
                .map(|(name, value)| (name.trim(), value.trim()))
                .ok_or_else(|| {
                    Usage(format!(
                        "header `{header}` is not of the form `Name: value`"
                    ))
                })
        })
        .collect::<Result<Vec<_>, _>>()?;
    let body = super::read_input(&args.body)?;
    let received = Received {
        method: "POST",
        url: &args.url,
        headers: &headers,
        body: &body,
    };
    let now_ms = args.now_ms.unwrap_or_else(|| SystemClock::new().now().ms());
    let verified = match dialect.verify(&received, &keys, now_ms) {
        Ok(verified) => verified,
        Err(refusal) if json => {
            output::json(&serde_json::json!({
                "genuine": false, "error": refusal.kind(), "detail": refusal.to_string(),
            }));
            return Ok(ExitCode::from(3));
        }
        Err(refusal) => return Err(Negative(refusal.to_string()).into()),
    };
    if json {
        output::json(&serde_json::json!({
            "genuine": true,
            "secret": verified.key + 1,
            "version": verified.version,
            "timestamp_ms": verified.timestamp_ms,
        }));
    } else {
        output::text(format!(
            "genuine: signed with secret {} of {} in dialect {}",
            verified.key + 1,
            keys.len(),
            dialect.name()
        ));
    }
    Ok(ExitCode::SUCCESS)
}
