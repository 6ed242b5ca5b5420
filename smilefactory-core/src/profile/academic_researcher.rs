//! Academic researchers.

use super::{Label, Labels};
use crate::collection::{List, Set, Whole, repeated};
use crate::record::record;
use crate::text::{Doi, Line, Orcid};
use crate::validation::{Report, Violation};

record! {
    /// Something a researcher published.
    pub struct Publication / PublicationInput / PublicationPatch {
        /// Its title.
        title: Line<1, 300>,
        /// The year it came out.
        year: Option<Whole<1900, 2100>>,
        /// The journal, conference or publisher.
        venue: Option<Line<1, 200>>,
        /// Its DOI; no two publications of a profile have the same.
        doi: Option<Doi>,
    }
}

record! {
    /// What a researcher tells beyond the shared parts.
    pub struct AcademicResearcher / AcademicResearcherInput / AcademicResearcherPatch {
        /// Where they do research.
        institution: Option<Line<1, 200>>,
        /// In which discipline.
        discipline: Option<Label>,
        /// What about.
        research_areas: Labels,
        /// Their ORCID iD.
        orcid: Option<Orcid>,
        /// What they published.
        publications: List<Publication, 200>,
        /// The grants they look for.
        grants_sought: Set<Line<1, 200>, 20>,
        /// What of their research they would see used.
        transfer_interests: Labels,
    }
    check(publications) |report| AcademicResearcher::check_dois(publications, report);
}

impl AcademicResearcher {
    fn check_dois(publications: &List<Publication, 200>, report: &mut Report) {
        let with_doi: Vec<(usize, &Doi)> =
            publications.iter().enumerate().filter_map(|(n, p)| Some((n, p.doi.as_ref()?))).collect();
        let dois: Vec<&Doi> = with_doi.iter().map(|(_, doi)| *doi).collect();
        for (index, _) in repeated(&dois).filter_map(|n| with_doi.get(n)) {
            report.field("publications", |report| {
                report
                    .entry(*index, |report| report.field("doi", |report| report.add(Violation::duplicate())));
            });
        }
    }
}
