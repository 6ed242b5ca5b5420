//! What happens when its time has come.

use smilefactory_core::event::EventState;

use super::{Result, locked, pass_on, save};
use crate::repo::event::{WriteEvents, WriteRegistrations};
use crate::tx::WriteTx;

/// How many people miss an event in one unit of work.
const BATCH: u16 = 500;

/// Ends the offers of one event that have expired, and passes their seats on; `false` when there are none.
pub async fn pass_lapsed(tx: &mut WriteTx) -> Result<bool> {
    let Some(id) = tx.registrations().find_lapsed().await? else { return Ok(false) };
    let event = locked(tx, id).await?;
    let now = tx.now();
    for offered in tx.registrations().lapsed(id).await? {
        save(tx, offered.lapse(now)?).await?;
    }
    pass_on(tx, &event).await?;
    Ok(true)
}

/// Does the next of what is to be done about an event that is over; `false` when there is none. Where people were
/// checked in, who had a seat and was not did not come; where nobody was, nobody looked, and nobody is said to have
/// missed it.
pub async fn complete_next(tx: &mut WriteTx) -> Result<bool> {
    let Some(event) = tx.events().lock_ended().await? else { return Ok(false) };
    debug_assert_eq!(event.state, EventState::Published);
    let now = tx.now();
    let missing = tx.registrations().missing(event.id, BATCH).await?;
    let more = missing.len() >= usize::from(BATCH);
    for registration in missing {
        save(tx, registration.miss(&event, now)?).await?;
    }
    if !more {
        let (event, completed) = event.complete(now)?;
        tx.events().update(&event).await?;
        tx.tell(completed)?;
    }
    Ok(true)
}
