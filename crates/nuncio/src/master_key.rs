//! Which key seals the secrets in the database? One that is given, or the one in the data folder.

use std::path::Path;

use anyhow::Context;
use nuncio_tools::{output::Usage, private};

use nuncio_store::StoreUrl;

/// The master key: 64 hex digits given, or the key file in the folder, made at first start. A folder with a database
/// gets no new one, which could not open what the old one has sealed.
pub(crate) fn master_key(given: Option<&str>, dir: &Path) -> anyhow::Result<[u8; 32]> {
    if let Some(text) = given {
        return parse_hex(text).ok_or_else(|| {
            Usage("master_key (NUNCIO_MASTER_KEY) must be 64 hex digits".to_owned()).into()
        });
    }
    let file = dir.join("master.key");
    if !file.exists() {
        if StoreUrl::Sqlite(dir.to_owned()).maintenance().has_data() {
            return Err(Usage(format!(
                "there is a database in {} but no key file {}: restore the file, or set NUNCIO_MASTER_KEY",
                dir.display(),
                file.display()
            ))
            .into());
        }
        let mut key = [0u8; 32];
        nuncio_domain::Entropy::fill(&nuncio_tools::system::SystemEntropy, &mut key);
        let text: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
        private::write_file(&file, &text)?;
    }
    existing_master_key(dir)
}

/// The master key in the folder's key file.
pub(crate) fn existing_master_key(dir: &Path) -> anyhow::Result<[u8; 32]> {
    let file = dir.join("master.key");
    let text = std::fs::read_to_string(&file)
        .with_context(|| format!("can't read the master key {}", file.display()))?;
    parse_hex(text.trim())
        .with_context(|| format!("{} does not hold 64 hex digits", file.display()))
}

pub(crate) fn parse_hex(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut bytes = [0u8; 32];
    for (n, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * n..2 * n + 2], 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_keys_have_64_digits() {
        assert_eq!(parse_hex(&"0a".repeat(32)), Some([10; 32]));
        for text in ["", "0a", &"0g".repeat(32), &"ä".repeat(32)] {
            assert_eq!(parse_hex(text), None, "{text}");
        }
    }
}
