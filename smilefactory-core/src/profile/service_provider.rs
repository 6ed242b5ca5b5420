//! Service providers: people who sell work that others need.

use super::{Label, Labels};
use crate::choice::choices;
use crate::collection::{List, Set, Whole};
use crate::money::Money;
use crate::record::record;
use crate::text::Line;
use crate::validation::{Report, Violation, code};

choices! {
    /// How a service is paid for.
    PriceModel {
        /// One price for the whole.
        Fixed = "fixed",
        /// A price an hour.
        Hourly = "hourly",
        /// What the provider offers when asked.
        Quote = "quote",
    }

    /// Whether a service provider takes orders.
    OrderBook {
        /// Now.
        Open = "open",
        /// A few.
        Limited = "limited",
        /// Not at present.
        Full = "full",
    }
}

record! {
    /// Something a service provider offers.
    pub struct Service / ServiceInput / ServicePatch {
        /// What it is called.
        title: Line<1, 120>,
        /// What sort of work it is.
        category: Option<Label>,
        /// How it is paid for.
        price_model: PriceModel,
        /// The price, of the whole or an hour; none when it is quoted.
        price: Option<Money>,
    }
    check(price_model, price) |report| Service::check_price(*price_model, price.as_ref(), report);
}

impl Service {
    fn check_price(model: PriceModel, price: Option<&Money>, report: &mut Report) {
        let violation = match (model, price) {
            (PriceModel::Fixed | PriceModel::Hourly, None) => Violation::required(),
            (PriceModel::Quote, Some(_)) => {
                Violation::new(code::NOT_ALLOWED, "must not be given when the price is quoted")
            }
            _ => return,
        };
        report.field("price", |report| report.add(violation));
    }
}

record! {
    /// What a service provider tells beyond the shared parts.
    pub struct ServiceProvider / ServiceProviderInput / ServiceProviderPatch {
        /// What they offer.
        services: List<Service, 50>,
        /// What they know well.
        expertise: Labels,
        /// What they are certified for.
        certifications: Set<Line<1, 120>, 30>,
        /// How many clients they have served.
        clients_served: Option<Whole<0, 1_000_000>>,
        /// How many days an order takes them, usually.
        turnaround_days: Option<Whole<0, 3_650>>,
        /// Whether they take orders.
        availability: Option<OrderBook>,
    }
}
