//! Event patterns in the language of Amazon EventBridge: does this JSON match that pattern?
//!
//! Owns: which patterns are accepted ([`Pattern::compile`]), and what they match ([`Pattern::matches`]), read straight
//! from the JSON text. Refuses: patterns that are too large ([`limits`]), that have an empty or unknown part, or that say
//! two things of one field; the error has the JSON pointer of the place. Guarantees: every pattern and every text get an
//! answer, whatever they hold; the time is bounded by the product of the text's length and the pattern's size; a missing
//! field matches nothing but `{"exists": false}`.
//!
//! # The language
//!
//! A pattern is an object. Each of its members is a field with a list of alternatives, or an object with further fields.
//! All fields have to match, of each at least one alternative:
//!
//! | alternative | matches |
//! |---|---|
//! | `"x"`, `1`, `true`, `null` | the same value; numbers by value, `1` and `1.0` alike |
//! | `{"exists": true}`, `{"exists": false}` | any value that is no object, or none |
//! | `{"prefix": "x"}`, `{"suffix": "x"}` | strings that begin or end with it |
//! | `{"prefix": {"equals-ignore-case": "x"}}`, the same with `suffix` | the same, upper and lower case alike |
//! | `{"equals-ignore-case": "x"}` | the string, upper and lower case alike |
//! | `{"wildcard": "a*b"}` | strings; `*` is any text, `\*` an asterisk, `\\` a backslash |
//! | `{"numeric": [">", 0, "<=", 5]}` | numbers: `=`, `<`, `<=`, `>`, `>=`, or a lower and an upper bound |
//! | `{"cidr": "10.0.0.0/8"}` | strings that are IP addresses in that range |
//! | `{"exactly": "x"}` | the string |
//! | `{"anything-but": x}` | any value but `x`: a string, a number, a list of either, or an object with `prefix`, `suffix`, `wildcard` or `equals-ignore-case`, each with a string or a list of them |
//!
//! `{"$or": [{…}, {…}]}` in place of a field matches if one of its objects does. Of an array in the event one element has
//! to match; fields below the same array have to match in the same element. A dot in a field's name is the same as
//! nesting.
//!
//! # Where it differs from AWS's event-ruler on purpose
//!
//! The differential test holds the two against each other on everything else.
//!
//! - A field that is required both outside of a `$or` and within is refused. There the last of the two silently wins.
//! - `{"numeric": [">", 0]}` in place of a field's list is refused. There it asks for a field named `numeric`.
//! - A string that looks like an IP address matches that text alone. There it matches every spelling of the address.
//! - `cidr` takes `/32` and `/128`, and tells version 4 from 6. There a version 6 address may match a version 4 range whose
//!   hexadecimal digits it begins with, and a wide range numbers that are no strings. Version 4 addresses with leading
//!   zeros are no addresses.
//! - Each alternative is judged by itself. There a wildcard and an `equals-ignore-case`, both beyond ASCII, side by side
//!   match texts that neither of them does.
//! - Prefixes, suffixes and `equals-ignore-case` know nothing of the quotes around a string: `{"prefix": "a\""}` doesn't
//!   match `a`.
//! - Upper and lower case of characters beyond the Basic Multilingual Plane are alike too.
//! - Empty lists within `anything-but` are refused, as are patterns beyond the [`limits`].
//! - Two arrays that an event holds under one name (a repeated key, or a dotted and a nested one) count as one place:
//!   fields below them don't match from both.
//! - Values below more than [`limits::ARRAYS_NESTED_MAX`] arrays directly within one another aren't seen.

mod address;
mod alternatives;
mod bad_pattern;
mod compile;
mod compiler;
mod fold;
mod json;
pub mod limits;
mod matches;
mod mismatch;
mod number;
mod operators;
mod paths;
mod pattern;
mod search;
mod test;
mod walk;
mod wildcard;

pub use bad_pattern::BadPattern;
pub use mismatch::PatternMismatch;
pub use pattern::Pattern;
pub use walk::Part;
