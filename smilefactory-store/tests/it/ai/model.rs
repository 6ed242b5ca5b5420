//! The models: added by whoever runs the installation, one of them in use.

use smilefactory_store::StoreError;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::ai::{Model, NearestFilter, TargetKind};
use smilefactory_store::testing::TestDb;
use uuid::Uuid;

use super::{MODEL, axis, profile, text, vectors};

#[tokio::test]
async fn a_model_is_added_once_and_takes_the_place_of_another() {
    let db = TestDb::new().await;
    let operator = db.store.operator();
    assert!(operator.register_model("text-embedding-3-large/3072", 3_072).await.unwrap());
    assert!(!operator.register_model("text-embedding-3-large/3072", 3_072).await.unwrap());
    let error = operator.register_model("text-embedding-3-large/3072", 1_024).await.unwrap_err();
    assert!(
        matches!(&error, StoreError::Invalid { constraint, .. } if constraint == "models_dimensions"),
        "{error:?}"
    );
    assert!(operator.register_model("two words", 8).await.is_err());

    let current = async || {
        let mut tx = db.store.read(&db.one.scope).await.unwrap();
        tx.embeddings().current_model().await.unwrap().unwrap()
    };
    assert_eq!(current().await, Model { id: MODEL.to_owned(), dimensions: 384, current: true });
    assert!(!operator.use_model("unknown").await.unwrap());
    assert_eq!(current().await.id, MODEL);
    assert!(operator.use_model("text-embedding-3-large/3072").await.unwrap());
    assert_eq!(current().await.id, "text-embedding-3-large/3072");
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    assert!(!tx.embeddings().get_model(MODEL).await.unwrap().unwrap().current);
    assert_eq!(tx.embeddings().get_model("unknown").await.unwrap(), None);
}

/// While one model takes the place of another, a target has vectors of both, and neither is found by the other.
#[tokio::test]
async fn vectors_of_two_models_never_meet() {
    let db = TestDb::new().await;
    // A name that would break out of a statement that is not careful.
    let quoted = "o'clock/384";
    db.store.operator().register_model(quoted, 384).await.unwrap();
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let of_one = vectors(profile(Uuid::from_u128(1)), "mentor", text(1, 1), vec![axis(1)]);
    let mut of_other = vectors(profile(Uuid::from_u128(2)), "mentor", text(1, 1), vec![axis(1)]);
    of_other.model = quoted.to_owned();
    tx.embeddings().upsert(&of_one).await.unwrap();
    tx.embeddings().upsert(&of_other).await.unwrap();
    use smilefactory_store::repo::ai::Precision::{Exact, Indexed};
    for precision in [Exact, Indexed] {
        let filter = NearestFilter::new().precision(precision);
        for (model, id) in [(MODEL, 1), (quoted, 2)] {
            let found =
                tx.embeddings().nearest(TargetKind::Profile, model, &axis(1), 5, &filter).await.unwrap();
            assert_eq!(found.items, [(Uuid::from_u128(id), 1.0)]);
        }
    }
    // Gone is gone for all models.
    of_other.target = of_one.target;
    tx.embeddings().upsert(&of_other).await.unwrap();
    assert!(tx.embeddings().delete_target(of_one.target).await.unwrap());
    assert_eq!(tx.embeddings().get(of_one.target, MODEL).await.unwrap(), None);
    assert_eq!(tx.embeddings().get(of_one.target, quoted).await.unwrap(), None);
}
