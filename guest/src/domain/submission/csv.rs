//! Tables as spreadsheets open them: UTF-8 with a mark, commas, CRLF (RFC 4180), and no cell of others' words that is taken for a formula,
//! or for a figure or a date that is none: `00123`, `3-4`, `886912345678`. Source: spec, invoice, Figures and exports.

use super::{State, Way};
use crate::domain::notice::Language;
use std::fmt::Write;

/// What a file begins with, so that it is read as UTF-8.
pub const MARK: &str = "\u{feff}";

/// Columns of the participants' table.
const PARTICIPANTS: [&str; 3] = [
    "姓名,LINE UID,電話,發票號碼,開立日期,上傳方式,上傳時間,驗證時間,發票檔案,狀態,獎項級距,機器人名稱,機器人模組名稱,會員編號",
    "이름,LINE UID,전화번호,영수증 번호,발행일,업로드 방법,업로드 시각,확인 시각,영수증 파일,상태,보상 단계,봇 이름,봇 모듈 이름,회원 번호",
    "Name,LINE user id,Phone,Invoice number,Issue date,Way,Received,Verified,Picture,State,Tier,Bot,Bot module,Member id",
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

/// What the names of months begin with, in any case.
const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// Characters of a text in a formula, at most. Source: Excel's limits.
const LITERAL_MAX: usize = 255;

/// Whether a spreadsheet may take a text for a figure, a date, a time or a truth value. Rather too often than too seldom: what is only
/// taken to be one is shown as it is all the same.
fn looks_like_a_figure(text: &str) -> bool {
    if ["true", "false"]
        .iter()
        .any(|it| it.eq_ignore_ascii_case(text.trim()))
    {
        return true;
    }
    let letters = text.find(|one: char| !one.is_ascii_alphabetic());
    let (word, rest) = text.split_at(letters.unwrap_or(text.len()));
    let month = |name: &&str| {
        word.get(..3)
            .is_some_and(|it| it.eq_ignore_ascii_case(name))
    };
    if !word.is_empty() && !MONTHS.iter().any(month) && !rest.starts_with('$') {
        return false;
    }
    let part = |one: char| {
        matches!(one, ' '..='~' | '\u{a0}' | '\u{3000}' | '！'..='～' | '￥' | '₩' | '€')
            || "年月日時时分秒點点上下午前後후오전년월일시초".contains(one)
    };
    text.contains(char::is_numeric)
        && text.chars().all(part)
        && !text.contains(['"', '＂'])
        && text.len() <= LITERAL_MAX
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
        let blank = |one: char| one.is_whitespace() || matches!(one, '\u{200b}' | '\u{feff}');
        let formula = words.starts_with(['\t', '\r', '\n'])
            || words
                .trim_start_matches(blank)
                .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
        if !formula && looks_like_a_figure(words) {
            return self.exactly(words);
        }
        self.begin();
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

    /// A cell that stays as it is, digit by digit: a formula that is this text and nothing else.
    pub fn exactly(&mut self, text: &str) {
        self.begin();
        if text.is_empty() {
            return;
        }
        // Quotes are doubled for the formula, and once more for the file.
        for part in ["\"=\"\"", &text.replace('"', "\"\"\"\""), "\"\"\""] {
            self.text.push_str(part);
        }
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
        let cells = [
            "tea",
            "a,b",
            "say \"hi\"",
            "two\nlines",
            "=1+1",
            "@x",
            "-5",
            "\u{200b}=1+1",
            "15\" =x",
        ];
        for cell in cells {
            table.words(cell);
        }
        table.plain(-35);
        table.end_row();
        let expected = "tea,\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",\"'=1+1\",\"'@x\",\"'-5\",\"'\u{200b}=1+1\",\"15\"\" =x\",-35\r\n";
        assert_eq!(table.text(), expected);
    }

    #[test]
    fn what_looks_like_a_figure_or_a_date_stays_a_text() {
        for text in [
            "00123",
            "3-4",
            "1e5",
            "3月4日",
            "１２３",
            "MAR1",
            "12:30",
            "50%",
            "True",
            "1,000",
        ] {
            let mut table = Table::new(String::new());
            table.words(text);
            assert_eq!(table.text(), format!("\"=\"\"{text}\"\"\""), "{text}");
        }
        for text in ["", "冰紅茶", "冰紅茶 500ml", "tea", "U54da", "AB12"] {
            let mut table = Table::new(String::new());
            table.words(text);
            assert_eq!(table.text(), text);
        }
        // Nothing in it ends the text.
        let mut table = Table::new(String::new());
        table.exactly("1\"&A1&\"2");
        assert_eq!(table.text(), "\"=\"\"1\"\"\"\"&A1&\"\"\"\"2\"\"\"");
    }

    #[test]
    fn every_language_has_every_column() {
        for language in Language::ALL {
            assert_eq!(headings(false, language).split(',').count(), 14);
            assert_eq!(headings(true, language).split(',').count(), 12);
        }
    }
}
