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
    Column { name, number: false }
}

/// A column of numbers or dates: to the right, digits of one width.
pub const fn numbers(name: &str) -> Column<'_> {
    Column { name, number: true }
}

/// More columns than this do not fit a phone: there each row becomes a block whose cells say their column themselves.
/// Between a phone and a desk such a table may need scrolling, so it is a region that a keyboard can reach.
const WIDE: usize = 3;

/// A table whose caption is for assistive technology only: for a panel that has a heading. Without names for its columns
/// it has no head. Cells beyond the columns are shown, so that nothing is lost silently.
pub fn table(caption: &str, columns: &[Column<'_>], rows: &[Vec<Markup>]) -> Markup {
    render(caption, "nhsuk-table__caption nhsuk-u-visually-hidden", columns, rows)
}

/// A table with its caption shown.
pub fn captioned_table(caption: &str, columns: &[Column<'_>], rows: &[Vec<Markup>]) -> Markup {
    render(caption, "nhsuk-table__caption", columns, rows)
}

fn render(caption: &str, class: &str, columns: &[Column<'_>], rows: &[Vec<Markup>]) -> Markup {
    let number = |at: usize| columns.get(at).is_some_and(|column| column.number);
    let wide = columns.len() > WIDE;
    // Blocks are no table to a browser, so the roles are said.
    let role = |name: &'static str| wide.then_some(name);
    let name = |at: usize| {
        let column = columns.get(at).filter(|_| wide)?;
        Some(column.name).filter(|name| !name.is_empty())
    };
    let inner = html! {
        table .nhsuk-table role=[role("table")] {
            caption class=(class) { (caption) }
            @if columns.iter().any(|column| !column.name.is_empty()) {
                thead .nhsuk-table__head role=[role("rowgroup")] {
                    tr role=[role("row")] {
                        @for column in columns {
                            th scope="col" role=[role("columnheader")] .num[column.number] { (column.name) }
                        }
                    }
                }
            }
            tbody .nhsuk-table__body role=[role("rowgroup")] {
                @for row in rows {
                    tr role=[role("row")] {
                        @for (at, cell) in row.iter().enumerate() {
                            @if at == 0 {
                                th scope="row" role=[role("rowheader")] { (cell) }
                            } @else {
                                td role=[role("cell")] .num[number(at)] data-column=[name(at)] { (cell) }
                            }
                        }
                    }
                }
            }
        }
    };
    html! {
        @if wide {
            div .hr-scroll .hr-blocks tabindex="0" role="region" aria-label=(caption) { (inner) }
        } @else {
            (inner)
        }
    }
}
