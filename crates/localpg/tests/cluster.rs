//! The life of a cluster, against the installed server. Root and ordinary users can run it.

#[cfg(test)]
mod support;

use std::{
    fs, net,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    time::{Duration, Instant},
};

use cotejo_localpg::{Cluster, Error, Settings};
use support::{Folder, Holder, kill, psql, settle};

const PASSWORD: &str = "it's a \"p:w/?#&%\" ñ";

#[tokio::test]
async fn data_survives_a_stop_and_a_start() {
    let folder = Folder::new("survives");
    for durable in [true, false] {
        let settings = Settings {
            durable,
            ..Settings::durable(folder.path().join(durable.to_string()), PASSWORD)
        };
        let begun = Instant::now();
        let cluster = Cluster::start(settings.clone()).await.unwrap();
        eprintln!("durable {durable}: made and started in {:?}", begun.elapsed());
        psql(&cluster.socket_url(), "CREATE TABLE kept AS SELECT 42 AS answer").unwrap();
        assert_eq!(psql(&cluster.tcp_url(), "SELECT answer FROM kept").unwrap(), "42");
        let fsync = if durable { "on" } else { "off" };
        assert_eq!(psql(&cluster.tcp_url(), "SHOW fsync").unwrap(), fsync);
        assert_eq!(
            psql(&cluster.tcp_url(), "SELECT upper('ñ'), 'B' < 'a', current_user").unwrap(),
            "Ñ|t|cotejo"
        );
        let begun = Instant::now();
        cluster.stop().await.unwrap();
        eprintln!("durable {durable}: stopped in {:?}", begun.elapsed());

        let begun = Instant::now();
        let cluster = Cluster::start(settings).await.unwrap();
        eprintln!("durable {durable}: started again in {:?}", begun.elapsed());
        assert_eq!(
            psql(&cluster.socket_url(), "SELECT answer FROM kept").unwrap(),
            "42"
        );
        cluster.stop().await.unwrap();
    }
}

#[tokio::test]
async fn nobody_gets_in_without_the_password() {
    for (durable, auth) in [(false, "md5"), (true, "scram-sha-256")] {
        let folder = Folder::new("password");
        let settings = Settings {
            durable,
            ..Settings::durable(folder.path(), "right")
        };
        let cluster = Cluster::start(settings).await.unwrap();
        for url in [cluster.socket_url(), cluster.tcp_url()] {
            let error = psql(&url.replace("right", "wrong"), "SELECT 1").unwrap_err();
            assert!(error.contains("password authentication failed"), "{error}");
        }
        let rules = format!("SELECT count(*) FROM pg_hba_file_rules WHERE auth_method <> '{auth}'");
        assert_eq!(psql(&cluster.tcp_url(), &rules).unwrap(), "0");
        let mode = fs::metadata(folder.path().join("postgres")).unwrap().mode();
        assert_eq!(mode & 0o077, 0, "{mode:o}");
        cluster.stop().await.unwrap();
    }
}

#[tokio::test]
async fn another_password_database_or_role_is_made_at_the_next_start() {
    let folder = Folder::new("another");
    let first = Settings::throw_away(folder.path(), "first");
    Cluster::start(first.clone()).await.unwrap().stop().await.unwrap();
    for (user, database, password) in [
        ("cotejo", "cotejo", "second"),
        ("cotejo", "other 'db'", "second"),
        ("Peña \"x\"", "cotejo", "third"),
    ] {
        let settings = Settings {
            user: user.to_owned(),
            database: database.to_owned(),
            password: password.to_owned(),
            ..first.clone()
        };
        let cluster = Cluster::start(settings).await.unwrap();
        let names = psql(&cluster.socket_url(), "SELECT current_user, current_database()").unwrap();
        assert_eq!(names, format!("{user}|{database}"));
        cluster.stop().await.unwrap();
    }
}

#[tokio::test]
async fn a_second_program_is_refused_and_told_by_whom() {
    let folder = Folder::new("second");
    let settings = Settings::throw_away(folder.path(), PASSWORD);
    let cluster = Cluster::start(settings.clone()).await.unwrap();
    let error = Cluster::start(settings.clone()).await.unwrap_err();
    let ours = i32::try_from(std::process::id()).unwrap();
    assert!(
        matches!(error, Error::Locked { pid: Some(pid), .. } if pid == ours),
        "{error}"
    );
    assert_eq!(psql(&cluster.socket_url(), "SELECT 1").unwrap(), "1");
    cluster.stop().await.unwrap();
    Cluster::start(settings).await.unwrap().stop().await.unwrap();
}

#[tokio::test]
async fn a_killed_server_recovers() {
    let folder = Folder::new("killed");
    let settings = Settings::durable(folder.path(), PASSWORD);
    let mut cluster = Cluster::start(settings.clone()).await.unwrap();
    psql(
        &cluster.socket_url(),
        "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n",
    )
    .unwrap();
    // A backend that computes does not notice that the server is gone.
    let url = cluster.socket_url();
    let busy =
        std::thread::spawn(move || psql(&url, "SELECT count(*) FROM generate_series(1, 1e12::bigint)"));
    settle(|| {
        psql(
            &cluster.tcp_url(),
            "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%1e12%'",
        )
        .unwrap()
            == "2"
    })
    .await;
    kill(cluster.pid().unwrap());
    cluster.ended().await;
    drop(cluster);

    let begun = Instant::now();
    let cluster = Cluster::start(settings).await.unwrap();
    eprintln!(
        "recovered from kill -9 beside a busy backend in {:?}",
        begun.elapsed()
    );
    assert!(busy.join().unwrap().is_err());
    assert_eq!(
        psql(&cluster.socket_url(), "SELECT count(*) FROM kept").unwrap(),
        "1000"
    );
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn a_number_that_a_stranger_has_by_now_is_not_waited_for() {
    let folder = Folder::new("stranger");
    let settings = Settings::throw_away(folder.path(), PASSWORD);
    Cluster::start(settings.clone())
        .await
        .unwrap()
        .stop()
        .await
        .unwrap();
    let pid = std::process::id();
    let dir = folder.path().join("postgres");
    fs::write(
        dir.join("postmaster.pid"),
        format!("{pid}\n{}\n1\n5432\n\n\n\nready\n", dir.display()),
    )
    .unwrap();
    Cluster::start(settings).await.unwrap().stop().await.unwrap();
}

#[tokio::test]
async fn the_server_of_a_killed_program_is_taken_over() {
    let folder = Folder::new("program");
    let holder = Holder::start(folder.path()).await;
    let begun = Instant::now();
    let cluster = Cluster::start(Holder::settings(folder.path())).await.unwrap();
    eprintln!("taken over in {:?}", begun.elapsed());
    assert_eq!(cluster.pid(), Some(holder.server));
    assert_eq!(cluster.socket_url(), holder.url);
    assert_eq!(psql(&cluster.socket_url(), "SELECT 1").unwrap(), "1");
    cluster.stop().await.unwrap();
    assert!(support::servers_of(folder.path()).is_empty());
}

#[tokio::test]
async fn the_server_of_a_killed_program_is_replaced_where_the_settings_differ() {
    let folder = Folder::new("differ");
    let holder = Holder::start(folder.path()).await;
    let settings = Settings {
        max_connections: 17,
        ..Holder::settings(folder.path())
    };
    let cluster = Cluster::start(settings).await.unwrap();
    assert_ne!(cluster.pid(), Some(holder.server));
    assert_eq!(psql(&cluster.socket_url(), "SHOW max_connections").unwrap(), "17");
    cluster.stop().await.unwrap();
}

/// Not a test by itself: the program that the two above kill.
#[tokio::test]
async fn holds_a_cluster_until_it_is_killed() {
    Holder::run().await;
}

#[tokio::test]
async fn a_server_that_is_left_running_is_taken_over() {
    let folder = Folder::new("left");
    let settings = Settings::throw_away(folder.path(), PASSWORD);
    let cluster = Cluster::start(settings.clone()).await.unwrap();
    let pid = cluster.pid();
    cluster.leave_running();
    let cluster = Cluster::start(settings.clone()).await.unwrap();
    assert_eq!(cluster.pid(), pid);
    // A handle that is dropped ends the server: the next start waits for it and makes its own.
    drop(cluster);
    let cluster = Cluster::start(settings).await.unwrap();
    assert_ne!(cluster.pid(), pid);
    assert_eq!(psql(&cluster.socket_url(), "SELECT 1").unwrap(), "1");
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn a_start_that_is_cut_short_leaves_nothing_behind_and_can_be_repeated() {
    let folder = Folder::new("cut");
    let settings = Settings::throw_away(folder.path(), PASSWORD);
    let mut cuts = 0;
    for millis in [1, 60, 150, 300, 500, 700, 800, 900, 1000] {
        let start = Cluster::start(settings.clone());
        match tokio::time::timeout(Duration::from_millis(millis), start).await {
            Ok(cluster) => cluster.unwrap().stop().await.unwrap(),
            Err(_) => cuts += 1,
        }
        settle(|| support::servers_of(folder.path()).is_empty()).await;
    }
    assert!(cuts > 0);
    let cluster = Cluster::start(settings).await.unwrap();
    assert_eq!(psql(&cluster.socket_url(), "SELECT 1").unwrap(), "1");
    cluster.stop().await.unwrap();
    assert!(!folder.path().join("postgres.new").exists());
}

#[tokio::test]
async fn a_long_or_odd_path_gets_a_short_socket() {
    let folder = Folder::new("long");
    for name in ["long/".repeat(40), "año 1, 'x' \"y\"".to_owned()] {
        let cluster = Cluster::start(Settings::throw_away(folder.path().join(name), PASSWORD))
            .await
            .unwrap();
        assert_eq!(psql(&cluster.socket_url(), "SELECT 1").unwrap(), "1");
        assert!(
            cluster.socket_url().contains("host=%2Ftmp%2Fcotejo-"),
            "{}",
            cluster.socket_url()
        );
        cluster.stop().await.unwrap();
    }
}

#[tokio::test]
async fn a_port_that_is_taken_leads_to_the_next() {
    let folder = Folder::new("port");
    let taken = net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let settings = Settings {
        port,
        ..Settings::throw_away(folder.path(), PASSWORD)
    };
    let cluster = Cluster::start(settings).await.unwrap();
    assert!(cluster.port() > port);
    assert_eq!(psql(&cluster.tcp_url(), "SELECT 1").unwrap(), "1");
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn errors_say_what_is_wrong() {
    let folder = Folder::new("errors");
    let dir = folder.path().join("unknown");
    let mut settings = Settings::throw_away(&dir, PASSWORD);
    settings
        .extra
        .push(("shared_bufers".to_owned(), "1GB".to_owned()));
    let error = Cluster::start(settings.clone()).await.unwrap_err();
    assert!(error.to_string().contains("shared_bufers"), "{error}");
    settings.extra[0].0 = "shared_buffers".to_owned();
    settings.extra[0].1 = "1 cow".to_owned();
    assert!(matches!(
        Cluster::start(settings).await.unwrap_err(),
        Error::NotStarted { .. }
    ));

    let dir = folder.path().join("else");
    fs::create_dir_all(dir.join("postgres/photos")).unwrap();
    let error = Cluster::start(Settings::throw_away(&dir, PASSWORD))
        .await
        .unwrap_err();
    assert!(matches!(error, Error::NotACluster { .. }), "{error}");

    let dir = folder.path().join("file");
    fs::write(&dir, "").unwrap();
    let error = Cluster::start(Settings::throw_away(&dir, PASSWORD))
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Io { .. }), "{error}");
}

#[tokio::test]
async fn a_folder_that_the_server_cannot_enter_is_named() {
    let folder = Folder::new("reach");
    let closed = folder.path().join("closed");
    fs::create_dir_all(closed.join("data")).unwrap();
    if fs::metadata(&closed).unwrap().uid() != 0 {
        return; // Only root hands the server to somebody else.
    }
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
    let error = Cluster::start(Settings::throw_away(closed.join("data"), PASSWORD))
        .await
        .unwrap_err();
    assert!(
        matches!(&error, Error::OutOfReach { folder, .. } if *folder == closed),
        "{error}"
    );
}

#[tokio::test]
async fn the_log_holds_no_values() {
    let folder = Folder::new("log");
    let cluster = Cluster::start(Settings::throw_away(folder.path(), PASSWORD))
        .await
        .unwrap();
    let url = cluster.socket_url();
    psql(&url, "CREATE TABLE person (name text PRIMARY KEY)").unwrap();
    psql(&url, "INSERT INTO person VALUES ('Zacarías')").unwrap();
    for statement in [
        "INSERT INTO person VALUES ('Zacarías')",
        "SELECT 'Zacarías'::int",
        "SELEC 'Zacarías'",
    ] {
        assert!(
            psql(&url, statement).unwrap_err().contains("Zacarías"),
            "{statement}"
        );
    }
    let log = cluster.log();
    cluster.stop().await.unwrap();
    let log = fs::read_to_string(log).unwrap();
    assert!(
        log.contains("ready to accept connections") && !log.contains("Zacar"),
        "{log}"
    );
}
