//! What the desk shows, read from what practices opened.

use std::cmp::Reverse;

use chrono::Datelike;
use entity::ids::LocalDate;
use futures::try_join;

use super::desk_view::{Desk, Reported, WEEKS, Wanted};
use crate::{
    domain::{
        access::LmcScope,
        organisation::{OrganisationKind, View},
        transfer::{
            GivenBack, ProviderRef, Transfer,
            desk::{self, Answering, REPEAT_DAYS, TransferRoute},
        },
    },
    error::AppError,
    state::AppState,
    store::{
        area_transfers::{self, Narrowed, Period},
        joint_letters,
        sharing::Sharing,
        transfer_desk,
    },
};

/// Items that are shown one by one.
const MOST_ITEMS: u64 = 20;
/// Days in which a provider's name is looked up.
const NAMED_DAYS: u64 = 92;

pub(super) async fn sharing(app: &AppState, scope: &LmcScope, organisations: &View) -> Result<Sharing, AppError> {
    Ok(area_transfers::opened(app.db.read(scope), organisations, app.clock.known()).await?)
}

fn period(wanted: &Wanted, today: LocalDate) -> Result<Period, AppError> {
    let weeks = match wanted.weeks.as_str() {
        "" => REPEAT_DAYS / 7,
        text => {
            let known = WEEKS.into_iter().map(|(weeks, _)| weeks).find(|weeks| weeks.to_string() == text);
            known.ok_or_else(|| AppError::field("weeks", "Choose 4, 13 or 52 weeks"))?
        }
    };
    Ok((today.minus_days(weeks.saturating_mul(7).saturating_sub(1)), today))
}

/// A provider by its key, under the name that practices write.
pub(super) async fn provider(app: &AppState, scope: &LmcScope, key: &str) -> Result<ProviderRef, AppError> {
    let provider = ProviderRef::of_key(key).ok_or(AppError::NotFound)?;
    let organisations = app.organisations().await?;
    let sharing = sharing(app, scope, &organisations).await?;
    let today = app.clock.today();
    let period = (today.minus_days(NAMED_DAYS), today);
    let narrowed = Narrowed { provider: Some(provider.key.clone()), ..Narrowed::default() };
    let at = app.db.read(scope);
    let passed_on = area_transfers::passed_on(at, &sharing, period, &narrowed).await?;
    let written = passed_on.providers.into_iter().next().map(|line| line.provider.name);
    Ok(ProviderRef { name: written.unwrap_or(provider.name), ..provider })
}

/// The days and the items that an address asks for.
pub(super) fn asked(wanted: &Wanted, today: LocalDate) -> Result<(Period, Narrowed), AppError> {
    let some = |text: &str| Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned);
    let narrowed = Narrowed {
        provider: some(&wanted.provider),
        department: some(&wanted.department),
        category: some(&wanted.category),
    };
    Ok((period(wanted, today)?, narrowed))
}

pub(super) async fn desk(app: &AppState, scope: &LmcScope, wanted: &Wanted) -> Result<Desk, AppError> {
    let (at, today) = (app.db.read(scope), app.clock.today());
    let (period, narrowed) = asked(wanted, today)?;
    let organisations = app.organisations().await?;
    let sharing = sharing(app, scope, &organisations).await?;
    let book = app.transfer_book_of_lmc(scope).await?;
    // Beside each other: each looks through the same items, and a database has more than one core.
    let (answers, passed_on, given_back) = try_join!(
        area_transfers::answers(at, &sharing, period, (&narrowed, &book)),
        area_transfers::passed_on(at, &sharing, period, &narrowed),
        area_transfers::given_back(at, &sharing, period, &narrowed),
    )?;
    let answers = answers.into_iter().map(Into::into).collect();
    let mut desk = Desk {
        practices: organisations.practices_in(OrganisationKind::Lmc, scope.lmc()).len(),
        repeats: passed_on.repeats,
        by_provider: passed_on.providers,
        by_kind: Vec::new(),
        given_back: GivenBack::default(),
        items: 0,
        letters: joint_letters::of_lmc(at).await?,
        answers,
        singly: Vec::new(),
        book,
        sharing,
        period,
    };
    for sum in given_back.values() {
        desk.given_back.add_all(sum);
    }
    desk.by_kind = passed_on.kinds.into_iter().collect();
    desk.by_kind.sort_by_key(|(_, line)| Reverse(line.items));
    desk.items = desk.by_kind.iter().map(|(_, line)| line.items).sum();
    let rules = transfer_desk::routes(at).await?;
    if rules.iter().any(|route| route.shown_singly) || narrowed.provider.is_some() {
        let newest = area_transfers::newest(at, &desk.sharing, period, (&narrowed, MOST_ITEMS)).await?.into_iter();
        desk.singly = newest.filter(|(_, item)| narrowed.provider.is_some() || singly(&rules, item)).collect();
    }
    Ok(desk)
}

/// Whether the LMC wants each such item on its desk.
fn singly(rules: &[TransferRoute], item: &Transfer) -> bool {
    let says = &item.says;
    let route = desk::route(rules, Some(&says.provider.key), Some(&says.category));
    route.is_some_and(|route| route.shown_singly)
}

/// Months of the trend.
const MONTHS: usize = 6;

pub(super) async fn reported(app: &AppState, scope: &LmcScope, wanted: &Wanted) -> Result<Reported, AppError> {
    let (at, today) = (app.db.read(scope), app.clock.today());
    let desk = desk(app, scope, wanted).await?;
    // Its name stands in what was read already, where anything came in these weeks.
    let provider = match &desk.by_provider[..] {
        [line] if line.provider.key == wanted.provider.trim() => line.provider.clone(),
        _ => provider(app, scope, &wanted.provider).await?,
    };
    let organisations = app.organisations().await?;
    let sizes = desk.sharing.keys().map(|code| organisations.practice(code).and_then(|one| one.list_size));
    let patients: Option<u64> = sizes.map(|size| size.map(u64::from)).sum();
    let (_, narrowed) = asked(wanted, today)?;
    let mut months = months_up_to(today);
    let since = months.first().map_or(today, |(first, _)| *first);
    let (letters, days) = try_join!(
        area_transfers::letters(at, &desk.sharing, desk.period, &narrowed),
        area_transfers::by_day(at, &desk.sharing, (since, today), &narrowed),
    )?;
    for (day, items) in days {
        if let Some((_, sum)) = months.iter_mut().rfind(|(first, _)| *first <= day) {
            *sum = sum.saturating_add(items);
        }
    }
    Ok(Reported {
        provider,
        patients: patients.filter(|patients| *patients > 0),
        answering: Answering::of(&letters),
        months,
        desk,
    })
}

/// The first day of each month of the trend, the oldest first, with nothing yet.
fn months_up_to(today: LocalDate) -> Vec<(LocalDate, u32)> {
    let mut months = Vec::new();
    let mut last = today;
    for _ in 0..MONTHS {
        let first = last.minus_days(u64::from(last.0.day0()));
        months.push((first, 0));
        last = first.minus_days(1);
    }
    months.reverse();
    months
}
