//! Calls every operation of a Svix server by Svix's own library, and receives what the server sends. The protocol is in
//! ../../README.md.
//!
//! usage: `SVIX_SERVER_URL=… SVIX_TOKEN=… svix-driver`

mod api;
mod delivery;
mod support;

use std::{env, process::ExitCode, sync::Arc};

use svix::api::{Svix, SvixOptions};

use support::{Cases, Receiver};

/// What the cases share.
struct World {
    cases: Cases,
    receiver: Arc<Receiver>,
    svix: Svix,
    token: String,
}

fn client(token: &str) -> Svix {
    let options = SvixOptions { server_url: env::var("SVIX_SERVER_URL").ok(), ..SvixOptions::default() };
    Svix::new(token.to_owned(), Some(options))
}

#[tokio::main]
async fn main() -> ExitCode {
    let token = env::var("SVIX_TOKEN").expect("SVIX_TOKEN is set");
    let mut world = World { cases: Cases::default(), receiver: Receiver::start(), svix: client(&token), token };
    api::run(&mut world).await;
    delivery::run(&mut world).await;
    match world.cases.failures {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}
