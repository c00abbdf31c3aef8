//! What of an endpoint is sealed: its secrets, the values of its headers, and what it authenticates with.

use std::sync::Arc;

use nuncio_domain::{Endpoint, EndpointAuth, EndpointId, EndpointTls, Secret, Secrets, Timestamp};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use crate::{Sealer, fail::Fail};

#[derive(Serialize, Deserialize)]
struct Sealed {
    current: String,
    previous: Vec<(String, i64)>,
    headers: Vec<(String, String)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    auth: Option<EndpointAuth>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tls: Option<EndpointTls>,
}

impl Drop for Sealed {
    fn drop(&mut self) {
        self.current.zeroize();
        self.previous.iter_mut().for_each(|(old, _)| old.zeroize());
        self.headers
            .iter_mut()
            .for_each(|(_, value)| value.zeroize());
    }
}

fn place(id: EndpointId) -> String {
    format!("endpoint:{id}")
}

/// Seals what an endpoint's row must not show.
pub(crate) fn seal(sealer: &Sealer, endpoint: &Endpoint) -> Result<Vec<u8>, Fail> {
    let secrets = &endpoint.secrets;
    let plain = Sealed {
        current: secrets.current.expose().to_owned(),
        previous: secrets
            .previous
            .iter()
            .map(|(old, ends)| (old.expose().to_owned(), ends.ms()))
            .collect(),
        headers: endpoint.headers.clone(),
        auth: endpoint.auth.as_deref().cloned(),
        tls: endpoint.tls.as_deref().cloned(),
    };
    let plain = Zeroizing::new(serde_json::to_vec(&plain)?);
    Ok(sealer.seal(&place(endpoint.id), &plain))
}

/// Opens it and puts it back into the endpoint that was read from the row.
pub(crate) fn open(sealer: &Sealer, endpoint: &mut Endpoint, sealed: &[u8]) -> Result<(), Fail> {
    let plain = sealer.open(&place(endpoint.id), sealed)?;
    let mut plain: Sealed = serde_json::from_slice(&plain)?;
    endpoint.secrets = Secrets {
        current: Secret::new(std::mem::take(&mut plain.current)),
        previous: std::mem::take(&mut plain.previous)
            .into_iter()
            .map(|(old, ends)| (Secret::new(old), Timestamp::from_ms(ends)))
            .collect(),
    };
    endpoint.headers = std::mem::take(&mut plain.headers);
    endpoint.auth = plain.auth.take().map(Arc::new);
    endpoint.tls = plain.tls.take().map(Arc::new);
    Ok(())
}
