//! Query strings, read leniently: unknown parameters are ignored, the last of several counts.

use nuncio_domain::Timestamp;

use crate::error::{RULE, SvixError};

/// The parameters of a request.
#[derive(Debug, Default)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    pub(crate) fn parse(text: Option<&str>) -> Self {
        let text = text.unwrap_or_default().as_bytes();
        Self(form_urlencoded::parse(text).into_owned().collect())
    }

    /// A parameter as text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        let mut found = self.0.iter().rev();
        let found = found.find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    /// A truth value.
    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>, SvixError> {
        match self.text(name) {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(other) => Err(unreadable(name, other)),
        }
    }

    /// A number.
    pub(crate) fn number(&self, name: &str) -> Result<Option<u64>, SvixError> {
        let text = self.text(name);
        let number = |text: &str| text.parse().map_err(|_| unreadable(name, text));
        text.map(number).transpose()
    }

    /// A time.
    pub(crate) fn time(&self, name: &str) -> Result<Option<Timestamp>, SvixError> {
        let text = self.text(name);
        // A `+` that was not encoded has become a space.
        let time = |text: &str| {
            let fixed = text.replace(' ', "+");
            fixed.parse().map_err(|_| unreadable(name, text))
        };
        text.map(time).transpose()
    }

    /// A list: `a,b`, or several times `name[]` or `name[0]`.
    pub(crate) fn list(&self, name: &str) -> Option<Vec<String>> {
        let is_named = |key: &str| {
            let rest = key.strip_prefix(name);
            rest.is_some_and(|rest| {
                rest.is_empty() || (rest.starts_with('[') && rest.ends_with(']'))
            })
        };
        let values: Vec<_> = self
            .0
            .iter()
            .filter(|(key, _)| is_named(key))
            .flat_map(|(_, value)| value.split(','))
            .filter(|value| !value.is_empty())
            .map(str::to_owned)
            .collect();
        (!values.is_empty()).then_some(values)
    }

    /// Whether content is to be shown: unless it says no.
    pub(crate) fn with_content(&self) -> Result<bool, SvixError> {
        Ok(self.flag("with_content")?.unwrap_or(true))
    }
}

fn unreadable(name: &str, value: &str) -> SvixError {
    let value: String = value.chars().take(100).collect();
    SvixError::bad_request(format!(
        "Failed to read the query parameter `{name}`: `{value}`"
    ))
}

/// A parameter that breaks a rule.
pub(crate) fn invalid(at: &str, msg: impl Into<String>) -> SvixError {
    SvixError::invalid_in("query", at, msg, RULE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_written_in_three_ways() {
        let check = |text: &str, expected: Option<&[&str]>| {
            let found = Query::parse(Some(text)).list("event_types");
            let expected =
                expected.map(|names| names.iter().map(|&name| name.to_owned()).collect());
            assert_eq!(found, expected, "{text}");
        };
        check("event_types=a,b", Some(&["a", "b"]));
        check("event_types[]=a&event_types[]=b", Some(&["a", "b"]));
        check("event_types%5B0%5D=a&event_types[1]=b", Some(&["a", "b"]));
        check("event_types=", None);
        check("other=a", None);
    }

    #[test]
    fn what_can_not_be_read_is_a_bad_request() {
        let query = Query::parse(Some("a=x&b=true&c=2026-01-01T00:00:00+00:00&d=7"));
        assert!(query.number("a").is_err() && query.flag("a").is_err() && query.time("a").is_err());
        assert_eq!(query.flag("b").unwrap(), Some(true));
        assert!(query.time("c").unwrap().is_some());
        assert_eq!(query.number("d").unwrap(), Some(7));
        assert_eq!(query.number("e").unwrap(), None);
    }
}
