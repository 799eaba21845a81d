use scraper::{Html, Selector};

use super::*;
use crate::domain::{
    area::{Capacity, ClinicianDays, Heard, Holding},
    coverage::Coverage,
    disclosure::{Figure, Shown},
};

fn area() -> AreaStatus {
    let item = |title: &str, acting, held| ItemStatus {
        code: "safe-contact-limit".parse().unwrap(),
        title: title.to_owned(),
        coverage: Coverage {
            acting,
            heard: 38,
            all: 64,
            patients_acting: 291_200,
            patients_all: 670_000,
        },
        change: Some(3),
        trend: [24, 25, 27]
            .into_iter()
            .map(|n| ("2026-11-06".parse().unwrap(), n))
            .collect(),
        held,
    };
    let held = Holding {
        name: "Wyre and Calder".to_owned(),
        practices: 152,
        figure: Figure {
            series: "safe-contact-limit".to_owned(),
            shown: Shown::About(25),
            percent: Some(16),
            likely: Some((15, 35)),
            bounds: None,
        },
        release: 9,
    };
    AreaStatus {
        lmc: "wyrevale".parse().unwrap(),
        on: "2026-11-20".parse().unwrap(),
        week_ending: "2026-11-20".parse().unwrap(),
        since: "2026-11-06".parse().unwrap(),
        heard: Heard {
            practices: 38,
            all: 64,
            sharing: 44,
            this_week: 31,
            patients: 410_300,
            ..Heard::default()
        },
        items: vec![
            item("Limit <b>", 27, vec![held]),
            item("Frozen", 0, Vec::new()),
        ],
        networks: Vec::new(),
        icbs: Vec::new(),
        waiting: Vec::new(),
        overdue: Vec::new(),
        ending: Vec::new(),
        capacity: Capacity::default(),
        days: ClinicianDays::default(),
        weeks: Vec::new(),
        over: Vec::new(),
    }
}

fn shown(live: Option<&str>, errors: &[FieldError]) -> Html {
    page_of(&area(), live, errors)
}

fn page_of(status: &AreaStatus, live: Option<&str>, errors: &[FieldError]) -> Html {
    Html::parse_fragment(
        &page(&Area {
            lmc: &status.lmc,
            name: "Wyrevale",
            status,
            live: live.map(str::to_owned),
            asked: &Asked::default(),
            dates: Dates::usual(status.on, &[]),
            meeting: Meeting {
                id: "",
                met_on: None,
                today: status.on,
            },
            errors,
        })
        .into_string(),
    )
}

fn texts(html: &Html, selector: &str) -> Vec<String> {
    html.select(&Selector::parse(selector).unwrap())
        .map(|found| found.text().collect())
        .collect()
}

#[test]
fn every_share_has_its_numbers_and_its_bounds() {
    let html = shown(Some("14:32"), &[]);
    assert_eq!(texts(&html, "h1"), ["Wyrevale"]);
    assert!(texts(&html, ".hr-lede")[0].contains("Week to 20 November 2026 · live, 14:32"));
    let card = &texts(&html, ".hr-card")[0];
    for part in [
        "Limit <b>",
        "71%",
        "27 of the 38 heard from, covering 291,200 of 410,300 patients",
        "3 weeks: 24, 25, 27",
        "of all 64: between 42% and 83%",
        "Wyre and Calder holds: about 25 of 152, likely 15 to 35 (release 9)",
        "since 6 Nov 2026: +3",
    ] {
        assert!(card.contains(part), "{part} in {card}");
    }
    assert!(
        !texts(&html, ".hr-card")[1].contains("holds"),
        "no release speaks of it"
    );
    assert!(texts(&html, ".hr-panel")[0].contains("13 have not; 20 do not share"));
}

#[test]
fn a_past_day_is_not_live_and_a_wrong_day_is_named_at_its_field() {
    let html = shown(
        None,
        &[FieldError::new("on", "Enter today or an earlier day")],
    );
    assert!(texts(&html, "[hx-get]").is_empty());
    assert!(texts(&html, ".hr-lede")[0].contains("As it stood on 20 November 2026"));
    assert!(texts(&html, "#on-error")[0].contains("Enter today"));
    assert_eq!(texts(&html, ".nhsuk-error-summary a[href='#on']").len(), 1);
}

#[test]
fn how_practices_differ_is_a_picture_and_a_sentence() {
    let mut status = area();
    status.days = ClinicianDays {
        over: 40,
        full: 60,
        counted: 200,
    };
    status.over = vec![0, 4, 12, 20, 61];
    let html = page_of(&status, None, &[]);
    assert!(texts(&html, "#spread-desc")[0].contains(
        "In 5 practices the share of days over the limit goes from 0% to 61%; half of them have 12% or less."
    ));
    // From 0 to 69 in tens.
    let bars: Vec<String> = texts(&html, "svg.hr-columns text:not(.label)");
    assert_eq!(bars, ["2", "1", "1", "0", "0", "0", "1"]);
    // Four practices are too few for a distribution.
    status.over.pop();
    assert!(texts(&page_of(&status, None, &[]), "#spread-desc").is_empty());
}
