//! Which server do the commands talk to, and with which key? Stored by `nuncio login` under a name, in a file that only
//! its owner may read.

use std::path::{Path, PathBuf};

use anyhow::Context;
use serde_json::{Map, Value, json};

use crate::private;

/// The profile that is used if none is named.
pub const DEFAULT: &str = "default";

/// A server, a key, and the project that is acted on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profile {
    /// The start of every URL.
    pub server: String,
    /// API key.
    pub key: String,
    /// The project, if the key needs one.
    pub project: Option<String>,
}

/// The file of all profiles.
#[derive(Clone, Debug)]
pub struct Profiles {
    file: PathBuf,
}

impl Profiles {
    /// Those of whoever runs the program: `$XDG_CONFIG_HOME/nuncio/profiles.json`, or below `~/.config`.
    ///
    /// # Errors
    /// There is no home folder.
    pub fn of_user() -> anyhow::Result<Self> {
        let configured = std::env::var_os("XDG_CONFIG_HOME").filter(|dir| !dir.is_empty());
        let folder = match configured {
            Some(dir) => PathBuf::from(dir),
            None => std::env::home_dir()
                .context("there is no home folder")?
                .join(".config"),
        };
        Ok(Self::in_folder(&folder.join("nuncio")))
    }

    /// Those in a folder.
    pub fn in_folder(folder: &Path) -> Self {
        Self {
            file: folder.join("profiles.json"),
        }
    }

    /// The file, to be named in messages.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// The profile of that name, if it is stored.
    ///
    /// # Errors
    /// The file can't be read, or is not what this wrote.
    pub fn find(&self, name: &str) -> anyhow::Result<Option<Profile>> {
        let all = self.all()?;
        let Some(stored) = all.get(name) else {
            return Ok(None);
        };
        let text = |field: &str| stored[field].as_str().map(str::to_owned);
        let part = |field: &str| {
            text(field).with_context(|| format!("{}: {name} has no {field}", self.file.display()))
        };
        Ok(Some(Profile {
            server: part("server")?,
            key: part("key")?,
            project: text("project"),
        }))
    }

    /// Stores a profile, instead of an earlier one of that name.
    ///
    /// # Errors
    /// The file can't be read or written.
    pub fn store(&self, name: &str, profile: &Profile) -> anyhow::Result<()> {
        let mut all = self.all()?;
        all.insert(
            name.to_owned(),
            json!({ "server": profile.server, "key": profile.key, "project": profile.project }),
        );
        self.write(all)
    }

    /// Removes a profile; gives whether it was there.
    ///
    /// # Errors
    /// The file can't be read or written.
    pub fn remove(&self, name: &str) -> anyhow::Result<bool> {
        let mut all = self.all()?;
        let was_there = all.remove(name).is_some();
        if was_there {
            self.write(all)?;
        }
        Ok(was_there)
    }

    fn all(&self) -> anyhow::Result<Map<String, Value>> {
        let text = match std::fs::read_to_string(&self.file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Map::new()),
            Err(error) => {
                return Err(error).with_context(|| format!("can't read {}", self.file.display()));
            }
        };
        serde_json::from_str(&text)
            .with_context(|| format!("{} is not valid; remove it and log in", self.file.display()))
    }

    /// Writes beside the file and renames, so that it is whole whenever it is read.
    fn write(&self, all: Map<String, Value>) -> anyhow::Result<()> {
        if let Some(folder) = self.file.parent() {
            private::make_folder(folder)?;
        }
        let new = self
            .file
            .with_extension(format!("{}.new", std::process::id()));
        private::write_file(&new, &format!("{:#}\n", Value::Object(all)))?;
        std::fs::rename(&new, &self.file)
            .with_context(|| format!("can't write {}", self.file.display()))
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn stored_profile_is_found_replaced_and_removed() {
        let folder = tempfile::tempdir().expect("there is room");
        let profiles = Profiles::in_folder(&folder.path().join("nuncio"));
        assert_eq!(profiles.find(DEFAULT).expect("no file is fine"), None);
        let mut profile = Profile {
            server: "http://a.example".to_owned(),
            key: "k".to_owned(),
            project: None,
        };
        profiles.store(DEFAULT, &profile).expect("writable");
        profile.project = Some("prj_1".to_owned());
        profiles.store(DEFAULT, &profile).expect("writable");
        assert_eq!(profiles.find(DEFAULT).expect("valid"), Some(profile));
        let mode = profiles
            .file()
            .metadata()
            .expect("it is there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(profiles.remove(DEFAULT).expect("writable"));
        assert!(!profiles.remove(DEFAULT).expect("writable"));
    }

    #[test]
    fn broken_file_is_named() {
        let folder = tempfile::tempdir().expect("there is room");
        let profiles = Profiles::in_folder(folder.path());
        std::fs::write(profiles.file(), "{").expect("writable");
        let error = profiles.find(DEFAULT).expect_err("not JSON").to_string();
        assert!(error.contains("profiles.json"), "{error}");
    }
}
