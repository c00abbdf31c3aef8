//! What another process has used, as Linux tells in `/proc` (proc(5)). Elsewhere: not known.

use std::fs;

/// Clock ticks a second in `/proc/PID/stat`: part of Linux's interface on every common platform.
const TICKS_PER_S: u64 = 100;

/// CPU time of a process so far, user and system, in microseconds.
pub(super) fn cpu_us(pid: u32) -> Option<u64> {
    cpu_us_in(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
}

/// The most memory that a process has had resident so far, in KiB.
pub(super) fn rss_peak_kib(pid: u32) -> Option<u64> {
    rss_peak_kib_in(&fs::read_to_string(format!("/proc/{pid}/status")).ok()?)
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

fn cpu_us_in(stat: &str) -> Option<u64> {
    // The second field is the program's name in brackets and may hold anything, even brackets.
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_ascii_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<u64>().ok();
    Some((ticks()? + ticks()?) * 1_000_000 / TICKS_PER_S)
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
        assert_eq!(cpu_us_in(stat), Some(2_000_000));
        assert_eq!(cpu_us_in("42 (nuncio) S 1"), None);
    }

    #[test]
    fn peak_memory_is_the_high_water_mark() {
        let status = "Name:\tnuncio\nVmPeak:\t  999 kB\nVmHWM:\t   51200 kB\nVmRSS:\t 100 kB\n";
        assert_eq!(rss_peak_kib_in(status), Some(51_200));
        assert_eq!(rss_peak_kib_in("Name:\tnuncio\n"), None);
    }
}
