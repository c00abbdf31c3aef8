//! The variants of `anyOf` and `oneOf`, each matched with the one that it was.

use std::collections::HashSet;

use serde_json::Value;

use super::{
    BreakSide, Comparison,
    node::{NOTES, Node, Part},
};
use crate::Exhausted;

impl<'a> Comparison<'a, '_, '_> {
    pub(super) fn branches(
        &mut self,
        old: &Node<'a>,
        new: &Node<'a>,
        path: &str,
    ) -> Result<(), Exhausted> {
        for keyword in ["anyOf", "oneOf"] {
            let mut before = self.variant_lists(old, keyword)?;
            let mut after = self.variant_lists(new, keyword)?;
            match (before.len(), after.len()) {
                (0, 0) => {}
                (1, 1) => self.variants(keyword, before.remove(0), after.remove(0), new, path)?,
                (before, after) => {
                    let side = match (before, after) {
                        (0, _) => BreakSide::Publishers,
                        (_, 0) => BreakSide::Receivers,
                        _ => BreakSide::Both,
                    };
                    let detail = format!("{keyword} is built in another way");
                    self.found(new.pointer(keyword), path, side, detail);
                }
            }
        }
        Ok(())
    }

    /// The lists of a keyword, but for those that only list values.
    pub(super) fn variant_lists(
        &mut self,
        node: &Node<'a>,
        keyword: &str,
    ) -> Result<Vec<Vec<Part<'a>>>, Exhausted> {
        let mut left = Vec::new();
        for list in lists(node, keyword) {
            self.budget.spend(list.len() as u64)?;
            if values_of(&list, keyword).is_none() {
                left.push(list);
            }
        }
        Ok(left)
    }

    fn variants(
        &mut self,
        keyword: &str,
        before: Vec<Part<'a>>,
        mut after: Vec<Part<'a>>,
        new: &Node<'a>,
        path: &str,
    ) -> Result<(), Exhausted> {
        let mut gone = Vec::new();
        for old in before {
            let mut same = None;
            for (n, new) in after.iter().enumerate() {
                if self.is_compatible(vec![old.clone()], vec![new.clone()])? {
                    same = Some(n);
                    break;
                }
            }
            match same {
                Some(n) => drop(after.remove(n)),
                None => gone.push(old),
            }
        }
        if gone.len() == after.len() {
            for (old, new) in gone.into_iter().zip(after) {
                self.compare(vec![old], vec![new], path, "")?;
            }
            return Ok(());
        }
        for _ in &gone {
            let detail = format!("a variant of {keyword} is gone");
            self.found(new.pointer(keyword), path, BreakSide::Publishers, detail);
        }
        for part in after {
            let detail = format!("{keyword} has a new variant");
            self.found(part.pointer, path, BreakSide::Receivers, detail);
        }
        Ok(())
    }
}

/// The lists of a keyword. Of one variant alone there is nothing to choose: it applies as it is.
pub(super) fn lists<'a>(node: &Node<'a>, keyword: &str) -> Vec<Vec<Part<'a>>> {
    let lists = node.parts.iter().map(|part| part.list(keyword));
    lists.filter(|list| list.len() > 1).collect()
}

/// The values of variants that are nothing but values. `oneOf` refuses one that is in two variants: those are left to the
/// variants.
pub(super) fn values_of<'a>(list: &[Part<'a>], keyword: &str) -> Option<Vec<&'a Value>> {
    let mut all = Vec::new();
    for part in list {
        let keywords = part.schema.as_object()?;
        let mut said = keywords
            .iter()
            .filter(|(name, _)| !NOTES.contains(&name.as_str()));
        match (said.next(), said.next()) {
            (Some((name, value)), None) if name == "const" => all.push(value),
            (Some((name, value)), None) if name == "enum" && keyword == "anyOf" => {
                all.extend(value.as_array()?);
            }
            _ => return None,
        }
    }
    let texts: HashSet<&str> = all.iter().filter_map(|value| value.as_str()).collect();
    (keyword == "anyOf" || texts.len() == all.len()).then_some(all)
}
