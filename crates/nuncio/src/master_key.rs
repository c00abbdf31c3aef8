//! Which key seals the secrets in the database? One that is given, or the one in the data folder, wherever the database
//! is.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use anyhow::Context;
use nuncio_tools::{output::Usage, private};

use nuncio_store::StoreUrl;

/// The master key: 64 hex digits given, or the key file in the folder, made at first start. For a database with data none
/// is made, which could not open what the old one has sealed.
pub(crate) fn master_key(
    given: Option<&str>,
    dir: &Path,
    store: &StoreUrl,
) -> anyhow::Result<[u8; 32]> {
    if let Some(text) = given {
        return given_master_key(text);
    }
    let file = dir.join("master.key");
    if !file.exists() {
        if store.maintenance().has_data()? {
            return Err(Usage(without_key(store, &file)).into());
        }
        private::make_folder(dir)?;
        let mut key = [0u8; 32];
        nuncio_domain::Entropy::fill(&nuncio_tools::system::SystemEntropy, &mut key);
        let text: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
        private::write_file(&file, &text)?;
    }
    existing_master_key(dir)
}

/// The master key that settings give: as it is, what a file holds, or what a command prints.
///
/// # Errors
/// The file can't be read, or the command fails.
pub(crate) fn from_settings(
    given: Option<String>,
    file: Option<&Path>,
    command: Option<&str>,
) -> anyhow::Result<Option<String>> {
    if let Some(file) = file {
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("master_key_file: can't read {}", file.display()))?;
        return Ok(Some(text.trim().to_owned()));
    }
    let Some(command) = command else {
        return Ok(given);
    };
    // What it says on standard error is for whoever starts the server.
    let output = Command::new("sh")
        .args(["-c", command])
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .context("master_key_command: can't start sh")?;
    anyhow::ensure!(
        output.status.success(),
        "master_key_command ended with {}",
        output.status
    );
    let Ok(text) = String::from_utf8(output.stdout) else {
        anyhow::bail!("master_key_command printed something other than 64 hex digits");
    };
    Ok(Some(text.trim().to_owned()))
}

fn without_key(store: &StoreUrl, file: &Path) -> String {
    let file = file.display();
    match store {
        StoreUrl::Sqlite(dir) => format!(
            "there is a database in {} but no key file {file}: restore the file, or set NUNCIO_MASTER_KEY",
            dir.display()
        ),
        StoreUrl::Postgres(_) => format!(
            "the database {store} has data, and its master key is not here: set NUNCIO_MASTER_KEY, or copy the key file \
             from the data folder of its first server to {file}"
        ),
    }
}

/// A master key as it is given: 64 hex digits.
pub(crate) fn given_master_key(text: &str) -> anyhow::Result<[u8; 32]> {
    parse_hex(text).ok_or_else(|| {
        Usage("master_key (NUNCIO_MASTER_KEY) must be 64 hex digits".to_owned()).into()
    })
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
    fn a_key_comes_from_a_file_or_a_command() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        let key = "0a".repeat(32);
        std::fs::write(&file, format!("{key}\n")).unwrap();
        let given = from_settings(Some(key.clone()), None, None).unwrap();
        assert_eq!(given.as_ref(), Some(&key));
        let held = from_settings(None, Some(&file), None).unwrap();
        assert_eq!(held.as_ref(), Some(&key));
        let command = format!("cat {}", file.display());
        let printed = from_settings(None, None, Some(&command)).unwrap();
        assert_eq!(printed.as_ref(), Some(&key));
        assert_eq!(from_settings(None, None, None).unwrap(), None);
        let error = from_settings(None, Some(&folder.path().join("none")), None).unwrap_err();
        assert!(error.to_string().contains("can't read"), "{error}");
        let failing = format!("echo {key}; exit 3");
        let error = from_settings(None, None, Some(&failing)).unwrap_err();
        let said = format!("{error:#}");
        assert!(said.contains('3') && !said.contains(&key), "{said}");
    }

    #[test]
    fn hex_keys_have_64_digits() {
        assert_eq!(parse_hex(&"0a".repeat(32)), Some([10; 32]));
        for text in ["", "0a", &"0g".repeat(32), &"ä".repeat(32)] {
            assert_eq!(parse_hex(text), None, "{text}");
        }
    }
}
