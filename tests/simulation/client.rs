//! How a client talks to the plugin: with keys, repeats and bad luck.

use crate::dice::Dice;
use crate::faults::{Crash, Event, FAULTS};
use crate::world::{Checked, Made, Reply, Trouble, World, instant, replied, shown};
use serde_json::{Value, json};
use stampcard::call::{Answer, Call, CallError, Execution, Subject};
use stampcard::capabilities::storage::Storage;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

/// Where the answer of a command in between will be.
type Slot = Arc<Mutex<Option<Checked<Result<Answer, CallError>>>>>;

impl World {
    /// Makes a call once, with trouble if there is to be any; none: the plugin stopped in it.
    pub(crate) fn once(&self, troubled: bool, call: &Call) -> Checked<Option<Reply>> {
        let storage: Arc<dyn Storage> = if troubled {
            self.faulty.clone()
        } else {
            self.faulty.inner.clone()
        };
        attempt(&mut self.native(storage), call)
    }

    fn new_call(&mut self, function: &str, request: Value) -> Call {
        self.keys += 1;
        Call {
            function: function.to_owned(),
            execution: Some(Execution::Commit(format!("k-{}", self.keys))),
            request: Some(request),
        }
    }

    /// Gives a command as clients do: perhaps dry first; again after a fault, under the same key; perhaps
    /// while another's command runs in between; perhaps twice. Then the promises about that are checked.
    pub(crate) fn command(&mut self, function: &str, request: Value) -> Checked<Reply> {
        self.between(function, request, None)
    }

    /// As [`Self::command`], with this other command in between.
    pub(crate) fn between(
        &mut self,
        function: &str,
        request: Value,
        other: Option<(&str, Value)>,
    ) -> Checked<Reply> {
        let call = self.new_call(function, request);
        let troubled = self.trouble == Trouble::All;
        let before = self.dump();
        let mut dry = None;
        if self.dice.chance(30) {
            let execution = Some(Execution::DryRun);
            let call = Call {
                execution,
                ..call.clone()
            };
            dry = self.once(false, &call)?;
            self.same(&before, &format!("a dry run of {function}"))?;
        }
        let mut other = other
            .filter(|_| troubled)
            .map(|(function, request)| self.new_call(function, request));
        let (happened, meanwhile) = self.arrange(&mut other, troubled);
        let reply = self.until_answered(&call, happened.is_some())?;
        let pending = self.faulty.clear();
        self.trace.push(format!(
            "{function} {} {} -> {}",
            key(&call),
            call.request.clone().unwrap_or_default(),
            shown(&reply),
        ));
        if let Some(what) = &happened {
            self.trace.push(format!(
                "   with {what}{}",
                if pending {
                    ", which did not happen"
                } else {
                    ""
                }
            ));
        }
        if let Some((other, slot)) = meanwhile
            && let Some(reply) = slot.lock().unwrap().take()
        {
            let reply = replied(reply?)?;
            self.trace.push(format!(
                "   meanwhile {} {} -> {}",
                other.function,
                other.request.clone().unwrap_or_default(),
                shown(&reply)
            ));
            dry = None;
            self.note(&other, &reply)?;
        } else if reply.is_err() && !self.large {
            self.same(&before, &format!("{function}, which was refused,"))?;
        }
        // A bulk grant is named by its key, and a dry run has none.
        let named = |reply: &Reply| {
            reply
                .as_ref()
                .is_ok_and(|given| given.get("bulk").is_some_and(Value::is_string))
        };
        if let Some(dry) = dry.filter(|dry| !named(dry))
            && dry != reply
        {
            return Err(format!(
                "a dry run of {function} answered {}, the command {}",
                shown(&dry),
                shown(&reply)
            ));
        }
        self.note(&call, &reply)?;
        if self.trouble == Trouble::None {
            self.made.push(Made {
                at: self.now,
                call: call.clone(),
                reply: reply.clone(),
            });
        }
        self.again(&call, &reply)?;
        Ok(reply)
    }

    /// Plans a fault, or the other command. Gives what was planned, and where the other's answer will be.
    fn arrange(
        &mut self,
        other: &mut Option<Call>,
        troubled: bool,
    ) -> (Option<String>, Option<(Call, Slot)>) {
        if let Some(other) = other.take() {
            let calls = u32::try_from(self.dice.within(1, 4)).unwrap();
            let slot = Arc::new(Mutex::new(None));
            let (filled, made) = (slot.clone(), other.clone());
            let mut subject = self.native(self.faulty.inner.clone());
            let act = move || {
                let answer = catch_unwind(AssertUnwindSafe(|| subject.call(&made)));
                let answer = answer.map_err(|_| format!("{} panicked in between", made.function));
                *filled.lock().unwrap() = Some(answer);
            };
            self.faulty.plan(calls, Event::Meanwhile(Box::new(act)));
            return (
                Some(format!("another's command after {calls} calls")),
                Some((other, slot)),
            );
        }
        if troubled && self.dice.chance(35) {
            let fault = *self.dice.pick(&FAULTS);
            let calls = u32::try_from(self.dice.within(0, 5)).unwrap();
            self.faulty.plan(calls, Event::Fault(fault));
            return (Some(format!("{fault:?} after {calls} calls")), None);
        }
        (None, None)
    }

    /// Makes the call, again and again under its key while it ends by a fault that was planned.
    fn until_answered(&self, call: &Call, planned: bool) -> Checked<Reply> {
        for _ in 0..3 {
            let Some(reply) = self.once(true, call)? else {
                continue;
            };
            let error = reply.as_ref().err().and_then(Value::as_str);
            let failed = matches!(error, Some("storage-unavailable" | "storage-full"));
            if !failed {
                return Ok(reply);
            }
            if !planned {
                return Err(format!("{} failed without a fault", call.function));
            }
        }
        Err(format!("{} never came to an answer", call.function))
    }

    /// Perhaps does something by dice of its own, so that all else happens as it would without; gives the dice back.
    pub(crate) fn aside(
        &mut self,
        dice: Option<Dice>,
        percent: i64,
        act: fn(&mut Self) -> Checked,
    ) -> (Option<Dice>, Checked) {
        let Some(mut dice) = dice else {
            return (None, Ok(()));
        };
        if !dice.chance(percent) {
            return (Some(dice), Ok(()));
        }
        std::mem::swap(&mut self.dice, &mut dice);
        let done = act(self);
        std::mem::swap(&mut self.dice, &mut dice);
        (Some(dice), done)
    }

    /// A tick, repeated until nothing is due any more; a helper comes in between.
    pub(crate) fn tick(&mut self) -> Checked {
        for turn in 0..200 {
            let helps = self.correcting.is_some() && turn % 3 == 1;
            let function = if helps { "upkeep.help" } else { "upkeep.tick" };
            let call = Call {
                function: function.to_owned(),
                execution: None,
                request: Some(json!({ "limit": self.dice.within(1, 30) })),
            };
            let troubled = self.trouble == Trouble::All;
            let (happened, _) = self.arrange(&mut None, troubled);
            let reply = self.until_answered(&call, happened.is_some())?;
            self.faulty.clear();
            self.trace
                .push(format!("{function} with {happened:?} -> {}", shown(&reply)));
            let report = reply
                .clone()
                .map_err(|error| format!("a tick was refused: {error}"))?;
            if self.trouble == Trouble::None {
                self.made.push(Made {
                    at: self.now,
                    call,
                    reply,
                });
            }
            if !helps && instant(&report["next"]).is_none_or(|next| next > self.now) {
                return self.adopt();
            }
        }
        Err("200 ticks were not enough".to_owned())
    }

    /// Repeats the call, or its key with another request, or an old call.
    fn again(&mut self, call: &Call, reply: &Reply) -> Checked {
        if reply.is_ok() && self.dice.chance(25) {
            let before = self.dump();
            let second = self.once(false, call)?;
            if second.as_ref() != Some(reply) {
                return Err(format!(
                    "{} answered {}, and repeated {second:?}",
                    call.function,
                    shown(reply)
                ));
            }
            self.same(&before, "a repeat")?;
        }
        if !self.bound.is_empty() && self.dice.chance(10) {
            let before = self.dump();
            let (old, answer) = self.dice.pick(&self.bound).clone();
            let second = self.once(false, &old)?;
            if second.as_ref() != Some(&Ok(answer.clone())) {
                return Err(format!(
                    "{} answered {answer}, and repeated later {second:?}",
                    old.function
                ));
            }
            self.same(&before, "a late repeat")?;
            let like = |(other, _): &&(Call, Value)| {
                other.function == old.function && other.request != old.request
            };
            if let Some((other, _)) = self.bound.iter().find(like) {
                let mixed = Call {
                    request: other.request.clone(),
                    ..old
                };
                let reused = self.once(false, &mixed)?;
                if reused != Some(Err(json!("key-reused"))) {
                    return Err(format!(
                        "{} under a used key gave {reused:?}",
                        mixed.function
                    ));
                }
                self.same(&before, "a used key")?;
            }
        }
        Ok(())
    }

    /// Gives a command once, without trouble.
    pub(crate) fn plainly(&mut self, function: &str, request: Value) -> Checked<Reply> {
        let call = self.new_call(function, request);
        let reply = self.once(false, &call)?.ok_or("a crash without a plan")?;
        self.note(&call, &reply)?;
        if self.trouble == Trouble::None {
            self.made.push(Made {
                at: self.now,
                call,
                reply: reply.clone(),
            });
        }
        Ok(reply)
    }
}

/// Makes a call; none: the plugin stopped in it.
pub(crate) fn attempt(subject: &mut dyn Subject, call: &Call) -> Checked<Option<Reply>> {
    let answer = catch_unwind(AssertUnwindSafe(|| subject.call(call)));
    match answer {
        Ok(answer) => replied(answer).map(Some),
        Err(cause) if cause.is::<Crash>() => Ok(None),
        Err(cause) => {
            let text = cause.downcast_ref::<String>().cloned();
            let text = text.or_else(|| cause.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            Err(format!(
                "{} panicked: {}",
                call.function,
                text.unwrap_or_default()
            ))
        }
    }
}

fn key(call: &Call) -> &str {
    match &call.execution {
        Some(Execution::Commit(key)) => key,
        _ => "",
    }
}
