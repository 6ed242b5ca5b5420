//! How people want to be told is kept as they said, and heeded.

use smilefactory_core::id::{AccountId, Id};
use smilefactory_core::messaging::notification::{
    MailDigest, NotificationKind, NotificationPreference, NotificationPreferences,
};
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;
use sqlx::Row;

use super::{followed, known, tell, told, unread};

async fn set(db: &TestDb, account: AccountId, said: Vec<NotificationPreference>) {
    let mut tx = db.store.write(&db.one.scope_of(account)).await.unwrap();
    let preferences = NotificationPreferences { preferences: said.try_into().unwrap() };
    tx.notification_preferences().set(account, &preferences).await.unwrap();
    tx.commit().await.unwrap();
}

fn said(kind: NotificationKind, in_app: bool, mail: MailDigest) -> NotificationPreference {
    NotificationPreference { kind, in_app, mail }
}

#[tokio::test]
async fn what_is_as_usual_is_not_kept() {
    let db = TestDb::new().await;
    let tariro = known(&db, "tariro").await;
    let get = async || {
        let mut tx = db.store.read(&db.one.scope).await.unwrap();
        tx.notification_preferences().get(tariro).await.unwrap()
    };
    let rows = async || -> i64 {
        let count = "select count(*) from messaging.notification_preferences";
        sqlx::query_scalar(count).fetch_one(&mut db.superuser().await).await.unwrap()
    };
    assert_eq!(get().await, NotificationPreferences::from_stored(&[]));
    let (follows, usual) = (NotificationKind::Followed, NotificationKind::Mentioned);
    set(&db, tariro, vec![said(follows, false, MailDigest::Weekly), usual.usually_told()]).await;
    assert_eq!((get().await.of(follows), rows().await), (said(follows, false, MailDigest::Weekly), 1));
    set(&db, tariro, vec![said(follows, true, MailDigest::Never)]).await;
    assert_eq!((get().await.of(follows), rows().await), (said(follows, true, MailDigest::Never), 1));
    set(&db, tariro, Vec::new()).await;
    assert_eq!((get().await.of(follows), rows().await), (follows.usually_told(), 0));
    let mut tx = db.store.read(&db.two.scope).await.unwrap();
    assert_eq!(tx.notification_preferences().get(tariro).await.unwrap().unusual().count(), 0);
}

#[tokio::test]
async fn nobody_is_told_what_they_do_not_want_to_be_told() {
    let db = TestDb::new().await;
    let (tariro, rudo) = (known(&db, "tariro").await, known(&db, "rudo").await);
    let follows = NotificationKind::Followed;
    let mails = async || -> Vec<String> {
        sqlx::query("select period from messaging.digests order by id")
            .fetch_all(&mut db.superuser().await)
            .await
            .unwrap()
            .iter()
            .map(|row| row.get(0))
            .collect()
    };
    set(&db, tariro, vec![said(follows, false, MailDigest::Never)]).await;
    assert!(tell(&db, &followed(tariro, rudo), &[tariro]).await.is_empty());
    assert!(mails().await.is_empty());
    // By mail only: it is there, and not shown.
    set(&db, tariro, vec![said(follows, false, MailDigest::Hourly)]).await;
    let raised = tell(&db, &followed(tariro, rudo), &[tariro]).await;
    assert!(!raised[0].in_app);
    assert_eq!((told(&db, tariro).await.len(), unread(&db, tariro).await), (0, 0));
    assert_eq!(mails().await, ["hourly"]);
    // In the app only.
    set(&db, rudo, vec![said(follows, true, MailDigest::Never)]).await;
    assert!(tell(&db, &followed(rudo, tariro), &[rudo]).await[0].in_app);
    assert_eq!((unread(&db, rudo).await, mails().await.len()), (1, 1));
}

#[tokio::test]
async fn the_database_knows_every_kind_and_every_digest() {
    let db = TestDb::new().await;
    let tariro = known(&db, "tariro").await;
    for (n, kind) in NotificationKind::ALL.iter().enumerate() {
        let mail = MailDigest::ALL[n % MailDigest::ALL.len()];
        set(&db, tariro, vec![said(*kind, kind.is_always_told() || n % 2 == 0, mail)]).await;
        let raise =
            smilefactory_core::messaging::notification::Raise { kind: *kind, ..followed(tariro, tariro) };
        tell(&db, &raise, &[tariro]).await;
    }
    let refused = "insert into messaging.notification_preferences (tenant_id, account_id, kind, in_app, mail)
                   values ($1, $2, $3, $4, $5)";
    for (kind, in_app, mail) in
        [("gossip", true, "now"), ("followed", true, "often"), ("case_decided", false, "never")]
    {
        let error = sqlx::query(refused)
            .bind(db.one.tenant.id.uuid())
            .bind(tariro.uuid())
            .bind(kind)
            .bind(in_app)
            .bind(mail)
            .execute(&mut db.superuser().await)
            .await
            .unwrap_err();
        assert_eq!(error.as_database_error().unwrap().code().unwrap(), "23514", "{kind}");
    }
}
