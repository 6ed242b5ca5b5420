//! Which groups somebody would like to be in, and why.

use std::collections::BTreeMap;

use serde_json::json;

use super::GroupView;
use crate::answer::answer;
use crate::id::CategoryId;
use crate::profile::ProfileContent;
use crate::recommendation::{Reason, Score};
use crate::text::Prose;

/// What a connection who belongs to a group adds, at most: half of it with three of them.
const ACQUAINTANCES: f64 = 0.35;
const INTERESTS: f64 = 0.3;
const CATEGORY: f64 = 0.15;
const PLACE: f64 = 0.12;
const LANGUAGES: f64 = 0.08;
/// At most so many interests and languages are named.
const NAMED: usize = 5;

/// A group that somebody may be recommended, with what the store knows of how the two are related.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupCandidate {
    /// The group, as they have it.
    pub view: GroupView,
    /// How many of those they are connected with belong to it, as far as they may know.
    pub acquaintances: u32,
}

answer! {
    /// A group that somebody would like to be in.
    pub struct RecommendedGroup {
        /// How much, from 0 to 1.
        score: Score,
        /// Why, most important first. One without any is there because much happens in it.
        reasons: Vec<Reason>,
        ..
        /// The group.
        view: GroupView,
    }
}

impl GroupCandidate {
    /// How much it is for somebody whose profile says so and whose groups stand in these categories.
    ///
    /// Counted are, each as far as it goes, the people they are connected with who belong to it, interests and skills
    /// that its name, description or rules name, a category they have a group of already, the place, and the
    /// languages. Each part that counts is a reason, the weightiest first.
    #[must_use]
    pub fn weigh(self, content: Option<&ProfileContent>, categories: &[CategoryId]) -> RecommendedGroup {
        let draft = &self.view.group.draft;
        let mut parts: Vec<(f64, Reason)> = Vec::new();
        let people = f64::from(self.acquaintances);
        if self.acquaintances > 0 {
            let text = match self.acquaintances {
                1 => "Somebody you are connected with belongs to it.".to_owned(),
                many => format!("{many} people you are connected with belong to it."),
            };
            let count = ("count", json!(self.acquaintances));
            parts
                .push((ACQUAINTANCES * people / (people + 3.0), reason("connections_belong", [count], text)));
        }
        if let Some(category) = draft.category.filter(|category| categories.contains(category)) {
            let text = "It is about what a group of yours is about.".to_owned();
            parts.push((CATEGORY, reason("same_category", [("category", json!(category))], text)));
        }
        if let Some(content) = content {
            let shared = shared_interests(&self.view, content);
            if !shared.is_empty() {
                let found = u32::try_from(shared.len()).map_or(1.0, f64::from);
                let text = format!("It is about {}.", shared.join(", "));
                let share = INTERESTS * (0.5 + 0.5 * (found / 3.0).min(1.0));
                parts.push((share, reason("shared_interests", [("interests", json!(shared))], text)));
            }
            let spoken = draft.languages.iter().filter(|language| content.languages.contains(language));
            let spoken: Vec<String> = spoken.take(NAMED).map(ToString::to_string).collect();
            if !spoken.is_empty() {
                let text = format!("It speaks {}.", spoken.join(", "));
                parts.push((LANGUAGES, reason("shared_languages", [("languages", json!(spoken))], text)));
            }
            parts.extend(place(&self.view, content));
        }
        parts.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        RecommendedGroup {
            score: Score::clamped(parts.iter().map(|(share, _)| share).sum()),
            reasons: parts.into_iter().map(|(_, reason)| reason).collect(),
            view: self.view,
        }
    }
}

/// The `limit` best of these for somebody, the best first; of equals, those in which something happened last.
///
/// ```
/// use smilefactory_core::community::recommend;
/// assert!(recommend(Vec::new(), None, &[], 10).is_empty());
/// ```
pub fn recommend(
    candidates: Vec<GroupCandidate>,
    content: Option<&ProfileContent>,
    categories: &[CategoryId],
    limit: usize,
) -> Vec<RecommendedGroup> {
    let mut weighed: Vec<RecommendedGroup> =
        candidates.into_iter().map(|candidate| candidate.weigh(content, categories)).collect();
    weighed.sort_by(|a, b| {
        let by_time = || b.view.group.active_at.cmp(&a.view.group.active_at);
        let by_id = || a.view.group.id.cmp(&b.view.group.id);
        b.score.get().total_cmp(&a.score.get()).then_with(by_time).then_with(by_id)
    });
    weighed.truncate(limit);
    weighed
}

fn reason<const N: usize>(
    code: &'static str,
    params: [(&'static str, serde_json::Value); N],
    text: String,
) -> Reason {
    let params: BTreeMap<_, _> = params.into_iter().map(|(name, value)| (name.into(), value)).collect();
    Reason { code: code.into(), params, text }
}

/// Interests and skills that a group names, as they are written in the profile.
fn shared_interests(view: &GroupView, content: &ProfileContent) -> Vec<String> {
    let draft = &view.group.draft;
    let texts = [
        Some(draft.name.as_str()),
        draft.description.as_ref().map(Prose::as_str),
        draft.rules.as_ref().map(Prose::as_str),
    ];
    let text = texts.into_iter().flatten().map(str::to_lowercase).collect::<Vec<_>>().join(" ");
    let words = words(&text);
    let mut shared: Vec<String> = Vec::new();
    for label in content.interests.iter().chain(content.skills.iter()) {
        let sought = self::words(&label.as_str().to_lowercase()).join(" ");
        let named = !sought.is_empty() && format!(" {} ", words.join(" ")).contains(&format!(" {sought} "));
        if named && shared.len() < NAMED && !shared.iter().any(|known| known == label.as_str()) {
            shared.push(label.as_str().to_owned());
        }
    }
    shared
}

fn words(text: &str) -> Vec<&str> {
    text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect()
}

fn place(view: &GroupView, content: &ProfileContent) -> Option<(f64, Reason)> {
    let (there, here) = (view.group.draft.location.as_ref()?, content.location.as_ref()?);
    if there.country != here.country {
        return None;
    }
    let city = there.city.as_ref().zip(here.city.as_ref());
    let town = city.filter(|(a, b)| a.as_str().to_lowercase() == b.as_str().to_lowercase());
    Some(if let Some((city, _)) = town {
        let text = format!("It is in {city}, like you.");
        (PLACE, reason("same_city", [("city", json!(city))], text))
    } else {
        let country = &there.country;
        let text = format!("It is in {country}, like you.");
        (PLACE / 2.0, reason("same_country", [("country", json!(country))], text))
    })
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};
    use uuid::Uuid;

    use super::*;
    use crate::community::{GroupDraft, GroupInput};
    use crate::id::{AccountId, GroupId, Id};
    use crate::profile::{DetailsInput, LocationInput, ProfileInput, ProfileKind};
    use crate::validation::Field;

    fn candidate(n: u128, acquaintances: u32, change: impl FnOnce(&mut GroupInput)) -> GroupCandidate {
        let mut input =
            GroupInput { name: "Pumps".into(), slug: format!("pumps-{n}"), ..GroupInput::default() };
        change(&mut input);
        let at = DateTime::UNIX_EPOCH + TimeDelta::seconds(n.try_into().unwrap());
        let draft = GroupDraft::from_raw(input).unwrap();
        let (group, ..) =
            draft.found(GroupId::from_uuid(Uuid::from_u128(n)), AccountId::from_uuid(Uuid::nil()), at);
        GroupCandidate { view: group.seen_by(None), acquaintances }
    }

    fn codes(found: &RecommendedGroup) -> Vec<&str> {
        found.reasons.iter().map(|reason| reason.code.as_ref()).collect()
    }

    #[test]
    fn what_people_share_with_a_group_is_why() {
        let location = Some(LocationInput { city: Some("Harare".into()), country: "ZW".into() });
        let input = ProfileInput {
            interests: vec!["solar pumps".into(), "art".into()],
            languages: vec!["sn".into()],
            location: location.clone(),
            details: DetailsInput::empty(ProfileKind::Mentor),
            ..ProfileInput::default()
        };
        let content = ProfileContent::from_raw(input).unwrap();
        let all = vec![
            candidate(1, 0, |_| {}),
            candidate(2, 0, |group| group.description = Some("All about Solar-Pumps and parties.".into())),
            candidate(3, 3, |group| {
                group.languages = vec!["sn".into()];
                group.location = location;
            }),
            candidate(4, 0, |_| {}),
        ];
        let found = recommend(all, Some(&content), &[], 3);
        let order: Vec<u128> = found.iter().map(|found| found.view.group.id.uuid().as_u128()).collect();
        assert_eq!(order, [3, 2, 4], "what is equal goes by when something happened");
        assert_eq!(codes(&found[0]), ["connections_belong", "same_city", "shared_languages"]);
        assert_eq!(codes(&found[1]), ["shared_interests"], "a part of a word is none: parties are no art");
        assert_eq!(found[1].reasons[0].text, "It is about solar pumps.");
        assert_eq!((codes(&found[2]).len(), found[2].score), (0, Score::ZERO));
    }
}
