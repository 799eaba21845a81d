//! What holds for every area.
#![expect(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "a test says what is wrong by panicking")]

use proptest::prelude::*;

use super::{
    tests::{Made, clinicians, made, now, row, status, status_on, today},
    *,
};
use crate::domain::{calendar, catalogue::Status};

const ITEMS: [&str; 4] = ["safe-contact-limit", "dsa-freeze", "voluntary-services", "gp-connect-update-record"];

fn any_row() -> impl Strategy<Value = StatusRow> {
    let status = prop::sample::select(Status::ALL);
    (0..ITEMS.len(), status, 0_u64..120, 0_u64..60, any::<bool>()).prop_map(|(item, status, back, recorded, served)| {
        let recorded = today().minus_days(recorded);
        let effective =
            if status == Status::PausingFrom { recorded.plus_days(1 + back) } else { recorded.minus_days(back) };
        let mut row = row(ITEMS[item], status, &effective.to_string(), &format!("{recorded}T09:00:00Z"));
        row.change.notice_served_on = served.then_some(recorded);
        row
    })
}

fn any_shared() -> impl Strategy<Value = Shared> {
    let days = prop::collection::vec((0_u64..19, prop::collection::vec(0_u32..50, 0..6)), 0..8);
    (prop::collection::vec(any_row(), 0..6), days, any::<bool>()).prop_map(|(rows, days, answered)| Shared {
        rows,
        answers: answered.then(|| Answered::long_ago(calendar::week_ending(today()))).into_iter().collect(),
        days: days
            .iter()
            .filter_map(|(back, counts)| CountedDay::of(today().minus_days(*back), &clinicians(counts)))
            .collect(),
        ..Shared::default()
    })
}

fn any_area() -> impl Strategy<Value = Vec<Made>> {
    prop::collection::vec(prop::option::of(any_shared()), 1..30)
        .prop_map(|all| all.into_iter().enumerate().map(|(at, shared)| made(at, shared)).collect())
}

proptest! {
    #[test]
    fn networks_add_up_to_the_area(area in any_area()) {
        let status = status(&area, None);
        let sum = |of: fn(&PlaceStatus) -> u32| status.networks.iter().map(of).sum::<u32>();
        prop_assert_eq!(sum(|network| network.all), status.heard.all);
        prop_assert_eq!(sum(|network| network.heard), status.heard.practices);
        prop_assert_eq!(sum(|network| network.days.over), status.days.over);
        prop_assert_eq!(sum(|network| network.days.counted), status.days.counted);
        let icbs = |of: fn(&PlaceStatus) -> u32| status.icbs.iter().map(of).sum::<u32>();
        prop_assert_eq!(icbs(|icb| icb.all), status.heard.all);
        prop_assert_eq!(icbs(|icb| icb.heard), status.heard.practices);
        prop_assert_eq!(icbs(|icb| icb.days.full), status.days.full);
        let weeks: u32 = status.weeks.iter().map(|week| week.days.counted).sum();
        prop_assert_eq!(weeks, status.days.counted);
        prop_assert!(status.over.is_sorted() && status.over.iter().all(|share| *share <= 100));
        prop_assert_eq!(status.over.is_empty(), status.days.counted == 0);
        for (at, item) in status.items.iter().enumerate() {
            let acting: u32 = status.networks.iter().map(|network| network.acting[at]).sum();
            prop_assert_eq!(acting, item.coverage.acting);
            let acting: u32 = status.icbs.iter().map(|icb| icb.acting[at]).sum();
            prop_assert_eq!(acting, item.coverage.acting);
            let last = item.trend.last().map_or(0, |point| point.acting);
            prop_assert_eq!(last, acting);
            let change: i64 = status.icbs.iter().map(|icb| icb.change(at)).sum();
            prop_assert!(item.change.is_none_or(|by| by == change));
            prop_assert_eq!(item.coverage.heard, status.heard.practices);
            prop_assert!(item.coverage.acting <= item.coverage.heard);
        }
    }

    #[test]
    fn whoever_shares_answered_or_did_not_and_the_rest_does_not_share(area in any_area(), back in 0_u64..90) {
        let status = status_on(&area, None, today().minus_days(back));
        let heard = status.heard;
        prop_assert_eq!(heard.this_week + heard.waiting() + heard.not_sharing(), heard.all);
        prop_assert_eq!(heard.this_week + heard.not_this_week() + heard.never(), heard.sharing);
        prop_assert!(heard.this_week <= heard.practices && heard.practices <= heard.sharing);
        prop_assert_eq!(u32::try_from(status.waiting.len()).unwrap(), heard.waiting());
        let never = status.waiting.iter().filter(|one| one.last_week.is_none());
        prop_assert_eq!(u32::try_from(never.count()).unwrap(), heard.never());
        if let Some(last) = status.responses.last() {
            prop_assert_eq!((last.answered, last.heard), (heard.this_week, heard.practices));
        } else {
            prop_assert_eq!(heard.practices, 0);
        }
    }

    #[test]
    fn a_trend_is_what_the_same_day_would_say(area in any_area()) {
        let now = status(&area, None);
        for back in [1, 3] {
            let day = calendar::week_ending(today()).minus_days(7 * back);
            let then = status_on(&area, None, day);
            for item in &then.items {
                let same = now.items.iter().find(|same| same.code == item.code).unwrap();
                let point = same.trend.iter().find(|point| point.week_ending == day);
                let (acting, heard) = point.map_or((0, 0), |point| (point.acting, point.heard));
                prop_assert_eq!(acting, item.coverage.acting);
                prop_assert_eq!(heard, item.coverage.heard);
            }
            let week = now.responses.iter().find(|week| week.week_ending == day);
            let answered = week.map_or(0, |week| week.answered);
            prop_assert_eq!(answered, then.heard.this_week);
        }
    }

    #[test]
    fn withdrawing_leaves_an_area_as_if_nothing_had_been_recorded(area in any_area(), at in any::<prop::sample::Index>()) {
        let at = at.index(area.len());
        let mut withdrawn = area.clone();
        withdrawn[at].shared = None;
        // What the practice had recorded makes no difference once it no longer shares.
        let mut other = withdrawn.clone();
        other[at] = made(at, None);
        let after = status(&withdrawn, None);
        prop_assert_eq!(&after, &status(&other, None));
        let mut others = area.clone();
        others.remove(at);
        let others = status(&others, None);
        for (one, rest) in after.items.iter().zip(&others.items) {
            prop_assert_eq!(one.coverage.acting, rest.coverage.acting);
            prop_assert_eq!(one.coverage.heard, rest.coverage.heard);
            prop_assert_eq!(one.change, rest.change);
        }
        prop_assert_eq!(after.days, others.days);
        prop_assert_eq!(after.capacity, others.capacity);
        prop_assert_eq!(after.heard.all, others.heard.all + 1);
    }

    #[test]
    fn thoughts_and_unserved_plans_never_count(mut area in any_area()) {
        for made in &mut area {
            for row in made.shared.iter_mut().flat_map(|shared| &mut shared.rows) {
                match row.change.status {
                    Status::Thinking | Status::Running | Status::Restarted => {}
                    _ => {
                        row.change.status = Status::PausingFrom;
                        row.change.effective_on = today().plus_days(1 + u64::from(made.patients % 7));
                        row.change.notice_served_on = None;
                    }
                }
            }
        }
        let status = status(&area, None);
        prop_assert!(status.items.iter().all(|item| item.coverage.acting == 0));
        prop_assert!(status.ending.is_empty());
        for shared in area.iter().filter_map(|made| made.shared.as_ref()) {
            let lines = lines(Catalogue::built_in().unwrap(), shared, today(), now());
            prop_assert!(lines.iter().all(|line| matches!(line.status, Status::Running | Status::Restarted)));
        }
    }
}
