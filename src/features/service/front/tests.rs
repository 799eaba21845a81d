//! Pages read by a real parser.

use super::view;
use crate::{
    domain::limit::PracticeDay,
    store::right_now::RightNow,
    ui::sheet::tests::{count, holds, read},
};

#[test]
fn every_page_has_one_heading_and_at_most_one_primary_button() {
    for page in
        [view::front(None), view::front(Some(&RightNow::default())), view::who_sees_what(true), view::accessibility()]
    {
        holds(&page);
    }
}

#[test]
fn only_the_demo_offers_a_way_in_without_a_password() {
    let real = read(&view::front(None));
    assert_eq!(count(&real, "form[action='/demo/sign-in']"), 0);
    let now = RightNow {
        sum: PracticeDay { clinicians: 494, counted: 7_600, over: 62, limit: 12_350, ..PracticeDay::default() },
        full_practices: 2,
    };
    let demo = read(&view::front(Some(&now)));
    assert!(demo.html().contains("4,812 left") && demo.html().contains("7,600 counted (62 over) of 12,350"));
    assert_eq!(count(&demo, "form[action='/demo/sign-in'] button[name=role]"), 4);
}
