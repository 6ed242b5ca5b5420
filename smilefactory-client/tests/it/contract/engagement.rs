//! What people do with posts, once the server has counted it.

use std::time::Duration;

use smilefactory_core::content::{CommentDraft, CommentInput, PostInput, Reaction};
use smilefactory_core::profile::ProfileKind;
use smilefactory_core::validation::Field;
use smilefactory_store::prelude::*;

use super::profiles::filled_in;
use super::world::World;

pub(crate) async fn walk(world: &World) {
    let (author, reader) = (world.member("munashe").await, world.member("ropafadzo").await);
    let input = PostInput { kind: "post".into(), body: "The pump runs.".into(), ..PostInput::default() };
    let draft = author.client.posts().draft(&input).await.unwrap();
    let draft_id = draft.id;
    let engagement = reader.client.engagement();
    assert!(engagement.react(draft_id, Reaction::Like).await.unwrap_err().is_not_found());
    let own = author.client.engagement();
    assert!(own.react(draft_id, Reaction::Like).await.unwrap_err().is_step_refused());
    let post = author.client.posts().publish(&draft).await.unwrap().id;

    engagement.react(post, Reaction::Like).await.unwrap();
    let state = engagement.react(post, Reaction::Insightful).await.unwrap();
    assert_eq!(state.reaction, Some(Reaction::Insightful));
    own.react(post, Reaction::Celebrate).await.unwrap();
    assert!(engagement.save(post).await.unwrap().saved_at.is_some());
    let shared = engagement.share(post).idempotency_key("shared").await.unwrap();
    assert_eq!(engagement.share(post).idempotency_key("shared").await.unwrap(), shared);
    engagement.view(post).await.unwrap();
    engagement.view(post).await.unwrap();
    let first = engagement.list_reactions(post).limit(1).await.unwrap();
    let rest = engagement.list_reactions(post).limit(1).cursor(&first.next_cursor.unwrap()).await.unwrap();
    assert_eq!((first.items.len(), rest.items.len(), rest.next_cursor), (1, 1, None));

    let second = author.client.posts().draft(&input).await.unwrap();
    let second = author.client.posts().publish(&second).await.unwrap().id;
    engagement.save(second).await.unwrap();
    let first = engagement.list_saved().limit(1).await.unwrap();
    let rest = engagement.list_saved().limit(1).cursor(&first.next_cursor.unwrap()).await.unwrap();
    assert_eq!([first.items[0].post.id, rest.items[0].post.id], [second, post]);
    engagement.unsave(second).await.unwrap();
    engagement.unreact(second).await.unwrap();

    let comment = a_comment(world, author.account.id, post).await;
    engagement.react_to_comment(comment, Reaction::Support).await.unwrap();
    engagement.unreact_to_comment(comment).await.unwrap();
    let stranger = world.stranger("tinotenda").await.client;
    assert!(stranger.engagement().get(post).await.unwrap_err().is_not_found());
    assert!(stranger.engagement().unreact_to_comment(comment).await.unwrap_err().is_not_found());

    assert!(engagement.author_stats(author.account.id).await.unwrap_err().is_not_found());
    author.client.profiles().create(&filled_in(ProfileKind::Mentor)).await.unwrap();
    // The server counts a moment after it was done.
    for _ in 0..600 {
        let counts = engagement.get(post).await.unwrap();
        let stats = engagement.author_stats(author.account.id).await;
        if counts.reactions.total() == 2 && stats.as_ref().is_ok_and(|stats| stats.posts == 2) {
            assert_eq!((counts.saves, counts.shares, counts.views), (1, 1, 1));
            assert_eq!(counts.viewer.reaction, Some(Reaction::Insightful));
            assert_eq!(stats.unwrap().reactions, 2);
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the counts did not come");
}

async fn a_comment(
    world: &World,
    author: smilefactory_core::id::AccountId,
    post: smilefactory_core::id::PostId,
) -> smilefactory_core::id::CommentId {
    let mut tx = world.db.store.write(&world.db.one.scope_of(author)).await.unwrap();
    let post = tx.posts().get(post).await.unwrap().unwrap();
    let draft =
        CommentDraft::from_raw(CommentInput { body: "Where?".into(), ..CommentInput::default() }).unwrap();
    let (comment, _) = draft.write(tx.new_id().unwrap(), &post, None, author, tx.now()).unwrap();
    tx.comments().insert(&comment).await.unwrap();
    tx.commit().await.unwrap();
    comment.id
}
