//! `nuncio serve`: the parts put together, from the data folder to the listening socket.
//!
//! Order matters: the data folder is locked first, work goes on before the server listens, and on the way down
//! it stops listening before the work ends.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use anyhow::Context;
use nuncio_api::{ApiSettings, ApiState, ListenerCounters};
use nuncio_demo::{DemoServer, DemoServerOptions};
use nuncio_domain::{Clock, Entropy};
use nuncio_egress::{Client, ClientLimits, EgressRules, Guard, SystemResolver, TlsRoots};
use nuncio_engine::{Drained, EgressTransport, Engine, EngineOptions, Limits};
use nuncio_store::{Sealer, Store, StoreUrl};
use nuncio_tools::{
    descriptors, output, private,
    system::{SystemClock, SystemEntropy},
};
use nuncio_transform::{TransformClocks, TransformLimits, Transformer};
use sha2::{Digest, Sha256};
use tokio::{sync::oneshot, task::JoinHandle, time::Instant};

use crate::{
    addresses::Addresses,
    apis::Apis,
    commands::relay::{self, RelayArgs},
    config::{Config, LogFormat, ServeArgs},
    dashboard, listener, log, master_key,
    notify::{self, Notice},
    own_relay::{self, OwnRelay},
    seats::{SeatLimits, Seats},
    serve_options::ServeOptions,
    variables,
};

/// How long the server may take to stop, all in all: Kubernetes kills after 30 seconds.
const STOP_MAX: Duration = Duration::from_secs(25);
/// How long requests that have begun may take to end: the rest is for attempts in flight.
const REQUESTS_MAX: Duration = Duration::from_secs(5);
/// Connections of monitors, where they have an address of their own.
const MONITORS_MAX: usize = 256;
/// What is left for the last outcomes to reach the disk.
const STORE_MAX: Duration = Duration::from_secs(3);

/// A server that runs.
pub(crate) struct Running {
    /// Where it listens, as it is shown.
    pub(crate) urls: Vec<String>,
    /// Where this process asks it, if there is an address without TLS.
    pub(crate) own: Option<SocketAddr>,
    /// The admin key, if it was made just now: the only time it can be shown.
    pub(crate) admin_key: Option<String>,
    listeners: Vec<OpenListener>,
    /// Reads the certificate again.
    renewal: Option<JoinHandle<()>>,
    engine: Engine,
    store: Arc<dyn Store>,
}

/// A listener at work, and what closes it.
type OpenListener = (oneshot::Sender<()>, JoinHandle<()>);

/// Carries out `nuncio serve`.
pub(crate) async fn run(args: ServeArgs) -> anyhow::Result<ExitCode> {
    let config = Config::read(&args)?;
    log::to_stderr(config.log_format);
    for name in variables::unknown_variables() {
        tracing::warn!(variable = name, "unknown environment variable");
    }
    for name in args.unused_variables() {
        tracing::info!(
            variable = name,
            "this variable of a Svix server sets nothing here"
        );
    }
    if let Some(file) = args.exposed_file() {
        let file = file.display();
        tracing::warn!(%file, "others may read this settings file, which holds a key or password: chmod 600");
    }
    if args.shows_password() {
        tracing::warn!(
            "a flag holds the database's password, which others on this machine can see: use NUNCIO_STORE or nuncio.toml"
        );
    }
    let stop = stop_signal()?;
    let outbox = own_relay::settings(&config)?;
    let store = config.store_url()?;
    let options = ServeOptions {
        data_dir: store.folder().unwrap_or(&config.data).to_owned(),
        store: Some(store),
        addresses: config.addresses(),
        metrics_key: config.metrics_key,
        connections_max: config.connections_max,
        connections_per_address_max: config.connections_per_address_max,
        admin_key: config.admin_key,
        master_key: master_key::from_settings(
            config.master_key,
            config.master_key_file.as_deref(),
            config.master_key_command.as_deref(),
        )?,
        allow_http: config.allow_http,
        allow_private_networks: config.allow_private_networks,
        allow_cidrs: config.allow_cidr,
        egress_ca: config.egress_ca,
        public_url: config.public_url,
        trusted_proxies: config.trusted_proxies,
        svix: config.svix.map(|svix| svix.settings()).transpose()?,
    };
    let running = start(options).await?;
    if let Some(key) = &running.admin_key {
        output::text(format!("admin key (shown only once): {key}"));
    }
    for url in &running.urls {
        output::text(format!("listening on {url}"));
    }
    let relay = outbox
        .zip(running.own)
        .map(|((database, key), own)| OwnRelay::start(database, &key, own));
    notify::tell(Notice::Ready);
    stop.await;
    notify::tell(Notice::Stopping);
    tracing::info!("stopping once the attempts in flight have ended");
    if let Some(relay) = relay {
        relay.stop().await;
    }
    running.shutdown().await?;
    Ok(ExitCode::SUCCESS)
}

/// `nuncio relay`: logs and stops as the server does.
pub(crate) async fn relay(args: RelayArgs) -> anyhow::Result<ExitCode> {
    log::to_stderr(LogFormat::default());
    let stop = stop_signal()?;
    relay::run(args, stop).await
}

/// Starts the demo's server: on a free loopback port, with default settings but for what the demo says.
pub(crate) async fn for_demo(options: DemoServerOptions) -> anyhow::Result<DemoServer> {
    let mut running = start(ServeOptions {
        data_dir: options.data_dir,
        addresses: Addresses {
            api: vec![SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into()],
            ..Addresses::default()
        },
        allow_cidrs: options.allow_cidrs,
        egress_ca: options.egress_ca,
        ..ServeOptions::default()
    })
    .await?;
    Ok(DemoServer {
        addr: running.own.context("the server has no address")?,
        admin_key: running
            .admin_key
            .take()
            .context("the server made no admin key")?,
        dashboard_left_out: dashboard::left_out(),
        shutdown: Box::pin(running.shutdown()),
    })
}

/// Starts a server; returns when it is ready.
pub(crate) async fn start(options: ServeOptions) -> anyhow::Result<Running> {
    warn_of_roots(&options.egress_ca);
    let in_folder = || StoreUrl::Sqlite(options.data_dir.clone());
    let url = options.store.clone().unwrap_or_else(in_folder);
    if let Some(dir) = url.folder() {
        private::make_folder(dir)?;
    }
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
    let master = master_key::master_key(options.master_key.as_deref(), &options.data_dir, &url)?;
    let store = url.open(Sealer::new(master, Arc::clone(&entropy)))?;
    // Only now: a start with the wrong master key writes nothing.
    let (admin_sha256, admin_key) = admin_key(&options)?;
    let open_files = descriptors::raise();
    let shares = descriptors::Shares::of(open_files);
    let connections_max = shares
        .connections(options.connections_max)
        .map_err(output::Usage)?;
    let bound = options.addresses.bind().await?;
    let (addrs, urls, own) = (bound.addrs(), bound.urls(), bound.own);
    let counters = Arc::<ListenerCounters>::default();
    let seats = Seats::new(
        SeatLimits {
            total: connections_max,
            per_address: options.connections_per_address_max,
            exempt: options.trusted_proxies.clone(),
        },
        Arc::clone(&counters),
    );
    tracing::debug!(open_files, connections_max, "open files");

    let guard = Arc::new(Guard::new(
        rules(&options, &addrs),
        Arc::new(SystemResolver::new()?),
    ));
    let limits = Limits {
        // Idle connections to receivers take a quarter of their share.
        in_flight_max: Limits::default()
            .in_flight_max
            .min((shares.egress * 3 / 4).max(1)),
        ..Limits::default()
    };
    let client = Client::new(
        Arc::clone(&guard),
        roots(&options.egress_ca)?,
        ClientLimits {
            // Several endpoints may be on one host, and a burst should not close what the next one needs.
            idle_per_host_max: ClientLimits::default().idle_total_max,
            idle_total_max: ClientLimits::default()
                .idle_total_max
                .min((shares.egress / 4).max(1)),
            ..ClientLimits::default()
        },
    )?;
    let transformer = Transformer::new(
        TransformLimits::default(),
        TransformClocks::new(
            nuncio_tools::system::stopwatch(),
            nuncio_tools::system::thread_time,
        ),
    );
    let engine = Engine::start(
        EngineOptions {
            limits,
            user_agent: concat!("Nuncio/", env!("CARGO_PKG_VERSION")).to_owned(),
            origin: origin(options.public_url.as_deref()),
            transformer: transformer.clone(),
        },
        Arc::<dyn Store>::clone(&store),
        Arc::new(EgressTransport::new(client, Arc::clone(&guard))),
        Arc::clone(&clock),
        Arc::clone(&entropy),
    );
    let pages = dashboard::router(Arc::clone(&store), Arc::clone(&entropy));
    let api = nuncio_api::router_with_pages(
        ApiState {
            store: Arc::clone(&store),
            guard,
            clock,
            entropy,
            lanes: Arc::new(engine.lanes()),
            transformer,
            settings: ApiSettings {
                admin_key_sha256: admin_sha256,
                version: env!("CARGO_PKG_VERSION"),
                metrics_key_sha256: options
                    .metrics_key
                    .as_deref()
                    .map(|key| Sha256::digest(key).into()),
                listener: Arc::clone(&counters),
                public_url: options.public_url.clone(),
                listen: addrs,
                tls: bound.identity.is_some(),
                trusted_proxies: options.trusted_proxies.clone(),
            },
        },
        pages,
    );
    let apis = Apis::new(api, options.svix.clone());
    let open = |listener, tls, seats, paths: listener::Paths| {
        let (close, closed) = oneshot::channel();
        let apis = apis.clone();
        let answer = move |request| {
            let apis = apis.clone();
            async move { apis.answer(request, paths).await }
        };
        let served = tokio::spawn(listener::serve(listener, tls, seats, answer, closed));
        (close, served)
    };
    let paths = match &bound.metrics {
        None => listener::Paths::All,
        Some(_) => listener::Paths::AllButMetrics,
    };
    let mut listeners = Vec::new();
    for (listener, tls) in bound.api {
        listeners.push(open(listener, tls, Arc::clone(&seats), paths));
    }
    if let Some(monitors) = bound.metrics {
        tracing::info!(addr = monitors.url("http"), "serving metrics");
        // Seats of their own: monitors get in whatever happens at the other listeners.
        let limits = SeatLimits {
            total: MONITORS_MAX,
            per_address: MONITORS_MAX,
            exempt: Vec::new(),
        };
        let seats = Seats::new(limits, counters);
        listeners.push(open(monitors, None, seats, listener::Paths::Monitoring));
    }
    let renewal = bound.identity.map(|identity| {
        tokio::spawn(async move {
            if let Err(error) = identity.keep_current().await {
                tracing::error!(%error, "the certificate is not read again");
            }
        })
    });
    let shown = urls.first().map_or("", String::as_str);
    match dashboard::left_out() {
        None => tracing::info!("the dashboard is at {}/", shown),
        Some(why) => tracing::info!(why, "the dashboard was left out of this build"),
    }
    tracing::info!(at = shown, store = %url, "ready");
    Ok(Running {
        urls,
        own,
        admin_key,
        listeners,
        renewal,
        engine,
        store,
    })
}

impl Running {
    /// Stops: no more requests, attempts in flight are finished as far as there is time, everything is on disk.
    pub(crate) async fn shutdown(self) -> anyhow::Result<()> {
        let begin = Instant::now();
        if let Some(renewal) = &self.renewal {
            renewal.abort();
        }
        let (close, listeners): (Vec<_>, Vec<_>) = self.listeners.into_iter().unzip();
        for close in close {
            let _ = close.send(());
        }
        // Idle keep-alive connections end at once; a request that hangs must not keep the server up.
        let closed = async {
            for listener in listeners {
                let _ = listener.await;
            }
        };
        if tokio::time::timeout(REQUESTS_MAX, closed).await.is_err() {
            tracing::warn!("the server stopped before some requests had ended");
        }
        let left = STOP_MAX.saturating_sub(begin.elapsed() + STORE_MAX);
        let drained = self
            .engine
            .shutdown(left)
            .await
            .context("can't commit the last outcomes")?;
        if drained == Drained::CutOff {
            tracing::warn!(
                "some attempts were interrupted and will be repeated after the next start"
            );
        }
        let left = STOP_MAX.saturating_sub(begin.elapsed());
        match tokio::time::timeout(left.max(STORE_MAX), self.store.shutdown()).await {
            Ok(closed) => closed.context("can't close the store"),
            // What was answered is on disk: the next start clears up.
            Err(_) => {
                tracing::warn!("timed out closing the store");
                Ok(())
            }
        }
    }
}

fn rules(options: &ServeOptions, addrs: &[SocketAddr]) -> EgressRules {
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
                addrs
                    .iter()
                    .map(SocketAddr::ip)
                    .filter(|ip| !ip.is_loopback() && !ip.is_unspecified())
                    .map(|ip| ip.to_string()),
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
                .with_context(|| format!("can't read the certificates in {}", file.display()))
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
        tracing::warn!(file = %file.display(), "--egress-ca: deliveries also trust these certificates");
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
        let sha256 = master_key::parse_hex(text.trim())
            .with_context(|| format!("{} does not hold 64 hex digits", file.display()))?;
        return Ok((sha256, None));
    }
    let mut bits = [0u8; 32];
    SystemEntropy.fill(&mut bits);
    let key = format!("nk_admin_{}", hex(&bits));
    let sha256: [u8; 32] = Sha256::digest(&key).into();
    private::make_folder(&options.data_dir)?;
    private::write_file(&file, &hex(&sha256))?;
    Ok((sha256, Some(key)))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
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

/// What receivers that allow senders by name are told: the host of the public URL. A server that nobody else reaches has
/// no name but this one.
fn origin(public_url: Option<&str>) -> String {
    let host = public_url.and_then(|url| {
        let (_, rest) = url.split_once("://")?;
        let authority = rest.split('/').next()?;
        let host = authority
            .rsplit_once(':')
            .map_or(authority, |(host, _)| host);
        (!host.is_empty()).then(|| host.to_owned())
    });
    host.unwrap_or_else(|| "localhost".to_owned())
}
