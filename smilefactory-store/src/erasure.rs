//! Erasing a person, a batch at a time: what they wrote and did, what is kept about them, and what the trail has of it.
//!
//! Each step is a unit of work that ends with how far it is: interrupted anywhere, the next one goes on there, in this
//! process or another. What stays is that somebody was there: the account's id, that it did this or that and when, what
//! moderators decided about it and why, and the places of posts and comments that others answered.

use smilefactory_core::id::AccountId;
use smilefactory_core::identity::AccountErased;
use smilefactory_core::scope::Scope;
use uuid::Uuid;

use crate::community;
use crate::error::StoreError;
use crate::event;
use crate::marketplace;
use crate::media::{MediaError, MediaLibrary};
use crate::messaging;
use crate::partition::{PartitionError, Partitions};
use crate::repo::ai::{Target, WriteDismissals, WriteEmbeddings};
use crate::repo::content::{WriteComments, WriteContentErasure};
use crate::repo::identity::{ErasureProgress, ErasureStage, WriteErasures};
use crate::repo::messaging::WriteNotifications;
use crate::repo::profile::WriteProfiles;
use crate::repo::social::WriteNetwork;
use crate::social::{self, SocialError};
use crate::store::Store;
use crate::tx::WriteTx;

/// How many of a sort are taken out in one unit of work.
const BATCH: u16 = 50;
/// How many entries of the trail and the outbox are looked through in one.
const LOOKED_THROUGH: u16 = 2000;

/// Carries out the next step for somebody who is due to be erased in the scope's tenant; `false` when nobody is. To be
/// called until then.
pub async fn next_step(store: &Store, library: &MediaLibrary, scope: &Scope) -> Result<bool, MediaError> {
    let mut tx = store.write(scope).await?;
    let Some(progress) = tx.erasures().lock_due().await? else { return Ok(false) };
    if progress.stage == ErasureStage::Archive {
        // Files are read and written: nobody waits for that, and the connection is of use to others.
        drop(tx);
        return take_out_of_archive(store, library, scope, progress).await;
    }
    let account = progress.erasure.account;
    let mut files = Vec::new();
    let next = match progress.stage {
        ErasureStage::Files => {
            files = tx.content_erasure().erase_files(account, BATCH).await?;
            after(progress, files.is_empty(), None)
        }
        _ => take_out(&mut tx, progress).await?,
    };
    if next.stage == ErasureStage::Done {
        tx.tell(AccountErased { account })?;
    }
    tx.erasures().advance(&next).await?;
    tx.commit().await?;
    // The rows are gone: what cannot be deleted now is collected later, like every content that no file has.
    if let Err(error) = library.forget(scope, &files).await {
        tracing::warn!(%error, %account, "contents of an erased person are still there, and will be collected");
    }
    Ok(true)
}

/// Where it goes on: at the next stage, or behind what was done of this one.
fn after(progress: ErasureProgress, finished: bool, behind: Option<Uuid>) -> ErasureProgress {
    if finished {
        ErasureProgress { stage: progress.stage.next(), behind: None, ..progress }
    } else {
        ErasureProgress { behind, ..progress }
    }
}

/// Takes them out of the next part of the archive, and says that there may be more to do.
async fn take_out_of_archive(
    store: &Store,
    library: &MediaLibrary,
    scope: &Scope,
    progress: ErasureProgress,
) -> Result<bool, MediaError> {
    let account = progress.erasure.account;
    let partitions = Partitions::new(store.clone(), library.blobs());
    let next = if partitions.put_back_messages().await.map_err(of_archive)? {
        // Rows that were in no table when the messages were emptied.
        ErasureProgress { stage: ErasureStage::Messages, behind: None, ..progress }
    } else {
        let last = partitions.erase_from_part(scope.tenant, account, progress.behind).await;
        let last = last.map_err(of_archive)?;
        after(progress, last.is_none(), last)
    };
    let mut tx = store.write(scope).await?;
    // Otherwise another process was faster, which did the same.
    if tx.erasures().lock_due().await? == Some(progress) {
        tx.erasures().advance(&next).await?;
    }
    tx.commit().await?;
    Ok(true)
}

fn of_archive(error: PartitionError) -> MediaError {
    match error {
        PartitionError::Blob(error) => error.into(),
        PartitionError::Store(error) => error.into(),
        PartitionError::Damaged { .. } => {
            StoreError::Internal("an archive is not what was written".into(), Some(Box::new(error))).into()
        }
    }
}

/// Ends what they were to some others, and says to how many.
async fn part_from_others(tx: &mut WriteTx, account: AccountId) -> crate::error::Result<usize> {
    social::erase(tx, account, BATCH).await.map_err(|error| match error {
        SocialError::Store(error) => error,
        refused => {
            StoreError::internal(format!("somebody who is erased is still tied to somebody: {refused}"))
        }
    })
}

/// Takes out what they said to others, which groups they belong to and what they were told, and says how much there was.
async fn forget_conversations(tx: &mut WriteTx, account: AccountId) -> crate::error::Result<u64> {
    let said = messaging::erase(tx, account, BATCH).await?;
    if said > 0 {
        return Ok(said);
    }
    let groups = community::erase(tx, account, BATCH).await?;
    if groups > 0 { Ok(groups) } else { tx.notifications().erase(account, BATCH).await }
}

async fn take_out(tx: &mut WriteTx, progress: ErasureProgress) -> crate::error::Result<ErasureProgress> {
    let (account, behind) = (progress.erasure.account, progress.behind);
    Ok(match progress.stage {
        ErasureStage::Asked => {
            // From here on nobody acts as them.
            tx.profiles().delete(account).await?;
            tx.embeddings().delete_target(Target::Profile(account)).await?;
            tx.dismissals().erase(account).await?;
            tx.erasures().empty_account(account).await?;
            after(progress, true, None)
        }
        ErasureStage::Posts => {
            let erased = tx.content_erasure().erase_posts(account, behind, BATCH).await?;
            let last = erased.last.map(Uuid::from);
            for fact in erased.emptied {
                tx.tell(fact)?;
            }
            for fact in erased.deleted {
                tx.tell(fact)?;
            }
            after(progress, last.is_none(), last)
        }
        ErasureStage::Comments => {
            let erased = tx.comments().erase_author(account, u32::from(BATCH)).await?;
            for fact in erased.deleted {
                tx.tell(fact)?;
            }
            after(progress, erased.erased == 0, None)
        }
        ErasureStage::Messages => {
            let erased = forget_conversations(tx, account).await?;
            after(progress, erased == 0, None)
        }
        ErasureStage::Deeds => {
            let erased = tx.content_erasure().erase_deeds(account, BATCH).await?;
            let others = part_from_others(tx, account).await?;
            let network = tx.network().erase(account, BATCH).await?;
            let traded = marketplace::erase(tx, account, BATCH).await?;
            let events = event::erase(tx, account, BATCH).await?;
            let none = others == 0 && [erased, network, traded, events].iter().all(|done| *done == 0);
            after(progress, none, None)
        }
        ErasureStage::Moderation => {
            let erased = tx.content_erasure().erase_from_moderation(account, BATCH).await?;
            after(progress, erased == 0, None)
        }
        ErasureStage::Account
            if part_from_others(tx, account).await? > 0
                || forget_conversations(tx, account).await? > 0
                || tx.network().erase(account, BATCH).await? > 0
                || marketplace::erase(tx, account, BATCH).await? > 0
                || event::erase(tx, account, BATCH).await? > 0
                || !tx.content_erasure().erase_counts(account).await? =>
        {
            // A request that was under way when it began did something.
            ErasureProgress { stage: ErasureStage::Posts, behind: None, ..progress }
        }
        ErasureStage::Answers => {
            tx.erasures().erase_answers(account).await?;
            after(progress, true, None)
        }
        ErasureStage::Facts => {
            let last = tx.erasures().erase_from_facts(account, behind, LOOKED_THROUGH).await?;
            after(progress, last.is_none(), last)
        }
        ErasureStage::Trail => {
            let last = tx.erasures().erase_from_trail(account, behind, LOOKED_THROUGH).await?;
            after(progress, last.is_none(), last)
        }
        ErasureStage::Archive | ErasureStage::Account | ErasureStage::Files | ErasureStage::Done => {
            after(progress, true, None)
        }
    })
}
