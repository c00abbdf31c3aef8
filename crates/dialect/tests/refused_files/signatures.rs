//! What is signed, by what, and in which headers it goes out.

use nuncio_dialect::Dialect;

use super::{SOUND, check};

#[test]
fn what_is_signed_must_be_sent() {
    check(
        "value = \"timestamp_s\"",
        "value = \"timestamp_ms\"",
        23,
        "`timestamp_s` is signed, but never sent",
    );
    check(
        "value = \"delivery_id\"",
        "value = \"delivery_uuid\"",
        23,
        "`delivery_id` is signed, but never sent",
    );
    check(
        "value = \"delivery_id\"",
        "value = [\"delivery_id\", { text = \"x\" }]",
        23,
        "never sent",
    );
    check(
        "content = [\"delivery_id\"",
        "content = [{ header = \"Other\" }",
        23,
        "`Other` is signed, but never sent",
    );
    check(
        "\"body\"]",
        "\"sorted_form\"]",
        23,
        "the body is not a form",
    );
    check(
        "\"body\"]",
        "\"timestamp_ms\", \"body\"]",
        23,
        "signed twice",
    );
    check(
        "content = [\"delivery_id\", { text = \".\" }, \"timestamp_s\", ",
        "content = [\"delivery_id\", ",
        38,
        "needs a signed timestamp",
    );
    check(", \"body\"]", "]", 23, "the body is not signed");
}

#[test]
fn signature_headers_that_could_not_be_read_again() {
    check("grammar = \"pairs\"", "grammar = \"list\"", 21, "list");
    check(
        "grammar = \"pairs\"",
        "grammar = \"bare\"",
        26,
        "has no `version`",
    );
    check("version = \"v1\"\n", "", 25, "needs a `version`");
    check(
        "version = \"v1\"",
        "version = \"v=1\"",
        26,
        "is not a valid version",
    );
    check(
        "grammar = \"pairs\"",
        "grammar = \"pairs\"\nseparator = \"a\"",
        22,
        "cannot separate",
    );
    check(
        "grammar = \"pairs\"",
        "grammar = \"pairs\"\nseparator = \"=\"",
        22,
        "cannot separate",
    );
    check(
        "grammar = \"pairs\"",
        "grammar = \"versions\"\ntimestamp_key = \"t\"",
        22,
        "grammar `pairs` only",
    );
    check(
        "grammar = \"pairs\"",
        "grammar = \"pairs\"\ntimestamp_key = \"v1\"",
        22,
        "also a version",
    );
    check("output = \"hex\"", "", 25, "needs an `output`");
    check(
        "output = \"hex\"",
        "output = \"hex\"\nprefix = \"x=\"",
        29,
        "for a bare header",
    );
    check(
        "output = \"hex\"",
        "output = \"hex\"\nuser = \"x\"",
        29,
        "`basic`",
    );
    check("hmac-sha256", "hmac-md5", 27, "hmac-md5");
    check("hmac-sha256", "ed25519", 25, "private_prefix");
    check("hmac-sha256", "token", 27, "grammar `bare`");
    check(
        "output = \"hex\"\n",
        "output = \"hex\"\n[[signature.scheme]]\nversion = \"v1\"\nalgorithm = \"hmac-sha1\"\noutput = \"hex\"\n",
        30,
        "appears twice",
    );
    check(
        "[receiver]",
        "[receiver]\nversions = [\"v2\"]",
        38,
        "`v2`, which no scheme signs",
    );
    check("rotation = \"all\"", "rotation = \"both\"", 22, "both");
}

#[test]
fn unsigned_must_be_said_and_meant() {
    let signature = &SOUND[SOUND.find("[signature]").unwrap()..SOUND.find("[body]").unwrap()];
    check(signature, "", 1, "unsigned = true");
    check("title", "unsigned = true\ntitle", 2, "exclude each other");
    let unsigned = SOUND
        .replace(signature, "")
        .replace("tolerance_s = 300", "")
        .replace("title", "unsigned = true\ntitle");
    Dialect::parse(&unsigned, "sample.toml").unwrap();
}

#[test]
fn secrets_that_their_own_dialect_would_refuse() {
    check("bytes = 24", "bytes = 8", 9, "16 to 64");
    check("bytes = 24", "bytes = 65", 9, "16 to 64");
    check(
        "bytes = 24",
        "bytes = 24\nkey_bytes = [24, 64]",
        10,
        "base64 or hex",
    );
    check(
        "key = \"utf8\"",
        "key = \"base64\"\nkey_bytes = [32, 64]",
        7,
        "holds the 24 bytes",
    );
    check("key = \"utf8\"", "key = \"hex\"", 9, "generated as");
    check(
        "prefix = \"whsec_\"",
        "prefix = \"é\"",
        7,
        "printable ASCII",
    );
}

/// [`SOUND`] with a private key as the only kind that signs.
fn pair_only() -> Dialect {
    let pair = "ed25519\"\nprivate_prefix = \"sk_\"\npublic_prefix = \"pk_";
    Dialect::parse(&SOUND.replace("hmac-sha256", pair), "sample.toml").expect("a sound file")
}

#[test]
fn where_only_a_pair_signs_no_shared_secret_is_accepted() {
    let dialect = pair_only();
    let secret = dialect.generate_secret(&[7; 64]);
    assert!(secret.starts_with("sk_"), "{secret}");
    assert!(dialect.parse_secret(&secret).is_ok());
    let error = dialect
        .parse_secret("correct horse battery staple")
        .unwrap_err();
    assert!(error.to_string().contains("private key"), "{error}");
}

#[test]
fn what_may_be_missing_is_not_signed() {
    check(
        "content = [\"delivery_id\"",
        "content = [{ metadata = \"a\" }, \"delivery_id\"",
        23,
        "sign that with { header",
    );
    check(
        "content = [\"delivery_id\"",
        "content = [\"retry_number\", \"delivery_id\"",
        23,
        "a first attempt has none",
    );
    let header = "value = \"delivery_id\"\n";
    for value in ["{ metadata = \"a\" }", "\"retry_reason\""] {
        let with = SOUND.replacen(
            "content = [\"delivery_id\"",
            "content = [{ header = \"Shop\" }, { text = \".\" }, \"delivery_id\"",
            1,
        );
        let with = with.replacen(
            header,
            &format!("{header}\n[[header]]\nname = \"Shop\"\nvalue = {value}\n"),
            1,
        );
        let error = Dialect::parse(&with, "sample.toml").expect_err(value);
        assert!(
            error.reason.contains("requests can be without it"),
            "{error}"
        );
    }
}

/// The sound file's signature and its scheme, which a second one can follow.
const SCHEME: &str = "version = \"v1\"\nalgorithm = \"hmac-sha256\"\noutput = \"hex\"\n";

fn second(header: &str, rotation: &str, more: &str, scheme: &str) -> String {
    format!(
        "{SCHEME}\n[[signature]]\nheader = \"{header}\"\ngrammar = \"versions\"\nrotation = \"{rotation}\"\n{more}content = \"body\"\n\n[[signature.scheme]]\nversion = \"v1\"\n{scheme}"
    )
}

#[track_caller]
fn check_second(second: &str, line: usize, part: &str) {
    let several = SOUND
        .replacen("[signature]", "[[signature]]", 1)
        .replacen(SCHEME, second, 1);
    let error = Dialect::parse(&several, "sample.toml").expect_err(second);
    assert!(error.reason.contains(part), "{error}");
    assert_eq!(error.line, line, "{error}");
}

#[test]
fn several_signatures_that_contradict_each_other() {
    let sha256 = "algorithm = \"hmac-sha256\"\noutput = \"hex\"\n";
    let sha512 = "algorithm = \"hmac-sha512\"\noutput = \"hex\"\n";
    let pair = "algorithm = \"ed25519\"\noutput = \"base64\"\nprivate_prefix = \"sk_\"\npublic_prefix = \"pk_\"\n";
    check_second(
        &second("sample-signature", "all", "", sha256),
        31,
        "two signatures go into the header",
    );
    check_second(&second("Sample-Id", "all", "", sha256), 31, "appears twice");
    check_second(
        &second("Other", "one", "", sha256),
        33,
        "rotate in the same way",
    );
    check_second(
        &second("Other", "all", "receivers = \"ignore\"\n", sha512),
        30,
        "receivers ignore `Other` but require a weaker signature",
    );
    check_second(&second("Other", "all", "", pair), 19, "same kinds of key");
    check_second(
        &second("Other", "all", "receivers = \"maybe\"\n", sha256),
        34,
        "unknown variant `maybe`",
    );
    check(
        "rotation = \"all\"",
        "rotation = \"all\"\nreceivers = \"ignore\"",
        19,
        "at least one must be required",
    );
}
