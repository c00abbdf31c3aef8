//! The relay that a server runs itself, for the outbox that its settings name.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use nuncio_outbox::Relay;
use nuncio_postgres::DatabaseUrl;
use nuncio_tools::{client::ApiClient, output};
use tokio::{sync::oneshot, task::JoinHandle};

use crate::config::Config;

/// The outbox that this server relays itself, and the key that it publishes with.
pub(crate) fn settings(config: &Config) -> anyhow::Result<Option<(DatabaseUrl, String)>> {
    let (Some(database), Some(key)) = (&config.outbox_database, &config.outbox_key) else {
        return Ok(None);
    };
    let target = DatabaseUrl::parse(database);
    let target = target.map_err(|error| output::Usage(format!("outbox_database: {error}")))?;
    Ok(Some((target, key.clone())))
}

/// A relay in this process. It publishes by the API all the same: whatever holds there holds for its events.
pub(crate) struct OwnRelay {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl OwnRelay {
    /// Starts one.
    pub(crate) fn start(database: DatabaseUrl, key: &str, listens_at: SocketAddr) -> Self {
        let host = match listens_at.ip() {
            ip if ip.is_unspecified() && ip.is_ipv6() => Ipv6Addr::LOCALHOST.into(),
            ip if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
            ip => ip,
        };
        let server = format!("http://{}", SocketAddr::new(host, listens_at.port()));
        let relay = Relay::new(database, ApiClient::new(&server, key, None));
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(relay.run(async move {
            let _ = stopped.await;
        }));
        Self { stop, task }
    }

    /// Returns once it has ended.
    pub(crate) async fn stop(self) {
        let _ = self.stop.send(());
        let _ = self.task.await;
    }
}
