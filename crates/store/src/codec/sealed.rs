//! What of an endpoint is sealed: its secrets and the values of its headers.

use nuncio_domain::{Endpoint, EndpointId, Secret, Secrets, Timestamp};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use crate::{Sealer, fail::Fail};

#[derive(Serialize, Deserialize)]
struct Sealed {
    current: String,
    previous: Vec<(String, i64)>,
    headers: Vec<(String, String)>,
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
    Ok(())
}
