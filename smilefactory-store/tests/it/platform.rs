//! The trail of changes, keys that make a repeated request have one effect, log-ins, proofs of addresses.

use smilefactory_core::identity::{Session, Token, VerificationToken};
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_store::prelude::*;
use smilefactory_store::repo::platform::{Claim, StoredResponse};
use smilefactory_store::testing::TestDb;

#[tokio::test]
async fn every_change_is_in_the_trail_with_who_and_as_part_of_what() {
    let db = TestDb::new().await;
    let account = db.one.person("tariro").await;
    let scope = db.one.scope_of(account.id);
    let mut tx = db.store.write(&scope).await.unwrap();
    tx.accounts().note_log_in(account.id).await.unwrap();
    tx.commit().await.unwrap();

    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    let trail = tx
        .audit()
        .list_of_row("identity.personal_details", &account.id.to_string(), &PageRequest::default())
        .await
        .unwrap()
        .items;
    let [update, insert] = trail.as_slice() else { panic!("{trail:#?}") };
    assert_eq!((insert.action.as_str(), insert.actor.as_str()), ("insert", "anonymous"));
    assert_eq!((update.action.as_str(), update.actor.as_str()), ("update", account.id.to_string().as_str()));
    assert_eq!(update.request, Some(scope.request));
    let after = update.after.as_ref().unwrap().as_object().unwrap();
    assert_eq!(after.keys().collect::<Vec<_>>(), ["last_login_at"], "of an update only what changed");
    let hash = insert.after.as_ref().unwrap()["password_hash"].as_str().unwrap();
    assert!(hash.starts_with("secret "), "{hash}");
}

#[tokio::test]
async fn what_was_undone_is_not_in_the_trail() {
    let db = TestDb::new().await;
    let account = db.one.person("tariro").await;
    let count = async || {
        let mut tx = db.store.read(&db.one.scope).await.unwrap();
        tx.audit().list(&PageRequest::first(PageSize::MAX)).await.unwrap().items.len()
    };
    let before = count().await;
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    tx.accounts().note_log_in(account.id).await.unwrap();
    drop(tx);
    assert_eq!(count().await, before);
}

#[tokio::test]
async fn nobody_may_write_the_trail_or_rewrite_the_outbox() {
    let db = TestDb::new().await;
    db.one.person("tariro").await;
    for statement in [
        "update platform.audit set actor = 'somebody else'",
        "delete from platform.audit",
        "insert into platform.audit select * from platform.audit limit 1",
        "update platform.outbox set name = 'a.b.c'",
        "delete from platform.outbox",
    ] {
        #[expect(clippy::disallowed_methods, reason = "goes behind the store's back")]
        let mut conn = db.store.raw_pool().acquire().await.unwrap();
        let text = format!(
            "begin; set local role smile_service; set local smile.tenant = '{}'; {statement}",
            db.one.tenant.id
        );
        let error = sqlx::raw_sql(sqlx::AssertSqlSafe(text)).execute(&mut *conn).await.unwrap_err();
        assert!(error.to_string().contains("permission denied"), "{statement}: {error}");
        sqlx::raw_sql("rollback").execute(&mut *conn).await.unwrap();
    }
}

/// Twenty at once with one key: one effect, and everybody gets its answer.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_has_one_effect_however_many_claim_it() {
    let db = TestDb::new().await;
    let account = db.one.person("tariro").await;
    let response =
        StoredResponse { status: 201, headers: vec![("etag".into(), "\"1\"".into())], body: b"{}".to_vec() };
    let claim = async || {
        let mut tx = db.store.write(&db.one.scope_of(account.id)).await.unwrap();
        let claim = tx.idempotency().claim("a key", [1; 32]).await.unwrap();
        if claim == Claim::New {
            tx.idempotency().finish("a key", &response).await.unwrap();
            tx.commit().await.unwrap();
        }
        claim
    };
    let claims = futures::future::join_all((0..20).map(|_| claim())).await;
    assert_eq!(claims.iter().filter(|claim| **claim == Claim::New).count(), 1);
    assert_eq!(claims.iter().filter(|claim| **claim == Claim::Done(response.clone())).count(), 19);

    let mut tx = db.store.write(&db.one.scope_of(account.id)).await.unwrap();
    assert_eq!(tx.idempotency().claim("a key", [2; 32]).await.unwrap(), Claim::OtherRequest);
    let other = db.one.person("rudo").await;
    let mut tx = db.store.write(&db.one.scope_of(other.id)).await.unwrap();
    assert_eq!(tx.idempotency().claim("a key", [2; 32]).await.unwrap(), Claim::New, "another's key");
}

#[tokio::test]
async fn a_key_whose_work_was_undone_is_free_again() {
    let db = TestDb::new().await;
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    assert_eq!(tx.idempotency().claim("a key", [1; 32]).await.unwrap(), Claim::New);
    drop(tx);
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    assert_eq!(tx.idempotency().claim("a key", [2; 32]).await.unwrap(), Claim::New);
}

#[tokio::test]
async fn a_log_in_lasts_until_it_ends() {
    let db = TestDb::new().await;
    let account = db.one.person("tariro").await;
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let (session, _) = Session::open(tx.new_id().unwrap(), account.id, tx.now());
    let token = Token::new(db.one.tenant.id, tx.random().unwrap());
    tx.sessions().insert(&session, &token.digest()).await.unwrap();
    tx.commit().await.unwrap();

    let find = async || {
        let mut tx = db.store.read(&db.one.scope).await.unwrap();
        tx.sessions().find_by_token(&token.digest()).await.unwrap().map(|open| open.session)
    };
    assert_eq!(find().await, Some(session.clone()));
    let mut tx = db.store.read(&db.two.scope).await.unwrap();
    assert!(tx.sessions().find_by_token(&token.digest()).await.unwrap().is_none());
    db.clock.advance(Session::LIFETIME);
    assert_eq!(find().await, None, "it expired");
}

/// A proof works once, though two hand it in at the same moment.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proof_of_an_address_works_once_and_not_for_ever() {
    let db = TestDb::new().await;
    let account = db.one.person("tariro").await;
    let send = async || {
        let mut tx = db.store.write(&db.one.scope).await.unwrap();
        let token = Token::new(db.one.tenant.id, tx.random().unwrap());
        let verification = VerificationToken {
            id: tx.new_id().unwrap(),
            account: account.id,
            email: account.email.clone(),
            expires_at: tx.now() + VerificationToken::LIFETIME,
        };
        tx.verifications().insert(&verification, &token.digest()).await.unwrap();
        tx.commit().await.unwrap();
        token
    };
    let redeem = async |token: Token| {
        let mut tx = db.store.write(&db.one.scope).await.unwrap();
        let redeemed = tx.verifications().redeem(&token.digest()).await.unwrap();
        tx.commit().await.unwrap();
        redeemed.is_some()
    };
    let token = send().await;
    let (a, b) = tokio::join!(redeem(token.clone()), redeem(token));
    assert!(a != b, "one of them gets it");
    let late = send().await;
    db.clock.advance(VerificationToken::LIFETIME);
    assert!(!redeem(late).await);
}
