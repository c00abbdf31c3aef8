//! `nuncio serve`: the parts put together, from the data folder to the listening socket.
//!
//! Order matters: the data folder is locked first, work goes on before the door opens, and on the way down the
//! door closes before the work ends.

use std::{
    io::IsTerminal, net::SocketAddr, path::PathBuf, process::ExitCode, sync::Arc, time::Duration,
};

use anyhow::Context;
use ipnet::IpNet;
use nuncio_api::{ApiSettings, ApiState};
use nuncio_domain::{Chance, Clock};
use nuncio_egress::{Client, ClientLimits, EgressRules, Guard, SystemResolver, TlsRoots};
use nuncio_engine::{Drained, EgressTransport, Engine, EngineOptions, Limits};
use nuncio_store::{
    Sealer, Store, Work,
    sqlite::{SqliteOptions, SqliteStore},
};
use sha2::{Digest, Sha256};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use crate::{
    config::{self, Config, LogFormat, ServeArgs},
    dashboard, door, output,
    system::{SystemChance, SystemClock},
};

/// How long attempts in flight may take to end once the server is told to stop. Longer than the longest
/// deadline of a built-in dialect, so that what was begun is normally finished.
const DRAIN_LIMIT: Duration = Duration::from_secs(25);

/// What a server needs to know; the rest has defaults.
#[derive(Clone, Debug)]
pub(crate) struct ServeOptions {
    /// Folder of database, lock and key files; made if it is not there.
    pub(crate) data_dir: PathBuf,
    /// Where to listen; port 0 picks a free one.
    pub(crate) listen: SocketAddr,
    /// The admin key; `None` makes one at first start.
    pub(crate) admin_key: Option<String>,
    /// The master key as 64 hex digits; `None` uses the key file, made at first start.
    pub(crate) master_key: Option<String>,
    /// Accept plain `http` endpoints.
    pub(crate) allow_http: bool,
    /// Let endpoints be on loopback and private networks.
    pub(crate) allow_private_networks: bool,
    /// Address ranges opened for endpoints.
    pub(crate) allow_cidrs: Vec<IpNet>,
    /// PEM files of additional roots for deliveries.
    pub(crate) egress_ca: Vec<PathBuf>,
    /// Address at which customers and browsers reach the server.
    pub(crate) public_url: Option<String>,
    /// Proxies that are believed.
    pub(crate) trusted_proxies: Vec<IpNet>,
}

impl Default for ServeOptions {
    fn default() -> Self {
        Self {
            data_dir: PathBuf::from("nuncio-data"),
            listen: SocketAddr::from(([127, 0, 0, 1], 8484)),
            admin_key: None,
            master_key: None,
            allow_http: false,
            allow_private_networks: false,
            allow_cidrs: Vec::new(),
            egress_ca: Vec::new(),
            public_url: None,
            trusted_proxies: Vec::new(),
        }
    }
}

/// A server that runs.
pub(crate) struct Running {
    /// Where it listens.
    pub(crate) addr: SocketAddr,
    /// The admin key, if it was made just now: the only time it can be shown.
    pub(crate) admin_key: Option<String>,
    close: oneshot::Sender<()>,
    door: JoinHandle<()>,
    engine: Engine,
    store: Arc<SqliteStore>,
}

/// Carries out `nuncio serve`.
pub(crate) async fn run(args: ServeArgs) -> anyhow::Result<ExitCode> {
    let config = Config::read(&args)?;
    log_to_stderr(config.log_format);
    for name in config::unknown_variables() {
        tracing::warn!(variable = name, "this environment variable sets nothing");
    }
    let stop = stop_signal()?;
    let options = ServeOptions {
        data_dir: config.database_dir()?.to_owned(),
        listen: config.listen,
        admin_key: config.admin_key,
        master_key: config.master_key,
        allow_http: config.allow_http,
        allow_private_networks: config.allow_private_networks,
        allow_cidrs: config.allow_cidr,
        egress_ca: config.egress_ca,
        public_url: config.public_url,
        trusted_proxies: config.trusted_proxies,
    };
    let running = start(options).await?;
    if let Some(key) = &running.admin_key {
        output::text(format!("admin key (shown only this once): {key}"));
    }
    output::text(format!("listening on http://{}", running.addr));
    stop.await;
    tracing::info!("stopping: attempts in flight are finished first");
    running.shutdown().await?;
    Ok(ExitCode::SUCCESS)
}

/// Starts a server; returns when it is ready.
pub(crate) async fn start(options: ServeOptions) -> anyhow::Result<Running> {
    warn_of_roots(&options.egress_ca);
    config::make_private_dir(&options.data_dir)?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let chance: Arc<dyn Chance> = Arc::new(SystemChance);
    let master = config::master_key(options.master_key.as_deref(), &options.data_dir)?;
    let store = SqliteStore::open(SqliteOptions {
        dir: options.data_dir.clone(),
        sealer: Sealer::new(master, Arc::clone(&chance)),
    })?;
    // Only now: a start with the wrong master key writes nothing.
    let (admin_sha256, admin_key) = admin_key(&options)?;
    let listener = TcpListener::bind(options.listen)
        .await
        .with_context(|| format!("can't listen on {}", options.listen))?;
    let addr = listener.local_addr().context("no local address")?;

    let guard = Arc::new(Guard::new(
        rules(&options, addr),
        Arc::new(SystemResolver::new()?),
    ));
    let limits = Limits::default();
    let client = Client::new(
        Arc::clone(&guard),
        roots(&options.egress_ca)?,
        ClientLimits {
            // Several endpoints may be on one host, and a burst should not close what the next one needs.
            idle_per_host_max: ClientLimits::default().idle_total_max,
            ..ClientLimits::default()
        },
    )?;
    let shared: Arc<dyn Store> = Arc::clone(&store) as Arc<dyn Store>;
    let engine = Engine::start(
        EngineOptions {
            limits,
            user_agent: concat!("Nuncio/", env!("CARGO_PKG_VERSION")).to_owned(),
        },
        Arc::clone(&store) as Arc<dyn Work>,
        Arc::new(EgressTransport::new(client, Arc::clone(&guard))),
        Arc::clone(&clock),
        Arc::clone(&chance),
    );
    let pages = dashboard::router(Arc::clone(&shared), Arc::clone(&chance));
    let api = nuncio_api::router_with_pages(
        ApiState {
            store: shared,
            guard,
            clock,
            chance,
            lanes: Arc::new(engine.lanes()),
            settings: ApiSettings {
                admin_key_sha256: admin_sha256,
                version: env!("CARGO_PKG_VERSION"),
                metrics_need_key: false,
                public_url: options.public_url.clone(),
                listen: Some(addr),
                trusted_proxies: options.trusted_proxies.clone(),
            },
        },
        pages,
    );
    let (close, closed) = oneshot::channel();
    let answer = move |request| {
        let api = api.clone();
        async move { api.answer(request).await }
    };
    let door = tokio::spawn(door::serve(listener, answer, closed));
    match dashboard::left_out() {
        None => tracing::info!("the dashboard is at http://{addr}/"),
        Some(why) => tracing::info!(why, "the dashboard was left out of this build"),
    }
    tracing::info!(%addr, data = %options.data_dir.display(), "ready");
    Ok(Running {
        addr,
        admin_key,
        close,
        door,
        engine,
        store,
    })
}

impl Running {
    /// Stops: no more requests, attempts in flight are finished, everything is on disk.
    pub(crate) async fn shutdown(self) -> anyhow::Result<()> {
        let _ = self.close.send(());
        // Idle keep-alive connections end at once; a request that hangs must not keep the server up.
        if tokio::time::timeout(DRAIN_LIMIT, self.door).await.is_err() {
            tracing::warn!("some requests had not ended when the server stopped");
        }
        let drained = self
            .engine
            .shutdown(DRAIN_LIMIT)
            .await
            .context("can't commit the last outcomes")?;
        if drained == Drained::CutOff {
            tracing::warn!("some attempts were cut off: they are made again after the next start");
        }
        self.store
            .shutdown()
            .await
            .context("can't close the store")?;
        Ok(())
    }
}

fn rules(options: &ServeOptions, addr: SocketAddr) -> EgressRules {
    let public = options
        .public_url
        .as_deref()
        .and_then(|url| url::Url::parse(url).ok())
        .and_then(|url| url.host_str().map(str::to_owned));
    EgressRules {
        allow_http: options.allow_http,
        allow_private_networks: options.allow_private_networks,
        allow_cidrs: options.allow_cidrs.clone(),
        // A loopback or wildcard address is no name of the server's own: the address rules judge those.
        own_hosts: public
            .into_iter()
            .chain(
                (!addr.ip().is_loopback() && !addr.ip().is_unspecified())
                    .then(|| addr.ip().to_string()),
            )
            .collect(),
        ..EgressRules::default()
    }
}

fn roots(files: &[PathBuf]) -> anyhow::Result<TlsRoots> {
    let extra = files
        .iter()
        .map(|file| {
            std::fs::read(file)
                .with_context(|| format!("can't read the roots in {}", file.display()))
        })
        .collect::<Result<Vec<_>, _>>()?;
    Ok(TlsRoots {
        extra_ca_pem: extra,
        ..TlsRoots::default()
    })
}

/// The egress guard warns of the switches that open addresses; this one is not its.
fn warn_of_roots(files: &[PathBuf]) {
    for file in files {
        tracing::warn!(file = %file.display(), "--egress-ca: deliveries trust these roots too");
    }
}

/// The SHA-256 of the admin key, and its text if it was made just now.
fn admin_key(options: &ServeOptions) -> anyhow::Result<([u8; 32], Option<String>)> {
    if let Some(key) = &options.admin_key {
        return Ok((Sha256::digest(key).into(), None));
    }
    let file = options.data_dir.join("admin-key.sha256");
    if file.exists() {
        let text = std::fs::read_to_string(&file)
            .with_context(|| format!("can't read {}", file.display()))?;
        let sha256 = config::parse_hex(text.trim())
            .with_context(|| format!("{} does not hold 64 hex digits", file.display()))?;
        return Ok((sha256, None));
    }
    let mut bits = [0u8; 32];
    SystemChance.fill(&mut bits);
    let key = format!("nk_admin_{}", hex(&bits));
    let sha256: [u8; 32] = Sha256::digest(&key).into();
    config::write_private(&file, &hex(&sha256))?;
    Ok((sha256, Some(key)))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn log_to_stderr(format: LogFormat) {
    let filter = tracing_subscriber::EnvFilter::try_from_env("NUNCIO_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
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

/// Ends when the process is asked to stop. Listens from now on, not from when it is awaited.
fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).context("can't listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("can't listen for SIGINT")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
