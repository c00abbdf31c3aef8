//! Does an event match a pattern?

use crate::{
    Part, Pattern,
    search::{Collected, Search},
    walk::Walk,
};

impl Pattern {
    /// Whether the event of these members matches.
    pub fn matches(&self, members: &[(&str, Part<'_>)]) -> bool {
        self.search(|walk| walk.members(members))
    }

    /// Whether the event, a JSON object as text, matches. Text that is no object has no fields.
    pub fn matches_text(&self, event: &str) -> bool {
        self.search(|walk| walk.text(event))
    }

    fn search<'p>(&'p self, go: impl FnOnce(&mut Walk<'p, Collected<'p>>)) -> bool {
        let mut walk = Walk::new(&self.paths, Collected::new(&self.fields));
        go(&mut walk);
        let mut search = Search::new(self, &mut walk.sink, &walk.elements);
        let mut combinations = self.combinations.iter();
        combinations.any(|combination| search.is_satisfied(combination))
    }
}
