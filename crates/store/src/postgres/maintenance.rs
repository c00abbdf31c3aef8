//! What is done to a database from outside, and what in it would lose data or speed.

use std::path::Path;

use nuncio_postgres::DatabaseUrl;

use super::{
    connect::{apart, connect},
    migrate,
    open::{PostgresError, bring_up_to_date, check_master_key, has_data},
};
use crate::{
    EngineError, Finding, Maintenance, Sealer,
    fail::Fail,
    sql::{Session, Sql},
};

/// A transaction that is open longer keeps dead rows of the whole database from being cleared away, seconds.
const TRANSACTION_MAX_S: i64 = 600;

/// The store of a database, whether a server runs on it or not.
#[derive(Debug)]
pub struct PostgresDatabase {
    target: DatabaseUrl,
}

/// Why a file of a backup is not the way.
#[derive(Debug, thiserror::Error)]
#[error(
    "PostgreSQL makes its own backups: {0}. To lose nothing between two backups, set up continuous archiving \
     (point-in-time recovery). Neither contains the master key: keep it too, in another place"
)]
struct OwnBackups(String);

impl PostgresDatabase {
    /// The store of that database, which is reached without a pooler if there is a way.
    pub fn new(target: &DatabaseUrl) -> Self {
        let target = target.direct().clone();
        Self { target }
    }
}

impl Maintenance for PostgresDatabase {
    fn has_data(&self) -> Result<bool, EngineError> {
        let found = apart(|| Ok::<_, PostgresError>(has_data(&connect(&self.target)?)?));
        found.map_err(EngineError::new)
    }

    fn back_up(&self, to: &Path) -> Result<(), EngineError> {
        let command = format!(
            "run `pg_dump --format=custom --file={} {}`",
            to.display(),
            self.target.without_password()
        );
        Err(EngineError::new(OwnBackups(command)))
    }

    fn restore(&self, from: &Path) -> Result<(), EngineError> {
        let command = format!(
            "run `pg_restore --exit-on-error --no-owner --dbname={} {}`, into a database without data, before the server starts",
            self.target.without_password(),
            from.display()
        );
        Err(EngineError::new(OwnBackups(command)))
    }

    fn check(&self, sealer: &Sealer) -> Result<Vec<Finding>, EngineError> {
        let checked = apart(|| findings(&connect(&self.target)?, sealer));
        checked.map_err(EngineError::new)
    }

    fn migrate(&self, sealer: Sealer) -> Result<u32, EngineError> {
        let migrated = apart(|| bring_up_to_date(&connect(&self.target)?, &sealer));
        migrated.map_err(EngineError::new)
    }
}

/// Looks at everything in turn.
fn findings(session: &Session, sealer: &Sealer) -> Result<Vec<Finding>, PostgresError> {
    let sql = Sql::from(session);
    let mut found = Vec::new();
    if has_data(session)? {
        found.push(schema(sql)?);
        found.push(master_key(sql, sealer)?);
    } else {
        found.push(Finding {
            check: "schema",
            ok: true,
            detail: "the database is empty: the first start creates the tables".to_owned(),
        });
    }
    found.push(rights(sql)?);
    found.push(encryption(sql)?);
    found.push(setting(
        sql,
        "fsync",
        "off",
        "a crash of its machine destroys the database: set it to on",
    )?);
    found.push(setting(
        sql,
        "full_page_writes",
        "off",
        "a crash of its machine may destroy the database: set it to on",
    )?);
    found.push(setting(
        sql,
        "synchronous_commit",
        "off",
        "events that were answered 202 are lost when PostgreSQL's machine crashes: set it to on",
    )?);
    found.push(setting(
        sql,
        "autovacuum",
        "off",
        "tables grow and become slow without end: set it to on",
    )?);
    found.push(long_transactions(sql)?);
    Ok(found)
}

fn master_key(sql: Sql<'_>, sealer: &Sealer) -> Result<Finding, PostgresError> {
    let wrong_key = match check_master_key(sql, sealer) {
        Ok(()) => None,
        Err(PostgresError::WrongMasterKey(error)) => Some(error.to_string()),
        Err(error) => return Err(error),
    };
    Ok(Finding {
        check: "master key",
        ok: wrong_key.is_none(),
        detail: wrong_key.unwrap_or_else(|| "it is the one that sealed the secrets".to_owned()),
    })
}

/// An upgrade makes tables, and changes them.
fn rights(sql: Sql<'_>) -> Result<Finding, Fail> {
    const MAY: &str = "SELECT coalesce(has_schema_privilege(current_schema(), 'CREATE'), false), CAST(current_user AS TEXT)";
    let (ok, user): (bool, String) =
        sql.query_row(MAY, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(Finding {
        check: "rights",
        ok,
        detail: if ok {
            format!("{user} can create tables")
        } else {
            format!(
                "{user} can't create tables: make it the owner of the database, or GRANT CREATE ON SCHEMA"
            )
        },
    })
}

/// A unix socket has no address.
fn encryption(sql: Sql<'_>) -> Result<Finding, Fail> {
    const CLEAR: &str = "SELECT NOT s.ssl AND a.client_addr IS NOT NULL AND NOT a.client_addr <<= '127.0.0.0/8' \
        AND a.client_addr <> '::1' \
        FROM pg_catalog.pg_stat_ssl s JOIN pg_catalog.pg_stat_activity a ON a.pid = s.pid WHERE s.pid = pg_backend_pid()";
    let clear: bool = sql.query_row(CLEAR, [], |row| row.get(0))?;
    Ok(Finding {
        check: "encryption",
        ok: !clear,
        detail: if clear {
            "payloads cross the network in clear: turn on ssl in PostgreSQL, and add sslmode=verify-full to the URL"
                .to_owned()
        } else {
            "the connection is encrypted, or does not leave this machine".to_owned()
        },
    })
}

fn schema(sql: Sql<'_>) -> Result<Finding, Fail> {
    let (found, known) = (migrate::version(sql)?, migrate::newest());
    Ok(Finding {
        check: "schema",
        ok: found == known,
        detail: if found == known {
            format!("version {found}, the newest")
        } else {
            format!("version {found}, and this program has {known}: a start brings it up to date")
        },
    })
}

/// A setting that has one bad value.
fn setting(sql: Sql<'_>, name: &'static str, bad: &str, why: &str) -> Result<Finding, Fail> {
    let value: String = sql.query_row("SELECT current_setting(?1)", [name], |row| row.get(0))?;
    let ok = value != bad;
    Ok(Finding {
        check: name,
        ok,
        detail: if ok {
            format!("{name} is {value}")
        } else {
            format!("{name} is {value}: {why}")
        },
    })
}

fn long_transactions(sql: Sql<'_>) -> Result<Finding, Fail> {
    const OLDEST: &str = "SELECT count(*), CAST(coalesce(max(extract(epoch FROM now() - xact_start)), 0) AS BIGINT) \
        FROM pg_catalog.pg_stat_activity WHERE datname = current_database() \
        AND xact_start < now() - CAST(?1 || ' seconds' AS INTERVAL)";
    let (count, oldest_s): (i64, i64) =
        sql.query_row(OLDEST, [TRANSACTION_MAX_S.to_string()], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    Ok(Finding {
        check: "transactions",
        ok: count == 0,
        detail: if count == 0 {
            "none is open for more than ten minutes".to_owned()
        } else {
            format!(
                "{count} open for more than ten minutes, the longest for {oldest_s} s: while they last, no deleted row \
                 makes room for another; pg_stat_activity names them"
            )
        },
    })
}
