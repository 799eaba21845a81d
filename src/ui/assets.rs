//! Stylesheets, scripts and pictures inside the binary, under addresses that name their content.
//!
//! An address changes when the content does, so a browser may keep what it has for ever. Nothing is fetched from
//! another host, ever.

use std::{borrow::Cow, collections::HashMap, fmt::Write as _, sync::LazyLock};

use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

#[derive(RustEmbed)]
#[folder = "src/assets"]
#[include = "css/*.css"]
#[include = "js/*.js"]
#[include = "icon.svg"]
#[include = "icon-*.png"]
#[include = "manifest.webmanifest"]
struct Files;

/// A file that pages name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Asset {
    /// NHS.UK frontend, compiled without its fonts, blue and logo.
    NhsukCss,
    /// Headroom's own layer over it.
    HeadroomCss,
    /// htmx and its extension for server-sent events, both unmodified, in one file: htmx starts as soon as it is read,
    /// and an extension that is still on its way then is not asked about the page (read in 4.0.1).
    HtmxJs,
    /// Taps and undos that this browser keeps until they are answered: read by pages and by the service worker.
    OutboxJs,
    /// Headroom's own script: what is painted, and pages that say when they are no longer live.
    HeadroomJs,
    /// Asks the browser for a passkey, on the pages that want one.
    PasskeyJs,
    /// Asks the browser whether it shows notifications, on the pages that offer them.
    PushJs,
    /// The icon of a tab.
    Icon,
    /// The icon of a home screen.
    Icon192,
    /// The icon of a start screen.
    Icon512,
    /// The same without round corners, for systems that cut their own.
    IconMaskable,
    /// What a phone needs to keep the site on its home screen.
    Manifest,
}

/// In the order in which they are hashed: the manifest names the icon by its hashed address, so it comes last.
const ALL: [Asset; 12] = [
    Asset::NhsukCss,
    Asset::HeadroomCss,
    Asset::HtmxJs,
    Asset::OutboxJs,
    Asset::HeadroomJs,
    Asset::PasskeyJs,
    Asset::PushJs,
    Asset::Icon,
    Asset::Icon192,
    Asset::Icon512,
    Asset::IconMaskable,
    Asset::Manifest,
];

/// What the clinician's page needs without a connection.
const KEPT: [Asset; 7] = [
    Asset::NhsukCss,
    Asset::HeadroomCss,
    Asset::HtmxJs,
    Asset::OutboxJs,
    Asset::HeadroomJs,
    Asset::Icon,
    Asset::Manifest,
];

/// What to answer for an asset. Its address names its content: `Cache-Control: public, max-age=31536000, immutable`.
#[derive(Clone, Debug)]
pub struct Served {
    /// The content.
    pub bytes: Cow<'static, [u8]>,
    /// The `Content-Type`.
    pub content_type: &'static str,
    /// The `ETag`, quotes included.
    pub etag: &'static str,
}

struct Entry {
    bytes: Cow<'static, [u8]>,
    content_type: &'static str,
    etag: String,
    url: String,
}

struct Table {
    by_asset: HashMap<Asset, Entry>,
    by_name: HashMap<String, Asset>,
}

static TABLE: LazyLock<Table> = LazyLock::new(build);

/// Where pages find an asset: `/assets/<name>.<hash>.<ext>`.
pub fn url(asset: Asset) -> &'static str {
    TABLE.by_asset.get(&asset).map_or("/assets/missing", |entry| entry.url.as_str())
}

/// The asset behind the last segment of such an address; nothing for an old hash, so that old pages reload.
pub fn find(segment: &str) -> Option<Served> {
    let entry = TABLE.by_asset.get(TABLE.by_name.get(segment)?)?;
    Some(Served {
        bytes: match &entry.bytes {
            Cow::Borrowed(bytes) => Cow::Borrowed(*bytes),
            Cow::Owned(bytes) => Cow::Borrowed(bytes.as_slice()),
        },
        content_type: entry.content_type,
        etag: &entry.etag,
    })
}

fn build() -> Table {
    let mut table = Table { by_asset: HashMap::new(), by_name: HashMap::new() };
    for asset in ALL {
        let (paths, stem, extension, content_type) = about(asset);
        let Some(mut bytes) = read(paths) else {
            continue;
        };
        if asset == Asset::Manifest {
            bytes = Cow::Owned(named(&bytes, &table));
        }
        let hash = short_hash(&bytes);
        let name = format!("{stem}.{hash}.{extension}");
        let url = format!("/assets/{name}");
        table.by_name.insert(name, asset);
        table.by_asset.insert(asset, Entry { bytes, content_type, etag: format!("\"{hash}\""), url });
    }
    table
}

/// The manifest with the icons under their hashed addresses.
fn named(manifest: &[u8], table: &Table) -> Vec<u8> {
    let mut text = String::from_utf8_lossy(manifest).into_owned();
    for (asset, entry) in &table.by_asset {
        if let ([path], ..) = about(*asset) {
            text = text.replace(&format!("\"/assets/{path}\""), &format!("\"{}\"", entry.url));
        }
    }
    text.into_bytes()
}

/// The service worker with the files of this version and of this frame before it.
pub fn service_worker(frame: &str) -> String {
    let text = Files::get("js/service-worker.js").map_or(Cow::Borrowed(&[][..]), |file| file.data);
    let text = String::from_utf8_lossy(&text);
    let files: Vec<&str> = KEPT.into_iter().map(url).collect();
    let version = short_hash(format!("{frame}{files:?}{text}").as_bytes());
    format!(
        "const VERSION = '{version}';\nconst OUTBOX = '{}';\nconst ICON = '{}';\nconst FILES = {files:?};\n{text}",
        url(Asset::OutboxJs),
        url(Asset::Icon192)
    )
}

/// One file as it is, several one after the other. Every path is embedded when compiling; a test asks for each asset.
fn read(paths: &[&str]) -> Option<Cow<'static, [u8]>> {
    if let [path] = paths {
        return Files::get(path).map(|file| file.data);
    }
    let mut joined = Vec::new();
    for path in paths {
        joined.extend_from_slice(&Files::get(path)?.data);
        joined.push(b'\n');
    }
    Some(Cow::Owned(joined))
}

const fn about(asset: Asset) -> (&'static [&'static str], &'static str, &'static str, &'static str) {
    const CSS: &str = "text/css; charset=utf-8";
    const JS: &str = "text/javascript; charset=utf-8";
    const PNG: &str = "image/png";
    match asset {
        Asset::NhsukCss => (&["css/nhsuk.css"], "nhsuk", "css", CSS),
        Asset::HeadroomCss => (&["css/headroom.css"], "headroom", "css", CSS),
        Asset::HtmxJs => (&["js/htmx.min.js", "js/hx-sse.min.js"], "htmx", "js", JS),
        Asset::OutboxJs => (&["js/outbox.js"], "outbox", "js", JS),
        Asset::HeadroomJs => (
            &["js/paint.js", "js/headroom.js", "js/live.js", "js/desk.js", "js/page.js", "js/log.js"],
            "headroom",
            "js",
            JS,
        ),
        Asset::PasskeyJs => (&["js/passkey.js"], "passkey", "js", JS),
        Asset::PushJs => (&["js/push.js"], "push", "js", JS),
        Asset::Icon => (&["icon.svg"], "icon", "svg", "image/svg+xml"),
        Asset::Icon192 => (&["icon-192.png"], "icon-192", "png", PNG),
        Asset::Icon512 => (&["icon-512.png"], "icon-512", "png", PNG),
        Asset::IconMaskable => (&["icon-maskable.png"], "icon-maskable", "png", PNG),
        Asset::Manifest => (&["manifest.webmanifest"], "manifest", "webmanifest", "application/manifest+json"),
    }
}

/// 48 bits: enough to tell versions of one file apart.
fn short_hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(6).fold(String::new(), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_asset_is_found_under_its_own_address_and_under_no_other() {
        for asset in ALL {
            let url = url(asset);
            let segment = url.strip_prefix("/assets/").unwrap();
            let served = find(segment).unwrap();
            assert!(!served.bytes.is_empty(), "{url}");
            assert!(segment.contains(served.etag.trim_matches('"')), "{url}");
        }
        assert!(find("nhsuk.css").is_none());
        assert!(find("../LICENCES.md").is_none());
    }

    #[test]
    fn no_asset_asks_another_host_for_anything() {
        for asset in [Asset::NhsukCss, Asset::HeadroomCss] {
            let served = find(url(asset).strip_prefix("/assets/").unwrap()).unwrap();
            let css = String::from_utf8(served.bytes.into_owned()).unwrap();
            for word in ["url(", "@import", "@font-face", "Frutiger", "//"] {
                assert!(!css.contains(word), "{asset:?} has {word}");
            }
        }
        let manifest = find(url(Asset::Manifest).strip_prefix("/assets/").unwrap()).unwrap();
        assert!(!String::from_utf8(manifest.bytes.into_owned()).unwrap().contains("/assets/icon.svg"));
    }

    #[test]
    fn the_service_worker_names_the_files_of_this_version_and_changes_with_the_frame() {
        let worker = service_worker("frame");
        for asset in KEPT {
            assert!(worker.contains(url(asset)), "{asset:?}");
        }
        assert!(worker.contains("addEventListener('fetch'"));
        assert_eq!(worker, service_worker("frame"));
        assert_ne!(worker, service_worker("another frame"));
    }
}
