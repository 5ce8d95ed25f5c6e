//! A password of PostgreSQL that is changed while a host runs.

use crate::postgres::{count, server};
use stampcard::capabilities::messaging::SecretPlace;
use stampcard::capabilities::storage::Postgres;
use stampcard::capabilities::storage::postgres::{OpenError, Settings};

#[test]
fn a_changed_password_needs_no_new_start() {
    let Some((folder, server)) = server() else {
        return;
    };
    let (folder, password) = (folder.path(), folder.path().join("password"));
    let rules = "local all bench trust\nlocal all points scram-sha-256\n";
    std::fs::write(folder.join("data/pg_hba.conf"), rules).unwrap();
    server.say("SELECT pg_reload_conf()").unwrap();
    let role = "CREATE ROLE points LOGIN PASSWORD 'old'; GRANT ALL ON SCHEMA public TO points";
    server.say(role).unwrap();
    std::fs::write(&password, "old").unwrap();
    let settings = Settings {
        password: Some(SecretPlace::File(password.clone())),
        ..Settings::new(&server.url().replace("bench@", "points@"))
    };
    let storage = Postgres::open(&settings).unwrap();
    let counted = || count(&storage, "count").map(|(number, _)| number);
    let cut = || {
        let all =
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = 'points'";
        server.say(all).unwrap();
    };
    assert_eq!(counted(), Ok(1));
    server.say("ALTER ROLE points PASSWORD 'new'").unwrap();
    assert_eq!(counted(), Ok(2), "who is connected stays so");
    cut();
    let error = counted().unwrap_err().to_string();
    assert!(error.contains("password"), "{error}");
    std::fs::write(&password, "new\n").unwrap();
    assert_eq!(counted(), Ok(3));
    std::fs::remove_file(&password).unwrap();
    cut();
    assert_eq!(counted(), Ok(4), "the last one that was found holds");
    let missing = Postgres::open(&settings);
    assert!(matches!(missing, Err(OpenError::Password(_))));
}
