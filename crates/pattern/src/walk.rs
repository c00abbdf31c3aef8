//! Going through an event's text to the values that a pattern asks for.

use crate::{
    json::{Json, Scalar},
    limits::ARRAYS_NESTED_MAX,
    paths::{Paths, Place},
};

/// A member of an event that is put together of parts.
#[derive(Clone, Copy, Debug)]
pub enum Part<'a> {
    /// A string.
    Text(&'a str),
    /// JSON text.
    Json(&'a str),
}

/// An object or array that is an element of an array; the first stands for the event itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Element {
    /// The element around it.
    pub(crate) parent: u32,
    /// The last element within it: they are numbered as they begin.
    pub(crate) last: u32,
    /// How many names lead to its array.
    pub(crate) depth: u16,
}

/// Takes the values as they are found.
pub(crate) trait Sink {
    /// A value at the place of these fields, within that element.
    fn value(&mut self, fields: &[u16], value: &Scalar<'_>, element: u32);
}

/// One walk.
pub(crate) struct Walk<'p, S> {
    paths: &'p Paths,
    pub(crate) sink: S,
    /// The elements that were come by, without the first while there is no other.
    pub(crate) elements: Vec<Element>,
}

impl<'p, S: Sink> Walk<'p, S> {
    pub(crate) const fn new(paths: &'p Paths, sink: S) -> Self {
        Self {
            paths,
            sink,
            elements: Vec::new(),
        }
    }

    /// Walks through an event of these members.
    pub(crate) fn members(&mut self, members: &[(&str, Part<'_>)]) {
        for (name, part) in members {
            let Some(place) = self.paths.below(Paths::ROOT, name) else {
                continue;
            };
            match part {
                Part::Text(text) => {
                    let fields = self.paths.fields(place);
                    if !fields.is_empty() {
                        self.sink.value(fields, &Scalar::Text((*text).into()), 0);
                    }
                }
                Part::Json(text) => {
                    // What can't be read ends this member; the rest of it isn't there.
                    let _ = self.go(&mut Json::new(text), place, 0, 0);
                }
            }
        }
    }

    /// Walks through an event that is one JSON object.
    pub(crate) fn text(&mut self, text: &str) {
        let mut json = Json::new(text);
        if json.peek() == Some(b'{') {
            let _ = self.object(&mut json, Paths::ROOT, 0);
        }
    }

    /// Past one value, to what is asked for in it. Nothing once the text can't be read.
    fn go(&mut self, json: &mut Json<'_>, place: Place, element: u32, nested: u16) -> Option<()> {
        match json.peek()? {
            b'{' if self.paths.goes_on(place) => self.object(json, place, element),
            b'[' if nested < ARRAYS_NESTED_MAX => self.array(json, place, element, nested),
            b'{' | b'[' => json.skip().map(drop),
            _ => {
                let fields = self.paths.fields(place);
                if fields.is_empty() {
                    return json.skip().map(drop);
                }
                let value = json.scalar()?;
                self.sink.value(fields, &value, element);
                Some(())
            }
        }
    }

    fn object(&mut self, json: &mut Json<'_>, place: Place, element: u32) -> Option<()> {
        json.take(b'{');
        if json.take(b'}') {
            return Some(());
        }
        loop {
            if json.peek()? != b'"' {
                return None;
            }
            let key = json.string()?;
            if !json.take(b':') {
                return None;
            }
            match self.paths.below(place, &key) {
                Some(below) => self.go(json, below, element, 0)?,
                None => drop(json.skip()?),
            }
            if !json.take(b',') {
                return json.take(b'}').then_some(());
            }
        }
    }

    fn array(
        &mut self,
        json: &mut Json<'_>,
        place: Place,
        element: u32,
        nested: u16,
    ) -> Option<()> {
        json.take(b'[');
        if json.take(b']') {
            return Some(());
        }
        loop {
            match json.peek()? {
                b'{' if !self.paths.goes_on(place) => drop(json.skip()?),
                b'{' | b'[' => {
                    let own = self.open(element, place.depth);
                    let went = self.go(json, place, own, nested + 1);
                    self.close(own);
                    went?;
                }
                _ => self.go(json, place, element, nested)?,
            }
            if !json.take(b',') {
                return json.take(b']').then_some(());
            }
        }
    }

    fn open(&mut self, parent: u32, depth: u16) -> u32 {
        let element = Element {
            parent,
            last: u32::MAX,
            depth,
        };
        if self.elements.is_empty() {
            let whole = Element {
                parent: 0,
                last: u32::MAX,
                depth: 0,
            };
            self.elements.push(whole);
        }
        self.elements.push(element);
        self.elements.len() as u32 - 1
    }

    fn close(&mut self, element: u32) {
        let last = self.elements.len() as u32 - 1;
        if let Some(element) = self.elements.get_mut(element as usize) {
            element.last = last;
        }
    }
}
