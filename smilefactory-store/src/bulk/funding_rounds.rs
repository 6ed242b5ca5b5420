//! Money that organisations were given.

use smilefactory_core::identity::{FundingRoundDraft, FundingRoundInput};
use smilefactory_core::money::Money;
use smilefactory_core::text::Currency;
use smilefactory_core::validation::Report;
use uuid::Uuid;

use super::copy::CopyText;
use super::csv::Row;
use super::kind::{InCrunchbase, Kind, Names};
use super::organisations::dollars;

/// The kind.
#[derive(Debug)]
pub(super) enum FundingRounds {}

impl Kind for FundingRounds {
    type Draft = FundingRoundDraft;

    fn key(draft: &FundingRoundDraft) -> String {
        let raised = draft.raised.as_ref().map(ToString::to_string).unwrap_or_default();
        format!("{}\0{}\0{}\0{raised}", draft.organisation, draft.funded_on, draft.kind)
    }

    fn write(draft: &FundingRoundDraft, line: u64, id: Uuid, rows: &mut CopyText) {
        rows.plain(line)
            .plain(id)
            .text(draft.organisation.as_str())
            .text(draft.kind.as_str())
            .plain(draft.funded_on)
            .maybe_plain(draft.raised.as_ref().map(Money::amount))
            .maybe(draft.raised.as_ref().map(Money::currency).map(Currency::as_str))
            .end();
    }
}

impl InCrunchbase for FundingRounds {
    const COLUMNS: Names = &[
        ("/organisation", "company_permalink"),
        ("/kind", "funding_round_type"),
        ("/funded_on", "funded_at"),
        ("/raised", "raised_amount_usd"),
    ];

    fn from_crunchbase(row: Row<'_>, report: &mut Report) -> FundingRoundInput {
        let mut get = |column| row.get(column, report).unwrap_or_default().to_owned();
        let (organisation, funded_on) = (get("company_permalink"), get("funded_at"));
        let kind = match get("funding_round_type").as_str() {
            "series-c+" => "series_c".to_owned(),
            kind => kind.replace('-', "_"),
        };
        let raised = dollars(row, "raised_amount_usd", report);
        FundingRoundInput { organisation, kind, funded_on, raised }
    }
}
