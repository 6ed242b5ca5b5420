//! The canonical text of a profile and of a post: what is embedded.
//!
//! One text for one content, on every machine: a vector is computed again only when the text's digest changes.

use smilefactory_core::content::PostDraft;
use smilefactory_core::profile::{Details, ProfileContent};

/// The version of the rules below. Whoever changes what a text says raises it, and all vectors are made anew.
pub const RULES: u8 = 1;

/// What a profile says, most telling first. Nothing that only some may see is in it: names, contact data,
/// hidden portfolio entries and the location are left out, so that a vector cannot give them away.
///
/// ```
/// use smilefactory_ai::text;
/// use smilefactory_core::profile::{ProfileContent, ProfileInput};
/// use smilefactory_core::validation::Field;
///
/// let input: ProfileInput = serde_json::from_str(
///     r#"{"headline": "Solar pumps", "skills": ["hydraulics"],
///         "details": {"kind": "innovator", "industries": ["agriculture"]}}"#,
/// )?;
/// let text = text::of_profile(&ProfileContent::from_raw(input)?);
/// assert_eq!(text, "Solar pumps\nindustries: agriculture\nskills: hydraulics");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn of_profile(profile: &ProfileContent) -> String {
    let mut text = Lines::default();
    text.line(profile.headline.as_ref());
    details(&profile.details, &mut text);
    text.list("skills", &profile.skills);
    text.list("interests", &profile.interests);
    for wish in &profile.looking_for {
        text.line(wish.why.as_ref());
    }
    text.line(profile.offering.as_ref());
    text.finish()
}

/// What a post says: title, text, tags.
pub fn of_post(post: &PostDraft) -> String {
    let mut text = Lines::default();
    text.line(post.title.as_ref());
    text.line(Some(&post.body));
    text.list("tags", &post.tags);
    text.finish()
}

fn details(details: &Details, text: &mut Lines) {
    match details {
        Details::Innovator(innovator) => {
            text.line(innovator.startup_name.as_ref());
            text.line(innovator.startup_description.as_ref());
            text.list("industries", &innovator.industries);
            text.line(innovator.business_model.as_ref());
            text.line(innovator.target_market.as_ref());
            text.line(innovator.competitive_advantage.as_ref());
            text.list("challenges", &innovator.challenges);
            text.list("open roles", &innovator.open_roles);
        }
        Details::BusinessInvestor(investor) => {
            text.list("industries", &investor.industries);
            text.line(investor.criteria.as_ref());
        }
        Details::Mentor(mentor) => {
            text.list("expertise", &mentor.expertise);
            text.list("industries", &mentor.industries);
            text.line(mentor.approach.as_ref());
        }
        Details::CorporatePartner(partner) => {
            text.line(partner.sector.as_ref());
            text.list("needs", &partner.procurement_needs);
            text.list("challenges", &partner.challenges_hosted);
        }
        Details::GovernmentOfficial(official) => {
            text.list("policy areas", &official.policy_areas);
            text.list("programmes", &official.programmes);
            text.list("mandates", &official.mandates);
        }
        Details::AcademicResearcher(researcher) => {
            text.line(researcher.discipline.as_ref());
            text.list("research areas", &researcher.research_areas);
            text.list("transfer interests", &researcher.transfer_interests);
            for publication in &researcher.publications {
                text.line(Some(&publication.title));
            }
        }
        Details::ServiceProvider(provider) => {
            for service in &provider.services {
                text.line(Some(&service.title));
            }
            text.list("expertise", &provider.expertise);
        }
        Details::CommunityMember(member) => text.list("goals", &member.goals),
    }
}

#[derive(Default)]
struct Lines(Vec<String>);

impl Lines {
    fn line(&mut self, line: Option<&impl ToString>) {
        self.0.extend(line.map(ToString::to_string));
    }

    fn list(&mut self, name: &str, entries: &[impl ToString]) {
        if !entries.is_empty() {
            let entries: Vec<String> = entries.iter().map(ToString::to_string).collect();
            self.0.push(format!("{name}: {}", entries.join(", ")));
        }
    }

    fn finish(self) -> String {
        self.0.join("\n")
    }
}
