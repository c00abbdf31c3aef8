//! Patterns as they are written, made ready to be matched.

use serde_json::{Map, Value};

use crate::{
    BadPattern, Pattern,
    compiler::Compiler,
    limits::{COMBINATIONS_MAX, DEPTH_MAX, FIELDS_MAX, PATTERN_BYTES_MAX},
    operators,
    paths::Paths,
    pattern::{Combination, Field},
};

/// The member that holds alternatives in place of a field.
const OR: &str = "$or";
/// event-ruler keeps these for itself as names within a `$or`: they are operators, or may become some.
const RESERVED_IN_OR: &[&str] = &[
    "exactly",
    "equals-ignore-case",
    "prefix",
    "suffix",
    "anything-but",
    "exists",
    "wildcard",
    "numeric",
    "cidr",
    "=",
    "<",
    "<=",
    ">",
    ">=",
    "regex",
    "not-wildcard",
    "not-equals-ignore-case",
    "date-after",
    "date-on-or-after",
    "date-before",
    "date-on-or-before",
    "in-date-range",
    "ip-address-in-range",
    "ip-address-not-in-range",
];

/// The ways through the pattern so far: the fields of each.
type Ways = Vec<Vec<u16>>;

impl Pattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// When it is no pattern or too large: what is wrong, and the JSON pointer of the place.
    pub fn compile(pattern: &Map<String, Value>) -> Result<Self, BadPattern> {
        compile(pattern)
    }
}

fn compile(pattern: &Map<String, Value>) -> Result<Pattern, BadPattern> {
    let mut compiler = Compiler::default();
    let bytes = serde_json::to_string(pattern).map_or(0, |text| text.len());
    if bytes > PATTERN_BYTES_MAX {
        return compiler.bad(format!(
            "{bytes} bytes: a pattern has at most {PATTERN_BYTES_MAX}"
        ));
    }
    let ways = compiler.object(pattern, "", 1, false, vec![Vec::new()])?;
    let Compiler { fields, .. } = compiler;
    let mut paths = Paths::new();
    for (index, field) in fields.iter().enumerate() {
        paths.add(&field.path, index as u16);
    }
    let combinations = ways.into_iter();
    let combinations = combinations.map(|way| combination(way, &fields)).collect();
    Ok(Pattern {
        fields,
        combinations,
        paths,
    })
}

fn combination(mut way: Vec<u16>, fields: &[Field]) -> Combination {
    let path = |index: &u16| fields.get(usize::from(*index)).map_or("", |it| &*it.path);
    way.sort_by(|a, b| path(a).cmp(path(b)));
    let pairs = way.windows(2).map(|pair| match pair {
        [one, next] => shared_names(path(one), path(next)),
        _ => 0,
    });
    let shared = pairs.collect();
    Combination {
        fields: way,
        shared,
    }
}

fn shared_names(one: &str, next: &str) -> u16 {
    let pairs = one.split('.').zip(next.split('.'));
    pairs.take_while(|(one, next)| one == next).count() as u16
}

impl Compiler {
    fn object(
        &mut self,
        object: &Map<String, Value>,
        path: &str,
        depth: usize,
        in_or: bool,
        mut ways: Ways,
    ) -> Result<Ways, BadPattern> {
        if object.is_empty() {
            return self.bad("is empty: name at least one field");
        }
        if depth > DEPTH_MAX {
            return self.bad(format!("is nested more than {DEPTH_MAX} objects deep"));
        }
        for (name, value) in object {
            ways = self.within(name, |this| match name.as_str() {
                OR => this.or(value, path, depth, ways),
                name if in_or && RESERVED_IN_OR.contains(&name) => this.bad(format!(
                    "`{name}` can't be a field's name within `$or`: put operators into the list of a field"
                )),
                name => this.member(name, value, path, depth, in_or, ways),
            })?;
        }
        Ok(ways)
    }

    fn member(
        &mut self,
        name: &str,
        value: &Value,
        path: &str,
        depth: usize,
        in_or: bool,
        ways: Ways,
    ) -> Result<Ways, BadPattern> {
        let path = match depth {
            1 if path.is_empty() => name.to_owned(),
            _ => format!("{path}.{name}"),
        };
        match value {
            Value::Object(below) => self.object(below, &path, depth + 1, in_or, ways),
            Value::Array(given) => self.field(path, name, given, ways),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => self.bad(
                format!("is {value}: give a list of alternatives, such as `[{value}]`"),
            ),
        }
    }

    /// Each way goes on in every alternative.
    fn or(
        &mut self,
        value: &Value,
        path: &str,
        depth: usize,
        ways: Ways,
    ) -> Result<Ways, BadPattern> {
        let Value::Array(alternatives) = value else {
            return self.bad("`$or` takes a list of objects");
        };
        if alternatives.len() < 2 {
            return self.bad("`$or` takes at least two objects");
        }
        let mut all = Vec::new();
        for (index, alternative) in alternatives.iter().enumerate() {
            let more = self.within(&index.to_string(), |this| match alternative {
                Value::Object(object) => this.object(object, path, depth, true, ways.clone()),
                other => this.bad(format!("is {other}: `$or` takes a list of objects")),
            })?;
            all.extend(more);
            if all.len() > COMBINATIONS_MAX {
                return self.bad(format!(
                    "makes more than {COMBINATIONS_MAX} combinations: the alternatives of several `$or`s multiply"
                ));
            }
        }
        Ok(all)
    }

    fn field(
        &mut self,
        path: String,
        name: &str,
        given: &[Value],
        mut ways: Ways,
    ) -> Result<Ways, BadPattern> {
        if self.fields.len() == FIELDS_MAX {
            return self.bad(format!("is one field too many: at most {FIELDS_MAX}"));
        }
        let is_there = |index: &u16| {
            let field = self.fields.get(usize::from(*index));
            field.is_some_and(|field| field.path == path)
        };
        if ways.iter().flatten().any(is_there) {
            return self.bad(format!(
                "`{path}` is required twice: put all of its alternatives into one list"
            ));
        }
        if operators::is_misplaced(name, given) {
            return self.bad(format!(
                "`{name}` is an operator: put it into a list, `[{{\"{name}\": …}}]`"
            ));
        }
        let alternatives = operators::alternatives(self, given)?;
        // At most `FIELDS_MAX`.
        let index = self.fields.len() as u16;
        self.fields.push(Field {
            path,
            pointer: self.pointer.clone(),
            alternatives,
            given: given.to_vec(),
        });
        for way in &mut ways {
            way.push(index);
        }
        Ok(ways)
    }
}
