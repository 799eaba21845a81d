//! Codes of the Office for National Statistics beside those of ODS, so that figures can be joined with maps and with what
//! others publish. From NHS England's mapping of 1 August 2026 (Open Government Licence v3.0; `src/assets/LICENCES.md`).

use super::disclosure::AreaKind;

const ENGLAND: &str = "E92000001";

/// NHS England regions.
const REGIONS: [(&str, &str); 7] = [
    ("Y56", "E40000003"),
    ("Y58", "E40000006"),
    ("Y59", "E40000005"),
    ("Y60", "E40000011"),
    ("Y61", "E40000013"),
    ("Y62", "E40000014"),
    ("Y63", "E40000012"),
];

/// Integrated Care Boards since 1 April 2026.
const ICBS: [(&str, &str); 36] = [
    ("D7T5G", "E54000066"),
    ("QE1", "E54000048"),
    ("QF7", "E54000061"),
    ("QGH", "E54000019"),
    ("QHL", "E54000055"),
    ("QHM", "E54000050"),
    ("QJ2", "E54000058"),
    ("QJK", "E54000037"),
    ("QJM", "E54000013"),
    ("QK1", "E54000015"),
    ("QKK", "E54000030"),
    ("QKS", "E54000032"),
    ("QMF", "E54000029"),
    ("QNC", "E54000010"),
    ("QOC", "E54000011"),
    ("QOP", "E54000057"),
    ("QOQ", "E54000051"),
    ("QOX", "E54000040"),
    ("QPM", "E54000059"),
    ("QR1", "E54000043"),
    ("QRL", "E54000067"),
    ("QSL", "E54000038"),
    ("QT1", "E54000060"),
    ("QT6", "E54000036"),
    ("QUA", "E54000062"),
    ("QUY", "E54000039"),
    ("QVV", "E54000041"),
    ("QWE", "E54000031"),
    ("QWO", "E54000054"),
    ("QWU", "E54000018"),
    ("QYG", "E54000008"),
    ("S0E4D", "E54000070"),
    ("S1Y5D", "E54000065"),
    ("S9B9J", "E54000069"),
    ("T6Y0W", "E54000068"),
    ("Z9B2Z", "E54000071"),
];

/// The code of an area, those of several that are one row joined by `+`; nothing where one is not known.
pub fn code(kind: AreaKind, ods: &str) -> Option<String> {
    let table: &[(&str, &str)] = match kind {
        AreaKind::England => return Some(ENGLAND.to_owned()),
        AreaKind::Region => &REGIONS,
        AreaKind::Icb => &ICBS,
    };
    let codes: Option<Vec<&str>> =
        ods.split('+').map(|ods| Some(table.iter().find(|known| known.0 == ods)?.1)).collect();
    codes.map(|codes| codes.join("+"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const MAPPING: &str = include_str!("../../tests/data/organisations/gp-reg-pat-prac-map_2026-08.csv");

    /// Two columns of the mapping, each pair once.
    fn column(ods: &str, ons: &str) -> BTreeMap<String, String> {
        let mut reader = csv::Reader::from_reader(MAPPING.as_bytes());
        let heads = reader.headers().unwrap().clone();
        let at = |name: &str| heads.iter().position(|head| head == name).unwrap();
        let (ods, ons) = (at(ods), at(ons));
        let rows = reader.records().map(Result::unwrap);
        rows.map(|row| (row[ods].to_owned(), row[ons].to_owned())).collect()
    }

    #[test]
    fn codes_are_those_of_the_mapping() {
        let held = |table: &[(&str, &str)]| -> BTreeMap<String, String> {
            let rows = table.iter();
            rows.map(|(ods, ons)| ((*ods).to_owned(), (*ons).to_owned())).collect()
        };
        assert_eq!(held(&ICBS), column("ICB_CODE", "ONS_ICB_CODE"));
        let regions = column("COMM_REGION_CODE", "ONS_COMM_REGION_CODE");
        assert_eq!(held(&REGIONS), regions);
    }

    #[test]
    fn several_in_one_row_have_several_codes() {
        assert_eq!(code(AreaKind::Icb, "QE1+QHM").unwrap(), "E54000048+E54000050");
        assert_eq!(code(AreaKind::Icb, "QE1+XDA"), None, "not half of it");
        assert_eq!(code(AreaKind::England, "england").unwrap(), ENGLAND);
        assert_eq!(code(AreaKind::Region, "Y56").unwrap(), "E40000003");
    }
}
