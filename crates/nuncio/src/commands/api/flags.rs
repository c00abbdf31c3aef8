//! An operation as a command: its arguments and flags, and the request that they make.

use std::io::Read;

use anyhow::Context;
use clap::{
    Arg, ArgAction, ArgMatches, Args, Command, builder::PossibleValuesParser, value_parser,
};
use nuncio_tools::{client::ServerArgs, output::Usage};
use serde_json::{Map, Value};

use super::model::{Flag, Kind, Operation};

/// How often `--watch` asks again if it doesn't say, in seconds.
const WATCH_S: &str = "2";

/// The command of an operation.
pub(super) fn command(operation: &'static Operation) -> Command {
    let mut command = Command::new(operation.name.as_str())
        .about(operation.summary())
        .long_about(operation.doc.as_str());
    for argument in &operation.arguments {
        let name = argument.name.as_str();
        let argument = Arg::new(name).required(true).help(argument.doc.as_str());
        command = command.arg(argument.value_name(name));
    }
    let query = operation.query.iter().map(|flag| arg(flag, flag.required));
    command = command.args(query);
    if let Some(body) = &operation.body {
        command = command.args(body.fields.iter().map(|flag| arg(flag, false)));
        command = command.args(body_args(body.fields.iter().any(|field| field.nullable)));
    }
    if operation.is_list() {
        let help = "All pages instead of one";
        let all = Arg::new("all").long("all").help(help);
        command = command.arg(all.action(ArgAction::SetTrue));
    }
    if operation.is_read() {
        let help = "Ask again every so many seconds and print what has changed, until interrupted";
        let watch = Arg::new("watch").long("watch").help(help);
        let watch = watch.num_args(0..=1).require_equals(true);
        let watch = watch.default_missing_value(WATCH_S);
        let range = value_parser!(u64).range(1..=3600);
        command = command.arg(watch.value_name("SECONDS").value_parser(range));
    }
    ServerArgs::augment_args(command)
}

fn body_args(can_clear: bool) -> Vec<Arg> {
    let help =
        "The body as JSON, from a file or `-` for standard input; flags win over what it says";
    let body = Arg::new("body").long("body").value_name("FILE").help(help);
    let help = "A field to clear: sends null for it";
    let clear = Arg::new("clear")
        .long("clear")
        .value_name("FIELD")
        .help(help);
    let clear = clear.action(ArgAction::Append).value_delimiter(',');
    std::iter::once(body)
        .chain(can_clear.then_some(clear))
        .collect()
}

fn arg(flag: &'static Flag, required: bool) -> Arg {
    let arg = Arg::new(flag.name.as_str())
        .long(leaked(flag.long()))
        .help(flag.doc.as_str())
        .required(required);
    let arg = match flag.words.is_empty() {
        true => arg,
        false => arg.value_parser(PossibleValuesParser::new(
            flag.words.iter().map(String::as_str),
        )),
    };
    match flag.kind {
        Kind::Text => arg,
        Kind::Integer => arg
            .value_parser(value_parser!(i64))
            .allow_negative_numbers(true),
        Kind::Number => arg
            .value_parser(value_parser!(f64))
            .allow_negative_numbers(true),
        Kind::Boolean => arg
            .value_parser(value_parser!(bool))
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true"),
        Kind::List => arg.action(ArgAction::Append).value_delimiter(','),
        Kind::Json => arg.value_name("JSON|@FILE"),
    }
}

/// Flags' names live as long as the command line, which is the whole program.
fn leaked(name: String) -> &'static str {
    Box::leak(name.into_boxed_str())
}

/// The path with what the caller gave, and the query.
///
/// # Errors
/// A flag that holds no valid JSON.
pub(super) fn path(operation: &Operation, given: &ArgMatches) -> anyhow::Result<String> {
    let mut path = operation.path.clone();
    for argument in &operation.arguments {
        let value = given.get_one::<String>(&argument.name);
        let value = segment(value.map_or("", String::as_str));
        path = path.replace(&format!("{{{}}}", argument.name), &value);
    }
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for flag in &operation.query {
        for text in texts(flag, given)? {
            query.append_pair(&flag.name, &text);
        }
    }
    let query = query.finish();
    Ok(if query.is_empty() {
        path
    } else {
        format!("{path}?{query}")
    })
}

/// One segment of a path, percent-encoded (RFC 3986 3.3): whatever is given stays one segment.
fn segment(value: &str) -> String {
    let mut encoded = String::new();
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

/// What a flag of the query says; several for a list.
fn texts(flag: &Flag, given: &ArgMatches) -> anyhow::Result<Vec<String>> {
    let text = |value: Value| match value {
        Value::String(text) => text,
        other => other.to_string(),
    };
    Ok(match value(flag, given)? {
        None => Vec::new(),
        Some(Value::Array(values)) => values.into_iter().map(text).collect(),
        Some(value) => vec![text(value)],
    })
}

/// The body, if the operation takes one.
///
/// # Errors
/// A file that can't be read, no valid JSON, or a required field that is missing.
pub(super) fn body(operation: &Operation, given: &ArgMatches) -> anyhow::Result<Option<Value>> {
    let Some(body) = &operation.body else {
        return Ok(None);
    };
    let mut fields = match given.get_one::<String>("body") {
        Some(file) => object(file)?,
        None => Map::new(),
    };
    for flag in &body.fields {
        if let Some(value) = value(flag, given)? {
            fields.insert(flag.name.clone(), value);
        }
    }
    if body.fields.iter().any(|field| field.nullable) {
        for name in given.get_many::<String>("clear").into_iter().flatten() {
            let field = body.fields.iter().find(|flag| is_called(flag, name));
            let field = field.with_context(|| format!("--clear {name}: there is no such field"));
            fields.insert(field.map_err(usage)?.name.clone(), Value::Null);
        }
    }
    let is_missing = |flag: &&Flag| flag.required && !fields.contains_key(&flag.name);
    let missing: Vec<_> = body.fields.iter().filter(is_missing).collect();
    if (body.required || !fields.is_empty()) && !missing.is_empty() {
        let flags: Vec<_> = missing
            .iter()
            .map(|flag| format!("--{}", flag.long()))
            .collect();
        return Err(Usage(format!("add {}", flags.join(", "))).into());
    }
    Ok(Some(Value::Object(fields)))
}

fn is_called(flag: &Flag, name: &str) -> bool {
    flag.name == name || flag.long() == name
}

fn usage(error: anyhow::Error) -> anyhow::Error {
    Usage(format!("{error:#}")).into()
}

/// What a flag says; none if it isn't given.
fn value(flag: &Flag, given: &ArgMatches) -> anyhow::Result<Option<Value>> {
    let name = flag.name.as_str();
    let one = || given.get_one::<String>(name);
    Ok(match flag.kind {
        Kind::Text => one().map(|text| text.clone().into()),
        Kind::Integer => given.get_one::<i64>(name).map(|number| (*number).into()),
        Kind::Number => given.get_one::<f64>(name).map(|number| (*number).into()),
        Kind::Boolean => given.get_one::<bool>(name).map(|yes| (*yes).into()),
        Kind::List => given
            .get_many::<String>(name)
            .map(|texts| texts.cloned().collect::<Vec<_>>().into()),
        Kind::Json => match one() {
            Some(text) => Some(json(flag, text).map_err(usage)?),
            None => None,
        },
    })
}

fn json(flag: &Flag, text: &str) -> anyhow::Result<Value> {
    let long = flag.long();
    let text = match text.strip_prefix('@') {
        Some(file) => read(file)?,
        None => text.to_owned(),
    };
    serde_json::from_str(&text)
        .with_context(|| format!("--{long} takes JSON or @FILE, such as '{{\"a\": 1}}': {text}"))
}

fn object(file: &str) -> anyhow::Result<Map<String, Value>> {
    let text = read(file)?;
    let object = serde_json::from_str(&text);
    object.map_err(|error| {
        usage(anyhow::anyhow!(
            "--body {file} is not a JSON object: {error}"
        ))
    })
}

fn read(file: &str) -> anyhow::Result<String> {
    let mut text = String::new();
    if file == "-" {
        std::io::stdin().read_to_string(&mut text)
    } else {
        std::fs::File::open(file).and_then(|mut open| open.read_to_string(&mut text))
    }
    .with_context(|| format!("can't read {file}"))?;
    Ok(text)
}
