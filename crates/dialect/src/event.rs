//! What is rendered, and what was received: plain borrowed values, without any rule.

/// An event as its publisher gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event<'a> {
    /// The id that the wire shows: the publisher's own, else the server's.
    pub id: &'a str,
    /// The event's type, such as `risk.created`.
    pub kind: &'a str,
    /// The tenant's id.
    pub tenant: &'a str,
    /// When it occurred (else was accepted), in Unix milliseconds; the same on every attempt.
    pub time_ms: i64,
    /// Its data: one JSON text, checked by [`Dialect::check_data`](crate::Dialect::check_data).
    pub data: &'a str,
}

/// One attempt to deliver an event to an endpoint: all that headers and signatures may depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt<'a> {
    /// The event.
    pub event: &'a Event<'a>,
    /// The delivery's id (`del_…`), the same on every attempt.
    pub delivery_id: &'a str,
    /// The bits of the same id as a hyphenated UUID.
    pub delivery_uuid: &'a str,
    /// The endpoint's id (`ep_…`).
    pub endpoint_id: &'a str,
    /// The endpoint's URL as the customer configured it.
    pub url: &'a str,
    /// The HTTP method, normally `POST`.
    pub method: &'a str,
    /// When this attempt starts, in Unix milliseconds.
    pub timestamp_ms: i64,
    /// The exact bytes that are sent.
    pub body: &'a [u8],
}

/// A header to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Its name, as the vendor spells it.
    pub name: String,
    /// Its value: visible ASCII and spaces.
    pub value: String,
}

/// A request as it arrived at a receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Received<'a> {
    /// The HTTP method.
    pub method: &'a str,
    /// The URL that the sender was given; only some dialects sign it.
    pub url: &'a str,
    /// Names in any case, and values.
    pub headers: &'a [(&'a str, &'a str)],
    /// The raw bytes of the body.
    pub body: &'a [u8],
}

/// What a genuine request says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Which of the given keys had signed, counted from 0.
    pub key: usize,
    /// The version of the signature that fitted, where the dialect has versions.
    pub version: Option<String>,
    /// The signed time of the attempt in Unix milliseconds, where the dialect signs one.
    pub timestamp_ms: Option<i64>,
}
