//! What is said to the guest's post.

use std::time::Duration;

use smilefactory_client::Client;
use smilefactory_core::content::{Comment, CommentInput, CommentSort, CommentThread, Reaction};
use smilefactory_core::id::PostId;

use crate::tour::{Stopped, Told, Tour};
use crate::{Error, show};

/// How often comments are read while the server still counts, and the pause in between.
const LOOKS: u32 = 120;
const PAUSE: Duration = Duration::from_millis(250);

fn says(body: &str, parent: Option<&Comment>) -> CommentInput {
    CommentInput { body: body.to_owned(), parent: parent.map(|parent| parent.id.to_string()) }
}

/// Two others ask and wonder; the guest answers both.
pub(super) async fn talk(
    tour: &mut Tour,
    guest: &Client,
    [one, other]: &[Client; 2],
    post: PostId,
) -> Result<Comment, Stopped> {
    let work = async {
        let question = one.comments().write(post, &says("Which fields are **sandy**?", None)).await?;
        let answer = says("Those down by the river.", Some(&question));
        let answer = guest.comments().write(post, &answer).await?;
        other
            .comments()
            .write(post, &says("Sand is fine: I water two hectares of it.", Some(&answer)))
            .await?;
        let thanks = other.comments().write(post, &says("How deep may a well be?", None)).await?;
        guest.comments().write(post, &says("Thirty metres.", Some(&thanks))).await?;
        one.engagement().react_to_comment(answer.id, Reaction::Insightful).await?;
        other.engagement().react_to_comment(question.id, Reaction::Like).await?;
        let threads = best_first(guest, &question).await?;
        let all: usize = threads.iter().map(CommentThread::count).sum();
        let outcome = format!("{all} comments in {} threads, the best first", threads.len());
        Ok(Told::new(question, outcome).showing(show::threads(&threads)))
    };
    let code = "client.comments().write(post.id, &input).await?;\n\
                client.engagement().react_to_comment(comment.id, Reaction::Like).await?;\n\
                client.comments().list(post.id).sort(CommentSort::Best).await?";
    tour.step("Ask and answer below it", code, work).await
}

/// The server counts what people think of comments a moment after they said so.
async fn best_first(client: &Client, best: &Comment) -> Result<Vec<CommentThread>, Error> {
    for _ in 0..LOOKS {
        let threads = client.comments().list(best.post).sort(CommentSort::Best).await?.items;
        if threads.first().is_some_and(|first| first.comment.id == best.id) {
            return Ok(threads);
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err("the comment that pleases most is not the first".into())
}

/// Who asked takes the question back; what was answered stays where it is.
pub(super) async fn take_back(tour: &mut Tour, asker: &Client, question: &Comment) -> Result<(), Stopped> {
    let work = async {
        asker.comments().delete(question).await?;
        let threads = asker.comments().list(question.post).sort(CommentSort::Oldest).await?.items;
        let here = threads.iter().find(|thread| thread.comment.id == question.id);
        let Some(here) = here.filter(|here| here.comment.body.is_none() && here.replies.len() == 1) else {
            return Err("the deleted question does not keep the place of its answer".into());
        };
        let outcome = format!("its text is gone, and keeps the place of {} replies", here.count() - 1);
        Ok(Told::new((), outcome))
    };
    tour.step("Take the question back", "client.comments().delete(&question).await?", work).await
}
