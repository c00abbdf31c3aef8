//! The check of a value against a schema.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use crate::{
    Budget, Exhausted, Schema,
    leaf::flaws,
    refer::address,
    rules::{InPlace, Node, Rules, SchemaPlace},
};

/// Results that are remembered: 32 bytes each. What doesn't fit is found out again, and paid for.
const REMEMBERED_MAX: usize = 200_000;

/// A check under way.
pub(crate) struct Checker<'s, 'b, 'c> {
    pub(crate) schema: &'s Schema,
    pub(crate) budget: &'b mut Budget<'c>,
    /// Whether containers fit subschemas that several ways lead to. Without it, two recursive branches that fail at the
    /// bottom are tried twice at each level.
    remembered: HashMap<(SchemaPlace, usize), bool>,
}

/// Which members and items were looked at, for `unevaluatedProperties` and `unevaluatedItems`.
#[derive(Debug, Default)]
pub(crate) struct Seen<'v> {
    all_members: bool,
    members: HashSet<&'v str>,
    all_items: bool,
    items: HashSet<usize>,
}

impl<'s, 'b, 'c> Checker<'s, 'b, 'c> {
    pub(crate) fn new(schema: &'s Schema, budget: &'b mut Budget<'c>) -> Self {
        Self {
            schema,
            budget,
            remembered: HashMap::new(),
        }
    }
}

impl<'s> Checker<'s, '_, '_> {
    /// Whether a value fits; `seen` gets what was looked at if it does.
    pub(crate) fn fits<'v>(
        &mut self,
        place: SchemaPlace,
        value: &'v Value,
        seen: Option<&mut Seen<'v>>,
    ) -> Result<bool, Exhausted> {
        self.budget.spend(1)?;
        let schema: &'s Schema = self.schema;
        let rules = match &schema.nodes[place] {
            Node::Anything => return Ok(true),
            Node::Nothing => return Ok(false),
            Node::Rules(rules) => rules,
        };
        let is_container = value.is_object() || value.is_array();
        let key =
            (rules.is_shared && seen.is_none() && is_container).then(|| (place, address(value)));
        if let Some(known) = key.and_then(|key| self.remembered.get(&key)) {
            return Ok(*known);
        }
        self.budget.enter()?;
        let fits = self.rules_hold(rules, value, seen)?;
        self.budget.leave();
        if let Some(key) = key.filter(|_| self.remembered.len() < REMEMBERED_MAX) {
            self.budget.spend(4)?;
            self.remembered.insert(key, fits);
        }
        Ok(fits)
    }

    fn rules_hold<'v>(
        &mut self,
        rules: &'s Rules,
        value: &'v Value,
        seen: Option<&mut Seen<'v>>,
    ) -> Result<bool, Exhausted> {
        if !flaws(rules, value, false, self.budget)?.is_empty() {
            return Ok(false);
        }
        let looks_back =
            rules.unevaluated_items.is_some() || rules.unevaluated_properties.is_some();
        let mut own = (looks_back || seen.is_some()).then(Seen::default);
        let below = match value {
            Value::Object(members) => self.members_fit(rules, members, own.as_mut())?,
            Value::Array(items) => self.items_fit(rules, items, own.as_mut())?,
            _ => true,
        };
        if !below {
            return Ok(false);
        }
        for in_place in &rules.in_place {
            if !self.applies(in_place, value, own.as_mut())? {
                return Ok(false);
            }
        }
        let Some(mut own) = own else {
            return Ok(true);
        };
        if !self.rest_fits(rules, value, &mut own)? {
            return Ok(false);
        }
        if let Some(seen) = seen {
            self.budget
                .spend((own.members.len() + own.items.len()) as u64)?;
            seen.all_members |= own.all_members;
            seen.all_items |= own.all_items;
            seen.members.extend(own.members);
            seen.items.extend(own.items);
        }
        Ok(true)
    }

    fn members_fit<'v>(
        &mut self,
        rules: &'s Rules,
        members: &'v Map<String, Value>,
        mut seen: Option<&mut Seen<'v>>,
    ) -> Result<bool, Exhausted> {
        let looks = !rules.properties.is_empty()
            || !rules.patterns.is_empty()
            || rules.additional.is_some()
            || rules.names.is_some();
        if !looks {
            return Ok(true);
        }
        for (name, value) in members {
            for place in self.places_of_member(rules, name)? {
                if let Some(seen) = seen.as_deref_mut() {
                    seen.members.insert(name);
                }
                if !self.fits(place, value, None)? {
                    return Ok(false);
                }
            }
            if let Some(place) = rules.names
                && !self.fits(place, &Value::String(name.clone()), None)?
            {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The subschemas that a member of that name has to fit.
    pub(crate) fn places_of_member(
        &mut self,
        rules: &Rules,
        name: &str,
    ) -> Result<Vec<SchemaPlace>, Exhausted> {
        self.budget.spend(crate::equal::text_steps(name))?;
        let mut places: Vec<_> = rules.properties.get(name).copied().into_iter().collect();
        for (pattern, place) in &rules.patterns {
            if pattern.fits(name, self.budget)? {
                places.push(*place);
            }
        }
        if places.is_empty() {
            places.extend(rules.additional);
        }
        Ok(places)
    }

    fn items_fit<'v>(
        &mut self,
        rules: &Rules,
        items: &'v [Value],
        mut seen: Option<&mut Seen<'v>>,
    ) -> Result<bool, Exhausted> {
        for (place, item) in rules.prefix.iter().zip(items) {
            if !self.fits(*place, item, None)? {
                return Ok(false);
            }
        }
        if let Some(seen) = seen.as_deref_mut() {
            let looked_at = rules.prefix.len().min(items.len());
            self.budget.spend(looked_at as u64)?;
            seen.items.extend(0..looked_at);
        }
        if let Some(place) = rules.items {
            for item in items.iter().skip(rules.prefix.len()) {
                if !self.fits(place, item, None)? {
                    return Ok(false);
                }
            }
            if let Some(seen) = seen.as_deref_mut() {
                seen.all_items = true;
            }
        }
        if let Some((place, range)) = rules.contains {
            let mut count = 0;
            for (n, item) in items.iter().enumerate() {
                if self.fits(place, item, None)? {
                    count += 1;
                    if let Some(seen) = seen.as_deref_mut() {
                        seen.items.insert(n);
                    }
                }
            }
            return Ok(range.fits(count));
        }
        Ok(true)
    }

    /// Whether a value fits what is applied in place.
    pub(crate) fn applies<'v>(
        &mut self,
        in_place: &'s InPlace,
        value: &'v Value,
        mut seen: Option<&mut Seen<'v>>,
    ) -> Result<bool, Exhausted> {
        match in_place {
            InPlace::Ref(place) => self.fits(*place, value, seen),
            InPlace::All(places) => {
                for place in places {
                    if !self.fits(*place, value, seen.as_deref_mut())? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            InPlace::Any(places) => {
                let mut any = false;
                for place in places {
                    any |= self.fits(*place, value, seen.as_deref_mut())?;
                    // All that fit have looked at something.
                    if any && seen.is_none() {
                        break;
                    }
                }
                Ok(any)
            }
            InPlace::One(places) => {
                let mut count = 0;
                for place in places {
                    count += u32::from(self.fits(*place, value, seen.as_deref_mut())?);
                    if count > 1 {
                        break;
                    }
                }
                Ok(count == 1)
            }
            InPlace::Not(place) => Ok(!self.fits(*place, value, None)?),
            InPlace::If {
                condition,
                then,
                otherwise,
            } => {
                let branch = match self.fits(*condition, value, seen.as_deref_mut())? {
                    true => then,
                    false => otherwise,
                };
                branch.map_or(Ok(true), |place| self.fits(place, value, seen))
            }
            InPlace::Dependent(name, place) => match value.get(name) {
                Some(_) => self.fits(*place, value, seen),
                None => Ok(true),
            },
        }
    }

    /// Whether what nothing has looked at fits `unevaluatedProperties` and `unevaluatedItems`.
    fn rest_fits<'v>(
        &mut self,
        rules: &Rules,
        value: &'v Value,
        seen: &mut Seen<'v>,
    ) -> Result<bool, Exhausted> {
        if let (Some(place), Value::Object(members)) = (rules.unevaluated_properties, value) {
            for (name, value) in members {
                self.budget.spend(1)?;
                let is_new = !seen.all_members && !seen.members.contains(name.as_str());
                if is_new && !self.fits(place, value, None)? {
                    return Ok(false);
                }
            }
            seen.all_members = true;
        }
        if let (Some(place), Value::Array(items)) = (rules.unevaluated_items, value) {
            for (n, item) in items.iter().enumerate() {
                self.budget.spend(1)?;
                let is_new = !seen.all_items && !seen.items.contains(&n);
                if is_new && !self.fits(place, item, None)? {
                    return Ok(false);
                }
            }
            seen.all_items = true;
        }
        Ok(true)
    }
}
