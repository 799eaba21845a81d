//! The county as facts about organisations.

use chrono::{DateTime, Utc};
use entity::ids::{LocalDate, NotAnId, OrgCode};

use super::county::{County, ICBS, LMCS, Practice, REGION, SUB_ICBS};
use crate::domain::organisation::{Dated, Fact, OrganisationKind};

/// Every fact, and the day from which they hold: before the frame of the first release year.
pub(super) fn facts(county: &County, now: DateTime<Utc>) -> Result<(LocalDate, Vec<Dated>), NotAnId> {
    let on = LocalDate::new(2024, 4, 1).unwrap_or(LocalDate(chrono::NaiveDate::MIN));
    let mut facts = Facts { on, now, all: Vec::new() };
    facts.area(OrganisationKind::Region, &REGION.0.parse()?, REGION.1, &[]);
    let region: OrgCode = REGION.0.parse()?;
    for (code, name) in ICBS {
        facts.area(OrganisationKind::Icb, &code.parse()?, name, &[(OrganisationKind::Region, region.clone())]);
    }
    for (code, icb) in SUB_ICBS {
        let icb: OrgCode = ICBS.get(icb).map_or("XDA", |icb| icb.0).parse()?;
        let name = format!("Demo location {code}");
        facts.area(
            OrganisationKind::SubIcb,
            &code.parse()?,
            &name,
            &[(OrganisationKind::Icb, icb), (OrganisationKind::Region, region.clone())],
        );
    }
    for (code, name) in LMCS {
        let code: OrgCode = code.parse()?;
        facts.area(OrganisationKind::Lmc, &code, name, &[]);
        let mut icbs: Vec<&OrgCode> =
            county.practices.iter().filter(|practice| practice.lmc == code).map(|practice| &practice.icb).collect();
        icbs.dedup();
        for icb in icbs {
            let fact = Fact::Covers { icb: icb.clone(), covers: true };
            facts.add(OrganisationKind::Lmc, &code, on, fact);
        }
    }
    for (code, name) in &county.networks {
        facts.area(OrganisationKind::Pcn, code, name, &[]);
    }
    for practice in &county.practices {
        facts.practice(practice, &region);
    }
    Ok((on, facts.all))
}

struct Facts {
    on: LocalDate,
    now: DateTime<Utc>,
    all: Vec<Dated>,
}

impl Facts {
    fn add(&mut self, kind: OrganisationKind, code: &OrgCode, effective_on: LocalDate, fact: Fact) {
        self.all.push(Dated { code: code.clone(), kind, effective_on, recorded_at: self.now, fact });
    }

    fn area(&mut self, kind: OrganisationKind, code: &OrgCode, name: &str, parents: &[(OrganisationKind, OrgCode)]) {
        self.add(kind, code, self.on, Fact::Opened);
        self.add(kind, code, self.on, Fact::Name(name.to_owned()));
        for (parent, of) in parents {
            let fact = Fact::Parent { kind: *parent, code: Some(of.clone()) };
            self.add(kind, code, self.on, fact);
        }
    }

    fn practice(&mut self, practice: &Practice, region: &OrgCode) {
        let code = OrgCode::from(&practice.code);
        let kind = OrganisationKind::Practice;
        self.add(kind, &code, practice.opened, Fact::Opened);
        self.add(kind, &code, self.on, Fact::Name(practice.name.clone()));
        self.add(kind, &code, self.on, Fact::ListSize(practice.patients));
        for (parent, of) in [
            (OrganisationKind::Pcn, &practice.network),
            (OrganisationKind::SubIcb, &practice.sub_icb),
            (OrganisationKind::Icb, &practice.icb),
            (OrganisationKind::Region, region),
            (OrganisationKind::Lmc, &practice.lmc),
        ] {
            let fact = Fact::Parent { kind: parent, code: Some(of.clone()) };
            self.add(kind, &code, self.on, fact);
        }
    }
}
