//! What is written is read back, hostile files are refused, and no bytes bring anything down.

use std::io::{Cursor, Read, Write};

use entity::ids::{LocalDate, OdsCode, StatusId, SubjectId};
use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use uuid::Uuid;
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use super::{out::letters, *};
use crate::domain::{
    action::{NotedDay, NotedDays},
    catalogue::{Catalogue, Item, Status},
};

fn day(text: &str) -> LocalDate {
    text.parse().unwrap()
}

fn ods() -> OdsCode {
    "Z90001".parse().unwrap()
}

fn item(code: &str) -> &'static Item {
    let catalogue = Catalogue::built_in().unwrap();
    catalogue.item(&code.parse().unwrap()).unwrap()
}

fn decided(on: &str) -> NotedDays {
    let mut noted = NotedDays::default();
    noted[NotedDay::Decided] = Some(day(on));
    noted
}

fn entry(id: u128, status: Status) -> Entry {
    Entry {
        id: StatusId(Uuid::from_u128(id)),
        status,
        from: day("2026-11-16"),
        about: false,
        notice_served_on: None,
        noted: decided("2026-11-09"),
    }
}

fn book<'a>(practice: &'a OdsCode, lines: Vec<Line<'a>>) -> Vec<u8> {
    let catalogue = Catalogue::built_in().unwrap();
    let on = day("2026-11-20");
    write(&Book {
        practice,
        name: "Invented Surgery 1",
        edition: catalogue.edition_on(on),
        on,
        menu: catalogue.items_on(on).collect(),
        lines,
    })
    .unwrap()
}

fn three(practice: &OdsCode) -> Vec<u8> {
    let subject = SubjectId(Uuid::from_u128(7));
    let line = |code, subject, entry| Line { item: item(code), subject, entry };
    book(
        practice,
        vec![
            line("safe-contact-limit", None, None),
            line(
                "voluntary-services",
                Some((subject, "=cmd|' /C calc'!A0")),
                Some(Entry { about: true, notice_served_on: Some(day("2026-09-01")), ..entry(1, Status::PausedSince) }),
            ),
            line("dsa-freeze", None, Some(entry(2, Status::Thinking))),
        ],
    )
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    let mut part = zip.by_name(name).unwrap();
    part.read_to_string(&mut text).unwrap();
    text
}

#[test]
fn what_is_written_is_read_back() {
    let back = read(&three(&ods()), &ods()).unwrap();
    assert_eq!((back.errors.len(), back.not_read.len()), (0, 0));
    assert_eq!(back.rows.len(), 3, "empty rows are none");
    assert!(back.rows[0].says_nothing() && back.rows[0].made_from.is_none());
    assert_eq!(
        back.rows[1],
        SheetRow {
            row: 3,
            code: "voluntary-services".to_owned(),
            subject: "=cmd|' /C calc'!A0".to_owned(),
            status: "Ended".to_owned(),
            from: Some(day("2026-11-16")),
            about: true,
            notice_served_on: Some(day("2026-09-01")),
            noted: decided("2026-11-09"),
            secondary: false,
            made_from_subject: Some(SubjectId(Uuid::from_u128(7))),
            made_from: Some(StatusId(Uuid::from_u128(1))),
        }
    );
}

#[test]
fn the_sheet_has_lists_real_days_and_no_formula() {
    let bytes = three(&ods());
    let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
    assert!(!sheet.contains("<f>"), "no cell is a formula");
    // A day is a number in a style of days: 16 November 2026.
    assert!(sheet.contains("<v>46342</v>"), "{sheet}");
    assert!(part(&bytes, "xl/styles.xml").contains("d mmm yyyy"));
    for (cells, list) in [
        ("D2", "States!$A$2:$A$6"),
        ("D3", "States!$C$2:$C$6"),
        ("D4", "States!$G$2:$G$6"),
        ("A5:A34", "States!$A$1:$"),
        ("D5:D34", "OFFSET(States!$A$2,0,MATCH($A5,States!$A$1:$"),
    ] {
        let at = sheet.find(&format!("sqref=\"{cells}\"")).unwrap();
        let rule = &sheet[at..sheet.len().min(at + 200)];
        assert!(rule.contains(list), "{cells}: {rule}");
    }
    assert!(sheet.contains("type=\"date\"") && sheet.contains("sheetProtection"));
    assert!(sheet.contains("state=\"frozen\"") && sheet.contains("hidden=\"1\""));
    let workbook = part(&bytes, "xl/workbook.xml");
    assert_eq!(workbook.matches("state=\"hidden\"").count(), 2);
    let guide = part(&bytes, "xl/sharedStrings.xml");
    assert!(guide.contains("No patient data belongs in this file"));
    assert!(guide.contains("edition england-"));
}

#[test]
fn columns_are_lettered_as_in_a_spreadsheet() {
    for (at, text) in [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")] {
        assert_eq!(letters(at), text);
    }
}

/// A workbook as somebody else's program writes it.
fn foreign(fill: impl FnOnce(&mut rust_xlsxwriter::Worksheet)) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name(REGISTER).unwrap();
    for column in Column::all() {
        sheet.write_string(0, column.at(), column.heading()).unwrap();
    }
    fill(sheet);
    let about = workbook.add_worksheet();
    about.set_name(ABOUT).unwrap();
    for (row, (name, value)) in (0..).zip([("kind", KIND), ("practice", "Z90001")]) {
        about.write_string(row, 0, name).unwrap();
        about.write_string(row, 1, value).unwrap();
    }
    workbook.save_to_buffer().unwrap()
}

#[test]
fn each_cell_of_the_wrong_kind_is_told_with_its_row_and_column() {
    let bytes = foreign(|sheet| {
        let code = |sheet: &mut rust_xlsxwriter::Worksheet, row| {
            sheet.write_string(row, 0, "dsa-freeze").unwrap();
        };
        for row in 1..9 {
            code(sheet, row);
        }
        sheet.write_string(1, 4, "in November").unwrap();
        sheet.write_number(2, 4, 2_026).unwrap();
        sheet.write_formula(3, 4, Formula::new("=TODAY()")).unwrap();
        sheet.write_number(4, 3, 5).unwrap();
        sheet.write_string(5, 5, "perhaps").unwrap();
        let date = Format::new().set_num_format("yyyy-mm-dd");
        let old = ExcelDateTime::from_ymd(1948, 7, 5).unwrap();
        sheet.write_datetime_with_format(6, 7, old, &date).unwrap();
        let real = ExcelDateTime::from_ymd(2026, 11, 16).unwrap();
        sheet.write_datetime_with_format(7, 8, real, &date).unwrap();
        sheet.write_boolean(8, 9, true).unwrap();
        sheet.write_string(9, 13, "own remarks").unwrap();
    });
    let back = read(&bytes, &ods()).unwrap();
    let told: Vec<(u32, Column)> = back.errors.iter().map(|error| (error.row, error.column)).collect();
    assert_eq!(
        told,
        [
            (2, Column::From),
            (3, Column::From),
            (4, Column::From),
            (5, Column::Status),
            (6, Column::About),
            (7, Column::Noted(NotedDay::Decided)),
        ]
    );
    for (error, word) in back.errors.iter().zip(["text", "number", "formula", "number", "Yes", "real day"]) {
        assert!(error.reason.contains(word), "{error:?}");
    }
    assert_eq!(back.rows[0].noted[NotedDay::StaffTold], Some(day("2026-11-16")));
    assert!(back.rows[1].secondary);
    assert_eq!(back.not_read, ["N"]);
}

#[test]
fn what_google_sheets_and_libreoffice_make_of_a_cell_is_read_as_it_was_meant() {
    let written = [
        "27/11/2026",
        "27-Nov-26",
        "2026-11-27",
        "27 November 2026",
        "27/11/2026 00:00:00",
        "27.11.2026",
        "27.11.26",
        "2026-11-27T00:00:00Z",
        "2026-11-27 00:00",
        "Fri 27th November 2026",
        "\u{a0}27/11/2026\u{a0}",
    ];
    let bytes = foreign(|sheet| {
        for (row, text) in (1..).zip(written) {
            sheet.write_string(row, 0, "dsa-freeze").unwrap();
            sheet.write_string(row, 4, text).unwrap();
        }
        // A column of plain numbers shows the days that it keeps as numbers, with or without a time.
        for (row, number) in (12..).zip([46_353.0, 46_353.5]) {
            sheet.write_string(row, 0, "dsa-freeze").unwrap();
            sheet.write_number(row, 4, number).unwrap();
        }
        for (row, subject) in (1..).zip([111.0, 24.0, 7.5]) {
            sheet.write_number(row, 2, subject).unwrap();
        }
        for (row, tick) in (1..).zip(["x", "TRUE", "Yes", "✓", "y", "no"]) {
            sheet.write_string(row, 5, tick).unwrap();
        }
    });
    let back = read(&bytes, &ods()).unwrap();
    assert_eq!(back.errors, []);
    assert_eq!(back.rows.len(), written.len() + 2);
    for row in &back.rows {
        assert_eq!(row.from, Some(day("2026-11-27")), "{row:?}");
    }
    assert_eq!(back.rows.iter().map(|row| row.subject.as_str()).take(4).collect::<Vec<_>>(), ["111", "24", "7.5", ""]);
    assert_eq!(
        back.rows.iter().map(|row| row.about).take(6).collect::<Vec<_>>(),
        [true, true, true, true, true, false]
    );
    // One day that can only be month first makes all of them so.
    let bytes = foreign(|sheet| {
        for (row, text) in (1..).zip(["11/09/2026", "11/16/2026"]) {
            sheet.write_string(row, 0, "dsa-freeze").unwrap();
            sheet.write_string(row, 4, text).unwrap();
        }
    });
    let back = read(&bytes, &ods()).unwrap();
    assert_eq!(back.errors.len(), 2);
    assert!(back.errors.iter().all(|error| error.reason.contains("month first")), "{:?}", back.errors);
}

#[test]
fn a_number_is_no_day_where_days_are_counted_from_1904_or_nobody_meant_it() {
    let bytes = foreign(|sheet| {
        for (row, number) in (1..).zip([46_353.0, 7.0, -46_353.0, 1e9, 20_261_127.0]) {
            sheet.write_string(row, 0, "dsa-freeze").unwrap();
            sheet.write_number(row, 4, number).unwrap();
        }
    });
    let wrong = |bytes: &[u8]| read(bytes, &ods()).unwrap().errors.iter().map(|error| error.row).collect::<Vec<_>>();
    assert_eq!(wrong(&bytes), [3, 4, 5, 6]);
    let mac = with_part(&bytes, "xl/workbook.xml", |to, text| {
        let text = text.replacen("<workbookPr ", "<workbookPr date1904=\"1\" ", 1);
        assert!(text.contains("date1904"));
        to.write_all(text.as_bytes()).unwrap();
    });
    assert_eq!(wrong(&mac), [2, 3, 4, 5, 6]);
}

#[test]
fn files_that_are_none_of_ours_are_refused() {
    let good = three(&ods());
    assert_eq!(read(&good, &"Z90002".parse().unwrap()), Err(Refused::AnotherPractice));
    assert_eq!(read(b"Code,Item,Subject\r\n", &ods()), Err(Refused::NotAWorkbook));
    assert_eq!(read(&[], &ods()), Err(Refused::NotAWorkbook));
    let old = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    assert_eq!(read(&old, &ods()), Err(Refused::OldOrLocked));
    assert_eq!(read(&vec![0; 5 * 1024 * 1024], &ods()), Err(Refused::TooBig));
    let mut other = Workbook::new();
    other.add_worksheet().set_name(REGISTER).unwrap();
    let other = other.save_to_buffer().unwrap();
    assert_eq!(read(&other, &ods()), Err(Refused::AnotherWorkbook));
    let renamed = foreign(|sheet| {
        sheet.write_string(0, 3, "State").unwrap();
    });
    assert_eq!(read(&renamed, &ods()), Err(Refused::ColumnMissing("Status")));
    let twice = foreign(|sheet| {
        sheet.write_string(0, 12, "STATUS").unwrap();
    });
    assert_eq!(read(&twice, &ods()), Err(Refused::ColumnTwice("Status")));
}

/// The workbook with one of its parts changed.
fn with_part(bytes: &[u8], name: &str, change: impl Fn(&mut dyn Write, String)) -> Vec<u8> {
    let from = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    let names: Vec<String> = from.file_names().map(|name| name.unwrap().into_owned()).collect();
    for one in names {
        to.start_file(one.as_str(), SimpleFileOptions::default()).unwrap();
        let text = part(bytes, &one);
        if one == name {
            change(&mut to, text);
        } else {
            to.write_all(text.as_bytes()).unwrap();
        }
    }
    to.finish().unwrap().into_inner()
}

#[test]
fn a_bomb_is_not_unpacked_and_a_sheet_of_a_million_columns_costs_its_cells() {
    let good = three(&ods());
    let bomb = with_part(&good, "xl/styles.xml", |to, _| {
        let zeros = vec![b' '; 1024 * 1024];
        for _ in 0..64 {
            to.write_all(&zeros).unwrap();
        }
    });
    assert!(bomb.len() < 1024 * 1024, "{}", bomb.len());
    assert_eq!(read(&bomb, &ods()), Err(Refused::TooBig));
    let wide = with_part(&good, "xl/worksheets/sheet1.xml", |to, text| {
        let far = "<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row></sheetData>";
        let text = text.replacen("</sheetData>", far, 1);
        to.write_all(text.as_bytes()).unwrap();
    });
    assert_eq!(read(&wide, &ods()).unwrap().rows.len(), 3);
}

#[test]
fn more_rows_than_a_register_has_are_refused() {
    let many = foreign(|sheet| {
        for row in 1..=10_001 {
            sheet.write_string(row, 0, "x").unwrap();
        }
    });
    assert_eq!(read(&many, &ods()), Err(Refused::TooManyRows));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_are_refused_or_read(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        drop(read(&bytes, &ods()));
        let mut zip = b"PK\x03\x04".to_vec();
        zip.extend(&bytes);
        drop(read(&zip, &ods()));
    }

    #[test]
    fn a_damaged_workbook_is_refused_or_read(
        at in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..8),
        cut in any::<proptest::sample::Index>(),
        short in any::<bool>(),
    ) {
        let mut bytes = three(&ods());
        for (at, byte) in at {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if short {
            bytes.truncate(cut.index(bytes.len()));
        }
        drop(read(&bytes, &ods()));
    }

    #[test]
    fn damaged_sheets_are_refused_or_read(
        at in proptest::collection::vec((any::<proptest::sample::Index>(), "[<>/cvtsrn=\"A-Z0-9é]{0,6}"), 1..6),
        name in prop_oneof![
            Just("xl/worksheets/sheet1.xml"), Just("xl/sharedStrings.xml"), Just("xl/styles.xml"), Just("xl/workbook.xml"),
        ],
    ) {
        let bytes = with_part(&three(&ods()), name, |to, mut text| {
            for (at, put) in &at {
                let mut at = at.index(text.len());
                while !text.is_char_boundary(at) {
                    at -= 1;
                }
                text.insert_str(at, put);
            }
            to.write_all(text.as_bytes()).unwrap();
        });
        drop(read(&bytes, &ods()));
    }

    #[test]
    fn any_cells_are_told_row_by_row(
        cells in proptest::collection::vec((1_u32..40, 0_u16..14, any::<String>(), any::<f64>(), 0_u8..5), 0..60),
    ) {
        let bytes = foreign(|sheet| {
            for (row, column, text, number, kind) in cells {
                let text: String = text.chars().filter(|c| !c.is_control()).take(200).collect();
                let number = if number.is_finite() { number } else { 0.0 };
                let date = Format::new().set_num_format("d mmm yyyy");
                drop(match kind {
                    0 => sheet.write_string(row, column, text).map(|_| ()),
                    1 => sheet.write_number(row, column, number).map(|_| ()),
                    2 => sheet.write_number_with_format(row, column, number, &date).map(|_| ()),
                    3 => sheet.write_boolean(row, column, number > 0.0).map(|_| ()),
                    _ => sheet.write_formula(row, column, Formula::new("=1+1").set_result(text)).map(|_| ()),
                });
            }
        });
        let back = read(&bytes, &ods()).unwrap();
        for row in back.rows {
            prop_assert!(!back.errors.iter().any(|error| error.row == row.row));
        }
    }
}
