//! What an import did, in lines a person reads.

use std::collections::BTreeMap;

use crate::{
    domain::{
        appointment::{ImportSummary, RowRefusal, SlotOutcome, System},
        organisation::{ChangedFact, LeftOut, OrganisationChange, OrganisationKind, Plan, WhyLeftOut},
    },
    operations::import_organisations::File,
    ui::number,
};

/// Lines shown of each group where not all are asked for.
const MOST: usize = 20;

/// The report of one file.
pub(super) fn file(file: &File, plan: &Plan, all: bool) -> Vec<String> {
    let mut lines = vec![format!("{} ({}, {}): {}", file.name, file.source().code(), file.effective_on, summary(plan))];
    let most = if all { usize::MAX } else { MOST };
    for (group, what) in ChangedFact::GROUPS {
        let some: Vec<String> = plan.changes.iter().filter(|change| what(&change.what)).map(change).collect();
        list(&mut lines, group, &some, most);
    }
    let mut skipped: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in &file.extract.skipped {
        let rows = skipped.entry(row.reason.to_string()).or_default();
        rows.push(format!("line {}: {}", row.line, row.code));
    }
    for (reason, rows) in &skipped {
        lines.push(format!("  skipped, {reason}: {}", thousands(rows.len())));
        details(&mut lines, rows, all);
    }
    let mut left_out: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for LeftOut { code, why } in &plan.left_out {
        left_out.entry(why_left_out(why)).or_default().push(code.to_string());
    }
    for (why, codes) in &left_out {
        lines.push(format!("  left out, {why}: {}", thousands(codes.len())));
        details(&mut lines, codes, all);
    }
    let uncertain: Vec<String> =
        file.extract.uncertain.iter().map(|row| format!("line {}: {}", row.line, row.code)).collect();
    if !uncertain.is_empty() {
        lines.push(format!("  used, though the file marks them as uncertain: {}", thousands(uncertain.len())));
        details(&mut lines, &uncertain, all);
    }
    lines.extend(file.extract.caveat.map(|caveat| format!("  {caveat}")));
    lines
}

fn summary(plan: &Plan) -> String {
    if plan.changes.is_empty() && plan.facts.is_empty() {
        return "no change".to_owned();
    }
    let counted: Vec<String> = ChangedFact::GROUPS
        .into_iter()
        .filter_map(|(group, what)| {
            let n = plan.changes.iter().filter(|change| what(&change.what)).count();
            (n > 0).then(|| format!("{} {group}{}", thousands(n), practices(plan, what)))
        })
        .collect();
    if counted.is_empty() {
        format!("{} facts, none of them a change", thousands(plan.facts.len()))
    } else {
        counted.join(", ")
    }
}

/// How many of these changes are about practices, where some are about areas.
fn practices(plan: &Plan, what: fn(&ChangedFact) -> bool) -> String {
    let (practices, areas): (Vec<&OrganisationChange>, Vec<&OrganisationChange>) = plan
        .changes
        .iter()
        .filter(|change| what(&change.what))
        .partition(|change| change.kind == OrganisationKind::Practice);
    if areas.is_empty() { String::new() } else { format!(" ({} of them practices)", thousands(practices.len())) }
}

fn change(change: &OrganisationChange) -> String {
    let OrganisationChange { code, kind, on, what } = change;
    let or_none = |code: &Option<entity::ids::OrgCode>| code.as_ref().map_or("none".to_owned(), ToString::to_string);
    match what {
        ChangedFact::Opened | ChangedFact::Closed => format!("{kind} {code} from {on}"),
        ChangedFact::TakenOver { by } => format!("{kind} {code} by {by} from {on}"),
        ChangedFact::OpenedEarlier { than } => format!("{kind} {code} on {on}, not {than}"),
        ChangedFact::Moved { kind: parent, from, to } => {
            format!("{kind} {code}, {parent} {} to {} from {on}", or_none(from), or_none(to))
        }
        ChangedFact::Renamed { from, to } => format!("{kind} {code}, {from} to {to} from {on}"),
        ChangedFact::ListSize { from, to } => {
            let from = from.map_or("unknown".to_owned(), |from| from.to_string());
            format!("{kind} {code}, {from} to {to} patients from {on}")
        }
        ChangedFact::Covers { icb, covers: true } => {
            format!("{kind} {code} covers {} {icb} from {on}", OrganisationKind::Icb)
        }
        ChangedFact::Covers { icb, covers: false } => {
            format!("{kind} {code} no longer covers {} {icb} from {on}", OrganisationKind::Icb)
        }
    }
}

fn why_left_out(why: &WhyLeftOut) -> String {
    match why {
        WhyLeftOut::Unknown => "the organisation is not known".to_owned(),
        WhyLeftOut::UnknownParent { kind, code } => format!("its {kind} {code} is not known"),
        WhyLeftOut::OtherKind { is } => format!("the code is known as a {is}"),
        WhyLeftOut::OnPatientList => "said to be closed, yet it has patients".to_owned(),
        WhyLeftOut::StaysClosed => "said to be open, yet it was closed".to_owned(),
        WhyLeftOut::SaidBefore => "said before in the same file".to_owned(),
    }
}

fn list(lines: &mut Vec<String>, group: &str, some: &[String], most: usize) {
    if some.is_empty() {
        return;
    }
    lines.push(format!("  {group}: {}", thousands(some.len())));
    lines.extend(some.iter().take(most).map(|line| format!("    {line}")));
    let rest = some.len().saturating_sub(most);
    if rest > 0 {
        lines.push(format!("    and {} more (--all lists them)", thousands(rest)));
    }
}

fn details(lines: &mut Vec<String>, rows: &[String], all: bool) {
    if all {
        lines.extend(rows.iter().map(|row| format!("    {row}")));
    }
}

/// The report of an import of appointments.
pub(super) fn appointments(
    system: System,
    summary: &ImportSummary,
    refusals: &[(u64, RowRefusal)],
    all: bool,
) -> Vec<String> {
    let mut lines = vec![format!("{}: {} rows", system.title(), number::thousands(summary.rows))];
    if let Some((first, last)) = summary.days {
        lines.push(format!("  days from {first} to {last}"));
    }
    let mut count = |what: &str, n: u64| {
        if n > 0 {
            lines.push(format!("  {what}: {}", number::thousands(n)));
        }
    };
    count("attended, counted", summary.of(SlotOutcome::Attended));
    count("vaccinated, outside the limit", summary.of(SlotOutcome::Vaccinated));
    count("did not attend", summary.of(SlotOutcome::DidNotAttend));
    count("booked", summary.of(SlotOutcome::Booked));
    count("of them on past days, without an outcome", summary.without_outcome);
    count("cancelled", summary.of(SlotOutcome::Cancelled));
    count("free", summary.of(SlotOutcome::Free));
    count("deleted", summary.of(SlotOutcome::Removed));
    count("of holders or types that are not counted", summary.not_counted);
    count("older than 13 weeks, not taken", summary.too_old);
    count("of days that a clinician had erased, not taken", summary.erased);
    count("rows with cells taken from the row above", summary.filled_down);
    count("titles and totals, left out", summary.left_out);
    for (name, cells) in &summary.dropped {
        lines.push(format!("  dropped, about patients: column {name} ({} cells)", number::thousands(*cells)));
    }
    lines.extend(refused(summary, refusals, all));
    lines.extend(summary.warnings().into_iter().map(|words| format!("  look at this: {words}")));
    lines.push(format!(
        "  {} new, {} changed, {} gone since the last import",
        number::thousands(summary.fresh),
        number::thousands(summary.changed),
        number::thousands(summary.gone)
    ));
    lines
}

/// Refused rows by their reason, with the lines of the first.
fn refused(summary: &ImportSummary, refusals: &[(u64, RowRefusal)], all: bool) -> Vec<String> {
    let mut lines = Vec::new();
    for (code, n) in &summary.refused {
        let Ok(reason) = code.parse::<RowRefusal>() else {
            continue;
        };
        lines.push(format!("  refused, {reason}: {}", number::thousands(*n)));
        let most = if all { usize::MAX } else { MOST };
        let of_it = refusals.iter().filter(|(_, refusal)| *refusal == reason);
        lines.extend(of_it.take(most).map(|(line, _)| format!("    line {line}")));
    }
    lines
}

pub(super) fn thousands(n: usize) -> String {
    number::thousands(u64::try_from(n).unwrap_or(u64::MAX))
}
