//! Where the log goes and what is in it.

use std::io::IsTerminal;

use crate::config::LogFormat;

/// Logs to standard error from now on, what `NUNCIO_LOG` asks for.
pub(crate) fn to_stderr(format: LogFormat) {
    let filter = tracing_subscriber::EnvFilter::try_from_env("NUNCIO_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"))
        // It would log statements with their values, payloads too.
        .add_directive("tokio_postgres=info".parse().expect("it is a directive"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    let result = match format {
        LogFormat::Text => log.try_init(),
        LogFormat::Json => log.json().try_init(),
    };
    // Only a second call can fail, and then the first one's settings hold.
    drop(result);
}
