//! What goes into a handler, and what comes out.

use serde::Deserialize;
use serde_json::Value;

use crate::{TransformError, limits::CODE_BYTES_MAX};

/// Most headers that a handler may add: as many as an endpoint may have of its own.
const HEADERS_MAX: usize = 32;
/// Most channels of one webhook.
const CHANNELS_MAX: usize = 64;
/// The longest text of a type, a channel, a header or a reason.
const TEXT_BYTES_MAX: usize = 8 * 1024;
/// The longest reason for cancelling that is kept.
const REASON_CHARS_MAX: usize = 300;
/// The reason of a handler that gives none.
const NO_REASON: &str = "cancelled by the transformation";

/// What a handler sees of a webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// The HTTP method; read-only.
    pub method: &'static str,
    /// Where it goes; read-only.
    pub url: String,
    /// The body that the dialect would send, as JSON text.
    pub payload: String,
    /// The event's type.
    pub event_type: String,
    /// The event's channels.
    pub channels: Vec<String>,
}

/// What a handler made of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transformed {
    /// The new payload as JSON text; `None` if it was left as it was.
    pub payload: Option<String>,
    /// The type that is told to the receiver.
    pub event_type: String,
    /// The channels, as they were returned.
    pub channels: Vec<String>,
    /// Headers to add. Their names and values are as the code wrote them: whoever sends them checks them.
    pub headers: Vec<(String, String)>,
    /// Why the delivery is not to be made, if it is not.
    pub cancel: Option<String>,
}

/// All but the payload, as the prelude hands it over.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Rest {
    #[serde(default)]
    event_type: Value,
    #[serde(default)]
    channels: Value,
    #[serde(default)]
    headers: Value,
    #[serde(default)]
    cancel: Value,
}

impl Rest {
    /// Checks what came back.
    pub(crate) fn check(self, payload: Option<String>) -> Result<Transformed, TransformError> {
        let Value::String(event_type) = self.event_type else {
            return Err(TransformError::result("`eventType` must be a string"));
        };
        check_length("eventType", &event_type)?;
        Ok(Transformed {
            payload,
            event_type,
            channels: channels(self.channels)?,
            headers: headers(self.headers)?,
            cancel: cancel(self.cancel)?,
        })
    }
}

fn channels(value: Value) -> Result<Vec<String>, TransformError> {
    let refused = || TransformError::result("`channels` must be an array of at most 64 strings");
    let channels = match value {
        Value::Null => return Ok(Vec::new()),
        Value::Array(channels) if channels.len() <= CHANNELS_MAX => channels,
        _ => return Err(refused()),
    };
    let text = |channel| match channel {
        Value::String(text) => check_length("channels", &text).map(|()| text),
        _ => Err(refused()),
    };
    channels.into_iter().map(text).collect()
}

fn headers(value: Value) -> Result<Vec<(String, String)>, TransformError> {
    let headers = match value {
        Value::Null => return Ok(Vec::new()),
        Value::Object(headers) => headers,
        _ => return Err(TransformError::result("`headers` must be an object")),
    };
    if headers.len() > HEADERS_MAX {
        let count = headers.len();
        return Err(TransformError::result(format!(
            "`headers` has {count} headers: at most {HEADERS_MAX} are allowed"
        )));
    }
    let text = |(name, value): (String, Value)| match value {
        Value::String(text) => {
            check_length("headers", &name)?;
            check_length("headers", &text)?;
            Ok((name, text))
        }
        _ => {
            let name: String = name.chars().take(100).collect();
            Err(TransformError::result(format!(
                "header `{name}` must be a string"
            )))
        }
    };
    headers.into_iter().map(text).collect()
}

fn cancel(value: Value) -> Result<Option<String>, TransformError> {
    match value {
        Value::Null | Value::Bool(false) => Ok(None),
        Value::Bool(true) => Ok(Some(NO_REASON.to_owned())),
        Value::String(reason) if reason.trim().is_empty() => Ok(None),
        Value::String(reason) => Ok(Some(reason.chars().take(REASON_CHARS_MAX).collect())),
        _ => Err(TransformError::result(
            "`cancel` must be true, false or a reason",
        )),
    }
}

fn check_length(field: &str, text: &str) -> Result<(), TransformError> {
    if text.len() <= TEXT_BYTES_MAX {
        return Ok(());
    }
    let bytes = text.len();
    Err(TransformError::result(format!(
        "`{field}` holds a text of {bytes} bytes: at most {TEXT_BYTES_MAX} are allowed"
    )))
}

/// Checks that the code is not longer than it may be.
pub(crate) fn check_code(code: &str) -> Result<(), TransformError> {
    if code.len() <= CODE_BYTES_MAX {
        return Ok(());
    }
    let bytes = code.len();
    Err(TransformError::result(format!(
        "the code has {bytes} bytes: at most {CODE_BYTES_MAX} are allowed"
    )))
}
