//! Posts: read as written, listed in pages that hold together, changed by one writer at a time, moved as the
//! workflow says.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use smilefactory_core::content::{
    InvitationInput, OpportunityInput, PollInput, Post, PostDraft, PostInput, PostKind, PostState,
    PublishingRights, Tab,
};
use smilefactory_core::id::AccountId;
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_core::validation::Field;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::content::PostFilter;
use smilefactory_store::testing::TestDb;

use crate::taxonomy::made_in;

pub(crate) const AUTHOR: PublishingRights =
    PublishingRights { author: true, staff: false, review_needed: false, system: false };

pub(crate) fn input(kind: &str, tags: &[&str]) -> PostInput {
    PostInput {
        kind: kind.into(),
        title: Some("A title".into()),
        body: "A text.\nOf two lines.".into(),
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        language: Some("en".into()),
        opportunity: (kind == "opportunity")
            .then(|| OpportunityInput { of: "grant".into(), ..OpportunityInput::default() }),
        poll: (kind == "poll")
            .then(|| PollInput { options: vec!["Yes".into(), "No".into()], ..PollInput::default() }),
        invitation: (kind == "event_post").then(|| InvitationInput {
            starts_at: "2026-03-20T17:00:00Z".into(),
            place: Some("Harare".into()),
            ..InvitationInput::default()
        }),
        ..PostInput::default()
    }
}

pub(crate) async fn draft(db: &TestDb, author: AccountId, input: PostInput) -> Post {
    let mut tx = db.store.write(&db.one.scope_of(author)).await.unwrap();
    let (post, fact) = PostDraft::from_raw(input).unwrap().begin(tx.new_id().unwrap(), author, tx.now());
    tx.posts().insert(&post).await.unwrap();
    tx.tell(fact).unwrap();
    tx.commit().await.unwrap();
    post
}

pub(crate) async fn publish(db: &TestDb, post: Post) -> Post {
    let mut tx = db.store.write(&db.one.scope_of(post.author)).await.unwrap();
    let (post, fact) = post.publish(AUTHOR, tx.now()).unwrap();
    let post = tx.posts().take_step(&post, &fact).await.unwrap();
    tx.tell(fact).unwrap();
    tx.commit().await.unwrap();
    post
}

#[tokio::test]
async fn a_post_is_read_as_it_was_written_and_by_nobody_elses_tenant() {
    let db = TestDb::new().await;
    let author = db.one.person("tariro").await;
    for kind in PostKind::WORDS {
        let post = draft(&db, author.id, input(kind, &["rain", "roof"])).await;
        let post = publish(&db, post).await;
        let mut tx = db.store.read(&db.one.scope).await.unwrap();
        assert_eq!(tx.posts().get(post.id).await.unwrap(), Some(post.clone()));
        let mut tx = db.store.read(&db.two.scope).await.unwrap();
        assert_eq!(tx.posts().get(post.id).await.unwrap(), None);
        assert!(tx.posts().list(&PostFilter::new(), &PageRequest::default()).await.unwrap().items.is_empty());
    }
}

#[tokio::test]
async fn pages_of_any_size_put_together_are_the_list() {
    let db = TestDb::new().await;
    let (one, other) = (db.one.person("tariro").await.id, db.one.person("rudo").await.id);
    let water = made_in(&db, Tab::Feed, "water").await;
    let mut published = Vec::new();
    for n in 0..23 {
        // Several at the same instant: the id decides then.
        if n % 3 == 0 {
            db.clock.advance(TimeDelta::seconds(1));
        }
        let kind = if n % 2 == 0 { "post" } else { "question" };
        let tags: &[&str] = if n % 5 == 0 { &["rain"] } else { &[] };
        let categories = if n % 3 == 0 { vec![water.to_string()] } else { Vec::new() };
        let input = PostInput { categories, ..input(kind, tags) };
        let post = draft(&db, if n % 4 < 2 { other } else { one }, input).await;
        if n % 7 != 6 {
            published.push(publish(&db, post).await);
        }
    }
    published.sort_by_key(|post| std::cmp::Reverse((post.published_at, post.id)));
    // Each filter, and each with each other.
    for wanted in 0..16_u8 {
        let asks = |n: u8| wanted & (1 << n) != 0;
        let mut filter = PostFilter::new();
        if asks(0) {
            filter = filter.of_kind(PostKind::Question);
        }
        if asks(1) {
            filter = filter.by(other);
        }
        if asks(2) {
            filter = filter.tagged("Rain");
        }
        if asks(3) {
            filter = filter.in_category(water);
        }
        let picks = |post: &&Post| {
            (!asks(0) || post.draft.kind == PostKind::Question)
                && (!asks(1) || post.author == other)
                && (!asks(2) || !post.draft.tags.is_empty())
                && (!asks(3) || !post.draft.categories.is_empty())
        };
        let expected: Vec<_> = published.iter().filter(picks).map(|post| post.id).collect();
        assert!(!expected.is_empty() || wanted == 15, "{filter:?}");
        for size in [1, 2, 7, 100] {
            let size = PageSize::new(size).unwrap();
            let (mut seen, mut request) = (Vec::new(), PageRequest::first(size));
            loop {
                let mut tx = db.store.read(&db.one.scope).await.unwrap();
                let page = tx.posts().list(&filter, &request).await.unwrap();
                assert!(page.items.len() == size.get() || page.next.is_none(), "a page is full or the last");
                seen.extend(page.items.into_iter().map(|post| post.id));
                let Some(next) = page.next else { break };
                request = PageRequest::after(size, next);
            }
            assert_eq!(seen, expected, "{filter:?} in pages of {}", size.get());
        }
    }
}

#[tokio::test]
async fn an_authors_list_has_every_state_and_the_reviewers_list_one() {
    let db = TestDb::new().await;
    let author = db.one.person("tariro").await.id;
    let kept = draft(&db, author, input("post", &[])).await;
    let sent = draft(&db, author, input("post", &[])).await;
    let shown = draft(&db, author, input("post", &[])).await;
    let shown = publish(&db, shown).await;
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let (sent, moved) = sent.submit(AUTHOR, tx.now()).unwrap();
    tx.posts().take_step(&sent, &moved).await.unwrap();
    tx.commit().await.unwrap();

    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    let all = tx.posts().list_of_author(author, None, &PageRequest::default()).await.unwrap();
    let ids: BTreeSet<_> = all.items.iter().map(|post| post.id).collect();
    assert_eq!(ids, BTreeSet::from([kept.id, sent.id, shown.id]));
    let drafts =
        tx.posts().list_of_author(author, Some(PostState::Draft), &PageRequest::default()).await.unwrap();
    assert_eq!(drafts.items.iter().map(|post| post.id).collect::<Vec<_>>(), [kept.id]);
    let waiting = tx.posts().list_in_review(&PageRequest::default()).await.unwrap();
    assert_eq!(waiting.items.iter().map(|post| post.id).collect::<Vec<_>>(), [sent.id]);
}

#[tokio::test]
async fn of_two_writers_one_is_stale_and_so_is_a_late_deletion() {
    let db = TestDb::new().await;
    let author = db.one.person("tariro").await;
    let post = draft(&db, author.id, input("post", &[])).await;
    let write = async || {
        let mut tx = db.store.write(&db.one.scope).await.unwrap();
        let (changed, moved) = post.clone().publish(AUTHOR, tx.now()).unwrap();
        tx.posts().take_step(&changed, &moved).await?;
        tx.commit().await
    };
    let (a, b) = tokio::join!(write(), write());
    assert_eq!([a.is_ok(), b.is_ok()].iter().filter(|ok| **ok).count(), 1, "{a:?} {b:?}");
    assert!(a.err().or(b.err()).unwrap().is_stale());
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    assert!(!tx.posts().delete(&post).await.unwrap(), "this version is gone");
}

#[tokio::test]
async fn a_post_that_names_a_file_nobody_attached_is_refused() {
    let db = TestDb::new().await;
    let author = db.one.person("tariro").await.id;
    let mut with_file = input("post", &[]);
    with_file.attachments = vec![uuid::Uuid::from_u128(7).to_string()];
    let mut tx = db.store.write(&db.one.scope_of(author)).await.unwrap();
    let (post, _) = PostDraft::from_raw(with_file).unwrap().begin(tx.new_id().unwrap(), author, tx.now());
    tx.posts().insert(&post).await.unwrap();
    let error = tx.commit().await.unwrap_err();
    assert!(matches!(error, StoreError::Missing { .. }), "{error}");
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    assert_eq!(tx.posts().get(post.id).await.unwrap(), None);
}

/// Whoever writes, and whatever they think of core: each step of every pair of states.
#[tokio::test]
async fn the_database_allows_exactly_the_steps_of_the_workflow() {
    let db = TestDb::new().await;
    let author = db.one.person("tariro").await;
    let post = draft(&db, author.id, input("post", &[])).await;
    let mut conn = db.superuser().await;
    for from in PostState::ALL {
        for to in PostState::ALL {
            sqlx::raw_sql("begin; alter table content.posts disable trigger user")
                .execute(&mut conn)
                .await
                .unwrap();
            let set = "update content.posts set state = $1, published_at = now(),
                       scheduled_for = case when $1 = 'scheduled' then now() end where id = $2";
            sqlx::query(set)
                .bind(from.as_str())
                .bind(uuid::Uuid::from(post.id))
                .execute(&mut conn)
                .await
                .unwrap();
            sqlx::raw_sql("alter table content.posts enable trigger guard_step")
                .execute(&mut conn)
                .await
                .unwrap();
            let moved =
                sqlx::query(set).bind(to.as_str()).bind(uuid::Uuid::from(post.id)).execute(&mut conn).await;
            sqlx::raw_sql("rollback").execute(&mut conn).await.unwrap();
            let core = from == to || from.steps().iter().any(|step| step.to == *to);
            assert_eq!(moved.is_ok(), core, "{from} → {to}: {moved:?}");
        }
    }
}

/// What core accepts the database accepts, and what core refuses the database refuses.
#[tokio::test]
async fn the_database_accepts_what_core_accepts() {
    let db = TestDb::new().await;
    let author = db.one.person("tariro").await;
    let mut runner = TestRunner::deterministic();
    let mut refused = 0;
    for _ in 0..60 {
        let good = smilefactory_core::testing::post_input().new_tree(&mut runner).unwrap().current();
        insert_raw(&db, author.id, &good).await.unwrap_or_else(|error| panic!("{good:?}: {error}"));
        for spoiled in smilefactory_core::testing::spoiled_posts(&good) {
            if let Ok(()) = insert_raw(&db, author.id, &spoiled.input).await {
                panic!("the database accepts {} at {}: {:?}", spoiled.code, spoiled.pointer, spoiled.input);
            }
            refused += 1;
        }
    }
    assert!(refused >= 500, "only {refused} were refused");
}

/// Past core, as raw as it comes.
async fn insert_raw(db: &TestDb, author: AccountId, input: &PostInput) -> Result<(), sqlx::Error> {
    use smilefactory_core::id::{Id, PostId};
    let id: PostId = db.store.new_id().unwrap();
    let (opportunity, poll) = (input.opportunity.as_ref(), input.poll.as_ref());
    let (invitation, award) = (input.invitation.as_ref(), opportunity.and_then(|o| o.award.as_ref()));
    sqlx::query(
        "insert into content.posts (tenant_id, id, author_id, kind, title, summary, body, body_html, body_text, renderer,
           body_digest, tags, language, opportunity_of, deadline, apply_at, award_amount, award_currency, poll_options,
           poll_several, poll_closes_at, starts_at, ends_at, place, join_at, state, version, text_version, text_saved_at,
           created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, '', '', 1, sha256(''), $8, $9, $10, $11::timestamptz, $12, $13, $14, $15,
           $16, $17::timestamptz, $18::timestamptz, $19::timestamptz, $20, $21, 'draft', 1, 1, now(), now(), now())",
    )
    .bind(db.one.tenant.id.uuid())
    .bind(id.uuid())
    .bind(author.uuid())
    .bind(&input.kind)
    .bind(&input.title)
    .bind(&input.summary)
    .bind(&input.body)
    .bind(&input.tags)
    .bind(&input.language)
    .bind(opportunity.map(|opportunity| &opportunity.of))
    .bind(opportunity.map(|opportunity| &opportunity.deadline))
    .bind(opportunity.map(|opportunity| &opportunity.apply_at))
    .bind(award.map(|award| award.amount))
    .bind(award.map(|award| &award.currency))
    .bind(poll.map(|poll| &poll.options))
    .bind(poll.map(|poll| poll.several))
    .bind(poll.map(|poll| &poll.closes_at))
    .bind(invitation.map(|invitation| &invitation.starts_at))
    .bind(invitation.map(|invitation| &invitation.ends_at))
    .bind(invitation.map(|invitation| &invitation.place))
    .bind(invitation.map(|invitation| &invitation.join_at))
    .execute(&mut db.superuser().await)
    .await
    .map(|_| ())
}
