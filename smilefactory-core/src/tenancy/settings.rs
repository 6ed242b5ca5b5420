//! Changing what an organisation has set for its community.

use serde_json::{Map, Value};

use super::{CommunitySettings, Tenant, TenantChanged, TenantSettings};
use crate::content::moderation::ScreeningRules;
use crate::validation::{Report, Violation, Violations, code, read_json};

/// No file is larger than this, whatever a community says, in bytes.
const MAX_MEDIA_BYTES: u32 = 100 * 1024 * 1024;
/// No group has more members than this, whatever a community says.
const MAX_GROUP_MEMBERS: u32 = 100_000;
/// At most so many words of a kind are watched.
const MAX_WORDS: usize = 1_000;
/// The longest of them, in characters.
const MAX_WORD: usize = 100;

impl Tenant {
    /// What it has set for its community, as it is answered.
    pub fn community_settings(&self) -> CommunitySettings {
        CommunitySettings {
            version: self.version,
            updated_at: self.updated_at,
            settings: self.settings.clone(),
        }
    }

    /// Sets something else for the community.
    #[must_use]
    pub fn set(self, settings: TenantSettings, now: chrono::DateTime<chrono::Utc>) -> (Self, TenantChanged) {
        let fact = TenantChanged { tenant: self.id };
        (Self { settings, updated_at: now, ..self }, fact)
    }
}

impl TenantSettings {
    /// The settings with a merge patch (RFC 7396) carried out: what it leaves out stays, and `null` stands for what
    /// every community begins with.
    ///
    /// ```
    /// use serde_json::json;
    /// use smilefactory_core::tenancy::TenantSettings;
    ///
    /// let patch = json!({"posts_need_review": true, "screening": {"held_words": ["casino"]}});
    /// let settings = TenantSettings::default().changed_by(&patch)?;
    /// assert!(settings.posts_need_review && settings.screening.max_links == 20);
    /// let wrong = settings.changed_by(&json!({"screening": {"max_link": 3}})).unwrap_err();
    /// assert_eq!(wrong.iter().next().unwrap().pointer, "/screening/max_link");
    /// # Ok::<(), smilefactory_core::validation::Violations>(())
    /// ```
    pub fn changed_by(&self, patch: &Value) -> Result<Self, Violations> {
        let Value::Object(patch) = patch else {
            return Err(Violations::one("", Violation::new(code::WRONG_TYPE, "must be an object")));
        };
        let (mut settings, defaults) = (as_json(self), as_json(&Self::default()));
        let mut report = Report::new();
        if let (Value::Object(settings), Value::Object(defaults)) = (&mut settings, &defaults) {
            merge(settings, patch, defaults, &mut report);
        }
        report.finish(Some(()))?;
        let changed: Self =
            read_json(settings).map_err(|violation| Violations::one(violation.pointer.clone(), violation))?;
        let mut report = Report::new();
        changed.check(&mut report);
        report.finish(Some(changed))
    }

    /// What the types alone do not say.
    fn check(&self, report: &mut Report) {
        report.field("max_media_bytes", |report| {
            if !(1..=MAX_MEDIA_BYTES).contains(&self.max_media_bytes) {
                report.add(Violation::out_of_range(1, MAX_MEDIA_BYTES));
            }
        });
        report.field("group_member_limit", |report| {
            if !(2..=MAX_GROUP_MEMBERS).contains(&self.group_member_limit) {
                report.add(Violation::out_of_range(2, MAX_GROUP_MEMBERS));
            }
        });
        report.field("completion_bands", |report| {
            let bands = &self.completion_bands;
            for (name, from) in [
                ("comments_from", bands.comments_from),
                ("events_from", bands.events_from),
                ("articles_from", bands.articles_from),
            ] {
                // From 101 on, nobody may.
                if from > 101 {
                    report.field(name, |report| report.add(Violation::out_of_range(0, 101)));
                }
            }
        });
        report.field("marketplace", |report| self.marketplace.check(report));
        report.field("feed", |report| self.feed.check(report));
        report.field("screening", |report| check_screening(&self.screening, report));
    }
}

fn check_screening(rules: &ScreeningRules, report: &mut Report) {
    for (name, words) in [("blocked_words", &rules.blocked_words), ("held_words", &rules.held_words)] {
        report.field(name, |report| {
            if words.len() > MAX_WORDS {
                report.add(Violation::too_many(MAX_WORDS, words.len()));
            }
            for (n, word) in words.iter().enumerate().take(MAX_WORDS) {
                let length = word.chars().count();
                report.entry(n, |report| {
                    // What has no letter and no digit is found nowhere.
                    if !word.contains(char::is_alphanumeric) {
                        report.add(Violation::required());
                    } else if length > MAX_WORD {
                        report.add(Violation::too_long(MAX_WORD, length));
                    }
                });
            }
        });
    }
}

fn as_json(settings: &TenantSettings) -> Value {
    // Numbers, words and lists of them: there always is a JSON form.
    serde_json::to_value(settings).unwrap_or_default()
}

fn merge(
    settings: &mut Map<String, Value>,
    patch: &Map<String, Value>,
    defaults: &Map<String, Value>,
    report: &mut Report,
) {
    for (name, value) in patch {
        report.field(name, |report| {
            let (Some(setting), Some(default)) = (settings.get_mut(name), defaults.get(name)) else {
                return report.add(Violation::new(code::UNKNOWN_FIELD, "there is no such setting"));
            };
            match (setting, value, default) {
                (setting, Value::Null, default) => *setting = default.clone(),
                (Value::Object(setting), Value::Object(value), Value::Object(default)) => {
                    merge(setting, value, default, report);
                }
                (setting, value, _) => *setting = value.clone(),
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_patch_changes_what_it_names_and_null_goes_back() {
        let settings = TenantSettings::default();
        let set =
            json!({"screening": {"blocked_words": ["free money"], "max_links": 3}, "max_media_bytes": 5});
        let changed = settings.changed_by(&set).unwrap();
        assert_eq!((changed.screening.max_links, changed.max_media_bytes), (3, 5));
        assert_eq!(changed.completion_bands, settings.completion_bands);
        assert_eq!(changed.changed_by(&json!({})).unwrap(), changed);
        let back = changed.changed_by(&json!({"screening": {"max_links": null}, "max_media_bytes": null}));
        let back = back.unwrap();
        assert_eq!((back.screening.max_links, back.max_media_bytes), (20, settings.max_media_bytes));
        assert_eq!(back.screening.blocked_words, ["free money"]);
        assert_eq!(changed.changed_by(&json!({"screening": null})).unwrap().screening, settings.screening);
    }

    #[test]
    fn everything_that_is_wrong_is_told_with_its_place() {
        let told = |patch: Value| -> Vec<(String, String)> {
            let violations = TenantSettings::default().changed_by(&patch).unwrap_err();
            violations.iter().map(|wrong| (wrong.pointer.clone(), wrong.code.to_string())).collect()
        };
        let one = |pointer: &str, code: &str| vec![(pointer.to_owned(), code.to_owned())];
        assert_eq!(told(json!([])), one("", code::WRONG_TYPE));
        assert_eq!(told(json!({"colour": 1})), one("/colour", code::UNKNOWN_FIELD));
        assert_eq!(told(json!({"posts_need_review": "yes"})), one("/posts_need_review", code::WRONG_TYPE));
        let words = json!({"screening": {"held_words": ["x".repeat(101), "!"]}, "max_media_bytes": 0,
            "completion_bands": {"articles_from": 102}});
        assert_eq!(
            told(words),
            [
                ("/max_media_bytes".to_owned(), code::OUT_OF_RANGE.to_owned()),
                ("/completion_bands/articles_from".to_owned(), code::OUT_OF_RANGE.to_owned()),
                ("/screening/held_words/0".to_owned(), code::TOO_LONG.to_owned()),
                ("/screening/held_words/1".to_owned(), code::REQUIRED.to_owned()),
            ]
        );
    }
}
