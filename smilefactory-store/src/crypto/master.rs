//! The keys of the installation.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use smilefactory_core::id::TenantId;
use zeroize::Zeroizing;

use super::mac::hmac;
use super::{CryptoError, DataKey, InvalidMasterKey, Nonce, WrappedKey};

/// The longest id, as the database keeps it.
const MAX_ID: usize = 60;

/// A key that wraps data keys. It never lies in the database; whoever has it and the database reads everything.
///
/// Written as base64 of 32 bytes, or as `id:base64`. Without an id it is named after a digest of itself, so that
/// the same key has the same name everywhere.
///
/// ```
/// use smilefactory_store::crypto::MasterKey;
///
/// let key: MasterKey = "2026-spring:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=".parse().unwrap();
/// assert_eq!(key.id(), "2026-spring");
/// assert_eq!(format!("{key:?}"), "MasterKey(2026-spring)");
/// let error = "hunter2".parse::<MasterKey>().unwrap_err().to_string();
/// assert!(error.ends_with("make a key with `head -c 32 /dev/urandom | base64`"));
/// ```
#[derive(Clone)]
pub struct MasterKey {
    id: Arc<str>,
    key: Zeroizing<[u8; 32]>,
}

impl MasterKey {
    /// A key from 32 random bytes, named after a digest of itself.
    pub fn from_random(random: [u8; 32]) -> Self {
        let key = Zeroizing::new(random);
        let digest = hmac(&key, &[b"smilefactory master key id"]);
        let id = digest.first_chunk().map_or(0, |start| u64::from_be_bytes(*start));
        Self { id: format!("{id:016x}").into(), key }
    }

    /// Its name: every wrapped data key says which master key it needs.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The key as it is written into a file or a variable: `id:base64`.
    pub(super) fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{}:{}", self.id, &*Zeroizing::new(STANDARD.encode(self.key.as_slice()))))
    }

    /// What data keys are wrapped with: never the master key itself, which has other uses too.
    pub(super) fn wrapping_key(&self) -> Zeroizing<[u8; 32]> {
        hmac(&self.key, &[b"smilefactory wrapping key"])
    }
}

impl FromStr for MasterKey {
    type Err = InvalidMasterKey;

    fn from_str(text: &str) -> Result<Self, InvalidMasterKey> {
        let (id, base64) = match text.trim().split_once(':') {
            Some((id, base64)) => (Some(id), base64),
            None => (None, text.trim()),
        };
        let bytes = STANDARD.decode(base64).map(Zeroizing::new);
        let key = bytes
            .ok()
            .and_then(|bytes| <[u8; 32]>::try_from(bytes.as_slice()).ok())
            .ok_or(InvalidMasterKey("a master key is 32 bytes in base64, with or without `id:` before"))?;
        let unnamed = Self::from_random(key);
        if *unnamed.key == [0; 32] {
            return Err(InvalidMasterKey("32 zeros are no secret"));
        }
        let Some(id) = id else { return Ok(unnamed) };
        let is_fit = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if id.is_empty() || id.len() > MAX_ID || !id.chars().all(is_fit) {
            return Err(InvalidMasterKey("the id of a master key has 1 to 60 of A-Z a-z 0-9 - _ ."));
        }
        Ok(Self { id: id.into(), ..unnamed })
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MasterKey({})", self.id)
    }
}

/// The current master key, which wraps, and older ones, which only unwrap.
///
/// To rotate: make the new key the current one and the old one an older one, on every machine; then
/// [rewrap](Self::rewrap) each data key; then take the old one away. Cursors end with the key that was current
/// when they were made.
#[derive(Clone, Debug)]
pub struct MasterKeys {
    current: MasterKey,
    older: Vec<MasterKey>,
}

impl MasterKeys {
    /// One key and no older ones.
    pub const fn new(current: MasterKey) -> Self {
        Self { current, older: Vec::new() }
    }

    /// The same with older keys. Two different keys must not have the same id: the first of them is used.
    #[must_use]
    pub fn with_older(mut self, older: impl IntoIterator<Item = MasterKey>) -> Self {
        self.older.extend(older);
        self
    }

    /// The key that wraps.
    pub const fn current(&self) -> &MasterKey {
        &self.current
    }

    /// All keys, the current one first.
    pub fn iter(&self) -> impl Iterator<Item = &MasterKey> {
        std::iter::once(&self.current).chain(&self.older)
    }

    /// A secret of its own for `purpose`, always the same while the current key is. It does not tell the master
    /// key, nor the secret of another purpose.
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        *hmac(&self.current.key, &[b"smilefactory derived key", purpose.as_bytes()])
    }

    /// Wraps a data key under the current key.
    pub fn wrap(
        &self,
        tenant: TenantId,
        data_key: &DataKey,
        nonce: Nonce,
    ) -> Result<WrappedKey, CryptoError> {
        WrappedKey::wrap(&self.current, tenant, data_key, nonce)
    }

    /// Unwraps a data key.
    pub fn unwrap(&self, tenant: TenantId, wrapped: &WrappedKey) -> Result<DataKey, CryptoError> {
        let master = self
            .iter()
            .find(|master| master.id() == wrapped.master_key)
            .ok_or_else(|| CryptoError::UnknownMasterKey(wrapped.master_key.clone()))?;
        wrapped.unwrap(master, tenant)
    }

    /// The same data key wrapped under the current key; `None` when it is already.
    pub fn rewrap(
        &self,
        tenant: TenantId,
        wrapped: &WrappedKey,
        nonce: Nonce,
    ) -> Result<Option<WrappedKey>, CryptoError> {
        if wrapped.master_key == self.current.id() {
            return Ok(None);
        }
        self.wrap(tenant, &self.unwrap(tenant, wrapped)?, nonce).map(Some)
    }
}
