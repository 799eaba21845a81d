//! A clinician's own data as CSV: one line a contact, and one a number from the appointment book.

use crate::{domain::calendar, exchange::release_csv::text, store::history::Entry};

/// The columns, in order.
const COLUMNS: [&str; 8] = ["day", "time", "entry", "number", "kind", "complex", "entered", "voided"];

/// The file. Times are London's.
pub fn write(entries: &[Entry]) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    // Writing into memory does not fail.
    let _ = writer.write_record(COLUMNS);
    for entry in entries {
        let _ = writer.write_record(line(entry).map(|cell| text(&cell)));
    }
    writer.into_inner().unwrap_or_default()
}

fn line(entry: &Entry) -> [String; 8] {
    let yes = |is: bool| if is { "yes" } else { "no" }.to_owned();
    match entry {
        Entry::Contact { day, occurred_at, kind, complex, entered, voided } => [
            day.to_string(),
            calendar::london_time(*occurred_at),
            "contact".to_owned(),
            "1".to_owned(),
            kind.clone(),
            yes(*complex),
            entered.clone(),
            yes(*voided),
        ],
        Entry::Sheet { day, recorded_at, n, entered_by } => [
            day.to_string(),
            calendar::london_time(*recorded_at),
            "day sheet".to_owned(),
            n.to_string(),
            String::new(),
            String::new(),
            entered_by.clone(),
            String::new(),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_londons_and_formulas_are_text() {
        let entries = [
            Entry::Contact {
                day: "2026-07-01".parse().unwrap(),
                occurred_at: "2026-07-01T08:05:00Z".parse().unwrap(),
                kind: "=cmd()".to_owned(),
                complex: true,
                entered: "tap".to_owned(),
                voided: false,
            },
            Entry::Sheet {
                day: "2026-07-02".parse().unwrap(),
                recorded_at: "2026-07-02T18:30:00Z".parse().unwrap(),
                n: 24,
                entered_by: "manager".to_owned(),
            },
        ];
        let csv = String::from_utf8(write(&entries)).unwrap();
        let lines: Vec<&str> = csv.lines().collect();
        assert_eq!(lines[0], "day,time,entry,number,kind,complex,entered,voided");
        assert!(lines[1].starts_with("2026-07-01,09:05,contact,1,"), "{csv}");
        assert!(!lines[1].contains(",=cmd"), "{csv}");
        assert_eq!(lines[2], "2026-07-02,19:30,day sheet,24,,,manager,");
    }
}
