//! `nuncio demo`: the first thing that a new user runs.

use crate::run::{DONE, offline};

#[tokio::test]
async fn the_demo_ends_well() {
    let told = offline(&["demo", "--once"], "").await.expect(DONE);
    for vendor in ["inviolet", "deiterate", "ventryx", "yativo", "grantiva"] {
        assert!(told.contains(vendor), "{told}");
    }
}
