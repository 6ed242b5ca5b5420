//! Who does something, where, and as part of which request.

use serde::{Deserialize, Serialize};

use crate::id::{AccountId, RequestId, TenantId};

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Actor {
    /// A person who is logged in.
    Account(AccountId),
    /// Somebody nobody knows yet: at sign-up, at log-in.
    Anonymous,
    /// The platform itself: relays, jobs, imports.
    System,
}

impl Actor {
    /// The account that acts, when a person does.
    pub const fn account(self) -> Option<AccountId> {
        match self {
            Self::Account(id) => Some(id),
            Self::Anonymous | Self::System => None,
        }
    }
}

/// Who, where, and as part of what: no data is touched without one.
///
/// Row-level security shows exactly this tenant's rows; the audit trail names this actor and request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Scope {
    /// Whose data.
    pub tenant: TenantId,
    /// Who acts.
    pub actor: Actor,
    /// As part of which request.
    pub request: RequestId,
}

impl Scope {
    /// The scope of a person who is logged in.
    pub const fn account(tenant: TenantId, account: AccountId, request: RequestId) -> Self {
        Self { tenant, actor: Actor::Account(account), request }
    }

    /// The scope of somebody nobody knows yet.
    pub const fn anonymous(tenant: TenantId, request: RequestId) -> Self {
        Self { tenant, actor: Actor::Anonymous, request }
    }

    /// The scope of the platform's own work in a tenant.
    pub const fn system(tenant: TenantId, request: RequestId) -> Self {
        Self { tenant, actor: Actor::System, request }
    }
}
