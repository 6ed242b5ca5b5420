//! What imports and exports do in the database.
//!
//! Rows come by `COPY` into a temporary table, since `COPY` itself does not go through row-level security. The table is
//! made by the service's role, lives as long as the transaction, and is nobody else's. Statements that name it cannot be
//! checked against the schema, in which it is not; they are not kept on the connection either, since the next transaction
//! has another table of that name.

mod events;
mod export;
mod funding_rounds;
mod import;
mod innovators;
mod organisations;

use smilefactory_core::bulk::ImportKind;
use sqlx::postgres::PgArguments;
use sqlx::query::Query;
use sqlx::types::Json;
use sqlx::{Postgres, Row as _};

pub(crate) use self::export::{
    export_events, export_funding_rounds, export_innovators, export_organisations,
};
pub(crate) use self::import::{
    get, insert, insert_skips, list_skips, lock_current, lock_version, skips_by_rule, supersede, update,
};
use crate::bulk::{Batch, Import, Skip, Tally};
use crate::error::{Result, StoreError};
use crate::tx::WriteTx;

/// What became of the rows of a batch.
#[derive(Clone, Debug, Default)]
pub(crate) struct Landed {
    /// How many.
    pub(crate) tally: Tally,
    /// Those that the rows which are there already speak against.
    pub(crate) refused: Vec<Skip>,
}

/// Writes the rows of a batch.
pub(crate) async fn land(tx: &mut WriteTx, import: &Import, batch: &Batch) -> Result<Landed> {
    let mut landed = if batch.good == 0 {
        Landed::default()
    } else {
        match import.kind {
            ImportKind::Organisations => organisations::land(tx, import, batch).await?,
            ImportKind::FundingRounds => funding_rounds::land(tx, import, batch).await?,
            ImportKind::Innovators => innovators::land(tx, import, batch).await?,
            ImportKind::Events => events::land(tx, import, batch).await?,
        }
    };
    landed.tally.skipped += batch.skipped;
    if landed.tally.rows() == batch.good + batch.skipped {
        Ok(landed)
    } else {
        Err(StoreError::internal("rows of a batch were lost on their way"))
    }
}

/// The temporary table of a kind.
struct Stage {
    create: &'static str,
    copy: &'static str,
    /// What `copy` does, of objects.
    insert: &'static str,
    /// The columns in the order of the rows.
    columns: &'static str,
}

impl Stage {
    /// Makes the table, and fills it.
    async fn fill(&self, tx: &mut WriteTx, batch: &Batch) -> Result<()> {
        fleeting(self.create).execute(tx.conn()?).await?;
        if tx.copies() {
            tx.copy_in(self.copy, batch.rows.bytes()).await?;
        } else {
            let objects = batch.rows.objects(&self.columns.split(' ').collect::<Vec<_>>());
            fleeting(self.insert).bind(Json(objects)).execute(tx.conn()?).await?;
        }
        Ok(())
    }
}

/// A statement that is not kept on the connection.
fn fleeting<'q>(statement: &'static str) -> Query<'q, Postgres, PgArguments> {
    sqlx::query(statement).persistent(false)
}

/// A count of the database.
fn count(row: &sqlx::postgres::PgRow, column: &str) -> Result<u64> {
    Ok(u64::try_from(row.try_get::<i64, _>(column)?).unwrap_or(0))
}

/// How many rows were written, of those that were new or were changed.
fn tally(row: &sqlx::postgres::PgRow, refused: Vec<Skip>) -> Result<Landed> {
    let (rows, inserted, updated) = (count(row, "rows")?, count(row, "inserted")?, count(row, "updated")?);
    let skipped = u64::try_from(refused.len()).unwrap_or(u64::MAX);
    let unchanged = rows.saturating_sub(inserted + updated);
    Ok(Landed { tally: Tally { inserted, updated, unchanged, skipped }, refused })
}
