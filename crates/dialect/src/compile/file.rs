//! The tables of a dialect file as TOML gives them, before any rule is checked. `dialects/README.md` is the
//! reference of every key.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Deserializer, de};
use toml::Spanned;

use crate::{
    encoding::Encoding,
    rules::{
        field::Field,
        names::{HeaderNames, HeaderValues},
        policy::Policy,
        receiver::ReceiverAnswers,
        screen::Screen,
        signature::{Algorithm, Grammar, Receivers, Rotation},
        value::{Fallback, Metadata, Piece, Renamed},
    },
    secret::rules::{ChosenBy, KeyFormat, SecretFormat},
    uri::UriPart,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DialectFile {
    pub(crate) name: Spanned<String>,
    pub(crate) title: Spanned<String>,
    #[serde(default)]
    pub(crate) notes: Vec<String>,
    pub(crate) unsigned: Option<Spanned<bool>>,
    pub(crate) secret: Spanned<SecretTable>,
    pub(crate) signature: Option<Spanned<Signatures>>,
    #[serde(default)]
    pub(crate) request: RequestTable,
    #[serde(default)]
    pub(crate) header: Vec<HeaderTable>,
    pub(crate) body: Spanned<BodyTable>,
    #[serde(default)]
    pub(crate) receiver: ReceiverTable,
    pub(crate) policy: Spanned<Policy>,
    pub(crate) handshake: Option<Spanned<HandshakeTable>>,
    pub(crate) screen: Screen,
    pub(crate) test: TestTable,
    #[serde(default)]
    pub(crate) event: Vec<EventTable>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RequestTable {
    pub(crate) user_agent: Option<Spanned<String>>,
    #[serde(default)]
    pub(crate) names: HeaderNames,
    #[serde(default)]
    pub(crate) values: HeaderValues,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SecretTable {
    pub(crate) chosen_by: ChosenBy,
    pub(crate) key: KeyFormat,
    #[serde(default)]
    pub(crate) prefix: Option<Spanned<String>>,
    pub(crate) key_bytes: Option<Spanned<(usize, usize)>>,
    pub(crate) format: SecretFormat,
    pub(crate) bytes: Spanned<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignatureTable {
    pub(crate) header: Spanned<String>,
    pub(crate) grammar: Grammar,
    pub(crate) separator: Option<Spanned<String>>,
    pub(crate) timestamp_key: Option<Spanned<String>>,
    pub(crate) rotation: Spanned<Rotation>,
    #[serde(default)]
    pub(crate) receivers: Receivers,
    pub(crate) content: Option<Spanned<Value>>,
    pub(crate) scheme: Vec<Spanned<SchemeTable>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SchemeTable {
    pub(crate) version: Option<Spanned<String>>,
    pub(crate) algorithm: Spanned<Algorithm>,
    pub(crate) output: Option<Spanned<Encoding>>,
    pub(crate) prefix: Option<Spanned<String>>,
    pub(crate) user: Option<Spanned<String>>,
    pub(crate) private_prefix: Option<Spanned<String>>,
    pub(crate) public_prefix: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HeaderTable {
    pub(crate) name: Spanned<String>,
    pub(crate) value: Spanned<Value>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BodyFormat {
    Json,
    Ecmascript,
    Form,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BodyTable {
    pub(crate) format: BodyFormat,
    pub(crate) content_type: Option<Spanned<String>>,
    pub(crate) members: Option<Vec<Spanned<MemberTable>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MemberTable {
    pub(crate) name: Spanned<String>,
    pub(crate) value: Option<Spanned<Value>>,
    pub(crate) json: Option<Spanned<String>>,
    pub(crate) members: Option<Vec<Spanned<MemberTable>>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReceiverTable {
    pub(crate) tolerance_s: Option<Spanned<u32>>,
    pub(crate) versions: Option<Vec<Spanned<String>>>,
    #[serde(default)]
    pub(crate) answers: ReceiverAnswers,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HandshakeTable {
    pub(crate) request: Option<Spanned<String>>,
    pub(crate) challenge: Option<Spanned<String>>,
    pub(crate) answer: Option<Spanned<String>>,
    pub(crate) digest: Option<Spanned<String>>,
    pub(crate) request_header: Option<Spanned<String>>,
    pub(crate) answer_header: Option<Spanned<String>>,
    pub(crate) rate_request_header: Option<Spanned<String>>,
    pub(crate) rate_answer_header: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TestTable {
    #[serde(rename = "type")]
    pub(crate) kind: Option<Spanned<String>>,
    pub(crate) data: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EventTable {
    #[serde(rename = "type")]
    pub(crate) kind: Spanned<String>,
    pub(crate) description: String,
    pub(crate) group: Option<String>,
    pub(crate) example: Spanned<String>,
}

/// `[signature]`, or several `[[signature]]`.
pub(crate) struct Signatures(pub(crate) Vec<Spanned<SignatureTable>>);

impl<'de> Deserialize<'de> for Signatures {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Signatures;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a table `[signature]`, or several `[[signature]]`")
            }
            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Signatures, A::Error> {
                let table =
                    SignatureTable::deserialize(de::value::MapAccessDeserializer::new(map))?;
                // Its place is that of the whole, which is known one level up.
                Ok(Signatures(vec![Spanned::new(0..0, table)]))
            }
            fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<Signatures, A::Error> {
                let mut tables = Vec::new();
                while let Some(table) = list.next_element()? {
                    tables.push(table);
                }
                Ok(Signatures(tables))
            }
        }
        from.deserialize_any(Visitor)
    }
}

/// A value: one piece, or a list of pieces that are joined with nothing between them.
pub(crate) struct Value(pub(crate) Vec<Spanned<Piece>>);

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Value;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a field's name, {text = \"…\"}, {metadata = \"…\"}, {header = \"…\"}, or a list of these")
            }
            fn visit_str<E: de::Error>(self, name: &str) -> Result<Value, E> {
                PieceVisitor.visit_str(name).map(single)
            }
            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Value, A::Error> {
                PieceVisitor.visit_map(map).map(single)
            }
            fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
                let mut pieces = Vec::new();
                while let Some(piece) = list.next_element()? {
                    pieces.push(piece);
                }
                Ok(Value(pieces))
            }
        }
        from.deserialize_any(Visitor)
    }
}

/// A value of one piece has the place of the value itself, which is known one level up.
fn single(piece: Piece) -> Value {
    Value(vec![Spanned::new(0..0, piece)])
}

impl<'de> Deserialize<'de> for Piece {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(PieceVisitor)
    }
}

struct PieceVisitor;

impl<'de> de::Visitor<'de> for PieceVisitor {
    type Value = Piece;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field's name, {text = \"…\"}, {metadata = \"…\"} or {header = \"…\"}")
    }
    fn visit_str<E: de::Error>(self, name: &str) -> Result<Piece, E> {
        let field = Field::deserialize(de::value::StrDeserializer::<E>::new(name));
        field.map(Piece::Field).map_err(|_| {
            E::custom(format!(
                "unknown field `{name}`: literal text is written {{text = \"…\"}}"
            ))
        })
    }
    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Piece, A::Error> {
        PieceTable::deserialize(de::value::MapAccessDeserializer::new(map))?
            .piece()
            .map_err(de::Error::custom)
    }
}

/// A piece that is written as a table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PieceTable {
    text: Option<String>,
    header: Option<String>,
    metadata: Option<String>,
    default: Option<DefaultValue>,
    field: Option<Field>,
    words: Option<BTreeMap<String, String>>,
    other: Option<String>,
    uri: Option<UriPart>,
}

impl PieceTable {
    fn piece(self) -> Result<Piece, &'static str> {
        if self.default.is_some() && self.metadata.is_none() {
            return Err("`default` only applies to `metadata`: nothing else can be missing");
        }
        if self.field.is_none() && (self.words.is_some() || self.other.is_some()) {
            return Err("`words` and `other` rename the values of a `field`");
        }
        if self.uri.is_some() && self.field.is_none() && self.metadata.is_none() {
            return Err("`uri` encodes a `field` or `metadata`");
        }
        match (self.text, self.header, self.metadata, self.field) {
            (Some(text), None, None, None) => Ok(Piece::Text(text)),
            (None, Some(name), None, None) => Ok(Piece::Header(name)),
            (None, None, Some(key), None) => Ok(Piece::Metadata(Metadata {
                key,
                default: self.default.map(|default| default.0),
                uri: self.uri,
            })),
            (None, None, None, Some(field)) => match (self.words, self.other, self.uri) {
                (None, None, None) => Ok(Piece::Field(field)),
                (words, other, uri) => Ok(Piece::Renamed(Renamed {
                    field,
                    words: words.into_iter().flatten().collect(),
                    other,
                    uri,
                })),
            },
            _ => Err("a piece needs exactly one of `text`, `field`, `metadata` and `header`"),
        }
    }
}

/// What stands in for missing metadata: a whole number, a truth value, or a value.
struct DefaultValue(Fallback);

impl<'de> Deserialize<'de> for DefaultValue {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Fallback;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(
                    "{text = \"…\"}, a field's name, a list of these, a whole number, true or false",
                )
            }
            fn visit_bool<E>(self, truth: bool) -> Result<Fallback, E> {
                Ok(Fallback::Json(truth.to_string()))
            }
            fn visit_i64<E>(self, number: i64) -> Result<Fallback, E> {
                Ok(Fallback::Json(number.to_string()))
            }
            fn visit_str<E: de::Error>(self, name: &str) -> Result<Fallback, E> {
                let piece = PieceVisitor.visit_str(name)?;
                Ok(Fallback::Pieces(vec![piece]))
            }
            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Fallback, A::Error> {
                let piece = PieceVisitor.visit_map(map)?;
                Ok(Fallback::Pieces(vec![piece]))
            }
            fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<Fallback, A::Error> {
                let mut pieces = Vec::new();
                while let Some(piece) = list.next_element()? {
                    pieces.push(piece);
                }
                Ok(Fallback::Pieces(pieces))
            }
        }
        from.deserialize_any(Visitor).map(DefaultValue)
    }
}
