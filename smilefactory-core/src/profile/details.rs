//! What only one kind of profile tells.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::{
    AcademicResearcher, AcademicResearcherInput, AcademicResearcherPatch, BusinessInvestor,
    BusinessInvestorInput, BusinessInvestorPatch, CommunityMember, CommunityMemberInput,
    CommunityMemberPatch, CorporatePartner, CorporatePartnerInput, CorporatePartnerPatch, GovernmentOfficial,
    GovernmentOfficialInput, GovernmentOfficialPatch, Innovator, InnovatorInput, InnovatorPatch, Mentor,
    MentorInput, MentorPatch, ProfileKind, ServiceProvider, ServiceProviderInput, ServiceProviderPatch,
    ViewerClass,
};
use crate::validation::{Field, Report, Violation, code, read_json};

macro_rules! kinds {
    ($( $kind:ident / $input:ident / $patch:ident, )*) => {
        /// What only one kind of profile tells; in JSON an object whose `kind` says which.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "kind", rename_all = "snake_case")]
        pub enum Details {
            $(
                #[doc = concat!("The details of kind [`", stringify!($kind), "`](ProfileKind::", stringify!($kind), ").")]
                $kind($kind),
            )*
        }

        /// [`Details`] as they are sent, before they are checked.
        #[derive(Clone, Debug, PartialEq)]
        pub enum DetailsInput {
            $(
                #[doc = concat!("The details of kind [`", stringify!($kind), "`](ProfileKind::", stringify!($kind), ").")]
                $kind($input),
            )*
            /// Details of no kind, or whose members have wrong types: what is wrong, with a pointer from here;
            /// told when they are parsed, together with what is wrong elsewhere.
            Unreadable(Violation),
        }

        /// A change of some fields of [`Details`]: what is absent stays. It need not say its kind; when it does, it
        /// must be the one the profile has.
        ///
        /// ```
        /// use smilefactory_core::profile::{ProfileContent, ProfileInput, ProfilePatch};
        /// use smilefactory_core::validation::Field;
        ///
        /// let details = r#"{"details": {"kind": "mentor", "capacity": 5, "open_slots": 2}}"#;
        /// let mut input: ProfileInput = serde_json::from_str(details)?;
        /// let patch: ProfilePatch = serde_json::from_str(r#"{"details": {"open_slots": 6}}"#)?;
        /// patch.apply(&mut input);
        ///
        /// let violations = ProfileContent::from_raw(input).unwrap_err();
        /// assert_eq!(violations.to_string(), "/details/open_slots: must lie between 0 and 5 (out_of_range)");
        /// # Ok::<(), serde_json::Error>(())
        /// ```
        #[derive(Clone, Debug, PartialEq)]
        pub enum DetailsPatch {
            $(
                #[doc = concat!("For details of kind [`", stringify!($kind), "`](ProfileKind::", stringify!($kind), ").")]
                $kind($patch),
            )*
            /// Without a kind: for the kind the profile has, whichever that is.
            OfAnyKind(Map<String, Value>),
            /// What is wrong with the change, with a pointer from here; told when the changed details are parsed.
            Unreadable(Violation),
        }

        impl Details {
            /// Which kind they are of.
            pub const fn kind(&self) -> ProfileKind {
                match self { $( Self::$kind(_) => ProfileKind::$kind, )* }
            }
        }

        impl Field for Details {
            type Raw = DetailsInput;
            type Change = DetailsPatch;
            fn parse(raw: DetailsInput, report: &mut Report) -> Option<Self> {
                match raw {
                    $( DetailsInput::$kind(raw) => $kind::parse(raw, report).map(Self::$kind), )*
                    DetailsInput::Unreadable(violation) => {
                        report.add_below(violation);
                        None
                    }
                }
            }
            fn into_raw(self) -> DetailsInput {
                match self { $( Self::$kind(valid) => DetailsInput::$kind(valid.into_raw()), )* }
            }
            fn change(raw: &mut DetailsInput, change: DetailsPatch) {
                change.apply(raw);
            }
        }

        impl DetailsInput {
            /// Details of this kind with nothing filled in.
            pub fn empty(kind: ProfileKind) -> Self {
                match kind { $( ProfileKind::$kind => Self::$kind($input::default()), )* }
            }

            /// Which kind they are of, when they are readable.
            pub const fn kind(&self) -> Option<ProfileKind> {
                match self {
                    $( Self::$kind(_) => Some(ProfileKind::$kind), )*
                    Self::Unreadable(_) => None,
                }
            }

            fn read(json: Value) -> Result<Self, Violation> {
                let (kind, members) = split(json)?;
                match kind.ok_or_else(missing_kind)? {
                    $( ProfileKind::$kind => read_json(Value::Object(members)).map(Self::$kind), )*
                }
            }
        }

        impl DetailsPatch {
            /// Carries the change out on the raw form, to be parsed again as a whole.
            pub fn apply(self, input: &mut DetailsInput) {
                match (self, &mut *input) {
                    $( (Self::$kind(patch), DetailsInput::$kind(raw)) => patch.apply(raw), )*
                    $( (Self::OfAnyKind(members), DetailsInput::$kind(raw)) => {
                        match read_json::<$patch, _>(Value::Object(members)) {
                            Ok(patch) => patch.apply(raw),
                            Err(violation) => *input = DetailsInput::Unreadable(violation),
                        }
                    } )*
                    // Nothing is there yet: the change says all there is.
                    $( (Self::$kind(patch), DetailsInput::Unreadable(_)) => {
                        let mut raw = $input::default();
                        patch.apply(&mut raw);
                        *input = DetailsInput::$kind(raw);
                    } )*
                    (Self::Unreadable(violation), _) => *input = DetailsInput::Unreadable(violation),
                    (Self::OfAnyKind(_), DetailsInput::Unreadable(_)) => {}
                    _ => *input = DetailsInput::Unreadable(another_kind(input.kind())),
                }
            }

            fn read(json: Value) -> Result<Self, Violation> {
                let (kind, members) = split(json)?;
                match kind {
                    None => Ok(Self::OfAnyKind(members)),
                    $( Some(ProfileKind::$kind) => read_json(Value::Object(members)).map(Self::$kind), )*
                }
            }
        }

        impl Serialize for DetailsInput {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $( Self::$kind(rest) => Tagged { kind: ProfileKind::$kind, rest }.serialize(serializer), )*
                    // Whoever reads it finds again that something is wrong.
                    Self::Unreadable(_) => serializer.serialize_none(),
                }
            }
        }

        impl Serialize for DetailsPatch {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $( Self::$kind(rest) => Tagged { kind: ProfileKind::$kind, rest }.serialize(serializer), )*
                    Self::OfAnyKind(members) => members.serialize(serializer),
                    Self::Unreadable(_) => serializer.serialize_none(),
                }
            }
        }

        #[cfg(feature = "openapi")]
        mod schema {
            use utoipa::openapi::schema::{Discriminator, ObjectBuilder, OneOfBuilder, Ref};
            use crate::schema::{Described, DescribedObject, Form, Named, RefOr, Schema, leaf};
            use super::*;

            const KINDS: &[(&str, ProfileKind)] = &[$( (concat!(stringify!($kind), "Details"), ProfileKind::$kind), )*];

            fn name(of: &str, form: Form) -> String {
                format!("{of}{}", form.suffix())
            }

            fn one_of(form: Form) -> RefOr<Schema> {
                let place = |of| format!("#/components/schemas/{}", name(of, form));
                let mapping = KINDS.iter().map(|(name, kind)| (kind.as_str(), place(name)));
                let one_of = OneOfBuilder::new()
                    .description(Some("What only one kind of profile tells; `kind` says which."))
                    .discriminator(Some(Discriminator::with_mapping("kind", mapping)));
                KINDS.iter().fold(one_of, |one_of, (name, _)| one_of.item(Ref::new(place(name)))).into()
            }

            /// The members of a kind, and the word that says which kind it is.
            fn of_kind(object: ObjectBuilder, kind: ProfileKind, form: Form) -> RefOr<Schema> {
                let word = leaf::text().enum_values(Some([kind.as_str()])).description(Some("Which kind."));
                let object = object.property("kind", word);
                if form == Form::Patch { object.into() } else { object.required("kind").into() }
            }

            impl Described for Details {
                fn describe(form: Form) -> RefOr<Schema> {
                    Ref::from_schema_name(name("Details", form)).into()
                }
                fn gather(form: Form, named: &mut Named) {
                    leaf::gather_one(named, &name("Details", form), || one_of(form));
                    $(
                        leaf::gather_one(named, &name(concat!(stringify!($kind), "Details"), form), || {
                            of_kind(<$kind as DescribedObject>::object(form), ProfileKind::$kind, form)
                        });
                        <$kind as DescribedObject>::gather_members(form, named);
                    )*
                }
            }
        }

        $(
            impl From<$kind> for Details {
                fn from(details: $kind) -> Self { Self::$kind(details) }
            }
            impl From<$input> for DetailsInput {
                fn from(details: $input) -> Self { Self::$kind(details) }
            }
            impl From<$patch> for DetailsPatch {
                fn from(change: $patch) -> Self { Self::$kind(change) }
            }
        )*
    };
}

kinds! {
    Innovator / InnovatorInput / InnovatorPatch,
    BusinessInvestor / BusinessInvestorInput / BusinessInvestorPatch,
    Mentor / MentorInput / MentorPatch,
    CorporatePartner / CorporatePartnerInput / CorporatePartnerPatch,
    GovernmentOfficial / GovernmentOfficialInput / GovernmentOfficialPatch,
    AcademicResearcher / AcademicResearcherInput / AcademicResearcherPatch,
    ServiceProvider / ServiceProviderInput / ServiceProviderPatch,
    CommunityMember / CommunityMemberInput / CommunityMemberPatch,
}

impl Details {
    /// The details without the portfolio entries that are not for this viewer.
    #[must_use]
    pub fn seen_by(&self, viewer: ViewerClass) -> Self {
        let mut details = self.clone();
        if let Self::BusinessInvestor(investor) = &mut details {
            investor.portfolio.retain(|entry| entry.visibility.shows_to(viewer));
        }
        details
    }
}

impl Default for DetailsInput {
    fn default() -> Self {
        Self::Unreadable(missing_kind())
    }
}

impl<'de> Deserialize<'de> for DetailsInput {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::read(Value::deserialize(deserializer)?).unwrap_or_else(Self::Unreadable))
    }
}

impl<'de> Deserialize<'de> for DetailsPatch {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::read(Value::deserialize(deserializer)?).unwrap_or_else(Self::Unreadable))
    }
}

#[derive(Serialize)]
struct Tagged<'a, T> {
    kind: ProfileKind,
    #[serde(flatten)]
    rest: &'a T,
}

/// The kind an object says it is of, and its other members.
fn split(json: Value) -> Result<(Option<ProfileKind>, Map<String, Value>), Violation> {
    let Value::Object(mut members) = json else {
        return Err(match json {
            Value::Null => missing_kind(),
            _ => Violation::new(code::WRONG_TYPE, "must be an object"),
        });
    };
    let kind = match members.remove("kind") {
        None | Some(Value::Null) => None,
        Some(Value::String(word)) => match ProfileKind::ALL.iter().find(|kind| kind.as_str() == word) {
            Some(kind) => Some(*kind),
            None => return Err(at_kind(Violation::unknown_value(ProfileKind::WORDS))),
        },
        Some(_) => return Err(at_kind(Violation::new(code::WRONG_TYPE, "must be a word"))),
    };
    Ok((kind, members))
}

fn at_kind(violation: Violation) -> Violation {
    Violation { pointer: "/kind".into(), ..violation }
}

fn missing_kind() -> Violation {
    at_kind(Violation::required())
}

fn another_kind(present: Option<ProfileKind>) -> Violation {
    let present = present.map_or("another kind", ProfileKind::as_str);
    at_kind(
        Violation::new(
            code::NOT_ALLOWED,
            format!("must be {present}, or left out: only the whole profile can change its kind"),
        )
        .with("kind", present),
    )
}
