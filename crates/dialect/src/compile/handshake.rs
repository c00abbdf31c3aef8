//! The rules of `[handshake]`.

use serde_json::Value;
use toml::Spanned;

use super::Source;
use crate::{
    Handshake,
    dialect::DialectError,
    file::{DialectFile, HandshakeTable},
    handshake::HandshakeRules,
    names,
    signature::Signature,
};

pub(super) fn compile(
    source: Source<'_>,
    file: &DialectFile,
    signature: Option<&Signature>,
) -> Result<Option<HandshakeRules>, DialectError> {
    let kind = file.policy.get_ref().handshake;
    let table = match (&file.handshake, kind) {
        (None, Handshake::None) => return Ok(None),
        (Some(table), Handshake::None) => {
            return Err(source.fault(
                table.span(),
                "`[handshake]` is given, but the policy says `none`",
            ));
        }
        (None, _) => {
            return Err(source.fault(
                file.policy.span(),
                "the policy asks for a handshake: `[handshake]` must say how",
            ));
        }
        (Some(table), _) => table,
    };
    if kind == Handshake::Crc
        && signature.is_none_or(|signature| !signature.schemes[0].algorithm.signs())
    {
        return Err(source.fault(table.span(), "a `crc` handshake needs a signature"));
    }
    let needs = Needs { source, table };
    let values = table.get_ref();
    Ok(Some(match kind {
        Handshake::None => return Ok(None),
        Handshake::Echo => {
            needs.none_of([
                &values.digest,
                &values.request_header,
                &values.answer_header,
                &values.rate_request_header,
                &values.rate_answer_header,
            ])?;
            let (request, challenge) = needs.request()?;
            let answer = needs.pointer("answer", &values.answer)?;
            HandshakeRules::Echo {
                request,
                challenge,
                answer,
            }
        }
        Handshake::Crc => {
            needs.none_of([
                &values.request_header,
                &values.answer_header,
                &values.rate_request_header,
                &values.rate_answer_header,
            ])?;
            let (request, challenge) = needs.request()?;
            let answer = needs.pointer("answer", &values.answer)?;
            let digest = needs.pointer("digest", &values.digest)?;
            HandshakeRules::Crc {
                request,
                challenge,
                answer,
                digest,
            }
        }
        Handshake::Options => {
            needs.none_of([
                &values.request,
                &values.challenge,
                &values.answer,
                &values.digest,
            ])?;
            HandshakeRules::Options {
                request_header: needs.header("request_header", &values.request_header)?,
                answer_header: needs.header("answer_header", &values.answer_header)?,
                rate_request_header: needs
                    .header_if("rate_request_header", &values.rate_request_header)?,
                rate_answer_header: needs
                    .header_if("rate_answer_header", &values.rate_answer_header)?,
            }
        }
    }))
}

struct Needs<'a> {
    source: Source<'a>,
    table: &'a Spanned<HandshakeTable>,
}

impl Needs<'_> {
    fn none_of<const N: usize>(
        &self,
        keys: [&Option<Spanned<String>>; N],
    ) -> Result<(), DialectError> {
        match keys.into_iter().flatten().next() {
            Some(key) => Err(self
                .source
                .fault(key.span(), "this key belongs to another kind of handshake")),
            None => Ok(()),
        }
    }

    fn given<'t>(
        &self,
        name: &str,
        key: &'t Option<Spanned<String>>,
    ) -> Result<&'t Spanned<String>, DialectError> {
        key.as_ref().ok_or_else(|| {
            self.source
                .fault(self.table.span(), format!("the handshake needs `{name}`"))
        })
    }

    fn pointer(&self, name: &str, key: &Option<Spanned<String>>) -> Result<String, DialectError> {
        let given = self.given(name, key)?;
        if given.get_ref().starts_with('/') {
            return Ok(given.get_ref().clone());
        }
        Err(self.source.fault(
            given.span(),
            format!("`{}` is not a valid JSON pointer", given.get_ref()),
        ))
    }

    fn header(&self, name: &str, key: &Option<Spanned<String>>) -> Result<String, DialectError> {
        let given = self.given(name, key)?;
        match names::refusal(given.get_ref()) {
            Some(reason) => Err(self.source.fault(given.span(), reason)),
            None => Ok(given.get_ref().clone()),
        }
    }

    fn header_if(
        &self,
        name: &str,
        key: &Option<Spanned<String>>,
    ) -> Result<Option<String>, DialectError> {
        key.as_ref().map(|_| self.header(name, key)).transpose()
    }

    /// The request as JSON, and the place in it that takes the challenge.
    fn request(&self) -> Result<(Value, String), DialectError> {
        let values = self.table.get_ref();
        let text = self.given("request", &values.request)?;
        let challenge = self.pointer("challenge", &values.challenge)?;
        let request: Value = serde_json::from_str(text.get_ref()).map_err(|error| {
            self.source
                .fault(text.span(), format!("`request` is not valid JSON: {error}"))
        })?;
        if request.pointer(&challenge).is_none() {
            return Err(self.source.fault(
                text.span(),
                format!("`request` has no place `{challenge}` for the challenge"),
            ));
        }
        Ok((request, challenge))
    }
}
