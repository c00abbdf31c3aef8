//! Could an endpoint's filter ever match? Asked where the project's policy says that types are known beforehand.

use nuncio_domain::{EventFilter, EventTypeName};
use nuncio_store::Page;

use crate::{
    http::problem::Problem, http::rejection::failed_look_up, resources::policy::in_force::InForce,
    state::Server,
};

/// Types read in one go.
const TYPES_AT_A_TIME: usize = 500;
/// Names offered for a filter that matches nothing.
const OFFERED_MAX: usize = 3;
/// What is less alike than this was not meant (Jaro-Winkler, from 0 to 1).
const LIKENESS_MIN: f64 = 0.8;

/// Refuses filters that match no type in use of the project's catalog, under `strict_types`. Those that the endpoint has already
/// stay: a type may leave the catalog.
pub(crate) async fn check_filters(
    server: &Server,
    in_force: &InForce,
    filters: &[EventFilter],
    had: &[EventFilter],
) -> Result<(), Problem> {
    if in_force.project.policy.strict_types != Some(true) {
        return Ok(());
    }
    let is_new = |filter: &EventFilter| filter.as_str() != "*" && !had.contains(filter);
    if !filters.iter().any(is_new) {
        return Ok(());
    }
    let catalog = Known::of(server, in_force).await?;
    let matches_none = |filter: &EventFilter| is_new(filter) && !catalog.has(filter);
    let faults = filters.iter().enumerate();
    let faults = faults.filter(|(_, filter)| matches_none(filter));
    let problem = faults.fold(None, |problem: Option<Problem>, (n, filter)| {
        let pointer = format!("/events/{n}");
        let detail = catalog.refused(filter);
        Some(match problem {
            None => Problem::invalid(pointer, detail),
            Some(problem) => problem.with(pointer, detail),
        })
    });
    problem.map_or(Ok(()), Err)
}

/// The names of the catalog: those in use, and the archived ones.
struct Known {
    names: Vec<EventTypeName>,
    archived: Vec<EventTypeName>,
}

impl Known {
    async fn of(server: &Server, in_force: &InForce) -> Result<Self, Problem> {
        let (mut names, mut archived) = (Vec::new(), Vec::new());
        let mut after = None;
        loop {
            let limit = TYPES_AT_A_TIME;
            let page = Page::after(after, limit);
            let slice = server
                .store()
                .event_types(in_force.project.id, page)
                .await
                .map_err(failed_look_up)?;
            for found in &slice.items {
                let list = match found.archived_at {
                    None => &mut names,
                    Some(_) => &mut archived,
                };
                list.push(found.name.clone());
            }
            after = slice.next;
            if after.is_none() {
                return Ok(Self { names, archived });
            }
        }
    }

    fn has(&self, filter: &EventFilter) -> bool {
        self.names.iter().any(|name| filter.matches(name))
    }

    /// Why a filter is refused, with the nearest names.
    fn refused(&self, filter: &EventFilter) -> String {
        let matched = self.archived.iter().find(|name| filter.matches(name));
        match matched {
            Some(name) => format!(
                "`{filter}` matches only what is archived (`{name}`), and the project's policy requires `strict_types`"
            ),
            None => detail(filter, &self.names),
        }
    }
}

fn detail(filter: &EventFilter, known: &[EventTypeName]) -> String {
    let text = filter.as_str();
    let names = known.iter().map(EventTypeName::as_str);
    let (offered, end) = match text.strip_suffix(".*") {
        None => (nearest(text, names), ""),
        Some(prefix) => (nearest(prefix, names.flat_map(prefixes)), ".*"),
    };
    let offered: Vec<_> = offered
        .iter()
        .map(|name| format!("`{name}{end}`"))
        .collect();
    let offered = match offered.is_empty() {
        true => "`GET /v1/event-types` lists them".to_owned(),
        false => format!("did you mean {}?", offered.join(" or ")),
    };
    format!(
        "`{text}` matches no event type of the project's catalog, and the project's policy requires `strict_types`: {offered}"
    )
}

/// What a filter may have before its `.*` to match the name.
fn prefixes(name: &str) -> impl Iterator<Item = &str> {
    name.match_indices('.').map(|(dot, _)| &name[..dot])
}

/// The names most like the text, the most alike first.
fn nearest<'a>(text: &str, names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let likeness = |name: &str| {
        let (text, name) = (text.to_ascii_lowercase(), name.to_ascii_lowercase());
        strsim::jaro_winkler(&text, &name)
    };
    let mut alike: Vec<_> = names
        .map(|name| (likeness(name), name))
        .filter(|(likeness, _)| *likeness >= LIKENESS_MIN)
        .collect();
    alike.sort_by(|(a, one), (b, other)| b.total_cmp(a).then(one.cmp(other)));
    alike.dedup_by(|(_, one), (_, other)| one == other);
    let names = alike.into_iter().map(|(_, name)| name);
    names.take(OFFERED_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_names_are_offered() {
        let known = [
            "order.paid",
            "order.placed",
            "user.created",
            "order.paid.late",
        ]
        .map(|name| EventTypeName::parse(name).unwrap());
        let check = |filter: &str, offered: &str| {
            let detail = detail(&EventFilter::parse(filter).unwrap(), &known);
            assert!(detail.contains(offered), "{filter}: {detail}");
        };
        check("order.payed", "`order.paid`");
        check("Order.Paid", "did you mean `order.paid`");
        check("ordr.*", "did you mean `order.*`");
        check("users.*", "did you mean `user.*`?");
        check("zzz", "`GET /v1/event-types` lists them");
    }
}
