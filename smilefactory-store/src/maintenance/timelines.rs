//! Keeps timelines for people who follow many.

use smilefactory_core::scope::Scope;

use super::Scopes;
use crate::error::Result;
use crate::repo::feed::WriteFeed;
use crate::store::Store;

/// How many people are looked at in one transaction.
const PEOPLE: u16 = 500;
/// How many timelines are cut or dropped in one transaction, each with a thousand entries and more.
const TIMELINES: u16 = 50;
/// How many changes are put in in one transaction, each post into the timelines of everybody who follows its author.
const CHANGES: u16 = 20;
/// How many timelines are filled before it is looked again whether there is something to put in.
const FILLED: usize = 10;

/// Begins timelines in every tenant for people who took part of late and follow hundreds, cuts those that are long,
/// drops those that are not used, and says how many it were.
///
/// To call this is a choice: without, what is new for somebody is the same, read from each that they follow. Whoever does
/// calls [`fill_timelines`] every second or so, or what is to be put in grows; and to end it for good, calls
/// [`drop_timelines`].
pub async fn keep_timelines(store: &Store) -> Result<u64> {
    let (mut done, mut scopes) = (0, Scopes::of(store));
    while let Some(scope) = scopes.next().await? {
        let mut after = None;
        loop {
            let mut tx = store.write(&scope).await?;
            let (begun, last) = tx.feed().keep_timelines(after, PEOPLE).await?;
            tx.commit().await?;
            done += begun;
            match last {
                None => break,
                last => after = last,
            }
        }
        let mut after = None;
        loop {
            let mut tx = store.write(&scope).await?;
            let (trimmed, last) = tx.feed().trim_timelines(after, TIMELINES).await?;
            tx.commit().await?;
            done += trimmed;
            match last {
                None => break,
                last => after = last,
            }
        }
    }
    Ok(done)
}

/// Puts what was published into the timelines of every tenant, and takes some steps towards filling those that are to be
/// filled; says how many steps it took. None are left when there were none.
///
/// Where it cannot be put in in time, say because a tag of a hundred thousand posts was merged, the timelines of the
/// tenant are dropped, and begun anew by the next [`keep_timelines`].
pub async fn fill_timelines(store: &Store) -> Result<u64> {
    let (mut steps, mut scopes) = (0, Scopes::of(store));
    while let Some(scope) = scopes.next().await? {
        match fold(store, &scope).await {
            Ok(folded) => steps += folded,
            Err(error) => {
                drop_all(store, &scope).await?;
                return Err(error);
            }
        }
        for _ in 0..FILLED {
            let mut tx = store.write(&scope).await?;
            let filled = tx.feed().fill_timeline().await?;
            tx.commit().await?;
            if !filled {
                break;
            }
            steps += 1;
        }
    }
    Ok(steps)
}

async fn fold(store: &Store, scope: &Scope) -> Result<u64> {
    let mut folded = 0;
    loop {
        let mut tx = store.write(scope).await?;
        let batch = tx.feed().fold_timelines(CHANGES).await?;
        tx.commit().await?;
        folded += batch;
        if batch < u64::from(CHANGES) {
            return Ok(folded);
        }
    }
}

/// Drops the timelines of every tenant, and says how many there were. Nothing is lost by it but time.
pub async fn drop_timelines(store: &Store) -> Result<u64> {
    let (mut dropped, mut scopes) = (0, Scopes::of(store));
    while let Some(scope) = scopes.next().await? {
        dropped += drop_all(store, &scope).await?;
    }
    Ok(dropped)
}

async fn drop_all(store: &Store, scope: &Scope) -> Result<u64> {
    let mut dropped = 0;
    loop {
        let mut tx = store.write(scope).await?;
        let batch = tx.feed().drop_timelines(TIMELINES).await?;
        tx.commit().await?;
        dropped += batch;
        if batch < u64::from(TIMELINES) {
            return Ok(dropped);
        }
    }
}
