//! Organisations that run a community.

use smilefactory_core::id::TenantId;
use smilefactory_core::tenancy::Tenant;

use crate::error::Result;

/// Reads the scope's own tenant.
pub trait ReadTenants {
    /// The tenant with this id; `None` for every other one than the scope's.
    fn get(&mut self, id: TenantId) -> impl Future<Output = Result<Option<Tenant>>> + Send;
}

/// Changes the scope's own tenant.
pub trait WriteTenants: ReadTenants {
    /// Saves name, plan and settings.
    fn update(&mut self, tenant: &Tenant) -> impl Future<Output = Result<Tenant>> + Send;
}
