//! Ranges of IP addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The bits that a version 4 address has before it, written as one of version 6 (RFC 4291, 2.5.5.2).
const MAPPED_BITS: u32 = 96;

/// A range of addresses of one version.
#[derive(Debug)]
pub(crate) enum Cidr {
    V4 { network: u32, mask: u32 },
    V6 { network: u128, mask: u128 },
}

impl Cidr {
    /// Reads `10.0.0.0/8` or `2001:db8::/32`. The bits beyond the mask may be anything.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let (address, bits) = text.split_once('/').ok_or_else(|| {
            format!("`{text}` is not a range: write it as an address, `/` and the number of fixed bits, such as `10.0.0.0/8`")
        })?;
        let address: IpAddr = address
            .parse()
            .map_err(|_| format!("`{address}` is not an IP address"))?;
        let is_number = !bits.is_empty() && bits.bytes().all(|byte| byte.is_ascii_digit());
        let bits = match is_number {
            true => bits.parse::<u32>().ok(),
            false => None,
        };
        let bits =
            bits.ok_or_else(|| format!("`{text}`: what follows the `/` is not a number of bits"))?;
        match address {
            IpAddr::V4(address) => Self::v4(address, bits),
            IpAddr::V6(address) => match address.to_ipv4_mapped() {
                Some(mapped) if (MAPPED_BITS..=128).contains(&bits) => {
                    Self::v4(mapped, bits - MAPPED_BITS)
                }
                Some(_) => Err(format!(
                    "`{text}` is a version 4 address written as version 6: {MAPPED_BITS} to 128 bits are possible"
                )),
                None => Self::v6(address, bits),
            },
        }
    }

    fn v4(address: Ipv4Addr, bits: u32) -> Result<Self, String> {
        let free = 32u32
            .checked_sub(bits)
            .ok_or_else(|| format!("{bits} bits: a version 4 address has 32"))?;
        let mask = u32::MAX.checked_shl(free).unwrap_or(0);
        Ok(Self::V4 {
            network: address.to_bits() & mask,
            mask,
        })
    }

    fn v6(address: Ipv6Addr, bits: u32) -> Result<Self, String> {
        let free = 128u32
            .checked_sub(bits)
            .ok_or_else(|| format!("{bits} bits: a version 6 address has 128"))?;
        let mask = u128::MAX.checked_shl(free).unwrap_or(0);
        Ok(Self::V6 {
            network: address.to_bits() & mask,
            mask,
        })
    }

    /// Whether the text is an address in the range.
    pub(crate) fn contains(&self, text: &str) -> bool {
        let Ok(address) = text.parse::<IpAddr>() else {
            return false;
        };
        match (self, address.to_canonical()) {
            (Self::V4 { network, mask }, IpAddr::V4(address)) => {
                address.to_bits() & mask == *network
            }
            (Self::V6 { network, mask }, IpAddr::V6(address)) => {
                address.to_bits() & mask == *network
            }
            (Self::V4 { .. }, IpAddr::V6(_)) | (Self::V6 { .. }, IpAddr::V4(_)) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_hold_their_addresses() {
        let check = |range: &str, address: &str, expected: bool| {
            let contains = Cidr::parse(range).unwrap().contains(address);
            assert_eq!(contains, expected, "{range} {address}");
        };
        check("10.0.0.0/8", "10.255.0.1", true);
        check("10.1.2.3/8", "10.255.0.1", true);
        check("10.0.0.0/8", "11.0.0.0", false);
        check("10.0.0.1/32", "10.0.0.1", true);
        check("10.0.0.1/32", "10.0.0.2", false);
        check("0.0.0.0/0", "255.255.255.255", true);
        check("0.0.0.0/0", "::1", false);
        check("::/0", "10.0.0.1", false);
        check("2001:db8::/32", "2001:db8:0:1::7", true);
        check("2001:db8::/32", "2001:db9::", false);
        check("10.0.0.0/8", "::ffff:10.0.0.1", true);
        check("::ffff:10.0.0.0/104", "10.0.0.1", true);
        check("10.0.0.0/8", "10.0.0", false);
        check("10.0.0.0/8", "example.com", false);
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for text in [
            "",
            "10.0.0.0",
            "10.0.0.0/33",
            "10.0.0.0/-1",
            "10.0.0.0/+8",
            "10.0.0/8",
            "a/8",
            "::/129",
            "10.0.0.0/8/8",
            "::ffff:10.0.0.1/8",
        ] {
            assert!(Cidr::parse(text).is_err(), "{text}");
        }
    }
}
