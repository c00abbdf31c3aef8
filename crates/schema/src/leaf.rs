//! Keywords that look at a value itself, without applying other schemas.

use serde_json::{Number, Value};

use crate::{
    Budget, Exhausted,
    equal::{all_differ, equal, text_steps},
    number,
    rules::{Rules, Types, Values},
};

/// What a look at the digits of a number costs.
const MULTIPLE_STEPS: u64 = 64;

/// What is wrong with a value itself.
#[derive(Debug)]
pub(crate) enum Flaw<'s> {
    Type(Types),
    Values(&'s Values),
    MultipleOf(&'s Number),
    Minimum(&'s Number),
    ExclusiveMinimum(&'s Number),
    Maximum(&'s Number),
    ExclusiveMaximum(&'s Number),
    Length(u64),
    Pattern(&'s str),
    Format(&'static str),
    ItemsCount(u64),
    NotUnique,
    MembersCount(u64),
    Required(&'s str),
    /// The second is missing, which the first asks for.
    Dependent(&'s str, &'s str),
}

/// Looks for flaws; stops after the first unless `all` are wanted.
pub(crate) fn flaws<'s>(
    rules: &'s Rules,
    value: &Value,
    all: bool,
    budget: &mut Budget<'_>,
) -> Result<Vec<Flaw<'s>>, Exhausted> {
    let mut found = Vec::new();
    if let Some(types) = rules.types
        && !types.fits(value)
    {
        // Nothing else says more.
        found.push(Flaw::Type(types));
        return Ok(found);
    }
    for values in &rules.one_of_values {
        if !is_among(value, values, budget)? {
            found.push(Flaw::Values(values));
        }
    }
    if all || found.is_empty() {
        match value {
            Value::Number(number) => {
                if rules.multiple_of.is_some() {
                    budget.spend(MULTIPLE_STEPS)?;
                }
                number_flaws(rules, number, &mut found);
            }
            Value::String(text) => text_flaws(rules, value, text, &mut found, budget)?,
            Value::Array(items) => {
                let count = items.len() as u64;
                if !rules.items_count.fits(count) {
                    found.push(Flaw::ItemsCount(count));
                } else if rules.unique && !all_differ(items, budget)? {
                    found.push(Flaw::NotUnique);
                }
            }
            Value::Object(members) => {
                let count = members.len() as u64;
                if !rules.members_count.fits(count) {
                    found.push(Flaw::MembersCount(count));
                }
                for name in &rules.required {
                    budget.spend(1)?;
                    if !members.contains_key(name) {
                        found.push(Flaw::Required(name));
                        if !all {
                            return Ok(found);
                        }
                    }
                }
                for (name, wanted) in &rules.dependent_required {
                    budget.spend(1)?;
                    if !members.contains_key(name) {
                        continue;
                    }
                    for wanted in wanted {
                        budget.spend(1)?;
                        if !members.contains_key(wanted) {
                            found.push(Flaw::Dependent(name, wanted));
                        }
                    }
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
    }
    Ok(found)
}

fn is_among(value: &Value, values: &Values, budget: &mut Budget<'_>) -> Result<bool, Exhausted> {
    if let Value::String(text) = value {
        budget.spend(text_steps(text))?;
        return Ok(values.texts.contains(text));
    }
    for other in &values.others {
        if equal(value, other, budget)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn number_flaws<'s>(rules: &'s Rules, number: &Number, found: &mut Vec<Flaw<'s>>) {
    let compare = |bound: &Number| number::compare(number, bound);
    if let Some(bound) = rules.minimum.as_ref().filter(|b| compare(b).is_lt()) {
        found.push(Flaw::Minimum(bound));
    }
    if let Some(bound) = rules
        .exclusive_minimum
        .as_ref()
        .filter(|b| compare(b).is_le())
    {
        found.push(Flaw::ExclusiveMinimum(bound));
    }
    if let Some(bound) = rules.maximum.as_ref().filter(|b| compare(b).is_gt()) {
        found.push(Flaw::Maximum(bound));
    }
    if let Some(bound) = rules
        .exclusive_maximum
        .as_ref()
        .filter(|b| compare(b).is_ge())
    {
        found.push(Flaw::ExclusiveMaximum(bound));
    }
    let divisor = rules.multiple_of.as_ref();
    if let Some(divisor) = divisor.filter(|divisor| !number::is_multiple(number, divisor)) {
        found.push(Flaw::MultipleOf(divisor));
    }
}

fn text_flaws<'s>(
    rules: &'s Rules,
    value: &Value,
    text: &str,
    found: &mut Vec<Flaw<'s>>,
    budget: &mut Budget<'_>,
) -> Result<(), Exhausted> {
    if rules.length.is_given() {
        budget.spend(text_steps(text))?;
        let chars = text.chars().count() as u64;
        if !rules.length.fits(chars) {
            found.push(Flaw::Length(chars));
            // What is too long is not looked at again.
            return Ok(());
        }
    }
    if let Some(pattern) = &rules.pattern
        && !pattern.fits(text, budget)?
    {
        found.push(Flaw::Pattern(&pattern.source));
    }
    if let Some(format) = rules.format
        && !format.fits(value, budget)?
    {
        found.push(Flaw::Format(format.0));
    }
    Ok(())
}
