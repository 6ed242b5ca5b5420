//! The hook through which content is looked at before anybody reads it.

use std::fmt::Debug;

use async_trait::async_trait;
use smilefactory_core::content::Post;
use smilefactory_core::content::moderation::{ScreeningRules, Verdict};

/// Why something could not be screened. It is not published then: whoever asked tries again.
pub type ScreeningError = Box<dyn std::error::Error + Send + Sync>;

/// Looks at content before anybody else does.
///
/// A community's own words and links are what [`WordsAndLinks`] looks at. A classifier of one's own takes its place,
/// or asks it first.
///
/// ```
/// use async_trait::async_trait;
/// use smilefactory_core::content::moderation::{Finding, ScreeningRule, ScreeningRules, Verdict};
/// use smilefactory_store::screening::{Part, Screener, ScreeningError, WordsAndLinks};
///
/// /// Holds back what shouts, besides what the community's rules say.
/// #[derive(Debug)]
/// struct Quiet;
///
/// #[async_trait]
/// impl Screener for Quiet {
///     async fn screen(&self, rules: &ScreeningRules, parts: &[Part<'_>]) -> Result<Verdict, ScreeningError> {
///         let shouts = parts.iter().any(|(_, text)| text.ends_with("!!!"));
///         match WordsAndLinks.screen(rules, parts).await? {
///             Verdict::Pass if shouts => {
///                 let detail = "it shouts".to_owned();
///                 Ok(Verdict::Hold(vec![Finding { rule: ScreeningRule::HeldWord, detail }]))
///             }
///             verdict => Ok(verdict),
///         }
///     }
/// }
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// let rules = ScreeningRules::default();
/// assert_eq!(Quiet.screen(&rules, &[("/body", "Hello.")]).await.unwrap(), Verdict::Pass);
/// assert!(matches!(Quiet.screen(&rules, &[("/body", "Buy!!!")]).await.unwrap(), Verdict::Hold(_)));
/// # });
/// ```
#[async_trait]
pub trait Screener: Debug + Send + Sync {
    /// Looks at the parts of something, by the rules of its community.
    async fn screen(&self, rules: &ScreeningRules, parts: &[Part<'_>]) -> Result<Verdict, ScreeningError>;
}

/// A text, and the JSON pointer it is found at.
pub type Part<'a> = (&'a str, &'a str);

/// Looks at a community's words and counts links.
#[derive(Clone, Copy, Debug, Default)]
pub struct WordsAndLinks;

#[async_trait]
impl Screener for WordsAndLinks {
    async fn screen(&self, rules: &ScreeningRules, parts: &[Part<'_>]) -> Result<Verdict, ScreeningError> {
        Ok(rules.screen(parts))
    }
}

/// The parts of a post.
pub fn parts_of_post(post: &Post) -> Vec<Part<'_>> {
    let draft = &post.draft;
    let title = draft.title.iter().map(|title| ("/title", title.as_str()));
    let summary = draft.summary.iter().map(|summary| ("/summary", summary.as_str()));
    let tags = draft.tags.iter().map(|tag| ("/tags", tag.as_str()));
    let options = draft.poll.iter().flat_map(|poll| poll.options.iter());
    let options = options.map(|option| ("/poll/options", option.as_str()));
    let opportunity = draft.opportunity.iter().filter_map(|opportunity| opportunity.apply_at.as_ref());
    let opportunity = opportunity.map(|link| ("/opportunity/apply_at", link.as_str()));
    let place = draft.invitation.iter().filter_map(|invitation| invitation.place.as_ref());
    let place = place.map(|place| ("/invitation/place", place.as_str()));
    let link = draft.invitation.iter().filter_map(|invitation| invitation.join_at.as_ref());
    let link = link.map(|link| ("/invitation/join_at", link.as_str()));
    let written = title.chain(summary).chain([("/body", draft.body.as_str())]).chain(tags).chain(options);
    written.chain(opportunity).chain(place).chain(link).collect()
}
