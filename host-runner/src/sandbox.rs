//! The sandbox: one merchant's plugin, with that merchant's capabilities and limits bound to it.

mod ahead;
mod failure;
mod instance;
mod keeper;
mod nursery;
mod state;
pub mod typed;

pub(crate) use ahead::Commits;
pub use ahead::{Ahead, Void};
pub(crate) use nursery::Nursery;
pub(crate) use state::{Client, State};

use crate::call::{Answer, Call, CallError, Cost, Execution, Signature, Subject};
use crate::capabilities::Merchant;
use crate::capabilities::clock::Clock;
use crate::capabilities::http::Http;
use crate::capabilities::logging::LogSink;
use crate::capabilities::messaging::Messaging;
use crate::capabilities::storage::Storage;
use crate::limits::{Limit, Limits};
use crate::plugin::{Function, Plugin};
use crate::values::{self, Mismatch, Shape};
use instance::Instance;
use serde::Serialize;
use serde_json::{Value, json};
use std::fmt;
use std::sync::Arc;
use wasmtime::component::{ComponentNamedList, Lift, Lower, TypedFunc, Val};

/// The capabilities that sandboxes are given, shared by merchants and threads. Each call of one carries
/// the sandbox's merchant.
#[derive(Clone)]
pub struct Host {
    /// Where the merchants' records are.
    pub storage: Arc<dyn Storage>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Ways to members.
    pub messaging: Arc<dyn Messaging>,
    /// Other parties' servers.
    pub http: Arc<dyn Http>,
    /// Where lines for the operator go.
    pub log: Arc<dyn LogSink>,
}

/// How long an instance lives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// A fresh instance for every command. From the second command on, some are made ahead, and dropped behind, by a thread of the
    /// plugin's own, as far as it keeps up.
    #[default]
    Fresh,
    /// One instance for so many commands, then another; dropped after any trap or limit. Quicker, and
    /// holds the instance's memory between commands. Where three quarters of the engine's slots are
    /// held so already, as [`Mode::Fresh`].
    Warm {
        /// Commands until it is replaced; 0 and 1 mean a fresh one each.
        commands: u32,
    },
}

/// Runs commands of one merchant. Making one costs next to nothing: it makes no instance. Threads have
/// one each and share the [`Plugin`].
pub struct Sandbox {
    plugin: Plugin,
    client: Arc<Client>,
    limits: Arc<Limits>,
    mode: Mode,
    kept: Option<Instance>,
    /// An instance takes them along while it runs a command, and brings back how they stand behind it.
    commits: Commits,
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("merchant", &self.client.merchant)
            .field("limits", &self.limits)
            .field("mode", &self.mode)
            .field("warm", &self.kept.is_some())
            .finish_non_exhaustive()
    }
}

impl Sandbox {
    /// A sandbox for this merchant.
    #[must_use]
    pub fn new(
        plugin: Plugin,
        host: Arc<Host>,
        merchant: Merchant,
        limits: Arc<Limits>,
        mode: Mode,
    ) -> Self {
        Self {
            plugin,
            client: Arc::new(Client { merchant, host }),
            limits,
            mode,
            kept: None,
            commits: Commits::Waited,
        }
    }

    /// Makes a call with the capabilities put behind others, such as those that measure.
    ///
    /// # Errors
    /// Those of [`Subject::call`].
    pub fn call_behind(
        &mut self,
        put: impl FnOnce(&Host) -> Host,
        call: &Call,
    ) -> Result<Answer, CallError> {
        let mut own = Self::new(
            self.plugin.clone(),
            Arc::new(put(&self.client.host)),
            self.client.merchant.clone(),
            self.limits.clone(),
            self.mode,
        );
        own.commits = std::mem::take(&mut self.commits);
        let answered = own.call(call);
        self.commits = own.commits;
        answered
    }

    /// The plugin that it runs.
    #[must_use]
    pub fn plugin(&self) -> &Plugin {
        &self.plugin
    }

    /// Whose it is.
    #[must_use]
    pub fn merchant(&self) -> &Merchant {
        &self.client.merchant
    }

    /// Whether an instance is kept for the next command.
    #[must_use]
    pub fn is_warm(&self) -> bool {
        self.kept.is_some()
    }

    /// Makes one call with Rust's types, for the methods of [`typed`].
    fn typed<P, R>(&mut self, name: &'static str, params: P) -> Result<(R, Cost), CallError>
    where
        P: ComponentNamedList + Lower + Serialize,
        R: 'static,
        (R,): ComponentNamedList + Lift,
    {
        let plugin = self.plugin.clone();
        let function = find(&plugin, name)?;
        self.check_input(&params)?;
        self.run(function, |store, func| {
            // SAFETY: `Plugin::load` refuses a component in which a function of this name has other types than those that
            // the methods of `typed` give it here.
            #[expect(
                unsafe_code,
                reason = "the types were checked once, and need not be at every call"
            )]
            let func = unsafe { TypedFunc::<P, (R,)>::new_unchecked(func) };
            let (value,) = func.call(store, params)?;
            Ok(value)
        })
    }

    /// Runs one command on an instance as the mode has it.
    fn run<R>(
        &mut self,
        function: &Function,
        body: impl FnOnce(&mut wasmtime::Store<State>, wasmtime::component::Func) -> wasmtime::Result<R>,
    ) -> Result<(R, Cost), CallError> {
        let since = std::time::Instant::now();
        let mut instance = match self.kept.take() {
            Some(instance) => instance,
            None => {
                let blank = self.plugin.nursery().take(&self.plugin, &self.limits)?;
                blank.bind(&self.client, &self.limits)?
            }
        };
        instance.commits(&mut self.commits);
        let outcome = instance.run(&self.plugin, &self.limits, since, |store, instance| {
            let func = instance
                .get_func(&mut *store, function.index())
                .ok_or_else(|| wasmtime::Error::msg("the function is not exported"))?;
            body(store, func)
        });
        instance.commits(&mut self.commits);
        let outcome = outcome?;
        if let Mode::Warm { commands } = self.mode
            && instance.serves(commands)
            && instance.keep()
        {
            self.kept = Some(instance);
        } else {
            self.plugin.nursery().drop_later(instance);
        }
        Ok(outcome)
    }

    /// The request has at most the bytes permitted, as compact JSON.
    fn check_input(&self, request: &impl Serialize) -> Result<(), CallError> {
        match values::length(request) {
            Some(length) if length <= self.limits.input => Ok(()),
            _ => Err(self.limits.error(Limit::Input)),
        }
    }
}

impl Subject for Sandbox {
    fn signature(&self, function: &str) -> Option<Signature> {
        self.plugin.function(function).map(Function::signature)
    }

    fn call(&mut self, call: &Call) -> Result<Answer, CallError> {
        let plugin = self.plugin.clone();
        let function = find(&plugin, &call.function)?;
        if let Some(request) = &call.request {
            self.check_input(request)?;
        }
        let params = params(function, call)?;
        let (value, cost) = self.run(function, |store, func| {
            let mut results = [Val::Bool(false)];
            let filled = results
                .get_mut(..usize::from(function.result().is_some()))
                .unwrap_or_default();
            func.call(store, &params, filled)?;
            let [value] = results;
            Ok(value)
        })?;
        let result = answer(function.result(), value).map_err(|Mismatch { path, problem }| {
            CallError::Trap(format!("{problem}, at {path:?}"))
        })?;
        Ok(Answer {
            result,
            cost: Some(cost),
        })
    }
}

fn find<'a>(plugin: &'a Plugin, name: &str) -> Result<&'a Function, CallError> {
    plugin.function(name).ok_or_else(|| {
        let names: Vec<_> = plugin.functions().iter().map(Function::name).collect();
        CallError::UnknownFunction {
            function: name.to_owned(),
            known: names.join(", "),
        }
    })
}

/// The arguments in the function's own order.
fn params(function: &Function, call: &Call) -> Result<Vec<Val>, CallError> {
    let shape = |Mismatch { path, problem }| CallError::Shape { path, problem };
    let refuse = |problem: &str| {
        Err(CallError::Shape {
            path: String::new(),
            problem: format!("{} {problem}", function.name()),
        })
    };
    let takes = |wanted: &str| function.params().iter().any(|(name, _)| name == wanted);
    if call.execution.is_some() && !takes("execution") {
        return refuse("changes nothing, and takes neither a key nor a dry run");
    }
    if call.request.is_some() && !takes("request") {
        return refuse("takes no request");
    }
    let mut params = Vec::with_capacity(function.params().len());
    for (name, ty) in function.params() {
        params.push(match (name.as_str(), &call.execution, &call.request) {
            ("execution", Some(Execution::Commit(key)), _) => {
                values::read(ty, &json!({ "commit": key })).map_err(shape)?
            }
            ("execution", Some(Execution::DryRun), _) => {
                values::read(ty, &json!("dry-run")).map_err(shape)?
            }
            ("execution", None, _) => {
                return refuse("changes something, and needs an idempotency key or a dry run");
            }
            ("request", _, Some(request)) => values::read(ty, request).map_err(shape)?,
            // Nothing given is as good as an empty object where no field is demanded.
            ("request", _, None) => values::read(ty, &json!({})).map_err(shape)?,
            (other, _, _) => {
                return refuse(&format!(
                    "has a parameter {other:?}, which a call can't give"
                ));
            }
        });
    }
    Ok(params)
}

/// The function's own result as the answer's.
fn answer(shape: Option<&Shape>, value: Val) -> Result<Result<Value, Value>, Mismatch> {
    match (shape, value) {
        (Some(Shape::Result { ok, .. }), Val::Result(Ok(value))) => {
            values::write_payload(ok.as_deref(), value).map(Ok)
        }
        (Some(Shape::Result { err, .. }), Val::Result(Err(value))) => {
            values::write_payload(err.as_deref(), value).map(Err)
        }
        (Some(shape), value) => values::write(shape, value).map(Ok),
        (None, _) => Ok(Ok(Value::Null)),
    }
}
