//! CSV as RFC 4180 has it: quoted fields may hold commas, quotes (doubled) and line breaks.

/// A row and the line where it begins, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CsvRow {
    pub(crate) line: usize,
    pub(crate) fields: Vec<String>,
}

/// A text that is not CSV.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub(crate) struct CsvError {
    line: usize,
    what: &'static str,
}

/// Reads all rows; lines without anything are skipped.
///
/// # Errors
/// A quote that is never closed, or text after a closing one.
pub(crate) fn rows(text: &str) -> Result<Vec<CsvRow>, CsvError> {
    let mut rows = Vec::new();
    let mut line = 1;
    let mut rest = text.trim_start_matches('\u{feff}');
    while !rest.is_empty() {
        let begins = line;
        let mut fields = Vec::new();
        loop {
            let field = match rest.strip_prefix('"') {
                Some(quoted) => {
                    let (field, after) = quoted_field(quoted).ok_or(CsvError {
                        line: begins,
                        what: "a quote is never closed",
                    })?;
                    line += field.matches('\n').count();
                    rest = after;
                    field
                }
                None => {
                    let end = rest.find([',', '\n']).unwrap_or(rest.len());
                    let field = rest[..end].trim_end_matches('\r').to_owned();
                    rest = &rest[end..];
                    field
                }
            };
            fields.push(field);
            if let Some(next) = rest.strip_prefix(',') {
                rest = next;
                continue;
            }
            let ended = rest
                .strip_prefix("\r\n")
                .or_else(|| rest.strip_prefix('\n'));
            rest = match ended {
                Some(next) => next,
                None if rest.is_empty() => rest,
                None => {
                    return Err(CsvError {
                        line,
                        what: "there is text after a closing quote",
                    });
                }
            };
            line += 1;
            break;
        }
        if fields.iter().any(|field| !field.is_empty()) {
            rows.push(CsvRow {
                line: begins,
                fields,
            });
        }
    }
    Ok(rows)
}

/// What stands up to the closing quote, and the rest behind it.
fn quoted_field(text: &str) -> Option<(String, &str)> {
    let mut field = String::new();
    let mut rest = text;
    loop {
        let at = rest.find('"')?;
        field.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        match rest.strip_prefix('"') {
            Some(next) => {
                field.push('"');
                rest = next;
            }
            None => return Some((field, rest)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_their_lines() {
        let check = |text: &str, expected: &[(usize, &[&str])]| {
            let found = rows(text).unwrap();
            let found: Vec<_> = found
                .iter()
                .map(|row| (row.line, row.fields.iter().map(String::as_str).collect()))
                .collect();
            let expected: Vec<(usize, Vec<&str>)> = expected
                .iter()
                .map(|(line, fields)| (*line, fields.to_vec()))
                .collect();
            assert_eq!(found, expected, "{text:?}");
        };
        check("a,b\nc,d\n", &[(1, &["a", "b"]), (2, &["c", "d"])]);
        check(
            "\u{feff}a,b\r\nc,\"d\"\r\n",
            &[(1, &["a", "b"]), (2, &["c", "d"])],
        );
        check("a\n\nb", &[(1, &["a"]), (3, &["b"])]);
        check(
            "\"a,\"\"b\nc\",d\ne",
            &[(1, &["a,\"b\nc", "d"]), (3, &["e"])],
        );
        check("a,\n", &[(1, &["a", ""])]);
        check("", &[]);
    }

    #[test]
    fn what_is_not_csv() {
        let check = |text: &str, expected: &str| {
            assert_eq!(rows(text).unwrap_err().to_string(), expected, "{text:?}");
        };
        check("a\n\"b", "line 2: a quote is never closed");
        check("\"a\"b", "line 1: there is text after a closing quote");
    }
}
