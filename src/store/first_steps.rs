//! What a practice that is new has done already.

use entity::{clinician, day_sheet, device, limit_rule, slot_tally};
use futures::try_join;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use crate::{db::Scoped, domain::access::PracticeScope};

/// What there is of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Begun {
    /// Somebody consults there.
    pub clinicians: bool,
    /// A phone is enrolled, or numbers of the book or appointments came in.
    pub counts: bool,
    /// It set a limit of its own.
    pub limit: bool,
}

/// Whether there is a row of each, ever.
pub async fn begun<C: ConnectionTrait>(at: Scoped<'_, C, PracticeScope>) -> Result<Begun, DbErr> {
    macro_rules! first {
        ($entity:ident) => {
            $entity::Entity::find().filter($entity::Column::Practice.eq(at.scope.practice().clone())).one(at.conn)
        };
    }
    let (clinician, device, sheet, slots, limit) =
        try_join!(first!(clinician), first!(device), first!(day_sheet), first!(slot_tally), first!(limit_rule))?;
    Ok(Begun {
        clinicians: clinician.is_some(),
        counts: device.is_some() || sheet.is_some() || slots.is_some(),
        limit: limit.is_some(),
    })
}
