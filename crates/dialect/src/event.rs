//! What is rendered, and what was received: plain borrowed values, without any rule.

use serde_json::{Map, Value};

/// An event as its publisher gave it. More may come: build it with `..WireEvent::EMPTY`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WireEvent<'a> {
    /// The id that the wire shows: the publisher's own, else the server's.
    pub id: &'a str,
    /// The server's own id as `msg_…`; where it is empty, `id` stands for it.
    pub message_id: &'a str,
    /// The event's type, such as `risk.created`.
    pub kind: &'a str,
    /// The tenant's id.
    pub tenant: &'a str,
    /// When it occurred (else was accepted), in Unix milliseconds; the same on every attempt.
    pub time_ms: i64,
    /// Its data: one JSON text, checked by [`Dialect::check_data`](crate::Dialect::check_data).
    pub data: &'a str,
    /// What the vendor keeps with the tenant; a dialect may send entries of it.
    pub metadata: Option<&'a Map<String, Value>>,
}

impl WireEvent<'static> {
    /// An event of nothing.
    pub const EMPTY: Self = Self {
        id: "",
        message_id: "",
        kind: "",
        tenant: "",
        time_ms: 0,
        data: "",
        metadata: None,
    };
}

/// One attempt to deliver an event to an endpoint: all that headers and signatures may depend on. More may come: build
/// it with `..WireAttempt::EMPTY`, which is a first attempt by `POST`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WireAttempt<'a> {
    /// The event.
    pub event: &'a WireEvent<'a>,
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
    /// Which attempt of the delivery this is, counted from 1.
    pub number: u32,
    /// The class of failure that the attempt before this one ended with, in one stable word (`timeout`, `status`, …).
    pub last_failure: Option<&'a str>,
    /// The exact bytes that are sent.
    pub body: &'a [u8],
}

impl WireAttempt<'static> {
    /// A first attempt, by `POST`, of nothing.
    pub const EMPTY: Self = Self {
        event: &WireEvent::EMPTY,
        delivery_id: "",
        delivery_uuid: "",
        endpoint_id: "",
        url: "",
        method: "POST",
        timestamp_ms: 0,
        number: 1,
        last_failure: None,
        body: b"",
    };
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
