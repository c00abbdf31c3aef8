use std::fs;
use std::path::PathBuf;

use nuncio_postgres::{DatabaseUrl, HostFailure};
use nuncio_postgres_fixture::{Postgres, Settings};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use tempfile::TempDir;

/// A certificate authority, and the files that clients are given.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    fn make(name: &str) -> Self {
        let key = KeyPair::generate().expect("the system has randomness");
        let mut params = named(name, &[]);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let pem = params.self_signed(&key).expect("sound parameters").pem();
        Self {
            issuer: Issuer::new(params, key),
            pem,
        }
    }

    /// A certificate and its key.
    fn sign(&self, name: &str, hosts: &[&str]) -> (String, String) {
        let key = KeyPair::generate().expect("the system has randomness");
        let mut params = named(name, hosts);
        params.use_authority_key_identifier_extension = true;
        params.extended_key_usages = vec![
            ExtendedKeyUsagePurpose::ServerAuth,
            ExtendedKeyUsagePurpose::ClientAuth,
        ];
        let certificate = params
            .signed_by(&key, &self.issuer)
            .expect("sound parameters");
        (certificate.pem(), key.serialize_pem())
    }
}

fn named(name: &str, hosts: &[&str]) -> CertificateParams {
    let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
    let mut params = CertificateParams::new(hosts).expect("sound names");
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

/// Files of a client.
struct Files(TempDir);

impl Files {
    fn make() -> Self {
        Self(tempfile::tempdir().expect("a folder for temporary files"))
    }

    fn put(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, text).expect("the folder is ours");
        path
    }
}

async fn server(certificate: &(String, String), client_authority: &str) -> Postgres {
    let hba = "hostssl all certified 127.0.0.1/32 cert\n\
               hostssl all passworded 127.0.0.1/32 scram-sha-256\n\
               hostssl all all 127.0.0.1/32 trust\n\
               hostnossl all postgres 127.0.0.1/32 trust\n\
               local all all trust\n";
    let settings = Settings {
        lines: [
            "ssl = on",
            "ssl_cert_file = 'server.crt'",
            "ssl_key_file = 'server.key'",
            "ssl_ca_file = 'clients.crt'",
        ]
        .map(str::to_owned)
        .to_vec(),
        files: vec![
            ("server.crt".to_owned(), certificate.0.clone().into_bytes()),
            ("server.key".to_owned(), certificate.1.clone().into_bytes()),
            (
                "clients.crt".to_owned(),
                client_authority.to_owned().into_bytes(),
            ),
        ],
        hba: Some(hba.to_owned()),
        ..Settings::default()
    };
    let server = Postgres::start_with(&settings).await;
    let roles = "CREATE ROLE anybody LOGIN; CREATE ROLE certified LOGIN; CREATE ROLE passworded LOGIN PASSWORD 'secret'";
    server.query("postgres", roles).await;
    server
}

/// What the connection is: `plain` or `tls`.
async fn connected(url: &str) -> Result<String, HostFailure> {
    let target = DatabaseUrl::parse(url).expect("a sound URL");
    let (client, driver) = target
        .connect()
        .await
        .map_err(|mut error| error.failures.remove(0).1)?;
    tokio::spawn(driver);
    let kind = "SELECT CASE WHEN ssl THEN 'tls' ELSE 'plain' END FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    Ok(client
        .query_one(kind, &[])
        .await
        .expect("it answers")
        .get(0))
}

#[tokio::test]
async fn every_mode_asks_for_what_it_says() {
    let (ours, others) = (
        Authority::make("Nuncio test"),
        Authority::make("Somebody else"),
    );
    let server = server(&ours.sign("server", &["localhost"]), &ours.pem).await;
    let files = Files::make();
    let ours = files.put("ours.pem", &ours.pem).display().to_string();
    let others = files.put("others.pem", &others.pem).display().to_string();
    let check = async |host: &str, query: &str, expected: Result<&str, &str>| {
        let url = format!(
            "postgres://postgres@{host}:{}/postgres?{query}",
            server.port()
        );
        let found = connected(&url).await.map_err(|failure| failure.to_string());
        match expected {
            Ok(kind) => assert_eq!(found.as_deref(), Ok(kind), "{host} {query}"),
            Err(part) => {
                let said = found.expect_err("no connection");
                assert!(said.contains(part), "{host} {query}: {said}");
            }
        }
    };
    check("127.0.0.1", "sslmode=disable", Ok("plain")).await;
    check("127.0.0.1", "", Ok("tls")).await;
    check("127.0.0.1", "sslmode=prefer", Ok("tls")).await;
    check("127.0.0.1", "sslmode=require", Ok("tls")).await;
    check(
        "127.0.0.1",
        &format!("sslmode=require&sslrootcert={ours}"),
        Ok("tls"),
    )
    .await;
    check(
        "127.0.0.1",
        &format!("sslmode=require&sslrootcert={others}"),
        Err("UnknownIssuer"),
    )
    .await;
    check(
        "127.0.0.1",
        &format!("sslmode=verify-ca&sslrootcert={ours}"),
        Ok("tls"),
    )
    .await;
    check(
        "localhost",
        &format!("sslmode=verify-ca&sslrootcert={others}"),
        Err("UnknownIssuer"),
    )
    .await;
    check(
        "localhost",
        &format!("sslmode=verify-full&sslrootcert={ours}"),
        Ok("tls"),
    )
    .await;
    check(
        "127.0.0.1",
        &format!("sslmode=verify-full&sslrootcert={ours}"),
        Err("not valid for name"),
    )
    .await;
    check(
        "localhost",
        &format!("sslmode=verify-full&sslrootcert={others}"),
        Err("UnknownIssuer"),
    )
    .await;
}

#[tokio::test]
async fn a_server_may_be_its_own_authority() {
    let key = KeyPair::generate().expect("the system has randomness");
    let certificate = named("server", &["localhost"])
        .self_signed(&key)
        .expect("sound parameters")
        .pem();
    let server = server(&(certificate.clone(), key.serialize_pem()), &certificate).await;
    let files = Files::make();
    let own = files.put("own.pem", &certificate).display().to_string();
    let url = |host: &str| {
        format!(
            "postgres://anybody@{host}:{}/postgres?sslmode=verify-full&sslrootcert={own}",
            server.port()
        )
    };
    assert_eq!(connected(&url("localhost")).await, Ok("tls".to_owned()));
    assert!(matches!(
        connected(&url("127.0.0.1")).await,
        Err(HostFailure::Tls(_))
    ));
}

#[tokio::test]
async fn clients_can_show_a_certificate() {
    let (ours, others) = (
        Authority::make("Nuncio test"),
        Authority::make("Somebody else"),
    );
    let server = server(&ours.sign("server", &["localhost"]), &ours.pem).await;
    let files = Files::make();
    let url = |name: &str, pair: (String, String)| {
        let cert = files
            .put(&format!("{name}.crt"), &pair.0)
            .display()
            .to_string();
        let key = files
            .put(&format!("{name}.key"), &pair.1)
            .display()
            .to_string();
        format!(
            "postgres://certified@localhost:{}/postgres?sslmode=require&sslcert={cert}&sslkey={key}",
            server.port()
        )
    };
    let right = url("right", ours.sign("certified", &[]));
    assert_eq!(connected(&right).await, Ok("tls".to_owned()));
    let of_another = url("another", ours.sign("somebody", &[]));
    assert!(matches!(
        connected(&of_another).await,
        Err(HostFailure::Credentials(_))
    ));
    let unknown = url("unknown", others.sign("certified", &[]));
    let refused = connected(&unknown).await;
    assert!(matches!(refused, Err(HostFailure::Tls(_))), "{refused:?}");
    let none = format!(
        "postgres://certified@localhost:{}/postgres?sslmode=require",
        server.port()
    );
    let refused = connected(&none).await;
    assert!(
        matches!(refused, Err(HostFailure::Credentials(_))),
        "{refused:?}"
    );
    // One key with another's certificate is seen before anything is sent.
    let (certificate, _) = ours.sign("certified", &[]);
    let (_, key) = ours.sign("certified", &[]);
    let mixed = DatabaseUrl::parse(&url("mixed", (certificate, key))).expect_err("they don't fit");
    assert!(mixed.to_string().contains("sslkey"), "{mixed}");
}

/// The server compares the hash of its certificate with ours: a wrong one would be refused.
#[tokio::test]
async fn a_password_can_be_bound_to_the_servers_certificate() {
    let ours = Authority::make("Nuncio test");
    let server = server(&ours.sign("server", &["localhost"]), &ours.pem).await;
    let url = |query: &str| {
        format!(
            "postgres://passworded:secret@127.0.0.1:{}/postgres?channel_binding=require&{query}",
            server.port()
        )
    };
    assert_eq!(
        connected(&url("sslmode=require")).await,
        Ok("tls".to_owned())
    );
    assert!(connected(&url("sslmode=disable")).await.is_err());
}

#[tokio::test]
async fn a_server_without_tls_is_refused_where_tls_is_asked_for() {
    let server = Postgres::shared().await;
    for mode in ["require", "verify-full"] {
        let failure = connected(&format!("{}?sslmode={mode}", server.url())).await;
        assert_eq!(failure, Err(HostFailure::NoTls), "{mode}");
    }
    assert_eq!(
        connected(&server.url()).await,
        Ok("plain".to_owned()),
        "prefer goes without"
    );
}

#[test]
fn files_that_can_not_be_used_are_named_at_once() {
    let files = Files::make();
    let empty = files.put("empty.pem", "").display().to_string();
    let check = |query: &str, expected: &str| {
        let url = format!("postgres://u:hunter2@db/app?sslmode=verify-full&{query}");
        let error = DatabaseUrl::parse(&url).expect_err("refused").to_string();
        assert!(
            error.contains(expected) && !error.contains("hunter2"),
            "{error}"
        );
    };
    check("sslrootcert=/nowhere/ca.pem", "can't read /nowhere/ca.pem");
    check(&format!("sslrootcert={empty}"), "no certificate in PEM");
    check(
        &format!("sslrootcert={empty}&sslcert={empty}"),
        "together with sslcert",
    );
}
