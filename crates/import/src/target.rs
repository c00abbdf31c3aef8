//! A server's project, by its API: what it has already, what may come, and the creating of it.

use std::collections::{BTreeMap, HashSet};

use anyhow::{Context, bail};
use nuncio_dialect::Dialect;
use nuncio_domain::{Channel, EventFilter, EventTypeName, TenantId, Uid};
use nuncio_tools::client::ApiClient;
use serde_json::{Value, json};

use crate::{
    EndpointRecord, EventTypeRecord, Import, ImportOutcome, ImportedKind, Records, TenantRecord,
    columns::display_name,
};

/// How many items of a list are asked for at once: as many as the API gives.
const PAGE_ITEMS: &str = "limit=250";

/// How long a former secret may sign at most: 30 days, as the API has it.
const OVERLAP_S_MAX: u32 = 2_592_000;

/// A project of a server.
pub struct ImportTarget {
    client: ApiClient,
    dialect: String,
    dialects: BTreeMap<String, TargetDialect>,
    event_types: HashSet<String>,
    tenants: HashSet<String>,
    endpoint_uids: HashSet<(String, String)>,
    endpoint_urls: HashSet<(String, String)>,
}

struct TargetDialect {
    rules: Dialect,
    needs_secret: bool,
}

impl ImportTarget {
    /// Reads what the project has.
    ///
    /// # Errors
    /// No answer, or the key can't list it.
    pub async fn open(client: ApiClient) -> anyhow::Result<Self> {
        let me = client.get("/v1/session").await?;
        let Some(dialect) = me["project"]["dialect"].as_str() else {
            bail!("the key is for all projects: name one with --project");
        };
        let names = |items: Vec<Value>, field: &str| -> HashSet<String> {
            let names = items.iter().filter_map(|item| item[field].as_str());
            names.map(str::to_owned).collect()
        };
        let event_types = client.all(&format!("/v1/event-types?{PAGE_ITEMS}")).await?;
        let tenants = client.all(&format!("/v1/tenants?{PAGE_ITEMS}")).await?;
        let endpoints = client.all(&format!("/v1/endpoints?{PAGE_ITEMS}")).await?;
        let with_tenant = |field: &str| -> HashSet<(String, String)> {
            let pairs = endpoints.iter().filter_map(|endpoint| {
                Some((endpoint["tenant"].as_str()?, endpoint[field].as_str()?))
            });
            pairs
                .map(|(tenant, text)| (tenant.to_owned(), text.to_owned()))
                .collect()
        };
        let mut target = Self {
            dialect: dialect.to_owned(),
            dialects: BTreeMap::new(),
            event_types: names(event_types, "name"),
            tenants: names(tenants, "id"),
            endpoint_uids: with_tenant("uid"),
            endpoint_urls: with_tenant("url"),
            client,
        };
        target.load_dialect(dialect).await?;
        Ok(target)
    }

    /// Decides on every record and, if `apply`, creates what is missing. `step` is called after each with its number and
    /// how many there are.
    ///
    /// # Errors
    /// The server doesn't answer. What it refuses is an outcome, no error.
    pub async fn import(
        &mut self,
        records: &Records,
        apply: bool,
        mut step: impl FnMut(usize, usize),
    ) -> anyhow::Result<Vec<Import>> {
        let total = records.event_types.len() + records.tenants.len() + records.endpoints.len();
        let mut imports = records.refused.clone();
        for event_type in &records.event_types {
            let outcome = self.event_type(event_type, apply).await;
            imports.push(import(
                ImportedKind::EventType,
                &event_type.origin,
                event_type.name.clone(),
                outcome,
            ));
            step(imports.len() - records.refused.len(), total);
        }
        for tenant in &records.tenants {
            let outcome = self.tenant(tenant, apply).await;
            imports.push(import(
                ImportedKind::Tenant,
                &tenant.origin,
                tenant.id.clone(),
                outcome,
            ));
            step(imports.len() - records.refused.len(), total);
        }
        for endpoint in &records.endpoints {
            let outcome = self.endpoint(endpoint, apply).await;
            let name = display_name(&endpoint.tenant, &endpoint.url);
            imports.push(import(
                ImportedKind::Endpoint,
                &endpoint.origin,
                name,
                outcome,
            ));
            step(imports.len() - records.refused.len(), total);
        }
        Ok(imports)
    }

    async fn event_type(
        &mut self,
        record: &EventTypeRecord,
        apply: bool,
    ) -> anyhow::Result<ImportOutcome> {
        EventTypeName::parse(&record.name)?;
        if self.event_types.contains(&record.name) {
            return Ok(ImportOutcome::Exists);
        }
        if !apply {
            return Ok(ImportOutcome::Create);
        }
        let mut body =
            json!({ "description": record.description, "deprecated": record.deprecated });
        if let Some(schema) = &record.schema {
            body["schema"] = schema.clone();
        }
        self.client
            .put(&format!("/v1/event-types/{}", escaped(&record.name)), &body)
            .await?;
        self.event_types.insert(record.name.clone());
        Ok(ImportOutcome::Created)
    }

    async fn tenant(
        &mut self,
        record: &TenantRecord,
        apply: bool,
    ) -> anyhow::Result<ImportOutcome> {
        TenantId::parse(&record.id)?;
        if let Some(uid) = &record.uid {
            Uid::parse(uid)?;
        }
        if self.tenants.contains(&record.id) {
            return Ok(ImportOutcome::Exists);
        }
        if !apply {
            return Ok(ImportOutcome::Create);
        }
        let body = json!({ "uid": record.uid, "name": record.name, "metadata": record.metadata });
        self.client
            .put(&format!("/v1/tenants/{}", escaped(&record.id)), &body)
            .await?;
        self.tenants.insert(record.id.clone());
        Ok(ImportOutcome::Created)
    }

    async fn endpoint(
        &mut self,
        record: &EndpointRecord,
        apply: bool,
    ) -> anyhow::Result<ImportOutcome> {
        let with = |text: &str| (record.tenant.clone(), text.to_owned());
        let url = self.judge(record).await?;
        let exists = match &record.uid {
            Some(uid) => self.endpoint_uids.contains(&with(uid)),
            None => self.endpoint_urls.contains(&with(&url)),
        };
        if exists {
            return Ok(ImportOutcome::Exists);
        }
        if !apply {
            return Ok(ImportOutcome::Create);
        }
        self.create(record).await?;
        self.endpoint_urls.insert(with(&url));
        if let Some(uid) = &record.uid {
            self.endpoint_uids.insert(with(uid));
        }
        Ok(ImportOutcome::Created)
    }

    /// Looks for whatever would keep the endpoint from being created; gives its URL as it would be stored.
    async fn judge(&mut self, record: &EndpointRecord) -> anyhow::Result<String> {
        TenantId::parse(&record.tenant)?;
        if let Some(uid) = &record.uid {
            Uid::parse(uid)?;
        }
        for filter in &record.events {
            EventFilter::parse(filter)?;
        }
        for channel in &record.channels {
            Channel::parse(channel)?;
        }
        let own = record
            .dialect
            .clone()
            .unwrap_or_else(|| self.dialect.clone());
        let dialect = self.load_dialect(&own).await?;
        let old = record.old_secrets.iter().map(|old| &old.secret);
        for secret in old.chain(&record.secret) {
            dialect
                .rules
                .register_secret(secret.expose())
                .with_context(|| format!("the secret does not fit the dialect `{own}`"))?;
        }
        if record.secret.is_none() && dialect.needs_secret {
            bail!("`secret` is missing: in the dialect `{own}` the customer chooses it");
        }
        for (name, value) in &record.headers {
            if let Some(fault) = dialect.rules.header_fault(name, value) {
                bail!("the header `{name}` {fault}");
            }
        }
        let found = self
            .client
            .post("/v1/endpoints/check", &json!({ "url": record.url }))
            .await?;
        match found["url"].as_str().filter(|_| found["ok"] == true) {
            Some(url) => Ok(url.to_owned()),
            None => bail!(
                "{}",
                found["errors"][0]["detail"]
                    .as_str()
                    .unwrap_or("the URL is refused")
            ),
        }
    }

    async fn load_dialect(&mut self, name: &str) -> anyhow::Result<&TargetDialect> {
        if !self.dialects.contains_key(name) {
            let found = self
                .client
                .get(&format!("/v1/dialects/{}", escaped(name)))
                .await?;
            let source = found["source"].as_str().unwrap_or_default();
            let dialect = TargetDialect {
                rules: Dialect::parse(source, name)?,
                needs_secret: found["secret_chosen_by"] == "customer",
            };
            self.dialects.insert(name.to_owned(), dialect);
        }
        self.dialects.get(name).context("it was just put there")
    }

    /// Creates the endpoint with the secret that ends first, then rotates through the others, so that all of them sign as
    /// long as they did. If a rotation fails the endpoint is deleted again, so that the next run starts anew.
    async fn create(&self, record: &EndpointRecord) -> anyhow::Result<()> {
        let mut secrets = record
            .old_secrets
            .iter()
            .map(|old| &old.secret)
            .chain(&record.secret);
        let mut body = json!({
            "tenant": record.tenant,
            "uid": record.uid,
            "url": record.url,
            "events": record.events,
            "secret": secrets.next().map(|secret| secret.expose()),
            "description": record.description,
            "headers": record.headers,
            "disabled": record.disabled,
        });
        if !record.channels.is_empty() {
            body["channels"] = json!(record.channels);
        }
        if let Some(dialect) = &record.dialect {
            body["dialect"] = json!(dialect);
        }
        if let Some(limit) = record.rate_limit {
            body["rate_limit"] = json!(limit);
        }
        if record.metadata.is_object() {
            body["metadata"] = record.metadata.clone();
        }
        let created = self.client.post("/v1/endpoints", &body).await?;
        let id = created["id"].as_str().context("the answer has no id")?;
        for (secret, before) in secrets.zip(&record.old_secrets) {
            let rotation = json!({ "secret": secret.expose(), "overlap_seconds": before.seconds_left.min(OVERLAP_S_MAX) });
            let rotated = self
                .client
                .post(&format!("/v1/endpoints/{id}/rotate-secret"), &rotation)
                .await;
            if let Err(error) = rotated {
                self.client.delete(&format!("/v1/endpoints/{id}")).await?;
                return Err(error.context("a former secret can't be kept"));
            }
        }
        Ok(())
    }
}

fn import(
    kind: ImportedKind,
    origin: &str,
    name: String,
    outcome: anyhow::Result<ImportOutcome>,
) -> Import {
    Import {
        kind,
        origin: origin.to_owned(),
        name,
        outcome: outcome.unwrap_or_else(|error| ImportOutcome::Refused(format!("{error:#}"))),
    }
}

/// A name as part of a path.
fn escaped(name: &str) -> String {
    let escape = |byte: u8| match byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    };
    name.bytes().map(escape).collect()
}
