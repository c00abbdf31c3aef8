//! Finding a thing by what people remember of it: part of its name, its URL, its id.

use serde::{Deserialize, Deserializer, de};

/// Longer than anything that somebody types to find something.
const TEXT_CHARS_MAX: usize = 200;

/// What somebody is looking for: words in any order, each of which is part of one of a thing's texts, whatever its case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Search {
    words: Vec<String>,
}

impl Search {
    /// Whether each word is part of one of these texts.
    pub(crate) fn finds(&self, texts: &[&str]) -> bool {
        let texts: Vec<String> = texts.iter().map(|text| text.to_lowercase()).collect();
        let is_there = |word: &String| texts.iter().any(|text| text.contains(word.as_str()));
        self.words.iter().all(is_there)
    }
}

impl<'de> Deserialize<'de> for Search {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        if text.chars().count() > TEXT_CHARS_MAX {
            let fault = format!("longer than {TEXT_CHARS_MAX} characters");
            return Err(de::Error::custom(fault));
        }
        let words = text.split_whitespace().map(str::to_lowercase).collect();
        Ok(Self { words })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search(text: &str) -> Search {
        serde_json::from_value(serde_json::json!(text)).unwrap()
    }

    #[test]
    fn each_word_is_part_of_one_of_the_texts() {
        let texts = ["acme-coffee", "Acme Coffee Roasters", "ÉCOLE"];
        let check = |text: &str, expected: bool| {
            assert_eq!(search(text).finds(&texts), expected, "{text:?}");
        };
        check("coffee", true);
        check("roast ACME", true);
        check("école", true);
        check("acme tea", false);
        check("", true);
        check("  ", true);
        check("coffee  roasters", true);
        check("%", false);
    }

    #[test]
    fn a_longer_text_is_refused() {
        let long = serde_json::json!("a".repeat(TEXT_CHARS_MAX + 1));
        let fault = serde_json::from_value::<Search>(long).unwrap_err();
        assert_eq!(fault.to_string(), "longer than 200 characters");
    }
}
