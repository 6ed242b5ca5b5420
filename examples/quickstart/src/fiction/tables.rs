//! The words that made-up people are made of. None of them is about anybody who exists.

use smilefactory_core::profile::ProfileKind;

pub(super) const FIRST_NAMES: &[&str] = &[
    "Tariro",
    "Farai",
    "Rudo",
    "Tendai",
    "Chipo",
    "Kudzai",
    "Nyasha",
    "Thandiwe",
    "Sibusiso",
    "Nomsa",
    "Themba",
    "Lindiwe",
    "Bongani",
    "Rutendo",
    "Tatenda",
    "Anesu",
    "Munashe",
    "Ropafadzo",
    "Tanaka",
    "Tafadzwa",
    "Vimbai",
    "Takudzwa",
    "Zanele",
];

pub(super) const LAST_NAMES: &[&str] = &[
    "Moyo", "Ncube", "Sibanda", "Dube", "Ndlovu", "Mutasa", "Marufu", "Chirwa", "Mlambo", "Gumbo", "Hove",
    "Zhou", "Nyoni", "Mpofu", "Shumba", "Phiri", "Banda", "Chikomo", "Nkala",
];

pub(super) const CITIES: [(&str, &str); 9] = [
    ("Harare", "ZW"),
    ("Bulawayo", "ZW"),
    ("Harare", "ZW"),
    ("Mutare", "ZW"),
    ("Gweru", "ZW"),
    ("Masvingo", "ZW"),
    ("Lusaka", "ZM"),
    ("Harare", "ZW"),
    ("Gaborone", "BW"),
];

pub(super) const AVAILABILITY: &[&str] =
    &["Weekday mornings", "Thursday afternoons", "Evenings after six", "By appointment", "Saturdays"];

pub(super) const INTERESTS: &[&str] =
    &["open data", "women founders", "rural jobs", "local languages", "repair", "community radio"];

/// What innovators cannot do alone: mentors teach it, service providers sell it.
pub(super) const TAUGHT: &[&str] =
    &["fundraising", "pricing", "distribution", "regulation", "hiring", "export", "unit economics"];
pub(super) const SOLD: &[&str] = &[
    "bookkeeping",
    "legal advice",
    "software development",
    "branding",
    "packaging design",
    "web design",
    "product photography",
    "tax returns",
];

pub(super) const BUSINESS_MODELS: &[&str] = &[
    "A monthly subscription, paid by mobile money",
    "A share of every sale",
    "Hire purchase over twelve months",
    "Sold through cooperatives, which add their margin",
    "Free for people, paid for by the companies that reach them",
];

pub(super) const ROLES: &[&str] =
    &["field agent", "backend developer", "head of sales", "mechanical engineer", "accountant"];

/// Companies that investors have put money into before.
pub(super) const INVESTED_IN: &[&str] = &["Kopje Tools", "Nhava Couriers", "Redsoil Data", "Marula Press"];

/// An area of life, and what people of each kind make of it.
#[derive(Debug)]
pub(super) struct Sector {
    pub(super) industry: &'static str,
    pub(super) interest: &'static str,
    /// What innovators of the sector can do, and companies need.
    pub(super) skill: &'static str,
    /// What companies would solve together with others, and researchers work on.
    pub(super) challenge: &'static str,
    /// Who buys.
    pub(super) market: &'static str,
    /// Start-ups: a name, and what they make.
    pub(super) startups: [(&'static str, &'static str); 3],
    pub(super) company: &'static str,
    pub(super) department: &'static str,
    pub(super) programme: &'static str,
    pub(super) discipline: &'static str,
    pub(super) paper: &'static str,
}

pub(super) static SECTORS: [Sector; 8] = [
    Sector {
        industry: "agriculture",
        interest: "small farms",
        skill: "soil sensing",
        challenge: "drought-proof irrigation",
        market: "Farmers with less than five hectares",
        startups: [
            (
                "Mvura Pumps",
                "Solar pumps for small farms, with a meter that counts the water and a plan to pay for it",
            ),
            (
                "GrainPost",
                "Tells farmers by SMS what maize and sorghum fetch at the five markets around them",
            ),
            (
                "Murimi Leaf",
                "Finds out from a photograph of a leaf what ails the plant, without a connection",
            ),
        ],
        company: "Baobab Foods",
        department: "Agricultural Extension Office",
        programme: "Water for Every Field",
        discipline: "Agronomy",
        paper: "Drip irrigation under intermittent solar power",
    },
    Sector {
        industry: "clean energy",
        interest: "off-grid power",
        skill: "battery design",
        challenge: "power cuts in small shops",
        market: "Shops and homes without a reliable grid",
        startups: [
            ("Zuva Box", "A battery the size of a suitcase that keeps a shop open through the evening"),
            ("BriqWorks", "Makes cooking briquettes from sugar cane waste and sells them by the bucket"),
            (
                "Gridlight",
                "Shares the roof panels of one street among its households, and settles who owes whom",
            ),
        ],
        company: "Kariba Power Services",
        department: "Rural Electrification Board",
        programme: "Light the Schools",
        discipline: "Electrical engineering",
        paper: "Second-life batteries in village microgrids",
    },
    Sector {
        industry: "health",
        interest: "maternal health",
        skill: "medical devices",
        challenge: "cold chain for vaccines",
        market: "Clinics in districts with one doctor",
        startups: [
            (
                "Hutano Line",
                "Nurses answer questions of expecting mothers by voice message, in three languages",
            ),
            ("CoolCarry", "A vaccine box that stays cold for six days and says so"),
            ("Pillbell", "Reminds patients of their tablets, and the clinic of those who stopped"),
        ],
        company: "Msasa Medical Supplies",
        department: "Department of Primary Care",
        programme: "A Nurse in Reach",
        discipline: "Public health",
        paper: "What keeps vaccines cold on the last ten kilometres",
    },
    Sector {
        industry: "education",
        interest: "teaching",
        skill: "offline apps",
        challenge: "science lessons without laboratories",
        market: "Secondary schools and parents",
        startups: [
            ("Dzidzo Kit", "A box of twenty experiments that fits the curriculum and needs no laboratory"),
            ("ReadAlong", "Reads stories aloud in Shona and Ndebele, and listens to the child read back"),
            ("ExamBuddy", "Past papers on any telephone, marked at once, with the mistake explained"),
        ],
        company: "Acacia Learning Group",
        department: "Curriculum Development Unit",
        programme: "Every School a Laboratory",
        discipline: "Education",
        paper: "Reading aloud in two languages in the first four years of school",
    },
    Sector {
        industry: "financial services",
        interest: "savings groups",
        skill: "mobile money",
        challenge: "credit without collateral",
        market: "Traders and savings groups",
        startups: [
            (
                "Mukando Book",
                "The ledger of a savings group on the treasurer's telephone, and on everybody else's",
            ),
            ("StallCredit", "Small loans for market traders, judged by what they buy from wholesalers"),
            ("RemitRight", "Shows what sending money home costs, all fees in, before it is sent"),
        ],
        company: "Jacaranda Mutual",
        department: "Office for Financial Inclusion",
        programme: "A Ledger for Every Group",
        discipline: "Economics",
        paper: "Who repays: ledgers of two hundred savings groups",
    },
    Sector {
        industry: "logistics",
        interest: "public transport",
        skill: "route planning",
        challenge: "empty lorries on the way back",
        market: "Wholesalers and lorry owners",
        startups: [
            ("BackHaul", "Finds a load for the way back, so that no lorry drives home empty"),
            ("Kombi Time", "Says when the next minibus comes, from the telephones of those who sit in it"),
            ("LastMile Bikes", "Electric cargo bicycles for deliveries in town, rented by the day"),
        ],
        company: "Limpopo Freight",
        department: "Transport Planning Office",
        programme: "Roads that Pay",
        discipline: "Operations research",
        paper: "Return loads in regional road freight",
    },
    Sector {
        industry: "water",
        interest: "clean rivers",
        skill: "water testing",
        challenge: "leaks in town networks",
        market: "Town councils and schools",
        startups: [
            ("DripWatch", "Hears leaks in water mains with a microphone on every tenth hydrant"),
            ("ClearCup", "A water test for schools that a twelve-year-old can read"),
            ("Borehole Ledger", "Counts what every borehole gives, and warns before it runs dry"),
        ],
        company: "Save River Utilities",
        department: "Catchment Council",
        programme: "Taps that Run",
        discipline: "Hydrology",
        paper: "Acoustic search for leaks in ageing mains",
    },
    Sector {
        industry: "tourism and crafts",
        interest: "handmade things",
        skill: "online sales",
        challenge: "guests outside the season",
        market: "Visitors, and those who buy from afar",
        startups: [
            ("StoneHands", "Sells sculptures straight from the workshop, with the story of the stone"),
            ("Village Nights", "Rooms in homesteads near the parks, vetted by those who stayed there"),
            ("Basket Route", "Weavers along one road, in one shop and one parcel"),
        ],
        company: "Zambezi Lodges",
        department: "Tourism Development Desk",
        programme: "Beyond the Falls",
        discipline: "Human geography",
        paper: "What guests of homestays spend, and where it stays",
    },
];

/// Whom people of a kind look for, and why.
pub(super) const fn looking_for(kind: ProfileKind) -> &'static [(ProfileKind, &'static str)] {
    match kind {
        ProfileKind::Innovator => &[
            (ProfileKind::BusinessInvestor, "Money for the next step"),
            (ProfileKind::Mentor, "Somebody who has done it before"),
            (ProfileKind::CorporatePartner, "A first big customer"),
        ],
        ProfileKind::BusinessInvestor => {
            &[(ProfileKind::Innovator, "Start-ups that sell already, or soon will")]
        }
        ProfileKind::Mentor => &[(ProfileKind::Innovator, "Founders who want to be asked hard questions")],
        ProfileKind::CorporatePartner => &[
            (ProfileKind::Innovator, "Pilots in our own operations"),
            (ProfileKind::AcademicResearcher, "Research that we can put to use"),
        ],
        ProfileKind::GovernmentOfficial => &[
            (ProfileKind::AcademicResearcher, "Evidence for what we plan"),
            (ProfileKind::Innovator, "Ideas for the programme"),
        ],
        ProfileKind::AcademicResearcher => &[
            (ProfileKind::CorporatePartner, "A place to try it outside the laboratory"),
            (ProfileKind::GovernmentOfficial, "Somebody who acts on findings"),
        ],
        ProfileKind::ServiceProvider => &[
            (ProfileKind::Innovator, "Young companies that need it done well once"),
            (ProfileKind::CorporatePartner, "Regular orders"),
        ],
        ProfileKind::CommunityMember => &[(ProfileKind::CommunityMember, "People who build things together")],
    }
}
