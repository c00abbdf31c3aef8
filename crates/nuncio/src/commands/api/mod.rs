//! Every operation of the API as a command: `nuncio endpoints list`, made of the same model as the clients.
//!
//! Where a command of the same name is written by hand (`nuncio keys create`), that one is taken: it says more.

mod flags;
mod model;
mod print;

use std::{process::ExitCode, time::Duration};

use anyhow::Context;
use clap::{ArgMatches, Command, FromArgMatches};
use nuncio_tools::{
    client::{ApiClient, ServerArgs},
    output,
};
use serde_json::Value;

use model::{Operation, RESOURCES};

/// Operations that have a command at the top too.
const SHORTCUTS: &[(&str, &str, &str)] = &[
    ("recover", "endpoints", "recover"),
    ("portal", "tenants", "create-portal-session"),
];

/// Adds the commands that are missing.
pub(crate) fn add(mut cli: Command) -> Command {
    for resource in RESOURCES.iter() {
        let name = resource.name.as_str();
        let by_hand = cli.find_subcommand(name);
        let is_new = |operation: &&Operation| {
            by_hand.is_none_or(|known| known.find_subcommand(&operation.name).is_none())
        };
        let operations = resource.operations.iter().filter(is_new);
        let operations: Vec<_> = operations.map(flags::command).collect();
        cli = match by_hand.is_some() {
            true => cli.mut_subcommand(name, |known| {
                known.subcommands(operations).subcommand_negates_reqs(true)
            }),
            false => cli.subcommand(of_resource(name).subcommands(operations)),
        };
    }
    for (name, resource, operation) in SHORTCUTS {
        if let Some(operation) = model::operation(resource, operation) {
            cli = cli.subcommand(flags::command(operation).name(*name));
        }
    }
    cli
}

fn of_resource(name: &'static str) -> Command {
    let about = match name {
        "attempts" => "List and show single attempts",
        "audit" => "Show who changed what",
        "dead-letters" => "List, retry and delete deliveries that failed for good",
        "dialects" => "Manage the dialects of a project on the server",
        "endpoints" => "Manage endpoints: create, change, test, recover, rotate secrets",
        "events" => "List, publish, replay and explain events",
        "overview" => "Show the state of a project",
        "projects" => "Manage projects",
        "stats" => "Count what was sent",
        "tenants" => "Manage tenants and open their portals",
        "transforms" => "List ready-made transformations",
        _ => "Operations of the API",
    };
    Command::new(name)
        .about(about)
        .subcommand_required(true)
        .arg_required_else_help(true)
}

/// The operation that was asked for; none if the command is one written by hand.
pub(crate) fn find(cli: &Command, given: &ArgMatches) -> Option<Call> {
    let (name, above) = given.subcommand()?;
    if let Some((_, resource, operation)) = SHORTCUTS.iter().find(|(known, ..)| *known == name) {
        let operation = model::operation(resource, operation)?;
        return Some(Call {
            operation,
            given: above.clone(),
            above: None,
        });
    }
    let (name_below, below) = above.subcommand()?;
    let by_hand = cli.find_subcommand(name);
    if by_hand.is_some_and(|known| known.find_subcommand(name_below).is_some()) {
        return None;
    }
    let operation = model::operation(name, name_below)?;
    let above = by_hand.map(|_| above.clone());
    Some(Call {
        operation,
        given: below.clone(),
        above,
    })
}

/// An operation with what was given for it.
#[derive(Debug)]
pub(crate) struct Call {
    operation: &'static Operation,
    given: ArgMatches,
    /// What stood before the operation's name, where a command written by hand takes the server there.
    above: Option<ArgMatches>,
}

impl Call {
    /// Asks the server and prints its answer.
    ///
    /// # Errors
    /// Bad arguments, no answer, or a refusal.
    pub(crate) async fn run(self, json: bool) -> anyhow::Result<ExitCode> {
        let client = self.client()?;
        let path = flags::path(self.operation, &self.given)?;
        let body = flags::body(self.operation, &self.given)?;
        let watched = self
            .operation
            .is_read()
            .then(|| self.given.get_one::<u64>("watch"));
        let Some(seconds) = watched.flatten() else {
            let answer = self.answer(&client, &path, body.as_ref()).await?;
            output::text(self.said(&answer, json));
            return Ok(ExitCode::SUCCESS);
        };
        let mut last = String::new();
        loop {
            let answer = self.answer(&client, &path, None).await?;
            let said = self.said(&answer, json);
            if said != last {
                output::text(&said);
                last = said;
            }
            tokio::time::sleep(Duration::from_secs(*seconds)).await;
        }
    }

    fn client(&self) -> anyhow::Result<ApiClient> {
        let server = |given: &ArgMatches| ServerArgs::from_arg_matches(given);
        let own = server(&self.given).context("the server's address")?;
        match &self.above {
            Some(above) => own
                .or(server(above).context("the server's address")?)
                .client(),
            None => own.client(),
        }
    }

    async fn answer(
        &self,
        client: &ApiClient,
        path: &str,
        body: Option<&Value>,
    ) -> anyhow::Result<Value> {
        let mut answer = client.call(&self.operation.verb, path, body).await?;
        if self.operation.is_list() && self.given.get_flag("all") {
            while let Some(cursor) = answer["next_cursor"].as_str() {
                let separator = if path.contains('?') { '&' } else { '?' };
                let page = client
                    .get(&format!("{path}{separator}cursor={cursor}"))
                    .await?;
                let next = page["next_cursor"].clone();
                let more = page["data"].as_array().cloned().unwrap_or_default();
                if let Some(data) = answer["data"].as_array_mut() {
                    data.extend(more);
                }
                answer["next_cursor"] = next;
            }
        }
        Ok(answer)
    }

    fn said(&self, answer: &Value, json: bool) -> String {
        if json {
            format!("{answer:#}")
        } else {
            print::text(self.operation, answer)
        }
    }
}
