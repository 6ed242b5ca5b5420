//! The schema of the events, for the OpenAPI document.

use std::borrow::Cow;

use utoipa::openapi::schema::{Discriminator, OneOfBuilder, Ref};

use super::LiveEvent;
use crate::schema::{Named, RefOr, Schema, leaf};

fn place(name: &str) -> String {
    format!("#/components/schemas/{name}")
}

impl utoipa::PartialSchema for LiveEvent {
    fn schema() -> RefOr<Schema> {
        let events = Self::schemas();
        let mapping = events.iter().map(|(name, word, _)| (*word, place(name)));
        let one_of = OneOfBuilder::new()
            .description(Some("Something that happened while somebody listened; `type` says what."))
            .discriminator(Some(Discriminator::with_mapping("type", mapping)));
        events.iter().fold(one_of, |one_of, (name, ..)| one_of.item(Ref::new(place(name)))).into()
    }
}

impl utoipa::ToSchema for LiveEvent {
    fn name() -> Cow<'static, str> {
        "LiveEvent".into()
    }

    fn schemas(named: &mut Named) {
        for (name, word, object) in Self::schemas() {
            let kind = leaf::text().enum_values(Some([word])).description(Some("What happened."));
            leaf::gather_one(named, name, || object.property("type", kind).required("type").into());
        }
        Self::gather_members(named);
    }
}
