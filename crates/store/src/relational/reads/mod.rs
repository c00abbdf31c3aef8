//! What is looked up, by a connection and what is shared.

pub(crate) mod attempts;
pub(crate) mod audit;
pub(crate) mod count;
pub(crate) mod dialects;
pub(crate) mod due;
pub(crate) mod events;
pub(crate) mod explain;
pub(crate) mod range;
pub(crate) mod reach;
pub(crate) mod scan;
pub(crate) mod standing;
pub(crate) mod steps;
pub(crate) mod tenants;
pub(crate) mod totals;
