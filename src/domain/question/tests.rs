use chrono::DateTime;
use entity::ids::RowId;
use proptest::prelude::*;
use uuid::Uuid;

use super::{results::spread, *};

fn day(text: &str) -> LocalDate {
    text.parse().unwrap()
}

fn question(kind: QuestionKind) -> Question {
    Question {
        id: QuestionId(Uuid::from_u128(1)),
        lmc: "east".parse().unwrap(),
        week_ending: day("2026-11-20"),
        place: 1,
        opens_on: day("2026-11-16"),
        closes_on: day("2026-11-27"),
        kind,
        wording: "How many sessions are not filled?".to_owned(),
        options: match kind {
            QuestionKind::Choice => ["None", "One", "More"].map(str::to_owned).to_vec(),
            _ => Vec::new(),
        },
    }
}

fn answered(question: &Question, text: &str) -> Given {
    Given::Answered(question.read(text).unwrap())
}

#[test]
fn numbers_are_read_exactly_and_written_as_short_as_can_be() {
    for (typed, written) in
        [("0", "0"), ("2.5", "2.5"), (" 2.50 ", "2.5"), ("2.05", "2.05"), ("007", "7"), ("1000000", "1000000")]
    {
        assert_eq!(typed.parse::<Number>().unwrap().to_string(), written);
    }
    for wrong in ["", ".", "1.", ".5", "-1", "1.234", "1e3", "1000000.01", "٣", "1,5", "99999999"] {
        assert!(wrong.parse::<Number>().is_err(), "{wrong}");
    }
}

#[test]
fn answers_are_of_their_kind_and_patient_data_is_refused_without_repeating_it() {
    let choice = question(QuestionKind::Choice);
    assert_eq!(choice.read("3"), Ok(Answer::Option(3)));
    for wrong in ["0", "4", "One", ""] {
        assert!(choice.read(wrong).is_err(), "{wrong}");
    }
    assert!(question(QuestionKind::YesNo).read("perhaps").is_err());
    let text = question(QuestionKind::Text);
    assert!(text.read(&"x".repeat(LONGEST_TEXT + 1)).is_err());
    let refused = text.read("NHS number 999 000 0018").unwrap_err();
    assert!(refused.contains("NHS number") && !refused.contains("999"));
}

#[test]
fn a_question_opens_and_closes_on_its_days() {
    let question = question(QuestionKind::YesNo);
    for (on, stage) in [
        ("2026-11-15", Stage::Ahead),
        ("2026-11-16", Stage::Open),
        ("2026-11-27", Stage::Open),
        ("2026-11-28", Stage::Closed),
    ] {
        assert_eq!(question.stage(day(on)), stage, "{on}");
    }
    let today = day("2026-11-18");
    let new = NewQuestion {
        id: question.id,
        week_ending: question.week_ending,
        opens_on: question.opens_on,
        closes_on: question.closes_on,
        kind: question.kind,
        wording: question.wording.clone(),
        options: question.options.clone(),
    };
    assert_eq!(new.check_days(today), Ok(()));
    let wrong = |change: fn(&mut NewQuestion)| {
        let mut changed = new.clone();
        change(&mut changed);
        changed.check_days(today).unwrap_err().0
    };
    let at = |n: u64| LocalDate::new(2026, 11, 20).unwrap().plus_days(n);
    assert_eq!(at(0), question.week_ending);
    assert_eq!(wrong(|q| q.week_ending = q.week_ending.plus_days(1)), "week_ending");
    assert_eq!(wrong(|q| q.week_ending = q.week_ending.minus_days(7)), "week_ending");
    assert_eq!(wrong(|q| q.week_ending = q.week_ending.plus_days(98)), "week_ending");
    assert_eq!(wrong(|q| q.opens_on = q.week_ending.plus_days(1)), "opens_on");
    assert_eq!(wrong(|q| q.opens_on = q.week_ending.minus_days(7)), "opens_on");
    assert_eq!(wrong(|q| q.closes_on = q.week_ending.minus_days(3)), "closes_on");
    assert_eq!(wrong(|q| q.closes_on = q.week_ending.plus_days(29)), "closes_on");
}

#[test]
fn the_rate_names_those_who_skipped_and_those_not_heard_from() {
    let question = question(QuestionKind::Choice);
    let given = [answered(&question, "1"), answered(&question, "3"), answered(&question, "3"), Given::Skipped];
    let found = results(&question, (46, 64), &given);
    assert_eq!(found.rate(), "3 of 64 practices answered; 1 skipped.");
    let counts = [("None", 1), ("One", 0), ("More", 2)];
    let counts = counts.map(|(name, n)| (name.to_owned(), n)).to_vec();
    assert_eq!(found.figure, AnswerFigure::Counts(counts));
}

#[test]
fn a_median_and_a_range_need_five_numbers() {
    let question = question(QuestionKind::Number);
    let four: Vec<Given> = ["1", "2", "3", "4"].map(|n| answered(&question, n)).into();
    assert_eq!(results(&question, (9, 9), &four).figure, AnswerFigure::Spread(None));
    let mut six = four;
    six.extend(["10.5", "0.5"].map(|n| answered(&question, n)));
    let AnswerFigure::Spread(Some(spread)) = results(&question, (9, 9), &six).figure else {
        panic!("a spread");
    };
    let written = [spread.median, spread.least, spread.most].map(|n| n.to_string());
    assert_eq!(written, ["2.5", "0.5", "10.5"]);
}

fn given() -> impl Strategy<Value = Given> {
    prop_oneof![Just(Given::Skipped), (1_usize..=3).prop_map(|place| Given::Answered(Answer::Option(place))),]
}

proptest! {
    #[test]
    fn the_last_row_holds_whatever_order_they_are_read_in(
        rows in prop::collection::vec((0_u8..5, 0_i64..4, given()), 0..40),
        turn in 0_usize..40,
    ) {
        let rows: Vec<AnswerRow<u8>> = rows
            .into_iter()
            .zip(1_u128..)
            .map(|((key, second, given), id)| AnswerRow {
                key,
                id: RowId(Uuid::from_u128(id)),
                recorded_at: DateTime::from_timestamp(second, 0).unwrap(),
                given,
            })
            .collect();
        let mut other = rows.clone();
        other.rotate_left(turn.checked_rem(rows.len()).unwrap_or(0));
        other.reverse();
        let held = last(rows.clone());
        prop_assert_eq!(&held, &last(other));
        for (key, given) in &held {
            let newest = rows
                .iter()
                .filter(|row| row.key == *key)
                .max_by_key(|row| (row.recorded_at, row.id))
                .unwrap();
            prop_assert_eq!(given, &newest.given);
        }
    }

    #[test]
    fn every_answer_and_skip_is_counted_once(all in prop::collection::vec(given(), 0..80)) {
        let question = question(QuestionKind::Choice);
        let found = results(&question, (all.len(), all.len()), &all);
        prop_assert_eq!(found.answered + found.skipped, found.all);
        let AnswerFigure::Counts(counts) = found.figure else { panic!("counts") };
        prop_assert_eq!(counts.iter().map(|(_, n)| n).sum::<u32>(), found.answered);
    }

    #[test]
    fn an_answer_comes_back_as_it_was_stored(n in 0_u32..=100_000_000) {
        let question = question(QuestionKind::Number);
        let given = Given::Answered(Answer::Number(Number(n)));
        prop_assert_eq!(question.given(given.stored().as_deref()), Ok(given));
    }

    #[test]
    fn the_median_lies_within_the_range(all in prop::collection::vec(0_u32..10_000, 5..60)) {
        let answers: Vec<Answer> = all.iter().map(|n| Answer::Number(Number(*n))).collect();
        let found = spread(&answers.iter().collect::<Vec<_>>()).unwrap();
        prop_assert!(found.least <= found.median && found.median <= found.most);
        let below = all.iter().filter(|n| **n <= found.median.0).count();
        prop_assert!(below * 2 >= all.len());
    }
}
