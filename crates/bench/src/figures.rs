//! The figures of a run, and the medians of several.

use std::fmt::Write;

use serde::{Serialize, Serializer, ser::SerializeMap};

/// What one run showed, in the order in which it reads best.
#[derive(Clone, Debug, Default)]
pub(super) struct Figures(Vec<Figure>);

/// One figure; its name ends in its unit, and is its key in JSON.
#[derive(Clone, Debug)]
pub(super) struct Figure {
    /// Such as `publish_p99_ms`.
    pub(super) name: String,
    value: Value,
    unit: Unit,
    /// What we want it to be.
    pub(super) target: Option<Target>,
}

/// How a figure is written, and what the figure of several runs is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// Events, requests or connections a second.
    PerS,
    /// Seconds.
    S,
    /// Milliseconds.
    Ms,
    /// Microseconds.
    Us,
    /// 1,048,576 bytes.
    MiB,
    /// Bytes.
    Bytes,
    /// So many for each of something else.
    Each,
    /// A part of one, printed as per cent.
    Share,
    /// So many times as much.
    Times,
    /// How many; over several runs it is the sum, since it mostly counts trouble.
    Count,
    /// How many at a time; over several runs it is the median.
    Level,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
enum Value {
    /// `None` is "not known on this system".
    One(Option<f64>),
    /// Over time.
    Series(Vec<u64>),
}

/// A bound that a figure should keep.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Target {
    /// Lower is better.
    AtMost(f64),
    /// Higher is better.
    AtLeast(f64),
}

impl Figures {
    /// Adds a figure; what comes back sets its target.
    pub(super) fn add(
        &mut self,
        name: impl Into<String>,
        unit: Unit,
        value: impl Into<Option<f64>>,
    ) -> &mut Figure {
        self.push(name.into(), unit, Value::One(value.into()))
    }

    /// Adds a level over time.
    pub(super) fn add_series(&mut self, name: impl Into<String>, values: Vec<u64>) {
        self.push(name.into(), Unit::Level, Value::Series(values));
    }

    fn push(&mut self, name: String, unit: Unit, value: Value) -> &mut Figure {
        let at = self.0.len();
        self.0.push(Figure {
            name,
            value,
            unit,
            target: None,
        });
        &mut self.0[at]
    }

    /// The figures in their order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Figure> {
        self.0.iter()
    }

    /// The median of each figure by itself; counts are sums, and what is told over time is left to the runs.
    pub(super) fn median(runs: &[Self]) -> Self {
        let first = runs.first().map(|run| run.0.as_slice()).unwrap_or_default();
        let merged = first.iter().filter_map(|figure| {
            let of_run = |run: &Self| run.0.iter().find(|other| other.name == figure.name)?.one();
            let values: Vec<f64> = runs.iter().filter_map(of_run).collect();
            let value = match (&figure.value, figure.unit) {
                (Value::Series(_), _) => return None,
                (Value::One(_), Unit::Count) => Some(values.iter().sum()),
                (Value::One(_), _) => median(values),
            };
            Some(Figure {
                value: Value::One(value),
                ..figure.clone()
            })
        });
        Self(merged.collect())
    }
}

impl Serialize for Figures {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(Some(self.0.len()))?;
        for figure in &self.0 {
            map.serialize_entry(&figure.name, &figure.value)?;
        }
        map.end()
    }
}

impl Figure {
    /// Wants it to be so much or less.
    pub(super) fn at_most(&mut self, bound: f64) {
        self.target = Some(Target::AtMost(bound));
    }

    /// Wants it to be so much or more.
    pub(super) fn at_least(&mut self, bound: f64) {
        self.target = Some(Target::AtLeast(bound));
    }

    fn one(&self) -> Option<f64> {
        match self.value {
            Value::One(value) => value,
            Value::Series(_) => None,
        }
    }

    /// The value for people.
    pub(super) fn text(&self) -> String {
        match &self.value {
            Value::One(None) => "unknown".to_owned(),
            Value::One(Some(value)) => self.unit.text(*value),
            Value::Series(levels) => {
                let mut text = String::new();
                for level in levels.iter().take(12) {
                    // Writing to a string does not fail.
                    let _ = write!(text, "{level} ");
                }
                text + if levels.len() > 12 { "…" } else { "" }
            }
        }
    }

    /// The target for people, empty if there is none.
    pub(super) fn target_text(&self) -> String {
        match self.target {
            None => String::new(),
            Some(Target::AtMost(bound)) => format!("≤ {}", self.unit.text(bound)),
            Some(Target::AtLeast(bound)) => format!("≥ {}", self.unit.text(bound)),
        }
    }
}

impl Unit {
    fn text(self, value: f64) -> String {
        match self {
            Self::PerS => format!("{}/s", whole(value)),
            Self::S => format!("{value:.2} s"),
            Self::Ms => format!("{value:.1} ms"),
            Self::Us => format!("{value:.1} µs"),
            Self::MiB => format!("{value:.0} MiB"),
            Self::Bytes => format!("{} B", whole(value)),
            Self::Each => format!("{value:.3}"),
            Self::Share => format!("{:.0} %", value * 100.0),
            Self::Times => format!("{value:.2} ×"),
            Self::Count | Self::Level => whole(value),
        }
    }
}

/// A whole number with its thousands set apart.
fn whole(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let upper = *values.get(values.len() / 2)?;
    Some(match values.len() % 2 {
        0 => (values[values.len() / 2 - 1] + upper) / 2.0,
        _ => upper,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_stands_in_the_middle() {
        let check = |values: &[f64], expected| assert_eq!(median(values.to_vec()), expected);
        check(&[], None);
        check(&[3.0], Some(3.0));
        check(&[9.0, 1.0, 5.0], Some(5.0));
        check(&[4.0, 1.0, 2.0, 9.0], Some(3.0));
    }

    #[test]
    fn several_runs_are_medians_and_sums() {
        let run = |rate: f64, lost: f64| {
            let mut figures = Figures::default();
            figures
                .add("delivered_per_s", Unit::PerS, rate)
                .at_least(5.0);
            figures.add("delivered_twice", Unit::Count, lost);
            figures.add("memory_mib", Unit::MiB, None);
            figures.add_series("in_flight", vec![1, 2]);
            figures
        };
        let median = Figures::median(&[run(1.0, 1.0), run(9.0, 0.0), run(7.0, 2.0)]);
        assert_eq!(
            serde_json::to_string(&median).unwrap(),
            r#"{"delivered_per_s":7.0,"delivered_twice":3.0,"memory_mib":null}"#
        );
        assert_eq!(median.iter().next().unwrap().target_text(), "≥ 5/s");
    }

    #[test]
    fn thousands_are_set_apart() {
        let check = |value: f64, expected: &str| assert_eq!(whole(value), expected);
        check(0.4, "0");
        check(999.0, "999");
        check(24_650.3, "24,650");
        check(1_234_567.0, "1,234,567");
    }
}
