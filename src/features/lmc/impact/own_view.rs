//! Each practice around its own start of an item, beside those that did not begin: values in, markup out.

use maud::{Markup, html};

use crate::{
    domain::{
        area::LEAST_CLINICIANS,
        catalogue::Item,
        impact::{Beside, Group, LEAST_PRACTICES, Likely, Measure, OwnStarts, Shift, TooFew, WhoIsIn},
    },
    ui::{number, parts, table},
};

/// What was compared, and for whom.
pub(super) struct Own<'a> {
    pub(super) item: Option<&'a Item>,
    /// Weeks on each side that were asked for.
    pub(super) weeks: u64,
    /// Practices of the area.
    pub(super) practices: usize,
    pub(super) found: &'a OwnStarts,
}

/// Everything between the heading and the form.
pub(super) fn page(own: &Own<'_>) -> Markup {
    let found = own.found;
    let title = own.item.map_or("", |item| item.area_title.as_str());
    html! {
        (parts::lede(&html! {
            "“" (title) "”: each practice up to " (number::counted(own.weeks, "week", "weeks"))
            " before and after the day on which it began, beside those that did not begin, over the same weeks. "
            a href="#choose" { "Choose another item or one day for all" }
        }))
        @match &found.began {
            Ok(began) => (compared(began, found)),
            Err(TooFew(n)) => (too_few(*n)),
        }
        (parts::two_columns(&who_is_in_it(own.practices, found.who), &limits(found)))
    }
}

fn compared(began: &Group, found: &OwnStarts) -> Markup {
    let title = "Those that began, beside those that did not";
    let beside = found.beside.as_ref().ok();
    let n = |name: &str, group: &Group| format!("{name} ({})", group.practices);
    let heads = [n("Began", began), beside.map_or_else(String::new, |beside| n("Did not begin", &beside.group))];
    let mut columns = vec![table::words("Average of practices"), table::numbers(&heads[0])];
    if beside.is_some() {
        columns.extend([table::numbers(&heads[1]), table::numbers("Difference")]);
    }
    let rows: Vec<Vec<Markup>> = Measure::ALL
        .into_iter()
        .enumerate()
        .filter_map(|(at, measure)| {
            let mut row = vec![html! { (name(measure)) }, shift(began.shifts.get(at)?)];
            if let Some(Beside { group, difference }) = beside {
                row.extend([shift(group.shifts.get(at)?), change(*difference.get(at)?)]);
            }
            Some(row)
        })
        .collect();
    parts::panel(
        title,
        &html! {
            (table::table(title, &columns, &rows))
            @if let Err(TooFew(n)) = found.beside {
                p .nhsuk-u-margin-top-3 {
                    "Beside them nothing is shown: of those that did not begin "
                    (number::counted(n.into(), "has", "have")) " counted days over the same weeks, and " (LEAST_PRACTICES) " are needed."
                }
            }
            @if let Some(beside) = beside && let Some(contacts) = beside.difference.first() {
                p .nhsuk-u-margin-top-3 { (in_a_sentence(began, beside, *contacts)) }
            }
            p .hr-small {
                "Each practice counts once, whatever its size. Likely: where the average lies nineteen times in twenty, if these "
                "practices stand for others like them and differ from each other by chance."
            }
        },
    )
}

fn name(measure: Measure) -> &'static str {
    match measure {
        Measure::Contacts => "Contacts per clinician-day",
        Measure::Over => "Clinician-days over the limit, in %",
        Measure::Diverts => "Diverts in four weeks",
    }
}

fn shift(shift: &Shift) -> Markup {
    html! {
        (tenths(shift.before)) " → " (tenths(shift.after)) br;
        (change(shift.change))
    }
}

fn change(likely: Likely) -> Markup {
    html! {
        strong { (signed(likely.mean)) } br;
        // Without any spread nothing can be said of others.
        @if likely.low < likely.high {
            (parts::small(&format!("likely {} to {}", signed(likely.low), signed(likely.high))))
        } @else {
            (parts::small("the same in each"))
        }
    }
}

/// The first row as a sentence, with what the range leaves open.
fn in_a_sentence(began: &Group, beside: &Beside, difference: Likely) -> Markup {
    let by = |group: &Group| group.shifts.first().map_or(0.0, |shift| shift.change.mean);
    html! {
        "Contacts per clinician-day changed by " (signed(by(began))) " where practices began and by " (signed(by(&beside.group)))
        " where they did not: a difference of " (signed(difference.mean)) ", likely " (signed(difference.low)) " to "
        (signed(difference.high)) ". "
        @if difference.is_clear() { "Chance alone would seldom make such a difference; what did is not known." }
        @else { "The likely range holds 0: it may be no difference at all." }
    }
}

/// Every practice that shares stands in one line.
fn who_is_in_it(practices: usize, who: WhoIsIn) -> Markup {
    let days = format!("days with {LEAST_CLINICIANS} or more counted clinicians on both sides");
    let lines = [
        (who.began, "began, and are compared".to_owned()),
        (who.began_uncounted, format!("began, and are not compared: less than a week ago, or without {days}")),
        (who.beside, "did not begin, and are compared".to_owned()),
        (who.beside_uncounted, format!("did not begin, and are not compared: without {days}")),
        (who.stopped, "began and stopped: in neither group".to_owned()),
        (who.not_heard_from, "have recorded nothing, so nothing is known: in neither group".to_owned()),
    ];
    let columns = [table::words("Practices"), table::numbers("How many")];
    let mut rows: Vec<Vec<Markup>> = lines
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, what)| vec![html! { (what) }, html! { (number::thousands(n.into())) }])
        .collect();
    rows.push(vec![
        html! { strong { "share with you" } },
        html! { strong { (number::of(who.sharing.into(), u64::try_from(practices).unwrap_or(u64::MAX))) } },
    ]);
    parts::panel("Who is in it", &table::table("Who is in it", &columns, &rows))
}

fn limits(found: &OwnStarts) -> Markup {
    let about = found.who.about;
    parts::panel(
        "What this cannot show",
        &html! {
            ul .nhsuk-list .nhsuk-list--bullet {
                li {
                    "A cause. Practices chose to begin, often when they were busiest, and a very busy month is followed by a "
                    "quieter one without anybody’s doing."
                }
                li {
                    "That the two groups were alike before. Where “before” differs between them, so may what came after."
                }
                li { "Practices that do not share, that count little or that were not heard from: they may differ from these." }
                li { "The same people: clinicians come and go. Contacts and diverts that were not recorded are not in it." }
                li {
                    "A practice that did not begin is read around the same days as those that did, where it counted on both sides, "
                    "and averaged. One that began less than the chosen weeks ago has fewer weeks on both sides."
                }
                @if about > 0 {
                    li { "Exact days: " (number::counted(about.into(), "practice", "practices")) " gave the day of the start as about right." }
                }
            }
        },
    )
}

fn too_few(n: u32) -> Markup {
    parts::panel(
        "Not shown",
        &html! {
            p {
                "A comparison needs " (LEAST_PRACTICES) " practices that share with you, began this item a week ago or earlier and have days with "
                (LEAST_CLINICIANS) " or more counted clinicians before and after. Here "
                @match n {
                    0 => { "there is none" }
                    1 => { "there is 1" }
                    n => { "there are too few: " (n) }
                }
                "."
            }
        },
    )
}

/// To one decimal place, half away from nothing; never "−0.0".
fn tenths(value: f64) -> String {
    let text = format!("{:.1}", value.abs());
    if value < 0.0 && text != "0.0" { format!("−{text}") } else { text }
}

fn signed(value: f64) -> String {
    let text = tenths(value);
    if value > 0.0 && text != "0.0" { format!("+{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_to_one_place() {
        assert_eq!([-0.04, 0.04, 0.0].map(signed), ["0.0", "0.0", "0.0"]);
        assert_eq!([-4.75, 1234.5].map(tenths), ["−4.8", "1234.5"]);
        assert_eq!(signed(2.21), "+2.2");
    }
}
