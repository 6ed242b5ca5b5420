//! A row in every table, for both tenants.

use smilefactory_core::bulk::ImportKind;
use smilefactory_core::community::{GroupCodeDraft, GroupDraft, GroupInput};
use smilefactory_core::content::moderation::{
    AppealDraft, CaseDecision, Decision, Evidence, ReportDraft, ReportReason,
};
use smilefactory_core::content::{
    Category, CategoryDraft, CategoryInput, CategoryTree, CommentDraft, CommentInput, ContentDigest,
    MediaFound, MediaInput, MediaUpload, Post, PostDraft, PostInput, PublishingRights, Reaction, Tab, Vote,
    VoteInput,
};
use smilefactory_core::event::{
    Answer, EventDraft, EventInput, Programme, ProgrammeInput, RegistrationDraft, RepeatsInput,
    ResourceDraft, ResourceInput, Zone,
};
use smilefactory_core::id::{AccountId, CommentId, Id};
use smilefactory_core::identity::{Erasure, Session, Token, VerificationToken};
use smilefactory_core::marketplace::{
    AgreementDraft, InquiryDraft, ListingDraft, ListingInput, ListingReviewDraft, ListingReviewInput,
    MarketplaceSettings,
};
use smilefactory_core::messaging::live::PresencePreferences;
use smilefactory_core::messaging::notification::{
    MailDigest, NotificationKind, NotificationPreference, NotificationPreferences, Raise,
};
use smilefactory_core::messaging::{
    GroupInvitationDraft, MessageDraft, MessageInput, NewGroup, NewGroupInput,
};
use smilefactory_core::profile::{ProfileContent, ProfileInput, ProfileKind};
use smilefactory_core::social::{
    Connection, ConnectionKind, ConnectionRequestDraft, InteractionKind, InteractionWeights,
    IntroductionConsent, IntroductionDraft, IntroductionInput, Pair,
};
use smilefactory_core::validation::Field;
use smilefactory_core::version::Version;
use smilefactory_store::bulk::{self, Format, ImportPlan};
use smilefactory_store::prelude::*;
use smilefactory_store::repo::ai::{Target, TargetVectors, TextVersion};
use smilefactory_store::repo::messaging::Reminder;
use smilefactory_store::repo::platform::StoredResponse;
use smilefactory_store::repo::social::Interaction;
use smilefactory_store::testing::{TestDb, TestTenant};
use smilefactory_store::{community, event, marketplace, messaging, moderation, notify};

pub(crate) async fn both_tenants(db: &TestDb) {
    tenant(db, &db.one).await;
    tenant(db, &db.two).await;
    // A fact that some reader could not handle, and a month that is archived.
    let mut conn = db.superuser().await;
    sqlx::raw_sql(
        "insert into platform.outbox_readers (name, moved_at) values ('seed', now());
         insert into platform.outbox_parked (reader, tenant_id, fact_id, subject, xid, seq, try_at)
         select 'seed', tenant_id, id, subject, xid, seq, now() from platform.outbox;
         insert into platform.partition_months (table_name, month) values ('messaging.messages', '2020-01-01');
         insert into platform.partition_archives
           (table_name, month, tenant_id, part, last_id, lines, fingerprint, bytes, digest, written_at)
         select 'messaging.messages', '2020-01-01', id, 1, id, 1, 0, 1, sha256(''), now() from tenancy.tenants",
    )
    .execute(&mut conn)
    .await
    .unwrap();
}

async fn tenant(db: &TestDb, tenant: &TestTenant) {
    let account = tenant.person("tariro").await;
    let mut tx = db.store.write(&tenant.scope_of(account.id)).await.unwrap();
    let (session, _) = Session::open(tx.new_id().unwrap(), account.id, tx.now());
    let token = Token::new(tenant.tenant.id, tx.random().unwrap());
    tx.sessions().insert(&session, &token.digest()).await.unwrap();
    let verification = VerificationToken {
        id: tx.new_id().unwrap(),
        account: account.id,
        email: account.email.clone(),
        expires_at: tx.now() + VerificationToken::LIFETIME,
    };
    tx.verifications().insert(&verification, &token.digest()).await.unwrap();
    let category = category(&mut tx).await;
    let input = PostInput {
        kind: "post".into(),
        body: "Hello.".into(),
        tags: vec!["rain".into()],
        categories: vec![category.id.to_string()],
        ..PostInput::default()
    };
    let (post, fact) = PostDraft::from_raw(input).unwrap().begin(tx.new_id().unwrap(), account.id, tx.now());
    tx.posts().insert(&post).await.unwrap();
    tag(&mut tx, account.id).await;
    tx.tell(fact).unwrap();
    let comment = comments(&mut tx, &post, account.id).await;
    everything_of_a_post(&mut tx, &post).await;
    media(&mut tx, &post, account.id).await;
    engagement(&mut tx, &post, comment, account.id).await;
    conversation(&mut tx, &post, account.id).await;
    group(&mut tx, account.id).await;
    notifications(&mut tx, &post, account.id).await;
    event_with_a_guest(&mut tx, account.id).await;
    let model = tx.embeddings().current_model().await.unwrap().unwrap();
    let mut vector = vec![0.0; model.dimensions];
    vector[0] = 1.0;
    let vectors = TargetVectors {
        target: Target::Post(post.id),
        model: model.id,
        facet: "post".to_owned(),
        text: TextVersion { digest: [1; 32], rules: 1, source: Version::FIRST },
        vectors: vec![vector],
    };
    assert!(tx.embeddings().upsert(&vectors).await.unwrap());
    tx.idempotency().claim("key", [1; 32]).await.unwrap();
    let response = StoredResponse { status: 201, headers: Vec::new(), body: b"{}".to_vec() };
    tx.idempotency().finish("key", &response).await.unwrap();
    tx.commit().await.unwrap();

    let mut others = Vec::new();
    for (n, details) in DETAILS.iter().enumerate() {
        let other = tenant.person(&format!("member-{n}")).await;
        let mut tx = db.store.write(&tenant.scope_of(other.id)).await.unwrap();
        let input: ProfileInput = serde_json::from_str(&format!(
            r#"{{"headline": "Somebody", "skills": ["Rust"], "interests": ["rain"], "languages": ["en"],
                 "details": {details}}}"#
        ))
        .unwrap();
        let (profile, fact) = ProfileContent::from_raw(input).unwrap().begin(other.id, tx.now());
        tx.profiles().insert(&profile).await.unwrap();
        tx.tell(fact).unwrap();
        moderate(&mut tx, n, &post, other.id).await;
        tx.engagement().react(post.id, other.id, Reaction::Like).await.unwrap();
        tx.dismissals().insert(account.id, other.id).await.unwrap();
        tx.profile_views().view(other.id, account.id).await.unwrap();
        let today = tx.now().date_naive();
        tx.activity().note(other.id, today).await.unwrap();
        relate(&mut tx, n, account.id, other.id).await;
        tx.commit().await.unwrap();
        others.push(other.id);
    }
    let mut tx = db.store.write(&tenant.scope_of(account.id)).await.unwrap();
    network(&mut tx, account.id, others[0], others[1]).await;
    market(&mut tx, account.id, others[0]).await;
    tx.feed().keep_timeline(account.id).await.unwrap();
    tx.commit().await.unwrap();
    timeline(db, tenant, others[0]).await;
    imports(db, tenant).await;
}

/// An organisation with a round, imported from files of which a row was skipped.
async fn imports(db: &TestDb, tenant: &TestTenant) {
    let folder = tempfile::tempdir().unwrap();
    let rows = [
        (
            ImportKind::Organisations,
            r#"{"external_id": "pump", "slug": "pump", "name": "Pump & Co", "country": "ZW", "city": "Harare",
                "category": "water", "status": "operating", "funding_total": {"amount": "5", "currency": "USD"}}"#,
        ),
        (
            ImportKind::FundingRounds,
            r#"{"organisation": "pump", "kind": "angel", "funded_on": "2020-01-01",
                "raised": {"amount": "5", "currency": "USD"}}"#,
        ),
        (ImportKind::Innovators, r#"{"external_id": "pump", "slug": "pump", "name": "Pump & Co"}"#),
        (
            ImportKind::Events,
            r#"{"external_id": "pump", "title": "PumpConf", "site": "https://example.org", "format": "online",
                "starts": "2031-03-28T09:00", "ends": "2031-03-28T17:00", "zone": "Etc/UTC"}"#,
        ),
    ];
    for (kind, row) in rows {
        let path = folder.path().join(kind.as_str());
        std::fs::write(&path, format!("{}\nnothing\n", row.replace('\n', ""))).unwrap();
        let plan = ImportPlan::new(kind, "seed".parse().unwrap(), path, Format::JsonLines);
        let done = bulk::import(&db.store, tenant.tenant.id, &plan, &mut |_| ()).await.unwrap();
        assert_eq!((done.tally.inserted, done.tally.skipped), (1, 1));
    }
}

/// What two did with each other, and the question whether one of them introduces the other to a third.
async fn network(tx: &mut WriteTx, asker: AccountId, introducer: AccountId, target: AccountId) {
    let (kind, subject, at) = (InteractionKind::Message, introducer.uuid(), tx.now());
    let interaction = Interaction { from: asker, to: introducer, kind, subject, at };
    assert!(tx.network().interact(&interaction, &InteractionWeights::default()).await.unwrap());
    assert!(tx.network().choose_consent(introducer, IntroductionConsent::Always).await.unwrap());
    let input = IntroductionInput { message: "We build the same kind of pump.".into() };
    let draft = IntroductionDraft::from_raw(input).unwrap();
    let (introduction, _) = draft.ask(tx.new_id().unwrap(), asker, introducer, target, tx.now());
    assert!(tx.network().ask(&introduction).await.unwrap().is_some());
}

/// Something that one sold the other, who saved it and said how it was.
async fn market(tx: &mut WriteTx, seller: AccountId, buyer: AccountId) {
    let file = tx.media().list_of_owner(seller, &Default::default()).await.unwrap().items.remove(0);
    let input = ListingInput {
        kind: "product".into(),
        title: "A solar pump".into(),
        description: "Hardly used.".into(),
        negotiable: true,
        condition: Some("good".into()),
        quantity: Some(3),
        pictures: vec![file.id.to_string()],
        ..ListingInput::default()
    };
    let settings = MarketplaceSettings::default();
    let listing = marketplace::draft(tx, ListingDraft::from_raw(input).unwrap(), seller).await.unwrap();
    marketplace::publish(tx, listing.id, seller, &settings).await.unwrap();
    assert!(marketplace::save(tx, listing.id, buyer).await.unwrap());
    tx.listings().fold(100).await.unwrap();
    let draft = InquiryDraft { message: "Is it there?".parse().unwrap(), offer: None };
    let inquiry = marketplace::ask(tx, listing.id, draft, buyer, &settings).await.unwrap();
    for by in [seller, buyer] {
        let agreement = AgreementDraft { price: None };
        marketplace::agree(tx, inquiry.id, agreement, by, &settings).await.unwrap();
    }
    marketplace::complete(tx, inquiry.id, buyer).await.unwrap();
    let review = ListingReviewDraft::from_raw(ListingReviewInput { stars: 5, text: Some("Good.".into()) });
    marketplace::review(tx, inquiry.id, review.unwrap(), buyer).await.unwrap();
}

/// A comment and a reply, of which one is counted and one is to be.
async fn comments(tx: &mut WriteTx, post: &Post, author: AccountId) -> CommentId {
    let rights = PublishingRights { author: true, ..PublishingRights::default() };
    let (shown, _) = post.clone().publish(rights, tx.now()).unwrap();
    let mut parent = None;
    for _ in 0..2 {
        let draft = CommentDraft::from_raw(CommentInput { body: "Hello.".into(), parent: None }).unwrap();
        let (comment, fact) =
            draft.write(tx.new_id().unwrap(), &shown, parent.as_ref(), author, tx.now()).unwrap();
        tx.comments().insert(&comment).await.unwrap();
        tx.tell(fact).unwrap();
        parent = Some(comment);
    }
    tx.comments().fold_counts(1).await.unwrap();
    parent.unwrap().id
}

/// Reactions that are counted, and some that are to be.
async fn engagement(tx: &mut WriteTx, post: &Post, comment: CommentId, account: AccountId) {
    for _ in 0..2 {
        tx.engagement().fold(100).await.unwrap();
        tx.engagement().unreact(post.id, account).await.unwrap();
        tx.engagement().react(post.id, account, Reaction::Like).await.unwrap();
        tx.engagement().unreact_to_comment(comment, account).await.unwrap();
        tx.engagement().react_to_comment(comment, account, Reaction::Like).await.unwrap();
    }
}

/// Something that is told, by mail too, how somebody wants to be told, and what they are to be reminded of.
async fn notifications(tx: &mut WriteTx, post: &Post, account: AccountId) {
    let (kind, due_at) = (NotificationKind::ReviewDue, tx.now());
    let preference = NotificationPreference { kind, in_app: true, mail: MailDigest::Weekly };
    let preferences = NotificationPreferences { preferences: vec![preference].try_into().unwrap() };
    tx.notification_preferences().set(account, &preferences).await.unwrap();
    let fact = tx.new_id().unwrap();
    assert!(tx.notifications().claim_fact(fact).await.unwrap());
    notify::tell(tx, &Raise::review_due(post.id, due_at), &[account]).await.unwrap();
    let reminder = Reminder { account, kind, subject: post.id.uuid(), due_at };
    tx.reminders().insert(&[reminder]).await.unwrap();
}

/// An event that somebody organises and comes to.
async fn event_with_a_guest(tx: &mut WriteTx, host: AccountId) {
    let now = tx.now();
    let wall = |days| Zone::UTC.wall(now + chrono::TimeDelta::days(days)).to_string();
    let input = EventInput {
        title: "Pumps".into(),
        description: "We take one apart.".into(),
        category: "workshop".into(),
        format: "online".into(),
        starts: wall(2),
        ends: wall(3),
        zone: "Etc/UTC".into(),
        repeats: Some(RepeatsInput { rule: "FREQ=YEARLY".into() }),
        ..EventInput::default()
    };
    let made = event::create(tx, EventDraft::from_raw(input).unwrap(), host).await.unwrap();
    event::publish(tx, made.id, host).await.unwrap();
    let draft = RegistrationDraft { answer: Answer::Going, class: None };
    event::register(tx, made.id, host, &draft).await.unwrap();
    let programme: ProgrammeInput = serde_json::from_str(&format!(
        r#"{{"speakers": [{{"name": "Rudo"}}], "sponsors": [{{"name": "Mill"}}],
             "sessions": [{{"title": "Pumps", "starts": "{0}", "ends": "{1}", "speakers": ["Rudo"]}}]}}"#,
        wall(2),
        wall(3),
    ))
    .unwrap();
    let there = tx.events().get(made.id).await.unwrap().unwrap();
    let programme = Programme::from_raw(programme).unwrap();
    event::set_programme(tx, made.id, host, programme, there.version).await.unwrap();
    let given = ResourceInput {
        title: "Plan".into(),
        link: Some("https://example.org/".into()),
        ..ResourceInput::default()
    };
    let given = ResourceDraft::from_raw(given).unwrap();
    event::add_resource(tx, made.id, host, given).await.unwrap();
    let token = Token::new(tx.scope().tenant, tx.random().unwrap());
    tx.event_feeds().set(host, &token.digest()).await.unwrap();
}

/// A row in each table that belongs to a post.
async fn everything_of_a_post(tx: &mut WriteTx, post: &Post) {
    let draft = PostDraft { body: "Hello again.".parse().unwrap(), ..post.draft.clone() };
    let (edited, _) = post.clone().edit(draft, tx.now()).unwrap();
    let edited = tx.posts().update(&edited).await.unwrap();
    let rights = PublishingRights { author: true, ..PublishingRights::default() };
    let (submitted, moved) = edited.submit(rights, tx.now()).unwrap();
    let submitted = tx.posts().take_step(&submitted, &moved).await.unwrap();
    let staff = PublishingRights { staff: true, ..PublishingRights::default() };
    let due_at = tx.now() + chrono::TimeDelta::days(1);
    let (asked, _) = submitted.ask_reviewer(post.author, staff, post.author, due_at, tx.now()).unwrap();
    tx.posts().ask_reviewer(post.id, &asked).await.unwrap();
    let shown =
        PostDraft::from_raw(PostInput { kind: "post".into(), body: "Shown.".into(), ..PostInput::default() });
    let (shown, _) = shown.unwrap().begin(tx.new_id().unwrap(), post.author, tx.now());
    tx.posts().insert(&shown).await.unwrap();
    let (shown, moved) = shown.publish(rights, tx.now()).unwrap();
    let shown = tx.posts().take_step(&shown, &moved).await.unwrap();
    let (featured, _) = shown.feature(post.author, &[], tx.now()).unwrap();
    tx.posts().feature(&featured).await.unwrap();
    let vote = Vote::from_raw(VoteInput { choices: vec![0] }).unwrap();
    tx.votes().cast(post.id, post.author, &vote).await.unwrap();
}

/// A category for the post.
async fn category(tx: &mut WriteTx) -> Category {
    let input = CategoryInput {
        tab: "feed".into(),
        name: "Water".into(),
        slug: "water".into(),
        ..CategoryInput::default()
    };
    let draft = CategoryDraft::from_raw(input).unwrap();
    let tree = CategoryTree::new(Tab::Feed, []);
    let (category, fact) = tree.create(draft, tx.new_id().unwrap(), tx.now()).unwrap();
    tx.categories().insert(&category).await.unwrap();
    tx.tell(fact).unwrap();
    category
}

/// An entry in a timeline, and a post that is not put in yet; both have a tag that its reader follows.
async fn timeline(db: &TestDb, tenant: &TestTenant, author: AccountId) {
    for folded in [true, false] {
        tenant.post(author).with(|post| post.tags = vec!["rain".into()]).published().await;
        if folded {
            let mut tx = db.store.write(&tenant.scope).await.unwrap();
            assert!(tx.feed().fold_timelines(100).await.unwrap() > 0);
            tx.commit().await.unwrap();
        }
    }
}

/// A tag that somebody follows, and counts that are folded and that are not.
async fn tag(tx: &mut WriteTx, follower: AccountId) {
    let tag = tx.tags().find_by_name("rain").await.unwrap().unwrap();
    tx.tags().follow(follower, tag.id).await.unwrap();
    assert_eq!(tx.labels().fold(100).await.unwrap(), 1);
    tx.tags().unfollow(follower, tag.id).await.unwrap();
    tx.tags().follow(follower, tag.id).await.unwrap();
}

/// A file that hangs on the post.
async fn media(tx: &mut WriteTx, post: &Post, author: AccountId) {
    let upload = MediaUpload::from_raw(MediaInput {
        file_name: "pump.jpg".into(),
        media_type: "image/jpeg".into(),
        size: 9,
    });
    let media = upload.unwrap().begin(tx.new_id().unwrap(), author, 9, tx.now()).unwrap();
    tx.media().insert(&media).await.unwrap();
    let found = MediaFound { size: 9, digest: ContentDigest([1; 32]), dimensions: Some((3, 2)) };
    tx.media().claim_blob(found.digest, found.size).await.unwrap();
    let (media, fact) = media.finalise(found, tx.now()).unwrap();
    tx.media().finalise(&media).await.unwrap();
    tx.tell(fact).unwrap();
    assert!(tx.media().set_attachments(post.id, author, &[media.id]).await.unwrap().is_empty());
    // What hangs on a post is named by it.
    let mut post = tx.posts().get(post.id).await.unwrap().unwrap();
    post.draft.attachments = vec![media.id].try_into().unwrap();
    let mut post = tx.posts().update(&post).await.unwrap();
    // And an earlier version of it names it too.
    post.draft.body = "Hello once more.".parse().unwrap();
    tx.posts().update(&post).await.unwrap();
    let (erasure, _) = Erasure::ask(author, tx.now());
    assert!(tx.erasures().insert(&erasure).await.unwrap());
}

/// A group with a message that has a file and a reaction, a code for it, a message to a stranger that counts, and
/// somebody who is there and types.
async fn conversation(tx: &mut WriteTx, post: &Post, by: AccountId) {
    let new = NewGroup::from_raw(NewGroupInput { title: "Pumps".into(), ..NewGroupInput::default() });
    let group = messaging::begin(tx, new.unwrap(), by).await.unwrap();
    let file = tx.media().attachments_of(&[post.id]).await.unwrap().remove(0).1;
    let input = MessageInput {
        body: Some("It runs.".into()),
        attachments: vec![file.id.to_string()],
        ..MessageInput::default()
    };
    let message = messaging::reply(tx, group.id, by, MessageDraft::from_raw(input).unwrap()).await.unwrap();
    messaging::react(tx, message.id, by, Reaction::Like).await.unwrap();
    let draft = GroupInvitationDraft { max_uses: None, hours: None };
    messaging::invite(tx, group.id, by, &draft).await.unwrap();
    assert!(tx.conversations().count_to_stranger(by, 1).await.unwrap());
    let stream = tx.new_id().unwrap();
    assert!(tx.signals().enter(stream, by, 1).await.unwrap());
    assert!(tx.signals().start_typing(group.id, by).await.unwrap());
    tx.signals().set_preferences(by, &PresencePreferences { shown: false }).await.unwrap();
}

/// A group of the community, a code for it, and something that happened there.
async fn group(tx: &mut WriteTx, by: AccountId) {
    let input = GroupInput { name: "Pumps".into(), slug: "pumps".into(), ..GroupInput::default() };
    let group = community::found(tx, GroupDraft::from_raw(input).unwrap(), by).await.unwrap();
    let draft = GroupCodeDraft { max_uses: None, hours: None };
    community::make_code(tx, group.id, by, &draft).await.unwrap();
    let input = PostInput { kind: "post".into(), body: "It rains.".into(), ..PostInput::default() };
    let post = community::post(tx, group.id, by, PostDraft::from_raw(input).unwrap()).await.unwrap();
    let rights = PublishingRights { author: true, ..PublishingRights::default() };
    let (post, moved) = post.publish(rights, tx.now()).unwrap();
    tx.posts().take_step(&post, &moved).await.unwrap();
}

/// A report, a case, what was decided, and in the end an appeal: a row in every table of moderation.
async fn moderate(tx: &mut WriteTx, n: usize, post: &Post, who: AccountId) {
    // The first reports, the second decides; a strike and a suspension take a case each.
    let evidence = Evidence::of_post(post);
    let draft = ReportDraft { subject: evidence.subject, reason: ReportReason::Spam, note: None };
    if n.is_multiple_of(2) {
        moderation::file(tx, draft, who, &evidence).await.unwrap();
    } else if n < 4 {
        let case = tx.moderation_cases().lock_open(evidence.subject).await.unwrap().unwrap();
        let decision = if n == 1 { Decision::Warn } else { Decision::Suspend };
        let decided = CaseDecision { decision, reason: "Because.".parse().unwrap() };
        let case = moderation::decide(tx, case, &decided, who).await.unwrap();
        let draft = AppealDraft { text: "No.".parse().unwrap() };
        moderation::appeal(tx, case, draft).await.unwrap();
    }
}

/// With one they are connected, another is asked, one is followed, one blocked and one muted.
async fn relate(tx: &mut WriteTx, n: usize, one: AccountId, other: AccountId) {
    let draft = ConnectionRequestDraft {
        to: other,
        kind: ConnectionKind::Professional,
        message: "Let us talk about pumps.".parse().unwrap(),
    };
    match n {
        0 => {
            let pair = Pair::new(one, other).unwrap();
            let kind = ConnectionKind::Mentorship;
            let connection = Connection { pair, kind, requested_by: one, since: tx.now() };
            tx.connections().insert(&connection).await.unwrap();
        }
        1 => {
            let (request, sent) = draft.send(tx.new_id().unwrap(), one, tx.now()).unwrap();
            tx.connection_requests().insert(&request, ProfileKind::Mentor).await.unwrap();
            tx.tell(sent).unwrap();
        }
        2 => assert!(tx.follows().insert(one, other).await.unwrap()),
        3 => assert!(tx.blocks().insert(one, other).await.unwrap()),
        4 => assert!(tx.mutes().insert(one, other).await.unwrap()),
        _ => {}
    }
}

/// One of each kind, with every list that has a table of its own.
const DETAILS: [&str; 8] = [
    r#"{"kind": "innovator", "industries": ["water"]}"#,
    r#"{"kind": "business_investor", "portfolio": [{"company": "Pump & Co", "year": 2020}]}"#,
    r#"{"kind": "mentor", "expertise": ["pricing"]}"#,
    r#"{"kind": "corporate_partner", "organisation": "Mill"}"#,
    r#"{"kind": "government_official", "policy_areas": ["water"]}"#,
    r#"{"kind": "academic_researcher", "publications": [{"title": "On rain", "doi": "10.1000/182"}]}"#,
    r#"{"kind": "service_provider", "services": [{"title": "Audit", "price_model": "quote"}]}"#,
    r#"{"kind": "community_member", "goals": ["meet people"]}"#,
];
