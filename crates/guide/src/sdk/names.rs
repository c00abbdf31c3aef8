//! What things are called in each language, made of the vendor's and the event types' names.

use std::collections::HashSet;

use serde::Serialize;

use super::SdkError;

/// Names that methods of a Java record can't have.
pub(super) const JAVA_TAKEN: &[&str] = &[
    "body",
    "class",
    "clone",
    "default",
    "equals",
    "finalize",
    "getClass",
    "hashCode",
    "new",
    "notify",
    "notifyAll",
    "package",
    "public",
    "return",
    "static",
    "this",
    "toString",
    "void",
    "wait",
];

/// The names of a package and of what is in it.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct PackageNames {
    /// The class that verifies: `AcmeWebhook`.
    pub(super) class: String,
    /// The class that manages endpoints: `AcmeClient`.
    pub(super) client: String,
    /// `@acme/sdk`.
    pub(super) npm: String,
    /// `acme-webhooks`.
    pub(super) dist: String,
    /// `acme_webhooks`.
    pub(super) module: String,
    /// Go's package: `acme`.
    pub(super) go: String,
    /// Its path.
    pub(super) go_module: String,
    /// `Acme`.
    pub(super) namespace: String,
    /// `acme/webhooks`.
    pub(super) composer: String,
    /// `com.acme.webhooks`.
    pub(super) java: String,
}

impl PackageNames {
    /// # Errors
    /// The name has no letter to begin with, or the package's is no name.
    pub(super) fn of(vendor: &str, package: Option<&str>) -> Result<Self, SdkError> {
        let begins = vendor.starts_with(|letter: char| letter.is_ascii_alphabetic());
        if !begins || vendor.len() > 64 {
            return Err(SdkError::Name(vendor.chars().take(80).collect()));
        }
        let is_part = |letter: char| letter.is_ascii_alphanumeric() || "@/._-".contains(letter);
        if let Some(package) = package
            && (package.is_empty() || package.len() > 200 || !package.chars().all(is_part))
        {
            return Err(SdkError::Package(package.chars().take(80).collect()));
        }
        let namespace = pascal_case(vendor);
        let slug = namespace.to_lowercase();
        let or = |made: String| package.map_or(made, str::to_owned);
        Ok(Self {
            class: format!("{namespace}Webhook"),
            client: format!("{namespace}Client"),
            npm: or(format!("@{slug}/sdk")),
            dist: or(format!("{slug}-webhooks")).replace(['/', '@'], ""),
            module: format!("{slug}_webhooks"),
            go_module: or(format!("example.com/{slug}")),
            composer: or(format!("{slug}/webhooks")),
            java: format!("com.{slug}.webhooks"),
            go: slug,
            namespace,
        })
    }
}

/// Names that are taken only once: what comes again gets a number.
#[derive(Default)]
pub(super) struct Unique(HashSet<String>);

impl Unique {
    /// With names that are taken from the start.
    pub(super) fn of(taken: &[&str]) -> Self {
        Self(taken.iter().map(|name| (*name).to_owned()).collect())
    }

    /// The name, or one with a number.
    pub(super) fn take(&mut self, name: String) -> String {
        let mut given = name.clone();
        let mut number = 2;
        while !self.0.insert(given.clone()) {
            given = format!("{name}{number}");
            number += 1;
        }
        given
    }
}

/// Text that can stand in a comment of any language and in a document: one line, without what could end a comment.
pub(super) fn one_line(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().collect();
    let line = words
        .join(" ")
        .replace("*/", "* /")
        .replace("\"\"\"", "'''");
    line.chars()
        .map(|letter| if letter == '\\' { '/' } else { letter })
        .filter(|letter| !letter.is_control())
        .collect()
}

/// Whether every language takes it for the name of a member.
pub(super) fn is_identifier(name: &str) -> bool {
    name.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && name
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
}

/// `order.paid` as `OrderPaid`.
pub(super) fn pascal_case(text: &str) -> String {
    let capital = |word: &str| {
        let (first, rest) = word.split_at(1);
        first.to_ascii_uppercase() + rest
    };
    led_by_letter(words(text).map(capital).collect(), "Event")
}

/// `created_at` as `createdAt`.
pub(super) fn camel_case(text: &str) -> String {
    let pascal = pascal_case(text);
    let (first, rest) = pascal.split_at(1);
    first.to_ascii_lowercase() + rest
}

/// `order.paid` as `ORDER_PAID`.
pub(super) fn constant_case(text: &str) -> String {
    let words: Vec<_> = words(text).map(str::to_ascii_uppercase).collect();
    led_by_letter(words.join("_"), "EVENT_")
}

fn led_by_letter(name: String, lead: &str) -> String {
    match name.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
        true => name,
        false => format!("{lead}{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_each_case() {
        let check = |text: &str, pascal: &str, camel: &str, constant: &str| {
            assert_eq!(pascal_case(text), pascal);
            assert_eq!(camel_case(text), camel);
            assert_eq!(constant_case(text), constant);
        };
        check("order.paid", "OrderPaid", "orderPaid", "ORDER_PAID");
        check("createdAt", "CreatedAt", "createdAt", "CREATEDAT");
        check("2fa.on", "Event2faOn", "event2faOn", "EVENT_2FA_ON");
        check("--", "Event", "event", "EVENT_");
    }

    #[test]
    fn a_name_comes_once() {
        let mut unique = Unique::of(&["A"]);
        assert_eq!(unique.take("A".to_owned()), "A2");
        assert_eq!(unique.take("A".to_owned()), "A3");
        assert_eq!(unique.take("B".to_owned()), "B");
    }

    #[test]
    fn a_vendor_gives_its_names() {
        let names = PackageNames::of("NewVendor", None).unwrap();
        assert_eq!(names.class, "NewVendorWebhook");
        assert_eq!(names.npm, "@newvendor/sdk");
        let dotted = PackageNames::of("de.vendor", Some("@de/hooks")).unwrap();
        assert_eq!([dotted.class, dotted.npm], ["DeVendorWebhook", "@de/hooks"]);
        assert!(matches!(
            PackageNames::of("9lives", None),
            Err(SdkError::Name(_))
        ));
        assert!(matches!(
            PackageNames::of("A", Some("a b")),
            Err(SdkError::Package(_))
        ));
    }

    #[test]
    fn a_comment_stays_one() {
        assert_eq!(one_line("a\n*/ \\u002a/ \"\"\""), "a * / /u002a/ '''");
    }
}
