//! Endpoints as callers give them.

use nuncio_domain::{Channel, DisabledBecause, Endpoint, EventFilter, Uid};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{
    error::SvixError,
    ids,
    input::{Metadata, check_rate, check_text, given},
    request::Request,
    resources::{event_type, headers},
};

/// What an endpoint's id begins with.
pub(crate) const PREFIX: &str = "ep_";
/// The most channels of an endpoint.
const CHANNELS_MAX: usize = 10;
/// The longest URL.
const URL_BYTES_MAX: usize = 65_536;

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EndpointIn {
    url: String,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    uid: Option<String>,
    #[serde(default)]
    throttle_rate: Option<u16>,
    #[serde(default)]
    rate_limit: Option<u16>,
    #[serde(default)]
    version: Option<u16>,
    #[serde(default)]
    disabled: Option<bool>,
    #[serde(default)]
    event_types: Option<Vec<String>>,
    #[serde(default)]
    filter_types: Option<Vec<String>>,
    #[serde(default)]
    channels: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) secret: Option<String>,
    #[serde(default)]
    metadata: Metadata,
    #[serde(default)]
    headers: Option<Map<String, Value>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EndpointPatch {
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    description: Option<String>,
    #[serde(default, deserialize_with = "given")]
    uid: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    throttle_rate: Option<Option<u16>>,
    #[serde(default, deserialize_with = "given")]
    rate_limit: Option<Option<u16>>,
    #[serde(default)]
    version: Option<u16>,
    #[serde(default)]
    disabled: Option<bool>,
    #[serde(default, deserialize_with = "given")]
    event_types: Option<Option<Vec<String>>>,
    #[serde(default, deserialize_with = "given")]
    filter_types: Option<Option<Vec<String>>>,
    #[serde(default, deserialize_with = "given")]
    channels: Option<Option<Vec<String>>>,
    #[serde(default)]
    pub(crate) secret: Option<String>,
    #[serde(default)]
    metadata: Option<Metadata>,
}

/// Changes to an endpoint, checked; what is `None` stays as it is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wish {
    pub(crate) url: Option<String>,
    description: Option<Option<String>>,
    uid: Option<Option<Uid>>,
    rate: Option<Option<u32>>,
    disabled: Option<bool>,
    events: Option<Vec<EventFilter>>,
    channels: Option<Vec<Channel>>,
    metadata: Option<Map<String, Value>>,
    pub(crate) headers: Option<Vec<(String, String)>>,
}

impl EndpointIn {
    /// All of an endpoint.
    pub(crate) async fn check(&self, request: &Request<'_>) -> Result<Wish, SvixError> {
        let rate = self.throttle_rate.or(self.rate_limit);
        check_rate(rate)?;
        check_version(self.version)?;
        self.metadata.check()?;
        let types = self.event_types.as_ref().or(self.filter_types.as_ref());
        let headers = self.headers.as_ref().map(headers::read).transpose()?;
        Ok(Wish {
            url: Some(check_url(request, &self.url).await?),
            description: Some(read_description(self.description.as_deref())?),
            uid: Some(self.uid.as_deref().map(read_uid).transpose()?),
            rate: Some(rate.map(u32::from)),
            disabled: Some(self.disabled.unwrap_or(false)),
            events: Some(read_types(request, types).await?),
            channels: Some(read_channels(self.channels.as_ref(), CHANNELS_MAX)?),
            metadata: Some(self.metadata.0.clone()),
            headers,
        })
    }
}

impl EndpointPatch {
    pub(crate) async fn check(&self, request: &Request<'_>) -> Result<Wish, SvixError> {
        let rate = self.throttle_rate.or(self.rate_limit);
        check_rate(rate.flatten())?;
        check_version(self.version)?;
        if let Some(metadata) = &self.metadata {
            metadata.check()?;
        }
        let url = match &self.url {
            None => None,
            Some(url) => Some(check_url(request, url).await?),
        };
        let description = self.description.as_deref();
        let uid = match &self.uid {
            None => None,
            Some(uid) => Some(uid.as_deref().map(read_uid).transpose()?),
        };
        let events = match self.event_types.as_ref().or(self.filter_types.as_ref()) {
            None => None,
            Some(types) => Some(read_types(request, types.as_ref()).await?),
        };
        let channels = self.channels.as_ref();
        let channels = channels.map(|channels| read_channels(channels.as_ref(), CHANNELS_MAX));
        Ok(Wish {
            url,
            description: description
                .map(|text| read_description(Some(text)))
                .transpose()?,
            uid,
            rate: rate.map(|rate| rate.map(u32::from)),
            disabled: self.disabled,
            events,
            channels: channels.transpose()?,
            metadata: self.metadata.as_ref().map(|metadata| metadata.0.clone()),
            headers: None,
        })
    }
}

impl Wish {
    /// Lays the changes over an endpoint.
    pub(crate) fn lay_over(&self, endpoint: &mut Endpoint) {
        if let Some(url) = &self.url {
            endpoint.url.clone_from(url);
        }
        if let Some(description) = &self.description {
            endpoint.description.clone_from(description);
        }
        if let Some(uid) = &self.uid {
            endpoint.uid.clone_from(uid);
        }
        if let Some(rate) = self.rate {
            endpoint.rate_limit = rate;
        }
        if let Some(disabled) = self.disabled {
            endpoint.disabled = match (disabled, endpoint.disabled) {
                (true, before) => before.or(Some(DisabledBecause::Requested)),
                (false, _) => None,
            };
            if !disabled {
                endpoint.failing_since = None;
            }
        }
        if let Some(events) = &self.events {
            endpoint.events.clone_from(events);
        }
        if let Some(channels) = &self.channels {
            endpoint.channels.clone_from(channels);
        }
        if let Some(metadata) = &self.metadata {
            endpoint.metadata.clone_from(metadata);
        }
        if let Some(headers) = &self.headers {
            endpoint.headers.clone_from(headers);
        }
    }
}

fn check_version(version: Option<u16>) -> Result<(), SvixError> {
    match version {
        Some(0) => Err(SvixError::invalid("version", "must be 1 or more")),
        Some(_) | None => Ok(()),
    }
}

fn read_description(text: Option<&str>) -> Result<Option<String>, SvixError> {
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    check_text("description", text)?;
    Ok(Some(text.to_owned()))
}

fn read_uid(text: &str) -> Result<Uid, SvixError> {
    ids::uid(text, PREFIX).map_err(|rule| SvixError::invalid("uid", rule))
}

/// The URL as it is kept: normalised.
async fn check_url(request: &Request<'_>, url: &str) -> Result<String, SvixError> {
    let refused = |detail: String| SvixError::invalid("url", detail);
    if url.len() > URL_BYTES_MAX {
        return Err(refused(format!("must be at most {URL_BYTES_MAX} bytes")));
    }
    let guard = &request.server.surface.state().guard;
    let checked = guard.check_at_configuration(url.trim_matches(' ')).await;
    let checked = checked.map_err(|error| refused(error.to_string()))?;
    match request.server.settings.https_only && !checked.is_https() {
        true => Err(refused("endpoint_https_only is set: use https".to_owned())),
        false => Ok(checked.as_str().to_owned()),
    }
}

/// Types of the catalog; without any, all.
async fn read_types(
    request: &Request<'_>,
    names: Option<&Vec<String>>,
) -> Result<Vec<EventFilter>, SvixError> {
    let refused = |detail: String| SvixError::invalid("eventTypes", detail);
    let Some(names) = names else {
        let all = EventFilter::parse("*").map_err(|error| refused(error.to_string()))?;
        return Ok(vec![all]);
    };
    if names.is_empty() {
        return Err(refused(
            "must not be empty: leave it out for all".to_owned(),
        ));
    }
    let mut filters = Vec::with_capacity(names.len());
    for name in names {
        event_type::read_name(name, "eventTypes")?;
        let found = event_type::find(request, name).await?;
        if found.is_none_or(|found| found.archived_at.is_some()) {
            return Err(refused(format!("Event type doesn't exist: `{name}`")));
        }
        let filter = EventFilter::parse(name).map_err(|error| refused(error.to_string()))?;
        if !filters.contains(&filter) {
            filters.push(filter);
        }
    }
    Ok(filters)
}

/// Channels; none is all.
pub(crate) fn read_channels(
    names: Option<&Vec<String>>,
    max: usize,
) -> Result<Vec<Channel>, SvixError> {
    let refused = |detail: String| SvixError::invalid("channels", detail);
    let Some(names) = names else {
        return Ok(Vec::new());
    };
    if names.is_empty() || names.len() > max {
        return Err(refused(format!("must be 1 to {max}, or left out")));
    }
    let mut channels = Vec::with_capacity(names.len());
    for name in names {
        ids::check_uid(name, "\0").map_err(refused)?;
        let channel = Channel::parse(name).map_err(|error| refused(error.to_string()))?;
        if !channels.contains(&channel) {
            channels.push(channel);
        }
    }
    Ok(channels)
}
