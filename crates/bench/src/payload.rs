//! What the events of a bench carry: data of an exact length, with the event's number in it.

use std::ops::Range;

use memchr::memmem;

/// Digits of an event's number: always as many, so that a prepared request is patched in place.
const DIGITS: usize = 10;
const MARK: &[u8] = b"\"seq\":\"";

/// Data of exactly `bytes` bytes (64 at least): `{"seq":"0000000000","pad":"…"}`.
pub(super) fn data(bytes: usize) -> String {
    let frame = r#"{"seq":"0000000000","pad":""}"#.len();
    let pad = "nuncio bench ".chars().cycle();
    let pad: String = pad.take(bytes.saturating_sub(frame)).collect();
    format!(r#"{{"seq":"{:0DIGITS$}","pad":"{pad}"}}"#, 0)
}

/// Where the number stands in a request or body.
pub(super) fn slot(bytes: &[u8]) -> Option<Range<usize>> {
    let start = memmem::find(bytes, MARK)? + MARK.len();
    (bytes.len() >= start + DIGITS).then_some(start..start + DIGITS)
}

/// Writes a number into its slot.
pub(super) fn write(slot: &mut [u8], mut number: u64) {
    for digit in slot.iter_mut().rev() {
        // `number % 10` is a digit.
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

/// The number that a body carries.
pub(super) fn number(body: &[u8]) -> Option<u64> {
    let digits = body.get(slot(body)?)?;
    std::str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_as_long_as_asked_and_is_json() {
        for bytes in [64, 1_024, 100_000] {
            let data = data(bytes);
            assert_eq!(data.len(), bytes);
            assert!(serde_json::from_str::<serde_json::Value>(&data).is_ok());
        }
    }

    #[test]
    fn a_number_survives_the_way() {
        let mut body = data(64).into_bytes();
        let slot = slot(&body).unwrap();
        write(&mut body[slot], 9_876_543);
        assert_eq!(number(&body), Some(9_876_543));
        assert_eq!(number(b"{}"), None);
    }
}
