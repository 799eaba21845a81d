//! What the ids of the trail are called for whoever reads it: what their own organisation knows, and nobody else's.

use std::collections::{BTreeSet, HashMap};

use entity::{
    api_key, clinician, device, display,
    ids::{
        ApiKeyId, ClinicianId, DeviceId, DisplayId, OdsCode, PersonId, PushSubscriptionId, SubjectId, TapAddressId,
        WebhookId,
    },
    person, push_subscription, role_grant, subject, tap_address, webhook,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::Chained;
use crate::{
    db::Scoped,
    domain::{grant, webhook::host},
    store::keyed::listed,
};

/// The names of these ids. People are named who hold a role in the organisation or held one; the service knows everybody.
/// A phone goes by its clinician.
pub async fn names<C: ConnectionTrait, S: Chained>(
    at: Scoped<'_, C, S>,
    ids: &BTreeSet<Uuid>,
) -> Result<HashMap<Uuid, String>, DbErr> {
    let mut names = HashMap::new();
    if ids.is_empty() {
        return Ok(names);
    }
    let (conn, chain) = (at.conn, at.scope.chain()?);
    let people = ids.iter().map(|id| PersonId(*id));
    let known: Vec<PersonId> = if chain.as_str() == grant::SERVICE {
        people.collect()
    } else {
        let grants = role_grant::Entity::find().filter(role_grant::Column::Organisation.eq(chain.clone()));
        listed(conn, grants, role_grant::Column::Person, people).await?.into_iter().map(|row| row.person).collect()
    };
    let people = listed(conn, person::Entity::find(), person::Column::Id, known).await?;
    names.extend(people.into_iter().map(|row| (row.id.0, row.name)));
    let keys = api_key::Entity::find().filter(api_key::Column::Organisation.eq(chain.clone()));
    let keys = listed(conn, keys, api_key::Column::Id, ids.iter().map(|id| ApiKeyId(*id))).await?;
    names.extend(keys.into_iter().map(|row| (row.id.0, row.name)));
    if let Ok(practice) = OdsCode::try_from(&chain) {
        of_practice(conn, &practice, ids, &mut names).await?;
    }
    Ok(names)
}

async fn of_practice(
    conn: &impl ConnectionTrait,
    practice: &OdsCode,
    ids: &BTreeSet<Uuid>,
    names: &mut HashMap<Uuid, String>,
) -> Result<(), DbErr> {
    let devices: Vec<(DeviceId, ClinicianId)> = {
        let rows = device::Entity::find().filter(device::Column::Practice.eq(practice.clone()));
        let rows = listed(conn, rows, device::Column::Id, ids.iter().map(|id| DeviceId(*id))).await?;
        rows.into_iter().map(|row| (row.id, row.clinician)).collect()
    };
    let clinicians: BTreeSet<ClinicianId> =
        ids.iter().map(|id| ClinicianId(*id)).chain(devices.iter().map(|(_, clinician)| *clinician)).collect();
    let rows = clinician::Entity::find().filter(clinician::Column::Practice.eq(practice.clone()));
    let rows = listed(conn, rows, clinician::Column::Id, clinicians).await?;
    names.extend(rows.into_iter().map(|row| (row.id.0, row.label)));
    for (device, clinician) in devices {
        if let Some(label) = names.get(&clinician.0).cloned() {
            names.insert(device.0, label);
        }
    }
    let rows = display::Entity::find().filter(display::Column::Practice.eq(practice.clone()));
    let rows = listed(conn, rows, display::Column::Id, ids.iter().map(|id| DisplayId(*id))).await?;
    names.extend(rows.into_iter().map(|row| (row.id.0, row.label)));
    let rows = webhook::Entity::find().filter(webhook::Column::Practice.eq(practice.clone()));
    let rows = listed(conn, rows, webhook::Column::Id, ids.iter().map(|id| WebhookId(*id))).await?;
    names.extend(rows.into_iter().map(|row| (row.id.0, host(&row.address).to_owned())));
    let rows = tap_address::Entity::find().filter(tap_address::Column::Practice.eq(practice.clone()));
    let rows = listed(conn, rows, tap_address::Column::Id, ids.iter().map(|id| TapAddressId(*id))).await?;
    names.extend(rows.into_iter().map(|row| (row.id.0, row.name)));
    let rows = push_subscription::Entity::find().filter(push_subscription::Column::Practice.eq(practice.clone()));
    let which = ids.iter().map(|id| PushSubscriptionId(*id));
    let rows = listed(conn, rows, push_subscription::Column::Id, which).await?;
    names.extend(rows.into_iter().map(|row| (row.id.0, row.name)));
    let rows = subject::Entity::find().filter(subject::Column::Practice.eq(practice.clone()));
    let rows = listed(conn, rows, subject::Column::Id, ids.iter().map(|id| SubjectId(*id))).await?;
    names.extend(rows.into_iter().map(|row| (row.id.0, row.name)));
    Ok(())
}
