//! What the rows of a file can be: how each kind is read, and how it is written for `COPY`.

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};
use smilefactory_core::id::{Id, TenantId};
use smilefactory_core::text::Slug;
use smilefactory_core::validation::{Field, Report, Violation, read_json};
use uuid::Uuid;

use super::copy::CopyText;
use super::csv::Row;

/// A kind of rows.
pub(super) trait Kind {
    /// What a row says, checked.
    type Draft: Field<Raw: DeserializeOwned>;

    /// The columns of CrunchBase that its fields are read from: the field, as a pointer, and its column.
    const COLUMNS: &'static [(&'static str, &'static str)];

    /// What a row of CrunchBase says. What cannot be read at all is told at its column, and left out.
    fn from_crunchbase(row: Row<'_>, report: &mut Report) -> <Self::Draft as Field>::Raw;

    /// What makes a row the same as one that is there.
    fn key(draft: &Self::Draft) -> String;

    /// Writes the row.
    fn write(draft: &Self::Draft, line: u64, id: Uuid, rows: &mut CopyText);
}

/// Whose rows are read, and since when: what their ids are made of.
#[derive(Clone, Debug)]
pub(super) struct Owner {
    pub(super) tenant: TenantId,
    pub(super) source: Slug,
    pub(super) at: DateTime<Utc>,
}

impl Owner {
    /// The id of a row: made when the import was begun, and otherwise of its key. However often a row is read by the same
    /// import, its id is the same; a later import finds it by its key.
    fn id(&self, kind: &str, key: &str) -> Uuid {
        let mut hash = Sha256::new();
        for part in [self.tenant.to_string().as_str(), self.source.as_str(), kind, key] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        let digest = hash.finalize();
        let mut random = [0; 10];
        for (to, from) in random.iter_mut().zip(digest.iter()) {
            *to = *from;
        }
        smilefactory_core::id::OrganisationId::at(self.at, random).uuid()
    }

    /// Writes a row, of which nothing is wrong any more.
    fn write<K: Kind>(&self, kind: &str, draft: &K::Draft, line: u64, rows: &mut CopyText) {
        K::write(draft, line, self.id(kind, &K::key(draft)), rows);
    }

    /// Reads a row of JSON.
    pub(super) fn json<K: Kind>(
        &self,
        kind: &str,
        text: &[u8],
        line: u64,
        rows: &mut CopyText,
    ) -> Result<(), Vec<Violation>> {
        let text = std::str::from_utf8(text).map_err(|_| vec![Violation::malformed("text in UTF-8")])?;
        let mut json = serde_json::Deserializer::from_str(text);
        let raw = read_json::<<K::Draft as Field>::Raw, _>(&mut json).map_err(|violation| vec![violation])?;
        json.end().map_err(|_| vec![Violation::malformed("one JSON object on a line")])?;
        let draft = K::Draft::from_raw(raw).map_err(smilefactory_core::validation::Violations::into_vec)?;
        self.write::<K>(kind, &draft, line, rows);
        Ok(())
    }

    /// Reads a row of CrunchBase.
    pub(super) fn crunchbase<K: Kind>(
        &self,
        kind: &str,
        row: Row<'_>,
        line: u64,
        rows: &mut CopyText,
    ) -> Result<(), Vec<Violation>> {
        let mut report = Report::new();
        let raw = K::from_crunchbase(row, &mut report);
        let mut violations = match report.finish(Some(())) {
            Ok(()) => Vec::new(),
            Err(violations) => violations.into_vec(),
        };
        match K::Draft::from_raw(raw) {
            Ok(draft) if violations.is_empty() => {
                self.write::<K>(kind, &draft, line, rows);
                Ok(())
            }
            Ok(_) => Err(violations),
            Err(found) => {
                for violation in found.into_vec() {
                    let violation = at_column::<K>(violation);
                    // What was left out because it could not be read is not missing.
                    if violations.iter().all(|told| told.pointer != violation.pointer) {
                        violations.push(violation);
                    }
                }
                Err(violations)
            }
        }
    }
}

/// A violation of a field, at the column that it was read from.
fn at_column<K: Kind>(violation: Violation) -> Violation {
    let of = |field: &&(&str, &str)| {
        violation.pointer.strip_prefix(field.0).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    match K::COLUMNS.iter().find(of) {
        Some((_, column)) => Violation { pointer: format!("/{column}"), ..violation },
        None => violation,
    }
}
