//! Vectors of a target: those of its newest text, whatever order the answers come in.

use smilefactory_store::StoreError;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::ai::{NearestFilter, TargetKind, TextVersion};
use smilefactory_store::testing::TestDb;
use uuid::Uuid;

use super::{MODEL, Numbers, axis, profile, text, vectors};

#[tokio::test]
async fn vectors_are_read_as_they_were_written_to_the_last_bit() {
    let db = TestDb::new().await;
    let mut numbers = Numbers(1);
    let ids: Vec<Uuid> = (0..3).map(|_| numbers.id()).collect();
    let written: Vec<_> = ids
        .iter()
        .zip(1..)
        .map(|(id, parts)| {
            let parts = (0..parts).map(|_| numbers.direction(384)).collect();
            vectors(profile(*id), "mentor", text(7, 3), parts)
        })
        .collect();
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    for vectors in &written {
        assert!(tx.embeddings().upsert(vectors).await.unwrap());
    }
    tx.commit().await.unwrap();

    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    for vectors in &written {
        assert_eq!(tx.embeddings().get(vectors.target, MODEL).await.unwrap().as_ref(), Some(vectors));
    }
    let mut read = tx.embeddings().get_many(TargetKind::Profile, MODEL, &ids).await.unwrap();
    read.sort_by_key(|vectors| vectors.vectors.len());
    assert_eq!(read, written);
    assert!(tx.embeddings().get_many(TargetKind::Post, MODEL, &ids).await.unwrap().is_empty());
    assert!(tx.embeddings().get_many(TargetKind::Profile, "another", &ids).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_late_answer_for_an_older_text_changes_nothing() {
    let db = TestDb::new().await;
    let target = profile(Uuid::from_u128(1));
    let of = |text: TextVersion, n| vectors(target, "mentor", text, vec![axis(n)]);
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let mut embeddings = tx.embeddings();
    assert!(!embeddings.confirm(target, MODEL, &text(1, 1)).await.unwrap());
    assert!(embeddings.upsert(&of(text(1, 1), 1)).await.unwrap());
    // The same again.
    assert!(!embeddings.upsert(&of(text(1, 1), 2)).await.unwrap());
    // A newer one, and then the answer for the older one.
    assert!(embeddings.upsert(&of(text(3, 3), 3)).await.unwrap());
    assert!(!embeddings.upsert(&of(text(2, 2), 2)).await.unwrap());
    assert_eq!(embeddings.get(target, MODEL).await.unwrap(), Some(of(text(3, 3), 3)));
    // The same version, told by other rules.
    let by_new_rules = TextVersion { rules: 2, ..text(3, 3) };
    assert!(!embeddings.confirm(target, MODEL, &by_new_rules).await.unwrap());
    assert!(embeddings.upsert(&of(by_new_rules, 4)).await.unwrap());
}

/// A text becomes another and then what it was: the answer for the one in between comes too late.
#[tokio::test]
async fn a_confirmed_text_stays_when_an_answer_for_an_earlier_change_arrives() {
    let db = TestDb::new().await;
    let target = profile(Uuid::from_u128(1));
    let of = |text: TextVersion, n| vectors(target, "mentor", text, vec![axis(n)]);
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let mut embeddings = tx.embeddings();
    assert!(embeddings.upsert(&of(text(1, 1), 1)).await.unwrap());
    assert!(!embeddings.confirm(target, MODEL, &text(2, 2)).await.unwrap());
    assert!(embeddings.confirm(target, MODEL, &text(1, 3)).await.unwrap());
    assert!(!embeddings.upsert(&of(text(2, 2), 2)).await.unwrap());
    assert_eq!(embeddings.get(target, MODEL).await.unwrap(), Some(of(text(1, 3), 1)));
    // Whoever is even later is told that there is nothing to do.
    assert!(embeddings.confirm(target, MODEL, &text(2, 2)).await.unwrap());
}

#[tokio::test]
async fn a_shorter_text_leaves_no_part_of_a_longer_one() {
    let db = TestDb::new().await;
    let target = profile(Uuid::from_u128(1));
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let long = vectors(target, "mentor", text(1, 1), (0..5).map(axis).collect());
    let short = vectors(target, "mentor", text(2, 2), (7..9).map(axis).collect());
    for (vectors, parts) in
        [(&long, 5), (&short, 2), (&vectors(target, "mentor", text(3, 3), vec![axis(1)]), 1)]
    {
        assert!(tx.embeddings().upsert(vectors).await.unwrap());
        let read = tx.embeddings().get(target, MODEL).await.unwrap().unwrap();
        assert_eq!((&read, read.vectors.len()), (vectors, parts));
    }
    assert!(tx.embeddings().delete_target(target).await.unwrap());
    assert!(!tx.embeddings().delete_target(target).await.unwrap());
    assert_eq!(tx.embeddings().get(target, MODEL).await.unwrap(), None);
}

/// Two workers embed two versions of one target at once: the newer one stays, whoever is first.
#[tokio::test]
async fn of_two_workers_the_one_with_the_newer_text_wins() {
    let db = TestDb::new().await;
    for n in 0..8_u128 {
        let target = profile(Uuid::from_u128(n));
        let work = async |source: i64, parts: usize| {
            let digest = u8::try_from(source).unwrap();
            let mut tx = db.store.write(&db.one.scope).await.unwrap();
            let vectors = vectors(target, "mentor", text(digest, source), (0..parts).map(axis).collect());
            tx.embeddings().upsert(&vectors).await.unwrap();
            tx.commit().await.unwrap();
        };
        tokio::join!(work(1, 3), work(2, 2));
        let mut tx = db.store.read(&db.one.scope).await.unwrap();
        let read = tx.embeddings().get(target, MODEL).await.unwrap().unwrap();
        assert_eq!((read.text, read.vectors.len()), (text(2, 2), 2));
    }
}

#[tokio::test]
async fn what_is_no_vector_of_the_model_is_refused() {
    let db = TestDb::new().await;
    let target = profile(Uuid::from_u128(1));
    let twice_as_long: Vec<f32> = axis(1).into_iter().map(|c| c * 2.0).collect();
    for (what, wrong) in [("too few dimensions", vec![1.0; 1]), ("too long", twice_as_long)] {
        let mut tx = db.store.write(&db.one.scope).await.unwrap();
        let outcome = tx.embeddings().upsert(&vectors(target, "mentor", text(1, 1), vec![wrong])).await;
        assert!(outcome.is_err(), "{what}: {outcome:?}");
    }
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let mut unknown = vectors(target, "mentor", text(1, 1), vec![axis(1)]);
    unknown.model = "unknown".to_owned();
    let error = tx.embeddings().upsert(&unknown).await.unwrap_err();
    assert!(matches!(error, StoreError::Missing { .. }), "{error:?}");
}

#[tokio::test]
async fn another_tenant_sees_and_changes_nothing() {
    let db = TestDb::new().await;
    let target = profile(Uuid::from_u128(1));
    let written = vectors(target, "mentor", text(2, 2), vec![axis(1)]);
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    tx.embeddings().upsert(&written).await.unwrap();
    tx.commit().await.unwrap();

    let mut tx = db.store.write(&db.two.scope).await.unwrap();
    let mut embeddings = tx.embeddings();
    assert_eq!(embeddings.get(target, MODEL).await.unwrap(), None);
    assert!(!embeddings.confirm(target, MODEL, &text(2, 2)).await.unwrap());
    let found =
        embeddings.nearest(TargetKind::Profile, MODEL, &axis(1), 5, &NearestFilter::new()).await.unwrap();
    assert!(found.items.is_empty() && found.exact);
    assert!(
        embeddings
            .similarities(TargetKind::Profile, MODEL, &axis(1), &[target.uuid()])
            .await
            .unwrap()
            .is_empty()
    );
    assert!(!embeddings.delete_target(target).await.unwrap());
    // The same target in another tenant is another target.
    let other = vectors(target, "innovator", text(1, 1), vec![axis(2)]);
    assert!(embeddings.upsert(&other).await.unwrap());
    tx.commit().await.unwrap();
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    assert_eq!(tx.embeddings().get(target, MODEL).await.unwrap(), Some(written));
}
