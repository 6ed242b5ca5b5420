//! How strong connections are, what a network is like, and the ways to others that go through it.

mod company;
mod count;
mod erase;
mod shape;
mod way;

use chrono::{DateTime, Utc};
use smilefactory_core::id::{AccountId, EventId, GroupId, Id, IntroductionId};
use smilefactory_core::page::{Page, PageRequest};
use smilefactory_core::social::{
    InteractionKind, InteractionWeights, Introduction, IntroductionConsent, Network as Shape, Pair,
    PairStrength,
};
use smilefactory_core::version::Version;
use uuid::Uuid;

use super::super::repository;
use super::super::row::{RowOf, page};
use crate::error::{Result, StoreError};
use crate::repo::social::{Interaction, IntroductionKey, ReadNetwork, Way, WriteNetwork};
use crate::tx::ReadWrite;

repository! {
    /// Networks: how strong connections are, and whom one reaches through them.
    Networks = network
}

struct IntroductionRow {
    id: Uuid,
    asker_id: Uuid,
    introducer_id: Uuid,
    target_id: Uuid,
    message: String,
    state: String,
    asked_at: DateTime<Utc>,
    answered_at: Option<DateTime<Utc>>,
    version: i64,
}

impl TryFrom<IntroductionRow> for Introduction {
    type Error = StoreError;
    fn try_from(row: IntroductionRow) -> Result<Self> {
        let of = RowOf { table: "social.introduction_consents", id: row.id };
        Ok(Self {
            id: IntroductionId::from_uuid(row.id),
            asker: AccountId::from_uuid(row.asker_id),
            introducer: AccountId::from_uuid(row.introducer_id),
            target: AccountId::from_uuid(row.target_id),
            message: of.parse("message", &row.message)?,
            state: of.parse("state", &row.state)?,
            asked_at: row.asked_at,
            answered_at: row.answered_at,
            version: Version::new(row.version),
        })
    }
}

impl<Mode> ReadNetwork for Networks<'_, Mode> {
    async fn strength(&mut self, pair: Pair) -> Result<PairStrength> {
        let row = sqlx::query!(
            r#"
            select low_to_high, high_to_low, mutual
            from social.pair_strengths
            where tenant_id = $1 and low_id = $2 and high_id = $3
            "#,
            self.0.scope().tenant.uuid(),
            pair.low().uuid(),
            pair.high().uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?;
        Ok(row.map_or_else(PairStrength::default, |row| PairStrength {
            low_to_high: row.low_to_high,
            high_to_low: row.high_to_low,
            mutual: u32::try_from(row.mutual).unwrap_or_default(),
        }))
    }

    async fn met_at(&mut self, event: EventId) -> Result<Vec<(AccountId, AccountId)>> {
        company::met_at(self.0, event).await
    }

    async fn known_in(&mut self, group: GroupId, account: AccountId) -> Result<Vec<AccountId>> {
        company::known_in(self.0, group, account).await
    }

    async fn shared(&mut self, pair: Pair) -> Result<Vec<(InteractionKind, Uuid, DateTime<Utc>)>> {
        company::shared(self.0, pair).await
    }

    async fn get(&mut self, account: AccountId) -> Result<Shape> {
        shape::of(self.0, account).await
    }

    async fn ways(&mut self, seeker: AccountId, target: AccountId) -> Result<Vec<Way>> {
        way::between(self.0, seeker, target).await
    }

    async fn consent(&mut self, account: AccountId) -> Result<IntroductionConsent> {
        let consent = sqlx::query_scalar!(
            "select consent from social.introduction_choices where tenant_id = $1 and account_id = $2",
            self.0.scope().tenant.uuid(),
            account.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?;
        let of = RowOf { table: "social.introduction_choices", id: account.uuid() };
        Ok(of.parse_opt("consent", consent.as_deref())?.unwrap_or(IntroductionConsent::Ask))
    }

    async fn introduction(&mut self, id: IntroductionId) -> Result<Option<Introduction>> {
        sqlx::query_as!(
            IntroductionRow,
            r#"
            select id, asker_id, introducer_id, target_id, message, state, asked_at, answered_at, version
            from social.introduction_consents
            where tenant_id = $1 and id = $2
            "#,
            self.0.scope().tenant.uuid(),
            id.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?
        .map(Introduction::try_from)
        .transpose()
    }

    async fn list_introductions(
        &mut self,
        introducer: AccountId,
        request: &PageRequest<IntroductionKey>,
    ) -> Result<Page<Introduction, IntroductionKey>> {
        let lapsed = self.0.now() - Introduction::LASTS;
        let rows = sqlx::query_as!(
            IntroductionRow,
            r#"
            select i.id, i.asker_id, i.introducer_id, i.target_id, i.message, i.state, i.asked_at, i.answered_at, i.version
            from social.introduction_consents i
            cross join lateral (
              select p.visibility
              from identity.profiles p
              where p.tenant_id = $1 and p.account_id = i.target_id and p.state in ('incomplete', 'complete')
              limit 1
            ) target
            where i.tenant_id = $1
              and i.introducer_id = $2
              and (i.state <> 'asked' or i.asked_at > $3)
              and (i.asked_at, i.id) < ($4, $5)
              and not exists (
                select from social.barriers b
                where b.tenant_id = $1 and b.viewer_id = $2 and b.other_id in (i.asker_id, i.target_id)
              )
              and not exists (
                select from identity.profiles p
                where p.tenant_id = $1 and p.account_id = i.asker_id and p.state = 'suspended'
              )
              and (
                target.visibility = 'public'
                or target.visibility = 'connections_only' and exists (
                  select from social.ties k
                  where k.tenant_id = $1 and k.account_id = $2 and k.other_id = i.target_id
                )
              )
            order by i.asked_at desc, i.id desc
            limit $6
            "#,
            self.0.scope().tenant.uuid(),
            introducer.uuid(),
            lapsed,
            request.after.map_or(DateTime::<Utc>::MAX_UTC, |key| key.at),
            request.after.map_or(Uuid::max(), |key| key.id.uuid()),
            request.size.with_one_more(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        page(rows, request.size, Introduction::try_from, |last| IntroductionKey {
            at: last.asked_at,
            id: last.id,
        })
    }

    async fn waiting(&mut self, asker: AccountId) -> Result<u32> {
        let lapsed = self.0.now() - Introduction::LASTS;
        let waiting = sqlx::query_scalar!(
            r#"
            select count(*) as "count!"
            from social.introduction_consents
            where tenant_id = $1 and asker_id = $2 and asked_at > $3 and state = 'asked'
            "#,
            self.0.scope().tenant.uuid(),
            asker.uuid(),
            lapsed,
        )
        .fetch_one(self.0.conn()?)
        .await?;
        Ok(u32::try_from(waiting).unwrap_or(u32::MAX))
    }
}

impl WriteNetwork for Networks<'_, ReadWrite> {
    async fn interact(&mut self, interaction: &Interaction, weights: &InteractionWeights) -> Result<bool> {
        count::interact(self.0, interaction, weights).await
    }

    async fn recount(
        &mut self,
        after: Option<Pair>,
        limit: u16,
        weights: &InteractionWeights,
    ) -> Result<(u64, Option<Pair>)> {
        count::recount(self.0, after, limit, weights).await
    }

    async fn forget(&mut self, limit: u16, weights: &InteractionWeights) -> Result<u64> {
        count::forget(self.0, limit, weights).await
    }

    async fn erase(&mut self, account: AccountId, most: u16) -> Result<u64> {
        erase::person(self.0, account, most).await
    }

    async fn choose_consent(&mut self, account: AccountId, consent: IntroductionConsent) -> Result<bool> {
        let now = self.0.now();
        let changed = sqlx::query!(
            r#"
            insert into social.introduction_choices as c (tenant_id, account_id, consent, chosen_at)
            values ($1, $2, $3, $4)
            on conflict (tenant_id, account_id) do update
            set consent = excluded.consent, chosen_at = excluded.chosen_at
            where c.consent <> excluded.consent
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            consent.as_str(),
            now,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(changed.rows_affected() > 0)
    }

    async fn lock_asker(&mut self, asker: AccountId) -> Result<()> {
        let lock = format!("social.introductions {} {asker}", self.0.scope().tenant);
        sqlx::query!(r#"select pg_advisory_xact_lock(hashtextextended($1, 0)) as "locked!: ()""#, lock)
            .fetch_one(self.0.conn()?)
            .await?;
        Ok(())
    }

    async fn ask(&mut self, introduction: &Introduction) -> Result<Option<Introduction>> {
        let again = introduction.asked_at - Introduction::LASTS;
        sqlx::query_as!(
            IntroductionRow,
            r#"
            insert into social.introduction_consents as i
              (tenant_id, id, asker_id, introducer_id, target_id, message, state, asked_at, version)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            on conflict (tenant_id, asker_id, target_id, introducer_id) do update
            set message = excluded.message, state = excluded.state, asked_at = excluded.asked_at, answered_at = null,
              version = i.version + 1
            where i.state <> 'granted' and i.asked_at <= $10
            returning id, asker_id, introducer_id, target_id, message, state, asked_at, answered_at, version
            "#,
            self.0.scope().tenant.uuid(),
            introduction.id.uuid(),
            introduction.asker.uuid(),
            introduction.introducer.uuid(),
            introduction.target.uuid(),
            introduction.message.as_str(),
            introduction.state.as_str(),
            introduction.asked_at,
            introduction.version.get(),
            again,
        )
        .fetch_optional(self.0.conn()?)
        .await?
        .map(Introduction::try_from)
        .transpose()
    }

    async fn answer(&mut self, introduction: &Introduction) -> Result<Introduction> {
        let next = introduction.version.next();
        let changed = sqlx::query!(
            r#"
            update social.introduction_consents
            set state = $4, answered_at = $5, version = $6
            where tenant_id = $1 and id = $2 and version = $3
            "#,
            self.0.scope().tenant.uuid(),
            introduction.id.uuid(),
            introduction.version.get(),
            introduction.state.as_str(),
            introduction.answered_at,
            next.get(),
        )
        .execute(self.0.conn()?)
        .await?;
        if changed.rows_affected() == 0 {
            return Err(StoreError::Stale { entity: IntroductionId::ENTITY, id: introduction.id.uuid() });
        }
        Ok(Introduction { version: next, ..introduction.clone() })
    }
}
