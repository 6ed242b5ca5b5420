//! Codes that whoever has one joins a group with.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Group, GroupMembership, GroupPermission, GroupRefused};
use crate::answer::answer;
use crate::collection::Whole;
use crate::error::InvalidTransition;
use crate::id::{AccountId, GroupCodeId, GroupId};
use crate::record::record;

record! {
    /// A code that is to be made for a group.
    pub struct GroupCodeDraft / GroupCodeInput / GroupCodePatch {
        /// How many people may come with it; 1 unless said.
        max_uses: Option<Whole<1, 10_000>>,
        /// For how many hours it is good; 168, which is a week, unless said.
        hours: Option<Whole<1, 2_160>>,
    }
}

answer! {
    /// A code that a group is joined with, whatever its join policy. The code itself is not kept.
    pub struct GroupCode {
        /// Its id.
        id: GroupCodeId,
        /// The group.
        group: GroupId,
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
    pub struct MadeGroupCode {
        /// The code.
        code: String,
        /// What is kept of it.
        made: GroupCode,
    }
}

impl GroupCodeDraft {
    /// Somebody who may makes a code for a group.
    pub fn make(
        &self,
        id: GroupCodeId,
        group: &Group,
        by: &GroupMembership,
        now: DateTime<Utc>,
    ) -> Result<GroupCode, GroupRefused> {
        by.require(GroupPermission::MakeCodes)?;
        group.require_live("make a code for")?;
        let hours = self.hours.map_or(168, Whole::get);
        Ok(GroupCode {
            id,
            group: group.id,
            made_by: by.account,
            max_uses: self.max_uses.map_or(1, Whole::get),
            uses: 0,
            created_at: now,
            expires_at: now + TimeDelta::hours(i64::from(hours)),
            revoked_at: None,
        })
    }
}

impl GroupCode {
    /// Whether somebody may come with it.
    pub fn is_good(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && self.uses < self.max_uses && self.expires_at > now
    }

    /// Somebody who may takes it back.
    pub fn revoke(self, by: &GroupMembership, now: DateTime<Utc>) -> Result<Self, GroupRefused> {
        by.require(GroupPermission::MakeCodes)?;
        if self.revoked_at.is_some() {
            return Err(InvalidTransition::new("code", "revoked", "revoke").into());
        }
        Ok(Self { revoked_at: Some(now), ..self })
    }
}
