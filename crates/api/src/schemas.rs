//! JSON Schemas (2020-12) of event types: compiled when they are put, kept compiled for publishing.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use jsonschema::Validator;
use nuncio_domain::{EventType, EventTypeName, ProjectId};
use serde_json::Value;

use crate::problem::Problem;

/// Compiled schemas that are kept; beyond that many, all are dropped and compiled again when needed.
const COMPILED_MAX: usize = 1_024;
/// Faults that one answer lists: more would only repeat the lesson.
const FAULTS_MAX: usize = 10;
/// The most of a message that is shown: it may quote the whole value.
const MESSAGE_CHARS_MAX: usize = 300;

/// The compiled schemas, by project and event type.
#[derive(Default)]
pub(crate) struct SchemaCache {
    compiled: Mutex<HashMap<(ProjectId, EventTypeName), Compiled>>,
}

#[derive(Clone)]
struct Compiled {
    /// What it was compiled from. The store hands out the same one until the type changes.
    of: Arc<EventType>,
    validator: Arc<Validator>,
}

/// Compiles a schema. References out of the document are refused: checking an event must not wait for a stranger.
pub(crate) fn compile(schema: &Value) -> Result<Validator, String> {
    jsonschema::draft202012::options()
        .build(schema)
        .map_err(|error| short(&error.to_string()))
}

impl SchemaCache {
    /// Checks an event's data against the schema of its type, if that has one.
    pub(crate) fn check(
        &self,
        project: ProjectId,
        event_type: &Arc<EventType>,
        data: &str,
    ) -> Result<(), Problem> {
        let Some(schema) = &event_type.schema else {
            return Ok(());
        };
        let validator = self
            .compiled(project, event_type, schema)
            .map_err(|error| {
                Problem::invalid("/type", format!("its schema does not compile: {error}"))
            })?;
        let value: Value = serde_json::from_str(data)
            .map_err(|error| Problem::invalid("/data", format!("cannot be checked: {error}")))?;
        faults(&validator, &value).map_or(Ok(()), Err)
    }

    fn compiled(
        &self,
        project: ProjectId,
        event_type: &Arc<EventType>,
        schema: &Value,
    ) -> Result<Arc<Validator>, String> {
        let key = (project, event_type.name.clone());
        let known = self.lock().get(&key).cloned();
        if let Some(known) = known.filter(|known| Arc::ptr_eq(&known.of, event_type)) {
            return Ok(known.validator);
        }
        let validator = Arc::new(compile(schema)?);
        let compiled = Compiled {
            of: Arc::clone(event_type),
            validator: Arc::clone(&validator),
        };
        let mut all = self.lock();
        if all.len() >= COMPILED_MAX {
            all.clear();
        }
        all.insert(key, compiled);
        Ok(validator)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<(ProjectId, EventTypeName), Compiled>> {
        self.compiled.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn faults(validator: &Validator, value: &Value) -> Option<Problem> {
    validator
        .iter_errors(value)
        .take(FAULTS_MAX)
        .fold(None, |problem: Option<Problem>, error| {
            let pointer = format!("/data{}", error.instance_path());
            let detail = format!(
                "does not fit the schema of its type: {}",
                short(&error.to_string())
            );
            Some(match problem {
                None => Problem::invalid(pointer, detail),
                Some(problem) => problem.with(pointer, detail),
            })
        })
}

fn short(message: &str) -> String {
    message.chars().take(MESSAGE_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use nuncio_domain::Timestamp;
    use serde_json::json;

    use super::*;

    fn event_type(schema: Value) -> Arc<EventType> {
        Arc::new(EventType {
            name: EventTypeName::parse("order.paid").unwrap(),
            description: String::new(),
            schema: Some(schema),
            group: None,
            example: None,
            deprecated: false,
            created_at: Timestamp::default(),
            updated_at: Timestamp::default(),
        })
    }

    #[test]
    fn data_is_checked_and_the_fault_has_its_place() {
        let cache = SchemaCache::default();
        let project = ProjectId::new(1, [0; 10]);
        let strict = event_type(json!({"properties": {"total": {"type": "string"}}}));
        assert!(cache.check(project, &strict, r#"{"total":"1"}"#).is_ok());
        let problem = cache.check(project, &strict, r#"{"total":1}"#).unwrap_err();
        let document = serde_json::to_value(problem.document(None)).unwrap();
        assert_eq!(document["errors"][0]["pointer"], "/data/total");
    }

    #[test]
    fn a_changed_schema_is_in_force_at_once() {
        let cache = SchemaCache::default();
        let project = ProjectId::new(1, [0; 10]);
        let (first, second) = (event_type(json!(true)), event_type(json!(false)));
        assert!(cache.check(project, &first, "1").is_ok());
        assert!(cache.check(project, &second, "1").is_err());
    }

    #[test]
    fn a_bad_schema_does_not_compile() {
        assert!(compile(&json!({"type": "strnig"})).is_err());
        assert!(compile(&json!({"$ref": "https://example.com/schema.json"})).is_err());
        assert!(compile(&json!({"type": "object"})).is_ok());
    }
}
