//! An address that stays while the server behind it changes: what a name or a load balancer is in production.

use std::{net::SocketAddr, sync::Arc};

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// Passes connections on to whatever server it is turned to; ends when dropped.
pub(crate) struct Address {
    /// Such as `http://127.0.0.1:40123`.
    pub(crate) url: String,
    target: Arc<watch::Sender<SocketAddr>>,
}

impl Address {
    /// An address for the server with that URL.
    pub(crate) async fn new(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("bound"));
        let target = Arc::new(watch::Sender::new(socket(server)));
        let mut turned = target.subscribe();
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    accepted = listener.accept() => {
                        let (client, _) = accepted.expect("it listens");
                        tokio::spawn(pass(client, turned.clone()));
                    }
                    turn = turned.changed() => if turn.is_err() { return },
                }
            }
        });
        Self { url, target }
    }

    /// Turns it to another server. Connections to the former one are cut, as when a machine goes away.
    pub(crate) fn turn_to(&self, server: &str) {
        self.target.send_replace(socket(server));
    }
}

async fn pass(mut client: TcpStream, mut target: watch::Receiver<SocketAddr>) {
    let to = *target.borrow_and_update();
    if let Ok(mut server) = TcpStream::connect(to).await {
        tokio::select! {
            _ = copy_bidirectional(&mut client, &mut server) => {}
            _ = target.changed() => {}
        }
    }
}

fn socket(url: &str) -> SocketAddr {
    let address = url.strip_prefix("http://").expect("plain HTTP");
    address.parse().expect("an address and a port")
}
