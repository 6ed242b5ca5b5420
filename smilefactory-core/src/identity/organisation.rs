//! Organisations: what people work for, start and put money into, as somebody else's list has them.
//!
//! They come from files that whoever runs the installation imports; nobody edits them. A file is some *source*'s, and
//! each of its rows has the source's own key, by which it is known again when the source has a newer file.

use chrono::{DateTime, NaiveDate, Utc};

use crate::answer::answer;
use crate::choice::choices;
use crate::id::{FundingRoundId, OrganisationId};
use crate::money::Money;
use crate::record::record;
use crate::text::{Country, Line, Link, Slug};
use crate::version::Version;

choices! {
    /// What became of an organisation.
    OrganisationStatus {
        /// It is at work.
        Operating = "operating",
        /// Another one bought it.
        Acquired = "acquired",
        /// Its shares are traded at an exchange.
        Public = "public",
        /// It is no more.
        Closed = "closed",
    }

    /// What kind of money an organisation was given.
    FundingRoundKind {
        /// By private people, before anybody else.
        Angel = "angel",
        /// By a fund, in no numbered round.
        Venture = "venture",
        /// The first numbered round.
        SeriesA = "series_a",
        /// The second.
        SeriesB = "series_b",
        /// The third, or a later one.
        SeriesC = "series_c",
        /// By private equity.
        PrivateEquity = "private_equity",
        /// After the shares came to an exchange.
        PostIpo = "post_ipo",
        /// By many people, each a little.
        Crowdfunding = "crowdfunding",
        /// Something else.
        Other = "other",
    }

    /// In which order organisations are listed.
    OrganisationSort {
        /// By name, whatever its case.
        Name = "name",
        /// Most funding first.
        Funding = "funding",
    }
}

/// The key that a source has for a row.
pub type ExternalId = Line<1, 200>;

record! {
    /// An organisation as its source has it.
    ///
    /// ```
    /// use smilefactory_core::identity::{OrganisationDraft, OrganisationInput};
    /// use smilefactory_core::validation::Field;
    ///
    /// let input: OrganisationInput = serde_json::from_str(
    ///     r#"{"external_id": "/company/pump-co", "slug": "pump-co", "name": "Pump & Co", "status": "operating"}"#,
    /// )?;
    /// assert_eq!(OrganisationDraft::from_raw(input)?.name.as_str(), "Pump & Co");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct OrganisationDraft / OrganisationInput / OrganisationPatch {
        /// The source's key for it.
        external_id: ExternalId,
        /// Its name in addresses; unique in the community.
        slug: Slug,
        /// Its name.
        name: Line<1, 120>,
        /// What it does, in the source's word.
        category: Option<Line<1, 60>>,
        /// Where it tells of itself.
        site: Option<Link>,
        /// Where it has its seat.
        country: Option<Country>,
        /// In which town.
        city: Option<Line<1, 80>>,
        /// Since when it is there; sources that know the year alone have the first of January.
        founded_on: Option<NaiveDate>,
        /// What became of it.
        status: OrganisationStatus,
        /// How much money it was given altogether, as its source has it, whatever rounds are known.
        funding_total: Option<Money>,
    }
}

answer! {
    /// An organisation.
    pub struct Organisation {
        /// Its id.
        id: OrganisationId,
        /// Whose list it comes from.
        source: Slug,
        /// How often it was changed.
        version: Version,
        /// When it was imported first.
        created_at: DateTime<Utc>,
        /// When a file last had something else of it.
        updated_at: DateTime<Utc>,
        ..
        /// What its source has of it.
        draft: OrganisationDraft,
    }
}

record! {
    /// Money that an organisation was given at one time, as its source has it.
    ///
    /// It has no key of its own: the same kind of the same sum on the same day is the same round.
    pub struct FundingRoundDraft / FundingRoundInput / FundingRoundPatch {
        /// The source's key for the organisation.
        organisation: ExternalId,
        /// What kind of money.
        kind: FundingRoundKind,
        /// On which day.
        funded_on: NaiveDate,
        /// How much; `None` when that is not known.
        raised: Option<Money>,
    }
}

answer! {
    /// Money that an organisation was given at one time.
    pub struct FundingRound {
        /// Its id.
        id: FundingRoundId,
        /// Who was given it.
        organisation: OrganisationId,
        /// What kind of money.
        kind: FundingRoundKind,
        /// On which day.
        funded_on: NaiveDate,
        /// How much; `None` when that is not known.
        raised: Option<Money>,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{
        funding_round_input, organisation_input, spoiled_funding_rounds, spoiled_organisations,
    };
    use crate::validation::Field;

    proptest! {
        #[test]
        fn what_was_parsed_stays_as_it_is(organisation in organisation_input(), round in funding_round_input()) {
            let draft = OrganisationDraft::from_raw(organisation).unwrap();
            prop_assert_eq!(OrganisationDraft::from_raw(draft.clone().into()).unwrap(), draft);
            let draft = FundingRoundDraft::from_raw(round).unwrap();
            prop_assert_eq!(FundingRoundDraft::from_raw(draft.clone().into()).unwrap(), draft);
        }

        #[test]
        fn each_broken_rule_is_told_at_its_place(organisation in organisation_input(), round in funding_round_input()) {
            for spoiled in spoiled_organisations(&organisation) {
                let violations = OrganisationDraft::from_raw(spoiled.input).unwrap_err();
                let found: Vec<_> = violations.iter().map(|v| (v.pointer.clone(), v.code.clone())).collect();
                prop_assert_eq!(found, [(spoiled.pointer, spoiled.code.into())]);
            }
            for spoiled in spoiled_funding_rounds(&round) {
                let violations = FundingRoundDraft::from_raw(spoiled.input).unwrap_err();
                let found: Vec<_> = violations.iter().map(|v| (v.pointer.clone(), v.code.clone())).collect();
                prop_assert_eq!(found, [(spoiled.pointer, spoiled.code.into())]);
            }
        }
    }
}
