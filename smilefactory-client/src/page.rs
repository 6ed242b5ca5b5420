//! Lists: a page at a time, or as a stream.

mod list;
mod stream;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use smilefactory_core::page::Cursor;
use smilefactory_core::validation::{Violation, code, read_json};

pub use self::list::List;
use crate::error::{Error, ErrorKind};

/// One page of a list.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Page<T> {
    /// The entries, in the order of the list.
    pub items: Vec<T>,
    /// The entries that this SDK cannot read, because the server is newer: a kind it does not know, say. They stood
    /// among the others.
    pub unreadable: Vec<Unreadable>,
    /// What the next page is asked for with; `None` when this is the last one.
    pub next_cursor: Option<Cursor>,
}

/// An entry of a list that this SDK cannot read.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Unreadable {
    /// Where it stood in its page, from 0.
    pub index: usize,
    /// What in it cannot be read, as a JSON pointer from the entry.
    pub pointer: String,
    /// Why, in words.
    pub reason: String,
    /// The entry as it came.
    pub json: Value,
}

impl<T> IntoIterator for Page<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;
    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

/// A page in the order it came: what can be read, and what cannot.
pub(crate) struct Entries<T> {
    pub(crate) entries: Vec<Result<T, Unreadable>>,
    pub(crate) next_cursor: Option<Cursor>,
}

#[derive(Deserialize)]
struct Wire<T> {
    items: Vec<T>,
    #[serde(default)]
    next_cursor: Option<Cursor>,
    #[serde(default)]
    has_more: Option<bool>,
}

impl<T: DeserializeOwned> Entries<T> {
    /// Reads a page. One entry that cannot be read does not spoil the others.
    pub(crate) fn read(body: &[u8]) -> Result<Self, Error> {
        if let Ok(wire) = serde_json::from_slice::<Wire<T>>(body) {
            let entries = wire.items.into_iter().map(Ok).collect();
            return Self::checked(entries, wire.next_cursor, wire.has_more);
        }
        let wire: Wire<Value> = read_whole(body)?;
        let entries = wire.items.into_iter().enumerate().map(|(index, json)| read_entry(index, json));
        Self::checked(entries.collect(), wire.next_cursor, wire.has_more)
    }

    fn checked(
        entries: Vec<Result<T, Unreadable>>,
        next_cursor: Option<Cursor>,
        has_more: Option<bool>,
    ) -> Result<Self, Error> {
        if has_more.is_some_and(|more| more != next_cursor.is_some()) {
            let words = "the page contradicts itself on whether there is a next one";
            return Err(Error::new(ErrorKind::Unreadable, words));
        }
        Ok(Self { entries, next_cursor })
    }
}

impl<T> From<Entries<T>> for Page<T> {
    fn from(page: Entries<T>) -> Self {
        let (mut items, mut unreadable) = (Vec::with_capacity(page.entries.len()), Vec::new());
        for entry in page.entries {
            match entry {
                Ok(item) => items.push(item),
                Err(entry) => unreadable.push(entry),
            }
        }
        Self { items, unreadable, next_cursor: page.next_cursor }
    }
}

fn read_entry<T: DeserializeOwned>(index: usize, json: Value) -> Result<T, Unreadable> {
    read_json(&json).map_err(|violation| Unreadable {
        index,
        reason: reason(&violation).to_owned(),
        pointer: violation.pointer,
        json,
    })
}

/// Reads a whole answer.
pub(crate) fn read_whole<T: DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    read_json(&mut serde_json::Deserializer::from_slice(body)).map_err(|violation| {
        let place = if violation.pointer.is_empty() { "/" } else { &violation.pointer };
        let words = format!("the answer is not what was promised: {place}: {}", reason(&violation));
        Error::new(ErrorKind::Unreadable, words)
    })
}

/// Why something cannot be read, without the value itself: it may be somebody's secret, and errors are logged. An
/// unknown word is told, since it is one of a list.
fn reason(violation: &Violation) -> &str {
    let message = violation.message.as_str();
    if violation.code == code::WRONG_TYPE {
        "has another type"
    } else if message.starts_with("invalid ") {
        "has a value that cannot be"
    } else {
        message
    }
}

#[cfg(test)]
mod tests {
    use smilefactory_core::profile::ProfileKind;

    use super::*;

    fn read(json: &str) -> Result<Page<ProfileKind>, Error> {
        Entries::read(json.as_bytes()).map(Page::from)
    }

    #[test]
    fn an_unknown_word_costs_its_own_entry_only() {
        let page =
            read(r#"{"items": ["mentor", "wizard", "innovator"], "next_cursor": "c", "new": 1}"#).unwrap();
        assert_eq!(page.items, [ProfileKind::Mentor, ProfileKind::Innovator]);
        assert_eq!(page.next_cursor.unwrap().as_str(), "c");
        let [entry] = page.unreadable.as_slice() else { panic!("{:?}", page.unreadable) };
        assert_eq!((entry.index, &entry.json), (1, &Value::from("wizard")));
        assert!(entry.reason.contains("wizard"), "{}", entry.reason);
    }

    #[test]
    fn what_is_no_page_is_not_taken_for_an_empty_one() {
        for body in
            ["{}", "[]", "null", "", "<html>", r#"{"items": null}"#, r#"{"items": [], "next_cursor": 3}"#]
        {
            assert_eq!(read(body).unwrap_err().kind(), ErrorKind::Unreadable, "{body}");
        }
        assert!(read(r#"{"items": []}"#).unwrap().items.is_empty());
    }

    #[test]
    fn a_page_must_agree_with_itself() {
        assert!(read(r#"{"items": [], "next_cursor": null, "has_more": true}"#).is_err());
        assert!(read(r#"{"items": [], "next_cursor": "c", "has_more": false}"#).is_err());
        assert!(read(r#"{"items": [], "next_cursor": "c", "has_more": true}"#).is_ok());
    }
}
