//! What settings are taken for, and which are refused.

use super::*;
use crate::variables::NOT_TEXT;

#[test]
fn an_unknown_setting_is_refused_by_name() {
    let error = defaults()
        .merge(Toml::string("lisen = \"127.0.0.1:1\""))
        .extract::<Config>()
        .unwrap_err();
    assert!(error.to_string().contains("lisen"), "{error}");
}

#[test]
fn a_settings_file_with_a_key_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let check = |text: &str, mode: u32, exposed: bool| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("nuncio.toml");
        std::fs::write(&file, text).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
        let args = ServeArgs {
            config: Some(file),
            ..ServeArgs::default()
        };
        assert_eq!(args.exposed_file().is_some(), exposed, "{text} {mode:o}");
    };
    check("admin_key = \"a\"", 0o644, true);
    check("metrics_key = \"a\"", 0o640, true);
    check("master_key = \"a\"", 0o600, false);
    check("listen = \":80\"", 0o644, false);
    check("store = \"postgres://u:p@db/nuncio\"", 0o644, true);
    check("store = \"postgres://u@db/nuncio\"", 0o644, false);
    check("database_direct = \"postgres://u:p@db/n\"", 0o644, true);
}

#[test]
fn variables_of_text_are_text_whatever_they_look_like() {
    let texts = [
        "123", "0012", "-5", "1.50", "true", "false", "1e9", "null", "{a=b}", "'x'",
    ];
    let is_text = |name: &&&str| !NOT_TEXT.contains(*name);
    for name in VARIABLES.iter().filter(is_text) {
        for text in texts {
            for given in [text.to_owned(), format!(" {text}\n")] {
                let settings = Figment::from(Variables(vec![((*name).to_owned(), given.clone())]));
                let found = settings.find_value(name).unwrap();
                assert_eq!(found.as_str(), Some(text), "{name}={given:?}");
            }
        }
    }
    let digits = "1234567890123456";
    let of = |name: &str, text: &str| {
        let variables = Variables(vec![(name.to_owned(), text.to_owned())]);
        let settings = defaults().merge(variables);
        settings
            .extract::<Config>()
            .map_err(|error| error.to_string())
    };
    assert_eq!(
        of("metrics_key", digits).unwrap().metrics_key.as_deref(),
        Some(digits)
    );
    assert_eq!(
        of("admin_key", digits).unwrap().admin_key.as_deref(),
        Some(digits)
    );
    assert_eq!(
        of("admin_key", "[a]").unwrap().admin_key.as_deref(),
        Some("[a]")
    );
    assert_eq!(
        of("admin_key", "\"a b\"").unwrap().admin_key.as_deref(),
        Some("a b")
    );
    assert_eq!(of("data", "2026").unwrap().data, Path::new("2026"));
    assert_eq!(
        of("egress_ca", "1, 2").unwrap().egress_ca,
        [Path::new("1"), Path::new("2")]
    );
    assert_eq!(of("egress_ca", "[a, b]").unwrap().egress_ca.len(), 2);
    assert!(of("allow_http", "true").unwrap().allow_http);
    assert_eq!(
        of("connections_max", "12").unwrap().connections_max,
        Some(12)
    );
    let error = of("listen", "8484").unwrap_err().to_string();
    assert!(error.contains("`8484` has no port"), "{error}");
}

#[test]
fn flags_win_over_the_file() {
    let args = ServeArgs {
        allow_cidr: vec!["127.0.0.1/32".parse().unwrap()],
        ..ServeArgs::default()
    };
    let config: Config = defaults()
        .merge(Toml::string(
            "allow_cidr = \"10.0.0.0/8, 192.168.0.0/16\"\nallow_http = true",
        ))
        .merge(Serialized::defaults(&args))
        .extract()
        .unwrap();
    assert_eq!(config.allow_cidr.len(), 1);
    assert!(config.allow_http);
}

#[test]
fn a_public_url_is_an_address_for_browsers() {
    for url in [
        "https://hooks.example.com",
        "http://10.0.0.5:8484/",
        "https://example.com/hooks",
    ] {
        assert!(check_public_url(url).is_ok(), "{url}");
    }
    for url in [
        "hooks.example.com",
        "ftp://hooks.example.com",
        "https://",
        "https://user@example.com",
        "https://example.com/?a",
        "https://example.com/#a",
        "https://bücher.example",
    ] {
        let error = check_public_url(url).unwrap_err();
        assert!(error.to_string().contains(url), "{error}");
    }
}

#[test]
fn settings_that_contradict_each_other_say_so() {
    let check = |text: &str, words: &str| {
        let config: Config = defaults().merge(Toml::string(text)).extract().unwrap();
        let checked = config.check();
        match words {
            "" => assert!(checked.is_ok(), "{text}: {checked:?}"),
            _ => {
                let error = checked.unwrap_err().to_string();
                assert!(error.contains(words), "{error}");
            }
        }
    };
    check("store = \"sqlite:a\"\ndata = \"b\"", "`store`");
    check("store = \"sqlite:a\"\ndata = \"a\"", "");
    check("store = \"sqlite:a\"", "");
    check(
        "listen = \":80\"\nmetrics_listen = \"0.0.0.0:80\"",
        "`metrics_listen`",
    );
    check(
        "listen = [\":80\", \":81\"]\nmetrics_listen = \":81\"",
        "`metrics_listen`",
    );
    check("listen = \":80, unix:/run/n.sock\"", "");
    check("listen = []", "`listen`");
    check("metrics_listen = \"systemd\"", "`metrics_listen`");
    check("tls_cert = \"c.pem\"", "`tls_key`");
    check("tls_key = \"k.pem\"", "`tls_cert`");
    let tls = "tls_cert = \"c.pem\"\ntls_key = \"k.pem\"";
    check(tls, "");
    check(
        &format!("{tls}\npublic_url = \"http://a.example\""),
        "https://",
    );
    check(
        "connections_max = 10\nconnections_per_address_max = 11",
        "connections_per_address_max",
    );
    check("connections_max = 10", "");
    check("connections_per_address_max = 0", "no connections");
    check("metrics_key = \"short\"", "`metrics_key`");
    check("master_key_file = \"k\"", "");
    check(
        "master_key_file = \"k\"\nmaster_key_command = \"c\"",
        "only one of",
    );
}

#[test]
fn a_store_that_can_not_be_used_says_why_and_shows_no_password() {
    let check = |store: Option<&str>, direct: Option<&str>, words: &str| {
        let error = store_url(store, direct, Path::new("d")).unwrap_err();
        let said = format!("{error} {error:?}");
        assert!(
            said.contains(words) && !said.contains("hunter2"),
            "{words}: {said}"
        );
    };
    let sound = "postgres://u:hunter2@db/nuncio";
    check(Some("mysql://u:hunter2@db/x"), None, "sqlite:DIR");
    check(Some("postgres://u:hunter2/@db/x"), None, "%40");
    check(Some(sound), Some("postgres://u:hunter2@db/x?a=b"), "\"a\"");
    check(Some("sqlite:d"), Some(sound), "database_direct");
    check(None, Some(sound), "database_direct");
    assert!(store_url(Some(sound), Some(sound), Path::new("d")).is_ok());
}

#[test]
fn a_password_in_a_flag_is_told_from_one_in_a_variable() {
    let shows = |store: &str| {
        let args = ServeArgs {
            store: Some(store.to_owned()),
            ..ServeArgs::default()
        };
        args.shows_password()
    };
    assert!(shows("postgres://u:hunter2@db/nuncio"));
    assert!(!shows("postgres://u@db/nuncio"));
    assert!(!shows("sqlite:u:hunter2@db"));
    assert!(!ServeArgs::default().shows_password());
}
