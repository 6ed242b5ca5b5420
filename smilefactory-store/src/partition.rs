//! Months of large tables: made ahead, archived when their time is over, compared with the archive, and dropped.
//!
//! Messages and what else only grows lies in partitions by month, by the time that is in the ids. [`Partitions::keep`]
//! does whatever is to be done, one step after the other, and is called from time to time by as many processes as there
//! are. Each step lasts by itself: killed anywhere, the next call goes on where it was. Nothing is dropped but what was
//! read back from the archive and is, to the last row of every tenant, what lies there.
//!
//! The archive is in the blob store, gzipped, a row a line in JSON, in parts that are named by their content. What is
//! encrypted in the database stays so.

mod archive;
mod erase;
mod month;

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};

pub use self::archive::ArchivedPart;
use self::month::Leaving;
use crate::blob::{BlobError, BlobStore};
use crate::error::{Result as StoreResult, StoreError};
use crate::operator::Operator;
use crate::store::Store;

/// How many months after this one there are to be partitions for.
pub const AHEAD: u32 = 6;
/// With fewer months than this ahead, somebody should look.
pub const SHORT: u32 = 2;

/// No further than this is looked, in months.
const FARTHEST: u32 = 1_200;

/// A table whose months are archived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ArchivedTable {
    /// Messages, with what hangs on them.
    Messages,
}

impl ArchivedTable {
    /// Every one of them.
    pub const ALL: [Self; 1] = [Self::Messages];

    /// Its name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Messages => "messaging.messages",
        }
    }

    fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|table| table.name() == name)
    }
}

impl fmt::Display for ArchivedTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name().rsplit('.').next().unwrap_or_default())
    }
}

/// How far ahead a table has partitions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Horizon {
    /// The table.
    pub table: String,
    /// For how many months after this one, without a gap; `None` when there is not even one for this month.
    pub months: Option<u32>,
}

impl Horizon {
    /// Whether somebody should look.
    pub fn is_short(&self) -> bool {
        self.months.is_none_or(|months| months < SHORT)
    }
}

impl Operator {
    /// How far ahead each table that has partitions has them.
    pub async fn partition_horizons(&self) -> StoreResult<Vec<Horizon>> {
        let this = first_of_month(self.store().now());
        let mut horizons = Vec::new();
        for table in month::tables(self.store()).await? {
            let there = month::months(self.store(), &table.name).await?;
            let is_there = |ahead: u32| {
                let month = this.checked_add_months(Months::new(ahead));
                there.iter().any(|found| found.attached && Some(found.month) == month)
            };
            let months = (0..FARTHEST).take_while(|ahead| is_there(*ahead)).last();
            horizons.push(Horizon { table: table.name, months });
        }
        Ok(horizons)
    }
}

/// What was done about partitions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Months that were made.
    pub made: u32,
    /// Parts that were written to the archive.
    pub archived: u32,
    /// Months that were dropped.
    pub dropped: u32,
    /// Months that were put back, since somebody had changed what was archived already.
    pub put_back: u32,
}

/// Why something was not done about partitions. What was done before lasts, and the next call goes on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PartitionError {
    /// A part of the archive is not what was written. Nothing is dropped.
    #[error("part {part} of {month} of {table} in the archive of {tenant} is not what was written")]
    Damaged {
        /// The table.
        table: ArchivedTable,
        /// The month.
        month: NaiveDate,
        /// Whose.
        tenant: smilefactory_core::id::TenantId,
        /// Which part.
        part: i32,
    },
    /// The blob store did not do what it was asked to.
    #[error(transparent)]
    Blob(#[from] BlobError),
    /// The database did not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Looks after partitions.
#[derive(Clone, Debug)]
pub struct Partitions {
    store: Store,
    blobs: Arc<dyn BlobStore>,
    /// At most how many rows a part of the archive has.
    part: u16,
}

impl Partitions {
    /// Partitions of the database of `store`, with their archive in `blobs`.
    pub fn new(store: Store, blobs: Arc<dyn BlobStore>) -> Self {
        Self { store, blobs, part: 10_000 }
    }

    /// The same with parts of the archive of at most so many rows.
    #[must_use]
    pub const fn with_rows_a_part(mut self, rows: u16) -> Self {
        self.part = rows;
        self
    }

    /// Makes what is to be there ahead, and takes one month of each table on its way out as far as it goes.
    ///
    /// A month is as old as both this program's clock and the database's say, and no more than one goes at a time: a clock
    /// that jumps takes nothing away that is not old.
    pub async fn keep(&self) -> Result<Kept, PartitionError> {
        let mut kept = Kept { made: self.make_ahead().await?, ..Kept::default() };
        let now = month::earlier_clock(&self.store).await?;
        for table in month::tables(&self.store).await? {
            let archived = ArchivedTable::of(&table.name);
            if archived.is_none() && !table.is_forgotten {
                continue;
            }
            let oldest_kept = first_of_month(now).checked_sub_months(Months::new(table.kept_months));
            let Some(month) = month::next_to_go(&self.store, &table.name, oldest_kept).await? else {
                continue;
            };
            match archived {
                Some(archived) => self.retire(archived, month, &mut kept).await?,
                None => self.forget(&table.name, &month, &mut kept).await?,
            }
        }
        Ok(kept)
    }

    /// Makes the partitions of this month and the next ones, and says how many were not there.
    pub async fn make_ahead(&self) -> StoreResult<u32> {
        let (mut made, this) = (0, first_of_month(self.store.now()));
        for table in month::tables(&self.store).await? {
            let there = month::months(&self.store, &table.name).await?;
            for month in (0..=AHEAD).filter_map(|ahead| this.checked_add_months(Months::new(ahead))) {
                // Looking takes no lock.
                if !there.iter().any(|found| found.month == month) {
                    made += u32::from(month::make(&self.store, &table.name, month).await?);
                }
            }
        }
        Ok(made)
    }

    /// Takes a month on its way out from where it is to where it goes no further.
    async fn retire(
        &self,
        table: ArchivedTable,
        mut month: Leaving,
        kept: &mut Kept,
    ) -> Result<(), PartitionError> {
        if month.archived_at.is_none() {
            kept.archived += self.archive(table, month.month).await?;
            month::archived(&self.store, table.name(), month.month).await?;
        }
        if month.detached_at.is_none() {
            if !month::detach(&self.store, table.name(), month.month).await? {
                return Ok(());
            }
            month.detached_at = Some(self.store.now());
        }
        if month.dropped_at.is_none() {
            if !month::drop(&self.store, table.name(), month.month).await? {
                // Somebody changed a row after it was archived: all of it is archived anew.
                tracing::warn!(%table, month = %month.month, "what was archived was changed meanwhile");
                kept.put_back += u32::from(month::put_back(&self.store, table.name(), month.month).await?);
                return Ok(());
            }
            kept.dropped += 1;
        }
        month::drop_followers(&self.store, table.name(), month.month).await?;
        if table == ArchivedTable::Messages {
            month::tidy_messages(&self.store, month.month).await?;
        }
        month::tidied(&self.store, table.name(), month.month).await?;
        Ok(())
    }

    /// Takes away a month that is not archived.
    async fn forget(&self, table: &str, month: &Leaving, kept: &mut Kept) -> StoreResult<()> {
        if month.detached_at.is_none() && !month::detach(&self.store, table, month.month).await? {
            return Ok(());
        }
        if month.dropped_at.is_none() {
            if !month::drop(&self.store, table, month.month).await? {
                return Ok(());
            }
            kept.dropped += 1;
        }
        month::tidied(&self.store, table, month.month).await
    }
}

fn first_of_month(at: DateTime<Utc>) -> NaiveDate {
    let day = at.date_naive();
    day.with_day(1).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_horizon_is_told() {
        let horizon = |months| Horizon { table: "messaging.messages".into(), months };
        assert!(horizon(None).is_short() && horizon(Some(1)).is_short() && !horizon(Some(SHORT)).is_short());
    }

    #[test]
    fn tables_have_their_names() {
        for table in ArchivedTable::ALL {
            assert_eq!(ArchivedTable::of(table.name()), Some(table));
            assert!(table.name().ends_with(&table.to_string()));
        }
    }
}
