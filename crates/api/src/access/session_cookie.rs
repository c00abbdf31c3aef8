//! The cookie that a browser shows: an opaque secret, never a key.

use axum::http::{HeaderMap, HeaderValue, header};
use sha2::{Digest, Sha256};

/// For plain HTTP, where browsers refuse what only TLS can promise.
const NAME: &str = "nuncio_session";
/// For HTTPS: a browser takes this prefix only from the host itself, over TLS, for every path.
const NAME_SECURE: &str = "__Host-nuncio_session";
/// 256 bits as hex digits.
const SECRET_CHARS: usize = 64;

/// The name of the cookie.
pub(crate) const fn name(is_https: bool) -> &'static str {
    if is_https { NAME_SECURE } else { NAME }
}

/// The SHA-256 of the secret that the request shows, if it shows one.
pub(crate) fn read(headers: &HeaderMap, is_https: bool) -> Option<[u8; 32]> {
    let name = name(is_https);
    let pairs = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    let mut secrets = pairs
        .filter(|(given, _)| *given == name)
        .map(|(_, secret)| secret);
    let secret = secrets.find(|secret| secret.len() == SECRET_CHARS)?;
    Some(Sha256::digest(secret).into())
}

/// A new secret as text, from random bits.
pub(crate) fn secret(random: [u8; 32]) -> String {
    random.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What makes the browser show the secret for so many seconds.
pub(crate) fn set(secret: &str, seconds: u64, is_https: bool) -> HeaderValue {
    write(secret, seconds, is_https)
}

/// What makes the browser forget it.
pub(crate) fn clear(is_https: bool) -> HeaderValue {
    write("", 0, is_https)
}

fn write(secret: &str, seconds: u64, is_https: bool) -> HeaderValue {
    let name = name(is_https);
    let secure = if is_https { "; Secure" } else { "" };
    let text =
        format!("{name}={secret}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}");
    HeaderValue::try_from(text).expect("hex digits and words are visible ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_from(cookies: &[&str], is_https: bool) -> Option<[u8; 32]> {
        let headers = cookies
            .iter()
            .map(|cookie| (header::COOKIE, cookie.parse().unwrap()))
            .collect();
        read(&headers, is_https)
    }

    #[test]
    fn the_cookie_is_for_this_host_and_no_script_reads_it() {
        assert_eq!(
            set("ab", 43_200, false),
            "nuncio_session=ab; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict"
        );
        assert_eq!(
            set("ab", 60, true),
            "__Host-nuncio_session=ab; Path=/; Max-Age=60; HttpOnly; SameSite=Strict; Secure"
        );
        assert_eq!(
            clear(true),
            "__Host-nuncio_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict; Secure"
        );
    }

    #[test]
    fn it_is_found_among_others() {
        let secret = secret([0xab; 32]);
        let sha256 = Some(Sha256::digest(&secret).into());
        let plain = format!("nuncio_session={secret}");
        assert_eq!(read_from(&[&format!("a=b; {plain}; c")], false), sha256);
        assert_eq!(read_from(&["a=b", &plain], false), sha256);
        assert_eq!(
            read_from(&[&format!("nuncio_session=; {plain}")], false),
            sha256
        );
        assert_eq!(read_from(&[&format!("__Host-{plain}")], true), sha256);
        // What a page without TLS has set does not count over TLS.
        assert_eq!(read_from(&[&plain], true), None);
        assert_eq!(read_from(&[&format!("x{plain}")], false), None);
        assert_eq!(read_from(&["nuncio_session=short"], false), None);
        assert_eq!(read_from(&[], false), None);
    }
}
