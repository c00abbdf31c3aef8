//! What has to hold before event types are stored: a schema that compiles, an example that fits, and no promise broken
//! by accident.

use std::sync::Arc;

use nuncio_domain::{EventType, ProjectId};
use nuncio_schema::{Break, BreakSide};
use nuncio_store::EventTypePut;

use crate::{
    http::{
        problem::{Kind, Problem},
        rejection::failed_look_up,
    },
    state::Server,
};

/// An event type that may be stored, with the one before it and what it breaks of that one's promises.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) event_type: EventType,
    pub(super) before: Option<Arc<EventType>>,
    pub(super) breaks: Vec<Break>,
}

impl Change {
    /// Checks an event type, and compares its schema with the one in force.
    pub(super) async fn check(
        server: &Server,
        project: ProjectId,
        mut event_type: EventType,
    ) -> Result<Self, Problem> {
        if let Some(schema) = &event_type.schema {
            let example = event_type.example.as_ref();
            let clock = &server.state.clock;
            server
                .schemas
                .check_new(clock, project, schema, example)
                .await?;
        }
        let before = server
            .store()
            .event_type(project, &event_type.name)
            .await
            .map_err(failed_look_up)?;
        if let Some(before) = &before {
            // What this API does not show stays as it is.
            event_type.feature_flag.clone_from(&before.feature_flag);
            event_type.shown_schemas.clone_from(&before.shown_schemas);
        }
        let breaks = match &before {
            Some(before) => breaks(server, project, before, &event_type).await?,
            None => Vec::new(),
        };
        Ok(Self {
            event_type,
            before,
            breaks,
        })
    }

    /// What the store needs to know of it.
    pub(super) fn put(mut self) -> EventTypePut {
        self.event_type.schema_forced = !self.breaks.is_empty();
        EventTypePut {
            over: self.version_before(),
            event_type: self.event_type,
        }
    }

    fn version_before(&self) -> Option<u32> {
        let before = self.before.as_ref();
        before.map(|before| before.schema_version)
    }

    /// The problem of a change that breaks something; `at` is where the schema is in the body.
    pub(super) fn refused(&self, at: &str, is_whole_schema: bool) -> Problem {
        let (name, version) = (
            &self.event_type.name,
            self.version_before().unwrap_or_default(),
        );
        let first = self.breaks.first().map_or_else(String::new, sentence);
        let detail = format!(
            "the schema of `{name}` breaks what version {version} promised: {first}. Places that break: {}. With `force: true` \
             it is stored all the same",
            self.breaks.len()
        );
        let problem = Problem::new(Kind::BreakingChange, detail);
        self.breaks.iter().fold(problem, |problem, one| {
            // Of a schema that was put together, only the place of the whole is known.
            let pointer = match is_whole_schema {
                true => format!("{at}{}", one.pointer),
                false => at.to_owned(),
            };
            problem.with(pointer, sentence(one))
        })
    }
}

async fn breaks(
    server: &Server,
    project: ProjectId,
    before: &Arc<EventType>,
    event_type: &EventType,
) -> Result<Vec<Break>, Problem> {
    let Some(old) = before.schema.as_ref() else {
        // Nothing was promised.
        return Ok(Vec::new());
    };
    match &event_type.schema {
        None => Ok(vec![Break {
            pointer: String::new(),
            path: "$".to_owned(),
            side: BreakSide::Receivers,
            detail: "the schema is gone: nothing is promised any more".to_owned(),
        }]),
        Some(new) if new == old => Ok(Vec::new()),
        Some(new) => {
            let clock = &server.state.clock;
            server.schemas.breaks(clock, project, old, new).await
        }
    }
}

/// Whom a change breaks, in a word.
pub(super) const fn whom(side: BreakSide) -> &'static str {
    match side {
        BreakSide::Publishers => "publishers",
        BreakSide::Receivers => "receivers",
        BreakSide::Both => "both",
    }
}

fn sentence(one: &Break) -> String {
    let whom = match one.side {
        BreakSide::Both => "publishers and receivers",
        side => whom(side),
    };
    format!("{}: {} (breaks {whom})", one.path, one.detail)
}
