//! A merchant on a server that runs, called by its API: what works on a database works beside a server, too.

use crate::call::{Answer, Call, CallError, Execution, Signature, Subject};
use crate::capabilities::agent;
use crate::capabilities::messaging::{Secret, SecretError, SecretPlace};
use crate::plugin::{Function, Plugin};
use serde::Deserialize;
use serde_json::Value;
use std::fmt;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::Duration;
use ureq::Agent;
use ureq::http::StatusCode;

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(5);

/// How long an answer may take.
const ANSWER: Duration = Duration::from_secs(60);

/// Bytes of an answer, at most: as many as the sandbox lets a plugin give, and what JSON adds.
const BYTES: u64 = 64 * 1024 * 1024;

/// How often a server is asked that says it is to be asked again.
const TRIES: u32 = 10;

/// How long it is waited before, at most.
const LONGEST: Duration = Duration::from_secs(10);

/// The merchant of an API key, as the server has it.
pub struct Remote {
    agent: Agent,
    /// What the addresses of functions begin with.
    root: String,
    key: Secret,
    /// By which the functions' types are known.
    plugin: Plugin,
}

/// Why a server can't be asked.
#[derive(Debug, thiserror::Error)]
pub enum RemoteError {
    /// Its address is of another kind.
    #[error("{0:?} is no server's address, which begins with http:// or https://")]
    Address(String),
    /// The API key can't be read.
    #[error("the API key: {0}")]
    Key(SecretError),
    /// TLS can't be set up.
    #[error("TLS: {0}")]
    Tls(String),
}

/// What a server says where it doesn't answer the call.
#[derive(Deserialize)]
struct Problem {
    detail: String,
    /// The plugin's own error.
    error: Option<Value>,
    pointer: Option<String>,
}

impl Remote {
    /// The merchant whose API key stands in a file, on the server at this address, such as `http://127.0.0.1:8080`. The plugin is
    /// asked for nothing but its types.
    ///
    /// # Errors
    /// [`RemoteError`]; nobody was asked yet.
    pub fn new(server: &str, key: PathBuf, plugin: Plugin) -> Result<Self, RemoteError> {
        let mut config = agent::config(1)
            .timeout_connect(Some(CONNECT))
            .timeout_global(Some(ANSWER));
        if server.starts_with("https://") {
            config = config.tls_config(agent::tls(None).map_err(RemoteError::Tls)?);
        } else if !server.starts_with("http://") {
            return Err(RemoteError::Address(server.to_owned()));
        }
        Ok(Self {
            agent: config.build().into(),
            root: format!("{}/v1", server.trim_end_matches('/')),
            key: SecretPlace::File(key).read().map_err(RemoteError::Key)?,
            plugin,
        })
    }

    /// One request: the answer, or none and after how long to ask again.
    fn ask(&self, call: &Call) -> Result<Result<Answer, Duration>, CallError> {
        let failed = |error: ureq::Error| CallError::Unreachable(error.to_string());
        let dry = matches!(call.execution, Some(Execution::DryRun));
        let query = if dry { "?dry-run=true" } else { "" };
        let path = call.function.replacen('.', "/", 1);
        let mut request = (self.agent)
            .post(format!("{}/{path}{query}", self.root))
            .header("authorization", format!("Bearer {}", self.key.reveal()));
        if let Some(Execution::Commit(key)) = &call.execution {
            let quoted = key.replace('\\', "\\\\").replace('"', "\\\"");
            request = request.header("idempotency-key", format!("\"{quoted}\""));
        }
        let sent = match &call.request {
            None => request.send_empty(),
            Some(value) => {
                let request = request.header("content-type", "application/json");
                request.send(value.to_string())
            }
        };
        let mut answer = sent.map_err(failed)?;
        let again = answer.headers().get("retry-after");
        let again = again.and_then(|seconds| seconds.to_str().ok()?.parse().ok());
        let status = answer.status();
        let body = answer.body_mut().with_config().limit(BYTES);
        let text = body.read_to_string().map_err(failed)?;
        let unreadable =
            |_| CallError::Unreachable(format!("{status}, and nothing that this program reads"));
        if status == StatusCode::OK {
            let result = Ok(serde_json::from_str(&text).map_err(unreadable)?);
            return Ok(Ok(Answer { result, cost: None }));
        }
        let problem: Problem = serde_json::from_str(&text).map_err(unreadable)?;
        match (problem.error, problem.pointer, again) {
            (Some(error), _, _) => Ok(Ok(Answer {
                result: Err(error),
                cost: None,
            })),
            (None, Some(path), _) => Err(CallError::Shape {
                path,
                problem: problem.detail,
            }),
            (None, None, Some(seconds)) => Ok(Err(Duration::from_secs(seconds))),
            (None, None, None) => Err(CallError::Unreachable(problem.detail)),
        }
    }
}

impl Subject for Remote {
    fn signature(&self, function: &str) -> Option<Signature> {
        self.plugin.function(function).map(Function::signature)
    }

    fn call(&mut self, call: &Call) -> Result<Answer, CallError> {
        for _ in 0..TRIES {
            match self.ask(call)? {
                Ok(answer) => return Ok(answer),
                Err(again) => sleep(again.min(LONGEST)),
            }
        }
        let told = format!("it had no time for {} in {TRIES} tries", call.function);
        Err(CallError::Unreachable(told))
    }
}

impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remote")
            .field("root", &self.root)
            .finish_non_exhaustive()
    }
}
