//! A Svix server, or the cloud, by its API: where there is no access to the database.

use anyhow::Context;
use nuncio_tools::client::ApiClient;
use serde_json::Value;

use crate::{
    EndpointRecord, EventTypeRecord, ImportSecret, Records, Source, TenantRecord,
    columns::display_name,
    svix_database::{LEFT_OUT, endpoint_uid, filters, headers, newest_schema, texts},
};

/// A server and a token for one organization.
pub struct SvixApi {
    client: ApiClient,
}

impl SvixApi {
    /// The server at that URL.
    pub fn new(server: &str, token: &str) -> Self {
        Self {
            client: ApiClient::new(server, token, None),
        }
    }

    /// All items of a list, page by page; `path` has a query.
    async fn all(&self, path: &str) -> anyhow::Result<Vec<Value>> {
        let mut items = Vec::new();
        let mut page = path.to_owned();
        loop {
            let answer = self.client.get(&page).await?;
            items.extend(answer["data"].as_array().into_iter().flatten().cloned());
            match answer["iterator"]
                .as_str()
                .filter(|_| answer["done"] != true)
            {
                Some(iterator) => page = format!("{path}&iterator={iterator}"),
                None => return Ok(items),
            }
        }
    }

    async fn endpoint(
        &self,
        records: &mut Records,
        tenant: &str,
        item: &Value,
    ) -> anyhow::Result<()> {
        let id = text(item, "id")?;
        let url = text(item, "url")?;
        let path = format!("/api/v1/app/{tenant}/endpoint/{id}");
        let secret = self.client.get(&format!("{path}/secret/")).await?;
        let secret = secret["key"].as_str().unwrap_or_default();
        let shown = self.client.get(&format!("{path}/headers/")).await?;
        let origin = format!("endpoint {id}");
        let name = display_name(tenant, &url);
        if secret.starts_with("whpk_") {
            records.refuse(
                origin,
                name,
                "its private key can't be read by the API: import from the database",
            );
            return Ok(());
        }
        let hidden = texts(Some(shown["sensitive"].clone()));
        if !hidden.is_empty() {
            let why = format!(
                "the values of its headers {} can't be read by the API: import from the database",
                hidden.join(", ")
            );
            records.refuse(origin, name, why);
            return Ok(());
        }
        records.endpoints.push(EndpointRecord {
            origin,
            tenant: tenant.to_owned(),
            uid: Some(
                item["uid"]
                    .as_str()
                    .map_or_else(|| endpoint_uid(&id), str::to_owned),
            ),
            url,
            events: filters(Some(item["filterTypes"].clone())),
            channels: texts(Some(item["channels"].clone())),
            secret: Some(ImportSecret::new(secret)),
            old_secrets: Vec::new(),
            description: item["description"]
                .as_str()
                .filter(|text| !text.is_empty())
                .map(str::to_owned),
            headers: headers(Some(shown["headers"].clone())),
            dialect: None,
            rate_limit: item["rateLimit"]
                .as_u64()
                .and_then(|limit| u32::try_from(limit).ok()),
            disabled: item["disabled"] == true,
            metadata: item["metadata"].clone(),
        });
        Ok(())
    }
}

impl Source for SvixApi {
    async fn read(&self) -> anyhow::Result<Records> {
        let mut records = Records {
            left_out: LEFT_OUT.iter().map(|text| (*text).to_owned()).collect(),
            ..Records::default()
        };
        records
            .left_out
            .push("former secrets that still sign: they can't be read by the API".to_owned());
        for item in self
            .all("/api/v1/event-type/?limit=250&with_content=true")
            .await?
        {
            let name = text(&item, "name")?;
            records.event_types.push(EventTypeRecord {
                origin: format!("event type {name}"),
                description: item["description"].as_str().unwrap_or_default().to_owned(),
                schema: newest_schema(Some(&item["schemas"])),
                deprecated: item["deprecated"] == true,
                name,
            });
        }
        for item in self.all("/api/v1/app/?limit=250").await? {
            let id = text(&item, "id")?;
            for endpoint in self
                .all(&format!("/api/v1/app/{id}/endpoint/?limit=250"))
                .await?
            {
                self.endpoint(&mut records, &id, &endpoint).await?;
            }
            records.tenants.push(TenantRecord {
                origin: format!("application {id}"),
                uid: item["uid"].as_str().map(str::to_owned),
                name: item["name"].as_str().map(str::to_owned),
                metadata: item["metadata"].clone(),
                id,
            });
        }
        Ok(records)
    }
}

fn text(item: &Value, field: &str) -> anyhow::Result<String> {
    let text = item[field].as_str();
    text.map(str::to_owned)
        .with_context(|| format!("an item of the list has no `{field}`"))
}
