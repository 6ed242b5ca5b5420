//! Writing profiles: the shared parts here, the details where their kind is.

use smilefactory_core::id::{AccountId, Id};
use smilefactory_core::profile::{Participation, Profile, ProfileInput, ProfileKind};
use smilefactory_core::validation::Field;
use sqlx::types::Json;

use super::super::row::RowOf;
use super::{Owner, Profiles, card, details};
use crate::error::{Result, StoreError};
use crate::repo::profile::WriteProfiles;
use crate::tx::ReadWrite;

impl WriteProfiles for Profiles<'_, ReadWrite> {
    async fn insert(&mut self, profile: &Profile) -> Result<()> {
        let content = profile.content.clone().into_raw();
        self.insert_raw(profile, content).await
    }

    async fn update(&mut self, profile: &Profile) -> Result<Profile> {
        let owner = self.owner(profile.account);
        let next = profile.version.next();
        let content = profile.content.clone().into_raw();
        let location = content.location.as_ref();
        let fields = content.field_visibility.unwrap_or_default();
        let saved = sqlx::query!(
            r#"
            update identity.profiles p
            set kind = $4, headline = $5, photo = $6, city = $7, country = $8::text, languages = $9, skills = $10,
              interests = $11, links = $12, availability = $13, looking_for = $14, looking_for_why = $15,
              offering = $16, visibility = $17, email_visibility = $18, phone_visibility = $19,
              location_visibility = $20, connections_visibility = $21, state = $22, completion = $23::smallint,
              extra = $24, version = $25, updated_at = $26
            from (
              select tenant_id, account_id, kind
              from identity.profiles
              where tenant_id = $1 and account_id = $2 and version = $3
              for update
            ) as before
            where p.tenant_id = before.tenant_id and p.account_id = before.account_id
            returning before.kind as kind_before
            "#,
            owner.tenant,
            owner.account,
            profile.version.get(),
            profile.kind().as_str(),
            content.headline,
            content.photo,
            location.and_then(|location| location.city.as_deref()),
            location.map(|location| location.country.as_str()),
            &content.languages,
            &content.skills,
            &content.interests,
            &content.links,
            content.availability,
            &content.looking_for.iter().map(|wish| wish.kind.as_str()).collect::<Vec<_>>() as _,
            &content.looking_for.iter().map(|wish| wish.why.as_deref()).collect::<Vec<_>>() as _,
            content.offering,
            content.visibility,
            fields.email,
            fields.phone,
            fields.location,
            fields.connections,
            profile.state.as_str(),
            i16::from(profile.completion),
            Json(&content.extra) as _,
            next.get(),
            profile.updated_at,
        )
        .fetch_optional(self.0.conn()?)
        .await?;
        let Some(saved) = saved else {
            return Err(StoreError::Stale { entity: AccountId::ENTITY, id: owner.account });
        };
        let kind_before =
            RowOf { table: "identity.profiles", id: owner.account }.parse("kind", &saved.kind_before)?;
        let conn = self.0.conn()?;
        if kind_before != profile.kind() {
            details::delete(conn, owner, kind_before).await?;
        }
        let participation = profile.participation.map(Participation::as_str);
        details::save(conn, owner, &content.details, participation).await?;
        Ok(Profile { version: next, ..profile.clone() })
    }

    async fn delete(&mut self, account: AccountId) -> Result<bool> {
        let gone = sqlx::query!(
            "delete from identity.profiles where tenant_id = $1 and account_id = $2",
            self.0.scope().tenant.uuid(),
            account.uuid(),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(gone.rows_affected() > 0)
    }

    async fn fold_cards(&mut self, limit: u16) -> Result<u64> {
        card::fold(self.0, limit).await
    }

    async fn mend_cards(&mut self, after: Option<AccountId>, limit: u16) -> Result<(u64, Option<AccountId>)> {
        card::mend(self.0, after, limit).await
    }
}

impl Profiles<'_, ReadWrite> {
    fn owner(&self, account: AccountId) -> Owner {
        Owner { tenant: self.0.scope().tenant.uuid(), account: account.uuid() }
    }

    /// Begins a profile with this content in the place of the checked one: what core would refuse, the database
    /// has to refuse by itself.
    #[cfg(feature = "testing")]
    pub async fn insert_unchecked(&mut self, profile: &Profile, content: ProfileInput) -> Result<()> {
        self.insert_raw(profile, content).await
    }

    async fn insert_raw(&mut self, profile: &Profile, content: ProfileInput) -> Result<()> {
        let owner = self.owner(profile.account);
        let location = content.location.as_ref();
        let fields = content.field_visibility.unwrap_or_default();
        sqlx::query!(
            r#"
            insert into identity.profiles (tenant_id, account_id, kind, headline, photo, city, country, languages,
              skills, interests, links, availability, looking_for, looking_for_why, offering, visibility,
              email_visibility, phone_visibility, location_visibility, connections_visibility, state, completion,
              extra, version, created_at, updated_at)
            values ($1, $2, $3, $4, $5, $6, $7::text, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
              $21, $22::smallint, $23, $24, $25, $26)
            "#,
            owner.tenant,
            owner.account,
            content.details.kind().map(ProfileKind::as_str),
            content.headline,
            content.photo,
            location.and_then(|location| location.city.as_deref()),
            location.map(|location| location.country.as_str()),
            &content.languages,
            &content.skills,
            &content.interests,
            &content.links,
            content.availability,
            &content.looking_for.iter().map(|wish| wish.kind.as_str()).collect::<Vec<_>>() as _,
            &content.looking_for.iter().map(|wish| wish.why.as_deref()).collect::<Vec<_>>() as _,
            content.offering,
            content.visibility,
            fields.email,
            fields.phone,
            fields.location,
            fields.connections,
            profile.state.as_str(),
            i16::from(profile.completion),
            Json(&content.extra) as _,
            profile.version.get(),
            profile.created_at,
            profile.updated_at,
        )
        .execute(self.0.conn()?)
        .await?;
        let participation = profile.participation.map(Participation::as_str);
        details::save(self.0.conn()?, owner, &content.details, participation).await
    }
}
