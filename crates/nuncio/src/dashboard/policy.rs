//! What a page may load, run and be embedded in: its content security policy.

/// Whose page it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Embedding {
    /// Nobody may put it into a frame.
    Nobody,
    /// Pages of these origins may.
    Origins(Vec<String>),
}

/// The policy: nothing but our own files, no inline script, styles that the page's own script makes by the nonce, and
/// images that are part of the page, such as a project's logo.
pub(crate) fn content_security_policy(nonce: &str, embedding: &Embedding) -> String {
    let ancestors = match embedding {
        Embedding::Origins(origins) if !origins.is_empty() => origins.join(" "),
        Embedding::Origins(_) | Embedding::Nobody => "'none'".to_owned(),
    };
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; \
         font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}"
    )
}

/// The policy of a page that loads nothing.
pub(crate) const NOTHING: &str =
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dashboard_is_embedded_nowhere() {
        assert_eq!(
            content_security_policy("abc=", &Embedding::Nobody),
            "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-abc='; img-src 'self' data:; \
             font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        );
    }

    #[test]
    fn a_portal_is_embedded_where_its_project_says() {
        let check = |origins: &[&str], expected: &str| {
            let origins = origins.iter().map(|origin| (*origin).to_owned()).collect();
            let policy = content_security_policy("n", &Embedding::Origins(origins));
            let (_, ancestors) = policy.split_once("frame-ancestors ").unwrap();
            assert_eq!(ancestors, expected);
        };
        check(&[], "'none'");
        check(
            &["https://app.example.com", "http://127.0.0.1:3000"],
            "https://app.example.com http://127.0.0.1:3000",
        );
    }
}
