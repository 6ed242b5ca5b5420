//! Something that does not belong here.

use smilefactory_client::Client;
use smilefactory_core::content::PostKind;
use smilefactory_core::content::moderation::{Report, ReportInput, ReportSubject};
use smilefactory_core::validation::Field;

use crate::tour::{Stopped, Told, Tour};

pub(super) async fn report(tour: &mut Tour, client: &Client) -> Result<Report, Stopped> {
    let work = async {
        let posts = client.posts().list().kind(PostKind::Discussion).limit(1).await?;
        let post = posts.items.first().ok_or("there is no post of somebody else")?;
        let subject = ReportSubject::Post(post.id).into_raw();
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
