//! Which settings the help of a command shows: those that it uses. It takes the others all the same, so that one script may
//! give every command the same flags.

use clap::{Arg, Command};

/// Where the data are, and how much is said of it.
const DATABASE: [&str; 4] = ["data", "database_url", "log", "config"];
/// Besides: what a command needs that puts the whole state together, and holds the keys to their fingerprints.
const STATE: [&str; 4] = ["token_key", "noise_key", "anchors", "jurisdiction"];

/// Whether a command uses a setting; both by their names in clap.
fn uses(command: &str, setting: &str) -> bool {
    let database = DATABASE.contains(&setting);
    match command {
        "openapi" => false,
        "send" => ["log", "config"].contains(&setting),
        "migrate" | "import" | "organisations" | "record" => database,
        "audit" => database || ["anchors", "anchor_folder"].contains(&setting),
        "catalogue" => database || setting == "jurisdiction",
        "verify" => database || (STATE.contains(&setting) && setting != "jurisdiction"),
        "release" | "clock" | "fold" | "keys" => database || STATE.contains(&setting),
        // It prints links.
        "user" => database || STATE.contains(&setting) || setting == "public_url",
        // `serve` and `demo`.
        _ => true,
    }
}

/// Hides from each command's help what it does not use. A subcommand that has an argument of its own is not given that of
/// its parent, and hands a hidden one on to its own subcommands.
pub(super) fn only_what_is_used(command: Command) -> Command {
    let settings: Vec<Arg> = command.get_arguments().filter(|argument| argument.is_global_set()).cloned().collect();
    let commands: Vec<String> = command.get_subcommands().map(|command| command.get_name().to_owned()).collect();
    commands.iter().fold(command, |all, name| {
        all.mut_subcommand(name, |one| {
            settings
                .iter()
                .filter(|setting| !uses(name, setting.get_id().as_str()))
                .fold(one, |one, setting| one.arg(setting.clone().hide(true)))
        })
    })
}

#[cfg(test)]
mod tests {
    use clap::FromArgMatches;

    use crate::{cli::Cli, config::Settings};

    fn help(of: &[&str]) -> String {
        let mut command = crate::cli::command();
        command.build();
        let found = of.iter().fold(&mut command, |command, name| command.find_subcommand_mut(name).unwrap());
        found.render_long_help().to_string()
    }

    #[test]
    fn a_command_shows_what_it_uses_and_nothing_else() {
        assert!(!help(&["openapi"]).contains("--data"));
        let fold = help(&["fold"]);
        assert!(fold.contains("--data") && fold.contains("--noise-key"));
        for flag in ["--smtp", "--listen", "--public-url", "--trusted-proxies"] {
            assert!(!fold.contains(flag), "{flag}");
            assert!(help(&["serve"]).contains(flag), "{flag}");
        }
        // Commands of commands too.
        assert!(!help(&["release", "make"]).contains("--smtp"));
        assert!(help(&["user", "add"]).contains("--public-url"));
        assert!(help(&["import", "organisations"]).contains("--effective"));
    }

    #[test]
    fn what_is_not_shown_is_taken_all_the_same_before_and_after_the_command() {
        for typed in [
            "headroom --listen 127.0.0.1:9001 release list --data elsewhere",
            "headroom release --data elsewhere list --listen 127.0.0.1:9001",
            "headroom fold --listen 127.0.0.1:9001 --data elsewhere",
        ] {
            let matches = crate::cli::command().try_get_matches_from(typed.split(' ')).unwrap();
            let cli = Cli::from_arg_matches(&matches).unwrap();
            let settings = Settings::resolve(cli.options).unwrap();
            assert_eq!(settings.listen.port(), 9001, "{typed}");
            assert_eq!(settings.data.to_str(), Some("elsewhere"), "{typed}");
        }
    }
}
