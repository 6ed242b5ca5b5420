//! Columns into values of the domain.

use std::error::Error;
use std::str::FromStr;

use smilefactory_core::collection::Set;
use smilefactory_core::page::{Page, PageSize};
use uuid::Uuid;

use crate::error::{Result, StoreError};

/// A row that is being read: knows what to blame when a column holds something unreadable.
#[derive(Clone, Copy)]
pub(super) struct RowOf {
    pub(super) table: &'static str,
    pub(super) id: Uuid,
}

impl RowOf {
    /// The column's text as a value of the domain.
    pub(super) fn parse<T>(self, column: &'static str, text: &str) -> Result<T>
    where
        T: FromStr,
        T::Err: Error + Send + Sync + 'static,
    {
        text.parse()
            .map_err(|error: T::Err| StoreError::corrupt(self.table, column, self.id)(Box::new(error)))
    }

    /// The same for a column that may be empty.
    pub(super) fn parse_opt<T>(self, column: &'static str, text: Option<&str>) -> Result<Option<T>>
    where
        T: FromStr,
        T::Err: Error + Send + Sync + 'static,
    {
        text.map(|text| self.parse(column, text)).transpose()
    }

    /// A raw value as one of the domain.
    pub(super) fn field<T: smilefactory_core::validation::Field>(
        self,
        column: &'static str,
        raw: T::Raw,
    ) -> Result<T> {
        T::from_raw(raw).map_err(|error| StoreError::corrupt(self.table, column, self.id)(Box::new(error)))
    }

    /// Values of the domain as a set of them.
    pub(super) fn set<T: PartialEq, const MAX: usize>(
        self,
        column: &'static str,
        entries: impl Iterator<Item = T>,
    ) -> Result<Set<T, MAX>> {
        Set::try_from(entries.collect::<Vec<_>>())
            .map_err(|error| StoreError::corrupt(self.table, column, self.id)(Box::new(error)))
    }
}

/// A page of rows, each turned into a value; one row more than the page was read.
pub(super) fn page<R, T, K>(
    rows: Vec<R>,
    size: PageSize,
    into: impl FnMut(R) -> Result<T>,
    key: impl FnOnce(&T) -> K,
) -> Result<Page<T, K>> {
    let items = rows.into_iter().map(into).collect::<Result<Vec<_>>>()?;
    Ok(Page::from_one_more(items, size, key))
}
