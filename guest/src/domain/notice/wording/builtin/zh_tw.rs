//! Chinese as written in Taiwan.

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

const POINTS_BASIS: &str = "※ 取得依據：{basis}。本訊息依{programme}使用條款發送，僅供通知。";

const POINTS_EXPIRING: Words = Words {
    subject: "{programme}到期通知：{points} 可使用至 {last-day}",
    mail: "\
{member} 您好：

您的{programme}將依下列內容到期。

到期數量：{points}
使用期限：{last-day} {last-time}（商店當地時間）
剩餘天數：{days} 天
目前餘額：{balance}

期限過後仍未使用的部分會自動失效，失效後無法恢復。",
    short: "\
{member} 您好，您的{programme}即將到期。
到期數量：{points}
使用期限：{last-day} {last-time}（剩餘 {days} 天）
目前餘額：{balance}
失效後無法恢復。",
    basis: POINTS_BASIS,
};

const COUPONS_EXPIRING: Words = Words {
    subject: "優惠券到期通知：{count} 張可使用至 {last-day}",
    mail: "\
{member} 您好：

您有 {count} 張優惠券即將到期。

{coupons}

使用期限：{last-day} {last-time}（商店當地時間）
剩餘天數：{days} 天

期限過後，優惠券將無法使用。",
    short: "\
{member} 您好，您有 {count} 張優惠券即將到期。
{coupons}
使用期限：{last-day} {last-time}（剩餘 {days} 天）",
    basis: "※ 取得依據：{basis}。本訊息依優惠券使用條件發送，僅供通知。",
};

const POINTS_GRANTED: Words = Words {
    subject: "{programme}入帳通知：{points}",
    mail: "\
{member} 您好：

您的{programme}已入帳。

入帳數量：{points}
原因：{reason}
目前餘額：{balance}",
    short: "\
{member} 您好，您的{programme}已入帳。
入帳數量：{points}
原因：{reason}
目前餘額：{balance}",
    basis: POINTS_BASIS,
};

const POINTS_DEDUCTED: Words = Words {
    subject: "{programme}扣除通知：{points}",
    mail: "\
{member} 您好：

您的{programme}已扣除。

扣除數量：{points}
原因：{reason}
目前餘額：{balance}",
    short: "\
{member} 您好，您的{programme}已扣除。
扣除數量：{points}
原因：{reason}
目前餘額：{balance}",
    basis: POINTS_BASIS,
};

const POINTS_LAPSED: Words = Words {
    subject: "{programme}失效通知：{points}",
    mail: "\
{member} 您好：

您的{programme}有一部分已超過使用期限而失效。

失效數量：{points}
失效日期：{lapsed-day}
目前餘額：{balance}

失效後無法恢復。",
    short: "\
{member} 您好，您的{programme}已到期失效。
失效數量：{points}
失效日期：{lapsed-day}
目前餘額：{balance}
失效後無法恢復。",
    basis: POINTS_BASIS,
};
