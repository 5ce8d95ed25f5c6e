//! Bars by month, as SVG that any browser shows. Lengths are whole pixels: no figure passes through a float.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::fmt::Write;

/// The drawing, and the field within it that the bars stand in, in pixels.
const WIDTH: i64 = 960;
const HEIGHT: i64 = 420;
const LEFT: i64 = 90;
const RIGHT: i64 = 20;
const TOP: i64 = 70;
const BOTTOM: i64 = 60;

/// Lines of the scale, at most, without the one at 0.
const LINES: i64 = 5;

/// Labels below the bars, at most: where there are more groups, some go without.
const LABELS: usize = 24;

/// Colours that are told apart by nearly all eyes, and in print.
const COLOURS: [&str; 3] = ["#0072b2", "#e69f00", "#009e73"];

/// A chart of bars: for each label a group with a bar of each series.
#[derive(Clone, Debug, Default)]
pub struct Chart {
    /// What it shows.
    pub title: String,
    /// What is counted.
    pub unit: String,
    /// Below the groups.
    pub labels: Vec<String>,
    /// At most three: a name, and a value of 0 or more for each label. What is below 0 has no bar.
    pub series: Vec<(String, Vec<Decimal>)>,
}

impl Chart {
    /// The chart as an SVG document.
    #[must_use]
    pub fn svg(&self) -> String {
        let mut svg = String::new();
        // Writing to a String can't fail.
        let _ = self.draw(&mut svg);
        svg
    }

    fn draw(&self, out: &mut String) -> std::fmt::Result {
        let title = escaped(&self.title);
        writeln!(
            out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
             font-family=\"sans-serif\" font-size=\"12\">"
        )?;
        writeln!(out, "<title>{title}</title>")?;
        writeln!(
            out,
            "<rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#ffffff\"/>"
        )?;
        text(out, (LEFT, 28), "start", 18, &title)?;
        text(out, (LEFT, TOP - 12), "end", 12, &escaped(&self.unit))?;
        self.legend(out)?;
        let step = self.step();
        let top = self.scale(out, step)?;
        self.bars(out, top)?;
        writeln!(out, "</svg>")
    }

    fn legend(&self, out: &mut String) -> std::fmt::Result {
        let mut x = LEFT;
        for ((name, _), colour) in self.series.iter().zip(COLOURS) {
            let y = TOP - 28;
            writeln!(
                out,
                "<rect x=\"{x}\" y=\"{}\" width=\"12\" height=\"12\" fill=\"{colour}\"/>",
                y - 10
            )?;
            text(out, (x + 18, y), "start", 12, &escaped(name))?;
            x += 40 + 8 * pixels(name.chars().count());
        }
        Ok(())
    }

    /// The distance between two lines of the scale: 1, 2 or 5 times a power of ten.
    fn step(&self) -> Decimal {
        let values = self.series.iter().flat_map(|(_, values)| values);
        let most = values.copied().max().unwrap_or_default();
        let mut step = Decimal::new(1, 4);
        // From 1 to 2, to 5, to 10.
        for (times, by) in [(2, 1), (5, 2), (2, 1)].into_iter().cycle() {
            if step * Decimal::from(LINES) >= most {
                break;
            }
            step = step * Decimal::from(times) / Decimal::from(by);
        }
        step
    }

    /// Draws the lines of the scale with what they stand for; gives the value of the topmost.
    fn scale(&self, out: &mut String, step: Decimal) -> Result<Decimal, std::fmt::Error> {
        let top = step * Decimal::from(LINES);
        for line in 0..=LINES {
            let value = step * Decimal::from(line);
            let y = HEIGHT - BOTTOM - height(value, top);
            let colour = if line == 0 { "#333333" } else { "#dddddd" };
            writeln!(
                out,
                "<line x1=\"{LEFT}\" y1=\"{y}\" x2=\"{}\" y2=\"{y}\" stroke=\"{colour}\"/>",
                WIDTH - RIGHT
            )?;
            let label = value.normalize().to_string();
            text(out, (LEFT - 8, y + 4), "end", 12, &label)?;
        }
        Ok(top)
    }

    fn bars(&self, out: &mut String, top: Decimal) -> std::fmt::Result {
        let groups = pixels(self.labels.len()).max(1);
        let every = self.labels.len().div_ceil(LABELS).max(1);
        let room = WIDTH - LEFT - RIGHT;
        let count = pixels(self.series.len()).max(1);
        for (place, label) in self.labels.iter().enumerate() {
            let start = LEFT + room * pixels(place) / groups;
            let end = LEFT + room * (pixels(place) + 1) / groups;
            let gap = (end - start) / 8;
            let width = ((end - start - 2 * gap) / count).clamp(1, 60);
            let used = width * count;
            let mut x = start + (end - start - used) / 2;
            for ((name, values), colour) in self.series.iter().zip(COLOURS) {
                let value = values.get(place).copied().unwrap_or_default();
                let height = height(value, top);
                let (y, shown) = (HEIGHT - BOTTOM - height, value.normalize());
                writeln!(
                    out,
                    "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"{colour}\">\
                     <title>{}, {}: {shown}</title></rect>",
                    escaped(label),
                    escaped(name)
                )?;
                x += width;
            }
            if place % every == 0 {
                let at = (start + (end - start) / 2, HEIGHT - BOTTOM + 18);
                let turn = self.labels.len() > 12;
                let anchor = if turn { "end" } else { "middle" };
                let transform = format!(" transform=\"rotate(-40 {} {})\"", at.0, at.1);
                writeln!(
                    out,
                    "<text x=\"{}\" y=\"{}\" text-anchor=\"{anchor}\"{}>{}</text>",
                    at.0,
                    at.1,
                    if turn { transform.as_str() } else { "" },
                    escaped(label)
                )?;
            }
        }
        Ok(())
    }
}

fn text(
    out: &mut String,
    (x, y): (i64, i64),
    anchor: &str,
    size: u32,
    escaped: &str,
) -> std::fmt::Result {
    writeln!(
        out,
        "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\" font-size=\"{size}\" fill=\"#333333\">{escaped}</text>"
    )
}

/// How high a value stands where `top`, above 0, is as high as can be.
fn height(value: Decimal, top: Decimal) -> i64 {
    let most = HEIGHT - TOP - BOTTOM;
    let height = value * Decimal::from(most) / top;
    height.round().to_i64().unwrap_or(0).clamp(0, most)
}

fn pixels(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX / 100_000)
}

/// Text as XML takes it; what XML has no place for becomes a question mark.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            sign if sign.is_control() || matches!(sign, '\u{fffe}' | '\u{ffff}') => out.push('?'),
            sign => out.push(sign),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(labels: usize, value: Decimal) -> Chart {
        Chart {
            title: "Points <by> \"month\" & 紅利\u{1}".to_owned(),
            unit: "points".to_owned(),
            labels: (0..labels).map(|it| format!("20{it:02}-01")).collect(),
            series: ["issued", "redeemed", "lapsed"]
                .map(|name| (name.to_owned(), vec![value; labels]))
                .into(),
        }
    }

    #[test]
    fn is_xml_with_a_bar_for_each_value() {
        for labels in [0, 1, 12, 60] {
            let svg = chart(labels, Decimal::new(1234, 1)).svg();
            let document = roxmltree::Document::parse(&svg).unwrap();
            let named = |name: &'static str| {
                let nodes = document.descendants();
                nodes.filter(move |node| node.has_tag_name(("http://www.w3.org/2000/svg", name)))
            };
            let bars = named("rect").filter(|bar| bar.children().count() > 0);
            assert_eq!(bars.count(), labels * 3);
            let title = named("title").next().and_then(|title| title.text());
            assert_eq!(title, Some("Points <by> \"month\" & 紅利?"));
            let texts: Vec<&str> = named("text").filter_map(|node| node.text()).collect();
            let months = texts
                .iter()
                .filter(|text| text.starts_with("20") && text.ends_with("-01"));
            assert_eq!(
                months.count(),
                labels.min(if labels > 24 { 20 } else { 24 })
            );
            for number in document.descendants().flat_map(|node| node.attributes()) {
                if ["x", "y", "width", "height"].contains(&number.name()) {
                    let pixels: i64 = number.value().parse().unwrap();
                    assert!((0..=WIDTH).contains(&pixels), "{number:?}");
                }
            }
        }
    }

    #[test]
    fn the_scale_has_round_figures_and_holds_the_highest_bar() {
        for (most, step) in [
            ("0", "0.0001"),
            ("0.0007", "0.0002"),
            ("3", "1"),
            ("5.5", "2"),
            ("11", "5"),
            ("26", "10"),
            ("999", "200"),
            ("1000", "200"),
            ("1001", "500"),
            ("123456789012345", "50000000000000"),
        ] {
            let of = |text: &str| Decimal::from_str_exact(text).unwrap();
            assert_eq!(chart(2, of(most)).step(), of(step), "{most}");
        }
    }

    #[test]
    fn nothing_stands_below_the_line() {
        assert_eq!(height(Decimal::from(-5), Decimal::TEN), 0);
        assert_eq!(height(Decimal::TEN, Decimal::TEN), HEIGHT - TOP - BOTTOM);
    }
}
