//! Who writes, changes, deletes and sees a comment.

use chrono::TimeDelta;
use proptest::prelude::*;

use super::*;
use crate::content::{PostDraft, PostInput};
use crate::id::Id;
use crate::testing::{comment_input, spoiled_comments};

const NOBODY: CommentRights = CommentRights { author: false, staff: false };
const AUTHOR: CommentRights = CommentRights { author: true, staff: false };
const STAFF: CommentRights = CommentRights { author: false, staff: true };

fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
}

fn some<I: Id>(n: u8) -> I {
    I::at(now(), [n; 10])
}

fn post(n: u8) -> Post {
    let input = PostInput { kind: "post".into(), body: "It rains.".into(), ..PostInput::default() };
    let (post, _) = PostDraft::from_raw(input).unwrap().begin(some(n), some(1), now());
    Post { state: PostState::Published, published_at: Some(now()), ..post }
}

fn draft(body: &str) -> CommentDraft {
    CommentDraft::from_raw(CommentInput { body: body.into(), parent: None }).unwrap()
}

fn comment() -> Comment {
    draft("Here too.").write(some(3), &post(2), None, some(4), now()).unwrap().0
}

#[test]
fn a_comment_is_written_on_a_post_that_is_shown_under_a_comment_that_is() {
    let (root, fact) = draft("Here too.").write(some(3), &post(2), None, some(4), now()).unwrap();
    assert_eq!((root.depth, root.parent, fact.parent, fact.post), (0, None, None, some(2)));
    let (reply, fact) = draft("Not here.").write(some(5), &post(2), Some(&root), some(6), now()).unwrap();
    assert_eq!((reply.depth, reply.parent, fact.parent), (1, Some(root.id), Some(root.id)));

    let refused = |post: &Post, parent: Option<&Comment>| {
        draft("x").write(some(7), post, parent, some(6), now()).unwrap_err().to_string()
    };
    let drafted = Post { state: PostState::Draft, ..post(2) };
    assert_eq!(refused(&drafted, None), "cannot comment on a post that is draft");
    let held = Post { standing: Standing::Held, ..post(2) };
    assert_eq!(refused(&held, None), "cannot comment on a post that is held");
    let elsewhere = refused(&post(8), Some(&root));
    assert_eq!(elsewhere, "cannot reply to a comment that is under another post");
    let removed = Comment { standing: Standing::Removed, ..root.clone() };
    assert_eq!(refused(&post(2), Some(&removed)), "cannot reply to a comment that is removed");
    let (deleted, _) = root.delete(now()).unwrap();
    assert_eq!(refused(&post(2), Some(&deleted)), "cannot reply to a comment that is deleted");
}

#[test]
fn what_is_deleted_or_removed_is_not_edited_and_nothing_is_deleted_twice() {
    let later = now() + TimeDelta::hours(1);
    let held = Comment { standing: Standing::Held, ..comment() };
    let (edited, _) = held.edit(draft("There too."), later).unwrap();
    assert_eq!(edited.edited_at, Some(later));
    assert_eq!(edited.body.as_ref().map(AsRef::as_ref), Some("There too."));
    let removed = Comment { standing: Standing::Removed, ..comment() };
    assert!(removed.clone().edit(draft("x"), later).is_err());
    let (deleted, fact) = removed.delete(later).unwrap();
    assert_eq!((fact.author, deleted.body.clone(), deleted.deleted_at), (Some(some(4)), None, Some(later)));
    assert!(deleted.clone().edit(draft("x"), later).is_err());
    assert!(deleted.delete(later).is_err());
}

#[test]
fn a_comment_is_changed_in_its_text_and_nothing_else() {
    let reply = draft("Here.").write(some(5), &post(2), Some(&comment()), some(6), now()).unwrap().0;
    let patch = |json: &str| serde_json::from_str::<CommentPatch>(json).unwrap();
    let there = reply.changed_by(patch(r#"{"body": "There."}"#)).unwrap();
    assert_eq!((there.body.as_str(), there.parent), ("There.", reply.parent));
    assert_eq!(reply.changed_by(patch("{}")).unwrap().body.as_str(), "Here.");
    for (json, pointer, rule) in [
        (r#"{"parent": null}"#, "/parent", code::NOT_ALLOWED),
        (r#"{"body": null}"#, "/body", code::REQUIRED),
    ] {
        let violations = reply.changed_by(patch(json)).unwrap_err();
        let found: Vec<_> = violations.iter().map(|v| (v.pointer.as_str(), v.code.as_ref())).collect();
        assert_eq!(found, [(pointer, rule)]);
    }
}

#[test]
fn only_a_place_is_seen_of_what_is_gone() {
    let shown = comment();
    assert_eq!(shown.clone().seen_with(NOBODY), shown);
    for (standing, deleted, replies) in [
        (Standing::Held, false, 0),
        (Standing::Removed, false, 2),
        (Standing::Visible, true, 2),
        (Standing::Removed, true, 0),
    ] {
        let mut comment = Comment { standing, replies, ..comment() };
        if deleted {
            comment = comment.delete(now()).unwrap().0;
        }
        assert_eq!(comment.is_visible_with(NOBODY), replies > 0);
        assert!(comment.clone().seen_with(NOBODY).author.is_none());
        for rights in [AUTHOR, STAFF] {
            assert_eq!(comment.is_visible_with(rights), replies > 0 || !deleted);
            let seen = comment.clone().seen_with(rights);
            assert_eq!((seen.author.is_some(), seen.body.is_some()), (!deleted, !deleted));
        }
    }
}

proptest! {
    #[test]
    fn a_comment_survives_the_wire(input in comment_input()) {
        let draft = CommentDraft::from_raw(input.clone()).unwrap();
        prop_assert_eq!(CommentInput::from(draft), input.clone());
        for spoiled in spoiled_comments(&input) {
            let violations = CommentDraft::from_raw(spoiled.input).unwrap_err();
            let found: Vec<_> = violations.iter().map(|v| (v.pointer.as_str(), v.code.as_ref())).collect();
            prop_assert_eq!(found, [(spoiled.pointer.as_str(), spoiled.code)]);
        }
    }
}
