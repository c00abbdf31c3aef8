//! What `doctor` looks at.

use rusqlite::Connection;

use crate::{
    Finding, Sealer, StoreError,
    fail::Fail,
    needs::Needs,
    relational::{engine::Relational, shared::erasures::Waiting},
    sqlite::{
        file::erasure,
        store::{SqliteStore, migrate, open},
    },
};

/// Rows that belong to others which are gone, or wait for none.
const STRAY: &[(&str, &str)] = &[
    (
        "deliveries without an event",
        "SELECT count(*) FROM deliveries WHERE event NOT IN (SELECT seq FROM events)",
    ),
    (
        "deliveries without an endpoint",
        "SELECT count(*) FROM deliveries WHERE endpoint NOT IN (SELECT seq FROM endpoints)",
    ),
    (
        "attempts without a delivery",
        "SELECT count(*) FROM attempts WHERE seq >> 16 NOT IN (SELECT seq FROM deliveries)",
    ),
    (
        "events without a tenant",
        "SELECT count(*) FROM events WHERE tenant NOT IN (SELECT seq FROM tenants)",
    ),
    (
        "queues of an ordering key whose first delivery is not due",
        "SELECT count(*) FROM deliveries d WHERE d.state = 0 AND d.due IS NULL AND NOT EXISTS \
         (SELECT 1 FROM deliveries b WHERE b.endpoint = d.endpoint AND b.ordering = d.ordering AND b.state = 0 \
         AND b.event < d.event)",
    ),
    (
        "endpoints without a tenant",
        "SELECT count(*) FROM endpoints WHERE tenant NOT IN (SELECT seq FROM tenants)",
    ),
];

impl SqliteStore {
    /// Looks whether the database is in order. Reads every page: this takes a while on a large one.
    ///
    /// # Errors
    /// `Unavailable` if it can't be read at all.
    pub async fn check(&self) -> Result<Vec<Finding>, StoreError> {
        self.read(Needs::Rows, |conn, shared| {
            check(conn.sqlite()?, &shared.sealer)
        })
        .await
    }
}

pub(crate) fn check(conn: &Connection, sealer: &Sealer) -> Result<Vec<Finding>, Fail> {
    let mut findings = vec![
        integrity(conn)?,
        schema(conn)?,
        journal(conn)?,
        erasures(conn)?,
        master_key(conn, sealer),
    ];
    for (what, sql) in STRAY {
        let count: i64 = conn.query_row(sql, [], |row| row.get(0))?;
        findings.push(Finding {
            check: "references",
            ok: count == 0,
            detail: format!("{count} {what}"),
        });
    }
    Ok(findings)
}

fn integrity(conn: &Connection) -> Result<Finding, Fail> {
    let mut check = conn.prepare("PRAGMA integrity_check(10)")?;
    let lines = check.query_map([], |row| row.get(0))?;
    let lines: Vec<String> = lines.collect::<Result<_, _>>()?;
    Ok(Finding {
        check: "integrity",
        ok: lines == ["ok"],
        detail: lines.join("; "),
    })
}

fn schema(conn: &Connection) -> Result<Finding, Fail> {
    let found = migrate::version(conn)?;
    Ok(Finding {
        check: "schema",
        ok: found == migrate::VERSION,
        detail: format!("version {found}, and the program's is {}", migrate::VERSION),
    })
}

fn journal(conn: &Connection) -> Result<Finding, Fail> {
    let mode: String = conn.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    Ok(Finding {
        check: "journal",
        ok: mode == "wal",
        detail: format!("journal mode {mode}"),
    })
}

fn erasures(conn: &Connection) -> Result<Finding, Fail> {
    let waiting = match migrate::version(conn)? {
        migrate::VERSION => erasure::noted(conn)?,
        // The schema's own finding tells of that.
        _ => Waiting::default(),
    };
    let detail = waiting.oldest.map_or_else(
        || "what was erased is gone from the disk".to_owned(),
        |since| {
            format!(
                "{} erased payloads may still be in unused parts of the database file or in its write-ahead log, the first \
                 since {since}: a running server goes through the file by itself; end what reads an old state of the \
                 database, such as a backup; if no server runs, start it",
                waiting.count
            )
        },
    );
    Ok(Finding {
        check: "erased payloads",
        ok: waiting.count == 0,
        detail,
    })
}

fn master_key(conn: &Connection, sealer: &Sealer) -> Finding {
    let result = open::check_master_key(conn, sealer);
    Finding {
        check: "master key",
        ok: result.is_ok(),
        detail: match result {
            Ok(()) => format!("secrets are sealed with key {}", sealer.key_id()),
            Err(error) => error.to_string(),
        },
    }
}
