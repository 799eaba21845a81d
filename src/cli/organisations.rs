//! `headroom organisations find`: codes by names, for whoever gives a role.

use clap::Subcommand;

use super::{failure::Failure, open, spoken::say};
use crate::{
    clock::Clock,
    config::Settings,
    domain::organisation::{OrganisationKind, OrganisationOn, Tree},
    store::organisations,
};

/// Organisations that are shown.
const MOST: usize = 40;

/// Organisations.
#[derive(Debug, Subcommand)]
pub(super) enum Do {
    /// Find the code of a practice, network, ICB, region or LMC by its name, or its name by its code
    Find {
        /// A code, or words of a name
        #[arg(required = true, value_name = "TEXT")]
        text: Vec<String>,
        /// Only of this kind: practice, pcn, sub-icb, icb, region or lmc
        #[arg(long, value_name = "KIND")]
        kind: Option<OrganisationKind>,
    },
}

pub(super) async fn run(settings: Settings, what: Do) -> Result<(), Failure> {
    let Do::Find { text, kind } = what;
    let db = open::migrated(&settings).await?;
    let facts = organisations::facts(db.unscoped()).await?;
    if facts.is_empty() {
        return Err(Failure::Said(
            "no organisations are known yet: take them in with `headroom import organisations FILE…`".to_owned(),
        ));
    }
    let tree = Tree::from_facts(facts).on(Clock::system().today());
    let text = text.join(" ");
    let found = tree.find(&text, kind, MOST + 1);
    if found.is_empty() {
        return Err(Failure::Said(format!("no open organisation has {text:?} in its code or name")));
    }
    for one in found.iter().take(MOST) {
        say(&line(one));
    }
    if found.len() > MOST {
        say("… and more: write more of the name, or --kind");
    }
    Ok(())
}

fn line(one: &OrganisationOn) -> String {
    format!("{:<9} {:<24} {}", one.kind, one.code, one.name)
}
