//! Who may depend on whom, and who may touch the outside world?
//!
//! `{dialect, pattern} ← domain ← {cluster, egress, transform, guide}`, `cluster ← store`, and all of them
//! `← {engine, api} ← nuncio`, whose commands `bench` and `demo` are crates of their own that know neither engine nor api.
//! `api` never sees `engine`: it can only append to the store, which makes "202 means on disk" a fact of the structure.
//! `floors.rs` holds the order within a crate, `purity.rs` what sources may say.

use anyhow::Result;

use crate::manifest::{self, Member};
use crate::modules::Modules;
use crate::step::Outcome;
use crate::{floors, purity, source};

/// A crate and the crates of ours that it may depend on.
const EDGES: &[(&str, &[&str])] = &[
    ("nuncio-dialect", &[]),
    ("nuncio-pattern", &[]),
    ("nuncio-domain", &["nuncio-dialect", "nuncio-pattern"]),
    ("nuncio-guide", &["nuncio-dialect", "nuncio-domain"]),
    ("nuncio-schema", &[]),
    // Knows databases, and nothing of what is kept in them.
    ("nuncio-postgres", &["nuncio-postgres-fixture"]),
    // Real servers, for tests alone.
    ("nuncio-postgres-fixture", &[]),
    // A library for receivers: it stands on the dialects alone.
    ("nuncio-webhooks", &["nuncio-dialect"]),
    ("nuncio-cluster", &["nuncio-domain"]),
    (
        "nuncio-store",
        &[
            "nuncio-cluster",
            "nuncio-dialect",
            "nuncio-domain",
            "nuncio-postgres",
            "nuncio-postgres-fixture",
        ],
    ),
    ("nuncio-egress", &["nuncio-dialect", "nuncio-domain"]),
    ("nuncio-transform", &["nuncio-dialect", "nuncio-domain"]),
    // The protocol of several nodes is there for the simulation alone: otherwise the store speaks it.
    (
        "nuncio-engine",
        &[
            "nuncio-cluster",
            "nuncio-dialect",
            "nuncio-domain",
            "nuncio-store",
            "nuncio-egress",
            "nuncio-transform",
        ],
    ),
    (
        "nuncio-api",
        &[
            "nuncio-dialect",
            "nuncio-domain",
            "nuncio-guide",
            "nuncio-schema",
            "nuncio-store",
            "nuncio-egress",
            "nuncio-transform",
        ],
    ),
    // Another API over the same store: it shares what the first one is made of, never its routes.
    (
        "nuncio-svix",
        &[
            "nuncio-api",
            "nuncio-dialect",
            "nuncio-domain",
            "nuncio-egress",
            "nuncio-store",
        ],
    ),
    ("nuncio-tools", &["nuncio-domain"]),
    // Both talk to the server by its API; the bench also writes long histories into a store and makes databases, and the
    // demo's server is started by the binary.
    (
        "nuncio-bench",
        &[
            "nuncio-domain",
            "nuncio-postgres",
            "nuncio-store",
            "nuncio-tools",
        ],
    ),
    // The relay talks to the server by its API, too.
    (
        "nuncio-outbox",
        &["nuncio-postgres", "nuncio-postgres-fixture", "nuncio-tools"],
    ),
    // Moving in goes by the server's API alone; what it moves from, it reads.
    (
        "nuncio-import",
        &[
            "nuncio-dialect",
            "nuncio-domain",
            "nuncio-postgres",
            "nuncio-tools",
        ],
    ),
    (
        "nuncio-demo",
        &["nuncio-dialect", "nuncio-domain", "nuncio-tools"],
    ),
    (
        "nuncio",
        &[
            "nuncio-dialect",
            "nuncio-domain",
            "nuncio-store",
            "nuncio-egress",
            "nuncio-engine",
            "nuncio-transform",
            "nuncio-api",
            "nuncio-guide",
            "nuncio-svix",
            "nuncio-tools",
            "nuncio-bench",
            "nuncio-demo",
            "nuncio-import",
            "nuncio-outbox",
            "nuncio-postgres",
            "nuncio-postgres-fixture",
        ],
    ),
    // What others put into their programs knows the server by its API alone.
    ("nuncio-client", &[]),
];

/// Pure crates decide and compute; whoever links these does I/O.
const PURE: &[&str] = &[
    "nuncio-cluster",
    "nuncio-dialect",
    "nuncio-domain",
    "nuncio-guide",
    "nuncio-pattern",
    "nuncio-schema",
];
const IMPURE_DEPENDENCIES: &[&str] = &["tokio", "hyper", "rusqlite"];

/// What leaves the machine goes through the egress guard: nobody else has a client. That of `nuncio-tools` is for commands
/// that talk to a Nuncio server, that of the demo for its own receivers; `nuncio-client` is no part of the server.
const CLIENTS: &[&str] = &["hyper", "hyper-util", "reqwest", "ureq"];
const MAY_HAVE_CLIENTS: &[&str] = &[
    "nuncio-egress",
    "nuncio",
    "nuncio-tools",
    "nuncio-demo",
    "nuncio-client",
    "nuncio-webhooks",
];

/// Libraries that run in other people's programs, which are the ones to ask the system.
const LIBRARIES: &[&str] = &["nuncio-webhooks", "nuncio-client"];

/// Checks the manifests and sources of all crates.
///
/// # Errors
/// When a manifest or a source can't be read.
pub(crate) fn run() -> Result<Outcome> {
    let members = manifest::members()?;
    let mut violations: Vec<String> = members.iter().flat_map(forbidden_dependencies).collect();
    let ours = |member: &&Member| !LIBRARIES.contains(&member.name.as_str());
    for member in members.iter().filter(ours) {
        let sources = source::files(&member.folder)?;
        for file in &sources {
            violations.extend(purity::violations(&member.name, file));
        }
        let mut floors = floors::FLOORS
            .iter()
            .filter(|floors| floors.member == member.name)
            .peekable();
        if floors.peek().is_some() {
            let modules = Modules::of(&sources, &source::src_of(&member.folder));
            violations.extend(floors.flat_map(|floors| floors::violations(floors, &modules)));
        }
    }
    Ok(Outcome::of_violations(&violations))
}

fn forbidden_dependencies(member: &Member) -> Vec<String> {
    let Some((name, allowed)) = EDGES.iter().find(|(name, _)| *name == member.name) else {
        return vec![format!(
            "{}: has no place among the layers; give it one in layers.rs",
            member.name
        )];
    };
    let is_ours = |dependency: &str| dependency == "nuncio" || dependency.starts_with("nuncio-");
    let is_forbidden = |dependency: &str| {
        let against_the_layers = is_ours(dependency) && !allowed.contains(&dependency);
        against_the_layers
            || (PURE.contains(name) && IMPURE_DEPENDENCIES.contains(&dependency))
            || (!MAY_HAVE_CLIENTS.contains(name) && CLIENTS.contains(&dependency))
    };
    let forbidden = member
        .dependencies
        .iter()
        .filter(|dependency| is_forbidden(dependency));
    forbidden
        .map(|dependency| format!("{name}: may not depend on {dependency}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, dependencies: &[&str], expected: &[&str]) {
        let member = Member {
            name: name.to_owned(),
            folder: std::path::PathBuf::new(),
            dependencies: dependencies
                .iter()
                .map(|&dependency| dependency.to_owned())
                .collect(),
        };
        assert_eq!(forbidden_dependencies(&member), expected);
    }

    #[test]
    fn dependencies_point_towards_the_dialect() {
        check("nuncio-domain", &["nuncio-dialect", "serde"], &[]);
        check("nuncio", &["nuncio-api", "nuncio-engine", "tokio"], &[]);
        check(
            "nuncio-dialect",
            &["nuncio-domain"],
            &["nuncio-dialect: may not depend on nuncio-domain"],
        );
        check(
            "nuncio-store",
            &["nuncio"],
            &["nuncio-store: may not depend on nuncio"],
        );
    }

    #[test]
    fn api_and_engine_do_not_know_each_other() {
        check(
            "nuncio-api",
            &["nuncio-engine"],
            &["nuncio-api: may not depend on nuncio-engine"],
        );
        check(
            "nuncio-engine",
            &["nuncio-api"],
            &["nuncio-engine: may not depend on nuncio-api"],
        );
    }

    #[test]
    fn pure_crates_link_no_runtime_and_no_database() {
        check(
            "nuncio-domain",
            &["tokio"],
            &["nuncio-domain: may not depend on tokio"],
        );
        check(
            "nuncio-dialect",
            &["rusqlite"],
            &["nuncio-dialect: may not depend on rusqlite"],
        );
    }

    #[test]
    fn only_the_guard_and_the_commands_have_a_client() {
        check("nuncio-egress", &["hyper"], &[]);
        check("nuncio", &["reqwest"], &[]);
        check("nuncio-tools", &["reqwest"], &[]);
        check("nuncio-client", &["reqwest"], &[]);
        check(
            "nuncio-engine",
            &["reqwest"],
            &["nuncio-engine: may not depend on reqwest"],
        );
    }

    #[test]
    fn new_crate_must_be_given_a_layer() {
        let expected = "nuncio-sim: has no place among the layers; give it one in layers.rs";
        check("nuncio-sim", &[], &[expected]);
    }
}
