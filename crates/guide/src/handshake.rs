//! What a receiver is asked before its first event, and what it has to answer, as the programs of the guide do it by hand.

use nuncio_dialect::HandshakeRules;
use serde::Serialize;
use serde_json::Value;

use crate::templates::{json, single_quoted};

/// What a program has to answer.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum HandshakeRecipe {
    /// To send back a challenge that is posted, as an event would be.
    Challenge {
        /// What tells it from an event.
        marks: Vec<RequestMark>,
        /// The names that lead to it.
        challenge: Vec<String>,
        /// The answer, as each language writes an object.
        answer: AnswerLiterals,
        /// The same as text, for a language without JSON.
        pieces: Vec<AnswerPiece>,
        /// Whether the answer holds the challenge's signature.
        digest: bool,
    },
    /// To allow a sender, asked by `OPTIONS`.
    Options {
        /// The header that names the sender.
        request_header: String,
        /// The header that names who may send.
        answer_header: String,
    },
}

/// A text that stands at a place of the request.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct RequestMark {
    pub(crate) path: Vec<String>,
    pub(crate) text: String,
}

/// A member of the answer: an object of its own, or one of the program's variables.
struct AnswerMember {
    name: String,
    members: Vec<Self>,
    value: Option<&'static str>,
}

/// An object of the program's variables, in each language.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct AnswerLiterals {
    node: String,
    python: String,
    go: String,
    php: String,
    ruby: String,
}

impl AnswerLiterals {
    fn of(members: &[AnswerMember]) -> Self {
        let literal = |brackets, arrow, quote, sigil| {
            let syntax = ObjectSyntax {
                brackets,
                arrow,
                quote,
                sigil,
            };
            syntax.write(members)
        };
        Self {
            node: literal(("{ ", " }"), ": ", json, ""),
            python: literal(("{", "}"), ": ", json, ""),
            go: literal(("map[string]any{", "}"), ": ", json, ""),
            php: literal(("[", "]"), " => ", single_quoted, "$"),
            ruby: literal(("{ ", " }"), " => ", json, ""),
        }
    }
}

/// How a language writes an object.
struct ObjectSyntax {
    brackets: (&'static str, &'static str),
    /// Between a name and its value.
    arrow: &'static str,
    quote: fn(&str) -> String,
    /// Before a variable.
    sigil: &'static str,
}

impl ObjectSyntax {
    fn write(&self, members: &[AnswerMember]) -> String {
        let member = |member: &AnswerMember| {
            let value = match member.value {
                Some(variable) => format!("{}{variable}", self.sigil),
                None => self.write(&member.members),
            };
            format!("{}{}{value}", (self.quote)(&member.name), self.arrow)
        };
        let members: Vec<_> = members.iter().map(member).collect();
        let (open, close) = self.brackets;
        format!("{open}{}{close}", members.join(", "))
    }
}

/// A piece of the answer's text: as it stands, or one of the program's variables.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct AnswerPiece {
    pub(crate) text: String,
    pub(crate) value: Option<&'static str>,
}

const CHALLENGE: &str = "challenge";
const DIGEST: &str = "digest";

impl HandshakeRecipe {
    /// What the rules ask; `None` if the challenge is the whole body, which no program could tell from an event.
    pub(crate) fn of(rules: &HandshakeRules) -> Option<Self> {
        let (request, challenge, answer, digest) = match rules {
            HandshakeRules::Options {
                request_header,
                answer_header,
                ..
            } => {
                return Some(Self::Options {
                    request_header: request_header.clone(),
                    answer_header: answer_header.clone(),
                });
            }
            HandshakeRules::Echo {
                request,
                challenge,
                answer,
            } => (request, challenge, answer, None),
            HandshakeRules::Crc {
                request,
                challenge,
                answer,
                digest,
            } => (request, challenge, answer, Some(digest)),
        };
        let challenge = names(challenge);
        if challenge.is_empty() {
            return None;
        }
        let mut marks = Vec::new();
        collect(request, &mut Vec::new(), &challenge, &mut marks);
        let mut members = Vec::new();
        put(&mut members, &names(answer), CHALLENGE);
        if let Some(digest) = digest {
            put(&mut members, &names(digest), DIGEST);
        }
        Some(Self::Challenge {
            marks,
            challenge,
            pieces: pieces(&members),
            answer: AnswerLiterals::of(&members),
            digest: digest.is_some(),
        })
    }
}

/// The names of a JSON pointer (RFC 6901).
fn names(pointer: &str) -> Vec<String> {
    let names = pointer.split('/').skip(1);
    names
        .map(|name| name.replace("~1", "/").replace("~0", "~"))
        .collect()
}

/// The texts of `request`, but for the challenge's.
fn collect(
    request: &Value,
    path: &mut Vec<String>,
    challenge: &[String],
    marks: &mut Vec<RequestMark>,
) {
    match request {
        Value::String(text) if path != challenge => marks.push(RequestMark {
            path: path.clone(),
            text: text.clone(),
        }),
        Value::Object(members) => {
            for (name, value) in members {
                path.push(name.clone());
                collect(value, path, challenge, marks);
                path.pop();
            }
        }
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => {}
    }
}

fn put(members: &mut Vec<AnswerMember>, path: &[String], value: &'static str) {
    let Some((name, rest)) = path.split_first() else {
        return;
    };
    let place = members.iter().position(|member| member.name == *name);
    let place = place.unwrap_or_else(|| {
        members.push(AnswerMember {
            name: name.clone(),
            members: Vec::new(),
            value: None,
        });
        members.len() - 1
    });
    match rest {
        [] => members[place].value = Some(value),
        rest => put(&mut members[place].members, rest, value),
    }
}

fn pieces(members: &[AnswerMember]) -> Vec<AnswerPiece> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    write(members, &mut text, &mut pieces);
    pieces.push(AnswerPiece { text, value: None });
    pieces
}

fn write(members: &[AnswerMember], text: &mut String, pieces: &mut Vec<AnswerPiece>) {
    text.push('{');
    for (place, member) in members.iter().enumerate() {
        if place > 0 {
            text.push(',');
        }
        text.push_str(&Value::from(member.name.as_str()).to_string());
        text.push(':');
        match member.value {
            None => write(&member.members, text, pieces),
            Some(value) => {
                text.push('"');
                pieces.push(AnswerPiece {
                    text: std::mem::take(text),
                    value: None,
                });
                pieces.push(AnswerPiece {
                    text: String::new(),
                    value: Some(value),
                });
                text.push('"');
            }
        }
    }
    text.push('}');
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn marks_and_answers_may_lie_deep() {
        let rules = HandshakeRules::Crc {
            request: json!({ "meta": { "kind": "check", "version": 1 }, "a/b": { "token": "" } }),
            challenge: "/a~1b/token".to_owned(),
            answer: "/reply/token".to_owned(),
            digest: "/reply/proof".to_owned(),
        };
        let Some(HandshakeRecipe::Challenge {
            marks,
            challenge,
            pieces,
            answer,
            ..
        }) = HandshakeRecipe::of(&rules)
        else {
            panic!("a challenge is asked");
        };
        assert_eq!(challenge, ["a/b", "token"]);
        assert_eq!(
            marks,
            [RequestMark {
                path: vec!["meta".to_owned(), "kind".to_owned()],
                text: "check".to_owned(),
            }]
        );
        let text: String = pieces
            .iter()
            .map(|piece| piece.value.unwrap_or(&piece.text))
            .collect();
        assert_eq!(text, r#"{"reply":{"token":"challenge","proof":"digest"}}"#);
        assert_eq!(
            answer.go,
            r#"map[string]any{"reply": map[string]any{"token": challenge, "proof": digest}}"#
        );
        assert_eq!(
            answer.php,
            "['reply' => ['token' => $challenge, 'proof' => $digest]]"
        );
    }
}
