//! Open files: as many as the system gives, and shared out before they are needed, so that connections of clients never
//! take those that deliveries need.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// For the database, logs, the resolver and the runtime: a few dozen are used.
const OTHERS: usize = 64;
/// Connections of clients unless the operator says otherwise: each takes some kilobytes.
const CONNECTIONS_DEFAULT: usize = 8_192;

/// Who may have how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shares {
    /// Connections of clients, at most.
    pub connections_max: usize,
    /// Connections to receivers, in use and idle.
    pub egress: usize,
}

impl Shares {
    /// Half of what there is for clients, half for receivers.
    pub fn of(open_files: usize) -> Self {
        let half = open_files.saturating_sub(OTHERS) / 2;
        Self {
            connections_max: half.max(1),
            egress: half.max(1),
        }
    }

    /// How many connections clients may have: as many as the operator says, if they fit.
    ///
    /// # Errors
    /// They don't.
    pub fn connections(self, wanted: Option<usize>) -> Result<usize, String> {
        match wanted {
            None => Ok(self.connections_max.min(CONNECTIONS_DEFAULT)),
            Some(wanted) if wanted <= self.connections_max => Ok(wanted),
            Some(wanted) => Err(format!(
                "connections_max {wanted} is too high for the limit of open files, which leaves {} for connections: lower it, or raise the limit (ulimit -n)",
                self.connections_max
            )),
        }
    }
}

/// Raises the limit of open files as far as the system lets everybody. Returns the limit.
pub fn raise() -> usize {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    if limit.current != limit.maximum
        && let Err(error) = setrlimit(Resource::Nofile, raised)
    {
        tracing::warn!(%error, "can't raise the limit of open files");
    }
    let now = getrlimit(Resource::Nofile).current;
    now.and_then(|now| usize::try_from(now).ok())
        .unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_and_receivers_have_a_half_each() {
        assert_eq!(Shares::of(1_024).connections(None), Ok(480));
        assert_eq!(Shares::of(1_024).egress, 480);
        assert_eq!(Shares::of(1_048_576).connections(None), Ok(8_192));
        assert_eq!(
            Shares::of(1_048_576).connections(Some(100_000)),
            Ok(100_000)
        );
        assert_eq!(Shares::of(10).connections(None), Ok(1));
        let error = Shares::of(1_024).connections(Some(481)).unwrap_err();
        assert!(error.contains("481") && error.contains("480"), "{error}");
    }

    #[test]
    fn the_limit_is_raised_to_the_hard_one() {
        let limit = raise();
        let hard = getrlimit(Resource::Nofile).maximum;
        assert_eq!(Some(limit as u64), hard.or(Some(u64::MAX)));
    }
}
