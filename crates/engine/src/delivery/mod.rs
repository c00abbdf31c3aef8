//! One attempt, from "it is its turn" to "it is recorded": render and sign, send, judge, decide, record.

pub(crate) mod authorization;
pub(crate) mod certificates;
pub(crate) mod courier;
pub(crate) mod deliver;
pub(crate) mod egress;
pub(crate) mod ended;
pub(crate) mod keys;
pub(crate) mod made;
pub(crate) mod oauth;
pub(crate) mod record;
pub(crate) mod render;
mod request;
pub(crate) mod send;
pub(crate) mod tokens;
pub(crate) mod transform;
