//! Moderation: reported, decided, appealed.

use futures::TryStreamExt;
use smilefactory_client::{Client, ErrorKind};
use smilefactory_core::content::moderation::{
    AppealInput, AppealRulingInput, CaseDecisionInput, CaseState, Decision, ReportInput, ReportState,
    ReportSubject, Ruling,
};
use smilefactory_core::content::{PostInput, Standing};
use smilefactory_core::validation::Field;

use super::world::World;

pub(crate) async fn walk(world: &World) {
    let author = world.member("m-author").await.client;
    let log_in = world.member("m-reporter").await;
    let reader = log_in.client;
    let decider = world.moderator("m-decider").await;
    let other = world.moderator("m-other").await;

    let input = PostInput { kind: "post".into(), body: "Buy now!".into(), ..PostInput::default() };
    let draft = author.posts().draft(&input).await.unwrap();
    let post = author.posts().publish(&draft).await.unwrap();
    let subject = ReportSubject::Post(post.id).into_raw();
    let input = ReportInput { subject, reason: "spam".into(), note: Some("Again.".into()) };
    let report = reader.reports().file(&input).await.unwrap();
    assert_eq!((report.text_as_reported.as_str(), report.state), ("Buy now!", ReportState::Open));
    assert!(reader.reports().file(&input).await.unwrap_err().is_conflict());
    assert!(author.reports().file(&input).await.unwrap_err().is_forbidden());
    assert_eq!(reader.reports().get(report.id).await.unwrap(), report);
    assert!(author.reports().get(report.id).await.unwrap_err().is_not_found());
    reader.reports().retract(report.id).await.unwrap();
    reader.reports().retract(report.id).await.unwrap();
    let report = reader.reports().file(&input).await.unwrap();
    // Another one, so that there is a second page of everything.
    let post_input = PostInput { kind: "post".into(), body: "Sell now!".into(), ..PostInput::default() };
    let draft = author.posts().draft(&post_input).await.unwrap();
    let another = author.posts().publish(&draft).await.unwrap();
    let subject = ReportSubject::Post(another.id).into_raw();
    let second = ReportInput { subject, reason: "other".into(), note: None };
    let second = reader.reports().file(&second).await.unwrap();
    let mine: Vec<_> = reader.reports().list_mine().limit(1).into_stream().try_collect().await.unwrap();
    // They are of one instant, so that any of them may come first.
    let mut states: Vec<_> = mine.iter().map(|report| report.state).collect();
    states.sort();
    assert_eq!(states, [ReportState::Open, ReportState::Open, ReportState::Retracted]);

    assert!(reader.moderation().cases().await.unwrap_err().is_forbidden());
    let cases: Vec<_> =
        decider.client.moderation().cases().limit(1).into_stream().try_collect().await.unwrap();
    let [case, low] = cases.as_slice() else { panic!("{cases:?}") };
    let warning = CaseDecisionInput { decision: "warn".into(), reason: "Not here.".into() };
    let warned = decider.client.moderation().decide(low, &warning).await.unwrap();
    assert_eq!((warned.id, warned.decision), (second.case, Some(Decision::Warn)));
    assert_eq!((case.id, case.reports), (report.case, 1));
    let file = decider.client.moderation().case(case.id).await.unwrap();
    assert_eq!((&file.case, file.reports.as_slice()), (case, [report.clone()].as_slice()));

    let nobody = decider.client.moderation().assign(case, Some(log_in.account.id)).await.unwrap_err();
    assert_eq!(nobody.kind(), ErrorKind::Refused);
    let assigned = decider.client.moderation().assign(case, Some(decider.account.id)).await.unwrap();
    let queue = decider.client.moderation().cases().state(CaseState::Open).assignee(decider.account.id);
    assert_eq!(queue.await.unwrap().items, std::slice::from_ref(&assigned));
    assert!(decider.client.moderation().cases().overdue().await.unwrap().items.is_empty());
    let decision = CaseDecisionInput { decision: "remove".into(), reason: "Spam.".into() };
    assert!(decider.client.moderation().decide(case, &decision).await.unwrap_err().is_stale());
    let decided = decider.client.moderation().decide(&assigned, &decision).await.unwrap();
    assert_eq!(decided.decision, Some(Decision::Remove));
    assert!(reader.posts().get(post.id).await.unwrap_err().is_not_found());
    assert_eq!(author.posts().get(post.id).await.unwrap().post.standing, Standing::Removed);
    appealed(&author, &decider.client, &other.client).await;

    let case = other.client.moderation().case(decided.id).await.unwrap().case;
    assert_eq!(case.state, CaseState::Closed);
    assert_eq!(reader.posts().get(post.id).await.unwrap().post.standing, Standing::Visible);
    let log: Vec<_> =
        other.client.moderation().log().case(case.id).limit(2).into_stream().try_collect().await.unwrap();
    assert_eq!(log.iter().map(|entry| usize::from(entry.number)).collect::<Vec<_>>(), [7, 6, 5, 4, 3, 2, 1]);
}

async fn appealed(author: &Client, decider: &Client, other: &Client) {
    let notices: Vec<_> = author.moderation().my_cases().limit(1).into_stream().try_collect().await.unwrap();
    assert_eq!(notices.len(), 2);
    let notice = notices.iter().find(|notice| notice.decision == Decision::Remove).unwrap();
    let strikes: Vec<_> =
        author.moderation().my_strikes().limit(1).into_stream().try_collect().await.unwrap();
    assert_eq!(strikes.iter().filter(|strike| strike.case == notice.id).count(), 1);
    let appeal = AppealInput { text: "It was an offer.".into() };
    let appealed = author.moderation().appeal(notice.id, &appeal).await.unwrap();
    assert!(appealed.appealed_at.is_some());
    assert!(author.moderation().appeal(notice.id, &appeal).await.unwrap_err().is_step_refused());

    let ruling = AppealRulingInput { ruling: "overturn".into(), reason: "So it was.".into() };
    let case = other.moderation().case(notice.id).await.unwrap().case;
    assert!(decider.moderation().decide_appeal(&case, &ruling).await.unwrap_err().is_forbidden());
    other.moderation().decide_appeal((case.id, case.version), &ruling).await.unwrap();
    let notices = author.moderation().my_cases().await.unwrap().items;
    assert_eq!(notices.iter().filter(|notice| notice.ruling == Some(Ruling::Overturn)).count(), 1);
    let strikes = author.moderation().my_strikes().await.unwrap().items;
    assert_eq!(strikes.iter().filter(|strike| strike.ended_at.is_some()).count(), 1);
}
