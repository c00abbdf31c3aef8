//! Would the tests notice if the code did something else? Has cargo-mutants change it in small ways, one at a time, and
//! runs the tests of its crate against each.
//!
//! What no test notices fails the command, unless `xtask/mutants.toml` says why that is so. An entry there fails it too
//! once it says nothing any more: there is no such mutant, or a test notices it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use toml_edit::DocumentMut;

use crate::root::{root, scratch};
use crate::run;
use crate::step::Outcome;

/// The mutants that no test needs to notice, with the reasons.
const JUSTIFIED: &str = "xtask/mutants.toml";

/// A crate, and how many of its mutants are tried. `None`: all, where a mistake would be everywhere and tests are quick.
const CRATES: &[(&str, Option<usize>)] = &[
    ("nuncio-domain", None),
    ("nuncio-dialect", None),
    ("nuncio-engine", Some(150)),
    ("nuncio-store", Some(150)),
];

/// Tests that take longer than this with a mutant, seconds, have noticed it: it waits for ever.
const TIMEOUT_S: &str = "120";

/// What cargo-mutants ends with when all went well, some were missed, or some took too long. Otherwise it did not work.
const ENDS_WITH: [i32; 3] = [0, 2, 3];

/// What is wanted.
#[derive(Debug, Default, PartialEq, Eq)]
struct Wanted {
    /// One crate only.
    only: Option<String>,
    /// Which ones a sample has.
    seed: u64,
    /// How many mutants of each crate instead of those of [`CRATES`].
    sample: Option<usize>,
    /// Only those of files that match.
    file: Option<String>,
}

/// Tries mutants as the arguments say; installs cargo-mutants if it is missing.
///
/// # Errors
/// When the arguments say nothing, or cargo-mutants can't be installed or does not work.
pub(crate) fn run(arguments: &[&str]) -> Result<Outcome> {
    let wanted = read(arguments)?;
    let text = fs::read_to_string(root().join(JUSTIFIED))
        .with_context(|| format!("can't read {JUSTIFIED}"))?;
    let justified = justified(&text)?;
    install()?;
    let mut violations = Vec::new();
    for (name, sample) in CRATES {
        if wanted.only.as_ref().is_some_and(|only| only != name) {
            continue;
        }
        let sample = wanted.sample.or(*sample);
        violations.extend(try_crate(name, sample, &wanted, &justified)?);
    }
    Ok(Outcome::of_violations(&violations))
}

fn read(arguments: &[&str]) -> Result<Wanted> {
    let mut wanted = Wanted::default();
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let mut value = || {
            words
                .next()
                .with_context(|| format!("{word} needs a value"))
        };
        match *word {
            "--seed" => wanted.seed = value()?.parse().context("--seed needs a number")?,
            "--sample" => {
                let sample = value()?.parse().context("--sample needs a number")?;
                ensure!(sample > 0, "--sample needs at least one");
                wanted.sample = Some(sample);
            }
            "--file" => wanted.file = Some((*value()?).to_owned()),
            name => {
                let mut names = CRATES.iter().map(|(name, _)| *name);
                ensure!(
                    names.clone().any(|known| known == name) && wanted.only.is_none(),
                    "usage: mutants [CRATE] [--seed N] [--sample N] [--file GLOB], CRATE being one of {}",
                    names.by_ref().collect::<Vec<_>>().join(", ")
                );
                wanted.only = Some(name.to_owned());
            }
        }
    }
    Ok(wanted)
}

/// Mutants by name, without the place in the file, which changes with every line above it; with the reasons.
fn justified(text: &str) -> Result<BTreeMap<String, String>> {
    let document: DocumentMut = text
        .parse()
        .with_context(|| format!("{JUSTIFIED} is not valid TOML"))?;
    let mut justified = BTreeMap::new();
    let Some(entries) = document.get("survivor") else {
        return Ok(justified);
    };
    let entries = entries
        .as_array_of_tables()
        .with_context(|| format!("{JUSTIFIED}: [[survivor]] is repeated for each"))?;
    for entry in entries {
        let text = |key| entry.get(key).and_then(|value| value.as_str());
        match (text("mutant"), text("reason")) {
            (Some(mutant), Some(reason)) if !reason.trim().is_empty() => {
                let again = justified.insert(mutant.to_owned(), reason.to_owned());
                ensure!(again.is_none(), "{JUSTIFIED}: {mutant} is there twice");
            }
            _ => bail!("{JUSTIFIED}: each [[survivor]] has a mutant and a reason"),
        }
    }
    Ok(justified)
}

fn install() -> Result<()> {
    if run::has("cargo-mutants") {
        return Ok(());
    }
    println!("installing cargo-mutants, which takes some minutes");
    let installed = run::succeeds(run::cargo().args(["install", "cargo-mutants", "--locked"]))?;
    ensure!(installed, "can't install cargo-mutants");
    Ok(())
}

/// Tries mutants of a crate and says what is wrong.
fn try_crate(
    name: &str,
    sample: Option<usize>,
    wanted: &Wanted,
    justified: &BTreeMap<String, String>,
) -> Result<Vec<String>> {
    let all = list(name, None)?;
    let mut tried = match &wanted.file {
        Some(file) => list(name, Some(file))?,
        None => all.clone(),
    };
    if let Some(sample) = sample {
        shuffle(&mut tried, wanted.seed);
        tried.truncate(sample);
    }
    ensure!(!tried.is_empty(), "{name} has no such mutants");
    println!(
        "\n== {name}: {} of {} mutants, seed {}",
        tried.len(),
        all.len(),
        wanted.seed
    );
    let folder = scratch().join("mutants").join(name);
    fs::create_dir_all(&folder).with_context(|| format!("can't make {}", folder.display()))?;
    let mut mutants = run::cargo();
    mutants
        .args(["mutants", "--package", name, "--all-features"])
        .args(["--no-shuffle", "--timeout", TIMEOUT_S]);
    if let Some(file) = &wanted.file {
        mutants.args(["--file", file]);
    }
    if sample.is_some() {
        mutants.args(["--re", &pattern(&tried)]);
    }
    mutants.arg("--output").arg(&folder);
    let status = mutants.status().context("can't start cargo-mutants")?;
    ensure!(
        status.code().is_some_and(|code| ENDS_WITH.contains(&code)),
        "cargo mutants ended with {status}: see above"
    );
    let missed = names(&folder.join("mutants.out/missed.txt"))?;
    let caught = names(&folder.join("mutants.out/caught.txt"))?;
    let folder = manifest_folder(name);
    Ok(judge(&folder, &all, &missed, &caught, justified))
}

/// The names of a crate's mutants, with their places.
fn list(name: &str, file: Option<&str>) -> Result<Vec<String>> {
    let mut command = run::cargo();
    command.args(["mutants", "--list", "--package", name, "--all-features"]);
    if let Some(file) = file {
        command.args(["--file", file]);
    }
    let listed = run::output(&mut command)?;
    Ok(listed.lines().map(str::to_owned).collect())
}

/// One pattern for exactly these.
fn pattern(names: &[String]) -> String {
    let escaped = names.iter().map(|name| escape(name));
    format!("^(?:{})$", escaped.collect::<Vec<_>>().join("|"))
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() * 2);
    for letter in text.chars() {
        if r"\.+*?()|[]{}^$#&-~/".contains(letter) {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

/// Orders by the seed (Fisher and Yates, by SplitMix64).
fn shuffle(names: &mut [String], seed: u64) {
    let mut state = seed;
    for last in (1..names.len()).rev() {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = state;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^= word >> 31;
        names.swap(last, (word % (last as u64 + 1)) as usize);
    }
}

fn names(file: &Path) -> Result<Vec<String>> {
    let text =
        fs::read_to_string(file).with_context(|| format!("can't read {}", file.display()))?;
    Ok(text.lines().map(str::to_owned).collect())
}

/// Where the mutants of a crate are, as their names begin.
fn manifest_folder(name: &str) -> PathBuf {
    Path::new("crates").join(name.trim_start_matches("nuncio-"))
}

/// Drops line and column out of a name.
fn placeless(name: &str) -> String {
    let mut parts = name.splitn(4, ':');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(file), Some(_), Some(_), Some(what)) => format!("{file}:{what}"),
        _ => name.to_owned(),
    }
}

fn judge(
    folder: &Path,
    all: &[String],
    missed: &[String],
    caught: &[String],
    justified: &BTreeMap<String, String>,
) -> Vec<String> {
    let [all, caught] = [all, caught].map(|names| {
        let names = names.iter().map(|name| placeless(name));
        names.collect::<std::collections::BTreeSet<_>>()
    });
    let mut violations = Vec::new();
    for name in missed {
        if !justified.contains_key(&placeless(name)) {
            violations.push(format!("no test notices: {name}"));
        }
    }
    let missed: Vec<String> = missed.iter().map(|name| placeless(name)).collect();
    for name in justified
        .keys()
        .filter(|name| Path::new(name).starts_with(folder))
    {
        if !all.contains(name) {
            violations.push(format!("{JUSTIFIED}: there is no such mutant: {name}"));
        } else if caught.contains(name) && !missed.contains(name) {
            violations.push(format!("{JUSTIFIED}: a test notices it by now: {name}"));
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_say_what_is_wanted() {
        fn check(arguments: &[&str], expected: Option<Wanted>) {
            assert_eq!(read(arguments).ok(), expected, "{arguments:?}");
        }
        check(&[], Some(Wanted::default()));
        let wanted = Wanted {
            only: Some("nuncio-store".to_owned()),
            seed: 3,
            sample: Some(5),
            file: Some("*.rs".to_owned()),
        };
        let arguments = [
            "nuncio-store",
            "--seed",
            "3",
            "--sample",
            "5",
            "--file",
            "*.rs",
        ];
        check(&arguments, Some(wanted));
        check(&["nuncio-api"], None);
        check(&["nuncio-store", "nuncio-store"], None);
        check(&["--seed"], None);
        check(&["--sample", "0"], None);
    }

    const MISSED: &str = "crates/domain/src/id.rs:10:5: replace a -> u8 with 0";
    const CAUGHT: &str = "crates/domain/src/id.rs:20:5: replace b -> u8 with 0";

    fn judged(justified: &[&str]) -> Vec<String> {
        let all = [MISSED, CAUGHT].map(str::to_owned);
        let entries = justified.iter();
        let entries = entries.map(|name| ((*name).to_owned(), "because".to_owned()));
        judge(
            Path::new("crates/domain"),
            &all,
            &all[..1],
            &all[1..],
            &entries.collect(),
        )
    }

    #[test]
    fn what_no_test_notices_needs_a_reason() {
        assert_eq!(judged(&[]), [format!("no test notices: {MISSED}")]);
        let justified = "crates/domain/src/id.rs: replace a -> u8 with 0";
        assert!(judged(&[justified]).is_empty(), "wherever it stands by now");
    }

    #[test]
    fn a_reason_for_nothing_fails_too() {
        let of_missed = "crates/domain/src/id.rs: replace a -> u8 with 0";
        let of_caught = "crates/domain/src/id.rs: replace b -> u8 with 0";
        let of_none = "crates/domain/src/id.rs: replace c -> u8 with 0";
        let elsewhere = "crates/store/src/id.rs: replace c -> u8 with 0";
        let violations = judged(&[of_missed, of_caught, of_none, elsewhere]);
        assert_eq!(violations.len(), 2, "{violations:?}");
        assert!(violations[0].contains("notices it by now") && violations[0].contains(of_caught));
        assert!(violations[1].contains("no such mutant") && violations[1].contains(of_none));
    }

    #[test]
    fn a_sample_is_the_same_for_the_same_seed() {
        let shuffled = |seed| {
            let mut names: Vec<String> = (0..50).map(|number| number.to_string()).collect();
            shuffle(&mut names, seed);
            names
        };
        assert_eq!(shuffled(1), shuffled(1));
        assert_ne!(shuffled(1), shuffled(2));
        let mut sorted = shuffled(1);
        sorted.sort_by_key(|name| name.parse::<u32>().expect("a number"));
        assert_eq!(sorted.len(), 50);
        assert_eq!(sorted[49], "49");
    }

    #[test]
    fn the_list_has_a_reason_for_each() {
        let text = fs::read_to_string(root().join(JUSTIFIED)).expect("it is there");
        justified(&text).expect("it is sound");
        let without = "[[survivor]]\nmutant = \"a\"\nreason = \" \"\n";
        assert!(justified(without).is_err());
        let twice = "[[survivor]]\nmutant = \"a\"\nreason = \"b\"\n".repeat(2);
        assert!(justified(&twice).is_err());
    }

    #[test]
    fn a_pattern_takes_names_as_they_are() {
        assert_eq!(
            pattern(&["a.b + (c)".to_owned(), "d".to_owned()]),
            r"^(?:a\.b \+ \(c\)|d)$"
        );
    }
}
