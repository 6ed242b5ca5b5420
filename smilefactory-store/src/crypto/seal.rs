//! The cipher itself: XChaCha20-Poly1305.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305};
use zeroize::Zeroizing;

use super::{CryptoError, Nonce};

/// The bytes that a sealed text is longer than the text.
pub(super) const TAG: usize = 16;

/// Encrypts, and binds what comes out to `context`.
pub(super) fn seal(
    key: &[u8; 32],
    nonce: &Nonce,
    context: &[u8],
    plain: &[u8],
) -> Result<Vec<u8>, CryptoError> {
    XChaCha20Poly1305::new(key.into())
        .encrypt(nonce.into(), Payload { msg: plain, aad: context })
        .map_err(|_| CryptoError::TooLong)
}

/// Decrypts what was sealed with the same key, nonce and context.
pub(super) fn open(
    key: &[u8; 32],
    nonce: &Nonce,
    context: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
    XChaCha20Poly1305::new(key.into())
        .decrypt(nonce.into(), Payload { msg: sealed, aad: context })
        .map(Zeroizing::new)
        .map_err(|_| CryptoError::Refused)
}
