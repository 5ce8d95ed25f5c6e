//! The merchant of the demonstration, and its campaign.

use serde_json::{Value, json};
use std::net::SocketAddr;

/// The key by which the platform is asked.
pub(super) const APP_ID: &str = "EINV1";

/// The channel.
pub(super) const CHANNEL: &str = "line-1";

/// How many invoices of a member may pass.
const MAY_PASS: u32 = 2;

/// The seed of the draw, whose hash the campaign has from its draft on: the bytes from 0 to 31.
pub const SEED: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

/// Its SHA-256.
const SEED_HASH: &str = "630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd";

/// The merchant's document, where the platform is at this address.
pub(super) fn merchant(platform: SocketAddr) -> Value {
    let pattern = "https://pages.example/bind?liffId={liff-id}";
    let liff = "1234567890-AbCdEfGh";
    json!({
        "zone": "Asia/Taipei",
        "currency": "TWD",
        "programmes": { "points": { "worth": { "points": "1", "money": "1" }, "earn": [], "expiry": "never" } },
        "notices": { "channels": [{ "channel": "line-push", "kinds": ["other"], "quota": 100_000 }] },
        "campaigns": {
            "liff-pattern": pattern,
            "channels": {
                CHANNEL: { "name": "Tea House", "liff-id": liff, "liff-endpoint": pattern.replace("{liff-id}", liff) },
            },
            "verifiers": { "simulator": { "address": format!("http://{platform}"), "app-id": APP_ID } },
        },
    })
}

/// What the merchant's people set the campaign to. Times are Taipei's.
pub(super) fn campaign() -> Value {
    json!({
        "name": "秋茶發票登錄",
        "from": "2026-11-28 09:00",
        "to": "2026-12-08 21:00",
        "rules-page": "https://tea.example/rules",
        "platform": "line",
        "channel": CHANNEL,
        "picture": "https://tea.example/autumn.png",
        "conditions": {
            "issued": { "from": "2026-11-01", "to": "2026-12-08" },
            "shop": { "names": ["茶坊"] },
            "scope": { "whole": { "measure": "amount", "at-least": ["100"] } },
        },
        "reward": { "draw": { "winners": 5, "reserves": 3, "seed-hash": SEED_HASH } },
        "limits": { "member": MAY_PASS },
    })
}

/// What a host's settings have to say so that requests reach the platform.
#[must_use]
pub fn settings(merchant: &str, platform: SocketAddr) -> String {
    format!("[merchants.{merchant}.http]\nallow = [\"http://{platform}\"]\n")
}
