//! HTTP headers in order, in one piece of memory: an attempt has a dozen of them, and as many strings would cost more
//! than signing it.

use std::fmt;

use serde::{Serialize, Serializer};

/// Names and values in order. A name may occur more than once.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers {
    /// All names and values, one after the other.
    text: String,
    /// Where each of them ends: a name, its value, the next name.
    ends: Vec<u32>,
}

impl Headers {
    /// None, with room for so many of so many bytes together.
    pub fn with_capacity(count: usize, bytes: usize) -> Self {
        Self {
            text: String::with_capacity(bytes),
            ends: Vec::with_capacity(2 * count),
        }
    }

    /// Adds one at the end.
    ///
    /// # Panics
    /// Past 4 GiB in all; requests and answers are capped far below.
    pub fn push(&mut self, name: &str, value: &str) {
        for part in [name, value] {
            self.text.push_str(part);
            let end = u32::try_from(self.text.len()).expect("headers are capped far below 4 GiB");
            self.ends.push(end);
        }
    }

    /// Adds all of `others` at the end.
    ///
    /// # Panics
    /// As [`Headers::push`].
    pub fn append(&mut self, others: &Self) {
        let shift = self.text.len();
        self.text.push_str(&others.text);
        u32::try_from(self.text.len()).expect("headers are capped far below 4 GiB");
        let moved = |end: &u32| end + shift as u32;
        self.ends.extend(others.ends.iter().map(moved));
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len() / 2
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Names and values together, in bytes.
    pub fn bytes(&self) -> usize {
        self.text.len()
    }

    /// The one at that place.
    pub fn get(&self, index: usize) -> Option<(&str, &str)> {
        let at = 2 * index;
        let (name_end, end) = (*self.ends.get(at)?, *self.ends.get(at + 1)?);
        let begin = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        let part = |from: u32, to: u32| &self.text[from as usize..to as usize];
        Some((part(begin, name_end), part(name_end, end)))
    }

    /// All of them.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &str)> + ExactSizeIterator {
        (0..self.len()).map(|index| self.get(index).unwrap_or_default())
    }
}

impl<N: AsRef<str>, V: AsRef<str>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let mut headers = Self::default();
        for (name, value) in pairs {
            headers.push(name.as_ref(), value.as_ref());
        }
        headers
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// As a list of pairs.
impl Serialize for Headers {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_in_comes_out_in_order() {
        let pairs = [("a", "1"), ("", ""), ("ü", ""), ("a", "2")];
        let headers: Headers = pairs.into_iter().collect();
        assert_eq!(headers.iter().collect::<Vec<_>>(), pairs);
        assert_eq!((headers.len(), headers.get(4)), (4, None));
        let mut twice = headers.clone();
        twice.append(&headers);
        assert_eq!(twice.iter().collect::<Vec<_>>(), [pairs, pairs].concat());
        assert_eq!(
            serde_json::to_string(&headers).unwrap(),
            r#"[["a","1"],["",""],["ü",""],["a","2"]]"#
        );
    }
}
