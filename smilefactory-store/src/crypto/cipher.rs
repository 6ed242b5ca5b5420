//! What encrypts and decrypts the fields of one tenant.

use std::fmt;
use std::sync::Arc;

use smilefactory_core::id::{Id, TenantId};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::mac::{framed, hmac};
use super::seal::{self, TAG};
use super::{CryptoError, DataKey, MasterKeys, Nonce, WrappedKey};

/// The first byte of a ciphertext: another form gets another number.
const VERSION: u8 = 1;

/// A column whose values are encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FieldColumn {
    /// The table with its schema: `identity.personal_details`. A table that is renamed keeps its name here.
    pub table: &'static str,
    /// The column. A column that is renamed keeps its name here.
    pub column: &'static str,
}

impl FieldColumn {
    /// The column's field in one row.
    pub const fn row(self, row: Uuid) -> FieldPlace {
        FieldPlace { table: self.table, column: self.column, row }
    }
}

/// The one place that a ciphertext belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FieldPlace {
    /// The table with its schema.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// The row's id.
    pub row: Uuid,
}

/// Encrypts and decrypts the fields of one tenant. Cheap to clone; the keys are wiped with the last clone.
///
/// A ciphertext is, in this order: version (1 byte), id of the data key (16), nonce (24), the encrypted text
/// with its tag (16 more than the text).
#[derive(Clone)]
pub struct Cipher(Arc<Keys>);

struct Keys {
    tenant: TenantId,
    current: FieldKey,
    older: Vec<FieldKey>,
}

/// A data key, taken apart into one key for each of its uses.
struct FieldKey {
    id: Uuid,
    encryption: Zeroizing<[u8; 32]>,
    blind_index: Zeroizing<[u8; 32]>,
}

impl From<DataKey> for FieldKey {
    fn from(data_key: DataKey) -> Self {
        Self {
            id: data_key.id,
            encryption: hmac(&data_key.key, &[b"smilefactory field encryption"]),
            blind_index: hmac(&data_key.key, &[b"smilefactory blind index"]),
        }
    }
}

impl Cipher {
    /// The cipher of a tenant from its wrapped data keys, the current one first.
    pub fn unwrap(
        masters: &MasterKeys,
        tenant: TenantId,
        wrapped: &[WrappedKey],
    ) -> Result<Self, CryptoError> {
        let mut keys = wrapped.iter().map(|wrapped| masters.unwrap(tenant, wrapped).map(FieldKey::from));
        let current = keys.next().ok_or(CryptoError::NoDataKey)??;
        let older = keys.collect::<Result<_, _>>()?;
        Ok(Self(Arc::new(Keys { tenant, current, older })))
    }

    /// The tenant whose fields these are.
    pub fn tenant(&self) -> TenantId {
        self.0.tenant
    }

    /// Encrypts a field under the current data key. The nonce must be fresh randomness.
    pub fn encrypt(&self, place: FieldPlace, plaintext: &str, nonce: Nonce) -> Result<Vec<u8>, CryptoError> {
        let key = &self.0.current;
        let sealed = seal::seal(&key.encryption, &nonce, &self.context(key.id, place), plaintext.as_bytes())?;
        let mut ciphertext = Vec::with_capacity(1 + 16 + nonce.len() + sealed.len());
        ciphertext.push(VERSION);
        ciphertext.extend_from_slice(key.id.as_bytes());
        ciphertext.extend_from_slice(&nonce);
        ciphertext.extend_from_slice(&sealed);
        Ok(ciphertext)
    }

    /// Decrypts a field, whichever of the tenant's data keys it was encrypted under.
    pub fn decrypt(&self, place: FieldPlace, ciphertext: &[u8]) -> Result<String, CryptoError> {
        let Some((&[VERSION], rest)) = ciphertext.split_first_chunk() else {
            return Err(CryptoError::Malformed);
        };
        let (id, rest) = rest.split_first_chunk().ok_or(CryptoError::Malformed)?;
        let (nonce, sealed) = rest.split_first_chunk().ok_or(CryptoError::Malformed)?;
        if sealed.len() < TAG {
            return Err(CryptoError::Malformed);
        }
        let id = Uuid::from_bytes(*id);
        let key = self.keys().find(|key| key.id == id).ok_or(CryptoError::UnknownDataKey(id))?;
        let plaintext = seal::open(&key.encryption, nonce, &self.context(id, place), sealed)?;
        std::str::from_utf8(&plaintext).map(str::to_owned).map_err(|_| CryptoError::NotText)
    }

    /// A digest to store beside a ciphertext, so that it can be found by equality. Equal values of one tenant
    /// and column have equal digests, and only they; without the key nothing can be told from one, not even
    /// by trying all values. The value must be in its normal form.
    ///
    /// A new data key gives new digests: look values up by [all of them](Self::blind_indexes), and bear in mind
    /// that a unique key over them holds only among those of one data key.
    pub fn blind_index(&self, column: FieldColumn, value: &str) -> [u8; 32] {
        self.blind_index_under(&self.0.current, column, value)
    }

    /// The digests that the value may be stored with: one a data key, the current one's first.
    pub fn blind_indexes(&self, column: FieldColumn, value: &str) -> Vec<[u8; 32]> {
        self.keys().map(|key| self.blind_index_under(key, column, value)).collect()
    }

    fn blind_index_under(&self, key: &FieldKey, column: FieldColumn, value: &str) -> [u8; 32] {
        let FieldColumn { table, column } = column;
        let tenant = self.0.tenant.uuid();
        *hmac(&key.blind_index, &[tenant.as_bytes(), table.as_bytes(), column.as_bytes(), value.as_bytes()])
    }

    fn keys(&self) -> impl Iterator<Item = &FieldKey> {
        std::iter::once(&self.0.current).chain(&self.0.older)
    }

    /// What the ciphertext is bound to.
    fn context(&self, key: Uuid, place: FieldPlace) -> Vec<u8> {
        framed(&[
            b"smilefactory field",
            &[VERSION],
            key.as_bytes(),
            self.0.tenant.uuid().as_bytes(),
            place.table.as_bytes(),
            place.column.as_bytes(),
            place.row.as_bytes(),
        ])
    }
}

impl fmt::Debug for Cipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cipher({:?}, data key {})", self.0.tenant, self.0.current.id)
    }
}
