//! The API as a client has it: resources with methods, and the types that go in and come out.
//!
//! Read once from `openapi.json` (see `read.rs`); each language's emitter writes it in its own way. What is the same
//! for every method (transport, retries, problems, pages) is no part of it: each client has that written by hand.

/// Everything that is generated.
#[derive(Debug)]
pub(super) struct Api {
    /// The types of bodies, by name.
    pub(super) types: Vec<Definition>,
    /// The parameters of lists, by name.
    pub(super) queries: Vec<Definition>,
    /// In the order of their paths.
    pub(super) resources: Vec<Resource>,
}

/// A named type.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Definition {
    /// In Pascal case.
    pub(super) name: String,
    /// What it is, in sentences.
    pub(super) doc: String,
    /// What it looks like.
    pub(super) shape: Shape,
    /// Whether callers send it.
    pub(super) is_input: bool,
    /// Whether callers get it.
    pub(super) is_output: bool,
    /// Whether a null differs from a field that is left out: it clears what is there.
    pub(super) clears_with_null: bool,
}

/// What a named type looks like.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shape {
    /// An object.
    Fields(Vec<Field>),
    /// One of these texts.
    Words(Vec<String>),
    /// One of these objects.
    Either(Vec<Vec<Field>>),
}

/// A field of an object, or a parameter.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Field {
    /// As the wire has it.
    pub(super) name: String,
    /// What it is, in sentences.
    pub(super) doc: String,
    /// What it holds when it is not null.
    pub(super) holds: Type,
    /// Whether it is always there.
    pub(super) required: bool,
    /// Whether it may be null.
    pub(super) nullable: bool,
    /// Whether it holds a secret, which no client shows when a value is printed.
    pub(super) is_secret: bool,
}

/// What a field holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Type {
    /// A text.
    Text,
    /// A time (RFC 3339).
    Time,
    /// A whole number of at most 32 bits, or 64.
    Integer { bits: u8 },
    /// A number.
    Number,
    /// True or false.
    Boolean,
    /// Any JSON value.
    Any,
    /// A list.
    List(Box<Type>),
    /// An object whose keys are the caller's; its values may be null or not.
    Map { of: Box<Type>, nullable: bool },
    /// A named type.
    Named(String),
}

/// Methods that belong together.
#[derive(Debug)]
pub(super) struct Resource {
    /// As in its path: `dead-letters`.
    pub(super) name: String,
    /// In the order of their paths.
    pub(super) methods: Vec<Method>,
}

/// One operation.
#[derive(Debug)]
pub(super) struct Method {
    /// In snake case, without the resource's name: `list_events`.
    pub(super) name: String,
    /// What it does, in sentences.
    pub(super) doc: String,
    /// The HTTP method.
    pub(super) verb: String,
    /// The path, such as `/v1/endpoints/{id}/events`.
    pub(super) path: String,
    /// The names of the path's parameters, in order, with what each is.
    pub(super) path_parameters: Vec<(String, String)>,
    /// The name of the type of its query, if it takes one.
    pub(super) query: Option<String>,
    /// Its body, if it takes one.
    pub(super) body: Option<Body>,
    /// What it answers when all is well.
    pub(super) answer: Answer,
}

/// The body of a method.
#[derive(Debug)]
pub(super) struct Body {
    /// The name of its type.
    pub(super) of: String,
    /// Whether it must be given.
    pub(super) required: bool,
}

/// What a method answers.
#[derive(Debug)]
pub(super) enum Answer {
    /// Nothing.
    Nothing,
    /// An object of that type.
    One(String),
    /// A list of objects of that type, page by page.
    List(String),
}

impl Api {
    /// The type or query of that name.
    pub(super) fn definition(&self, name: &str) -> Option<&Definition> {
        let all = self.types.iter().chain(&self.queries);
        all.into_iter().find(|definition| definition.name == name)
    }
}

impl Definition {
    /// Its fields; those of alternatives all together, required where every alternative has them so.
    pub(super) fn fields(&self) -> Vec<Field> {
        match &self.shape {
            Shape::Fields(fields) => fields.clone(),
            Shape::Words(_) => Vec::new(),
            Shape::Either(alternatives) => merged(alternatives),
        }
    }
}

fn merged(alternatives: &[Vec<Field>]) -> Vec<Field> {
    let mut all: Vec<Field> = Vec::new();
    for field in alternatives.iter().flatten() {
        if all.iter().any(|known| known.name == field.name) {
            continue;
        }
        let is_required = |fields: &Vec<Field>| {
            let same = fields.iter().find(|other| other.name == field.name);
            same.is_some_and(|same| same.required)
        };
        all.push(Field {
            required: alternatives.iter().all(is_required),
            ..field.clone()
        });
    }
    all
}
