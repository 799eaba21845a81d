//! Files as practices have them: the right value, or a refusal that says what to do. Nothing is stored here.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    io::{Cursor, Write as _},
};

use entity::ids::{ClinicianId, LocalDate};
use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use zip::{ZipWriter, write::SimpleFileOptions};

use super::{slots::read as read_slots, *};
use crate::domain::{
    appointment::{Chunk, Erasures, ImportSummary, Matching, RowRefusal, SlotOutcome, System, digest_id},
    contact::ContactKind,
};

fn today() -> LocalDate {
    "2026-11-28".parse().unwrap()
}

/// What a file says, by line.
#[derive(Debug, Default)]
struct Taken {
    summary: ImportSummary,
    chunk: Chunk,
}

fn whom(name: &str) -> ClinicianId {
    ClinicianId(digest_id(&[name.to_lowercase().as_bytes()]))
}

fn files(all: &[&[u8]]) -> Vec<Source> {
    let made = |bytes: &&[u8]| {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        Source { name: "file.csv".to_owned(), file }
    };
    all.iter().map(made).collect()
}

fn asked(matching: Matching) -> Asked {
    let practice = "Z90001".parse().unwrap();
    Asked { practice, system: None, matching, today: today(), on_top: OnTop::default(), erased: Erasures::default() }
}

/// Reads files of which every session holder is a clinician.
fn take(all: &[&[u8]]) -> Result<Taken, Unreadable> {
    let sources = unpacked(files(all), &std::env::temp_dir())?;
    let first = scan(&sources, &asked(Matching::default()))?;
    assert_eq!(first.missing, [], "{:?}", first.columns);
    let mut matching = Matching::default();
    for name in first.holders.keys() {
        let id = Matching::holder_id(&"Z90001".parse().unwrap(), first.system, name);
        matching.holders.insert(id, Some(whom(name)));
    }
    let asked = asked(matching);
    let scan = scan(&sources, &asked)?;
    let mut taken = Taken::default();
    taken.summary = read_slots(&Reading { sources, scan, asked }, |chunk| {
        taken.chunk.slots.extend(chunk.slots);
        taken.chunk.refused.extend(chunk.refused);
        true
    })?;
    Ok(taken)
}

fn taken(bytes: &[u8]) -> Taken {
    take(&[bytes]).unwrap()
}

impl Taken {
    /// Slots of an outcome by clinician and day.
    fn of(&self, outcome: SlotOutcome) -> BTreeMap<(ClinicianId, String), u32> {
        let mut found = BTreeMap::new();
        for state in self.chunk.slots.iter().filter_map(|slot| slot.stands.as_ref()) {
            if state.outcome == outcome {
                *found.entry((state.clinician, state.day.to_string())).or_default() += 1;
            }
        }
        found
    }

    fn attended(&self) -> BTreeMap<(ClinicianId, String), u32> {
        self.of(SlotOutcome::Attended)
    }

    fn outcome_of(&self, line: u64) -> SlotOutcome {
        let slot = self.chunk.slots.iter().find(|slot| slot.line == line);
        slot.unwrap_or_else(|| panic!("line {line}: {:?}", self.chunk.refused)).outcome
    }

    fn kinds(&self) -> BTreeMap<ContactKind, usize> {
        let mut kinds = BTreeMap::new();
        for state in self.chunk.slots.iter().filter_map(|slot| slot.stands.as_ref()) {
            *kinds.entry(state.kind).or_default() += 1;
        }
        kinds
    }
}

fn on(name: &str, day: &str) -> (ClinicianId, String) {
    (whom(name), day.to_owned())
}

macro_rules! case {
    ($name:literal) => {
        include_bytes!(concat!("../../../tests/data/appointments/", $name)) as &[u8]
    };
}

const WREN: &str = "WREN, Ada (Dr)";
const EMIS: &[u8] = case!("emis_appointment_report_shape.csv");

#[test]
fn the_report_that_emis_makes_is_read_with_its_groups_and_counts() {
    let found = taken(EMIS);
    assert_eq!(found.chunk.refused, []);
    assert_eq!(found.attended(), BTreeMap::from([(on(WREN, "2026-11-20"), 5)]));
    assert_eq!(found.of(SlotOutcome::DidNotAttend), BTreeMap::from([(on(WREN, "2026-11-20"), 1)]));
    assert_eq!(found.of(SlotOutcome::Vaccinated), BTreeMap::from([(on(WREN, "2026-11-21"), 2)]));
    // Of the 30th nothing but what is booked.
    assert_eq!(found.of(SlotOutcome::Booked), BTreeMap::from([(on(WREN, "2026-11-30"), 1)]));
    let visit =
        found.chunk.slots.iter().filter_map(|slot| slot.stands.as_ref()).find(|now| now.kind == ContactKind::Visit);
    // A visit at midnight for all of the day has no time.
    assert_eq!(visit.map(|now| now.starts_at), Some(None));
    assert_eq!((found.summary.rows, found.summary.repeated), (15, 0));
    assert!(found.summary.filled_down > 9);
    assert!(found.summary.warnings().is_empty());
    // "Unknown" holds nothing that anybody came to: nobody is asked who that is.
    let sources = unpacked(files(&[EMIS]), &std::env::temp_dir()).unwrap();
    let scan = scan(&sources, &asked(Matching::default())).unwrap();
    assert_eq!(scan.holders.keys().collect::<Vec<_>>(), [WREN]);
    assert_eq!(scan.types["Flu Clinic"].attended, 2);
    assert!(scan.has_words_to_explain());
}

#[test]
fn totals_titles_and_headings_again_are_no_rows() {
    let text = String::from_utf8(EMIS.to_vec()).unwrap();
    let (head, rows) = text.split_once('\n').unwrap();
    let more = format!(
        "\"Appointment report\"\n\"Run on\",\"28-Nov-2026\"\n\n{head}\n{rows}{head}\n\"Total\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"38\",\n\
         \"Page 1 of 1\"\n"
    );
    let (plain, found) = (taken(EMIS), taken(more.as_bytes()));
    assert_eq!(found.attended(), plain.attended());
    assert_eq!((found.summary.rows, found.summary.left_out), (15, 3));
    assert_eq!(found.chunk.refused, []);
    // A flat file of which one day is missing is no group: the row is refused, not filled.
    let flat = b"Date,Time,Session Holder,Slot Status\n20/11/2026,09:00,Dr A,Left\n,09:15,Dr A,Left\n20/11/2026,09:30,Dr A,Left\n";
    let found = taken(flat);
    assert_eq!(found.chunk.refused, [(3, RowRefusal::NoDay)]);
    assert_eq!(found.summary.filled_down, 0);
    // The session holder on a line of its own.
    let sections = b"Session Holder,Date,Time,Slot Status\nDr A,,,\n,20/11/2026,09:00,Left\n,,09:15,Left\nDr B,,,\n,20/11/2026,09:00,Left\n,,09:15,DNA\n";
    let found = taken(sections);
    assert_eq!(found.attended(), BTreeMap::from([(on("Dr A", "2026-11-20"), 2), (on("Dr B", "2026-11-20"), 1)]));
}

#[test]
fn every_status_of_the_systems_is_the_one_it_should_be() {
    use SlotOutcome::{Attended, Booked, Cancelled, DidNotAttend, Free};
    let found = taken(case!("emis_statuses_report.csv"));
    assert_eq!(found.chunk.refused, []);
    let emis = [
        Free,
        Booked,
        Booked,
        Attended,
        Attended,
        Attended,
        Attended,
        DidNotAttend,
        DidNotAttend,
        Attended,
        DidNotAttend,
        Attended,
        DidNotAttend,
        Cancelled,
        Free,
        Free,
        Booked,
    ];
    for (line, outcome) in (2..).zip(emis) {
        assert_eq!(found.outcome_of(line), outcome, "line {line}");
    }
    let kinds = found.kinds();
    assert_eq!((kinds[&ContactKind::Visit], kinds[&ContactKind::Telephone]), (2, 3));
    let mut systmone = String::from_utf8(case!("systmone_statuses_report.csv").to_vec()).unwrap();
    systmone += "20-Nov-26,Dr A,Surgery,Left without being seen\n20-Nov-26,Dr A,Surgery,In Consultation\n";
    let found = taken(systmone.as_bytes());
    assert_eq!(found.chunk.refused, []);
    let tpp = [
        Booked,
        Booked,
        DidNotAttend,
        Attended,
        Attended,
        Booked,
        Free,
        Attended,
        Booked,
        Cancelled,
        Cancelled,
        Cancelled,
        DidNotAttend,
        Cancelled,
        DidNotAttend,
        DidNotAttend,
        Attended,
    ];
    for (line, outcome) in (2..).zip(tpp) {
        assert_eq!(found.outcome_of(line), outcome, "line {line}");
    }
}

#[test]
fn a_word_of_ones_own_is_taught_once() {
    let file = b"Date,Session Holder,Status\n20/11/2026,Dr A,All sorted\n20/11/2026,Dr A,Left\n20/11/2026,Dr A,\n";
    let found = taken(file);
    assert_eq!(found.chunk.refused, [(2, RowRefusal::BadStatus)]);
    // Nothing said is no contact.
    assert_eq!(found.outcome_of(4), SlotOutcome::Booked);
    let practice = "Z90001".parse().unwrap();
    let mut matching = Matching::default();
    matching.holders.insert(Matching::holder_id(&practice, System::Report, "Dr A"), Some(whom("Dr A")));
    let sources = unpacked(files(&[file]), &std::env::temp_dir()).unwrap();
    let known = scan(&sources, &asked(matching.clone())).unwrap();
    assert!(known.statuses.contains_key("All sorted") && known.has_words_to_explain());
    let word = Matching::status_id(&practice, System::Report, "ALL SORTED");
    matching.statuses.insert(word, Some("attended".to_owned()));
    let asked = asked(matching);
    let known = scan(&sources, &asked).unwrap();
    assert!(known.statuses.is_empty());
    let summary = read_slots(&Reading { sources, scan: known, asked }, |_| true).unwrap();
    assert_eq!(summary.of(SlotOutcome::Attended), 2);
}

#[test]
fn two_rotas_in_one_go_are_added_and_flags_say_how_each_took_place() {
    let (a, b) = (case!("systmone_report_a_gp_rota.csv"), case!("systmone_report_b_telephone_rota.csv"));
    let found = take(&[a, b]).unwrap();
    let day = on("Dr Ada Wren", "2026-11-20");
    assert_eq!(found.attended(), BTreeMap::from([(day.clone(), 17)]));
    assert_eq!(found.of(SlotOutcome::DidNotAttend), BTreeMap::from([(day, 1)]));
    assert_eq!(found.kinds(), BTreeMap::from([(ContactKind::InPerson, 10), (ContactKind::Telephone, 8)]));
    assert_eq!(found.summary.dropped, [("Patient ID".to_owned(), 18)]);
    assert!(matches!(take(&[a, a]), Err(Unreadable::SameKind)));
}

#[test]
fn a_file_that_a_spreadsheet_saved_again_has_the_same_slots() {
    let ids = |bytes: &[u8]| taken(bytes).chunk.slots.iter().map(|slot| slot.slot).collect::<Vec<_>>();
    let before = case!("before_excel.csv");
    assert_eq!(ids(before), ids(case!("after_excel.csv")));
    for (from, to) in
        [("20-Nov-2026", "2026-11-20"), ("20-Nov-2026", "46346"), ("09:05", "9.05 a.m."), ("Dr A", " dr  a ")]
    {
        let text = String::from_utf8(before.to_vec()).unwrap().replace(from, to);
        assert_eq!(ids(before), ids(text.as_bytes()), "{to}");
    }
}

#[test]
fn a_line_break_in_a_cell_neither_loses_a_row_nor_makes_one() {
    let found = taken(case!("line_break_in_cell.csv"));
    assert_eq!(found.attended(), BTreeMap::from([(on("Dr A", "2026-11-20"), 3)]));
    assert_eq!((found.summary.rows, found.chunk.refused), (3, vec![]));
}

#[test]
fn headings_that_stand_twice_and_columns_without_a_name_are_asked_for() {
    let twice = b"Date,Date,Session Holder,Slot Status\n19/11/2026,20/11/2026,Dr A,Left\n";
    let found = scan(&files(&[twice]), &asked(Matching::default())).unwrap();
    assert_eq!(found.missing, [Column::Day]);
    assert_eq!(found.columns, ["Date (column 1)", "Date (column 2)", "Session Holder", "Slot Status"]);
    let practice = "Z90001".parse().unwrap();
    let mut matching = Matching::default();
    for (column, name) in [("day", "Date (column 2)"), ("holder", "Session Holder"), ("status", "Slot Status")] {
        matching.columns.insert(column.to_owned(), Matching::column_id(&practice, name));
    }
    let found = scan(&files(&[twice]), &asked(matching)).unwrap();
    assert_eq!((found.missing, found.guessed[&Column::Day].as_str()), (vec![], "Date (column 2)"));
    // Two columns about patients stay what they are.
    let names = b"Date,Session Holder,Slot Status,Name,Name\n20/11/2026,Dr A,Left,Ann Example,Ann Example\n";
    assert_eq!(scan(&files(&[names]), &asked(Matching::default())).unwrap().dropped, ["Name"]);
    // Row numbers in front are no counts.
    let numbered =
        b",Date,Session Holder,Slot Status\n1,20/11/2026,Dr A,Left\n2,20/11/2026,Dr A,Left\n3,20/11/2026,Dr A,Left\n";
    assert_eq!(taken(numbered).attended(), BTreeMap::from([(on("Dr A", "2026-11-20"), 3)]));
}

#[test]
fn what_cannot_be_taken_says_what_to_do() {
    let zipped = |name: &str, bytes: &[u8]| archive(&[(name, bytes)]);
    let inner = zipped("a.csv", b"x");
    let mixed = "Date,Session Holder,Slot Status\n20/11/2026,Dr A,Left\n11/20/2026,Dr A,Left\n";
    let cases: Vec<(Vec<u8>, &str)> = vec![
        (case!("american_days.csv").to_vec(), "month first"),
        (mixed.into(), "some dates of the file are written day first"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and more".to_vec(), ".xlsx without a password"),
        (b"<html><table><tr><td>Date</td></tr></table>".to_vec(), "web page"),
        (b"%PDF-1.7 and more".to_vec(), "PDF"),
        (b"PK\x03\x04 and nothing".to_vec(), "damaged"),
        (zipped("readme.md", b"x"), "no CSV file"),
        (zipped("inner.xlsx", &inner), "another archive"),
        (zipped("content.xml", b"<x/>"), "another office program"),
        (b"20/11/2026,09:05,Dr A,Left\n".to_vec(), "not a line of column names"),
        (b"".to_vec(), "empty"),
        (b"Date,Session Holder,Slot Status\n".to_vec(), "no rows below it"),
    ];
    for (bytes, words) in cases {
        let why = take(&[&bytes]).unwrap_err().to_string();
        assert!(why.contains(words), "{words}: {why}");
    }
    let many: Vec<(String, Vec<u8>)> = (0..13).map(|n| (format!("{n}.csv"), b"a,b\n1,2\n".to_vec())).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    assert!(matches!(take(&[&archive(&many)]), Err(Unreadable::TooManyFiles)));
}

fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn other_systems_and_other_hands_are_read_too() {
    let day = |n| BTreeMap::from([(on("Dr A", "2026-11-20"), n)]);
    for (n, text) in [
        // Grouped by the day alone; by day and then holder; with a sum below each group.
        (
            3,
            "Date,Session Holder,Time,Slot Status\n20/11/2026,Dr A,09:00,Left\n,Dr A,09:15,Left\n,Dr A,09:30,Left\n,Dr A,09:45,DNA\n",
        ),
        (2, "Date,Session Holder,Time,Slot Status\n20/11/2026,Dr A,09:00,Left\n,,09:15,Left\n,,09:30,Slot Available\n"),
        (
            2,
            "Session Holder,Date,Time,Slot Status,Count\nDr A,20/11/2026,09:00,Left,1\n,,09:15,Left,1\nDr A Total,,,,2\nGrand Total,,,,2\n",
        ),
        // EMIS's report with every cell filled, saved again by a spreadsheet.
        (
            3,
            "Full Name of the Session Holder of the Session,Appointment Date,Appointment Time,Slot Type,Availability,DNA,,\nDr A,20/11/2026,08:45,Surgery,Booked,Attended,1,\nDr A,20/11/2026,10:00,Surgery,Booked,Attended,2,\nDr A,20/11/2026,10:15,Surgery,Available,Attended,4,\n",
        ),
        // Vision, with titles of two cells and a heading of two lines.
        (
            2,
            "Practice:,Invented Surgery\nFrom,20/11/2026\nTo,20/11/2026\n\"Appointment\nDate\",Start Time,Clinician,Type,Status,Patient\n20/11/2026,09:00,Dr A,Routine,Seen,Ann Example\n20/11/2026,09:10,Dr A,Routine,LEFT ,Ann Example\n20/11/2026,09:20,Dr A,Routine,Free,\n",
        ),
        // Two cells for a status, the second a yes or no.
        (
            1,
            "Date;Time;Clinician;Status;DNA\n20/11/2026;09:00;Dr A;Booked;Yes\n20/11/2026;09:15;Dr A;Attended;No\n20/11/2026;09:30;Dr A;Booked;No\n",
        ),
        // A group of three in one row; a count that is nought.
        (
            3,
            "Appointment date,Clinician,Appointment status,Patient Count\n20-Nov-26,Dr A,Finished,3\n20-Nov-26,Dr A,Finished,0\n",
        ),
        // The cells at the end are left out where they are blank.
        (
            2,
            "Date,Time,Clinician,Status,Type,Reason\n20/11/2026,09:00,Dr A,Left,Surgery,cough\n20/11/2026,09:15,Dr A,Left\n",
        ),
        // A tab after each row, and a mark inside a cell.
        (
            2,
            "Date\tTime\tClinician\tStatus\tReason\n20/11/2026\t09:00\tDr A\tLeft\t5\" wound\n20/11/2026\t09:15\tDr A\tLeft\t\"a \"\"b\"\"\"\n",
        ),
    ] {
        let found = taken(text.as_bytes());
        assert_eq!(found.chunk.refused, [], "{text}");
        assert_eq!(found.attended(), day(n), "{text}");
    }
    // Torn and cut rows are refused by their line, and take no other with them.
    let torn = "Date,Time,Clinician,Status\n20/11/2026,09:00,Dr A\n20/11/2026,\"09:15,Dr A,Left\n20/11/2026,09:30,Dr A,Left,more\n20/11/2026,09:45,Dr A,Left\n";
    let found = taken(torn.as_bytes());
    assert_eq!(found.chunk.refused, [2, 3, 4].map(|line| (line, RowRefusal::Torn)));
    assert_eq!(found.attended(), day(1));
    let counts = "Date,Clinician,Status,Count\n20/11/2026,Dr A,Left,many\n20/11/2026,Dr A,Left,201\n20/11/2026,Dr A,Left,-1\n20/11/2026,Dr A,Left,2.0\n";
    let found = taken(counts.as_bytes());
    assert_eq!(found.chunk.refused, [2, 3, 4].map(|line| (line, RowRefusal::BadCount)));
    assert_eq!(found.attended(), day(2));
}

/// One row of an invented book: who, which day of November, minute after eight, type, status.
type Entry = (&'static str, u32, u32, &'static str, &'static str);

const BOOK: [Entry; 10] = [
    ("Dr Zoë Wren", 9, 60, "Surgery", "Left"),
    ("Dr Zoë Wren", 9, 75, "Telephone", "Left"),
    ("Dr Zoë Wren", 9, 90, "Surgery", "DNA"),
    ("Dr Zoë Wren", 20, 5, "Surgery", "Left"),
    ("Dr Zoë Wren", 20, 65, "Surgery", "Slot Available"),
    ("Nurse O’Hara", 9, 60, "Surgery", "Left"),
    ("Nurse O’Hara", 9, 70, "Surgery", "Cancelled by Patient"),
    ("Nurse O’Hara", 20, 60, "Surgery", "Left"),
    ("Nurse O’Hara", 20, 70, "Surgery", "Left"),
    ("Nurse O’Hara", 20, 350, "Surgery", "Left"),
];

fn expected() -> BTreeMap<(ClinicianId, String), u32> {
    let mut found = BTreeMap::new();
    for (who, day, _, _, status) in BOOK {
        if status == "Left" {
            *found.entry(on(who, &format!("2026-11-{day:02}"))).or_default() += 1;
        }
    }
    found
}

/// How a variant of the book is written; each number chooses one way of several.
#[derive(Debug, Clone, Copy)]
struct Ways {
    encoding: usize,
    sign: usize,
    end: usize,
    order: usize,
    dates: usize,
    around: usize,
    grouped: bool,
}

impl Ways {
    fn of(n: usize) -> Self {
        Self {
            encoding: n % 6,
            sign: n / 2 % 4,
            end: n % 3,
            order: n / 3 % 3,
            dates: n % 7,
            around: n / 5 % 6,
            grouped: n % 4 == 3,
        }
    }

    fn when(self, day: u32, minute: u32) -> (String, String) {
        let (hour, minute) = (8 + minute / 60, minute % 60);
        let half = |hour: u32| (if hour > 12 { hour - 12 } else { hour }, if hour >= 12 { "p.m." } else { "a.m." });
        match self.dates {
            0 => (format!("{day:02}/11/2026"), format!("{hour:02}:{minute:02}")),
            1 => (format!("{day}-Nov-2026"), format!("{hour}:{minute:02}:00")),
            2 => (format!("2026-11-{day:02}"), format!("{hour:02}{minute:02}")),
            3 => (format!("{}", 46_326 + day), format!("{}", f64::from(hour * 60 + minute) / 1440.0)),
            4 => (format!("{day:02}/11/26"), format!("{}.{minute:02} {}", half(hour).0, half(hour).1)),
            5 => (format!("2026-11-{day:02}T{hour:02}:{minute:02}:00Z"), String::new()),
            _ => (format!("Fri {day} November 2026"), format!("{}:{minute:02} {}", half(hour).0, half(hour).1)),
        }
    }

    fn table(self) -> Vec<Vec<String>> {
        let mut table = vec![
            ["Session Holder", "Date", "Time", "Slot Type", "Slot Status", "Reason", "NHS Number"]
                .map(str::to_owned)
                .to_vec(),
        ];
        let mut before = (String::new(), String::new());
        for (who, day, minute, kind, status) in BOOK {
            let (date, time) = self.when(day, minute);
            // With the time in the cell of the day there is nothing to group by it.
            let same = self.grouped && self.order == 0 && self.dates != 5;
            let repeat = |text: &str, same: bool| if same { String::new() } else { text.to_owned() };
            let group = (who.to_owned(), date.clone());
            let cells = [
                repeat(who, same && before.0 == who),
                repeat(&date, same && before == group),
                time,
                kind.into(),
                status.into(),
            ];
            let mut cells = cells.to_vec();
            cells.extend([format!("said \"no\",{}thank you; or | not", self.ends()), "9990001006".to_owned()]);
            before = group;
            table.push(cells);
        }
        for row in &mut table {
            match self.order {
                1 => row.reverse(),
                2 => row.rotate_left(3),
                _ => {}
            }
        }
        table
    }

    fn ends(self) -> &'static str {
        ["\r\n", "\n", "\r"][self.end]
    }

    fn text(self) -> String {
        let (sign, end) = ([",", ";", "\t", "|"][self.sign], self.ends());
        let line = |cells: &[String]| {
            let quote = |cell: &String| {
                let quotes = cell.contains(['"', ',', ';', '\t', '|', '\r', '\n']);
                if quotes { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.clone() }
            };
            let behind = if self.around == 3 { sign } else { "" };
            format!("{}{behind}{end}", cells.iter().map(quote).collect::<Vec<_>>().join(sign))
        };
        let table = self.table();
        let mut lines: Vec<String> = table.iter().map(|cells| line(cells)).collect();
        match self.around {
            1 => lines.insert(0, format!("sep={sign}{end}")),
            2 => lines.insert(0, format!("Appointment report{end}From 1 November to 28 November{end}{end}")),
            4 => lines.push(format!("{}{end}Total{}10{end}", sign.repeat(6), sign.repeat(6))),
            5 => {
                let header = lines[0].clone();
                lines.insert(6, header);
            }
            _ => {}
        }
        lines.concat()
    }

    fn bytes(self) -> Vec<u8> {
        let text = self.text();
        let wide = |to: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(to).collect::<Vec<u8>>();
        match self.encoding {
            0 => text.into_bytes(),
            1 => [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
            2 => [&b"\xFF\xFE"[..], &wide(u16::to_le_bytes)].concat(),
            3 => [&b"\xFE\xFF"[..], &wide(u16::to_be_bytes)].concat(),
            4 => archive(&[("__MACOSX/._book.csv", b"x"), ("book/book.csv", text.as_bytes())]),
            _ => encoding_rs::WINDOWS_1252.encode(&text).0.into_owned(),
        }
    }
}

#[test]
fn ninety_awkward_ways_to_write_a_book_give_the_same_counts() {
    for n in 0..90 {
        let ways = Ways::of(n);
        let bytes = ways.bytes();
        let found = take(&[&bytes]).unwrap_or_else(|why| panic!("{n} {ways:?}: {why}"));
        assert_eq!(found.attended(), expected(), "{n} {ways:?}\n{}", ways.text());
        assert_eq!(found.of(SlotOutcome::DidNotAttend).values().sum::<u32>(), 1, "{n} {ways:?}");
        assert_eq!(found.chunk.refused, [], "{n} {ways:?}");
        assert_eq!(found.summary.dropped.first().map(|(name, _)| name.as_str()), Some("NHS Number"), "{n} {ways:?}");
    }
}

#[test]
fn workbooks_are_read_with_days_and_times_as_the_spreadsheet_means_them() {
    let (date, time) = (Format::new().set_num_format("dd/mm/yyyy"), Format::new().set_num_format("hh:mm"));
    for as_text in [false, true] {
        let mut book = Workbook::new();
        book.add_worksheet().set_name("Notes").unwrap().write_string(0, 0, "Made on Monday").unwrap();
        let sheet = book.add_worksheet();
        sheet.write_string(0, 0, "Appointments of November").unwrap();
        for (column, name) in (0..).zip(["Session Holder", "Date", "Time", "Slot Type", "Slot Status", "Patient"]) {
            sheet.write_string(2, column, name).unwrap();
        }
        for (row, (who, day, minute, kind, status)) in (3..).zip(BOOK) {
            let (hour, minute) = (8 + minute / 60, minute % 60);
            for (column, text) in [(0, who), (3, kind), (4, status), (5, "Ann Example")] {
                sheet.write_string(row, column, text).unwrap();
            }
            if as_text {
                sheet.write_string(row, 1, format!("{day}/11/2026")).unwrap();
                sheet.write_string(row, 2, format!("{hour}:{minute:02}")).unwrap();
            } else {
                let on = ExcelDateTime::from_ymd(2026, 11, u8::try_from(day).unwrap()).unwrap();
                sheet.write_datetime_with_format(row, 1, &on, &date).unwrap();
                let at =
                    ExcelDateTime::from_hms(u16::try_from(hour).unwrap(), u8::try_from(minute).unwrap(), 0).unwrap();
                sheet.write_datetime_with_format(row, 2, &at, &time).unwrap();
            }
        }
        let bytes = book.save_to_buffer().unwrap();
        let found = taken(&bytes);
        assert_eq!(found.attended(), expected(), "{as_text}");
        assert_eq!(found.summary.dropped, [("Patient".to_owned(), 10)]);
        assert_eq!(taken(&archive(&[("week.xlsx", &bytes)])).attended(), expected());
        let plain = Ways { encoding: 0, sign: 0, end: 0, order: 0, dates: 0, around: 0, grouped: false };
        let ids = |taken: &Taken| taken.chunk.slots.iter().map(|slot| slot.slot).collect::<Vec<_>>();
        assert_eq!(ids(&found), ids(&taken(&plain.bytes())));
    }
}

#[test]
fn one_week_in_three_shapes_gives_the_same_counts() {
    let week = [("Dr A", 16, 3), ("Dr A", 17, 14), ("Dr B", 16, 9), ("Dr B", 20, 1)];
    let mut grouped = String::from(
        "\"Full Name of the Session Holder of the Session\",\"Appointment Date\",\"Appointment Time\",\"Slot Type\",\"Availability\",\"DNA\",\"\",\n",
    );
    let mut systmone = String::from("Appointment date,Appointment status,Clinician,Rota type,Patient Count\n");
    let mut slots = String::from(
        "SlotGuid,AppointmentDate,AppointmentStartTime,PatientGuid,SendInTime,LeftTime,DidNotAttend,SessionGuid,Deleted\n",
    );
    let mut sessions = String::from("AppointmentSessionGuid,StartDate,SessionTypeDescription,Deleted\n");
    let mut users = String::from("SessionGuid,UserInRoleGuid,Deleted\n");
    let mut before = "";
    for (at, (who, day, n)) in week.into_iter().enumerate() {
        let holder = if before == who { "" } else { who };
        before = who;
        writeln!(grouped, "\"{holder}\",\"{day}-Nov-2026\",\"09:00\",\"Surgery\",\"Booked\",\"Attended\",\"{n}\",")
            .unwrap();
        grouped += "\"\",\"\",\"09:15\",\"Surgery\",\"Available\",\"Attended\",\"2\",\n";
        grouped += "\"\",\"\",\"09:30\",\"Surgery\",\"Booked\",\"Did Not Attend\",\"1\",\n";
        writeln!(sessions, "{{S{at}}},,Surgery,false").unwrap();
        writeln!(users, "{{S{at}}},{who},false").unwrap();
        for slot in 0..=n {
            let missed = slot == n;
            let status = if missed { "Did Not Attend" } else { "Finished" };
            writeln!(systmone, "{day}-Nov-26,{status},{who},Surgery,1").unwrap();
            let seen = if missed { "" } else { "09:01:00" };
            writeln!(slots, "{{{at}-{slot}}},2026-11-{day},09:00:00,{{P}},{seen},,{missed},{{S{at}}},false").unwrap();
        }
    }
    let expected: BTreeMap<_, u32> =
        week.into_iter().map(|(who, day, n)| (on(who, &format!("2026-11-{day}")), n)).collect();
    let shapes: [&[&[u8]]; 3] =
        [&[grouped.as_bytes()], &[systmone.as_bytes()], &[slots.as_bytes(), sessions.as_bytes(), users.as_bytes()]];
    for (at, shape) in shapes.into_iter().enumerate() {
        let found = take(shape).unwrap();
        assert_eq!(found.attended(), expected, "shape {at}");
        assert_eq!(found.of(SlotOutcome::DidNotAttend).values().sum::<u32>(), 4, "shape {at}");
        assert_eq!(found.chunk.refused, [], "shape {at}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_reader_returns_more_contacts_than_rows_times_counts(
        rows in prop::collection::vec((0_usize..4, 1_u32..31, 0_usize..8, 0_u32..40, any::<bool>()), 1..40),
        grouped in any::<bool>(),
    ) {
        let mut text = String::from("Session Holder,Date,Time,Availability,DNA,\n");
        let mut most = 0_u32;
        let mut before = (9, 0);
        for (who, day, status, count, quote) in rows {
            let status = ["Booked", "Available", "Blocked", "Left", "Booked\nagain", "\"", "", "Visited"][status];
            let (name, date) = if grouped && before == (who, day) {
                (String::new(), String::new())
            } else {
                (format!("Dr {who}"), format!("{day}/11/2026"))
            };
            before = (who, day);
            let status = if quote || status.contains('\n') { format!("\"{}\"", status.replace('"', "\"\"")) } else { status.to_owned() };
            writeln!(text, "{name},{date},09:00,{status},Attended,{count}").unwrap();
            most += count.max(1);
        }
        if let Ok(found) = take(&[text.as_bytes()]) {
            let contacts: u32 = found.attended().values().sum();
            prop_assert!(contacts <= most, "{contacts} of {most}:\n{text}");
        }
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), text in "[\"',;\\n\\r0-9/a-zA-Z =]{0,300}") {
        for bytes in [bytes, text.into_bytes()] {
            let sources = unpacked(files(&[&bytes]), &std::env::temp_dir());
            let _ = sources.and_then(|sources| scan(&sources, &asked(Matching::default())).map(drop));
        }
    }
}

/// The tables of files as they leave the practice.
fn left(all: &[&[u8]]) -> Vec<Vec<u8>> {
    use std::io::{Read as _, Seek as _};
    let folder = std::env::temp_dir();
    let tables = unpacked(files(all), &folder).unwrap();
    let leaving = without_patients(&tables, &asked(Matching::default()), &folder).unwrap();
    let bytes = leaving.into_iter().map(|mut source| {
        let mut bytes = Vec::new();
        source.file.rewind().unwrap();
        source.file.read_to_end(&mut bytes).unwrap();
        bytes
    });
    bytes.collect()
}

const LEAVES: &str = "Printed for Ann Example\r\n\r\n\
    Patient,Date,Start,Session Holder,Slot Type,Slot Status,NHS Number,Comments\r\n\
    Ann Example,18/11/2026,09:00,Dr A,\"Flu \"\"21\"\",\r\nlate\",Attended,9990001006,\"back\r\npain\"\r\n\
    Bob Example,18/11/2026,09:10,Dr A,Surgery,Attended,9990042772,call 9990042772\r\n\
    Cat Example,18/11/2026,09:20,Dr A,Surgery,Did Not Attend,9990001006,\r\n\
    Dan Example,18/11/2026,09:30,Dr A,Example,Surgery,Attended,9990001006,pain\r\n\
    ,18/11/2026,09:40,Dr A,Surgery,,,\r\n\
    Eve Example,18/11/2026,09:50,Dr A,Surgery,,,\r\n\
    Total for Ann Example,,,,,6,,\r\n";

#[test]
fn what_leaves_reads_as_the_whole_does_and_names_no_patient() {
    let cases: [&[u8]; 8] = [
        EMIS,
        case!("emis_statuses_report.csv"),
        case!("systmone_report_a_gp_rota.csv"),
        case!("systmone_report_b_telephone_rota.csv"),
        case!("systmone_statuses_report.csv"),
        case!("before_excel.csv"),
        case!("after_excel.csv"),
        case!("line_break_in_cell.csv"),
    ];
    for (at, whole) in cases.into_iter().enumerate() {
        let left = left(&[whole]);
        let left: Vec<&[u8]> = left.iter().map(Vec::as_slice).collect();
        let (whole, cut) = (taken(whole), take(&left).unwrap());
        for outcome in SlotOutcome::ALL {
            assert_eq!(cut.of(outcome), whole.of(outcome), "{at} {outcome:?}");
        }
        let slots = |taken: &Taken| -> Vec<_> { taken.chunk.slots.iter().map(|slot| (slot.slot, slot.line)).collect() };
        assert_eq!(slots(&cut), slots(&whole), "{at}");
        assert_eq!(cut.chunk.refused, whole.chunk.refused, "{at}");
    }
    let leaves = left(&[LEAVES.as_bytes()]);
    let text = String::from_utf8(leaves[0].clone()).unwrap();
    for secret in ["Example", "999", "pain", "Comments", "NHS", "call", "Total"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    assert!(text.contains("\"Flu \"\"21\"\", late\"") && text.contains(HAS_PATIENT), "{text}");
    let found = taken(text.as_bytes());
    let outcome = |line| found.chunk.slots.iter().find(|slot| slot.line == line).map(|slot| slot.outcome);
    assert_eq!(outcome(7), Some(SlotOutcome::Attended), "{text}");
    assert_eq!(outcome(8), Some(SlotOutcome::DidNotAttend), "{text}");
    assert!(found.chunk.refused.iter().any(|(line, _)| *line == 9), "{text}");
}

#[test]
fn where_nobody_said_which_column_is_which_nothing_leaves() {
    let folder = std::env::temp_dir();
    let tables = unpacked(files(&[b"When,Who,What\r\n18/11/2026,Dr A,Attended\r\n"]), &folder).unwrap();
    assert_eq!(piece_of(&tables).unwrap(), Piece::Whole);
    let stays = without_patients(&tables, &asked(Matching::default()), &folder).unwrap_err();
    assert!(stays.is_for_a_person(), "{stays}");
}
