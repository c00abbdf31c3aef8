use axum::{body::Body, http::Request};
use nuncio_domain::{Branding, PolicyOverride, Project, SeededEntropy, Timestamp};
use nuncio_store::{
    Sealer,
    sqlite::{SqliteOptions, SqliteStore},
};
use tower::ServiceExt;

use super::*;

const PROJECT: &str = "proj_01KQ4WJ9FVF8GSWTK67F9Q64DA";

static BUILT: Embedded = Embedded {
    left_out: None,
    files: &[
        File {
            path: "assets/index-3f2a.js",
            etag: "0123456789abcdef",
            bytes: b"console.log(1)",
            gzip: Some(b"\x1f\x8b compressed"),
        },
        File {
            path: "assets/mark-77.svg",
            etag: "aa",
            bytes: b"<svg/>",
            gzip: None,
        },
        File {
            path: "favicon.ico",
            etag: "bb",
            bytes: b"ico",
            gzip: None,
        },
        File {
            path: "index.html",
            etag: "cc",
            bytes: b"<meta name=\"csp-nonce\" content=\"__CSP_NONCE__\">dashboard",
            gzip: None,
        },
        File {
            path: "portal.html",
            etag: "dd",
            bytes: b"<meta name=\"csp-nonce\" content=\"__CSP_NONCE__\">portal",
            gzip: None,
        },
    ],
};

static LEFT_OUT: Embedded = Embedded {
    left_out: Some("<no> Node"),
    files: &[],
};

/// An answer: status, headers, body.
struct Reply(StatusCode, HeaderMap, String);

impl Reply {
    fn header(&self, name: &str) -> &str {
        self.1.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The nonce that the page was given, which its policy names.
    #[track_caller]
    fn nonce(&self) -> &str {
        let (_, rest) = self.2.split_once("content=\"").unwrap();
        let nonce = rest.split('"').next().unwrap();
        let policy = self.header("content-security-policy");
        assert!(policy.contains(&format!("style-src 'self' 'nonce-{nonce}';")));
        nonce
    }
}

/// The pages, over a store with one project.
struct Scene {
    pages: Router,
    _dir: tempfile::TempDir,
}

impl Scene {
    async fn new(embedded: &'static Embedded, origins: &[&str]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let entropy = Arc::new(SeededEntropy::new(1));
        let store = SqliteStore::open(SqliteOptions {
            dir: dir.path().to_owned(),
            sealer: Sealer::new([1; 32], entropy.clone()),
        })
        .unwrap();
        let origins = origins.iter().map(|origin| (*origin).to_owned()).collect();
        let project = Project {
            id: PROJECT.parse().unwrap(),
            name: "p".to_owned(),
            dialect: "standard".to_owned(),
            policy: PolicyOverride {
                portal_origins: Some(origins),
                ..PolicyOverride::default()
            },
            branding: Branding::default(),
            created_at: Timestamp::default(),
            updated_at: Timestamp::default(),
        };
        let store: Arc<dyn Store> = store;
        store
            .create_project(project, Vec::new(), None)
            .await
            .unwrap();
        Self {
            pages: pages_of(embedded, store, entropy),
            _dir: dir,
        }
    }

    async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Reply {
        let request = headers
            .iter()
            .fold(Request::builder().uri(path), |request, (name, value)| {
                request.header(*name, *value)
            });
        let request = request.body(Body::empty()).unwrap();
        let response = self.pages.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        let text = String::from_utf8_lossy(&body).into_owned();
        Reply(parts.status, parts.headers, text)
    }
}

const BROWSER: (&str, &str) = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");

#[tokio::test]
async fn every_deep_link_is_the_dashboard_with_a_nonce_of_its_own() {
    let scene = Scene::new(&BUILT, &[]).await;
    let mut nonces = Vec::new();
    for path in ["/", "/endpoints/ep_1?tab=x", "/p/proj_1/types/order.paid"] {
        let page = scene.get(path, &[BROWSER]).await;
        assert_eq!(page.0, 200, "{path}");
        assert!(page.2.ends_with("dashboard"), "{}", page.2);
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(page.header("referrer-policy"), "no-referrer");
        assert_eq!(page.header("cross-origin-opener-policy"), "same-origin");
        let policy = page.header("content-security-policy");
        assert!(policy.ends_with("frame-ancestors 'none'"), "{policy}");
        nonces.push(page.nonce().to_owned());
    }
    nonces.sort();
    nonces.dedup();
    assert_eq!(nonces.len(), 3);
    assert_eq!(scene.get("/endpoints", &[]).await.0, 404);
    let json = [("accept", "application/json")];
    assert_eq!(scene.get("/endpoints", &json).await.0, 404);
    assert_eq!(scene.get("/", &json).await.0, 200);
}

#[tokio::test]
async fn a_portal_is_embedded_by_its_projects_origins_alone() {
    let origins = ["https://app.example.com", "http://127.0.0.1:3000"];
    let scene = Scene::new(&BUILT, &origins).await;
    let check = async |path: &str, ancestors: &str| {
        let page = scene.get(path, &[]).await;
        assert_eq!(page.0, 200, "{path}");
        assert!(page.2.ends_with("portal"), "{path}: {}", page.2);
        assert!(!page.1.contains_key("cross-origin-opener-policy"));
        let nonce = page.nonce();
        assert_eq!(
            page.header("content-security-policy"),
            format!(
                "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; \
                 img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; \
                 form-action 'none'; frame-ancestors {ancestors}"
            )
        );
    };
    let named = "https://app.example.com http://127.0.0.1:3000";
    check(&format!("/portal/{PROJECT}"), named).await;
    check(&format!("/portal/{PROJECT}/endpoints/ep_1"), named).await;
    for hostile in [
        "proj_00000000000000000000000000",
        "nonsense",
        "*",
        "%0d%0aX-Evil:%201",
        "'none';script-src%20*",
        "https:",
        "..",
        "%22%3E%3Cscript%3E",
    ] {
        check(&format!("/portal/{hostile}"), "'none'").await;
        let page = scene.get(&format!("/portal/{hostile}"), &[]).await;
        assert!(!page.1.contains_key("x-evil") && !page.2.contains("<script>"));
    }
    let none = Scene::new(&BUILT, &[]).await;
    let page = none.get(&format!("/portal/{PROJECT}"), &[]).await;
    let policy = page.header("content-security-policy");
    assert!(policy.ends_with("frame-ancestors 'none'"), "{policy}");
}

#[tokio::test]
async fn files_with_a_hash_in_their_name_are_kept_for_good() {
    let scene = Scene::new(&BUILT, &[]).await;
    let script = scene.get("/assets/index-3f2a.js", &[]).await;
    assert_eq!((script.0.as_u16(), &*script.2), (200, "console.log(1)"));
    let kept = "public, max-age=31536000, immutable";
    assert_eq!(script.header("cache-control"), kept);
    assert_eq!(
        script.header("content-type"),
        "text/javascript; charset=utf-8"
    );
    assert_eq!(script.header("etag"), "\"0123456789abcdef\"");
    assert_eq!(script.header("vary"), "accept-encoding");
    assert_eq!(script.header("content-encoding"), "");
    let icon = scene.get("/favicon.ico", &[]).await;
    assert_eq!(icon.header("cache-control"), "no-cache");
    assert_eq!(icon.header("content-type"), "image/x-icon");
    let picture = scene.get("/assets/mark-77.svg", &[]).await;
    assert_eq!(picture.header("content-type"), "image/svg+xml");
}

#[tokio::test]
async fn whoever_understands_gzip_gets_it() {
    let scene = Scene::new(&BUILT, &[]).await;
    let check = async |accepts: &str, compressed: bool| {
        let headers = [("accept-encoding", accepts)];
        let script = scene.get("/assets/index-3f2a.js", &headers).await;
        let encoding = script.header("content-encoding");
        assert_eq!(encoding == "gzip", compressed, "{accepts}");
        assert_eq!(script.2.contains("compressed"), compressed);
        assert_eq!(script.header("etag").ends_with("-gzip\""), compressed);
        let plain = scene.get("/assets/mark-77.svg", &headers).await;
        assert_eq!(plain.header("content-encoding"), "");
    };
    check("gzip, deflate, br, zstd", true).await;
    check("br;q=1.0, GZIP;q=0.5", true).await;
    check("gzip;q=0", false).await;
    check("gzip;q=0.000, br", false).await;
    check("xgzip", false).await;
    check("identity", false).await;
}

#[tokio::test]
async fn a_file_that_is_known_is_not_sent_again() {
    let scene = Scene::new(&BUILT, &[]).await;
    let check = async |known: &str, status: u16| {
        let headers = [("if-none-match", known)];
        let script = scene.get("/assets/index-3f2a.js", &headers).await;
        assert_eq!(script.0, status, "{known}");
        assert_eq!(script.2.is_empty(), status == 304);
        assert_eq!(script.header("etag"), "\"0123456789abcdef\"");
    };
    check("\"0123456789abcdef\"", 304).await;
    check("\"x\", W/\"0123456789abcdef\"", 304).await;
    check("\"0123456789abcdef-gzip\"", 200).await;
    check("\"other\"", 200).await;
}

#[tokio::test]
async fn nothing_but_what_is_embedded_is_served() {
    let scene = Scene::new(&BUILT, &[]).await;
    for path in [
        "/assets/",
        "/assets/index-3f2b.js",
        "/assets/../index.html",
        "/assets/../../../../../../etc/passwd",
        "/assets/..%2f..%2f..%2f..%2fetc%2fpasswd",
        "/assets/%2e%2e/%2e%2e/etc/passwd",
        "/assets/..\\..\\etc\\passwd",
        "/assets/index-3f2a.js%00",
        "//etc/passwd",
    ] {
        let reply = scene.get(&path.replace('\\', "%5c"), &[]).await;
        assert_eq!(reply.0, 404, "{path}");
        assert!(reply.2.is_empty(), "{path}: {}", reply.2);
    }
}

#[tokio::test]
async fn a_binary_without_the_dashboard_says_why_and_what_to_do() {
    let scene = Scene::new(&LEFT_OUT, &["https://app.example.com"]).await;
    for path in ["/", "/endpoints", &format!("/portal/{PROJECT}")] {
        let page = scene.get(path, &[BROWSER]).await;
        assert_eq!(page.0, 200, "{path}");
        assert!(
            page.2
                .contains("does not include the dashboard: &lt;no&gt; Node.")
        );
        assert!(page.2.contains("NUNCIO_DASHBOARD=required"));
        assert!(!page.2.contains("<script") && !page.2.contains("<style"));
        let policy = page.header("content-security-policy");
        assert_eq!(
            policy,
            "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        );
    }
    assert_eq!(scene.get("/assets/x.js", &[BROWSER]).await.0, 404);
}

#[test]
fn what_is_embedded_here_is_whole() {
    if EMBEDDED.left_out.is_some() {
        assert!(EMBEDDED.files.is_empty());
        return;
    }
    for name in ["index.html", "portal.html"] {
        let page = EMBEDDED.get(name).unwrap();
        let text = std::str::from_utf8(page.bytes).unwrap();
        assert!(text.contains(NONCE), "{name} has no place for the nonce");
        let named = text.split('"').filter(|part| part.starts_with("/assets/"));
        let mut scripts = 0;
        for path in named {
            let file = EMBEDDED.get(&path[1..]);
            assert!(file.is_some(), "{name} names {path}, which is not there");
            scripts += usize::from(path.ends_with(".js"));
        }
        assert!(scripts > 0, "{name} loads no script");
    }
}

/// What a page loads before it can show anything: the files that it names, and what those import at once.
fn first_load(page: &str) -> Vec<&'static File> {
    let mut found: Vec<&'static File> = Vec::new();
    let mut wanted = vec![page.to_owned()];
    while let Some(path) = wanted.pop() {
        if found.iter().any(|file| file.path == path) {
            continue;
        }
        let file = EMBEDDED.get(&path).unwrap();
        found.push(file);
        let text = String::from_utf8_lossy(file.bytes);
        let named = text.split('"').filter_map(|part| part.strip_prefix('/'));
        let imported = ["from\"./", "import\"./"]
            .into_iter()
            .flat_map(|word| text.split(word).skip(1))
            .filter_map(|rest| rest.split('"').next())
            .map(|name| format!("assets/{name}"));
        match path.rsplit('.').next() {
            Some("html") => wanted.extend(
                named
                    .filter(|path| path.starts_with("assets/"))
                    .map(str::to_owned),
            ),
            Some("js") => wanted.extend(imported),
            Some(_) | None => {}
        }
    }
    found
}

#[test]
fn a_page_is_there_after_350_kb() {
    const BYTES_MAX: usize = 350 * 1024;
    if EMBEDDED.left_out.is_some() {
        return;
    }
    for page in ["index.html", "portal.html"] {
        let files = first_load(page);
        let sizes = files
            .iter()
            .map(|file| file.gzip.unwrap_or(file.bytes).len());
        let bytes: usize = sizes.sum();
        let names: Vec<_> = files.iter().map(|file| file.path).collect();
        assert!(bytes <= BYTES_MAX, "{page}: {bytes} bytes in {names:?}");
        assert!(bytes > 50_000 && files.len() > 2, "{page}: {names:?}");
    }
}
