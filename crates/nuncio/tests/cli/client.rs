//! Commands that are clients of a server: publish, keys, deliveries, retry.

use serde_json::json;

use crate::{
    run::{DONE, FAILED, USAGE, run},
    support::{
        api::text,
        server::{ADMIN_KEY, Installation},
        sink::Sink,
        wait::eventually,
    },
};

#[tokio::test]
async fn events_keys_deliveries_and_retries_from_the_command_line() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::start(|_, before| Some(if before == 0 { 500 } else { 200 }));
    let admin = server.admin();
    let made = json!({ "name": "p", "dialect": "standard" });
    let project = text(&admin.post("/v1/projects", made).await.expect(201), "id");
    admin
        .project(&project)
        .new_endpoint(json!({
            "tenant": "acme", "url": receiver.url, "events": ["*"], "retry": { "delays_s": [0] },
        }))
        .await;
    let address = server.url.clone();
    let as_admin = [
        ("NUNCIO_SERVER", address.as_str()),
        ("NUNCIO_KEY", ADMIN_KEY),
        ("NUNCIO_PROJECT", project.as_str()),
    ];
    let created = run(
        &["keys", "create", "--name", "app", "--json"],
        "",
        &as_admin,
    )
    .await;
    let created = created.json(DONE);
    let key = text(&created, "key");
    let listed = run(&["keys", "list", "--json"], "", &as_admin)
        .await
        .json(DONE);
    assert_eq!(text(&listed["data"][0], "id"), text(&created, "id"));
    assert!(
        !run(&["keys", "list"], "", &as_admin)
            .await
            .expect(DONE)
            .contains(&key)
    );

    let env = [
        ("NUNCIO_SERVER", address.as_str()),
        ("NUNCIO_KEY", key.as_str()),
    ];
    let publish = ["publish", "--tenant", "acme", "--type", "a.b"];
    let event = run(
        &[&publish[..], &["-", "--json"]].concat(),
        r#"{"b":1.0}"#,
        &env,
    )
    .await;
    assert!(text(&event.json(DONE), "id").starts_with("evt_"));
    assert!(
        receiver.arrived("/", 1).await[0]
            .text()
            .contains(r#"{"b":1.0}"#)
    );
    run(&[&publish[..], &["{not json"]].concat(), "", &env)
        .await
        .expect(USAGE);
    run(&["publish", "--tenant", "-", "--type", "a", "{}"], "", &env)
        .await
        .expect(FAILED);

    let dead = [
        "deliveries",
        "--status",
        "dead",
        "--tenant",
        "acme",
        "--json",
    ];
    let id = eventually("the delivery is dead", async || {
        let listed = run(&dead, "", &env).await.json(DONE);
        listed["data"][0]["id"].as_str().map(str::to_owned)
    })
    .await;
    assert!(
        run(&["deliveries"], "", &env)
            .await
            .expect(DONE)
            .contains(&id)
    );
    assert!(
        run(&["deliveries", &id], "", &env)
            .await
            .expect(DONE)
            .contains("500")
    );
    let job = run(&["retry", "--status", "dead", "--json"], "", &env)
        .await
        .json(DONE);
    assert_eq!(job["done"], 1);
    receiver.arrived("/", 2).await;
    run(&["retry", &id], "", &env).await.expect(DONE);
    receiver.arrived("/", 3).await;
    run(&["retry"], "", &env).await.expect(USAGE);
    run(&["retry", "del_00000000000000000000000000"], "", &env)
        .await
        .expect(FAILED);

    run(&["keys", "revoke", &text(&created, "id")], "", &as_admin)
        .await
        .expect(DONE);
    run(&["deliveries"], "", &env).await.expect(FAILED);
    server.kill().await;
    run(&["deliveries"], "", &env).await.expect(FAILED);
}
