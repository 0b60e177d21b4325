//! What a list says of one person, organisation, ship or aircraft.

use serde::{Deserialize, Serialize};

use crate::names::NameKind;

crate::text_enum! {
    /// What is listed.
    pub enum EntryKind {
        /// A natural person.
        Person = "person",
        /// A company, a band, a ministry: whatever is no person and no vehicle.
        Org = "org",
        /// A ship.
        Vessel = "vessel",
        /// An aircraft.
        Aircraft = "aircraft",
    }
}

impl EntryKind {
    /// How its names are compared.
    pub const fn name_kind(self) -> NameKind {
        match self {
            Self::Person => NameKind::Person,
            Self::Org => NameKind::Org,
            Self::Vessel | Self::Aircraft => NameKind::Vessel,
        }
    }
}

crate::text_enum! {
    /// How far a publisher trusts an alias to point to the entry, the strongest first.
    pub enum AliasStrength {
        /// As good as the name.
        Strong = "strong",
        /// A nickname or another thin hint (`EL CHAPO`): never enough alone.
        Weak = "weak",
    }
}

/// Another name of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alias {
    /// As published.
    pub name: String,
    /// How far to trust it.
    pub strength: AliasStrength,
    /// `aka`, `fka` (formerly) or `nka` (now).
    pub kind: String,
}

/// A number that identifies an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Our name for the kind of number, the same in all lists: `passport`, `cedula`, `nit`, `national-id`, `imo`…
    pub kind: String,
    /// As published, with its separators.
    pub number: String,
    /// The issuing country as the list spells it.
    pub country: Option<String>,
}

/// One listed person, organisation, vessel or aircraft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The list's own id, unique within the list.
    pub entry_id: String,
    /// What is listed.
    pub kind: EntryKind,
    /// The main name as published: OFAC writes persons as `SURNAMES, Given`.
    pub name: String,
    /// Its other names, in the order of the list.
    #[serde(default)]
    pub aliases: Vec<Alias>,
    /// The sanctions programmes or regimes under which it is listed.
    #[serde(default)]
    pub programs: Vec<String>,
    /// Dates of birth in ISO 8601: `1957-04-04`, `1957-04` or `1957`, with `~` behind what is approximate and `/`
    /// between the ends of a span (`1955/1958~`).
    #[serde(default)]
    pub birth_dates: Vec<String>,
    /// Its documents and registrations.
    #[serde(default)]
    pub documents: Vec<Document>,
    /// Countries that the list ties it to by nationality, residence or flag, as the list spells them.
    #[serde(default)]
    pub countries: Vec<String>,
    /// Its addresses, each in one line.
    #[serde(default)]
    pub addresses: Vec<String>,
    /// What the list says in free text, whole: what was taken out of it for the fields above stands in it too.
    #[serde(default)]
    pub remarks: String,
    /// The day on which it was listed, where the list tells.
    #[serde(default)]
    pub listed_on: Option<String>,
    /// Why it is listed, where the list tells: `sanction`, `pep`, `crime`…
    #[serde(default)]
    pub topics: Vec<String>,
}

impl Entry {
    /// An entry of which nothing is known but its name.
    pub fn new(entry_id: &str, kind: EntryKind, name: &str) -> Self {
        Self {
            entry_id: entry_id.to_owned(),
            kind,
            name: name.to_owned(),
            aliases: Vec::new(),
            programs: Vec::new(),
            birth_dates: Vec::new(),
            documents: Vec::new(),
            countries: Vec::new(),
            addresses: Vec::new(),
            remarks: String::new(),
            listed_on: None,
            topics: Vec::new(),
        }
    }

    /// Adds a name. Lists repeat themselves; what is said twice is kept once, and as strong as it was said at best.
    pub fn add_alias(&mut self, name: &str, strength: AliasStrength, kind: &str) {
        if name.is_empty() || name == self.name {
            return;
        }
        match self.aliases.iter_mut().find(|alias| alias.name == name) {
            Some(known) => known.strength = known.strength.min(strength),
            None => self.aliases.push(Alias {
                name: name.to_owned(),
                strength,
                kind: kind.to_owned(),
            }),
        }
    }

    /// Every name with its strength, `None` for the primary one, which comes first.
    pub fn names(&self) -> impl Iterator<Item = (&str, Option<AliasStrength>)> {
        let aliases = self
            .aliases
            .iter()
            .map(|alias| (alias.name.as_str(), Some(alias.strength)));
        std::iter::once((self.name.as_str(), None)).chain(aliases)
    }
}
