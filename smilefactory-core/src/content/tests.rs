//! The publishing workflow holds for every state, step and right.

use chrono::TimeDelta;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::testing::{
    id, instant, media_input, post_input, spoiled_media, spoiled_posts, spoiled_posts_on_the_wire,
};
use crate::validation::{Field, code};

fn post() -> impl Strategy<Value = Post> {
    (post_input(), id(), id(), instant())
        .prop_map(|(input, id, author, now)| PostDraft::from_raw(input).unwrap().begin(id, author, now).0)
}

fn rights() -> impl Strategy<Value = PublishingRights> {
    any::<[bool; 3]>().prop_map(|[author, staff, review_needed]| PublishingRights {
        author,
        staff,
        review_needed,
        system: false,
    })
}

fn take(post: Post, step: PostStep, rights: PublishingRights) -> Result<(Post, PostMoved), StepRefused> {
    let now = post.updated_at + TimeDelta::seconds(1);
    match step {
        PostStep::Submit => post.submit(rights, now),
        PostStep::Approve => post.approve(rights, now),
        PostStep::RequestChanges => post.request_changes(&"not yet".parse().unwrap(), rights, now),
        PostStep::Publish => post.publish(rights, now),
        PostStep::Schedule => post.schedule(now + TimeDelta::hours(1), rights, now),
        PostStep::Archive => post.archive(rights, now),
    }
}

/// The workflow of the platform once more, in other words, to hold the table to.
fn expected(from: PostState, step: PostStep, rights: PublishingRights) -> Option<PostState> {
    use PostState as S;
    let owner = rights.author || rights.staff;
    let reviewer = rights.staff && !rights.author;
    let past_review = matches!(from, S::Approved | S::Scheduled);
    let goes_out = owner
        && (past_review
            || matches!(from, S::Draft | S::ChangesRequested) && (rights.staff || !rights.review_needed));
    let (allowed, to) = match step {
        PostStep::Submit => (rights.author && matches!(from, S::Draft | S::ChangesRequested), S::InReview),
        PostStep::Approve => (reviewer && from == S::InReview, S::Approved),
        PostStep::RequestChanges => {
            (reviewer && matches!(from, S::InReview | S::Approved), S::ChangesRequested)
        }
        PostStep::Publish => (goes_out, S::Published),
        PostStep::Schedule => (goes_out, S::Scheduled),
        PostStep::Archive => (owner && from != S::Archived, S::Archived),
    };
    allowed.then_some(to)
}

#[test]
fn every_step_leads_where_it_should_or_is_refused_for_the_right_reason() {
    let post = &some_post();
    for from in PostState::ALL {
        for step in PostStep::ALL {
            for bits in 0..8 {
                let rights = PublishingRights {
                    author: bits & 1 != 0,
                    staff: bits & 2 != 0,
                    review_needed: bits & 4 != 0,
                    system: false,
                };
                let post = Post { state: *from, ..post.clone() };
                let may = post.may(*step, rights);
                let taken = take(post, *step, rights);
                let case = format!("{from} {step} {rights:?}");
                assert_eq!(may, taken.is_ok(), "{case}");
                match (expected(*from, *step, rights), taken) {
                    (Some(to), Ok((post, fact))) => {
                        assert_eq!((post.state, fact.from, fact.to), (to, *from, to), "{case}");
                        assert!(
                            from.steps().iter().any(|edge| (edge.step, edge.to) == (*step, to)),
                            "{case}"
                        );
                        assert_eq!(fact.reason.is_some(), *step == PostStep::RequestChanges, "{case}");
                        assert_eq!(post.scheduled_for.is_some(), to == PostState::Scheduled, "{case}");
                    }
                    (None, Err(refused)) => {
                        let leads_on = from.steps().iter().any(|edge| edge.step == *step);
                        let not_yours = matches!(refused, StepRefused::NotYours { .. });
                        assert_eq!(not_yours, leads_on, "{case}: {refused}");
                    }
                    (expected, taken) => panic!("{case}: {expected:?} but {taken:?}"),
                }
            }
        }
    }
}

fn some_post() -> Post {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    post().new_tree(&mut TestRunner::deterministic()).unwrap().current()
}

proptest! {
    #[test]
    fn whatever_is_tried_a_post_stays_on_the_declared_edges(
        mut post in post(),
        tries in proptest::collection::vec((select(PostStep::ALL), rights()), 0..30),
    ) {
        let mut first_published = None;
        for (step, rights) in tries {
            let from = post.state;
            if let Ok((next, fact)) = take(post.clone(), step, rights) {
                prop_assert!(from.steps().iter().any(|edge| (edge.step, edge.to) == (step, next.state)));
                prop_assert_ne!(from, PostState::Archived);
                prop_assert_eq!((fact.post, fact.author), (post.id, post.author));
                prop_assert!(next.updated_at > post.updated_at);
                prop_assert_eq!(&next.draft, &post.draft);
                first_published = first_published.or(next.published_at);
                prop_assert_eq!(next.published_at, first_published);
                prop_assert!(next.state != PostState::Published || next.published_at.is_some());
                post = next;
            }
        }
    }

    #[test]
    fn a_time_that_has_passed_is_no_time_to_publish_at(post in post(), seconds in 0_i64..100_000) {
        let now = post.updated_at;
        let rights = PublishingRights { author: true, ..PublishingRights::default() };
        prop_assert_eq!(
            post.clone().schedule(now - TimeDelta::seconds(seconds), rights, now).unwrap_err(),
            StepRefused::TimeHasPassed
        );
        // Who may not schedule at all is told that.
        let stranger = PublishingRights::default();
        let refused = post.schedule(now, stranger, now).unwrap_err();
        prop_assert!(matches!(refused, StepRefused::NotYours { .. }), "{}", refused);
    }

    #[test]
    fn a_post_survives_the_wire(input in post_input()) {
        let draft = PostDraft::from_raw(input.clone()).unwrap();
        prop_assert_eq!(PostInput::from(draft.clone()), input.clone());
        let json = serde_json::to_value(&input).unwrap();
        prop_assert_eq!(serde_json::from_value::<PostInput>(json).unwrap(), input);
        let json = serde_json::to_value(&draft).unwrap();
        prop_assert_eq!(serde_json::from_value::<PostDraft>(json).unwrap(), draft);
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn every_broken_rule_is_told_with_its_place(input in post_input()) {
        for spoiled in spoiled_posts(&input).chain(spoiled_posts_on_the_wire(&input)) {
            let violations = PostDraft::from_raw(spoiled.input).unwrap_err();
            let found: Vec<_> = violations.iter().map(|v| (v.pointer.as_str(), v.code.as_ref())).collect();
            prop_assert_eq!(found, [(spoiled.pointer.as_str(), spoiled.code)]);
        }
    }

    #[test]
    fn every_broken_rule_of_a_file_is_told_with_its_place(input in media_input()) {
        for spoiled in spoiled_media(&input) {
            let violations = MediaUpload::from_raw(spoiled.input.clone()).unwrap_err();
            let found: Vec<_> = violations.iter().map(|v| (v.pointer.as_str(), v.code.as_ref())).collect();
            prop_assert_eq!(found, [(spoiled.pointer.as_str(), spoiled.code)], "{:?}", spoiled.input);
        }
    }

    #[test]
    fn a_file_is_declared_finalised_once_and_deleted_unless_it_is_attached(
        input in media_input(), id in id(), owner in id(), now in instant(), bytes: [u8; 32],
    ) {
        let upload = MediaUpload::from_raw(input.clone()).unwrap();
        let size = upload.size.get();
        prop_assert!(upload.clone().begin(id, owner, size - 1, now).is_err());
        let media = upload.begin(id, owner, size, now).unwrap();
        prop_assert_eq!(MediaInput::from(media.upload.clone()), input);
        let found = MediaFound { size, digest: ContentDigest(bytes), dimensions: Some((3, 4)) };
        let (ready, fact) = media.clone().finalise(found, now).unwrap();
        prop_assert_eq!((fact.media, fact.owner, fact.size), (id, owner, size));
        prop_assert_eq!((ready.state, ready.width, ready.height), (MediaState::Ready, Some(3), Some(4)));
        let json = serde_json::to_value(&ready).unwrap();
        prop_assert_eq!(serde_json::from_value::<Media>(json).unwrap(), ready.clone());
        prop_assert!(ready.clone().finalise(found, now).is_err());
        prop_assert!(ready.delete(true).is_err());
        prop_assert_eq!(ready.delete(false).unwrap().media, id);
    }
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let input = PostInput {
        kind: "article".into(),
        title: None,
        body: String::new(),
        tags: vec![String::new(), "a".into(), "a".into()],
        language: Some("xxxx".into()),
        poll: Some(PollInput { options: vec!["Yes".into()], ..PollInput::default() }),
        ..PostInput::default()
    };
    let violations = PostDraft::from_raw(input).unwrap_err();
    let found: Vec<_> = violations.iter().map(|v| (v.pointer.as_str(), v.code.as_ref())).collect();
    assert_eq!(
        found,
        [
            ("/body", code::REQUIRED),
            ("/tags/0", code::REQUIRED),
            ("/tags/2", code::DUPLICATE),
            ("/language", code::MALFORMED),
            ("/poll/options", code::TOO_FEW),
            ("/title", code::REQUIRED),
            ("/poll", code::NOT_ALLOWED),
        ]
    );
}

#[test]
fn what_is_under_review_scheduled_or_archived_is_not_edited() {
    let post = some_post();
    for state in PostState::ALL {
        let draft = post.draft.clone();
        let edited = Post { state: *state, ..post.clone() }.edit(draft, post.updated_at);
        let editable = matches!(state, PostState::Draft | PostState::ChangesRequested | PostState::Published);
        assert_eq!(edited.is_ok(), editable, "{state}");
    }
}

#[test]
fn what_is_not_published_is_for_author_and_staff() {
    let post = some_post();
    for state in PostState::ALL {
        let post = Post { state: *state, ..post.clone() };
        let published = *state == PostState::Published;
        assert_eq!(post.is_visible_with(PublishingRights::default()), published);
        assert!(post.is_visible_with(PublishingRights { author: true, ..PublishingRights::default() }));
        assert!(post.is_visible_with(PublishingRights { staff: true, ..PublishingRights::default() }));
    }
}

#[test]
fn the_platform_publishes_what_it_is_time_for_and_nothing_else() {
    let post = some_post();
    let at = post.updated_at + TimeDelta::hours(1);
    for state in PostState::ALL {
        let scheduled_for = (*state == PostState::Scheduled).then_some(at);
        let post = Post { state: *state, scheduled_for, ..post.clone() };
        let due = *state == PostState::Scheduled;
        assert_eq!(post.clone().publish_due(at).is_ok(), due, "{state}");
        assert!(post.publish_due(at - TimeDelta::seconds(1)).is_err(), "{state}");
    }
    let scheduled = Post { state: PostState::Scheduled, scheduled_for: Some(at), ..post };
    let (published, fact) = scheduled.publish_due(at).unwrap();
    assert_eq!((published.published_at, fact.by), (Some(at), StepBy::System));
}

#[test]
fn a_poll_that_is_published_keeps_its_options() {
    let poll = |options: [&str; 2], several| {
        let options = options.map(str::to_owned).to_vec();
        let poll = Some(PollInput { options, several, closes_at: None });
        let title = Some("Which pump?".into());
        PostDraft::from_raw(PostInput {
            kind: "poll".into(),
            title,
            body: "Vote.".into(),
            poll,
            ..PostInput::default()
        })
        .unwrap()
    };
    let now = some_post().created_at;
    let post = Post { draft: poll(["Mine", "Yours"], false), ..some_post() };
    let published = Post { state: PostState::Published, ..post.clone() };
    assert!(post.edit(poll(["Mine", "Ours"], false), now).is_ok());
    assert!(published.clone().edit(poll(["Mine", "Yours"], true), now).is_ok());
    let refused = published.edit(poll(["Mine", "Ours"], false), now).unwrap_err();
    assert_eq!(refused.to_string(), "cannot change the options of a post that is published");
}

#[test]
fn an_edit_that_changes_nothing_makes_no_version_of_the_text() {
    let post = Post { state: PostState::Draft, version: crate::version::Version::new(4), ..some_post() };
    let same = post.clone().edit(post.draft.clone(), post.updated_at).unwrap().0;
    assert_eq!(same.text_version, post.text_version);
    let draft = PostDraft { body: "Something else.".parse().unwrap(), ..post.draft.clone() };
    assert_eq!(post.clone().edit(draft, post.updated_at).unwrap().0.text_version, post.version.next());
}

#[test]
fn a_version_is_redacted_once() {
    let now = some_post().created_at;
    let version = PostVersion {
        number: crate::version::Version::FIRST,
        saved_at: now,
        draft: Some(some_post().draft),
        digest: "ab".repeat(32),
        redaction: None,
    };
    let redact = |version: PostVersion| {
        version.redact(some_post().id, some_post().author, "A name.".parse().unwrap(), now)
    };
    let (redacted, fact) = redact(version.clone()).unwrap();
    assert_eq!((redacted.draft.is_none(), &redacted.digest), (true, &version.digest));
    assert_eq!(fact.number, version.number);
    assert!(redact(redacted).is_err());
}

#[test]
fn reviewers_are_staff_who_did_not_write_it_and_have_time() {
    let post = Post { state: PostState::InReview, ..some_post() };
    let (now, due) = (post.updated_at, post.updated_at + TimeDelta::days(1));
    let staff = PublishingRights { staff: true, ..PublishingRights::default() };
    let ask = |post: &Post, rights, due| post.ask_reviewer(post.author, rights, post.author, due, now);
    assert_eq!(ask(&post, staff, due).unwrap().1.due_at, due);
    assert_eq!(
        ask(&post, PublishingRights { author: true, ..staff }, due).unwrap_err(),
        ReviewRefused::NoReviewer
    );
    assert_eq!(ask(&post, PublishingRights::default(), due).unwrap_err(), ReviewRefused::NoReviewer);
    assert_eq!(ask(&post, staff, now).unwrap_err(), ReviewRefused::TimeHasPassed);
    let draft = Post { state: PostState::Draft, ..post };
    assert!(matches!(ask(&draft, staff, due), Err(ReviewRefused::State(_))));
}
