//! The dashboard's files, as the build script found them.

/// A file in the binary.
#[derive(Debug)]
pub(crate) struct File {
    /// Below the dashboard's root, such as `assets/index-3f2a.js`.
    pub(crate) path: &'static str,
    /// A hash of its bytes.
    pub(crate) etag: &'static str,
    pub(crate) bytes: &'static [u8],
    /// The same compressed, where that is worth it.
    pub(crate) gzip: Option<&'static [u8]>,
}

/// All files, or why there are none.
#[derive(Debug)]
pub(crate) struct Embedded {
    pub(crate) files: &'static [File],
    pub(crate) left_out: Option<&'static str>,
}

/// What this binary has.
pub(crate) const EMBEDDED: Embedded = include!(concat!(env!("OUT_DIR"), "/dashboard.rs"));

impl Embedded {
    /// The file of that path.
    pub(crate) fn get(&self, path: &str) -> Option<&'static File> {
        self.files.iter().find(|file| file.path == path)
    }
}

impl File {
    /// Its media type, by the end of its name.
    pub(crate) fn media_type(&self) -> &'static str {
        match self.path.rsplit('.').next().unwrap_or_default() {
            "html" => "text/html; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            "css" => "text/css; charset=utf-8",
            "json" | "map" => "application/json",
            "svg" => "image/svg+xml",
            "png" => "image/png",
            "ico" => "image/x-icon",
            "woff2" => "font/woff2",
            "txt" => "text/plain; charset=utf-8",
            _ => "application/octet-stream",
        }
    }

    /// Whether its name changes with its bytes.
    pub(crate) fn is_hashed(&self) -> bool {
        self.path.starts_with("assets/")
    }
}
