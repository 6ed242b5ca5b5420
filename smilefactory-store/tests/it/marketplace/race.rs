//! Two who do something at once, a thousand times; and the same steps without the lock, which do go wrong.
//!
//! A listing or inquiry that two save at once is stale for one of them anyway, so that the steps without the lock are
//! written out: they look, and then save what they have seen.

use smilefactory_core::id::{AccountId, Id, InquiryId, ListingId};
use smilefactory_core::marketplace::{InquiryCancellationDraft, MarketplaceRefused};
use smilefactory_store::marketplace::{self, MarketplaceError};
use smilefactory_store::testing::TestDb;
use sqlx::{AssertSqlSafe, PgConnection};
use uuid::Uuid;

use super::{by, settings};

const ROUNDS: usize = 1_000;

async fn run(conn: &mut PgConnection, sql: String) {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(conn).await.unwrap();
}

/// Listings of one thing each, and two inquiries about each, in this state.
struct Stage {
    db: TestDb,
    seller: AccountId,
    buyers: [AccountId; 2],
    conn: PgConnection,
    other: PgConnection,
}

impl Stage {
    async fn new() -> Self {
        let db = TestDb::new().await;
        let seller = db.one.person("tariro").await.id;
        let buyers = [db.one.person("rudo").await.id, db.one.person("farai").await.id];
        let (conn, other) = (db.superuser().await, db.superuser().await);
        Self { db, seller, buyers, conn, other }
    }

    /// As many listings as there are rounds. Agreed ones are agreed with the first buyer and kept until now.
    async fn set(&mut self, count: usize, agreed: bool) -> Vec<(ListingId, [InquiryId; 2])> {
        let tenant = self.db.one.tenant.id;
        let now = self.db.store.now();
        let state = if agreed { ("reserved", 1, "agreed") } else { ("published", 0, "negotiating") };
        let made = format!(
            "create temporary table if not exists made (listing uuid, one uuid, two uuid);
             truncate made;
             insert into made select platform.uuid_v7(now()), platform.uuid_v7(now()), platform.uuid_v7(now())
             from generate_series(1, {count});
             insert into marketplace.listings (tenant_id, id, seller_id, kind, title, description, negotiable, condition,
               remote, state, reserved, published_at, expires_at, version, created_at, updated_at)
             select '{tenant}'::uuid, listing, '{seller}'::uuid, 'product', 'Race', 'Race', true, 'good', false, '{listing}', {kept},
               '{now}'::timestamptz, '{now}'::timestamptz + interval '30 days', 1, '{now}'::timestamptz, '{now}'::timestamptz
             from made;
             insert into marketplace.inquiries (tenant_id, id, listing_id, seller_id, buyer_id, state, seller_agrees,
               buyer_agrees, kept_until, answered_at, version, created_at, updated_at)
             select '{tenant}'::uuid, one, listing, '{seller}'::uuid, '{first}'::uuid, '{inquiry}', {agrees}, true,
               case when {agrees} then '{now}'::timestamptz end, '{now}'::timestamptz, 1, '{now}'::timestamptz, '{now}'::timestamptz
             from made
             union all
             select '{tenant}'::uuid, two, listing, '{seller}'::uuid, '{second}'::uuid, 'negotiating', false, true, null, '{now}'::timestamptz, 1,
               '{now}'::timestamptz, '{now}'::timestamptz
             from made",
            seller = self.seller,
            first = self.buyers[0],
            second = self.buyers[1],
            listing = state.0,
            kept = state.1,
            inquiry = state.2,
            agrees = agreed,
        );
        run(&mut self.conn, made).await;
        let rows: Vec<(Uuid, Uuid, Uuid)> =
            sqlx::query_as("select listing, one, two from made").fetch_all(&mut self.conn).await.unwrap();
        rows.into_iter()
            .map(|(listing, one, two)| {
                (ListingId::from_uuid(listing), [InquiryId::from_uuid(one), InquiryId::from_uuid(two)])
            })
            .collect()
    }

    /// How many listings do not have what their inquiries say.
    async fn wrong(&mut self) -> i64 {
        sqlx::query_scalar(
            "select count(*)
             from marketplace.listings l
             cross join lateral (
               select count(*) filter (where i.state = 'agreed') as agreed,
                 count(*) filter (where i.state = 'completed') as completed
               from marketplace.inquiries i
               where i.tenant_id = l.tenant_id and i.listing_id = l.id
             ) i
             where (l.reserved, l.sold) <> (i.agreed, i.completed)
               or i.agreed + i.completed > 1
               or l.state = 'withdrawn' and i.agreed > 0",
        )
        .fetch_one(&mut self.conn)
        .await
        .unwrap()
    }

    /// Without the rules that stand behind the lock.
    async fn without_rules(&mut self) {
        let none =
            "alter table marketplace.listings drop constraint listings_stock, drop constraint listings_left";
        run(&mut self.conn, none.to_owned()).await;
    }
}

fn refused(error: &MarketplaceError) -> bool {
    matches!(
        error,
        MarketplaceError::Refused(
            MarketplaceRefused::State(_)
                | MarketplaceRefused::NothingLeft
                | MarketplaceRefused::KeptForSomebody
                | MarketplaceRefused::TooEarly
        )
    )
}

/// Of two steps one was taken, and the other is refused.
fn one_of<A: std::fmt::Debug, B: std::fmt::Debug>(
    one: &Result<A, MarketplaceError>,
    other: &Result<B, MarketplaceError>,
) {
    match (one, other) {
        (Ok(_), Err(error)) => assert!(refused(error), "{error:?}"),
        (Err(error), Ok(_)) => assert!(refused(error), "{error:?}"),
        both => panic!("{both:?}"),
    }
}

/// Looks at the state of a row, and then does something about it that is right for what was seen.
async fn look_then(conn: &mut PgConnection, sought: String, then: String) {
    let there: i64 = sqlx::query_scalar(AssertSqlSafe(sought)).fetch_one(&mut *conn).await.unwrap();
    if there == 1 {
        run(conn, then).await;
    }
}

fn listing_is(id: ListingId, state: &str) -> String {
    format!("select count(*) from marketplace.listings where id = '{id}' and state = '{state}'")
}

fn inquiry_is(id: InquiryId, state: &str) -> String {
    format!("select count(*) from marketplace.inquiries where id = '{id}' and state = '{state}'")
}

fn agree_blindly(listing: ListingId, inquiry: InquiryId) -> String {
    format!(
        "update marketplace.inquiries set state = 'agreed', seller_agrees = true, kept_until = now() where id = '{inquiry}';
         update marketplace.listings set state = 'reserved', reserved = reserved + 1 where id = '{listing}'"
    )
}

#[tokio::test]
async fn one_thing_is_kept_for_one_of_two() {
    let mut stage = Stage::new().await;
    let rounds = stage.set(ROUNDS, false).await;
    let (db, seller) = (&stage.db, stage.seller);
    let agree = async |id| {
        let agreement = smilefactory_core::marketplace::AgreementDraft { price: None };
        by(db, seller, async |tx| marketplace::agree(tx, id, agreement, seller, &settings()).await).await
    };
    for (_, [one, two]) in rounds {
        let (one, two) = tokio::join!(agree(one), agree(two));
        one_of(&one, &two);
    }
    assert_eq!(stage.wrong().await, 0);

    stage.without_rules().await;
    for (listing, [one, two]) in stage.set(200, false).await {
        let sought = || listing_is(listing, "published");
        tokio::join!(
            look_then(&mut stage.conn, sought(), agree_blindly(listing, one)),
            look_then(&mut stage.other, sought(), agree_blindly(listing, two)),
        );
    }
    assert!(stage.wrong().await > 0, "the steps without a lock were never in each other's way");
}

#[tokio::test]
async fn what_is_completed_is_not_cancelled() {
    let mut stage = Stage::new().await;
    let rounds = stage.set(ROUNDS, true).await;
    let (db, seller, buyer) = (&stage.db, stage.seller, stage.buyers[0]);
    for (_, [id, _]) in rounds {
        let why = InquiryCancellationDraft { reason: "Too late.".parse().unwrap() };
        let (done, cancelled) = tokio::join!(
            by(db, seller, async |tx| marketplace::complete(tx, id, seller).await),
            by(db, buyer, async |tx| marketplace::cancel(tx, id, why, buyer).await),
        );
        one_of(&done, &cancelled);
    }
    assert_eq!(stage.wrong().await, 0);

    // What is let go of and sold at once is sold, and there again.
    stage.without_rules().await;
    run(
        &mut stage.conn,
        "drop trigger guard_step on marketplace.inquiries; drop trigger guard_step on marketplace.listings;
        alter table marketplace.inquiries drop constraint inquiries_kept, drop constraint inquiries_closed;
        alter table marketplace.listings drop constraint listings_reserved_check"
            .to_owned(),
    )
    .await;
    for (listing, [id, _]) in stage.set(200, true).await {
        let sought = || inquiry_is(id, "agreed");
        let complete = format!(
            "update marketplace.inquiries set state = 'completed' where id = '{id}';
             update marketplace.listings set state = 'sold', reserved = reserved - 1, sold = sold + 1 where id = '{listing}'"
        );
        let cancel = format!(
            "update marketplace.inquiries set state = 'cancelled' where id = '{id}';
             update marketplace.listings set state = 'published', reserved = reserved - 1 where id = '{listing}'"
        );
        tokio::join!(
            look_then(&mut stage.conn, sought(), complete),
            look_then(&mut stage.other, sought(), cancel),
        );
    }
    assert!(stage.wrong().await > 0, "the steps without a lock were never in each other's way");
}

#[tokio::test]
async fn what_is_completed_does_not_lapse() {
    let mut stage = Stage::new().await;
    let rounds = stage.set(ROUNDS, true).await;
    let (db, seller) = (&stage.db, stage.seller);
    let lapse = async |id| {
        let mut tx = db.store.write(&db.one.scope).await?;
        let lapsed = marketplace::lapse(&mut tx, id).await?;
        tx.commit().await?;
        if lapsed { Ok(()) } else { Err(MarketplaceRefused::TooEarly.into()) }
    };
    let mut lapsed = 0;
    for (_, [id, _]) in rounds {
        let (done, let_go) =
            tokio::join!(by(db, seller, async |tx| marketplace::complete(tx, id, seller).await), lapse(id));
        one_of(&done, &let_go);
        lapsed += usize::from(let_go.is_ok());
    }
    assert!((1..ROUNDS).contains(&lapsed), "the same was always first: {lapsed}");
    assert_eq!(stage.wrong().await, 0);

    stage.without_rules().await;
    run(
        &mut stage.conn,
        "drop trigger guard_step on marketplace.inquiries; drop trigger guard_step on marketplace.listings;
        alter table marketplace.inquiries drop constraint inquiries_kept, drop constraint inquiries_closed;
        alter table marketplace.listings drop constraint listings_reserved_check"
            .to_owned(),
    )
    .await;
    for (listing, [id, _]) in stage.set(200, true).await {
        let sought = || inquiry_is(id, "agreed");
        let complete = format!(
            "update marketplace.inquiries set state = 'completed' where id = '{id}';
             update marketplace.listings set state = 'sold', reserved = reserved - 1, sold = sold + 1 where id = '{listing}'"
        );
        let let_go = format!(
            "update marketplace.inquiries set state = 'cancelled' where id = '{id}';
             update marketplace.listings set state = 'published', reserved = reserved - 1 where id = '{listing}'"
        );
        tokio::join!(
            look_then(&mut stage.conn, sought(), complete),
            look_then(&mut stage.other, sought(), let_go),
        );
    }
    assert!(stage.wrong().await > 0, "the steps without a lock were never in each other's way");
}

#[tokio::test]
async fn nothing_is_agreed_about_what_was_taken_back() {
    let mut stage = Stage::new().await;
    let rounds = stage.set(ROUNDS, false).await;
    let (db, seller) = (&stage.db, stage.seller);
    for (listing, [id, _]) in rounds {
        let agreement = smilefactory_core::marketplace::AgreementDraft { price: None };
        let (agreed, withdrawn) = tokio::join!(
            by(db, seller, async |tx| marketplace::agree(tx, id, agreement, seller, &settings()).await),
            by(db, seller, async |tx| marketplace::withdraw(tx, listing, seller).await),
        );
        one_of(&agreed, &withdrawn);
    }
    assert_eq!(stage.wrong().await, 0);

    stage.without_rules().await;
    for (listing, [id, _]) in stage.set(200, false).await {
        let sought = || listing_is(listing, "published");
        let agree = format!(
            "update marketplace.inquiries set state = 'agreed', seller_agrees = true, kept_until = now() where id = '{id}';
             update marketplace.listings set reserved = reserved + 1 where id = '{listing}'"
        );
        let withdraw = format!("update marketplace.listings set state = 'withdrawn' where id = '{listing}'");
        tokio::join!(
            look_then(&mut stage.conn, sought(), agree),
            look_then(&mut stage.other, sought(), withdraw),
        );
    }
    assert!(stage.wrong().await > 0, "the steps without a lock were never in each other's way");
}
