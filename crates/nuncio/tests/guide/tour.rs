//! The commands of the page, carried out by a customer with a tenant's key and nothing else.

use serde_json::{Value, json};
use tokio::process::Command;

use crate::{
    page::{Block, blocks},
    support::{api::text, server::Installation, sink::Sink},
};

const VENDORS: [&str; 6] = [
    "standard",
    "inviolet",
    "deiterate",
    "ventryx",
    "yativo",
    "grantiva",
];
const TENANT: &str = "org_2pX9";

struct Customer {
    key: String,
    endpoint: String,
}

impl Customer {
    /// Carries out the command under a heading; what it prints must be JSON.
    async fn run(&self, page: &[Block], heading: &str) -> Value {
        let command = page
            .iter()
            .find(|block| block.heading == heading && block.language == "sh")
            .unwrap_or_else(|| panic!("no command under {heading}"));
        let done = Command::new("bash")
            .args([
                "-c",
                &command.text.replace(
                    "curl ",
                    "curl --silent --show-error --noproxy '*' --fail-with-body ",
                ),
            ])
            .env("API_KEY", &self.key)
            .env("ENDPOINT_ID", &self.endpoint)
            .output()
            .await
            .expect("bash is there");
        let said = String::from_utf8_lossy(&done.stdout);
        assert!(done.status.success(), "{}: {said}", command.text);
        serde_json::from_str(&said).expect("JSON")
    }
}

#[tokio::test]
async fn the_commands_of_the_page_work_as_they_stand() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    for dialect in VENDORS {
        let receiver = Sink::healthy();
        let policy = json!({ "transformations": "tenant" });
        let project = server.admin().new_project(dialect, policy).await;
        project
            .put(
                &format!("/v1/tenants/{TENANT}"),
                json!({ "plan": "business" }),
            )
            .await
            .expect(200);
        let key = json!({ "name": "of the customer", "kind": "tenant", "scope": "full", "tenant": TENANT });
        let key = project.post("/v1/keys", key).await.expect(201);
        let page = project.get("/v1/guide?format=markdown").await.text;
        let page = blocks(&page.replace(
            "https://example.com/webhooks",
            &format!("{}/", receiver.url),
        ));
        let mut customer = Customer {
            key: text(&key, "key"),
            endpoint: String::new(),
        };
        let created = customer.run(&page, "Adding an endpoint").await;
        customer.endpoint = text(&created, "id");
        assert!(!text(&created, "secret").is_empty());
        customer.run(&page, "Testing").await;
        receiver.arrived("/", 1).await;
        let history = customer.run(&page, "Delivery history").await;
        assert_eq!(history["data"][0]["type"], "webhook.test", "{history}");

        let filtered = customer.run(&page, "Conditions on the content").await;
        assert!(
            filtered["filter"]["data"]["amount"].is_array(),
            "{filtered}"
        );
        let on = customer.run(&page, "Channels").await;
        assert_eq!(on["channels"], json!(["eu"]));
        customer.run(&page, "Authentication").await;
        customer.run(&page, "Changing requests").await;
        customer.run(&page, "Testing").await;
        let last = receiver.arrived("/", 2).await.remove(1);
        assert_eq!(last.header("x-gateway-key"), "a-long-random-key");
        assert_eq!(last.header("x-team"), "billing");
    }
}
