//! What a replay says that members would have been told.

use super::{Error, Path, Replay, Report, Rules, Stage, THREADS, ZONE, orders, stage};
use stampcard::replay::Told;

const FILE: &str = "customer_id date number_of_cds dollar_value
a 20240110 1 12.00
b 20240110 1 5.00
c 20250220 1 30.00
";

fn play(folder: &Path) -> Result<(Report, Vec<Told>), Error> {
    let stage = stage(folder);
    let mut subject = stage.subject();
    let document = Rules::default_document(subject.as_mut(), ZONE, true);
    let rules = Rules::check(subject.as_mut(), document)?;
    let orders = orders::read(FILE.as_bytes(), 2).unwrap();
    let replay = Replay {
        orders: &orders,
        rules: &rules,
        until: None,
        threads: THREADS,
    };
    let played = replay.run(&stage, &mut |_| {})?;
    let mut told = Vec::new();
    let report = Report::read(subject.as_mut(), &rules, &orders, played, &mut |it| {
        told.push(it.clone());
    })?;
    Ok((report, told))
}

/// A lot of 10 January 2024 at noon lapses 365 days later, on 9 January 2025 at noon, which is the moment of sending: that
/// notices of it can't be late, they count from that day.
#[test]
fn members_are_told_before_and_after() {
    let folder = tempfile::tempdir().unwrap();
    let (report, told) = play(folder.path()).unwrap();
    let lines: Vec<String> = told
        .iter()
        .map(|it| {
            let at = it.since.with_timezone(&ZONE).format("%Y-%m-%d %H:%M");
            let points = it.points.as_deref().unwrap_or("none");
            format!("{at} {} {} {points} {}", it.member, it.id, it.state)
        })
        .collect();
    assert_eq!(
        lines,
        [
            "2024-11-09 12:00 a 2024-11-09/points-expiring/points/2-months/email 12 accepted",
            "2024-12-09 12:00 a 2024-12-09/points-expiring/points/1-months/email 12 accepted",
            "2025-01-06 12:00 a 2025-01-06/points-expiring/points/3-days/email 12 accepted",
            "2025-01-10 12:00 a 2025-01-10/points-lapsed/points/email 12 accepted",
            "2025-01-10 12:00 b 2025-01-10/points-lapsed/points/email 5 accepted",
        ]
    );
    let totals = report.notices.unwrap();
    assert_eq!((totals.sent, totals.members), (5, 2));
    let months: Vec<_> = totals
        .months
        .iter()
        .map(|it| (it.month.as_str(), it.what.as_str(), it.sent, it.members))
        .collect();
    assert_eq!(
        months,
        [
            ("2024-11", "points-expiring 2-months", 1, 1),
            ("2024-12", "points-expiring 1-months", 1, 1),
            ("2025-01", "points-expiring 3-days", 1, 1),
            ("2025-01", "points-lapsed", 2, 2),
        ]
    );

    // Run again, nothing is told twice.
    let (report, again) = play(folder.path()).unwrap();
    assert!(report.all_done);
    assert_eq!(again, told);
}
