//! A merchant with a member, notices that providers took, and a server for it.

use crate::client::{Answer, ask};
use crate::lines::Lines;
use chrono::DateTime;
use serde_json::{Value, json};
use stampcard::cache::Cache;
use stampcard::call::{Call, Execution, Subject};
use stampcard::capabilities::Merchant;
use stampcard::capabilities::clock::{Instant, Manual};
use stampcard::capabilities::http::Denied;
use stampcard::capabilities::logging::Collected;
use stampcard::capabilities::messaging::{Channel, Message, Outcome, Simulated};
use stampcard::capabilities::storage::{Memory, Sqlite, Storage};
use stampcard::engine::{Engine, Settings as EngineSettings};
use stampcard::keys::{Keys, Role};
use stampcard::limits::Limits;
use stampcard::plugin::{COMPONENT, Plugin};
use stampcard::sandbox::{Host, Mode, Sandbox};
use stampcard::server::{Components, Parts, Server, Settings};
use stampcard::terms::confirmed;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use tempfile::TempDir;

/// 2026-11-25T04:00:00Z, noon in Taipei.
pub(crate) const NOW: u64 = 1_795_579_200;

/// What every secret is here.
pub(crate) const SECRET: &str = "hush-hush-hush-hush-hush-hush-hush";

/// The member's LINE user.
pub(crate) const USER: &str = "U4af4980629aaaabbbbccccddddeeeeff";

/// How every channel reports here. Mail becomes files; the others send nothing, since nobody
/// listens there.
const MESSAGING: &str = r#"
[merchants.shop.line-push]
provider = "line"
base-url = "http://127.0.0.1:9"
token-file = "secret"
hook = { secret-file = "secret" }

[merchants.shop.line-notification]
provider = "line"
base-url = "http://127.0.0.1:9"
token-file = "secret"
hook = { secret-file = "secret" }

[merchants.shop.alimtalk]
provider = "nhn"
base-url = "http://127.0.0.1:9"
app-key = "a"
sender-key = "b"
secret-key-file = "secret"
hook = { secret-file = "secret" }

[merchants.shop.sms]
provider = "mitake"
base-url = "http://127.0.0.1:9"
user = "shop"
password-file = "secret"
hook = { secret-file = "secret" }

[merchants.shop.email]
provider = "directory"
folder = "mail"

[merchants.korea.alimtalk]
provider = "solapi"
base-url = "http://127.0.0.1:9"
api-key = "a"
api-secret-file = "secret"
pf-id = "b"
from = "0212345678"
hook = { secret-file = "secret" }

[merchants.korea.sms]
provider = "http"
base-url = "http://127.0.0.1:9"
path = "/"
body = { to = "{to}", text = "{text}" }
hook = { secret-file = "secret", signature-header = "x-signature", id = "/id", status = "/state", delivered = ["OK"], undelivered = ["NO"] }
"#;

pub(crate) static PLUGIN: LazyLock<Plugin> = LazyLock::new(|| {
    let engine = Engine::new(&EngineSettings::default()).unwrap();
    Plugin::load(&engine, COMPONENT, Cache::of_user().as_ref()).unwrap()
});

/// The usual plugin, which is called `next`, too.
fn components() -> Components {
    Components {
        usual: PLUGIN.clone(),
        named: [("next".to_owned(), PLUGIN.clone())].into(),
    }
}

/// A server's settings in this folder, with more of them.
fn settings(folder: &Path, more: &str) -> Settings {
    // Where a test doesn't ask for ticks, it ticks by itself.
    let ticking = if more.contains("ticking") {
        ""
    } else {
        "ticking = false\n"
    };
    let text = format!(
        "listen = \"127.0.0.1:0\"\npublic-url = \"https://points.example\"\nmessaging = \"messaging.toml\"\n\
         unsubscribe = {{ secret-file = \"secret\" }}\n{ticking}{more}"
    );
    let file = folder.join("stampcard.toml");
    std::fs::write(&file, text).unwrap();
    Settings::read(&file).unwrap()
}

/// A merchant `shop` with the member `mei`, its server, and what both of them tell.
pub(crate) struct Shop {
    pub(crate) server: Server,
    sandbox: Sandbox,
    folder: TempDir,
    clock: Manual,
    pub(crate) sent: Arc<Simulated>,
    log: Arc<Collected>,
    pub(crate) lines: Arc<Lines>,
}

impl Shop {
    pub(crate) fn open() -> Self {
        Self::with("")
    }

    /// With more settings of the server.
    pub(crate) fn with(more: &str) -> Self {
        Self::on(|_| Arc::new(Memory::new()), more)
    }

    /// The same with a database on disk.
    pub(crate) fn on_disk(more: &str) -> Self {
        let open = |folder: &Path| Sqlite::open(&folder.join("stampcard.db")).unwrap();
        Self::on(|folder| Arc::new(open(folder)), more)
    }

    /// The same on such a store.
    pub(crate) fn on(storage: impl FnOnce(&Path) -> Arc<dyn Storage>, more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("secret"), SECRET).unwrap();
        std::fs::write(folder.path().join("messaging.toml"), MESSAGING).unwrap();
        let settings = settings(folder.path(), more);
        let storage = storage(folder.path());
        let clock = Manual::new(Instant::at(NOW));
        let (log, lines) = (Arc::new(Collected::default()), Arc::new(Lines::default()));
        let sent = Arc::new(Simulated::default());
        let host = Host {
            storage: storage.clone(),
            clock: Arc::new(clock.clone()),
            messaging: sent.clone(),
            http: Arc::new(Denied),
            log: log.clone(),
        };
        let sandbox = Sandbox::new(
            PLUGIN.clone(),
            Arc::new(host),
            Merchant::new("shop").unwrap(),
            Arc::new(Limits::default()),
            Mode::Fresh,
        );
        let parts = Parts {
            components: components(),
            storage,
            clock: Arc::new(clock.clone()),
            http: Arc::new(Denied),
            log: log.clone(),
            access: lines.clone(),
        };
        let server = Server::start(&settings, parts).unwrap();
        let mut shop = Self {
            server,
            sandbox,
            folder,
            clock,
            sent,
            log,
            lines,
        };
        shop.set_up();
        shop
    }

    fn set_up(&mut self) {
        let document = json!({
            "zone": "Asia/Taipei", "currency": "TWD",
            "programmes": { "points": {
                "worth": { "points": "1", "money": "1" },
                "earn": [{ "id": "base", "kind": "order", "state": "paid", "award": { "step": { "points": "1", "per": "100" } } }],
                "expiry": { "exact": { "days": 30 } },
            } },
            "notices": {
                "unsubscribe": "https://shop.example/unsubscribe",
                "points": { "leads": [{ "days": 3 }] },
                "channels": [
                    { "channel": "sms", "kinds": ["points-granted"] },
                    { "channel": "line-notification", "kinds": ["points-granted"] },
                    { "channel": "email", "kinds": ["points-expiring"] },
                ],
            },
        });
        let document = confirmed(&mut self.sandbox, &document, "amy");
        let request = json!({ "document": document.to_string() });
        self.call("merchant.apply", Some("document"), request);
        let mei = json!({
            "member": "mei", "email": "mei@example.com", "mobile": "+886912345678", "language": "en",
            "line-users": [{ "channel": "shop", "user": USER }],
            "registration": { "at": "2026-01-01T00:00:00Z", "way": "on-line" },
        });
        self.call("members.put", Some("mei"), mei);
    }

    /// The server's settings are other ones from now on; what only a new start brings in, or what is wrong.
    pub(crate) fn reload(&mut self, more: &str) -> Result<Vec<&'static str>, String> {
        self.reload_with(more, components())
    }

    pub(crate) fn reload_without_components(
        &mut self,
        more: &str,
    ) -> Result<Vec<&'static str>, String> {
        self.reload_with(more, PLUGIN.clone().into())
    }

    fn reload_with(
        &mut self,
        more: &str,
        components: Components,
    ) -> Result<Vec<&'static str>, String> {
        let settings = settings(self.folder.path(), more);
        let held = self.server.reload(&settings, components, Arc::new(Denied));
        held.map_err(|error| error.to_string())
    }

    /// A call that must go well.
    pub(crate) fn call(&mut self, function: &str, key: Option<&str>, request: Value) -> Value {
        let call = Call {
            function: function.to_owned(),
            execution: key.map(|key| Execution::Commit(key.to_owned())),
            request: Some(request),
        };
        self.sandbox.call(&call).unwrap().result.unwrap()
    }

    /// The time from now on, in seconds after the beginning.
    pub(crate) fn at(&self, seconds: u64) {
        self.clock.set(Instant::at(NOW + seconds));
    }

    /// The keys, as the command `keys` works on them.
    pub(crate) fn keys(&self) -> Keys {
        Keys::open(&self.keys_file()).unwrap()
    }

    pub(crate) fn keys_file(&self) -> PathBuf {
        self.folder.path().join("api-keys.json")
    }

    /// The id of a new key, and the key.
    pub(crate) fn key(&self, merchant: &str, role: Role) -> (String, String) {
        let merchant = Merchant::new(merchant).unwrap();
        let made = DateTime::from_timestamp(0, 0).unwrap();
        let (key, text) = self.keys().create(&merchant, role, "test", made).unwrap();
        (key.id, text)
    }

    /// The files that mail became.
    pub(crate) fn mail(&self) -> Vec<String> {
        let mut folders: Vec<PathBuf> = vec![self.folder.path().join("mail")];
        let mut texts = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                if entry.path().is_dir() {
                    folders.push(entry.path());
                } else if entry.path().extension().is_some_and(|end| end == "json") {
                    texts.push(std::fs::read_to_string(entry.path()).unwrap());
                }
            }
        }
        texts
    }

    pub(crate) fn tick(&mut self) {
        self.call("upkeep.tick", None, json!({}));
    }

    /// Mei buys something and is told of the points; SMS is accepted under this id.
    pub(crate) fn sell(&mut self, order: &str, id: &str) -> Vec<Message> {
        let answer = Outcome::Accepted(Some(id.to_owned()));
        self.sent.answer(Channel::Sms, answer);
        let line = json!([{ "sku": "tea", "quantity": "1", "amount": "300" }]);
        let order_of = json!({ "order": order, "member": "mei", "state": "paid", "lines": line });
        self.call("points.report-order", Some(order), order_of);
        self.tick();
        self.sent.take()
    }

    /// The states of mei's notices by a channel.
    pub(crate) fn states(&mut self, channel: &str) -> Vec<String> {
        let page = self.call("notices.of-member", None, json!({ "member": "mei" }));
        let notices = page["notices"].as_array().unwrap().iter();
        let of_channel = notices.filter(|notice| notice["channel"] == channel);
        of_channel
            .map(|notice| notice["state"].as_str().unwrap().to_owned())
            .collect()
    }

    /// By which ways mei may be reached.
    pub(crate) fn reach(&mut self) -> Value {
        self.call("notices.reach-of", None, json!({ "member": "mei" }))
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// A request to the server. Afterwards no log holds a secret, an address or a body.
    pub(crate) fn ask(&self, method: &str, path: &str, headers: &str, body: &str) -> Answer {
        let answer = ask(self.address(), method, path, headers, body);
        self.keeps_silent();
        answer
    }

    /// The lines of the operator's log since this was asked last.
    pub(crate) fn told(&self) -> Vec<String> {
        let lines = self.log.take().into_iter();
        lines
            .map(|line| format!("{} {}", line.level.name(), line.text))
            .collect()
    }

    fn keeps_silent(&self) {
        let log = self.log.lines();
        let texts = log.iter().map(|line| line.text.clone());
        for line in texts.chain(self.lines.all()) {
            for own in [SECRET, USER, "mei", "912345678", "unsubscribe/A"] {
                assert!(!line.contains(own), "{own} in {line}");
            }
        }
    }
}
