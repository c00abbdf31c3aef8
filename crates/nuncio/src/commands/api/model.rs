//! Which operations does the API have? Read from the table that `cargo xtask generate` makes of `openapi.json`.

use std::sync::LazyLock;

use serde::Deserialize;

/// The table. Its text is part of the binary, and a test reads it.
pub(super) static RESOURCES: LazyLock<Vec<Resource>> = LazyLock::new(|| {
    let table: Table =
        serde_json::from_str(include_str!("operations.json")).expect("the table is generated");
    table.resources
});

/// Flags that every operation has for itself.
const TAKEN: &[&str] = &[
    "all", "body", "clear", "help", "json", "key", "profile", "project", "server", "version",
    "watch",
];

#[derive(Deserialize)]
struct Table {
    resources: Vec<Resource>,
}

/// Operations that belong together: `endpoints`.
#[derive(Debug, Deserialize)]
pub(super) struct Resource {
    /// As in the path.
    pub(super) name: String,
    pub(super) operations: Vec<Operation>,
}

/// One operation of the API.
#[derive(Debug, Deserialize)]
pub(super) struct Operation {
    /// `list`, `rotate-secret`.
    pub(super) name: String,
    /// What it does, in sentences.
    pub(super) doc: String,
    /// The HTTP method.
    pub(super) verb: String,
    /// `/v1/endpoints/{id}`.
    pub(super) path: String,
    /// What stands in the path, in order.
    pub(super) arguments: Vec<PathArgument>,
    pub(super) query: Vec<Flag>,
    pub(super) body: Option<Body>,
    /// What a list shows; empty for anything else.
    pub(super) columns: Vec<String>,
}

/// A part of the path that the caller gives.
#[derive(Debug, Deserialize)]
pub(super) struct PathArgument {
    pub(super) name: String,
    pub(super) doc: String,
}

/// A JSON body.
#[derive(Debug, Deserialize)]
pub(super) struct Body {
    pub(super) required: bool,
    pub(super) fields: Vec<Flag>,
}

/// A parameter, or a field of the body.
#[derive(Debug, Deserialize)]
pub(super) struct Flag {
    /// As the API has it.
    pub(super) name: String,
    pub(super) doc: String,
    pub(super) kind: Kind,
    /// What it can be; empty if it can be anything.
    pub(super) words: Vec<String>,
    pub(super) required: bool,
    pub(super) nullable: bool,
}

/// How a flag's value is read.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    Text,
    Integer,
    Number,
    Boolean,
    /// Texts, separated by commas.
    List,
    Json,
}

impl Flag {
    /// The flag's long name: `status_code` is `--status-code`. One that every operation has means something else, so the
    /// field's gets `with-` before it.
    pub(super) fn long(&self) -> String {
        let long = self.name.replace('_', "-");
        match TAKEN.contains(&&*long) {
            true => format!("with-{long}"),
            false => long,
        }
    }
}

impl Operation {
    /// Whether it answers page by page.
    pub(super) fn is_list(&self) -> bool {
        !self.columns.is_empty()
    }

    /// Whether it changes nothing.
    pub(super) fn is_read(&self) -> bool {
        self.verb == "GET"
    }

    /// What it does, as one line.
    pub(super) fn summary(&self) -> &str {
        self.doc
            .split_once(". ")
            .map_or(&*self.doc, |(first, _)| first)
    }
}

/// The operation of that name, if the table has one.
pub(super) fn operation(resource: &str, name: &str) -> Option<&'static Operation> {
    let resource = RESOURCES.iter().find(|one| one.name == resource)?;
    resource.operations.iter().find(|one| one.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn table_is_read_and_no_flag_stands_twice() {
        assert!(RESOURCES.len() > 10);
        for operation in RESOURCES.iter().flat_map(|one| &one.operations) {
            let body = operation.body.iter().flat_map(|body| &body.fields);
            let query = operation.query.iter();
            let mut seen = HashSet::new();
            for flag in query.chain(body) {
                assert!(
                    seen.insert(flag.long()),
                    "{}: {}",
                    operation.path,
                    flag.name
                );
            }
        }
    }
}
