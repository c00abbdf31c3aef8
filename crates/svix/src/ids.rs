//! Ids: the same bits as in the first API under other prefixes. Whoever has one can write the other.

use nuncio_domain::{AttemptId, EndpointId, EventId, JobId, ProjectId, SourceId, TenantId, Uid};
use sha2::{Digest, Sha256};

/// The time of a project's id: those of organizations are worked out from a name, which has none.
const ORGANIZATION_MS: i64 = 1_400_000_000_000;

/// A message's id.
pub(crate) fn message(id: EventId) -> String {
    id.message_text().to_string()
}

pub(crate) fn parse_message(text: &str) -> Option<EventId> {
    renamed(text, "msg_", "evt_")?.parse().ok()
}

/// An attempt's id.
pub(crate) fn attempt(id: AttemptId) -> String {
    swapped(&id.to_string(), "att_", "atmpt_")
}

pub(crate) fn parse_attempt(text: &str) -> Option<AttemptId> {
    renamed(text, "atmpt_", "att_")?.parse().ok()
}

/// The id of a background task.
pub(crate) fn task(id: JobId) -> String {
    swapped(&id.to_string(), "job_", "qtask_")
}

pub(crate) fn parse_task(text: &str) -> Option<JobId> {
    renamed(text, "qtask_", "job_")?.parse().ok()
}

/// An id for a new application.
pub(crate) fn new_application(unix_ms: i64, entropy: [u8; 10]) -> Option<TenantId> {
    let id = JobId::new(unix_ms, entropy).to_string();
    TenantId::parse(&swapped(&id, "job_", "app_")).ok()
}

/// The project of an organization. Those that were made in the first API are named by their own bits.
pub(crate) fn project(organization: &str) -> ProjectId {
    if let Some(id) = renamed(organization, "org_", "proj_").and_then(|text| text.parse().ok()) {
        return id;
    }
    let hash = Sha256::digest(organization);
    let mut entropy = [0; 10];
    entropy.copy_from_slice(&hash[..10]);
    ProjectId::new(ORGANIZATION_MS, entropy)
}

/// Whether a text is the id of an endpoint.
pub(crate) fn parse_endpoint(text: &str) -> Option<EndpointId> {
    text.parse().ok()
}

/// Names that publishers choose: letters, digits and `- _ .`, not beginning as an id of the same kind.
pub(crate) fn check_uid(text: &str, prefix: &str) -> Result<(), String> {
    let ok = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if !(1..=256).contains(&text.len()) || !text.bytes().all(ok) {
        return Err("must be 1 to 256 letters, digits and - _ .".to_owned());
    }
    if text.starts_with(prefix) {
        return Err(format!("must not begin with {prefix}"));
    }
    Ok(())
}

/// An application's or endpoint's uid.
pub(crate) fn uid(text: &str, prefix: &str) -> Result<Uid, String> {
    check_uid(text, prefix)?;
    Uid::parse(text).map_err(|error| error.to_string())
}

/// A message's event id.
pub(crate) fn event_id(text: &str) -> Result<SourceId, String> {
    check_uid(text, "msg_")?;
    SourceId::parse(text).map_err(|error| error.to_string())
}

fn swapped(text: &str, from: &str, to: &str) -> String {
    match text.strip_prefix(from) {
        Some(rest) => format!("{to}{rest}"),
        None => text.to_owned(),
    }
}

fn renamed(text: &str, from: &str, to: &str) -> Option<String> {
    text.strip_prefix(from).map(|rest| format!("{to}{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_the_same_bits_under_another_prefix() {
        let event = EventId::new(1_800_000_000_000, [7; 10]);
        assert_eq!(message(event)[4..], event.to_string()[4..]);
        assert_eq!(parse_message(&message(event)), Some(event));
        assert_eq!(parse_message(&event.to_string()), None);
        let one = AttemptId::new(1, [1; 10]);
        assert_eq!(parse_attempt(&attempt(one)), Some(one));
        let job = JobId::new(1, [2; 10]);
        assert_eq!(parse_task(&task(job)), Some(job));
        assert!(
            new_application(1, [3; 10])
                .unwrap()
                .as_str()
                .starts_with("app_")
        );
    }

    #[test]
    fn an_organization_is_always_the_same_project() {
        let one = project("org_23rb8YdGqMT0qIzpgGwdXfHirMu");
        assert_eq!(one, project("org_23rb8YdGqMT0qIzpgGwdXfHirMu"));
        assert_ne!(one, project("org_23rb8YdGqMT0qIzpgGwdXfHirMv"));
        let own = ProjectId::new(5, [9; 10]);
        assert_eq!(project(&own.to_string().replace("proj_", "org_")), own);
    }

    #[test]
    fn uids_are_names_and_not_ids() {
        let check = |text: &str, ok: bool| assert_eq!(uid(text, "app_").is_ok(), ok, "{text}");
        check("acme", true);
        check("a.b-c_d", true);
        check("", false);
        check("a b", false);
        check("app_1", false);
        check(&"a".repeat(256), true);
        check(&"a".repeat(257), false);
    }
}
