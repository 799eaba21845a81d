//! History for the demo, written straight: rows that the other stores would write one by one, dated in the past.
//!
//! The invariants are theirs: rows are only added, and a tally equals the contacts that count.

use std::collections::{BTreeMap, HashSet};

use entity::{contact, contact_void, ids::ContactId, tally, tick};
use sea_orm::{ActiveModelTrait, ConnectionTrait, DbErr, EntityTrait, Insert, IntoActiveModel, ModelTrait};

/// Rows as the demo makes them.
pub use entity::{
    action_status::Model as StatusRow, clinician::Model as ClinicianRow, consent::Model as ConsentRow,
    contact::Model as ContactRow, contact_void::Model as VoidRow, day_sheet::Model as SheetRow,
    day_worked::Model as WorkedRow, device::Model as DeviceRow, divert_end::Model as DivertEndRow,
    divert_start::Model as DivertStartRow, good_example::Model as GoodExampleRow,
    joint_letter::Model as JointLetterRow, joint_letter_event::Model as JointLetterEventRow,
    letter::Model as LetterRow, letter_event::Model as LetterEventRow, limit_rule::Model as LimitRow,
    lmc_meeting::Model as MeetingRow, network_note::Model as NetworkNoteRow, notice::Model as NoticeRow,
    notice_event::Model as NoticeEventRow, notice_origin::Model as OriginRow, notice_template::Model as TemplateRow,
    question::Model as QuestionRow, question_answer::Model as QuestionAnswerRow, rota::Model as RotaRow,
    status_answer::Model as AnswerRow, subject::Model as SubjectRow, tick::Model as TallyMarkRow,
    transfer::Model as TransferRow, transfer_letter::Model as TransferLetterRow,
    transfer_route::Model as TransferRouteRow, weekly_answer::Model as WeekRow,
};

use super::{
    contacts::first_and_last::FirstAndLast,
    digests::{self, Sums},
};
use crate::domain::contact::Source;

/// Rows a statement: few sizes, so that few statements are prepared, and each far below the 32,766 values that SQLite
/// takes.
const SIZES: [usize; 4] = [1024, 128, 16, 1];

/// Adds rows of one table.
pub async fn add<M>(conn: &impl ConnectionTrait, rows: Vec<M>) -> Result<(), DbErr>
where
    M: ModelTrait + IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
    <M::Entity as EntityTrait>::ActiveModel: ActiveModelTrait<Entity = M::Entity> + Send,
{
    let mut rest = rows.into_iter();
    for size in SIZES {
        while rest.len() >= size {
            let some = rest.by_ref().take(size).map(|row| row.into_active_model().reset_all());
            Insert::many(some).exec_without_returning(conn).await?;
        }
    }
    Ok(())
}

/// Adds contacts and voids with their tallies. No contact of these clinicians and days may be there yet.
pub async fn add_contacts(
    conn: &impl ConnectionTrait,
    contacts: Vec<ContactRow>,
    voids: Vec<VoidRow>,
) -> Result<(), DbErr> {
    let voided: HashSet<ContactId> = voids.iter().map(|void| void.contact).collect();
    let mut sums = BTreeMap::new();
    for row in &contacts {
        let kind = if row.complex { format!("{}-complex", row.kind) } else { row.kind.clone() };
        let (sum, ends): &mut (i64, Option<FirstAndLast>) =
            sums.entry((row.practice.clone(), row.clinician, row.day, kind)).or_default();
        if !voided.contains(&row.id) {
            *sum = sum.saturating_add(1);
            FirstAndLast::add(ends, FirstAndLast::of(row.occurred_at, row.id));
        }
    }
    let tallies = sums
        .into_iter()
        .map(|((practice, clinician, day, kind), (n, ends))| tally::Model {
            practice,
            clinician,
            day,
            source: Source::Taps.code().to_owned(),
            kind,
            n,
            first_at: ends.map(|ends| ends.first_at),
            last_at: ends.map(|ends| ends.last_at),
            last_contact: ends.map(|ends| ends.last),
        })
        .collect();
    let mut sums = Sums::default();
    for row in &contacts {
        sums.contact(row);
    }
    for row in &voids {
        sums.void(row);
    }
    digests::add(conn, sums).await?;
    add::<contact::Model>(conn, contacts).await?;
    add::<contact_void::Model>(conn, voids).await?;
    add::<tally::Model>(conn, tallies).await
}

/// Adds tally marks with their tallies. None of these sheets and days may be there yet.
pub async fn add_tally_marks(conn: &impl ConnectionTrait, marks: Vec<TallyMarkRow>) -> Result<(), DbErr> {
    let mut sums = BTreeMap::new();
    for row in &marks {
        let key = (row.practice.clone(), row.clinician, row.day);
        let sum: &mut i64 = sums.entry((key, row.source.clone(), row.kind.clone())).or_default();
        *sum = sum.saturating_add(i64::from(row.n));
    }
    let tallies = sums
        .into_iter()
        .map(|(((practice, clinician, day), source, kind), n)| tally::Model {
            practice,
            clinician,
            day,
            source,
            kind,
            n,
            first_at: None,
            last_at: None,
            last_contact: None,
        })
        .collect();
    let mut sums = Sums::default();
    for row in &marks {
        sums.tick(row);
    }
    digests::add(conn, sums).await?;
    add::<tick::Model>(conn, marks).await?;
    add::<tally::Model>(conn, tallies).await
}
