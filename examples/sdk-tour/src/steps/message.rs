//! What the guest says to somebody.

use smilefactory_client::Client;
use smilefactory_core::messaging::{GroupInvitationInput, MessageInput, MessageOrder, NewGroupInput};

use crate::tour::{Stopped, Told, Tour};

fn says(body: &str) -> MessageInput {
    MessageInput { body: Some(body.to_owned()), ..MessageInput::default() }
}

pub(super) async fn write(tour: &mut Tour, client: &Client) -> Result<(), Stopped> {
    let work = async {
        let me = client.accounts().me().await?.id;
        let people = client.profiles().list().limit(2).await?.items;
        let Some(other) = people.into_iter().find(|profile| profile.account != me) else {
            return Err("nobody else has a profile".into());
        };
        let messages = client.messages();
        let first = messages.write_to(other.account, &says("May I ask about **irrigation**?")).await?;
        let second = messages.write_to(other.account, &says("It is about two hectares.")).await?;
        messages.edit(&second, "It is about three hectares.").await?;
        let said = messages.list(first.conversation).order(MessageOrder::Oldest).await?.items;
        let found = messages.search("hectares three").await?.items;
        let one = found.first().is_some_and(|found| found.id == second.id);
        if said.len() != 2 || !one || second.conversation != first.conversation {
            return Err("the conversation does not have what was said in it".into());
        }
        let outcome = format!(
            "{} messages to {}, whom the guest is not connected with: they wait to be accepted",
            said.len(),
            other.first_name
        );
        Ok(Told::new((), outcome))
    };
    let code = "client.messages().write_to(profile.account, &input).await?;\n\
                client.messages().search(\"hectares three\").await?";
    tour.step("Write to somebody, and find what was said", code, work).await
}

pub(super) async fn group(tour: &mut Tour, client: &Client) -> Result<(), Stopped> {
    let work = async {
        let input = NewGroupInput { title: "Solar pumps".into(), ..NewGroupInput::default() };
        let conversations = client.conversations();
        let group = conversations.begin_group(&input).await?;
        let code = conversations.make_invitation(group.id, &GroupInvitationInput::default()).await?;
        client.messages().send(group.id, &says("Welcome, all.")).await?;
        let inbox = conversations.list().limit(2).await?.items;
        let [first, second] = inbox.as_slice() else {
            return Err("the guest does not have the two conversations".into());
        };
        if first.conversation.id != group.id || second.with.is_none() {
            return Err("the conversations are not in the order in which something happened".into());
        }
        let outcome =
            format!("one who has the code can join until {}", code.invitation.expires_at.date_naive());
        Ok(Told::new((), outcome))
    };
    let code = "let group = client.conversations().begin_group(&input).await?;\n\
                client.conversations().make_invitation(group.id, &Default::default()).await?";
    tour.step("Make a group, and a code to join it with", code, work).await
}
