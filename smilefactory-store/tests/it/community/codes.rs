//! Codes that groups are joined with.

use smilefactory_core::collection::Whole;
use smilefactory_core::community::{GroupCodeDraft, GroupMemberState, GroupRefused, GroupRole};
use smilefactory_core::page::PageRequest;
use smilefactory_store::community::{self, GroupError};
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;

use super::{belongs, doing, group, not_there, people, view};

#[tokio::test]
async fn a_code_lets_in_as_many_as_it_says_until_it_expires_or_is_taken_back() {
    let db = TestDb::new().await;
    let [a, b, c, d, e] = people(&db).await;
    let made = group(&db, a, "Pumps", "hidden", "invite").await;
    let once = GroupCodeDraft { max_uses: None, hours: None };
    let many = GroupCodeDraft { max_uses: Whole::new(5).ok(), hours: None };
    let (first, code) = doing!(db, a, |tx| community::make_code(&mut tx, made.id, a, &once)).unwrap();
    let come = |code: &smilefactory_core::messaging::InvitationCode, who| {
        let (db, code) = (&db, code.clone());
        async move { doing!(db, who, |tx| community::enter_with_code(&mut tx, &code, who)) }
    };
    assert_eq!(come(&code, b).await.unwrap().state, GroupMemberState::Member);
    assert_eq!(come(&code, b).await.unwrap().state, GroupMemberState::Member, "once more changes nothing");
    assert!(not_there(&come(&code, c).await.unwrap_err(), "code"));
    assert!(view(&db, made.id, b).await.is_some() && view(&db, made.id, c).await.is_none());
    let mut tx = db.store.read(&db.one.scope_of(a)).await.unwrap();
    let codes = tx.group_codes().list(made.id, &PageRequest::default()).await.unwrap();
    assert_eq!((codes.items[0].id, codes.items[0].uses), (first.id, 1));
    drop(tx);

    let (late, code) = doing!(db, a, |tx| community::make_code(&mut tx, made.id, a, &many)).unwrap();
    db.clock.advance(late.expires_at - db.store.now());
    assert!(not_there(&come(&code, c).await.unwrap_err(), "code"));
    let (gone, code) = doing!(db, a, |tx| community::make_code(&mut tx, made.id, a, &many)).unwrap();
    doing!(db, a, |tx| community::revoke_code(&mut tx, made.id, gone.id, a)).unwrap();
    assert!(not_there(&come(&code, c).await.unwrap_err(), "code"));
    let (_, code) = doing!(db, a, |tx| community::make_code(&mut tx, made.id, a, &many)).unwrap();
    let elsewhere = {
        let mut tx = db.store.write(&db.two.scope).await.unwrap();
        community::enter_with_code(&mut tx, &code, c).await.unwrap_err()
    };
    assert!(not_there(&elsewhere, "code"), "another tenant's: {elsewhere:?}");
    let by_member = doing!(db, b, |tx| community::make_code(&mut tx, made.id, b, &many)).unwrap_err();
    assert!(matches!(by_member, GroupError::Refused(GroupRefused::Permission(_))), "{by_member:?}");
    // It is good for as long as its maker may make one.
    belongs(&db, &made, e, GroupRole::Admin).await;
    let (_, theirs) = doing!(db, e, |tx| community::make_code(&mut tx, made.id, e, &many)).unwrap();
    doing!(db, a, |tx| community::remove(&mut tx, made.id, a, e)).unwrap();
    for who in [c, e] {
        assert!(not_there(&come(&theirs, who).await.unwrap_err(), "code"));
    }
    // Neither who is banned nor who blocks its maker comes with one.
    let reason = "Advertises.".parse().unwrap();
    doing!(db, a, |tx| community::ban(&mut tx, made.id, a, c, reason)).unwrap();
    db.one.block(d, a).await;
    for who in [c, d] {
        assert!(not_there(&come(&code, who).await.unwrap_err(), "code"));
    }
    belongs(&db, &made, e, GroupRole::Member).await;
    let mut conn = db.superuser().await;
    let digests: Vec<Vec<u8>> =
        sqlx::query_scalar("select code_digest from community.codes").fetch_all(&mut conn).await.unwrap();
    assert!(digests.iter().all(|digest| digest.len() == 32));
}
