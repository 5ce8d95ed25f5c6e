//! Tables as spreadsheets open them: UTF-8 with a mark, commas, CRLF (RFC 4180), and no cell that is taken for a formula. Source:
//! spec, invoice, Figures and exports.

use super::{State, Way};
use crate::domain::notice::Language;
use std::fmt::Write;

/// What a file begins with, so that it is read as UTF-8.
pub const MARK: &str = "\u{feff}";

/// Columns of the participants' table.
const PARTICIPANTS: [&str; 3] = [
    "姓名,LINE UID,電話,發票號碼,開立日期,上傳方式,上傳時間,驗證時間,發票檔案,狀態,獎項級距,機器人名稱,機器人模組名稱",
    "이름,LINE UID,전화번호,영수증 번호,발행일,업로드 방법,업로드 시각,확인 시각,영수증 파일,상태,보상 단계,봇 이름,봇 모듈 이름",
    "Name,LINE user id,Phone,Invoice number,Issue date,Way,Received,Verified,Picture,State,Tier,Bot,Bot module",
];

/// Columns of the table of lines.
const LINES: [&str; 3] = [
    "姓名,LINE UID,電話,發票號碼,開立日期,公司行號名稱,公司統一編號,品項名稱,單價,數量,小計,驗證狀態",
    "이름,LINE UID,전화번호,영수증 번호,발행일,판매자,판매자 번호,품목,단가,수량,소계,상태",
    "Name,LINE user id,Phone,Invoice number,Issue date,Seller,Seller's number,Item,Unit price,Quantity,Subtotal,State",
];

fn one(language: Language, [zh, ko, en]: [&'static str; 3]) -> &'static str {
    match language {
        Language::ZhTw => zh,
        Language::Ko => ko,
        Language::En => en,
    }
}

/// The headings: those of the table of lines, or those of the participants'.
#[must_use]
pub fn headings(lines: bool, language: Language) -> String {
    let names = if lines { LINES } else { PARTICIPANTS };
    [MARK, one(language, names), "\r\n"].concat()
}

/// A way in words.
#[must_use]
pub fn way(way: Way, language: Language) -> &'static str {
    one(
        language,
        match way {
            Way::Photo => ["拍照上傳", "사진", "photo"],
            Way::Typed => ["手動輸入", "직접 입력", "typed"],
            Way::Carrier => ["電子載具", "모바일 캐리어", "carrier"],
        },
    )
}

/// A state in words. What was revoked is not qualified.
#[must_use]
pub fn state(state: State, language: Language) -> &'static str {
    one(
        language,
        match state {
            State::Passed => ["通過", "통과", "passed"],
            State::Waiting => ["待驗證", "확인 중", "waiting"],
            State::NotQualified | State::Revoked => ["資格不符", "조건 미달", "not qualified"],
            State::Invalid => ["無效", "무효", "invalid"],
            State::Duplicate => ["重複", "중복", "duplicate"],
        },
    )
}

/// A table's rows.
#[derive(Debug, Default)]
pub struct Table {
    text: String,
    begun: bool,
}

impl Table {
    /// One that begins with a text.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self { text, begun: false }
    }

    fn begin(&mut self) {
        if self.begun {
            self.text.push(',');
        }
        self.begun = true;
    }

    /// A cell with words from outside.
    pub fn words(&mut self, words: &str) {
        self.begin();
        let formula =
            words.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
        let quoted = formula || words.contains(['"', ',', '\r', '\n']);
        if !quoted {
            self.text.push_str(words);
            return;
        }
        self.text.push('"');
        if formula {
            self.text.push('\'');
        }
        self.text.push_str(&words.replace('"', "\"\""));
        self.text.push('"');
    }

    /// A cell with a figure, a date or a word of our own.
    pub fn plain(&mut self, value: impl std::fmt::Display) {
        self.begin();
        // Writing to a String can't fail.
        let _ = write!(self.text, "{value}");
    }

    /// Ends a row.
    pub fn end_row(&mut self) {
        self.text.push_str("\r\n");
        self.begun = false;
    }

    /// All of it.
    #[must_use]
    pub fn text(self) -> String {
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_need_be_and_never_formulas() {
        let mut table = Table::new(String::new());
        for cell in ["tea", "a,b", "say \"hi\"", "two\nlines", "=1+1", "@x", "-5"] {
            table.words(cell);
        }
        table.plain(-35);
        table.end_row();
        let expected =
            "tea,\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",\"'=1+1\",\"'@x\",\"'-5\",-35\r\n";
        assert_eq!(table.text(), expected);
    }

    #[test]
    fn every_language_has_every_column() {
        for language in Language::ALL {
            assert_eq!(headings(false, language).split(',').count(), 13);
            assert_eq!(headings(true, language).split(',').count(), 12);
        }
    }
}
