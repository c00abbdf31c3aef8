//! Does a secret look as if something went wrong when it was copied? Asked once, when it is registered: a blank at its end
//! or quotation marks around it would sign every request with a key that no receiver has.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::rules::{KeyFormat, SecretError, SecretRules};

/// What stands around a quotation, in programs and in text.
const QUOTES: [(char, char); 7] = [
    ('"', '"'),
    ('\'', '\''),
    ('`', '`'),
    ('“', '”'),
    ('‘', '’'),
    ('„', '“'),
    ('«', '»'),
];

/// Blanks that Unicode does not count as white space, but that come along with copied text.
const INVISIBLE: [char; 4] = ['\u{200b}', '\u{200c}', '\u{200d}', '\u{feff}'];

pub(crate) fn check(rules: &SecretRules, secret: &str) -> Result<(), SecretError> {
    let hint = around(secret)
        .or_else(|| prefixes(rules, secret))
        .or_else(|| alphabet(rules, secret));
    match hint {
        Some(hint) => Err(SecretError::Pasted { hint }),
        None => Ok(()),
    }
}

fn around(secret: &str) -> Option<String> {
    let is_blank = |letter: char| letter.is_whitespace() || INVISIBLE.contains(&letter);
    if secret.starts_with(is_blank) || secret.ends_with(is_blank) {
        return Some("it has spaces or a line break around it: remove them".to_owned());
    }
    let mut letters = secret.chars();
    if let (Some(first), Some(last)) = (letters.next(), letters.next_back())
        && QUOTES.contains(&(first, last))
    {
        return Some(format!(
            "{first} and {last} stand around it: give it without quotation marks"
        ));
    }
    let is_mask = |letter: char| matches!(letter, '*' | '•' | '●' | '…');
    let shown = secret.rsplit_once('_').map_or(secret, |(_, rest)| rest);
    (shown.chars().count() > 1 && shown.chars().all(is_mask)).then(|| {
        "these characters only stand for a hidden secret: copy the secret itself".to_owned()
    })
}

/// What went wrong with a prefix of the dialect's own.
fn prefixes(rules: &SecretRules, secret: &str) -> Option<String> {
    own_prefixes(rules).find_map(|prefix| prefix_of(prefix, secret))
}

/// The prefixes of shared secrets and of key pairs.
fn own_prefixes(rules: &SecretRules) -> impl Iterator<Item = &str> {
    let pair = rules.pair.iter();
    let of_pair = pair.flat_map(|pair| [pair.private.as_str(), pair.public.as_str()]);
    std::iter::once(rules.prefix.as_str())
        .chain(of_pair)
        .filter(|prefix| !prefix.is_empty())
}

fn prefix_of(prefix: &str, secret: &str) -> Option<String> {
    if let Some(rest) = secret.strip_prefix(prefix) {
        return rest
            .starts_with(prefix)
            .then(|| format!("it starts with `{prefix}` twice"));
    }
    let begin = secret.get(..prefix.len());
    if begin.is_some_and(|begin| begin.eq_ignore_ascii_case(prefix)) {
        return Some(format!("its prefix must be written as `{prefix}`"));
    }
    secret
        .contains(prefix)
        .then(|| format!("something stands before `{prefix}`: give the secret from there on"))
}

/// Whether it is written in the URL-safe alphabet where its key is read as ordinary base64, or percent-encoded.
fn alphabet(rules: &SecretRules, secret: &str) -> Option<String> {
    if rules.key != KeyFormat::Base64 {
        return None;
    }
    let with_prefix = own_prefixes(rules).find_map(|prefix| secret.strip_prefix(prefix));
    let rest = with_prefix.unwrap_or(secret).trim_end_matches('=');
    if with_prefix.is_some() && rest.contains('%') {
        return Some("it is percent-encoded: give it as `+`, `/` and `=`".to_owned());
    }
    if !rest.contains(['-', '_']) {
        return None;
    }
    let is_url_safe = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    // An own secret may be words with hyphens between them; a key looks random.
    let looks_random = rest.bytes().any(|byte| byte.is_ascii_uppercase())
        && rest.bytes().any(|byte| byte.is_ascii_lowercase())
        && rest.bytes().any(|byte| byte.is_ascii_digit());
    let fits = |bytes: Vec<u8>| (rules.key_bytes_min..=rules.key_bytes_max).contains(&bytes.len());
    let is_key = || looks_random && URL_SAFE_NO_PAD.decode(rest).is_ok_and(fits);
    let is_meant = match with_prefix {
        Some(_) => rest.bytes().all(is_url_safe),
        None => is_key(),
    };
    is_meant.then(|| {
        "it is base64 for URLs: write `+` for `-` and `/` for `_`, as receivers read it".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use crate::builtin_named;

    #[track_caller]
    fn check(dialect: &str, secret: &str, part: &str) {
        let error = builtin_named(dialect)
            .unwrap()
            .register_secret(secret)
            .expect_err(secret);
        let shown = error.to_string();
        assert!(shown.contains(part), "{secret:?}: {shown}");
        assert!(shown.contains("pasted wrongly"), "{secret:?}: {shown}");
    }

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    #[test]
    fn what_stands_around_a_secret_is_named() {
        for dialect in ["standard", "stripe", "github", "svix"] {
            for (before, after) in [
                ("", " "),
                (" ", ""),
                ("", "\n"),
                ("", "\r\n"),
                ("\t", ""),
                ("\u{feff}", ""),
                ("", "\u{a0}"),
            ] {
                check(
                    dialect,
                    &format!("{before}{SECRET}{after}"),
                    "spaces or a line break",
                );
            }
            for (before, after) in super::QUOTES {
                check(
                    dialect,
                    &format!("{before}{SECRET}{after}"),
                    "quotation marks",
                );
            }
            for mask in ["********", "whsec_****", "••••••••", "whsec_…………"]
            {
                check(dialect, mask, "hidden secret");
            }
        }
    }

    #[test]
    fn prefixes_are_there_once_and_at_the_start() {
        for dialect in ["standard", "stripe", "inviolet", "svix-whitelabel"] {
            check(dialect, &format!("whsec_{SECRET}"), "twice");
            check(dialect, &SECRET.to_uppercase(), "written as `whsec_`");
            check(
                dialect,
                &SECRET.replace("whsec", "Whsec"),
                "written as `whsec_`",
            );
            for before in [
                "WEBHOOK_SECRET=",
                "Bearer ",
                "secret: ",
                "https://example.com/?s=",
            ] {
                check(dialect, &format!("{before}{SECRET}"), "before `whsec_`");
            }
        }
        let pair = "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==";
        check("standard", &format!("whsk_{pair}"), "twice");
        check(
            "standard",
            &pair.replace("whsk", "WHSK"),
            "written as `whsk_`",
        );
        check("standard", &format!("key={pair}"), "before `whsk_`");
    }

    #[test]
    fn base64_for_urls_is_told_from_words_with_hyphens() {
        for secret in [
            "whsec_-_KQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "-_KQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "whsec_a-a",
        ] {
            check("standard", secret, "base64 for URLs");
        }
        check(
            "standard",
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa%3D",
            "percent-encoded",
        );
        let standard = builtin_named("standard").unwrap();
        for own in [
            "my-shared-secret-of-2024-for-orders",
            "correct horse battery staple",
            "prod_webhook_secret_orders_0001_abcd",
        ] {
            assert_eq!(standard.register_secret(own).as_deref(), Ok(own));
        }
        // A private key is no word with a hyphen, whatever its letters are.
        for dialect in ["standard", "svix"] {
            let dialect = builtin_named(dialect).unwrap();
            for seed in 0..=255 {
                let pair = dialect.generate_pair(&[seed; 64]).unwrap();
                assert_eq!(dialect.register_secret(&pair).as_deref(), Ok(&*pair));
                let secret = dialect.generate_secret(&[seed; 64]);
                assert_eq!(dialect.register_secret(&secret).as_deref(), Ok(&*secret));
            }
        }
    }
}
