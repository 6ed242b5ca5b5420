//! What somebody offers.

use chrono::{DateTime, Utc};

use super::{
    Availability, ListingDeleted, ListingDrafted, ListingEdited, ListingMoved, ListingState, ListingStep,
    MarketplaceRefused, MarketplaceSettings,
};
use crate::answer::answer;
use crate::choice::choices;
use crate::collection::{Set, Whole};
use crate::error::InvalidTransition;
use crate::id::{AccountId, CategoryId, ListingId, MediaId};
use crate::money::{Money, MoneyRange};
use crate::record::record;
use crate::text::{Country, Line, Prose, Reason};
use crate::validation::{Report, Violation, code};
use crate::version::Version;

/// How many pictures a listing has at most.
pub const MAX_PICTURES: usize = 10;

choices! {
    /// What kind of thing is offered.
    ListingType {
        /// A thing.
        Product = "product",
        /// Work that somebody does for others.
        Service = "service",
        /// Work that somebody looks for somebody to do.
        Job = "job",
        /// Doing something together.
        Partnership = "partnership",
        /// Money for a share, given or sought.
        Investment = "investment",
    }

    /// How good a thing still is.
    ItemCondition {
        /// Nobody used it.
        New = "new",
        /// It was used, and one does not see it.
        LikeNew = "like_new",
        /// It was used, and works as it should.
        Good = "good",
        /// It works, and one sees that it was used.
        Fair = "fair",
        /// It does not work; parts of it may.
        ForParts = "for_parts",
    }
}

impl ListingType {
    /// Whether there are only so many of it: things, and places of work.
    pub const fn is_counted(self) -> bool {
        matches!(self, Self::Product | Self::Job)
    }
}

record! {
    /// What a seller says of what they offer.
    pub struct ListingDraft / ListingInput / ListingPatch {
        /// What kind of thing it is; it stays that once it was published.
        kind: ListingType,
        /// Its title.
        title: Line<1, 200>,
        /// What it is, in Markdown.
        description: Prose<1, 10_000>,
        /// What it costs, or the sum that is sought; of everything but jobs. A thing or a service without a price is
        /// negotiable.
        price: Option<Money>,
        /// What a job pays in a month; of jobs only.
        salary: Option<MoneyRange>,
        /// Whether others may offer another price.
        negotiable: bool,
        /// How good it still is: of a product, and of nothing else.
        condition: Option<ItemCondition>,
        /// How many there are, of products and jobs; 1 unless it is said.
        quantity: Option<Whole<1, 10_000>>,
        /// The town or city where it is.
        city: Option<Line<1, 80>>,
        /// The country where it is.
        country: Option<Country>,
        /// Whether it can be had, or done, from anywhere.
        remote: bool,
        /// The category of the marketplace that it stands in.
        category: Option<CategoryId>,
        /// Pictures of it, in the order they are shown: its seller's, uploaded before.
        pictures: Set<MediaId, 10>,
        /// For how many days it is published; as the community sets it, unless it is said.
        days: Option<Whole<1, 365>>,
    }
    check(kind, price, negotiable) |report| ListingDraft::check_price(*kind, price.as_ref(), *negotiable, report);
    check(kind, salary) |report| ListingDraft::check_absent(
        "salary", *kind == ListingType::Job, salary.is_some(), report,
    );
    check(kind, condition) |report| ListingDraft::check_condition(*kind, *condition, report);
    check(kind, quantity) |report| ListingDraft::check_absent(
        "quantity", kind.is_counted(), quantity.is_some(), report,
    );
    check(city, country) |report| ListingDraft::check_place(city.is_some(), country.is_some(), report);
}

record! {
    /// Why staff take a listing off.
    pub struct TakingOffDraft / TakingOffInput / TakingOffPatch {
        /// Why; its seller reads it.
        reason: Reason,
    }
}

impl ListingDraft {
    fn check_price(kind: ListingType, price: Option<&Money>, negotiable: bool, report: &mut Report) {
        let needed = matches!(kind, ListingType::Product | ListingType::Service) && !negotiable;
        if needed && price.is_none() {
            report.field("price", |report| report.add(Violation::required()));
        }
        Self::check_absent("price", kind != ListingType::Job, price.is_some(), report);
    }

    fn check_condition(kind: ListingType, condition: Option<ItemCondition>, report: &mut Report) {
        if kind == ListingType::Product && condition.is_none() {
            report.field("condition", |report| report.add(Violation::required()));
        }
        Self::check_absent("condition", kind == ListingType::Product, condition.is_some(), report);
    }

    fn check_place(city: bool, country: bool, report: &mut Report) {
        if city && !country {
            report.field("country", |report| report.add(Violation::required()));
        }
    }

    fn check_absent(name: &str, allowed: bool, given: bool, report: &mut Report) {
        if given && !allowed {
            let violation = Violation::new(code::NOT_ALLOWED, "belongs to listings of another kind");
            report.field(name, |report| report.add(violation));
        }
    }

    /// How many there are; `None` when it is nothing that is used up.
    pub fn stock(&self) -> Option<u32> {
        self.kind.is_counted().then(|| self.quantity.map_or(1, Whole::get))
    }

    /// Somebody begins a listing.
    ///
    /// ```
    /// # use chrono::DateTime;
    /// # use smilefactory_core::id::{AccountId, Id, ListingId};
    /// use smilefactory_core::marketplace::{Availability, ListingDraft, ListingInput, MarketplaceSettings};
    /// use smilefactory_core::money::MoneyInput;
    /// use smilefactory_core::validation::Field;
    ///
    /// # let (id, seller) = (ListingId::at(DateTime::UNIX_EPOCH, [1; 10]), AccountId::at(DateTime::UNIX_EPOCH, [2; 10]));
    /// # let now = DateTime::UNIX_EPOCH;
    /// let pump = ListingInput {
    ///     kind: "product".into(),
    ///     title: "A solar pump".into(),
    ///     description: "It runs on **200 W**.".into(),
    ///     price: Some(MoneyInput { amount: 250.into(), currency: "USD".into() }),
    ///     ..ListingInput::default()
    /// };
    /// let refused = ListingDraft::from_raw(pump.clone()).unwrap_err();
    /// assert_eq!(refused.to_string(), "/condition: must be given (required)");
    ///
    /// let (draft, _) = ListingDraft::from_raw(ListingInput { condition: Some("good".into()), ..pump })?
    ///     .begin(id, seller, now);
    /// let (listing, _) = draft.publish(&MarketplaceSettings::default(), now).unwrap();
    /// assert_eq!(listing.availability(now), Some(Availability::Available));
    /// let (listing, _) = listing.reserve(now).unwrap();
    /// assert_eq!(listing.availability(now), Some(Availability::Reserved));
    /// # Ok::<(), smilefactory_core::validation::Violations>(())
    /// ```
    pub fn begin(self, id: ListingId, seller: AccountId, now: DateTime<Utc>) -> (Listing, ListingDrafted) {
        let listing = Listing {
            id,
            seller,
            state: ListingState::Draft,
            reserved: 0,
            sold: 0,
            published_at: None,
            expires_at: None,
            taken_off: None,
            version: Version::FIRST,
            created_at: now,
            updated_at: now,
            draft: self,
        };
        (listing, ListingDrafted { listing: id, seller })
    }
}

answer! {
    /// What somebody offers.
    pub struct Listing {
        /// Its id.
        id: ListingId,
        /// Who offers it.
        seller: AccountId,
        /// Where it is.
        state: ListingState,
        /// How many are kept for somebody.
        reserved: u32,
        /// How many somebody has; of what is not used up, how often it was done.
        sold: u32,
        /// When it was last published.
        published_at: Option<DateTime<Utc>>,
        /// When its time is over.
        expires_at: Option<DateTime<Utc>>,
        /// Why staff took it off, if they did: it is not published again.
        taken_off: Option<Reason>,
        /// How often it was saved.
        version: Version,
        /// When it was begun.
        created_at: DateTime<Utc>,
        /// When it was last changed.
        updated_at: DateTime<Utc>,
        ..
        /// What its seller says of it.
        draft: ListingDraft,
    }
}

impl Listing {
    /// Whether everybody sees it at this time.
    pub fn is_shown(&self, now: DateTime<Utc>) -> bool {
        self.state.is_shown() && (self.state != ListingState::Published || !self.is_over(now))
    }

    /// Whether one can have it at this time; `None` when it is not shown.
    pub fn availability(&self, now: DateTime<Utc>) -> Option<Availability> {
        self.is_shown(now).then_some(match self.state {
            ListingState::Reserved => Availability::Reserved,
            ListingState::Sold => Availability::Sold,
            _ => Availability::Available,
        })
    }

    /// Whether its time is over.
    fn is_over(&self, now: DateTime<Utc>) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }

    /// What its seller says of it changes. Of what is published there stays something left, and what it is stays, too.
    pub fn edit(
        self,
        draft: ListingDraft,
        now: DateTime<Utc>,
    ) -> Result<(Self, ListingEdited), MarketplaceRefused> {
        if matches!(self.state, ListingState::Reserved | ListingState::Sold) {
            return Err(self.refuses("edit"));
        }
        if self.state != ListingState::Draft && draft.kind != self.draft.kind {
            return Err(MarketplaceRefused::KindStays);
        }
        let taken = self.reserved.saturating_add(self.sold);
        if self.state != ListingState::Draft && draft.stock().is_some_and(|stock| stock <= taken) {
            return Err(MarketplaceRefused::NothingLeft);
        }
        let fact = ListingEdited { listing: self.id, seller: self.seller, state: self.state };
        Ok((Self { draft, updated_at: now, ..self }, fact))
    }

    /// A draft is deleted for good; what was ever published is withdrawn instead.
    pub fn delete(&self) -> Result<ListingDeleted, MarketplaceRefused> {
        if self.state != ListingState::Draft {
            return Err(self.refuses("delete"));
        }
        Ok(ListingDeleted { listing: self.id, seller: self.seller })
    }

    /// Everybody may see it from now on, for as long as it asks for and the community allows.
    pub fn publish(
        self,
        settings: &MarketplaceSettings,
        now: DateTime<Utc>,
    ) -> Result<(Self, ListingMoved), MarketplaceRefused> {
        if self.taken_off.is_some() {
            return Err(MarketplaceRefused::TakenOff);
        }
        let days = self.draft.days.map(Whole::get);
        let (listing, fact) = self.take(ListingStep::Publish, ListingState::Published, now)?;
        if listing.left() == Some(0) {
            return Err(MarketplaceRefused::NothingLeft);
        }
        let expires_at = Some(now + settings.published_for(days));
        Ok((Self { published_at: Some(now), expires_at, ..listing }, fact))
    }

    /// One of it is kept for somebody. Of what is not used up nothing is kept.
    pub fn reserve(self, now: DateTime<Utc>) -> Result<(Self, ListingMoved), MarketplaceRefused> {
        if self.left() == Some(0) {
            return Err(MarketplaceRefused::NothingLeft);
        }
        if self.is_over(now) && self.state == ListingState::Published {
            return Err(MarketplaceRefused::Expired);
        }
        let reserved = self.reserved + u32::from(self.draft.stock().is_some());
        let to = self.state_with(reserved, self.sold);
        let (listing, fact) = self.take(ListingStep::Reserve, to, now)?;
        Ok((Self { reserved, ..listing }, fact))
    }

    /// What was kept for somebody is kept no more.
    pub fn release(self, now: DateTime<Utc>) -> Result<(Self, ListingMoved), MarketplaceRefused> {
        let reserved = match self.draft.stock() {
            Some(_) => self.reserved.checked_sub(1).ok_or_else(|| self.refuses("release"))?,
            None => 0,
        };
        let to = self.state_with(reserved, self.sold);
        let (listing, fact) = self.take(ListingStep::Release, to, now)?;
        Ok((Self { reserved, ..listing }, fact))
    }

    /// Somebody has what was kept for them.
    pub fn sell(self, now: DateTime<Utc>) -> Result<(Self, ListingMoved), MarketplaceRefused> {
        let reserved = match self.draft.stock() {
            Some(_) => self.reserved.checked_sub(1).ok_or_else(|| self.refuses("sell"))?,
            None => 0,
        };
        let sold = self.sold.saturating_add(1);
        let to = self.state_with(reserved, sold);
        let (listing, fact) = self.take(ListingStep::Sell, to, now)?;
        Ok((Self { reserved, sold, ..listing }, fact))
    }

    /// Its time is over. Not as long as something is kept for somebody.
    pub fn expire(self, now: DateTime<Utc>) -> Result<(Self, ListingMoved), MarketplaceRefused> {
        if !self.is_over(now) {
            return Err(MarketplaceRefused::TooEarly);
        }
        self.take_back(ListingStep::Expire, ListingState::Expired, now)
    }

    /// Its seller takes it back. Not as long as something is kept for somebody.
    pub fn withdraw(self, now: DateTime<Utc>) -> Result<(Self, ListingMoved), MarketplaceRefused> {
        self.take_back(ListingStep::Withdraw, ListingState::Withdrawn, now)
    }

    /// Staff take it off, and say why; it is not published again. What was agreed about it stands.
    pub fn take_off(
        self,
        reason: Reason,
        now: DateTime<Utc>,
    ) -> Result<(Self, ListingMoved), MarketplaceRefused> {
        let (listing, fact) = self.take(ListingStep::TakeOff, ListingState::Withdrawn, now)?;
        Ok((Self { taken_off: Some(reason), ..listing }, fact))
    }

    /// How many are left that nobody has and none is kept for; `None` when it is not used up.
    fn left(&self) -> Option<u32> {
        Some(self.draft.stock()?.saturating_sub(self.reserved.saturating_add(self.sold)))
    }

    /// The state it is in when so many are kept and sold.
    fn state_with(&self, reserved: u32, sold: u32) -> ListingState {
        match (self.state, self.draft.stock()) {
            (ListingState::Published | ListingState::Reserved, Some(stock)) => {
                if sold >= stock {
                    ListingState::Sold
                } else if reserved.saturating_add(sold) >= stock {
                    ListingState::Reserved
                } else {
                    ListingState::Published
                }
            }
            (state, _) => state,
        }
    }

    fn refuses(&self, step: &'static str) -> MarketplaceRefused {
        InvalidTransition::new("listing", self.state.as_str(), step).into()
    }

    fn take_back(
        self,
        step: ListingStep,
        to: ListingState,
        now: DateTime<Utc>,
    ) -> Result<(Self, ListingMoved), MarketplaceRefused> {
        if self.reserved > 0 && self.state.is_shown() {
            return Err(MarketplaceRefused::KeptForSomebody);
        }
        self.take(step, to, now)
    }

    fn take(
        self,
        step: ListingStep,
        to: ListingState,
        now: DateTime<Utc>,
    ) -> Result<(Self, ListingMoved), MarketplaceRefused> {
        if !ListingState::STEPS.contains(&(self.state, step, to)) {
            return Err(self.refuses(step.verb()));
        }
        let fact = ListingMoved { listing: self.id, seller: self.seller, step, from: self.state, to };
        Ok((Self { state: to, updated_at: now, ..self }, fact))
    }
}
