//! Lists that are asked for page by page.

use std::collections::VecDeque;

use reqwest::Method;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::call::{Call, query_string};
use crate::client::Nuncio;
use crate::error::Error;

/// A part of a list.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Page<T> {
    /// The items. With a filter that few match, a page may be short, or empty, before the end.
    pub data: Vec<T>,
    /// What leads to the next page; none at the end.
    pub next_cursor: Option<String>,
}

/// A list that is asked for as far as it is read.
#[derive(Debug)]
pub struct Listing<T> {
    client: Nuncio,
    next: Next,
    path: String,
    query: serde_json::Value,
    items: VecDeque<T>,
}

/// Where a list goes on.
#[derive(Debug)]
enum Next {
    /// The path could not be made: whoever reads the list hears of it.
    Refused(String),
    First,
    At(String),
    End,
}

impl<T: DeserializeOwned> Listing<T> {
    pub(crate) fn new(
        client: &Nuncio,
        path: Result<String, Error>,
        query: &impl Serialize,
    ) -> Self {
        let (path, next) = match path {
            Ok(path) => (path, Next::First),
            Err(error) => (String::new(), Next::Refused(error.to_string())),
        };
        Self {
            client: client.clone(),
            next,
            path,
            query: serde_json::to_value(query).unwrap_or_default(),
            items: VecDeque::new(),
        }
    }

    /// The next item, the first one at first; none at the end.
    ///
    /// # Errors
    /// See [`Error`]. After one, the same page is asked for again.
    pub async fn next(&mut self) -> Result<Option<T>, Error> {
        loop {
            if let Some(item) = self.items.pop_front() {
                return Ok(Some(item));
            }
            match self.next_page().await? {
                Some(page) => self.items.extend(page.data),
                None => return Ok(None),
            }
        }
    }

    /// The next page, the first one at first; none at the end. Items of a page that [`next`](Self::next) has begun
    /// stay with it.
    ///
    /// # Errors
    /// See [`Error`]. After one, the same page is asked for again.
    pub async fn next_page(&mut self) -> Result<Option<Page<T>>, Error> {
        let cursor = match &self.next {
            Next::Refused(why) => return Err(Error::InvalidCall(why.clone())),
            Next::End => return Ok(None),
            Next::First => None,
            Next::At(cursor) => Some(cursor.as_str()),
        };
        let target = format!("{}{}", self.path, query_string(&self.query, cursor));
        let page: Page<T> = self.client.send(Call::new(Method::GET, target)).await?;
        self.next = page.next_cursor.clone().map_or(Next::End, Next::At);
        Ok(Some(page))
    }
}
