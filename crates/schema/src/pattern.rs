//! Regular expressions that are matched in linear time, at a price that is known before.

use regex_automata::{meta::Regex, nfa::thompson};

use crate::{Budget, Exhausted};

/// The longest pattern. Longer ones are written by programs; and translating takes the square of it.
const CHARS_MAX: usize = 1_024;
/// States of one pattern: `^.{1,255}$` has some two thousand.
const STATES_MAX: usize = 10_000;
/// Bytes that so many states may take, which is what the compiler can be told.
const STATES_BYTES_MAX: usize = 1024 * 1024;
/// Memory for a pattern's lazily built states, by thread that matches.
const LAZY_BYTES_MAX: usize = 64 * 1024;
/// States that are visited by one step for each byte, when all of them are alive.
const STATES_A_STEP: u64 = 16;

/// A compiled pattern.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    pub(crate) source: String,
    pub(crate) states: usize,
    regex: Regex,
}

impl Pattern {
    /// Compiles a pattern of ECMA-262, as far as it can be matched in linear time.
    pub(crate) fn compile(source: &str) -> Result<Self, String> {
        let chars = source.chars().count();
        if chars > CHARS_MAX {
            return Err(format!(
                "the pattern has {chars} characters: at most {CHARS_MAX} are allowed"
            ));
        }
        let translated = jsonschema_regex::to_rust_regex(source)
            .map_err(|()| format!("`{source}` is not a valid regular expression"))?;
        let config = thompson::Config::new().nfa_size_limit(Some(STATES_BYTES_MAX));
        let states = thompson::Compiler::new()
            .configure(config)
            .build(&translated)
            .map_err(|error| fault(source, error.size_limit().is_some()))?
            .states()
            .len();
        if states > STATES_MAX {
            return Err(fault(source, true));
        }
        let config = Regex::config()
            .nfa_size_limit(Some(STATES_BYTES_MAX))
            .hybrid_cache_capacity(LAZY_BYTES_MAX);
        let regex = Regex::builder()
            .configure(config)
            .build(&translated)
            .map_err(|error| fault(source, error.size_limit().is_some()))?;
        Ok(Self {
            source: source.to_owned(),
            states,
            regex,
        })
    }

    /// Whether some part of the text fits.
    pub(crate) fn fits(&self, text: &str, budget: &mut Budget<'_>) -> Result<bool, Exhausted> {
        let bytes = text.len() as u64;
        budget.spend(1 + bytes.saturating_mul(1 + self.states as u64) / STATES_A_STEP)?;
        Ok(self.regex.is_match(text))
    }
}

fn fault(source: &str, is_too_large: bool) -> String {
    match is_too_large {
        true => {
            format!(
                "`{source}` is too large for a regular expression: repeat less, or something smaller"
            )
        }
        false => format!(
            "`{source}` can't be matched in linear time: look-around and back-references are not supported"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_those_of_ecma_script() {
        let check = |pattern: &str, text: &str, expected: bool| {
            let pattern = Pattern::compile(pattern).unwrap();
            let mut budget = Budget::new(1_000_000, 1);
            assert_eq!(pattern.fits(text, &mut budget), Ok(expected), "{text}");
        };
        check("^[a-z]+$", "abc", true);
        check("b", "abc", true);
        check(r"^\d{3}$", "123", true);
        // Digits are ASCII's there.
        check(r"^\d$", "\u{0663}", false);
        check(r"^\w+$", "\u{e9}", false);
        check("^.{1,255}$", &"\u{e9}".repeat(255), true);
        check("^.{1,255}$", &"x".repeat(256), false);
        check(r"^\p{L}+$", "\u{e9}", true);
    }

    #[test]
    fn what_is_not_linear_or_too_large_is_refused_in_words() {
        let check = |pattern: &str, words: &str| {
            let error = Pattern::compile(pattern).unwrap_err();
            assert!(error.contains(words), "{error}");
        };
        check("(?=a)b", "look-around");
        check(r"(a)\1", "back-references");
        check("(((a{100}){100}){100}){100}", "too large");
        check(r"\p{L}{999}", "too large");
        check("(", "not a valid");
        check(&"a".repeat(2_000), "2000 characters");
    }

    #[test]
    fn a_large_pattern_on_a_large_text_is_too_dear() {
        let pattern = Pattern::compile(r"\w{999}").unwrap();
        let mut budget = Budget::new(4_000_000, 1);
        let text = "a".repeat(1_000_000);
        assert_eq!(
            pattern.fits(&text, &mut budget),
            Err(Exhausted::Steps(4_000_000))
        );
    }
}
