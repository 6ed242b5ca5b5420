//! What a partial update says of one field: nothing, "clear it", or a value.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A field of a partial update, as a JSON merge patch (RFC 7396) has it: absent keeps what is there, `null`
/// clears it, a value replaces it.
///
/// Fields of this type carry `#[serde(default, skip_serializing_if = "Patch::is_keep")]`.
///
/// ```
/// use smilefactory_core::patch::Patch;
///
/// #[derive(serde::Deserialize)]
/// struct Change {
///     #[serde(default)]
///     headline: Patch<String>,
/// }
/// let change = |json| serde_json::from_str::<Change>(json).unwrap().headline;
/// assert_eq!(change("{}"), Patch::Keep);
/// assert_eq!(change(r#"{"headline": null}"#), Patch::Clear);
/// assert_eq!(change(r#"{"headline": "new"}"#), Patch::Set("new".to_owned()));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Patch<T> {
    /// Leave the field as it is.
    #[default]
    Keep,
    /// Empty the field.
    Clear,
    /// Put this value in its place.
    Set(T),
}

impl<T> Patch<T> {
    /// Whether the field stays as it is.
    pub const fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }

    /// Carries out the change on `field`, a value by `set`; an emptied field holds its type's default.
    pub fn apply<F: Default>(self, field: &mut F, set: impl FnOnce(&mut F, T)) {
        match self {
            Self::Keep => {}
            Self::Clear => *field = F::default(),
            Self::Set(value) => set(field, value),
        }
    }
}

impl<T> From<T> for Patch<T> {
    fn from(value: T) -> Self {
        Self::Set(value)
    }
}

impl<T: Serialize> Serialize for Patch<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Keep | Self::Clear => serializer.serialize_none(),
            Self::Set(value) => serializer.serialize_some(value),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // serde only comes here when the field is there.
        Option::<T>::deserialize(deserializer).map(|value| value.map_or(Self::Clear, Self::Set))
    }
}
