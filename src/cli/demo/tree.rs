//! The county as facts about organisations.

use chrono::{DateTime, Utc};
use entity::ids::{LocalDate, NotAnId, OrgCode};

use super::county::{County, ICBS, LMCS, Practice, REGION, SUB_ICBS};
use crate::domain::organisation::{Dated, Fact, Kind};

/// Every fact, and the day from which they hold: before the frame of the first release year.
pub(super) fn facts(county: &County, now: DateTime<Utc>) -> Result<(LocalDate, Vec<Dated>), NotAnId> {
    let on = LocalDate::new(2024, 4, 1).unwrap_or(LocalDate(chrono::NaiveDate::MIN));
    let mut facts = Facts { on, now, all: Vec::new() };
    facts.area(Kind::Region, &REGION.0.parse()?, REGION.1, &[]);
    let region: OrgCode = REGION.0.parse()?;
    for (code, name) in ICBS {
        facts.area(Kind::Icb, &code.parse()?, name, &[(Kind::Region, region.clone())]);
    }
    for (code, icb) in SUB_ICBS {
        let icb: OrgCode = ICBS.get(icb).map_or("XDA", |icb| icb.0).parse()?;
        let name = format!("Demo location {code}");
        facts.area(Kind::SubIcb, &code.parse()?, &name, &[(Kind::Icb, icb), (Kind::Region, region.clone())]);
    }
    for (code, name) in LMCS {
        let code: OrgCode = code.parse()?;
        facts.area(Kind::Lmc, &code, name, &[]);
        let mut icbs: Vec<&OrgCode> =
            county.practices.iter().filter(|practice| practice.lmc == code).map(|practice| &practice.icb).collect();
        icbs.dedup();
        for icb in icbs {
            let fact = Fact::Covers { icb: icb.clone(), covers: true };
            facts.add(Kind::Lmc, &code, on, fact);
        }
    }
    for (code, name) in &county.networks {
        facts.area(Kind::Pcn, code, name, &[]);
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
    fn add(&mut self, kind: Kind, code: &OrgCode, effective_on: LocalDate, fact: Fact) {
        self.all.push(Dated { code: code.clone(), kind, effective_on, recorded_at: self.now, fact });
    }

    fn area(&mut self, kind: Kind, code: &OrgCode, name: &str, parents: &[(Kind, OrgCode)]) {
        self.add(kind, code, self.on, Fact::Opened);
        self.add(kind, code, self.on, Fact::Name(name.to_owned()));
        for (parent, of) in parents {
            let fact = Fact::Parent { kind: *parent, code: Some(of.clone()) };
            self.add(kind, code, self.on, fact);
        }
    }

    fn practice(&mut self, practice: &Practice, region: &OrgCode) {
        let code = OrgCode::from(&practice.code);
        let kind = Kind::Practice;
        self.add(kind, &code, practice.opened, Fact::Opened);
        self.add(kind, &code, self.on, Fact::Name(practice.name.clone()));
        self.add(kind, &code, self.on, Fact::ListSize(practice.patients));
        for (parent, of) in [
            (Kind::Pcn, &practice.network),
            (Kind::SubIcb, &practice.sub_icb),
            (Kind::Icb, &practice.icb),
            (Kind::Region, region),
            (Kind::Lmc, &practice.lmc),
        ] {
            let fact = Fact::Parent { kind: parent, code: Some(of.clone()) };
            self.add(kind, &code, self.on, fact);
        }
    }
}
