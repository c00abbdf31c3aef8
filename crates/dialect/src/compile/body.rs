//! The rules of `[body]`.

use toml::Spanned;

use super::{
    file::{BodyFormat, BodyTable, MemberTable, Value},
    pieces::pieces,
    source::Source,
};
use crate::{
    error::DialectError,
    json::{canonical::canonicalize, check_json, string::write_string},
    rules::{
        body::{Body, BodyPiece, BodyValue},
        field::Field,
        names,
        value::{EnvelopeMember, Fallback, Piece},
    },
};

pub(super) fn compile(
    source: Source<'_>,
    table: &Spanned<BodyTable>,
) -> Result<Body, DialectError> {
    let body = table.get_ref();
    let canonical = body.format == BodyFormat::Ecmascript;
    match (body.format, &body.members) {
        (BodyFormat::Form, Some(_)) => Err(source.fault(
            table.span(),
            "a form body has no `members`: its parameters are those of the data",
        )),
        (BodyFormat::Form, None) => Ok(Body::Form),
        (_, None) => Ok(Body::Json {
            pieces: vec![BodyPiece::Data],
            canonical,
        }),
        (_, Some(members)) => {
            let mut envelope = Envelope {
                source,
                canonical,
                pieces: Vec::new(),
                text: Vec::new(),
            };
            envelope.object(table.span(), members)?;
            envelope.flush();
            check_data_is_sent(source, table, &envelope.pieces)?;
            Ok(Body::Json {
                pieces: envelope.pieces,
                canonical,
            })
        }
    }
}

/// The members of the envelope, for whoever describes it.
pub(super) fn outline(table: &Spanned<BodyTable>) -> Vec<EnvelopeMember> {
    let mut members = Vec::new();
    list(
        "",
        table.get_ref().members.as_deref().unwrap_or_default(),
        &mut members,
    );
    members
}

fn list(above: &str, tables: &[Spanned<MemberTable>], members: &mut Vec<EnvelopeMember>) {
    for table in tables.iter().map(Spanned::get_ref) {
        let path = format!("{above}{}", table.name.get_ref());
        if let Some(inner) = &table.members {
            list(&format!("{path}."), inner, members);
            continue;
        }
        let pieces = table.value.iter().flat_map(|value| &value.get_ref().0);
        members.push(EnvelopeMember {
            path,
            value: pieces.map(|piece| piece.get_ref().clone()).collect(),
        });
    }
}

pub(super) fn content_type(
    source: Source<'_>,
    table: &Spanned<BodyTable>,
) -> Result<String, DialectError> {
    let default = match table.get_ref().format {
        BodyFormat::Json | BodyFormat::Ecmascript => "application/json",
        BodyFormat::Form => "application/x-www-form-urlencoded",
    };
    match &table.get_ref().content_type {
        None => Ok(default.to_owned()),
        Some(given) if names::is_value(given.get_ref()) && given.get_ref().contains('/') => {
            Ok(given.get_ref().clone())
        }
        Some(given) => Err(source.fault(
            given.span(),
            format!("{:?} is not a valid content type", given.get_ref()),
        )),
    }
}

fn check_data_is_sent(
    source: Source<'_>,
    table: &Spanned<BodyTable>,
    pieces: &[BodyPiece],
) -> Result<(), DialectError> {
    match pieces
        .iter()
        .filter(|piece| **piece == BodyPiece::Data)
        .count()
    {
        1 => Ok(()),
        0 => Err(source.fault(
            table.span(),
            "no member has `data`: an event's data would be lost",
        )),
        _ => Err(source.fault(table.span(), "two members hold `data`")),
    }
}

/// What a value of the envelope is.
enum Compiled {
    Fixed(String),
    Data,
    Varying(BodyValue),
}

/// Whether a member is left out of some bodies: its value may come to nothing.
fn is_optional(table: &MemberTable) -> bool {
    let pieces = table.value.iter().flat_map(|value| &value.get_ref().0);
    pieces
        .into_iter()
        .any(|piece| piece.get_ref().may_be_absent())
}

/// Collects the pieces of an envelope; `text` is the fixed JSON since the last one that varies.
struct Envelope<'a> {
    source: Source<'a>,
    canonical: bool,
    pieces: Vec<BodyPiece>,
    text: Vec<u8>,
}

impl Envelope<'_> {
    fn object(
        &mut self,
        span: std::ops::Range<usize>,
        members: &[Spanned<MemberTable>],
    ) -> Result<(), DialectError> {
        self.check_names(span, members)?;
        let varies = members.iter().any(|member| is_optional(member.get_ref()));
        self.text.push(b'{');
        for (place, member) in members.iter().enumerate() {
            let mut name = Vec::new();
            write_string(&mut name, member.get_ref().name.get_ref());
            name.push(b':');
            if let Some(value) = member
                .get_ref()
                .value
                .as_ref()
                .filter(|_| is_optional(member.get_ref()))
            {
                self.check_member(member)?;
                if let Compiled::Varying(value) = self.compiled(value)? {
                    self.flush();
                    self.pieces.push(BodyPiece::Optional { name, value });
                    continue;
                }
            }
            if varies {
                self.flush();
                self.pieces.push(BodyPiece::Comma);
            } else if place > 0 {
                self.text.push(b',');
            }
            self.text.extend(name);
            self.member(member)?;
        }
        self.text.push(b'}');
        Ok(())
    }

    fn check_member(&self, member: &Spanned<MemberTable>) -> Result<(), DialectError> {
        let table = member.get_ref();
        match (&table.value, &table.json, &table.members) {
            (Some(_), None, None) | (None, Some(_), None) | (None, None, Some(_)) => Ok(()),
            _ => Err(self.source.fault(
                member.span(),
                format!(
                    "the member `{}` needs exactly one of `value`, `json` and `members`",
                    table.name.get_ref()
                ),
            )),
        }
    }

    fn member(&mut self, member: &Spanned<MemberTable>) -> Result<(), DialectError> {
        self.check_member(member)?;
        let table = member.get_ref();
        match (&table.value, &table.json, &table.members) {
            (Some(value), ..) => self.value(value),
            (None, Some(json), _) => {
                let text = if self.canonical {
                    canonicalize(json.get_ref())
                } else {
                    check_json(json.get_ref()).map(|()| json.get_ref().clone())
                };
                let text =
                    text.map_err(|error| self.source.fault(json.span(), error.to_string()))?;
                self.text.extend(text.into_bytes());
                Ok(())
            }
            (None, None, Some(members)) => self.object(member.span(), members),
            (None, None, None) => Ok(()),
        }
    }

    fn value(&mut self, value: &Spanned<Value>) -> Result<(), DialectError> {
        match self.compiled(value)? {
            Compiled::Fixed(text) => write_string(&mut self.text, &text),
            Compiled::Data => {
                self.flush();
                self.pieces.push(BodyPiece::Data);
            }
            Compiled::Varying(value) => {
                self.flush();
                self.pieces.push(BodyPiece::Value(value));
            }
        }
        Ok(())
    }

    fn compiled(&self, value: &Spanned<Value>) -> Result<Compiled, DialectError> {
        let is_joined = value.get_ref().0.len() > 1;
        let list = pieces(self.source, value, |piece| match piece {
            Piece::Field(Field::Data) if is_joined => {
                Some("`data` is JSON: it cannot be joined with text".to_owned())
            }
            Piece::Header(_) => Some("a body cannot be made of headers".to_owned()),
            piece => match piece.field() {
                Some(Field::Data) if !matches!(piece, Piece::Field(_)) => {
                    Some("`data` is JSON: it has no words to rename".to_owned())
                }
                Some(field) if !field.is_of_event() => Some(format!(
                    "`{}` belongs to an attempt: a body is the same on every one",
                    field.name()
                )),
                _ => None,
            },
        })?;
        let inner = list.iter().flat_map(|piece| piece.all().skip(1));
        if inner
            .into_iter()
            .any(|piece| piece.field() == Some(Field::Data))
        {
            return Err(self.source.fault(
                value.span(),
                "`data` is JSON: it cannot stand in for missing metadata",
            ));
        }
        if self.canonical
            && let [Piece::Metadata(metadata)] = list.as_slice()
            && let Some(Fallback::Json(text)) = &metadata.default
        {
            let written = canonicalize(text);
            written.map_err(|error| self.source.fault(value.span(), error.to_string()))?;
        }
        Ok(match list.as_slice() {
            [Piece::Field(Field::Data)] => Compiled::Data,
            [Piece::Field(field)] if field.is_number() => {
                Compiled::Varying(BodyValue::Number(*field))
            }
            [Piece::Metadata(metadata)] => Compiled::Varying(BodyValue::Metadata(metadata.clone())),
            [Piece::Text(text)] => Compiled::Fixed(text.clone()),
            _ => Compiled::Varying(BodyValue::Text(list)),
        })
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.pieces
                .push(BodyPiece::Fixed(std::mem::take(&mut self.text)));
        }
    }

    /// Refuses duplicates, and under a canonical body an order that ECMAScript would change.
    fn check_names(
        &self,
        span: std::ops::Range<usize>,
        members: &[Spanned<MemberTable>],
    ) -> Result<(), DialectError> {
        if members.is_empty() {
            return Err(self.source.fault(span, "an envelope without members"));
        }
        let mut names = Vec::new();
        for member in members {
            let name = &member.get_ref().name;
            if names.contains(&name.get_ref()) {
                return Err(self.source.fault(
                    name.span(),
                    format!("the member `{}` appears twice", name.get_ref()),
                ));
            }
            names.push(name.get_ref());
        }
        let mut written = Vec::from(*b"{");
        for (place, name) in names.iter().enumerate() {
            if place > 0 {
                written.push(b',');
            }
            write_string(&mut written, name);
            written.extend(b":0");
        }
        written.push(b'}');
        let written = String::from_utf8(written).unwrap_or_default();
        if self.canonical && canonicalize(&written).as_ref() != Ok(&written) {
            let reason = "ECMAScript would order these members differently: integer-like names come first, ascending";
            return Err(self.source.fault(span, reason));
        }
        Ok(())
    }
}
