//! Makes the releases that are due, and no others.
//!
//! The calendar decides when; nothing about the data does. The noise key is read when a release is made and dropped
//! afterwards. Where two nodes make the same period, both make the same content and the ledger keeps one.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use entity::ids::LocalDate;

use crate::{
    domain::{
        access::{self, JobAuthority},
        action,
        catalogue::Catalogue,
        disclosure::{
            self, Content, Counted, Frame, FramePractice, HAS_RECORDED, Key, MOST_ITEMS, OVER_LIMIT, Period, Series,
            TRANSFERRED,
        },
        organisation::OrganisationKind,
    },
    error::AppError,
    exchange::release_file,
    operations::publish_release::{freeze_frame, hold_noise_key, keep_file, publish_release},
    state::AppState,
    store::{self, release_files::Form},
};

pub use acting::{Acting, acting, over_limit};

mod acting;
mod outside;

/// How often a node looks at the calendar.
const LOOK: Duration = Duration::from_mins(1);

/// Looks at the calendar until the server stops.
pub async fn run(app: AppState) {
    loop {
        look(&app).await;
        tokio::select! {
            () = app.stopping.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// One look: what is due, then the files that are missing. What fails is tried again.
async fn look(app: &AppState) {
    if app.clock.is_doubted() {
        return;
    }
    if let Err(error) = make_due(app).await {
        tracing::error!(%error, "a release could not be made; it is tried again in a minute");
    }
    if let Err(error) = keep_files(app).await {
        tracing::error!(%error, "the files of a release could not be made; they are tried again in a minute");
    }
}

/// Makes every period that is due after the newest release, oldest first. On an empty ledger only the newest due one:
/// there is nothing to say about the time before.
///
/// # Errors
/// The first one met; what was made before stays made.
pub async fn make_due(app: &AppState) -> Result<Vec<u32>, AppError> {
    let everywhere = JobAuthority::new().everywhere();
    note_outside(app).await?;
    let newest = store::releases::newest_period(app.db.read(&everywhere)).await?;
    let due = Period::due_by(app.clock.surely());
    let from = match newest {
        Some(newest) => due.iter().position(|period| *period > newest).unwrap_or(due.len()),
        None => due.len().saturating_sub(1),
    };
    make(app, due.get(from..).unwrap_or_default()).await
}

/// Makes these periods, where they are due and not made yet.
///
/// # Errors
/// [`AppError::Conflict`] for a period that is not due: nobody can make an extra one.
pub async fn make(app: &AppState, periods: &[Period]) -> Result<Vec<u32>, AppError> {
    app.believed().await?;
    let mut made = Vec::new();
    for period in periods {
        if period.due_at() > app.clock.surely() {
            return Err(AppError::Conflict("this release is not due yet"));
        }
        if let Some(number) = make_one(app, *period).await? {
            made.push(number);
        }
    }
    note_outside(app).await?;
    Ok(made)
}

/// Writes outside the database which releases there are and what they say, where that is not yet written.
async fn note_outside(app: &AppState) -> Result<(), AppError> {
    let ledger = access::ledger_of(JobAuthority::new().everywhere());
    let at = app.db.ledger(&ledger);
    let noted = outside::read(&app.settings.anchors)?;
    for line in store::releases::lines(at).await?.iter().rev() {
        if noted.contains_key(&line.number) {
            continue;
        }
        if let Some(found) = store::releases::by_number(at, line.number).await? {
            outside::note(&app.settings.anchors, &found.content, app.clock.now())?;
        }
    }
    Ok(())
}

/// Makes and keeps the files that are missing of any release. They are made of the ledger alone, so two nodes make the
/// same, and the first ones stand.
///
/// # Errors
/// The first one met; what was kept before stays kept.
pub async fn keep_files(app: &AppState) -> Result<Vec<u32>, AppError> {
    let everywhere = JobAuthority::new().everywhere();
    let missing = store::release_files::missing(app.db.read(&everywhere)).await?;
    let ledger = access::ledger_of(everywhere);
    for number in &missing {
        let Some(published) = store::releases::by_number(app.db.ledger(&ledger), *number).await? else {
            continue;
        };
        let published = std::sync::Arc::new(published);
        for form in Form::ALL {
            let (number, of) = (*number, std::sync::Arc::clone(&published));
            let file = tokio::task::spawn_blocking(move || release_file::make(&of, form))
                .await
                .map_err(|error| AppError::Fault(error.to_string()))??;
            keep_file(app, JobAuthority::new(), number, file).await?;
        }
    }
    Ok(missing)
}

async fn make_one(app: &AppState, period: Period) -> Result<Option<u32>, AppError> {
    let frame = frame(app, period).await?;
    if frame.practices.is_empty() {
        // Without organisations there is nothing to count; the period waits for them.
        return Ok(None);
    }
    frame.check().map_err(AppError::Fault)?;
    let acting = acting(app, period).await?;
    let counts = count(&frame, &acting);
    let before = latest(app).await?;
    let counted = Counted {
        period,
        frame: &frame,
        acting: &counts,
        before: before.as_ref(),
        ended: &ended(app, &frame, period).await?,
    };
    let content = disclosure::publish(&key(app).await?, counted);
    if !outside::agrees(&app.settings.anchors, &content)? {
        // Readers have the other one: two of a period, side by side, would tell what changed between them.
        tracing::error!(
            release = content.number,
            "this release was published before with other figures, and is not made again: put a later backup back"
        );
        return Ok(None);
    }
    let number = content.number;
    let fresh = publish_release(app, JobAuthority::new(), content).await?;
    Ok(fresh.then_some(number))
}

/// Items of the frame with which the contract conflicts by now.
async fn ended(app: &AppState, frame: &Frame, period: Period) -> Result<BTreeSet<String>, AppError> {
    let (catalogue, day) = (app.catalogue().await?, period.as_of());
    let codes = frame.series.iter().map(|series| series.code.as_str());
    let items = codes.filter_map(|code| catalogue.item_on(&code.parse().ok()?, day));
    let ended = items.filter(|item| !action::may_leave(item, day));
    Ok(ended.map(|item| item.code.to_string()).collect())
}

/// The newest release.
async fn latest(app: &AppState) -> Result<Option<Content>, AppError> {
    let everywhere = JobAuthority::new().everywhere();
    let Some(period) = store::releases::newest_period(app.db.read(&everywhere)).await? else {
        return Ok(None);
    };
    let ledger = access::ledger_of(everywhere);
    let newest = store::releases::by_number(app.db.ledger(&ledger), period.index()).await?;
    Ok(newest.map(|published| published.content))
}

/// Reads the noise key; another than the one the first release was made with would undo the protection, and is refused. None
/// is made where one was used before: new noise on old counts gives them away.
async fn key(app: &AppState) -> Result<Key, AppError> {
    const NAME: &str = store::keys::NOISE;
    let here = app.settings.noise_key_here();
    let here = here.map_err(|bad| AppError::Fault(bad.to_string()))?;
    let used =
        store::keys::is_known(app.db.unscoped(), NAME).await? || !outside::read(&app.settings.anchors)?.is_empty();
    if here.is_none() && used {
        return Err(AppError::Conflict("the noise key is missing, and releases were made with one: put it back"));
    }
    let bytes = app.settings.key(&app.settings.noise_key).map_err(|bad| AppError::Fault(bad.to_string()))?;
    let same = hold_noise_key(app, JobAuthority::new(), bytes).await?;
    if same {
        Ok(Key::new(bytes))
    } else {
        Err(AppError::Conflict("the noise key is not the one that earlier releases were made with"))
    }
}

/// The frame of the year: frozen with its first release, from what is then believed about 1 April.
async fn frame(app: &AppState, first: Period) -> Result<Frame, AppError> {
    let year = first.year;
    let authority = JobAuthority::new();
    let everywhere = authority.everywhere();
    if let Some(frame) = store::releases::frame(app.db.read(&everywhere), year).await? {
        return Ok(frame);
    }
    let april = LocalDate::new(year, 4, 1).ok_or(AppError::Conflict("this year has no April"))?;
    let view = app.organisations.as_of(&app.db, app.clock.today(), april).await?;
    let practices: Vec<FramePractice> = view
        .all_practices()
        .filter_map(|practice| {
            Some(FramePractice {
                code: practice.code.clone(),
                icb: practice.icb.clone()?,
                lmc: practice.lmc.clone(),
                region: practice.region.clone(),
            })
        })
        .collect();
    let names = [OrganisationKind::Icb, OrganisationKind::Region, OrganisationKind::Lmc]
        .into_iter()
        .flat_map(|kind| view.of_kind(kind))
        .map(|area| (area.code.to_string(), area.name.to_string()))
        .collect();
    let before = store::releases::frame_before(app.db.read(&everywhere), year).await?;
    let series = series(&*app.catalogue().await?, year);
    let frame = disclosure::cut(first, &practices, names, series, before.as_ref());
    if !frame.practices.is_empty() {
        let frozen = frame.clone();
        freeze_frame(app, authority, frozen).await?;
        // Another node may have frozen it first: the stored one counts.
        if let Some(stored) = store::releases::frame(app.db.read(&everywhere), year).await? {
            return Ok(stored);
        }
    }
    Ok(frame)
}

/// The items published in the frame year, whatever part of it.
fn series(catalogue: &Catalogue, year: i32) -> Vec<Series> {
    let named = |code: &str, title: &str| Series { code: code.to_owned(), title: title.to_owned() };
    let april = LocalDate::new(year, 4, 1);
    let march = LocalDate::new(year.saturating_add(1), 3, 31);
    let mut items = april.zip(march).map(|(first, last)| catalogue.published_series(first, last)).unwrap_or_default();
    items.truncate(MOST_ITEMS);
    let transferred = named(TRANSFERRED, "Five or more transferred items logged in four weeks, in the last year");
    let transferred = (items.len() < MOST_ITEMS).then_some(transferred);
    std::iter::once(named(HAS_RECORDED, "Has recorded anything"))
        .chain(items.into_iter().map(|item| named(item.code.as_str(), &item.area_title)))
        .chain(transferred)
        .chain([named(OVER_LIMIT, "A clinician’s day over the limit since 1 April")])
        .collect()
}

/// How many practices of each cell act, by series.
fn count(frame: &Frame, acting: &Acting) -> BTreeMap<String, Vec<u32>> {
    let mut counts: BTreeMap<String, Vec<u32>> =
        frame.series.iter().map(|series| (series.code.clone(), vec![0; frame.cells.len()])).collect();
    for (series, practices) in acting {
        let Some(cells) = counts.get_mut(series) else {
            continue;
        };
        for cell in practices.iter().filter_map(|practice| frame.practices.get(practice)) {
            if let Some(n) = cells.get_mut(*cell) {
                *n = n.saturating_add(1);
            }
        }
    }
    counts
}
