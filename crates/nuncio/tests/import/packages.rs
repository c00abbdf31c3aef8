//! `nuncio sdk`: packages of each language, whose own tests run with the language's toolchain.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::process::Command;

use crate::house::House;
use crate::support::api::text;
use crate::support::server::nuncio;
use crate::support::wait::within;

/// Dialects that differ: one in milliseconds, one whose signature is of the body alone, lists, and data without an envelope.
const DIALECTS: [(&str, &str); 5] = [
    ("inviolet", "InViolet"),
    ("deiterate", "de.iterate"),
    ("standard", "Standard"),
    ("svix", "Acme"),
    ("stripe", "Other"),
];

async fn run(program: &str, args: &[&str], folder: &Path) -> String {
    let mut command = Command::new(program);
    command
        .args(args)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    // A compiler with an empty cache takes its time on a busy machine.
    let ended = tokio::time::timeout(Duration::from_secs(600), command.output())
        .await
        .unwrap_or_else(|_| panic!("{program} does not end"))
        .unwrap_or_else(|error| panic!("{program}: {error}"));
    let (out, errors) = (
        String::from_utf8_lossy(&ended.stdout),
        String::from_utf8_lossy(&ended.stderr),
    );
    assert!(
        ended.status.success(),
        "{program} {args:?} in {}: {out}{errors}",
        folder.display()
    );
    format!("{out}{errors}")
}

/// Writes the package of a dialect.
async fn write(dialect: &str, name: &str, language: &str, folder: &Path) {
    let mut command = nuncio();
    command.args([
        "sdk",
        "--dialect",
        dialect,
        "--name",
        name,
        "--lang",
        language,
        "--out",
    ]);
    let ended = within("the package", command.arg(folder).output())
        .await
        .expect("it starts");
    assert!(
        ended.status.success(),
        "{dialect} {language}: {}",
        String::from_utf8_lossy(&ended.stderr)
    );
}

/// Writes the packages of all dialects and runs a test in each.
async fn check(language: &str, test: &[&[&str]]) {
    let folder = tempfile::tempdir().expect("a folder");
    for (dialect, name) in DIALECTS {
        let package = folder.path().join(dialect);
        write(dialect, name, language, &package).await;
        for command in test {
            run(command[0], &command[1..], &package).await;
        }
    }
}

#[tokio::test]
async fn typescript() {
    check("typescript", &[&["node", "--test"]]).await;
}

#[tokio::test]
async fn python() {
    check("python", &[&["python3", "-m", "unittest"]]).await;
}

#[tokio::test]
async fn go() {
    check("go", &[&["go", "vet", "./..."], &["go", "test", "./..."]]).await;
}

#[tokio::test]
async fn php() {
    check("php", &[&["php", "tests/run.php"]]).await;
}

#[tokio::test]
async fn ruby() {
    check("ruby", &[&["ruby", "-w", "test/test.rb"]]).await;
}

#[tokio::test]
async fn rust() {
    check("rust", &[&["cargo", "test", "--offline", "--quiet"]]).await;
}

#[tokio::test]
async fn java() {
    let build = "javac -Xlint:all -Werror -d out $(find src -name '*.java') && \
                 java -cp out $(cd out && find . -name WebhookTest.class | sed 's#^./##; s#.class$##') src/test/resources";
    check("java", &[&["sh", "-c", build]]).await;
}

/// The names, and the types of a running project's schemas.
#[tokio::test]
async fn a_projects_package_has_the_types_of_its_catalog() {
    let house = House::open("inviolet").await;
    let schema = json!({
        "type": "object", "required": ["id"],
        "properties": { "id": { "type": "string" }, "state": { "enum": ["open", "paid"] } }
    });
    let body = json!({ "description": "An order */ was paid.", "schema": schema });
    house.project.put("/v1/event-types/order.paid", body).await;
    let package = house.installation.folder().join("package");
    let mut command = nuncio();
    command
        .args([
            "sdk",
            &house.project.project_id(),
            "--name",
            "InViolet",
            "--lang",
            "typescript",
        ])
        .args(["--server", &house.server.url, "--out"])
        .arg(&package)
        .env("NUNCIO_KEY", house.key());
    let ended = within("the package", command.output())
        .await
        .expect("it starts");
    assert!(
        ended.status.success(),
        "{}",
        String::from_utf8_lossy(&ended.stderr)
    );
    let read = |file: &str| std::fs::read_to_string(package.join(file)).expect(file);
    let manifest: Value = serde_json::from_str(&read("package.json")).expect("JSON");
    assert_eq!(text(&manifest, "name"), "@inviolet/sdk");
    assert!(manifest.get("dependencies").is_none());
    assert!(read("index.js").contains("export class InVioletWebhook"));
    let use_it = r#"
        import { InVioletWebhook, verifyWebhookSignature, type OrderPaidEvent } from "./index.js";
        const webhook = new InVioletWebhook({ secret: "s" });
        export async function POST(request: Request): Promise<string> {
            const event = await webhook.constructEvent(request);
            const genuine: boolean = await verifyWebhookSignature({ secret: "s", body: "", headers: {} });
            if (event.event === "order.paid") return event.data.id + (event.data.state ?? "") + genuine;
            return event.organization_id;
        }
        export const wrong = (event: OrderPaidEvent) => {
            // @ts-expect-error: there is no such state
            return event.data.state === "gone";
        };
    "#;
    std::fs::write(package.join("use.ts"), use_it).expect("written");
    let tsc = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../sdks/node/webhooks/node_modules/typescript/bin/tsc"
    );
    let strict = [
        "--noEmit",
        "--strict",
        "--target",
        "es2022",
        "--module",
        "nodenext",
        "--lib",
        "es2022,dom",
    ];
    let args = [&[tsc], &strict[..], &["use.ts"]].concat();
    run("node", &args, &package).await;
}

#[tokio::test]
async fn what_no_package_can_do_is_said() {
    let refused = async |args: &[&str], expected: &str| {
        let mut command = nuncio();
        command
            .args(["sdk", "--lang", "go", "--out", "/dev/null/x"])
            .args(args);
        let ended = within("the refusal", command.output())
            .await
            .expect("it starts");
        let errors = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert_eq!(ended.status.code(), Some(2), "{errors}");
        assert!(errors.contains(expected), "{errors}");
    };
    refused(
        &["--dialect", "twilio", "--name", "A"],
        "its bodies are forms",
    )
    .await;
    refused(
        &["--dialect", "square", "--name", "A"],
        "it signs the endpoint's URL",
    )
    .await;
    refused(
        &["--dialect", "standard", "--name", "9"],
        "`9` is not a usable name",
    )
    .await;
    refused(&["proj_1", "--name", "A"], "a project needs --key").await;
}
