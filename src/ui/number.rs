//! Figures as people read them: thousands apart, shares rounded once, "about" said when it is about.

pub use crate::domain::written::thousands;

/// A share in tenths of a per cent, half rounded up; `None` of nothing.
pub fn permille(part: u64, whole: u64) -> Option<u64> {
    let doubled = u128::from(part) * 2000 + u128::from(whole);
    let share = doubled.checked_div(u128::from(whole) * 2)?;
    Some(u64::try_from(share).unwrap_or(u64::MAX))
}

/// A share in whole per cent, half rounded up; `None` of nothing.
pub fn percent(part: u64, whole: u64) -> Option<u64> {
    let doubled = u128::from(part) * 200 + u128::from(whole);
    let share = doubled.checked_div(u128::from(whole) * 2)?;
    Some(u64::try_from(share).unwrap_or(u64::MAX))
}

/// `27, 38` → `71%`; a dash where there is nothing to take a share of.
pub fn percent_text(part: u64, whole: u64) -> String {
    percent(part, whole).map_or_else(|| "–".to_owned(), |share| format!("{share}%"))
}

/// `60` → `about 60`.
pub fn about(n: u64) -> String {
    format!("about {}", thousands(n))
}

/// `27, 38` → `27 of 38`.
pub fn of(part: u64, whole: u64) -> String {
    format!("{} of {}", thousands(part), thousands(whole))
}

/// A change since an earlier date: `+3`, `−2`, `no change`.
pub fn change(by: i64) -> String {
    match by {
        0 => "no change".to_owned(),
        1.. => format!("+{}", thousands(by.unsigned_abs())),
        _ => format!("−{}", thousands(by.unsigned_abs())),
    }
}

/// `1, "practice", "practices"` → `1 practice`.
pub fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", thousands(n), if n == 1 { one } else { many })
}

/// A number of tenths as short as SVG allows: `563` → `56.3`, `560` → `56`.
pub(crate) fn tenths(n: u64) -> String {
    if n.is_multiple_of(10) { (n / 10).to_string() } else { format!("{}.{}", n / 10, n % 10) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_as_people_write_them() {
        assert_eq!(
            ["0", "999", "1,000", "12,350", "1,234,567"].map(str::to_owned),
            [0, 999, 1000, 12_350, 1_234_567].map(thousands)
        );
        assert_eq!(percent_text(27, 38), "71%");
        assert_eq!(percent_text(1, 200), "1%");
        assert_eq!(percent_text(3, 0), "–");
        assert_eq!(percent(u64::MAX, u64::MAX), Some(100));
        assert_eq!(permille(14, 25), Some(560));
        assert_eq!([change(3), change(0), change(-1200)], ["+3", "no change", "−1,200"]);
        assert_eq!(counted(1, "practice", "practices"), "1 practice");
        assert_eq!([tenths(563), tenths(560), tenths(4)], ["56.3", "56", "0.4"]);
        assert_eq!(about(1060), "about 1,060");
        assert_eq!(of(6, 8), "6 of 8");
    }
}
