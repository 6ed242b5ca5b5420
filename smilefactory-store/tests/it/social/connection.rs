//! Connections: listed in three orders, counted, shared; and what they are read from is kept by the database.

use chrono::TimeDelta;
use smilefactory_core::id::AccountId;
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_core::profile::Visibility;
use smilefactory_core::social::{Connection, ConnectionKind, ConnectionSort, Pair};
use smilefactory_store::prelude::*;
use smilefactory_store::repo::social::ConnectionFilter;
use smilefactory_store::social::{self, SocialError};
use smilefactory_store::testing::TestDb;

use super::{by, connect, connected, show, someone, told};

/// All pages of a list, of a size, put together: first names.
async fn names(db: &TestDb, viewer: AccountId, of: AccountId, filter: ConnectionFilter, size: u32) -> Vec<String> {
    let size = PageSize::new(size).unwrap();
    let (mut found, mut request) = (Vec::new(), PageRequest::first(size));
    loop {
        let mut tx = db.store.read(&db.one.scope_of(viewer)).await.unwrap();
        let page = tx.connections().list(of, &filter, &request).await.unwrap();
        assert!(page.next.is_none() || page.items.len() == size.get(), "a page that is not full");
        found.extend(page.items.into_iter().map(|item| item.first_name.to_string()));
        let Some(next) = page.next else { return found };
        request = PageRequest::after(size, next);
    }
}

#[tokio::test]
async fn a_list_has_three_orders_and_its_pages_hold_together() {
    let db = TestDb::new().await;
    let rudo = someone(&db, "rudo").await;
    // Last names are all the same, so that the first ones decide; and capitals do not.
    for (n, name) in ["chipo", "Anesu", "dumisani", "Blessing"].into_iter().enumerate() {
        db.clock.advance(TimeDelta::seconds(1));
        let other = someone(&db, &name.to_lowercase()).await;
        sqlx::query("update identity.personal_details set first_name = $2 where id = $1")
            .bind(uuid::Uuid::from(other))
            .bind(name)
            .execute(&mut db.superuser().await)
            .await
            .unwrap();
        let kind = if n < 2 { ConnectionKind::Mentorship } else { ConnectionKind::Friendship };
        let pair = Pair::new(rudo, other).unwrap();
        let mut tx = db.store.write(&db.one.scope).await.unwrap();
        let connection = Connection { pair, kind, requested_by: other, since: tx.now() };
        tx.connections().insert(&connection).await.unwrap();
        tx.commit().await.unwrap();
        // As whoever weighs ties does it.
        sqlx::query("update social.ties set strength_key = $2 where other_id = $1")
            .bind(uuid::Uuid::from(other))
            .bind([2.5, f64::NEG_INFINITY, -1.0, f64::NEG_INFINITY][n])
            .execute(&mut db.superuser().await)
            .await
            .unwrap();
    }
    let all = ConnectionFilter::new();
    for size in [1, 2, 3, 100] {
        let newest = ["Blessing", "dumisani", "Anesu", "chipo"];
        assert_eq!(names(&db, rudo, rudo, all, size).await, newest);
        let by_name = ["Anesu", "Blessing", "chipo", "dumisani"];
        assert_eq!(names(&db, rudo, rudo, all.sorted(ConnectionSort::Name), size).await, by_name);
        let strongest = ["chipo", "dumisani", "Blessing", "Anesu"];
        assert_eq!(names(&db, rudo, rudo, all.sorted(ConnectionSort::Strength), size).await, strongest);
    }
    let mentors = all.of_kind(ConnectionKind::Mentorship).sorted(ConnectionSort::Name);
    assert_eq!(names(&db, rudo, rudo, mentors, 1).await, ["Anesu", "chipo"]);

    // A new name moves somebody in every list they are in.
    sqlx::query("update identity.personal_details set last_name = 'Aa' where first_name = 'dumisani'")
        .execute(&mut db.superuser().await)
        .await
        .unwrap();
    let by_name = names(&db, rudo, rudo, all.sorted(ConnectionSort::Name), 100).await;
    assert_eq!(by_name, ["dumisani", "Anesu", "Blessing", "chipo"]);
}

#[tokio::test]
async fn a_connection_is_ended_by_either_once() {
    let db = TestDb::new().await;
    let (tariro, rudo) = (someone(&db, "tariro").await, someone(&db, "rudo").await);
    for who in [tariro, rudo] {
        let other = if who == tariro { rudo } else { tariro };
        connect(&db, tariro, rudo).await;
        by(&db, who, async |tx| social::remove(tx, who, other).await).await.unwrap();
        assert!(!connected(&db, tariro, rudo).await);
        let again = by(&db, who, async |tx| social::remove(tx, who, other).await).await.unwrap_err();
        assert!(matches!(again, SocialError::NotThere("connection")), "{again:?}");
    }
    assert_eq!(told(&db).await.iter().filter(|name| *name == "social.connection.removed").count(), 2);
}

#[tokio::test]
async fn a_second_connection_of_the_same_two_is_a_conflict() {
    let db = TestDb::new().await;
    let (tariro, rudo) = (someone(&db, "tariro").await, someone(&db, "rudo").await);
    let connection = connect(&db, tariro, rudo).await;
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let refused = tx.connections().insert(&connection).await.unwrap_err();
    assert!(matches!(refused, StoreError::Conflict { entity: "connection", field: "pair" }), "{refused:?}");
}

#[tokio::test]
async fn somebody_elses_list_takes_that_both_ends_show_it() {
    let db = TestDb::new().await;
    let (me, rudo) = (someone(&db, "me").await, someone(&db, "rudo").await);
    for name in ["open", "closed", "private"] {
        connect(&db, rudo, someone(&db, name).await).await;
    }
    let closed = async |name: &str, change: fn(&mut smilefactory_core::profile::ProfileContent)| {
        let id: uuid::Uuid =
            sqlx::query_scalar("select id from identity.personal_details where first_name = $1")
                .bind(name)
                .fetch_one(&mut db.superuser().await)
                .await
                .unwrap();
        show(&db, smilefactory_core::id::Id::from_uuid(id), change).await;
    };
    closed("closed", |content| content.field_visibility.connections = Visibility::Private).await;
    closed("private", |content| content.visibility = Visibility::Private).await;
    let all = ConnectionFilter::new();
    assert_eq!(names(&db, me, rudo, all, 100).await, ["open"]);
    assert_eq!(names(&db, rudo, rudo, all, 100).await.len(), 2, "one's own, of whom one sees");
    let count = async |viewer| {
        let mut tx = db.store.read(&db.one.scope_of(viewer)).await.unwrap();
        tx.connections().count(rudo).await.unwrap()
    };
    assert_eq!((count(me).await, count(rudo).await), (1, 2));
    // Rudo's own list, by how much she shows of it.
    for (shows, stranger, friend) in
        [(Visibility::Public, 1, 2), (Visibility::ConnectionsOnly, 0, 2), (Visibility::Private, 0, 0)]
    {
        show(&db, rudo, |content| content.field_visibility.connections = shows).await;
        assert_eq!(names(&db, me, rudo, all, 100).await.len(), stranger, "{shows}");
        connect(&db, me, rudo).await;
        assert_eq!(names(&db, me, rudo, all, 100).await.len(), friend, "{shows}, as a friend");
        by(&db, me, async |tx| social::remove(tx, me, rudo).await).await.unwrap();
    }
}

/// Two people with a thousand connections each: one statement, which meets two ranges of one index.
#[tokio::test]
async fn mutual_connections_of_two_with_a_thousand_each_are_one_statement_over_the_ties() {
    let db = TestDb::new().await;
    let (one, other) = (someone(&db, "one").await, someone(&db, "other").await);
    let mut conn = db.superuser().await;
    let seed = format!(
        "set smile.tenant = '{tenant}';
         insert into identity.personal_details (tenant_id, id, email, password_hash, first_name, last_name, version,
           created_at, updated_at)
         select '{tenant}', platform.uuid_v7(now()), 'p' || n || '@example.org', 'x', 'Person', 'Example', 1, now(),
           now()
         from generate_series(1, 1500) n;
         insert into identity.profiles (tenant_id, account_id, kind, visibility, email_visibility, phone_visibility,
           location_visibility, connections_visibility, state, completion, version, created_at, updated_at)
         select tenant_id, id, 'mentor', 'public', 'private', 'private', 'public', 'public', 'complete', 90, 1, now(),
           now()
         from identity.personal_details where first_name = 'Person';
         insert into social.connections (tenant_id, low_id, high_id, type, requested_by, since)
         select tenant_id, least(id, '{one}'), greatest(id, '{one}'), 'friendship', id, now()
         from (select *, row_number() over (order by id) as n from identity.personal_details where first_name = 'Person') p
         where n <= 1000
         union all
         select tenant_id, least(id, '{other}'), greatest(id, '{other}'), 'friendship', id, now()
         from (select *, row_number() over (order by id) as n from identity.personal_details where first_name = 'Person') p
         where n > 500;
         analyze",
        tenant = db.one.tenant.id,
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(seed)).execute(&mut conn).await.unwrap();
    let mut tx = db.store.read(&db.one.scope_of(one)).await.unwrap();
    let (mut found, mut request) = (0, PageRequest::first(PageSize::MAX));
    loop {
        let page = tx.connections().list_mutual(one, other, &request).await.unwrap();
        found += page.items.len();
        let Some(next) = page.next else { break };
        request = PageRequest::after(PageSize::MAX, next);
    }
    assert_eq!(found, 500);
    assert_eq!(tx.connections().count_mutual(one, &[other]).await.unwrap(), [(other, 500)]);
    assert_eq!(tx.connections().count(one).await.unwrap(), 1000);
    assert_eq!(tx.connections().among(one, &[other]).await.unwrap(), []);
}
