//! A Hook0 server's database (PostgreSQL, schemas `event` and `webhook`).

use anyhow::{Context, bail};
use nuncio_postgres::{
    DatabaseUrl,
    tokio_postgres::{Row, Transaction},
};
use serde_json::Value;

use crate::{
    EndpointRecord, EventTypeRecord, ImportSecret, Records, Source, columns::display_name,
    database, svix_database::headers,
};

const LEFT_OUT: &[&str] = &[
    "events and request attempts: the history stays where it is",
    "retry schedules: set one in the project's policy",
    "the signature: write a dialect with the header `X-Hook0-Signature`, and import into a project with it",
];

/// A database, and what stands for a tenant in it.
pub struct Hook0Database {
    url: DatabaseUrl,
    application: Option<String>,
    tenant_label: String,
}

impl Hook0Database {
    /// The database of an installation; of one application if it is named. The value of the label is the tenant.
    pub const fn new(url: DatabaseUrl, application: Option<String>, tenant_label: String) -> Self {
        Self {
            url,
            application,
            tenant_label,
        }
    }
}

impl Source for Hook0Database {
    async fn read(&self) -> anyhow::Result<Records> {
        let mut client = database::connect(&self.url).await?;
        let snapshot = database::snapshot(&mut client).await?;
        let application = application(&snapshot, self.application.as_deref()).await?;
        let mut records = Records {
            event_types: event_types(&snapshot, &application).await?,
            left_out: LEFT_OUT.iter().map(|text| (*text).to_owned()).collect(),
            ..Records::default()
        };
        const SQL: &str = "SELECT s.subscription__id::text AS id, s.is_enabled, s.description::text, s.secret::text, \
                           s.labels::text, t.method::text, t.url::text, t.headers::text, \
                           array(SELECT e.event_type__name::text FROM webhook.subscription__event_type e \
                           WHERE e.subscription__id = s.subscription__id ORDER BY 1) AS types \
                           FROM webhook.subscription s JOIN webhook.target_http t ON t.target__id = s.target__id \
                           WHERE s.application__id::text = $1 AND s.deleted_at IS NULL ORDER BY s.subscription__id";
        for row in snapshot.query(SQL, &[&application]).await? {
            self.take(&mut records, &row);
        }
        Ok(records)
    }
}

impl Hook0Database {
    fn take(&self, records: &mut Records, row: &Row) {
        let (id, url): (String, String) = (row.get("id"), row.get("url"));
        let origin = format!("subscription {id}");
        let json = |name: &str| {
            let text: Option<String> = row.get(name);
            text.and_then(|text| serde_json::from_str::<Value>(&text).ok())
        };
        let labels = headers(json("labels"));
        let Some(tenant) = labels.get(&self.tenant_label).cloned() else {
            let why = format!(
                "it has no label `{}`, which names the tenant",
                self.tenant_label
            );
            return records.refuse(origin, display_name("?", &url), why);
        };
        let name = display_name(&tenant, &url);
        if labels.len() > 1 {
            let why =
                "it goes by other labels as well: create it with channels or a payload filter";
            return records.refuse(origin, name, why);
        }
        if !row.get::<_, &str>("method").eq_ignore_ascii_case("POST") {
            return records.refuse(origin, name, "it does not use POST");
        }
        let events: Vec<String> = row.get("types");
        if events.is_empty() {
            return records.refuse(origin, name, "it has no event types, so it gets no events");
        }
        let description: Option<String> = row.get("description");
        records.endpoints.push(EndpointRecord {
            origin,
            uid: Some(id),
            events,
            secret: Some(ImportSecret::new(row.get::<_, String>("secret"))),
            description: description.filter(|text| !text.is_empty()),
            headers: headers(json("headers")),
            disabled: !row.get::<_, bool>("is_enabled"),
            tenant,
            url,
            ..EndpointRecord::default()
        });
    }
}

async fn application(snapshot: &Transaction<'_>, named: Option<&str>) -> anyhow::Result<String> {
    const SQL: &str = "SELECT application__id::text FROM event.application ORDER BY 1";
    let rows = snapshot
        .query(SQL, &[])
        .await
        .context("this is not the database of a Hook0 server")?;
    let all: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    match (named, all.as_slice()) {
        (Some(named), all) if all.iter().any(|one| one == named) => Ok(named.to_owned()),
        (Some(named), _) => bail!(
            "there is no application {named}: use one of {}",
            all.join(", ")
        ),
        (None, [one]) => Ok(one.clone()),
        (None, []) => bail!("the database has no application"),
        (None, _) => bail!(
            "there are several applications: name one with --application: {}",
            all.join(", ")
        ),
    }
}

async fn event_types(
    snapshot: &Transaction<'_>,
    application: &str,
) -> anyhow::Result<Vec<EventTypeRecord>> {
    const SQL: &str = "SELECT event_type__name::text AS name FROM event.event_type \
                       WHERE application__id::text = $1 AND deactivated_at IS NULL ORDER BY 1";
    let rows = snapshot.query(SQL, &[&application]).await?;
    let record = |row: &Row| {
        let name: String = row.get("name");
        EventTypeRecord {
            origin: format!("event type {name}"),
            description: String::new(),
            schema: None,
            deprecated: false,
            name,
        }
    };
    Ok(rows.iter().map(record).collect())
}
