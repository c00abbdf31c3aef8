//! The transformations that come with Nuncio: one file each in `transforms/`.

/// A transformation to start from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadyMade {
    /// Its name: that of its file.
    pub name: &'static str,
    /// What people read: the first line of its comment.
    pub title: &'static str,
    /// What it does: the second line.
    pub description: &'static str,
    /// The code.
    pub code: &'static str,
}

macro_rules! files {
    ($($file:literal),* $(,)?) => {
        &[$(($file, include_str!(concat!("../../../transforms/", $file, ".js")))),*]
    };
}

const FILES: &[(&str, &str)] = files!["slack", "teams", "discord"];

/// All of them.
pub fn ready_made() -> impl Iterator<Item = ReadyMade> {
    FILES.iter().map(|(name, code)| {
        let mut lines = code.lines().map(|line| line.trim_start_matches("// "));
        ReadyMade {
            name,
            title: lines.next().unwrap_or_default(),
            description: lines.next().unwrap_or_default(),
            code,
        }
    })
}
