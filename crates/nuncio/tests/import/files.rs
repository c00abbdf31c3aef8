//! Home-made endpoints from a file.

use serde_json::json;

use crate::house::{House, outcomes};
use crate::support::api::text;
use crate::support::sink::Sink;

#[tokio::test]
async fn endpoints_of_a_file_come_once_and_keep_their_secrets() {
    let house = House::open("svix").await;
    let sink = Sink::healthy();
    let file = house.installation.folder().join("endpoints.csv");
    let rows = format!(
        "tenant,url,secret,events,description,headers,dialect\n\
         acme,{url}/a,whsec_KioqKioqKioqKioqKioqKioqKioqKioq,order.paid;user.*,Orders,x-team: a,\n\
         beta,{url}/b,,,,,\n\
         beta,ftp://b.test/,,,,,\n\
         beta,{url}/c,short,,,,\n\
         beta,{url}/d,,,,,no-such-dialect\n\
         beta,{url}/e,,,,svix-id: 1,\n",
        url = sink.url
    );
    std::fs::write(&file, rows).expect("written");
    let file = file.to_str().expect("UTF-8");

    let dry = house.import(&["csv", file], 3).await;
    let found = outcomes(&dry);
    assert_eq!(found[..2], ["line 2 create", "line 3 create"]);
    for (line, part) in [
        (2, "line 4 refused: "),
        (
            3,
            "line 5 refused: the secret does not fit the dialect `svix`",
        ),
        (4, "line 6 refused: 404"),
        (5, "line 7 refused: the header `svix-id` "),
    ] {
        assert!(found[line].starts_with(part), "{found:?}");
    }
    assert!(
        house.project.all("/v1/endpoints").await.is_empty(),
        "a dry run creates nothing"
    );

    let applied = house.import(&["csv", file, "--apply"], 3).await;
    assert_eq!(
        outcomes(&applied)[..2],
        ["line 2 created", "line 3 created"]
    );
    let again = house.import(&["csv", file, "--apply"], 3).await;
    assert_eq!(outcomes(&again)[..2], ["line 2 exists", "line 3 exists"]);
    let endpoints = house.project.all("/v1/endpoints").await;
    assert_eq!(endpoints.len(), 2);
    let acme = endpoints
        .values()
        .find(|one| one["tenant"] == "acme")
        .expect("it is there");
    assert_eq!(acme["events"], json!(["order.paid", "user.*"]));
    assert_eq!(acme["description"], "Orders");

    house.project.publish("acme", "order.paid", "{}").await;
    let arrivals = sink.arrived("/a", 1).await;
    assert!(crate::house::is_signed(
        "svix",
        &arrivals[0],
        "whsec_KioqKioqKioqKioqKioqKioqKioqKioq"
    ));
    assert_eq!(arrivals[0].header("x-team"), "a");
}

#[tokio::test]
async fn the_audit_names_the_import_and_no_report_a_secret() {
    let house = House::open("standard").await;
    let file = house.installation.folder().join("endpoints.json");
    let secret = "whsec_KysrKysrKysrKysrKysrKysrKysrKysr";
    let rows = json!([{ "tenant": "acme", "url": "http://127.0.0.1:1/?token=tok_hidden", "secret": secret }]);
    std::fs::write(&file, rows.to_string()).expect("written");
    let file = file.to_str().expect("UTF-8");
    for args in [&["json", file][..], &["json", file, "--apply"]] {
        let (printed, errors, code) = house.run(args).await;
        assert_eq!(code, Some(0), "{errors}");
        for hidden in [secret, "tok_hidden"] {
            assert!(
                !printed.contains(hidden) && !errors.contains(hidden),
                "{printed}{errors}"
            );
        }
    }
    let entries = house.project.get("/v1/audit").await.expect(200);
    let actions: Vec<_> = entries["data"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|entry| text(entry, "action"))
        .collect();
    assert!(
        actions.iter().any(|action| action == "endpoint.create"),
        "{actions:?}"
    );
}
