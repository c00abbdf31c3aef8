//! A Svix server's database (PostgreSQL, schema `public`).

use std::collections::{BTreeMap, HashMap};

use anyhow::{Context, bail};
use nuncio_postgres::{
    DatabaseUrl,
    tokio_postgres::{Row, Transaction},
};
use serde_json::Value;

use crate::{
    EndpointRecord, EventTypeRecord, OldSecret, Records, Source, TenantRecord,
    columns::display_name, database, svix_key::SvixKeys,
};

/// What stays behind, for the report.
pub(crate) const LEFT_OUT: &[&str] = &[
    "messages and attempts: the history stays where it is",
    "messages that are waiting: let the old server work them off before the switch",
    "archived event types, feature flags, and all versions of a schema but the newest",
    "rate limits of applications",
];

/// A database, and what opens the secrets in it.
pub struct SvixDatabase {
    url: DatabaseUrl,
    keys: SvixKeys,
    organization: Option<String>,
}

impl SvixDatabase {
    /// The database of an installation with that main secret; of one organization if it is named.
    pub fn new(url: DatabaseUrl, main_secret: Option<&str>, organization: Option<String>) -> Self {
        Self {
            url,
            keys: SvixKeys::new(main_secret),
            organization,
        }
    }
}

impl Source for SvixDatabase {
    async fn read(&self) -> anyhow::Result<Records> {
        let mut client = database::connect(&self.url).await?;
        let snapshot = database::snapshot(&mut client).await?;
        let organization = organization(&snapshot, self.organization.as_deref()).await?;
        let mut records = Records {
            event_types: event_types(&snapshot, &organization).await?,
            tenants: tenants(&snapshot, &organization).await?,
            left_out: LEFT_OUT.iter().map(|text| (*text).to_owned()).collect(),
            ..Records::default()
        };
        let mut old = old_keys(&snapshot, &organization).await?;
        for row in endpoints(&snapshot, &organization).await? {
            let id: String = row.get("id");
            let olds = old.remove(&id).unwrap_or_default();
            self.take(&mut records, &row, olds);
        }
        Ok(records)
    }
}

impl SvixDatabase {
    fn take(&self, records: &mut Records, row: &Row, olds: Vec<(String, i64)>) {
        let (id, tenant, url): (String, String, String) =
            (row.get("id"), row.get("app_id"), row.get("url"));
        let refuse = |records: &mut Records, why: String| {
            records.refuse(format!("endpoint {id}"), display_name(&tenant, &url), why);
        };
        let secret = match self.keys.open(row.get("key")) {
            Ok(secret) => secret,
            Err(error) => return refuse(records, error.to_string()),
        };
        let mut old_secrets = Vec::new();
        for (text, seconds) in olds {
            match self.keys.open_text(&text) {
                Ok(secret) => old_secrets.push(OldSecret {
                    secret,
                    seconds_left: u32::try_from(seconds).unwrap_or(0),
                }),
                Err(error) => return refuse(records, format!("a former key: {error}")),
            }
        }
        let json = |name: &str| {
            row.get::<_, Option<String>>(name)
                .and_then(|text| serde_json::from_str(&text).ok())
        };
        let uid: Option<String> = row.get("uid");
        let description: Option<String> = row.get("description");
        records.endpoints.push(EndpointRecord {
            origin: format!("endpoint {id}"),
            uid: Some(uid.unwrap_or_else(|| endpoint_uid(&id))),
            events: filters(json("event_types_ids")),
            channels: texts(json("channels")),
            secret: Some(secret),
            old_secrets,
            description: description.filter(|text| !text.is_empty()),
            headers: headers(json("headers")),
            rate_limit: row
                .get::<_, Option<i32>>("rate_limit")
                .and_then(|limit| u32::try_from(limit).ok()),
            disabled: row.get("disabled"),
            metadata: json("metadata").unwrap_or_default(),
            dialect: None,
            tenant,
            url,
        });
    }
}

/// What an endpoint without a uid is known by: its former id. That begins as the ids of this server do, which a uid may
/// not.
pub(crate) fn endpoint_uid(id: &str) -> String {
    format!("svix.{id}")
}

/// The filters of an endpoint: all events where it has none.
pub(crate) fn filters(given: Option<Value>) -> Vec<String> {
    let filters = texts(given);
    match filters.is_empty() {
        true => vec!["*".to_owned()],
        false => filters,
    }
}

pub(crate) fn texts(given: Option<Value>) -> Vec<String> {
    let list = given.as_ref().and_then(Value::as_array);
    let texts = list.into_iter().flatten().filter_map(Value::as_str);
    texts.map(str::to_owned).collect()
}

pub(crate) fn headers(given: Option<Value>) -> BTreeMap<String, String> {
    let object = given.as_ref().and_then(Value::as_object);
    let texts = object
        .into_iter()
        .flatten()
        .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())));
    texts.collect()
}

/// The newest of the schemas, which are named by their version.
pub(crate) fn newest_schema(schemas: Option<&Value>) -> Option<Value> {
    let versions = schemas.and_then(Value::as_object)?;
    let newest = versions
        .iter()
        .max_by_key(|(version, _)| version.parse::<u32>().unwrap_or(0))?;
    Some(newest.1.clone()).filter(Value::is_object)
}

async fn organization(snapshot: &Transaction<'_>, named: Option<&str>) -> anyhow::Result<String> {
    const SQL: &str =
        "SELECT org_id::text FROM application UNION SELECT org_id::text FROM eventtype ORDER BY 1";
    let rows = snapshot
        .query(SQL, &[])
        .await
        .context("this is not the database of a Svix server")?;
    let all: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    match (named, all.as_slice()) {
        (Some(named), all) if all.iter().any(|one| one == named) => Ok(named.to_owned()),
        (Some(named), _) => bail!(
            "there is no organization {named}: use one of {}",
            all.join(", ")
        ),
        (None, [one]) => Ok(one.clone()),
        (None, []) => bail!("the database has no application and no event type"),
        (None, _) => bail!(
            "there are several organizations: name one with --org: {}",
            all.join(", ")
        ),
    }
}

async fn event_types(
    snapshot: &Transaction<'_>,
    organization: &str,
) -> anyhow::Result<Vec<EventTypeRecord>> {
    const SQL: &str = "SELECT name::text, description::text, deprecated, schemas::text FROM eventtype \
                       WHERE org_id = $1 AND NOT deleted ORDER BY name";
    let rows = snapshot.query(SQL, &[&organization]).await?;
    let record = |row: &Row| {
        let schemas: Option<String> = row.get("schemas");
        let schemas: Option<Value> = schemas.and_then(|text| serde_json::from_str(&text).ok());
        let name: String = row.get("name");
        EventTypeRecord {
            origin: format!("event type {name}"),
            description: row.get("description"),
            schema: newest_schema(schemas.as_ref()),
            deprecated: row.get("deprecated"),
            name,
        }
    };
    Ok(rows.iter().map(record).collect())
}

async fn tenants(
    snapshot: &Transaction<'_>,
    organization: &str,
) -> anyhow::Result<Vec<TenantRecord>> {
    const SQL: &str = "SELECT a.id::text, a.uid::text, a.name::text, m.data::text AS metadata FROM application a \
                       LEFT JOIN applicationmetadata m ON m.id = a.id \
                       WHERE a.org_id = $1 AND NOT a.deleted ORDER BY a.id";
    let rows = snapshot.query(SQL, &[&organization]).await?;
    let record = |row: &Row| {
        let id: String = row.get("id");
        let metadata: Option<String> = row.get("metadata");
        TenantRecord {
            origin: format!("application {id}"),
            uid: row.get("uid"),
            name: row.get("name"),
            metadata: metadata
                .and_then(|text| serde_json::from_str(&text).ok())
                .filter(Value::is_object)
                .unwrap_or_else(|| serde_json::json!({})),
            id,
        }
    };
    Ok(rows.iter().map(record).collect())
}

async fn endpoints(snapshot: &Transaction<'_>, organization: &str) -> anyhow::Result<Vec<Row>> {
    const SQL: &str = "SELECT e.id::text, e.app_id::text, e.uid::text, e.key, e.url::text, e.description::text, \
                       e.event_types_ids::text, e.channels::text, e.headers::text, e.rate_limit::int, e.disabled, \
                       m.data::text AS metadata FROM endpoint e JOIN application a ON a.id = e.app_id \
                       LEFT JOIN endpointmetadata m ON m.id = e.id \
                       WHERE a.org_id = $1 AND NOT a.deleted AND NOT e.deleted ORDER BY e.id";
    Ok(snapshot.query(SQL, &[&organization]).await?)
}

/// Former keys that still sign, with the seconds that they have left, by endpoint: the one that ends first, first.
async fn old_keys(
    snapshot: &Transaction<'_>,
    organization: &str,
) -> anyhow::Result<HashMap<String, Vec<(String, i64)>>> {
    const SQL: &str = "SELECT * FROM (SELECT e.id::text, k->>'signingKey' AS key, \
                       ceil(extract(epoch FROM (k->>'expiration')::timestamptz - now()))::bigint AS seconds \
                       FROM endpoint e JOIN application a ON a.id = e.app_id, jsonb_array_elements( \
                       CASE WHEN jsonb_typeof(e.old_keys) = 'array' THEN e.old_keys ELSE '[]' END) k \
                       WHERE a.org_id = $1 AND NOT e.deleted) former WHERE seconds > 0 AND key IS NOT NULL \
                       ORDER BY id, seconds";
    let mut found: HashMap<String, Vec<(String, i64)>> = HashMap::new();
    for row in snapshot.query(SQL, &[&organization]).await? {
        let key = (row.get("key"), row.get("seconds"));
        found.entry(row.get("id")).or_default().push(key);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_newest_schema_is_the_one_with_the_highest_number() {
        let schemas = json!({"2": {"b": 1}, "10": {"c": 1}, "1": {"a": 1}});
        assert_eq!(newest_schema(Some(&schemas)), Some(json!({"c": 1})));
        assert_eq!(newest_schema(Some(&Value::Null)), None);
        assert_eq!(newest_schema(None), None);
    }
}
