//! Settings from flags, the environment and a file, in that order. The only reader of the environment.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use serde::Deserialize;

mod address;
mod bad_setting;
mod contact;
mod filed;
mod keys;
mod mail;
mod provider;
mod proxies;

pub use bad_setting::BadSetting;
pub use filed::{AnchorOptions, AnchorSettings};
pub use keys::{Keys, Master, Missing, Purpose};
pub use mail::Mail;
pub use provider::{ProviderOptions, ProviderSettings};
pub use proxies::Proxies;

/// Where a new installation keeps its data.
pub const DEFAULT_DATA: &str = "headroom-data";
/// What `serve` listens on where nothing else is said.
pub const DEFAULT_LISTEN: &str = "127.0.0.1:8025";

/// Flags that every command that opens the database takes.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Options {
    /// Folder for the SQLite file and the keys [default: ./headroom-data]
    #[arg(long, env = "HEADROOM_DATA", value_name = "FOLDER", global = true)]
    pub data: Option<PathBuf>,
    /// PostgreSQL to use instead of the SQLite file, such as `postgres://user:password@host/headroom`
    #[arg(long, env = "DATABASE_URL", value_name = "URL", hide_env_values = true, global = true)]
    pub database_url: Option<String>,
    /// Address and port to listen on [default: 127.0.0.1:8025]
    #[arg(long, env = "HEADROOM_LISTEN", value_name = "ADDRESS:PORT", global = true)]
    pub listen: Option<String>,
    /// Address people type, without a path [default: `http://localhost` and the port of --listen; for commands, that of
    /// the last serve]
    #[arg(long, env = "HEADROOM_PUBLIC_URL", value_name = "URL", global = true)]
    pub public_url: Option<String>,
    /// File with the 256-bit master key of tokens, links and PINs, older ones beside it as token-….key; generated in the
    /// data folder on SQLite
    #[arg(long, env = "HEADROOM_TOKEN_KEY", value_name = "FILE", global = true)]
    pub token_key: Option<PathBuf>,
    /// File with the 256-bit key of the noise of releases; generated as noise.key in the data folder on SQLite
    #[arg(long, env = "HEADROOM_NOISE_KEY", value_name = "FILE", global = true)]
    pub noise_key: Option<PathBuf>,
    /// File outside the database to which the newest event of every audit chain is added [default: anchors.log in the data
    /// folder]
    #[arg(long, env = "HEADROOM_ANCHORS", value_name = "FILE", global = true)]
    pub anchors: Option<PathBuf>,
    /// Where the practices are; editions of the catalogue for elsewhere are kept and not used [default: England]
    #[arg(long, env = "HEADROOM_JURISDICTION", value_name = "NAME", global = true)]
    pub jurisdiction: Option<String>,
    /// Mail server for reminders, such as `smtp://user:password@host:587` (TLS is required) or `smtps://host`; without
    /// one, reminders are shown in the product only
    #[arg(long, env = "HEADROOM_SMTP", value_name = "URL", hide_env_values = true, global = true)]
    pub smtp: Option<String>,
    /// Sender of reminders, such as `Headroom <headroom@example.org>`; needed where there is a mail server
    #[arg(long, env = "HEADROOM_MAIL_FROM", value_name = "ADDRESS", global = true)]
    pub mail_from: Option<String>,
    /// Certificate of an authority that signed the mail server's own, in PEM, where it is none of the public ones
    #[arg(long, env = "HEADROOM_SMTP_CERTIFICATE", value_name = "FILE", global = true)]
    pub smtp_certificate: Option<PathBuf>,
    /// Whom somebody tells who found a weakness: a mail address, or a page under https; security.txt names it
    #[arg(long, env = "HEADROOM_SECURITY_CONTACT", value_name = "ADDRESS", global = true)]
    pub security_contact: Option<String>,
    /// Whether everybody may read releases without signing in: true or false [default: false]
    #[arg(
        long,
        env = "HEADROOM_PUBLIC_RELEASES",
        value_name = "true|false",
        num_args = 0..=1,
        default_missing_value = "true",
        require_equals = true,
        global = true
    )]
    pub public_releases: Option<bool>,
    /// Proxies in front, as addresses or ranges such as `127.0.0.1,::1`, and never a range that callers come from: where a
    /// request comes through one of them, its X-Forwarded-For says who asks
    #[arg(long, env = "HEADROOM_TRUSTED_PROXIES", value_name = "ADDRESSES", global = true)]
    pub trusted_proxies: Option<String>,
    /// Whether webhooks and notifications may also go to programs on this machine, without TLS, to try them out: true or false [default: false]
    #[arg(
        long,
        env = "HEADROOM_WEBHOOKS_HERE",
        value_name = "true|false",
        num_args = 0..=1,
        default_missing_value = "true",
        require_equals = true,
        global = true
    )]
    pub webhooks_here: Option<bool>,
    /// The daily anchor.
    #[command(flatten)]
    pub anchored: AnchorOptions,
    /// The organisation's own sign-in.
    #[command(flatten)]
    pub provider: ProviderOptions,
    /// How much to log, such as info or headroom=debug [default: info]
    #[arg(long, env = "HEADROOM_LOG", value_name = "FILTER", global = true)]
    pub log: Option<String>,
    /// Seconds by which the clock is wrong, to see what happens then
    #[arg(long, value_name = "SECONDS", allow_hyphen_values = true, hide = true, global = true)]
    pub clock_ahead: Option<i64>,
    /// Settings file in TOML with the same names as the flags
    #[arg(long, env = "HEADROOM_CONFIG", value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
}

/// The settings file. Names are those of the flags with underscores.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileOptions {
    data: Option<PathBuf>,
    database_url: Option<String>,
    listen: Option<String>,
    public_url: Option<String>,
    token_key: Option<PathBuf>,
    noise_key: Option<PathBuf>,
    anchors: Option<PathBuf>,
    anchor_folder: Option<PathBuf>,
    anchor_mail: Option<String>,
    jurisdiction: Option<String>,
    smtp: Option<String>,
    mail_from: Option<String>,
    smtp_certificate: Option<PathBuf>,
    security_contact: Option<String>,
    public_releases: Option<bool>,
    trusted_proxies: Option<String>,
    webhooks_here: Option<bool>,
    sign_in_issuer: Option<String>,
    sign_in_client: Option<String>,
    sign_in_secret: Option<String>,
    sign_in_secret_file: Option<PathBuf>,
    sign_in_words: Option<String>,
    sign_in_second_factor: Option<String>,
    log: Option<String>,
}

impl FileOptions {
    /// Those of the daily anchor.
    fn take_anchored(&mut self) -> AnchorOptions {
        AnchorOptions { anchor_folder: self.anchor_folder.take(), anchor_mail: self.anchor_mail.take() }
    }

    /// Those of the organisation's sign-in. serde would take any name where it flattened them.
    fn take_provider(&mut self) -> ProviderOptions {
        ProviderOptions {
            sign_in_issuer: self.sign_in_issuer.take(),
            sign_in_client: self.sign_in_client.take(),
            sign_in_secret: self.sign_in_secret.take(),
            sign_in_secret_file: self.sign_in_secret_file.take(),
            sign_in_words: self.sign_in_words.take(),
            sign_in_second_factor: self.sign_in_second_factor.take(),
        }
    }
}

/// Validated settings.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Folder for the SQLite file and generated keys.
    pub data: PathBuf,
    /// Which database.
    pub database: Database,
    /// Where to listen.
    pub listen: SocketAddr,
    /// What people type; links and cookies follow it.
    pub public_url: String,
    /// Whether somebody said so, rather than that it follows from where it listens: then it holds over what is kept of the
    /// last `serve`.
    pub is_public_url_said: bool,
    /// The master key; older ones lie beside it.
    pub token_key: PathBuf,
    /// The key of the noise of releases; read when one is made.
    pub noise_key: PathBuf,
    /// Where the newest event of every chain is written outside the database.
    pub anchors: PathBuf,
    /// Where it goes once a day besides.
    pub anchored: AnchorSettings,
    /// Whose editions of the catalogue are used.
    pub jurisdiction: String,
    /// How reminders are mailed; nothing where they are shown in the product only.
    pub mail: Option<Mail>,
    /// Whom to tell of a weakness, as `security.txt` writes it; nothing where nobody was named.
    pub security_contact: Option<String>,
    /// Whether releases are open to everybody.
    pub public_releases: bool,
    /// Whether webhooks may go to this machine.
    pub webhooks_here: bool,
    /// Whose word about where a request comes from is taken.
    pub proxies: Proxies,
    /// The organisation's own sign-in; nothing where people have passwords only.
    pub provider: Option<ProviderSettings>,
    /// Seconds by which the clock is wrong: for tests.
    pub clock_ahead: i64,
    /// Log filter.
    pub log: String,
}

/// The two databases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Database {
    /// An embedded file.
    Sqlite(PathBuf),
    /// A server. Keys are supplied, never generated per node.
    Postgres(String),
}

impl Settings {
    /// Flags and environment first, then the file, then defaults.
    ///
    /// # Errors
    /// [`BadSetting`] names the setting and what would be right.
    pub fn resolve(options: Options) -> Result<Self, BadSetting> {
        let mut file = read_file(options.config.as_deref())?;
        let provider = provider::read(options.provider.or(file.take_provider()))?;
        let anchored = options.anchored.or(file.take_anchored());
        let data = options.data.or(file.data).unwrap_or_else(|| DEFAULT_DATA.into());
        let database = match options.database_url.or(file.database_url) {
            None => Database::Sqlite(data.join("headroom.sqlite")),
            Some(url) => database(&url)?,
        };
        let listen = options.listen.or(file.listen).unwrap_or_else(|| DEFAULT_LISTEN.to_owned());
        let listen = socket_address(listen)?;
        let said = options.public_url.or(file.public_url);
        let is_public_url_said = said.is_some();
        let public_url = match said {
            Some(url) => address::read(url)?,
            None => address::here(listen),
        };
        let mail = mail::read(
            options.smtp.or(file.smtp),
            options.mail_from.or(file.mail_from),
            options.smtp_certificate.or(file.smtp_certificate),
        )?;
        Ok(Self {
            anchored: filed::read(anchored, mail.as_ref())?,
            token_key: options.token_key.or(file.token_key).unwrap_or_else(|| data.join("token.key")),
            noise_key: options.noise_key.or(file.noise_key).unwrap_or_else(|| data.join("noise.key")),
            anchors: options.anchors.or(file.anchors).unwrap_or_else(|| data.join("anchors.log")),
            jurisdiction: options.jurisdiction.or(file.jurisdiction).unwrap_or_else(|| "England".to_owned()),
            mail,
            security_contact: contact::read(options.security_contact.or(file.security_contact))?,
            public_releases: options.public_releases.or(file.public_releases).unwrap_or(false),
            webhooks_here: options.webhooks_here.or(file.webhooks_here).unwrap_or(false),
            proxies: Proxies::read(options.trusted_proxies.or(file.trusted_proxies))?,
            log: options.log.or(file.log).unwrap_or_else(|| "info".to_owned()),
            clock_ahead: options.clock_ahead.unwrap_or(0),
            provider,
            data,
            database,
            listen,
            public_url,
            is_public_url_said,
        })
    }

    /// Whether there is a database to open without making one. What a server has shows when it is asked.
    pub fn has_database(&self) -> bool {
        match &self.database {
            Database::Sqlite(file) => file.exists(),
            Database::Postgres(_) => true,
        }
    }

    /// Whether people reach the product over TLS; cookies are then bound to it.
    pub fn is_secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// Takes the port that the listener got: the one asked for, or any where that was 0.
    pub fn listens_at(&mut self, address: SocketAddr) {
        self.listen = address;
        if !self.is_public_url_said {
            self.public_url = address::here(address);
        }
    }
}

fn read_file(file: Option<&Path>) -> Result<FileOptions, BadSetting> {
    let Some(file) = file else {
        return Ok(FileOptions::default());
    };
    let bad = |why: String| BadSetting::File { file: file.display().to_string(), why };
    let text = fs::read_to_string(file).map_err(|error| bad(error.to_string()))?;
    toml::from_str(&text).map_err(|error| bad(error.to_string()))
}

fn database(url: &str) -> Result<Database, BadSetting> {
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        return Ok(Database::Postgres(url.to_owned()));
    }
    if let Some(path) = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")) {
        return Ok(Database::Sqlite(path.split('?').next().unwrap_or(path).into()));
    }
    Err(BadSetting::Value {
        name: "DATABASE_URL",
        // Whatever stands before an @ may be a password.
        value: url.rsplit('@').next().unwrap_or_default().to_owned(),
        why: "it must begin with postgres:// or sqlite://",
    })
}

fn socket_address(listen: String) -> Result<SocketAddr, BadSetting> {
    let numbers = listen.replace("localhost:", "127.0.0.1:");
    numbers.parse().map_err(|_| BadSetting::Value {
        name: "--listen",
        value: listen,
        why: "write an address and a port, such as 127.0.0.1:8025",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(change: impl FnOnce(&mut Options)) -> Result<Settings, String> {
        let mut options = Options::default();
        change(&mut options);
        Settings::resolve(options).map_err(|bad| bad.to_string())
    }

    #[test]
    fn nothing_set_is_an_sqlite_file_beside_us() {
        let settings = with(|_| ()).unwrap();
        assert_eq!(settings.database, Database::Sqlite("headroom-data/headroom.sqlite".into()));
        assert_eq!(settings.public_url, "http://localhost:8025");
        assert!(!settings.is_secure());
    }

    #[test]
    fn what_cannot_be_used_is_named_with_the_way_to_mend_it() {
        let listen = with(|options| options.listen = Some("8025".to_owned())).unwrap_err();
        assert!(listen.contains("--listen") && listen.contains("127.0.0.1:8025"), "{listen}");
        let url = with(|options| options.database_url = Some("mysql://me:secret@host/x".to_owned())).unwrap_err();
        assert!(url.contains("postgres://") && !url.contains("secret"), "{url}");
        let public = with(|options| options.public_url = Some("https://host/path".to_owned())).unwrap_err();
        assert!(public.contains("without a path"), "{public}");
    }

    #[test]
    fn a_file_fills_what_flags_leave_open_and_its_mistakes_have_a_line() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("headroom.toml");
        fs::write(&file, "data = \"/srv/headroom\"\nlisten = \"0.0.0.0:80\"\n").unwrap();
        let settings = with(|options| {
            options.config = Some(file.clone());
            options.listen = Some("127.0.0.1:9000".to_owned());
        })
        .unwrap();
        assert_eq!((settings.data, settings.listen.port()), ("/srv/headroom".into(), 9000));
        fs::write(&file, "data = \"x\"\nlissten = \"y\"\n").unwrap();
        let error = with(|options| options.config = Some(file)).unwrap_err();
        assert!(error.contains("line 2"), "{error}");
    }
}
