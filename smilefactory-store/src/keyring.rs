//! The keys of tenants, unwrapped once and kept in memory.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use smilefactory_core::id::{Id, TenantId};
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use crate::crypto::{Cipher, MasterKeys, WrappedKey};
use crate::error::{Result, StoreError};

/// The ciphers of the tenants that were met so far.
#[derive(Debug)]
pub(crate) struct Keyring {
    masters: MasterKeys,
    ciphers: Mutex<HashMap<TenantId, Cipher>>,
}

impl Keyring {
    pub(crate) fn new(masters: MasterKeys) -> Self {
        Self { masters, ciphers: Mutex::default() }
    }

    pub(crate) const fn masters(&self) -> &MasterKeys {
        &self.masters
    }

    /// The tenant's cipher, when it was met before.
    pub(crate) fn cached(&self, tenant: TenantId) -> Option<Cipher> {
        self.ciphers.lock().unwrap_or_else(PoisonError::into_inner).get(&tenant).cloned()
    }

    /// Reads the tenant's keys, in a transaction in its scope.
    pub(crate) async fn load(&self, conn: &mut PgConnection, tenant: TenantId) -> Result<Cipher> {
        let rows = sqlx::query(
            "select id, master_key, wrapped from tenancy.data_keys where tenant_id = $1 order by id desc limit 100",
        )
        .bind(tenant.uuid())
        .fetch_all(conn)
        .await?;
        let wrapped = rows
            .into_iter()
            .map(|row| {
                Ok(WrappedKey {
                    id: row.try_get::<Uuid, _>("id")?,
                    master_key: row.try_get("master_key")?,
                    wrapped: row.try_get("wrapped")?,
                })
            })
            .collect::<Result<Vec<_>>>()?;
        if wrapped.is_empty() {
            return Err(StoreError::internal("the tenant has no data key"));
        }
        let cipher = Cipher::unwrap(&self.masters, tenant, &wrapped)?;
        self.ciphers.lock().unwrap_or_else(PoisonError::into_inner).insert(tenant, cipher.clone());
        Ok(cipher)
    }
}
