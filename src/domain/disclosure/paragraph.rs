//! What an area's release says, as one paragraph that can be read aloud or pasted.

use super::{Area, Content, Figure, HAS_RECORDED, OVER_LIMIT, Shown, words::range};
use crate::domain::written;

/// What no figure tells.
const UNKNOWN: &str = "Practices that have recorded nothing may be acting too.";

impl Content {
    /// The paragraph of an area: how many practices there are, how many have recorded anything, the items whose likely range
    /// keeps off zero, and what is not known.
    pub fn paragraph(&self, area: &Area) -> String {
        let (day, n) = (
            written::day(self.as_of),
            written::thousands(area.practices.into()),
        );
        let head = format!("{}, as recorded by {day}", area.name);
        let source = format!("Headroom, release {}.", self.number);
        let recorded = area.figure(HAS_RECORDED).filter(|figure| is_known(figure));
        let Some(recorded) = recorded.filter(|_| area.enough) else {
            return format!(
                "{head}: too few of the {n} practices have recorded anything to say what they do. {UNKNOWN} {source}"
            );
        };
        let items: Vec<String> = self
            .series
            .iter()
            .filter(|series| ![HAS_RECORDED, OVER_LIMIT].contains(&series.code.as_str()))
            .filter_map(|series| {
                let figure = area
                    .figure(&series.code)
                    .filter(|figure| is_known(figure))?;
                Some(format!("“{}” by {}", series.title, known(figure)))
            })
            .collect();
        let items = if items.is_empty() {
            "No single action has been recorded by so many that it can be told from none."
                .to_owned()
        } else {
            format!("Recorded are {}.", written::list(&items))
        };
        format!(
            "{head}: of {n} practices, {} have recorded something. {items} {UNKNOWN} Every number carries a little random \
             noise. {source}",
            known(recorded)
        )
    }
}

/// Whether a figure says that there are any: its range keeps off zero, or nearly all do.
fn is_known(figure: &Figure) -> bool {
    match figure.shown {
        Shown::OrMore(_) => true,
        Shown::About(_) | Shown::Between => figure.likely.is_some_and(|(low, _)| low > 0),
        _ => false,
    }
}

fn known(figure: &Figure) -> String {
    let number = figure.number_in_words();
    let likely = figure.likely.filter(|_| figure.shown.about().is_some());
    match likely {
        Some(likely) => format!("{number} (likely {})", range(likely)),
        None => number,
    }
}
