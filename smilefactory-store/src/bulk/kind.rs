//! What the rows of a file can be: how each kind is read, and how it is written for `COPY`.

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};
use smilefactory_core::event::Zone;
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

    /// What makes a row the same as one that is there.
    fn key(draft: &Self::Draft) -> String;

    /// Writes the row.
    fn write(draft: &Self::Draft, line: u64, id: Uuid, rows: &mut CopyText);
}

/// What another list calls the fields of a kind: the field, as a pointer, and its name there.
pub(super) type Names = &'static [(&'static str, &'static str)];

/// A kind of rows that CrunchBase has.
pub(super) trait InCrunchbase: Kind {
    /// The columns that its fields are read from.
    const COLUMNS: Names;

    /// What a row says. What cannot be read at all is told at its column, and left out.
    fn from_crunchbase(row: Row<'_>, report: &mut Report) -> <Self::Draft as Field>::Raw;
}

/// Whose rows are read, and since when: what their ids are made of.
#[derive(Clone, Debug)]
pub(super) struct Owner {
    pub(super) tenant: TenantId,
    pub(super) source: Slug,
    pub(super) at: DateTime<Utc>,
    /// The zone of days that have none.
    pub(super) zone: Zone,
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
        let raw = object(text).map_err(|violation| vec![violation])?;
        let draft = K::Draft::from_raw(raw).map_err(smilefactory_core::validation::Violations::into_vec)?;
        self.write::<K>(kind, &draft, line, rows);
        Ok(())
    }

    /// Reads a row of CrunchBase.
    pub(super) fn crunchbase<K: InCrunchbase>(
        &self,
        kind: &str,
        row: Row<'_>,
        line: u64,
        rows: &mut CopyText,
    ) -> Result<(), Vec<Violation>> {
        let mut report = Report::new();
        let raw = K::from_crunchbase(row, &mut report);
        self.renamed::<K>(kind, raw, report, K::COLUMNS, line, rows)
    }

    /// Takes what was read from a list with names of its own, and tells of what is wrong by those.
    pub(super) fn renamed<K: Kind>(
        &self,
        kind: &str,
        raw: <K::Draft as Field>::Raw,
        report: Report,
        names: Names,
        line: u64,
        rows: &mut CopyText,
    ) -> Result<(), Vec<Violation>> {
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
                    let violation = renamed(violation, names);
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

/// The object that a line is.
pub(super) fn object<T: DeserializeOwned>(text: &[u8]) -> Result<T, Violation> {
    let text = std::str::from_utf8(text).map_err(|_| Violation::malformed("text in UTF-8"))?;
    let mut json = serde_json::Deserializer::from_str(text);
    let read = read_json::<T, _>(&mut json)?;
    json.end().map_err(|_| Violation::malformed("one JSON object on a line"))?;
    Ok(read)
}

/// A violation of a field, by the name of what it was read from.
fn renamed(violation: Violation, names: Names) -> Violation {
    let of = |field: &&(&str, &str)| {
        violation.pointer.strip_prefix(field.0).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    match names.iter().find(of) {
        Some((_, name)) => Violation { pointer: format!("/{name}"), ..violation },
        None => violation,
    }
}
