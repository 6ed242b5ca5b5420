//! What is written is read again, changed as a whole, and gone when it is deleted.

use smilefactory_core::profile::{ProfileContent, ProfileKind, ProfileState, Visibility};
use smilefactory_core::testing::profile_input_of;
use smilefactory_core::validation::Field;
use smilefactory_store::StoreError;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;
use sqlx::Row;

use super::{bare, begun, content, samples};

#[tokio::test]
async fn a_profile_of_each_kind_is_read_as_it_was_written_and_as_it_was_changed() {
    let db = TestDb::new().await;
    for kind in ProfileKind::ALL {
        let account = db.one.person(kind.as_str()).await.id;
        for (n, input) in samples(&profile_input_of(*kind), 12).into_iter().enumerate() {
            let content = ProfileContent::from_raw(input).unwrap();
            let mut tx = db.store.write(&db.one.scope_of(account)).await.unwrap();
            let saved = if n == 0 {
                let profile = begun(account, content, tx.now());
                tx.profiles().insert(&profile).await.unwrap();
                profile
            } else {
                let there = tx.profiles().get(account).await.unwrap().unwrap();
                let (profile, _) = there.revise(content, tx.now()).unwrap();
                tx.profiles().update(&profile).await.unwrap()
            };
            tx.commit().await.unwrap();

            let mut tx = db.store.read(&db.one.scope).await.unwrap();
            let read = tx.profiles().get(account).await.unwrap().unwrap();
            assert_eq!(read, saved, "{kind}, the {n}th");
        }
    }
}

#[tokio::test]
async fn an_account_has_one_profile() {
    let db = TestDb::new().await;
    let account = db.one.person("tariro").await.id;
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let profile = begun(account, content(ProfileKind::Mentor), tx.now());
    tx.profiles().insert(&profile).await.unwrap();
    let error = tx.profiles().insert(&profile).await.unwrap_err();
    assert!(matches!(error, StoreError::Conflict { entity: "profile", field: "account" }), "{error:?}");
}

#[tokio::test]
async fn nobody_has_a_profile_without_an_account() {
    let db = TestDb::new().await;
    let stranger = db.two.person("tariro").await.id;
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let profile = begun(stranger, content(ProfileKind::Mentor), tx.now());
    let error = tx.profiles().insert(&profile).await.unwrap_err();
    assert!(matches!(error, StoreError::Missing { .. }), "{error:?}");
}

#[tokio::test]
async fn of_two_writers_one_is_stale() {
    let db = TestDb::new().await;
    let account = db.one.person("tariro").await.id;
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let profile = begun(account, content(ProfileKind::Innovator), tx.now());
    tx.profiles().insert(&profile).await.unwrap();
    tx.commit().await.unwrap();

    let write = async |kind| {
        let mut tx = db.store.write(&db.one.scope).await.unwrap();
        let (changed, _) = profile.clone().revise(content(kind), tx.now()).unwrap();
        tx.profiles().update(&changed).await?;
        tx.commit().await
    };
    let (a, b) = tokio::join!(write(ProfileKind::Innovator), write(ProfileKind::BusinessInvestor));
    assert_eq!([&a, &b].iter().filter(|outcome| outcome.is_ok()).count(), 1, "{a:?} {b:?}");
    assert!(a.err().or(b.err()).unwrap().is_stale());

    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    assert!(tx.profiles().delete(account).await.unwrap());
    let error = tx.profiles().update(&profile).await.unwrap_err();
    assert!(error.is_stale(), "{error:?}");
}

/// From every kind to the next: details of the kind that was are nowhere.
#[tokio::test]
async fn who_becomes_another_kind_leaves_nothing_of_the_former_one() {
    let db = TestDb::new().await;
    let account = db.one.person("tariro").await.id;
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let mut profile = begun(account, content(ProfileKind::CommunityMember), tx.now());
    tx.profiles().insert(&profile).await.unwrap();
    tx.commit().await.unwrap();

    for kind in ProfileKind::ALL.iter().chain([&ProfileKind::Innovator]) {
        let mut tx = db.store.write(&db.one.scope).await.unwrap();
        let (changed, _) = profile.revise(content(*kind), tx.now()).unwrap();
        profile = tx.profiles().update(&changed).await.unwrap();
        tx.commit().await.unwrap();

        let mut tx = db.store.read(&db.one.scope).await.unwrap();
        assert_eq!(tx.profiles().get(account).await.unwrap().as_ref(), Some(&profile));
        let standing = tx.accounts().get(account).await.unwrap().unwrap().standing;
        assert_eq!(standing, profile.standing());
        let mut conn = db.superuser().await;
        for other in ProfileKind::ALL {
            let count = format!("select count(*) from identity.{other}_profiles");
            let count: i64 =
                sqlx::query_scalar(sqlx::AssertSqlSafe(count)).fetch_one(&mut conn).await.unwrap();
            assert_eq!(count, i64::from(other == kind), "{other} after becoming {kind}");
        }
    }
}

/// The account says where the profile stands, without becoming another version.
#[tokio::test]
async fn the_account_says_where_the_profile_stands() {
    let db = TestDb::new().await;
    let account = db.one.person("tariro").await;
    let standing = async || {
        let mut tx = db.store.read(&db.one.scope).await.unwrap();
        let there = tx.accounts().get(account.id).await.unwrap().unwrap();
        assert_eq!((there.version, there.updated_at), (account.version, account.updated_at));
        there.standing
    };
    assert_eq!(standing().await, account.standing);

    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let mut profile = begun(account.id, content(ProfileKind::Mentor), tx.now());
    tx.profiles().insert(&profile).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(standing().await, profile.standing());

    profile.completion = 45;
    profile.state = ProfileState::Incomplete;
    profile.content.visibility = Visibility::ConnectionsOnly;
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    tx.profiles().update(&profile).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(standing().await, profile.standing());

    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    assert!(tx.profiles().delete(account.id).await.unwrap());
    assert!(!tx.profiles().delete(account.id).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(standing().await, account.standing);
}

#[tokio::test]
async fn what_was_shown_never_becomes_a_draft_again() {
    let db = TestDb::new().await;
    let account = db.one.person("tariro").await.id;
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let mut profile = begun(account, content(ProfileKind::Mentor), tx.now());
    tx.profiles().insert(&profile).await.unwrap();
    for state in
        [ProfileState::Incomplete, ProfileState::Complete, ProfileState::Suspended, ProfileState::Draft]
    {
        profile.state = state;
        profile = tx.profiles().update(&profile).await.unwrap();
    }
    profile.state = ProfileState::Complete;
    profile = tx.profiles().update(&profile).await.unwrap();
    profile.state = ProfileState::Draft;
    let error = tx.profiles().update(&profile).await.unwrap_err();
    assert!(
        matches!(&error, StoreError::Invalid { constraint, .. } if constraint == "profiles_state"),
        "{error:?}"
    );
}

/// A row of the trail for each entry that changed, none for those that did not.
#[tokio::test]
async fn the_trail_says_which_entry_of_a_portfolio_changed() {
    let db = TestDb::new().await;
    let account = db.one.person("tariro").await.id;
    let investor = |companies: &[&str]| {
        let mut input = bare(ProfileKind::BusinessInvestor);
        if let smilefactory_core::profile::DetailsInput::BusinessInvestor(details) = &mut input.details {
            details.portfolio = companies
                .iter()
                .map(|company| smilefactory_core::profile::PortfolioEntryInput {
                    company: (*company).to_owned(),
                    ..Default::default()
                })
                .collect();
        }
        ProfileContent::from_raw(input).unwrap()
    };
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let profile = begun(account, investor(&["Acme", "Baobab", "Chitungwiza Solar"]), tx.now());
    tx.profiles().insert(&profile).await.unwrap();
    let (changed, _) = profile.revise(investor(&["Acme", "Borrowdale"]), tx.now()).unwrap();
    tx.profiles().update(&changed).await.unwrap();
    tx.commit().await.unwrap();

    let mut conn = db.superuser().await;
    let trail: Vec<(String, String)> = sqlx::query(
        "select action, coalesce(after, before) ->> 'company' as company from platform.audit
         where table_name = 'identity.portfolio_entries' order by id",
    )
    .fetch_all(&mut conn)
    .await
    .unwrap()
    .into_iter()
    .map(|row| (row.get("action"), row.get("company")))
    .collect();
    let mut trail: Vec<_> =
        trail.iter().map(|(action, company)| (action.as_str(), company.as_str())).collect();
    trail.sort_unstable();
    assert_eq!(
        trail,
        [
            ("delete", "Baobab"),
            ("delete", "Chitungwiza Solar"),
            ("insert", "Acme"),
            ("insert", "Baobab"),
            ("insert", "Borrowdale"),
            ("insert", "Chitungwiza Solar"),
        ]
    );
}

#[tokio::test]
async fn another_tenant_sees_and_changes_nothing() {
    let db = TestDb::new().await;
    let account = db.one.person("tariro").await.id;
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let profile = begun(account, content(ProfileKind::ServiceProvider), tx.now());
    tx.profiles().insert(&profile).await.unwrap();
    tx.commit().await.unwrap();

    let mut tx = db.store.write(&db.two.scope).await.unwrap();
    assert_eq!(tx.profiles().get(account).await.unwrap(), None);
    assert!(tx.profiles().update(&profile).await.unwrap_err().is_stale());
    assert!(!tx.profiles().delete(account).await.unwrap());
    tx.commit().await.unwrap();
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    assert_eq!(tx.profiles().get(account).await.unwrap(), Some(profile));
}
