//! How a practice's own program is told: a POST to an address of the internet, and to none of this network or computer.
//!
//! A name is looked up here, what it stands for is checked, and the connection goes to what was checked: a name that means
//! something else a moment later leads nowhere. Nothing that is answered is shown or kept but its status.

use std::{
    error::Error,
    fmt,
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use reqwest::{
    Client, Url,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect::Policy,
};
use uuid::Uuid;

use crate::domain::webhook::{self, is_public};

/// How long a connection may take to stand.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a whole attempt may take, the look-up included.
const ANSWER: Duration = Duration::from_secs(10);
/// How much of an answer is taken, so that whoever sends a short one can end it.
const MOST_BYTES: usize = 4 * 1024;
/// The longest address.
pub const LONGEST_ADDRESS: usize = 500;

/// Which computers may be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    /// Those of the internet. The people of the demo are everybody's, so it tells none.
    pub internet: bool,
    /// This one, also without TLS: for tests, and for trying it out.
    pub here: bool,
}

impl Reach {
    fn includes(self, address: IpAddr) -> bool {
        (self.internet && is_public(address)) || (self.here && address.to_canonical().is_loopback())
    }

    /// Reads an address that somebody typed, as it is kept.
    ///
    /// # Errors
    /// A sentence about it.
    pub fn read(self, text: &str) -> Result<String, &'static str> {
        let text = text.trim();
        if text.is_empty() {
            return Err("Write the address of your program, such as https://example.org/headroom");
        }
        if text.chars().count() > LONGEST_ADDRESS {
            return Err("Write an address of at most 500 letters");
        }
        if !self.internet && !self.here {
            return Err("This demo tells no other computer anything");
        }
        let url = Url::parse(text).map_err(|_| "Write a whole address, such as https://example.org/headroom")?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err("Leave out the name and the password: every message is signed instead");
        }
        if url.fragment().is_some() {
            return Err("Leave out what begins with #");
        }
        self.leads_out(&url)?;
        Ok(url.into())
    }

    /// What can be known of an address before its name is looked up.
    fn leads_out(self, url: &Url) -> Result<(), &'static str> {
        let inside = Err("This address lies in a private network or is this computer: write one that the internet has");
        let Some(host) = url.host_str() else {
            return Err("Write a whole address, such as https://example.org/headroom");
        };
        let literal = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().ok();
        let is_here = host == "localhost" || literal.is_some_and(|address| address.to_canonical().is_loopback());
        match url.scheme() {
            "https" => {}
            "http" if self.here && is_here => {}
            _ => return Err("Write an address that begins with https://"),
        }
        match literal {
            Some(address) if !self.includes(address) => inside,
            // A name of one word is one of this network.
            None if !(host.trim_end_matches('.').contains('.') || self.here && is_here) => inside,
            _ => Ok(()),
        }
    }
}

/// Looks names up, and answers only with what may be told.
#[derive(Debug)]
struct Guarded(Reach);

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let may: Vec<SocketAddr> = found.filter(|address| reach.includes(address.ip())).collect();
            if may.is_empty() {
                return Err(Box::new(Inside) as Box<dyn Error + Send + Sync>);
            }
            Ok(Box::new(may.into_iter()) as Addrs)
        })
    }
}

/// A name that stands for nothing but this network or this computer.
#[derive(Debug)]
struct Inside;

impl fmt::Display for Inside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name stands for an address that is not of the internet")
    }
}

impl Error for Inside {}

/// One attempt.
#[derive(Debug, Clone, Copy)]
pub struct Delivery<'a> {
    /// Where.
    pub address: &'a str,
    /// The same at every attempt.
    pub id: Uuid,
    /// When, in seconds since 1970.
    pub seconds: i64,
    /// What.
    pub body: &'a str,
    /// What it is signed with.
    pub secret: &'a [u8],
}

/// Why there was no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unanswered {
    /// The address leads into a private network or to this computer.
    Inside,
    /// It took too long.
    TooLate,
    /// Nobody was there, or it was not who it should be.
    NotReached,
    /// The master key is not there any more that made what it is signed with.
    NoSecret,
}

impl Unanswered {
    const ALL: [Self; 4] = [Self::Inside, Self::TooLate, Self::NotReached, Self::NoSecret];

    /// Stable text, as stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::Inside => "inside",
            Self::TooLate => "too-late",
            Self::NotReached => "not-reached",
            Self::NoSecret => "no-secret",
        }
    }

    /// In words.
    pub fn says(code: &str) -> &'static str {
        match Self::ALL.into_iter().find(|known| known.code() == code) {
            Some(Self::Inside) => "not sent: the address leads into a private network",
            Some(Self::TooLate) => "no answer within 10 seconds",
            Some(Self::NoSecret) => "not sent: the key that made its secret is gone; make another webhook",
            Some(Self::NotReached) | None => "could not be reached",
        }
    }
}

/// Tells programs.
#[derive(Debug, Clone)]
pub struct Teller {
    client: Client,
    reach: Reach,
}

impl Teller {
    /// Over TLS alone, unless this computer may be told. No proxy is taken from the environment, and no connection is kept:
    /// the next attempt looks again where its name leads.
    ///
    /// # Errors
    /// A fault of the HTTP client.
    pub fn new(reach: Reach) -> Result<Self, reqwest::Error> {
        let client = Client::builder()
            .user_agent(concat!("headroom/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT)
            .timeout(ANSWER)
            .redirect(Policy::none())
            .no_proxy()
            .https_only(!reach.here)
            .pool_max_idle_per_host(0)
            .dns_resolver(Guarded(reach))
            .build()?;
        Ok(Self { client, reach })
    }

    /// Makes one attempt; says the status that was answered.
    ///
    /// # Errors
    /// [`Unanswered`].
    pub async fn tell(&self, delivery: &Delivery<'_>) -> Result<u16, Unanswered> {
        let Delivery { address, id, seconds, body, secret } = *delivery;
        let signature = webhook::signature(secret, id, seconds, body).ok_or(Unanswered::NotReached)?;
        let lines = [
            ("content-type", "application/json".to_owned()),
            ("webhook-id", id.to_string()),
            ("webhook-timestamp", seconds.to_string()),
            ("webhook-signature", signature),
        ];
        self.post(address, &lines, body.to_owned().into_bytes()).await
    }

    /// The same for whatever else is sent to an address that a stranger named.
    ///
    /// # Errors
    /// [`Unanswered`].
    pub async fn post(
        &self,
        address: &str,
        lines: &[(&'static str, String)],
        body: Vec<u8>,
    ) -> Result<u16, Unanswered> {
        let url = Url::parse(address).map_err(|_| Unanswered::NotReached)?;
        // Of an address in numbers no name is looked up.
        self.reach.leads_out(&url).map_err(|_| Unanswered::Inside)?;
        let mut asking = self.client.post(url);
        for (name, value) in lines {
            asking = asking.header(*name, value);
        }
        let mut answer = asking.body(body).send().await.map_err(|error| why(&error))?;
        let mut taken = 0_usize;
        while let Ok(Some(part)) = answer.chunk().await {
            taken = taken.saturating_add(part.len());
            if taken >= MOST_BYTES {
                break;
            }
        }
        Ok(answer.status().as_u16())
    }
}

fn why(error: &reqwest::Error) -> Unanswered {
    let mut cause: Option<&dyn Error> = error.source();
    while let Some(of) = cause {
        if of.is::<Inside>() {
            return Unanswered::Inside;
        }
        cause = of.source();
    }
    if error.is_timeout() { Unanswered::TooLate } else { Unanswered::NotReached }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUT: Reach = Reach { internet: true, here: false };
    const HERE: Reach = Reach { internet: true, here: true };
    const DEMO: Reach = Reach { internet: false, here: false };

    #[test]
    fn an_address_is_one_of_the_internet_over_tls() {
        for fine in [
            "https://example.org/headroom",
            "https://hooks.example.org:8443/a/b?token=x",
            "https://8.8.8.8/x",
            "https://[2606:4700::1111]/x",
        ] {
            assert_eq!(OUT.read(fine).as_deref(), Ok(fine));
            assert!(DEMO.read(fine).unwrap_err().contains("demo"), "{fine}");
        }
        assert_eq!(OUT.read(" https://EXAMPLE.org ").as_deref(), Ok("https://example.org/"));
        for wrong in [
            "",
            "example.org",
            "http://example.org/",
            "ftp://example.org/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "https://me:secret@example.org/",
            "https://example.org/#a",
            "https://intranet/",
            "https://intranet./",
            "https://localhost/",
            "http://localhost:4000/",
            "https://127.0.0.1/",
            "https://0x7f000001/",
            "https://2130706433/",
            "https://0177.0.0.1/",
            "https://127.1/",
            "https://10.1.2.3/",
            "https://169.254.169.254/latest/meta-data/",
            "https://[::1]/",
            "https://[::ffff:169.254.169.254]/",
            "https://[::ffff:a9fe:a9fe]/",
            "https://[64:ff9b::a9fe:a9fe]/",
            "https://[fd00:ec2::254]/",
            "https://100.64.0.1/",
            "https://１２７.０.０.１/",
        ] {
            assert!(OUT.read(wrong).is_err(), "{wrong}");
        }
        assert!(OUT.read(&format!("https://example.org/{}", "a".repeat(500))).is_err());
    }

    #[test]
    fn this_computer_is_told_only_where_a_setting_says_so() {
        for here in ["http://localhost:4000/", "http://127.0.0.1:4000/", "http://[::1]:4000/", "https://127.0.0.1/"] {
            assert_eq!(HERE.read(here).as_deref(), Ok(here));
            assert!(OUT.read(here).is_err(), "{here}");
        }
        for wrong in ["http://example.org/", "http://10.0.0.1/", "https://10.0.0.1/", "http://localhost.example.org/"] {
            assert!(HERE.read(wrong).is_err(), "{wrong}");
        }
    }

    /// What a name is looked up to counts, and not the name.
    #[tokio::test]
    async fn a_name_that_stands_for_this_computer_is_not_asked() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let teller = |reach| Teller::new(reach).unwrap();
        // Any name of the machine's own list of hosts would do; this one is on every list.
        let found = Guarded(OUT).resolve("localhost".parse().unwrap()).await;
        assert!(found.is_err_and(|error| error.is::<Inside>()));
        assert!(Guarded(HERE).resolve("localhost".parse().unwrap()).await.is_ok());
        for address in [format!("https://127.0.0.1:{port}/"), format!("https://localhost:{port}/")] {
            let delivery = Delivery { address: &address, id: Uuid::nil(), seconds: 0, body: "{}", secret: b"x" };
            assert_eq!(teller(OUT).tell(&delivery).await, Err(Unanswered::Inside), "{address}");
        }
        // The same through the client: a name of several words that leads here.
        let client = teller(OUT);
        let asked = client.client.post(format!("https://localhost:{port}/")).send().await.unwrap_err();
        assert_eq!(why(&asked), Unanswered::Inside);
        let nobody = tokio::time::timeout(Duration::from_millis(50), listener.accept()).await;
        assert!(nobody.is_err(), "somebody connected");
    }
}
