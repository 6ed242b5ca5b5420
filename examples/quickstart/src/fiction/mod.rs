//! Made-up people: who they are follows from their number alone, so that every run makes the same community.

mod kinds;
mod posts;
mod tables;

use smilefactory_core::profile::{LocationInput, LookingForInput, ProfileInput, ProfileKind};

use self::tables::{AVAILABILITY, CITIES, FIRST_NAMES, INTERESTS, LAST_NAMES, SECTORS, Sector};
use crate::person::Person;

/// So many made-up people, at least one of each kind when there are eight, in about the shares of a community.
pub(crate) fn people(count: u16) -> Vec<Person> {
    let kinds = shares(count).into_iter().flat_map(|(kind, count)| (0..count).map(move |n| (kind, n)));
    kinds.zip(0..).map(|((kind, of_kind), number)| Character { kind, of_kind, number }.person()).collect()
}

/// How many are of each kind: to whoever is furthest below their share the next place goes.
fn shares(count: u16) -> [(ProfileKind, u64); 8] {
    const PERCENT: [(ProfileKind, u64); 8] = [
        (ProfileKind::Innovator, 35),
        (ProfileKind::BusinessInvestor, 4),
        (ProfileKind::Mentor, 8),
        (ProfileKind::CorporatePartner, 7),
        (ProfileKind::GovernmentOfficial, 4),
        (ProfileKind::AcademicResearcher, 2),
        (ProfileKind::ServiceProvider, 25),
        (ProfileKind::CommunityMember, 15),
    ];
    // Everybody is there once; whoever is past their share with that waits until the others have theirs.
    let mut counts = PERCENT.map(|(kind, percent)| (kind, percent, 1_u64));
    for _ in 8..count {
        let next = counts.iter_mut().max_by_key(|(_, percent, have)| percent * 1_000 / (have + 1));
        if let Some((.., have)) = next {
            *have += 1;
        }
    }
    counts.map(|(kind, _, count)| (kind, count))
}

/// Somebody made up.
#[derive(Clone, Copy, Debug)]
struct Character {
    kind: ProfileKind,
    /// Their number among those of their kind.
    of_kind: u64,
    /// Their number among all.
    number: u64,
}

impl Character {
    fn person(self) -> Person {
        let (first, last) = self.name();
        let name = format!("{first}.{last}.{}", self.number).to_lowercase().replace(' ', "-");
        let sector = self.sector();
        let (headline, bio, details) = self.details(sector);
        // Some tell more than others, as everywhere.
        let talkative = self.draw(3) != 0;
        Person {
            email: format!("{name}@example.org"),
            first_name: first,
            last_name: last,
            // Numbers that are given to nobody, for use in fiction.
            phone: talkative.then(|| format!("+447700900{:03}", self.number % 1_000)),
            bio: Some(bio),
            profile: ProfileInput {
                headline: Some(headline),
                photo: talkative.then(|| format!("https://example.org/people/{name}.jpg")),
                location: Some(self.location()),
                languages: vec!["en".to_owned(), self.pick(&["sn", "nd", "ny", "tn"], "language").to_owned()],
                skills: self.skills(),
                interests: self.interests(sector),
                links: vec![format!("https://example.org/people/{name}")],
                availability: talkative.then(|| self.pick(AVAILABILITY, "availability").to_owned()),
                looking_for: self.looking_for(),
                offering: talkative.then(|| self.offering().to_owned()),
                details,
                ..ProfileInput::default()
            },
            post: posts::of(self, sector),
        }
    }

    /// No two have the same name among the first few hundred; those after them have two first names.
    fn name(self) -> (String, String) {
        let (firsts, lasts) = (count(FIRST_NAMES), count(LAST_NAMES));
        let round = self.number / firsts;
        let first = entry(FIRST_NAMES, self.number * 7);
        let last = entry(LAST_NAMES, self.number * 5 + round);
        match round / lasts {
            0 => (first.to_owned(), last.to_owned()),
            further => {
                (format!("{first} {}", entry(FIRST_NAMES, self.number + further * 3)), last.to_owned())
            }
        }
    }

    /// Those of one kind are spread evenly over the sectors.
    fn sector(self) -> &'static Sector {
        let [first, ..] = &SECTORS;
        nth(&SECTORS, self.of_kind).unwrap_or(first)
    }

    fn location(self) -> LocationInput {
        let [first, ..] = CITIES;
        let (city, country) = nth(&CITIES, self.draw(11)).copied().unwrap_or(first);
        LocationInput { city: Some(city.to_owned()), country: country.to_owned() }
    }

    fn interests(self, sector: &Sector) -> Vec<String> {
        let mut interests = vec![sector.interest.to_owned(), sector.industry.to_owned()];
        interests.extend(self.some(INTERESTS, 2, "interests"));
        interests
    }

    fn looking_for(self) -> Vec<LookingForInput> {
        tables::looking_for(self.kind)
            .iter()
            .map(|(kind, why)| LookingForInput { kind: kind.to_string(), why: Some((*why).to_owned()) })
            .collect()
    }

    /// A number that follows from the character and what it is for.
    fn draw(self, salt: u64) -> u64 {
        let mut mixed = (self.number << 8 | salt).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB) >> 40
    }

    fn salt(purpose: &str) -> u64 {
        purpose.bytes().fold(17, |salt, byte| (salt * 31 + u64::from(byte)) % 251)
    }

    fn pick(self, from: &[&'static str], purpose: &str) -> &'static str {
        entry(from, self.draw(Self::salt(purpose)))
    }

    /// Some entries, none twice.
    fn some(self, from: &[&'static str], most: u64, purpose: &str) -> Vec<String> {
        let begin = self.draw(Self::salt(purpose));
        (0..most.min(count(from))).map(|n| entry(from, begin + n).to_owned()).collect()
    }
}

fn count<T>(of: &[T]) -> u64 {
    u64::try_from(of.len()).unwrap_or(u64::MAX)
}

/// The entry with this number, counted round and round; `None` of nothing.
fn nth<T>(from: &[T], number: u64) -> Option<&T> {
    let number = number.checked_rem(count(from))?;
    from.get(usize::try_from(number).ok()?)
}

fn entry(from: &[&'static str], number: u64) -> &'static str {
    nth(from, number).copied().unwrap_or_default()
}
