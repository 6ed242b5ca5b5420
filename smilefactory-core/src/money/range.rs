//! A range of money, in one currency.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
#[cfg(feature = "openapi")]
use utoipa::openapi::schema::ObjectBuilder;

#[cfg(feature = "openapi")]
use super::Amount;
use super::{Money, parse_amount};
use crate::patch::Patch;
#[cfg(feature = "openapi")]
use crate::schema::{Form, Named, closed, member};
use crate::text::Currency;
use crate::validation::{Field, Report, Violation, Violations};

/// From one sum of money to another of the same currency, both included.
///
/// ```
/// use smilefactory_core::money::{Money, MoneyRange};
///
/// let ticket: MoneyRange = serde_json::from_str(r#"{"min": "25000", "max": "100000", "currency": "USD"}"#)?;
/// let sum = |amount: &str, currency| Money::new(amount.parse().unwrap(), currency).unwrap();
/// assert_eq!(ticket.contains(&sum("40000", "USD")), Some(true));
/// assert_eq!(ticket.contains(&sum("1000000", "USD")), Some(false));
/// assert_eq!(ticket.contains(&sum("40000", "ZAR")), None);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "MoneyRangeInput", into = "MoneyRangeInput")]
pub struct MoneyRange {
    min: Decimal,
    max: Decimal,
    currency: Currency,
}

/// A range of money as it is sent; the amounts are strings, so that no reader rounds them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MoneyRangeInput {
    /// The least, in units of the currency: `"25000"`.
    pub min: Decimal,
    /// The most, in units of the currency: `"100000"`.
    pub max: Decimal,
    /// Which currency, as ISO 4217 writes it.
    pub currency: String,
}

/// A change of a range of money: what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MoneyRangePatch {
    /// The least, in units of the currency.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    pub min: Patch<Decimal>,
    /// The most, in units of the currency.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    pub max: Patch<Decimal>,
    /// Which currency, as ISO 4217 writes it.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    pub currency: Patch<String>,
}

impl MoneyRange {
    /// From `min` to `max` units of the currency with this ISO 4217 code.
    pub fn new(min: Decimal, max: Decimal, currency: &str) -> Result<Self, Violations> {
        Self::from_raw(MoneyRangeInput { min, max, currency: currency.to_owned() })
    }

    /// The least.
    pub fn min(&self) -> Money {
        Money { amount: self.min, currency: self.currency.clone() }
    }

    /// The most.
    pub fn max(&self) -> Money {
        Money { amount: self.max, currency: self.currency.clone() }
    }

    /// Which currency.
    pub const fn currency(&self) -> &Currency {
        &self.currency
    }

    /// Whether a sum lies in the range; `None` when it is of another currency, which cannot be told.
    pub fn contains(&self, sum: &Money) -> Option<bool> {
        (sum.currency == self.currency).then(|| (self.min..=self.max).contains(&sum.amount))
    }
}

impl Field for MoneyRange {
    type Raw = MoneyRangeInput;
    type Change = MoneyRangePatch;
    fn parse(raw: MoneyRangeInput, report: &mut Report) -> Option<Self> {
        let currency = report.field("currency", |report| Currency::parse(raw.currency, report));
        let min = report.field("min", |report| parse_amount(raw.min, currency.as_ref(), report));
        let max = report.field("max", |report| parse_amount(raw.max, currency.as_ref(), report));
        let (min, max) = (min?, max?);
        if min > max {
            return report.field("max", |report| report.refuse(Violation::range_order()));
        }
        Some(Self { min, max, currency: currency? })
    }
    fn into_raw(self) -> MoneyRangeInput {
        MoneyRangeInput { min: self.min, max: self.max, currency: self.currency.into() }
    }
    fn change(raw: &mut MoneyRangeInput, change: MoneyRangePatch) {
        change.min.apply(&mut raw.min, |min, new| *min = new);
        change.max.apply(&mut raw.max, |max, new| *max = new);
        change.currency.apply(&mut raw.currency, |currency, new| *currency = new);
    }
}

impl TryFrom<MoneyRangeInput> for MoneyRange {
    type Error = Violations;
    fn try_from(raw: MoneyRangeInput) -> Result<Self, Violations> {
        Self::from_raw(raw)
    }
}

impl From<MoneyRange> for MoneyRangeInput {
    fn from(range: MoneyRange) -> Self {
        range.into_raw()
    }
}

impl std::fmt::Display for MoneyRange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}–{} {}", self.min, self.max, self.currency)
    }
}

#[cfg(feature = "openapi")]
impl crate::schema::DescribedObject for MoneyRange {
    fn name(form: Form) -> &'static str {
        match form {
            Form::Answer => "MoneyRange",
            Form::Input => "MoneyRangeInput",
            Form::Patch => "MoneyRangePatch",
        }
    }
    fn object(form: Form) -> ObjectBuilder {
        let object =
            ObjectBuilder::new().description(Some("From one sum of money to another, both included."));
        let object = member::<Amount>(object, "min", "The least, in units of the currency.", form, None);
        let object = member::<Amount>(object, "max", "The most, in units of the currency.", form, None);
        let object =
            member::<Currency>(object, "currency", "Which currency, as ISO 4217 writes it.", form, None);
        closed(object, form)
    }
    fn gather_members(_: Form, _: &mut Named) {}
}
#[cfg(feature = "openapi")]
crate::schema::object!(MoneyRange, Answer MoneyRange, Input MoneyRangeInput, Patch MoneyRangePatch);
