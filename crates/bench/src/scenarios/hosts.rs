//! Scenario `hosts`: endpoints on many hosts with TLS. How many connections does that take, how often is one used
//! again, and how fast is it beside one host over plain HTTP?
//!
//! A host is an address of its own in 127.0.0.0/8, with a port of its own; all have one certificate.

use std::net::Ipv4Addr;

use clap::Args;
use nuncio_tools::certificate::Certificate;
use serde::Serialize;

use crate::{
    common::Common,
    figures::{Figures, Unit},
    measure::Measure,
    progress::Progress,
    receiver::{Receiver, Reserved},
    rig::{Load, Phase, Rig},
    server::{Home, Server},
    site::{Hook, Site, all_to, in_turn},
};

/// Flags of `nuncio bench hosts`.
#[derive(Args, Clone, Debug, Serialize)]
pub(crate) struct Hosts {
    /// Endpoints, each in its own tenant, spread over the hosts.
    #[arg(long, value_name = "N", default_value_t = 2_000,
          value_parser = clap::value_parser!(u64).range(1..=100_000))]
    endpoints: u64,
    /// Hosts.
    #[arg(long, value_name = "N", default_value_t = 200,
          value_parser = clap::value_parser!(u64).range(1..=250))]
    hosts: u64,
    /// Events in each measured window.
    #[arg(long, value_name = "N", default_value_t = 100_000,
          value_parser = clap::value_parser!(u64).range(100..=10_000_000))]
    events: u64,
}

impl Measure for Hosts {
    fn shrink(&mut self) {
        (self.endpoints, self.hosts, self.events) = (20, 4, 500);
    }

    fn about(&self) -> String {
        let Self {
            endpoints,
            hosts,
            events,
        } = self;
        format!("{events} events to {endpoints} endpoints on {hosts} hosts with TLS, closed loop")
    }

    async fn measure(&self, common: &Common, progress: &Progress) -> anyhow::Result<Figures> {
        progress.say("measuring one host over plain HTTP");
        let load = Load::closed(common, all_to(0), self.events);
        let mut plain = Rig::start(common, self.events * 2, 1).await?;
        let receiver = plain.receiver()?;
        plain.site.hook(&Hook::at(0, receiver.addr, 0)).await?;
        plain.run(&load.part(0.1), progress).await?;
        let base = plain.run(&load, progress).await?;
        drop((plain, receiver));

        progress.say("measuring many hosts with TLS");
        let (rig, with) = self.run(common, progress).await?;

        let mut figures = Figures::default();
        figures.add("base_delivered_per_s", Unit::PerS, base.delivered_per_s);
        figures.add("delivered_per_s", Unit::PerS, with.delivered_per_s);
        let share = with.delivered_per_s / base.delivered_per_s;
        let share = figures.add("share_of_plain", Unit::Share, share);
        share.at_least(0.6);
        let opened = rig.desk.connections() as f64;
        figures.add("connections_opened", Unit::Level, opened);
        let most = rig.desk.connections_peak() as f64;
        figures.add("connections_open_at_a_time", Unit::Level, most);
        let each = with.numbers.end as f64 / opened;
        figures.add("deliveries_a_connection", Unit::Level, each);
        with.end_to_end.tell("end_to_end", &mut figures);
        let cpu = with.cpu_us_per_delivery();
        figures.add("server_cpu_us_per_delivery", Unit::Us, cpu);
        figures.add("server_memory_peak_mib", Unit::MiB, rig.memory_peak_mib());
        rig.tell_trust(&[&base, &with], &mut figures)?;
        Ok(figures)
    }
}

impl Hosts {
    async fn run(&self, common: &Common, progress: &Progress) -> anyhow::Result<(Rig, Phase)> {
        let addresses: Vec<Ipv4Addr> = (1..=self.hosts)
            .map(|host| Ipv4Addr::new(127, 0, 1, host as u8))
            .collect();
        let names: Vec<String> = addresses.iter().map(Ipv4Addr::to_string).collect();
        let certificate = Certificate::make(names)?;
        let mut home = Home::make(common).await?;
        home.trust(&certificate.ca_pem)?;
        let server = Server::start(home).await?;
        let site = Site::make(server.addr).await?;
        let mut rig = Rig::of(server, site, self.events * 2, 1);
        let open = |ip: &Ipv4Addr| Reserved::at(*ip)?.open_tls(&certificate.tls, &rig.desk);
        let receivers = addresses.iter().map(open);
        let receivers = receivers.collect::<std::io::Result<Vec<Receiver>>>()?;
        let hooks = (0..self.endpoints).map(|number| {
            let at = receivers[(number % self.hosts) as usize].addr;
            Hook {
                url: format!("https://{at}/hook/{number}"),
                ..Hook::at(number, at, number)
            }
        });
        rig.site.hooks(hooks.collect()).await?;
        let load = Load::closed(common, in_turn(0..self.endpoints), self.events);
        rig.run(&load.part(0.1), progress).await?;
        let phase = rig.run(&load, progress).await?;
        Ok((rig, phase))
    }
}
