//! What two people are to each other.

use std::collections::HashMap;

use smilefactory_core::id::{AccountId, Id};
use smilefactory_core::profile::ViewerClass;
use smilefactory_core::social::Pair;
use uuid::Uuid;

use super::super::repository;
use super::super::row::RowOf;
use crate::error::Result;
use crate::repo::social::{ReadRelations, WriteRelations};
use crate::tx::ReadWrite;

repository! {
    /// What people are to each other.
    Relations = relations
}

impl<Mode> ReadRelations for Relations<'_, Mode> {
    async fn class_of(&mut self, viewer: AccountId, owner: AccountId) -> Result<ViewerClass> {
        let class = sqlx::query_scalar!(
            r#"select social.viewer_class($1, $2) as "class!""#,
            viewer.uuid(),
            owner.uuid(),
        )
        .fetch_one(self.0.conn()?)
        .await?;
        RowOf { table: "social.ties", id: owner.uuid() }.parse("class", &class)
    }

    async fn classes_of(
        &mut self,
        viewer: AccountId,
        owners: &[AccountId],
    ) -> Result<HashMap<AccountId, ViewerClass>> {
        let owners: Vec<Uuid> = owners.iter().map(|owner| owner.uuid()).collect();
        let rows = sqlx::query!(
            r#"select owner_id as "owner_id!", class as "class!" from social.viewer_classes($1, $2)"#,
            viewer.uuid(),
            &owners,
        )
        .fetch_all(self.0.conn()?)
        .await?;
        rows.into_iter()
            .map(|row| {
                let of = RowOf { table: "social.ties", id: row.owner_id };
                Ok((AccountId::from_uuid(row.owner_id), of.parse("class", &row.class)?))
            })
            .collect()
    }

    async fn is_barred(&mut self, a: AccountId, b: AccountId) -> Result<bool> {
        let barred = sqlx::query_scalar!(
            r#"
            select exists (
              select from social.barriers where tenant_id = $1 and viewer_id = $2 and other_id = $3 and blocked
            ) as "barred!"
            "#,
            self.0.scope().tenant.uuid(),
            a.uuid(),
            b.uuid(),
        )
        .fetch_one(self.0.conn()?)
        .await?;
        Ok(barred)
    }
}

impl WriteRelations for Relations<'_, ReadWrite> {
    async fn lock_pair(&mut self, pair: Pair) -> Result<()> {
        sqlx::query!(
            r#"select social.lock_pair($1, $2) as "locked!: ()""#,
            pair.low().uuid(),
            pair.high().uuid(),
        )
        .fetch_one(self.0.conn()?)
        .await?;
        Ok(())
    }
}
