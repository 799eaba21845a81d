//! Tables as people keep them are read, and no bytes bring anything down.

use proptest::prelude::*;

use super::*;
use crate::{domain::transfer::TransferOutcome, exchange::typed_days};

fn book() -> &'static TransferBook {
    TransferBook::built_in().unwrap()
}

fn sheet(text: &str) -> PastSheet {
    read(text.as_bytes(), book()).unwrap()
}

#[test]
fn days_are_read_as_people_in_england_write_them() {
    for text in [
        "18/11/2026",
        "18/11/26",
        "18-11-2026",
        "18.11.2026",
        "2026-11-18",
        "2026-11-18T00:00:00",
        "2026-11-18 00:00:00",
        "18 Nov 2026",
        "18-Nov-26",
        "18th November 2026",
        "Wed 18 November, 2026",
        "18/11/2026 09:30",
    ] {
        assert_eq!(typed_days::read(text).map(|day| day.to_string()).as_deref(), Some("2026-11-18"), "{text}");
    }
    for (text, day) in [("1 Oct 2025", "2025-10-01"), ("3 August 2025", "2025-08-03"), ("9 Sept 2025", "2025-09-09")] {
        assert_eq!(typed_days::read(text).map(|day| day.to_string()).as_deref(), Some(day), "{text}");
    }
    for text in [
        "",
        "11/18/2026",
        "31/2/2026",
        "2026",
        "Nov 2026",
        "18/11",
        "18/11/126",
        "46344",
        "46344.0",
        "46344.5",
        "yesterday",
        "1/2/3/4",
        "+1/+2/2026",
    ] {
        assert_eq!(typed_days::read(text), None, "{text}");
    }
}

#[test]
fn a_quotation_mark_that_is_never_closed_swallows_nothing_in_silence() {
    let head = "Date,Trust,Type,Result,Notes\n";
    let row = "18/11/2026,R0A,Fit note,Done,Letter of the clinic\n";
    let open = "18/11/2026,R0A,Fit note,Done,\"Letter of the clinic\n";
    for (file, line) in [
        (format!("{head}{row}{open}{row}{row}"), 3),
        (format!("{head}{open}"), 2),
        (format!("sep=,\n{head}\n{open}{row}"), 4),
        (format!("{head}{row}\"18/11/2026,R0A\n{row}"), 3),
    ] {
        assert_eq!(read(file.as_bytes(), book()), Err(NotTaken::Unclosed(line)), "{file}");
    }
    for (file, rows) in [
        (format!("{head}{row}18/11/2026,R0A,Fit note,Done,\"Two\nlines\"\n{row}"), 3),
        (format!("{head}18/11/2026,R0A,Fit note,Done,A 5\" drain\n{row}"), 2),
        (format!("{head}{row}18/11/2026,R0A,Fit note,Done,\"Two\nlines\""), 2),
    ] {
        assert_eq!(sheet(&file).rows.len(), rows, "{file}");
    }
}

#[test]
fn a_column_that_is_month_first_lands_in_no_other_month() {
    let row = |day: &str| format!("{day},R0A,Fit note,Done\n");
    for days in [&["2/11/2026", "11/20/2026"][..], &["11/2/2026", "11/3/2026", "11/4/2026", "11/5/2026"]] {
        let file = "Date,Trust,Type,Result\n".to_owned() + &days.iter().map(|day| row(day)).collect::<String>();
        let read = sheet(&file);
        assert_eq!(read.rows.len(), 0, "{days:?}");
        assert_eq!(read.errors.len(), days.len());
        assert!(read.errors.iter().all(|error| error.reason.contains("month first")), "{:?}", read.errors);
    }
}

#[test]
fn outcomes_and_minutes_are_read_in_the_words_that_people_use() {
    let words = [
        ("returned", TransferOutcome::Returned),
        ("Sent back", TransferOutcome::Returned),
        ("Rejected", TransferOutcome::Declined),
        ("Accepted", TransferOutcome::Agreed),
        ("Done anyway: clinically urgent", TransferOutcome::DoneUrgent),
        ("Done: urgent", TransferOutcome::DoneUrgent),
        ("Completed", TransferOutcome::DoneOther),
    ];
    for (text, outcome) in words {
        for (minutes, n) in [("10", Some(10)), ("10 mins", Some(10)), ("10m", Some(10)), ("10.0", Some(10)), ("", None)]
        {
            let file = format!("Date,Trust,Type,Result,GP mins\n1/2/2026,R0A,Fit note,{text},{minutes}\n");
            let read = sheet(&file);
            assert_eq!(read.errors, [], "{text} {minutes}");
            assert_eq!((read.rows[0].outcome, read.rows[0].gp), (outcome, n));
        }
    }
    for minutes in ["-10", "10.5", "1e3", "10 x", "70000", "½"] {
        let file = format!("Date,Trust,Type,Result,GP mins\n1/2/2026,R0A,Fit note,Done,{minutes}\n");
        assert_eq!(sheet(&file).errors.len(), 1, "{minutes}");
    }
}

#[test]
fn the_more_usual_name_of_two_columns_is_read() {
    let read = sheet("Request,Notes,Date,Trust,Type,Result\nWhat they asked,Mr Harlow,1/2/2026,R0A,Fit note,Done\n");
    assert_eq!((read.errors.len(), read.not_read.as_slice()), (0, ["B".to_owned()].as_slice()));
    assert_eq!(read.rows[0].asked.as_ref().unwrap().as_str(), "What they asked");
    let notes_first =
        sheet("Notes,Request,Date,Trust,Type,Result\nMr Harlow,What they asked,1/2/2026,R0A,Fit note,Done\n");
    assert_eq!(notes_first.rows[0].asked, read.rows[0].asked);
}

#[test]
fn a_file_of_any_program_is_one_table() {
    let rows = "Date;Trust;Type;Result;Notes\n1/2/2026;R0A;Fit note;Done;\"A; b\"\n";
    let (ansi, ..) = encoding_rs::WINDOWS_1252.encode(rows);
    let wide: Vec<u8> = [0xFE, 0xFF].into_iter().chain(rows.encode_utf16().flat_map(u16::to_be_bytes)).collect();
    let marked = format!("\u{feff}{rows}");
    let named = format!("sep=;\n{rows}");
    for bytes in [rows.as_bytes(), &ansi, &wide, marked.as_bytes(), named.as_bytes()] {
        let read = read(bytes, book()).unwrap();
        assert_eq!((read.errors.len(), read.rows.len()), (0, 1));
        assert_eq!(read.rows[0].asked.as_ref().unwrap().as_str(), "A; b");
    }
    assert_eq!(sheet(&named).rows[0].line, 3, "lines are those of the file");
    let gaps = "Our items\r\n\r\n\r\nDate,Trust,Type,Result,Notes\r\n\r\n1/2/2026,R0A,Fit note,Done,\"A\r\nb\"\r\n\r\n1/2/2026,R0A,Fit note,Done,";
    for text in [gaps.to_owned(), gaps.replace("\r\n", "\n"), gaps.replace("\r\n", "\r")] {
        let lines: Vec<u64> = sheet(&text).rows.iter().map(|row| row.line).collect();
        assert_eq!(lines, [6, 9]);
    }
    assert_eq!(read(&[0xFF, 0xFE, 0x00, 0xD8], book()), Err(NotTaken::NotText), "half of a letter");
    assert_eq!(read(b"a\0b", book()), Err(NotTaken::NotText));
}

#[test]
fn what_was_packed_is_unpacked_and_nothing_else_is() {
    let rows = sheet("Date,Trust,Type,Result\n1/2/2026,R0A,Fit note,Done\n").rows;
    let carried = Carried { rows, there: 3, refused: 2 };
    let word = pack(&carried).unwrap();
    assert_eq!(unpack(&word), Some(carried));
    assert_eq!(unpack(&word[..word.len() / 2]), None);
    assert_eq!(unpack(""), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_bytes_are_refused_or_read(bytes in proptest::collection::vec(any::<u8>(), 0..2000), text in "\\PC{0,300}") {
        drop(read(&bytes, book()));
        let mut zip = b"PK\x03\x04".to_vec();
        zip.extend(&bytes);
        drop(read(&zip, book()));
        for cell in 0..8 {
            let mut row = ["1/2/2026", "R0A", "320", "Fit note", "", "Done", "10", "T-1"];
            row[cell] = &text;
            let mut file = csv::Writer::from_writer(Vec::new());
            file.write_record(["Date", "Trust", "Dept", "Type", "Notes", "Result", "Mins", "Ref"]).unwrap();
            file.write_record(row).unwrap();
            drop(read(&file.into_inner().unwrap(), book()));
        }
        drop(unpack(&text));
        // A day that no calendar has would be one that was misread.
        if let Some(day) = typed_days::read(&text) {
            prop_assert!((1900..=2200).contains(&chrono::Datelike::year(&day.0)), "{text}: {day}");
        }
    }
}
