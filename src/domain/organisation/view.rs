//! The tree on one day, ready to be asked: built once, answers without searching facts.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use entity::ids::{LocalDate, OdsCode, OrgCode};

use super::{
    OrganisationKind,
    tree::{Entry, Known, Slot, Tree, Value, counts, said},
};

/// A practice on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PracticeOn {
    /// Its ODS code.
    pub code: OdsCode,
    /// Its name; the code where no name is known.
    pub name: Arc<str>,
    /// Registered patients.
    pub list_size: Option<u32>,
    /// Its network, if any.
    pub pcn: Option<OrgCode>,
    /// Its sub-ICB location.
    pub sub_icb: Option<OrgCode>,
    /// Its ICB, as said of the practice itself: a PCN can span two.
    pub icb: Option<OrgCode>,
    /// Its NHS England region.
    pub region: Option<OrgCode>,
    /// Its LMC.
    pub lmc: Option<OrgCode>,
    /// Day from which that LMC represents it without a break; none where no other is known from before.
    pub lmc_since: Option<LocalDate>,
    /// First day on which it was open, as far as is known.
    pub opened: Option<LocalDate>,
    /// Day from which it is closed; none while it is open.
    pub closed: Option<LocalDate>,
    /// Who took over when it closed.
    pub successor: Option<OrgCode>,
}

impl PracticeOn {
    /// Its parent of a kind; itself has none of kind practice.
    pub fn parent(&self, kind: OrganisationKind) -> Option<&OrgCode> {
        match kind {
            OrganisationKind::Practice => None,
            OrganisationKind::Pcn => self.pcn.as_ref(),
            OrganisationKind::SubIcb => self.sub_icb.as_ref(),
            OrganisationKind::Icb => self.icb.as_ref(),
            OrganisationKind::Region => self.region.as_ref(),
            OrganisationKind::Lmc => self.lmc.as_ref(),
        }
    }

    /// Whether it is open on the day of the view.
    pub fn is_open(&self) -> bool {
        self.closed.is_none()
    }
}

/// Any organisation on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganisationOn {
    /// Its code.
    pub code: OrgCode,
    /// Its kind.
    pub kind: OrganisationKind,
    /// Its name; the code where no name is known.
    pub name: Arc<str>,
    /// The ICB of a practice or a sub-ICB location.
    pub icb: Option<OrgCode>,
    /// The region of a practice or an ICB.
    pub region: Option<OrgCode>,
    /// First day on which it was said to be open. Files give opening dates of practices only: for an area this is
    /// the date of the first file that named it, and none on a day before that.
    pub opened: Option<LocalDate>,
    /// Day from which it is closed; none while it is open.
    pub closed: Option<LocalDate>,
    /// Who took over when it closed.
    pub successor: Option<OrgCode>,
}

/// What holds on one day. Owns what it shows, about 4 MB for England.
#[derive(Debug)]
pub struct View {
    day: LocalDate,
    /// Sorted by code, closed ones included.
    practices: Vec<PracticeOn>,
    /// Sorted by code, closed ones included.
    organisations: Vec<OrganisationOn>,
    /// Per parent the places of its open practices, by code.
    members: HashMap<OrganisationKind, HashMap<OrgCode, Vec<usize>>>,
    /// Per LMC the ICBs that it was said to cover.
    covers: HashMap<OrgCode, BTreeSet<OrgCode>>,
}

/// The folded slots of one organisation.
#[derive(Default)]
struct Folded {
    name: Option<Arc<str>>,
    list_size: Option<u32>,
    parents: HashMap<OrganisationKind, OrgCode>,
    covers: BTreeSet<OrgCode>,
    status: Option<Entry>,
    opened: Option<LocalDate>,
    lmc_since: Option<LocalDate>,
}

impl Tree {
    /// What holds on `day`. Takes some milliseconds for England: keep the view of today, it needs the tree no more.
    pub fn on(&self, day: LocalDate) -> View {
        View::of(self, day)
    }
}

impl View {
    fn of(tree: &Tree, day: LocalDate) -> Self {
        let mut view = Self {
            day,
            practices: Vec::new(),
            organisations: Vec::new(),
            members: HashMap::new(),
            covers: HashMap::new(),
        };
        for known in tree.every() {
            view.add(known, fold(known, day));
        }
        let mut members: HashMap<OrganisationKind, HashMap<OrgCode, Vec<usize>>> = HashMap::new();
        for (at, practice) in view.practices.iter().enumerate().filter(|(_, p)| p.is_open()) {
            for kind in OrganisationKind::ALL {
                if let Some(parent) = practice.parent(kind) {
                    let places = members.entry(kind).or_default();
                    if let Some(places) = places.get_mut(parent) {
                        places.push(at);
                    } else {
                        places.insert(parent.clone(), vec![at]);
                    }
                }
            }
        }
        // Before anybody named an area it counts while practices are in it, so that their parents can be shown.
        view.organisations.retain(|area| {
            area.opened.is_some()
                || area.closed.is_some()
                || members.get(&area.kind).is_some_and(|places| places.contains_key(&area.code))
        });
        view.members = members;
        view
    }

    fn add(&mut self, known: Known<'_>, mut folded: Folded) {
        let name = folded.name.take().unwrap_or_else(|| Arc::from(known.code.as_str()));
        let (closed, successor) = match folded.status {
            Some(Entry { value: Value::Closed(successor), effective_on, .. }) => {
                (Some(effective_on), successor.and_then(|id| known.tree.code(id)).cloned())
            }
            _ => (None, None),
        };
        if known.kind == OrganisationKind::Practice {
            // Before its opening a practice is not there at all.
            let (Some(_), Ok(code)) = (folded.status, OdsCode::try_from(known.code)) else {
                return;
            };
            self.practices.push(PracticeOn {
                code,
                name: Arc::clone(&name),
                list_size: folded.list_size,
                pcn: folded.parents.remove(&OrganisationKind::Pcn),
                sub_icb: folded.parents.remove(&OrganisationKind::SubIcb),
                icb: folded.parents.get(&OrganisationKind::Icb).cloned(),
                region: folded.parents.get(&OrganisationKind::Region).cloned(),
                lmc: folded.parents.remove(&OrganisationKind::Lmc),
                lmc_since: folded.lmc_since,
                opened: folded.opened,
                closed,
                successor: successor.clone(),
            });
        }
        if !folded.covers.is_empty() {
            self.covers.insert(known.code.clone(), folded.covers);
        }
        self.organisations.push(OrganisationOn {
            code: known.code.clone(),
            kind: known.kind,
            name,
            icb: folded.parents.remove(&OrganisationKind::Icb),
            region: folded.parents.remove(&OrganisationKind::Region),
            opened: folded.opened,
            closed,
            successor,
        });
    }

    /// The day of this view.
    pub fn day(&self) -> LocalDate {
        self.day
    }

    /// A practice that is open or was, `None` before it opened or if unknown.
    pub fn practice(&self, code: &OdsCode) -> Option<&PracticeOn> {
        let at = self.practices.binary_search_by(|practice| practice.code.cmp(code)).ok()?;
        self.practices.get(at)
    }

    /// The open practices of an area, by code; for [`OrganisationKind::Practice`] the practice itself.
    pub fn practices_in(&self, kind: OrganisationKind, code: &OrgCode) -> Vec<&PracticeOn> {
        if kind == OrganisationKind::Practice {
            let practice = OdsCode::try_from(code).ok().and_then(|code| self.practice(&code));
            return practice.filter(|practice| practice.is_open()).into_iter().collect();
        }
        self.places(kind, code).iter().filter_map(|at| self.practices.get(*at)).collect()
    }

    /// Every practice that is open on the day, by code.
    pub fn all_practices(&self) -> impl Iterator<Item = &PracticeOn> {
        self.practices.iter().filter(|practice| practice.is_open())
    }

    /// An organisation of any kind that is or was open.
    pub fn organisation(&self, code: &OrgCode) -> Option<&OrganisationOn> {
        let at = self.organisations.binary_search_by(|found| found.code.cmp(code)).ok()?;
        self.organisations.get(at)
    }

    /// What an organisation is called; its code where no name is known.
    pub fn name_of(&self, code: &OrgCode) -> String {
        self.organisation(code).map_or_else(|| code.to_string(), |found| found.name.to_string())
    }

    /// The open organisations of a kind, by code.
    pub fn of_kind(&self, kind: OrganisationKind) -> impl Iterator<Item = &OrganisationOn> {
        self.organisations.iter().filter(move |found| found.kind == kind && found.closed.is_none())
    }

    /// The ICBs an LMC has to do with, by code: those it is said to cover and those of its open practices.
    pub fn icbs_of_lmc(&self, lmc: &OrgCode) -> Vec<OrgCode> {
        let mut icbs = self.covers.get(lmc).cloned().unwrap_or_default();
        let practices = self.practices_in(OrganisationKind::Lmc, lmc);
        icbs.extend(practices.into_iter().filter_map(|practice| practice.icb.clone()));
        icbs.into_iter().collect()
    }

    /// Who took over from a closed organisation, followed to one that is open; `None` where nobody is known.
    pub fn successor(&self, code: &OrgCode) -> Option<&OrgCode> {
        let mut next = self.organisation(code)?.successor.as_ref()?;
        // A chain of mergers is short; the limit ends one that was recorded in a circle.
        for _ in 0..16 {
            match self.organisation(next).and_then(|found| found.successor.as_ref()) {
                Some(after) => next = after,
                None => return Some(next),
            }
        }
        None
    }

    fn places(&self, kind: OrganisationKind, code: &OrgCode) -> &[usize] {
        self.members.get(&kind).and_then(|places| places.get(code)).map_or(&[], Vec::as_slice)
    }
}

fn fold(known: Known<'_>, day: LocalDate) -> Folded {
    let mut folded = Folded::default();
    for group in known.slots() {
        let Some(slot) = group.first().map(|entry| entry.slot) else {
            continue;
        };
        if slot == Slot::Status {
            folded.status = said(group, day).copied();
            folded.opened = group
                .iter()
                .find(|entry| entry.value == Value::Opened && entry.effective_on <= day)
                .map(|entry| entry.effective_on);
            continue;
        }
        let Some(entry) = counts(group, day) else {
            continue;
        };
        match (slot, entry.value) {
            (_, Value::Name(name)) => folded.name = known.tree.name(name).map(Arc::clone),
            (_, Value::ListSize(patients)) => folded.list_size = Some(patients),
            (Slot::Parent(kind), Value::Parent(Some(parent))) => {
                if kind == OrganisationKind::Lmc {
                    folded.lmc_since = unbroken(group, day);
                }
                folded.parents.extend(known.tree.code(parent).map(|code| (kind, code.clone())));
            }
            (Slot::Covers(icb), Value::Covers(true)) => {
                folded.covers.extend(known.tree.code(icb).cloned());
            }
            _ => {}
        }
    }
    folded
}

/// The day from which what a slot says on `day` has been said without a break; none where it was never otherwise.
fn unbroken(group: &[Entry], day: LocalDate) -> Option<LocalDate> {
    let after = group.partition_point(|entry| entry.effective_on <= day);
    let until = group.get(..after)?;
    let holds = until.last()?.value;
    let other = until.iter().rposition(|entry| entry.value != holds)?;
    let first = until.get(other.saturating_add(1))?;
    // Corrected on the same day: what was said first never held.
    let before = until.get(other)?;
    (before.effective_on < first.effective_on || other > 0).then_some(first.effective_on)
}
