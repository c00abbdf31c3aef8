//! What another process has used, as Linux tells in `/proc` (proc(5)). Elsewhere: not known.

use std::fs;

/// `/proc` counts in hundredths of a second: part of Linux's interface on every common platform.
const US_PER_TICK: u64 = 10_000;

/// CPU time, user and system, in microseconds over all cores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CpuTime {
    /// Of one process.
    pub(super) process_us: u64,
    /// Of everything on the machine but that process and this one.
    pub(super) others_us: u64,
}

impl CpuTime {
    /// Used so far, by process `pid` and by others.
    pub(super) fn of(pid: u32) -> Option<Self> {
        let process_us = process_us_in(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)?;
        let own_us = process_us_in(&fs::read_to_string("/proc/self/stat").ok()?)?;
        let machine_us = machine_us_in(&fs::read_to_string("/proc/stat").ok()?)?;
        let others_us = machine_us.saturating_sub(process_us + own_us);
        Some(Self {
            process_us,
            others_us,
        })
    }

    /// Used since an earlier reading.
    pub(super) fn since(self, earlier: Self) -> Self {
        Self {
            process_us: self.process_us.saturating_sub(earlier.process_us),
            others_us: self.others_us.saturating_sub(earlier.others_us),
        }
    }
}

/// PostgreSQL's first process, by the process of one of its connections; `None` if that is not on this machine.
pub(super) fn postmaster(connection: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{connection}/stat")).ok()?;
    let (_, name) = stat.split_once('(')?;
    match name.starts_with("postgres)") {
        true => parent_in(&stat),
        false => None,
    }
}

/// CPU time of a process, its children, and those that have ended, microseconds.
pub(super) fn family_us(parent: u32) -> Option<u64> {
    let stat_of = |id: u32| fs::read_to_string(format!("/proc/{id}/stat")).ok();
    let own = stat_of(parent)?;
    let mut sum = process_us_in(&own)? + ended_us_in(&own)?;
    for entry in fs::read_dir("/proc").ok()?.flatten() {
        let id = entry.file_name().to_str().and_then(|id| id.parse().ok());
        let Some(stat) = id.and_then(stat_of) else {
            continue;
        };
        if parent_in(&stat) == Some(parent) {
            sum += process_us_in(&stat)?;
        }
    }
    Some(sum)
}

fn parent_in(stat: &str) -> Option<u32> {
    let (_, rest) = stat.rsplit_once(')')?;
    rest.split_ascii_whitespace().nth(1)?.parse().ok()
}

/// The most memory that a process has had resident so far, in KiB.
pub(super) fn rss_peak_kib(pid: u32) -> Option<u64> {
    rss_peak_kib_in(&fs::read_to_string(format!("/proc/{pid}/status")).ok()?)
}

/// How many cores there are to use; 0 if not known.
pub(super) fn cores() -> usize {
    std::thread::available_parallelism().map_or(0, usize::from)
}

/// The kind of file system that a folder is on, such as `ext4`; the mount with the longest matching path wins.
pub(super) fn file_system(folder: &std::path::Path) -> Option<String> {
    let folder = folder.canonicalize().ok()?;
    let mounts = fs::read_to_string("/proc/mounts").ok()?;
    let mounts = mounts.lines().filter_map(|line| {
        let mut fields = line.split(' ').skip(1);
        Some((fields.next()?, fields.next()?))
    });
    mounts
        .filter(|(path, _)| folder.starts_with(path))
        // Later mounts hide earlier ones at the same place, and `max_by_key` takes the last of equals.
        .max_by_key(|(path, _)| path.len())
        .map(|(_, kind)| kind.to_owned())
}

fn process_us_in(stat: &str) -> Option<u64> {
    two_times_in(stat, 11)
}

/// Of its children that have ended.
fn ended_us_in(stat: &str) -> Option<u64> {
    two_times_in(stat, 13)
}

/// User and system time, of which the first stands so many fields after the name.
fn two_times_in(stat: &str, place: usize) -> Option<u64> {
    // The second field is the program's name in brackets and may hold anything, even brackets.
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_ascii_whitespace().skip(place);
    let mut ticks = || fields.next()?.parse::<u64>().ok();
    Some((ticks()? + ticks()?) * US_PER_TICK)
}

fn machine_us_in(stat: &str) -> Option<u64> {
    let all_cores = stat.lines().next()?.strip_prefix("cpu ")?;
    let ticks: Vec<u64> = all_cores
        .split_ascii_whitespace()
        .map_while(|field| field.parse().ok())
        .collect();
    let [
        user,
        nice,
        system,
        _idle,
        _waiting,
        irq,
        soft_irq,
        stolen,
        ..,
    ] = ticks[..]
    else {
        return None;
    };
    Some((user + nice + system + irq + soft_irq + stolen) * US_PER_TICK)
}

fn rss_peak_kib_in(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpu_time_is_the_sum_of_user_and_system() {
        let stat = "42 (a) b) S 1 42 42 0 -1 4194560 4159 0 0 0 150 50 0 0 20 0 5 0 12345 1 2 3";
        assert_eq!(process_us_in(stat), Some(2_000_000));
        assert_eq!(
            ended_us_in(&stat.replace(" 50 0 0 ", " 50 7 8 ")),
            Some(150_000)
        );
        assert_eq!(parent_in(stat), Some(1));
        assert_eq!(process_us_in("42 (nuncio) S 1"), None);
    }

    #[test]
    fn the_machine_is_busy_with_all_but_waiting() {
        let stat = "cpu  100 1 50 9999 888 2 3 4 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n";
        assert_eq!(machine_us_in(stat), Some(1_600_000));
        assert_eq!(machine_us_in("cpu  100 1"), None);
    }

    #[test]
    fn peak_memory_is_the_high_water_mark() {
        let status = "Name:\tnuncio\nVmPeak:\t  999 kB\nVmHWM:\t   51200 kB\nVmRSS:\t 100 kB\n";
        assert_eq!(rss_peak_kib_in(status), Some(51_200));
        assert_eq!(rss_peak_kib_in("Name:\tnuncio\n"), None);
    }
}
