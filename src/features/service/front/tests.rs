//! Pages read by a real parser.

use scraper::Html;

use super::view;
use crate::{
    domain::limit::PracticeDay,
    store::right_now::RightNow,
    web::tests::{app, count, holds, stranger},
};

#[tokio::test]
async fn every_page_has_one_heading_and_at_most_one_primary_button() {
    let (app, _folder) = app(true).await;
    let caller = stranger();
    for page in [
        view::front(&app, &caller, None),
        view::front(&app, &caller, Some(&RightNow::default())),
        view::who_sees_what(&app, &caller),
        view::accessibility(&app, &caller),
    ] {
        holds(page);
    }
}

#[tokio::test]
async fn only_the_demo_offers_a_way_in_without_a_password() {
    let (app, _folder) = app(false).await;
    let real = Html::parse_document(&view::front(&app, &stranger(), None).into_string());
    assert_eq!(count(&real, "form[action='/demo/sign-in']"), 0);
    let now = RightNow {
        sum: PracticeDay { clinicians: 494, counted: 7_600, over: 62, limit: 12_350, ..PracticeDay::default() },
        full_practices: 2,
    };
    let demo = view::front(&app, &stranger(), Some(&now)).into_string();
    assert!(demo.contains("4,812 left") && demo.contains("7,600 counted (62 over) of 12,350"));
    let demo = Html::parse_document(&demo);
    assert_eq!(count(&demo, "form[action='/demo/sign-in'] button[name=role]"), 4);
}
