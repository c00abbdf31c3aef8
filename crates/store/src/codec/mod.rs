//! How values look where they are stored, whatever the engine.

pub(crate) mod answers;
pub(crate) mod extras;
pub(crate) mod headers;
pub(crate) mod sealed;
pub(crate) mod states;
pub(crate) mod targets;
