//! From a folder of files to a table in Rust, each with its hash and, where that is smaller, compressed.

use std::{
    fmt::Write as _,
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};

/// The end of the name of a compressed copy.
const COMPRESSED: &str = ".gz-copy";
/// Hex digits of the hash: 64 bits tell two versions of a file apart.
const ETAG_DIGITS: usize = 16;

/// No files, and why.
pub(crate) fn nothing(why: &str) -> String {
    let why = why.lines().next().unwrap_or_default();
    format!("Embedded {{ files: &[], left_out: Some({why:?}) }}")
}

/// The table of all files below a folder, by path.
pub(crate) fn table(folder: &Path) -> io::Result<String> {
    let mut paths = Vec::new();
    collect(folder, &mut paths)?;
    paths.sort();
    let mut table = "Embedded { left_out: None, files: &[\n".to_owned();
    for path in paths {
        let name = path.strip_prefix(folder).unwrap_or(&path);
        let name = name.to_string_lossy().replace('\\', "/");
        let bytes = fs::read(&path)?;
        let gzip = match compress(&path, &bytes)? {
            Some(copy) => format!("Some(include_bytes!({copy:?}))"),
            None => "None".to_owned(),
        };
        let _ = writeln!(
            table,
            "File {{ path: {name:?}, etag: {:?}, bytes: include_bytes!({path:?}), gzip: {gzip} }},",
            hash(&bytes)
        );
    }
    table.push_str("] }");
    Ok(table)
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, paths)?;
        } else if !path.to_string_lossy().ends_with(COMPRESSED) {
            paths.push(path);
        }
    }
    Ok(())
}

/// Writes a compressed copy beside the file, unless it saves less than a tenth. Pages are not compressed: each answer
/// has a nonce of its own in it.
fn compress(path: &Path, bytes: &[u8]) -> io::Result<Option<PathBuf>> {
    if path
        .extension()
        .is_some_and(|extension| extension == "html")
    {
        return Ok(None);
    }
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(bytes)?;
    let compressed = gzip.finish()?;
    if compressed.len() > bytes.len() / 10 * 9 {
        return Ok(None);
    }
    let mut copy = path.as_os_str().to_owned();
    copy.push(COMPRESSED);
    fs::write(&copy, compressed)?;
    Ok(Some(copy.into()))
}

fn hash(bytes: &[u8]) -> String {
    let mut digits = String::new();
    for byte in Sha256::digest(bytes) {
        let _ = write!(digits, "{byte:02x}");
    }
    digits.truncate(ETAG_DIGITS);
    digits
}
