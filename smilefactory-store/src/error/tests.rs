//! The table of unique keys is the schema's.

use std::collections::BTreeSet;

use super::UNIQUE;
use crate::testing::TestDb;

/// Unique keys that no caller's value can break, each with the reason.
const NOBODYS: &[(&str, &str)] = &[
    ("academic_researcher_profiles_pkey", "saved with the profile, whose own key is broken first"),
    ("activity_days_pkey", "written with `on conflict`"),
    ("audit_pkey", "written by the database"),
    ("attachments_pkey", "numbered when the message is sent"),
    ("author_activity_pkey", "written by the database"),
    ("timeline_changes_pkey", "written by the database"),
    ("timeline_entries_pkey", "written by the database"),
    ("timelines_pkey", "kept once"),
    ("author_stats_pkey", "counted by the database"),
    ("barriers_pkey", "written by the database"),
    ("blocks_pkey", "written with `on conflict`"),
    ("business_investor_profiles_pkey", "saved with the profile, whose own key is broken first"),
    ("card_changes_pkey", "numbered by the database"),
    ("categories_place_in_tree", "for a foreign key to point at; begins with the id"),
    ("comment_actions_pkey", "written with `on conflict`"),
    ("comment_count_changes_pkey", "numbered by the database"),
    ("comment_counts_pkey", "counted by the database"),
    ("comment_nodes_pkey", "written by the database"),
    ("comment_score_deltas_pkey", "numbered by the database"),
    ("community_member_profiles_pkey", "saved with the profile, whose own key is broken first"),
    ("corporate_partner_profiles_pkey", "saved with the profile, whose own key is broken first"),
    ("digests_period_key", "written with `on conflict`"),
    ("digests_pkey", "made by the program when a mail is due"),
    ("digests_telling_key", "written with `on conflict`"),
    ("erasures_pkey", "written with `on conflict`"),
    ("events_recurrence_key", "the series is held by whoever makes events of it or moves them"),
    ("featured_posts_pkey", "looked for under a lock"),
    ("featured_posts_place_key", "the first free place, under a lock"),
    ("feeds_pkey", "written with `on conflict`"),
    ("follows_pkey", "written with `on conflict`"),
    ("funding_rounds_key", "written with `on conflict`"),
    ("government_official_profiles_pkey", "saved with the profile, whose own key is broken first"),
    ("group_activity_pkey", "numbered by the database"),
    ("group_members_pkey", "written with `on conflict`"),
    ("group_stats_pkey", "counted by the database"),
    ("imported_events_pkey", "written with an event, whose own key is broken first"),
    (
        "imported_events_source_key",
        "looked for in the same statement; two imports of a source do not go on at once",
    ),
    ("imported_innovators_pkey", "written with an account, whose own key is broken first"),
    (
        "imported_innovators_source_key",
        "looked for in the same statement; two imports of a source do not go on at once",
    ),
    ("import_skips_pkey", "the lines of a file are counted"),
    ("innovator_profiles_pkey", "saved with the profile, whose own key is broken first"),
    ("interactions_pkey", "written with `on conflict`"),
    ("introduction_choices_pkey", "written with `on conflict`"),
    ("introduction_consents_key", "written with `on conflict`"),
    ("label_counts_pkey", "counted by the database"),
    ("label_deltas_pkey", "numbered by the database"),
    ("inquiry_entries_number_key", "numbered with the inquiry, whose row is held"),
    ("inquiry_entries_pkey", "made by the program with the step"),
    ("listing_actions_pkey", "written with `on conflict`"),
    ("listing_documents_pkey", "written by the database"),
    ("listing_pictures_media_key", "the pictures of a listing are a set"),
    ("listing_pictures_pkey", "numbered when the list is saved"),
    ("listing_stat_deltas_pkey", "numbered by the database"),
    ("listing_stats_pkey", "written by the database"),
    ("listing_steps_pkey", "written by a migration"),
    ("members_pkey", "written with `on conflict`"),
    ("mentor_profiles_pkey", "saved with the profile, whose own key is broken first"),
    ("message_words_pkey", "written with `on conflict`, or with a message that has just been written"),
    ("models_current_key", "set by a function that takes it from another first"),
    ("models_dimensions_key", "for a foreign key to point at; begins with the id"),
    ("mutes_pkey", "written with `on conflict`"),
    ("notification_preferences_pkey", "written with `on conflict`"),
    ("notification_reads_pkey", "written with `on conflict`"),
    ("notifications_pkey", "behind the last id of its reader, whose row is held"),
    ("notified_facts_pkey", "written with `on conflict`"),
    ("organisations_source_key", "written with `on conflict`"),
    ("organisers_pkey", "written with `on conflict`"),
    ("outbox_parked_pkey", "the relay's, which locks its reader"),
    ("outbox_pkey", "the ids of facts are made when they are told"),
    ("outbox_readers_pkey", "written with `on conflict`"),
    ("pair_strengths_pkey", "written with `on conflict`"),
    ("portfolio_entries_pkey", "numbered when the list is saved"),
    ("partition_archives_pkey", "written with `on conflict`"),
    ("partition_months_pkey", "written with `on conflict`"),
    ("partitioned_tables_pkey", "written by migrations"),
    ("post_actions_pkey", "written with `on conflict`"),
    ("post_categories_pkey", "written by the database"),
    ("post_documents_pkey", "written by the database"),
    ("post_heat_changes_pkey", "numbered by the database"),
    ("post_heat_pkey", "written by the database"),
    ("post_stat_deltas_pkey", "numbered by the database"),
    ("post_stats_pkey", "counted by the database"),
    ("post_steps_pkey", "written by a migration"),
    ("post_tags_pkey", "written by the database"),
    ("post_version_attachments_pkey", "written by the database"),
    ("presence_pkey", "written with `on conflict`"),
    ("presence_preferences_pkey", "written with `on conflict`"),
    ("profile_cards_pkey", "written by the database"),
    ("profile_labels_pkey", "written by the database"),
    ("profile_views_pkey", "written with `on conflict`"),
    ("profiles_kind_key", "for a foreign key to point at; begins with the account"),
    ("programme_sessions_pkey", "numbered when the programme is saved"),
    ("programme_speakers_pkey", "numbered when the programme is saved"),
    ("programme_sponsors_pkey", "numbered when the programme is saved"),
    ("publications_pkey", "numbered when the list is saved"),
    ("reactions_pkey", "written with `on conflict`"),
    ("registrations_place_key", "numbered in a row that is held"),
    ("reminders_pkey", "written with `on conflict`"),
    ("role_permissions_pkey", "written by migrations"),
    ("reviews_pkey", "written with `on conflict`"),
    ("schema_migrations_pkey", "written by migrations"),
    ("seller_stats_pkey", "counted by the database"),
    ("seat_classes_pkey", "written with `on conflict`"),
    ("service_provider_profiles_pkey", "saved with the profile, whose own key is broken first"),
    ("services_pkey", "numbered when the list is saved"),
    ("stranger_messages_pkey", "written with `on conflict`"),
    ("tags_alias", "for a foreign key to point at; begins with the id"),
    ("ties_pkey", "written by the database"),
    ("typing_pkey", "written with `on conflict`"),
];

#[tokio::test]
async fn a_clash_on_any_unique_key_names_what_is_taken() {
    let db = TestDb::new().await;
    // The keys of partitions are those of their tables, whose ids are made by the program.
    let keys: BTreeSet<String> = sqlx::query_scalar(
        "select c.relname::text
         from pg_index i
         join pg_class c on c.oid = i.indexrelid
         join pg_class t on t.oid = i.indrelid
         join pg_namespace n on n.oid = t.relnamespace
         where i.indisunique and not t.relispartition
           and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast', 'public')",
    )
    .fetch_all(&mut db.superuser().await)
    .await
    .expect("the catalogue")
    .into_iter()
    .collect();
    let told: BTreeSet<_> = UNIQUE.iter().map(|(key, ..)| (*key).to_owned()).collect();
    let nobodys: BTreeSet<_> = NOBODYS.iter().map(|(key, _)| (*key).to_owned()).collect();
    let listed: BTreeSet<_> = told.union(&nobodys).cloned().collect();
    let unlisted: Vec<_> = keys.difference(&listed).collect();
    assert!(unlisted.is_empty(), "say in `UNIQUE` what {unlisted:?} are to a caller");
    let gone: Vec<_> = listed.difference(&keys).collect();
    assert!(gone.is_empty(), "{gone:?} are listed and do not exist");
    assert!(told.is_disjoint(&nobodys));
}
