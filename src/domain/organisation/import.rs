//! What a file says, compared with what is known: the new facts, and the changes a person reads before agreeing.

use std::collections::BTreeSet;

use entity::ids::{LocalDate, OrgCode};

use super::{
    Fact, OrganisationKind,
    statement::{
        ChangedFact, ImportScope, LeftOut, Openness, OrganisationChange, Plan, Proposed, Statement, WhyLeftOut,
    },
    tree::{Entry, Known, Slot, Tree, Value, counts, said},
};

/// Compares what a file says with what is known. Nothing is ever removed: a change is a new fact, and a plan of the
/// same statements once its facts are recorded is empty.
///
/// `effective_on` is the file's date. Where it is older than `scope.newest`, what changes is said again as it was
/// for that newest day, so that an old file rewrites the time before it and leaves today alone.
pub fn plan(tree: &Tree, statements: &[Statement], effective_on: LocalDate, scope: ImportScope) -> Plan {
    let stated = statements.iter().map(|statement| &statement.code).collect();
    let mut planner = Planner { tree, stated, on: effective_on, scope, plan: Plan::default() };
    let mut seen = BTreeSet::new();
    for statement in statements {
        if seen.insert(&statement.code) {
            planner.compare(statement);
        } else {
            planner.leave_out(&statement.code, WhyLeftOut::SaidBefore);
        }
    }
    planner.close_unsaid();
    planner.plan
}

struct Planner<'a> {
    tree: &'a Tree,
    stated: BTreeSet<&'a OrgCode>,
    on: LocalDate,
    scope: ImportScope,
    plan: Plan,
}

/// An organisation as the planner meets it: known or new.
#[derive(Clone, Copy)]
struct Subject<'a> {
    code: &'a OrgCode,
    kind: OrganisationKind,
    known: Option<Known<'a>>,
}

impl<'a> Subject<'a> {
    fn slot(self, slot: Slot) -> &'a [Entry] {
        self.known.map_or(&[], |known| known.slot(slot))
    }

    /// Whether a patient-list file was seen to have it. Only those say a list size. A PCN stands in records of ORD too: one
    /// that such a record put into a network stays open until a patient-list file has it no more.
    fn on_patient_list(self) -> bool {
        !self.slot(Slot::Parent(OrganisationKind::Pcn)).is_empty() || !self.slot(Slot::ListSize).is_empty()
    }
}

impl<'a> Planner<'a> {
    fn compare(&mut self, statement: &'a Statement) {
        let known = self.tree.known(&statement.code);
        let subject = Subject { code: &statement.code, kind: statement.kind, known };
        if let Some(known) = known.filter(|known| known.kind != statement.kind) {
            return self.leave_out(subject.code, WhyLeftOut::OtherKind { is: known.kind });
        }
        let goes_on = match statement.standing {
            Openness::Open { since } => self.open(subject, since),
            Openness::Closed { on } => {
                self.close_said(subject, on.unwrap_or(self.on), statement.successor.as_ref());
                false
            }
            Openness::Unsaid if known.is_none() => {
                self.leave_out(subject.code, WhyLeftOut::Unknown);
                false
            }
            Openness::Unsaid => true,
        };
        if goes_on {
            self.describe(subject, statement);
        }
    }

    /// Opens what is not open; answers whether the rest of the statement counts.
    fn open(&mut self, subject: Subject<'_>, since: Option<LocalDate>) -> bool {
        let status = subject.slot(Slot::Status);
        let opened = status.iter().find(|entry| entry.value == Value::Opened);
        let mut first = opened.map(|entry| entry.effective_on);
        if let Some(Value::Closed(_)) = said(status, self.on).map(|entry| entry.value) {
            if self.scope.source.yields_to_patient_lists() {
                self.leave_out(subject.code, WhyLeftOut::StaysClosed);
                return false;
            }
            self.fact(subject, status, self.on, Fact::Opened);
            self.change(subject, self.on, ChangedFact::Opened);
            first = Some(first.map_or(self.on, |first| first.min(self.on)));
        }
        let opening = since.unwrap_or(self.on);
        match first {
            Some(than) if opening < than => {
                self.propose(subject, opening, Fact::Opened);
                self.change(subject, opening, ChangedFact::OpenedEarlier { than });
            }
            Some(_) => {}
            None => {
                self.fact(subject, status, opening, Fact::Opened);
                self.change(subject, opening, ChangedFact::Opened);
            }
        }
        true
    }

    fn close_said(&mut self, subject: Subject<'_>, on: LocalDate, successor: Option<&OrgCode>) {
        let status = subject.slot(Slot::Status);
        if let Some((Value::Closed(None), since)) =
            said(status, self.on.max(on)).map(|entry| (entry.value, entry.effective_on))
        {
            return self.name_successor(subject, since, successor);
        }
        // Nobody needs the code of a practice that was closed before it was ever known.
        let Some(opened) = said(status, self.on.max(on)).filter(|e| e.value == Value::Opened) else {
            return;
        };
        // A closing date before the opening is an old one of a practice that opened again.
        let on = if on < opened.effective_on { self.on.max(opened.effective_on) } else { on };
        if self.scope.source.yields_to_patient_lists() && subject.on_patient_list() {
            self.leave_out(subject.code, WhyLeftOut::OnPatientList);
        } else {
            self.close(subject, on, successor.cloned());
        }
    }

    /// Of one that is known to be closed, who took over.
    fn name_successor(&mut self, subject: Subject<'_>, since: LocalDate, successor: Option<&OrgCode>) {
        if let Some(successor) = successor {
            self.propose(subject, since, Fact::Closed { successor: Some(successor.clone()) });
            self.change(subject, since, ChangedFact::TakenOver { by: successor.clone() });
        }
    }

    fn close(&mut self, subject: Subject<'_>, on: LocalDate, successor: Option<OrgCode>) {
        let status = subject.slot(Slot::Status);
        self.fact(subject, status, on, Fact::Closed { successor });
        self.change(subject, on, ChangedFact::Closed);
    }

    fn describe(&mut self, subject: Subject<'a>, statement: &'a Statement) {
        if let Some(name) = &statement.name {
            self.name(subject, name);
        }
        if let Some(patients) = statement.list_size {
            self.list_size(subject, patients);
        }
        for (kind, parent) in &statement.parents {
            self.parent(subject, *kind, parent.as_ref());
        }
        if let Some(icbs) = &statement.covers {
            self.covers(subject, icbs);
        }
    }

    fn name(&mut self, subject: Subject<'_>, name: &str) {
        let group = subject.slot(Slot::Name);
        let text = |entry: &Entry| match entry.value {
            Value::Name(id) => self.tree.name(id),
            _ => None,
        };
        if said(group, self.on).and_then(text).is_some_and(|known| **known == *name) {
            return;
        }
        let from = counts(group, self.on).and_then(text).filter(|known| ***known != *name).cloned();
        self.fact(subject, group, self.on, Fact::Name(name.to_owned()));
        if let Some(from) = from {
            self.change(subject, self.on, ChangedFact::Renamed { from, to: name.to_owned() });
        }
    }

    fn list_size(&mut self, subject: Subject<'_>, to: u32) {
        let group = subject.slot(Slot::ListSize);
        if said(group, self.on).is_some_and(|entry| entry.value == Value::ListSize(to)) {
            return;
        }
        let from = counts(group, self.on).and_then(|entry| match entry.value {
            Value::ListSize(patients) => Some(patients),
            _ => None,
        });
        self.fact(subject, group, self.on, Fact::ListSize(to));
        if subject.known.is_some() && from != Some(to) {
            self.change(subject, self.on, ChangedFact::ListSize { from, to });
        }
    }

    fn parent(&mut self, subject: Subject<'_>, kind: OrganisationKind, to: Option<&OrgCode>) {
        if let Some(code) = to.filter(|code| !self.exists(code)) {
            let why = WhyLeftOut::UnknownParent { kind, code: code.clone() };
            return self.leave_out(subject.code, why);
        }
        let group = subject.slot(Slot::Parent(kind));
        let parent = |entry: &Entry| match entry.value {
            Value::Parent(Some(id)) => self.tree.code(id),
            _ => None,
        };
        if said(group, self.on).is_some_and(|entry| parent(entry) == to) {
            return;
        }
        let from = counts(group, self.on).and_then(parent).cloned();
        self.fact(subject, group, self.on, Fact::Parent { kind, code: to.cloned() });
        if subject.known.is_some() && from.as_ref() != to {
            self.change(subject, self.on, ChangedFact::Moved { kind, from, to: to.cloned() });
        }
    }

    fn covers(&mut self, subject: Subject<'_>, icbs: &BTreeSet<OrgCode>) {
        let before: Vec<_> =
            subject.known.map_or_else(Vec::new, |known| known.covered_slots().map(|(icb, _)| icb.clone()).collect());
        let ended = before.into_iter().filter(|icb| !icbs.contains(icb)).map(|icb| (icb, false));
        for (icb, covers) in icbs.iter().cloned().map(|icb| (icb, true)).chain(ended) {
            let group = subject.known.map_or(&[][..], |known| known.covers(&icb));
            if said(group, self.on).map(|entry| entry.value) == Some(Value::Covers(covers)) {
                continue;
            }
            let counted = counts(group, self.on).is_some_and(|e| e.value == Value::Covers(true));
            self.fact(subject, group, self.on, Fact::Covers { icb: icb.clone(), covers });
            if subject.known.is_some() && counted != covers {
                self.change(subject, self.on, ChangedFact::Covers { icb, covers });
            }
        }
    }

    /// What a complete file leaves out is closed from the file's date.
    fn close_unsaid(&mut self) {
        let (tree, source) = (self.tree, self.scope.source);
        for known in tree.every().filter(|known| source.closes(known.kind)) {
            let open = said(known.slot(Slot::Status), self.on).map(|e| e.value) == Some(Value::Opened);
            if open && !self.stated.contains(known.code) {
                let Known { code, kind, .. } = known;
                self.close(Subject { code, kind, known: Some(known) }, self.on, None);
            }
        }
    }

    fn exists(&self, code: &OrgCode) -> bool {
        self.stated.contains(code) || self.tree.known(code).is_some()
    }

    /// Proposes a fact, and where the file is an old one, what a newer file had said.
    fn fact(&mut self, subject: Subject<'_>, group: &[Entry], on: LocalDate, fact: Fact) {
        let newest = self.scope.newest.filter(|newest| self.on < *newest && on < *newest);
        let restored = newest.and_then(|newest| {
            let later = |e: &Entry| e.effective_on > on && e.effective_on <= newest;
            let before = || self.before(subject, group, on, &fact);
            if group.iter().any(later) { None } else { before().map(|fact| (newest, fact)) }
        });
        self.propose(subject, on, fact);
        if let Some((newest, fact)) = restored {
            self.propose(subject, newest, fact);
        }
    }

    fn propose(&mut self, subject: Subject<'_>, effective_on: LocalDate, fact: Fact) {
        let (code, kind) = (subject.code.clone(), subject.kind);
        self.plan.facts.push(Proposed { code, kind, effective_on, fact });
    }

    /// What a slot held before an old file changed it.
    fn before(&self, subject: Subject<'_>, group: &[Entry], on: LocalDate, new: &Fact) -> Option<Fact> {
        let entry = said(group, on);
        let code = |id| self.tree.code(id).cloned();
        Some(match (entry.map(|entry| entry.value), new) {
            (Some(Value::Opened), _) => Fact::Opened,
            (Some(Value::Closed(to)), _) => Fact::Closed { successor: to.and_then(code) },
            (Some(Value::Name(id)), _) => Fact::Name(self.tree.name(id)?.to_string()),
            (Some(Value::ListSize(patients)), _) => Fact::ListSize(patients),
            (Some(Value::Parent(parent)), Fact::Parent { kind, .. }) => {
                Fact::Parent { kind: *kind, code: parent.and_then(code) }
            }
            (Some(Value::Covers(covers)), Fact::Covers { icb, .. }) => Fact::Covers { icb: icb.clone(), covers },
            // The newer file left out what this old one has: it was gone by then.
            (None, Fact::Opened) if subject.known.is_none() && self.scope.source.closes(subject.kind) => {
                Fact::Closed { successor: None }
            }
            _ => return None,
        })
    }

    fn change(&mut self, subject: Subject<'_>, on: LocalDate, what: ChangedFact) {
        let (code, kind) = (subject.code.clone(), subject.kind);
        self.plan.changes.push(OrganisationChange { code, kind, on, what });
    }

    fn leave_out(&mut self, code: &OrgCode, why: WhyLeftOut) {
        self.plan.left_out.push(LeftOut { code: code.clone(), why });
    }
}
