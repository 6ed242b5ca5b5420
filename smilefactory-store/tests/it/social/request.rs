//! Requests to connect: asked and answered once, in time, and not too many.

use chrono::TimeDelta;
use smilefactory_core::id::Id;
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_core::profile::{ProfileKind, Visibility};
use smilefactory_core::social::{
    Asked, ConnectionRefused, ConnectionRequestDraft, Pair, RequestQuota, RequestState,
};
use smilefactory_core::testing::{connection_request_input, spoiled_connection_requests};
use smilefactory_core::validation::Field;
use smilefactory_store::maintenance;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::social::{Direction, RequestFilter};
use smilefactory_store::social::{self, SocialError};
use smilefactory_store::testing::TestDb;

use super::{ask, asked, by, connect, connected, draft, of_kind, show, someone, told};

fn refusal(error: SocialError) -> ConnectionRefused {
    match error {
        SocialError::Refused(refused) => refused,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_request_is_kept_and_accepted() {
    let db = TestDb::new().await;
    let (tariro, rudo) = (someone(&db, "tariro").await, someone(&db, "rudo").await);
    let request = asked(&db, tariro, rudo).await;
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    assert_eq!(tx.connection_requests().get(request.id).await.unwrap().unwrap(), request);
    drop(tx);
    assert_eq!(refusal(ask(&db, tariro, rudo).await.unwrap_err()), ConnectionRefused::AlreadyAsked);
    let refused = by(&db, tariro, async |tx| social::accept(tx, request.id, tariro).await).await;
    assert!(matches!(refusal(refused.unwrap_err()), ConnectionRefused::NotYours { .. }));

    let accept = async || by(&db, rudo, async |tx| social::accept(tx, request.id, rudo).await).await;
    let connection = accept().await.unwrap();
    assert_eq!((connection.pair, connection.requested_by), (Pair::new(tariro, rudo).unwrap(), tariro));
    assert!(connected(&db, tariro, rudo).await);
    assert!(matches!(refusal(accept().await.unwrap_err()), ConnectionRefused::State(_)), "twice");
    for (from, to) in [(tariro, rudo), (rudo, tariro)] {
        assert_eq!(refusal(ask(&db, from, to).await.unwrap_err()), ConnectionRefused::AlreadyConnected);
    }
    assert_eq!(
        told(&db).await,
        ["social.request.sent", "social.request.accepted", "social.connection.made"]
    );
}

#[tokio::test]
async fn who_is_asked_and_asks_back_is_connected() {
    let db = TestDb::new().await;
    let (tariro, rudo) = (someone(&db, "tariro").await, someone(&db, "rudo").await);
    asked(&db, tariro, rudo).await;
    let Asked::Connected(connection) = ask(&db, rudo, tariro).await.unwrap() else { panic!("connected") };
    assert_eq!(connection.requested_by, tariro);
    assert!(connected(&db, tariro, rudo).await);
}

#[tokio::test]
async fn who_declined_is_not_asked_again_for_thirty_days_and_may_ask_themselves() {
    let db = TestDb::new().await;
    let (tariro, rudo) = (someone(&db, "tariro").await, someone(&db, "rudo").await);
    let request = asked(&db, tariro, rudo).await;
    by(&db, rudo, async |tx| social::decline(tx, request.id, rudo).await).await.unwrap();
    let until = db.store.now() + RequestQuota::COOL_DOWN;
    let refused = || async { refusal(ask(&db, tariro, rudo).await.unwrap_err()) };
    assert_eq!(refused().await, ConnectionRefused::CoolingDown { until });
    db.clock.advance(RequestQuota::COOL_DOWN - TimeDelta::microseconds(1));
    assert_eq!(refused().await, ConnectionRefused::CoolingDown { until });
    let own = asked(&db, rudo, tariro).await;
    by(&db, rudo, async |tx| social::withdraw(tx, own.id, rudo).await).await.unwrap();
    db.clock.advance(TimeDelta::microseconds(1));
    asked(&db, tariro, rudo).await;
}

#[tokio::test]
async fn quotas_hold_to_the_last_and_count_anew_in_time() {
    let db = TestDb::new().await;
    let tariro = someone(&db, "tariro").await;
    let quota = RequestQuota { a_month: 4, unanswered_of_a_kind: 2 };
    let (mut mentors, mut others) = (Vec::new(), Vec::new());
    for n in 0..5 {
        mentors.push(someone(&db, &format!("mentor-{n}")).await);
        others.push(of_kind(&db, &db.one, &format!("other-{n}"), ProfileKind::Innovator).await);
    }
    let ask = async |to| by(&db, tariro, async |tx| social::ask(tx, draft(to), tariro, quota).await).await;
    ask(mentors[0]).await.unwrap();
    let Asked::Requested(second) = ask(mentors[1]).await.unwrap() else { panic!("asked") };
    let refused = refusal(ask(mentors[2]).await.unwrap_err());
    assert_eq!(refused, ConnectionRefused::TooManyUnanswered { quota: 2 });
    ask(others[0]).await.unwrap();
    // An answer makes room for another of the kind.
    by(&db, mentors[1], async |tx| social::decline(tx, second.id, mentors[1]).await).await.unwrap();
    ask(mentors[2]).await.unwrap();
    let refused = refusal(ask(others[1]).await.unwrap_err());
    assert_eq!(refused, ConnectionRefused::TooManyThisMonth { quota: 4 });
    db.clock.advance(RequestQuota::MONTH);
    ask(others[1]).await.unwrap();

    // A week later those of a week ago do not count against the kind.
    let quota = RequestQuota { a_month: 100, unanswered_of_a_kind: 1 };
    let ask = async |to| by(&db, tariro, async |tx| social::ask(tx, draft(to), tariro, quota).await).await;
    let refused = refusal(ask(others[2]).await.unwrap_err());
    assert_eq!(refused, ConnectionRefused::TooManyUnanswered { quota: 1 });
    db.clock.advance(RequestQuota::WEEK);
    ask(others[2]).await.unwrap();
}

#[tokio::test]
async fn two_at_once_do_not_exceed_a_quota() {
    let db = TestDb::new().await;
    let tariro = someone(&db, "tariro").await;
    let mut people = Vec::new();
    for n in 0..8 {
        people.push(someone(&db, &format!("mentor-{n}")).await);
    }
    let quota = RequestQuota { a_month: 3, unanswered_of_a_kind: 10 };
    let ask = async |to| by(&db, tariro, async |tx| social::ask(tx, draft(to), tariro, quota).await).await;
    let done = futures::future::join_all(people.iter().map(|to| ask(*to))).await;
    assert_eq!(done.iter().filter(|done| done.is_ok()).count(), 3);
}

#[tokio::test]
async fn what_nobody_answers_expires_at_read_and_is_swept_once() {
    let db = TestDb::new().await;
    let (tariro, rudo) = (someone(&db, "tariro").await, someone(&db, "rudo").await);
    let chipo = someone(&db, "chipo").await;
    let request = asked(&db, tariro, rudo).await;
    let other = asked(&db, chipo, rudo).await;
    db.clock.advance(TimeDelta::days(30));
    let mut tx = db.store.read(&db.one.scope_of(rudo)).await.unwrap();
    let there = tx.connection_requests().get(request.id).await.unwrap().unwrap();
    assert_eq!((there.state, there.answered_at), (RequestState::Expired, Some(request.expires_at)));
    let of = |state| RequestFilter { direction: Direction::Incoming, state };
    let page = PageRequest::default();
    let pending = tx.connection_requests().list(rudo, of(Some(RequestState::Pending)), &page).await.unwrap();
    assert!(pending.items.is_empty());
    let expired = tx.connection_requests().list(rudo, of(Some(RequestState::Expired)), &page).await.unwrap();
    assert_eq!(expired.items.len(), 2);
    drop(tx);
    let refused = by(&db, rudo, async |tx| social::accept(tx, request.id, rudo).await).await.unwrap_err();
    assert!(matches!(refusal(refused), ConnectionRefused::State(_)));

    // Who asks again needs no sweep; what is left is swept, and nothing twice.
    asked(&db, tariro, rudo).await;
    assert_eq!(maintenance::expire_connection_requests(&db.store).await.unwrap(), 1);
    assert_eq!(maintenance::expire_connection_requests(&db.store).await.unwrap(), 0);
    assert_eq!(told(&db).await.iter().filter(|name| *name == "social.request.expired").count(), 2);
    let saved: String = sqlx::query_scalar("select state from social.connection_requests where id = $1")
        .bind(other.id.uuid())
        .fetch_one(&mut db.superuser().await)
        .await
        .unwrap();
    assert_eq!(saved, "expired");
}

#[tokio::test]
async fn who_is_not_seen_is_not_asked() {
    let db = TestDb::new().await;
    let (tariro, rudo) = (someone(&db, "tariro").await, someone(&db, "rudo").await);
    let nobody = db.store.new_id().unwrap();
    let without_profile = db.one.person("bare").await.id;
    show(&db, rudo, |content| content.visibility = Visibility::ConnectionsOnly).await;
    for to in [nobody, without_profile, rudo] {
        let refused = ask(&db, tariro, to).await.unwrap_err();
        assert!(matches!(refused, SocialError::NotThere("profile")), "{refused:?}");
    }
    assert_eq!(refusal(ask(&db, tariro, tariro).await.unwrap_err()), ConnectionRefused::Oneself);
    assert!(told(&db).await.is_empty());
}

#[tokio::test]
async fn lists_have_each_direction_and_hold_together() {
    let db = TestDb::new().await;
    let rudo = someone(&db, "rudo").await;
    let (mut sent, mut got) = (Vec::new(), Vec::new());
    for n in 0..5 {
        db.clock.advance(TimeDelta::seconds(1));
        let other = someone(&db, &format!("other-{n}")).await;
        let request = if n % 2 == 0 { asked(&db, rudo, other).await } else { asked(&db, other, rudo).await };
        if n % 2 == 0 { sent.insert(0, request) } else { got.insert(0, request) }
    }
    for (direction, expected) in [(Direction::Outgoing, sent), (Direction::Incoming, got)] {
        for size in 1..=4 {
            let size = PageSize::new(size).unwrap();
            let (mut found, mut request) = (Vec::new(), PageRequest::first(size));
            loop {
                let mut tx = db.store.read(&db.one.scope_of(rudo)).await.unwrap();
                let filter = RequestFilter { direction, state: Some(RequestState::Pending) };
                let page = tx.connection_requests().list(rudo, filter, &request).await.unwrap();
                found.extend(page.items);
                let Some(next) = page.next else { break };
                request = PageRequest::after(size, next);
            }
            assert_eq!(found, expected, "{direction:?}");
        }
    }
}

#[tokio::test]
async fn of_two_writers_one_is_stale_and_a_pair_has_one_request_that_waits() {
    let db = TestDb::new().await;
    let (tariro, rudo) = (someone(&db, "tariro").await, someone(&db, "rudo").await);
    let request = asked(&db, tariro, rudo).await;
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let (declined, _) = request.clone().decline(rudo, tx.now()).unwrap();
    let saved = tx.connection_requests().update(&declined).await.unwrap();
    assert_eq!(saved.version, request.version.next());
    assert!(tx.connection_requests().update(&declined).await.unwrap_err().is_stale());
    drop(tx);
    // Behind the steps' backs, against the order of the pair too.
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let (again, _) = draft(tariro).send(tx.new_id().unwrap(), rudo, tx.now()).unwrap();
    let refused = tx.connection_requests().insert(&again, ProfileKind::Mentor).await.unwrap_err();
    assert!(matches!(refused, StoreError::Conflict { field: "pair", .. }), "{refused:?}");
}

#[tokio::test]
async fn a_step_that_is_dropped_was_never_taken() {
    let db = TestDb::new().await;
    let (tariro, rudo) = (someone(&db, "tariro").await, someone(&db, "rudo").await);
    let request = asked(&db, tariro, rudo).await;
    let mut tx = db.store.write(&db.one.scope_of(rudo)).await.unwrap();
    social::accept(&mut tx, request.id, rudo).await.unwrap();
    drop(tx);
    assert!(!connected(&db, tariro, rudo).await);
    // Nor does it hold the lock.
    by(&db, rudo, async |tx| social::accept(tx, request.id, rudo).await).await.unwrap();
    assert_eq!(told(&db).await.len(), 3);
}

#[tokio::test]
async fn the_database_accepts_what_core_accepts_and_refuses_what_it_refuses() {
    use proptest::strategy::{Strategy, ValueTree};
    use proptest::test_runner::TestRunner;
    let db = TestDb::new().await;
    let (tariro, rudo) = (someone(&db, "tariro").await, someone(&db, "rudo").await);
    let mut runner = TestRunner::deterministic();
    for _ in 0..30 {
        let mut input = connection_request_input().new_tree(&mut runner).unwrap().current();
        input.to = rudo.to_string();
        let mut tx = db.store.write(&db.one.scope).await.unwrap();
        let valid = ConnectionRequestDraft::from_raw(input.clone()).unwrap();
        let (request, _) = valid.send(tx.new_id().unwrap(), tariro, tx.now()).unwrap();
        tx.connection_requests().insert(&request, ProfileKind::Mentor).await.unwrap();
        assert_eq!(tx.connection_requests().get(request.id).await.unwrap().unwrap(), request);
        drop(tx);
        for spoiled in spoiled_connection_requests(&input).filter(|spoiled| spoiled.pointer != "/to") {
            let refused = sqlx::query(
                "insert into social.connection_requests (tenant_id, id, from_id, to_id, type, message, to_kind, state,
                   created_at, expires_at, version)
                 values ($1, gen_random_uuid(), $2, $3, $4, $5, 'mentor', 'pending', now(), now() + interval '1 day', 1)",
            )
            .bind(uuid::Uuid::from(db.one.tenant.id))
            .bind(tariro.uuid())
            .bind(rudo.uuid())
            .bind(spoiled.input.kind)
            .bind(spoiled.input.message)
            .execute(&mut db.superuser().await)
            .await;
            assert!(refused.is_err(), "{} {}", spoiled.pointer, spoiled.code);
        }
    }
    let _ = connect(&db, tariro, rudo).await;
}
