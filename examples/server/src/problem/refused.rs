//! What the contexts of the domain refuse, in the same table of codes.

use smilefactory_core::community::GroupRefused;
use smilefactory_core::content::moderation::ModerationRefused;
use smilefactory_core::content::{CategoryRefused, FeatureRefused, ReviewRefused, StepRefused, VoteRefused};
use smilefactory_core::event::EventRefused;
use smilefactory_core::marketplace::MarketplaceRefused;
use smilefactory_core::messaging::MessagingRefused;
use smilefactory_core::social::ConnectionRefused;
use smilefactory_core::validation::Violation;
use smilefactory_store::community::GroupError;
use smilefactory_store::event::EventError;
use smilefactory_store::marketplace::MarketplaceError;
use smilefactory_store::messaging::MessagingError;
use smilefactory_store::moderation::ModerationError;
use smilefactory_store::network::NetworkError;
use smilefactory_store::social::SocialError;

use super::{ApiError, Code};

impl From<CategoryRefused> for ApiError {
    fn from(refused: CategoryRefused) -> Self {
        match refused {
            CategoryRefused::State(refused) => refused.into(),
            CategoryRefused::Input(violations) => violations.into(),
        }
    }
}

impl From<ModerationError> for ApiError {
    fn from(error: ModerationError) -> Self {
        let refused = match error {
            ModerationError::Refused(refused) => refused,
            ModerationError::Store(error) => return error.into(),
        };
        match refused {
            ModerationRefused::State(refused) => refused.into(),
            ModerationRefused::OwnContent | ModerationRefused::OwnReport | ModerationRefused::SameDecider => {
                Self::new(Code::Forbidden, refused.to_string())
            }
            ModerationRefused::TooLate => Self::new(Code::StepRefused, refused.to_string()),
            ModerationRefused::NotForProfiles => Self::invalid(
                "/decision",
                Violation::new(smilefactory_core::validation::code::NOT_ALLOWED, refused.to_string()),
            ),
        }
    }
}

impl From<ConnectionRefused> for ApiError {
    fn from(refused: ConnectionRefused) -> Self {
        match refused {
            ConnectionRefused::State(refused) => refused.into(),
            ConnectionRefused::NotYours { .. } => Self::new(Code::Forbidden, refused.to_string()),
            ConnectionRefused::Oneself => Self::invalid(
                "/account_id",
                Violation::new(smilefactory_core::validation::code::NOT_ALLOWED, "must be somebody else"),
            ),
            ConnectionRefused::TooManyThisMonth { .. } | ConnectionRefused::TooManyUnanswered { .. } => {
                Self::new(Code::QuotaExceeded, refused.to_string())
            }
            // Connected, asked already, declined not long ago, and whatever else may come.
            _ => Self::new(Code::StepRefused, refused.to_string()),
        }
    }
}

impl From<SocialError> for ApiError {
    fn from(error: SocialError) -> Self {
        match error {
            SocialError::Refused(refused) => refused.into(),
            SocialError::NotThere(entity) => Self::not_found(entity),
            SocialError::Store(error) => error.into(),
        }
    }
}

impl From<NetworkError> for ApiError {
    fn from(error: NetworkError) -> Self {
        match error {
            NetworkError::Refused(refused) => Self::new(Code::StepRefused, refused.to_string()),
            NetworkError::State(refused) => refused.into(),
            NetworkError::NotThere(entity) => Self::not_found(entity),
            NetworkError::Store(error) => error.into(),
            other => Self::internal(other),
        }
    }
}

impl From<MessagingError> for ApiError {
    fn from(error: MessagingError) -> Self {
        let refused = match error {
            MessagingError::Refused(refused) => refused,
            MessagingError::Invalid(violations) => return violations.into(),
            MessagingError::Nobody => return Self::not_found("account"),
            MessagingError::NotThere(entity) => return Self::not_found(entity),
            MessagingError::Store(error) => return error.into(),
            other => return Self::internal(other),
        };
        match refused {
            MessagingRefused::Role(_) => Self::new(Code::Forbidden, refused.to_string()),
            MessagingRefused::DailyLimit(_) => Self::new(Code::QuotaExceeded, refused.to_string()),
            _ => Self::new(Code::StepRefused, refused.to_string()),
        }
    }
}

impl From<GroupError> for ApiError {
    fn from(error: GroupError) -> Self {
        let refused = match error {
            GroupError::Refused(refused) => refused,
            GroupError::Invalid(violations) => return violations.into(),
            GroupError::NotThere(entity) => return Self::not_found(entity),
            GroupError::Store(error) => return error.into(),
            other => return Self::internal(other),
        };
        match refused {
            GroupRefused::Permission(_) | GroupRefused::Seniority | GroupRefused::Posting => {
                Self::new(Code::Forbidden, refused.to_string())
            }
            _ => Self::new(Code::StepRefused, refused.to_string()),
        }
    }
}

impl From<MarketplaceError> for ApiError {
    fn from(error: MarketplaceError) -> Self {
        let refused = match error {
            MarketplaceError::Refused(refused) => refused,
            MarketplaceError::Invalid(violations) => return violations.into(),
            MarketplaceError::NotThere(entity) => return Self::not_found(entity),
            MarketplaceError::Store(error) => return error.into(),
            other => return Self::internal(other),
        };
        match refused {
            MarketplaceRefused::NotYours(_) => Self::new(Code::Forbidden, refused.to_string()),
            MarketplaceRefused::TooManyToday(_) => Self::new(Code::QuotaExceeded, refused.to_string()),
            _ => Self::new(Code::StepRefused, refused.to_string()),
        }
    }
}

impl From<EventError> for ApiError {
    fn from(error: EventError) -> Self {
        let refused = match error {
            EventError::Refused(refused) => refused,
            EventError::NotThere(entity) => return Self::not_found(entity),
            EventError::Store(error) => return error.into(),
            other => return Self::internal(other),
        };
        match refused {
            EventRefused::Invalid(violations) => violations.into(),
            EventRefused::NotYours(_) => Self::new(Code::Forbidden, refused.to_string()),
            _ => Self::new(Code::StepRefused, refused.to_string()),
        }
    }
}

impl From<StepRefused> for ApiError {
    fn from(refused: StepRefused) -> Self {
        match refused {
            StepRefused::State(refused) => refused.into(),
            StepRefused::NotYours { .. } => Self::new(Code::Forbidden, refused.to_string()),
            // Only the platform itself is told so, and it asks again.
            StepRefused::TooEarly => Self::internal(refused),
            StepRefused::TimeHasPassed => Self::invalid(
                "/at",
                Violation::new(smilefactory_core::validation::code::OUT_OF_RANGE, refused.to_string()),
            ),
        }
    }
}

impl From<FeatureRefused> for ApiError {
    fn from(refused: FeatureRefused) -> Self {
        Self::new(Code::StepRefused, refused.to_string())
    }
}

impl From<ReviewRefused> for ApiError {
    fn from(refused: ReviewRefused) -> Self {
        match refused {
            ReviewRefused::State(refused) => refused.into(),
            ReviewRefused::NoReviewer => Self::invalid(
                "/account_id",
                Violation::new(smilefactory_core::validation::code::NOT_ALLOWED, refused.to_string()),
            ),
            ReviewRefused::TimeHasPassed => Self::invalid(
                "/due_at",
                Violation::new(smilefactory_core::validation::code::OUT_OF_RANGE, refused.to_string()),
            ),
        }
    }
}

impl From<VoteRefused> for ApiError {
    fn from(refused: VoteRefused) -> Self {
        match refused {
            VoteRefused::State(refused) => refused.into(),
            VoteRefused::Choices(violations) => violations.into(),
        }
    }
}
