//! Korean. No particle stands behind a placeholder, since it would depend on the value.

use super::Words;
use crate::domain::notice::Kind;

pub(super) fn words(kind: Kind) -> Option<&'static Words> {
    match kind {
        Kind::PointsExpiring => Some(&POINTS_EXPIRING),
        Kind::CouponsExpiring => Some(&COUPONS_EXPIRING),
        Kind::PointsGranted => Some(&POINTS_GRANTED),
        Kind::PointsDeducted => Some(&POINTS_DEDUCTED),
        Kind::PointsLapsed => Some(&POINTS_LAPSED),
        _ => None,
    }
}

const POINTS_BASIS: &str = "※ 지급 근거: {basis} · {programme} 이용약관에 따른 정보성 안내입니다.";

const POINTS_EXPIRING: Words = Words {
    subject: "{programme} 소멸 예정 안내: {points}, {last-day}까지 사용 가능",
    mail: "\
{member}님, 안녕하세요.

보유하고 계신 {programme} 중 곧 소멸될 내역을 안내드립니다.

소멸 예정: {points}
사용 기한: {last-day} {last-time}까지 (상점 현지 시간)
남은 일수: {days}일
현재 잔액: {balance}

기한까지 사용하지 않으시면 자동으로 소멸되며, 소멸된 뒤에는 복구되지 않습니다.",
    short: "\
{member}님, {programme} 소멸 예정 안내입니다.
소멸 예정: {points}
사용 기한: {last-day} {last-time}까지 (남은 일수 {days}일)
현재 잔액: {balance}
소멸된 뒤에는 복구되지 않습니다.",
    basis: POINTS_BASIS,
};

const COUPONS_EXPIRING: Words = Words {
    subject: "쿠폰 만료 예정 안내: {count}장, {last-day}까지 사용 가능",
    mail: "\
{member}님, 안녕하세요.

보유하고 계신 쿠폰 {count}장의 만료 예정을 안내드립니다.

{coupons}

사용 기한: {last-day} {last-time}까지 (상점 현지 시간)
남은 일수: {days}일

기한이 지난 쿠폰은 사용하실 수 없습니다.",
    short: "\
{member}님, 쿠폰 {count}장의 만료 예정 안내입니다.
{coupons}
사용 기한: {last-day} {last-time}까지 (남은 일수 {days}일)",
    basis: "※ 지급 근거: {basis} · 쿠폰 이용 조건에 따른 정보성 안내입니다.",
};

const POINTS_GRANTED: Words = Words {
    subject: "{programme} 지급 안내: {points}",
    mail: "\
{member}님, 안녕하세요.

{programme} 지급 내역을 안내드립니다.

지급: {points}
사유: {reason}
현재 잔액: {balance}",
    short: "\
{member}님, {programme} 지급 안내입니다.
지급: {points}
사유: {reason}
현재 잔액: {balance}",
    basis: POINTS_BASIS,
};

const POINTS_DEDUCTED: Words = Words {
    subject: "{programme} 차감 안내: {points}",
    mail: "\
{member}님, 안녕하세요.

{programme} 차감 내역을 안내드립니다.

차감: {points}
사유: {reason}
현재 잔액: {balance}",
    short: "\
{member}님, {programme} 차감 안내입니다.
차감: {points}
사유: {reason}
현재 잔액: {balance}",
    basis: POINTS_BASIS,
};

const POINTS_LAPSED: Words = Words {
    subject: "{programme} 소멸 안내: {points}",
    mail: "\
{member}님, 안녕하세요.

유효기간이 지나 소멸된 {programme} 내역을 안내드립니다.

소멸: {points}
소멸일: {lapsed-day}
현재 잔액: {balance}

소멸된 뒤에는 복구되지 않습니다.",
    short: "\
{member}님, {programme} 소멸 안내입니다.
소멸: {points}
소멸일: {lapsed-day}
현재 잔액: {balance}
소멸된 뒤에는 복구되지 않습니다.",
    basis: POINTS_BASIS,
};
