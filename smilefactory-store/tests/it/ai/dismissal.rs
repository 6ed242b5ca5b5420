//! Whom people do not want to be shown again.

use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_store::StoreError;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;

#[tokio::test]
async fn who_was_dismissed_is_known_until_it_is_taken_back() {
    let db = TestDb::new().await;
    let seeker = db.one.person("seeker").await.id;
    let mut people = Vec::new();
    for name in ["anesu", "blessing", "chipo"] {
        db.clock.advance(chrono::TimeDelta::seconds(1));
        people.push(db.one.person(name).await.id);
    }
    let mut tx = db.store.write(&db.one.scope_of(seeker)).await.unwrap();
    for person in &people[..2] {
        assert!(tx.dismissals().insert(seeker, *person).await.unwrap());
        assert!(!tx.dismissals().insert(seeker, *person).await.unwrap());
    }
    tx.commit().await.unwrap();

    let mut tx = db.store.write(&db.one.scope_of(seeker)).await.unwrap();
    let first = PageRequest::first(PageSize::new(1).unwrap());
    let page = tx.dismissals().list(seeker, &first).await.unwrap();
    assert_eq!(page.items, [people[1]]);
    let rest = PageRequest::after(first.size, page.next.unwrap());
    let page = tx.dismissals().list(seeker, &rest).await.unwrap();
    assert_eq!((page.items, page.next), (vec![people[0]], None));
    assert_eq!(tx.dismissals().among(seeker, &people[1..]).await.unwrap(), [people[1]]);
    assert!(tx.dismissals().among(people[1], &[seeker]).await.unwrap().is_empty());

    assert!(tx.dismissals().delete(seeker, people[1]).await.unwrap());
    assert!(!tx.dismissals().delete(seeker, people[1]).await.unwrap());
    assert!(tx.dismissals().among(seeker, &people[1..]).await.unwrap().is_empty());
}

#[tokio::test]
async fn nobody_dismisses_themselves_or_a_stranger() {
    let db = TestDb::new().await;
    let (one, other) = (db.one.person("anesu").await.id, db.two.person("blessing").await.id);
    let mut tx = db.store.write(&db.one.scope_of(one)).await.unwrap();
    let error = tx.dismissals().insert(one, one).await.unwrap_err();
    assert!(matches!(error, StoreError::Invalid { .. }), "{error:?}");
    let mut tx = db.store.write(&db.one.scope_of(one)).await.unwrap();
    let error = tx.dismissals().insert(one, other).await.unwrap_err();
    assert!(matches!(error, StoreError::Missing { .. }), "{error:?}");
}

#[tokio::test]
async fn another_tenant_sees_nothing() {
    let db = TestDb::new().await;
    let (anesu, blessing) = (db.one.person("anesu").await.id, db.one.person("blessing").await.id);
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    tx.dismissals().insert(anesu, blessing).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = db.store.write(&db.two.scope).await.unwrap();
    assert!(tx.dismissals().list(anesu, &PageRequest::default()).await.unwrap().items.is_empty());
    assert!(tx.dismissals().among(anesu, &[blessing]).await.unwrap().is_empty());
    assert!(!tx.dismissals().delete(anesu, blessing).await.unwrap());
}
