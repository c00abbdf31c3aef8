//! How the deliveries of a project stand, as the server tells.

use anyhow::Context;
use nuncio_tools::client::ApiClient;
use serde_json::Value;

/// All deliveries of one project.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Standing(pub(super) Vec<Delivery>);

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Delivery {
    /// `pending`, `succeeded`, `dead` or `cancelled`.
    pub(super) status: String,
    /// How many attempts it has had.
    pub(super) attempts: u32,
}

impl Standing {
    /// Asks the server.
    ///
    /// # Errors
    /// It does not answer, or not in the form that the API promises.
    pub(super) async fn ask(client: &ApiClient) -> anyhow::Result<Self> {
        // One page: the demo's story has fewer deliveries than that.
        let page = client.get("/v1/deliveries?limit=250").await?;
        let deliveries = page["data"]
            .as_array()
            .context("the deliveries are no list")?;
        Ok(Self(
            deliveries
                .iter()
                .map(Delivery::read)
                .collect::<Result<_, _>>()?,
        ))
    }

    /// How many have this status.
    pub(super) fn count(&self, status: &str) -> usize {
        self.0
            .iter()
            .filter(|delivery| delivery.status == status)
            .count()
    }

    /// Attempts of all of them together.
    pub(super) fn attempts(&self) -> u32 {
        self.0.iter().map(|delivery| delivery.attempts).sum()
    }

    /// Whether all that were published are there and none has work left.
    pub(super) fn is_settled(&self, published: usize) -> bool {
        self.0.len() >= published && self.count("pending") == 0
    }
}

impl Delivery {
    fn read(value: &Value) -> anyhow::Result<Self> {
        let status = value["status"]
            .as_str()
            .context("a delivery without status")?
            .to_owned();
        let attempts = value["attempts"]
            .as_u64()
            .context("a delivery without attempts")?;
        Ok(Self {
            status,
            attempts: u32::try_from(attempts)?,
        })
    }
}
