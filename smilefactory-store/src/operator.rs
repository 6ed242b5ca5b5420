//! The work of whoever runs the installation: organisations join, and are found by their names.

use smilefactory_core::id::{DataKeyId, Id, TenantId};
use smilefactory_core::page::{Page, PageRequest};
use smilefactory_core::scope::Scope;
use smilefactory_core::tenancy::{NewTenant, Tenant, TenantSettings};
use smilefactory_core::text::Slug;
use sqlx::types::Json;
use uuid::Uuid;

use crate::crypto::DataKey;
use crate::error::Result;
use crate::postgres::tenancy::TenantRow;
use crate::store::Store;
use crate::tx::Door;

/// What may be done outside of any tenant.
#[derive(Clone, Debug)]
pub struct Operator(Store);

impl Store {
    /// The work of whoever runs the installation.
    pub fn operator(&self) -> Operator {
        Operator(self.clone())
    }
}

impl Operator {
    pub(crate) const fn store(&self) -> &Store {
        &self.0
    }

    /// An organisation joins: it gets its row and a data key of its own. The slug being taken is a
    /// `Conflict` of `slug`.
    pub async fn join(&self, new: NewTenant) -> Result<Tenant> {
        let store = &self.0;
        let now = store.now();
        let (tenant, fact) = new.join(store.new_id()?, now);
        let data_key = DataKey::new(store.new_id::<DataKeyId>()?.uuid(), store.random()?);
        let key = store.keyring().masters().wrap(tenant.id, &data_key, store.random()?)?;
        let scope = Scope::system(tenant.id, store.new_id()?);
        let mut conn = store.begin_as(Door::Operator, Some(&scope)).await?;
        sqlx::query!(
            r#"
            insert into tenancy.tenants (id, slug, name, plan, settings, version, created_at, updated_at)
            values ($1, $2::text, $3, $4, $5, $6, $7, $8)
            "#,
            tenant.id.uuid(),
            tenant.slug.as_str(),
            tenant.name.as_str(),
            tenant.plan.as_str(),
            Json(&tenant.settings) as _,
            tenant.version.get(),
            tenant.created_at,
            tenant.updated_at,
        )
        .execute(conn.get()?)
        .await?;
        sqlx::query!(
            "insert into tenancy.data_keys (tenant_id, id, master_key, wrapped, created_at) values ($1, $2, $3, $4, $5)",
            tenant.id.uuid(),
            key.id,
            key.master_key,
            key.wrapped,
            now,
        )
        .execute(conn.get()?)
        .await?;
        crate::outbox::write(conn.get()?, &scope, now, &[(store.new_id()?, fact.into())]).await?;
        conn.commit().await?;
        Ok(tenant)
    }

    /// The organisation with this name in addresses.
    pub async fn find_by_slug(&self, slug: &Slug) -> Result<Option<Tenant>> {
        let mut conn = self.0.begin_as(Door::Operator, None).await?;
        sqlx::query_as!(
            TenantRow,
            r#"
            select id, slug as "slug!", name, plan, settings as "settings: Json<TenantSettings>", version,
              created_at, updated_at
            from tenancy.tenants
            where slug = $1::text
            "#,
            slug.as_str(),
        )
        .fetch_optional(conn.get()?)
        .await?
        .map(Tenant::try_from)
        .transpose()
    }

    /// All organisations, the last to join first.
    pub async fn list(&self, page: &PageRequest<TenantId>) -> Result<Page<Tenant, TenantId>> {
        let mut conn = self.0.begin_as(Door::Operator, None).await?;
        let rows = sqlx::query_as!(
            TenantRow,
            r#"
            select id, slug as "slug!", name, plan, settings as "settings: Json<TenantSettings>", version,
              created_at, updated_at
            from tenancy.tenants
            where $1::uuid is null or id < $1
            order by id desc
            limit $2
            "#,
            page.after.map(Uuid::from),
            page.size.with_one_more(),
        )
        .fetch_all(conn.get()?)
        .await?;
        let tenants = rows.into_iter().map(Tenant::try_from).collect::<Result<Vec<_>>>()?;
        Ok(Page::from_one_more(tenants, page.size, |tenant| tenant.id))
    }
}
