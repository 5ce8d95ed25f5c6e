//! Kakao's own result codes, which every provider passes on.

use crate::capabilities::clock::Instant;
use crate::capabilities::messaging::outgoing::{Verdict, Why, until_hour};

/// Korea's hours ahead of UTC, and the hour from which messages of all kinds may go.
const ZONE: u32 = 9;
const MORNING: u32 = 8;

/// Seconds after which a failure of Kakao's own is tried again.
const AGAIN: u32 = 60;

/// What a code means; none where it isn't one of Kakao's.
pub(super) fn verdict(code: u32, now: Instant) -> Option<Verdict> {
    let never = |why: Why, text: &str| Some(Verdict::Undeliverable(why, format!("{code}: {text}")));
    match code {
        0 => Some(Verdict::Accepted(None)),
        3008 => never(Why::Unreachable, "no valid number"),
        3018 => never(Why::Unreachable, "it can't be sent there"),
        3019 => never(Why::Unreachable, "no KakaoTalk user"),
        3020 => never(Why::Unreachable, "the user blocks AlimTalk"),
        3021 => never(Why::Unreachable, "the user's app is too old"),
        3014 => never(Why::Template, "the text is too long"),
        3015 => never(Why::Template, "no such template"),
        3016 => never(Why::Template, "the text doesn't match the template"),
        3025 => never(Why::Template, "a variable is too long"),
        3027 => never(Why::Template, "the buttons don't match the template"),
        3028 | 3029 => never(Why::Template, "the title doesn't match or is too long"),
        1030 => never(Why::Refused, "a parameter is wrong"),
        3022 => Some(Verdict::Later(until_hour(now, ZONE, MORNING))),
        3000 | 3006 => Some(Verdict::Later(AGAIN)),
        // It was sent and may still arrive, or it is one that Kakao has already.
        3005 | 3012 => Some(Verdict::Failed(format!("{code}: not confirmed"))),
        _ => None,
    }
}
