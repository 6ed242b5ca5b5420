//! Two or three who do something at once, a thousand times; and the same steps without the lock, which do go wrong.

use smilefactory_core::community::{GroupMemberState, GroupRefused};
use smilefactory_core::id::{AccountId, GroupId, Id};
use smilefactory_core::messaging::InvitationCode;
use smilefactory_store::community::{self, GroupError};
use smilefactory_store::testing::TestDb;
use sqlx::{AssertSqlSafe, PgConnection};
use uuid::Uuid;

use super::{as_tenant, doing, enter, not_there};

const ROUNDS: usize = 1_000;
/// How often the steps without a lock are tried.
const CONTROL: usize = 200;

/// Accounts by the dozen, as the database has them.
async fn accounts(db: &TestDb, count: i32) -> Vec<AccountId> {
    let made = "insert into identity.personal_details (tenant_id, id, email, password_hash, first_name, last_name,
           version, created_at, updated_at)
         select $1, platform.uuid_v7(now()), 'r' || n || '@example.org', 'x', 'Racer', 'Example', 1, now(), now()
         from generate_series(1, $2) as n
         returning id";
    let ids: Vec<Uuid> = sqlx::query_scalar(made)
        .bind(Uuid::from(db.one.tenant.id))
        .bind(count)
        .fetch_all(&mut as_tenant(db).await)
        .await
        .unwrap();
    ids.into_iter().map(AccountId::from_uuid).collect()
}

async fn run(conn: &mut PgConnection, sql: &str) {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(conn).await.unwrap();
}

async fn count(db: &TestDb, sql: &str) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(&mut as_tenant(db).await).await.unwrap()
}

/// So many groups with these people: account, state, role.
async fn groups(db: &TestDb, many: usize, limit: i32, people: &[(AccountId, &str, &str)]) -> Vec<GroupId> {
    let mut conn = as_tenant(db).await;
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "insert into community.groups (tenant_id, id, name, slug, visibility, join_policy, posting, member_limit,
           version, created_at, updated_at)
         select $1, id, 'Race', 'race-' || id, 'public', 'open', 'members', $2, 1, now(), now()
         from (select platform.uuid_v7(now()) as id from generate_series(1, $3)) as made
         returning id",
    )
    .bind(Uuid::from(db.one.tenant.id))
    .bind(limit)
    .bind(i32::try_from(many).unwrap())
    .fetch_all(&mut conn)
    .await
    .unwrap();
    for (account, state, role) in people {
        sqlx::query(
            "insert into community.members (tenant_id, group_id, account_id, state, role, joined_at, since)
             select $1, id, $3, $4, $5, case $4 when 'member' then now() end, now() from unnest($2::uuid[]) as id",
        )
        .bind(Uuid::from(db.one.tenant.id))
        .bind(&ids)
        .bind(account.uuid())
        .bind(*state)
        .bind(*role)
        .execute(&mut conn)
        .await
        .unwrap();
    }
    ids.into_iter().map(GroupId::from_uuid).collect()
}

#[tokio::test]
async fn of_two_owners_who_leave_at_once_one_stays() {
    let db = TestDb::new().await;
    let people = accounts(&db, 3).await;
    let members =
        [(people[0], "member", "owner"), (people[1], "member", "owner"), (people[2], "member", "member")];
    let leave = |id: GroupId, who: AccountId| {
        let db = &db;
        async move { doing!(db, who, |tx| community::leave(&mut tx, id, who)) }
    };
    for id in groups(&db, ROUNDS, 9, &members).await {
        let (one, other) = tokio::join!(leave(id, people[0]), leave(id, people[1]));
        assert_eq!([one.is_ok(), other.is_ok()].iter().filter(|ok| **ok).count(), 1, "{one:?} {other:?}");
        let refused = one.err().or(other.err()).unwrap();
        assert!(matches!(refused, GroupError::Refused(GroupRefused::LastOwner)), "{refused:?}");
    }
    let ownerless = "select count(*) from community.groups g where not exists (
        select from community.members m where m.group_id = g.id and m.role = 'owner')";
    assert_eq!(count(&db, ownerless).await, 0);

    // Without the lock, and the rule that stands behind it, both see the other stay.
    let mut conn = as_tenant(&db).await;
    run(&mut conn, "alter table community.group_stats drop constraint group_stats_owned").await;
    let (mut left, mut right) = (as_tenant(&db).await, as_tenant(&db).await);
    for id in groups(&db, CONTROL, 9, &members).await {
        let leave = async |conn: &mut PgConnection, who: AccountId| {
            let owners: i64 = sqlx::query_scalar(
                "select count(*) from community.members where group_id = $1 and role = 'owner'",
            )
            .bind(id.uuid())
            .fetch_one(&mut *conn)
            .await
            .unwrap();
            if owners > 1 {
                sqlx::query("delete from community.members where group_id = $1 and account_id = $2")
                    .bind(id.uuid())
                    .bind(who.uuid())
                    .execute(conn)
                    .await
                    .unwrap();
            }
        };
        tokio::join!(leave(&mut left, people[0]), leave(&mut right, people[1]));
    }
    assert!(count(&db, ownerless).await > 0, "the steps without a lock were never in each other's way");
}

#[tokio::test]
async fn nobody_joins_over_the_limit() {
    let db = TestDb::new().await;
    let people = accounts(&db, 3).await;
    let owner = [(people[0], "member", "owner")];
    for id in groups(&db, ROUNDS, 2, &owner).await {
        let (one, other) = tokio::join!(enter(&db, id, people[1]), enter(&db, id, people[2]));
        assert_eq!([one.is_ok(), other.is_ok()].iter().filter(|ok| **ok).count(), 1, "{one:?} {other:?}");
        let refused = one.err().or(other.err()).unwrap();
        assert!(matches!(refused, GroupError::Refused(GroupRefused::Full)), "{refused:?}");
    }
    let wrong = "select count(*) from community.group_stats s where s.members <> 2 or s.members <> (
        select count(*) from community.members m where m.group_id = s.group_id and m.state = 'member')";
    assert_eq!(count(&db, wrong).await, 0);

    // Without the lock, and the rule that stands behind it, both see a place and take it.
    let mut conn = as_tenant(&db).await;
    run(&mut conn, "alter table community.group_stats drop constraint group_stats_full").await;
    let (mut left, mut right) = (as_tenant(&db).await, as_tenant(&db).await);
    for id in groups(&db, CONTROL, 2, &owner).await {
        let join = async |conn: &mut PgConnection, who: AccountId| {
            let members: i32 =
                sqlx::query_scalar("select members from community.group_stats where group_id = $1")
                    .bind(id.uuid())
                    .fetch_one(&mut *conn)
                    .await
                    .unwrap();
            if members < 2 {
                sqlx::query(
                    "insert into community.members (tenant_id, group_id, account_id, state, role, joined_at, since)
                     values ($1, $2, $3, 'member', 'member', now(), now())",
                )
                .bind(Uuid::from(db.one.tenant.id))
                .bind(id.uuid())
                .bind(who.uuid())
                .execute(conn)
                .await
                .unwrap();
            }
        };
        tokio::join!(join(&mut left, people[1]), join(&mut right, people[2]));
    }
    let over = "select count(*) from community.group_stats where members > member_limit";
    assert!(count(&db, over).await > 0, "the steps without a lock were never in each other's way");
}

/// A code that is good once, for each of these groups.
async fn codes(db: &TestDb, groups: &[GroupId], by: AccountId) -> Vec<InvitationCode> {
    let first = groups.first().map_or(0, |id| id.uuid().as_u128());
    let codes: Vec<_> =
        (0..).take(groups.len()).map(|n: u128| InvitationCode::new((first ^ n).to_be_bytes())).collect();
    let digests: Vec<Vec<u8>> = codes.iter().map(|code| code.digest(db.one.tenant.id).0.to_vec()).collect();
    sqlx::query(
        "insert into community.codes (tenant_id, id, group_id, made_by, code_digest, max_uses, created_at, expires_at)
         select $1, platform.uuid_v7(now()), id, $4, digest, 1, $5, $5 + interval '1 hour'
         from unnest($2::uuid[], $3::bytea[]) as code (id, digest)",
    )
    .bind(Uuid::from(db.one.tenant.id))
    .bind(groups.iter().map(|id| id.uuid()).collect::<Vec<_>>())
    .bind(&digests)
    .bind(by.uuid())
    .bind(db.store.now())
    .execute(&mut as_tenant(db).await)
    .await
    .unwrap();
    codes
}

#[tokio::test]
async fn the_last_use_of_a_code_is_one_persons() {
    let db = TestDb::new().await;
    let people = accounts(&db, 3).await;
    let owner = [(people[0], "member", "owner")];
    let made = groups(&db, ROUNDS, 9, &owner).await;
    let come = |code: &InvitationCode, who: AccountId| {
        let (db, code) = (&db, code.clone());
        async move { doing!(db, who, |tx| community::enter_with_code(&mut tx, &code, who)) }
    };
    for code in codes(&db, &made, people[0]).await {
        let (one, other) = tokio::join!(come(&code, people[1]), come(&code, people[2]));
        assert_eq!([one.is_ok(), other.is_ok()].iter().filter(|ok| **ok).count(), 1, "{one:?} {other:?}");
        let refused = one.err().or(other.err()).unwrap();
        assert!(not_there(&refused, "code"), "{refused:?}");
    }
    let more = "select count(*) from community.group_stats where members > 2";
    assert_eq!(count(&db, more).await, 0);
    assert_eq!(count(&db, "select count(*) from community.codes where uses <> 1").await, 0);

    // Without the lock, and the rule that stands behind it, both see a use left and come.
    let mut conn = as_tenant(&db).await;
    run(&mut conn, "alter table community.codes drop constraint codes_uses").await;
    let (mut left, mut right) = (as_tenant(&db).await, as_tenant(&db).await);
    let made = groups(&db, CONTROL, 9, &owner).await;
    codes(&db, &made, people[0]).await;
    for id in made {
        let come = async |conn: &mut PgConnection| {
            let uses: i32 = sqlx::query_scalar("select uses from community.codes where group_id = $1")
                .bind(id.uuid())
                .fetch_one(&mut *conn)
                .await
                .unwrap();
            if uses < 1 {
                sqlx::query("update community.codes set uses = uses + 1 where group_id = $1")
                    .bind(id.uuid())
                    .execute(conn)
                    .await
                    .unwrap();
            }
        };
        tokio::join!(come(&mut left), come(&mut right));
    }
    let over = count(&db, "select count(*) from community.codes where uses > max_uses").await;
    assert!(over > 0, "the steps without a lock were never in each other's way");
}

#[tokio::test]
async fn who_is_banned_while_they_are_let_in_or_think_again_stays_out() {
    let db = TestDb::new().await;
    let people = accounts(&db, 3).await;
    let (owner, moderator, asking) = (people[0], people[1], people[2]);
    let there =
        [(owner, "member", "owner"), (moderator, "member", "moderator"), (asking, "requested", "member")];
    let (mut let_in, mut withdrawn) = (0, 0);
    for id in groups(&db, ROUNDS, 9, &there).await {
        let approve = async { doing!(db, owner, |tx| community::approve(&mut tx, id, owner, asking)) };
        let withdraw = async { doing!(db, asking, |tx| community::withdraw(&mut tx, id, asking)) };
        let ban = async {
            let reason = "Advertises.".parse().unwrap();
            doing!(db, moderator, |tx| community::ban(&mut tx, id, moderator, asking, reason))
        };
        let (approved, thought, banned) = tokio::join!(approve, withdraw, ban);
        assert_eq!(banned.unwrap().state, GroupMemberState::Banned);
        assert!(!(approved.is_ok() && thought.is_ok()), "let in, and not asking");
        let_in += usize::from(approved.is_ok());
        withdrawn += usize::from(thought.is_ok());
    }
    assert!(let_in + withdrawn > 0, "nobody was ever in the ban's way");
    let out = "select count(*) from community.members where role = 'member' and state <> 'banned'";
    assert_eq!(count(&db, out).await, 0, "{let_in} were let in, {withdrawn} thought again");
    assert_eq!(count(&db, "select count(*) from community.group_stats where members <> 2").await, 0);

    // Without the lock, and the rule that stands behind it, who was seen asking is let in after they were banned.
    let mut conn = as_tenant(&db).await;
    run(&mut conn, "drop trigger guard_state on community.members").await;
    let (mut left, mut right) = (as_tenant(&db).await, as_tenant(&db).await);
    for id in groups(&db, CONTROL, 9, &there).await {
        let approve = async {
            let state: String = sqlx::query_scalar(
                "select state from community.members where group_id = $1 and account_id = $2",
            )
            .bind(id.uuid())
            .bind(asking.uuid())
            .fetch_one(&mut left)
            .await
            .unwrap();
            if state == "requested" {
                sqlx::query(
                    "update community.members set state = 'member', joined_at = now()
                     where group_id = $1 and account_id = $2",
                )
                .bind(id.uuid())
                .bind(asking.uuid())
                .execute(&mut left)
                .await
                .unwrap();
            }
        };
        let ban = async {
            sqlx::query(
                "update community.members set state = 'banned', joined_at = null, by_id = $3, note = 'x'
                 where group_id = $1 and account_id = $2",
            )
            .bind(id.uuid())
            .bind(asking.uuid())
            .bind(moderator.uuid())
            .execute(&mut right)
            .await
            .unwrap();
        };
        tokio::join!(approve, ban);
    }
    assert!(count(&db, out).await > 0, "the steps without a lock were never in each other's way");
}
