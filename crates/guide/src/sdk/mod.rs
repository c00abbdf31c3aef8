//! A package for a vendor's customers, under the vendor's own names: it verifies webhooks and reads events as the dialect
//! sends them. Written from the same recipe as the guide's programs, and tested by itself with a request that the dialect
//! has signed.

mod names;
mod typescript;

use std::sync::Arc;

use nuncio_dialect::{Dialect, EnvelopeMember, Field, Piece};
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    GuideError, Kind,
    example::{Example, example},
    recipe::Recipe,
    templates::fill,
};
use names::{PackageNames, Unique, camel_case, constant_case, one_line, pascal_case};

/// A language that packages are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SdkLanguage {
    /// JavaScript with TypeScript's types.
    Typescript,
    /// Python 3.
    Python,
    /// Go.
    Go,
    /// Java 17.
    Java,
    /// PHP 8.
    Php,
    /// Ruby.
    Ruby,
    /// Rust.
    Rust,
    /// Swift.
    Swift,
}

/// An event type of the catalog.
#[derive(Clone, Debug, PartialEq)]
pub struct SdkEventType {
    /// Its name.
    pub name: String,
    /// What it is sent for.
    pub description: String,
    /// The JSON Schema of its data.
    pub schema: Option<Value>,
    /// An example of its data: one JSON text.
    pub example: Option<String>,
}

/// What a package is written from.
#[derive(Clone, Debug)]
pub struct SdkFacts {
    /// The vendor's name, as its classes begin.
    pub name: String,
    /// The package's name in its registry; `None` for one made of the vendor's.
    pub package: Option<String>,
    /// Where the customers' API is; `None` if it is not known.
    pub api: Option<String>,
    /// The dialect.
    pub dialect: Arc<Dialect>,
    /// The catalog.
    pub event_types: Vec<SdkEventType>,
}

/// A file of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SdkFile {
    /// Its path below the package's folder.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// Why a package can't be written.
#[derive(Debug, thiserror::Error)]
pub enum SdkError {
    /// The vendor's name gives no names for classes.
    #[error("`{0}` is not a usable name: it begins with a letter and has letters and digits")]
    Name(String),
    /// The package's name is not one in any registry.
    #[error("`{0}` is not a valid package name: letters, digits and `@ / . _ -`")]
    Package(String),
    /// The dialect does what packages don't.
    #[error("no package can be written for the dialect `{dialect}`: {why}")]
    Dialect {
        /// Its name.
        dialect: String,
        /// What it does.
        why: &'static str,
    },
    /// What the guide can't write either.
    #[error(transparent)]
    Guide(#[from] GuideError),
}

/// The reader of JSON that the Java library has; Java has none of its own.
const JAVA_JSON: [(&str, &str); 2] = [
    (
        "Json",
        include_str!("../../../../sdks/java/src/main/java/dev/nuncio/webhooks/Json.java"),
    ),
    (
        "Hex",
        include_str!("../../../../sdks/java/src/main/java/dev/nuncio/webhooks/Hex.java"),
    ),
];

/// Writes the package of a language.
///
/// # Errors
/// [`SdkError`].
pub fn sdk_files(facts: &SdkFacts, language: SdkLanguage) -> Result<Vec<SdkFile>, SdkError> {
    let package = Package::of(facts)?;
    let hash = (
        package.recipe.digest,
        package.recipe.time.as_ref().map(|time| time.unit),
    );
    if language == SdkLanguage::Rust && (hash.0 != "sha256" || hash.1 == Some("rfc3339")) {
        return Err(SdkError::Dialect {
            dialect: facts.dialect.name().to_owned(),
            why: "in Rust, which has neither in its standard library, only SHA-256 and times in numbers are there",
        });
    }
    let names = &package.names;
    let java = names.java.replace('.', "/");
    let files: Vec<(&str, String)> = match language {
        SdkLanguage::Typescript => vec![
            ("typescript/package.json", "package.json".to_owned()),
            ("typescript/index.js", "index.js".to_owned()),
            ("typescript/index.d.ts", "index.d.ts".to_owned()),
            ("typescript/test.mjs", "webhook.test.mjs".to_owned()),
            ("typescript/README.md", "README.md".to_owned()),
        ],
        SdkLanguage::Python => vec![
            ("python/pyproject.toml", "pyproject.toml".to_owned()),
            (
                "python/__init__.py",
                format!("{}/__init__.py", names.module),
            ),
            ("python/test.py", "test_webhook.py".to_owned()),
            ("python/README.md", "README.md".to_owned()),
        ],
        SdkLanguage::Go => vec![
            ("go/go.mod", "go.mod".to_owned()),
            ("go/webhook.go", "webhook.go".to_owned()),
            ("go/webhook_test.go", "webhook_test.go".to_owned()),
            ("go/README.md", "README.md".to_owned()),
        ],
        SdkLanguage::Php => vec![
            ("php/composer.json", "composer.json".to_owned()),
            ("php/Webhook.php", format!("src/{}.php", names.class)),
            (
                "php/WebhookVerificationException.php",
                "src/WebhookVerificationException.php".to_owned(),
            ),
            ("php/run.php", "tests/run.php".to_owned()),
            ("php/README.md", "README.md".to_owned()),
        ],
        SdkLanguage::Ruby => vec![
            ("ruby/gemspec", format!("{}.gemspec", names.dist)),
            ("ruby/lib.rb", format!("lib/{}.rb", names.module)),
            ("ruby/test.rb", "test/test.rb".to_owned()),
            ("ruby/README.md", "README.md".to_owned()),
        ],
        SdkLanguage::Rust => vec![
            ("rust/Cargo.toml", "Cargo.toml".to_owned()),
            ("rust/lib.rs", "src/lib.rs".to_owned()),
            ("rust/sha256.rs", "src/sha256.rs".to_owned()),
            ("rust/test.rs", "tests/webhook.rs".to_owned()),
            ("rust/README.md", "README.md".to_owned()),
        ],
        SdkLanguage::Swift => vec![
            ("swift/Package.swift", "Package.swift".to_owned()),
            (
                "swift/Webhook.swift",
                format!("Sources/{}Webhooks/Webhook.swift", names.namespace),
            ),
            (
                "swift/WebhookTests.swift",
                format!("Tests/{}WebhooksTests/WebhookTests.swift", names.namespace),
            ),
            ("swift/README.md", "README.md".to_owned()),
        ],
        SdkLanguage::Java => vec![
            ("java/pom.xml", "pom.xml".to_owned()),
            (
                "java/Webhook.java",
                format!("src/main/java/{java}/{}.java", names.class),
            ),
            (
                "java/WebhookEvent.java",
                format!("src/main/java/{java}/WebhookEvent.java"),
            ),
            (
                "java/WebhookVerificationException.java",
                format!("src/main/java/{java}/WebhookVerificationException.java"),
            ),
            (
                "java/WebhookTest.java",
                format!("src/test/java/{java}/WebhookTest.java"),
            ),
            ("java/README.md", "README.md".to_owned()),
        ],
    };
    let mut written = Vec::new();
    for (template, path) in files {
        let text = fill(&format!("sdk/{template}"), &package)?;
        written.push(SdkFile { path, text });
    }
    if language == SdkLanguage::Java {
        let package = format!("package {};", names.java);
        written.extend(JAVA_JSON.map(|(class, text)| SdkFile {
            path: format!("src/main/java/{java}/{class}.java"),
            text: text.replacen("package dev.nuncio.webhooks;", &package, 1),
        }));
    }
    if let Some(path) = example_path(language) {
        written.push(SdkFile {
            path: path.to_owned(),
            text: format!("{:#}\n", package.example_file()),
        });
    }
    Ok(written)
}

/// Where a package's tests look for the signed request; where it stands in the test itself, nowhere.
const fn example_path(language: SdkLanguage) -> Option<&'static str> {
    Some(match language {
        SdkLanguage::Rust | SdkLanguage::Swift => return None,
        SdkLanguage::Typescript | SdkLanguage::Python => "example.json",
        SdkLanguage::Go => "testdata/example.json",
        SdkLanguage::Php => "tests/example.json",
        SdkLanguage::Ruby => "test/example.json",
        SdkLanguage::Java => "src/test/resources/example.json",
    })
}

/// What the templates are filled in with.
#[derive(Serialize)]
struct Package {
    names: PackageNames,
    product: String,
    api: String,
    recipe: Recipe,
    answers: PackageAnswers,
    customer_secret: bool,
    envelope: Vec<Member>,
    /// The member that holds the event's type, if it is a name that every language can write.
    type_member: Option<String>,
    type_go: String,
    type_java: String,
    events: Vec<PackageEvent>,
    example: Example,
    /// When its request was signed, in Unix milliseconds.
    now_ms: i64,
}

#[derive(Serialize)]
struct PackageAnswers {
    invalid: u16,
    text: String,
}

#[derive(Serialize)]
struct Member {
    name: String,
    role: &'static str,
    go: String,
    java: String,
}

#[derive(Serialize)]
struct PackageEvent {
    name: String,
    description: String,
    type_name: String,
    constant: String,
    swift: String,
    typescript: String,
}

impl Package {
    fn of(facts: &SdkFacts) -> Result<Self, SdkError> {
        let dialect = &*facts.dialect;
        let refused = |why| SdkError::Dialect {
            dialect: dialect.name().to_owned(),
            why,
        };
        let recipe =
            Recipe::of(dialect).ok_or_else(|| refused("it signs nothing with a shared secret"))?;
        if recipe.token {
            return Err(refused("it sends the secret instead of signing"));
        }
        if dialect.is_form() {
            return Err(refused("its bodies are forms"));
        }
        if recipe.url {
            return Err(refused("it signs the endpoint's URL"));
        }
        let events = events(&facts.event_types);
        let first = facts.event_types.iter().find(|one| one.example.is_some());
        let kind = first.map(|one| Kind {
            name: one.name.clone(),
            description: one.description.clone(),
            group: None,
            example: one.example.clone(),
            deprecated: false,
            retry: None,
        });
        let example = example(dialect, kind.as_ref()).map_err(|fault| GuideError::Example {
            kind: kind
                .as_ref()
                .map_or_else(String::new, |kind| kind.name.clone()),
            fault,
        })?;
        let envelope = envelope(dialect.envelope());
        let type_member = envelope
            .iter()
            .find(|member| member.role == "type" && names::is_identifier(&member.name));
        let of_type =
            |text: fn(&Member) -> &String| type_member.map(text).cloned().unwrap_or_default();
        let answers = &dialect.receiver().answers;
        Ok(Self {
            names: PackageNames::of(&facts.name, facts.package.as_deref())?,
            product: one_line(&facts.name),
            api: facts.api.clone().unwrap_or_default(),
            answers: PackageAnswers {
                invalid: answers.invalid,
                text: answers.text.to_string(),
            },
            customer_secret: dialect.secret_rules().chosen_by == nuncio_dialect::ChosenBy::Customer,
            type_member: type_member.map(|member| member.name.clone()),
            type_go: of_type(|member| &member.go),
            type_java: of_type(|member| &member.java),
            recipe,
            envelope,
            events,
            example,
            now_ms: crate::example::ATTEMPTED_MS,
        })
    }

    /// A request that the dialect has signed, and when.
    fn example_file(&self) -> Value {
        let headers = self.example.headers.iter();
        let headers = headers.map(|header| (header.name.clone(), json!(header.value)));
        json!({
            "secret": self.example.secret,
            "body": self.example.body,
            "headers": headers.collect::<serde_json::Map<_, _>>(),
            "now": crate::example::ATTEMPTED_MS,
        })
    }
}

/// The members of the body, those of nested objects by the object that they are in.
fn envelope(members: &[EnvelopeMember]) -> Vec<Member> {
    let (mut go, mut java) = (Unique::default(), Unique::of(names::JAVA_TAKEN));
    let mut found: Vec<Member> = Vec::new();
    for member in members {
        let (name, is_whole) = match member.path.split_once('.') {
            Some((outer, _)) => (outer, false),
            None => (member.path.as_str(), true),
        };
        if found.iter().any(|one| one.name == name) {
            continue;
        }
        found.push(Member {
            name: name.to_owned(),
            role: if is_whole {
                role(&member.value)
            } else {
                "other"
            },
            go: go.take(pascal_case(name)),
            java: java.take(camel_case(name)),
        });
    }
    found
}

fn role(value: &[Piece]) -> &'static str {
    match value {
        [Piece::Field(Field::EventType)] => "type",
        [Piece::Field(Field::Data)] => "data",
        [
            Piece::Field(
                Field::EventId
                | Field::MessageId
                | Field::Tenant
                | Field::EventTimeRfc3339
                | Field::EventTimeRfc3339Ms
                | Field::DeliveryId
                | Field::DeliveryUuid
                | Field::EndpointId,
            ),
        ] => "text",
        _ => "other",
    }
}

fn events(event_types: &[SdkEventType]) -> Vec<PackageEvent> {
    let (mut types, mut constants, mut swift) = (
        Unique::of(&["Webhook"]),
        Unique::default(),
        Unique::default(),
    );
    let event = |one: &SdkEventType| PackageEvent {
        name: one.name.clone(),
        description: one_line(&one.description),
        type_name: types.take(pascal_case(&one.name)),
        constant: constants.take(constant_case(&one.name)),
        swift: swift.take(camel_case(&one.name)),
        typescript: one
            .schema
            .as_ref()
            .map_or_else(|| "unknown".to_owned(), typescript::type_of),
    };
    event_types.iter().map(event).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dialect_gives_packages_or_says_why_not() {
        let languages = [
            SdkLanguage::Typescript,
            SdkLanguage::Python,
            SdkLanguage::Go,
            SdkLanguage::Java,
            SdkLanguage::Php,
            SdkLanguage::Ruby,
            SdkLanguage::Rust,
            SdkLanguage::Swift,
        ];
        let mut written = 0;
        for dialect in nuncio_dialect::builtin() {
            let facts = SdkFacts {
                name: "Acme".to_owned(),
                package: None,
                api: None,
                dialect: Arc::clone(dialect),
                event_types: Vec::new(),
            };
            for language in languages {
                match sdk_files(&facts, language) {
                    Ok(files) => {
                        assert!(
                            files.iter().all(|file| !file.text.contains("{{")),
                            "{}",
                            dialect.name()
                        );
                        written += 1;
                    }
                    Err(SdkError::Dialect { .. }) => {}
                    Err(error) => panic!("{}: {error}", dialect.name()),
                }
            }
        }
        assert!(written > 80, "{written}");
    }
}
