//! Text that matches in upper and lower case.

/// A text of which each character matches in upper and in lower case.
#[derive(Debug)]
pub(crate) enum Folded {
    /// ASCII alone, which is compared quickest.
    Ascii(Box<str>),
    /// Each character as it is in lower and in upper case; either may be several characters.
    Other(Vec<[Box<str>; 2]>),
}

impl Folded {
    pub(crate) fn new(text: &str) -> Self {
        match text.is_ascii() {
            true => Self::Ascii(text.into()),
            false => Self::Other(text.chars().map(cases).collect()),
        }
    }

    pub(crate) fn equals(&self, text: &str) -> bool {
        match self {
            Self::Ascii(folded) => folded.eq_ignore_ascii_case(text),
            Self::Other(_) => self.without_prefix(text) == Some(""),
        }
    }

    pub(crate) fn begins(&self, text: &str) -> bool {
        self.without_prefix(text).is_some()
    }

    pub(crate) fn ends(&self, text: &str) -> bool {
        match self {
            Self::Ascii(folded) => {
                let start = text.len().checked_sub(folded.len());
                let end = start.and_then(|start| text.as_bytes().get(start..));
                end.is_some_and(|end| end.eq_ignore_ascii_case(folded.as_bytes()))
            }
            Self::Other(characters) => {
                let mut characters = characters.iter().rev();
                let rest = characters.try_fold(text, |rest, [lower, upper]| {
                    rest.strip_suffix(&**lower)
                        .or_else(|| rest.strip_suffix(&**upper))
                });
                rest.is_some()
            }
        }
    }

    fn without_prefix<'a>(&self, text: &'a str) -> Option<&'a str> {
        match self {
            Self::Ascii(folded) => {
                let (start, rest) = text.split_at_checked(folded.len())?;
                folded.eq_ignore_ascii_case(start).then_some(rest)
            }
            Self::Other(characters) => characters.iter().try_fold(text, |rest, [lower, upper]| {
                rest.strip_prefix(&**lower)
                    .or_else(|| rest.strip_prefix(&**upper))
            }),
        }
    }
}

fn cases(character: char) -> [Box<str>; 2] {
    let lower: String = character.to_lowercase().collect();
    let upper: String = character.to_uppercase().collect();
    [lower.into(), upper.into()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn upper_and_lower_case_are_alike() {
        for (pattern, text) in [
            ("Paid", "pAID"),
            ("", ""),
            ("Zürich", "zÜRICH"),
            ("straße", "STRASSE"),
            ("ДА", "да"),
        ] {
            let folded = Folded::new(pattern);
            assert!(folded.equals(text), "{pattern} {text}");
            assert!(folded.begins(&format!("{text}x")), "{pattern} {text}");
            assert!(folded.ends(&format!("x{text}")), "{pattern} {text}");
            assert!(!folded.equals(&format!("{text}x")), "{pattern} {text}");
        }
        assert!(!Folded::new("ab").begins("aü"));
        assert!(!Folded::new("ab").ends("üb"));
        assert!(!Folded::new("ü").equals("u"));
    }
}
