//! Values of flags, checked before anybody is asked, with words that say how to write them.

use ipnet::IpNet;
use nuncio_domain::Timestamp;

/// A time, as it is written.
pub(crate) fn time(text: &str) -> Result<String, String> {
    match text.parse::<Timestamp>() {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => Err("not a time: write it like 2026-01-31T12:00:00Z".to_owned()),
    }
}

/// A number of things.
pub(crate) fn count(text: &str) -> Result<usize, String> {
    text.parse()
        .map_err(|_| "not a whole number: write it like 500".to_owned())
}

/// A range of addresses.
pub(crate) fn range(text: &str) -> Result<IpNet, String> {
    text.parse().map_err(|_| {
        "not a range of addresses: write it like 10.0.0.0/8, or 203.0.113.5/32 for one address"
            .to_owned()
    })
}

/// The state of a delivery.
pub(crate) fn status(text: &str) -> Result<String, String> {
    match text {
        "pending" | "succeeded" | "dead" | "cancelled" => Ok(text.to_owned()),
        _ => Err("not a status: use pending, succeeded, dead or cancelled".to_owned()),
    }
}
