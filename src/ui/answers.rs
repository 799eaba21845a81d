//! Answers on a pathway beside its pause, as its entry, the month and a pack read them.

use maud::{Markup, html};

use super::{
    parts::{self, small},
    table::{numbers, table, words},
};
use crate::domain::transfer::{
    answers::{AnswerCounts, BESIDE_WEEKS, PauseEvidence, sum},
    book::{DutyCitation, TransferBook},
};

/// How many of each kind, in the last weeks and since the pause.
pub fn counts(name: &str, beside: &PauseEvidence<'_>) -> Markup {
    let since = beside.since_pause.as_ref();
    let of = |counts: &AnswerCounts<'_>, at: usize| counts.get(at).map_or(0, |(_, n)| *n);
    let mut columns = vec![words("Answer"), numbers("13 weeks")];
    columns.extend(since.map(|_| numbers("Since the pause")));
    let mut rows: Vec<Vec<Markup>> = Vec::new();
    for (at, (kind, n)) in beside.lately.iter().enumerate() {
        let mut row = vec![html! { (kind.label) }, html! { (n) }];
        row.extend(since.map(|(_, counts)| html! { (of(counts, at)) }));
        rows.push(row);
    }
    let mut all = vec![html! { strong { "All" } }, html! { strong { (sum(&beside.lately)) } }];
    all.extend(since.map(|(_, counts)| html! { strong { (sum(counts)) } }));
    rows.push(all);
    html! {
        (table(&format!("Answers on {name}"), &columns, &rows))
        p {
            (small(&format!("Logged by the practice in the last {BESIDE_WEEKS} weeks")))
            @if let Some((since, _)) = since { (small(&format!(", and since the pause of {}", since.written()))) }
            (small("."))
        }
    }
}

/// The duties behind them that hold today, with their sources.
pub fn duties(book: &TransferBook, cited: &[DutyCitation<'_>]) -> Markup {
    parts::details(
        "What providers and practices are asked to do",
        &html! {
            @for one in cited { p { (one.duty.text) " " (small(&format!("{}. Read at {}", one.source(), one.duty.source))) } }
            p { (small(&format!("Checked {}.", book.checked_on.written()))) }
        },
    )
}
