//! Where the fields of a pattern are: a tree of names, the same as those of an event.

/// The names at one place of an event, and the fields that are exactly there.
#[derive(Debug, Default)]
struct Node {
    /// By name, in order.
    below: Vec<(Box<str>, u16)>,
    fields: Vec<u16>,
}

/// A place in the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    node: u16,
    /// How many names lead to it.
    pub(crate) depth: u16,
}

/// The tree.
#[derive(Debug)]
pub(crate) struct Paths {
    nodes: Vec<Node>,
}

impl Paths {
    pub(crate) const ROOT: Place = Place { node: 0, depth: 0 };

    pub(crate) fn new() -> Self {
        Self {
            nodes: vec![Node::default()],
        }
    }

    /// Adds a field at names that dots part.
    pub(crate) fn add(&mut self, path: &str, field: u16) {
        let mut at = 0usize;
        for name in path.split('.') {
            let next = self.nodes.len();
            let Some(node) = self.nodes.get_mut(at) else {
                return;
            };
            at = match search(&node.below, name) {
                Ok(known) => node.below.get(known).map_or(0, |(_, node)| *node).into(),
                Err(place) => {
                    // At most `PATTERN_BYTES_MAX` names, which 16 bits hold.
                    node.below.insert(place, (name.into(), next as u16));
                    self.nodes.push(Node::default());
                    next
                }
            };
        }
        if let Some(node) = self.nodes.get_mut(at) {
            node.fields.push(field);
        }
    }

    /// Where a key of an object at this place leads, if any field is there or below. A dot in it is the same as nesting.
    pub(crate) fn below(&self, place: Place, key: &str) -> Option<Place> {
        key.split('.').try_fold(place, |place, name| {
            let below = &self.nodes.get(usize::from(place.node))?.below;
            let found = search(below, name).ok()?;
            Some(Place {
                node: below.get(found)?.1,
                depth: place.depth + 1,
            })
        })
    }

    /// The fields at this place.
    pub(crate) fn fields(&self, place: Place) -> &[u16] {
        let node = self.nodes.get(usize::from(place.node));
        node.map_or(&[], |node| &node.fields)
    }

    /// Whether fields are below this place.
    pub(crate) fn goes_on(&self, place: Place) -> bool {
        let node = self.nodes.get(usize::from(place.node));
        node.is_some_and(|node| !node.below.is_empty())
    }
}

fn search(below: &[(Box<str>, u16)], name: &str) -> Result<usize, usize> {
    below.binary_search_by(|(known, _)| (**known).cmp(name))
}
