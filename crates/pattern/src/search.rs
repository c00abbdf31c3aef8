//! Do the values that were found match together? Values of different elements of one array don't.
//!
//! Fields are gone through by path, so that those below one array stand together. What the earlier ones chose bears on
//! the later ones only by the innermost element that both lie in: the scope. A scope that has failed for a field is not
//! tried again, which makes the time linear in the number of elements for each field and each level of arrays.

use std::collections::HashSet;

use crate::{
    json::Scalar,
    pattern::{Combination, Field, Pattern},
    walk::{Element, Sink},
};

/// What was found of one field.
#[derive(Debug, Default)]
struct Found {
    /// Where a value matched.
    matched: Places,
    /// Where there is a value at all, for fields that may be missing.
    present: Places,
}

/// Elements of arrays, and the event itself.
#[derive(Debug, Default)]
struct Places {
    /// Outside of any array's element.
    in_event: bool,
    /// In order once [`Places::sort`] was called.
    elements: Vec<u32>,
}

impl Places {
    fn add(&mut self, element: u32) {
        match element {
            0 => self.in_event = true,
            _ if self.elements.last() == Some(&element) => {}
            _ => self.elements.push(element),
        }
    }

    const fn is_empty(&self) -> bool {
        !self.in_event && self.elements.is_empty()
    }

    /// The elements from one to another.
    fn between(&self, first: u32, last: u32) -> &[u32] {
        let start = self.elements.partition_point(|element| *element < first);
        let end = self.elements.partition_point(|element| *element <= last);
        self.elements.get(start..end).unwrap_or_default()
    }
}

/// What was found of all fields.
#[derive(Debug)]
pub(crate) struct Collected<'p> {
    fields: &'p [Field],
    found: Vec<Found>,
}

impl<'p> Collected<'p> {
    pub(crate) fn new(fields: &'p [Field]) -> Self {
        let mut found = Vec::new();
        found.resize_with(fields.len(), Found::default);
        Self { fields, found }
    }
}

impl Sink for Collected<'_> {
    fn value(&mut self, fields: &[u16], value: &Scalar<'_>, element: u32) {
        for index in fields {
            let index = usize::from(*index);
            let (Some(field), Some(found)) = (self.fields.get(index), self.found.get_mut(index))
            else {
                continue;
            };
            if field.alternatives.may_be_missing {
                found.present.add(element);
            }
            // Another value of the same element would choose nothing else.
            let is_known = match element {
                0 => found.matched.in_event,
                _ => found.matched.elements.last() == Some(&element),
            };
            if !is_known && field.alternatives.hold(value) {
                found.matched.add(element);
            }
        }
    }
}

/// A search among what was found.
#[derive(Debug)]
pub(crate) struct Search<'a> {
    pattern: &'a Pattern,
    found: &'a [Found],
    elements: &'a [Element],
    /// Fields of the combination and scopes that have failed.
    failed: HashSet<(usize, u32)>,
    /// How many fields of the combination matched together at most.
    furthest: usize,
}

impl<'a> Search<'a> {
    pub(crate) fn new(
        pattern: &'a Pattern,
        collected: &'a mut Collected<'_>,
        elements: &'a [Element],
    ) -> Self {
        if !elements.is_empty() {
            for found in &mut collected.found {
                found.matched.elements.sort_unstable();
                found.present.elements.sort_unstable();
            }
        }
        Self {
            pattern,
            found: &collected.found,
            elements,
            failed: HashSet::new(),
            furthest: 0,
        }
    }

    /// Whether all fields of the combination match together.
    pub(crate) fn is_satisfied(&mut self, combination: &Combination) -> bool {
        if !combination
            .fields
            .iter()
            .all(|field| self.is_possible(*field))
        {
            return false;
        }
        self.failed.clear();
        self.furthest = 0;
        self.goes_on(combination, 0, 0)
    }

    /// Whether the field matches by itself, somewhere.
    pub(crate) fn is_possible(&self, field: u16) -> bool {
        let index = usize::from(field);
        let (Some(field), Some(found)) = (self.pattern.fields.get(index), self.found.get(index))
        else {
            return false;
        };
        !found.matched.is_empty()
            || (field.alternatives.may_be_missing
                && (found.present.is_empty() || !self.elements.is_empty()))
    }

    /// The first field of the combination that no choice of the others lets match, after [`Search::is_satisfied`].
    pub(crate) fn stuck_at(&self, combination: &Combination) -> Option<u16> {
        combination.fields.get(self.furthest).copied()
    }

    /// Whether the fields from `at` on match within the scope.
    fn goes_on(&mut self, combination: &Combination, at: usize, scope: u32) -> bool {
        let Some(index) = combination.fields.get(at).copied().map(usize::from) else {
            return true;
        };
        self.furthest = self.furthest.max(at);
        let (Some(field), Some(found)) = (self.pattern.fields.get(index), self.found.get(index))
        else {
            return false;
        };
        if self.failed.contains(&(at, scope)) {
            return false;
        }
        let last = match scope {
            0 => u32::MAX,
            scope => self
                .elements
                .get(scope as usize)
                .map_or(scope, |it| it.last),
        };
        let shared = combination.shared.get(at).copied().unwrap_or(0);
        let is_missing = field.alternatives.may_be_missing
            && !found.present.in_event
            && found.present.between(scope, last).is_empty();
        let stays = is_missing || found.matched.in_event;
        let next = stays.then(|| self.around(scope, shared));
        if let Some(next) = next
            && self.goes_on(combination, at + 1, next)
        {
            return true;
        }
        let mut tried = next;
        for element in found.matched.between(scope, last) {
            let next = self.around(*element, shared);
            if tried != Some(next) && self.goes_on(combination, at + 1, next) {
                return true;
            }
            tried = Some(next);
        }
        if !self.elements.is_empty() {
            self.failed.insert((at, scope));
        }
        false
    }

    /// The element around this one that lies in an array which so many names lead to, or fewer.
    fn around(&self, mut element: u32, depth: u16) -> u32 {
        while let Some(it) = self.elements.get(element as usize)
            && it.depth > depth
        {
            element = it.parent;
        }
        element
    }
}
