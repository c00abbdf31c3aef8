//! The programs of the guide: a whole receiver in each language, with our library and without it.
//!
//! Each runs as it stands, with the secret in `WEBHOOK_SECRET`, the port in `PORT` (3000) and, where the URL is signed,
//! the endpoint's URL in `WEBHOOK_URL`.

use nuncio_dialect::Dialect;
use serde::Serialize;

use crate::{GuideError, recipe::Recipe, templates::fill};

/// A language that the guide has programs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// JavaScript, on Node.
    Node,
    /// Python 3.
    Python,
    /// Go.
    Go,
    /// PHP 8.
    Php,
    /// Ruby, on Rack.
    Ruby,
    /// Java 17.
    Java,
}

/// How a program verifies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Way {
    /// With the receiver library.
    Library,
    /// With the language's standard library alone.
    ByHand,
}

/// A program of the guide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Its language.
    pub language: Language,
    /// How it verifies.
    pub way: Way,
    /// What its file is called.
    pub file: &'static str,
    /// Its text.
    pub code: String,
}

impl Language {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 6] = [
        Self::Node,
        Self::Python,
        Self::Go,
        Self::Php,
        Self::Ruby,
        Self::Java,
    ];

    /// Its name, for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Node => "JavaScript (Node)",
            Self::Python => "Python",
            Self::Go => "Go",
            Self::Php => "PHP",
            Self::Ruby => "Ruby (Rack)",
            Self::Java => "Java",
        }
    }

    /// Its name, for programs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Node => "node",
            Self::Python => "python",
            Self::Go => "go",
            Self::Php => "php",
            Self::Ruby => "ruby",
            Self::Java => "java",
        }
    }

    /// Its name in a fenced block of Markdown.
    pub const fn fence(self) -> &'static str {
        match self {
            Self::Node => "js",
            Self::Python => "python",
            Self::Go => "go",
            Self::Php => "php",
            Self::Ruby => "ruby",
            Self::Java => "java",
        }
    }

    /// What its program's file is called.
    pub const fn file(self) -> &'static str {
        match self {
            Self::Node => "node.mjs",
            Self::Python => "main.py",
            Self::Go => "main.go",
            Self::Php => "index.php",
            Self::Ruby => "config.ru",
            Self::Java => "Receiver.java",
        }
    }

    /// How to install the receiver library, from Nuncio's repository in the folder `nuncio`: no package registry has it,
    /// and a name there that is not ours could become anybody's.
    pub const fn install(self) -> &'static str {
        match self {
            Self::Node => {
                "npm --prefix nuncio/sdks/node/webhooks ci && npm --prefix nuncio/sdks/node/webhooks run build && npm install ./nuncio/sdks/node/webhooks express"
            }
            Self::Python => "pip install ./nuncio/sdks/python/webhooks",
            Self::Go => {
                "go mod edit -require github.com/nuncio-webhooks/nuncio/sdks/go@v0.0.0 -replace github.com/nuncio-webhooks/nuncio/sdks/go=./nuncio/sdks/go"
            }
            Self::Php => {
                "composer config repositories.nuncio path ./nuncio/sdks/php && composer require nuncio/webhooks:@dev"
            }
            Self::Ruby => "bundle add nuncio-webhooks --path nuncio/sdks/ruby",
            Self::Java => {
                "JARS=/usr/share/java nuncio/sdks/java/build.sh && export CLASSPATH=nuncio/sdks/java/build/classes"
            }
        }
    }

    /// How to run the program.
    pub const fn run(self) -> &'static str {
        match self {
            Self::Node => "node node.mjs",
            Self::Python => "python3 main.py",
            Self::Go => "go run main.go",
            Self::Php => "php -S 127.0.0.1:3000 index.php",
            Self::Ruby => "rackup --host 127.0.0.1 --port 3000",
            Self::Java => "java Receiver.java",
        }
    }
}

/// What a program is filled in with.
#[derive(Debug, Serialize)]
struct Context<'a> {
    dialect: &'a str,
    recipe: Option<&'a Recipe>,
    answers: Answers<'a>,
    form: bool,
    url: bool,
}

#[derive(Debug, Serialize)]
struct Answers<'a> {
    missing: u16,
    invalid: u16,
    text: &'a str,
}

/// The programs for a dialect. A dialect of a project's own is one that no library knows: there are none with the library
/// then. Without a recipe there are none by hand.
///
/// # Errors
/// [`GuideError::Template`].
pub fn programs(dialect: &Dialect) -> Result<Vec<Sample>, GuideError> {
    let own = nuncio_dialect::builtin_named(dialect.name())
        .is_none_or(|builtin| builtin.source() != dialect.source());
    let recipe = Recipe::of(dialect);
    let answers = &dialect.receiver().answers;
    let context = Context {
        dialect: dialect.name(),
        recipe: recipe.as_ref(),
        answers: Answers {
            missing: answers.missing,
            invalid: answers.invalid,
            text: &answers.text,
        },
        form: dialect.is_form(),
        url: recipe.as_ref().is_some_and(|recipe| recipe.url),
    };
    let mut samples = Vec::new();
    for language in Language::ALL {
        for (way, folder) in [(Way::Library, "by_sdk"), (Way::ByHand, "by_hand")] {
            let possible = match way {
                Way::Library => !own,
                Way::ByHand => recipe.is_some(),
            };
            if !possible {
                continue;
            }
            samples.push(Sample {
                language,
                way,
                file: language.file(),
                code: fill(&format!("{folder}/{}", language.file()), &context)?,
            });
        }
    }
    Ok(samples)
}
