//! Screening: from a publisher's files to a check's score, and what operators set aside of it.

mod downloads;
mod exception_requests;
mod exceptions;
mod hits;
mod judgements;
mod lists;
mod reload;

use std::{
    fmt::Write as _,
    fs,
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use axum::http::StatusCode;
use cotejo_app::{
    keys::NewKey,
    watchlists::{LoadOutcome, Loaded, ReadList, find_lists, read_list},
};
use cotejo_domain::{
    clients::{Client, ClientKind},
    permissions::Permission,
};
use cotejo_testkit::{Caller, TestApp};
use serde_json::Value;

use crate::support::{Form, create, get, id, list, path, text, with};

/// The list that these tests publish.
pub const LIST: &str = "ofac-sdn";

/// A person of whom only the name is known, the one of [`jose`].
pub const JOSE: &[(&str, &str)] = &[
    ("type", "person"),
    ("country", "ALL"),
    ("name", "José María Ficticio Inventado"),
    ("user_authorized", "true"),
];

/// An entry as OFAC writes it.
#[derive(Clone)]
pub struct Listed {
    id: u32,
    name: String,
    kind: &'static str,
    remarks: String,
    alias: String,
    country: String,
}

/// A listed person.
pub fn person(id: u32, name: &str) -> Listed {
    Listed {
        id,
        name: name.to_owned(),
        kind: "\"individual\"",
        remarks: String::new(),
        alias: String::new(),
        country: String::new(),
    }
}

/// A listed company.
pub fn company(id: u32, name: &str) -> Listed {
    Listed {
        kind: "-0- ",
        ..person(id, name)
    }
}

/// The person whom most tests look for: a document, a day of birth, a country, a good alias and a weak one.
pub fn jose() -> Listed {
    Listed {
        alias: "FICTICIO, Pepe".to_owned(),
        country: "Colombia".to_owned(),
        ..person(9001, "FICTICIO INVENTADO, Jose Maria")
    }
    .remarks("DOB 01 Jan 1960; Cedula No. 1023456789 (Colombia); a.k.a. 'EL INVENTO'.")
}

/// The company that stands beside them.
pub fn prueba() -> Listed {
    company(9002, "EMPRESA DE PRUEBA S.A.")
}

/// So many persons whom nobody looks for.
pub fn crowd(count: u32) -> Vec<Listed> {
    (1..=count)
        .map(|id| person(id, &format!("MULTITUD NUMERO {id}, Inventada")))
        .collect()
}

impl Listed {
    /// With other remarks; that is where OFAC writes dates of birth, documents and weak aliases.
    pub fn remarks(self, remarks: &str) -> Self {
        Self {
            remarks: remarks.to_owned(),
            ..self
        }
    }
}

/// The four files of a list, each with the mark at its end.
pub fn files(entries: &[Listed]) -> [(&'static str, String); 4] {
    let (mut names, mut addresses, mut aliases) = (String::new(), String::new(), String::new());
    for entry in entries {
        let Listed { id, name, kind, .. } = entry;
        let remarks = match entry.remarks.as_str() {
            "" => "-0- ".to_owned(),
            remarks => format!("\"{remarks}\""),
        };
        let nothing = "-0- ,".repeat(7);
        let _ = write!(names, "{id},\"{name}\",{kind},\"SDNTK\",{nothing}{remarks}\r\n");
        if !entry.country.is_empty() {
            let _ = write!(addresses, "{id},1,-0- ,-0- ,\"{}\",-0- \r\n", entry.country);
        }
        if !entry.alias.is_empty() {
            let _ = write!(aliases, "{id},2,\"aka\",\"{}\",-0- \r\n", entry.alias);
        }
    }
    [
        ("sdn.csv", names),
        ("add.csv", addresses),
        ("alt.csv", aliases),
        ("sdn_comments.csv", String::new()),
    ]
    .map(|(name, text)| (name, format!("{text}\u{1a}")))
}

/// The file of names of a list.
pub fn names(entries: &[Listed]) -> String {
    let [(_, names), ..] = files(entries);
    names
}

/// A made-up list in a folder that is gone with it.
pub struct Publication {
    folder: PathBuf,
}

impl Publication {
    /// A list of these entries.
    pub fn of(entries: &[Listed]) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("cotejo-list-{}-{count}", std::process::id()));
        let publication = Self { folder };
        publication.clear();
        publication.publish(entries);
        publication
    }

    /// Another version of it.
    pub fn publish(&self, entries: &[Listed]) {
        for (name, text) in files(entries) {
            self.write(name, &text);
        }
    }

    /// A file beside the others, or in the place of one.
    pub fn write(&self, name: &str, text: &str) {
        fs::create_dir_all(&self.folder).unwrap();
        fs::write(self.folder.join(name), text).unwrap();
    }

    /// Takes everything out of it.
    pub fn clear(&self) {
        drop(fs::remove_dir_all(&self.folder));
    }

    /// Where it lies.
    pub fn place(&self) -> String {
        self.folder.display().to_string()
    }

    /// What its files say.
    pub fn read(&self) -> ReadList {
        read_list(find_lists(&self.folder, None).unwrap().pop().unwrap()).unwrap()
    }
}

impl Drop for Publication {
    fn drop(&mut self) {
        self.clear();
    }
}

/// Loads a list of these entries, which has to be a new version.
pub async fn load(app: &TestApp, entries: &[Listed]) -> Loaded {
    let list = Publication::of(entries).read();
    let outcome = app.app.load_list(&list, false, |_, _| {}).await.unwrap();
    let LoadOutcome::Loaded(loaded) = outcome else {
        panic!("these files were in force already");
    };
    be_seen().await;
    loaded
}

/// Waits until every check sees the version in force: which one that is, a process believes for a moment.
pub async fn be_seen() {
    tokio::time::sleep(Duration::from_millis(60)).await;
}

/// A sandbox client and its administrator.
pub struct Tenant {
    pub client: Client,
    pub checks: Caller,
    pub account: Caller,
}

impl Tenant {
    /// A new client.
    pub async fn new(app: &TestApp, name: &str) -> Self {
        Self::of(app, app.client(name, ClientKind::Sandbox).await).await
    }

    /// A client that is there.
    pub async fn of(app: &TestApp, client: Client) -> Self {
        let token = app.token(&client, 1, &[Permission::Administrator]).await;
        Self {
            client,
            checks: app.checks(Some(token.clone())),
            account: app.account(Some(token)),
        }
    }

    /// A caller of the checks API that may do only this.
    pub async fn holding(&self, app: &TestApp, permissions: &[Permission]) -> Caller {
        let names: Vec<&str> = permissions.iter().map(|permission| permission.as_str()).collect();
        let key = NewKey {
            client: self.client.clone(),
            name: names.join(" "),
            version: 1,
            permissions: permissions.to_vec(),
            billing_hub: None,
        };
        app.checks(Some(app.app.create_key(key).await.unwrap().1.0))
    }

    /// A new check of this form, and what screening found.
    pub async fn screened(&self, app: &TestApp, form: &[(&str, &str)]) -> Screened {
        screened(app, &self.checks, form).await
    }

    /// What is told of the list.
    pub async fn list_now(&self) -> Value {
        let answer = self.checks.get("/v1/screening/lists").await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        let lists = list(&answer.json, "lists");
        assert_eq!(lists.len(), 1, "{}", answer.text);
        lists[0].clone()
    }
}

/// A finished check, and the first page of its hits.
pub struct Screened {
    pub check: Value,
    pub hits: Vec<Value>,
    /// The page as it came.
    pub page: String,
}

/// A new check of this form, and what screening found.
pub async fn screened(app: &TestApp, caller: &Caller, form: &[(&str, &str)]) -> Screened {
    let form: Form<'_> = with(form, &[("force_creation", "true")]);
    let check = create(caller, &form).await;
    app.work().await;
    let check = get(caller, &check).await;
    let answer = caller.get(&format!("{}/hits", path(&check))).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    Screened {
        hits: list(&answer.json, "hits").to_vec(),
        page: answer.text,
        check,
    }
}

impl Screened {
    /// Result and severity of the sanctions lists, `by_id` or `by_name`.
    pub fn side(&self, side: &str) -> [&str; 2] {
        let scores = list(&self.check, "scores");
        let score = scores
            .iter()
            .find(|score| score["data_set"] == "international_background")
            .unwrap_or_else(|| panic!("no score of the lists in {:#}", self.check));
        ["result", "severity"].map(|member| text(&score[side], member))
    }

    /// Its id.
    pub fn id(&self) -> &str {
        id(&self.check)
    }

    /// The entries that it hit.
    pub fn entries(&self) -> Vec<&str> {
        self.hits.iter().map(|hit| text(hit, "entry")).collect()
    }

    /// The tables of what the list said, each as its title and cells.
    pub async fn tables(&self, caller: &Caller) -> Vec<(String, Vec<(String, String)>)> {
        let answer = caller.get(&format!("{}/details", path(&self.check))).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        let own = |detail: &&Value| detail["database_id"] == self.hits[0]["database_id"];
        let details = list(&answer.json, "details").iter().filter(own);
        let tables = details.flat_map(|detail| list(detail, "tables"));
        tables
            .map(|table| {
                let cells = list(&list(table, "rows")[0], "cells").iter();
                let cell = |cell: &Value| (text(cell, "label").to_owned(), text(cell, "value").to_owned());
                (text(table, "title").to_owned(), cells.map(cell).collect())
            })
            .collect()
    }
}

/// The value of a cell; empty where there is none.
pub fn cell<'a>((_, cells): &'a (String, Vec<(String, String)>), label: &str) -> &'a str {
    let found = cells.iter().find(|(known, _)| known == label);
    found.map_or("", |(_, value)| value)
}

/// Why the last reload failed, as an operator is told.
async fn failure(app: &TestApp) -> String {
    let lists = app.app.loaded_lists().await.unwrap();
    lists
        .into_iter()
        .find_map(|list| list.failure)
        .unwrap_or_default()
}
