//! What was tapped before its clinician had everything erased. An id that was erased is unknown, so a phone that was away and
//! is enrolled again would count it once more, beside the sum that the practice kept.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, Utc};
use entity::{
    clinician,
    ids::{ClinicianId, OdsCode},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::group::{Group, void_key};
use crate::{
    domain::{
        calendar,
        contact::{CountOp, NotTaken, made_at},
    },
    store::keyed,
};

/// What was tapped so short a while ago is taken without a look: whoever erases ends every device in the same transaction, and
/// to enrol one again takes longer.
const JUST_NOW: Duration = Duration::seconds(10);

type Whose = (OdsCode, ClinicianId);

/// Turns away what is older than the last erasure of its clinician: contacts, tally marks, and voids of contacts that are not
/// there. Comes after everything else was looked up.
pub(super) async fn admit(
    conn: &impl ConnectionTrait,
    group: &mut Group<'_>,
    ops: &[&CountOp],
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let late: Vec<(Whose, DateTime<Utc>, &CountOp)> = ops
        .iter()
        .filter_map(|op| {
            let (whose, made) = ((op.practice().clone(), op.clinician()?), made_at(id_of(op))?);
            (now.signed_duration_since(made) > JUST_NOW).then_some((whose, made, *op))
        })
        .collect();
    let whose: BTreeSet<&Whose> = late.iter().map(|(whose, ..)| whose).collect();
    if whose.is_empty() {
        return Ok(());
    }
    let erased = erased(conn, whose).await?;
    for (whose, made, op) in late {
        let Some(erased) = erased.get(&whose).filter(|erased| made < **erased) else { continue };
        match op {
            // The time of the id is the phone's; that of the contact was put right.
            CountOp::Contact(contact) if contact.occurred_at < *erased => {
                group.refused.insert((contact.practice.clone(), contact.id), NotTaken::Erased);
            }
            CountOp::Void(void) => {
                let contact = (void.practice.clone(), void.contact);
                let is_here = group.known.contains_key(&contact)
                    || (group.contacts.contains_key(&contact) && !group.refused.contains_key(&contact));
                if !is_here {
                    group.refused_voids.insert(void_key(void), NotTaken::Erased);
                }
            }
            CountOp::TallyMark(mark) if mark.day <= calendar::london_day(*erased) => {
                group.not_taken_marks.insert((mark.practice.clone(), mark.id), NotTaken::Erased);
            }
            CountOp::Contact(_) | CountOp::TallyMark(_) => {}
        }
    }
    Ok(())
}

fn id_of(op: &CountOp) -> Uuid {
    match op {
        CountOp::Contact(contact) => contact.id.0,
        CountOp::Void(void) => void.id.0,
        CountOp::TallyMark(mark) => mark.id.0,
    }
}

async fn erased(conn: &impl ConnectionTrait, whose: BTreeSet<&Whose>) -> Result<BTreeMap<Whose, DateTime<Utc>>, DbErr> {
    use clinician::Column;
    let find = clinician::Entity::find()
        .select_only()
        .columns([Column::Practice, Column::Id, Column::ErasedAt])
        .filter(Column::ErasedAt.is_not_null());
    let keys = whose.into_iter().map(|(practice, clinician)| [practice.clone().into(), (*clinician).into()]);
    let rows: Vec<(OdsCode, ClinicianId, DateTime<Utc>)> =
        keyed::among(find, [Column::Practice, Column::Id], keys).into_tuple().all(conn).await?;
    Ok(rows.into_iter().map(|(practice, clinician, at)| ((practice, clinician), at)).collect())
}
