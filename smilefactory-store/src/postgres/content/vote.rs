//! Votes in polls.

use chrono::{DateTime, Utc};
use smilefactory_core::content::{OwnVote, PollResult, Post, Vote};
use smilefactory_core::id::{AccountId, Id, PostId};
use smilefactory_core::page::{Page, PageRequest};
use uuid::Uuid;

use super::super::repository;
use super::super::row::page;
use crate::error::{Result, StoreError};
use crate::repo::content::{ReadVotes, WriteVotes};
use crate::tx::ReadWrite;

repository! {
    /// Votes in polls.
    Votes = votes
}

struct VoteRow {
    post_id: Uuid,
    choices: Vec<i16>,
    voted_at: DateTime<Utc>,
}

impl<Mode> ReadVotes for Votes<'_, Mode> {
    async fn result(&mut self, post: &Post, viewer: AccountId) -> Result<PollResult> {
        let options = post.draft.poll.as_ref().map_or(0, |poll| poll.options.len());
        let counted = sqlx::query!(
            r#"
            select choice as "choice!", count(*) as "votes!"
            from content.poll_votes, unnest(choices) as choice
            where tenant_id = $1
              and post_id = $2
              and not exists (
                select from social.barriers b where b.tenant_id = $1 and b.viewer_id = $3 and b.other_id = account_id
              )
            group by choice
            limit 10
            "#,
            self.0.scope().tenant.uuid(),
            post.id.uuid(),
            self.0.viewer(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        let of_place = |place: usize| {
            let row =
                counted.iter().find(|row| usize::try_from(row.choice).is_ok_and(|choice| choice == place));
            row.map_or(0, |row| u64::try_from(row.votes).unwrap_or_default())
        };
        let votes = (0..options).map(of_place).collect();
        let people = sqlx::query!(
            r#"
            select count(*) as "voters!",
              (select choices from content.poll_votes where tenant_id = $1 and post_id = $2 and account_id = $3) as own
            from content.poll_votes
            where tenant_id = $1
              and post_id = $2
              and not exists (
                select from social.barriers b where b.tenant_id = $1 and b.viewer_id = $4 and b.other_id = account_id
              )
            "#,
            self.0.scope().tenant.uuid(),
            post.id.uuid(),
            viewer.uuid(),
            self.0.viewer(),
        )
        .fetch_one(self.0.conn()?)
        .await?;
        let place = |choice: i16| u8::try_from(choice).unwrap_or_default();
        Ok(PollResult {
            votes,
            voters: u64::try_from(people.voters).unwrap_or_default(),
            own: people.own.map(|own| own.into_iter().map(place).collect()),
        })
    }

    async fn list_of_voter(
        &mut self,
        voter: AccountId,
        request: &PageRequest<PostId>,
    ) -> Result<Page<OwnVote, PostId>> {
        let rows = sqlx::query_as!(
            VoteRow,
            r#"
            select post_id, choices, voted_at
            from content.poll_votes
            where tenant_id = $1 and account_id = $2 and post_id < $3
            order by post_id desc
            limit $4
            "#,
            self.0.scope().tenant.uuid(),
            voter.uuid(),
            request.after.map_or(Uuid::max(), Uuid::from),
            request.size.with_one_more(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        let vote = |row: VoteRow| {
            let place = |choice: i16| u8::try_from(choice).unwrap_or_default();
            Ok(OwnVote {
                post: PostId::from_uuid(row.post_id),
                choices: row.choices.into_iter().map(place).collect(),
                voted_at: row.voted_at,
            })
        };
        page(rows, request.size, vote, |vote| vote.post)
    }
}

impl WriteVotes for Votes<'_, ReadWrite> {
    async fn cast(&mut self, post: PostId, voter: AccountId, vote: &Vote) -> Result<()> {
        let choices = vote
            .choices
            .iter()
            .map(|place| i16::try_from(place.get()))
            .collect::<std::result::Result<Vec<_>, _>>()
            .map_err(|_| StoreError::internal("the place of an answer is out of range"))?;
        let now = self.0.now();
        sqlx::query!(
            r#"
            insert into content.poll_votes (tenant_id, post_id, account_id, choices, voted_at)
            values ($1, $2, $3, $4, $5)
            on conflict (tenant_id, post_id, account_id) do update
            set choices = excluded.choices, voted_at = excluded.voted_at
            "#,
            self.0.scope().tenant.uuid(),
            post.uuid(),
            voter.uuid(),
            &choices,
            now,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(())
    }

    async fn withdraw(&mut self, post: PostId, voter: AccountId) -> Result<bool> {
        let gone = sqlx::query!(
            "delete from content.poll_votes where tenant_id = $1 and post_id = $2 and account_id = $3",
            self.0.scope().tenant.uuid(),
            post.uuid(),
            voter.uuid(),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(gone.rows_affected() > 0)
    }
}
