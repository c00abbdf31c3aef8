//! The cookie that a browser shows: an opaque secret, never a key.

use axum::http::{HeaderMap, HeaderValue, header};
use nuncio_domain::ProjectId;
use sha2::{Digest, Sha256};

use crate::http::problem::{Kind, Place, Problem};

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

/// The header by which a portal's page says that its cookie is meant: the project's id. No page of another origin can send
/// it along.
pub(crate) const PORTAL_HEADER: &str = "nuncio-portal";

/// Which of a browser's sessions a request is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SessionOf {
    /// The dashboard's.
    Dashboard,
    /// That of the portal of a project. `framed`: by another site's page, whose cookie is kept apart from that of others.
    Portal { project: ProjectId, framed: bool },
}

impl SessionOf {
    /// What the request says; `Err` with a fault in the portal's header.
    pub(crate) fn of(headers: &HeaderMap) -> Result<Self, Problem> {
        let Some(header) = headers.get(PORTAL_HEADER) else {
            return Ok(Self::Dashboard);
        };
        let project = header.to_str().ok().and_then(|text| text.parse().ok());
        let project = project.ok_or_else(|| {
            let detail = "not a project's ID";
            Problem::new(Kind::Invalid, "").with_in(Place::Header, "Nuncio-Portal", detail)
        })?;
        Ok(Self::Portal {
            project,
            framed: false,
        })
    }

    fn name(self, is_https: bool) -> String {
        let name = name(is_https);
        match self {
            Self::Dashboard => name.to_owned(),
            Self::Portal { project, .. } => {
                format!("{}portal_{project}", name.trim_end_matches("session"))
            }
        }
    }

    /// When the browser shows it. Where another site frames the page, only a cookie that may come from third parties gets
    /// through; browsers take that over TLS alone.
    const fn bounds(self, is_https: bool) -> &'static str {
        match (self, is_https) {
            (Self::Dashboard, false) => "SameSite=Strict",
            (Self::Dashboard, true) => "SameSite=Strict; Secure",
            (Self::Portal { .. }, false) => "SameSite=Lax",
            (Self::Portal { framed: false, .. }, true) => "SameSite=Lax; Secure",
            (Self::Portal { framed: true, .. }, true) => "SameSite=None; Secure; Partitioned",
        }
    }
}

/// The SHA-256 of the secret that the request shows, if it shows one.
pub(crate) fn read(headers: &HeaderMap, place: SessionOf, is_https: bool) -> Option<[u8; 32]> {
    let name = place.name(is_https);
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
pub(crate) fn set(secret: &str, seconds: u64, place: SessionOf, is_https: bool) -> HeaderValue {
    write(secret, seconds, place, is_https)
}

/// What makes the browser forget it.
pub(crate) fn clear(place: SessionOf, is_https: bool) -> HeaderValue {
    write("", 0, place, is_https)
}

fn write(secret: &str, seconds: u64, place: SessionOf, is_https: bool) -> HeaderValue {
    let (name, bounds) = (place.name(is_https), place.bounds(is_https));
    let text = format!("{name}={secret}; Path=/; Max-Age={seconds}; HttpOnly; {bounds}");
    HeaderValue::try_from(text).expect("hex digits, ids and words are visible ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_from(cookies: &[&str], is_https: bool) -> Option<[u8; 32]> {
        let headers = cookies
            .iter()
            .map(|cookie| (header::COOKIE, cookie.parse().unwrap()))
            .collect();
        read(&headers, SessionOf::Dashboard, is_https)
    }

    #[test]
    fn the_cookie_is_for_this_host_and_no_script_reads_it() {
        assert_eq!(
            set("ab", 43_200, SessionOf::Dashboard, false),
            "nuncio_session=ab; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict"
        );
        assert_eq!(
            set("ab", 60, SessionOf::Dashboard, true),
            "__Host-nuncio_session=ab; Path=/; Max-Age=60; HttpOnly; SameSite=Strict; Secure"
        );
        assert_eq!(
            clear(SessionOf::Dashboard, true),
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

    #[test]
    fn a_portals_cookie_is_its_projects_and_crosses_sites_only_in_a_frame() {
        let project = ProjectId::new(1, [7; 10]);
        let check = |framed, is_https, expected: &str| {
            let place = SessionOf::Portal { project, framed };
            let cookie = set("ab", 60, place, is_https);
            let start = if is_https { "__Host-" } else { "" };
            let expected = format!(
                "{start}nuncio_portal_{project}=ab; Path=/; Max-Age=60; HttpOnly; {expected}"
            );
            assert_eq!(cookie, expected);
        };
        check(false, false, "SameSite=Lax");
        check(true, false, "SameSite=Lax");
        check(false, true, "SameSite=Lax; Secure");
        check(true, true, "SameSite=None; Secure; Partitioned");
    }

    #[test]
    fn a_request_names_its_portal() {
        let project = ProjectId::new(1, [7; 10]);
        let of = |text: Option<&str>| {
            let headers = text.map(|text| (PORTAL_HEADER.parse().unwrap(), text.parse().unwrap()));
            SessionOf::of(&HeaderMap::from_iter(headers))
        };
        assert_eq!(of(None).unwrap(), SessionOf::Dashboard);
        let place = of(Some(&project.to_string())).unwrap();
        let framed = false;
        assert_eq!(place, SessionOf::Portal { project, framed });
        for text in ["", "proj_1", "key_00000000000000000000000000"] {
            of(Some(text)).unwrap_err();
        }
    }
}
