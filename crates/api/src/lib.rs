//! Nuncio's HTTP API: what other programs see of it.
//!
//! Owns: keys and what they may do (`auth`), problem documents (`problem`), the resources (one file each), and
//! the OpenAPI document that describes them. Refuses: fields and parameters that it does not know, bodies beyond
//! their limits, and every id outside the caller's reach, exactly as if it had never been. Guarantees: an answer
//! of 202 to a publication comes after the store's commit, because the store is all that this crate can reach: it
//! does not know the engine. What it shows of the engine's lanes it sees through a trait of the domain.

mod access;
mod docs;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod http;
mod resources;
mod routes;
mod state;
mod surface;

pub use http::listener::ListenerCounters;
pub use routes::{Api, openapi, openapi_json, router, router_with_pages};
pub use state::{ApiSettings, ApiState};
pub use surface::{Surface, SurfaceBody, SurfaceRefusal};
