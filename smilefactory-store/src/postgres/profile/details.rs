//! The details of a profile: which table they are in.

use smilefactory_core::profile::{DetailsInput, ProfileKind};
use sqlx::PgConnection;

use super::{
    Owner, academic_researcher, business_investor, community_member, corporate_partner, government_official,
    innovator, mentor, service_provider,
};
use crate::error::{Result, StoreError};

/// Writes the details, whether some of this kind are there already or not. The profile is of their kind.
pub(super) async fn save(
    conn: &mut PgConnection,
    owner: Owner,
    details: &DetailsInput,
    participation: Option<&str>,
) -> Result<()> {
    match details {
        DetailsInput::Innovator(details) => innovator::save(conn, owner, details).await,
        DetailsInput::BusinessInvestor(details) => business_investor::save(conn, owner, details).await,
        DetailsInput::Mentor(details) => mentor::save(conn, owner, details).await,
        DetailsInput::CorporatePartner(details) => corporate_partner::save(conn, owner, details).await,
        DetailsInput::GovernmentOfficial(details) => government_official::save(conn, owner, details).await,
        DetailsInput::AcademicResearcher(details) => academic_researcher::save(conn, owner, details).await,
        DetailsInput::ServiceProvider(details) => service_provider::save(conn, owner, details).await,
        DetailsInput::CommunityMember(details) => {
            community_member::save(conn, owner, details, participation).await
        }
        DetailsInput::Unreadable(_) => Err(StoreError::internal("unreadable details reached the store")),
    }
}

/// Deletes the details of a kind that the profile is not of any more; their rows go with them.
pub(super) async fn delete(conn: &mut PgConnection, owner: Owner, kind: ProfileKind) -> Result<()> {
    macro_rules! delete_from {
        ($table:literal) => {
            sqlx::query!(
                "delete from " + $table + " where tenant_id = $1 and account_id = $2",
                owner.tenant,
                owner.account,
            )
            .execute(conn)
            .await?
        };
    }
    match kind {
        ProfileKind::Innovator => delete_from!("identity.innovator_profiles"),
        ProfileKind::BusinessInvestor => delete_from!("identity.business_investor_profiles"),
        ProfileKind::Mentor => delete_from!("identity.mentor_profiles"),
        ProfileKind::CorporatePartner => delete_from!("identity.corporate_partner_profiles"),
        ProfileKind::GovernmentOfficial => delete_from!("identity.government_official_profiles"),
        ProfileKind::AcademicResearcher => delete_from!("identity.academic_researcher_profiles"),
        ProfileKind::ServiceProvider => delete_from!("identity.service_provider_profiles"),
        ProfileKind::CommunityMember => delete_from!("identity.community_member_profiles"),
    };
    Ok(())
}
