//! What the commands of the binary share: a client of the API with stored profiles, output, the system's clock and randomness, certificates
//! for trials, private folders, open files.
//!
//! With the binary, its demo and its bench this is the outermost layer, and [`system`] is the only place that asks the
//! system for time and randomness.

pub mod certificate;
pub mod client;
pub mod descriptors;
pub mod output;
pub mod private;
pub mod profiles;
pub mod system;
