//! Something that does not belong here.

use smilefactory_client::Client;
use smilefactory_core::content::PostKind;
use smilefactory_core::content::moderation::{
    CaseDecisionInput, CaseFile, Decision, Report, ReportInput, ReportSubject,
};
use smilefactory_core::validation::Field;

use super::refusal;
use crate::show;
use crate::tour::{Stopped, Told, Tour};

pub(super) async fn report(tour: &mut Tour, client: &Client) -> Result<Report, Stopped> {
    let work = async {
        let posts = client.posts().list().kind(PostKind::Discussion).limit(1).await?;
        let post = posts.items.first().ok_or("there is no post of somebody else")?;
        let subject = ReportSubject::Post(post.post.id).into_raw();
        let input = ReportInput { subject, reason: "off_topic".into(), note: Some("Wrong place.".into()) };
        let report = client.reports().file(&input).await?;
        let outcome = format!(
            "{}, with the text as it was: {} characters",
            report.state,
            report.text_as_reported.len()
        );
        Ok(Told::new(report, outcome))
    };
    tour.step("Report a post to the moderators", "client.reports().file(&input).await?", work).await
}

pub(super) async fn retract(tour: &mut Tour, client: &Client, report: &Report) -> Result<(), Stopped> {
    let work = async {
        client.reports().retract(report.id).await?;
        let report = client.reports().get(report.id).await?;
        let strikes = client.moderation().my_strikes().await?.items.len();
        Ok(Told::new((), format!("{}: it weighs nothing now; the guest has {strikes} strikes", report.state)))
    };
    tour.step("Take the report back", "client.reports().retract(report.id).await?", work).await
}

/// Reported again, a moderator takes it off.
pub(super) async fn decide(
    tour: &mut Tour,
    client: &Client,
    staff: &Client,
    subject: ReportSubject,
) -> Result<(), Stopped> {
    let work = async {
        let ReportSubject::Post(post) = subject else { return Err("the report is about no post".into()) };
        let input = ReportInput { subject: subject.into_raw(), reason: "spam".into(), note: None };
        let report = client.reports().file(&input).await?;
        let CaseFile { case, reports, .. } = staff.moderation().case(report.case).await?;
        let decision = CaseDecisionInput { decision: "remove".into(), reason: "Not meant for here.".into() };
        let decided = staff.moderation().decide(&case, &decision).await?;
        let gone = refusal(client.posts().get(post).await)?;
        let report = client.reports().get(report.id).await?;
        if !gone.is_not_found() {
            return Err(gone.into());
        }
        let log = staff.moderation().log().case(case.id).await?.items;
        let outcome = format!(
            "{} report read, {}: the post is gone at once, the report is {}",
            reports.len(),
            decided.decision.map_or("undecided", Decision::as_str),
            report.state
        );
        Ok(Told::new((), outcome).showing(show::log(&log)))
    };
    let code = "let file = moderator.moderation().case(report.case).await?;\n\
                moderator.moderation().decide(&file.case, &decision).await?";
    tour.step("Report it again; a moderator decides", code, work).await
}
