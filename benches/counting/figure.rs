//! A table of figures, each beside its limit.

/// One line of the table.
pub(crate) struct Figure {
    what: String,
    measured: String,
    limit: String,
    kept: bool,
}

impl Figure {
    pub(crate) fn at_least(what: &str, measured: f64, limit: f64, unit: &str) -> Self {
        Self {
            what: what.to_owned(),
            measured: format!("{} {unit}", rounded(measured)),
            limit: format!("at least {}", rounded(limit)),
            kept: measured >= limit,
        }
    }

    pub(crate) fn at_most(what: &str, measured: f64, limit: f64, unit: &str) -> Self {
        Self {
            what: what.to_owned(),
            measured: format!("{measured:.1} {unit}"),
            limit: format!("at most {limit:.1}"),
            kept: measured <= limit,
        }
    }

    pub(crate) fn told(what: &str, measured: f64, unit: &str) -> Self {
        Self {
            what: what.to_owned(),
            measured: format!("{} {unit}", rounded(measured)),
            limit: "–".to_owned(),
            kept: true,
        }
    }

    pub(crate) fn print(&self) {
        let kept = if self.kept { "yes" } else { "NO" };
        println!("| {} | {} | {} | {kept} |", self.what, self.measured, self.limit);
    }
}

/// `21,340`; small figures keep two decimals.
fn rounded(n: f64) -> String {
    if n < 100.0 {
        return format!("{n:.2}");
    }
    let digits = format!("{n:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The head of the table.
pub(crate) fn head() {
    println!("| what | measured | limit | kept |");
    println!("|---|---:|---:|---|");
}
