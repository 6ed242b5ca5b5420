//! Parameters in the address: each is known, none stands there twice, and all that is wrong is told at once.

use std::collections::BTreeMap;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use smilefactory_core::id::Id;
use smilefactory_core::money::Money;
use smilefactory_core::text::Currency;
use smilefactory_core::validation::{Field, Report, Violation, code};
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::{RefOr, Required, Schema};

use crate::problem::ApiError;
use crate::state::AppState;

/// What narrows a list down.
pub trait Filter: Sized + serde::Serialize + Send + IntoParams {
    /// Takes its parameters.
    fn read(params: &mut Params) -> Self;
}

/// Nothing narrows a list down.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub struct Everything;

impl Filter for Everything {
    fn read(_: &mut Params) -> Self {
        Self
    }
}

impl IntoParams for Everything {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        Vec::new()
    }
}

/// Parameters that have not been taken yet, and what is wrong with those that have.
#[derive(Debug)]
pub struct Params {
    given: BTreeMap<String, String>,
    report: Report,
}

impl Params {
    /// The parameters of an address.
    pub(super) fn new(query: &str) -> Self {
        let (mut given, mut report) = (BTreeMap::new(), Report::new());
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            if given.insert(name.to_string(), value.into_owned()).is_some() {
                report.field(&name, |report| {
                    report.add(Violation::new(code::DUPLICATE, "stands in the address already"));
                });
            }
        }
        Self { given, report }
    }

    /// A parameter that `parse` reads.
    pub fn take<T>(&mut self, name: &str, parse: impl FnOnce(&str) -> Result<T, Violation>) -> Option<T> {
        let raw = self.given.remove(name)?;
        match parse(&raw) {
            Ok(value) => Some(value),
            Err(violation) => {
                self.report.field(name, |report| report.add(violation));
                None
            }
        }
    }

    /// A parameter that is a value of the domain.
    pub fn field<T: Field<Raw = String>>(&mut self, name: &str) -> Option<T> {
        let raw = self.given.remove(name)?;
        self.report.field(name, |report| T::parse(raw, report))
    }

    /// A parameter that is an id.
    pub fn id<I: Id>(&mut self, name: &str) -> Option<I> {
        self.take(name, |raw| {
            uuid::Uuid::parse_str(raw).map(I::from_uuid).map_err(|_| Violation::malformed("a UUID"))
        })
    }

    /// A parameter that is `true` or `false`.
    pub fn truth(&mut self, name: &str) -> Option<bool> {
        self.take(name, |raw| match raw {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(Violation::malformed("true or false")),
        })
    }

    /// `value`, when nothing is left over and nothing was wrong.
    pub fn finish<T>(mut self, value: T) -> Result<T, ApiError> {
        for name in self.given.keys() {
            self.report.field(name, |report| {
                report.add(Violation::new(code::UNKNOWN_FIELD, "is no parameter of this address"));
            });
        }
        Ok(self.report.finish(Some(value))?)
    }
}

/// Parameters that are no list's.
#[derive(Clone, Debug)]
pub struct Query<F>(pub F);

impl<F: Filter> FromRequestParts<AppState> for Query<F> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, ApiError> {
        let mut params = Params::new(parts.uri.query().unwrap_or_default());
        let filter = F::read(&mut params);
        params.finish(Self(filter))
    }
}

/// An optional parameter, for the document.
pub fn optional(name: &str, description: &str, schema: impl Into<RefOr<Schema>>) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(schema))
        .build()
}

/// A price in the currency that is asked for.
pub(crate) fn price(raw: &str, currency: Option<&Currency>) -> Result<Money, Violation> {
    let Some(currency) = currency else { return Err(Violation::malformed("given with a `currency`")) };
    let amount = Violation::malformed("an amount of the currency");
    serde_json::from_value(serde_json::json!({"amount": raw, "currency": currency.as_str()}))
        .map_err(|_| amount)
}
