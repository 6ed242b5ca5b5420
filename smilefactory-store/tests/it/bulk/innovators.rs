//! Start-ups as accounts with profiles.

use smilefactory_core::bulk::ImportKind::{FundingRounds, Innovators, Organisations};
use smilefactory_core::id::Id;
use smilefactory_core::identity::{Account, Password};
use smilefactory_core::profile::{Details, InnovationStage, Innovator, Profile, ProfileState};
use smilefactory_core::validation::Field as _;
use smilefactory_store::password::Verdict;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;

use super::{Files, import, plan, rows, skips, tally};

const COMPANIES: &str = "permalink,name,category_code,funding_total_usd,status,country_code,city,founded_at
/company/pump,Pump & Co,clean_tech,1750000,operating,USA,New York,2012-06-01
/company/quiet,Quiet,,,operating,,,
/company/x,X,web,,operating,USA,Boston,
/company/tariro,Tariro,web,,operating,USA,Boston,
";
const ROUNDS: &str = "company_permalink,funding_round_type,funded_at,raised_amount_usd
/company/pump,angel,2012-06-30,
/company/pump,series-b,2013-06-30,5
/company/quiet,other,2013-06-30,5
";

/// The account and the profile that a start-up became.
async fn found(db: &TestDb, slug: &str) -> (Account, Profile, Innovator) {
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    let email = format!("{slug}@list.import.invalid").parse().unwrap();
    let account = tx.accounts().find_by_email(&email).await.unwrap().unwrap();
    let profile = tx.profiles().get(account.id).await.unwrap().unwrap();
    let Details::Innovator(innovator) = profile.content.details.clone() else { panic!("{profile:?}") };
    (account, profile, innovator)
}

#[tokio::test]
async fn start_ups_become_innovators_as_far_as_their_rounds_tell() {
    let db = TestDb::new().await;
    let files = Files::new();
    let companies = files.write("companies.csv", COMPANIES);
    import(&db, &db.one, &plan(Organisations, &companies)).await;
    import(&db, &db.one, &plan(FundingRounds, files.write("rounds.csv", ROUNDS))).await;
    // Somebody has the address already that one of them would get.
    sqlx::query("update identity.personal_details set email = 'tariro@list.import.invalid' where id = $1")
        .bind(Id::uuid(db.one.person("tariro").await.id))
        .execute(&mut db.superuser().await)
        .await
        .unwrap();
    let done = import(&db, &db.one, &plan(Innovators, &companies).in_batches_of(3)).await;
    assert_eq!(done.tally, tally(2, 0, 0, 2));
    let skipped = [(4, "/name", "too_short"), (5, "/permalink", "duplicate")];
    let skipped = skipped.map(|(line, at, code)| (line, at.to_owned(), code.to_owned()));
    assert_eq!(skips(&db, &db.one, &done).await, skipped);

    let (account, profile, innovator) = found(&db, "pump").await;
    assert_eq!(account.name(), "Team Pump & Co");
    assert_eq!((account.standing.state, profile.state), (ProfileState::Draft, ProfileState::Draft));
    assert_eq!(innovator.stage, Some(InnovationStage::Scaling));
    assert_eq!(innovator.startup_name.unwrap().as_str(), "Pump & Co");
    assert_eq!(innovator.funding_raised.unwrap().to_string(), "1750000.00 USD");
    assert_eq!(innovator.industries.iter().map(AsRef::as_ref).collect::<Vec<_>>(), ["clean tech"]);
    assert_eq!(profile.content.location.unwrap().country.as_str(), "US");
    let (_, profile, innovator) = found(&db, "quiet").await;
    assert_eq!((innovator.stage, profile.content.location), (None, None));

    // Nobody logs in as them, whatever the password.
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    let stored = tx.accounts().credentials(&account.email).await.unwrap().unwrap();
    drop(tx);
    for claimed in ["!!!!!!!!!!!!", "correct horse battery"] {
        let claimed = Password::from_raw(claimed.into()).unwrap();
        let verdict = db.store.passwords().verify(claimed, Some(&stored.password_hash)).await.unwrap();
        assert_eq!(verdict, Verdict::Wrong);
    }

    // Each was told, for whoever assesses profiles and finds matches.
    let told = "select count(*) from platform.outbox where name = 'identity.profile.begun'";
    let told: i64 = sqlx::query_scalar(told).fetch_one(&mut db.superuser().await).await.unwrap();
    assert_eq!(told, 2);
    let opened =
        "select count(*) from platform.outbox where name = 'identity.account.opened' and subject = $1";
    let opened: i64 = sqlx::query_scalar(opened)
        .bind(Id::uuid(account.id))
        .fetch_one(&mut db.superuser().await)
        .await
        .unwrap();
    assert_eq!(opened, 0, "nobody is to be sent a mail at an address that is nobody's");
    assert_eq!(rows(&db, db.two.tenant.id, "identity.profiles").await, 0);
}

#[tokio::test]
async fn a_newer_file_changes_those_that_are_nobodys() {
    let db = TestDb::new().await;
    let files = Files::new();
    let line = |key: &str, name: &str, stage: &str| {
        format!(
            "{{\"external_id\": \"{key}\", \"slug\": \"{key}\", \"name\": \"{name}\", \"stage\": \"{stage}\"}}\n"
        )
    };
    let write = |content: String| files.write("i.jsonl", content);
    let first = [line("aa", "Aa", "idea"), line("bb", "Bb", "idea"), line("cc", "Cc", "idea")].concat();
    import(&db, &db.one, &plan(Innovators, write(first))).await;
    let before = found(&db, "aa").await;
    // Somebody took one over.
    let take = "update identity.personal_details set password_hash = '$2b$' where last_name = 'Cc'";
    sqlx::query(take).execute(&mut db.superuser().await).await.unwrap();

    db.clock.advance(chrono::TimeDelta::hours(1));
    let second = [
        line("aa", "Aaa", "mvp"),
        line("bb", "Bb", "idea"),
        line("cc", "Ccc", "mvp"),
        line("aa", "A4", "idea"),
    ];
    let done = import(&db, &db.one, &plan(Innovators, write(second.concat()))).await;
    assert_eq!(done.tally, tally(0, 1, 1, 2));
    let skipped = [(3, "/external_id", "not_allowed"), (4, "/external_id", "duplicate")];
    assert_eq!(
        skips(&db, &db.one, &done).await,
        skipped.map(|(n, at, code)| (n, at.to_owned(), code.to_owned()))
    );
    let (account, profile, innovator) = found(&db, "aa").await;
    assert_eq!(account.id, before.0.id);
    assert_eq!((account.name().as_str(), innovator.stage), ("Team Aaa", Some(InnovationStage::Mvp)));
    assert_eq!(
        (profile.version, profile.updated_at - profile.created_at),
        (before.1.version.next(), chrono::TimeDelta::hours(1))
    );
    assert_eq!(rows(&db, db.one.tenant.id, "identity.imported_innovators").await, 3);
}
