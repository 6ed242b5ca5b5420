//! What happens to events when its time has come.

use super::Scopes;
use crate::error::{Result, StoreError};
use crate::event::{self, EventError};
use crate::store::Store;

/// Ends offers of seats that have expired and passes the seats on, completes events that are over, and takes out
/// those that whoever organised them left behind, in every tenant; says how many events there were. Each is a unit of
/// work of its own, whoever calls this at the same time.
pub async fn tend_events(store: &Store) -> Result<u64> {
    let (mut tended, mut scopes) = (0, Scopes::of(store));
    while let Some(scope) = scopes.next().await? {
        loop {
            let mut tx = store.write(&scope).await?;
            if !event::pass_lapsed(&mut tx).await.map_err(never)? {
                break;
            }
            tx.commit().await?;
            tended += 1;
        }
        loop {
            let mut tx = store.write(&scope).await?;
            if !event::complete_next(&mut tx).await.map_err(never)? {
                break;
            }
            tx.commit().await?;
            tended += 1;
        }
        loop {
            let mut tx = store.write(&scope).await?;
            if !event::forget_abandoned(&mut tx).await.map_err(never)? {
                break;
            }
            tx.commit().await?;
            tended += 1;
        }
    }
    Ok(tended)
}

/// Makes the events of series that are to be made by now, a year ahead, in every tenant; says of how many series.
/// Each is a unit of work of its own, whoever calls this at the same time: no event is made twice.
pub async fn make_events(store: &Store) -> Result<u64> {
    let (mut made, mut scopes) = (0, Scopes::of(store));
    while let Some(scope) = scopes.next().await? {
        loop {
            let mut tx = store.write(&scope).await?;
            if !event::make_next(&mut tx).await.map_err(never)? {
                break;
            }
            tx.commit().await?;
            made += 1;
        }
    }
    Ok(made)
}

fn never(error: EventError) -> StoreError {
    match error {
        EventError::Store(error) => error,
        refused => StoreError::internal(format!("an event does not go its way: {refused}")),
    }
}
