//! Tables: the first cell of a row is its heading, numbers stand to the right, what is too wide can be scrolled.

use maud::{Markup, html};

/// A column: what it is called and how its cells stand.
#[derive(Clone, Copy, Debug)]
pub struct Column<'a> {
    name: &'a str,
    number: bool,
}

/// A column of words.
pub const fn words(name: &str) -> Column<'_> {
    Column {
        name,
        number: false,
    }
}

/// A column of numbers or dates: to the right, digits of one width.
pub const fn numbers(name: &str) -> Column<'_> {
    Column { name, number: true }
}

/// More columns than this may need scrolling on a phone, so the table becomes a region that a keyboard can reach.
const WIDE: usize = 3;

/// A table whose caption is for assistive technology only: for a panel that has a heading. Without names for its columns
/// it has no head. Cells beyond the columns are shown, so that nothing is lost silently.
pub fn table(caption: &str, columns: &[Column<'_>], rows: &[Vec<Markup>]) -> Markup {
    render(
        caption,
        "nhsuk-table__caption nhsuk-u-visually-hidden",
        columns,
        rows,
    )
}

/// A table with its caption shown.
pub fn captioned_table(caption: &str, columns: &[Column<'_>], rows: &[Vec<Markup>]) -> Markup {
    render(caption, "nhsuk-table__caption", columns, rows)
}

fn render(caption: &str, class: &str, columns: &[Column<'_>], rows: &[Vec<Markup>]) -> Markup {
    let number = |at: usize| columns.get(at).is_some_and(|column| column.number);
    let inner = html! {
        table .nhsuk-table {
            caption class=(class) { (caption) }
            @if columns.iter().any(|column| !column.name.is_empty()) {
                thead .nhsuk-table__head {
                    tr { @for column in columns { th scope="col" .num[column.number] { (column.name) } } }
                }
            }
            tbody .nhsuk-table__body {
                @for row in rows {
                    tr {
                        @for (at, cell) in row.iter().enumerate() {
                            @if at == 0 { th scope="row" { (cell) } } @else { td .num[number(at)] { (cell) } }
                        }
                    }
                }
            }
        }
    };
    html! {
        @if columns.len() > WIDE {
            div .hr-scroll tabindex="0" role="region" aria-label=(caption) { (inner) }
        } @else {
            (inner)
        }
    }
}
