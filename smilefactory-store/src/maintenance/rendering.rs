//! Renders texts anew after the rules have changed.

use super::Scopes;
use crate::error::Result;
use crate::repo::content::{WriteComments, WritePosts};
use crate::repo::event::WriteEvents;
use crate::store::Store;

/// How many texts are rendered in one transaction.
const BATCH: u16 = 100;

/// Renders anew what an [older version of the rules](crate::render::RENDERER) rendered, in every tenant, and says how
/// many posts, events and comments there were. Interrupted, it goes on where it was.
pub async fn render_anew(store: &Store) -> Result<u64> {
    let (mut rendered, mut scopes) = (0, Scopes::of(store));
    while let Some(scope) = scopes.next().await? {
        loop {
            let mut tx = store.write(&scope).await?;
            let posts = tx.posts().render_anew(BATCH).await?;
            let events = tx.events().render_anew(BATCH).await?;
            let batch = posts + events + tx.comments().render_anew(BATCH).await?;
            tx.commit().await?;
            rendered += batch;
            if batch == 0 {
                break;
            }
        }
    }
    Ok(rendered)
}
