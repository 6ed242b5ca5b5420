//! Whoever shares a group is of the class that goes with it.

use smilefactory_core::community::GroupRole;
use smilefactory_core::profile::ViewerClass;
use smilefactory_store::community;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;

use super::{belongs, doing, enter, found, group, input, people};

#[tokio::test]
async fn two_who_are_in_a_group_see_each_other_as_such() {
    let db = TestDb::new().await;
    let [a, b, c, d] = people(&db).await;
    let class = |viewer, owner| {
        let db = &db;
        async move {
            let mut tx = db.store.read(&db.one.scope_of(viewer)).await.unwrap();
            let one = tx.relations().class_of(viewer, owner).await.unwrap();
            let many = tx.relations().classes_of(viewer, &[owner, viewer]).await.unwrap();
            assert_eq!((many[&owner], many[&viewer]), (one, ViewerClass::Owner));
            one
        }
    };
    assert_eq!(class(a, b).await, ViewerClass::Member);
    let made = found(&db, a, input("Pumps")).await;
    enter(&db, made.id, b).await.unwrap();
    let asks = group(&db, a, "Asks", "public", "approval").await;
    enter(&db, asks.id, c).await.unwrap();
    assert_eq!((class(a, b).await, class(b, a).await), (ViewerClass::Group, ViewerClass::Group));
    assert_eq!(class(a, c).await, ViewerClass::Member, "who asks is not in it");
    assert_eq!(class(b, c).await, ViewerClass::Member);
    // What is nearer, and what stands between them, counts more.
    belongs(&db, &made, d, GroupRole::Member).await;
    db.one.connect(b, d).await;
    assert_eq!(class(b, d).await, ViewerClass::Connection);
    db.one.block(a, d).await;
    assert_eq!(class(d, a).await, ViewerClass::Blocked);
    doing!(db, b, |tx| community::leave(&mut tx, made.id, b)).unwrap();
    assert_eq!(class(a, b).await, ViewerClass::Member);
}
