//! The database accepts what core accepts, and no other step.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use smilefactory_core::event::{EventDraft, RegistrationState, RegistrationStep};
use smilefactory_core::testing::event_input;
use smilefactory_core::validation::Field;
use smilefactory_store::event;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;
use sqlx::Connection;

use super::{accounts, as_tenant, doing, draft, input, register, with_seats};

#[tokio::test]
async fn every_event_that_core_accepts_is_kept_as_it_is() {
    let db = TestDb::new().await;
    let [host] = accounts(&db, 1).await.try_into().unwrap();
    let mut runner = TestRunner::deterministic();
    for _ in 0..64 {
        let input = event_input().new_tree(&mut runner).unwrap().current();
        let draft = EventDraft::from_raw(input).unwrap();
        let made = doing!(db, host, |tx| event::create(&mut tx, draft, host)).unwrap();
        let mut tx = db.store.read(&db.one.scope_of(host)).await.unwrap();
        assert_eq!(tx.events().get(made.id).await.unwrap(), Some(made));
    }
}

#[tokio::test]
async fn the_database_refuses_what_core_refuses() {
    let db = TestDb::new().await;
    let [host] = accounts(&db, 1).await.try_into().unwrap();
    draft(&db, host, input(&db)).await;
    let mut conn = as_tenant(&db).await;
    for change in [
        "title = ''",
        "title = repeat('x', 201)",
        "description = ''",
        "category = 'party'",
        "format = 'nowhere'",
        "format = 'hybrid'",
        "place_address = '1 Main Street', place_country = 'ZW'",
        "place_city = 'Harare'",
        "starts = starts + interval '1 second'",
        "ends_at = starts_at",
        "ends_at = starts_at + interval '32 days'",
        "registers_until = starts_at + interval '1 second'",
        "registers_until = starts_at - interval '1 second'",
        "price_amount = 1",
        "price_amount = 1.001, price_currency = 'USD'",
        "visibility = 'secret'",
        "state = 'completed'",
        "state = 'published'",
        "cancelled_for = 'Because.'",
        "zone = 'nowhere; drop'",
    ] {
        let update = format!("update event.events set {change}");
        let mut tx = conn.begin().await.unwrap();
        let done = sqlx::raw_sql(sqlx::AssertSqlSafe(update)).execute(&mut *tx).await;
        assert!(done.is_err(), "{change}");
        tx.rollback().await.unwrap();
    }
}

/// From each state, the states that some step leads to, and no others.
#[tokio::test]
async fn registrations_take_the_steps_of_core_and_no_others() {
    let db = TestDb::new().await;
    let [host, a] = accounts(&db, 2).await.try_into().unwrap();
    let event = with_seats(&db, host, 5).await;
    register(&db, a, event.id).await.unwrap();
    let mut conn = as_tenant(&db).await;
    let set = |state: RegistrationState| {
        format!(
            "update event.registrations set state = '{state}',
               place = case when '{state}' in ('waitlisted', 'offered') then 1 end,
               offered_until = case when '{state}' = 'offered' then now() end,
               seated_at = case when '{state}' in ('going', 'checked_in', 'no_show') then now() end,
               checked_in_at = case when '{state}' = 'checked_in' then now() end"
        )
    };
    for from in RegistrationState::ALL {
        for to in RegistrationState::ALL.iter().filter(|to| *to != from) {
            let known = RegistrationStep::ALL.iter().any(|step| step.leads(Some(*from)).contains(to));
            let mut tx = conn.begin().await.unwrap();
            sqlx::raw_sql("alter table event.registrations disable trigger guard_state")
                .execute(&mut *tx)
                .await
                .unwrap();
            sqlx::raw_sql(sqlx::AssertSqlSafe(set(*from))).execute(&mut *tx).await.unwrap();
            sqlx::raw_sql("alter table event.registrations enable trigger guard_state")
                .execute(&mut *tx)
                .await
                .unwrap();
            let done = sqlx::raw_sql(sqlx::AssertSqlSafe(set(*to))).execute(&mut *tx).await;
            assert_eq!(done.is_ok(), known, "{from} to {to}: {done:?}");
            tx.rollback().await.unwrap();
        }
    }
    // A seat too many is refused whoever writes.
    let over = sqlx::raw_sql("update event.seat_classes set taken = 6").execute(&mut conn).await;
    assert!(over.is_err());
}
