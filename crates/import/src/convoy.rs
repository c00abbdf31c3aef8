//! A Convoy server's database (PostgreSQL, schema `convoy`).

use std::collections::HashMap;

use anyhow::{Context, bail};
use nuncio_postgres::{
    DatabaseUrl,
    tokio_postgres::{Row, Transaction},
};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::{
    EndpointRecord, EventTypeRecord, ImportSecret, Records, Source, columns::display_name, database,
};

const LEFT_OUT: &[&str] = &[
    "events and deliveries: the history stays where it is",
    "former secrets: only the one that signs now comes",
    "schedules, timeouts and rate limits: set them in the project's policy",
    "the signature: write a dialect with the project's header, hash and encoding, and import into a project with it",
];

/// A database, and what opens the secrets in it.
pub struct ConvoyDatabase {
    url: DatabaseUrl,
    key: Option<Zeroizing<String>>,
    project: Option<String>,
}

impl ConvoyDatabase {
    /// The database of an installation, with its encryption key if it has one; of one project if it is named.
    pub fn new(url: DatabaseUrl, key: Option<&str>, project: Option<String>) -> Self {
        Self {
            url,
            key: key.map(|key| Zeroizing::new(key.to_owned())),
            project,
        }
    }
}

/// What an endpoint's subscriptions come to.
#[derive(Default)]
struct Subscribed {
    events: Vec<String>,
    has_filter: bool,
}

impl Source for ConvoyDatabase {
    async fn read(&self) -> anyhow::Result<Records> {
        let mut client = database::connect(&self.url).await?;
        let snapshot = database::snapshot(&mut client).await?;
        let project = project(&snapshot, self.project.as_deref()).await?;
        let mut records = Records {
            event_types: event_types(&snapshot, &project).await?,
            left_out: LEFT_OUT.iter().map(|text| (*text).to_owned()).collect(),
            ..Records::default()
        };
        let mut subscriptions = subscriptions(&snapshot, &project).await?;
        const SQL: &str = "SELECT id::text, name::text, url::text, status::text, owner_id::text, description::text, \
                           secrets::text, coalesce(is_encrypted, false) AS is_encrypted, \
                           coalesce(authentication_type, '') <> '' AS authenticates FROM convoy.endpoints \
                           WHERE project_id = $1 AND deleted_at IS NULL ORDER BY id";
        for row in snapshot.query(SQL, &[&project]).await? {
            let id: String = row.get("id");
            let secrets = match row.get("is_encrypted") {
                true => self.decrypted(&snapshot, &id).await?,
                false => row.get("secrets"),
            };
            let subscribed = subscriptions.remove(&id).unwrap_or_default();
            take(&mut records, &row, secrets.as_deref(), subscribed);
        }
        Ok(records)
    }
}

impl ConvoyDatabase {
    /// The secrets of an endpoint, decrypted by the database's own pgcrypto.
    async fn decrypted(
        &self,
        snapshot: &Transaction<'_>,
        id: &str,
    ) -> anyhow::Result<Option<String>> {
        let Some(key) = &self.key else {
            bail!("the secrets are encrypted: give the key with --encryption-key");
        };
        const INSTALLED: &str =
            "SELECT EXISTS (SELECT FROM pg_proc WHERE proname = 'pgp_sym_decrypt')";
        if !snapshot.query_one(INSTALLED, &[]).await?.get::<_, bool>(0) {
            bail!(
                "the secrets are encrypted with pgcrypto, which this database does not have: run CREATE EXTENSION pgcrypto there"
            );
        }
        const SQL: &str =
            "SELECT pgp_sym_decrypt(secrets_cipher, $2)::text FROM convoy.endpoints WHERE id = $1";
        let row = snapshot
            .query_one(SQL, &[&id, &key.as_str()])
            .await
            .context("the secrets do not decrypt with this key")?;
        Ok(row.get(0))
    }
}

fn take(records: &mut Records, row: &Row, secrets: Option<&str>, subscribed: Subscribed) {
    let (id, url): (String, String) = (row.get("id"), row.get("url"));
    let owner: Option<String> = row.get("owner_id");
    let tenant = owner.filter(|owner| !owner.is_empty());
    let tenant = tenant.unwrap_or_else(|| id.clone());
    let origin = format!("endpoint {id}");
    let name = display_name(&tenant, &url);
    let why = match (subscribed.has_filter, subscribed.events.is_empty()) {
        (true, _) => Some("it filters by body or headers: create it with a payload filter"),
        (false, true) => Some("it has no subscription, so it gets no events"),
        (false, false) if row.get("authenticates") => {
            Some("it authenticates at its receiver: create it with `auth`")
        }
        (false, false) => None,
    };
    if let Some(why) = why {
        return records.refuse(origin, name, why);
    }
    let secrets: Vec<Value> = secrets
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default();
    let mut texts = secrets.iter().filter_map(|secret| secret["value"].as_str());
    let description: Option<String> = row.get("description");
    let description = description.filter(|text| !text.is_empty());
    records.endpoints.push(EndpointRecord {
        origin,
        uid: Some(id),
        events: subscribed.events,
        // The last is the one that signs.
        secret: texts.next_back().map(ImportSecret::new),
        description: description.or_else(|| row.get("name")),
        disabled: row.get::<_, &str>("status") != "active",
        tenant,
        url,
        ..EndpointRecord::default()
    });
}

async fn project(snapshot: &Transaction<'_>, named: Option<&str>) -> anyhow::Result<String> {
    const SQL: &str = "SELECT DISTINCT project_id::text FROM convoy.endpoints WHERE deleted_at IS NULL ORDER BY 1";
    let rows = snapshot
        .query(SQL, &[])
        .await
        .context("this is not the database of a Convoy server")?;
    let all: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    match (named, all.as_slice()) {
        (Some(named), all) if all.iter().any(|one| one == named) => Ok(named.to_owned()),
        (Some(named), _) => bail!(
            "there is no project {named} with endpoints: use one of {}",
            all.join(", ")
        ),
        (None, [one]) => Ok(one.clone()),
        (None, []) => bail!("the database has no endpoint"),
        (None, _) => bail!(
            "there are several projects: name one with --from-project: {}",
            all.join(", ")
        ),
    }
}

async fn event_types(
    snapshot: &Transaction<'_>,
    project: &str,
) -> anyhow::Result<Vec<EventTypeRecord>> {
    const SQL: &str = "SELECT name::text, coalesce(description, '')::text AS description FROM convoy.event_types \
                       WHERE project_id = $1 AND deprecated_at IS NULL AND name <> '*' ORDER BY name";
    let rows = snapshot.query(SQL, &[&project]).await?;
    let record = |row: &Row| {
        let name: String = row.get("name");
        EventTypeRecord {
            origin: format!("event type {name}"),
            description: row.get("description"),
            schema: None,
            deprecated: false,
            name,
        }
    };
    Ok(rows.iter().map(record).collect())
}

async fn subscriptions(
    snapshot: &Transaction<'_>,
    project: &str,
) -> anyhow::Result<HashMap<String, Subscribed>> {
    const SQL: &str = "SELECT endpoint_id::text, filter_config_event_types::text[] AS types, \
                       coalesce(filter_config_filter_body::text, '{}') NOT IN ('{}', 'null') OR \
                       coalesce(filter_config_filter_headers::text, '{}') NOT IN ('{}', 'null') AS has_filter \
                       FROM convoy.subscriptions WHERE project_id = $1 AND deleted_at IS NULL \
                       AND endpoint_id IS NOT NULL ORDER BY id";
    let mut found: HashMap<String, Subscribed> = HashMap::new();
    for row in snapshot.query(SQL, &[&project]).await? {
        let subscribed = found.entry(row.get("endpoint_id")).or_default();
        let types: Option<Vec<String>> = row.get("types");
        for event in types.unwrap_or_default() {
            if !subscribed.events.contains(&event) {
                subscribed.events.push(event);
            }
        }
        subscribed.has_filter |= row.get::<_, bool>("has_filter");
    }
    Ok(found)
}
