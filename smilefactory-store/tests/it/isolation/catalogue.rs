//! What the database says of its tables, and what is declared of them.

use std::collections::BTreeMap;

use sqlx::{PgConnection, Row};

/// What the service may do with the rows of its own tenant. With another tenant's it may do nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Read and write.
    Full,
    /// Read, add, change, but not delete.
    NoDelete,
    /// Read and change.
    ReadUpdate,
    /// Read, add and delete, but not change.
    AddRemove,
    /// Read and add.
    Append,
    /// Read.
    Read,
    /// Nothing: the relay's.
    None,
    /// No tenant's: read by all, written by nobody but a migration or the relay.
    SharedReference,
}

impl Access {
    /// Whether `verb` is allowed on own rows.
    pub(super) fn allows(self, verb: &str) -> bool {
        match self {
            Self::Full => true,
            Self::NoDelete => verb != "delete",
            Self::ReadUpdate => matches!(verb, "select" | "update"),
            Self::AddRemove => verb != "update",
            Self::Append => matches!(verb, "select" | "insert"),
            Self::Read => verb == "select",
            Self::None | Self::SharedReference => false,
        }
    }
}

/// Every table there is. A new one is declared here, or the test fails.
pub(crate) fn declared() -> BTreeMap<&'static str, Access> {
    use Access::{AddRemove, Append, Full, NoDelete, None, Read, ReadUpdate, SharedReference};
    BTreeMap::from([
        ("ai.dismissals", Full),
        ("ai.embeddings", Full),
        ("ai.models", SharedReference),
        ("community.codes", NoDelete),
        ("community.group_activity", Full),
        ("community.group_stats", Full),
        ("community.groups", NoDelete),
        ("community.members", Full),
        ("community.role_permissions", SharedReference),
        ("content.comment_count_changes", Full),
        ("content.comment_counts", Full),
        ("content.comment_nodes", Full),
        ("content.comments", NoDelete),
        ("content.poll_votes", Full),
        ("content.post_documents", Full),
        ("content.post_moves", Append),
        ("content.post_reviewers", Full),
        ("content.featured_posts", AddRemove),
        ("content.blobs", Full),
        ("content.media", Full),
        ("content.post_attachments", Full),
        ("content.appeals", NoDelete),
        ("content.moderation_cases", NoDelete),
        ("content.moderation_log", Append),
        ("content.post_steps", SharedReference),
        ("content.post_version_attachments", Full),
        ("content.post_versions", NoDelete),
        ("content.author_activity", Full),
        ("content.author_stats", Full),
        ("content.categories", NoDelete),
        ("content.comment_actions", Full),
        ("content.comment_score_deltas", Full),
        ("content.label_counts", Full),
        ("content.label_deltas", Full),
        ("content.post_actions", Full),
        ("content.post_categories", Full),
        ("content.post_heat", Full),
        ("content.post_heat_changes", Full),
        ("content.post_stat_deltas", Full),
        ("content.post_stats", Full),
        ("content.post_tags", Full),
        ("content.posts", Full),
        ("content.tag_follows", Full),
        ("content.timeline_changes", Full),
        ("content.timeline_entries", Full),
        ("content.timelines", Full),
        ("content.tags", NoDelete),
        ("content.reports", NoDelete),
        ("content.strikes", NoDelete),
        ("content.suspensions", NoDelete),
        ("event.events", Full),
        ("event.feeds", Full),
        ("event.organisers", AddRemove),
        ("event.registrations", Full),
        ("event.resources", Full),
        ("event.seat_classes", Full),
        ("event.imported_events", Full),
        ("event.series", Full),
        ("event.programme_sessions", Full),
        ("event.programme_speakers", Full),
        ("event.programme_sponsors", Full),
        ("identity.academic_researcher_profiles", Full),
        ("identity.activity_days", Full),
        ("identity.business_investor_profiles", Full),
        ("identity.card_changes", Full),
        ("identity.community_member_profiles", Full),
        ("identity.corporate_partner_profiles", Full),
        ("identity.email_verifications", Full),
        ("identity.erasures", Full),
        ("identity.funding_rounds", NoDelete),
        ("identity.government_official_profiles", Full),
        ("identity.imported_innovators", Full),
        ("identity.innovator_profiles", Full),
        ("identity.mentor_profiles", Full),
        ("identity.organisations", NoDelete),
        ("identity.personal_details", Full),
        ("identity.portfolio_entries", Full),
        ("identity.profile_cards", Full),
        ("identity.profile_labels", Full),
        ("identity.profile_views", Full),
        ("identity.profiles", Full),
        ("identity.publications", Full),
        ("identity.service_provider_profiles", Full),
        ("identity.services", Full),
        ("identity.sessions", Full),
        ("marketplace.inquiries", NoDelete),
        ("marketplace.inquiry_entries", NoDelete),
        ("marketplace.listing_actions", Full),
        ("marketplace.listing_documents", Full),
        ("marketplace.listing_pictures", Full),
        ("marketplace.listing_stat_deltas", Full),
        ("marketplace.listing_stats", Full),
        ("marketplace.listing_steps", SharedReference),
        ("marketplace.listings", Full),
        ("marketplace.reviews", Full),
        ("marketplace.seller_stats", Full),
        ("messaging.attachments", Full),
        ("messaging.conversations", NoDelete),
        ("messaging.digests", Full),
        ("messaging.invitations", NoDelete),
        ("messaging.members", NoDelete),
        ("messaging.message_words", Full),
        ("messaging.messages", NoDelete),
        ("messaging.presence", Full),
        ("messaging.presence_preferences", Full),
        ("messaging.notification_preferences", Full),
        ("messaging.notification_reads", Full),
        ("messaging.notifications", Full),
        ("messaging.notified_facts", Full),
        ("messaging.reactions", Full),
        ("messaging.reminders", Full),
        ("messaging.stranger_messages", Full),
        ("messaging.typing", Full),
        ("platform.audit", Read),
        ("platform.idempotency_keys", Full),
        ("platform.import_skips", Append),
        ("platform.imports", NoDelete),
        ("platform.outbox", Append),
        ("platform.outbox_parked", None),
        ("platform.outbox_readers", SharedReference),
        ("platform.partition_archives", SharedReference),
        ("platform.partition_months", SharedReference),
        ("platform.partitioned_tables", SharedReference),
        ("platform.schema_migrations", SharedReference),
        ("social.barriers", Full),
        ("social.blocks", AddRemove),
        ("social.connection_requests", NoDelete),
        ("social.connections", AddRemove),
        ("social.follows", AddRemove),
        ("social.interactions", Full),
        ("social.introduction_choices", Full),
        ("social.introduction_consents", Full),
        ("social.mutes", AddRemove),
        ("social.pair_strengths", Full),
        ("social.ties", Full),
        ("tenancy.data_keys", NoDelete),
        ("tenancy.tenants", ReadUpdate),
    ])
}

/// What the catalogue says of a table.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) row_security: bool,
    pub(super) forced: bool,
    pub(super) policies: i64,
    pub(super) first_key_column: Option<String>,
    pub(super) foreign_keys_lead_with_tenant: bool,
}

pub(super) async fn tables(conn: &mut PgConnection) -> BTreeMap<String, Table> {
    sqlx::query(
        "select n.nspname || '.' || c.relname as name, c.relrowsecurity, c.relforcerowsecurity,
           (select count(*) from pg_policy p where p.polrelid = c.oid) as policies,
           (select a.attname::text from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
            where i.indrelid = c.oid and i.indisprimary) as first_key_column,
           not exists (
             select from pg_constraint f
             join pg_attribute a on a.attrelid = c.oid and a.attnum = f.conkey[1]
             where f.conrelid = c.oid and f.contype = 'f' and a.attname <> 'tenant_id'
               and f.confrelid not in ('platform.outbox_readers'::regclass, 'ai.models'::regclass)
           ) as leads
         from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.relkind in ('r', 'p') and not c.relispartition
           and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast', 'public')",
    )
    .fetch_all(conn)
    .await
    .unwrap()
    .into_iter()
    .map(|row| {
        let table = Table {
            row_security: row.get("relrowsecurity"),
            forced: row.get("relforcerowsecurity"),
            policies: row.get("policies"),
            first_key_column: row.get("first_key_column"),
            foreign_keys_lead_with_tenant: row.get("leads"),
        };
        (row.get("name"), table)
    })
    .collect()
}

/// How many partitions there are, and those that somebody could reach past the policies of their tables: to which
/// anybody but their owner has a right, or whose own policies are not those of their tables.
pub(super) async fn bad_partitions(conn: &mut PgConnection) -> (i64, Vec<String>) {
    let row = sqlx::query(
        "select count(*),
           coalesce(array_agg(c.oid::regclass::text order by 1) filter (
             where not (c.relrowsecurity and c.relforcerowsecurity)
               or (
                 select jsonb_agg(jsonb_build_array(p.polname, p.polcmd, p.polpermissive, p.polroles::text,
                   pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) order by p.polname)
                 from pg_policy p where p.polrelid = c.oid
               ) is distinct from (
                 select jsonb_agg(jsonb_build_array(p.polname, p.polcmd, p.polpermissive, p.polroles::text,
                   pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) order by p.polname)
                 from pg_policy p where p.polrelid = i.inhparent
               )
               or exists (select from aclexplode(c.relacl) a where a.grantee <> c.relowner)
           ), '{}')
         from pg_class c
         join pg_inherits i on i.inhrelid = c.oid
         where c.relispartition and c.relkind in ('r', 'p')",
    )
    .fetch_one(conn)
    .await
    .unwrap();
    (row.get(0), row.get(1))
}

/// Clauses of policies that are not weakened, since the matrix could not see it, and why that does no harm.
const NOT_WEAKENED: &[(&str, &str, &str)] = &[
    (
        "platform.audit",
        "recorded accepts everything",
        "the audit trigger alone writes under it, with the tenant of a row that the row's own policy has accepted",
    ),
    (
        "platform.audit",
        "erased is for the service too",
        "it shows the rows of the current tenant only, and the service has no right to change any",
    ),
];

/// Every way to weaken what protects a table: what it is, and the statements that do it.
pub(super) async fn weakenings(conn: &mut PgConnection, table: &str) -> Vec<(String, String)> {
    let mut all = vec![(
        "row-level security off".to_owned(),
        format!("alter table {table} disable row level security"),
    )];
    let policies: Vec<(String, bool, bool, bool)> = sqlx::query_as(
        "select polname::text, polqual is not null, polwithcheck is not null,
           polroles && array[0::oid, 'smile_context'::regrole::oid] as of_the_service
         from pg_policy where polrelid = $1::text::regclass",
    )
    .bind(table)
    .fetch_all(conn)
    .await
    .unwrap();
    for (name, using, check, of_the_service) in policies {
        if !of_the_service {
            // It shows and accepts everything already, to a role that may see all tenants.
            let widened = format!("alter policy {name} on {table} to smile_context");
            all.push((format!("{name} is for the service too"), widened));
            continue;
        }
        if using {
            let weaker = format!("alter policy {name} on {table} using (true)");
            all.push((format!("{name} shows everything"), weaker));
        }
        if check {
            let weaker = format!("alter policy {name} on {table} with check (true)");
            all.push((format!("{name} accepts everything"), weaker));
        }
    }
    if declared()[table] == Access::None {
        // Without a right to the table its policies are not asked: the right is given first.
        let right = format!("grant select, insert, update, delete on {table} to smile_service");
        for (_, statement) in &mut all {
            *statement = format!("{right}; {statement}");
        }
        all.push(("the service has a right to it".to_owned(), right));
    }
    let of_table = |(of, what, _): &(&str, &str, &str)| (*of == table).then(|| (*what).to_owned());
    for left_out in NOT_WEAKENED.iter().filter_map(of_table) {
        let before = all.len();
        all.retain(|(what, _)| *what != left_out);
        assert!(all.len() < before, "{table}: {left_out} is on the list and does not exist");
    }
    all
}
