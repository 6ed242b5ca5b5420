//! Opaque tokens: shown once, kept only as a digest.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::zeroize::Zeroize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::id::{Id, TenantId};

/// A secret that opens something in one tenant: a session, the verification of an email address.
///
/// It tells its tenant, so that it is looked up inside that tenant and nowhere else; the rest is 256 random
/// bits. The database holds its [`digest`](Self::digest) only.
///
/// ```
/// use smilefactory_core::id::{Id, TenantId};
/// use smilefactory_core::identity::Token;
///
/// let token = Token::new(TenantId::from_uuid(uuid::Uuid::nil()), [9; 32]);
/// let text = token.reveal();
/// assert!(text.starts_with("sf_"));
/// assert_eq!(text.parse::<Token>().unwrap().digest(), token.digest());
/// assert_eq!(format!("{token:?}"), "Token(…)");
/// ```
#[derive(Clone)]
pub struct Token {
    tenant: TenantId,
    secret: [u8; 32],
}

/// What is kept of a token: enough to recognise it, too little to use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TokenDigest(pub [u8; 32]);

/// A text that is no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a token of this platform")]
pub struct MalformedToken;

/// Says what it is to people and to scanners for leaked secrets.
const PREFIX: &str = "sf_";

impl Token {
    /// A token for `tenant` from 32 random bytes.
    pub const fn new(tenant: TenantId, random: [u8; 32]) -> Self {
        Self { tenant, secret: random }
    }

    /// The tenant it belongs to.
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// What is kept of it.
    pub fn digest(&self) -> TokenDigest {
        let mut hash = Sha256::new();
        hash.update(self.tenant.uuid().as_bytes());
        hash.update(self.secret);
        TokenDigest(hash.finalize().into())
    }

    /// The token as its owner gets it.
    pub fn reveal(&self) -> String {
        let mut bytes = [self.tenant.uuid().as_bytes().as_slice(), &self.secret].concat();
        let text = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(&bytes));
        bytes.zeroize();
        text
    }
}

impl FromStr for Token {
    type Err = MalformedToken;
    fn from_str(text: &str) -> Result<Self, MalformedToken> {
        let encoded = text.strip_prefix(PREFIX).ok_or(MalformedToken)?;
        let bytes = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| MalformedToken)?;
        let (tenant, secret) = bytes.split_at_checked(16).ok_or(MalformedToken)?;
        Ok(Self {
            tenant: TenantId::from_uuid(Uuid::from_slice(tenant).map_err(|_| MalformedToken)?),
            secret: secret.try_into().map_err(|_| MalformedToken)?,
        })
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}
