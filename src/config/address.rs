//! The address under which people reach the service: said, or that of the machine with the port it listens on.

use std::net::SocketAddr;

use super::bad_setting::BadSetting;

/// The address of a service on this machine.
pub(super) fn here(listen: SocketAddr) -> String {
    format!("http://localhost:{}", listen.port())
}

/// Reads the address that people type.
pub(super) fn read(url: String) -> Result<String, BadSetting> {
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    match host.map(|host| host.trim_end_matches('/')) {
        Some(host) if !host.is_empty() && !host.contains('/') => Ok(url.trim_end_matches('/').to_owned()),
        _ => Err(BadSetting::Value {
            name: "--public-url",
            value: url,
            why: "write https:// and a host name, without a path",
        }),
    }
}
