//! Imports, as markup.

use chrono::{DateTime, Utc};
use entity::ids::{LocalDate, OdsCode};
use maud::{Markup, html};

use crate::{
    domain::{
        appointment::{ImportSummary, RowRefusal, SlotOutcome, System},
        calendar,
    },
    error::FieldError,
    href,
    operations::stage_import::Finished,
    store::appointments::{Figures, ImportRow},
    ui::{
        form::{self, Button, Field},
        href::Href,
        key_link,
        number::thousands,
        parts::{self, TagKind, tag},
        sections::Section,
        sheet::Sheet,
        table::{numbers, table, words},
    },
};

/// Refused lines on a page.
const LINES: usize = 50;

pub(super) fn base(practice: &OdsCode) -> Href {
    href!("/practices").seg(practice).seg("imports")
}

/// What the first page shows.
#[derive(Debug)]
pub(super) struct Home<'a> {
    pub(super) practice: &'a OdsCode,
    /// The last imports.
    pub(super) imports: Vec<ImportRow>,
    /// Published months beside what was counted here.
    pub(super) months: Vec<Month>,
    /// Whether there is anybody to count.
    pub(super) has_clinicians: bool,
    /// The key with which files came last, by its name, and when.
    pub(super) last_files: Option<(String, DateTime<Utc>)>,
    /// What was just done.
    pub(super) told: Option<&'static str>,
    /// Whether anything is remembered of how files are matched.
    pub(super) remembers: bool,
    /// Why the files cannot be taken.
    pub(super) error: Option<String>,
}

/// One month as published, and as counted here where anybody counted.
#[derive(Debug)]
pub(super) struct Month {
    pub(super) first: LocalDate,
    pub(super) published: Figures,
    pub(super) counted: Option<u64>,
}

/// Choosing files, and what was taken in.
pub(super) fn home(view: &Home<'_>) -> Sheet {
    let errors: Vec<FieldError> = view.error.iter().map(|why| FieldError::new("file", capital(why))).collect();
    Sheet::new(Section::Imports, "Imports").errors(&errors).done(view.told).content(html! {
        (parts::lede(&html! { "Take in attended appointments from your clinical system, and compare them with what was counted." }))
        (parts::two_columns(
            &html! { (upload(view, &errors)) (list(view)) (months(&view.months)) },
            &html! { (sent(view)) (what_files()) (sources_link(view.practice)) @if view.remembers { (remembered(view.practice)) } },
        ))
    })
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn upload(view: &Home<'_>, errors: &[FieldError]) -> Markup {
    let action = base(view.practice);
    let error = errors.first().map(|error| error.message.as_ref());
    parts::panel(
        "Choose files",
        &html! {
            @if view.has_clinicians {
                form method="post" action=(action) enctype="multipart/form-data" {
                    (files(error))
                    p { "Nothing counts until you have seen the result and confirmed it." }
                    (form::button(Button::Primary, "Read the files"))
                }
            } @else {
                p { "Add your clinicians first: an import counts for them." }
                p { a href=(href!("/practices").seg(view.practice).seg("people")) { "Go to People" } }
            }
        },
    )
}

pub(super) fn files(error: Option<&str>) -> Markup {
    let field = Field::new("file", "Files of one extract or report")
        .hint("CSV, Excel (.xlsx) or a zip of them. EMIS: your appointment report, or Appointment_Slot, Appointment_Session and Appointment_SessionUser together. SystmOne: your report, or SRAppointment.")
        .error(error);
    form::files(&field)
}

fn what_files() -> Markup {
    parts::panel(
        "What happens to a file",
        &html! {
            ul .nhsuk-list .nhsuk-list--bullet {
                li { "It is read once, on this server, and deleted at once." }
                li { "Columns about patients are dropped before a row is read. You see which." }
                li { "A row with an NHS number in free text is refused, by its line." }
                li { "Only attended slots count. Patients who did not attend are shown apart." }
                li { "The same file again changes nothing." }
            }
        },
    )
}

/// What a program on the practice's own computer sends.
fn sent(view: &Home<'_>) -> Markup {
    parts::panel(
        "Sent by itself",
        &html! {
            @match &view.last_files {
                Some((key, at)) => p { "Last sent by " strong { (key) } " on " (calendar::london(*at)) "." },
                None => p { "A program on a computer of the practice can watch a folder and send what comes into it, without columns about patients." },
            }
            (key_link::link(&view.practice.into()))
        },
    )
}

fn sources_link(practice: &OdsCode) -> Markup {
    let to = href!("/practices").seg(practice).seg("sources");
    parts::panel(
        "Which count is used",
        &html! {
            p { "Taps, day sheet and import are never added together. See them side by side and choose for each clinician." }
            p { a href=(to) { "Compare and choose" } }
        },
    )
}

fn remembered(practice: &OdsCode) -> Markup {
    parts::panel(
        "What is remembered",
        &html! {
            p { "Headroom asks once whose sessions a file has, what its slot types mean and which column is which. If an answer was wrong, let the next file ask again. What already counts stays." }
            form method="post" action=(base(practice).seg("matching").seg("forget")) {
                (form::button(Button::Secondary, "Ask again"))
            }
        },
    )
}

fn list(view: &Home<'_>) -> Markup {
    let rows: Vec<Vec<Markup>> = view
        .imports
        .iter()
        .map(|import| {
            let day = calendar::london_day(import.recorded_at).short();
            let to = base(view.practice).seg(import.id);
            vec![
                html! { a href=(to) { (day) " " (calendar::london_time(import.recorded_at)) } },
                html! { (system(import)) },
                html! { (thousands(import.summary.rows)) },
                state(import),
            ]
        })
        .collect();
    parts::panel(
        "Your imports",
        &html! {
            @if rows.is_empty() { p { "None yet." } }
            @else { (table("Your imports, the newest first", &[words("Read"), words("From"), numbers("Rows"), words("State")], &rows)) }
        },
    )
}

fn system(import: &ImportRow) -> &'static str {
    import.system.parse::<System>().map_or("Unknown", System::title)
}

fn state(import: &ImportRow) -> Markup {
    if import.taken_back_by.is_some() {
        tag(TagKind::Quiet, "Taken back")
    } else if import.summary.takes_back.is_some() {
        tag(TagKind::Quiet, "Takes another back")
    } else if import.counts_since.is_some() {
        tag(TagKind::Run, "Counts")
    } else {
        tag(TagKind::Quiet, "Not confirmed")
    }
}

fn months(months: &[Month]) -> Markup {
    let rows: Vec<Vec<Markup>> = months
        .iter()
        .map(|month| {
            vec![
                html! { (month.first.0.format("%B %Y")) },
                html! { (thousands(month.published.attended)) },
                html! { (thousands(month.published.with_gp)) },
                html! { (thousands(month.published.did_not_attend)) },
                html! { @if let Some(n) = month.counted { (thousands(n)) } @else { "nobody counted" } },
            ]
        })
        .collect();
    html! {
        @if !rows.is_empty() {
            (parts::panel("Beside NHS England’s figures", &html! {
                (table(
                    "Appointments as NHS England publishes them, and contacts counted here",
                    &[words("Month"), numbers("Published, attended"), numbers("Of them with a GP"), numbers("Did not attend"), numbers("Counted here")],
                    &rows,
                ))
                p .hr-small { "NHS England counts all staff and every appointment in the book. Headroom counts the clinicians you added, and informal contacts too." }
            }))
        }
    }
}

/// What an import found, before and after it counts.
pub(super) fn preview(
    practice: &OdsCode,
    import: &ImportRow,
    refusals: &[(u64, RowRefusal)],
    overtaken: bool,
) -> Sheet {
    let own = base(practice).seg(import.id);
    let heading = match (import.taken_back_by, import.summary.takes_back, import.counts_since) {
        (Some(_), ..) => "This import was taken back",
        (None, Some(_), _) => "This takes an import back",
        (None, None, Some(_)) => "This import counts",
        (None, None, None) => "Check the import",
    };
    let sheet = Sheet::new(Section::Imports, "Check the import").heading(heading);
    sheet.back(&base(practice), "Imports").content(html! {
        (parts::lede(&html! { (system(import)) ", " (thousands(import.summary.rows)) " rows. " (days(&import.summary)) }))
        @if import.taken_back_by.is_some() {
            p { (tag(TagKind::Quiet, "Taken back")) " Its slots are as they were before it, except where later files changed them." }
        } @else if let Some(since) = import.counts_since {
            p { (tag(TagKind::Run, "Counts")) " since " (calendar::london_day(since).written()) " " (calendar::london_time(since)) "." }
            @if let Some((first, _)) = import.summary.days {
                p {
                    "If a clinician’s day has taps or a day sheet, those count, and the appointments are shown beside them. "
                    a href=(href!("/practices").seg(practice).seg("sources").query("day", first)) { "See these days side by side" }
                }
            }
            @if import.summary.takes_back.is_none() {
                form method="post" action=(own.clone().seg("take-back")) {
                    p { "Was it the wrong file? If you take it back, its slots are as they were before. What later files said stays." }
                    (form::button(Button::Secondary, "Take it back"))
                }
            }
        } @else if overtaken {
            (parts::inset(&html! { p { "Another import was taken in since, so these differences no longer hold. Choose the file again." } }))
        } @else {
            form method="post" action=(own) {
                p { "Nothing of this file counts yet." }
                (form::button(Button::Primary, "Count this import"))
            }
        }
        (look(&import.summary))
        (changes(&import.summary))
        (found(&import.summary))
        (refused(&import.summary, refusals, Some(own.seg("refused.csv"))))
        (dropped(&import.summary))
    })
}

/// The result of a file that was taken in before.
pub(super) fn no_change(practice: &OdsCode, done: &Finished) -> Sheet {
    Sheet::new(Section::Imports, "No change").back(&base(practice), "Imports").content(html! {
        (look(&done.summary))
        (parts::lede(&html! { (thousands(done.summary.rows)) " rows were read. Every slot is as it was, so nothing was written. " (days(&done.summary)) }))
        (found(&done.summary))
        (refused(&done.summary, &done.refusals, None))
        (dropped(&done.summary))
    })
}

/// The result of a file of which nothing could be taken.
pub(super) fn all_refused(practice: &OdsCode, done: &Finished) -> Sheet {
    Sheet::new(Section::Imports, "Every row was refused").refused().back(&base(practice), "Imports").content(html! {
        (parts::lede(&html! { (thousands(done.summary.rows)) " rows were read and none can be taken. Nothing was written. Correct the file and choose it again." }))
        (refused(&done.summary, &done.refusals, None))
        (dropped(&done.summary))
    })
}

/// What a person should look at before it counts.
fn look(summary: &ImportSummary) -> Markup {
    html! {
        @for words in summary.warnings() { (parts::inset(&html! { p { (words) } })) }
    }
}

fn days(summary: &ImportSummary) -> String {
    summary
        .days
        .map_or_else(|| "No day counts.".to_owned(), |(first, last)| format!("{} to {}.", first.short(), last.short()))
}

fn changes(summary: &ImportSummary) -> Markup {
    parts::panel(
        "What changes",
        &parts::summary_list(&[
            ("New slots", html! { (thousands(summary.fresh)) }),
            ("Changed slots", html! { (thousands(summary.changed)) }),
            ("Slots that no longer count", html! { (thousands(summary.gone)) }),
        ]),
    )
}

fn found(summary: &ImportSummary) -> Markup {
    let of = |outcome| html! { (thousands(summary.of(outcome))) };
    let mut rows = vec![
        ("Attended: these count", of(SlotOutcome::Attended)),
        ("Vaccinated: shown apart, outside the limit", of(SlotOutcome::Vaccinated)),
        ("Did not attend: shown apart", of(SlotOutcome::DidNotAttend)),
        ("Booked", of(SlotOutcome::Booked)),
        ("Cancelled", of(SlotOutcome::Cancelled)),
        ("Free", of(SlotOutcome::Free)),
        ("Deleted", of(SlotOutcome::Removed)),
        ("Not counted, by your choice", html! { (thousands(summary.not_counted)) }),
        ("Older than 13 weeks: not taken", html! { (thousands(summary.too_old)) }),
    ];
    let read = [
        ("Rows with cells taken from the row above", summary.filled_down),
        ("Titles and totals, left out", summary.left_out),
        ("Of days that a clinician had erased: not taken", summary.erased),
    ];
    rows.extend(read.into_iter().filter(|(_, n)| *n > 0).map(|(what, n)| (what, html! { (thousands(n)) })));
    if summary.without_outcome > 0 {
        let n = thousands(summary.without_outcome);
        rows.insert(4, ("Of them on past days, without an outcome", html! { (n) }));
    }
    parts::panel("What the file holds", &parts::summary_list(&rows))
}

fn refused(summary: &ImportSummary, refusals: &[(u64, RowRefusal)], csv: Option<Href>) -> Markup {
    let all = summary.all_refused();
    let rows: Vec<Vec<Markup>> = refusals
        .iter()
        .take(LINES)
        .map(|(line, refusal)| vec![html! { (thousands(*line)) }, html! { (capital(refusal.reason())) }])
        .collect();
    parts::panel(
        "Refused rows",
        &html! {
            @if all == 0 { p { "None." } }
            @else {
                ul .nhsuk-list .nhsuk-list--bullet {
                    @for (code, n) in &summary.refused {
                        @if let Ok(refusal) = code.parse::<RowRefusal>() { li { (thousands(*n)) ": " (refusal) } }
                    }
                }
                (table("Refused rows by their line in the file", &[words("Line"), words("Reason")], &rows))
                @if usize::try_from(all).unwrap_or(usize::MAX) > rows.len() { p { "The first " (rows.len()) " of " (thousands(all)) "." } }
                @if let Some(csv) = csv { p { a href=(csv) { "All lines as CSV" } } }
            }
        },
    )
}

fn dropped(summary: &ImportSummary) -> Markup {
    parts::panel(
        "Columns about patients",
        &html! {
            @if summary.dropped.is_empty() { p { "The file has none." } }
            @else {
                p { "Dropped before a row was read; nothing of them was kept." }
                ul .nhsuk-list .nhsuk-list--bullet {
                    @for (name, cells) in &summary.dropped { li { (name) ": " (thousands(*cells)) " cells" } }
                }
            }
        },
    )
}
