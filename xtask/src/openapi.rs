//! Is `openapi.json` what the server answers, and is it valid OpenAPI?

use std::fs;

use anyhow::{Context, Result};

use crate::root::root;
use crate::run;
use crate::setup;
use crate::step::Outcome;

const FILE: &str = "openapi.json";

/// Writes `openapi.json` from the server's code.
///
/// # Errors
/// When the binary doesn't build or run, or the file can't be written.
pub(crate) fn regenerate() -> Result<Outcome> {
    fs::write(root().join(FILE), generate()?).with_context(|| format!("can't write {FILE}"))?;
    println!("wrote {FILE}");
    Ok(Outcome::Passed)
}

/// Compares the committed file with what the code says now.
///
/// # Errors
/// When the binary doesn't build or run, or the file can't be read.
pub(crate) fn is_current() -> Result<Outcome> {
    let generated = generate()?;
    let committed =
        fs::read_to_string(root().join(FILE)).with_context(|| format!("can't read {FILE}"))?;
    let violations: Vec<String> = first_difference(&committed, &generated)
        .map(|difference| format!("{difference}; run `cargo xtask openapi`"))
        .into_iter()
        .collect();
    Ok(Outcome::of_violations(&violations))
}

/// Asks openapi-spec-validator, as other people's tools will.
///
/// # Errors
/// When the validator is not installed.
pub(crate) fn is_valid() -> Result<Outcome> {
    let validator = setup::OPENAPI_VENV.program("openapi-spec-validator");
    Ok(Outcome::of_success(run::succeeds(
        run::command(validator).arg(FILE),
    )?))
}

fn generate() -> Result<String> {
    anyhow::ensure!(run::build_server()?, "the server does not build");
    run::output(run::command(run::server()).arg("openapi"))
}

/// Where two texts part, as a sentence; nothing if they are the same.
fn first_difference(committed: &str, generated: &str) -> Option<String> {
    if committed == generated {
        return None;
    }
    let line = committed
        .lines()
        .zip(generated.lines())
        .take_while(|(old, new)| old == new)
        .count();
    let of = |text: &str| {
        text.lines()
            .nth(line)
            .unwrap_or("<end of file>")
            .trim()
            .to_owned()
    };
    Some(format!(
        "{FILE}:{}: committed `{}`, generated `{}`",
        line + 1,
        of(committed),
        of(generated)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_differing_line_is_named() {
        fn check(committed: &str, generated: &str, expected: Option<&str>) {
            assert_eq!(first_difference(committed, generated).as_deref(), expected);
        }
        check("{\n}\n", "{\n}\n", None);
        check(
            "{\n a\n}",
            "{\n b\n}",
            Some("openapi.json:2: committed `a`, generated `b`"),
        );
        check(
            "{\n",
            "{\n}\n",
            Some("openapi.json:2: committed `<end of file>`, generated `}`"),
        );
        check(
            "{",
            "{\n",
            Some("openapi.json:2: committed `<end of file>`, generated `<end of file>`"),
        );
    }
}
