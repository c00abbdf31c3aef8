//! The channels of an event or an endpoint, as callers give them.

use nuncio_domain::{Channel, Extras};

use crate::http::problem::Problem;

/// Bounds channels, and refuses one that is named twice.
pub(crate) fn check_channels(channels: &[Channel]) -> Result<(), Problem> {
    if channels.len() > Extras::CHANNELS_MAX {
        let detail = format!(
            "{} channels: at most {} are allowed",
            channels.len(),
            Extras::CHANNELS_MAX
        );
        return Err(Problem::invalid("/channels", detail));
    }
    for (n, channel) in channels.iter().enumerate() {
        if channels[..n].contains(channel) {
            let detail = format!("`{channel}` is given twice");
            return Err(Problem::invalid(format!("/channels/{n}"), detail));
        }
    }
    Ok(())
}
