//! The templates of the guide: its page, and the programs on it. Logic stays in Rust, wording and code in the files.

use std::sync::LazyLock;

use minijinja::{Environment, UndefinedBehavior, Value};
use serde::Serialize;

use crate::GuideError;

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../templates/", $name, ".jinja")))),*]
    };
}

const FILES: &[(&str, &str)] = files![
    "page.md",
    "by_hand/node.mjs",
    "by_hand/main.py",
    "by_hand/main.go",
    "by_hand/index.php",
    "by_hand/config.ru",
    "by_hand/Receiver.java",
    "by_sdk/node.mjs",
    "by_sdk/main.py",
    "by_sdk/main.go",
    "by_sdk/index.php",
    "by_sdk/config.ru",
    "by_sdk/Receiver.java",
    "sdk/go/README.md",
    "sdk/go/go.mod",
    "sdk/go/webhook.go",
    "sdk/go/webhook_test.go",
    "sdk/java/README.md",
    "sdk/java/Webhook.java",
    "sdk/java/WebhookEvent.java",
    "sdk/java/WebhookTest.java",
    "sdk/java/WebhookVerificationException.java",
    "sdk/java/pom.xml",
    "sdk/php/README.md",
    "sdk/php/Webhook.php",
    "sdk/php/WebhookVerificationException.php",
    "sdk/php/composer.json",
    "sdk/php/run.php",
    "sdk/python/README.md",
    "sdk/python/__init__.py",
    "sdk/python/pyproject.toml",
    "sdk/python/test.py",
    "sdk/ruby/README.md",
    "sdk/ruby/gemspec",
    "sdk/ruby/lib.rb",
    "sdk/ruby/test.rb",
    "sdk/rust/Cargo.toml",
    "sdk/rust/README.md",
    "sdk/rust/lib.rs",
    "sdk/rust/sha256.rs",
    "sdk/rust/test.rs",
    "sdk/swift/Package.swift",
    "sdk/swift/README.md",
    "sdk/swift/Webhook.swift",
    "sdk/swift/WebhookTests.swift",
    "sdk/typescript/README.md",
    "sdk/typescript/index.d.ts",
    "sdk/typescript/index.js",
    "sdk/typescript/package.json",
    "sdk/typescript/test.mjs",
];

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut templates = Environment::new();
    templates.set_undefined_behavior(UndefinedBehavior::Chainable);
    templates.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    templates.set_keep_trailing_newline(true);
    templates.add_filter("json", json);
    templates.add_filter("sq", single_quoted);
    templates.add_filter("rust", |text: &str| format!("{text:?}"));
    templates.add_filter("swift", swift);
    templates.add_filter("php", |name: &str| single_quoted(&cgi_name(name)));
    templates.add_filter("cgi", |name: &str| json(&cgi_name(name)));
    templates.add_filter("js_path", js_path);
    templates.add_filter("php_path", php_path);
    templates.add_filter("arguments", arguments);
    templates.add_filter("cell", cell);
    templates.add_filter("code", code);
    for (name, text) in FILES {
        templates
            .add_template(name, text)
            .expect("a test reads every template");
    }
    templates
});

/// Fills a template in.
///
/// # Errors
/// When it asks for what `context` cannot give, which the tests rule out for every built-in dialect.
pub(crate) fn fill(name: &str, context: impl Serialize) -> Result<String, GuideError> {
    let template = TEMPLATES.get_template(name)?;
    Ok(template.render(Value::from_serialize(context))?)
}

/// A string as JavaScript, Python, Go, Ruby and Java write it. What a dialect can hold here is printable ASCII.
pub(crate) fn json(text: &str) -> String {
    // Ruby would look for code in `#{`.
    let text = text
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('#', "\\u0023");
    format!("\"{text}\"")
}

/// A string as PHP writes it when nothing in it means anything.
pub(crate) fn single_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// A string as Swift writes it.
fn swift(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", escaped.replace('\n', "\\n"))
}

/// A header's name as the Common Gateway Interface has it (RFC 3875, 4.1.18), and PHP and Rack after it.
fn cgi_name(name: &str) -> String {
    format!("HTTP_{}", name.to_ascii_uppercase().replace('-', "_"))
}

/// The way to a member of a parsed body, in JavaScript: `undefined` where there is none.
fn js_path(names: Vec<String>) -> String {
    let is_identifier = |name: &str| {
        name.starts_with(|letter: char| letter.is_ascii_alphabetic())
            && name
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
    };
    let step = |name: &String| match is_identifier(name) {
        true => format!("?.{name}"),
        false => format!("?.[{}]", json(name)),
    };
    names.iter().map(step).collect()
}

/// The same in PHP.
fn php_path(names: Vec<String>) -> String {
    let step = |name: &String| format!("[{}]", single_quoted(name));
    names.iter().map(step).collect()
}

/// Further arguments of a call.
fn arguments(names: Vec<String>) -> String {
    names
        .iter()
        .map(|name| format!(", {}", json(name)))
        .collect()
}

/// Text in a cell of a Markdown table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// Text as code, also in a cell of a table: between more backticks than it holds in a row.
fn code(text: &str) -> String {
    let text = cell(text);
    let runs = text.split(|letter| letter != '`').map(str::len);
    let fence = "`".repeat(runs.max().unwrap_or_default() + 1);
    match text.contains('`') {
        true => format!("{fence} {text} {fence}"),
        false => format!("{fence}{text}{fence}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_stays_code() {
        let check = |text: &str, expected: &str| assert_eq!(code(text), expected);
        check("order.paid", "`order.paid`");
        check("a|b", "`a\\|b`");
        check("a`b", "`` a`b ``");
        check("``", "``` `` ```");
    }

    #[test]
    fn strings_in_programs() {
        let check = |text: &str, in_most: &str, in_php: &str| {
            assert_eq!(json(text), in_most);
            assert_eq!(single_quoted(text), in_php);
        };
        check("sha256=", "\"sha256=\"", "'sha256='");
        check("a\"b\\c'd", "\"a\\\"b\\\\c'd\"", "'a\"b\\\\c\\'d'");
        check("#{x}", "\"\\u0023{x}\"", "'#{x}'");
    }

    #[test]
    fn header_names_for_cgi() {
        assert_eq!(cgi_name("X-Webhook-Signature"), "HTTP_X_WEBHOOK_SIGNATURE");
    }
}
