//! The stage: a server on a fresh data folder, and for each vendor a project, a customer, a receiver.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::Context;
use ipnet::{IpNet, Ipv4Net};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{
    receiver::Receiver,
    schedule::Schedule,
    temper::Temper,
    vendors::{VENDORS, Vendor},
};
use crate::{
    certificate::Certificate,
    client::Client,
    config,
    serve::{self, Running, ServeOptions},
};

/// Everything that the demo needs; gone without a trace when dropped.
pub(super) struct Stage {
    /// The server's address, as a URL.
    pub(super) server: String,
    /// Its admin key.
    pub(super) admin_key: String,
    /// The authority that the receivers' certificate comes from, PEM.
    pub(super) ca_pem: String,
    /// The five, in order.
    pub(super) acts: Vec<Act>,
    running: Running,
    /// Holds the data folder; removed last.
    folder: TempDir,
}

/// One vendor's part.
pub(super) struct Act {
    pub(super) vendor: &'static Vendor,
    /// The vendor's name for people.
    pub(super) title: String,
    /// Of the customer's endpoint.
    pub(super) endpoint: String,
    /// Talks to the server on behalf of the project.
    pub(super) client: Client,
    pub(super) receiver: Receiver,
    /// The retry schedule that the vendor publishes.
    pub(super) published: Schedule,
    /// The one in force here.
    pub(super) faster: Schedule,
}

impl Stage {
    /// Sets everything up; all receivers listen, except the one that is down.
    ///
    /// # Errors
    /// The server does not start, or its API refuses a step; the message names the vendor.
    pub(super) async fn build() -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("nuncio-demo-")
            .permissions(config::private_folder())
            .tempdir()?;
        let certificate = Certificate::make([Ipv4Addr::LOCALHOST.to_string()])?;
        let ca_file = folder.path().join("ca.pem");
        std::fs::write(&ca_file, &certificate.ca_pem)?;
        let running = serve::start(ServeOptions {
            data_dir: folder.path().join("data"),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into(),
            // Just this address: the rules for all others stay as they are, and plain HTTP stays refused.
            allow_cidrs: vec![IpNet::V4(Ipv4Net::from(Ipv4Addr::LOCALHOST))],
            egress_ca: vec![ca_file],
            ..ServeOptions::default()
        })
        .await?;
        let server = format!("http://{}", running.addr);
        let admin_key = running
            .admin_key
            .clone()
            .context("the server printed no admin key")?;
        let mut acts = Vec::new();
        for vendor in &VENDORS {
            let receiver = Receiver::reserve(vendor, certificate.tls.clone())?;
            let act = Act::build(&server, &admin_key, vendor, receiver).await;
            acts.push(act.with_context(|| format!("setting up {}", vendor.dialect))?);
        }
        Ok(Self {
            server,
            admin_key,
            ca_pem: certificate.ca_pem,
            acts,
            running,
            folder,
        })
    }

    /// Where the data is while the demo runs.
    pub(super) fn folder(&self) -> String {
        self.folder.path().display().to_string()
    }

    /// Stops the server cleanly, then everything else.
    ///
    /// # Errors
    /// The server could not write its last outcomes.
    pub(super) async fn shutdown(self) -> anyhow::Result<()> {
        self.running.shutdown().await
    }
}

impl Act {
    async fn build(
        server: &str,
        admin_key: &str,
        vendor: &'static Vendor,
        receiver: Receiver,
    ) -> anyhow::Result<Self> {
        let dialect = nuncio_dialect::builtin_named(vendor.dialect);
        let title = dialect.context("no such dialect")?.title().to_owned();
        let published = Schedule::published(vendor.dialect)?;
        let faster = published.faster();

        let project = json!({
            "name": title,
            "dialect": vendor.dialect,
            "policy": {"retry": {"delays_s": faster.0}},
        });
        let project = Client::new(server, admin_key, None)
            .post("/v1/projects", &project)
            .await?;
        let client = Client::new(server, admin_key, Some(text(&project, "id")?));

        let tenant = vendor
            .plan
            .map_or_else(|| json!({}), |plan| json!({"plan": plan}));
        client
            .put(&format!("/v1/tenants/{}", vendor.tenant), &tenant)
            .await?;

        let mut endpoint = json!({
            "tenant": vendor.tenant,
            "url": format!("https://{}/webhooks/{}", receiver.addr, vendor.dialect),
            "events": ["*"],
        });
        if let Some(secret) = vendor.secret {
            endpoint["secret"] = secret.into();
        }
        let endpoint = client.post("/v1/endpoints", &endpoint).await?;
        match vendor.secret {
            Some(secret) => receiver.learn(secret),
            None => receiver.learn(text(&endpoint, "secret")?),
        }
        if vendor.temper != Temper::Down {
            receiver.open()?;
        }
        let endpoint = text(&endpoint, "id")?.to_owned();
        Ok(Self {
            vendor,
            title,
            endpoint,
            client,
            receiver,
            published,
            faster,
        })
    }

    /// The events of the project's catalog, each with its example, and one more if the vendor has it: as JSON
    /// texts for `POST /v1/events`.
    ///
    /// # Errors
    /// The API refuses.
    pub(super) async fn samples(&self) -> anyhow::Result<Vec<String>> {
        let catalog = self.client.get("/v1/event-types?limit=250").await?;
        let types = catalog["data"]
            .as_array()
            .context("the catalog is no list")?;
        let examples = types.iter().filter(|kind| !kind["example"].is_null());
        let named =
            examples.map(|kind| anyhow::Ok((text(kind, "name")?, kind["example"].to_string())));
        let mut samples = named.collect::<anyhow::Result<Vec<_>>>()?;
        samples.extend(
            self.vendor
                .extra
                .map(|(kind, data)| (kind, data.to_owned())),
        );
        let tenant = self.vendor.tenant;
        let event =
            |(kind, data)| format!(r#"{{"tenant":"{tenant}","type":"{kind}","data":{data}}}"#);
        Ok(samples.into_iter().map(event).collect())
    }
}

/// A text field of an answer.
///
/// # Errors
/// It is not there.
pub(super) fn text<'a>(answer: &'a Value, field: &str) -> anyhow::Result<&'a str> {
    answer[field]
        .as_str()
        .with_context(|| format!("the server's answer has no {field}"))
}
