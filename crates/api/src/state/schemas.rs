//! JSON Schemas (2020-12) of event types: checked when they are put, kept compiled for publishing.
//!
//! A check costs what its budget allows. What is small is tried at once, with a small budget; whatever needs more is
//! compiled and checked apart from the threads that answer requests.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, atomic::Ordering::Relaxed},
    time::Duration,
};

use nuncio_domain::{Clock, EventType, EventTypeName, ProjectId};
use nuncio_schema::{BadSchema, Break, Budget, Exhausted, Mismatch, Schema, SchemaVerdict, breaks};
use serde_json::Value;

use crate::{
    http::{
        metrics::Counters,
        problem::{Kind, Problem},
    },
    state::apart::Apart,
};

/// Memory for compiled schemas; beyond it all are dropped and compiled again when needed.
const COMPILED_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Data up to this is parsed and tried at once: a few hundred values.
const SMALL_BYTES_MAX: usize = 16 * 1024;
/// What is tried at once: well below a millisecond, on a thread's ordinary stack.
const SMALL_STEPS_MAX: u64 = 20_000;
const SMALL_DEPTH_MAX: u32 = 48;
/// The most that one check may cost: about a tenth of a second. A megabyte of ordinary data takes half of it.
const STEPS_MAX: u64 = 4_000_000;
/// Schemas in one another, by way of the data or in place. Data nests 128 deep, with some references at each level.
const DEPTH_MAX: u32 = 1_000;
/// What the checks of one request may cost together: a batch of large events with ordinary schemas.
const REQUEST_STEPS_MAX: u64 = 20_000_000;
/// After so many steps on a thread that answers requests, others have their turn: a millisecond or two.
const STEPS_IN_A_ROW_MAX: u64 = 100_000;
/// However slow the machine is, nobody waits longer.
const TIME_MAX: Duration = Duration::from_secs(5);

/// What the checks of one request may still cost.
pub(crate) struct Allowance {
    steps_left: u64,
    /// Taken since others had a turn on the thread.
    steps_in_a_row: u64,
}

impl Default for Allowance {
    fn default() -> Self {
        Self {
            steps_left: REQUEST_STEPS_MAX,
            steps_in_a_row: 0,
        }
    }
}

impl Allowance {
    fn take(&mut self, steps: u64) {
        self.steps_left = self.steps_left.saturating_sub(steps);
        self.steps_in_a_row += steps;
    }

    /// Lets others have their turn on the thread, when it is time.
    async fn let_others_in(&mut self) {
        if self.steps_in_a_row >= STEPS_IN_A_ROW_MAX {
            self.steps_in_a_row = 0;
            tokio::task::yield_now().await;
        }
    }
}

/// The compiled schemas, by project and event type, and those who wait for a check.
#[derive(Default)]
pub(crate) struct Schemas {
    compiled: Mutex<Kept>,
    apart: Apart,
}

#[derive(Default)]
struct Kept {
    bytes: usize,
    schemas: HashMap<(ProjectId, EventTypeName, u32), Compiled>,
}

#[derive(Clone)]
struct Compiled {
    /// What it was compiled from. The store hands out the same one until the type changes.
    of: Arc<EventType>,
    /// Which version of it.
    version: u32,
    /// Nothing, if it was stored before there were rules for schemas, and breaks them.
    schema: Option<Arc<Schema>>,
}

impl Compiled {
    fn bytes(&self) -> usize {
        const ENTRY_BYTES: usize = 256;
        ENTRY_BYTES + self.schema.as_ref().map_or(0, |schema| schema.weight())
    }
}

/// What came of a check.
enum Checked {
    Fits,
    Refused(Problem),
    Exhausted(Exhausted),
    /// There is no schema that could be compiled.
    Unchecked,
}

impl Schemas {
    /// Checks an event's data against that version of its type's schema, if there is one.
    pub(crate) async fn check(
        &self,
        clock: &Arc<dyn Clock>,
        counters: &Counters,
        project: ProjectId,
        (event_type, version): (&Arc<EventType>, u32),
        data: &str,
        allowance: &mut Allowance,
    ) -> Result<(), Problem> {
        if event_type.schema_of(version).flatten().is_none() {
            return Ok(());
        }
        if allowance.steps_left == 0 {
            return Err(exhausted(counters, event_type, &together()));
        }
        let known = self.known(project, event_type, version);
        if let Some(checked) = known
            .as_ref()
            .and_then(|known| tried_at_once(known, data, allowance))
        {
            allowance.let_others_in().await;
            return verdict(counters, event_type, checked);
        }
        let turn = self.apart.turn(project).await.inspect_err(|_| {
            counters.schema_checks_refused.fetch_add(1, Relaxed);
        })?;
        let (work, steps) = (Arc::clone(event_type), allowance.steps_left.min(STEPS_MAX));
        let (data, clock) = (data.to_owned(), Arc::clone(clock));
        let (compiled, checked, taken) = turn
            .run(move || {
                let compiled = known.unwrap_or_else(|| compile(work, version));
                let (checked, taken) = checked(&compiled, &data, steps, &*clock);
                (compiled, checked, taken)
            })
            .await?;
        allowance.steps_left = allowance.steps_left.saturating_sub(taken);
        self.keep(project, compiled);
        verdict(counters, event_type, checked)
    }

    /// Checks a schema that is to be stored, and the example against it.
    pub(crate) async fn check_new(
        &self,
        clock: &Arc<dyn Clock>,
        project: ProjectId,
        schema: &Value,
        example: Option<&Value>,
    ) -> Result<(), Problem> {
        let turn = self.apart.turn(project).await?;
        let (schema, example) = (schema.clone(), example.cloned());
        let clock = Arc::clone(clock);
        turn.run(move || {
            let schema = Schema::compile(&schema).map_err(|bad| refused(&bad))?;
            let Some(example) = example else {
                return Ok(());
            };
            let (outcome, _) =
                within_budget(&*clock, STEPS_MAX, |budget| schema.check(&example, budget));
            match outcome {
                SchemaVerdict::Fits => Ok(()),
                SchemaVerdict::Mismatches(found) => {
                    Err(mismatches(&found, "/example", "the schema"))
                }
                SchemaVerdict::Exhausted(end) => {
                    let detail = format!("can't be checked against the schema: {end}");
                    Err(Problem::invalid("/example", detail))
                }
            }
        })
        .await?
    }

    /// What a new schema breaks of what the old one has promised.
    pub(crate) async fn breaks(
        &self,
        clock: &Arc<dyn Clock>,
        project: ProjectId,
        old: &Value,
        new: &Value,
    ) -> Result<Vec<Break>, Problem> {
        let (old, new) = (old.clone(), new.clone());
        let clock = Arc::clone(clock);
        let compared = self.apart(project, move || {
            // One that is not accepted any more refuses nothing, and so promises nothing.
            match Schema::compile(&old) {
                Err(_) => Ok(Vec::new()),
                Ok(_) => within_budget(&*clock, STEPS_MAX, |budget| breaks(&old, &new, budget)).0,
            }
        });
        compared.await?.or_else(|end| {
            // Whoever means it can say so: what can't be compared may break anything.
            Ok(vec![Break {
                pointer: String::new(),
                path: "$".to_owned(),
                side: nuncio_schema::BreakSide::Both,
                detail: format!("the two schemas can't be compared: {end}"),
            }])
        })
    }

    /// Does what takes long apart from the threads that answer requests.
    pub(crate) async fn apart<T: Send + 'static>(
        &self,
        project: ProjectId,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        self.apart.turn(project).await?.run(work).await
    }

    fn known(
        &self,
        project: ProjectId,
        event_type: &Arc<EventType>,
        version: u32,
    ) -> Option<Compiled> {
        let kept = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (project, event_type.name.clone(), version);
        let known = kept.schemas.get(&key)?;
        Arc::ptr_eq(&known.of, event_type).then(|| known.clone())
    }

    fn keep(&self, project: ProjectId, compiled: Compiled) {
        let mut kept = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.bytes + compiled.bytes() > COMPILED_BYTES_MAX {
            *kept = Kept::default();
        }
        kept.bytes += compiled.bytes();
        let key = (project, compiled.of.name.clone(), compiled.version);
        if let Some(before) = kept.schemas.insert(key, compiled) {
            kept.bytes -= before.bytes();
        }
    }
}

fn compile(of: Arc<EventType>, version: u32) -> Compiled {
    let schema = of.schema_of(version).flatten().map(Schema::compile);
    let schema = schema.and_then(|compiled| {
        compiled
            .inspect_err(|bad| {
                // It was stored by an earlier version: refusing its events now would stop their publisher.
                tracing::warn!(
                    event_type = %of.name, place = bad.pointer, problem = bad.detail,
                    "a stored schema is not accepted any more: events of this type are not checked until it is replaced"
                );
            })
            .ok()
            .map(Arc::new)
    });
    Compiled {
        of,
        version,
        schema,
    }
}

/// Tries with a small budget, where the data is small. Nothing if that isn't enough.
fn tried_at_once(known: &Compiled, data: &str, allowance: &mut Allowance) -> Option<Checked> {
    let Some(schema) = &known.schema else {
        return Some(Checked::Unchecked);
    };
    if data.len() > SMALL_BYTES_MAX {
        return None;
    }
    let steps = allowance.steps_left.min(SMALL_STEPS_MAX);
    let mut budget = Budget::new(steps, SMALL_DEPTH_MAX);
    let checked = parsed(data, |value| schema.check(value, &mut budget));
    allowance.take(budget.steps_taken());
    match checked {
        Checked::Exhausted(_) => None,
        other => Some(other),
    }
}

fn checked(compiled: &Compiled, data: &str, steps: u64, clock: &dyn Clock) -> (Checked, u64) {
    let Some(schema) = &compiled.schema else {
        return (Checked::Unchecked, 0);
    };
    within_budget(clock, steps, |budget| {
        parsed(data, |value| schema.check(value, budget))
    })
}

fn within_budget<T>(
    clock: &dyn Clock,
    steps: u64,
    work: impl FnOnce(&mut Budget<'_>) -> T,
) -> (T, u64) {
    let end = clock.steady() + TIME_MAX;
    let is_late = || clock.steady() >= end;
    let mut budget = Budget::with_deadline(steps, DEPTH_MAX, &is_late);
    let done = work(&mut budget);
    (done, budget.steps_taken())
}

fn parsed(data: &str, check: impl FnOnce(&Value) -> SchemaVerdict) -> Checked {
    let value: Value = match serde_json::from_str(data) {
        Ok(value) => value,
        Err(error) => {
            let detail = format!("can't be checked against the schema of its type: {error}");
            return Checked::Refused(Problem::invalid("/data", detail));
        }
    };
    match check(&value) {
        SchemaVerdict::Fits => Checked::Fits,
        SchemaVerdict::Mismatches(found) => {
            Checked::Refused(mismatches(&found, "/data", "the schema of its type"))
        }
        SchemaVerdict::Exhausted(end) => Checked::Exhausted(end),
    }
}

fn verdict(counters: &Counters, event_type: &EventType, checked: Checked) -> Result<(), Problem> {
    match checked {
        Checked::Fits => Ok(()),
        Checked::Refused(problem) => Err(problem),
        Checked::Unchecked => {
            counters.schema_checks_left_out.fetch_add(1, Relaxed);
            Ok(())
        }
        Checked::Exhausted(end) => Err(exhausted(counters, event_type, &end.to_string())),
    }
}

fn exhausted(counters: &Counters, event_type: &EventType, end: &str) -> Problem {
    counters.schema_budgets_exhausted.fetch_add(1, Relaxed);
    let detail = format!(
        "can't be checked against the schema of `{}` within its budget: {end}. Send less in one event, or simplify the schema",
        event_type.name
    );
    Problem::new(Kind::SchemaBudget, "").with("/data", detail)
}

fn together() -> String {
    format!("the events before it in this batch used all {REQUEST_STEPS_MAX} steps")
}

fn refused(bad: &BadSchema) -> Problem {
    Problem::invalid(format!("/schema{}", bad.pointer), &bad.detail)
}

fn mismatches(found: &[Mismatch], at: &str, schema: &str) -> Problem {
    let problem = Problem::new(Kind::Invalid, "");
    found.iter().fold(problem, |problem, mismatch| {
        let detail = format!("does not fit {schema}: {}", mismatch.detail);
        problem.with(format!("{at}{}", mismatch.pointer), detail)
    })
}
