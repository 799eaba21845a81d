//! The tables whose rows the audit chain tells of, and how a row of each is found again.

use std::collections::HashMap;

use entity::{
    access_receipt, action_status, catalogue_edition, column_mapping, consent, divert_answer, divert_end,
    divert_message, divert_place, divert_rule, divert_start, divert_text, good_example, joint_letter,
    joint_letter_event, letter, letter_event, letter_text, limit_notice, limit_rule, lmc_letter_text, lmc_meeting,
    lmc_office, local_duty, local_item, mail_choice, network_note, notice, notice_event, notice_origin,
    notice_template, organisation_fact, organisation_import, outcome, published_import, question, question_answer,
    release, release_correction, release_file, release_frame, rota, row_written, slot_import, slot_import_done,
    source_choice, status_answer, subject, transfer, transfer_import, transfer_letter, transfer_route, weekly_answer,
};
use sea_orm::{ConnectionTrait, DbErr};

use super::{
    compare,
    row::{Key, digest, rows},
};

/// Rows that add to their day's digest instead: an anchor takes them in.
pub(super) fn of_days(table: &str) -> bool {
    matches!(table, "day_sheet" | "day_worked" | "over_limit_reason")
}

/// Says each table once, for what is done with one by its name and for what is done with all.
macro_rules! tables {
    ($($table:ident { $($part:ident: $column:ident),+ $(; $led:ident)? })+) => {
        /// The digest of each of these rows of a table, by how it goes by.
        pub(super) async fn digests(
            conn: &impl ConnectionTrait,
            table: &str,
            notes: &[row_written::Model],
        ) -> Result<HashMap<String, String>, DbErr> {
            match table {
                $(stringify!($table) => {
                    let key = tables!(@key $table { $($part: $column),+ $(; $led)? });
                    let found = rows::<$table::Entity>(conn, table, &key, notes).await?;
                    Ok(found
                        .into_iter()
                        .map(|(name, row)| (name, digest::<$table::Entity>(&row)))
                        .collect())
                })+
                other => Err(DbErr::Type(format!("rows of {other} are noted and not known"))),
            }
        }

        /// Holds every row of every table to what was said of it.
        pub(super) async fn compare(
            conn: &impl ConnectionTrait,
            said: &mut compare::Said,
            report: &mut compare::Report,
        ) -> Result<(), DbErr> {
            $(
                let key = tables!(@key $table { $($part: $column),+ $(; $led)? });
                compare::table::<$table::Entity>(conn, stringify!($table), &key, said, report).await?;
            )+
            Ok(())
        }
    };
    (@key $table:ident { $($part:ident: $column:ident),+ ; beside }) => {
        Key::<$table::Entity> { leads: false, $($part: Some($table::Column::$column),)+ ..Key::none() }
    };
    (@key $table:ident { $($part:ident: $column:ident),+ }) => {
        Key::<$table::Entity> { leads: true, $($part: Some($table::Column::$column),)+ ..Key::none() }
    };
}

tables! {
    action_status { owner: Practice, id: Id }
    column_mapping { owner: Practice, id: Id }
    consent { owner: Practice, id: Id }
    divert_answer { owner: Practice, id: Id }
    divert_end { owner: Practice, id: Id }
    divert_message { owner: Practice, id: Id }
    divert_place { owner: Practice, id: Id }
    divert_rule { owner: Practice, id: Id }
    divert_start { owner: Practice, id: Id }
    divert_text { owner: Practice, id: Id }
    letter { owner: Practice, id: Id }
    letter_event { owner: Practice, id: Id }
    letter_text { owner: Practice, id: Id }
    limit_notice { owner: Practice, id: Id }
    limit_rule { owner: Practice, id: Id }
    network_note { owner: Practice, id: Id }
    notice { owner: Practice, id: Id }
    notice_event { owner: Practice, id: Id }
    notice_origin { owner: Practice, id: Id }
    outcome { owner: Practice, id: Id }
    question_answer { owner: Practice, id: Id }
    rota { owner: Practice, id: Id }
    slot_import { owner: Practice, id: Id }
    source_choice { owner: Practice, id: Id }
    status_answer { owner: Practice, id: Id }
    subject { owner: Practice, id: Id }
    transfer { owner: Practice, id: Id }
    transfer_import { owner: Practice, id: Id }
    transfer_letter { owner: Practice, id: Id }
    weekly_answer { owner: Practice, id: Id }
    good_example { owner: Lmc, id: Id }
    joint_letter { owner: Lmc, id: Id }
    joint_letter_event { owner: Lmc, id: Id }
    local_duty { owner: Lmc, id: Id }
    local_item { owner: Lmc, id: Id }
    transfer_route { owner: Lmc, id: Id }
    lmc_letter_text { owner: Lmc, id: Id }
    lmc_meeting { owner: Lmc, id: Id }
    lmc_office { owner: Lmc, id: Id }
    notice_template { owner: Lmc, id: Id }
    question { owner: Lmc, id: Id }
    access_receipt { owner: Practice, id: Id }
    organisation_fact { owner: Code, id: Id; beside }
    organisation_import { id: Id; beside }
    published_import { id: Id; beside }
    mail_choice { id: Id; beside }
    catalogue_edition { name: Edition; beside }
    release { name: Number; beside }
    release_correction { id: Id; beside }
    release_frame { name: Year; beside }
    release_file { owner: Form, name: Number; beside }
    slot_import_done { owner: Practice, name: Seq; beside }
}
