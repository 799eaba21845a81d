//! Proxies in front of the service, whose word is taken about where a request comes from.

use std::net::IpAddr;

use ipnet::IpNet;

use super::bad_setting::BadSetting;

/// Addresses and ranges of proxies; none by default, and then nothing in a request says who sent it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies(Vec<IpNet>);

impl Proxies {
    /// Reads a list with commas or spaces between.
    ///
    /// # Errors
    /// [`BadSetting`] with the entry that is none.
    pub(super) fn read(text: Option<String>) -> Result<Self, BadSetting> {
        let text = text.unwrap_or_default();
        let entries = text.split([',', ' ', '\n', '\t']).filter(|entry| !entry.is_empty());
        entries
            .map(|entry| {
                range(entry).ok_or_else(|| BadSetting::Value {
                    name: "--trusted-proxies",
                    value: entry.to_owned(),
                    why: "write addresses or ranges with commas between, such as 10.0.0.5,192.168.0.0/16,::1",
                })
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Whether an address is one of them.
    pub fn trusts(&self, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        self.0.iter().any(|range| range.contains(&ip))
    }

    /// Whether none is named.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn range(entry: &str) -> Option<IpNet> {
    let plain = entry.parse::<IpAddr>().ok().map(|ip| IpNet::from(ip.to_canonical()));
    plain.or_else(|| entry.parse::<IpNet>().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_ranges_are_trusted_and_nothing_else() {
        let read = |text: &str| Proxies::read(Some(text.to_owned()));
        let proxies = read("10.0.0.0/8, 192.0.2.7 ::1,2001:db8::/32").unwrap();
        for (ip, trusted) in [
            ("10.255.0.1", true),
            ("11.0.0.1", false),
            ("192.0.2.7", true),
            ("::ffff:192.0.2.7", true),
            ("192.0.2.8", false),
            ("::1", true),
            ("2001:db8:1::1", true),
            ("2001:db9::1", false),
        ] {
            assert_eq!(proxies.trusts(ip.parse().unwrap()), trusted, "{ip}");
        }
        let none = Proxies::read(None).unwrap();
        assert!(none.is_empty() && !none.trusts("127.0.0.1".parse().unwrap()));
        for wrong in ["proxy.example", "10.0.0.0/33", "10.0.0", "*"] {
            let error = read(wrong).unwrap_err().to_string();
            assert!(error.contains(wrong) && error.contains("192.168.0.0/16"), "{error}");
        }
    }
}
