//! What is wrong with a value, for people: the first few places.

use serde_json::Value;

use crate::{
    Exhausted,
    check::Checker,
    leaf::{Flaw, flaws},
    rules::{InPlace, Node, Rules, SchemaPlace},
};

/// Places that are told: more would only repeat the lesson.
const MISMATCHES_MAX: usize = 10;
/// Characters of a value that are shown.
const SHOWN_CHARS_MAX: usize = 100;

/// One place where a value doesn't fit its schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// JSON pointer of the place in the value.
    pub pointer: String,
    /// What is wrong there.
    pub detail: String,
}

/// What was found so far.
pub(crate) struct Explanation(Vec<Mismatch>);

impl Explanation {
    /// Explains why a value doesn't fit, as far as the budget reaches; at least one place.
    pub(crate) fn of(checker: &mut Checker<'_, '_, '_>, value: &Value) -> Vec<Mismatch> {
        let mut found = Self(Vec::new());
        // Its end only ends the list: that something is wrong is known.
        let _: Result<(), Exhausted> = found.explain(checker, 0, value, "");
        if found.0.is_empty() {
            found.add("", "doesn't fit".to_owned());
        }
        found.0
    }

    fn add(&mut self, pointer: &str, detail: String) {
        if self.0.len() < MISMATCHES_MAX {
            self.0.push(Mismatch {
                pointer: pointer.to_owned(),
                detail,
            });
        }
    }

    fn is_full(&self) -> bool {
        self.0.len() >= MISMATCHES_MAX
    }

    /// Explains it if the value doesn't fit.
    fn below(
        &mut self,
        checker: &mut Checker<'_, '_, '_>,
        place: SchemaPlace,
        value: &Value,
        at: &str,
    ) -> Result<(), Exhausted> {
        if self.is_full() || checker.fits(place, value, None)? {
            return Ok(());
        }
        checker.budget.enter()?;
        self.explain(checker, place, value, at)?;
        checker.budget.leave();
        Ok(())
    }

    fn explain(
        &mut self,
        checker: &mut Checker<'_, '_, '_>,
        place: SchemaPlace,
        value: &Value,
        at: &str,
    ) -> Result<(), Exhausted> {
        let rules = match &checker.schema.nodes[place] {
            Node::Anything => return Ok(()),
            Node::Nothing => {
                self.add(at, "is not allowed here".to_owned());
                return Ok(());
            }
            Node::Rules(rules) => rules,
        };
        let before = self.0.len();
        for flaw in flaws(rules, value, true, checker.budget)? {
            self.add(at, flaw.in_words(rules, value));
        }
        self.explain_below(checker, rules, value, at)?;
        for in_place in &rules.in_place {
            if !self.is_full() && !checker.applies(in_place, value, None)? {
                self.explain_in_place(checker, in_place, value, at)?;
            }
        }
        if self.0.len() == before {
            let detail = match value {
                Value::Object(_) => "has a member that is not allowed (unevaluatedProperties)",
                Value::Array(_) => "has an item that is not allowed (unevaluatedItems)",
                _ => "doesn't fit",
            };
            self.add(at, detail.to_owned());
        }
        Ok(())
    }

    fn explain_below(
        &mut self,
        checker: &mut Checker<'_, '_, '_>,
        rules: &Rules,
        value: &Value,
        at: &str,
    ) -> Result<(), Exhausted> {
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    if self.is_full() {
                        return Ok(());
                    }
                    let at = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
                    for place in checker.places_of_member(rules, name)? {
                        self.below(checker, place, value, &at)?;
                    }
                    if let Some(place) = rules.names
                        && !checker.fits(place, &Value::String(name.clone()), None)?
                    {
                        self.add(&at, "its name doesn't fit propertyNames".to_owned());
                    }
                }
            }
            Value::Array(items) => {
                let rest = rules.items.into_iter().cycle();
                let places = rules.prefix.iter().copied().chain(rest);
                for (n, (place, item)) in places.zip(items).enumerate() {
                    if self.is_full() {
                        return Ok(());
                    }
                    self.below(checker, place, item, &format!("{at}/{n}"))?;
                }
                if let Some((place, range)) = rules.contains {
                    let mut count = 0;
                    for item in items {
                        count += u64::from(checker.fits(place, item, None)?);
                    }
                    if !range.fits(count) {
                        self.add(at, format!("{count} items fit `contains`"));
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn explain_in_place(
        &mut self,
        checker: &mut Checker<'_, '_, '_>,
        in_place: &InPlace,
        value: &Value,
        at: &str,
    ) -> Result<(), Exhausted> {
        match in_place {
            InPlace::Ref(place) | InPlace::Dependent(_, place) => {
                self.below(checker, *place, value, at)?;
            }
            InPlace::All(places) => {
                for place in places {
                    self.below(checker, *place, value, at)?;
                }
            }
            InPlace::Any(places) => {
                self.add(at, format!("fits none of the {} of anyOf", places.len()));
            }
            InPlace::One(places) => {
                let mut fits = 0;
                for place in places {
                    fits += u32::from(checker.fits(*place, value, None)?);
                }
                let count = places.len();
                self.add(
                    at,
                    match fits {
                        0 => format!("fits none of the {count} of oneOf"),
                        more => {
                            format!("fits {more} of the {count} of oneOf: exactly one must match")
                        }
                    },
                );
            }
            InPlace::Not(_) => self.add(at, "fits what `not` excludes".to_owned()),
            InPlace::If {
                then, otherwise, ..
            } => {
                for place in [then, otherwise].into_iter().flatten() {
                    let before = self.0.len();
                    self.below(checker, *place, value, at)?;
                    if self.0.len() > before {
                        break;
                    }
                }
            }
        }
        Ok(())
    }
}

impl Flaw<'_> {
    fn in_words(&self, rules: &Rules, value: &Value) -> String {
        let shown = shown(value);
        match self {
            Self::Type(types) => format!("{shown} is not of type {types}"),
            Self::Values(values) if values.is_const => {
                format!("{shown} is not the value of `const`")
            }
            Self::Values(values) => format!(
                "{shown} is none of the {} values of `enum`",
                values.texts.len() + values.others.len()
            ),
            Self::MultipleOf(divisor) => format!("{shown} is not a multiple of {divisor}"),
            Self::Minimum(bound) => format!("{shown} is less than {bound}"),
            Self::ExclusiveMinimum(bound) => format!("{shown} is not greater than {bound}"),
            Self::Maximum(bound) => format!("{shown} is greater than {bound}"),
            Self::ExclusiveMaximum(bound) => format!("{shown} is not less than {bound}"),
            Self::Length(chars) => format!("{chars} characters: {}", range(rules.length)),
            Self::Pattern(pattern) => format!("{shown} doesn't match `{pattern}`"),
            Self::Format(format) => format!("{shown} is not a valid {format}"),
            Self::ItemsCount(count) => format!("{count} items: {}", range(rules.items_count)),
            Self::NotUnique => "two items are equal".to_owned(),
            Self::MembersCount(count) => {
                format!("{count} properties: {}", range(rules.members_count))
            }
            Self::Required(name) => format!("\"{name}\" is a required property"),
            Self::Dependent(name, wanted) => {
                format!("\"{wanted}\" is a required property beside \"{name}\"")
            }
        }
    }
}

fn range(count: crate::rules::Count) -> String {
    match (count.min, count.max) {
        (Some(min), Some(max)) => format!("from {min} to {max} are allowed"),
        (Some(min), None) => format!("at least {min} are required"),
        (None, Some(max)) => format!("at most {max} are allowed"),
        (None, None) => String::new(),
    }
}

/// A value in a message: scalars as they are, if they are short.
fn shown(value: &Value) -> String {
    match value {
        Value::Object(_) => "an object".to_owned(),
        Value::Array(_) => "an array".to_owned(),
        Value::String(text) if text.chars().nth(SHOWN_CHARS_MAX).is_some() => {
            let start: String = text.chars().take(SHOWN_CHARS_MAX).collect();
            format!("\"{start}…\"")
        }
        scalar => scalar.to_string(),
    }
}
