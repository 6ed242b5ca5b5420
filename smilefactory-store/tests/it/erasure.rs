//! Erasing a person: whatever they wrote is nowhere any more, and what others said about it is still there.

use std::sync::Arc;

use bytes::Bytes;
use chrono::TimeDelta;
use smilefactory_core::content::moderation::{
    AppealDraft, CaseDecision, Decision, Evidence, ModerationCase, ReportDraft, ReportReason,
};
use smilefactory_core::content::{
    Comment, CommentDraft, CommentInput, CommentSort, ContentDigest, InvitationInput, Media, MediaFound,
    MediaInput, MediaType, MediaUpload, PollInput, Post, PostInput, PublishingRights, Reaction, Standing,
    Vote, VoteInput,
};
use smilefactory_core::id::{AccountId, Id};
use smilefactory_core::identity::{
    Account, AccountSettings, AccountSettingsInput, Erasure, Role, Session, Token, VerificationToken,
};
use smilefactory_core::messaging::notification::{
    MailDigest, NotificationKind, NotificationPreference, NotificationPreferences, Raise,
};
use smilefactory_core::profile::{ProfileContent, ProfileInput, ProfileKind};
use smilefactory_core::social::{
    ConnectionKind, ConnectionRequestDraft, InteractionKind, InteractionWeights, IntroductionConsent,
    IntroductionDraft,
};
use smilefactory_core::validation::Field;
use smilefactory_store::blob::{BlobKey, BlobStore, Objects};
use smilefactory_store::erasure;
use smilefactory_store::maintenance::{erase_due, mend_counts};
use smilefactory_store::media::MediaLibrary;
use smilefactory_store::moderation;
use smilefactory_store::notify;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::ai::{Target, TargetVectors, TextVersion};
use smilefactory_store::repo::content::PostFilter;
use smilefactory_store::repo::messaging::{MailOutcome, NotificationFilter, Reading, Reminder};
use smilefactory_store::repo::platform::{Claim, StoredResponse};
use smilefactory_store::repo::social::Interaction;
use smilefactory_store::social;
use smilefactory_store::testing::TestDb;
use sqlx::{AssertSqlSafe, Row};

use crate::post::{draft, publish};

/// Is in everything the person says, and in nothing that anybody else does.
const WORD: &str = "Xqz";

/// A person who did everything one can do, and somebody whom they did it with.
struct World {
    db: TestDb,
    blobs: Arc<dyn BlobStore>,
    library: MediaLibrary,
    zanele: Account,
    rudo: AccountId,
    mercy: AccountId,
    farai: AccountId,
    /// Published by the one, talked about by the other; and the other way round.
    hers: Post,
    his: Post,
    comments: Vec<Comment>,
    files: Vec<Media>,
}

const DIGEST: ContentDigest = ContentDigest([7; 32]);

fn words(kind: &str) -> PostInput {
    PostInput {
        kind: kind.into(),
        title: Some(format!("{WORD} title")),
        summary: Some(format!("{WORD} summary")),
        body: format!("{WORD} body with {WORD}word"),
        tags: vec![format!("{WORD}tag"), "rain".into()],
        invitation: (kind == "event_post").then(|| InvitationInput {
            starts_at: "2026-03-20T17:00:00Z".into(),
            place: Some(format!("{WORD} square")),
            join_at: Some("https://example.org/Xqz".into()),
            ..InvitationInput::default()
        }),
        poll: (kind == "poll")
            .then(|| PollInput { options: vec![format!("{WORD} yes"), "No".into()], ..PollInput::default() }),
        ..PostInput::default()
    }
}

impl World {
    async fn new() -> Self {
        let db = TestDb::new().await;
        let blobs: Arc<dyn BlobStore> = Arc::new(Objects::memory());
        let library = MediaLibrary::new(db.store.clone(), Arc::clone(&blobs));
        let zanele = db.one.person(WORD.to_lowercase().as_str()).await;
        let rudo = db.one.person("rudo").await.id;
        let mercy = db.one.staff("mercy", Role::Moderator).await.id;
        let farai = db.one.staff("farai", Role::Moderator).await.id;
        let his = publish(&db, draft(&db, rudo, crate::post::input("poll", &["rain"])).await).await;
        let hers = draft(&db, zanele.id, words("post")).await;
        let mut world = Self {
            db,
            blobs,
            library,
            zanele,
            rudo,
            mercy,
            farai,
            hers,
            his,
            comments: Vec::new(),
            files: Vec::new(),
        };
        world.tell_about_herself().await;
        world.upload().await;
        world.write().await;
        world.talk().await;
        world.act().await;
        world.relate().await;
        world.be_moderated().await;
        world.be_told().await;
        world
    }

    async fn write_as(&self, account: AccountId) -> WriteTx {
        self.db.store.write(&self.db.one.scope_of(account)).await.unwrap()
    }

    async fn tell_about_herself(&mut self) {
        let mut tx = self.write_as(self.zanele.id).await;
        let settings = AccountSettings::from_raw(AccountSettingsInput {
            first_name: format!("{WORD}first"),
            last_name: format!("{WORD}last"),
            phone: Some("+263772123456".into()),
            gender: Some(format!("{WORD}gender")),
            bio: Some(format!("{WORD} bio")),
        });
        let (changed, fact) = self.zanele.clone().change(settings.unwrap(), tx.now());
        self.zanele = tx.accounts().update(&changed).await.unwrap();
        tx.tell(fact).unwrap();
        let input: ProfileInput = serde_json::from_str(
            r#"{"headline": "Xqz headline", "skills": ["Xqzskill"], "interests": ["Xqz"], "offering": "Xqz help",
                "links": ["https://example.org/Xqz"], "details": {"kind": "business_investor", "criteria": "Xqz",
                "portfolio": [{"company": "Xqz & Co", "year": 2020}]}}"#,
        )
        .unwrap();
        let (profile, fact) = ProfileContent::from_raw(input).unwrap().begin(self.zanele.id, tx.now());
        tx.profiles().insert(&profile).await.unwrap();
        tx.tell(fact).unwrap();
        let (session, _) = Session::open(tx.new_id().unwrap(), self.zanele.id, tx.now());
        let token = Token::new(self.db.one.tenant.id, tx.random().unwrap());
        tx.sessions().insert(&session, &token.digest()).await.unwrap();
        let verification = VerificationToken {
            id: tx.new_id().unwrap(),
            account: self.zanele.id,
            email: self.zanele.email.clone(),
            expires_at: tx.now() + VerificationToken::LIFETIME,
        };
        tx.verifications().insert(&verification, &token.digest()).await.unwrap();
        let model = tx.embeddings().current_model().await.unwrap().unwrap();
        let mut vector = vec![0.0; model.dimensions];
        vector[0] = 1.0;
        for (target, facet) in
            [(Target::Profile(self.zanele.id), "business_investor"), (Target::Post(self.hers.id), "post")]
        {
            let text = TextVersion { digest: [1; 32], rules: 1, source: profile.version };
            let (model, vectors) = (model.id.clone(), vec![vector.clone()]);
            let vectors = TargetVectors { target, model, facet: facet.to_owned(), text, vectors };
            assert!(tx.embeddings().upsert(&vectors).await.unwrap());
        }
        tx.dismissals().insert(self.zanele.id, self.rudo).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn upload(&mut self) {
        let tenant = self.db.one.tenant.id;
        for (n, digest) in [DIGEST, ContentDigest([8; 32])].into_iter().enumerate() {
            let mut tx = self.write_as(self.zanele.id).await;
            let input =
                MediaInput { file_name: format!("{WORD}{n}.gif"), media_type: "image/gif".into(), size: 9 };
            let upload = MediaUpload::from_raw(input).unwrap();
            let media = upload.begin(tx.new_id().unwrap(), self.zanele.id, 9, tx.now()).unwrap();
            tx.media().insert(&media).await.unwrap();
            let found = MediaFound { size: 9, digest, dimensions: Some((3, 2)) };
            tx.media().claim_blob(digest, 9).await.unwrap();
            let (media, fact) = media.finalise(found, tx.now()).unwrap();
            tx.media().finalise(&media).await.unwrap();
            tx.tell(fact).unwrap();
            tx.commit().await.unwrap();
            let content = Bytes::from_static(b"Xqz a gif");
            self.blobs.put(BlobKey::Content { tenant, digest }, content, MediaType::Gif).await.unwrap();
            self.files.push(media);
        }
    }

    /// A post with a file, edited twice and published; one of each other sort; and drafts.
    async fn write(&mut self) {
        for n in 0..2 {
            let mut tx = self.write_as(self.zanele.id).await;
            let mut text = self.hers.draft.clone();
            text.body = format!("{WORD} body, version {n}").parse().unwrap();
            text.attachments = vec![self.files[n].id].try_into().unwrap();
            let (edited, fact) = self.hers.clone().edit(text, tx.now()).unwrap();
            self.hers = tx.posts().update(&edited).await.unwrap();
            let attached = [self.files[n].id];
            tx.media().set_attachments(self.hers.id, self.zanele.id, &attached).await.unwrap();
            tx.tell(fact).unwrap();
            tx.commit().await.unwrap();
        }
        let mut tx = self.write_as(self.zanele.id).await;
        let version = tx.versions().get(self.hers.id, smilefactory_core::version::Version::FIRST).await;
        let reason = format!("{WORD} reason").parse().unwrap();
        let (redacted, fact) =
            version.unwrap().unwrap().redact(self.hers.id, self.zanele.id, reason, tx.now()).unwrap();
        tx.versions().redact(&redacted, &fact).await.unwrap();
        tx.tell(fact).unwrap();
        tx.idempotency().claim("hers", [1; 32]).await.unwrap();
        let body = format!("{{\"author\": \"{}\", \"body\": \"{WORD}\"}}", self.zanele.id).into_bytes();
        let response = StoredResponse { status: 200, headers: Vec::new(), body };
        tx.idempotency().finish("hers", &response).await.unwrap();
        tx.commit().await.unwrap();
        self.hers = publish(&self.db, self.hers.clone()).await;
        for kind in ["event_post", "poll", "article"] {
            let post = draft(&self.db, self.zanele.id, words(kind)).await;
            publish(&self.db, post).await;
            draft(&self.db, self.zanele.id, words(kind)).await;
        }
        // One that a reviewer sent back with words about hers.
        let post = draft(&self.db, self.zanele.id, words("post")).await;
        let mut tx = self.write_as(self.zanele.id).await;
        let (post, moved) = post.submit(crate::post::AUTHOR, tx.now()).unwrap();
        let post = tx.posts().take_step(&post, &moved).await.unwrap();
        tx.tell(moved).unwrap();
        tx.commit().await.unwrap();
        let mut tx = self.write_as(self.mercy).await;
        let staff = PublishingRights { staff: true, ..PublishingRights::default() };
        let reason = format!("Leave {WORD} out.").parse().unwrap();
        let (post, moved) = post.request_changes(&reason, staff, tx.now()).unwrap();
        tx.posts().take_step(&post, &moved).await.unwrap();
        tx.tell(moved).unwrap();
        tx.commit().await.unwrap();
    }

    async fn comment(&mut self, who: AccountId, post: &Post, under: Option<usize>, body: &str) -> usize {
        let mut tx = self.write_as(who).await;
        let parent = under.map(|n| self.comments[n].clone());
        let draft = CommentDraft::from_raw(CommentInput { body: body.into(), parent: None }).unwrap();
        let (comment, fact) =
            draft.write(tx.new_id().unwrap(), post, parent.as_ref(), who, tx.now()).unwrap();
        let comment = tx.comments().insert(&comment).await.unwrap();
        tx.tell(fact).unwrap();
        tx.commit().await.unwrap();
        self.comments.push(comment);
        self.comments.len() - 1
    }

    async fn talk(&mut self) {
        let (hers, his) = (self.hers.clone(), self.his.clone());
        let under_hers = self.comment(self.rudo, &hers, None, "A fine pump.").await;
        self.comment(self.zanele.id, &hers, Some(under_hers), "Xqz thanks").await;
        let under_his = self.comment(self.zanele.id, &his, None, "Xqz and ours").await;
        self.comment(self.rudo, &his, Some(under_his), "Good to hear.").await;
    }

    async fn act(&mut self) {
        let mut tx = self.write_as(self.zanele.id).await;
        tx.engagement().react(self.his.id, self.zanele.id, Reaction::Like).await.unwrap();
        tx.engagement().save(self.his.id, self.zanele.id).await.unwrap();
        tx.engagement().view(self.his.id, self.zanele.id).await.unwrap();
        tx.engagement().react_to_comment(self.comments[0].id, self.zanele.id, Reaction::Like).await.unwrap();
        tx.votes()
            .cast(self.his.id, self.zanele.id, &Vote::from_raw(VoteInput { choices: vec![0] }).unwrap())
            .await
            .unwrap();
        let rain = tx.tags().find_by_name("rain").await.unwrap().unwrap();
        tx.tags().follow(self.zanele.id, rain.id).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = self.write_as(self.rudo).await;
        tx.engagement().react(self.hers.id, self.rudo, Reaction::Like).await.unwrap();
        tx.engagement().view(self.hers.id, self.rudo).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// With everybody she is or was something, in both directions.
    /// What she is told quotes her, and so does a mail server that does not know her.
    async fn be_told(&mut self) {
        let mut tx = self.write_as(self.zanele.id).await;
        let kind = NotificationKind::PostChangesRequested;
        let preference = NotificationPreference { kind, in_app: true, mail: MailDigest::Now };
        let preferences = NotificationPreferences { preferences: vec![preference].try_into().unwrap() };
        tx.notification_preferences().set(self.zanele.id, &preferences).await.unwrap();
        let reason = format!("You say {WORD}.").parse().unwrap();
        let raise = Raise::post_moved(kind, self.hers.id, Some(reason));
        notify::tell(&mut tx, &raise, &[self.zanele.id]).await.unwrap();
        let due_at = tx.now() + TimeDelta::minutes(5);
        let mail = tx.digests().claim(due_at).await.unwrap().unwrap();
        let refused = MailOutcome::Later(due_at, format!("550 there is no {}", self.zanele.email));
        assert!(tx.digests().finish(&mail, &refused).await.unwrap());
        let (account, subject) = (self.zanele.id, self.his.id.uuid());
        let reminder = Reminder { account, kind: NotificationKind::ReviewDue, subject, due_at };
        tx.reminders().insert(&[reminder]).await.unwrap();
        notify::tell(&mut tx, &Raise::followed(self.rudo, self.zanele.id), &[self.rudo]).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn relate(&mut self) {
        let (hers, rudo, mercy, farai) = (self.zanele.id, self.rudo, self.mercy, self.farai);
        for (from, to, answered) in [(hers, rudo, true), (mercy, hers, false), (hers, farai, false)] {
            let mut tx = self.write_as(from).await;
            let message = format!("{WORD} wants to talk about pumps.").parse().unwrap();
            let draft = ConnectionRequestDraft { to, kind: ConnectionKind::Friendship, message };
            let (request, fact) = draft.send(tx.new_id().unwrap(), from, tx.now()).unwrap();
            tx.connection_requests().insert(&request, ProfileKind::Mentor).await.unwrap();
            tx.tell(fact).unwrap();
            if answered {
                social::accept(&mut tx, request.id, to).await.unwrap();
            }
            tx.commit().await.unwrap();
        }
        let mut tx = self.write_as(hers).await;
        for (one, other) in [(hers, rudo), (rudo, hers)] {
            tx.follows().insert(one, other).await.unwrap();
        }
        for (one, other) in [(hers, mercy), (mercy, hers)] {
            tx.mutes().insert(one, other).await.unwrap();
        }
        for (one, other) in [(hers, farai), (farai, hers)] {
            tx.blocks().insert(one, other).await.unwrap();
        }
        tx.follows().insert(rudo, mercy).await.unwrap();
        tx.commit().await.unwrap();
        self.be_introduced().await;
    }

    /// She did something with others, and is all three of an introduction.
    async fn be_introduced(&self) {
        let (hers, rudo, mercy, farai) = (self.zanele.id, self.rudo, self.mercy, self.farai);
        let mut tx = self.write_as(hers).await;
        for (from, to) in [(hers, rudo), (rudo, hers), (mercy, hers), (rudo, mercy)] {
            let (kind, subject, at) = (InteractionKind::Message, uuid::Uuid::from_u128(1), tx.now());
            let done = Interaction { from, to, kind, subject, at };
            assert!(tx.network().interact(&done, &InteractionWeights::default()).await.unwrap());
        }
        for (asker, introducer, target) in
            [(hers, rudo, mercy), (mercy, hers, rudo), (mercy, rudo, hers), (mercy, rudo, farai)]
        {
            let message = if target == farai { "I would like to." } else { "Xqz would like to." };
            let draft = IntroductionDraft { message: format!("{message} So do I.").parse().unwrap() };
            let (question, fact) = draft.ask(tx.new_id().unwrap(), asker, introducer, target, tx.now());
            assert!(tx.network().ask(&question).await.unwrap().is_some());
            tx.tell(fact).unwrap();
        }
        for who in [hers, rudo] {
            assert!(tx.network().choose_consent(who, IntroductionConsent::Always).await.unwrap());
        }
        tx.commit().await.unwrap();
    }

    async fn report(&self, who: AccountId, evidence: &Evidence, note: &str) -> ModerationCase {
        let mut tx = self.write_as(who).await;
        let note = Some(note.parse().unwrap());
        let draft = ReportDraft { subject: evidence.subject, reason: ReportReason::Spam, note };
        let report = moderation::file(&mut tx, draft, who, evidence).await.unwrap();
        // The answer that is kept has the text as it was reported.
        tx.idempotency().claim("a report", [2; 32]).await.unwrap();
        let body = serde_json::to_vec(&report).unwrap();
        tx.idempotency()
            .finish("a report", &StoredResponse { status: 201, headers: Vec::new(), body })
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let mut tx = self.db.store.read(&self.db.one.scope).await.unwrap();
        tx.moderation_cases().get(report.case).await.unwrap().unwrap()
    }

    async fn be_moderated(&mut self) {
        let case = self.report(self.rudo, &Evidence::of_post(&self.hers), "Xqz again!").await;
        let mut tx = self.write_as(self.mercy).await;
        let decided = CaseDecision { decision: Decision::Warn, reason: "Be polite.".parse().unwrap() };
        let case = moderation::decide(&mut tx, case, &decided, self.mercy).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = self.write_as(self.zanele.id).await;
        moderation::appeal(&mut tx, case, AppealDraft { text: "Xqz appeal".parse().unwrap() }).await.unwrap();
        tx.commit().await.unwrap();
        // One that is still open, of a comment; and one that she filed herself.
        let comment =
            self.db.store.read(&self.db.one.scope).await.unwrap().comments().get(self.comments[1].id).await;
        self.report(self.farai, &Evidence::of_comment(&comment.unwrap().unwrap()).unwrap(), "Look.").await;
        self.report(self.zanele.id, &Evidence::of_post(&self.his), "Xqz says so").await;
    }

    async fn ask(&self) {
        let mut tx = self.write_as(self.zanele.id).await;
        let (erasure, asked) = Erasure::ask(self.zanele.id, tx.now());
        assert!(tx.erasures().insert(&erasure).await.unwrap());
        assert!(!tx.erasures().insert(&erasure).await.unwrap());
        tx.tell(asked).unwrap();
        tx.commit().await.unwrap();
    }

    /// Every table in which something of hers can be read, in whatever column, and how many rows.
    async fn traces(&self) -> Vec<(String, i64)> {
        let mut conn = self.db.superuser().await;
        let tables = "select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
                      where c.relkind in ('r', 'm') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
                      order by 1";
        let mut traces = Vec::new();
        for row in sqlx::query(tables).fetch_all(&mut conn).await.unwrap() {
            let table: String = row.get(0);
            // Bytes show as hexadecimal digits.
            let count = format!(
                "select count(*) from {table} t
                 where t::text ilike '%xqz%' or t::text ilike '%78717a%' or t::text ilike '%58717a%'"
            );
            let count: i64 = sqlx::query_scalar(AssertSqlSafe(count)).fetch_one(&mut conn).await.unwrap();
            if count > 0 {
                traces.push((table, count));
            }
        }
        traces
    }
}

#[tokio::test]
async fn who_is_erased_is_nowhere_and_what_others_said_stays() {
    let world = World::new().await;
    let db = &world.db;
    let before = world.traces().await;
    for table in [
        "content.comments",
        "content.media",
        "content.moderation_log",
        "content.post_documents",
        "content.post_moves",
        "content.post_versions",
        "content.posts",
        "content.reports",
        "content.appeals",
        "content.tags",
        "identity.email_verifications",
        "identity.personal_details",
        "identity.portfolio_entries",
        "identity.profiles",
        "messaging.digests",
        "messaging.notifications_2026_03",
        "platform.audit",
        "platform.idempotency_keys",
        "platform.outbox",
        "social.connection_requests",
        "social.introduction_consents",
        "social.ties",
    ] {
        assert!(
            before.iter().any(|(found, _)| found == table),
            "{table} has nothing to be erased: {before:?}"
        );
    }
    world.ask().await;
    assert_eq!(erase_due(&db.store, &world.library).await.unwrap(), 0, "not due yet");
    assert_eq!(world.traces().await, before);
    // All but a few hours of the answers that are kept are gone by then; here they are not.
    sqlx::query("update platform.idempotency_keys set created_at = created_at + interval '30 days'")
        .execute(&mut db.superuser().await)
        .await
        .unwrap();
    db.clock.advance(Erasure::AFTER);
    assert!(erase_due(&db.store, &world.library).await.unwrap() > 0);
    let traces = world.traces().await;
    if traces.iter().any(|(table, _)| table == "platform.audit") {
        let left =
            "select t::text from platform.audit t where t::text ilike '%xqz%' or t::text ilike '%78717a%'";
        let left: Vec<String> = sqlx::query_scalar(left).fetch_all(&mut db.superuser().await).await.unwrap();
        panic!("{left:#?}");
    }
    assert_eq!(traces, []);
    assert_eq!(erase_due(&db.store, &world.library).await.unwrap(), 0, "once");
    for file in &world.files {
        let key = BlobKey::Content { tenant: db.one.tenant.id, digest: file.digest.unwrap() };
        assert!(world.blobs.get(key).await.unwrap().is_none());
    }

    // Of what others did with each other nothing is gone.
    for table in ["interactions", "pair_strengths", "introduction_consents", "introduction_choices"] {
        let count = format!("select count(*) from social.{table}");
        let left: i64 =
            sqlx::query_scalar(AssertSqlSafe(count)).fetch_one(&mut db.superuser().await).await.unwrap();
        assert_eq!(left, 1, "{table}");
    }

    // What others answered has its place, and stands in no list.
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    let hers = tx.posts().get(world.hers.id).await.unwrap().unwrap();
    assert_eq!((hers.standing, hers.draft.body.as_str()), (Standing::Erased, "[erased]"));
    assert!(hers.is_visible_with(PublishingRights::default()) && !hers.is_shown());
    let listed = tx.posts().list(&PostFilter::new(), &Default::default()).await.unwrap();
    assert_eq!(listed.items.iter().map(|post| post.id).collect::<Vec<_>>(), [world.his.id]);
    let threads = tx.comments().list(hers.id, CommentSort::Oldest, &Default::default()).await.unwrap();
    assert_eq!(threads.items.len(), 1);
    assert_eq!(threads.items[0].comment.body.as_ref().unwrap().as_str(), "A fine pump.");
    let threads = tx.comments().list(world.his.id, CommentSort::Oldest, &Default::default()).await.unwrap();
    let gone = &threads.items[0];
    assert_eq!((gone.comment.author, gone.comment.body.is_none()), (None, true));
    assert_eq!(gone.replies[0].comment.body.as_ref().unwrap().as_str(), "Good to hear.");
    // Never published, and talked about by nobody: gone.
    let mine = tx.posts().list_of_author(world.zanele.id, None, &Default::default()).await.unwrap();
    assert!(mine.items.iter().all(|post| post.published_at.is_some()), "{mine:?}");
    // What she did is not counted any more.
    let counts = tx.engagement().get(world.his.id, world.zanele.id).await.unwrap();
    assert_eq!((counts.reactions.total(), counts.saves, counts.views, counts.comments), (0, 0, 0, 1));
    assert_eq!(tx.votes().result(&world.his, world.zanele.id).await.unwrap().voters, 0);
    assert_eq!(tx.tags().find_by_name("rain").await.unwrap().unwrap().followers, 0);
    assert!(tx.tags().find_by_name("Xqztag").await.unwrap().is_none(), "nobody else's word");
    let stats = tx.engagement().author_stats(world.zanele.id).await.unwrap();
    assert_eq!((stats.posts, stats.reactions, stats.views), (0, 0, 0));
    // The account is nobody's, and no profile.
    let account = tx.accounts().get(world.zanele.id).await.unwrap().unwrap();
    assert_eq!(
        (account.name(), account.email.as_str().ends_with("@erased.invalid")),
        ("Erased Person".into(), true)
    );
    assert!(tx.profiles().get(world.zanele.id).await.unwrap().is_none());
    let hash = tx.accounts().credentials(&account.email).await.unwrap().unwrap().password_hash;
    let claimed = smilefactory_core::identity::Password::claimed("xqz-password");
    assert!(!db.store.passwords().verify(claimed, Some(&hash)).await.unwrap().is_right());
    // She is nothing to anybody, and nobody is to her; what others are to each other stays.
    let left: Vec<i64> = sqlx::query_scalar(
        "select count(*) from social.connections union all select count(*) from social.ties
         union all select count(*) from social.connection_requests union all select count(*) from social.blocks
         union all select count(*) from social.mutes union all select count(*) from social.barriers
         union all select count(*) from social.follows",
    )
    .fetch_all(&mut db.superuser().await)
    .await
    .unwrap();
    assert_eq!(left, [0, 0, 0, 0, 0, 0, 1]);
    // Others are not told any more what she did.
    let reading = Reading { account: world.rudo, staff: true };
    let told =
        tx.notifications().list(reading, &NotificationFilter::new(), &Default::default()).await.unwrap();
    assert!(told.items.is_empty(), "{told:?}");
    let ended = "select count(*) from platform.outbox where name in ('social.connection.removed',
                   'social.request.declined', 'social.request.withdrawn', 'social.request.expired', 'social.block.lifted', 'social.mute.lifted')";
    let ended: i64 = sqlx::query_scalar(ended).fetch_one(&mut db.superuser().await).await.unwrap();
    assert_eq!(ended, 7);
    // Decisions stay, and so do other people's reports of other things.
    let log = tx.moderation_log().list(None, &Default::default()).await.unwrap();
    assert!(
        log.items.iter().any(|entry| entry.note.as_ref().is_some_and(|note| note.as_str() == "Be polite."))
    );
    drop(tx);
    assert_eq!(mend_counts(&db.store).await.unwrap(), 0, "and every number is right");
    // A request that is sent again has no second effect, and its answer is not known any more.
    let mut tx = world.write_as(world.rudo).await;
    assert_eq!(tx.idempotency().claim("a report", [2; 32]).await.unwrap(), Claim::Erased);
}

#[tokio::test]
async fn an_erasure_that_is_interrupted_anywhere_goes_on_and_comes_to_its_end() {
    let world = World::new().await;
    let db = &world.db;
    world.ask().await;
    db.clock.advance(Erasure::AFTER);
    let another = db.another_store().await;
    let mut steps = 0;
    let is_done = async || {
        let mut tx = db.store.read(&db.one.scope).await.unwrap();
        tx.erasures().get(world.zanele.id).await.unwrap().is_none()
    };
    while !is_done().await {
        let scope = db.one.scope;
        // Killed in the middle of the step, after which somebody else makes it.
        let killed = tokio::time::timeout(
            std::time::Duration::from_millis(steps % 7),
            erasure::next_step(&db.store, &world.library, &scope),
        );
        drop(killed.await);
        // Nothing is done while the killed one is still there.
        erasure::next_step(&another, &world.library, &scope).await.unwrap();
        steps += 1;
        assert!(steps < 1000, "it does not end");
    }
    let left: Vec<_> = world.traces().await;
    let left: Vec<_> = left.iter().filter(|(table, _)| table != "platform.idempotency_keys").collect();
    assert!(left.is_empty(), "{left:?}");
    assert_eq!(mend_counts(&db.store).await.unwrap(), 0);
}

#[tokio::test]
async fn who_changes_their_mind_in_time_stays() {
    let db = TestDb::new().await;
    let blobs: Arc<dyn BlobStore> = Arc::new(Objects::memory());
    let library = MediaLibrary::new(db.store.clone(), blobs);
    let person = db.one.person("tariro").await;
    let mut tx = db.store.write(&db.one.scope_of(person.id)).await.unwrap();
    let (erasure, _) = Erasure::ask(person.id, tx.now());
    tx.erasures().insert(&erasure).await.unwrap();
    tx.commit().await.unwrap();
    db.clock.advance(TimeDelta::days(5));
    let mut tx = db.store.write(&db.one.scope_of(person.id)).await.unwrap();
    assert_eq!(tx.erasures().get(person.id).await.unwrap(), Some(erasure));
    assert!(tx.erasures().delete(person.id).await.unwrap());
    assert!(!tx.erasures().delete(person.id).await.unwrap());
    tx.commit().await.unwrap();
    db.clock.advance(TimeDelta::days(30));
    assert_eq!(erase_due(&db.store, &library).await.unwrap(), 0);
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    assert_eq!(tx.accounts().get(person.id).await.unwrap().unwrap().email, person.email);
    // Of another community nothing is known, nor erased.
    assert_eq!(db.store.read(&db.two.scope).await.unwrap().erasures().get(person.id).await.unwrap(), None);
}

/// The functions that may do what the service may not do it in the current tenant, and to who is erased.
#[tokio::test]
async fn nobody_is_erased_by_whom_it_does_not_concern() {
    let world = World::new().await;
    let before = world.traces().await;
    let mut tx = world.db.store.write(&world.db.two.scope).await.unwrap();
    tx.content_erasure().erase_posts(world.zanele.id, None, 100).await.unwrap();
    tx.content_erasure().erase_deeds(world.zanele.id, 100).await.unwrap();
    tx.content_erasure().erase_from_moderation(world.zanele.id, 100).await.unwrap();
    tx.content_erasure().erase_files(world.zanele.id, 100).await.unwrap();
    tx.comments().erase_author(world.zanele.id, 100).await.unwrap();
    tx.connection_requests().erase(world.zanele.id, world.mercy).await.unwrap();
    tx.erasures().empty_account(world.zanele.id).await.unwrap();
    tx.erasures().erase_answers(world.zanele.id).await.unwrap();
    tx.erasures().erase_from_facts(world.zanele.id, None, 1000).await.unwrap();
    tx.erasures().erase_from_trail(world.zanele.id, None, 1000).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(world.traces().await, before);
    // The history of who is not erased stays, whoever asks, and so do their requests.
    let mut tx = world.db.store.write(&world.db.one.scope).await.unwrap();
    tx.connection_requests().erase(world.zanele.id, world.mercy).await.unwrap();
    tx.commit().await.unwrap();
    let mut conn = world.db.superuser().await;
    let statement = format!(
        "begin; set local role smile_service; set local smile.tenant = '{}'; select content.erase_history(array['{}'::uuid])",
        world.db.one.tenant.id,
        world.hers.id.uuid(),
    );
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut conn).await.unwrap();
    sqlx::raw_sql("commit").execute(&mut conn).await.unwrap();
    assert_eq!(world.traces().await, before);
}
