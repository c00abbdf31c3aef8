//! All addresses that the server is asked at: those of the API, perhaps one for monitors, perhaps one for this process.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use anyhow::Context;
use tokio_rustls::TlsAcceptor;

use crate::{
    listen::{Bound, Listen},
    tls::{TlsFiles, TlsIdentity},
};

/// What was asked for.
#[derive(Clone, Debug)]
pub(crate) struct Addresses {
    /// Of the API; port 0 picks a free one.
    pub(crate) api: Vec<Listen>,
    /// Where monitors ask, if not there.
    pub(crate) metrics: Option<Listen>,
    /// TLS at the API's addresses, but for sockets in the file system.
    pub(crate) tls: Option<TlsFiles>,
    /// Whether this process asks itself, without TLS.
    pub(crate) asks_itself: bool,
}

impl Default for Addresses {
    fn default() -> Self {
        Self {
            api: vec![SocketAddr::from((Ipv4Addr::LOCALHOST, 8484)).into()],
            metrics: None,
            tls: None,
            asks_itself: false,
        }
    }
}

/// What is listened on.
pub(crate) struct Listeners {
    pub(crate) api: Vec<(Bound, Option<TlsAcceptor>)>,
    pub(crate) metrics: Option<Bound>,
    pub(crate) identity: Option<Arc<TlsIdentity>>,
    /// Where this process asks itself, without TLS.
    pub(crate) own: Option<SocketAddr>,
}

impl Addresses {
    /// Listens on all of them.
    ///
    /// # Errors
    /// One can't be listened on, or the certificate can't be used.
    pub(crate) async fn bind(&self) -> anyhow::Result<Listeners> {
        let identity = self.tls.clone().map(TlsFiles::read).transpose()?;
        let acceptor = identity.as_ref().map(TlsIdentity::acceptor).transpose()?;
        let mut api = Vec::new();
        for listen in &self.api {
            for bound in bind(listen).await? {
                let acceptor = acceptor.clone().filter(|_| bound.addr().is_some());
                api.push((bound, acceptor));
            }
        }
        let plain = |(bound, acceptor): &(Bound, Option<TlsAcceptor>)| match acceptor {
            None => bound.addr(),
            Some(_) => None,
        };
        let mut own = api.iter().find_map(plain);
        if own.is_none() && self.asks_itself {
            let free = SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into();
            api.extend(bind(&free).await?.into_iter().map(|bound| (bound, None)));
            own = api.iter().find_map(plain);
        }
        let metrics = match &self.metrics {
            Some(listen) => bind(listen).await?.into_iter().next(),
            None => None,
        };
        Ok(Listeners {
            api,
            metrics,
            identity,
            own,
        })
    }
}

async fn bind(listen: &Listen) -> anyhow::Result<Vec<Bound>> {
    let bound = listen.bind().await;
    bound.with_context(|| format!("can't listen on {listen}"))
}

impl Listeners {
    /// The API's addresses, but for sockets in the file system.
    pub(crate) fn addrs(&self) -> Vec<SocketAddr> {
        self.api
            .iter()
            .filter_map(|(bound, _)| bound.addr())
            .collect()
    }

    /// Where the API is, as it is shown.
    pub(crate) fn urls(&self) -> Vec<String> {
        let scheme = |acceptor: &Option<TlsAcceptor>| match acceptor {
            Some(_) => "https",
            None => "http",
        };
        self.api
            .iter()
            .map(|(bound, acceptor)| bound.url(scheme(acceptor)))
            .collect()
    }
}
