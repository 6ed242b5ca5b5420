//! Organisations that run a community.

use chrono::{DateTime, Utc};
use smilefactory_core::id::{Id, TenantId};
use smilefactory_core::tenancy::{Tenant, TenantSettings};
use smilefactory_core::version::Version;
use sqlx::types::Json;
use uuid::Uuid;

use super::repository;
use super::row::RowOf;
use crate::error::{Result, StoreError};
use crate::repo::tenancy::{ReadTenants, WriteTenants};
use crate::tx::ReadWrite;

repository! {
    /// Organisations that run a community: the scope's own.
    Tenants = tenants
}

pub(crate) struct TenantRow {
    pub(crate) id: Uuid,
    pub(crate) slug: String,
    pub(crate) name: String,
    pub(crate) plan: String,
    pub(crate) settings: Json<TenantSettings>,
    pub(crate) version: i64,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
}

impl TryFrom<TenantRow> for Tenant {
    type Error = StoreError;
    fn try_from(row: TenantRow) -> Result<Self> {
        let of = RowOf { table: "tenancy.tenants", id: row.id };
        Ok(Self {
            id: TenantId::from_uuid(row.id),
            slug: of.parse("slug", &row.slug)?,
            name: of.parse("name", &row.name)?,
            plan: of.parse("plan", &row.plan)?,
            settings: row.settings.0,
            version: Version::new(row.version),
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

impl<Mode> ReadTenants for Tenants<'_, Mode> {
    async fn get(&mut self, id: TenantId) -> Result<Option<Tenant>> {
        sqlx::query_as!(
            TenantRow,
            r#"
            select id, slug as "slug!", name, plan, settings as "settings: Json<TenantSettings>", version,
              created_at, updated_at
            from tenancy.tenants
            where id = $1
            "#,
            id.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?
        .map(Tenant::try_from)
        .transpose()
    }
}

impl WriteTenants for Tenants<'_, ReadWrite> {
    async fn update(&mut self, tenant: &Tenant) -> Result<Tenant> {
        let next = tenant.version.next();
        let saved = sqlx::query!(
            r#"
            update tenancy.tenants
            set name = $3, plan = $4, settings = $5, version = $6, updated_at = $7
            where id = $1 and version = $2
            "#,
            tenant.id.uuid(),
            tenant.version.get(),
            tenant.name.as_str(),
            tenant.plan.as_str(),
            Json(&tenant.settings) as _,
            next.get(),
            tenant.updated_at,
        )
        .execute(self.0.conn()?)
        .await?;
        match saved.rows_affected() {
            0 => Err(StoreError::Stale { entity: TenantId::ENTITY, id: tenant.id.uuid() }),
            _ => Ok(Tenant { version: next, ..tenant.clone() }),
        }
    }
}
