//! One click takes a member off a list; a look at the page takes nobody off.

use crate::Shop;
use serde_json::{Value, json};
use stampcard::capabilities::Merchant;
use std::thread;

const CLICK: &str = "List-Unsubscribe=One-Click";

/// The path of the link that the server puts into a mail of this member and kind.
fn link(shop: &Shop, member: &str, kind: &str) -> String {
    let link = shop
        .server
        .unsubscribe_link(&Merchant::new("shop").unwrap(), member, kind, "email");
    let link = link.unwrap();
    link.strip_prefix("https://points.example")
        .unwrap()
        .to_owned()
}

/// The wishes of mei, one a line.
fn wishes(shop: &mut Shop) -> Vec<String> {
    let reach = shop.reach();
    let wishes = reach["preferences"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap_or("any").to_owned();
    wishes
        .map(|it| {
            format!(
                "{} {} {}",
                text(&it["kind"]),
                text(&it["channel"]),
                it["wanted"]
            )
        })
        .collect()
}

#[test]
fn a_page_asks_and_a_click_does_it() {
    let mut shop = Shop::open();
    let path = link(&shop, "mei", "points-expiring");
    for (language, tag, word) in [
        ("zh-TW,en;q=0.5", "zh-TW", "點數到期提醒"),
        ("ko", "ko", "소멸 예정"),
        ("en-GB", "en", "reminders of points"),
        ("fr", "en", "Unsubscribe"),
    ] {
        let answer = shop.ask(
            "GET",
            &path,
            &format!("accept-language: {language}\r\n"),
            "",
        );
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-language"), Some(tag));
        assert!(answer.body.contains(word) && answer.body.contains("<form method=\"post\">"));
        assert!(!answer.body.contains("mei"));
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
    assert_eq!(shop.ask("HEAD", &path, "", "").status, 200);
    assert_eq!(shop.ask("POST", &path, "", "").status, 400);
    assert_eq!(
        shop.ask("POST", &path, "", "List-Unsubscribe=No").status,
        400
    );
    assert_eq!(wishes(&mut shop), Vec::<String>::new());
    for _ in 0..2 {
        let form = "content-type: application/x-www-form-urlencoded\r\n";
        let answer = shop.ask("POST", &path, form, CLICK);
        assert_eq!(answer.status, 200);
        assert!(answer.body.contains("You are unsubscribed") && !answer.body.contains("<form"));
        assert_eq!(wishes(&mut shop), ["points-expiring email false"]);
    }
    // Who wants them again gets them again, and may change his mind once more.
    let again = json!({ "member": "mei", "preferences": [{ "kind": "points-lapsed", "channel": "sms", "wanted": false }] });
    shop.call("notices.prefer", Some("again"), again);
    assert_eq!(shop.ask("POST", &path, "", CLICK).status, 200);
    let both = ["points-lapsed sms false", "points-expiring email false"];
    assert_eq!(wishes(&mut shop), both);
    assert_eq!(shop.told(), Vec::<String>::new());
}

#[test]
fn links_that_are_none_lead_nowhere() {
    let shop = Shop::open();
    let good = link(&shop, "mei", "points-expiring");
    let mut changed = good.clone();
    let last = if changed.pop() == Some('A') { 'B' } else { 'A' };
    changed.insert(changed.len() - 5, last);
    for path in [
        changed.as_str(),
        "/unsubscribe/x",
        "/unsubscribe/%00",
        &good[..40],
    ] {
        for (method, body) in [("GET", ""), ("POST", CLICK)] {
            let answer = shop.ask(method, path, "", body);
            assert_eq!(answer.status, 404, "{method} {path}");
            assert!(answer.body.contains("not valid"), "{}", answer.body);
        }
    }
    // Somebody who is gone gets nothing any more, which is what was asked for.
    let gone = link(&shop, "nobody", "points-expiring");
    assert_eq!(shop.ask("POST", &gone, "", CLICK).status, 200);
}

#[test]
fn a_merged_members_wish_is_the_survivors() {
    let mut shop = Shop::open();
    shop.call(
        "members.put",
        Some("old"),
        json!({ "member": "old", "email": "old@example.com" }),
    );
    let path = link(&shop, "old", "coupons-expiring");
    let merge = json!({ "member": "old", "into": "mei", "reason": "same", "actor": "amy" });
    shop.call("accounts.merge", Some("merge"), merge);
    assert_eq!(shop.ask("POST", &path, "", CLICK).status, 200);
    assert_eq!(wishes(&mut shop), ["coupons-expiring email false"]);
}

#[test]
fn clicks_at_once_lose_none() {
    let mut shop = Shop::open();
    let kinds = [
        "points-expiring",
        "coupons-expiring",
        "points-lapsed",
        "points-granted",
    ];
    let address = shop.address();
    thread::scope(|scope| {
        for kind in kinds.iter().chain(&kinds) {
            let path = link(&shop, "mei", kind);
            scope.spawn(move || {
                assert_eq!(crate::ask(address, "POST", &path, "", CLICK).status, 200);
            });
        }
    });
    let mut found = wishes(&mut shop);
    found.sort();
    let mut expected = kinds.map(|kind| format!("{kind} email false"));
    expected.sort();
    assert_eq!(found, expected);
}
