//! Which addresses are public? The IANA special-purpose registries (RFC 6890
//! and its successors) as a table, and the IPv4 addresses hidden in IPv6 ones.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// One refused IPv4 range and the words by which an error names it.
struct Range4(Ipv4Net, &'static str);

/// One refused IPv6 range and the words by which an error names it.
struct Range6(Ipv6Net, &'static str);

const fn v4(a: u8, b: u8, c: u8, d: u8, prefix: u8, name: &'static str) -> Range4 {
    Range4(Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix), name)
}

const fn v6(a: u16, b: u16, prefix: u8, name: &'static str) -> Range6 {
    let base = Ipv6Addr::new(a, b, 0, 0, 0, 0, 0, 0);
    Range6(Ipv6Net::new_assert(base, prefix), name)
}

const REFUSED_V4: [Range4; 16] = [
    v4(0, 0, 0, 0, 8, "this network (0.0.0.0/8)"),
    v4(10, 0, 0, 0, 8, "private (10.0.0.0/8)"),
    v4(100, 64, 0, 0, 10, "carrier-grade NAT (100.64.0.0/10)"),
    v4(127, 0, 0, 0, 8, "loopback (127.0.0.0/8)"),
    v4(168, 63, 129, 16, 32, "cloud platform (168.63.129.16)"),
    v4(169, 254, 0, 0, 16, "link-local (169.254.0.0/16)"),
    v4(172, 16, 0, 0, 12, "private (172.16.0.0/12)"),
    v4(192, 0, 0, 0, 24, "protocol assignments (192.0.0.0/24)"),
    v4(192, 0, 2, 0, 24, "documentation (192.0.2.0/24)"),
    v4(192, 88, 99, 0, 24, "6to4 relay (192.88.99.0/24)"),
    v4(192, 168, 0, 0, 16, "private (192.168.0.0/16)"),
    v4(198, 18, 0, 0, 15, "benchmarking (198.18.0.0/15)"),
    v4(198, 51, 100, 0, 24, "documentation (198.51.100.0/24)"),
    v4(203, 0, 113, 0, 24, "documentation (203.0.113.0/24)"),
    v4(224, 0, 0, 0, 4, "multicast (224.0.0.0/4)"),
    v4(240, 0, 0, 0, 4, "reserved (240.0.0.0/4)"),
];

/// Inside 2000::/3, the only global unicast space that IANA has handed out.
const REFUSED_V6: [Range6; 4] = [
    v6(0x2001, 0, 23, "protocol assignments (2001::/23)"),
    v6(0x2001, 0x0db8, 32, "documentation (2001:db8::/32)"),
    v6(0x2002, 0, 16, "6to4 (2002::/16)"),
    v6(0x3fff, 0, 20, "documentation (3fff::/20)"),
];

/// What "private networks" means to the switch that opens them: loopback, the
/// ranges of RFC 1918, and unique local addresses (RFC 4193).
const PRIVATE: [IpNet; 6] = [
    IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(127, 0, 0, 0), 8)),
    IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(10, 0, 0, 0), 8)),
    IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(172, 16, 0, 0), 12)),
    IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(192, 168, 0, 0), 16)),
    IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::LOCALHOST, 128)),
    IpNet::V6(Ipv6Net::new_assert(
        Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0),
        7,
    )),
];

/// Where a large cloud answers its instances over IPv6 with their credentials:
/// inside the unique local range, and still nobody's webhook receiver.
const METADATA_V6: Ipv6Net =
    Ipv6Net::new_assert(Ipv6Addr::new(0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0), 32);

/// The name of the refused range that holds `ip`, or `None` for a public
/// address. Embedded IPv4 addresses are a separate question: see [`embedded`].
pub(crate) fn refused_range(ip: IpAddr) -> Option<&'static str> {
    match ip {
        IpAddr::V4(ip) => REFUSED_V4
            .iter()
            .find(|Range4(net, _)| net.contains(&ip))
            .map(|Range4(_, name)| *name),
        IpAddr::V6(ip) => refused_range_v6(ip),
    }
}

fn refused_range_v6(ip: Ipv6Addr) -> Option<&'static str> {
    if ip.segments()[0] & 0xe000 != 0x2000 {
        return Some(name_outside_global_unicast(ip));
    }
    REFUSED_V6
        .iter()
        .find(|Range6(net, _)| net.contains(&ip))
        .map(|Range6(_, name)| *name)
}

fn name_outside_global_unicast(ip: Ipv6Addr) -> &'static str {
    match ip.segments()[0] {
        _ if ip.is_loopback() => "loopback (::1)",
        _ if ip.is_unspecified() => "unspecified (::)",
        0x0064 => "NAT64 (64:ff9b::/96 and 64:ff9b:1::/48)",
        first if first & 0xfe00 == 0xfc00 => "unique local (fc00::/7)",
        first if first & 0xffc0 == 0xfe80 => "link-local (fe80::/10)",
        first if first & 0xff00 == 0xff00 => "multicast (ff00::/8)",
        _ => "not global unicast (outside 2000::/3)",
    }
}

/// Whether the switch for private networks opens `ip`.
pub(crate) fn is_private(ip: IpAddr) -> bool {
    let metadata = matches!(ip, IpAddr::V6(v6) if METADATA_V6.contains(&v6));
    !metadata && PRIVATE.iter().any(|net| net.contains(&ip))
}

/// How an IPv6 address carries an IPv4 one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Embedding {
    /// NAT64 (RFC 6052, RFC 8215): a translator delivers to the IPv4 address.
    Nat64,
    /// Mapped, compatible, SIIT, ISATAP, 6to4 or Teredo.
    Other,
}

/// Every IPv4 address that `ip` may stand for, with how it is carried.
pub(crate) fn embedded(ip: Ipv6Addr) -> impl Iterator<Item = (Embedding, Ipv4Addr)> {
    let transitional = [last32(ip), six_to_four(ip), teredo(ip)];
    let other = transitional.into_iter().flatten();
    other.map(|v4| (Embedding::Other, v4)).chain(
        nat64(ip)
            .into_iter()
            .flatten()
            .map(|v4| (Embedding::Nat64, v4)),
    )
}

/// IPv4-compatible (`::a.b.c.d`), mapped (`::ffff:a.b.c.d`), SIIT
/// (`::ffff:0:a.b.c.d`) and ISATAP (`…:[02]00:5efe:a.b.c.d`, RFC 5214).
fn last32(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let v4 = tail(ip);
    match ip.segments() {
        // `::` and `::1` are addresses of their own, not IPv4-compatible ones.
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => None,
        [0, 0, 0, 0, 0, 0, _, _] => Some(v4),
        [0, 0, 0, 0, 0, 0xffff, _, _] => Some(v4),
        [0, 0, 0, 0, 0xffff, 0, _, _] => Some(v4),
        [_, _, _, _, 0x0000 | 0x0100 | 0x0200 | 0x0300, 0x5efe, _, _] => Some(v4),
        _ => None,
    }
}

fn six_to_four(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let [first, high, low, ..] = ip.segments();
    (first == 0x2002).then(|| from_segments(high, low))
}

/// Teredo (RFC 4380) stores the client's address inverted.
fn teredo(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let [first, second, .., high, low] = ip.segments();
    (first == 0x2001 && second == 0).then(|| from_segments(!high, !low))
}

/// The layouts of RFC 6052 section 2.2 that `ip` fits. The local-use prefix
/// may be of any length, so more than one can fit, and then each is judged.
fn nat64(ip: Ipv6Addr) -> [Option<Ipv4Addr>; 4] {
    let o = ip.octets();
    match ip.segments() {
        [0x0064, 0xff9b, 0, 0, 0, 0, _, _] => [Some(tail(ip)), None, None, None],
        [0x0064, 0xff9b, 1, ..] => [
            Some(tail(ip)),
            zero(&[o[8]], &o[11..]).then(|| Ipv4Addr::new(o[6], o[7], o[9], o[10])),
            zero(&[o[8]], &o[12..]).then(|| Ipv4Addr::new(o[7], o[9], o[10], o[11])),
            zero(&[o[8]], &o[13..]).then(|| Ipv4Addr::new(o[9], o[10], o[11], o[12])),
        ]
        .map(|v4| v4.filter(|v4| !v4.is_unspecified())),
        _ => [None; 4],
    }
}

fn zero(reserved: &[u8], suffix: &[u8]) -> bool {
    reserved.iter().chain(suffix).all(|byte| *byte == 0)
}

fn tail(ip: Ipv6Addr) -> Ipv4Addr {
    let [.., high, low] = ip.segments();
    from_segments(high, low)
}

fn from_segments(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from((u32::from(high) << 16) | u32::from(low))
}
