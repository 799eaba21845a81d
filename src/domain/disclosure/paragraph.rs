//! What an area's release says, as one paragraph that can be read aloud or pasted.

use super::{Area, Content, Figure, HAS_RECORDED, Shown, is_item, words::range};
use crate::domain::written;

/// What no figure tells.
const UNKNOWN: &str = "Practices that have recorded nothing may be acting too.";

impl Content {
    /// The paragraph of an area: how many practices there are, how many have recorded anything, the items whose likely range
    /// keeps off zero, and what is not known.
    pub fn paragraph(&self, area: &Area) -> String {
        let (day, n) = (written::day(self.as_of), written::thousands(area.practices.into()));
        let head = format!("{}, as recorded by {day}", area.name);
        let source = format!("Headroom, release {}.", self.number);
        let recorded = area.figure(HAS_RECORDED).filter(|figure| is_known(figure));
        let Some(recorded) = recorded.filter(|_| area.enough) else {
            return format!(
                "{head}: too few of the {n} practices have recorded anything to say what they do. {UNKNOWN} {source}"
            );
        };
        let mut items: Vec<String> = self
            .series
            .iter()
            .filter(|series| is_item(&series.code))
            .filter_map(|series| {
                let figure = area.figure(&series.code).filter(|figure| is_known(figure))?;
                Some(format!("“{}” by {}", series.title, known(figure)))
            })
            .collect();
        if let Some(first) = items.first_mut() {
            *first = first.replacen("” by ", "” has been recorded by ", 1);
        }
        let items = if items.is_empty() {
            "No single action has been recorded by so many that it can be told from none.".to_owned()
        } else {
            format!("{}.", written::list(&items))
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::domain::disclosure::{AreaKind, Counted, FramePractice, Key, Period, Series, cut, publish};

    /// Thirty-six ICBs of a hundred and seventy, in which nobody recorded anything.
    fn nothing_recorded(key: u8) -> Vec<Content> {
        let practices: Vec<FramePractice> = (0..36 * 170)
            .map(|n| FramePractice {
                code: format!("Z{n:05}").parse().unwrap(),
                icb: format!("Q{:02}", n / 170).parse().unwrap(),
                lmc: None,
                region: Some(format!("Y{}", n / 170 / 6).parse().unwrap()),
            })
            .collect();
        let series = [HAS_RECORDED, "limit"].map(|code| Series { code: code.to_owned(), title: code.to_owned() });
        let first = Period::FIRST;
        let frame = cut(first, &practices, BTreeMap::new(), series.into(), None);
        let mut made: Vec<Content> = Vec::new();
        for number in 1..=13 {
            let counted = Counted {
                period: Period::new(first.year, number).unwrap(),
                frame: &frame,
                acting: &BTreeMap::new(),
                before: made.last(),
                ended: &std::collections::BTreeSet::new(),
            };
            made.push(publish(&Key::new([key; 32]), counted));
        }
        made
    }

    #[test]
    fn where_nobody_recorded_anything_words_say_so_and_no_number() {
        let mut spoken = 0;
        for key in 0..20 {
            for content in nothing_recorded(key) {
                for area in &content.areas {
                    if area.enough || content.paragraph(area).contains("about") {
                        assert_ne!(area.kind, AreaKind::Icb, "{area:?}");
                        spoken += 1;
                        continue;
                    }
                    let limit = area.figure("limit").unwrap();
                    assert_eq!(limit.in_words(area.practices), "too few have recorded to say");
                }
            }
        }
        assert!(spoken <= 26, "{spoken} of 260 releases of England");
    }

    #[test]
    fn the_paragraph_says_the_denominator_once_and_only_what_is_known() {
        let content = |limit: serde_json::Value| -> Content {
            serde_json::from_value(serde_json::json!({
                "number": 9, "year": 2026, "period": 9, "published_on": "2026-11-19", "as_of": "2026-11-18",
                "next_on": "2026-12-17", "method": "m",
                "series": [{ "code": HAS_RECORDED, "title": "Any" }, { "code": "limit", "title": "Limit" }, { "code": "rare", "title": "Rare" }],
                "areas": [{ "kind": "icb", "code": "QAA", "name": "NHS Devon ICB", "practices": 1520, "enough": true, "figures": [
                    { "series": HAS_RECORDED, "shown": { "kind": "about", "practices": 60 }, "likely": [50, 70] },
                    limit,
                    { "series": "rare", "shown": { "kind": "between" }, "likely": [0, 20] },
                ] }],
            }))
            .unwrap()
        };
        let known = content(
            serde_json::json!({ "series": "limit", "shown": { "kind": "about", "practices": 55 }, "likely": [45, 65] }),
        );
        assert_eq!(
            known.paragraph(&known.areas[0]),
            "NHS Devon ICB, as recorded by 18 November 2026: of 1,520 practices, about 60 (likely 50 to 70) have recorded \
             something. “Limit” has been recorded by about 55 (likely 45 to 65). Practices that have recorded nothing may be \
             acting too. Every number carries a little random noise. Headroom, release 9."
        );
        let unknown = content(serde_json::json!({ "series": "limit", "shown": { "kind": "fewer-than-ten" } }));
        assert!(unknown.paragraph(&unknown.areas[0]).contains("No single action"));
    }
}
