//! What happens in the demo, in order.

use std::{process::ExitCode, time::Duration};

use anyhow::{Context, ensure};
use console::style;
use serde_json::json;
use tokio::time::{Instant, interval, sleep};

use super::{
    live::until_settled,
    refusals,
    report::{Report, Row},
    screen::{Screen, bad, good},
    server::{DemoServer, DemoServerOptions},
    stage::{Act, Stage, text},
    standing::Standing,
    temper::Temper,
    verdict::{self, Evidence},
};

/// Between two events while the demo goes on.
const NOW_AND_THEN: Duration = Duration::from_secs(3);
/// Between two looks at a job that takes a fraction of a second.
const JOB_REFRESH: Duration = Duration::from_millis(50);

/// The story once it is told: the stage stands, to be looked at.
pub(super) struct Told {
    screen: Screen,
    stage: Stage,
    ok: bool,
}

/// Tells the story up to where everything is settled, and prints what it proved.
///
/// # Errors
/// The server or a receiver does not start, or the API refuses what it should accept.
pub(super) async fn tell(
    quiet: bool,
    start: impl AsyncFnOnce(DemoServerOptions) -> anyhow::Result<DemoServer>,
) -> anyhow::Result<Told> {
    let began = Instant::now();
    let screen = Screen::new(quiet);
    let stage = Stage::build(start).await?;
    screen.introduce(&stage);

    screen.part("A customer tries an endpoint without TLS");
    let plain_http_refused = match stage.acts.first() {
        Some(act) => refusals::plain_http(act).await,
        None => None,
    };
    match &plain_http_refused {
        Some(why) => screen.say(format!("  {} {why}", good("refused:"))),
        None => screen.say(format!(
            "  {}",
            bad("accepted, but should have been rejected")
        )),
    }

    screen.part("Each vendor publishes its catalog's sample events; receivers verify by the vendor's own rules");
    let mut cast = Vec::new();
    for act in &stage.acts {
        cast.push((act, publish(act).await?));
    }
    let before = until_settled(screen, &cast).await?;

    let mut down = cast.clone();
    down.retain(|(act, _)| act.vendor.temper == Temper::Down);
    for (act, _) in &down {
        let dialect = act.vendor.dialect;
        screen.part(&format!(
            "{dialect}'s receiver is back: its dead letters are retried, all at once"
        ));
        bring_back(act).await?;
    }
    until_settled(screen, &down).await?;

    let mut vendors = Vec::new();
    for ((act, published), before) in cast.iter().zip(&before) {
        let row = row(screen, act, &stage.ca_pem, *published, before).await;
        vendors.push(row.with_context(|| format!("looking at {}", act.vendor.dialect))?);
    }
    let ok = plain_http_refused.is_some() && vendors.iter().all(|row| row.faults.0.is_empty());
    let report = Report {
        ok,
        seconds: began.elapsed().as_secs_f32(),
        server: stage.server.clone(),
        admin_key: stage.admin_key.clone(),
        plain_http_refused,
        vendors,
    };
    report.print(screen)?;
    Ok(Told { screen, stage, ok })
}

impl Told {
    /// Publishes a sample event now and then, vendor by vendor, for ever.
    ///
    /// # Errors
    /// The API refuses one.
    pub(super) async fn go_on(&self) -> anyhow::Result<()> {
        self.screen
            .part("The server keeps running and publishes a sample event every 3 s until Ctrl-C");
        self.screen.whereabouts(&self.stage);
        let mut pause = interval(NOW_AND_THEN);
        for round in 0.. {
            for act in &self.stage.acts {
                pause.tick().await;
                let samples = act.samples().await?;
                let sample = &samples[round % samples.len()];
                let event = act.client.post_text("/v1/events", sample.clone()).await?;
                let line = format!(
                    "  {:<11} {:<28} {}",
                    act.vendor.dialect,
                    text(&event, "type")?,
                    text(&event, "id")?
                );
                self.screen.say(style(line).dim().to_string());
            }
        }
        Ok(())
    }

    /// Stops everything; the code says whether all ended as it should.
    ///
    /// # Errors
    /// The server does not stop cleanly.
    pub(super) async fn end(self) -> anyhow::Result<ExitCode> {
        self.stage.shutdown().await?;
        Ok(if self.ok {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}

/// Publishes all samples; returns how many deliveries they are.
async fn publish(act: &Act) -> anyhow::Result<usize> {
    let samples = act.samples().await?;
    ensure!(
        !samples.is_empty(),
        "the catalog of {} is empty",
        act.vendor.dialect
    );
    for sample in &samples {
        let event = act.client.post_text("/v1/events", sample.clone()).await?;
        ensure!(
            event["deliveries"] == 1,
            "an event that matches {} endpoints",
            event["deliveries"]
        );
    }
    Ok(samples.len())
}

/// Brings a receiver back and has the server retry what died meanwhile; returns when the job is done.
async fn bring_back(act: &Act) -> anyhow::Result<()> {
    act.receiver.open()?;
    let filter = json!({"filter": {"endpoint": act.endpoint}});
    let answer = act.client.post("/v1/dead-letters/retry", &filter).await?;
    let job = format!("/v1/jobs/{}", text(&answer, "job")?);
    while text(&act.client.get(&job).await?, "state")? == "running" {
        sleep(JOB_REFRESH).await;
    }
    Ok(())
}

async fn row(
    screen: Screen,
    act: &Act,
    ca_pem: &str,
    published: usize,
    before: &Standing,
) -> anyhow::Result<Row> {
    let after = Standing::ask(&act.client).await?;
    // Counted before it is tampered with: what is refused from then on is as it should be.
    let tally = act.receiver.tally();
    screen.disbelief(act.vendor.dialect, &tally);
    let tampered = refusals::tampered_copy(act, ca_pem).await?;
    let faults = verdict::judge(&Evidence {
        temper: act.vendor.temper,
        schedule_attempts: act.faster.attempts(),
        published,
        before,
        after: &after,
        tally: &tally,
        tampered,
    });
    Ok(Row {
        vendor: act.title.clone(),
        dialect: act.vendor.dialect,
        receiver: act.vendor.temper.to_string(),
        temper: act.vendor.temper,
        deliveries: after.0.len(),
        attempts: after.attempts(),
        verified: tally.accepted.len(),
        tampered_copy: tampered.as_u16(),
        faults,
    })
}
