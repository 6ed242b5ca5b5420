//! Blocks and mutes: what they end, and that they stand for what was said and nothing else.

use smilefactory_core::id::AccountId;
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_core::social::{ConnectionRefused, RequestState};
use smilefactory_store::prelude::*;
use smilefactory_store::social::{self, SocialError};
use smilefactory_store::testing::TestDb;

use super::{ask, asked, by, connect, connected, someone, told};

/// What stands between people: for whom, before whom, and whether it is a block.
async fn barriers(db: &TestDb, names: &[(AccountId, &str)]) -> Vec<String> {
    let rows: Vec<(uuid::Uuid, uuid::Uuid, bool)> =
        sqlx::query_as("select viewer_id, other_id, blocked from social.barriers")
            .fetch_all(&mut db.superuser().await)
            .await
            .unwrap();
    let name = |id: uuid::Uuid| names.iter().find(|(account, _)| uuid::Uuid::from(*account) == id).unwrap().1;
    let mut all: Vec<String> = rows
        .into_iter()
        .map(|(viewer, other, blocked)| {
            format!("{} {} {}", name(viewer), if blocked { "x" } else { "-" }, name(other))
        })
        .collect();
    all.sort();
    all
}

async fn block(db: &TestDb, who: AccountId, other: AccountId) -> bool {
    by(db, who, async |tx| social::block(tx, who, other).await).await.unwrap()
}

async fn unblock(db: &TestDb, who: AccountId, other: AccountId) -> bool {
    by(db, who, async |tx| social::unblock(tx, who, other).await).await.unwrap()
}

#[tokio::test]
async fn a_block_ends_everything_and_stands_in_both_directions() {
    let db = TestDb::new().await;
    let (tariro, rudo) = (someone(&db, "tariro").await, someone(&db, "rudo").await);
    connect(&db, tariro, rudo).await;
    for (who, other) in [(tariro, rudo), (rudo, tariro)] {
        by(&db, who, async |tx| social::follow(tx, who, other).await).await.unwrap();
    }
    assert!(block(&db, tariro, rudo).await);
    assert!(!block(&db, tariro, rudo).await, "again");
    assert!(!connected(&db, tariro, rudo).await);
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    assert!(tx.follows().get(tariro, rudo).await.unwrap().is_none());
    assert!(tx.follows().get(rudo, tariro).await.unwrap().is_none());
    drop(tx);
    let facts = told(&db).await;
    assert_eq!(
        facts[facts.len() - 4..],
        ["social.connection.removed", "social.follow.ended", "social.follow.ended", "social.block.set"]
    );
    for (from, to) in [(tariro, rudo), (rudo, tariro)] {
        let refused = ask(&db, from, to).await.unwrap_err();
        assert!(matches!(refused, SocialError::NotThere("profile")), "{refused:?}");
        let refused = by(&db, from, async |tx| social::follow(tx, from, to).await).await.unwrap_err();
        assert!(matches!(refused, SocialError::NotThere("profile")), "{refused:?}");
    }
    // Nothing comes back with the end of the block.
    assert!(unblock(&db, tariro, rudo).await);
    assert!(!unblock(&db, tariro, rudo).await);
    assert!(!connected(&db, tariro, rudo).await);
    asked(&db, rudo, tariro).await;
}

#[tokio::test]
async fn a_request_that_waits_ends_with_a_block_by_either() {
    let db = TestDb::new().await;
    let (tariro, rudo) = (someone(&db, "tariro").await, someone(&db, "rudo").await);
    for (by_whom, other, state) in
        [(rudo, tariro, RequestState::Declined), (tariro, rudo, RequestState::Withdrawn)]
    {
        let request = match state {
            RequestState::Declined => asked(&db, tariro, rudo).await,
            _ => {
                db.clock.advance(chrono::TimeDelta::days(30));
                asked(&db, tariro, rudo).await
            }
        };
        block(&db, by_whom, other).await;
        let mut tx = db.store.read(&db.one.scope).await.unwrap();
        assert_eq!(tx.connection_requests().get(request.id).await.unwrap().unwrap().state, state);
        drop(tx);
        let refused = by(&db, rudo, async |tx| social::accept(tx, request.id, rudo).await).await.unwrap_err();
        assert!(matches!(refused, SocialError::NotThere("connection request")), "{refused:?}");
        unblock(&db, by_whom, other).await;
    }
}

#[tokio::test]
async fn barriers_are_those_of_the_blocks_and_mutes_there_are() {
    let db = TestDb::new().await;
    let (a, b) = (someone(&db, "aa").await, someone(&db, "bb").await);
    let names = [(a, "a"), (b, "b")];
    let mute = async |who, other| by(&db, who, async |tx| social::mute(tx, who, other).await).await.unwrap();
    let unmute = async |who, other| by(&db, who, async |tx| social::unmute(tx, who, other).await).await.unwrap();
    assert!(mute(a, b).await && !mute(a, b).await);
    assert_eq!(barriers(&db, &names).await, ["a - b"]);
    block(&db, b, a).await;
    assert_eq!(barriers(&db, &names).await, ["a x b", "b x a"]);
    block(&db, a, b).await;
    unblock(&db, b, a).await;
    assert_eq!(barriers(&db, &names).await, ["a x b", "b x a"], "one of two blocks is enough");
    unblock(&db, a, b).await;
    assert_eq!(barriers(&db, &names).await, ["a - b"], "the mute is still there");
    assert!(unmute(a, b).await && !unmute(a, b).await);
    assert_eq!(barriers(&db, &names).await, [""; 0]);
    let refused = by(&db, a, async |tx| social::block(tx, a, a).await).await.unwrap_err();
    assert!(matches!(refused, SocialError::Refused(ConnectionRefused::Oneself)));
}

/// Whoever writes at once, and in whichever order they come to it.
#[tokio::test]
async fn barriers_are_right_whoever_blocks_and_mutes_at_once() {
    let db = TestDb::new().await;
    let (a, b) = (someone(&db, "aa").await, someone(&db, "bb").await);
    let names = [(a, "a"), (b, "b")];
    for _ in 0..30 {
        let mute = by(&db, a, async |tx| social::mute(tx, a, b).await);
        let one = by(&db, a, async |tx| social::block(tx, a, b).await);
        let other = by(&db, b, async |tx| social::block(tx, b, a).await);
        let (one, other, mute) = tokio::join!(one, other, mute);
        assert!(one.unwrap() && other.unwrap() && mute.unwrap());
        assert_eq!(barriers(&db, &names).await, ["a x b", "b x a"]);
        let one = by(&db, a, async |tx| social::unblock(tx, a, b).await);
        let other = by(&db, b, async |tx| social::unblock(tx, b, a).await);
        let (one, other) = tokio::join!(one, other);
        assert!(one.unwrap() && other.unwrap());
        assert_eq!(barriers(&db, &names).await, ["a - b"]);
        assert!(by(&db, a, async |tx| social::unmute(tx, a, b).await).await.unwrap());
    }
}

#[tokio::test]
async fn the_lists_of_blocks_and_mutes_hold_together() {
    let db = TestDb::new().await;
    let me = someone(&db, "me").await;
    let mut people = Vec::new();
    for n in 0..5 {
        let other = someone(&db, &format!("other-{n}")).await;
        db.clock.advance(chrono::TimeDelta::seconds(1));
        block(&db, me, other).await;
        by(&db, me, async |tx| social::mute(tx, me, other).await).await.unwrap();
        people.insert(0, other);
    }
    let size = PageSize::new(2).unwrap();
    let (mut blocks, mut mutes) = (Vec::new(), Vec::new());
    let mut request = PageRequest::first(size);
    loop {
        let mut tx = db.store.read(&db.one.scope_of(me)).await.unwrap();
        let page = tx.blocks().list(me, &request).await.unwrap();
        blocks.extend(page.items.into_iter().map(|block| block.account));
        let page_of_mutes = tx.mutes().list(me, &request).await.unwrap();
        mutes.extend(page_of_mutes.items.into_iter().map(|mute| mute.account));
        assert_eq!(page.next, page_of_mutes.next);
        let Some(next) = page.next else { break };
        request = PageRequest::after(size, next);
    }
    assert_eq!((blocks, mutes), (people.clone(), people));
}
