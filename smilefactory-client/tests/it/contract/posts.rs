//! Posts and the publishing workflow.

use chrono::TimeDelta;
use futures::TryStreamExt;
use smilefactory_client::{Client, ErrorKind};
use smilefactory_core::content::{
    CategoryInput, DiffPart, PollInput, Post, PostInput, PostKind, PostPatch, PostState, PostStep, StepBy,
};
use smilefactory_core::id::{AccountId, Id};
use smilefactory_store::time::Clock;
use uuid::Uuid;

use super::world::World;

fn written(text: &str) -> PostInput {
    PostInput {
        kind: "question".into(),
        title: Some("How do you dry maize?".into()),
        body: text.into(),
        tags: vec!["maize".into(), "storage & drying".into()],
        language: Some("en".into()),
        ..PostInput::default()
    }
}

pub(crate) async fn walk(world: &World) {
    let author = world.member("nyasha").await;
    let moderator = world.moderator("memory").await;
    let reviewer = moderator.client;
    let stranger = world.stranger("stanley").await.client;
    let writer = author.client;

    bad_input(&writer).await;
    one_effect(&writer).await;
    let post = published(&writer, &stranger).await;
    lists(&writer, &post).await;
    reviewed(world, &writer, &reviewer, moderator.account.id).await;
    versions(&writer).await;
    voted(&writer, &reviewer).await;
    searched(world, &writer, &reviewer).await;
}

async fn bad_input(writer: &Client) {
    let wrong =
        PostInput { kind: "article".into(), tags: vec!["a".into(), "a".into()], ..PostInput::default() };
    let error = writer.posts().draft(&wrong).await.unwrap_err();
    let mut pointers: Vec<_> = error.violations().unwrap().iter().map(|v| v.pointer.as_str()).collect();
    pointers.sort_unstable();
    assert_eq!(pointers, ["/body", "/tags/1", "/title"]);
}

async fn one_effect(writer: &Client) {
    let draft = || writer.posts().draft(&written("once")).idempotency_key("once");
    assert_eq!(draft().await.unwrap(), draft().await.unwrap());
    assert_ne!(writer.posts().draft(&written("twice")).await.unwrap().id, draft().await.unwrap().id);
    let drafts = writer.posts().list_mine().state(PostState::Draft).await.unwrap();
    assert_eq!(drafts.items.len(), 2);
    for draft in &drafts.items {
        writer.posts().delete(draft).await.unwrap();
        let id = draft.post.id;
        assert!(writer.posts().get(id).await.unwrap_err().is_not_found());
        assert!(writer.posts().delete(draft).await.unwrap_err().is_not_found());
    }
}

async fn published(writer: &Client, stranger: &Client) -> Post {
    let draft = writer.posts().draft(&written("On the roof?")).await.unwrap();
    assert_eq!(draft.state, PostState::Draft);
    let patch = PostPatch { body: "On the roof, or in a barn?".to_owned().into(), ..PostPatch::default() };
    let edited = writer.posts().edit(&draft, &patch).await.unwrap();
    assert_eq!(edited.draft.body.as_str(), "On the roof, or in a barn?");
    assert!(writer.posts().edit(&draft, &patch).await.unwrap_err().is_stale());
    assert!(writer.posts().publish(&draft).await.unwrap_err().is_stale());

    let post = writer.posts().publish(&edited).await.unwrap();
    assert_eq!((post.state, post.version), (PostState::Published, edited.version.next()));
    assert!(writer.posts().publish(&post).await.unwrap_err().is_step_refused());
    let view = writer.posts().get(post.id).await.unwrap();
    assert_eq!((view.html.as_str(), view.reading_minutes), ("<p>On the roof, or in a barn?</p>\n", 1));
    assert_eq!(view.post, post);
    assert!(stranger.posts().get(post.id).await.unwrap_err().is_not_found());
    post
}

async fn lists(writer: &Client, post: &Post) {
    let mut all = vec![post.id];
    for number in 0..6 {
        let draft = writer.posts().draft(&written(&format!("Question {number}"))).await.unwrap();
        all.push(writer.posts().publish((draft.id, draft.version)).await.unwrap().id);
    }
    let list = || writer.posts().list().kind(PostKind::Question).tag("storage & drying").author(post.author);
    let mut read: Vec<_> =
        list().limit(2).into_stream().map_ok(|listed| listed.post.id).try_collect().await.unwrap();
    read.sort();
    all.sort();
    assert_eq!(read, all);
    assert!(writer.posts().list().kind(PostKind::Poll).await.unwrap().items.is_empty());

    let cursor = list().limit(2).await.unwrap().next_cursor.unwrap();
    let elsewhere = writer.posts().list().cursor(&cursor).await.unwrap_err();
    assert_eq!(elsewhere.code(), Some("invalid_cursor"));
    let too_many = writer.posts().list().limit(101).await.unwrap_err();
    assert_eq!(too_many.violations().unwrap().iter().next().unwrap().pointer, "/limit");

    let mine = writer.posts().list_mine().limit(3).into_stream().try_collect::<Vec<_>>().await.unwrap();
    assert_eq!(mine.len(), all.len());
}

async fn reviewed(world: &World, writer: &Client, reviewer: &Client, reviewer_id: AccountId) {
    let draft = writer.posts().draft(&written("Is this good?")).await.unwrap();
    let other = writer.posts().draft(&written("And this?")).await.unwrap();
    let post = writer.posts().submit(&draft).await.unwrap();
    writer.posts().submit(&other).await.unwrap();
    assert!(writer.posts().approve(&post).await.unwrap_err().is_forbidden());
    assert!(writer.posts().list_in_review().await.unwrap_err().is_forbidden());

    let first = reviewer.posts().list_in_review().limit(1).await.unwrap();
    let rest = reviewer.posts().list_in_review().cursor(&first.next_cursor.unwrap()).await.unwrap();
    let mut waiting: Vec<_> = first.items.into_iter().chain(rest.items).map(|post| post.id).collect();
    waiting.sort();
    let mut expected = vec![draft.id, other.id];
    expected.sort();
    assert_eq!(waiting, expected);

    let due_at = world.db.clock.now() + TimeDelta::days(2);
    let asked = reviewer.posts().ask_reviewer(draft.id, reviewer_id, due_at).await.unwrap();
    assert_eq!((asked.reviewer, asked.due_at), (reviewer_id, due_at));
    assert!(writer.posts().ask_reviewer(draft.id, reviewer_id, due_at).await.unwrap_err().is_forbidden());
    let the_author = reviewer.posts().ask_reviewer(draft.id, post.author, due_at).await.unwrap_err();
    assert_eq!(the_author.violations().unwrap().iter().next().unwrap().pointer, "/account_id");
    reviewer.posts().ask_reviewer(other.id, reviewer_id, due_at + TimeDelta::days(1)).await.unwrap();
    let due = reviewer.posts().list_my_reviews().limit(1).await.unwrap();
    let later = reviewer.posts().list_my_reviews().cursor(&due.next_cursor.unwrap()).await.unwrap();
    let due: Vec<_> = due.items.iter().chain(&later.items).map(|due| due.post.id).collect();
    assert_eq!(due, [draft.id, other.id]);
    assert_eq!(writer.posts().list_reviewers(draft.id).await.unwrap(), [asked]);
    reviewer.posts().release_reviewer(draft.id, reviewer_id).await.unwrap();
    assert!(reviewer.posts().release_reviewer(draft.id, reviewer_id).await.unwrap_err().is_not_found());

    let no_reason = reviewer.posts().request_changes(&post, "").await.unwrap_err();
    assert_eq!(no_reason.violations().unwrap().iter().next().unwrap().pointer, "/reason");
    let back = reviewer.posts().request_changes(&post, "Say where you live.").await.unwrap();
    assert_eq!(back.state, PostState::ChangesRequested);
    let again = writer.posts().submit(&back).await.unwrap();
    let approved = reviewer.posts().approve(&again).await.unwrap();
    assert_eq!(approved.state, PostState::Approved);

    let now = world.db.clock.now();
    let too_late = writer.posts().schedule(&approved, now).await.unwrap_err();
    assert_eq!((too_late.kind(), too_late.status()), (ErrorKind::Refused, Some(422)));
    let at = now + TimeDelta::days(1);
    let scheduled = writer.posts().schedule(&approved, at).await.unwrap();
    assert_eq!((scheduled.state, scheduled.scheduled_for), (PostState::Scheduled, Some(at)));
    let archived = writer.posts().archive(&scheduled).await.unwrap();
    assert_eq!((archived.state, archived.scheduled_for), (PostState::Archived, None));
    let steps = writer.posts().list_steps(post.id).limit(4);
    let steps: Vec<_> = steps.into_stream().try_collect().await.unwrap();
    let steps: Vec<_> = steps.iter().map(|step| (step.step, step.by)).collect();
    assert_eq!(
        steps,
        [
            (PostStep::Archive, StepBy::Author),
            (PostStep::Schedule, StepBy::Author),
            (PostStep::Approve, StepBy::Staff),
            (PostStep::Submit, StepBy::Author),
            (PostStep::RequestChanges, StepBy::Staff),
            (PostStep::Submit, StepBy::Author),
        ]
    );
}

async fn versions(writer: &Client) {
    let draft = writer.posts().draft(&written("On the roof?\nOr not.")).await.unwrap();
    let patch = PostPatch { body: "On the roof?".to_owned().into(), ..PostPatch::default() };
    let edited = writer.posts().edit(&draft, &patch).await.unwrap();
    let earlier = writer.versions().list(draft.id).await.unwrap();
    assert_eq!(earlier.items.len(), 1);
    let number = earlier.items[0].number;
    assert_eq!(writer.versions().get(draft.id, number).await.unwrap(), earlier.items[0]);
    let diff = writer.versions().diff(draft.id, number, None).await.unwrap();
    assert_eq!(
        diff.body.iter().map(|line| line.part).collect::<Vec<_>>(),
        [DiffPart::Same, DiffPart::Removed]
    );
    let restored = writer.versions().restore(&edited, number).await.unwrap();
    assert_eq!(restored.draft, draft.draft);
    let all = writer.versions().list(draft.id).limit(1).into_stream();
    let numbers: Vec<_> = all.map_ok(|version| version.number).try_collect().await.unwrap();
    assert_eq!(numbers, [edited.text_version, number]);
    let diff = writer.versions().diff(draft.id, number, Some(restored.text_version)).await.unwrap();
    assert!(diff.changed.is_empty() && diff.body.iter().all(|line| line.part == DiffPart::Same));
    let redacted = writer.versions().redact(draft.id, number, "It names somebody.").await.unwrap();
    assert!(redacted.draft.is_none() && redacted.redaction.is_some());
    let again = writer.versions().redact(draft.id, number, "It names somebody.").await.unwrap_err();
    assert!(again.is_step_refused());
    assert!(writer.versions().diff(draft.id, number, None).await.unwrap_err().is_step_refused());
}

async fn voted(writer: &Client, voter: &Client) {
    let poll = PollInput { options: vec!["Roof".into(), "Barn".into()], several: false, closes_at: None };
    let input = PostInput { kind: "poll".into(), poll: Some(poll), ..written("Where?") };
    let draft = writer.posts().draft(&input).await.unwrap();
    assert!(writer.posts().vote(draft.id, &[0]).await.unwrap_err().is_step_refused());
    let poll = writer.posts().publish(&draft).await.unwrap();
    assert_eq!(
        voter.posts().vote(poll.id, &[0, 1]).await.unwrap_err().violations().unwrap().iter().count(),
        1
    );
    voter.posts().vote(poll.id, &[0]).await.unwrap();
    let result = voter.posts().vote(poll.id, &[1]).await.unwrap();
    assert_eq!((result.votes, result.voters, result.own), (vec![0, 1], 1, Some(vec![1])));
    voter.posts().withdraw_vote(poll.id).await.unwrap();
    assert_eq!(voter.posts().get(poll.id).await.unwrap().votes.unwrap().voters, 0);
}

async fn searched(world: &World, writer: &Client, reader: &Client) {
    let mut ids = Vec::new();
    for text in ["A granary of bricks.", "Granaries of clay keep longer."] {
        let draft = writer.posts().draft(&written(text)).await.unwrap();
        ids.push(writer.posts().publish(&draft).await.unwrap());
    }
    let search = || {
        let search = reader.posts().search("granary").language("en").kind(PostKind::Question);
        search.author(ids[0].author).tag("storage & drying")
    };
    let first = search().limit(1).await.unwrap();
    let rest = search().cursor(&first.next_cursor.unwrap()).await.unwrap();
    let mut found: Vec<_> = first.items.iter().chain(&rest.items).map(|hit| hit.post.id).collect();
    found.sort();
    let mut expected: Vec<_> = ids.iter().map(|post| post.id).collect();
    expected.sort();
    assert_eq!(found, expected);
    assert!(first.items[0].text_excerpts.iter().any(|piece| piece.hit));
    assert!(reader.posts().search("").await.unwrap_err().violations().is_some());
    let (now, later) = (world.db.clock.now(), world.db.clock.now() + TimeDelta::days(1));
    for (from, before, hits) in [(now, later, 2), (later, later, 0), (now, now, 0)] {
        let found = search().published_from(from).published_before(before).await.unwrap();
        assert_eq!(found.items.len(), hits, "{from} to {before}");
    }
    in_a_category(writer, reader, &ids).await;
}

async fn in_a_category(writer: &Client, staff: &Client, posts: &[Post]) {
    let input = CategoryInput {
        tab: "feed".into(),
        name: "Storage".into(),
        slug: "storage".into(),
        ..CategoryInput::default()
    };
    let storage = staff.categories().create(&input).await.unwrap();
    let barns = CategoryInput { parent: Some(storage.id.to_string()), slug: "barns".into(), ..input };
    let barns = staff.categories().create(&barns).await.unwrap();
    let nowhere = PostPatch {
        categories: vec![AccountId::from_uuid(Uuid::nil()).to_string()].into(),
        ..PostPatch::default()
    };
    assert!(writer.posts().edit(&posts[0], &nowhere).await.unwrap_err().violations().is_some());
    for post in posts {
        let patch = PostPatch { categories: vec![storage.id.to_string()].into(), ..PostPatch::default() };
        let edited = writer.posts().edit(post, &patch).await.unwrap();
        assert_eq!(*edited.draft.categories, [storage.id]);
    }
    let listed = staff.posts().list().category(storage.id).limit(1).into_stream();
    let mut listed: Vec<_> = listed.map_ok(|listed| listed.post.id).try_collect().await.unwrap();
    let found = staff.posts().search("granary").category(storage.id).limit(1).into_stream();
    let mut found: Vec<_> = found.map_ok(|hit| hit.post.id).try_collect().await.unwrap();
    let mut expected: Vec<_> = posts.iter().map(|post| post.id).collect();
    for ids in [&mut listed, &mut found, &mut expected] {
        ids.sort();
    }
    assert_eq!((&listed, &found), (&expected, &expected));
    assert!(staff.posts().list().category(barns.id).await.unwrap().items.is_empty());
    assert!(staff.posts().search("granary").category(barns.id).await.unwrap().items.is_empty());
    // The trees of other walks begin empty.
    for category in [&barns, &storage] {
        staff.categories().archive(category).await.unwrap();
    }
}
