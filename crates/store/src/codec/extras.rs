//! What an event has besides its data, in one piece of text: nearly none has any.

use nuncio_domain::Extras;
use serde::{Deserialize, Serialize};

use crate::{EndpointKey, fail::Fail};

/// What is stored of it.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct StoredExtras {
    #[serde(flatten)]
    pub(crate) extras: Extras,
    /// The endpoints that wanted the event and were passed over, since they were disabled.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    skipped: Vec<i64>,
}

impl StoredExtras {
    pub(crate) fn skipped(&self) -> impl Iterator<Item = EndpointKey> {
        self.skipped.iter().copied().map(EndpointKey)
    }

    /// The same without what the publisher said.
    pub(crate) fn erased(self) -> Self {
        Self {
            extras: self.extras.erased(),
            skipped: self.skipped,
        }
    }

    /// The text; `None` if there is nothing to say.
    pub(crate) fn text(&self) -> Result<Option<String>, Fail> {
        if self.skipped.is_empty() && self.extras.is_empty() {
            return Ok(None);
        }
        Ok(Some(serde_json::to_string(self)?))
    }

    /// Reads what [`Self::text`] wrote.
    pub(crate) fn read(text: Option<&str>) -> Result<Self, Fail> {
        match text {
            None => Ok(Self::default()),
            Some(text) => Ok(serde_json::from_str(text)?),
        }
    }
}

/// The text of an event that is taken in.
pub(crate) fn extras_text(
    extras: Option<&Extras>,
    skipped: &[EndpointKey],
) -> Result<Option<String>, Fail> {
    if extras.is_none() && skipped.is_empty() {
        return Ok(None);
    }
    let stored = StoredExtras {
        extras: extras.cloned().unwrap_or_default(),
        skipped: skipped.iter().map(|key| key.0).collect(),
    };
    stored.text()
}

#[cfg(test)]
mod tests {
    use nuncio_domain::Channel;

    use super::*;

    #[test]
    fn what_was_written_comes_back_and_nothing_is_no_text() {
        assert_eq!(extras_text(None, &[]).unwrap(), None);
        assert_eq!(extras_text(Some(&Extras::default()), &[]).unwrap(), None);
        let extras = Extras {
            channels: vec![Channel::parse("eu").unwrap()],
            retention_days: Some(3),
            ..Extras::default()
        };
        let text = extras_text(Some(&extras), &[EndpointKey(7)]).unwrap();
        let read = StoredExtras::read(text.as_deref()).unwrap();
        assert_eq!(read.extras, extras);
        assert_eq!(read.skipped().collect::<Vec<_>>(), [EndpointKey(7)]);
        assert_eq!(read.erased().text().unwrap(), text);
    }
}
