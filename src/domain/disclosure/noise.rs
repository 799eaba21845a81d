//! Two-sided geometric noise, a pure function of the key and what is counted: the same for ever, on every node.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::Period;

/// Names the method; part of what is hashed, so that a new method never reuses old noise.
pub const VERSION: &str = "headroom-release-1";
/// Privacy loss per release and series.
pub const EPSILON: f64 = 0.5;
/// The noise never goes past this.
pub const CLIP: i32 = 24;

/// The noise key of one frame year: 256 bits. Never shown, logged or stored in the database.
#[derive(Clone)]
pub struct Key([u8; 32]);

impl Key {
    /// A key as read from its file.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(not shown)")
    }
}

/// The noise of one cell: `HMAC-SHA256(key; version ‖ series ‖ atom ‖ period)`, each part behind its length, read as
/// a 64-bit number and looked up in the table of cumulative probabilities.
pub fn z(key: &Key, series: &str, atom: &str, period: Period) -> i32 {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&key.0) else {
        // HMAC takes keys of every length; this cannot be reached, and hiding everything would be the safe answer.
        return -CLIP;
    };
    let period = period.to_string();
    for part in [VERSION, series, atom, &period] {
        mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        mac.update(part.as_bytes());
    }
    let digest = mac.finalize().into_bytes();
    let uniform = digest
        .iter()
        .take(8)
        .fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
    let index = CUMULATIVE.partition_point(|limit| *limit <= uniform);
    i32::try_from(index).unwrap_or(CLIP).saturating_sub(CLIP)
}

/// P(Z ≤ z) × 2⁶⁴ for z = −24 … 23 and α = e^−½, rounded, with the tails beyond ±24 added to the ends.
pub(super) const CUMULATIVE: [u64; 48] = [
    0x0000_402a_32c0_c293,
    0x0000_69ca_38f2_fdc5,
    0x0000_ae6b_0945_f8b1,
    0x0001_1f91_1cf9_715a,
    0x0001_da1e_19b3_1e39,
    0x0003_0db0_0f9f_45bf,
    0x0005_08c9_02f3_e46d,
    0x0008_4cd8_faa8_bbe3,
    0x000d_af48_0967_6bca,
    0x0016_8fef_3eb6_f7e0,
    0x0025_32e7_f992_5b3e,
    0x003d_549e_30c2_e4ac,
    0x0065_1df1_57db_c203,
    0x00a6_b6b4_54cb_b084,
    0x0112_dd49_ac09_86dd,
    0x01c5_2cbf_26ae_fc0a,
    0x02eb_28ae_e1a0_4114,
    0x04cf_db57_579f_986a,
    0x07ee_fd0f_0fb8_befb,
    0x0d14_88b1_853b_65ad,
    0x1590_cc95_f9c8_3193,
    0x238e_424e_9cf0_0936,
    0x3a9f_168a_16cc_d5e5,
    0x60a6_8159_65e3_7a0f,
    0x9f59_7ea6_9a1c_85f1,
    0xc560_e975_e933_2a1b,
    0xdc71_bdb1_630f_f6ca,
    0xea6f_336a_0637_ce6d,
    0xf2eb_774e_7ac4_9a53,
    0xf811_02f0_f047_4105,
    0xfb30_24a8_a860_6796,
    0xfd14_d751_1e5f_beec,
    0xfe3a_d340_d951_03f6,
    0xfeed_22b6_53f6_7923,
    0xff59_494b_ab34_4f7c,
    0xff9a_e20e_a824_3dfd,
    0xffc2_ab61_cf3d_1b54,
    0xffda_cd18_066d_a4c2,
    0xffe9_7010_c149_0820,
    0xfff2_50b7_f698_9436,
    0xfff7_b327_0557_441d,
    0xfffa_f736_fd0c_1b93,
    0xfffc_f24f_f060_ba41,
    0xfffe_25e1_e64c_e1c7,
    0xfffe_e06e_e306_8ea6,
    0xffff_5194_f6ba_074f,
    0xffff_9635_c70d_023b,
    0xffff_bfd5_cd3f_3d6d,
];
