//! What is kept of a practice.

use entity::{
    ids::{OrgCode, PersonId},
    person, role_grant,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, Value};

use super::tables;
use crate::{db::Scoped, domain::access::PracticeScope, store::keyed::listed};

/// Says each table of a practice once, with the column that says whose a row is, for every macro that has to know them.
macro_rules! each_table {
    ($go:ident! { $($head:tt)* }) => {
        $go! {
            $($head)*
            access_receipt Practice
            action_status Practice
            api_key Organisation
            audit_event Organisation
            calendar_feed Practice
            clinician Practice
            column_mapping Practice
            consent Practice
            contact Practice
            contact_void Practice
            day_sheet Practice
            day_worked Practice
            device Practice
            display Practice
            divert_answer Practice
            divert_end Practice
            divert_message Practice
            divert_place Practice
            divert_rule Practice
            divert_start Practice
            divert_text Practice
            joining Practice
            letter Practice
            letter_event Practice
            letter_text Practice
            limit_notice Practice
            limit_rule Practice
            network_note Practice
            notice Practice
            notice_event Practice
            notice_origin Practice
            one_time_link Practice
            organisation_fact Code
            outcome Practice
            over_limit_reason Practice
            practice_day Practice
            published_appointment Practice
            push_message Practice
            push_subscription Practice
            question_answer Practice
            role_grant Organisation
            rota Practice
            slot Practice
            slot_import Practice
            slot_import_done Practice
            slot_refusal Practice
            slot_tally Practice
            source_choice Practice
            status_answer Practice
            subject Practice
            tally Practice
            tap_address Practice
            tick Practice
            transfer Practice
            transfer_import Practice
            transfer_letter Practice
            webhook Practice
            webhook_message Practice
            weekly_answer Practice
        }
    };
}
pub(super) use each_table;

each_table!(tables! { "Every table with rows of a practice." PRACTICE of_practice PracticeScope; });

/// Tables with rows of a practice that are for the product alone, each with why: what they say is in others.
pub const fn working() -> [(&'static str, &'static str); 3] {
    [
        ("day_digest", "digests of the rows of a day until they are sealed in the audit trail"),
        ("day_rows", "how many rows of a day there are, to keep memory fresh"),
        ("pin_try", "wrong PINs on a phone, until the right one"),
    ]
}

fn owner_of(scope: &PracticeScope) -> Value {
    scope.practice().to_string().into()
}

/// Those who hold a role in the practice or held one: who they are, and how they are reached.
pub async fn people<C: ConnectionTrait>(at: Scoped<'_, C, PracticeScope>) -> Result<Vec<[String; 3]>, DbErr> {
    let practice: OrgCode = at.scope.practice().into();
    let grants = role_grant::Entity::find().filter(role_grant::Column::Organisation.eq(practice)).all(at.conn).await?;
    let ids: std::collections::BTreeSet<PersonId> = grants.into_iter().map(|row| row.person).collect();
    let rows = listed(at.conn, person::Entity::find(), person::Column::Id, ids).await?;
    Ok(rows.into_iter().map(|row| [row.id.to_string(), row.name, row.email]).collect())
}
