//! Names of components, which may hold less than an event type's name.

use std::collections::HashSet;

/// Names that are taken.
#[derive(Default)]
pub(super) struct Slugs(HashSet<String>);

impl Slugs {
    /// A name for a component that nobody else has: letters, digits and `. - _`.
    pub(super) fn take(&mut self, name: &str) -> String {
        let slug: String = name
            .chars()
            .map(|c| match c.is_ascii_alphanumeric() || ".-_".contains(c) {
                true => c,
                false => '_',
            })
            .collect();
        let mut free = slug.clone();
        let mut n = 1;
        while !self.0.insert(free.clone()) {
            n += 1;
            free = format!("{slug}_{n}");
        }
        free
    }
}
