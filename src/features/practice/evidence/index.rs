//! The page of a pack: one document without a script or anything from elsewhere, to be read and printed.

use chrono::{DateTime, Utc};
use entity::ids::LocalDate;
use maud::{DOCTYPE, Markup, html};

use super::gather::{MOST_PDFS, Pack};
use crate::{
    domain::{
        area::LEAST_CLINICIANS,
        calendar, letter,
        limit::PracticeDay,
        outcome::Ending,
        transfer::{GivenBack, answers},
    },
    exchange::archive::SUMS,
    ui::{figures, given_back, number, outcome, register},
};

/// The look. It is written into the page as text, so it holds no quotation mark and no angle bracket.
const STYLE: &str = "
body { font: 16px/1.5 Arial, Helvetica, sans-serif; color: #212b32; max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .5rem; color: #12344d; }
h2 { font-size: 1.35rem; margin: 2.5rem 0 .75rem; padding-top: .75rem; border-top: 2px solid #12344d; color: #12344d; }
h3 { font-size: 1.05rem; margin: 1.5rem 0 .25rem; }
p, ul, dl { margin: 0 0 1rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.25rem; }
dt { font-weight: bold; }
dd { margin: 0; overflow-wrap: anywhere; }
a { color: #12344d; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid #d8dde0; }
thead th { border-bottom: 2px solid #4c6272; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
.s { color: #4c6272; font-size: .9em; }
.w { overflow-x: auto; }
code { font-size: .9em; overflow-wrap: anywhere; }
@media print { body { max-width: none; padding: 0; font-size: 10pt; } h2 { break-after: avoid; } tr { break-inside: avoid; } .w { overflow: visible; } }
";

/// The document.
pub(super) fn page(pack: &Pack) -> Markup {
    let title = format!("Evidence pack: {} ({})", pack.name, pack.practice);
    html! {
        (DOCTYPE)
        html lang="en-GB" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (STYLE) }
            }
            body {
                h1 { (title) }
                (about(pack))
                (contents())
                (decisions(pack))
                (rails(pack))
                (notices(pack))
                (letters(pack))
                (outcomes(pack))
                (counts(pack))
                (transfers(pack))
                (on_pathways(pack))
                (check(pack))
            }
        }
    }
}

/// "20 November 2026 at 14:05".
fn moment(at: DateTime<Utc>) -> String {
    let day = calendar::london_day(at).written();
    format!("{day} at {}", calendar::london_time(at))
}

fn about(pack: &Pack) -> Markup {
    html! {
        dl {
            dt { "Period" } dd { (pack.from.written()) " to " (pack.to.written()) }
            dt { "Made" } dd { (moment(pack.made_at)) ", by the practice, from its record in Headroom" }
            dt { "Holds" } dd { "What the practice recorded about its collective action. No patient data: every free text was checked for it before it was stored. No clinician’s own count." }
            dt { "Scope" } dd {
                @if pack.whole { "Everything the practice recorded." }
                @else { "What the practice decided: without thoughts, plans without a served notice, and items whose contract position is “conflicts with the contract”." }
            }
        }
    }
}

const SECTIONS: [(&str, &str); 9] = [
    ("decisions", "Decisions"),
    ("guard-rails", "Guard-rails that were shown"),
    ("notices", "Notices"),
    ("letters", "Letters"),
    ("outcomes", "Outcomes"),
    ("counts", "Contacts against the limits"),
    ("transfers", "Transferred work"),
    ("answers", "Answers on pathways"),
    ("check", "How to check this pack"),
];

fn contents() -> Markup {
    html! {
        nav aria-label="Contents" {
            ul { @for (id, title) in SECTIONS { li { a href={ "#" (id) } { (title) } } } }
        }
    }
}

/// A section by its place among them, and the file that holds the same for a spreadsheet.
fn section(id: &str, file: Option<&str>, content: &Markup) -> Markup {
    let known = SECTIONS.iter().find(|(known, _)| *known == id);
    html! {
        section {
            h2 id=(id) { (known.map_or(id, |(_, title)| title)) }
            @if let Some(file) = file { p .s { "As a table: " a href=(file) { (file) } } }
            (content)
        }
    }
}

/// A table that may be wider than a small screen; names that begin with a space stand to the right.
fn table(columns: &[&str], rows: &[Vec<Markup>]) -> Markup {
    let right = |at: usize| columns.get(at).is_some_and(|name| name.starts_with(' '));
    html! {
        div .w {
            table {
                thead { tr { @for (at, name) in columns.iter().enumerate() { th scope="col" .n[right(at)] { (name.trim()) } } } }
                tbody {
                    @for row in rows {
                        tr { @for (at, cell) in row.iter().enumerate() { td .n[right(at)] { (cell) } } }
                    }
                }
            }
        }
    }
}

fn noted(what: &str, day: Option<LocalDate>) -> Markup {
    html! { @if let Some(day) = day { br; span .s { (what) " " (day.written()) } } }
}

fn decisions(pack: &Pack) -> Markup {
    let rows: Vec<Vec<Markup>> = pack
        .decisions
        .iter()
        .map(|recorded| {
            let row = &recorded.row;
            let rail = pack.rails.shown(recorded);
            vec![
                html! {
                    (pack.name_of(&row.change.item, row.change.subject))
                    @if pack.stood.contains(&row.change.id) { br; span .s { "Stood on the first day" } }
                },
                html! {
                    (pack.label(recorded))
                    (noted("Notice served on", row.change.notice_served_on))
                    @for (day, on) in row.change.noted.each() { (noted(day.label(), on)) }
                },
                html! { @if row.change.about { "about " } (row.change.effective_on.written()) },
                html! { (moment(row.recorded_at)) br; span .s { (register::recorded_by(row)) } },
                html! { @if let Some(rail) = rail { a href=(rail.file) { (rail.position) } } },
            ]
        })
        .collect();
    let columns = ["Item", "Recorded", "From", "When and by whom", "Guard-rail"];
    let content = html! {
        p { "Every change recorded in the period or taking effect in it, and what was in force on its first day, in the order of recording. A later row does not remove an earlier one." }
        @if rows.is_empty() { p { "Nothing was recorded." } } @else { (table(&columns, &rows)) }
    };
    section("decisions", Some("decisions.csv"), &content)
}

fn rails(pack: &Pack) -> Markup {
    let content = html! {
        p { "What the contract was said to require, in the words that were shown and kept when a decision was recorded." }
        @if pack.rails.all().is_empty() { p { "None was shown." } }
        @for rail in pack.rails.all() {
            h3 { (rail.title) ": " (rail.position) }
            p { (rail.text) }
            p .s { "Source: " (rail.read_at()) " Edition " (rail.edition) ". " a href=(rail.file) { (rail.file) } }
        }
    };
    section("guard-rails", None, &content)
}

fn notices(pack: &Pack) -> Markup {
    let rows: Vec<Vec<Markup>> = pack
        .notices
        .iter()
        .map(|notice| {
            vec![
                html! {
                    (pack.name_of(&notice.item, Some(notice.subject)))
                    br; span .s { "To " (notice.commissioner) ". " (notice.contract.title()) "." }
                },
                html! { (notice.served_on.written()) br; span .s { (notice.period.words()) } },
                html! { (notice.ends_on.written()) },
                html! {
                    (notice.state().title())
                    @for happened in &notice.events {
                        br; span .s {
                            (happened.on.written()) ": " (happened.event.title())
                            @if !happened.note.is_empty() { ". " (happened.note) }
                        }
                    }
                },
            ]
        })
        .collect();
    let content = html! {
        p { "Notices served by the end of the period and not closed before it. What came back is in " a href="notice-events.csv" { "notice-events.csv" } " too." }
        @if rows.is_empty() { p { "There was none." } }
        @else { (table(&["Service", "Served", "Last day", "State"], &rows)) }
    };
    section("notices", Some("notices.csv"), &content)
}

fn letters(pack: &Pack) -> Markup {
    let rows: Vec<Vec<Markup>> = pack
        .letters
        .iter()
        .map(|sent| {
            let row = &sent.letter.row;
            let (text, pdf) = (format!("{}.txt", sent.stem), format!("{}.pdf", sent.stem));
            let note = sent.letter.reply().and_then(|reply| reply.note.as_deref());
            vec![
                html! {
                    (sent.title)
                    br; a href=(text) { "Text" } @if sent.as_pdf { ", " a href=(pdf) { "PDF" } }
                    @if let (true, Some(words)) = (sent.as_pdf, &sent.replaced) { br; span .s { (words) } }
                },
                html! { (row.recipient) },
                html! { (row.sent_on.written()) br; span .s { (letter::way(&row.how)) } },
                html! {
                    (sent.letter.standing(pack.made_on()).to_string())
                    @if let Some(note) = note { br; span .s { (note) } }
                },
            ]
        })
        .collect();
    let texts = pack.letters.len() > MOST_PDFS;
    let content = html! {
        p {
            "Letters that went out in the period, or to which a reply came in it, word for word as they were sent."
            @if texts { " The newest " (MOST_PDFS) " are here as PDF too; the earlier ones as text." }
        }
        @if rows.is_empty() { p { "There was none." } }
        @else { (table(&["Letter", "To", "Sent", "Reply"], &rows)) }
    };
    section("letters", Some("letters/register.csv"), &content)
}

fn outcomes(pack: &Pack) -> Markup {
    let rows: Vec<Vec<Markup>> = pack
        .outcomes
        .iter()
        .map(|one| {
            let corrected = pack.corrected_by.contains_key(&one.id);
            let void = corrected || one.ending == Ending::EnteredInError;
            vec![
                html! { (pack.name_of(&one.item, one.subject)) },
                html! {
                    @if void { s { (one.ending.title()) } } @else { (one.ending.title()) }
                    br; span .s { (one.answer()) }
                    @if corrected { br; span .s { "Corrected by a later entry" } }
                    @if one.corrects.is_some() { br; span .s { "Corrects an earlier entry" } }
                    @if let Some(address) = &one.public_at { br; span .s { "Public: " (address) } }
                },
                html! { (outcome::money(one).unwrap_or_default()) },
                html! {
                    @if let Some(day) = one.on { (day.written()) br; }
                    span .s { "Recorded " (moment(one.recorded_at)) }
                },
            ]
        })
        .collect();
    let content = html! {
        p { "What came of it: entries recorded in the period or dated in it, with their corrections." }
        @if rows.is_empty() { p { "None was recorded." } }
        @else { (table(&["What it is about", "Outcome", " Money", "When"], &rows)) }
    };
    section("outcomes", Some("outcomes.csv"), &content)
}

fn counts(pack: &Pack) -> Markup {
    let shown = pack.days.values();
    let shown: Vec<_> = shown.filter(|sum| sum.clinicians >= LEAST_CLINICIANS).collect();
    let sum = shown.iter().fold(PracticeDay::default(), |sum, day| sum.plus(day.practice_day()));
    let over = shown.iter().filter(|day| day.over > 0).count();
    let content = html! {
        p { "Totals of the practice’s days. No clinician’s own count is here: those are personal data. A day on which fewer than " (LEAST_CLINICIANS) " clinicians were counted is listed without figures." }
        @if pack.days.is_empty() {
            p { "Nobody was counted." }
        } @else {
            dl {
                dt { "Days with a count" } dd { (number::thousands(as_u64(pack.days.len()))) " (" (as_u64(shown.len())) " with figures)" }
                dt { "Contacts against the safe limits, summed" } dd { (figures::left_and_counted(sum)) }
                dt { "Days with a clinician over the limit" } dd { (as_u64(over)) }
            }
        }
    };
    section("counts", Some("counts.csv"), &content)
}

fn transfers(pack: &Pack) -> Markup {
    let (sum, slot) = (GivenBack::of(&pack.transfers), pack.book.slot_minutes);
    let content = html! {
        p { "Work passed on by hospitals and other providers in the period, as it is recorded now. No patient and no person of a provider is named. " (pack.book.method) }
        @if pack.transfers.is_empty() {
            p { "Nothing was logged." }
        } @else {
            dl {
                dt { "Logged" } dd { (number::thousands(as_u64(pack.transfers.len()))) }
                dt { "Declined or returned" } dd { (given_back::items(sum.items)) }
                dt { "Given back" } dd {
                    (given_back::appointments(sum.appointments(slot))) " of " (slot) " minutes ("
                    (number::thousands(sum.clinicians)) " minutes of clinicians), " (given_back::hours(sum.admin)) " of administration beside them"
                }
                dt { "Done anyway, and lost" } dd {
                    (given_back::appointments(sum.lost_appointments(slot))) " on " (given_back::items(sum.done_items))
                }
            }
        }
    };
    section("transfers", Some("transferred-work.csv"), &content)
}

fn on_pathways(pack: &Pack) -> Markup {
    let rows: Vec<Vec<Markup>> = pack
        .of_pathways()
        .map(|(pathway, within, since)| {
            vec![
                html! {
                    (pathway.title) ": " (pathway.name)
                    @for (kind, n) in within.iter().filter(|(_, n)| *n > 0) { br; span .s { (kind.label) ": " (n) } }
                },
                html! { (answers::sum(&within)) },
                html! {
                    @match &since {
                        Some((since, counts)) => { (answers::sum(counts)) br; span .s { "since " (since.written()) } }
                        None => "–",
                    }
                },
            ]
        })
        .collect();
    let content = html! {
        p { "Late replies, replies that were no answer, and referrals that came back, on pathways with a decision in this pack. They are from the practice’s own log and are evidence for a pause. The practice returns the answer; it does not refuse the pathway." }
        @if rows.is_empty() { p { "This pack has no decision on such a pathway." } }
        @else { (table(&["Pathway", " In the period", " Since the pause"], &rows)) }
        @for one in pack.book.answer_duties(pack.to) { p .s { (one.duty.text) " " (one.source()) "." } }
    };
    let file = (!pack.pathways.is_empty()).then_some("answers-on-pathways.csv");
    section("answers", file, &content)
}

fn as_u64(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

fn check(pack: &Pack) -> Markup {
    let content = html! {
        p { a href=(SUMS) { (SUMS) } " lists the SHA-256 hash of every other file. To check them, run this command in the folder where you unpacked the pack:" }
        p { code { "sha256sum -c " (SUMS) } }
        @match &pack.head {
            Some((seq, hash)) => {
                p { "The practice’s audit trail was at event " (seq) " when the pack was made. That event’s hash is " code { (hash) } ". The making of this pack is an event after it, with the hash of the list of hashes." }
            },
            None => { p { "The practice’s audit trail held no event when the pack was made. The making of this pack is its first, with the hash of the list of hashes." } },
        }
        p { "Times on this page are London’s; in the tables they are UTC." }
    };
    section("check", None, &content)
}
