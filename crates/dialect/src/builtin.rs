//! The dialects that come with Nuncio: one file each in `dialects/`.

use std::sync::{Arc, LazyLock};

use crate::dialect::Dialect;

macro_rules! files {
    ($($file:literal),* $(,)?) => {
        &[$((concat!($file, ".toml"), include_str!(concat!("../../../dialects/", $file, ".toml")))),*]
    };
}

/// The default of a new project comes first.
const FILES: &[(&str, &str)] = files![
    "standard",
    "inviolet",
    "deiterate",
    "ventryx",
    "yativo",
    "grantiva",
    "svix",
    "svix-whitelabel",
    "stripe",
    "github",
    "shopify",
    "slack",
    "square",
    "twilio",
    "zoom",
    "pagerduty",
    "cloudevents",
    "cloudevents-binary",
];

static ALL: LazyLock<Vec<Arc<Dialect>>> = LazyLock::new(|| {
    FILES
        .iter()
        .map(|(file, source)| {
            Arc::new(Dialect::parse(source, file).expect("a test parses every built-in dialect"))
        })
        .collect()
});

/// Every built-in dialect, the default of a new project first.
pub fn builtin() -> &'static [Arc<Dialect>] {
    &ALL
}

/// The built-in dialect of that name.
pub fn builtin_named(name: &str) -> Option<&'static Arc<Dialect>> {
    ALL.iter().find(|dialect| dialect.name() == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_sound_and_bears_its_dialects_name() {
        for (file, source) in FILES {
            let dialect = Dialect::parse(source, file).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(format!("{}.toml", dialect.name()), *file);
            assert!(builtin_named(dialect.name()).is_some());
        }
    }
}
