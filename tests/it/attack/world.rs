//! Invented hierarchies, and the real frame: which practice is where before and after 1 April 2027.

use std::{collections::BTreeMap, path::Path};

use chrono::{DateTime, Utc};
use entity::ids::{LocalDate, OdsCode, OrgCode};
use headroom::{
    domain::{
        disclosure::{self, FramePractice},
        organisation::{Dated, Fact, Kind},
    },
    store::organisations::{self, Import},
};
use serde_json::{Value, json};

use crate::support::databases::TestDb;

/// Repeatable chance: `SplitMix64`.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From `low` to `high`, both included.
    pub(super) fn between(&mut self, low: usize, high: usize) -> usize {
        let span = u64::try_from(high - low + 1).unwrap();
        low + usize::try_from(self.roll() % span).unwrap()
    }

    /// Happens so often in a thousand.
    pub(super) fn chance(&mut self, in_a_thousand: usize) -> bool {
        self.between(0, 999) < in_a_thousand
    }
}

/// Where a practice is on one 1 April.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) icb: String,
    pub(super) lmc: String,
}

/// A practice in both frames.
#[derive(Debug, Clone)]
pub(super) struct Practice {
    pub(super) code: OdsCode,
    pub(super) region: String,
    pub(super) now: Place,
    /// From 1 April 2027.
    pub(super) later: Place,
}

/// All practices of an invented, or of the real, England.
pub(super) struct World {
    pub(super) practices: Vec<Practice>,
    /// The same, by region.
    pub(super) regions: BTreeMap<String, Vec<usize>>,
}

/// An atom of the first frame, as the harness needs it to invent areas in which everybody does the same.
pub(super) struct Atom {
    pub(super) icb: String,
    pub(super) lmc: String,
    pub(super) members: Vec<usize>,
}

/// What differs between hierarchies.
#[derive(Clone, Copy)]
enum Shape {
    Nested,
    Crossing,
    SingleOverlap,
    IcbIsLmc,
    IcbOfThirty,
    IcbUnderTwenty,
    Anything,
}

const SHAPES: [Shape; 7] = [
    Shape::Nested,
    Shape::Crossing,
    Shape::SingleOverlap,
    Shape::IcbIsLmc,
    Shape::IcbOfThirty,
    Shape::IcbUnderTwenty,
    Shape::Anything,
];

/// How many practices each cell of ICB and LMC has.
fn cells(shape: Shape, dice: &mut Dice) -> Vec<(usize, usize, usize)> {
    let mut some = |low, high| dice.between(low, high);
    match shape {
        Shape::Nested => vec![
            (0, 0, some(12, 40)),
            (0, 1, some(10, 30)),
            (1, 2, some(20, 50)),
        ],
        Shape::Crossing => vec![
            (0, 0, some(10, 35)),
            (0, 1, some(10, 25)),
            (1, 0, some(1, 20)),
            (1, 1, some(20, 40)),
        ],
        Shape::SingleOverlap => vec![(0, 0, some(20, 45)), (1, 0, 1), (1, 1, some(22, 45))],
        Shape::IcbIsLmc => vec![(0, 0, some(20, 60)), (1, 1, some(20, 60))],
        Shape::IcbOfThirty => {
            let first = some(15, 29);
            vec![(0, 0, first), (0, 1, 30 - first), (1, 1, some(20, 45))]
        }
        Shape::IcbUnderTwenty => vec![
            (0, 0, some(10, 19)),
            (1, 0, some(10, 25)),
            (1, 1, some(12, 30)),
        ],
        Shape::Anything => {
            let mut all = Vec::new();
            for icb in 0..3 {
                all.push((icb, icb, some(20, 35)));
                for lmc in (0..3).filter(|lmc| *lmc != icb) {
                    let n = some(0, 24);
                    all.extend((n > 4).then_some((icb, lmc, n)));
                }
            }
            all
        }
    }
}

impl World {
    /// So many random hierarchies, each a region of its own.
    pub(super) fn invented(hierarchies: usize, seed: u64) -> Self {
        let mut practices = base();
        let mut dice = Dice(seed);
        for h in 0..hierarchies {
            let place = |icb: usize, lmc: usize| Place {
                icb: format!("X{h}I{icb}"),
                lmc: format!("lmc-{h}-{lmc}"),
            };
            let from = practices.len();
            for (icb, lmc, n) in cells(SHAPES[h % SHAPES.len()], &mut dice) {
                for _ in 0..n {
                    practices.push(Practice {
                        code: format!("Q{:05}", practices.len()).parse().unwrap(),
                        region: format!("R{h}"),
                        now: place(icb, lmc),
                        later: place(icb, lmc),
                    });
                }
            }
            recut(&mut practices[from..], &mut dice);
        }
        Self::of(practices)
    }

    fn of(practices: Vec<Practice>) -> Self {
        let mut regions: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, practice) in practices.iter().enumerate() {
            regions.entry(practice.region.clone()).or_default().push(at);
        }
        Self { practices, regions }
    }

    /// The practices of August 2026 with their LMCs; in the second year a county of one ICB changes to its neighbour.
    pub(super) fn real() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/organisations");
        let table = |name: &str| {
            let mut reader = csv::Reader::from_path(folder.join(name)).unwrap();
            let rows = reader.deserialize().map(Result::unwrap);
            rows.collect::<Vec<BTreeMap<String, String>>>()
        };
        let lmcs: BTreeMap<String, String> = table("practice_lmc_demo.csv")
            .into_iter()
            .map(|row| (row["ods_code"].clone(), row["lmc_id"].clone()))
            .filter(|(_, lmc)| !lmc.is_empty())
            .collect();
        let mut practices: Vec<Practice> = table("practices_2026-08.csv")
            .iter()
            .filter_map(|row| {
                let now = Place {
                    icb: row["icb_code"].clone(),
                    lmc: lmcs.get(&row["ods_code"])?.clone(),
                };
                Some(Practice {
                    code: row["ods_code"].parse().unwrap(),
                    region: row["region_code"].clone(),
                    later: now.clone(),
                    now,
                })
            })
            .collect();
        practices.extend(base());
        Self::of(practices)
    }

    /// Writes who is where, beside the small world that every test has.
    pub(super) async fn store(&self, test: &TestDb) {
        let mut facts = Vec::new();
        let mut seen = BTreeMap::new();
        for practice in self.practices.iter().filter(|one| !is_base(one)) {
            for (code, kind) in [
                (&practice.region, Kind::Region),
                (&practice.now.icb, Kind::Icb),
                (&practice.now.lmc, Kind::Lmc),
                (&practice.later.icb, Kind::Icb),
                (&practice.later.lmc, Kind::Lmc),
            ] {
                seen.entry(code.clone()).or_insert(kind);
            }
            facts.extend(practice.facts());
        }
        for (code, kind) in seen {
            facts.push(dated(&code, kind, START, Fact::Opened));
            facts.push(dated(
                &code,
                kind,
                START,
                Fact::Name(format!("Area {code}")),
            ));
        }
        let import = Import {
            source: "test",
            effective_on: START.parse().unwrap(),
            file_sha256: String::new(),
        };
        let recorded = recorded();
        organisations::append(test.db.schema(), &import, &facts, recorded)
            .await
            .unwrap();
    }

    /// The public frame: who is where on each 1 April.
    pub(super) fn frame(&self) -> Value {
        let year = |place: fn(&Practice) -> &Place| {
            let rows = self.practices.iter().map(|one| {
                let place = place(one);
                json!([one.code.as_str(), place.icb, place.lmc, one.region])
            });
            rows.collect::<Value>()
        };
        json!({ "years": { "2026": year(|one| &one.now), "2027": year(|one| &one.later) } })
    }

    /// The atoms of the first year.
    pub(super) fn atoms(&self) -> Vec<Atom> {
        let org = |code: &str| code.parse::<OrgCode>().unwrap();
        let practices: Vec<FramePractice> = self
            .practices
            .iter()
            .map(|one| FramePractice {
                code: one.code.clone(),
                icb: org(&one.now.icb),
                lmc: Some(org(&one.now.lmc)),
                region: Some(org(&one.region)),
            })
            .collect();
        let frame = disclosure::cut(2026, &practices, BTreeMap::new(), Vec::new());
        let mut atoms: Vec<Atom> = frame
            .atoms
            .iter()
            .map(|atom| Atom {
                icb: atom.icb.to_string(),
                lmc: atom.lmc.as_ref().unwrap().to_string(),
                members: Vec::new(),
            })
            .collect();
        for (at, practice) in self.practices.iter().enumerate() {
            atoms[frame.practices[&practice.code]].members.push(at);
        }
        atoms
    }
}

/// Some practices are somewhere else from the next 1 April: one alone, or a group. No ICB falls under ten practices by
/// it: what becomes of such a one is shown apart.
fn recut(practices: &mut [Practice], dice: &mut Dice) {
    let places: Vec<Place> = practices.iter().map(|one| one.now.clone()).collect();
    let moves = [1, 1, 2, 5, 12][dice.between(0, 4)];
    let to = places[dice.between(0, places.len() - 1)].clone();
    let from = dice.between(0, places.len() - 1);
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    for place in &places {
        *sizes.entry(&place.icb).or_default() += 1;
    }
    let mut left = moves;
    for practice in practices.iter_mut().skip(from) {
        let size = sizes.get_mut(practice.now.icb.as_str()).unwrap();
        let stays = to.icb == practice.now.icb;
        if left > 0 && practice.now != to && (stays || *size > 10) {
            practice.later = to.clone();
            *size -= usize::from(!stays);
            left -= 1;
        }
    }
}

const START: &str = "2020-01-01";

fn recorded() -> DateTime<Utc> {
    "2026-01-05T09:00:00Z".parse().unwrap()
}

fn dated(code: &str, kind: Kind, on: &str, fact: Fact) -> Dated {
    Dated {
        code: code.parse().unwrap(),
        kind,
        effective_on: on.parse::<LocalDate>().unwrap(),
        recorded_at: recorded(),
        fact,
    }
}

impl Practice {
    fn facts(&self) -> Vec<Dated> {
        let fact = |on: &str, fact| dated(self.code.as_str(), Kind::Practice, on, fact);
        let parent = |kind, code: &str| Fact::Parent {
            kind,
            code: Some(code.parse().unwrap()),
        };
        let mut facts = vec![
            fact(START, Fact::Opened),
            fact(START, Fact::Name(format!("Surgery {}", self.code))),
            fact(START, parent(Kind::Region, &self.region)),
            fact(START, parent(Kind::Icb, &self.now.icb)),
            fact(START, parent(Kind::Lmc, &self.now.lmc)),
        ];
        if self.later != self.now {
            facts.push(fact("2027-04-01", parent(Kind::Icb, &self.later.icb)));
            facts.push(fact("2027-04-01", parent(Kind::Lmc, &self.later.lmc)));
        }
        facts
    }
}

/// What `TestApp` puts into every world.
fn base() -> Vec<Practice> {
    (1..=48)
        .map(|n| {
            let (icb, lmc) = if n <= 24 {
                ("XDA", "east")
            } else {
                ("XDB", "west")
            };
            let place = Place {
                icb: icb.to_owned(),
                lmc: lmc.to_owned(),
            };
            Practice {
                code: format!("Z{:05}", 90_000 + n).parse().unwrap(),
                region: "Y9D".to_owned(),
                now: place.clone(),
                later: place,
            }
        })
        .collect()
}

fn is_base(practice: &Practice) -> bool {
    practice.region == "Y9D"
}
