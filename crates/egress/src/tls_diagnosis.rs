//! Why was there no TLS session? In words that whoever runs the receiver can act on: which certificate, which names,
//! which dates, what is missing. Pure.

use std::io;

use rustls::{AlertDescription, CertificateError};

use crate::certificate::Certificate;
use crate::send_error::SendError;
use crate::tls_fields::pin_text;
use crate::tls_words::{alert_in_words, session_in_words, tls_cause, words};
use crate::witness::Seen;

/// Explains a failed handshake with `host`. `first` is how the other side began, `seen` what it did.
pub(crate) fn explain(error: &io::Error, host: &str, first: &[u8], seen: &Seen) -> SendError {
    match tls_cause(error) {
        Some(rustls::Error::InvalidCertificate(reason)) => {
            let chain: Vec<_> = seen.refused.iter().map_while(Certificate::read).collect();
            explain_certificate(reason, host, &chain)
        }
        // In TLS 1.2, servers say no more than "handshake failure".
        Some(rustls::Error::AlertReceived(alert)) if seen.gave_certificate => {
            SendError::TlsProtocol(format!(
                "the receiver ended the session ({}) after it had got the endpoint's client certificate; does it trust \
                 the certificate's authority?",
                words(&format!("{alert:?}"))
            ))
        }
        Some(rustls::Error::AlertReceived(_)) if seen.wants_certificate => {
            SendError::TlsProtocol(alert_in_words(AlertDescription::CertificateRequired))
        }
        Some(rustls::Error::InvalidMessage(_)) if !is_tls_record(first) => not_tls(first),
        Some(other) => SendError::TlsProtocol(session_in_words(other)),
        None => explain_socket(error),
    }
}

fn explain_socket(error: &io::Error) -> SendError {
    match error.kind() {
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => SendError::Reset,
        io::ErrorKind::UnexpectedEof => SendError::TlsProtocol(
            "the receiver closed the connection during the handshake; does it speak TLS on this port?".into(),
        ),
        kind => SendError::TlsProtocol(kind.to_string()),
    }
}

/// Content type and major version (RFC 8446 section 5.1).
fn is_tls_record(first: &[u8]) -> bool {
    matches!(first, [0x14..=0x18, 3, ..] | [])
}

fn not_tls(first: &[u8]) -> SendError {
    SendError::TlsProtocol(match first.starts_with(b"HTTP/") {
        true => {
            "the receiver speaks plain HTTP on this port, not TLS; use the port that serves https"
                .to_owned()
        }
        false => format!(
            "the receiver does not speak TLS on this port; it began with \"{}\"",
            first.escape_ascii()
        ),
    })
}

fn explain_certificate(reason: &CertificateError, host: &str, chain: &[Certificate]) -> SendError {
    use CertificateError as Why;
    match reason {
        Why::ExpiredContext { time, .. } | Why::NotValidYetContext { time, .. } => {
            SendError::TlsCertificateExpired(dates(chain, time.as_secs()))
        }
        Why::Expired | Why::NotValidYet => SendError::TlsCertificateExpired(
            "receiver's certificate has expired or is not valid yet; renew it".to_owned(),
        ),
        Why::NotValidForName | Why::NotValidForNameContext { .. } => {
            SendError::TlsCertificateName(wrong_name(host, chain.first()))
        }
        Why::UnknownIssuer => SendError::TlsCertificateUntrusted(unknown_issuer(chain)),
        Why::ApplicationVerificationFailure => SendError::TlsPin(not_pinned(chain)),
        other => SendError::TlsCertificateUntrusted(format!(
            "receiver's certificate{} {}",
            chain
                .first()
                .map(|leaf| format!(" ({})", leaf.subject))
                .unwrap_or_default(),
            fault_in_words(other, chain)
        )),
    }
}

fn not_pinned(chain: &[Certificate]) -> String {
    let Some(leaf) = chain.first() else {
        return "receiver's certificate has none of the pinned keys".to_owned();
    };
    format!(
        "the public key of receiver's certificate ({}) is none of the pinned ones: its pin is {}; if the receiver changed \
         its key, add this pin",
        leaf.subject,
        pin_text(&leaf.key_sha256)
    )
}

/// Which of the certificates is out of date, and since or until when.
fn dates(chain: &[Certificate], now_s: u64) -> String {
    for (place, certificate) in chain.iter().enumerate() {
        let (what, remedy) = match place {
            0 => (
                format!(
                    "receiver's certificate (for {})",
                    certificate.names_in_words()
                ),
                "renew it, and reload the server that uses it",
            ),
            _ => (
                format!(
                    "intermediate certificate {} that the receiver sends",
                    certificate.subject
                ),
                "install the current chain of the authority",
            ),
        };
        if let Some(since) = certificate.expired(now_s) {
            return format!("{what} expired on {since}; {remedy}");
        }
        if let Some(until) = certificate.not_yet_valid(now_s) {
            return format!("{what} is not valid before {until}; {remedy}");
        }
    }
    "a certificate in the receiver's chain has expired or is not valid yet; renew it".to_owned()
}

fn wrong_name(host: &str, leaf: Option<&Certificate>) -> String {
    match leaf {
        Some(leaf) if leaf.names.is_empty() => format!(
            "receiver's certificate ({}) names no host; it needs {host:?} as a subject alternative name, a common name is not enough",
            leaf.subject
        ),
        Some(leaf) => format!(
            "receiver's certificate is for {}, not for {host:?}; use one of these names in the URL, or a certificate with this name",
            leaf.names_in_words()
        ),
        None => format!("receiver's certificate is not for {host:?}"),
    }
}

/// Follows the chain as far as it was sent, and tells what comes next.
fn unknown_issuer(chain: &[Certificate]) -> String {
    let Some(leaf) = chain.first() else {
        return "receiver's certificate was not issued by a trusted authority".to_owned();
    };
    if leaf.is_self_issued {
        return format!(
            "receiver's certificate ({}) is self-signed; use one of a public authority, or have the operator trust it",
            leaf.subject
        );
    }
    let mut top = leaf;
    for _ in chain {
        let issuer = chain
            .iter()
            .find(|other| *other != top && top.names_as_issuer(other));
        let Some(issuer) = issuer else { break };
        top = issuer;
    }
    if top.is_self_issued {
        return format!(
            "receiver's certificate ({}) was issued under the authority {}, which is not trusted; use a public authority, or have the operator trust this one",
            leaf.subject, top.subject
        );
    }
    let sent = match chain.len() {
        1 => "sent no intermediate certificate".to_owned(),
        _ => format!("sent no certificate of {}", top.issuer),
    };
    format!(
        "the chain of receiver's certificate ({}) is incomplete: {} was issued by {}, which is not a trusted authority itself, and the receiver {sent}; install the full chain (often fullchain.pem), or have the operator trust this authority",
        leaf.subject,
        if std::ptr::eq(top, leaf) {
            "it"
        } else {
            top.subject.as_str()
        },
        top.issuer
    )
}

/// What is wrong with a certificate, to follow its name.
fn fault_in_words(reason: &CertificateError, chain: &[Certificate]) -> String {
    use CertificateError as Why;
    match reason {
        Why::BadEncoding => "cannot be read; install it again".to_owned(),
        Why::Revoked => "was revoked; get a new one".to_owned(),
        Why::UnhandledCriticalExtension => {
            "has a critical extension that is not supported; use a plain server certificate"
                .to_owned()
        }
        Why::BadSignature => {
            "has a signature that does not fit its issuer's key; install the right chain, with RSA \
                              keys of at least 2,048 bits"
                .to_owned()
        }
        Why::UnsupportedSignatureAlgorithmContext { .. }
        | Why::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => format!(
            "or its chain is signed with an algorithm that is not accepted ({}); use SHA-256 or better",
            chain
                .first()
                .map_or("unknown", |leaf| algorithm(&leaf.signed_with))
        ),
        Why::InvalidPurpose | Why::InvalidPurposeContext { .. } => {
            "is not meant for servers: its extended key usage lacks server authentication"
                .to_owned()
        }
        // The library's own errors, which have no type of their own here.
        Why::Other(other) => match other.to_string().as_str() {
            "CaUsedAsEndEntity" => {
                "is the certificate of an authority (CA:TRUE), not of a server; issue a server \
                                    certificate without it"
                    .to_owned()
            }
            "EndEntityUsedAsCa" => {
                "was issued by a certificate that is not one of an authority".to_owned()
            }
            "NameConstraintViolation" => {
                "has a name that its authority is not allowed to certify".to_owned()
            }
            "UnsupportedCertVersion" => "is of version 1 or 2; version 3 is needed".to_owned(),
            rule => format!("breaks a rule for certificates ({})", words(rule)),
        },
        other => format!("is not acceptable ({})", words(&other.to_string())),
    }
}

fn algorithm(oid: &str) -> &str {
    match oid {
        "1.2.840.113549.1.1.4" => "MD5 with RSA",
        "1.2.840.113549.1.1.5" => "SHA-1 with RSA",
        "1.2.840.10045.4.1" => "SHA-1 with ECDSA",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_tls_is_told_by_its_beginning() {
        let check = |first: &[u8], told: &str| {
            let cause = rustls::Error::InvalidMessage(rustls::InvalidMessage::InvalidContentType);
            let error = io::Error::new(io::ErrorKind::InvalidData, cause);
            let explained = explain(&error, "receiver.example", first, &Seen::default());
            assert_eq!(explained.class(), "tls_protocol");
            assert!(explained.to_string().contains(told), "{explained}");
        };
        check(b"HTTP/1.1 400 Bad", "speaks plain HTTP on this port");
        check(b"SSH-2.0-OpenSSH_", "it began with \"SSH-2.0-OpenSSH_\"");
        check(b"\xff\0", "it began with \"\\xff\\x00\"");
        check(&[0x16, 3, 3, 0, 9], "cannot be read (Invalid content type)");
    }
}
