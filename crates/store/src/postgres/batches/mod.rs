//! Many rows in few statements: what is done for every event and every attempt.
//!
//! A round trip costs as much as several rows, so a transaction makes three at most: it begins, it reads what it has to
//! know of all its rows at once, and it sends what it writes together with the commit. What is seldom, or depends on rows
//! before it, goes the way of single rows, in the same transaction.

pub(super) mod append;
pub(super) mod outcomes;
mod pipeline;
pub(super) mod rollups;

pub(super) use self::pipeline::Deferred;

#[cfg(test)]
mod tests {
    use nuncio_postgres::DatabaseUrl;
    use nuncio_postgres_fixture::Postgres;
    use tokio_postgres::SimpleQueryMessage;

    use super::{append, outcomes, rollups};
    use crate::{
        postgres::{connect::connect, migrate::migrate},
        sql::Session,
    };

    const HOT: [&str; 9] = [
        append::KEPT,
        append::FIRST,
        append::EVENTS,
        append::DELIVERIES,
        append::KEEP,
        outcomes::FIND,
        outcomes::UPDATE,
        outcomes::ATTEMPTS,
        rollups::FIND,
    ];

    /// How PostgreSQL would run it whatever the values are.
    fn plan(session: &Session, name: &str, sql: &'static str) -> String {
        let nulls = vec!["NULL"; sql.matches('$').count()].join(", ");
        let explain = format!("PREPARE {name} AS {sql}; EXPLAIN EXECUTE {name} ({nulls})");
        let messages = session.wait(session.client().simple_query(&explain));
        let messages = messages.unwrap();
        let lines = messages.iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0),
            _ => None,
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn what_is_hot_goes_by_the_keys_of_indexes() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let url = runtime.block_on(async { Postgres::shared().await.database("plans").await });
        let target = DatabaseUrl::parse(&url).unwrap();
        let session = connect(&target).unwrap();
        migrate(&session).unwrap();
        // As it is after some runs: these plans are kept.
        let generic = "SET plan_cache_mode = force_generic_plan";
        session
            .wait(session.client().batch_execute(generic))
            .unwrap();
        for (number, sql) in HOT.into_iter().enumerate() {
            let plan = plan(&session, &format!("hot_{number}"), sql);
            assert!(!plan.contains("Seq Scan"), "{sql}\n{plan}");
            let scans =
                plan.matches("Index Scan").count() + plan.matches("Index Only Scan").count();
            // One without a condition reads all of its index.
            assert_eq!(plan.matches("Index Cond").count(), scans, "{sql}\n{plan}");
        }
    }
}
