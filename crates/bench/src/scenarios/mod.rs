//! What can be measured, one file each.

mod attack;
mod backlog;
mod batch;
mod fan_out;
mod hang;
mod hosts;
mod many;
mod open_loop;
mod publish;
mod replay;
mod retention;
mod screens;
mod seed;
mod storm;
pub(super) mod throughput;

use anyhow::Context;
use clap::{Parser, Subcommand};

use super::{common::Common, measure::repeat};

/// What can be measured.
#[derive(Debug, Subcommand)]
pub(super) enum Scenario {
    /// One endpoint that responds at once, publishers that never wait: events per second, end to end.
    Throughput(throughput::Throughput),
    /// Each event goes to several endpoints.
    FanOut(fan_out::FanOut),
    /// Events at a constant rate: latency from when each should have been sent.
    OpenLoop(open_loop::OpenLoop),
    /// Some endpoints never respond: the effect on the others.
    Hang(hang::Hang),
    /// One tenant publishes nine of ten events: the effect on the others.
    Storm(storm::Storm),
    /// A large backlog: memory, start-up, new events, and the rate at which the backlog is delivered.
    Backlog(backlog::Backlog),
    /// Many events per request.
    Batch(batch::Batch),
    /// Full load for minutes: the highest latency of publishing.
    Publish(publish::Publish),
    /// Very many endpoints: the cost of publishing to one of them, start-up, memory.
    Many(many::Many),
    /// Endpoints on many hosts with TLS: connections and their reuse.
    Hosts(hosts::Hosts),
    /// A lot of old history that is deleted meanwhile: the effect on new events.
    Retention(retention::Retention),
    /// A bulk replay, and how it affects fresh events.
    Replay(replay::Replay),
    /// How long each screen's query takes with a million deliveries.
    Screens(screens::Screens),
    /// Writes a realistic history into the data folder of a stopped server.
    #[command(hide = true)]
    Seed(seed::Seed),
    /// Strangers do their worst: memory, the answers to monitors, and what others' deliveries notice of it.
    Attack(attack::Attack),
    /// One after the other.
    All,
}

/// The names of all, as on the command line.
const EVERY: [&str; 14] = [
    "throughput",
    "fan-out",
    "open-loop",
    "hang",
    "storm",
    "backlog",
    "batch",
    "publish",
    "many",
    "hosts",
    "retention",
    "replay",
    "screens",
    "attack",
];

/// A scenario with its defaults is what its name alone parses to.
#[derive(Parser)]
#[command(no_binary_name = true)]
struct Alone {
    #[command(subcommand)]
    scenario: Scenario,
}

impl Scenario {
    /// Measures and prints.
    ///
    /// # Errors
    /// As the scenario says, with its name.
    pub(super) async fn run(self, common: &Common, json: bool) -> anyhow::Result<()> {
        if let Self::All = self {
            for name in EVERY {
                let one = Alone::try_parse_from([name])?.scenario;
                Box::pin(one.run(common, json)).await?;
            }
            return Ok(());
        }
        if let Self::Seed(it) = self {
            return it.write(json);
        }
        let name = self.name();
        let done = match self {
            Self::Throughput(it) => repeat(name, it, common, json).await,
            Self::FanOut(it) => repeat(name, it, common, json).await,
            Self::OpenLoop(it) => repeat(name, it, common, json).await,
            Self::Hang(it) => repeat(name, it, common, json).await,
            Self::Storm(it) => repeat(name, it, common, json).await,
            Self::Backlog(it) => repeat(name, it, common, json).await,
            Self::Batch(it) => repeat(name, it, common, json).await,
            Self::Publish(it) => repeat(name, it, common, json).await,
            Self::Many(it) => repeat(name, it, common, json).await,
            Self::Hosts(it) => repeat(name, it, common, json).await,
            Self::Retention(it) => repeat(name, it, common, json).await,
            Self::Replay(it) => repeat(name, it, common, json).await,
            Self::Screens(it) => repeat(name, it, common, json).await,
            Self::Attack(it) => repeat(name, it, common, json).await,
            Self::Seed(_) | Self::All => Ok(()),
        };
        done.with_context(|| format!("scenario {name}"))
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Throughput(_) => "throughput",
            Self::FanOut(_) => "fan-out",
            Self::OpenLoop(_) => "open-loop",
            Self::Hang(_) => "hang",
            Self::Storm(_) => "storm",
            Self::Backlog(_) => "backlog",
            Self::Batch(_) => "batch",
            Self::Publish(_) => "publish",
            Self::Many(_) => "many",
            Self::Hosts(_) => "hosts",
            Self::Retention(_) => "retention",
            Self::Replay(_) => "replay",
            Self::Screens(_) => "screens",
            Self::Attack(_) => "attack",
            Self::Seed(_) => "seed",
            Self::All => "all",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_a_scenario_of_that_name() {
        for name in EVERY {
            let one = Alone::try_parse_from([name]).unwrap().scenario;
            assert_eq!(one.name(), name);
        }
    }
}
