//! Follows: one way, once, and nobody's business who may not see either.

use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_core::social::ConnectionRefused;
use smilefactory_store::prelude::*;
use smilefactory_store::social::{self, SocialError};
use smilefactory_store::testing::TestDb;

use super::{by, someone, told};

#[tokio::test]
async fn somebody_is_followed_once_and_not_any_more() {
    let db = TestDb::new().await;
    let (tariro, rudo) = (someone(&db, "tariro").await, someone(&db, "rudo").await);
    let follow = async || by(&db, tariro, async |tx| social::follow(tx, tariro, rudo).await).await.unwrap();
    let begun = follow().await;
    db.clock.advance(chrono::TimeDelta::hours(1));
    assert_eq!(follow().await, begun, "since it was begun");
    let mut tx = db.store.read(&db.one.scope_of(rudo)).await.unwrap();
    assert!(tx.follows().get(rudo, tariro).await.unwrap().is_none(), "one way");
    let followers = tx.follows().list_followers(rudo, &PageRequest::default()).await.unwrap().items;
    assert_eq!(followers.into_iter().map(|follow| follow.account).collect::<Vec<_>>(), [tariro]);
    drop(tx);
    let end = async || by(&db, tariro, async |tx| social::unfollow(tx, tariro, rudo).await).await.unwrap();
    assert!(end().await && !end().await);
    assert_eq!(told(&db).await, ["social.follow.begun", "social.follow.ended"]);
    let refused = by(&db, tariro, async |tx| social::follow(tx, tariro, tariro).await).await.unwrap_err();
    assert!(matches!(refused, SocialError::Refused(ConnectionRefused::Oneself)));
}

#[tokio::test]
async fn both_lists_hold_together() {
    let db = TestDb::new().await;
    let me = someone(&db, "me").await;
    let mut people = Vec::new();
    for n in 0..5 {
        let other = someone(&db, &format!("other-{n}")).await;
        db.clock.advance(chrono::TimeDelta::seconds(1));
        by(&db, me, async |tx| social::follow(tx, me, other).await).await.unwrap();
        by(&db, other, async |tx| social::follow(tx, other, me).await).await.unwrap();
        people.insert(0, other);
    }
    for followers in [false, true] {
        let size = PageSize::new(2).unwrap();
        let (mut found, mut request) = (Vec::new(), PageRequest::first(size));
        loop {
            let mut tx = db.store.read(&db.one.scope_of(me)).await.unwrap();
            let page = match followers {
                true => tx.follows().list_followers(me, &request).await.unwrap(),
                false => tx.follows().list(me, &request).await.unwrap(),
            };
            found.extend(page.items.into_iter().map(|follow| follow.account));
            let Some(next) = page.next else { break };
            request = PageRequest::after(size, next);
        }
        assert_eq!(found, people, "followers: {followers}");
    }
}
