//! Groups and events bring people closer, once they are connected.

use chrono::TimeDelta;
use smilefactory_core::id::{AccountId, Id};
use smilefactory_core::social::InteractionKind;
use smilefactory_store::maintenance::tend_events;
use smilefactory_store::network::{READER, Strengths};
use smilefactory_store::outbox::Relay;
use smilefactory_store::repo::social::COMPANY;
use smilefactory_store::testing::TestDb;

use super::fold::check;
use super::{connect, open, settle};
use crate::community::{enter, group};
use crate::event::{register, with_seats};

const CONNECTION: InteractionKind = InteractionKind::Connection;
const GROUP: InteractionKind = InteractionKind::Group;

/// What counts between two, once everything told is folded.
async fn counted(db: &TestDb, two: [AccountId; 2]) -> Vec<String> {
    settle(&Relay::new(db.store.clone(), READER, Strengths)).await;
    let two = two.map(Id::uuid);
    sqlx::query_scalar(
        "select kind || ' ' || count(*) from social.interactions
         where from_id = any($1) and to_id = any($1)
         group by kind order by kind",
    )
    .bind(&two[..])
    .fetch_all(&mut db.superuser().await)
    .await
    .unwrap()
}

#[tokio::test]
async fn a_group_and_an_event_count_once_for_those_who_know_each_other() {
    let db = TestDb::new().await;
    let (a, b, c) = (open(&db, "tariro").await, open(&db, "rudo").await, open(&db, "chipo").await);
    connect(&db, a, b).await;
    let pumps = group(&db, a, "Pumps", "private", "open").await;
    for who in [b, c] {
        enter(&db, pumps.id, who).await.unwrap();
    }
    let between = vec![(a, CONNECTION), (b, CONNECTION), (a, GROUP), (b, GROUP)];
    check(&db, a, b, &between).await;
    check(&db, a, c, &[]).await;

    let fair = with_seats(&db, a, 9).await;
    for who in [a, b, c] {
        register(&db, who, fair.id).await.unwrap();
    }
    check(&db, a, b, &between).await;
    db.clock.advance(TimeDelta::hours(51));
    tend_events(&db.store).await.unwrap();
    assert_eq!(counted(&db, [a, b]).await, ["connection 2", "event 2", "group 2"]);
    assert_eq!(counted(&db, [a, c]).await, [""; 0]);

    // Who becomes connected later brings along what was before.
    connect(&db, a, c).await;
    assert_eq!(counted(&db, [a, c]).await, ["connection 2", "event 2", "group 2"]);
    assert_eq!(counted(&db, [b, c]).await, [""; 0]);
}

#[tokio::test]
async fn in_a_crowd_two_need_not_have_met() {
    let db = TestDb::new().await;
    let (a, b) = (open(&db, "tariro").await, open(&db, "rudo").await);
    connect(&db, a, b).await;
    let pumps = group(&db, a, "Pumps", "public", "open").await;
    sqlx::query("update community.group_stats set members = $1, member_limit = null where group_id = $2")
        .bind(COMPANY)
        .bind(Id::uuid(pumps.id))
        .execute(&mut db.superuser().await)
        .await
        .unwrap();
    enter(&db, pumps.id, b).await.unwrap();
    check(&db, a, b, &[(a, CONNECTION), (b, CONNECTION)]).await;
}
