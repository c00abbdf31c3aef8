//! What a dialect says, once its file is compiled: plain values, each with the questions it can answer by itself.

pub(crate) mod body;
pub(crate) mod catalog;
pub(crate) mod field;
pub(crate) mod handshake;
pub(crate) mod names;
pub(crate) mod policy;
pub(crate) mod receiver;
pub(crate) mod screen;
pub(crate) mod signature;
pub(crate) mod value;
