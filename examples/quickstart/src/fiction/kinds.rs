//! What only one kind tells, and the lines that depend on it.

use rust_decimal::Decimal;
use smilefactory_core::money::{MoneyInput, MoneyRangeInput};
use smilefactory_core::profile::{
    AcademicResearcherInput, BusinessInvestorInput, CommunityMemberInput, CorporatePartnerInput,
    DetailsInput, GovernmentOfficialInput, InnovationStage, InnovatorInput, InvestorType, MentorInput,
    MentoringFormat, OrderBook, PartnershipInterest, PortfolioEntryInput, PriceModel, ProfileKind,
    PublicationInput, ServiceInput, ServiceProviderInput, SizeBand, StageRangeInput,
};

use super::tables::{BUSINESS_MODELS, INVESTED_IN, ROLES, SECTORS, SOLD, Sector, TAUGHT};
use super::{Character, count, entry, nth};

fn usd(amount: u64) -> MoneyInput {
    MoneyInput { amount: Decimal::from(amount), currency: "USD".to_owned() }
}

fn usd_range(min: u64, max: u64) -> MoneyRangeInput {
    MoneyRangeInput { min: Decimal::from(min), max: Decimal::from(max), currency: "USD".to_owned() }
}

impl Character {
    /// The headline, the bio and the details.
    pub(super) fn details(self, sector: &Sector) -> (String, String, DetailsInput) {
        match self.kind {
            ProfileKind::Innovator => self.innovator(sector),
            ProfileKind::BusinessInvestor => self.investor(sector),
            ProfileKind::Mentor => self.mentor(sector),
            ProfileKind::CorporatePartner => self.partner(sector),
            ProfileKind::GovernmentOfficial => Self::official(sector),
            ProfileKind::AcademicResearcher => Self::researcher(sector),
            ProfileKind::ServiceProvider => self.provider(),
            ProfileKind::CommunityMember => self.member(sector),
        }
    }

    /// The start-up of an innovator: another one for each that is in the same sector, as far as they go.
    pub(super) fn startup(self, sector: &Sector) -> (&'static str, &'static str) {
        let [first, ..] = sector.startups;
        nth(&sector.startups, self.of_kind / count(&SECTORS)).copied().unwrap_or(first)
    }

    fn innovator(self, sector: &Sector) -> (String, String, DetailsInput) {
        let (name, what) = self.startup(sector);
        let stage = nth(InnovationStage::ALL, self.draw(21)).copied().unwrap_or(InnovationStage::Mvp);
        let sought = [10_000, 25_000, 60_000, 150_000, 400_000, 900_000];
        let raised = [0, 2_000, 15_000, 40_000, 120_000, 500_000];
        let at_stage = |sums: &[u64; 6]| nth(sums, self.draw(21)).copied().unwrap_or(10_000);
        let mut challenges = self.some(TAUGHT, 2, "taught");
        challenges.extend(self.some(SOLD, 2, "sold"));
        let details = InnovatorInput {
            industries: vec![sector.industry.to_owned()],
            stage: Some(stage.to_string()),
            startup_name: Some(name.to_owned()),
            startup_description: Some(what.to_owned()),
            funding_sought: Some(usd(at_stage(&sought))),
            funding_raised: Some(usd(at_stage(&raised))),
            team_size: i64::try_from(2 + self.draw(22) % 9).ok(),
            open_roles: self.some(ROLES, 1, "roles"),
            business_model: Some(self.pick(BUSINESS_MODELS, "model").to_owned()),
            target_market: Some(sector.market.to_owned()),
            challenges,
            ..InnovatorInput::default()
        };
        let headline = format!("Founder of {name}");
        (
            headline,
            format!("Started {name} after ten years of seeing {} go wrong.", sector.challenge),
            details.into(),
        )
    }

    fn investor(self, sector: &Sector) -> (String, String, DetailsInput) {
        let next = |n: u64| nth(&SECTORS, self.of_kind + n);
        let industries =
            [Some(sector), next(1), next(2)].into_iter().flatten().map(|s| s.industry.to_owned());
        let investor_type = nth(InvestorType::ALL, self.of_kind).copied().unwrap_or(InvestorType::Angel);
        let (from, to) = match self.of_kind % 2 {
            0 => (InnovationStage::Prototype, InnovationStage::Scaling),
            _ => (InnovationStage::Idea, InnovationStage::Launched),
        };
        let details = BusinessInvestorInput {
            industries: industries.collect(),
            stages: Some(StageRangeInput { from: from.to_string(), to: to.to_string() }),
            ticket: Some(usd_range(10_000, 500_000)),
            geographies: ["ZW", "ZM", "BW"].map(str::to_owned).to_vec(),
            investor_type: Some(investor_type.to_string()),
            portfolio: vec![PortfolioEntryInput {
                company: entry(INVESTED_IN, self.of_kind).to_owned(),
                year: Some(2022),
                ..PortfolioEntryInput::default()
            }],
            criteria: Some(
                "A founder who knows the customers by name, and a product somebody paid for.".to_owned(),
            ),
            ..BusinessInvestorInput::default()
        };
        let headline = format!("Invests in {} and what is near it", sector.industry);
        (
            headline,
            "Built and sold a company, and would rather be called early than late.".to_owned(),
            details.into(),
        )
    }

    fn mentor(self, sector: &Sector) -> (String, String, DetailsInput) {
        let places = 1 + self.draw(31) % 4;
        let expertise = self.some(TAUGHT, 3, "expertise");
        let headline = format!("Mentor for {} in {}", entry_of(&expertise), sector.industry);
        let details = MentorInput {
            expertise,
            industries: vec![sector.industry.to_owned()],
            years_of_experience: i64::try_from(6 + self.draw(32) % 25).ok(),
            approach: Some("We look at the numbers of last week before we talk about next year.".to_owned()),
            hours_a_month: i64::try_from(2 + self.draw(33) % 10).ok(),
            languages: vec!["en".to_owned()],
            format: Some(MentoringFormat::Both.to_string()),
            capacity: i64::try_from(places + 1).ok(),
            open_slots: i64::try_from(places).ok(),
        };
        (headline, "Has made most mistakes already and is glad to say which.".to_owned(), details.into())
    }

    fn partner(self, sector: &Sector) -> (String, String, DetailsInput) {
        let interests =
            [PartnershipInterest::Pilot, PartnershipInterest::Research, PartnershipInterest::Procurement];
        let mut needs = vec![sector.skill.to_owned()];
        needs.extend(self.some(SOLD, 1, "needs"));
        let details = CorporatePartnerInput {
            organisation: Some(sector.company.to_owned()),
            sector: Some(sector.industry.to_owned()),
            size_band: Some(SizeBand::Large.to_string()),
            partnership_interests: interests.map(|interest| interest.to_string()).to_vec(),
            procurement_needs: needs,
            budget: Some(usd_range(5_000, 80_000)),
            challenges_hosted: vec![sector.challenge.to_owned()],
        };
        let headline = format!("Innovation manager at {}", sector.company);
        (headline, format!("Looks for ways around {}.", sector.challenge), details.into())
    }

    fn official(sector: &Sector) -> (String, String, DetailsInput) {
        let details = GovernmentOfficialInput {
            department: Some(sector.department.to_owned()),
            role: Some("Programme officer".to_owned()),
            jurisdiction: Some("Zimbabwe".to_owned()),
            policy_areas: vec![sector.industry.to_owned(), sector.challenge.to_owned()],
            programmes: vec![sector.programme.to_owned()],
            ..GovernmentOfficialInput::default()
        };
        let headline = format!("Runs the programme {}", sector.programme);
        (headline, format!("At the {}, for {}.", sector.department, sector.industry), details.into())
    }

    fn researcher(sector: &Sector) -> (String, String, DetailsInput) {
        let details = AcademicResearcherInput {
            institution: Some("University of the Highveld".to_owned()),
            discipline: Some(sector.discipline.to_owned()),
            research_areas: vec![sector.challenge.to_owned(), sector.industry.to_owned()],
            publications: vec![PublicationInput {
                title: sector.paper.to_owned(),
                year: Some(2023),
                ..PublicationInput::default()
            }],
            transfer_interests: vec![sector.skill.to_owned()],
            ..AcademicResearcherInput::default()
        };
        let headline = format!("Researcher in {}", sector.discipline.to_lowercase());
        (
            headline,
            format!("Works on {}, in the field rather than on paper.", sector.challenge),
            details.into(),
        )
    }

    fn provider(self) -> (String, String, DetailsInput) {
        let trade = entry(SOLD, self.of_kind);
        let hourly = self.draw(41).is_multiple_of(2);
        let price_model = if hourly { PriceModel::Hourly } else { PriceModel::Quote };
        let details = ServiceProviderInput {
            services: vec![ServiceInput {
                title: trade.to_owned(),
                category: Some("services for companies".to_owned()),
                price_model: price_model.to_string(),
                price: hourly.then(|| usd(15 + self.draw(42) % 40)),
            }],
            expertise: vec![trade.to_owned()],
            clients_served: i64::try_from(3 + self.draw(43) % 80).ok(),
            turnaround_days: i64::try_from(2 + self.draw(44) % 12).ok(),
            availability: Some(OrderBook::Open.to_string()),
            ..ServiceProviderInput::default()
        };
        let headline = format!("Offers {trade}");
        (headline, format!("Does {trade} for companies that have better things to do."), details.into())
    }

    fn member(self, sector: &Sector) -> (String, String, DetailsInput) {
        let details = CommunityMemberInput {
            goals: vec![format!("Learn about {}", sector.interest), self.pick(TAUGHT, "goal").to_owned()],
        };
        let headline = format!("Curious about {}", sector.interest);
        (headline, "Comes for the talks and stays for the people.".to_owned(), details.into())
    }

    pub(super) fn skills(self) -> Vec<String> {
        match self.kind {
            ProfileKind::Innovator | ProfileKind::AcademicResearcher => {
                vec![self.sector().skill.to_owned(), self.pick(ROLES, "skill").to_owned()]
            }
            ProfileKind::ServiceProvider => vec![entry(SOLD, self.of_kind).to_owned()],
            ProfileKind::Mentor => self.some(TAUGHT, 2, "expertise"),
            _ => self.some(ROLES, 2, "skills"),
        }
    }

    pub(super) const fn offering(self) -> &'static str {
        match self.kind {
            ProfileKind::Innovator => "A product to try, and honest numbers",
            ProfileKind::BusinessInvestor => "Money, introductions, and a seat at the table if wanted",
            ProfileKind::Mentor => "An hour a fortnight, and the questions nobody else asks",
            ProfileKind::CorporatePartner => "A place for pilots, and customers for what works",
            ProfileKind::GovernmentOfficial => "The rules explained, and the people behind them",
            ProfileKind::AcademicResearcher => "Measurements, students, and a laboratory",
            ProfileKind::ServiceProvider => "A first hour without a bill",
            ProfileKind::CommunityMember => "A pair of hands, and a room for meetings",
        }
    }
}

fn entry_of(list: &[String]) -> &str {
    list.first().map_or("founders", String::as_str)
}
