//! Alternatives that are no exact value.

use crate::{address::Cidr, fold::Folded, json::Scalar, wildcard::Wildcard};

/// An alternative that has to be tried.
#[derive(Debug)]
pub(crate) enum Test {
    /// A string that is like this.
    Like(TextTest),
    /// A number within bounds.
    Within(Bounds),
    /// A string that is an address in the range.
    Cidr(Cidr),
    /// Any value but these.
    Not(Not),
}

/// What a string is like.
#[derive(Debug)]
pub(crate) enum TextTest {
    Prefix(Box<str>),
    PrefixFolded(Folded),
    Suffix(Box<str>),
    SuffixFolded(Folded),
    Folded(Folded),
    Wildcard(Wildcard),
}

/// Where numbers lie. Both bounds can be compared.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    pub(crate) low: Option<Bound>,
    pub(crate) high: Option<Bound>,
}

/// One end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bound {
    pub(crate) at: f64,
    /// Whether the number itself is within.
    pub(crate) is_within: bool,
}

/// What a value must not be.
#[derive(Debug)]
pub(crate) enum Not {
    /// One of these strings, in order.
    Texts(Vec<Box<str>>),
    /// One of these numbers, in order.
    Numbers(Vec<f64>),
    /// A string like one of these.
    Like(Vec<TextTest>),
}

impl Test {
    /// Whether it asks what number a value is.
    pub(crate) const fn is_numeric(&self) -> bool {
        match self {
            Self::Within(_) | Self::Not(Not::Numbers(_)) => true,
            Self::Like(_) | Self::Cidr(_) | Self::Not(Not::Texts(_) | Not::Like(_)) => false,
        }
    }

    /// Whether a value passes; `number` is what it is as a number that can be compared.
    pub(crate) fn passes(&self, value: &Scalar<'_>, number: Option<f64>) -> bool {
        let text = match value {
            Scalar::Text(text) => Some(&**text),
            Scalar::Number(_) | Scalar::Word(_) => None,
        };
        match self {
            Self::Like(test) => text.is_some_and(|text| test.passes(text)),
            Self::Within(bounds) => number.is_some_and(|number| bounds.hold(number)),
            Self::Cidr(cidr) => text.is_some_and(|text| cidr.contains(text)),
            Self::Not(Not::Texts(texts)) => !text.is_some_and(|text| holds_text(texts, text)),
            Self::Not(Not::Numbers(numbers)) => {
                !number.is_some_and(|number| holds_number(numbers, number))
            }
            Self::Not(Not::Like(tests)) => {
                !text.is_some_and(|text| tests.iter().any(|test| test.passes(text)))
            }
        }
    }
}

impl TextTest {
    fn passes(&self, text: &str) -> bool {
        match self {
            Self::Prefix(prefix) => text.starts_with(&**prefix),
            Self::PrefixFolded(prefix) => prefix.begins(text),
            Self::Suffix(suffix) => text.ends_with(&**suffix),
            Self::SuffixFolded(suffix) => suffix.ends(text),
            Self::Folded(folded) => folded.equals(text),
            Self::Wildcard(wildcard) => wildcard.matches(text),
        }
    }
}

impl Bounds {
    fn hold(&self, number: f64) -> bool {
        let above = |bound: Bound| number > bound.at || (bound.is_within && number == bound.at);
        let below = |bound: Bound| number < bound.at || (bound.is_within && number == bound.at);
        self.low.is_none_or(above) && self.high.is_none_or(below)
    }
}

/// Whether a list in order holds the text.
pub(crate) fn holds_text(texts: &[Box<str>], text: &str) -> bool {
    texts.binary_search_by(|known| (**known).cmp(text)).is_ok()
}

/// Whether a list in order holds the number.
pub(crate) fn holds_number(numbers: &[f64], number: f64) -> bool {
    numbers
        .binary_search_by(|known| known.total_cmp(&number))
        .is_ok()
}
