//! The key of a tenant's fields, and the form in which the database keeps it.

use std::fmt;

use smilefactory_core::id::{Id, TenantId};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::mac::framed;
use super::seal::{self, TAG};
use super::{CryptoError, MasterKey, Nonce};

/// The first byte of a wrapped key: another way of wrapping gets another number.
const VERSION: u8 = 1;

/// A key that encrypts fields of one tenant. It exists unwrapped only in memory, and is wiped there.
pub struct DataKey {
    pub(super) id: Uuid,
    pub(super) key: Zeroizing<[u8; 32]>,
}

impl DataKey {
    /// A key from 32 random bytes. Of a tenant's keys the one with the greatest id is the current one, so the
    /// id must be of version 7.
    pub fn new(id: Uuid, random: [u8; 32]) -> Self {
        Self { id, key: Zeroizing::new(random) }
    }

    /// Its id: every ciphertext names it.
    pub const fn id(&self) -> Uuid {
        self.id
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DataKey({})", self.id)
    }
}

/// A data key as it lies in the database: encrypted under a master key, bound to its tenant and id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrappedKey {
    /// The id of the data key.
    pub id: Uuid,
    /// The id of the master key it is wrapped under.
    pub master_key: String,
    /// The encrypted key, 73 bytes.
    pub wrapped: Vec<u8>,
}

impl WrappedKey {
    pub(super) fn wrap(
        master: &MasterKey,
        tenant: TenantId,
        data_key: &DataKey,
        nonce: Nonce,
    ) -> Result<Self, CryptoError> {
        let context = context(tenant, data_key.id, master.id());
        let sealed = seal::seal(&master.wrapping_key(), &nonce, &context, &*data_key.key)?;
        let mut wrapped = Vec::with_capacity(1 + nonce.len() + sealed.len());
        wrapped.push(VERSION);
        wrapped.extend_from_slice(&nonce);
        wrapped.extend_from_slice(&sealed);
        Ok(Self { id: data_key.id, master_key: master.id().to_owned(), wrapped })
    }

    pub(super) fn unwrap(&self, master: &MasterKey, tenant: TenantId) -> Result<DataKey, CryptoError> {
        let Some((&[VERSION], rest)) = self.wrapped.split_first_chunk() else {
            return Err(CryptoError::Malformed);
        };
        let (nonce, sealed) = rest.split_first_chunk::<24>().ok_or(CryptoError::Malformed)?;
        if sealed.len() != 32 + TAG {
            return Err(CryptoError::Malformed);
        }
        let context = context(tenant, self.id, master.id());
        let key = seal::open(&master.wrapping_key(), nonce, &context, sealed)?;
        let key = <[u8; 32]>::try_from(key.as_slice()).map_err(|_| CryptoError::Malformed)?;
        Ok(DataKey::new(self.id, key))
    }
}

fn context(tenant: TenantId, data_key: Uuid, master_key: &str) -> Vec<u8> {
    framed(&[
        b"smilefactory data key",
        &[VERSION],
        tenant.uuid().as_bytes(),
        data_key.as_bytes(),
        master_key.as_bytes(),
    ])
}
