//! What an erased person leaves of groups.

use std::sync::Arc;

use chrono::TimeDelta;
use smilefactory_core::community::GroupRole;
use smilefactory_core::identity::Erasure;
use smilefactory_store::blob::{BlobStore, Objects};
use smilefactory_store::community;
use smilefactory_store::maintenance::erase_due;
use smilefactory_store::media::MediaLibrary;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;

use super::{belongs, doing, enter, found, group, input, people, view};

#[tokio::test]
async fn who_is_erased_is_in_no_group_and_none_is_without_an_owner() {
    let db = TestDb::new().await;
    let [gone, admin, member] = people(&db).await;
    let shared = found(&db, gone, input("Shared")).await;
    belongs(&db, &shared, member, GroupRole::Member).await;
    belongs(&db, &shared, admin, GroupRole::Admin).await;
    let alone = found(&db, gone, input("Alone")).await;
    let asked = group(&db, admin, "Asked", "public", "approval").await;
    enter(&db, asked.id, gone).await.unwrap();
    let invited = group(&db, admin, "Invited", "private", "invite").await;
    doing!(db, admin, |tx| community::invite(&mut tx, invited.id, admin, gone)).unwrap();

    let mut tx = db.store.write(&db.one.scope_of(gone)).await.unwrap();
    let (erasure, _) = Erasure::ask(gone, tx.now());
    assert!(tx.erasures().insert(&erasure).await.unwrap());
    tx.commit().await.unwrap();
    db.clock.advance(TimeDelta::days(30));
    let blobs: Arc<dyn BlobStore> = Arc::new(Objects::memory());
    let library = MediaLibrary::new(db.store.clone(), blobs);
    assert!(erase_due(&db.store, &library).await.unwrap() > 0);
    let left = view(&db, shared.id, admin).await.unwrap();
    assert_eq!((left.group.members, left.group.owners, left.group.created_by), (2, 1, None));
    assert_eq!(left.membership.unwrap().role, GroupRole::Owner, "the most senior of those who are left");
    assert_eq!(view(&db, alone.id, admin).await.unwrap().group.members, 0);
    let mut conn = db.superuser().await;
    let rows: i64 = sqlx::query_scalar("select count(*) from community.members where account_id = $1")
        .bind(uuid::Uuid::from(gone))
        .fetch_one(&mut conn)
        .await
        .unwrap();
    assert_eq!(rows, 0);
    let mut tx = db.store.read(&db.one.scope_of(admin)).await.unwrap();
    assert!(tx.group_members().get(asked.id, gone).await.unwrap().is_none());
}
