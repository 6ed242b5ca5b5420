//! What is said to the guest's post.

use smilefactory_client::Client;
use smilefactory_core::content::{CommentInput, CommentSort};
use smilefactory_core::id::PostId;

use crate::show;
use crate::tour::{Stopped, Told, Tour};

fn says(body: &str, parent: Option<String>) -> CommentInput {
    CommentInput { body: body.to_owned(), parent }
}

pub(super) async fn talk(tour: &mut Tour, client: &Client, post: PostId) -> Result<(), Stopped> {
    let work = async {
        let comments = client.comments();
        let question = comments.write(post, &says("Which fields are **sandy**?", None)).await?;
        let answer = says("Those down by the river.", Some(question.id.to_string()));
        let answer = comments.write(post, &answer).await?;
        comments.delete(&question).await?;
        let threads = comments.list(post).sort(CommentSort::Oldest).await?.items;
        let here = threads.iter().find(|thread| thread.comment.id == question.id);
        let Some(here) = here.filter(|here| here.comment.body.is_none() && here.replies.len() == 1) else {
            return Err("the deleted question does not keep the place of its answer".into());
        };
        let outcome =
            format!("{} comments; the deleted one keeps the place of its answer {}", here.count(), answer.id);
        Ok(Told::new((), outcome).showing(show::threads(&threads)))
    };
    let code = "client.comments().write(post.id, &input).await?;\nclient.comments().delete(&question).await?;\n\
                client.comments().list(post.id).sort(CommentSort::Oldest).await?";
    tour.step("Ask, answer, take the question back", code, work).await
}
