//! What every attempt needs.

use std::sync::Arc;

use nuncio_domain::{Clock, Entropy};
use nuncio_store::{Owned, Work};
use nuncio_transform::Transformer;
use tokio::sync::watch;

use crate::delivery::{
    certificates::CertificateWatch, record::Recorder, send::Transport, tokens::Tokens,
};

/// What every attempt needs; shared by all.
pub(crate) struct Courier {
    pub(crate) store: Arc<dyn Work>,
    /// The shards that the store owns: asked for once, and read at each attempt.
    pub(crate) owned: watch::Receiver<Owned>,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) recorder: Recorder,
    pub(crate) user_agent: String,
    pub(crate) transformer: Transformer,
    pub(crate) tokens: Tokens,
    pub(crate) certificates: CertificateWatch,
}
