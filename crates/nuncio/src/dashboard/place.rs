//! What is at a path?

use super::files::{Embedded, File};

/// What a path leads to.
#[derive(Debug)]
pub(crate) enum Destination<'a> {
    /// A file as it is.
    File(&'static File),
    /// The portal's page, for the project of this text.
    Portal(&'a str),
    /// The dashboard's page.
    Dashboard,
    /// Nothing.
    Nowhere,
}

/// Finds it. Paths that only the page's script understands lead to the page, for whoever asks for a page: a program that
/// mistyped a route is better told so.
pub(crate) fn place<'a>(embedded: &Embedded, path: &'a str, wants_page: bool) -> Destination<'a> {
    let below = path.strip_prefix('/').unwrap_or(path);
    if below.is_empty() {
        return Destination::Dashboard;
    }
    let file = embedded.get(below);
    if let Some(file) = file.filter(|file| !file.path.ends_with(".html")) {
        return Destination::File(file);
    }
    if below.starts_with("assets/") {
        return Destination::Nowhere;
    }
    if let Some(rest) = below.strip_prefix("portal/") {
        return Destination::Portal(rest.split('/').next().unwrap_or_default());
    }
    match wants_page {
        true => Destination::Dashboard,
        false => Destination::Nowhere,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMBEDDED: Embedded = Embedded {
        left_out: None,
        files: &[
            File {
                path: "assets/index-1.js",
                etag: "1",
                bytes: b"1",
                gzip: None,
            },
            File {
                path: "index.html",
                etag: "2",
                bytes: b"2",
                gzip: None,
            },
            File {
                path: "robots.txt",
                etag: "3",
                bytes: b"3",
                gzip: None,
            },
        ],
    };

    #[test]
    fn pages_files_and_nothing() {
        let check = |path: &str, wants_page: bool, expected: &str| {
            let found = match place(&EMBEDDED, path, wants_page) {
                Destination::File(file) => format!("file {}", file.path),
                Destination::Portal(project) => format!("portal {project}"),
                Destination::Dashboard => "dashboard".to_owned(),
                Destination::Nowhere => "nothing".to_owned(),
            };
            assert_eq!(found, expected, "{path}");
        };
        check("/", false, "dashboard");
        check("/endpoints/ep_1", true, "dashboard");
        check("/endpoints/ep_1", false, "nothing");
        check("/index.html", true, "dashboard");
        check("/robots.txt", false, "file robots.txt");
        check("/assets/index-1.js", true, "file assets/index-1.js");
        check("/portal/proj_1", false, "portal proj_1");
        check("/portal/proj_1/endpoints", false, "portal proj_1");
        check("/portal/", false, "portal ");
        check("/portal//x", false, "portal ");
        check("/portal", true, "dashboard");
        for path in [
            "/assets/",
            "/assets/index-2.js",
            "/assets/../index.html",
            "/assets/../../../../etc/passwd",
            "/assets/..%2f..%2fetc%2fpasswd",
            "/assets/%2e%2e/index.html",
            "/assets//index-1.js",
            "/assets/index-1.js/",
            "/assets/INDEX-1.js",
            "/assets/index-1.js%00.html",
        ] {
            check(path, true, "nothing");
        }
    }
}
