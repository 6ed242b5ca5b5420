//! Why something cannot be encrypted, decrypted, or taken for a key. No text here holds a secret.

use uuid::Uuid;

/// Why a field or a data key cannot be encrypted or decrypted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CryptoError {
    /// The bytes are no ciphertext of this platform: too short, or of a version this program does not know.
    #[error("the bytes are no ciphertext that this version knows")]
    Malformed,
    /// The ciphertext names a data key that the tenant does not have, or did not have when its keys were read.
    #[error("the tenant has no data key {0}")]
    UnknownDataKey(Uuid),
    /// The data key is wrapped under a master key that was not configured.
    #[error(
        "data keys are wrapped under the master key {0:?}, which is not configured: add it to SMILEFACTORY_OLD_MASTER_KEYS"
    )]
    UnknownMasterKey(String),
    /// The ciphertext was changed, belongs to another tenant, table, column or row, or was made with another
    /// key of the same id.
    #[error("the ciphertext was changed, moved, or made with another key")]
    Refused,
    /// What was encrypted is no text.
    #[error("the decrypted bytes are no text")]
    NotText,
    /// More than the cipher can take: some 256 GiB.
    #[error("too long to be encrypted")]
    TooLong,
    /// A cipher needs at least one data key.
    #[error("the tenant has no data key")]
    NoDataKey,
}

/// A text that is no master key; it says how to make one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}; make a key with `head -c 32 /dev/urandom | base64`")]
pub struct InvalidMasterKey(pub(super) &'static str);
