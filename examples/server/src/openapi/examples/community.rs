//! Examples of groups.

use serde_json::{Value, json};
use smilefactory_core::community::{
    Group, GroupCode, GroupCodeDraft, GroupDraft, GroupFile, GroupMembership, GroupRolePermissions,
    MadeGroupCode,
};
use smilefactory_core::id::{AccountId, GroupId, Id};
use smilefactory_core::messaging::InvitationCode;
use smilefactory_core::validation::Field;

use super::{now, value};

/// The example of a schema of groups with this name.
pub(super) fn of(schema: &str) -> Option<Value> {
    match schema {
        "Group" => value(group()?.0),
        "GroupBanInput" => Some(json!({"reason": "Advertises in every thread."})),
        "GroupCode" => value(code()?),
        "GroupCodeInput" => Some(json!({"max_uses": 50, "hours": 72})),
        "GroupInput" => Some(json!({
            "name": "Solar pumps",
            "slug": "solar-pumps",
            "description": "Who builds pumps, and who waters with them.",
            "rules": "Be kind. Say what you measured.",
            "languages": ["en", "sn"],
            "location": {"city": "Harare", "country": "ZW"},
            "join_policy": "approval",
        })),
        "GroupFile" => {
            value(GroupFile { post: Id::at(now(), [7; 10]), published_at: now(), file: super::media()? })
        }
        "GroupMember" => value(group()?.1.seen()?),
        "GroupMembership" => value(group()?.1),
        "GroupPatch" => Some(json!({"join_policy": "open", "member_limit": 200})),
        "GroupRequestInput" => Some(json!({"note": "I build a pump myself."})),
        "GroupRoleChangeInput" => Some(json!({"role": "moderator"})),
        "GroupRoles" => Some(json!({"items": GroupRolePermissions::all()})),
        "GroupView" => {
            let (group, owner) = group()?;
            value(group.seen_by(Some(owner)))
        }
        "MadeGroupCode" => {
            value(MadeGroupCode { code: InvitationCode::new([9; 16]).reveal(), made: code()? })
        }
        _ => None,
    }
}

pub(super) fn group() -> Option<(Group, GroupMembership)> {
    let draft = GroupDraft::from_raw(serde_json::from_value(of("GroupInput")?).ok()?).ok()?;
    let (group, owner, _) = draft.found(GroupId::at(now(), [4; 10]), AccountId::at(now(), [1; 10]), now());
    Some((group, owner))
}

fn code() -> Option<GroupCode> {
    let (group, owner) = group()?;
    let draft = GroupCodeDraft::from_raw(serde_json::from_value(of("GroupCodeInput")?).ok()?).ok()?;
    draft.make(Id::at(now(), [6; 10]), &group, &owner, now()).ok()
}
