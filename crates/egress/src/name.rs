//! Which host names are refused whatever they resolve to?

/// Names that only mean something inside a machine, a cluster or a company
/// network (RFC 6761, RFC 6762, ICANN's `.internal`).
const LOCAL_SUFFIXES: [&str; 4] = ["localhost", "local", "internal", "cluster.local"];

/// The longest name of DNS (RFC 1035 section 2.3.4), without its final dot.
const NAME_BYTES_MAX: usize = 253;

/// The longest label of DNS (RFC 1035 section 2.3.4).
const LABEL_BYTES_MAX: usize = 63;

/// Whether `name` (lower case, no trailing dot) is local by policy: a single
/// label, `localhost`, or under one of the private suffixes.
pub(crate) fn is_local(name: &str) -> bool {
    !name.contains('.') || LOCAL_SUFFIXES.iter().any(|suffix| is_under(name, suffix))
}

fn is_under(name: &str, suffix: &str) -> bool {
    name.strip_suffix(suffix)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Whether `name` could be asked of a DNS server at all.
pub(crate) fn is_resolvable(name: &str) -> bool {
    name.len() <= NAME_BYTES_MAX
        && name
            .split('.')
            .all(|label| (1..=LABEL_BYTES_MAX).contains(&label.len()))
}

/// Whether two host names are the same name: ASCII case and one trailing dot
/// make no difference.
pub(crate) fn same(a: &str, b: &str) -> bool {
    let bare = |name: &str| name.strip_suffix('.').unwrap_or(name).len();
    a[..bare(a)].eq_ignore_ascii_case(&b[..bare(b)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_names_are_told_from_public_ones() {
        fn check(name: &str, local: bool) {
            assert_eq!(is_local(name), local, "{name}");
        }
        check("localhost", true);
        check("a.localhost", true);
        check("intranet", true);
        check("printer.local", true);
        check("api.default.svc.cluster.local", true);
        check("metadata.google.internal", true);
        check("internal", true);
        check("notlocalhost.example", false);
        check("mylocal.example", false);
        check("localhost.example.com", false);
        check("xn--bcher-kva.example", false);
    }

    #[test]
    fn names_beyond_the_limits_of_dns_are_not_resolvable() {
        assert!(is_resolvable("example.com"));
        assert!(!is_resolvable("a..b"));
        assert!(!is_resolvable(""));
        assert!(!is_resolvable(&format!("{}.com", "a".repeat(64))));
        assert!(!is_resolvable(&"a.".repeat(130)));
    }

    #[test]
    fn a_trailing_dot_and_case_make_no_other_name() {
        assert!(same("Example.COM.", "example.com"));
        assert!(!same("example.com", "example.org"));
    }
}
