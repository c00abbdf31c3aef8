//! Where a reference leads, within one document: `$id`, `$anchor` and JSON pointers.

use std::collections::HashMap;

use percent_encoding::percent_decode_str;
use serde_json::Value;
use url::Url;

/// The base of a document that has no `$id`.
const NAMELESS: &str = "json-schema:///";

/// Keywords whose values are data, in which nothing is a schema.
const DATA: [&str; 5] = ["const", "enum", "default", "examples", "example"];

/// All that a document's references can name.
pub(crate) struct Index<'a> {
    resources: Vec<Resource<'a>>,
    /// The resource of an object that begins one, by its address.
    begins: HashMap<usize, usize>,
}

struct Resource<'a> {
    root: &'a Value,
    url: Option<Url>,
    anchors: HashMap<&'a str, Anchor<'a>>,
}

struct Anchor<'a> {
    at: &'a Value,
    is_dynamic: bool,
}

/// A schema that a reference leads to, and the resource that it is in.
pub(crate) struct Target<'a> {
    pub(crate) schema: &'a Value,
    pub(crate) resource: usize,
    pub(crate) is_dynamic: bool,
}

impl<'a> Index<'a> {
    /// Looks through a document.
    pub(crate) fn new(document: &'a Value) -> Result<Self, String> {
        let mut index = Self {
            resources: vec![Resource {
                root: document,
                url: Url::parse(NAMELESS).ok(),
                anchors: HashMap::new(),
            }],
            begins: HashMap::from([(address(document), 0)]),
        };
        let mut open = vec![(document, 0)];
        while let Some((value, resource)) = open.pop() {
            index.look(value, resource, &mut open)?;
        }
        Ok(index)
    }

    fn look(
        &mut self,
        value: &'a Value,
        mut resource: usize,
        open: &mut Vec<(&'a Value, usize)>,
    ) -> Result<(), String> {
        match value {
            Value::Array(items) => open.extend(items.iter().map(|item| (item, resource))),
            Value::Object(members) => {
                if let Some(Value::String(id)) = members.get("$id") {
                    resource = self.begin(value, id, resource)?;
                }
                for (keyword, is_dynamic) in [("$anchor", false), ("$dynamicAnchor", true)] {
                    if let Some(Value::String(name)) = members.get(keyword) {
                        let anchor = Anchor {
                            at: value,
                            is_dynamic,
                        };
                        self.resources[resource].anchors.insert(name, anchor);
                    }
                }
                let schemas = members
                    .iter()
                    .filter(|(name, _)| !DATA.contains(&name.as_str()));
                open.extend(schemas.map(|(_, value)| (value, resource)));
            }
            _ => {}
        }
        Ok(())
    }

    fn begin(&mut self, value: &'a Value, id: &str, within: usize) -> Result<usize, String> {
        let base = self.resources[within].url.as_ref();
        let url = base.and_then(|base| base.join(id).ok());
        let mut url = url.ok_or_else(|| format!("$id `{id}` is not a valid address"))?;
        url.set_fragment(None);
        if let Some(known) = self.begins.get(&address(value)) {
            self.resources[*known].url = Some(url);
            return Ok(*known);
        }
        self.resources.push(Resource {
            root: value,
            url: Some(url),
            anchors: HashMap::new(),
        });
        let resource = self.resources.len() - 1;
        self.begins.insert(address(value), resource);
        Ok(resource)
    }

    /// Whether there is more than one resource.
    pub(crate) fn is_compound(&self) -> bool {
        self.resources.len() > 1
    }

    /// The resource of a schema that is written within another one's.
    pub(crate) fn resource_of(&self, schema: &Value, within: usize) -> usize {
        self.begins.get(&address(schema)).copied().unwrap_or(within)
    }

    /// Where a reference from within a resource leads.
    pub(crate) fn follow(&self, reference: &str, from: usize) -> Result<Target<'a>, String> {
        let (path, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let resource = self.resource_named(path, from).ok_or_else(|| {
            format!("`{reference}` points outside the schema: put what it refers to into $defs")
        })?;
        let fragment = percent_decode_str(fragment)
            .decode_utf8()
            .map_err(|_| format!("`{reference}` is not valid UTF-8"))?;
        let nowhere = || format!("`{reference}` leads nowhere");
        if fragment.is_empty() || fragment.starts_with('/') {
            return self.walk(resource, &fragment).ok_or_else(nowhere);
        }
        let anchor = self.resources[resource].anchors.get(&*fragment);
        let anchor = anchor.ok_or_else(nowhere)?;
        Ok(Target {
            schema: anchor.at,
            resource: self.resource_of(anchor.at, resource),
            is_dynamic: anchor.is_dynamic,
        })
    }

    fn resource_named(&self, path: &str, from: usize) -> Option<usize> {
        if path.is_empty() {
            return Some(from);
        }
        let url = self.resources[from].url.as_ref()?.join(path).ok()?;
        self.resources
            .iter()
            .position(|resource| resource.url.as_ref() == Some(&url))
    }

    fn walk(&self, mut resource: usize, pointer: &str) -> Option<Target<'a>> {
        let mut schema = self.resources[resource].root;
        for part in pointer.split('/').skip(1) {
            let part = part.replace("~1", "/").replace("~0", "~");
            schema = match schema {
                Value::Object(members) => members.get(&part)?,
                Value::Array(items) => items.get(part.parse::<usize>().ok()?)?,
                _ => return None,
            };
            resource = self.resource_of(schema, resource);
        }
        Some(Target {
            schema,
            resource,
            is_dynamic: false,
        })
    }
}

/// What tells one value of the document from another one that is equal.
pub(crate) fn address(value: &Value) -> usize {
    std::ptr::from_ref(value) as usize
}
