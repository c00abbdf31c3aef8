//! A project's policy: as callers give it, as it is shown, and as it is in force.

pub(crate) mod in_force;
pub(crate) mod input;
pub(crate) mod retry;
pub(crate) mod view;
