//! A file with one endpoint a row: for webhooks that somebody has written themselves.

use anyhow::{Context, bail};
use serde_json::{Map, Value};

use crate::{Records, Source, columns, csv};

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileFormat {
    /// CSV (RFC 4180) with a heading.
    Csv,
    /// JSON: an array of objects, or one object a line.
    Json,
}

/// The text of a file.
#[derive(Debug)]
pub struct FileSource {
    format: FileFormat,
    text: String,
}

impl FileSource {
    /// A file with this text.
    pub const fn new(format: FileFormat, text: String) -> Self {
        Self { format, text }
    }

    fn records(&self) -> anyhow::Result<Records> {
        let rows = match self.format {
            FileFormat::Csv => of_csv(&self.text)?,
            FileFormat::Json => of_json(&self.text)?,
        };
        let mut records = Records::default();
        for (origin, row) in rows {
            match columns::endpoint(&origin, &row) {
                Ok(endpoint) => records.endpoints.push(endpoint),
                Err(why) => {
                    let text = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or("?");
                    let name = columns::display_name(text("tenant"), text("url"));
                    records.refuse(origin, name, why);
                }
            }
        }
        columns::refuse_repeats(&mut records);
        Ok(records)
    }
}

impl Source for FileSource {
    async fn read(&self) -> anyhow::Result<Records> {
        self.records()
    }
}

type Rows = Vec<(String, Map<String, Value>)>;

fn of_csv(text: &str) -> anyhow::Result<Rows> {
    let rows = csv::rows(text)?;
    let Some((heading, rows)) = rows.split_first() else {
        bail!("the file is empty: its first line names the columns");
    };
    let names: Vec<_> = heading
        .fields
        .iter()
        .map(|name| name.trim().to_lowercase())
        .collect();
    columns::check_names(names.iter().map(String::as_str))?;
    let mut found = Vec::new();
    for row in rows {
        if row.fields.len() > names.len() {
            bail!(
                "line {}: there are {} fields, but {} columns: a field with a comma needs quotes around it",
                row.line,
                row.fields.len(),
                names.len()
            );
        }
        let given = names.iter().zip(&row.fields);
        let given = given.filter(|(_, field)| !field.trim().is_empty());
        let fields = given.map(|(name, field)| (name.clone(), field.trim().into()));
        found.push((format!("line {}", row.line), fields.collect()));
    }
    Ok(found)
}

fn of_json(text: &str) -> anyhow::Result<Rows> {
    let mut found = Vec::new();
    let mut push = |origin: String, value: Value| {
        let Value::Object(row) = value else {
            bail!("{origin}: not an object");
        };
        columns::check_names(row.keys().map(String::as_str)).with_context(|| origin.clone())?;
        found.push((origin, row));
        Ok(())
    };
    if text.trim_start().starts_with('[') {
        let rows: Vec<Value> = serde_json::from_str(text).context("the file is not valid JSON")?;
        for (index, row) in rows.into_iter().enumerate() {
            push(format!("item {}", index + 1), row)?;
        }
        return Ok(found);
    }
    for (index, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let origin = format!("line {}", index + 1);
        let row = serde_json::from_str(line).with_context(|| {
            format!("{origin} is not valid JSON: give one array, or one object a line")
        })?;
        push(origin, row)?;
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_endpoint_in_each_format() {
        let csv = "tenant,url,secret,events,headers\nacme,https://a.test/,s3cret-of-acme,\"a.b;c.*\",\"{\"\"x-k\"\":\"\"v\"\"}\"\n";
        let json = r#"[{"tenant":"acme","url":"https://a.test/","secret":"s3cret-of-acme","events":["a.b","c.*"],"headers":{"x-k":"v"}}]"#;
        let lines = json.trim_start_matches('[').trim_end_matches(']');
        let read = |format, text: &str| {
            let mut records = FileSource::new(format, text.to_owned()).records().unwrap();
            records.endpoints[0].origin.clear();
            records
        };
        let expected = read(FileFormat::Csv, csv);
        assert_eq!(expected.endpoints[0].events, ["a.b", "c.*"]);
        assert_eq!(expected.endpoints[0].headers["x-k"], "v");
        assert_eq!(read(FileFormat::Json, json), expected);
        assert_eq!(read(FileFormat::Json, lines), expected);
    }

    #[test]
    fn a_file_that_cannot_be_read_says_where() {
        let check = |format, text: &str, expected: &str| {
            let error = FileSource::new(format, text.to_owned())
                .records()
                .unwrap_err();
            assert!(format!("{error:#}").contains(expected), "{error:#}");
        };
        check(FileFormat::Csv, "", "the file is empty");
        check(FileFormat::Csv, "tenant,uri\n", "there is no column `uri`");
        check(
            FileFormat::Csv,
            "tenant\nacme\n",
            "the column `url` is missing",
        );
        check(
            FileFormat::Csv,
            "tenant,url\na,b,c\n",
            "line 2: there are 3 fields, but 2 columns",
        );
        check(FileFormat::Json, "[1]", "item 1: not an object");
        check(
            FileFormat::Json,
            "{\"tenant\":\"a\",\"url\":\"b\"}\n{",
            "line 2 is not valid JSON",
        );
    }

    #[test]
    fn a_row_that_cannot_come_says_why_and_the_others_come() {
        let text = "tenant,url,secret,events\n\
                    acme,https://a.test/,,\n\
                    a cme,https://a.test/,,\n\
                    acme,https://b.test/,,a*b\n\
                    acme,https://a.test/,,a.b\n\
                    acme,,,\n";
        let records = FileSource::new(FileFormat::Csv, text.to_owned())
            .records()
            .unwrap();
        assert_eq!(records.endpoints.len(), 1);
        let found: Vec<_> = records
            .refused
            .iter()
            .map(|one| {
                (
                    one.origin.as_str(),
                    one.outcome.reason().split(':').next().unwrap(),
                )
            })
            .collect();
        assert_eq!(
            found,
            [
                ("line 3", "`a cme` is not a valid tenant id"),
                ("line 4", "`a*b` is not a valid event filter"),
                ("line 6", "`url` is missing"),
                ("line 5", "the same tenant and URL as line 2"),
            ]
        );
    }
}
