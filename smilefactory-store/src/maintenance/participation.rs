//! Lets the level of those fall who do less than they did.

use chrono::{NaiveDate, TimeDelta};
use smilefactory_core::profile::Participation;
use smilefactory_core::scope::Scope;

use super::Scopes;
use crate::error::Result;
use crate::repo::profile::{ReadActivity, ReadProfiles, WriteActivity, WriteProfiles};
use crate::store::Store;

/// How many members are looked at in one transaction.
const BATCH: u16 = 100;
/// How many days that count no more are forgotten in one transaction.
const FORGOTTEN: u64 = 1000;

/// The first day that counts for how much somebody takes part, on this day.
pub fn counts_from(today: NaiveDate) -> NaiveDate {
    today - TimeDelta::days(i64::from(Participation::DAYS) - 1)
}

/// Gives every community member the level that what they did in the last days comes to, and says how many have another
/// one now. Who does something rises by the relay that counts it; this is for those who do nothing.
pub async fn assess_participation(store: &Store) -> Result<u64> {
    let (mut changed, mut scopes) = (0, Scopes::of(store));
    while let Some(scope) = scopes.next().await? {
        changed += assess(store, &scope).await?;
        while forget(store, &scope).await? {}
    }
    Ok(changed)
}

async fn assess(store: &Store, scope: &Scope) -> Result<u64> {
    let (mut changed, mut after) = (0, None);
    loop {
        let mut tx = store.read(scope).await?;
        let from = counts_from(tx.now().date_naive());
        let active = tx.activity().list_active(from, after, BATCH).await?;
        drop(tx);
        after = active.last().map(|member| member.account);
        for member in &active {
            if Participation::of(member.actions) == member.participation {
                continue;
            }
            let mut tx = store.write(scope).await?;
            let actions = tx.activity().count(member.account, from).await?;
            let Some(profile) = tx.profiles().get(member.account).await? else { continue };
            let (profile, fact) = profile.count_actions(actions);
            let Some(fact) = fact else { continue };
            match tx.profiles().update(&profile).await {
                Ok(_) => {}
                // Its owner saved it first: the next time is soon enough.
                Err(error) if error.is_stale() => continue,
                Err(error) => return Err(error),
            }
            tx.tell(fact)?;
            tx.commit().await?;
            changed += 1;
        }
        if active.len() < usize::from(BATCH) {
            return Ok(changed);
        }
    }
}

/// Forgets some days that count no more; whether there may be others.
async fn forget(store: &Store, scope: &Scope) -> Result<bool> {
    let mut tx = store.write(scope).await?;
    let from = counts_from(tx.now().date_naive());
    let forgotten = tx.activity().forget_before(from).await?;
    tx.commit().await?;
    Ok(forgotten >= FORGOTTEN)
}
