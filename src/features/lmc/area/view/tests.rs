use scraper::Html;

use super::{
    super::shown_view::{Asked, Dates, Meeting},
    *,
};
use crate::{
    domain::{
        area::{AreaStatus, Capacity, ClinicianDays, Heard, Holding, TrendPoint, WeekResponse},
        coverage::Coverage,
        disclosure::{Figure, Shown},
    },
    error::FieldError,
    ui::sheet::tests::{read, texts},
};

fn holding() -> Holding {
    Holding {
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
    }
}

fn area() -> AreaStatus {
    let item = |title: &str, acting, held| ItemStatus {
        code: "safe-contact-limit".parse().unwrap(),
        title: title.to_owned(),
        coverage: Coverage { acting, heard: 38, all: 64, patients_acting: 291_200, patients_all: 670_000 },
        change: Some(3),
        trend: [24, 25, 27]
            .into_iter()
            .map(|acting| TrendPoint { week_ending: "2026-11-06".parse().unwrap(), acting, heard: 38 })
            .collect(),
        held,
    };
    AreaStatus {
        lmc: "wyrevale".parse().unwrap(),
        on: "2026-11-20".parse().unwrap(),
        week_ending: "2026-11-20".parse().unwrap(),
        since: "2026-11-06".parse().unwrap(),
        heard: Heard { practices: 38, all: 64, sharing: 44, this_week: 31, patients: 410_300, ..Heard::default() },
        responses: Vec::new(),
        items: vec![item("Limit <b>", 27, vec![holding()]), item("Frozen", 0, Vec::new())],
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
    read(&page(&Area {
        lmc: &status.lmc,
        name: "Wyrevale",
        status,
        live: live.map(str::to_owned),
        asked: &Asked::default(),
        dates: Dates::usual(status.on, &[]),
        meeting: Meeting { id: "", met_on: None, today: status.on },
        errors,
    }))
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
        "3 weeks: 24, 25, 27 of 38",
        "of all 64: between 42% and 83%",
        "Wyre and Calder holds: about 25 of 152, likely 15 to 35 (release 9)",
        "since 6 Nov 2026: +3",
    ] {
        assert!(card.contains(part), "{part} in {card}");
    }
    assert!(!texts(&html, ".hr-card")[1].contains("holds"), "no release speaks of it");
    assert!(texts(&html, ".hr-panel")[0].contains(
        "44 of 64 share; 31 of them answered this week; 13 have not (6 of them nothing recorded yet); 20 do not share."
    ));
}

#[test]
fn a_past_day_is_not_live_and_a_wrong_day_is_named_at_its_field() {
    let html = shown(None, &[FieldError::new("on", "Enter today or an earlier day")]);
    assert!(texts(&html, "[hx-get]").is_empty());
    assert!(texts(&html, ".hr-lede")[0].contains("As it stood on 20 November 2026"));
    assert!(texts(&html, "#on-error")[0].contains("Enter today"));
    assert_eq!(texts(&html, ".nhsuk-error-summary a[href='#on']").len(), 1);
}

#[test]
fn how_practices_differ_is_a_picture_and_a_sentence() {
    let mut status = area();
    status.days = ClinicianDays { over: 40, full: 60, counted: 200 };
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

fn weeks(answers: [(u32, u32); 2]) -> Vec<WeekResponse> {
    let fridays = ["2026-11-13", "2026-11-20"];
    let weeks = fridays.into_iter().zip(answers);
    weeks
        .map(|(friday, (answered, heard))| WeekResponse { week_ending: friday.parse().unwrap(), answered, heard })
        .collect()
}

/// Seven practices were heard from; week by week five, six, seven.
fn few() -> AreaStatus {
    let mut status = area();
    status.heard = Heard { practices: 7, sharing: 9, this_week: 4, ..status.heard };
    for item in &mut status.items {
        item.coverage.heard = 7;
        item.coverage.acting = 3;
        for (point, acting) in item.trend.iter_mut().zip([1, 2, 3]) {
            (point.acting, point.heard) = (acting, acting + 4);
        }
    }
    status.responses = weeks([(5, 5), (4, 7)]);
    status
}

#[test]
fn of_few_practices_counts_lead_and_percentages_follow() {
    let html = page_of(&few(), Some("14:32"), &[]);
    assert_eq!(texts(&html, ".hr-card__big")[0], "3 of 7");
    let card = &texts(&html, ".hr-card")[0];
    for part in [
        "heard from (43%), covering",
        "of all 64: between 3 and 60 practices (5% to 94%)",
        "3 weeks: 1 of 5, 2 of 6, 3 of 7",
    ] {
        assert!(card.contains(part), "{part} in {card}");
    }
    assert!(texts(&html, ".hr-spark").is_empty(), "no line of so few");
    let panel = &texts(&html, ".hr-panel")[0];
    for part in [
        "9 of 64 share; 4 of them answered this week; 5 have not (2 of them nothing recorded yet); 55 do not share.",
        "Answered, of those heard from by then: 5 of 5 in the week to 13 Nov 2026, then 4 of 7.",
    ] {
        assert!(panel.contains(part), "{part} in {panel}");
    }
}

#[test]
fn of_ten_practices_on_the_percentage_leads_and_answers_are_a_line() {
    let mut status = area();
    status.responses = weeks([(30, 36), (31, 38)]);
    let html = page_of(&status, Some("14:32"), &[]);
    assert_eq!(texts(&html, ".hr-card__big")[0], "71%");
    assert_eq!(texts(&html, "#responses-title"), ["Answers, week by week"]);
}

#[test]
fn weeks_before_the_first_record_are_left_out() {
    let mut status = few();
    for point in status.items.iter_mut().filter_map(|item| item.trend.first_mut()) {
        (point.acting, point.heard) = (0, 0);
    }
    status.responses = weeks([(0, 0), (4, 7)]);
    let html = page_of(&status, Some("14:32"), &[]);
    assert!(texts(&html, ".hr-card")[0].contains("2 weeks: 2 of 6, 3 of 7"));
    assert!(!texts(&html, ".hr-panel")[0].contains("Answered, of those"));
}

#[test]
fn a_past_day_is_told_of_those_who_had_recorded_by_then() {
    let mut status = area();
    status.heard = Heard { practices: 38, sharing: 44, this_week: 31, ..status.heard };
    let panel = &texts(&page_of(&status, None, &[]), ".hr-panel")[0];
    assert!(
        panel.contains(
            "44 of 64 share this day with you; 38 of them had recorded something by then: 31 answered in that week, 7 had not; \
             6 had recorded nothing yet; 20 do not share."
        ),
        "{panel}"
    );
    status.heard.practices = 0;
    let html = page_of(&status, None, &[]);
    assert!(texts(&html, ".hr-card, .hr-spark").is_empty());
    assert!(texts(&html, "h2")[0].contains("Nothing had been recorded by 20 November 2026"));
    assert!(!texts(&html, "form.hr-pick").is_empty(), "another day can be asked for");
}

#[test]
fn an_area_that_begins_is_told_what_to_do_first() {
    let mut status = area();
    status.heard = Heard { all: 64, ..Heard::default() };
    let html = page_of(&status, Some("14:32"), &[]);
    assert!(texts(&html, ".hr-card").is_empty());
    let panel = &texts(&html, ".hr-panel")[0];
    for part in [
        "Heard from 0 of 64 practices",
        "0 of 64 share, and nothing can be shown yet; 64 do not share.",
        "Each decides for itself whether it shares",
        "by telephone",
        "office",
    ] {
        assert!(panel.contains(part), "{part} in {panel}");
    }
}
