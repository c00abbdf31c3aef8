//! What HTTP is to every route, whoever asks: listening, bodies, queries, paths, lists, problems. Knows no store.

pub(crate) mod body;
pub(crate) mod body_budget;
pub(crate) mod body_turns;
pub(crate) mod drain;
pub(crate) mod listener;
pub(crate) mod metrics;
pub(crate) mod middleware;
pub(crate) mod named;
pub(crate) mod operations;
pub(crate) mod paging;
pub(crate) mod patch;
pub(crate) mod path;
pub(crate) mod problem;
pub(crate) mod query;
pub(crate) mod rejection;
pub(crate) mod reply;
pub(crate) mod request_id;
