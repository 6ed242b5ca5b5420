//! Keeps timelines for people who follow many.

use super::Scopes;
use crate::error::Result;
use crate::repo::feed::WriteFeed;
use crate::store::Store;

/// How many people or timelines are looked at in one transaction.
const BATCH: u16 = 500;
/// How many posts are put in in one transaction, each into the timelines of everybody who follows its author.
const POSTS: u16 = 50;

/// Begins timelines in every tenant for people who took part of late and follow hundreds, cuts those that are long,
/// drops those that are not used, and says how many it were.
///
/// To call this is a choice: without, what is new for somebody is the same, read from each that they follow.
pub async fn keep_timelines(store: &Store) -> Result<u64> {
    let (mut done, mut scopes) = (0, Scopes::of(store));
    while let Some(scope) = scopes.next().await? {
        let mut after = None;
        loop {
            let mut tx = store.write(&scope).await?;
            let (begun, last) = tx.feed().keep_timelines(after, BATCH).await?;
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
            let (trimmed, last) = tx.feed().trim_timelines(after, BATCH).await?;
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

/// Puts what was published into the timelines of every tenant, and fills those that are to be filled; says how many steps
/// that took.
pub async fn fill_timelines(store: &Store) -> Result<u64> {
    let (mut steps, mut scopes) = (0, Scopes::of(store));
    while let Some(scope) = scopes.next().await? {
        loop {
            let mut tx = store.write(&scope).await?;
            let folded = tx.feed().fold_timelines(POSTS).await?;
            tx.commit().await?;
            steps += folded;
            if folded < u64::from(POSTS) {
                break;
            }
        }
        loop {
            let mut tx = store.write(&scope).await?;
            let filled = tx.feed().fill_timeline().await?;
            tx.commit().await?;
            steps += u64::from(filled);
            if !filled {
                break;
            }
        }
    }
    Ok(steps)
}

/// Drops the timelines of every tenant, and says how many there were. Nothing is lost by it but time.
pub async fn drop_timelines(store: &Store) -> Result<u64> {
    let (mut dropped, mut scopes) = (0, Scopes::of(store));
    while let Some(scope) = scopes.next().await? {
        loop {
            let mut tx = store.write(&scope).await?;
            let batch = tx.feed().drop_timelines(BATCH).await?;
            tx.commit().await?;
            dropped += batch;
            if batch < u64::from(BATCH) {
                break;
            }
        }
    }
    Ok(dropped)
}
