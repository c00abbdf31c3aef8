//! A running server, the receiver of an ecosystem, and what came of each case.

use std::collections::BTreeMap;

use nuncio_dialect::{ChosenBy, Handshake, builtin_named};
use serde_json::{Value, json};

use crate::{
    ecosystem::{Ecosystem, Receiver},
    pair::Pair,
    support::{
        api::{Api, Endpoint, text},
        receiver::Judged,
        server::{Installation, Server},
        wait::eventually,
    },
};

/// On every list of plans.
const PLAN: &str = "enterprise";

/// Everything that the pairs of one ecosystem are tested with.
pub(crate) struct Rig {
    pub(crate) ecosystem: Ecosystem,
    pub(crate) receiver: Receiver,
    pub(crate) client: reqwest::Client,
    projects: BTreeMap<&'static str, Api>,
    failures: Vec<String>,
    server: Server,
    _installation: Installation,
}

impl Rig {
    pub(crate) async fn start(ecosystem: Ecosystem) -> Self {
        let installation = Installation::with_plain_http();
        let receiver = Receiver::start(ecosystem, installation.folder()).await;
        let server = installation.start().await;
        let client = reqwest::Client::builder().no_proxy().build();
        Self {
            ecosystem,
            receiver,
            client: client.expect("a client"),
            projects: BTreeMap::new(),
            failures: Vec::new(),
            server,
            _installation: installation,
        }
    }

    /// The project of a dialect.
    pub(crate) async fn project(&mut self, dialect: &'static str) -> Api {
        if let Some(project) = self.projects.get(dialect) {
            return project.clone();
        }
        let project = self.server.admin().new_project(dialect, json!({})).await;
        self.projects.insert(dialect, project.clone());
        project
    }

    /// An endpoint of the pair at a path of its own, with more members; its deliveries go nowhere else. The tenant
    /// has metadata.
    pub(crate) async fn site(
        &mut self,
        pair: &Pair,
        path: &str,
        metadata: Value,
        extra: Value,
    ) -> Site {
        let project = self.project(pair.dialect).await;
        let tenant = format!("t{}", path.replace('/', "-"));
        let of_the_tenant = json!({ "plan": PLAN, "metadata": metadata });
        project
            .put(&format!("/v1/tenants/{tenant}"), of_the_tenant)
            .await
            .expect(200);
        let url = format!("{}{path}?from=Nuncio%20&x=a+b", self.receiver.url);
        let secret = pair.contract().secret.to_owned();
        self.receiver
            .expect(path, pair.library, pair.dialect, (&secret, &url));
        let mut body = json!({ "tenant": tenant, "url": url, "events": ["*"], "secret": secret });
        let more = extra.as_object().expect("members").clone();
        body.as_object_mut().expect("an object").extend(more);
        let endpoint = project.new_endpoint(body).await;
        self.shake_hands(pair, &project, &endpoint.id).await;
        Site {
            project,
            tenant,
            path: path.to_owned(),
            url,
            endpoint: Endpoint { secret, ..endpoint },
        }
    }

    /// Waits for the handshake of a new endpoint, where its dialect asks for one.
    async fn shake_hands(&mut self, pair: &Pair, project: &Api, endpoint: &str) {
        let path = format!("/v1/endpoints/{endpoint}");
        let what = format!("the handshake of {}, {}", pair.package, pair.dialect);
        let endpoint = eventually(&what, async || {
            let endpoint = project.get(&path).await.expect(200);
            (endpoint["verification"] != "pending").then_some(endpoint)
        })
        .await;
        let asks = builtin_named(pair.dialect)
            .expect("built in")
            .policy()
            .handshake;
        let expected = match asks {
            Handshake::None => "none",
            Handshake::Echo | Handshake::Crc | Handshake::Options => "verified",
        };
        let shaken = endpoint["verification"] == expected;
        self.check(pair, "handshake", shaken, &endpoint.to_string());
    }

    /// Tells the receiver of a pair another secret.
    pub(crate) fn learn(&mut self, pair: &Pair, site: &Site, secret: &str) {
        self.receiver
            .expect(&site.path, pair.library, pair.dialect, (secret, &site.url));
    }

    /// Notes a case that went otherwise than it should.
    pub(crate) fn check(&mut self, pair: &Pair, case: &str, holds: bool, found: &str) {
        if !holds {
            let (registry, package) = (self.ecosystem.registry(), pair.package);
            let found: String = found.chars().take(400).collect();
            self.failures.push(format!(
                "{registry} {package}, dialect {}: {case}: {found}",
                pair.dialect
            ));
        }
    }

    /// Sends a copy of a delivery straight to the receiver; gives the status, once the receiver's log has it.
    pub(crate) async fn resend(&self, copy: &Judged) -> u16 {
        let before = self.receiver.count(&copy.path);
        let mut request = self
            .client
            .post(format!("{}{}", self.receiver.url, copy.path))
            .body(copy.body.clone());
        let of_the_connection = ["host", "content-length", "connection"];
        for (name, value) in &copy.headers {
            if !of_the_connection.contains(&name.as_str()) {
                request = request.header(name, value);
            }
        }
        let answer = request.send().await.expect("the receiver answers");
        self.receiver.judged(&copy.path, before + 1).await;
        answer.status().as_u16()
    }

    /// # Panics
    /// When a case went otherwise than it should: names all that did.
    pub(crate) fn finish(self) {
        let Self { failures, .. } = self;
        assert!(failures.is_empty(), "{}", failures.join("\n"));
    }
}

/// An endpoint and what is around it.
pub(crate) struct Site {
    pub(crate) project: Api,
    pub(crate) tenant: String,
    pub(crate) path: String,
    pub(crate) url: String,
    pub(crate) endpoint: Endpoint,
}

impl Site {
    pub(crate) async fn publish(&self, event_type: &str, data: &str) -> String {
        self.project.publish(&self.tenant, event_type, data).await
    }

    /// Rotates the secret; gives the new one and which signs now. The server makes the new secret, unless the dialect
    /// leaves that to customers: then it is `own`.
    pub(crate) async fn rotate(&self, pair: &Pair, overlap_s: u64, own: &str) -> (String, String) {
        let path = format!("/v1/endpoints/{}/rotate-secret", self.endpoint.id);
        let mut body = json!({ "overlap_seconds": overlap_s });
        let rules = builtin_named(pair.dialect)
            .expect("built in")
            .secret_rules();
        if rules.chosen_by == ChosenBy::Customer {
            body["secret"] = own.into();
        }
        let rotated = self.project.post(&path, body).await.expect(200);
        (text(&rotated, "secret"), text(&rotated, "signing_with"))
    }

    /// Waits until every delivery of the tenant is over, whatever came of it.
    pub(crate) async fn settled(&self) {
        eventually(
            &format!("deliveries of {} are over", self.tenant),
            async || {
                let path = format!("/v1/deliveries?tenant={}&status=pending", self.tenant);
                self.project.all(&path).await.is_empty().then_some(())
            },
        )
        .await;
    }
}
