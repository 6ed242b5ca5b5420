//! What somebody wrote is taken out of the archive, too, once they are erased.

use smilefactory_core::id::AccountId;
use smilefactory_core::identity::Erasure;
use smilefactory_store::maintenance::erase_due;
use smilefactory_store::media::MediaLibrary;
use smilefactory_store::prelude::*;
use uuid::Uuid;

use super::*;

/// Erases who wrote the messages of the first tenant, whose conversation has their id.
async fn erase_sender(db: &TestDb, blobs: &Arc<dyn BlobStore>) -> AccountId {
    let id: Uuid = sqlx::query_scalar("select id from messaging.conversations where tenant_id = $1")
        .bind(db.one.tenant.id.uuid())
        .fetch_one(&mut db.superuser().await)
        .await
        .unwrap();
    let sender = AccountId::from_uuid(id);
    let mut tx = db.store.write(&db.one.scope_of(sender)).await.unwrap();
    let (erasure, _) = Erasure::ask(sender, tx.now());
    assert!(tx.erasures().insert(&erasure).await.unwrap());
    tx.commit().await.unwrap();
    db.clock.advance(TimeDelta::days(30));
    let library = MediaLibrary::new(db.store.clone(), Arc::clone(blobs));
    assert!(erase_due(&db.store, &library).await.unwrap() > 0);
    sender
}

#[tokio::test]
async fn who_is_erased_is_taken_out_of_the_archive() {
    let db = TestDb::new().await;
    messages(&db, &db.one, OLD, 10).await;
    messages(&db, &db.two, OLD, 3).await;
    let blobs = memory();
    let partitions = partitions(&db, &blobs);
    assert_eq!(partitions.keep().await.unwrap().dropped, 1);
    let (one, two) = (db.one.tenant.id, db.two.tenant.id);
    let before = partitions.parts(ArchivedTable::Messages, month(OLD), one).await.unwrap();
    let of_two = archived(&partitions, two, OLD).await;
    assert!(archived(&partitions, one, OLD).await.iter().all(|line| line["body"].is_string()));

    let sender = erase_sender(&db, &blobs).await;

    let lines = archived(&partitions, one, OLD).await;
    assert_eq!(
        lines.iter().map(|line| line["seq"].as_i64().unwrap()).collect::<Vec<_>>(),
        (1..=10).collect::<Vec<_>>()
    );
    for line in &lines {
        assert!(line["body"].is_null() && line["deleted_at"].is_string(), "{line}");
        // The conversation has the same id in these tests.
        let named = line.to_string().matches(&sender.to_string()).count();
        assert_eq!(named, 1, "{line}");
    }
    for part in &before {
        let key = BlobKey::Archive {
            tenant: one,
            table: ArchivedTable::Messages,
            month: month(OLD),
            digest: part.digest,
        };
        assert!(blobs.get(key).await.unwrap().is_none(), "the file that they were in is gone");
    }
    assert_eq!(archived(&partitions, two, OLD).await, of_two);
}

#[tokio::test]
async fn who_is_erased_while_a_month_is_in_no_table_is_not_left_in_it() {
    let db = TestDb::new().await;
    messages(&db, &db.one, OLD, 10).await;
    let blobs = memory();
    db.superuser()
        .await
        .execute(
            "insert into platform.partition_months (table_name, month, archived_at, detached_at)
             values ('messaging.messages', '2020-03-01', now(), now());
             alter table messaging.messages detach partition messaging.messages_2020_03",
        )
        .await
        .unwrap();
    assert_eq!(has(&db, "messaging.messages", OLD).await, Some(false));
    erase_sender(&db, &blobs).await;
    assert_eq!(has(&db, "messaging.messages", OLD).await, Some(true));
    let rows = rows(&db, db.one.tenant.id, OLD).await;
    assert!(rows.len() == 10 && rows.iter().all(|row| row["body"].is_null() && row["sender_id"].is_null()));
    let partitions = partitions(&db, &blobs);
    assert_eq!(partitions.keep().await.unwrap().dropped, 1, "and goes with nothing of them in it");
    assert_eq!(archived(&partitions, db.one.tenant.id, OLD).await.len(), 10);
}
