//! What the visitors' LMC does for its practices: one template notice, served from by most of a wave, and one workforce
//! question of this week with invented answers.

use entity::ids::{LocalDate, OrgCode, PersonId, QuestionId, RowId, TemplateId};
use rand::{RngExt, rngs::SmallRng};
use uuid::Uuid;

use super::{
    county::{Habit, Practice},
    days::Days,
    register::{NOTICES, Register, WAVE, chance},
};
use crate::{
    domain::{calendar, contact::derived_id, notice::Unit, question::QuestionKind},
    error::AppError,
    store::demo::{MeetingRow, NoticeRow, OriginRow, QuestionAnswerRow, QuestionRow, TemplateRow},
};

const LMC: &str = "wyrevale";
/// Ids of no time: the demo makes them once.
const TEMPLATE: TemplateId = TemplateId(Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0001));
const QUESTION: QuestionId = QuestionId(Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0002));

pub(super) fn lmc() -> Result<OrgCode, AppError> {
    LMC.parse().map_err(|error: entity::ids::NotAnId| AppError::Fault(error.to_string()))
}

/// The LMC met some two weeks ago, on a Wednesday.
pub(super) fn meeting(days: &Days, officer: PersonId) -> Result<MeetingRow, AppError> {
    let met_on = calendar::monday(days.today.minus_days(14)).plus_days(2);
    let recorded_at = days.on(met_on, 20 * 60);
    Ok(MeetingRow {
        lmc: lmc()?,
        id: RowId(derived_id(TEMPLATE.0, "demo-meeting")),
        met_on,
        recorded_at,
        recorded_by: officer.0,
    })
}

/// The template behind the wave, published a fortnight before notice was served.
pub(super) fn template(days: &Days, officer: PersonId) -> Result<TemplateRow, AppError> {
    let last = days.first_of_month_after(8);
    let published = days.on(last.minus_days(105), 11 * 60);
    let item = NOTICES.parse().map_err(|error: entity::ids::NotAnId| AppError::Fault(error.to_string()))?;
    Ok(TemplateRow {
        lmc: lmc()?,
        id: RowId(TEMPLATE.0),
        template: TEMPLATE,
        version: 1,
        withdrawn: false,
        item,
        title: "Ring pessaries, with one last day".to_owned(),
        service: WAVE.to_owned(),
        explanation: "Fitting and changing ring pessaries is not part of the core contract, and no practice here is paid for it.\n\nThe template suggests a last day in common, so that the hospital can plan. Whether your practice serves notice, and for when, is its own decision."
            .to_owned(),
        period_n: Some(3),
        period_unit: Some(Unit::Months.as_str().to_owned()),
        last_day: Some(last),
        serve_on: None,
        recorded_at: published,
        recorded_by: officer.0,
    })
}

/// Most notices of the wave came from the template.
pub(super) fn origins(register: &Register<'_>, notices: &[NoticeRow]) -> Vec<OriginRow> {
    let Some(lmc) = lmc().ok().filter(|lmc| register.practice.lmc == *lmc) else {
        return Vec::new();
    };
    let wave = register.subjects.iter().find(|subject| subject.name == WAVE).map(|subject| subject.id);
    let of_wave =
        notices.iter().filter(|notice| notice.practice == register.practice.code && Some(notice.subject) == wave);
    of_wave
        .filter(|notice| !notice.id.0.as_u128().is_multiple_of(6))
        .map(|notice| OriginRow {
            practice: notice.practice.clone(),
            id: RowId(derived_id(notice.id.0, "demo-origin")),
            notice: notice.id,
            lmc: lmc.clone(),
            template: TEMPLATE,
            version: 1,
            recorded_at: notice.recorded_at,
        })
        .collect()
}

fn monday(days: &Days) -> LocalDate {
    calendar::monday(days.today)
}

/// The question of this week.
pub(super) fn question(days: &Days, officer: PersonId) -> Result<QuestionRow, AppError> {
    let week = calendar::week_ending(days.today);
    Ok(QuestionRow {
        lmc: lmc()?,
        id: QUESTION,
        week_ending: week,
        place: 1,
        opens_on: monday(days),
        closes_on: week.plus_days(7),
        kind: QuestionKind::Number.as_str().to_owned(),
        wording: "How many GP sessions a week are vacant in your practice?".to_owned(),
        options: String::new(),
        recorded_at: days.on(monday(days).minus_days(3), 15 * 60),
        recorded_by: officer.0,
    })
}

/// What a practice gave: the visitors' own leaves it to them.
pub(super) fn answer(days: &Days, practice: &Practice, rng: &mut SmallRng, first: bool) -> Option<QuestionAnswerRow> {
    let lmc = lmc().ok().filter(|lmc| practice.lmc == *lmc)?;
    if first || practice.habit == Habit::Silent || !practice.answers {
        return None;
    }
    let open = u64::try_from(days.today.days_since(monday(days))).unwrap_or(0);
    let day = monday(days).plus_days(rng.random_range(0..=open.min(4)));
    let halves: u32 = rng.random_range(0..=9);
    let vacant = format!("{}{}", halves / 2, if halves % 2 == 1 { ".5" } else { "" });
    Some(QuestionAnswerRow {
        practice: practice.code.clone(),
        id: RowId(derived_id(practice.manager, "demo-question")),
        lmc,
        question: QUESTION,
        answer: (!chance(rng, 8)).then_some(vacant),
        recorded_at: days.on(day, rng.random_range(9 * 60..17 * 60)),
        recorded_by: practice.manager,
    })
}
