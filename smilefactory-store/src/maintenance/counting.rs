//! Adds up what is counted change by change, and compares counts with what they count.

use smilefactory_core::scope::Scope;

use super::Scopes;
use crate::error::Result;
use crate::repo::community::WriteGroups;
use crate::repo::content::{
    ReadComments, ReadEngagement, ReadLabels, WriteComments, WriteEngagement, WriteLabels,
};
use crate::repo::feed::{ReadFeed, WriteFeed};
use crate::repo::marketplace::WriteListings;
use crate::repo::profile::WriteProfiles;
use crate::store::Store;

/// How many changes are added up in one transaction.
const BATCH: u16 = 1000;
/// How many counts are compared in one transaction.
const COMPARED: u16 = 100;

/// Adds up what is counted of posts, authors, comments, tags, categories and listings, what happens in groups and with
/// posts, and what profiles are put in order by, in every tenant, and says how many changes there were. What is read is the
/// same before and after; it takes the longer the more is not added up.
pub async fn fold_counts(store: &Store) -> Result<u64> {
    let (mut folded, mut scopes) = (0, Scopes::of(store));
    while let Some(scope) = scopes.next().await? {
        loop {
            let batch = fold(store, &scope).await?;
            folded += batch.iter().sum::<u64>();
            if batch.iter().all(|part| *part < u64::from(BATCH)) {
                break;
            }
        }
    }
    Ok(folded)
}

/// One batch of each sort of changes.
async fn fold(store: &Store, scope: &Scope) -> Result<[u64; 7]> {
    let mut tx = store.write(scope).await?;
    let labels = tx.labels().fold(BATCH).await?;
    let engagement = tx.engagement().fold(BATCH).await?;
    let comments = tx.comments().fold_counts(u32::from(BATCH)).await?;
    let groups = tx.groups().fold_activity(BATCH).await?;
    let listings = tx.listings().fold(BATCH).await?;
    let heat = tx.feed().fold_heat(BATCH).await?;
    let cards = tx.profiles().fold_cards(BATCH).await?;
    tx.commit().await?;
    Ok([labels, engagement, comments, groups, listings, heat, cards])
}

/// Compares all counts of every tenant with what they count, mends those that drifted, and says how many numbers were
/// wrong: none, unless somebody wrote past the triggers. Nobody waits for longer than it takes to mend a few.
pub async fn mend_counts(store: &Store) -> Result<u64> {
    let (mut mended, mut scopes) = (0, Scopes::of(store));
    while let Some(scope) = scopes.next().await? {
        mended += mend_labels(store, &scope).await?;
        mended += mend_posts(store, &scope).await?;
        mended += mend_authors(store, &scope).await?;
        mended += mend_comments(store, &scope).await?;
        mended += mend_feed(store, &scope).await?;
        mended += mend_cards(store, &scope).await?;
    }
    Ok(mended)
}

/// What profiles are put in order by.
async fn mend_cards(store: &Store, scope: &Scope) -> Result<u64> {
    let (mut mended, mut after) = (0, None);
    loop {
        let mut tx = store.write(scope).await?;
        // What is not added up yet is not wrong.
        while after.is_none() && tx.profiles().fold_cards(BATCH).await? > 0 {}
        let (wrong, last) = tx.profiles().mend_cards(after, COMPARED).await?;
        tx.commit().await?;
        mended += wrong;
        if last.is_none() {
            return Ok(mended);
        }
        after = last;
    }
}

/// Looks at all of a sort, a batch in a transaction of its own.
macro_rules! mend {
    ($($name:ident: $repository:ident, $drift:ident, |$tx:ident, $drifted:ident| $repair:expr;)*) => {$(
        async fn $name(store: &Store, scope: &Scope) -> Result<u64> {
            let (mut mended, mut after) = (0, None);
            loop {
                let mut $tx = store.write(scope).await?;
                let ($drifted, last) = $tx.$repository().$drift(after, COMPARED).await?;
                if !$drifted.is_empty() {
                    mended += $repair;
                }
                $tx.commit().await?;
                if last.is_none() {
                    return Ok(mended);
                }
                after = last;
            }
        }
    )*};
}

mend! {
    mend_labels: labels, drift, |tx, drifted| {
        let labels: Vec<_> = drifted.iter().map(|drift| drift.label).collect();
        tx.labels().repair(&labels).await?
    };
    mend_posts: engagement, drift, |tx, drifted| tx.engagement().repair(&drifted).await?;
    mend_authors: engagement, author_drift, |tx, drifted| tx.engagement().repair_authors(&drifted).await?;
    mend_feed: feed, drift, |tx, drifted| tx.feed().repair(&drifted).await?;
    mend_comments: comments, drift, |tx, drifted| {
        let mut wrong = 0;
        for post in drifted {
            wrong += tx.comments().recount(post).await?;
        }
        wrong
    };
}
