//! Envelope encryption of single fields.
//!
//! One **master key** belongs to the installation and never touches the database. It wraps the **data keys**,
//! which lie in the database, one or more a tenant; a tenant's newest data key encrypts its fields. So a copy of
//! the database without the master key tells nothing, tenants cannot read each other's fields even by mistake,
//! and a new master key costs one row a data key, not one a field.
//!
//! A ciphertext is bound to the tenant, table, column and row it was made for: moved anywhere else it does not
//! decrypt. What is encrypted can be looked up by equality through its [blind index](Cipher::blind_index), and
//! not be searched or sorted. The length of a text shows.
//!
//! Nothing here draws randomness: nonces and keys are made from bytes that are passed in, and every nonce must
//! be fresh.
//!
//! ```
//! use smilefactory_core::id::{Id, TenantId};
//! use smilefactory_store::crypto::{Cipher, DataKey, FieldColumn, MasterKey, MasterKeys};
//! use uuid::Uuid;
//!
//! # fn main() -> Result<(), smilefactory_store::crypto::CryptoError> {
//! # let (random_key, other_random_key, fresh, other_fresh) = ([1; 32], [2; 32], [3; 24], [4; 24]);
//! let masters = MasterKeys::new(MasterKey::from_random(random_key));
//! let tenant = TenantId::from_uuid(Uuid::from_u128(7));
//!
//! // Once a tenant: a data key, kept in the database only as this wrapped form.
//! let wrapped = masters.wrap(tenant, &DataKey::new(Uuid::from_u128(8), other_random_key), fresh)?;
//! let cipher = Cipher::unwrap(&masters, tenant, &[wrapped])?;
//!
//! const PHONE: FieldColumn = FieldColumn { table: "identity.personal_details", column: "phone" };
//! let place = PHONE.row(Uuid::from_u128(9));
//! let stored = cipher.encrypt(place, "+31201234567", other_fresh)?;
//! assert_eq!(cipher.decrypt(place, &stored)?, "+31201234567");
//! assert!(cipher.decrypt(PHONE.row(Uuid::from_u128(10)), &stored).is_err());
//! # Ok(())
//! # }
//! ```

mod cipher;
mod data_key;
mod error;
mod key_file;
pub(crate) mod mac;
mod master;
mod seal;

pub use self::cipher::{Cipher, FieldColumn, FieldPlace};
pub use self::data_key::{DataKey, WrappedKey};
pub use self::error::{CryptoError, InvalidMasterKey};
pub use self::key_file::KeyFileError;
pub use self::master::{MasterKey, MasterKeys};

/// Twenty-four bytes that are never used twice under one key; random ones are never the same by chance.
pub type Nonce = [u8; 24];

#[cfg(test)]
mod tests;
