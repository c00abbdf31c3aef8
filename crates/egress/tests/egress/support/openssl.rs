//! A server of OpenSSL.

use std::process::Stdio;

use nuncio_egress::{Bytes, Client, EgressRules, Exchange, Headers, Method, Request, TlsSettings};
use rcgen::KeyPair;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use super::certificates::{Authority, named};
use super::{AMPLE, loopback_rules, owner};

/// A server of OpenSSL with settings of its own.
pub(crate) struct OpenSsl {
    child: Child,
    port: u16,
    _folder: TempDir,
}

impl OpenSsl {
    pub(crate) async fn start(authority: &Authority, settings: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let key = KeyPair::generate_for(&rcgen::PKCS_RSA_SHA256).unwrap();
        let certificate = named(&["receiver.example"], "Receiver Inc.");
        let certificate = certificate.signed_by(&key, &authority.issuer).unwrap();
        let (key_file, certificate_file) = (folder.path().join("key"), folder.path().join("cert"));
        std::fs::write(&key_file, key.serialize_pem()).unwrap();
        std::fs::write(&certificate_file, certificate.pem()).unwrap();
        let mut child = Command::new("openssl")
            .args(["s_server", "-accept", "127.0.0.1:0", "-www", "-key"])
            .arg(key_file)
            .arg("-cert")
            .arg(certificate_file)
            .args(settings)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("openssl is installed");
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let port = loop {
            let line = lines
                .next_line()
                .await
                .unwrap()
                .expect("it says where it listens");
            if let Some(address) = line.strip_prefix("ACCEPT ") {
                break address.rsplit(':').next().unwrap().trim().parse().unwrap();
            }
        };
        // What it prints from now on is read, so that it never waits for somebody to read it.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Self {
            child,
            port,
            _folder: folder,
        }
    }

    /// `GET`: it has no answer to `POST`.
    pub(crate) async fn get(&mut self, client: &Client) -> Exchange {
        self.get_with(client, None).await
    }

    pub(crate) async fn get_with(
        &mut self,
        client: &Client,
        tls: Option<&TlsSettings>,
    ) -> Exchange {
        assert!(self.child.try_wait().unwrap().is_none(), "it runs");
        let rules = EgressRules {
            allow_http: false,
            ..loopback_rules()
        };
        let url = format!("https://receiver.example:{}/", self.port);
        let request = Request {
            url: &rules.check_url(&url).unwrap(),
            owner: &owner("acme"),
            tls,
            method: Method::GET,
            headers: &Headers::default(),
            body: Bytes::new(),
            deadline: AMPLE,
        };
        client.send(request).await
    }
}
