//! What two people are to each other: one answer for one and for many.

use smilefactory_core::id::Id;
use smilefactory_core::profile::ViewerClass;
use smilefactory_store::prelude::*;
use smilefactory_store::social;
use smilefactory_store::testing::TestDb;

use super::{by, connect, someone};

#[tokio::test]
async fn one_answer_says_what_two_people_are_to_each_other() {
    let db = TestDb::new().await;
    let me = someone(&db, "me").await;
    let (friend, member) = (someone(&db, "friend").await, someone(&db, "member").await);
    let (blocked, blocks) = (someone(&db, "blocked").await, someone(&db, "blocks").await);
    let (muted, peer) = (someone(&db, "muted").await, someone(&db, "peer").await);
    connect(&db, me, friend).await;
    by(&db, me, async |tx| social::block(tx, me, blocked).await).await.unwrap();
    by(&db, blocks, async |tx| social::block(tx, blocks, me).await).await.unwrap();
    by(&db, me, async |tx| social::mute(tx, me, muted).await).await.unwrap();
    // As the context that brings groups does it: everything has the class from then on.
    let groups = format!(
        "create or replace function social.shared_groups(viewer uuid, owners uuid[]) returns table (account_id uuid)
           language sql stable
         begin atomic
           select owner from unnest(owners) as owner where viewer = '{me}' and owner in ('{peer}', '{friend}', '{blocked}');
         end"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(groups)).execute(&mut db.superuser().await).await.unwrap();

    let nobody = db.store.new_id().unwrap();
    let expected = [
        (me, ViewerClass::Owner),
        (friend, ViewerClass::Connection),
        (peer, ViewerClass::Group),
        (member, ViewerClass::Member),
        (muted, ViewerClass::Member),
        (blocked, ViewerClass::Blocked),
        (blocks, ViewerClass::Blocked),
        (nobody, ViewerClass::Member),
    ];
    let mut tx = db.store.read(&db.one.scope_of(me)).await.unwrap();
    let twice: Vec<_> = expected.iter().chain(&expected).map(|(owner, _)| *owner).collect();
    let classes = tx.relations().classes_of(me, &twice).await.unwrap();
    assert_eq!(classes, expected.into_iter().collect());
    for (owner, class) in expected {
        assert_eq!(tx.relations().class_of(me, owner).await.unwrap(), class);
        let barred = tx.relations().is_barred(me, owner).await.unwrap();
        assert_eq!((barred, tx.relations().is_barred(owner, me).await.unwrap()), (class == ViewerClass::Blocked, barred));
    }
    let word: String = sqlx::query_scalar("select social.viewer_class(null, $1)")
        .bind(friend.uuid())
        .fetch_one(&mut db.superuser().await)
        .await
        .unwrap();
    assert_eq!(word, "public");
}
