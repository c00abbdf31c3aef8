//! Variants of which each has types of its own say what a list of types says, with the rules of each type: `anyOf` a string
//! and null is `type: ["string", "null"]`.

use std::sync::LazyLock;

use serde_json::{Value, json};

use super::{
    Comparison,
    branches::values_of,
    node::{Beside, Node, Part},
    types::TypeSet,
};
use crate::Exhausted;

/// A schema for each type, by its name.
static OF_TYPE: LazyLock<Vec<(TypeSet, Value)>> = LazyLock::new(|| {
    let types = TypeSet::each().filter(|(name, _)| *name != "integer");
    types
        .map(|(name, types)| (types, json!({ "type": name })))
        .collect()
});
static NEVER: Value = Value::Bool(false);

/// The variants of a list, each with its types, of which no other has one.
type ByType<'a> = Vec<(TypeSet, Part<'a>)>;

/// A place with its lists of variants.
struct Split<'a> {
    base: Vec<Part<'a>>,
    lists: Vec<ByType<'a>>,
}

impl<'a> Comparison<'a, '_, '_> {
    /// Whether two places, of which one has variants by type and the other has not or others, allow the same of each type.
    pub(super) fn is_same_by_type(
        &mut self,
        old: &Node<'a>,
        new: &Node<'a>,
    ) -> Result<bool, Exhausted> {
        let mut counts = [(0, 0), (0, 0)];
        for (count, keyword) in counts.iter_mut().zip(["anyOf", "oneOf"]) {
            count.0 = self.variant_lists(old, keyword)?.len();
            count.1 = self.variant_lists(new, keyword)?.len();
        }
        if counts.iter().all(|(old, new)| old == new) {
            return Ok(false);
        }
        let (Some(old), Some(new)) = (self.split(old, false)?, self.split(new, true)?) else {
            return Ok(false);
        };
        for (types, schema) in OF_TYPE.iter() {
            let of_old = old.of_type(*types, schema);
            let of_new = new.of_type(*types, schema);
            if !self.is_compatible(of_old, of_new)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn split(&mut self, node: &Node<'a>, is_new: bool) -> Result<Option<Split<'a>>, Exhausted> {
        let mut split = Split {
            base: Vec::with_capacity(node.parts.len()),
            lists: Vec::new(),
        };
        let index = if is_new { self.new } else { self.old };
        for part in &node.parts {
            let lists = ["anyOf", "oneOf"].map(|keyword| (keyword, part.list(keyword)));
            let lists = lists.into_iter().filter(|(_, list)| list.len() > 1);
            let (values, variants): (Vec<_>, Vec<_>) =
                lists.partition(|(keyword, list)| values_of(list, keyword).is_some());
            let beside = match (&values[..], &variants[..]) {
                (_, []) => Beside::Applied,
                ([], _) => Beside::Variant,
                _ => return Ok(None),
            };
            split.base.push(Part {
                beside,
                ..part.clone()
            });
            for (_, list) in variants {
                let mut of_types = ByType::with_capacity(list.len());
                for part in list {
                    let variant = Node::of(vec![part.clone()], "", index, self.budget)?;
                    if variant.is_never {
                        continue;
                    }
                    let own = self.types_of(&variant)?;
                    if of_types
                        .iter()
                        .any(|(other, _)| !own.both(*other).is_empty())
                    {
                        return Ok(None);
                    }
                    of_types.push((own, part));
                }
                split.lists.push(of_types);
            }
        }
        Ok(Some(split))
    }
}

impl<'a> Split<'a> {
    /// What applies to values of a type.
    fn of_type(&self, types: TypeSet, schema: &'static Value) -> Vec<Part<'a>> {
        let mut parts = self.base.clone();
        parts.push(Part::root(schema));
        for list in &self.lists {
            let mut own = list.iter();
            let own = own.find(|(own, _)| !own.both(types).is_empty());
            parts.push(own.map_or_else(|| Part::root(&NEVER), |(_, part)| part.clone()));
        }
        parts
    }
}
