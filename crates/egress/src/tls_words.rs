//! A library's errors of TLS sessions in words that whoever runs the receiver can act on. Pure.

use std::io;

use rustls::{AlertDescription, PeerIncompatible};

/// What is offered, in every text about a lack of something in common.
const OFFERED: &str = "TLS 1.3, and TLS 1.2 with ECDHE key exchange and AES-GCM or ChaCha20-Poly1305, are offered; \
                       CBC suites and RSA key exchange are not";

/// What went wrong with a session, in a handshake or later.
pub(crate) fn session_in_words(error: &rustls::Error) -> String {
    match error {
        rustls::Error::AlertReceived(alert) => alert_in_words(*alert),
        rustls::Error::PeerIncompatible(why) => incompatible_in_words(why),
        rustls::Error::PeerMisbehaved(why) => {
            format!(
                "the receiver breaks the rules of TLS ({})",
                words(&format!("{why:?}"))
            )
        }
        rustls::Error::InvalidMessage(why) => {
            format!(
                "the receiver's TLS messages cannot be read ({})",
                words(&format!("{why:?}"))
            )
        }
        rustls::Error::NoApplicationProtocol => {
            alert_in_words(AlertDescription::NoApplicationProtocol)
        }
        rustls::Error::NoCertificatesPresented => "the receiver sent no certificate".to_owned(),
        rustls::Error::DecryptError => "the receiver's messages cannot be decrypted".to_owned(),
        other => words(&other.to_string()),
    }
}

/// The library's error inside one of the socket.
pub(crate) fn tls_cause(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref()?.downcast_ref()
}

fn incompatible_in_words(why: &PeerIncompatible) -> String {
    use PeerIncompatible as Why;
    match why {
        Why::ServerDoesNotSupportTls12Or13
        | Why::ServerTlsVersionIsDisabledByOurConfig
        | Why::Tls12NotOffered
        | Why::Tls12NotOfferedOrEnabled => old_version(),
        Why::NoCipherSuitesInCommon
        | Why::NoKxGroupsInCommon
        | Why::NoSignatureSchemesInCommon
        | Why::NoEcPointFormatsInCommon => nothing_in_common(),
        other => format!(
            "the receiver lacks a part of TLS that is needed ({})",
            words(&format!("{other:?}"))
        ),
    }
}

pub(crate) fn alert_in_words(alert: AlertDescription) -> String {
    use AlertDescription as Alert;
    match alert {
        Alert::ProtocolVersion => old_version(),
        Alert::HandshakeFailure | Alert::InsufficientSecurity => nothing_in_common(),
        Alert::UnrecognisedName => {
            "the receiver has no site for the URL's host name; check the host, or the server's configuration".to_owned()
        }
        Alert::CertificateRequired => {
            "the receiver wants a client certificate, and there is none".to_owned()
        }
        Alert::BadCertificate | Alert::UnknownCA | Alert::AccessDenied | Alert::CertificateUnknown | Alert::DecryptError => format!(
            "the receiver refused the session ({}); it may want a client certificate, or another one than the endpoint has",
            words(&format!("{alert:?}"))
        ),
        Alert::CertificateExpired | Alert::CertificateRevoked | Alert::UnsupportedCertificate => format!(
            "the receiver refused the endpoint's client certificate ({}); replace it",
            words(&format!("{alert:?}"))
        ),
        Alert::NoApplicationProtocol => {
            "the receiver does not offer HTTP/1.1 over TLS (ALPN); allow http/1.1 beside h2".to_owned()
        }
        Alert::InternalError => "the receiver failed while it set up TLS; see its log".to_owned(),
        other => format!("the receiver ended the session ({})", words(&format!("{other:?}"))),
    }
}

/// The name of a variant as words: libraries print theirs as they stand in the source.
pub(crate) fn words(text: &str) -> String {
    let mut words = String::with_capacity(text.len() + 8);
    let mut before = ' ';
    for letter in text.chars() {
        if letter.is_ascii_uppercase() && before.is_ascii_lowercase() {
            words.push(' ');
        }
        match letter {
            '(' | ')' | '"' => words.push(' '),
            letter if before.is_ascii_lowercase() => words.push(letter.to_ascii_lowercase()),
            letter => words.push(letter),
        }
        before = letter;
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn old_version() -> String {
    format!("the receiver only speaks versions of TLS before 1.2; {OFFERED}")
}

fn nothing_in_common() -> String {
    format!("the receiver accepts none of what is offered; {OFFERED}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_variants_become_words() {
        fn check(text: &str, expected: &str) {
            assert_eq!(words(text), expected);
        }
        check("CaUsedAsEndEntity", "Ca used as end entity");
        check(
            "Other(OtherError(CaUsedAsEndEntity))",
            "Other Other error Ca used as end entity",
        );
        check("MissingKeyShare", "Missing key share");
        check("peer sent no certificates", "peer sent no certificates");
    }
}
