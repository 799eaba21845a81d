//! Which day a contact belongs to when the phone that counted it has a wrong clock, was offline, or both.
//!
//! A phone says two things with its queue: when each contact was tapped, and what its own clock says now. The rule:
//!
//! 1. **The difference of the clocks is taken away.** Where the phone's *now* differs from ours by more than five
//!    minutes, every time of the batch is moved by that difference and marked (`clock_off`). A phone three hours fast
//!    or slow lands on the right London day. A smaller difference is believed: it is mostly the way here.
//! 2. **The order of the queue wins over its times.** A contact cannot have been tapped after the one that stands
//!    behind it, nor after now. A time that says so by more than five minutes takes the time behind it, and is marked:
//!    the clock was set right meanwhile.
//! 3. **What waited keeps its own day**, however late it is sent, within what whoever records may go back:
//!    [`Recorder::days_back`]. Older ones are refused; they draw no other contact with them.
//!
//! A contact that comes alone, without the phone's *now*, is dated by [`accept`].

use chrono::{DateTime, Duration, Utc};
use entity::ids::{ClinicianId, ContactId, OdsCode};

use super::{Entered, NewContact, Recorder, RefusedContact, Tap};
use crate::domain::calendar;

/// How far a phone's clock may be off before the contact is marked.
const CLOCK_TOLERANCE: Duration = Duration::minutes(5);

/// When a contact took place, as far as can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Dated {
    occurred_at: DateTime<Utc>,
    clock_off: bool,
    time_given: bool,
}

impl Dated {
    /// The contact on its London day; refused where it has no id or lies too far back.
    fn contact(
        self,
        practice: &OdsCode,
        clinician: ClinicianId,
        tap: &Tap,
        by: Recorder,
        now: DateTime<Utc>,
    ) -> Result<NewContact, RefusedContact> {
        if tap.id.is_nil() || tap.id.is_max() {
            return Err(RefusedContact::NoId);
        }
        if too_old(self.occurred_at, by, now) {
            return Err(RefusedContact::TooOld(by));
        }
        let occurred_at = calendar::to_microseconds(self.occurred_at);
        Ok(NewContact {
            practice: practice.clone(),
            id: ContactId(tap.id),
            clinician,
            day: calendar::london_day(occurred_at),
            occurred_at,
            time_given: self.time_given,
            kind: tap.kind,
            complex: tap.complex,
            entered: Entered::Tap,
            clock_off: self.clock_off,
            recorded_by: by.id(),
        })
    }
}

fn too_old(at: DateTime<Utc>, by: Recorder, now: DateTime<Utc>) -> bool {
    calendar::london_day(at) < calendar::london_day(now).minus_days(by.days_back())
}

/// Accepts a contact as sent: dates it, marks a wrong clock.
///
/// A time the sender names is believed up to five minutes ahead. A time read from the id is what the phone's clock
/// said when it was tapped: where that lies ahead, the contact is dated now and marked.
///
/// # Errors
/// [`RefusedContact`] names the field and the rule.
pub fn accept(
    practice: &OdsCode,
    clinician: ClinicianId,
    tap: &Tap,
    by: Recorder,
    now: DateTime<Utc>,
) -> Result<NewContact, RefusedContact> {
    let latest = now.checked_add_signed(CLOCK_TOLERANCE).unwrap_or(now);
    if tap.occurred_at.is_some_and(|at| at > latest) {
        return Err(RefusedContact::Future);
    }
    let told = tap.told().unwrap_or(now);
    let clock_off = told > latest;
    let occurred_at = if clock_off { now } else { told };
    let time_given = tap.occurred_at.is_some();
    Dated { occurred_at, clock_off, time_given }.contact(practice, clinician, tap, by, now)
}

/// Accepts the contacts of one queue, oldest first, from a phone whose clock says `sent_at`. One that is refused takes
/// no other with it. A repeat may name another time for the same id: what is corrected depends on when it is sent.
pub fn accept_queue(
    practice: &OdsCode,
    clinician: ClinicianId,
    taps: &[Tap],
    sent_at: DateTime<Utc>,
    by: Recorder,
    now: DateTime<Utc>,
) -> Vec<Result<NewContact, RefusedContact>> {
    dates(taps, sent_at, by, now)
        .into_iter()
        .zip(taps)
        .map(|(dated, tap)| dated.contact(practice, clinician, tap, by, now))
        .collect()
}

fn dates(taps: &[Tap], sent_at: DateTime<Utc>, by: Recorder, now: DateTime<Utc>) -> Vec<Dated> {
    let off = now.signed_duration_since(sent_at);
    let is_off = off.abs() > CLOCK_TOLERANCE;
    let moved_by = if is_off { off } else { Duration::zero() };
    let mut behind = now;
    let mut dated: Vec<Dated> = taps
        .iter()
        .rev()
        .map(|tap| {
            let told = tap.told().unwrap_or(sent_at);
            let at = told.checked_add_signed(moved_by).unwrap_or(behind);
            let latest = behind.checked_add_signed(CLOCK_TOLERANCE).unwrap_or(behind);
            let is_ahead = at > latest;
            let occurred_at = if is_ahead { behind } else { at };
            // A phone that fell back to 1970 for one tap says nothing about those before it.
            if !too_old(occurred_at, by, now) {
                behind = behind.min(occurred_at);
            }
            Dated { occurred_at, clock_off: is_off || is_ahead, time_given: false }
        })
        .collect();
    dated.reverse();
    dated
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::domain::contact::ContactKind;

    const DEVICE: Recorder = Recorder::Device(Uuid::nil());

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn queue(times: &[DateTime<Utc>], sent_at: DateTime<Utc>, now: DateTime<Utc>) -> Vec<Taken> {
        let taps: Vec<Tap> = times
            .iter()
            .map(|at| Tap { id: Uuid::now_v7(), kind: ContactKind::InPerson, complex: false, occurred_at: Some(*at) })
            .collect();
        let practice = "Z90001".parse().unwrap();
        accept_queue(&practice, ClinicianId(Uuid::nil()), &taps, sent_at, DEVICE, now)
            .into_iter()
            .map(|taken| taken.map(|contact| (contact.day.to_string(), contact.clock_off)))
            .collect()
    }

    type Taken = Result<(String, bool), RefusedContact>;

    #[expect(clippy::unnecessary_wraps, reason = "it stands beside what was taken, which may be refused")]
    fn on(day: &str, clock_off: bool) -> Taken {
        Ok((day.to_owned(), clock_off))
    }

    #[test]
    fn a_phone_three_hours_fast_or_slow_lands_on_the_right_london_day() {
        // 23:10 in London on 20 November, one minute before it is sent.
        let (tapped, now) = (at("2026-11-20T23:10:00Z"), at("2026-11-20T23:11:00Z"));
        for hours in [3, -3] {
            let wrong = Duration::hours(hours);
            let taken = queue(&[tapped + wrong], now + wrong, now);
            assert_eq!(taken, [on("2026-11-20", true)], "{hours}");
        }
        // In summer the day begins at 23:00 UTC.
        let (tapped, now) = (at("2026-06-30T23:01:00Z"), at("2026-06-30T23:02:00Z"));
        for hours in [3, -3] {
            let wrong = Duration::hours(hours);
            let taken = queue(&[tapped + wrong], now + wrong, now);
            assert_eq!(taken, [on("2026-07-01", true)], "{hours}");
        }
    }

    #[test]
    fn what_waited_for_days_keeps_its_own_day() {
        let now = at("2026-11-20T12:00:00Z");
        let times = [at("2026-11-14T09:00:00Z"), at("2026-11-16T23:59:00Z")];
        let expected = [on("2026-11-14", false), on("2026-11-16", false)];
        assert_eq!(queue(&times, now, now), expected);
        // The same from a phone that is three hours fast all the time.
        let wrong = Duration::hours(3);
        let expected = [on("2026-11-14", true), on("2026-11-16", true)];
        let times = times.map(|at| at + wrong);
        assert_eq!(queue(&times, now + wrong, now), expected);
    }

    #[test]
    fn a_clock_that_was_set_right_meanwhile_is_ordered_by_the_queue() {
        let now = at("2026-11-21T09:00:00Z");
        // Three hours fast at 22:00 on the 20th, right again at 22:10.
        let times = [at("2026-11-21T01:00:00Z"), at("2026-11-20T22:10:00Z")];
        let expected = [on("2026-11-20", true), on("2026-11-20", false)];
        assert_eq!(queue(&times, now, now), expected);
        // Nothing behind it: it cannot lie ahead of now.
        let ahead = [at("2026-11-23T01:00:00Z")];
        assert_eq!(queue(&ahead, now, now), [on("2026-11-21", true)]);
    }

    #[test]
    fn eight_days_back_are_refused_and_take_no_other_with_them() {
        let now = at("2026-11-20T12:00:00Z");
        let times = [
            at("2026-11-20T09:00:00Z"),
            at("1970-01-01T00:01:00Z"),
            at("2026-11-12T23:59:00Z"),
            at("2026-11-13T00:00:00Z"),
        ];
        let taken = queue(&times, now, now);
        assert_eq!(taken[1], Err(RefusedContact::TooOld(DEVICE)));
        assert_eq!(taken[2], Err(RefusedContact::TooOld(DEVICE)));
        assert_eq!(taken[3], on("2026-11-13", false));
        // Ordered by the queue: it was tapped before that one.
        assert_eq!(taken[0], on("2026-11-13", true));
    }

    fn noon() -> DateTime<Utc> {
        at("2026-11-20T12:00:00Z")
    }

    fn tap(occurred_at: Option<&str>) -> Tap {
        Tap { id: Uuid::now_v7(), kind: ContactKind::InPerson, complex: false, occurred_at: occurred_at.map(at) }
    }

    fn take_alone(tap: &Tap) -> Result<NewContact, RefusedContact> {
        accept(&"Z90001".parse().unwrap(), ClinicianId(Uuid::nil()), tap, Recorder::Person(Uuid::nil()), noon())
    }

    #[test]
    fn a_time_ahead_is_refused_when_named_and_marked_when_read_from_the_id() {
        assert_eq!(take_alone(&tap(Some("2026-11-20T12:05:01Z"))), Err(RefusedContact::Future));
        assert!(!take_alone(&tap(Some("2026-11-20T12:04:00Z"))).unwrap().clock_off);
        let ahead =
            Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, noon().timestamp().unsigned_abs() + 3600, 0));
        let contact = take_alone(&Tap { id: ahead, ..tap(None) }).unwrap();
        assert!(contact.clock_off);
        assert_eq!(contact.occurred_at, noon());
    }

    #[test]
    fn a_month_back_is_taken_and_older_refused() {
        assert_eq!(take_alone(&tap(Some("2026-10-20T09:00:00Z"))).unwrap().day.to_string(), "2026-10-20");
        assert_eq!(
            take_alone(&tap(Some("2026-10-19T09:00:00Z"))),
            Err(RefusedContact::TooOld(Recorder::Person(Uuid::nil())))
        );
    }

    proptest! {
        #[test]
        fn the_day_of_a_contact_is_the_london_day_of_its_time(minutes_back in 0_i64..40_000) {
            let at = noon() - Duration::minutes(minutes_back);
            let contact = take_alone(&Tap { occurred_at: Some(at), ..tap(None) }).unwrap();
            prop_assert_eq!(contact.day, calendar::london_day(at));
            prop_assert!(contact.day <= calendar::london_day(noon()));
        }

        #[test]
        fn a_phone_that_is_wrong_all_the_time_counts_like_one_that_is_right(
            mut minutes_back in prop::collection::vec(0_i64..9_000, 1..40),
            wrong_by in -100_000_i64..100_000,
        ) {
            minutes_back.sort_unstable_by(|a, b| b.cmp(a));
            let now = at("2026-10-28T12:00:00Z");
            let right: Vec<_> = minutes_back.iter().map(|m| now - Duration::minutes(*m)).collect();
            let wrong = Duration::minutes(wrong_by);
            let shifted: Vec<_> = right.iter().map(|at| *at + wrong).collect();
            let days = |taken: Vec<Taken>| -> Vec<String> {
                taken.into_iter().map(|taken| taken.unwrap().0).collect()
            };
            let expected: Vec<String> =
                right.iter().map(|at| calendar::london_day(*at).to_string()).collect();
            // Up to five minutes are believed as they are.
            if wrong_by.abs() > 5 {
                prop_assert_eq!(days(queue(&shifted, now + wrong, now)), expected.clone());
            }
            prop_assert_eq!(days(queue(&right, now, now)), expected);
        }
    }
}
