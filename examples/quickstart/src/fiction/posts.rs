//! What made-up people post; about every third of them does.

use smilefactory_core::content::{OpportunityInput, PostInput, PostKind};
use smilefactory_core::profile::ProfileKind;

use super::Character;
use super::tables::Sector;

/// The post of a character, when they post.
pub(super) fn of(author: Character, sector: &Sector) -> Option<PostInput> {
    if !author.of_kind.is_multiple_of(3) {
        return None;
    }
    let (startup, what) = author.startup(sector);
    let (kind, title, body) = match author.kind {
        ProfileKind::Innovator => (
            PostKind::SuccessStory,
            format!("{startup} has its first hundred customers"),
            format!("{what}. Ask me how."),
        ),
        ProfileKind::BusinessInvestor => (
            PostKind::Opportunity,
            format!("Looking at {} this quarter", sector.industry),
            format!(
                "Send me a page, not a deck: who pays, how much, how often. Most of all for {}.",
                sector.market.to_lowercase()
            ),
        ),
        ProfileKind::Mentor => (
            PostKind::Discussion,
            "What should a first price be?".to_owned(),
            "Twice what you dare to ask. Tell me why I am wrong.".to_owned(),
        ),
        ProfileKind::CorporatePartner => (
            PostKind::Opportunity,
            format!("{} seeks pilots", sector.company),
            format!("We have a budget and a place to try things against {}.", sector.challenge),
        ),
        ProfileKind::GovernmentOfficial => (
            PostKind::Announcement,
            format!("{}: applications are open", sector.programme),
            format!("The {} takes applications until the end of the month.", sector.department),
        ),
        ProfileKind::AcademicResearcher => (
            PostKind::Article,
            sector.paper.to_owned(),
            format!("What we found in two seasons of work on {}, in plain words.", sector.challenge),
        ),
        ProfileKind::ServiceProvider => (
            PostKind::Post,
            "Two free places this month".to_owned(),
            "For founders who have never bought this before. First come, first served.".to_owned(),
        ),
        ProfileKind::CommunityMember => (
            PostKind::Question,
            format!("Who works on {}?", sector.interest),
            "I would like to visit and help for a day.".to_owned(),
        ),
    };
    Some(PostInput {
        kind: kind.to_string(),
        title: Some(title),
        body,
        tags: vec![sector.industry.to_owned()],
        language: Some("en".to_owned()),
        opportunity: (kind == PostKind::Opportunity).then(|| OpportunityInput {
            of: if author.kind == ProfileKind::BusinessInvestor { "funding" } else { "challenge" }.to_owned(),
            ..OpportunityInput::default()
        }),
        ..PostInput::default()
    })
}
