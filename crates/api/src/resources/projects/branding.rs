//! How a project's portal looks: what vendors may give, and what is shown.

use base64::{Engine, engine::general_purpose::STANDARD};
use nuncio_domain::Branding;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::{patch::Patch, problem::Problem};

const NAME_CHARS_MAX: usize = 200;
/// A logo comes with every answer that shows its project; a good one has a tenth of this.
const LOGO_BYTES_MAX: usize = 64 * 1024;
/// How much of a faulty value a problem repeats.
const SHOWN_CHARS_MAX: usize = 40;

/// The portal's branding. Fields left out stay as they are; null resets to Nuncio's own.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[schema(as = BrandingChange)]
#[serde(deny_unknown_fields)]
pub(crate) struct BrandingPatch {
    /// The colour of buttons and links, such as `#0f62fe`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    accent: Patch<String>,
    /// A PNG, JPEG, WebP or SVG image of at most 64 KiB, as `data:image/png;base64,…`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    logo: Patch<String>,
    /// The product name shown there, 1 to 200 characters; the project's name by default.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    name: Patch<String>,
}

/// The portal's branding.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Branding)]
pub(crate) struct BrandingView<'a> {
    /// The colour of buttons and links, `#rrggbb`.
    #[schema(required)]
    accent: Option<&'a str>,
    /// An image as a `data:` URI.
    #[schema(required)]
    logo: Option<&'a str>,
    /// The product name shown there.
    #[schema(required)]
    name: Option<&'a str>,
}

impl<'a> From<&'a Branding> for BrandingView<'a> {
    fn from(branding: &'a Branding) -> Self {
        Self {
            accent: branding.accent.as_deref(),
            logo: branding.logo.as_deref(),
            name: branding.name.as_deref(),
        }
    }
}

impl BrandingPatch {
    /// Checks every value that is set.
    pub(crate) fn check(&self) -> Result<(), Problem> {
        let values = [
            ("/branding/accent", &self.accent, accent_fault as Check),
            ("/branding/logo", &self.logo, logo_fault),
            ("/branding/name", &self.name, name_fault),
        ];
        for (pointer, value, check) in values {
            if let Some(fault) = value.as_set().and_then(|value| check(value)) {
                return Err(Problem::invalid(pointer, fault));
            }
        }
        Ok(())
    }

    /// Lays the change over what there is.
    pub(crate) fn apply(self, branding: &mut Branding) {
        self.accent.apply(&mut branding.accent);
        self.logo.apply(&mut branding.logo);
        self.name.apply(&mut branding.name);
        if let Some(accent) = &mut branding.accent {
            accent.make_ascii_lowercase();
        }
    }
}

type Check = fn(&str) -> Option<String>;

fn shown(value: &str) -> String {
    let start: String = value.chars().take(SHOWN_CHARS_MAX).collect();
    let rest = if start.len() < value.len() { "…" } else { "" };
    format!("`{}{rest}`", start.escape_debug())
}

fn accent_fault(accent: &str) -> Option<String> {
    let digits = accent.strip_prefix('#');
    let fits = digits
        .is_some_and(|digits| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()));
    (!fits).then(|| {
        format!(
            "{} is not a valid colour: write it like #0f62fe, with six hex digits",
            shown(accent)
        )
    })
}

fn name_fault(name: &str) -> Option<String> {
    let chars = name.chars().count();
    let fits = (1..=NAME_CHARS_MAX).contains(&chars) && !name.chars().any(char::is_control);
    (!fits).then(|| {
        format!(
            "{chars} characters: a name has 1 to {NAME_CHARS_MAX}, none of them a control character"
        )
    })
}

fn logo_fault(logo: &str) -> Option<String> {
    let parts = logo
        .strip_prefix("data:")
        .and_then(|rest| rest.split_once(";base64,"));
    let Some((media_type, base64)) = parts else {
        return Some(format!(
            "{} is not an image: write it like data:image/png;base64,iVBORw0KGgo…",
            shown(logo)
        ));
    };
    let Some(is_such) = recognizer(media_type) else {
        return Some(format!(
            "{} can't be shown: give image/png, image/jpeg, image/webp or image/svg+xml",
            shown(media_type)
        ));
    };
    // Without decoding what is too large anyway.
    let bytes_at_least = base64.len() / 4 * 3;
    if bytes_at_least > LOGO_BYTES_MAX + 3 {
        return Some(too_large(bytes_at_least));
    }
    match STANDARD.decode(base64) {
        Err(error) => Some(format!("the image is not valid base64: {error}")),
        Ok(bytes) if bytes.len() > LOGO_BYTES_MAX => Some(too_large(bytes.len())),
        Ok(bytes) => is_such(&bytes)
            .err()
            .map(|why| format!("the data is not a valid {media_type}: {why}")),
    }
}

fn too_large(bytes: usize) -> String {
    format!("the image has {bytes} bytes: at most {LOGO_BYTES_MAX} (64 KiB) are allowed")
}

type Recognizer = fn(&[u8]) -> Result<(), &'static str>;

/// What tells whether bytes are of a media type; none for types that are not allowed.
fn recognizer(media_type: &str) -> Option<Recognizer> {
    Some(match media_type {
        "image/png" => |bytes| begins(bytes, b"\x89PNG\r\n\x1a\n"),
        "image/jpeg" => |bytes| begins(bytes, b"\xff\xd8\xff"),
        "image/webp" => |bytes| {
            begins(bytes, b"RIFF")?;
            begins(bytes.get(8..).unwrap_or_default(), b"WEBP")
        },
        "image/svg+xml" => check_svg,
        _ => return None,
    })
}

fn begins(bytes: &[u8], signature: &[u8]) -> Result<(), &'static str> {
    match bytes.starts_with(signature) {
        true => Ok(()),
        false => Err("it starts differently"),
    }
}

/// An `<img>` runs no script of an SVG. All the same none is kept, nor entities, which can be made to grow without end.
fn check_svg(bytes: &[u8]) -> Result<(), &'static str> {
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not valid UTF-8")?;
    let lower = text.to_ascii_lowercase();
    if lower.contains("<script") {
        return Err("a logo must not contain <script>");
    }
    if lower.contains("<!doctype") || lower.contains("<!entity") {
        return Err("a logo must not contain <!DOCTYPE> or entities");
    }
    let mut rest = lower.trim_start_matches('\u{feff}').trim_start();
    for (begin, end) in [("<?xml", "?>")]
        .into_iter()
        .chain(std::iter::repeat_n(("<!--", "-->"), SVG_COMMENTS_MAX))
    {
        if rest.starts_with(begin) {
            let (_, after) = rest
                .split_once(end)
                .ok_or("its first element is not <svg>")?;
            rest = after.trim_start();
        }
    }
    let after = rest.strip_prefix("<svg");
    match after.and_then(|after| after.chars().next()) {
        Some(next) if next.is_whitespace() || next == '>' || next == '/' => Ok(()),
        Some(_) | None => Err("its first element is not <svg>"),
    }
}

/// What drawing programs write above the first element: their name, a licence.
const SVG_COMMENTS_MAX: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    fn data(media_type: &str, bytes: &[u8]) -> String {
        format!("data:{media_type};base64,{}", STANDARD.encode(bytes))
    }

    #[test]
    fn an_accent_is_a_hash_and_six_hex_digits() {
        for accent in ["#0f62fe", "#ABCDEF"] {
            assert_eq!(accent_fault(accent), None);
        }
        for accent in ["", "red", "#fff", "#0f62f", "#0f62fez", "#gggggg", "0f62fe"] {
            assert!(accent_fault(accent).is_some(), "{accent}");
        }
        let fault = accent_fault("red;background:url(//x)").unwrap();
        assert!(
            fault.starts_with("`red;background:url(//x)` is not a valid colour"),
            "{fault}"
        );
    }

    #[test]
    fn a_logo_is_what_it_says_it_is() {
        let check = |media_type: &str, bytes: &[u8], fault: Option<&str>| {
            let found = logo_fault(&data(media_type, bytes));
            match fault {
                None => assert_eq!(found, None, "{media_type} {bytes:?}"),
                Some(text) => assert!(
                    found.as_ref().is_some_and(|found| found.contains(text)),
                    "{media_type} {bytes:?}: {found:?}"
                ),
            }
        };
        let png = b"\x89PNG\r\n\x1a\nrest";
        check("image/png", png, None);
        check("image/jpeg", b"\xff\xd8\xff\xe0", None);
        check("image/webp", b"RIFF\0\0\0\0WEBPVP8 ", None);
        check(
            "image/png",
            b"\xff\xd8\xff\xe0",
            Some("not a valid image/png"),
        );
        check("image/jpeg", png, Some("not a valid image/jpeg"));
        check(
            "image/webp",
            b"RIFF\0\0\0\0WAVE",
            Some("not a valid image/webp"),
        );
        check("image/webp", b"RIFF", Some("not a valid image/webp"));
        check("image/png", b"", Some("not a valid image/png"));
        check("image/gif", b"GIF89a", Some("can't be shown"));
        check("text/html", b"<script>", Some("can't be shown"));
        check("image/png;x=y", png, Some("can't be shown"));
        let mut large = png.to_vec();
        large.resize(LOGO_BYTES_MAX, 0);
        check("image/png", &large, None);
        large.push(0);
        check("image/png", &large, Some("65537 bytes"));
        large.resize(4 * LOGO_BYTES_MAX, 0);
        check("image/png", &large, Some("at most 65536"));
    }

    #[test]
    fn an_svg_has_its_element_first_and_nothing_that_acts() {
        let check = |text: &str, fits: bool| {
            let found = logo_fault(&data("image/svg+xml", text.as_bytes()));
            assert_eq!(found.is_none(), fits, "{text}: {found:?}");
        };
        check("<svg xmlns='http://www.w3.org/2000/svg'/>", true);
        check(
            "\u{feff}<?xml version='1.0'?>\n<!-- a -->\n<!-- b --><svg>",
            true,
        );
        check("<svgs>", false);
        check("<svg", false);
        check("<html><svg></svg></html>", false);
        check("<!-- <svg> ", false);
        check("svg", false);
        check("<svg><SCRIPT>alert(1)</SCRIPT></svg>", false);
        check("<!DOCTYPE svg [<!ENTITY a 'aaaa'>]><svg/>", false);
        assert!(logo_fault(&data("image/svg+xml", b"<svg \xff>")).is_some());
    }

    #[test]
    fn what_is_no_data_uri_is_no_logo() {
        for logo in [
            "",
            "https://example.com/logo.png",
            "data:image/png,abc",
            "data:image/png;base64",
            "data:image/png;base64,%%%",
            "javascript:alert(1)",
        ] {
            assert!(logo_fault(logo).is_some(), "{logo}");
        }
    }
}
