//! Codes that whoever has one joins a group with.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};

use super::{Conversation, Membership, MessagingRefused};
use crate::answer::answer;
use crate::collection::Whole;
use crate::error::InvalidTransition;
use crate::id::{AccountId, ConversationId, Id, InvitationId, TenantId};
use crate::identity::{MalformedToken, TokenDigest};
use crate::record::record;
use crate::text::Line;

record! {
    /// A code that is to be made.
    pub struct GroupInvitationDraft / GroupInvitationInput / GroupInvitationPatch {
        /// How many people may come with it; 1 unless said.
        max_uses: Option<Whole<1, 1_000>>,
        /// For how many hours it is good; 168, which is a week, unless said.
        hours: Option<Whole<1, 720>>,
    }
}

record! {
    /// A code that somebody comes with.
    pub struct JoinDraft / JoinInput / JoinPatch {
        /// The code.
        code: Line<1, 100>,
    }
}

answer! {
    /// A code that a group is joined with. The code itself is not kept.
    pub struct GroupInvitation {
        /// Its id.
        id: InvitationId,
        /// The group.
        conversation: ConversationId,
        /// Who made it.
        made_by: AccountId,
        /// How many people may come with it.
        max_uses: u32,
        /// How many did.
        uses: u32,
        /// When it was made.
        created_at: DateTime<Utc>,
        /// Until when it is good.
        expires_at: DateTime<Utc>,
        /// When it was taken back.
        revoked_at: Option<DateTime<Utc>>,
    }
}

answer! {
    /// A code that was just made. It is shown here and never again.
    pub struct MadeInvitation {
        /// The code.
        code: String,
        /// What is kept of it.
        invitation: GroupInvitation,
    }
}

/// A code that a group is joined with: 128 random bits. The database holds its [`digest`](Self::digest) only.
///
/// ```
/// use smilefactory_core::messaging::InvitationCode;
///
/// let code = InvitationCode::new([9; 16]);
/// assert!(code.reveal().parse::<InvitationCode>().is_ok());
/// assert_eq!(format!("{code:?}"), "InvitationCode(…)");
/// ```
#[derive(Clone)]
pub struct InvitationCode([u8; 16]);

/// Says what it is to people and to scanners for leaked secrets.
const PREFIX: &str = "sfj_";

impl InvitationCode {
    /// A code from random bytes.
    pub const fn new(random: [u8; 16]) -> Self {
        Self(random)
    }

    /// What is kept of it: another one in each tenant.
    pub fn digest(&self, tenant: TenantId) -> TokenDigest {
        let mut hash = Sha256::new();
        hash.update(b"smilefactory invitation");
        hash.update(tenant.uuid().as_bytes());
        hash.update(self.0);
        TokenDigest(hash.finalize().into())
    }

    /// The code as it is handed on.
    pub fn reveal(&self) -> String {
        format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl FromStr for InvitationCode {
    type Err = MalformedToken;
    fn from_str(text: &str) -> Result<Self, MalformedToken> {
        let encoded = text.strip_prefix(PREFIX).ok_or(MalformedToken)?;
        let bytes = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| MalformedToken)?;
        bytes.try_into().map(Self).map_err(|_| MalformedToken)
    }
}

impl fmt::Debug for InvitationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InvitationCode(…)")
    }
}

impl GroupInvitationDraft {
    /// An owner or admin makes a code for a group.
    pub fn make(
        &self,
        id: InvitationId,
        conversation: &Conversation,
        by: &Membership,
        now: DateTime<Utc>,
    ) -> Result<GroupInvitation, MessagingRefused> {
        conversation.require_group("make a code for")?;
        by.require_manager()?;
        let hours = self.hours.map_or(168, Whole::get);
        Ok(GroupInvitation {
            id,
            conversation: conversation.id,
            made_by: by.account,
            max_uses: self.max_uses.map_or(1, Whole::get),
            uses: 0,
            created_at: now,
            expires_at: now + TimeDelta::hours(i64::from(hours)),
            revoked_at: None,
        })
    }
}

impl GroupInvitation {
    /// Whether somebody may come with it.
    pub fn is_good(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && self.uses < self.max_uses && self.expires_at > now
    }

    /// An owner or admin takes it back.
    pub fn revoke(self, by: &Membership, now: DateTime<Utc>) -> Result<Self, MessagingRefused> {
        by.require_manager()?;
        if self.revoked_at.is_some() {
            return Err(InvalidTransition::new("invitation", "revoked", "revoke").into());
        }
        Ok(Self { revoked_at: Some(now), ..self })
    }
}
