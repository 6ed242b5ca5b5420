//! Money: a decimal amount of a currency, never a floating number.

mod range;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
#[cfg(feature = "openapi")]
use utoipa::openapi::schema::ObjectBuilder;

pub use self::range::{MoneyRange, MoneyRangeInput, MoneyRangePatch};
use crate::patch::Patch;
#[cfg(feature = "openapi")]
use crate::schema::{Form, Named, closed, member};
use crate::text::Currency;
use crate::validation::{Field, Report, Violation, Violations, code};

/// A sum of money, zero or more, with no more decimals than its currency has.
///
/// ```
/// use smilefactory_core::money::Money;
/// let ticket = Money::new("25000.50".parse().unwrap(), "USD").unwrap();
/// assert_eq!(ticket.to_string(), "25000.50 USD");
/// assert!(Money::new("0.001".parse().unwrap(), "USD").is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "MoneyInput", into = "MoneyInput")]
pub struct Money {
    amount: Decimal,
    currency: Currency,
}

/// A sum of money as it is sent; the amount is a string, so that no reader rounds it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MoneyInput {
    /// How much, in units of the currency: `"25000.50"`.
    pub amount: Decimal,
    /// Which currency, as ISO 4217 writes it.
    pub currency: String,
}

/// A change of a sum of money: what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MoneyPatch {
    /// How much, in units of the currency.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    pub amount: Patch<Decimal>,
    /// Which currency, as ISO 4217 writes it.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    pub currency: Patch<String>,
}

impl Money {
    /// The largest sum: just under a quadrillion, which the database's `numeric(19, 4)` holds.
    pub const MAX: Decimal = Decimal::from_parts(2_764_472_319, 232_830, 0, false, 0);

    /// `amount` units of the currency with this ISO 4217 code.
    pub fn new(amount: Decimal, currency: &str) -> Result<Self, Violations> {
        Self::from_raw(MoneyInput { amount, currency: currency.to_owned() })
    }

    /// How much, in units of the currency.
    pub const fn amount(&self) -> Decimal {
        self.amount
    }

    /// Which currency.
    pub const fn currency(&self) -> &Currency {
        &self.currency
    }
}

impl Field for Money {
    type Raw = MoneyInput;
    type Change = MoneyPatch;
    fn parse(raw: MoneyInput, report: &mut Report) -> Option<Self> {
        let currency = report.field("currency", |report| Currency::parse(raw.currency, report));
        let amount = report.field("amount", |report| parse_amount(raw.amount, currency.as_ref(), report));
        Some(Self { amount: amount?, currency: currency? })
    }
    fn into_raw(self) -> MoneyInput {
        MoneyInput { amount: self.amount, currency: self.currency.into() }
    }
    fn change(raw: &mut MoneyInput, change: MoneyPatch) {
        change.amount.apply(&mut raw.amount, |amount, new| *amount = new);
        change.currency.apply(&mut raw.currency, |currency, new| *currency = new);
    }
}

/// An amount with exactly as many decimals as its currency has, so that equal sums are written alike.
fn parse_amount(raw: Decimal, currency: Option<&Currency>, report: &mut Report) -> Option<Decimal> {
    let mut amount = raw.normalize();
    if amount.is_sign_negative() || amount > Money::MAX {
        return report.refuse(Violation::out_of_range("0", Money::MAX.to_string()));
    }
    let decimals = currency?.decimals();
    if amount.scale() > decimals {
        return report.refuse(
            Violation::new(
                code::MALFORMED,
                format!("must have at most {decimals} digits after the decimal point"),
            )
            .with("decimals", decimals),
        );
    }
    amount.rescale(decimals);
    Some(amount)
}

impl TryFrom<MoneyInput> for Money {
    type Error = Violations;
    fn try_from(raw: MoneyInput) -> Result<Self, Violations> {
        Self::from_raw(raw)
    }
}

impl From<Money> for MoneyInput {
    fn from(money: Money) -> Self {
        money.into_raw()
    }
}

impl std::fmt::Display for Money {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.amount, self.currency)
    }
}

/// The schema of an amount: a decimal number in a string.
#[cfg(feature = "openapi")]
struct Amount;

#[cfg(feature = "openapi")]
crate::schema::leaf::leaf!(
    [] Amount, "Amount",
    crate::schema::leaf::text().pattern(Some(r"^[0-9]{1,15}(\.[0-9]{1,4})?$")).examples([serde_json::json!("25000.50")])
);

#[cfg(feature = "openapi")]
impl crate::schema::DescribedObject for Money {
    fn name(form: Form) -> &'static str {
        match form {
            Form::Answer => "Money",
            Form::Input => "MoneyInput",
            Form::Patch => "MoneyPatch",
        }
    }
    fn object(form: Form) -> ObjectBuilder {
        let object = ObjectBuilder::new().description(Some("A sum of money."));
        let object = member::<Amount>(object, "amount", "How much, in units of the currency.", form, None);
        let object =
            member::<Currency>(object, "currency", "Which currency, as ISO 4217 writes it.", form, None);
        closed(object, form)
    }
    fn gather_members(_: Form, _: &mut Named) {}
}
#[cfg(feature = "openapi")]
crate::schema::object!(Money, Answer Money, Input MoneyInput, Patch MoneyPatch);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing;

    fn money(amount: &str, currency: &str) -> Result<Money, Violations> {
        Money::new(amount.parse().unwrap(), currency)
    }

    #[test]
    fn the_largest_sum_fits_fifteen_digits() {
        assert_eq!(Money::MAX.to_string(), "999999999999999");
        assert_eq!(money("999999999999999", "USD").unwrap().to_string(), "999999999999999.00 USD");
        assert_eq!(money("999999999999999", "CLF").unwrap().to_string(), "999999999999999.0000 CLF");
        for (amount, currency) in
            [("999999999999999.01", "USD"), ("-0.01", "USD"), ("1.5", "JPY"), ("1.001", "USD")]
        {
            assert!(money(amount, currency).is_err(), "{amount} {currency}");
        }
    }

    #[test]
    fn equal_sums_are_written_alike() {
        for amount in ["5", "5.0", "5.00", "5.0000", "05"] {
            assert_eq!(money(amount, "usd").unwrap().to_string(), "5.00 USD");
        }
        assert_eq!(money("-0", "USD").unwrap().to_string(), "0.00 USD");
        assert_eq!(money("7.000", "JPY").unwrap().to_string(), "7 JPY");
    }

    #[test]
    fn amount_and_currency_are_both_told() {
        let violations = money("-1", "Zollar").unwrap_err();
        let pointers: Vec<_> = violations.iter().map(|v| v.pointer.as_str()).collect();
        assert_eq!(pointers, ["/currency", "/amount"]);
        let violations = MoneyRange::new(Decimal::TWO, Decimal::ONE, "USD").unwrap_err();
        let found: Vec<_> = violations.iter().map(|v| (v.pointer.as_str(), v.code.as_ref())).collect();
        assert_eq!(found, [("/max", code::RANGE_ORDER)]);
    }

    proptest! {
        #[test]
        fn money_survives_the_wire(raw in testing::money()) {
            let money = Money::from_raw(raw.clone()).unwrap();
            let json = serde_json::to_string(&money).unwrap();
            prop_assert!(json.contains(&format!("\"{}\"", money.amount())), "{} is a string", json);
            prop_assert_eq!(&serde_json::from_str::<Money>(&json).unwrap(), &money);
            prop_assert_eq!(money.into_raw(), raw);
        }

        #[test]
        fn a_range_has_its_ends_and_nothing_beyond(raw in testing::money_range()) {
            let range = MoneyRange::from_raw(raw.clone()).unwrap();
            prop_assert_eq!(range.contains(&range.min()), Some(true));
            prop_assert_eq!(range.contains(&range.max()), Some(true));
            let json = serde_json::to_string(&range).unwrap();
            prop_assert_eq!(&serde_json::from_str::<MoneyRange>(&json).unwrap(), &range);
            if let Ok(more) = Money::new(raw.max + Decimal::ONE, &raw.currency) {
                prop_assert_eq!(range.contains(&more), Some(false));
            }
            prop_assert_eq!(range.into_raw(), raw);
        }
    }
}
