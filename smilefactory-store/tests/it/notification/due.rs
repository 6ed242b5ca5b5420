//! Mails that are due: once a person and period, claimed by one, given up by whoever was too slow.

use chrono::{DateTime, TimeDelta, Utc};
use futures::future::join_all;
use smilefactory_core::content::Reaction;
use smilefactory_core::id::AccountId;
use smilefactory_core::messaging::notification::{MailDigest, NotificationKind, Raise};
use smilefactory_store::prelude::*;
use smilefactory_store::repo::messaging::{DueMail, MailOutcome};
use smilefactory_store::testing::TestDb;

use super::{followed, known, read_up_to, reading, tell, titled, told};

const HELD: TimeDelta = TimeDelta::minutes(5);

async fn claim(db: &TestDb) -> Option<DueMail> {
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let until = tx.now() + HELD;
    let claimed = tx.digests().claim(until).await.unwrap();
    tx.commit().await.unwrap();
    claimed
}

async fn finish(db: &TestDb, mail: &DueMail, outcome: MailOutcome) -> bool {
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let finished = tx.digests().finish(mail, &outcome).await.unwrap();
    tx.commit().await.unwrap();
    finished
}

/// What a digest of this person would say.
async fn said(db: &TestDb, account: AccountId, due: DateTime<Utc>) -> Vec<NotificationKind> {
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    let kinds = tx.notification_preferences().get(account).await.unwrap().sent(MailDigest::Daily);
    let times = MailDigest::Daily.covers(due).unwrap();
    let told = tx.notifications().list_unread_between(reading(account), &kinds, times).await.unwrap();
    told.iter().map(|told| told.kind).collect()
}

#[tokio::test]
async fn what_matters_is_due_at_once_and_other_things_once_a_day() {
    let db = TestDb::new().await;
    let (tariro, rudo) = (known(&db, "tariro").await, known(&db, "rudo").await);
    let post = titled(&db, tariro, "Pumps").await;
    for _ in 0..3 {
        tell(&db, &Raise::post_reacted(post, rudo, Reaction::Like), &[tariro]).await;
        tell(&db, &followed(tariro, rudo), &[tariro]).await;
    }
    tell(&db, &Raise::review_asked(post, db.store.now()), &[tariro]).await;
    let now = claim(&db).await.unwrap();
    assert_eq!((now.digest, now.account, now.attempt), (MailDigest::Now, tariro, 1));
    let (kind, subject) = now.telling.unwrap();
    assert_eq!(kind, NotificationKind::ReviewAsked);
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    let found = tx.notifications().find_unread(reading(tariro), kind, subject).await.unwrap().unwrap();
    assert_eq!(found.target.post, Some(post));
    drop(tx);
    assert_eq!(claim(&db).await, None, "it is somebody's");
    assert!(finish(&db, &now, MailOutcome::Sent).await);
    assert!(!finish(&db, &now, MailOutcome::Sent).await);

    // In the morning.
    db.clock.advance(TimeDelta::hours(20));
    assert_eq!(claim(&db).await, None);
    db.clock.advance(TimeDelta::hours(1));
    let daily = claim(&db).await.unwrap();
    assert_eq!(
        (daily.digest, daily.telling, daily.due_at.to_rfc3339().as_str()),
        (MailDigest::Daily, None, "2026-03-02T06:00:00+00:00")
    );
    assert_eq!(claim(&db).await, None, "one for all");
    assert_eq!(
        said(&db, tariro, daily.due_at).await,
        [NotificationKind::Followed, NotificationKind::PostReacted]
    );
    // What is raised from now on is the next one's; what was read is nobody's.
    tell(&db, &Raise::mentioned_in_post(post, rudo), &[tariro]).await;
    let all = told(&db, tariro).await;
    read_up_to(&db, tariro, &all[all.len() - 1]).await;
    let kind = NotificationKind::Followed;
    assert_eq!(said(&db, tariro, daily.due_at).await, [kind]);
    assert_eq!(said(&db, tariro, daily.due_at + TimeDelta::days(1)).await, [NotificationKind::Mentioned]);
    assert!(finish(&db, &daily, MailOutcome::Empty).await);
    db.clock.advance(TimeDelta::days(1));
    assert_eq!(claim(&db).await.unwrap().due_at, daily.due_at + TimeDelta::days(1));
    assert_eq!(claim(&db).await, None);
}

#[tokio::test]
async fn a_mail_is_tried_again_under_its_id_and_not_by_who_was_too_slow() {
    let db = TestDb::new().await;
    let (tariro, rudo) = (known(&db, "tariro").await, known(&db, "rudo").await);
    let post = titled(&db, rudo, "Pumps").await;
    tell(&db, &Raise::review_asked(post, db.store.now()), &[tariro]).await;
    let first = claim(&db).await.unwrap();
    let again = db.store.now() + TimeDelta::minutes(1);
    assert!(finish(&db, &first, MailOutcome::Later(again, "451\r\n\u{7} busy".to_owned())).await);
    assert_eq!(claim(&db).await, None);
    db.clock.advance(TimeDelta::minutes(1));
    let second = claim(&db).await.unwrap();
    assert_eq!((second.id, second.attempt), (first.id, 2));
    // Nothing is heard of whoever has it.
    db.clock.advance(HELD);
    let third = claim(&db).await.unwrap();
    assert_eq!((third.id, third.attempt), (first.id, 3));
    assert!(!finish(&db, &second, MailOutcome::Sent).await, "it is somebody else's");
    assert!(finish(&db, &third, MailOutcome::GivenUp("550".to_owned())).await);
    db.clock.advance(TimeDelta::days(1));
    assert_eq!(claim(&db).await, None);
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let now = tx.now();
    assert_eq!(tx.digests().forget(now - TimeDelta::days(2), 10).await.unwrap(), 0);
    assert_eq!(tx.digests().forget(now, 10).await.unwrap(), 1);
    assert_eq!(tx.notifications().forget_facts(now + TimeDelta::days(1), 10).await.unwrap(), 0);
}

#[tokio::test]
async fn ten_who_claim_at_once_have_a_mail_each() {
    let db = TestDb::new().await;
    let rudo = known(&db, "rudo").await;
    let post = titled(&db, rudo, "Pumps").await;
    let mut people = Vec::new();
    for n in 0..10 {
        people.push(known(&db, &format!("reader-{n}")).await);
    }
    tell(&db, &Raise::review_asked(post, db.store.now()), &people).await;
    tell(&db, &Raise::review_asked(post, db.store.now()), &people).await;
    let claimed = join_all((0..12).map(|_| claim(&db))).await;
    let mut accounts: Vec<_> = claimed.iter().flatten().map(|mail| mail.account).collect();
    accounts.sort();
    people.sort();
    assert_eq!(accounts, people);
}
