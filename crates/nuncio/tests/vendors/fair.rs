//! Everything at once: one server, five projects, receivers in three languages.

use std::collections::BTreeMap;

use serde_json::json;

use crate::{
    support::{
        api::Api,
        receiver::Receiver,
        server::{Installation, Server},
        tls::Certificates,
    },
    vendor::{TENANT, VENDORS, Vendor},
};

/// A server with one project for each vendor, and for each project an endpoint in each language.
pub(crate) struct Fair {
    _installation: Installation,
    server: Server,
    pub(crate) client: reqwest::Client,
    projects: BTreeMap<&'static str, Api>,
    pub(crate) receivers: Vec<Receiver>,
}

impl Fair {
    /// Starts the receivers and the server, and makes the projects.
    pub(crate) async fn open() -> Self {
        let installation = Installation::new();
        let certificates = Certificates::make(installation.folder());
        let installation = installation.arg("--egress-ca").arg(&certificates.ca);
        let folder = installation.folder();
        let receivers = vec![
            Receiver::start("node", "vendors.mjs", &certificates, folder).await,
            Receiver::start("python3", "vendors.py", &certificates, folder).await,
            Receiver::start("php", "vendors.php", &certificates, folder).await,
        ];
        let server = installation.start().await;
        let mut fair = Self {
            client: certificates.client(),
            projects: BTreeMap::new(),
            receivers,
            server,
            _installation: installation,
        };
        let admin = fair.server.admin();
        for vendor in &VENDORS {
            let project = admin.new_project(vendor.dialect, json!({})).await;
            let tenant = json!({ "name": "Acme", "plan": "Business" });
            project
                .put(&format!("/v1/tenants/{TENANT}"), tenant)
                .await
                .expect(200);
            fair.projects.insert(vendor.dialect, project);
        }
        fair
    }

    /// Makes an endpoint at a path of a receiver, which learns its secret.
    pub(crate) async fn endpoint(
        &mut self,
        vendor: &Vendor,
        receiver: usize,
        path: &str,
        retry: Option<&str>,
    ) {
        let receiver = &mut self.receivers[receiver];
        let mut body = json!({
            "tenant": TENANT,
            "url": format!("{}{path}", receiver.url),
            "events": [vendor.event_type],
        });
        if let Some(secret) = vendor.chosen_secret {
            body["secret"] = secret.into();
        }
        if let Some(retry) = retry {
            body["retry"] = serde_json::from_str(retry).expect("JSON");
        }
        let endpoint = self.projects[vendor.dialect].new_endpoint(body).await;
        if let Some(secret) = vendor.chosen_secret {
            assert_eq!(endpoint.secret, secret);
        }
        if vendor.dialect == "grantiva" {
            assert!(endpoint.secret.starts_with("whsec_"));
        }
        receiver.learn(path, &endpoint.secret);
    }

    /// Makes an endpoint for each vendor at each receiver.
    pub(crate) async fn everywhere(&mut self) {
        for vendor in &VENDORS {
            for receiver in 0..self.receivers.len() {
                self.endpoint(vendor, receiver, &format!("/{}", vendor.dialect), None)
                    .await;
            }
        }
    }

    /// Publishes an event of the vendor.
    pub(crate) async fn publish(&self, vendor: &Vendor, data: &str) {
        self.projects[vendor.dialect]
            .publish(TENANT, vendor.event_type, data)
            .await;
    }
}
