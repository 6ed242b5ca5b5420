//! What is unread grows; what may not be seen is neither listed nor counted.

use chrono::TimeDelta;
use smilefactory_core::content::Reaction;
use smilefactory_core::id::{AccountId, Id, NotificationId};
use smilefactory_core::messaging::notification::{NotificationKind, NotificationPriority, Raise};
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_store::prelude::*;
use smilefactory_store::repo::messaging::{NotificationFilter, Reading};
use smilefactory_store::testing::TestDb;
use uuid::Uuid;

use super::{followed, kinds, known, read_up_to, reading, sentences, tell, titled, told, unread};

async fn sql(db: &TestDb, statement: &'static str, ids: &[Uuid]) {
    let mut query = sqlx::query(statement);
    for id in ids {
        query = query.bind(id);
    }
    query.execute(&mut db.superuser().await).await.unwrap();
}

async fn block(db: &TestDb, account: AccountId, other: AccountId) {
    let insert = "insert into social.blocks (tenant_id, account_id, other_id, at) values ($1, $2, $3, now())";
    sqlx::raw_sql("select 1").execute(&mut db.superuser().await).await.unwrap();
    let mut conn = db.superuser().await;
    sqlx::query("select set_config('smile.tenant', $1, false)")
        .bind(db.one.tenant.id.to_string())
        .execute(&mut conn)
        .await
        .unwrap();
    sqlx::query(insert)
        .bind(db.one.tenant.id.uuid())
        .bind(account.uuid())
        .bind(other.uuid())
        .execute(&mut conn)
        .await
        .unwrap();
}

#[tokio::test]
async fn what_is_unread_grows_and_comes_first_again() {
    let db = TestDb::new().await;
    let tariro = known(&db, "tariro").await;
    let [rudo, farai, chipo, memory] = [
        known(&db, "rudo").await,
        known(&db, "farai").await,
        known(&db, "chipo").await,
        known(&db, "memory").await,
    ];
    let post = titled(&db, tariro, "Solar pumps").await;
    tell(&db, &Raise::post_reacted(post, rudo, Reaction::Like), &[tariro]).await;
    tell(&db, &followed(tariro, farai), &[tariro]).await;
    let first = told(&db, tariro).await;
    assert_eq!(kinds(&first), [NotificationKind::Followed, NotificationKind::PostReacted]);
    assert_eq!(first[1].text, "rudo Example reacted to your post “Solar pumps”.");
    assert_eq!((first[1].priority, first[1].target.post), (NotificationPriority::Medium, Some(post)));
    assert_eq!((unread(&db, tariro).await, first[1].at), (2, db.store.now()));

    for actor in [farai, chipo, memory, rudo] {
        let raised = tell(&db, &Raise::post_reacted(post, actor, Reaction::Support), &[tariro]).await;
        assert!(raised[0].grown);
    }
    let grown = told(&db, tariro).await;
    assert_eq!(kinds(&grown), [NotificationKind::PostReacted, NotificationKind::Followed]);
    assert_eq!(grown[0].text, "rudo Example and 3 others reacted to your post “Solar pumps”.");
    assert_eq!((grown[0].actors.len(), grown[0].others, unread(&db, tariro).await), (3, 1, 2));
    assert_eq!(grown[0].details.reaction, Some(Reaction::Support));
    assert!(grown[0].id > first[0].id && grown[1].id == first[0].id);

    // What was read stays as it is; another one follows.
    assert!(read_up_to(&db, tariro, &grown[0]).await);
    assert!(!read_up_to(&db, tariro, &grown[0]).await);
    assert_eq!(unread(&db, tariro).await, 0);
    assert!(!tell(&db, &Raise::post_reacted(post, farai, Reaction::Like), &[tariro]).await[0].grown);
    let both = told(&db, tariro).await;
    assert_eq!(both.iter().map(|told| told.read).collect::<Vec<_>>(), [false, true, true]);
    assert_eq!((both[0].others, both[1].others, unread(&db, tariro).await), (0, 1, 1));

    // Who takes it back is not named any more, and with the last one it is gone.
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let kind = NotificationKind::PostReacted;
    assert_eq!(tx.notifications().retract(tariro, kind, post.uuid(), farai).await.unwrap(), 2);
    assert_eq!(tx.notifications().retract(tariro, kind, post.uuid(), farai).await.unwrap(), 0);
    tx.commit().await.unwrap();
    let rest = told(&db, tariro).await;
    assert_eq!(rest.len(), 2);
    assert_eq!(rest[0].text, "rudo Example and 2 others reacted to your post “Solar pumps”.");
}

#[tokio::test]
async fn one_is_read_without_those_before_it() {
    let db = TestDb::new().await;
    let (tariro, rudo) = (known(&db, "tariro").await, known(&db, "rudo").await);
    for _ in 0..3 {
        let post = titled(&db, rudo, "Pumps").await;
        tell(&db, &Raise::mentioned_in_post(post, rudo), &[tariro]).await;
    }
    let all = told(&db, tariro).await;
    let read = async |id: NotificationId| {
        let mut tx = db.store.write(&db.one.scope_of(tariro)).await.unwrap();
        let read = tx.notifications().read(tariro, id).await.unwrap();
        tx.commit().await.unwrap();
        read
    };
    assert_eq!((read(all[1].id).await, read(all[1].id).await), (Some(true), Some(false)));
    assert_eq!(unread(&db, tariro).await, 2);
    assert!(read_up_to(&db, tariro, &all[2]).await);
    assert_eq!((read(all[2].id).await, unread(&db, tariro).await), (Some(false), 1));
    let seen: Vec<_> = told(&db, tariro).await.iter().map(|told| told.read).collect();
    assert_eq!(seen, [false, true, true]);
    // Of somebody else, and of nobody.
    let mut tx = db.store.write(&db.one.scope_of(rudo)).await.unwrap();
    assert_eq!(tx.notifications().read(rudo, all[0].id).await.unwrap(), None);
    drop(tx);
    assert_eq!(read(NotificationId::from_uuid(Uuid::nil())).await, None);
    let mut tx = db.store.write(&db.two.scope).await.unwrap();
    assert_eq!(tx.notifications().read(tariro, all[0].id).await.unwrap(), None);
    assert!(tx.notifications().get(reading(tariro), all[0].id).await.unwrap().is_none());
    assert!(!tx.notifications().read_up_to(tariro, all[0].id).await.unwrap());
    assert_eq!(tx.notifications().count_unread(tariro).await.unwrap().unread, 0);
    drop(tx);
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    assert_eq!(tx.notifications().get(reading(tariro), all[0].id).await.unwrap().as_ref(), Some(&all[0]));
    assert!(tx.notifications().get(reading(rudo), all[0].id).await.unwrap().is_none());
}

#[tokio::test]
async fn pages_hold_together_and_have_what_the_filter_says() {
    let db = TestDb::new().await;
    let (tariro, rudo) = (known(&db, "tariro").await, known(&db, "rudo").await);
    let post = titled(&db, tariro, "Pumps").await;
    for n in 0..7_u128 {
        let raise = Raise { subject: Uuid::from_u128(n), ..Raise::mentioned_in_post(post, rudo) };
        tell(&db, &raise, &[tariro]).await;
        tell(&db, &Raise { subject: Uuid::from_u128(n), ..followed(tariro, rudo) }, &[tariro]).await;
        // Two months, two partitions.
        if n == 3 {
            db.clock.advance(TimeDelta::days(31));
        }
    }
    let all = told(&db, tariro).await;
    assert_eq!(all.len(), 14);
    assert!(all.is_sorted_by(|one, next| one.id > next.id));
    read_up_to(&db, tariro, &all[5]).await;
    let of = |kind| all.iter().filter(move |told| told.kind == kind).map(|told| told.id).collect::<Vec<_>>();
    let (everything, fresh) = (NotificationFilter::new(), NotificationFilter::new().unread());
    let follows = everything.of_kind(NotificationKind::Followed);
    let ids = |range: std::ops::Range<usize>| all[range].iter().map(|told| told.id).collect::<Vec<_>>();
    for (filter, expected) in [
        (everything, ids(0..14)),
        (fresh, ids(0..5)),
        (follows, of(NotificationKind::Followed)),
        (fresh.of_kind(NotificationKind::Followed), of(NotificationKind::Followed)[..3].to_vec()),
        (everything.of_kind(NotificationKind::CaseDecided), Vec::new()),
    ] {
        for size in [1, 3, 5, 14] {
            let size = PageSize::new(size).unwrap();
            let (mut seen, mut request) = (Vec::new(), PageRequest::first(size));
            loop {
                let mut tx = db.store.read(&db.one.scope).await.unwrap();
                let page = tx.notifications().list(reading(tariro), &filter, &request).await.unwrap();
                seen.extend(page.items.iter().map(|told| told.id));
                let Some(next) = page.next else { break };
                request = PageRequest::after(size, next);
            }
            assert_eq!(seen, expected, "{filter:?} by {size:?}");
        }
    }
}

#[tokio::test]
async fn of_people_who_are_blocked_nothing_is_told_nor_counted() {
    let db = TestDb::new().await;
    let tariro = known(&db, "tariro").await;
    let [rudo, farai] = [known(&db, "rudo").await, known(&db, "farai").await];
    let post = titled(&db, tariro, "Pumps").await;
    for actor in [rudo, farai] {
        tell(&db, &Raise::post_reacted(post, actor, Reaction::Like), &[tariro]).await;
    }
    tell(&db, &followed(tariro, farai), &[tariro]).await;
    assert_eq!(sentences(&db, tariro).await.len(), 2);
    // Whoever of the two did it.
    block(&db, farai, tariro).await;
    assert_eq!(sentences(&db, tariro).await, ["rudo Example reacted to your post “Pumps”."]);
    assert_eq!(unread(&db, tariro).await, 1);
    assert!(tell(&db, &Raise::post_reacted(post, farai, Reaction::Support), &[tariro]).await.is_empty());
    block(&db, tariro, rudo).await;
    assert_eq!((sentences(&db, tariro).await.len(), unread(&db, tariro).await), (0, 0));
    // Nor may it be read by its id.
    let id: Uuid = sqlx::query_scalar("select id from messaging.notifications where kind = 'post_reacted'")
        .fetch_one(&mut db.superuser().await)
        .await
        .unwrap();
    let mut tx = db.store.write(&db.one.scope_of(tariro)).await.unwrap();
    assert!(tx.notifications().get(reading(tariro), Id::from_uuid(id)).await.unwrap().is_none());
    assert_eq!(tx.notifications().read(tariro, Id::from_uuid(id)).await.unwrap(), None);
}

#[tokio::test]
async fn whose_profile_is_not_for_the_reader_is_not_named() {
    let db = TestDb::new().await;
    let tariro = known(&db, "tariro").await;
    let hidden = db.one.person("hidden").await.id;
    let rudo = known(&db, "rudo").await;
    tell(&db, &followed(tariro, hidden), &[tariro]).await;
    assert_eq!(sentences(&db, tariro).await, ["Somebody started to follow you."]);
    tell(&db, &followed(tariro, rudo), &[tariro]).await;
    assert_eq!(sentences(&db, tariro).await, ["rudo Example and 1 other started to follow you."]);
    sql(
        &db,
        "update identity.personal_details set visibility = 'connections_only' where id = $1",
        &[rudo.uuid()],
    )
    .await;
    let anonymous = told(&db, tariro).await;
    assert_eq!(
        (anonymous[0].text.as_str(), anonymous[0].actors.len()),
        ("2 people started to follow you.", 0)
    );
    assert!(!serde_json::to_string(&anonymous).unwrap().contains(&rudo.to_string()));
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    let staff = Reading { account: tariro, staff: true };
    let first = PageRequest::default();
    let page = tx.notifications().list(staff, &NotificationFilter::new(), &first).await.unwrap();
    assert_eq!(
        page.items[0].text, "rudo Example and 1 other started to follow you.",
        "a draft is its owner's"
    );
}

#[tokio::test]
async fn what_is_gone_is_told_no_more() {
    let db = TestDb::new().await;
    let (tariro, rudo) = (known(&db, "tariro").await, known(&db, "rudo").await);
    let post = titled(&db, rudo, "Pumps").await;
    tell(&db, &Raise::mentioned_in_post(post, rudo), &[tariro, rudo]).await;
    assert_eq!((unread(&db, tariro).await, unread(&db, rudo).await), (1, 1));
    sql(&db, "update content.posts set standing = 'held' where id = $1", &[post.uuid()]).await;
    assert_eq!((unread(&db, tariro).await, told(&db, tariro).await.len()), (0, 0));
    assert_eq!(unread(&db, rudo).await, 1, "its author sees it");
    sql(&db, "update content.posts set standing = 'visible' where id = $1", &[post.uuid()]).await;
    assert_eq!(unread(&db, tariro).await, 1);
    // A request that does not wait for an answer, a conversation one does not belong to.
    let nothing = Id::from_uuid(Uuid::from_u128(7));
    tell(&db, &Raise::connection_requested(nothing, rudo), &[tariro]).await;
    tell(&db, &Raise::message_received(Id::from_uuid(Uuid::from_u128(8)), rudo), &[tariro]).await;
    assert_eq!(unread(&db, tariro).await, 1);
}
