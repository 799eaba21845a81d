//! What the practice keeps for a divert: its own, else what comes with the product.

use entity::ids::LocalDate;

use super::book::book;
use crate::{
    db::Read,
    domain::access::PracticeScope,
    error::AppError,
    store::divert::texts::{self, GROUPS, Place, SCRIPT, Text},
};

/// The directory as it stands, those taken off the list too: what comes with the product, and over it what the practice
/// wrote.
pub(super) async fn places(read: Read<'_, PracticeScope>) -> Result<Vec<Place>, AppError> {
    let own = texts::places(read).await?;
    let given = book()?.places.iter().zip(1_i32..).map(|(place, at)| Place {
        place: place.kind.clone(),
        kind: place.kind.clone(),
        name: place.name.clone(),
        hours: place.hours.clone(),
        phone: place.phone.clone(),
        position: at.saturating_mul(10),
        listed: true,
    });
    let mut all: Vec<Place> = given.filter(|given| !own.iter().any(|own| own.place == given.place)).collect();
    all.extend(own);
    all.sort_by(|one, other| (one.position, &one.name).cmp(&(other.position, &other.name)));
    Ok(all)
}

/// The script of a day: the practice's own, else the one that comes with the product, as version 0.
pub(super) async fn script(read: Read<'_, PracticeScope>, day: LocalDate) -> Result<Text, AppError> {
    let own = texts::text(read, SCRIPT, day).await?;
    Ok(match own {
        Some(own) => own,
        None => given(&book()?.script, day),
    })
}

/// The groups the practice goes on seeing, one a line.
pub(super) async fn groups(read: Read<'_, PracticeScope>, day: LocalDate) -> Result<Text, AppError> {
    let own = texts::text(read, GROUPS, day).await?;
    Ok(match own {
        Some(own) => own,
        None => given(&book()?.groups.join("\n"), day),
    })
}

fn given(body: &str, day: LocalDate) -> Text {
    Text { version: 0, effective_on: day, body: body.to_owned() }
}
