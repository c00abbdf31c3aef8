//! Kept answers, as bytes to be sealed.

use std::borrow::Cow;

use crate::{
    Shows, StoredAnswer,
    fail::{Fail, damaged},
};

/// Before an answer that shows a secret and says nothing without it. No JSON text begins with such a byte.
const SECRET: u8 = 0xf5;
/// Before the length of the answer without its secret, that answer, and the one with it.
const SECRET_AND_REST: u8 = 0xf6;

pub(crate) fn pack(answer: &StoredAnswer) -> Cow<'_, [u8]> {
    let body = &answer.body;
    match &answer.shows {
        Shows::NoSecret => Cow::Borrowed(body),
        Shows::Secret(None) => Cow::Owned([&[SECRET][..], body].concat()),
        Shows::Secret(Some(rest)) => {
            let length = (rest.len() as u64).to_be_bytes();
            Cow::Owned([&[SECRET_AND_REST][..], &length, rest, body].concat())
        }
    }
}

pub(crate) fn unpack(packed: &[u8]) -> Result<(Vec<u8>, Shows), Fail> {
    let damaged = || damaged("a kept answer");
    match packed.split_first() {
        Some((&SECRET, body)) => Ok((body.to_vec(), Shows::Secret(None))),
        Some((&SECRET_AND_REST, packed)) => {
            let (length, packed) = packed.split_first_chunk::<8>().ok_or_else(damaged)?;
            let length = usize::try_from(u64::from_be_bytes(*length)).map_err(|_| damaged())?;
            let (rest, body) = packed.split_at_checked(length).ok_or_else(damaged)?;
            Ok((body.to_vec(), Shows::Secret(Some(rest.to_vec()))))
        }
        // Answers of earlier versions have no mark either.
        _ => Ok((packed.to_vec(), Shows::NoSecret)),
    }
}

/// The place that an answer is sealed for.
pub(crate) fn place(scope: &[u8; 32]) -> String {
    scope.iter().fold("once:".to_owned(), |place, byte| {
        format!("{place}{byte:02x}")
    })
}
