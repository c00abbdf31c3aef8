//! Which ports may a webhook go to?

use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

use thiserror::Error;

/// A port or an inclusive range of ports, written `443` or `6000-6063`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PortRange {
    /// The lowest port of the range.
    pub first: u16,
    /// The highest port of the range.
    pub last: u16,
}

/// Why a port range could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PortRangeError {
    /// A bound is not a number from 0 to 65535.
    #[error(
        "port range {value:?}: {source}; write a port such as 443 or a range such as 6000-6063"
    )]
    Number {
        /// The text as given.
        value: String,
        /// What was wrong with the number.
        source: ParseIntError,
    },
    /// The range ends before it starts.
    #[error("port range {0:?} ends before it starts; put the lower port first")]
    Backwards(String),
}

impl PortRange {
    /// A range of one port.
    pub const fn single(port: u16) -> Self {
        Self::new(port, port)
    }

    /// The ports from `first` to `last`, both included.
    pub const fn new(first: u16, last: u16) -> Self {
        Self { first, last }
    }

    /// Whether `port` lies in the range.
    pub const fn contains(&self, port: u16) -> bool {
        self.first <= port && port <= self.last
    }
}

impl fmt::Display for PortRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last {
            write!(f, "{}", self.first)
        } else {
            write!(f, "{}-{}", self.first, self.last)
        }
    }
}

impl FromStr for PortRange {
    type Err = PortRangeError;

    fn from_str(value: &str) -> Result<Self, Self::Err> {
        let (first, last) = value.split_once('-').unwrap_or((value, value));
        let bound = |text: &str| {
            text.trim()
                .parse::<u16>()
                .map_err(|source| PortRangeError::Number {
                    value: value.to_owned(),
                    source,
                })
        };
        let (first, last) = (bound(first)?, bound(last)?);
        if last < first {
            return Err(PortRangeError::Backwards(value.to_owned()));
        }
        Ok(Self { first, last })
    }
}

/// Databases, brokers, caches, container and cluster control planes, remote
/// desktops: services above port 1024 that act on an unauthenticated POST or
/// that an HTTP request could confuse.
pub const DEFAULT_DENY_PORTS: [PortRange; 25] = [
    PortRange::single(1433),
    PortRange::single(1521),
    PortRange::single(2049),
    PortRange::new(2375, 2376),
    PortRange::new(2379, 2380),
    PortRange::single(3306),
    PortRange::single(3389),
    PortRange::single(4369),
    PortRange::single(5432),
    PortRange::single(5672),
    PortRange::single(5900),
    PortRange::single(5984),
    PortRange::new(6000, 6063),
    PortRange::single(6379),
    PortRange::single(6443),
    PortRange::single(8500),
    PortRange::single(9042),
    PortRange::single(9092),
    PortRange::single(9200),
    PortRange::single(9300),
    PortRange::single(10250),
    PortRange::single(11211),
    PortRange::single(15672),
    PortRange::new(27017, 27019),
    PortRange::single(61616),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_read_back_as_written() {
        for text in ["443", "6000-6063", "0", "65535"] {
            assert_eq!(text.parse::<PortRange>().unwrap().to_string(), text);
        }
        for text in ["", "x", "65536", "-1", "9-8", "1-2-3"] {
            assert!(text.parse::<PortRange>().is_err(), "{text}");
        }
    }
}
