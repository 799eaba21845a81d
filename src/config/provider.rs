//! The organisation's own sign-in (OpenID Connect): whom it is asked, as whom, and what of it counts as a second factor.

use std::{fmt, fs, path::PathBuf};

use super::bad_setting::BadSetting;

/// What the button says where nothing else is said.
const WORDS: &str = "Sign in with your organisation";
/// More than this is no line on a button.
const LONGEST_WORDS: usize = 80;

/// Flags of the organisation's sign-in.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct ProviderOptions {
    /// Organisation's sign-in (OpenID Connect) that people may use instead of a password: its issuer, such as
    /// `https://login.microsoftonline.com/TENANT/v2.0`
    #[arg(long, env = "HEADROOM_SIGN_IN_ISSUER", value_name = "URL", global = true)]
    pub sign_in_issuer: Option<String>,
    /// Name under which that sign-in knows Headroom (client id)
    #[arg(long, env = "HEADROOM_SIGN_IN_CLIENT", value_name = "ID", global = true)]
    pub sign_in_client: Option<String>,
    /// Secret that it gave Headroom (client secret); better in a file
    #[arg(long, env = "HEADROOM_SIGN_IN_SECRET", value_name = "SECRET", hide_env_values = true, global = true)]
    pub sign_in_secret: Option<String>,
    /// File with that secret
    #[arg(long, env = "HEADROOM_SIGN_IN_SECRET_FILE", value_name = "FILE", global = true)]
    pub sign_in_secret_file: Option<PathBuf>,
    /// What its button says [default: Sign in with your organisation]
    #[arg(long, env = "HEADROOM_SIGN_IN_WORDS", value_name = "WORDS", global = true)]
    pub sign_in_words: Option<String>,
    /// Values of its `acr` or `amr` that count as a second factor, with commas between; none counts where none is named
    #[arg(long, env = "HEADROOM_SIGN_IN_SECOND_FACTOR", value_name = "VALUES", global = true)]
    pub sign_in_second_factor: Option<String>,
}

impl ProviderOptions {
    /// What flags and the environment leave open is taken from the file.
    pub(super) fn or(self, file: Self) -> Self {
        // Of a secret and a file with one, those that stand nearer hold.
        let (secret, secret_file) = match (self.sign_in_secret, self.sign_in_secret_file) {
            (None, None) => (file.sign_in_secret, file.sign_in_secret_file),
            said => said,
        };
        Self {
            sign_in_issuer: self.sign_in_issuer.or(file.sign_in_issuer),
            sign_in_client: self.sign_in_client.or(file.sign_in_client),
            sign_in_secret: secret,
            sign_in_secret_file: secret_file,
            sign_in_words: self.sign_in_words.or(file.sign_in_words),
            sign_in_second_factor: self.sign_in_second_factor.or(file.sign_in_second_factor),
        }
    }
}

/// An organisation's sign-in.
#[derive(Clone, PartialEq, Eq)]
pub struct ProviderSettings {
    /// Its issuer, as it writes it itself.
    pub issuer: String,
    /// As whom it knows us.
    pub client: String,
    /// What it gave us.
    pub secret: String,
    /// What the button says.
    pub words: String,
    /// Values of `acr` or `amr` that count as a second factor.
    pub second_factor: Vec<String>,
}

/// Never the secret.
impl fmt::Debug for ProviderSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { issuer, client, secret: _, words, second_factor } = self;
        f.debug_struct("ProviderSettings")
            .field("issuer", issuer)
            .field("client", client)
            .field("words", words)
            .field("second_factor", second_factor)
            .finish_non_exhaustive()
    }
}

impl ProviderSettings {
    /// Whether the sign-in is on this machine, as in tests: then, and only then, nobody can read along without TLS.
    pub fn is_here(&self) -> bool {
        is_here(&self.issuer)
    }
}

/// Puts the settings together.
///
/// # Errors
/// [`BadSetting`] where half of them are there, or one cannot be used; never with the secret.
pub(super) fn read(options: ProviderOptions) -> Result<Option<ProviderSettings>, BadSetting> {
    let ProviderOptions { sign_in_issuer, sign_in_client, sign_in_secret, sign_in_secret_file, .. } = options;
    let given = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let (issuer, client) = (given(sign_in_issuer), given(sign_in_client));
    let secret = secret(given(sign_in_secret), sign_in_secret_file)?;
    let missing = |name, of: &str, why| Err(BadSetting::Value { name, value: of.to_owned(), why });
    let (issuer, client, secret) = match (issuer, client, secret) {
        (None, None, None) => return Ok(None),
        (None, ..) => {
            return missing("--sign-in-issuer", "", "the organisation's sign-in is set by half: name its issuer too");
        }
        (_, None, _) => {
            return missing(
                "--sign-in-client",
                "",
                "the organisation's sign-in is set by half: give the client id too",
            );
        }
        (.., None) => {
            let why = "the organisation's sign-in is set by half: give the client secret too, best with --sign-in-secret-file";
            return missing("--sign-in-secret", "", why);
        }
        (Some(issuer), Some(client), Some(secret)) => (issuer, client, secret),
    };
    if !is_issuer(&issuer) {
        let why =
            "write the issuer as its discovery document does: https:// and no query; http:// only on this machine";
        return missing("--sign-in-issuer", &issuer, why);
    }
    let words = given(options.sign_in_words).unwrap_or_else(|| WORDS.to_owned());
    if words.chars().count() > LONGEST_WORDS || words.chars().any(char::is_control) {
        return missing("--sign-in-words", &words, "a button has one line of at most 80 letters");
    }
    let values = options.sign_in_second_factor.unwrap_or_default();
    let values = values.split(',').map(str::trim).filter(|value| !value.is_empty());
    let second_factor = values.map(str::to_owned).collect();
    Ok(Some(ProviderSettings { issuer, client, secret, words, second_factor }))
}

fn secret(said: Option<String>, file: Option<PathBuf>) -> Result<Option<String>, BadSetting> {
    let Some(file) = file else { return Ok(said) };
    let name = file.display().to_string();
    let bad = |why| Err(BadSetting::Value { name: "--sign-in-secret-file", value: name.clone(), why });
    if said.is_some() {
        return bad("the secret is given twice: as it is and in a file");
    }
    let Ok(text) = fs::read_to_string(&file) else {
        return bad("the file cannot be read");
    };
    match text.trim() {
        "" => bad("the file is empty"),
        secret => Ok(Some(secret.to_owned())),
    }
}

/// An address that keys and tokens may be had from: over TLS, or on this machine.
fn is_issuer(issuer: &str) -> bool {
    let plain = issuer.bytes().all(|byte| byte.is_ascii_graphic()) && !issuer.contains(['?', '#', '@', '\\']);
    let host = issuer.strip_prefix("https://").is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'));
    plain && (host || is_here(issuer))
}

fn is_here(issuer: &str) -> bool {
    ["http://localhost", "http://127.0.0.1", "http://[::1]"]
        .iter()
        .any(|here| issuer.strip_prefix(here).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/'])))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(issuer: &str) -> ProviderOptions {
        ProviderOptions {
            sign_in_issuer: Some(issuer.to_owned()),
            sign_in_client: Some("headroom".to_owned()),
            sign_in_secret: Some("hush".to_owned()),
            ..ProviderOptions::default()
        }
    }

    fn refused(options: ProviderOptions) -> String {
        read(options).unwrap_err().to_string()
    }

    #[test]
    fn nothing_said_is_no_sign_in_and_all_said_is_one() {
        assert_eq!(read(ProviderOptions::default()).unwrap(), None);
        let read = read(ProviderOptions {
            sign_in_second_factor: Some(" AAL3_ANY, mfa,,".to_owned()),
            ..options("https://login.example.org/tenant/v2.0")
        });
        let settings = read.unwrap().unwrap();
        assert_eq!(settings.words, "Sign in with your organisation");
        assert_eq!(settings.second_factor, ["AAL3_ANY", "mfa"]);
        assert!(!settings.is_here());
        assert!(!format!("{settings:?}").contains("hush"));
    }

    #[test]
    fn half_of_it_is_refused_by_the_name_of_what_is_missing() {
        let full = || options("https://login.example.org");
        for (half, names) in [
            (ProviderOptions { sign_in_issuer: None, ..full() }, "--sign-in-issuer"),
            (ProviderOptions { sign_in_client: Some(" ".to_owned()), ..full() }, "--sign-in-client"),
            (ProviderOptions { sign_in_secret: None, ..full() }, "--sign-in-secret"),
        ] {
            let says = refused(half);
            assert!(says.starts_with(names) && says.contains("by half") && !says.contains("hush"), "{says}");
        }
    }

    #[test]
    fn an_issuer_is_asked_over_tls_unless_it_is_on_this_machine() {
        for here in ["http://localhost:4000", "http://127.0.0.1:4000/realm", "http://[::1]"] {
            assert!(read(options(here)).unwrap().unwrap().is_here(), "{here}");
        }
        for wrong in [
            "http://login.example.org",
            "http://localhost.example.org",
            "https://",
            "https:///x",
            "https://login.example.org/?x=1",
            "https://me@login.example.org",
            "login.example.org",
        ] {
            assert!(refused(options(wrong)).contains("https://"), "{wrong}");
        }
    }

    #[test]
    fn the_secret_may_lie_in_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret");
        let of_file = |secret: Option<&str>| ProviderOptions {
            sign_in_secret: secret.map(str::to_owned),
            sign_in_secret_file: Some(file.clone()),
            ..options("https://login.example.org")
        };
        assert!(refused(of_file(None)).contains("cannot be read"));
        fs::write(&file, " \n").unwrap();
        assert!(refused(of_file(None)).contains("empty"));
        fs::write(&file, "from the file\n").unwrap();
        assert_eq!(read(of_file(None)).unwrap().unwrap().secret, "from the file");
        assert!(refused(of_file(Some("hush"))).contains("twice"));
    }
}
