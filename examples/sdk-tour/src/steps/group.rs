//! Whom the guest gathers.

use smilefactory_client::Client;
use smilefactory_core::community::{GroupCodeInput, GroupInput, GroupMemberState};

use crate::tour::{Stopped, Told, Tour};

pub(super) async fn gather(
    tour: &mut Tour,
    client: &Client,
    [first, second]: &[Client; 2],
    name: &str,
) -> Result<(), Stopped> {
    let work = async {
        let input = GroupInput {
            name: "Solar pumps".into(),
            slug: format!("solar-pumps-{name}"),
            description: Some("Who builds pumps, and who waters with them.".into()),
            join_policy: Some("approval".into()),
            ..GroupInput::default()
        };
        let groups = client.groups();
        let group = groups.create(&input).await?;
        first.groups().join(group.id, Some("I build one myself.")).await?;
        let asking = groups.list_requests(group.id).await?.items;
        let [asking] = asking.as_slice() else { return Err("nobody asks to be let in".into()) };
        groups.approve(group.id, asking.account).await?;
        let code = groups.make_code(group.id, &GroupCodeInput::default()).await?;
        second.groups().join_with_code(&code.code).await?;
        let mine = client.groups().list().mine(GroupMemberState::Member).await?.items;
        let members = mine.iter().find(|view| view.group.id == group.id).map(|view| view.group.members);
        if members != Some(3) {
            return Err("the group does not have the two who joined it".into());
        }
        Ok(Told::new((), "one asked and was let in, one came with a code".to_owned()))
    };
    let code = "let group = client.groups().create(&input).await?;\n\
                client.groups().approve(group.id, asking.account).await?;\n\
                client.groups().make_code(group.id, &Default::default()).await?";
    tour.step("Gather people in a group", code, work).await
}
