//! Somebody who runs the community, and what they set up.

use smilefactory_client::{Client, LogIn};
use smilefactory_core::content::{Category, CategoryInput, Tab};
use smilefactory_core::tenancy::{CommunitySettings, TenantSettings};

use crate::instance::{Instance, Staff};
use crate::people::{self, PASSWORD};
use crate::tour::{Stopped, Told, Tour};
use crate::{Error, show};

/// Where posts of all kinds but articles stand.
const TAB: Tab = Tab::Feed;

/// Somebody of the staff, logged in; nobody, where the tour cannot make anybody that.
pub(super) async fn appoint(
    tour: &mut Tour,
    instance: &Instance,
    name: &str,
) -> Result<Option<Client>, Stopped> {
    let work = async {
        let nobody = &instance.client;
        let (email, password) = match &instance.staff {
            Staff::Nobody => {
                let why = "left out: --staff names an admin of that server, and was not given";
                return Ok(Told::new(None, why));
            }
            Staff::Named { email, password } => (email.clone(), password.clone()),
            Staff::Appointed(_) => {
                let sign_up = people::sign_up("Rumbi", "Gumbo", name);
                nobody.accounts().sign_up(&sign_up).await?;
                instance.staff.appoint(&sign_up.email).await?;
                (sign_up.email, PASSWORD.to_owned())
            }
        };
        let LogIn { client, account, .. } = nobody.sessions().log_in(email, password).await?;
        Ok(Told::new(Some(client), format!("{} is {} from now on", account.name(), account.role)))
    };
    let code = "$ server tenant appoint --slug demo --email rumbi@example.org --role admin";
    tour.step("Appoint an admin, who logs in", code, work).await
}

/// A category for the guest's post, below another one.
pub(super) async fn categories(tour: &mut Tour, staff: &Client) -> Result<Category, Stopped> {
    let work = async {
        let farming = category(staff, "Farming", None).await?;
        let irrigation = category(staff, "Irrigation", Some(&farming)).await?;
        let tree = staff.categories().list(TAB).await?.items;
        let outcome = format!("{} stands under {}", irrigation.draft.name, farming.draft.name);
        Ok(Told::new(irrigation, outcome).showing(show::categories(&tree)))
    };
    let code = "client.categories().create(&input).await?;\nclient.categories().list(Tab::Feed).await?";
    tour.step("Make categories", code, work).await
}

/// The category of this name, which an earlier tour of the same server may have made.
async fn category(staff: &Client, name: &str, parent: Option<&Category>) -> Result<Category, Error> {
    let parent = parent.map(|parent| parent.id);
    let slug = name.to_lowercase();
    let known = staff.categories().list(TAB).await?.into_iter().map(|node| node.category);
    let mut beside = known.filter(|known| known.draft.parent == parent);
    if let Some(known) = beside.find(|known| known.draft.slug.as_str() == slug) {
        return Ok(known);
    }
    let input = CategoryInput {
        tab: TAB.to_string(),
        parent: parent.map(|parent| parent.to_string()),
        name: name.to_owned(),
        slug,
        ..CategoryInput::default()
    };
    Ok(staff.categories().create(&input).await?)
}

/// From now on a post is published once a reviewer agreed; gives back what was set before.
pub(super) async fn ask_for_review(
    tour: &mut Tour,
    staff: &Client,
) -> Result<(CommunitySettings, TenantSettings), Stopped> {
    let work = async {
        let read = staff.settings().get().await?;
        let mut settings = read.settings.clone();
        settings.posts_need_review = true;
        let saved = staff.settings().change(&read, &settings).await?;
        let outcome = "a member's post takes a reviewer's approval from now on";
        Ok(Told::new((saved, read.settings), outcome))
    };
    let code =
        "let read = client.settings().get().await?;\nclient.settings().change(&read, &settings).await?";
    tour.step("Set that posts need review", code, work).await
}

/// As it was before.
pub(super) async fn ask_no_more(
    tour: &mut Tour,
    staff: &Client,
    (saved, before): (CommunitySettings, TenantSettings),
) -> Result<(), Stopped> {
    let work = async {
        let saved = staff.settings().change(&saved, &before).await?;
        let needed = if saved.settings.posts_need_review { "still need" } else { "need no" };
        Ok(Told::new((), format!("posts {needed} review, as before the tour")))
    };
    tour.step("Set it back", "client.settings().change(&saved, &before).await?", work).await
}
