//! What goes into a pack: read from the store, and narrowed to the period.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use chrono::{DateTime, Utc};
use entity::ids::{ItemCode, LocalDate, OdsCode, OutcomeId, StatusId, SubjectId};

use super::rails::{Rails, plain};
use crate::{
    domain::{
        access::PracticeScope,
        action::{self, StatusRow, Trust},
        calendar,
        catalogue::{Catalogue, PositionKind, Status},
        history::DaySum,
        letter::{self, Form, book::LetterBook},
        notice::Notice,
        outcome::{self, Outcome},
        register::Subjects,
        transfer::{
            Transfer,
            answers::{AnswerCounts, Pathway},
            book::TransferBook,
        },
    },
    error::AppError,
    exchange::{archive::File, pdf::LetterData},
    state::AppState,
    store::{
        actions::{self, Recorded},
        anchors, days, history,
        letters::{self, Letter},
        notices, outcomes, transfers,
    },
};

/// So many letters of a pack, the newest, come as PDF too: each takes a core for a while. Every one comes as text.
pub(super) const MOST_PDFS: usize = 100;

/// What a pack is about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Period {
    pub(super) from: LocalDate,
    pub(super) to: LocalDate,
    /// With what otherwise stays in the practice: thoughts, plans without a served notice, and what conflicts with the
    /// contract.
    pub(super) whole: bool,
}

/// Everything of a pack but the letters set as PDF.
#[derive(Debug)]
pub(super) struct Pack {
    pub(super) practice: OdsCode,
    pub(super) name: String,
    pub(super) from: LocalDate,
    pub(super) to: LocalDate,
    pub(super) whole: bool,
    pub(super) made_at: DateTime<Utc>,
    pub(super) catalogue: Arc<Catalogue>,
    pub(super) subjects: Subjects,
    /// Rows of the register, in the order of recording.
    pub(super) decisions: Vec<Recorded>,
    /// Those that stood on the first day.
    pub(super) stood: BTreeSet<StatusId>,
    pub(super) rails: Rails,
    pub(super) notices: Vec<Notice>,
    pub(super) letters: Vec<Sent>,
    pub(super) outcomes: Vec<Outcome>,
    pub(super) corrected_by: BTreeMap<OutcomeId, OutcomeId>,
    pub(super) days: BTreeMap<LocalDate, DaySum>,
    /// Transferred work that came in the period, the newest first, and the book of its categories and duties.
    pub(super) transfers: Vec<Transfer>,
    pub(super) book: TransferBook,
    /// Pathways of which the pack tells a decision, and what was logged that may be about them.
    pub(super) pathways: Vec<Pathway>,
    pub(super) answers: Vec<Transfer>,
    /// Number and hash of the newest event of the audit trail.
    pub(super) head: Option<(i64, String)>,
}

/// A letter as it was sent, with the name of its files.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) letter: Letter,
    pub(super) title: String,
    pub(super) form: Form,
    /// `letters/001-notice-on-service-2026-11-20`.
    pub(super) stem: String,
    pub(super) as_pdf: bool,
    /// What its PDF does not show as it is, in words.
    pub(super) replaced: Option<String>,
}

/// What a pack says of a pathway: answers of each kind in its period and, where the pause had begun by its end, since it.
pub(super) type OfPathway<'a> = (&'a Pathway, AnswerCounts<'a>, Option<(LocalDate, AnswerCounts<'a>)>);

impl Pack {
    /// Of each pathway.
    pub(super) fn of_pathways(&self) -> impl Iterator<Item = OfPathway<'_>> {
        self.pathways.iter().map(|pathway| {
            let counts = |from| self.book.counts(pathway, &self.answers, (from, self.to));
            let paused = pathway.paused_since.filter(|since| *since <= self.to);
            (pathway, counts(self.from), paused.map(|since| (since, counts(since))))
        })
    }

    /// The day on which it was made.
    pub(super) fn made_on(&self) -> LocalDate {
        calendar::london_day(self.made_at)
    }

    /// Title of an item, and name of a subject.
    pub(super) fn names(&self, item: &ItemCode, subject: Option<SubjectId>) -> (String, String) {
        let known = self.catalogue.item(item);
        let title = known.map_or(item.as_str(), |item| item.title.as_str());
        let subject = subject.and_then(|id| self.subjects.get(&id));
        let name = subject.map(|(_, name)| name.clone()).unwrap_or_default();
        (title.to_owned(), name)
    }

    /// "Voluntary services: Ring pessaries".
    pub(super) fn name_of(&self, item: &ItemCode, subject: Option<SubjectId>) -> String {
        match self.names(item, subject) {
            (title, name) if name.is_empty() => title,
            (title, name) => format!("{title}: {name}"),
        }
    }

    /// What a row says, in the words it was chosen from.
    pub(super) fn label(&self, recorded: &Recorded) -> &str {
        let row = &recorded.row;
        self.catalogue
            .item_of(&row.change.item, &recorded.edition, row.change.effective_on)
            .map_or(row.change.status.as_str(), |item| item.label(row.change.status))
    }
}

fn within(from: LocalDate, to: LocalDate, day: LocalDate) -> bool {
    (from..=to).contains(&day)
}

/// Reads everything of a period.
pub(super) async fn gather(app: &AppState, scope: &PracticeScope, period: Period) -> Result<Pack, AppError> {
    let Period { from, to, .. } = period;
    let (read, practice) = (app.db.read(scope), scope.practice());
    let (catalogue, made_at) = (app.menu_of(scope.practice()).await?, app.clock.now());
    let organisations = app.organisations().await?;
    let head = anchors::head(read).await?;
    let subjects = actions::subjects(read).await?;
    let all = actions::register(read, None).await?;
    let stood = stood(&all, from, app.clock.known());
    let mut decisions = decisions(all, &stood, from, to);
    let mut ledger = outcomes::all(read).await?;
    let mut notices = notices::all(read).await?;
    if !period.whole {
        let may = |item: &ItemCode, day: LocalDate| {
            let item = catalogue.item_on(item, day);
            item.is_none_or(|item| action::may_leave(item, day))
        };
        decisions.retain(|one| !stays_inside(one, app.clock.today()));
        notices.retain(|one| may(&one.item, one.ends_on));
        ledger.retain(|one| may(&one.item, calendar::london_day(one.recorded_at)));
    }
    let book = app.transfer_book(scope).await?;
    let told = |one: &Pathway| decisions.iter().any(|row| row.row.change.subject == Some(one.id));
    let mut pathways = app.pathways(scope).await?;
    pathways.retain(|one| book.has_answers_about(&one.item) && told(one));
    let first = pathways.iter().filter_map(|one| one.paused_since).chain([from]).min().unwrap_or(from);
    let answers = transfers::of_kinds(read, &book.answer_categories(), (first, to)).await?;
    let corrected = ledger.iter().filter_map(|one| Some((one.corrects?, one.id)));
    Ok(Pack {
        name: organisations.name_of(&practice.into()),
        practice: practice.clone(),
        from,
        to,
        whole: period.whole,
        made_at,
        rails: Rails::of(&decisions, &catalogue),
        decisions,
        stood,
        notices: running(notices, from, to),
        letters: sent(letters::all(read).await?, from, to)?,
        corrected_by: corrected.collect(),
        outcomes: chains(ledger, from, to),
        days: day_totals(app, scope, from, to).await?,
        transfers: transfers::of_practice(read, from, to).await?,
        book,
        pathways,
        answers,
        catalogue,
        subjects,
        head,
    })
}

/// The rows that held on a day, as far as is known now, and the plans that were known by its end.
fn stood(all: &[Recorded], on: LocalDate, known_at: DateTime<Utc>) -> BTreeSet<StatusId> {
    let rows: Vec<StatusRow> = all.iter().map(|recorded| recorded.row.clone()).collect();
    let standings = action::standings(&rows, on, known_at, Trust::Confirmed);
    let planned =
        |row: &&StatusRow| row.change.status == Status::PausingFrom && calendar::london_day(row.recorded_at) <= on;
    standings
        .values()
        .flat_map(|standing| {
            let plan = standing.planned.filter(planned);
            standing.current.into_iter().chain(plan)
        })
        .map(|row| row.change.id)
        .collect()
}

/// A thought, a plan without a served notice, and what conflicted with the contract on its day.
fn stays_inside(recorded: &Recorded, today: LocalDate) -> bool {
    let row = &recorded.row;
    let plan = row.change.status == Status::PausingFrom && row.change.effective_on > today;
    row.change.status == Status::Thinking
        || (plan && row.change.notice_served_on.is_none())
        || recorded.position == PositionKind::Conflicts.as_str()
}

/// What was recorded in the period or holds from a day of it, and what stood when it began.
fn decisions(mut all: Vec<Recorded>, stood: &BTreeSet<StatusId>, from: LocalDate, to: LocalDate) -> Vec<Recorded> {
    all.retain(|recorded| {
        let row = &recorded.row;
        stood.contains(&row.change.id)
            || within(from, to, calendar::london_day(row.recorded_at))
            || within(from, to, row.change.effective_on)
    });
    all
}

/// Notices served by the end of the period and not closed before it, the earliest first.
fn running(mut all: Vec<Notice>, from: LocalDate, to: LocalDate) -> Vec<Notice> {
    all.retain(|notice| {
        let closing = notice.events.iter().filter(|one| one.event.is_outcome());
        let closed = closing.map(|one| one.on).max();
        notice.served_on <= to && closed.is_none_or(|closed| closed >= from)
    });
    all.reverse();
    all
}

/// Letters that went out in the period, or of which something was recorded for a day of it, the earliest first.
fn sent(all: Vec<Letter>, from: LocalDate, to: LocalDate) -> Result<Vec<Sent>, AppError> {
    let book = LetterBook::built_in().map_err(|broken| AppError::Fault(broken.to_owned()))?;
    let of_period = |letter: &Letter| {
        let mut days = letter.events.iter().map(|happened| happened.on);
        within(from, to, letter.row.sent_on) || days.any(|day| within(from, to, day))
    };
    let mut letters: Vec<Letter> = all.into_iter().filter(of_period).collect();
    letters.reverse();
    let texts_alone = letters.len().saturating_sub(MOST_PDFS);
    let named = letters.into_iter().enumerate().map(|(at, letter)| {
        let row = &letter.row;
        let kind = book.kind(&row.kind);
        let form = kind.map_or(Form::Letter, |kind| kind.form);
        let n = at.saturating_add(1);
        Sent {
            title: kind.map_or_else(|| row.kind.clone(), |kind| kind.title.clone()),
            form,
            stem: format!("letters/{n:03}-{}-{}", plain(&row.kind), row.dated_on),
            as_pdf: at >= texts_alone && form != Form::Sms,
            replaced: letter::replaced_in_words(&letter.paper(form).replaced()),
            letter,
        }
    });
    Ok(named.collect())
}

/// Entries recorded in the period or dated in it, each with all of its corrections.
fn chains(all: Vec<Outcome>, from: LocalDate, to: LocalDate) -> Vec<Outcome> {
    let roots = outcome::roots(&all);
    let of_period = |one: &&Outcome| {
        within(from, to, calendar::london_day(one.recorded_at)) || one.on.is_some_and(|day| within(from, to, day))
    };
    let wanted: BTreeSet<OutcomeId> =
        all.iter().filter(of_period).filter_map(|one| roots.get(&one.id).copied()).collect();
    let root = |one: &Outcome| roots.get(&one.id).copied();
    all.into_iter().filter(|one| root(one).is_some_and(|root| wanted.contains(&root))).collect()
}

/// The practice's days: those folded, and those still kept clinician by clinician, summed.
async fn day_totals(
    app: &AppState,
    scope: &PracticeScope,
    from: LocalDate,
    to: LocalDate,
) -> Result<BTreeMap<LocalDate, DaySum>, AppError> {
    let read = app.db.read(scope);
    let mut totals = history::folded_days(read, from, to).await?;
    for (_, on, day) in days::practice_days(read, from, to).await?.each() {
        totals.entry(on).or_default().add(&DaySum::of(&day));
    }
    totals.retain(|_, sum| sum.clinicians > 0);
    Ok(totals)
}

/// The letters as they were sent: each as text, and the newest as PDF. One that cannot be set stays text: the rest of a
/// pack must not be lost with it.
pub(super) async fn papers(app: &AppState, pack: &mut Pack) -> Result<Vec<File>, AppError> {
    let mut files = Vec::new();
    for sent in &mut pack.letters {
        let paper = sent.letter.paper(sent.form);
        let text = letter::plain_text(&paper);
        files.push(File::new(format!("{}.txt", sent.stem), text));
        if !sent.as_pdf {
            continue;
        }
        let data = LetterData::of(&paper);
        match app.setting.run(move || data.render()).await? {
            Ok(pdf) => files.push(File::new(format!("{}.pdf", sent.stem), pdf)),
            Err(failed) => {
                tracing::error!(letter = %sent.letter.row.id, %failed, "a letter of a pack stays text");
                sent.as_pdf = false;
            }
        }
    }
    Ok(files)
}
