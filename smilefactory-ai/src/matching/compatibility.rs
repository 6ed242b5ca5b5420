//! What both say: requirements that must be met, and aspects that count more or less.

use serde_json::Value;
use smilefactory_core::profile::{
    AcademicResearcher, BusinessInvestor, CorporatePartner, Details, GovernmentOfficial, Innovator, Mentor,
    PartnershipInterest, ProfileContent, ProfileKind, ServiceProvider,
};

use super::aspect::{Aspect, folded, list, reason};
use super::relation::Relation;

/// Why two people are no match, whatever else speaks for it. Stable words.
pub(super) type Unmet = &'static str;

/// All aspects that something is known of; for two people it is the same list whoever seeks, with the sides
/// of each aspect in the order of the arguments.
pub(super) fn aspects(first: &ProfileContent, second: &ProfileContent) -> Result<Vec<Aspect>, Unmet> {
    languages(first, second)?;
    let relation = Relation::between(first.kind(), second.kind());
    let mut aspects = match (&first.details, &second.details) {
        (Details::Innovator(innovator), Details::BusinessInvestor(investor)) => {
            funding(innovator, first, investor)?
        }
        (Details::Innovator(innovator), Details::Mentor(mentor)) => mentoring(innovator, first, mentor)?,
        (Details::Innovator(innovator), Details::CorporatePartner(partner)) => {
            partnership(innovator, first, partner)
        }
        (Details::AcademicResearcher(researcher), Details::CorporatePartner(partner)) => {
            research_for_company(researcher, partner)
        }
        (Details::AcademicResearcher(researcher), Details::GovernmentOfficial(official)) => {
            research_for_policy(researcher, official)
        }
        (Details::ServiceProvider(provider), _) if relation == Relation::Service => service(provider, second),
        // The same pair the other way round.
        (
            Details::BusinessInvestor(_) | Details::Mentor(_) | Details::CorporatePartner(_),
            Details::Innovator(_) | Details::AcademicResearcher(_),
        )
        | (Details::GovernmentOfficial(_), Details::AcademicResearcher(_))
        | (_, Details::ServiceProvider(_))
            if relation != Relation::Peers =>
        {
            let turned = aspects(second, first)?;
            return Ok(turned
                .into_iter()
                .map(|a| Aspect { first: a.second, second: a.first, ..a })
                .collect());
        }
        _ => peers(first, second),
    };
    aspects.extend(wishes(first, second));
    aspects.extend(nearness(first, second));
    Ok(aspects)
}

fn languages(first: &ProfileContent, second: &ProfileContent) -> Result<(), Unmet> {
    let spoken = |profile: &ProfileContent| -> Vec<String> {
        let mentor: &[_] =
            if let Details::Mentor(mentor) = &profile.details { &mentor.languages } else { &[] };
        // `pt` and `pt-BR` understand each other.
        profile
            .languages
            .iter()
            .chain(mentor)
            .filter_map(|tag| tag.as_str().split('-').next())
            .map(str::to_owned)
            .collect()
    };
    let (first, second) = (spoken(first), spoken(second));
    if first.is_empty() || second.is_empty() || first.iter().any(|language| second.contains(language)) {
        Ok(())
    } else {
        Err("no_common_language")
    }
}

fn funding(
    innovator: &Innovator,
    about: &ProfileContent,
    investor: &BusinessInvestor,
) -> Result<Vec<Aspect>, Unmet> {
    let mut aspects = Vec::new();
    if let (Some(sum), Some(ticket)) = (&innovator.funding_sought, &investor.ticket) {
        // Sums of different currencies are not compared: nothing here knows a rate of exchange.
        match ticket.contains(sum) {
            Some(false) => return Err("ticket_does_not_cover_sum"),
            Some(true) => aspects.push(Aspect::both(
                1.0,
                1.0,
                Some(reason(
                    "ticket_covers_sum",
                    format!("{sum} lies within the ticket of {} to {}.", ticket.min().amount(), ticket.max()),
                    [("sum", Value::from(sum.to_string()))],
                )),
            )),
            None => {}
        }
    }
    if let (Some(stage), Some(range)) = (innovator.stage, &investor.stages) {
        if !range.contains(stage) {
            return Err("stage_out_of_range");
        }
        aspects.push(Aspect::both(
            1.0,
            1.0,
            Some(reason(
                "stage_in_range",
                format!("Stage {stage} lies between {} and {}.", range.from, range.to),
                [("stage", Value::from(stage.as_str()))],
            )),
        ));
    }
    if let (Some(location), false) = (&about.location, investor.geographies.is_empty()) {
        if !investor.geographies.contains(&location.country) {
            return Err("geography_not_covered");
        }
        aspects.push(Aspect::both(
            0.5,
            1.0,
            Some(reason(
                "geography_covered",
                format!("Invests in {}.", location.country),
                [("country", Value::from(location.country.as_str()))],
            )),
        ));
    }
    aspects.extend(Aspect::overlap(
        2.0,
        &innovator.industries,
        &investor.industries,
        "shared_industries",
        "Both work on",
    ));
    Ok(aspects)
}

fn mentoring(innovator: &Innovator, about: &ProfileContent, mentor: &Mentor) -> Result<Vec<Aspect>, Unmet> {
    let mut aspects = Vec::new();
    if let Some(slots) = mentor.open_slots {
        if slots.get() == 0 {
            return Err("no_open_slot");
        }
        aspects.push(Aspect::both(
            0.3,
            1.0,
            Some(reason(
                "open_slots",
                format!("Has {} open places.", slots.get()),
                [("open_slots", Value::from(slots.get()))],
            )),
        ));
    }
    aspects.extend(Aspect::overlap(
        2.0,
        &innovator.challenges,
        &mentor.expertise,
        "expertise_meets_challenges",
        "The expertise meets the challenges",
    ));
    aspects.extend(Aspect::overlap(
        1.0,
        &innovator.industries,
        &mentor.industries,
        "shared_industries",
        "Both work on",
    ));
    aspects.extend(Aspect::overlap(
        0.5,
        &about.interests,
        &mentor.expertise,
        "expertise_meets_interests",
        "Knows about",
    ));
    Ok(aspects)
}

fn partnership(innovator: &Innovator, about: &ProfileContent, partner: &CorporatePartner) -> Vec<Aspect> {
    let mut aspects = Vec::new();
    let sector: Vec<_> = partner.sector.iter().collect();
    aspects.extend(Aspect::overlap(
        1.5,
        &innovator.industries,
        &texts(&sector),
        "sector_fits",
        "The sector fits:",
    ));
    let offers = [texts(&innovator.industries), texts(&about.skills), texts(&innovator.challenges)].concat();
    let needs = [texts(&partner.procurement_needs), texts(&partner.challenges_hosted)].concat();
    aspects.extend(Aspect::overlap(1.5, &offers, &needs, "meets_need", "Meets the need for"));
    let open: Vec<String> = partner
        .partnership_interests
        .iter()
        .filter(|interest| {
            matches!(
                interest,
                PartnershipInterest::Pilot
                    | PartnershipInterest::Procurement
                    | PartnershipInterest::Challenge
            )
        })
        .map(ToString::to_string)
        .collect();
    if !partner.partnership_interests.is_empty() {
        aspects.push(Aspect::both(
            0.5,
            if open.is_empty() { 0.0 } else { 1.0 },
            (!open.is_empty()).then(|| {
                reason(
                    "open_to_partnership",
                    format!("Is open to {}.", list(&open)),
                    [("interests", Value::from(open.clone()))],
                )
            }),
        ));
    }
    aspects
}

fn research_for_company(researcher: &AcademicResearcher, partner: &CorporatePartner) -> Vec<Aspect> {
    let areas = [texts(&researcher.research_areas), texts(&researcher.transfer_interests)].concat();
    let sector: Vec<_> = partner.sector.iter().collect();
    let needs =
        [texts(&sector), texts(&partner.procurement_needs), texts(&partner.challenges_hosted)].concat();
    let mut aspects = Vec::new();
    aspects.extend(Aspect::overlap(2.0, &areas, &needs, "research_meets_need", "The research is on"));
    if !partner.partnership_interests.is_empty() {
        let open = partner.partnership_interests.contains(&PartnershipInterest::Research);
        aspects.push(Aspect::both(
            1.0,
            if open { 1.0 } else { 0.0 },
            open.then(|| reason("open_to_research", "Is open to research together.".to_owned(), [])),
        ));
    }
    aspects
}

fn research_for_policy(researcher: &AcademicResearcher, official: &GovernmentOfficial) -> Vec<Aspect> {
    let areas = [texts(&researcher.research_areas), texts(&researcher.transfer_interests)].concat();
    let policy = [texts(&official.policy_areas), texts(&official.programmes)].concat();
    Aspect::overlap(2.0, &areas, &policy, "research_meets_policy", "The research is on").into_iter().collect()
}

fn service(provider: &ServiceProvider, client: &ProfileContent) -> Vec<Aspect> {
    let titles: Vec<_> = provider.services.iter().map(|service| &service.title).collect();
    let categories: Vec<_> =
        provider.services.iter().filter_map(|service| service.category.as_ref()).collect();
    let offered = [texts(&titles), texts(&categories), texts(&provider.expertise)].concat();
    let needed = match &client.details {
        Details::Innovator(innovator) => {
            [texts(&innovator.challenges), texts(&innovator.open_roles)].concat()
        }
        Details::CorporatePartner(partner) => texts(&partner.procurement_needs),
        Details::CommunityMember(member) => texts(&member.goals),
        _ => Vec::new(),
    };
    let needed = [needed, texts(&client.interests)].concat();
    Aspect::overlap(2.0, &offered, &needed, "offers_what_is_needed", "Offers").into_iter().collect()
}

fn peers(first: &ProfileContent, second: &ProfileContent) -> Vec<Aspect> {
    let mut aspects = Vec::new();
    aspects.extend(Aspect::overlap(
        2.0,
        &first.interests,
        &second.interests,
        "shared_interests",
        "Both are interested in",
    ));
    aspects.extend(complementary_skills(first, second));
    if let (Details::Innovator(one), Details::Innovator(other)) = (&first.details, &second.details) {
        aspects.extend(Aspect::overlap(
            1.5,
            &one.industries,
            &other.industries,
            "shared_industries",
            "Both work on",
        ));
    }
    aspects
}

/// Peers complement each other: each can do something the other cannot, on some common ground.
fn complementary_skills(first: &ProfileContent, second: &ProfileContent) -> Option<Aspect> {
    let (mine, theirs) = (folded(&first.skills), folded(&second.skills));
    if mine.is_empty() || theirs.is_empty() {
        return None;
    }
    let new = |of: &std::collections::BTreeSet<String>, to: &std::collections::BTreeSet<String>| {
        crate::num::ratio(of.difference(to).count(), of.len())
    };
    let added: Vec<String> = theirs.difference(&mine).cloned().collect();
    Some(Aspect {
        weight: 1.0,
        first: new(&theirs, &mine),
        second: new(&mine, &theirs),
        reason: (!added.is_empty()).then(|| {
            reason(
                "complementary_skills",
                format!("The skills complement each other: {}.", list(&added)),
                [("skills", Value::from(added.clone()))],
            )
        }),
    })
}

/// Whether each looks for somebody of the other's kind; unknown for who looks for nobody in particular.
fn wishes(first: &ProfileContent, second: &ProfileContent) -> Option<Aspect> {
    let wants =
        |who: &ProfileContent, kind: ProfileKind| who.looking_for.iter().any(|wish| wish.kind == kind);
    if first.looking_for.is_empty() && second.looking_for.is_empty() {
        return None;
    }
    let value = |who: &ProfileContent, kind| match (who.looking_for.is_empty(), wants(who, kind)) {
        (true, _) => 0.5,
        (false, true) => 1.0,
        (false, false) => 0.0,
    };
    let (one, other) = (value(first, second.kind()), value(second, first.kind()));
    let mutual = wants(first, second.kind()) && wants(second, first.kind());
    Some(Aspect {
        weight: 1.0,
        first: one,
        second: other,
        reason: mutual
            .then(|| reason("look_for_each_other", "Each looks for the other's kind.".to_owned(), [])),
    })
}

fn nearness(first: &ProfileContent, second: &ProfileContent) -> Option<Aspect> {
    let (one, other) = (first.location.as_ref()?, second.location.as_ref()?);
    let (value, words) = match (one.country == other.country, &one.city, &other.city) {
        (true, Some(city), Some(other)) if city == other => (1.0, Some(city.to_string())),
        (true, ..) => (0.8, Some(one.country.to_string())),
        _ => (0.3, None),
    };
    Some(Aspect::both(
        0.4,
        value,
        words.map(|place| {
            reason("same_place", format!("Both are in {place}."), [("place", Value::from(place))])
        }),
    ))
}

fn texts(entries: &[impl ToString]) -> Vec<String> {
    entries.iter().map(ToString::to_string).collect()
}
