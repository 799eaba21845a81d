//! What to say of a file that is none of those that are read: what it resembles, and what it lacks. Names columns that we
//! know, never what the file says.

use super::{lists, lmc, mapping, table};

/// The files with a header, each with the columns it must have.
const KINDS: [(&str, &[&str]); 4] = [
    ("NHS England's mapping of practices (gp-reg-pat-prac-map)", mapping::COLUMNS),
    ("a list of practices with their sizes", lists::COLUMNS),
    ("a list of LMCs", lmc::LMC_COLUMNS),
    ("a list of the LMC of each practice", lmc::MEMBER_COLUMNS),
];

/// What can be imported, the kind that is nearest, and what is missing of it.
pub fn nearest(bytes: &[u8]) -> String {
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") || bytes.contains(&0) {
        return "it is not UTF-8: save it once more as CSV UTF-8 (comma delimited)".to_owned();
    }
    let kinds: Vec<&str> = KINDS.iter().map(|(title, _)| *title).collect();
    let all = format!(
        "what can be imported: {}; epraccur, which has no header and 27 columns; records of ODS's ORD interface as JSON; and a \
         zip of any of them",
        kinds.join("; ")
    );
    let header = header(bytes);
    let like = |name: &str| header.names.iter().any(|found| found.eq_ignore_ascii_case(name));
    let close = KINDS
        .iter()
        .map(|(title, columns)| {
            let n = columns.iter().filter(|name| like(name)).count();
            (n * 100 / columns.len(), *title, *columns)
        })
        .max_by_key(|(share, ..)| *share)
        .filter(|(share, ..)| *share > 0);
    let Some((_, title, columns)) = close else {
        return all;
    };
    if let Some(sign) = header.other_sign {
        return format!("it is like {title}, with {sign} between its columns: save it once more as CSV with commas");
    }
    let lacks = |wrong: &dyn Fn(&str) -> bool| {
        let names: Vec<&str> = columns.iter().copied().filter(|name| wrong(name)).collect();
        names.join(", ")
    };
    let exact = |name: &str| header.names.iter().any(|found| found == name);
    let missing = lacks(&|name| !like(name));
    if missing.is_empty() {
        let other = lacks(&|name| !exact(name));
        return if other.is_empty() {
            format!("it is like {title}, and a column list_size_est_ with year and month is missing or there twice")
        } else {
            format!("it is like {title}, with headings in other letters than these: {other}")
        };
    }
    format!("the nearest is {title}, of which it lacks the columns {missing}; {all}")
}

struct Header {
    names: Vec<String>,
    /// What stands between columns, where it is no comma.
    other_sign: Option<&'static str>,
}

fn header(bytes: &[u8]) -> Header {
    let text = table::without_mark(bytes);
    let first = text.split(|byte| matches!(byte, b'\n' | b'\r')).next();
    let first = String::from_utf8_lossy(first.unwrap_or_default());
    let of = |sign: char| -> Vec<String> {
        let names = first.split(sign);
        names.map(|name| name.trim().trim_matches('"').to_owned()).collect()
    };
    let signs = [(',', None), (';', Some("semicolons")), ('\t', Some("tabs"))];
    let most = signs.into_iter().rev().max_by_key(|(sign, _)| of(*sign).len());
    let (sign, other_sign) = most.unwrap_or((',', None));
    Header { names: of(sign), other_sign }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_not_known_is_told_what_it_resembles_and_what_it_lacks() {
        let icbs = include_bytes!("../../../tests/data/organisations/icbs_2026-08.csv");
        let said = nearest(icbs);
        assert!(
            said.starts_with(
                "the nearest is a list of practices with their sizes, of which it lacks the columns open_date, pcn_code"
            ) && said.contains("gp-reg-pat-prac-map")
                && said.contains("epraccur"),
            "{said}"
        );
        let lmcs = "lmc_id,name,icb_codes,source_seen\nx,X,,\n";
        for (text, why) in [
            (lmcs.replace(',', ";"), "semicolons between its columns"),
            (lmcs.to_uppercase(), "other letters than these: lmc_id, name, icb_codes, source_seen"),
            (lmcs.replace("source_seen", "seen"), "lacks the columns source_seen"),
            (mapping::COLUMNS.join(",").to_lowercase(), "mapping of practices"),
            ("a,b,c\n1,2,3\n".to_owned(), "what can be imported"),
            (String::new(), "what can be imported"),
        ] {
            let said = nearest(text.as_bytes());
            assert!(said.contains(why), "{why}: {said}");
        }
        let wide: Vec<u8> = lmcs.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(nearest(&[&b"\xFF\xFE"[..], &wide].concat()).contains("not UTF-8"));
        // Never what the file says.
        assert!(!nearest(b"Ann Example,9990001006").contains("Ann"));
    }
}
