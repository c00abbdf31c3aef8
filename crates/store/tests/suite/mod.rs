//! What every storage engine must do, as facts about a store.
//!
//! An engine's test gives a [`Harness`] and calls [`behaviours!`](crate::behaviours): each fact becomes one test
//! of it. Nothing in here knows which engine it talks to, nor how many nodes the engine has: a fact asks one node after
//! the other, and plays the engine of each (`world/engine.rs`).
//!
//! Some facts are about one node among several: that it crashes or stands still, and the others go on. They ask for a
//! [`Cluster`], and [`cluster_behaviours!`](crate::cluster_behaviours) makes tests of them. An engine that has one node
//! by its nature is none, and so has no such tests, rather than tests that pass because nothing happens.

pub(crate) mod again;
pub(crate) mod attempts;
pub(crate) mod audit;
pub(crate) mod broadcast;
pub(crate) mod by_hand;
pub(crate) mod catalog;
pub(crate) mod cluster;
pub(crate) mod crash;
pub(crate) mod deliveries;
pub(crate) mod dialects;
pub(crate) mod endpoints;
pub(crate) mod event_types;
pub(crate) mod extras;
pub(crate) mod failing;
pub(crate) mod ingest;
pub(crate) mod jobs;
pub(crate) mod lists;
pub(crate) mod nodes;
pub(crate) mod once;
pub(crate) mod operator;
pub(crate) mod order;
pub(crate) mod prune;
pub(crate) mod reach;
pub(crate) mod recover;
pub(crate) mod sessions;
pub(crate) mod stats;
pub(crate) mod uids;
pub(crate) mod world;

use std::sync::Arc;

use async_trait::async_trait;
use nuncio_store::Store;

#[allow(unused_imports, reason = "for tests of one engine alone")]
pub(crate) use world::{Piece, World, at};

/// A node of a store's.
#[derive(Clone)]
pub(crate) struct Node {
    /// Which one, as long as the harness lives: it keeps its number when it is opened again.
    pub(crate) number: usize,
    /// The store as this node has it open now.
    pub(crate) store: Arc<dyn Store>,
}

/// A store of one node or several that can be stopped and opened again.
#[async_trait]
pub(crate) trait Harness: Send + Sync + Sized + 'static {
    /// A new, empty store, and its nodes.
    async fn start() -> Self;
    /// The nodes that are running, one at least.
    fn nodes(&self) -> Vec<Node>;
    /// Waits until every running node's feed tells what concerns it of all that any node has answered.
    async fn settle(&self);
    /// Stops all nodes in order and opens them again.
    async fn restart(&mut self);
    /// Stops all nodes as a crash would, and opens them again.
    async fn crash(&mut self);
}

/// A harness of several nodes, which fail one by one.
#[async_trait]
#[allow(dead_code, reason = "an engine of one node has none")]
pub(crate) trait Cluster: Harness {
    /// Stops a running node as a crash would. It stays away.
    async fn kill(&mut self, number: usize);
    /// Has a running node stand still, as a stopped process or a suspended machine does: it renews no lease, hears
    /// nothing, and ends nothing that it has begun. It is not one of the running [`nodes`](Harness::nodes) meanwhile.
    async fn pause(&mut self, number: usize);
    /// Lets a paused node go on. Its clock has gone on meanwhile.
    async fn resume(&mut self, number: usize);
}

/// Makes a test of each fact, for the engine of a harness.
#[macro_export]
macro_rules! behaviours {
    ($harness:ty) => {
        $crate::facts! { $harness;
            catalog {
                a_project_comes_back_with_its_event_types,
                a_project_id_is_taken_once,
                a_refused_change_changes_nothing,
                the_same_tenant_id_in_two_projects_is_two_tenants,
                a_tenant_keeps_what_a_change_does_not_name,
                keys_are_found_by_their_hash_until_they_are_deleted,
                the_use_of_a_key_is_noted,
                an_event_type_put_again_keeps_its_birthday,
                a_new_text_is_a_new_version_of_a_dialect,
                a_built_in_dialects_name_is_taken,
                a_deleted_project_is_gone_at_once_and_its_rows_in_pieces,
                a_deleted_tenant_takes_endpoints_and_keys_along,
                a_tenant_made_again_sees_nothing_of_the_old_one,
                catalog_pages_hold_everything_once,
                a_tenant_without_endpoints_is_a_tenant_like_any,
                everything_is_there_after_a_restart,
            }
            event_types {
                another_schema_is_the_next_version_of_a_type,
                types_are_put_together_or_not_at_all,
                an_archived_type_stays_so_until_it_is_brought_back,
                an_event_keeps_the_version_of_its_schema,
            }
            dialects {
                versions_of_a_dialect_count_from_one,
                versions_of_a_dialect_are_listed_both_ways,
                a_dialect_is_deleted_only_while_nobody_uses_it,
                a_project_keeps_its_dialect,
            }
            endpoints {
                an_endpoint_keeps_secrets_and_headers,
                an_endpoint_keeps_what_it_authenticates_with,
                code_is_kept_in_versions_that_attempts_name,
                code_that_cancels_ends_its_delivery_and_its_headers_are_erased,
                an_endpoint_too_many_is_refused,
                a_change_is_in_force_for_the_next_event,
                a_changed_endpoint_is_announced,
                a_disabled_endpoint_keeps_its_backlog,
                a_plan_without_endpoints_makes_them_wait,
                policies_lie_over_each_other,
                a_new_dialect_text_is_in_force_at_once,
                a_deleted_endpoint_gets_nothing_more,
                another_name_is_no_change_of_the_endpoints,
            }
            failing {
                only_uninterrupted_failure_disables,
                an_endpoint_is_disabled_after_seconds_too,
                an_endpoint_that_is_enabled_again_starts_afresh,
                gone_disables_in_the_commit_of_the_outcome,
                tests_do_not_count_as_failures,
                failing_now_and_then_is_no_change_of_the_endpoint,
                since_when_an_endpoint_fails_outlives_the_process,
            }
            ingest {
                an_event_goes_to_those_that_want_it,
                an_event_goes_to_those_whose_payload_filter_it_passes,
                an_event_for_nobody_is_kept,
                an_unknown_tenant_is_made,
                an_unknown_project_is_not_found,
                a_fresh_event_is_handed_on_with_its_content,
                a_repeated_source_id_is_the_same_event,
                a_source_id_belongs_to_one_tenant,
                equal_events_at_the_same_instant_are_one,
                items_of_a_batch_are_independent,
                unchecked_numbers_are_refused_for_canonical_dialects,
                a_later_delivery_waits,
                a_test_goes_to_a_disabled_endpoint,
                a_test_is_found_behind_a_backlog_that_waits,
                payload_bytes_come_back_as_they_were,
                a_full_feed_loses_nothing,
            }
            extras {
                an_event_on_channels_goes_where_one_of_them_is,
                lists_are_narrowed_by_channel,
                a_recovery_keeps_to_channels,
                extras_come_back_until_the_payload_is_erased,
                a_skipped_endpoint_is_explained_and_can_be_recovered,
                a_time_of_its_own_ends_an_event_and_its_dead_letters,
                a_longer_time_of_its_own_keeps_an_event,
                what_is_pending_keeps_its_event_past_its_time,
                a_types_schedule_is_that_of_its_deliveries,
                everything_extra_is_there_after_a_restart,
            }
            once {
                a_repeated_request_gets_the_first_answer,
                another_request_with_the_same_key_is_refused,
                the_answer_survives_a_crash,
                concurrent_repetitions_have_one_effect,
                an_answer_of_none_keeps_nothing,
                every_change_can_be_asked_for_once,
            }
            deliveries {
                a_success_ends_a_delivery,
                what_was_begun_under_another_epoch_changes_nothing,
                a_pause_is_kept_until_its_endpoint_changes,
                a_handshake_is_written_down_unless_it_is_asked_for_again,
                a_failure_is_due_again_later,
                the_longest_due_comes_first_and_the_limit_cuts,
                an_outcome_is_seen_by_the_next_read,
                three_endpoints_one_failing,
                endpoints_with_work_are_known,
            }
            by_hand {
                a_retry_of_a_pending_one_leaves_its_schedule,
                a_retry_of_a_dead_one_starts_a_fresh_schedule,
                a_cancelled_one_stays_so_unless_it_was_delivered,
                cancelling_and_erasing_are_told_to_the_engine,
                a_final_one_can_not_be_cancelled,
                a_replay_is_a_new_delivery,
                a_replay_to_one_endpoint_goes_there_only,
                an_erased_payload_stays_erased,
                an_outcome_of_something_purged_is_dropped,
            }
            order {
                the_next_of_a_key_is_due_once_the_one_before_is_final,
                a_failed_attempt_lets_nobody_pass,
                other_keys_and_events_without_one_do_not_wait,
                the_items_of_a_batch_are_in_their_order,
                each_endpoint_goes_on_by_itself,
                nobody_passes_an_event_that_is_set_for_later,
                a_cancelled_one_in_the_middle_is_passed_over,
                what_is_cancelled_in_mid_attempt_frees_the_next_once,
                a_disabled_endpoint_keeps_the_order,
                what_expires_frees_the_next,
                the_order_outlives_crashes,
                a_blocked_one_can_not_be_retried,
                a_retried_one_is_outside_of_the_order,
                replays_and_tests_are_outside_of_the_order,
                a_deleted_endpoints_queue_is_cancelled,
                the_key_comes_back_with_the_event,
            }
            lists {
                states_are_disjoint_and_complete,
                pages_under_concurrent_inserts_hold_each_row_once,
                windows_in_time_hold_each_row_once,
                selections_narrow,
                events_are_found_by_what_they_are,
                a_tenants_list_merges_its_endpoints,
                an_events_deliveries_are_paged,
            }
            sessions {
                a_session_is_found_until_it_is_deleted,
                a_session_is_there_after_a_crash,
                a_session_too_many_ends_the_one_that_would_end_first,
                what_has_ended_is_pruned,
                a_portals_token_is_a_key_that_no_list_shows,
                a_portals_token_ends_with_its_tenant_and_its_project,
                a_portals_token_too_many_ends_the_first,
            }
            audit {
                a_change_leaves_an_entry,
                what_nobody_is_known_to_do_leaves_none,
                what_fails_leaves_none,
                switching_and_rotating_go_by_their_names,
                entries_are_narrowed_and_paged,
                entries_survive_a_crash,
                entries_are_kept_for_a_year,
                what_the_server_does_by_itself_leaves_an_entry,
            }
            reach {
                another_tenants_things_are_not_found,
                another_projects_things_are_not_found,
            }
            jobs {
                a_retry_of_all_dead_ones_meets_each_once,
                a_retry_of_one_endpoint_leaves_the_others,
                named_deliveries_are_retried,
                a_job_goes_on_after_a_crash,
                a_purge_deletes_dead_letters_only,
                a_deleted_endpoints_backlog_is_cancelled_in_pieces,
                a_deleted_tenants_backlog_is_cancelled,
                a_jobs_progress_can_be_looked_up,
                a_job_is_cancelled_once_by_those_who_see_it,
                what_a_deletion_has_left_is_deleted_to_the_end,
            }
            operator {
                the_operator_is_told_what_happens_to_endpoints_and_deliveries,
                the_operators_own_troubles_make_no_events,
                without_an_operator_nobody_is_told,
                the_catalog_describes_what_the_operator_is_told,
                failing_is_told_once_until_it_works_again,
                failing_is_told_after_the_time_that_the_policy_says,
                an_endpoint_enabled_by_hand_recovers_once_it_works,
                a_dead_delivery_that_succeeds_is_told_once,
                changes_of_endpoints_are_told_without_secrets,
                the_end_of_a_job_is_told,
                a_quota_is_told_as_it_is_reached,
                a_certificate_near_its_end_is_told_once,
            }
            uids {
                a_tenants_uid_stands_for_its_id,
                a_uid_stands_for_one_thing,
                a_uid_is_free_again,
                an_endpoints_uid_is_its_tenants_alone,
            }
            broadcast {
                every_tenant_gets_a_broadcast_once,
                a_broadcast_goes_to_those_with_its_metadata,
                a_broadcast_with_the_same_id_doubles_nothing,
                a_cancelled_broadcast_reaches_nobody_else,
                each_event_of_a_broadcast_has_what_was_given_besides_its_data,
            }
            attempts {
                attempts_come_newest_first_however_old_their_events_are,
                attempts_are_narrowed,
                attempts_of_events_on_a_channel_are_found,
                attempts_out_of_reach_are_not_found,
                one_answer_is_erased_and_the_others_stay,
            }
            again {
                what_waits_is_attempted_now_besides_its_schedule,
                what_is_due_gets_no_second_attempt,
                a_span_of_events_is_replayed_to_every_endpoint,
                a_replay_of_one_tenant_leaves_the_others,
                one_attempt_is_kept_as_one,
                bulk_retries_can_be_single_attempts,
                a_failed_test_is_no_dead_letter_and_never_sent_again,
            }
            recover {
                what_was_missed_is_delivered_once,
                what_comes_meanwhile_is_met_no_second_time,
                recovery_goes_by_the_payload_filter,
                a_recovery_goes_on_after_a_crash,
                only_the_span_counts,
                everything_is_sent_again_but_what_is_under_way,
                dead_ones_are_retried,
                erased_payloads_and_tests_are_left_out,
                an_endpoint_out_of_reach_is_not_recovered,
                a_deleted_endpoints_recovery_ends,
                an_event_is_explained,
            }
            prune {
                a_round_goes_on_where_it_was_stopped,
                old_history_goes_dead_letters_stay_longer,
                how_long_a_delivery_is_kept_begins_with_its_own_end,
                dead_letters_are_kept_as_long_as_history,
                pending_ones_are_never_pruned_by_age_alone,
                what_waits_for_a_disabled_endpoint_expires,
                answers_to_repeated_requests_are_kept_for_a_day,
            }
            nodes {
                every_shard_has_one_owner,
                what_one_node_answers_every_node_shows,
                a_change_at_one_node_is_in_force_at_every_node,
                an_event_is_due_at_its_endpoints_node_whoever_takes_it_in,
            }
            stats {
                what_happens_is_counted_in_its_minute_and_hour,
                what_waits_is_counted_for_monitors,
                a_series_begins_in_the_unit_of_its_begin,
                tests_are_not_counted,
                nothing_is_counted_twice_or_lost_by_a_crash,
                an_outcome_that_changes_nothing_ends_nothing,
                durations_are_of_attempts_and_of_deliveries,
                an_endpoints_stats_say_how_it_does,
                a_standing_counts_what_waits_and_what_died,
                a_deleted_endpoint_still_counts_for_its_tenant,
                minutes_go_after_two_days_hours_with_the_history,
                numbers_out_of_reach_are_not_found,
            }
            crash {
                what_was_answered_is_there,
                an_outcome_that_was_not_committed_repeats_the_attempt,
                an_outcome_that_was_flushed_is_not_repeated,
                half_finished_events_go_on_with_the_other_half,
                a_crash_after_a_crash_doubles_nothing,
                an_orderly_stop_loses_no_outcome,
            }
        }
    };
}

/// Makes a test of each fact about one node among several, for the engine of a [`Cluster`](crate::suite::Cluster).
#[macro_export]
#[allow(unused_macros, reason = "an engine of one node has none")]
macro_rules! cluster_behaviours {
    ($harness:ty) => {
        $crate::facts! { $harness;
            cluster {
                every_node_has_its_share,
                a_paused_nodes_endpoints_go_to_another,
                what_a_paused_node_began_changes_nothing,
                a_paused_node_does_nothing_by_an_old_catalog,
                what_a_killed_node_took_in_is_found_by_another,
                what_a_killed_node_had_recorded_and_committed_stays,
            }
        }
    };
}

/// Names the tests after the facts.
#[macro_export]
macro_rules! facts {
    ($harness:ty; $($module:ident { $($fact:ident,)* })*) => {
        $(mod $module {
            use super::*;
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $fact() {
                    $crate::suite::$module::$fact::<$harness>().await;
                }
            )*
        })*
    };
}
