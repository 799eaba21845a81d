//! `headroom keys`: the keys of programs, listed and revoked by whoever holds the machine.

use clap::Subcommand;
use entity::ids::{ApiKeyId, OrgCode};

use super::{failure::Failure, open, spoken::say};
use crate::{
    config::Settings,
    domain::access::{CliAuthority, Role},
    error::AppError,
    operations::revoke_api_key::RevokeApiKey,
    store::api_keys,
};

/// Keys of programs.
#[derive(Debug, Subcommand)]
pub(super) enum Do {
    /// List the keys that work, of every organisation, the newest first
    List,
    /// Revoke a key: its program is refused from the next request on
    Revoke {
        /// Code of the organisation that it acts for
        organisation: OrgCode,
        /// Id of the key, as the list shows it
        key: ApiKeyId,
    },
}

pub(super) async fn run(settings: Settings, what: Do) -> Result<(), Failure> {
    let app = open::state(settings, false).await?;
    let authority = CliAuthority::new();
    match what {
        Do::List => {
            let keys = api_keys::all(app.db.read(&authority.everywhere()), app.clock.now()).await?;
            for key in &keys {
                let used = key.last_used_at.map_or_else(|| "never".to_owned(), |at| at.format("%F %H:00Z").to_string());
                let until = key.expires_at.format("%F");
                let (of, id, scopes, name) = (&key.organisation, key.id, &key.scopes, &key.name);
                say(&format!("{of:<10} {id}  until {until}  used {used}  {scopes}: {name}"));
            }
            if keys.is_empty() {
                say("No key works.");
            }
        }
        Do::Revoke { organisation, key } => {
            // Whichever role it has: what is revoked is found by the organisation and the id.
            let scope = authority.of_organisation(Role::Administrator, organisation);
            let revoked = RevokeApiKey(key).perform(&app, &authority.within(scope)).await;
            revoked.map_err(|error| match error {
                AppError::NotFound => Failure::Said("that organisation has no such key".to_owned()),
                other => Failure::App(other),
            })?;
            say("The key is revoked.");
        }
    }
    Ok(())
}
