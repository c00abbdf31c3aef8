//! What a publisher gives with an event besides its data: channels, metadata, headers, how long it is kept. Nearly every
//! event has none of it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::Channel;

/// What an event has besides its data.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Extras {
    /// The channels that it goes out on; none is every endpoint that has none either.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<Channel>,
    /// Whatever the publisher wants to keep with it.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub metadata: Map<String, Value>,
    /// Headers that each attempt is sent with, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<(String, String)>,
    /// How long it is kept, days; `None` is as long as its project keeps events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention_days: Option<u32>,
}

impl Extras {
    /// Channels of one event, and of one endpoint: enough for a few ways of sorting events at the same time. Each is
    /// compared with each while an event is taken in.
    pub const CHANNELS_MAX: usize = 10;
    /// The longest that one event may be kept, days: as long as a project may keep all of them.
    pub const RETENTION_DAYS_MAX: u32 = 3_650;

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What is left once the payload is erased: where it went and how long it is kept, none of what it said.
    #[must_use]
    pub fn erased(&self) -> Self {
        Self {
            channels: self.channels.clone(),
            retention_days: self.retention_days,
            ..Self::default()
        }
    }

    /// About what it takes in memory, bytes.
    pub fn bytes(&self) -> usize {
        let channels: usize = self.channels.iter().map(|one| one.as_str().len()).sum();
        let headers = self.headers.iter();
        let headers: usize = headers.map(|(name, value)| name.len() + value.len()).sum();
        let metadata = self.metadata.iter();
        let metadata: usize = metadata.map(|(name, value)| name.len() + size(value)).sum();
        channels + headers + metadata
    }
}

/// About the bytes of a JSON value.
fn size(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 8,
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| name.len() + size(value))
            .sum(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> Extras {
        Extras {
            channels: vec![Channel::parse("eu").unwrap()],
            metadata: serde_json::from_str(r#"{"plan":"pro","n":[1,{"a":"bc"}]}"#).unwrap(),
            headers: vec![("X-Trace".to_owned(), "7".to_owned())],
            retention_days: Some(5),
        }
    }

    #[test]
    fn what_is_not_there_takes_no_room() {
        assert_eq!(serde_json::to_string(&Extras::default()).unwrap(), "{}");
        assert!(serde_json::from_str::<Extras>("{}").unwrap().is_empty());
        assert_eq!(Extras::default().bytes(), 0);
        let text = serde_json::to_string(&full()).unwrap();
        assert_eq!(serde_json::from_str::<Extras>(&text).unwrap(), full());
        assert_eq!(full().bytes(), 2 + 8 + 7 + 1 + 8 + 3);
    }

    #[test]
    fn erasing_leaves_where_it_went_and_how_long_it_stays() {
        let erased = full().erased();
        assert_eq!(erased.channels, full().channels);
        assert_eq!(erased.retention_days, Some(5));
        assert!(erased.metadata.is_empty() && erased.headers.is_empty());
    }
}
