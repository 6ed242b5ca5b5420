//! How strong connections are.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use smilefactory_core::content::{Engaging, Reaction};
use smilefactory_core::id::{AccountId, Id};
use smilefactory_core::page::PageRequest;
use smilefactory_core::profile::Visibility;
use smilefactory_core::social::{
    ConnectionSort, InteractionKind, InteractionWeights, Pair, PairStrength, StrengthKey,
};
use smilefactory_store::maintenance;
use smilefactory_store::network::{READER, Strengths};
use smilefactory_store::outbox::Relay;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::social::{ConnectionFilter, Interaction};
use smilefactory_store::testing::TestDb;
use uuid::Uuid;

use super::{close, connect, open, settle, shown, strength};
use crate::engagement;

async fn fold(db: &TestDb, from: AccountId, to: AccountId, kind: InteractionKind, at: DateTime<Utc>) -> bool {
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let interaction =
        Interaction { from, to, kind, subject: Uuid::from_bytes(db.store.random().unwrap()), at };
    let counted = tx.network().interact(&interaction, &InteractionWeights::default()).await.unwrap();
    tx.commit().await.unwrap();
    counted
}

/// The keys of a tie, from both ends.
async fn keys(db: &TestDb, a: AccountId, b: AccountId) -> Vec<f64> {
    sqlx::query_scalar(
        "select strength_key from social.ties where (account_id, other_id) in (($1, $2), ($2, $1))",
    )
    .bind(a.uuid())
    .bind(b.uuid())
    .fetch_all(&mut db.superuser().await)
    .await
    .unwrap()
}

#[tokio::test]
async fn the_database_has_the_formulas_of_core() {
    let db = TestDb::new().await;
    let mut conn = db.superuser().await;
    let mut runner = TestRunner::deterministic();
    let done = (smilefactory_core::testing::interactions(), 0_u32..60, smilefactory_core::testing::instant());
    for _ in 0..60 {
        let (done, mutual, now) = done.new_tree(&mut runner).unwrap().current();
        let mut pair = PairStrength { mutual, ..PairStrength::default() };
        let (mut low, mut high) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
        for (upwards, weight, at) in done {
            pair = pair.interact(upwards, weight, at);
            let sum = if upwards { &mut low } else { &mut high };
            *sum = sqlx::query_scalar("select platform.log_add($1, social.interaction_key($2, $3))")
                .bind(*sum)
                .bind(weight)
                .bind(at)
                .fetch_one(&mut conn)
                .await
                .unwrap();
        }
        assert!(close(low, pair.low_to_high) && close(high, pair.high_to_low), "{pair:?}: {low} {high}");
        let (reciprocity, key, strength): (f64, f64, f64) = sqlx::query_as(
            "select social.reciprocity($1, $2), social.strength_key($1, $2, $3),
               social.strength_at(social.strength_key($1, $2, $3), $4)",
        )
        .bind(low)
        .bind(high)
        .bind(i32::try_from(mutual).unwrap())
        .bind(now)
        .fetch_one(&mut conn)
        .await
        .unwrap();
        assert!(close(reciprocity, pair.reciprocity().get()), "{pair:?}: {reciprocity}");
        assert!(close(key, pair.key().get()), "{pair:?}: {key}");
        assert!(close(strength, pair.key().at(now).get()), "{pair:?} at {now}: {strength}");
    }
}

#[tokio::test]
async fn what_is_folded_is_what_core_makes_of_it_and_stands_at_both_ends() {
    let db = TestDb::new().await;
    let (a, b) = (open(&db, "tariro").await, open(&db, "rudo").await);
    connect(&db, a, b).await;
    let now = db.store.now();
    let weights = InteractionWeights::default();
    let mut expected = PairStrength::default();
    for (n, kind) in (0_i64..20).zip(InteractionKind::ALL.iter().cycle()) {
        let (from, to) = if n % 3 == 0 { (b, a) } else { (a, b) };
        let at = now - TimeDelta::days(n * 17);
        assert!(fold(&db, from, to, *kind, at).await);
        expected = expected.interact(from == a.min(b), weights.of(*kind), at);
    }
    let found = strength(&db, a, b).await;
    assert!(close(found.low_to_high, expected.low_to_high) && close(found.high_to_low, expected.high_to_low));
    for key in keys(&db, a, b).await {
        assert!(close(key, expected.key().get()));
    }
    assert_eq!(keys(&db, a, b).await.len(), 2);

    assert!(!fold(&db, a, a, InteractionKind::Message, now).await, "with oneself");
    assert!(!fold(&db, a, b, InteractionKind::Message, now - TimeDelta::days(731)).await, "long ago");
    // A clock that is ahead gives no advantage.
    assert!(fold(&db, a, b, InteractionKind::Message, now + TimeDelta::days(9_000)).await);
    assert!(strength(&db, a, b).await.key().at(now).get() < 0.7);
    let mut tx = db.store.read(&db.two.scope).await.unwrap();
    assert_eq!(tx.network().strength(Pair::new(a, b).unwrap()).await.unwrap(), PairStrength::default());
}

#[tokio::test]
async fn a_connection_that_is_made_again_is_as_strong_as_before() {
    let db = TestDb::new().await;
    let (a, b) = (open(&db, "tariro").await, open(&db, "rudo").await);
    fold(&db, a, b, InteractionKind::Message, db.store.now()).await;
    assert!(keys(&db, a, b).await.is_empty());
    connect(&db, a, b).await;
    let found = strength(&db, a, b).await;
    assert_eq!(keys(&db, a, b).await, [found.key().get(); 2]);
}

#[tokio::test]
async fn a_list_by_strength_keeps_its_order_while_time_passes_and_nothing_is_written() {
    let db = TestDb::new().await;
    let me = open(&db, "tariro").await;
    let mut others = Vec::new();
    for n in 0..8 {
        let other = open(&db, &format!("other-{n}")).await;
        connect(&db, me, other).await;
        for m in 0..=(n * 5) % 7 {
            let at = db.store.now() - TimeDelta::days(m * 31);
            fold(&db, me, other, InteractionKind::Message, at).await;
            fold(&db, other, me, InteractionKind::Comment, at).await;
        }
        others.push(other);
    }
    let order = async || {
        let mut tx = db.store.read(&db.one.scope_of(me)).await.unwrap();
        let by_strength = ConnectionFilter::new().sorted(ConnectionSort::Strength);
        let page = tx.connections().list(me, &by_strength, &PageRequest::default()).await.unwrap();
        page.items.into_iter().map(|other| other.account).collect::<Vec<_>>()
    };
    let written = "select max(xmin::text::bigint) from social.ties";
    let last: i64 = sqlx::query_scalar(written).fetch_one(&mut db.superuser().await).await.unwrap();
    let first = order().await;
    assert_eq!(first.len(), 8);
    let mut before = f64::INFINITY;
    for _ in 0..5 {
        let mut now = Vec::new();
        for other in &first {
            now.push(strength(&db, me, *other).await.key().at(db.store.now()).get());
        }
        assert!(now.is_sorted_by(|a, b| a >= b), "{now:?}");
        assert!(now[0] < before);
        before = now[0];
        db.clock.advance(TimeDelta::days(200));
        assert_eq!(order().await, first);
    }
    let later: i64 = sqlx::query_scalar(written).fetch_one(&mut db.superuser().await).await.unwrap();
    assert_eq!(later, last);
}

/// Two people who are connected, with a post, a reaction, a comment and an answer between them.
async fn a_story(db: &TestDb) -> (AccountId, AccountId) {
    let post = engagement::published(db).await;
    let reader = open(db, "reader").await;
    connect(db, post.author, reader).await;
    for reaction in [Reaction::Like, Reaction::Support] {
        let mut tx = db.store.write(&db.one.scope_of(reader)).await.unwrap();
        let fact = Engaging { by: reader }.react(&post, reaction).unwrap();
        tx.engagement().react(post.id, reader, reaction).await.unwrap();
        tx.tell(fact).unwrap();
        // One's own post makes nothing stronger.
        tx.tell(Engaging { by: post.author }.react(&post, reaction).unwrap()).unwrap();
        tx.commit().await.unwrap();
    }
    let asked = engagement::counts::comment(db, &post, reader, None).await;
    engagement::counts::comment(db, &post, post.author, Some(&asked)).await;
    (post.author, reader)
}

fn of_the_story(db: &TestDb, author: AccountId, reader: AccountId) -> PairStrength {
    let (now, weights) = (db.store.now(), InteractionWeights::default());
    let up = |from: AccountId| from == author.min(reader);
    [
        (author, InteractionKind::Connection),
        (reader, InteractionKind::Connection),
        (reader, InteractionKind::Reaction),
        (reader, InteractionKind::Comment),
        (author, InteractionKind::Comment),
    ]
    .into_iter()
    .fold(PairStrength::default(), |pair, (from, kind)| pair.interact(up(from), weights.of(kind), now))
}

#[tokio::test]
async fn facts_are_folded_once_killed_at_any_time_and_told_again() {
    let db = TestDb::new().await;
    let (author, reader) = a_story(&db).await;
    let expected = of_the_story(&db, author, reader);
    let relay = Relay::new(db.store.clone(), READER, Strengths);
    let kill = "select pg_terminate_backend(pid) from pg_stat_activity
                where datname = current_database() and pid <> pg_backend_pid() and usename = 'smile_app'";
    for n in 0..30 {
        let mut conn = db.superuser().await;
        let rival = async {
            tokio::time::sleep(Duration::from_micros(n * 400)).await;
            sqlx::query(kill).execute(&mut conn).await.unwrap();
        };
        // Half of the time the work is dropped instead, wherever it is.
        if n % 2 == 0 {
            _ = tokio::join!(relay.turn(), rival);
        } else {
            _ = tokio::time::timeout(Duration::from_micros(n * 400), relay.turn()).await;
        }
    }
    settle(&relay).await;
    let check = |found: PairStrength| {
        assert!(close(found.low_to_high, expected.low_to_high), "{found:?}, not {expected:?}");
        assert!(close(found.high_to_low, expected.high_to_low), "{found:?}, not {expected:?}");
    };
    check(strength(&db, author, reader).await);

    // From the beginning of the outbox, twice.
    for _ in 0..2 {
        sqlx::query("delete from platform.outbox_readers where name = $1")
            .bind(READER)
            .execute(&mut db.superuser().await)
            .await
            .unwrap();
        settle(&relay).await;
        check(strength(&db, author, reader).await);
    }
    for key in keys(&db, author, reader).await {
        assert!(close(key, strength(&db, author, reader).await.key().get()));
    }
}

#[tokio::test]
async fn summed_up_anew_it_is_the_same_until_a_community_weighs_otherwise() {
    let db = TestDb::new().await;
    let people = [open(&db, "tariro").await, open(&db, "rudo").await, open(&db, "chipo").await];
    for ((n, kind), days) in
        InteractionKind::ALL.iter().cycle().take(24).enumerate().zip((0_i64..).step_by(29))
    {
        // Each two did something of each kind.
        let from = n + n / 6;
        let (from, to) = (people[from % 3], people[(from + 1 + n % 2) % 3]);
        fold(&db, from, to, *kind, db.store.now() - TimeDelta::days(days)).await;
    }
    assert_eq!(maintenance::recount_strengths(&db.store).await.unwrap(), 0);
    let before = strength(&db, people[0], people[1]).await;

    // What is forgotten stays in the sums, also when the rest is summed up anew.
    db.clock.advance(TimeDelta::days(400));
    assert!(maintenance::forget_interactions(&db.store).await.unwrap() > 0);
    assert_eq!(maintenance::forget_interactions(&db.store).await.unwrap(), 0);
    assert_eq!(maintenance::recount_strengths(&db.store).await.unwrap(), 0);
    assert_eq!(strength(&db, people[0], people[1]).await, before);

    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let mut tenant = tx.tenants().get(db.one.tenant.id).await.unwrap().unwrap();
    tenant.settings.interaction_weights.message = 5_000;
    tenant.settings.interaction_weights.reaction = 0;
    tx.tenants().update(&tenant).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(maintenance::recount_strengths(&db.store).await.unwrap(), 3);
    assert!(strength(&db, people[0], people[1]).await.key() > before.key());
    assert_eq!(maintenance::recount_strengths(&db.store).await.unwrap(), 0);
}

#[tokio::test]
async fn nothing_gets_lost_while_it_is_summed_up_anew() {
    let db = TestDb::new().await;
    let (a, b) = (open(&db, "tariro").await, open(&db, "rudo").await);
    let now = db.store.now();
    let folding = async {
        for n in 0..60 {
            let (from, to) = if n % 2 == 0 { (a, b) } else { (b, a) };
            assert!(fold(&db, from, to, InteractionKind::Message, now).await);
        }
    };
    let recounting = async {
        for _ in 0..60 {
            maintenance::recount_strengths(&db.store).await.unwrap();
        }
    };
    tokio::join!(folding, recounting);
    let expected = (0..30)
        .fold(PairStrength::default(), |pair, _| pair.interact(true, 1.0, now).interact(false, 1.0, now));
    let found = strength(&db, a, b).await;
    assert!(close(found.low_to_high, expected.low_to_high) && close(found.high_to_low, expected.high_to_low));
}

#[tokio::test]
async fn whom_both_know_makes_it_stronger_and_who_hides_whom_they_know_does_not() {
    let db = TestDb::new().await;
    let (a, b) = (open(&db, "tariro").await, open(&db, "rudo").await);
    let (c, d) = (open(&db, "chipo").await, open(&db, "farai").await);
    connect(&db, a, b).await;
    connect(&db, c, d).await;
    let secretive = shown(&db, "secretive", Visibility::Public, Visibility::Private).await;
    for (mutual, one, other) in [(open(&db, "mutual").await, a, b), (secretive, c, d)] {
        connect(&db, mutual, one).await;
        connect(&db, mutual, other).await;
    }
    for (one, other) in [(a, b), (c, d)] {
        fold(&db, one, other, InteractionKind::Message, db.store.now()).await;
    }
    let known = strength(&db, a, b).await;
    let hidden = strength(&db, c, d).await;
    assert_eq!((known.mutual, hidden.mutual), (1, 0));
    assert!(known.key() > hidden.key());
    assert!(hidden.key() > StrengthKey::NOTHING);

    // It is looked at again a day later, and not before.
    let another = open(&db, "another").await;
    connect(&db, another, a).await;
    connect(&db, another, b).await;
    fold(&db, a, b, InteractionKind::Message, db.store.now()).await;
    assert_eq!(strength(&db, a, b).await.mutual, known.mutual);
    db.clock.advance(TimeDelta::days(1));
    fold(&db, a, b, InteractionKind::Message, db.store.now()).await;
    assert_eq!(strength(&db, a, b).await.mutual, 2);

    // Who hides whom they know is forgotten when all is summed up anew, whether anything happens or not.
    let hide = "update identity.profiles set connections_visibility = 'private' where account_id = $1";
    sqlx::query(hide).bind(another.uuid()).execute(&mut db.superuser().await).await.unwrap();
    assert!(maintenance::recount_strengths(&db.store).await.unwrap() > 0);
    assert_eq!(strength(&db, a, b).await.mutual, 1);
}
