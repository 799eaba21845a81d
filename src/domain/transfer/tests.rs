use super::{book::TransferBook, provider, *};

fn day(text: &str) -> LocalDate {
    text.parse().unwrap()
}

fn book() -> &'static TransferBook {
    TransferBook::built_in().unwrap()
}

fn cited(category: &str, on: &str) -> String {
    let category = book().category(category).unwrap();
    let cited = book().proposed(category, day(on)).unwrap();
    format!("{}: {}", cited.duty.code, cited.source())
}

#[test]
fn the_book_and_the_lists_are_whole() {
    let book = book();
    assert_eq!((book.categories.len(), book.duties.len()), (28, 38));
    assert_eq!((provider::listed().len(), department::listed().len()), (831, 203));
    for category in &book.categories {
        assert!(book.proposed(category, day("2026-11-28")).is_some(), "{}: nothing holds today", category.code);
    }
}

#[test]
fn a_list_that_is_not_whole_is_an_error_and_no_shorter_list() {
    assert_eq!(built_in(), Ok(()), "what a service asks before it starts");
    let head = "code,name,origin,icb,opened_on,closed_on,successor,district\n";
    let line = "R0A,AN INVENTED TRUST,acute,QOP,2017-10-01,,,M13\n";
    assert_eq!(provider::read(&format!("{head}{line}")).unwrap().len(), 1);
    for (rest, why) in [
        ("", "nothing"),
        ("R0B,ANOTHER\n", "fields"),
        ("R0B,ANOTHER,acute,QOP,2017-10-01,2017-13-01,,M13\n", "deserialize"),
        (",ANOTHER,acute,QOP,,,,M13\n", "without a code"),
        ("R0A,ANOTHER,acute,QOP,,,,M13\n", "twice"),
    ] {
        let file = if rest.is_empty() { head.to_owned() } else { format!("{head}{line}{rest}") };
        let broken = provider::read(&file).unwrap_err();
        assert!(broken.contains(why), "{rest}: {broken}");
    }
    assert!(department::read("code,name,group\n100,General Surgery\n").is_err());
    assert!(department::read("code,name,group\n").is_err());
}

/// What LMCs name most, each with its kind, and what stays with the practice where that is not all of it.
#[test]
fn what_practices_are_asked_most_has_a_kind_a_source_and_a_guard_rail() {
    let book = TransferBook::built_in().unwrap();
    let usual: Vec<(&str, &str)> =
        book.usual_requests.iter().map(|one| (one.text.as_str(), one.category.as_str())).collect();
    assert_eq!(
        usual,
        [
            ("take on an ADHD medicine under shared care", "shared-care"),
            ("prescribe a medicine that midwifery asks for", "prescribing-request"),
            ("prescribe MRSA treatment", "prescribing-request"),
            ("write a MAR chart", "medicine-chart"),
        ]
    );
    assert!(book.usual_requests.iter().all(|one| one.source.starts_with("https://")));
    let kind = |code| book.category(code).unwrap();
    assert!(kind("shared-care").guard_rail.contains("share the duty to keep care going"));
    assert!(kind("prescribing-request").safety.starts_with("Would a gap harm the patient?"));
    assert!(kind("medicine-chart").guard_rail.starts_with("The prescription with clear directions stays ours."));
    for (code, reason) in [
        ("shared-care", "ADHD medicine"),
        ("prescribing-request", "asked for by midwifery"),
        ("prescribing-request", "MRSA treatment"),
        ("medicine-chart", "MAR chart for carers"),
    ] {
        assert!(kind(code).reasons.iter().any(|one| one == reason), "{code}: {reason}");
    }
}

#[test]
fn a_category_cites_the_duty_in_force_on_the_day() {
    assert_eq!(cited("clinic-letter", "2017-03-31"), "clinic-letter-14d: NHS Standard Contract 2016/17");
    assert_eq!(cited("clinic-letter", "2017-04-01"), "clinic-letter-10d: NHS Standard Contract 2017/18 and 2018/19");
    assert_eq!(
        cited("clinic-letter", "2026-03-31"),
        "clinic-letter-7d: NHS Standard Contract 2025/26 (SC11.7; number not checked for 2025/26)"
    );
    assert_eq!(
        cited("clinic-letter", "2026-04-01"),
        "clinic-letter-7d: NHS Standard Contract 2026/27 (SC11.7; number not checked for 2026/27)"
    );
    assert!(cited("advice-and-guidance", "2026-03-31").starts_with("ag-10d"));
    assert!(cited("advice-and-guidance", "2026-06-01").starts_with("ag-5wd"));
}

#[test]
fn a_number_from_memory_is_never_printed() {
    let recalled = book().duty("dna-contact-patient").unwrap();
    assert_eq!(recalled.clause_status, book::ClauseStatus::Recalled);
    assert_eq!(book().cite(recalled, day("2026-11-28")).clause, None);
}

#[test]
fn a_file_that_breaks_a_rule_says_every_rule_it_breaks() {
    let text = include_str!("../../assets/transfers/england.json");
    let broken = text.replace(r#""route": "patient""#, r#""route": "pigeon""#).replacen(
        r#""valid_to": "2017-03-31""#,
        r#""valid_to": "2016-03-31""#,
        2,
    );
    let wrong = TransferBook::parse(&broken).unwrap_err();
    assert!(wrong.len() > 3, "{wrong:?}");
    assert!(wrong.iter().any(|why| why.contains("pigeon")), "{wrong:?}");
    assert!(wrong.iter().any(|why| why.contains("a gap follows")), "{wrong:?}");
}

#[test]
fn three_letters_find_a_provider_and_two_none() {
    let today = day("2026-11-28");
    let names = |typed: &str| -> Vec<&str> {
        provider::find(typed, today, 8).into_iter().map(|found| found.name.as_str()).collect()
    };
    assert!(names("ma").is_empty());
    assert_eq!(names("manch univ"), ["Manchester University NHS Foundation Trust"]);
    assert_eq!(names("R0A"), ["Manchester University NHS Foundation Trust"]);
    assert_eq!(names("zzz"), Vec::<&str>::new());
    let own = ProviderRef::named(&"manchester university nhs foundation trust".parse().unwrap());
    assert_eq!(own.key, "R0A", "a name of the list is the list's");
    assert_eq!(ProviderRef::named(&"Wyrevale Infirmary".parse().unwrap()).key, "own:wyrevale infirmary");
}

#[test]
fn given_back_counts_what_was_sent_back_and_loses_what_was_done() {
    let minutes = |gp, nurse, admin| Minutes { gp, nurse, admin, other_clinician: 0 };
    let mut sum = GivenBack::default();
    sum.add(TransferOutcome::Returned, minutes(10, 0, 20));
    sum.add(TransferOutcome::Declined, minutes(8, 15, 0));
    sum.add(TransferOutcome::DoneUrgent, minutes(10, 0, 5));
    sum.add(TransferOutcome::DoneOther, minutes(20, 0, 5));
    sum.add(TransferOutcome::Agreed, minutes(60, 60, 60));
    assert_eq!((sum.items, sum.clinicians, sum.admin), (2, 33, 20));
    assert_eq!((sum.done_items, sum.lost), (2, 30));
    assert_eq!((sum.appointments(15), sum.lost_appointments(15), sum.median()), (2, 2, Some(10)));
    assert_eq!(GivenBack::default().median(), None);
}
