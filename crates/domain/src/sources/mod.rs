//! The catalogue of sources: which registries exist, what they answer, what they need to be asked.
//!
//! The entries are data (`crates/domain/data/sources/*.toml`), read once. `cargo xtask catalogue` checks that
//! every entry is complete and that no database id ever changes.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;

use crate::{
    checks::{Basis, CheckType, DataSet, InputField},
    country::Country,
};

crate::text_enum! {
    /// What answers for a source in a live deployment.
    pub enum Driver {
        /// A public registry: answered through an `http` source that the deployment configures, else skipped.
        Registry = "registry",
        /// Check digits and structure of the document itself.
        Identifier = "identifier",
        /// Lists loaded into our own database.
        Watchlist = "watchlist",
    }
}

crate::text_enum! {
    /// How heavy a source is to call.
    pub enum Weight {
        /// Answers at once: called within the check's one job.
        Light = "light",
        /// Slow or fragile: gets a job of its own.
        Heavy = "heavy",
    }
}

/// One source: a registry as the public knows it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Our short name, kept for ever (`co-policia-nacional`).
    pub key: String,
    /// `DBI` and 40 hex digits, derived once from (country, name) and kept for ever.
    pub database_id: String,
    /// The registry's real name.
    pub name: String,
    /// Where it belongs; `ALL` is consulted in every country.
    pub country: Country,
    /// Where the public consults it.
    pub url: String,
    /// The checks that consult it.
    pub check_types: Vec<CheckType>,
    /// The data sets that its answer feeds.
    pub data_sets: Vec<DataSet>,
    /// Alternatives of required inputs: the source can be asked when all inputs of one alternative are there.
    pub inputs: Vec<Vec<InputField>>,
    /// What its records are tied to the subject by.
    pub by: Vec<Basis>,
    /// How heavy it is to call.
    pub weight: Weight,
    /// Seconds after which a call is given up.
    pub timeout_seconds: u16,
    /// What answers for it.
    pub driver: Driver,
    /// For watchlist sources: the key of the list (`ofac-sdn`).
    #[serde(default)]
    pub list: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    source: Vec<Source>,
}

/// All sources, with look-ups by key and by country.
#[derive(Debug)]
pub struct Catalogue {
    sources: Vec<Source>,
    by_key: BTreeMap<String, usize>,
}

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    let files = [
        include_str!("../../data/sources/all.toml"),
        include_str!("../../data/sources/br.toml"),
        include_str!("../../data/sources/cl.toml"),
        include_str!("../../data/sources/co.toml"),
        include_str!("../../data/sources/cr.toml"),
        include_str!("../../data/sources/mx.toml"),
        include_str!("../../data/sources/pe.toml"),
    ];
    Catalogue::read(&files).expect("the built-in catalogue is checked by a test")
});

impl Catalogue {
    /// The catalogue that is built in.
    pub fn builtin() -> &'static Self {
        &CATALOGUE
    }

    fn read(files: &[&str]) -> Result<Self, toml::de::Error> {
        let mut sources = Vec::new();
        for file in files {
            sources.extend(toml::from_str::<File>(file)?.source);
        }
        let by_key = sources
            .iter()
            .enumerate()
            .map(|(i, source)| (source.key.clone(), i))
            .collect();
        Ok(Self { sources, by_key })
    }

    /// Every source, in the order of the files.
    pub fn all(&self) -> &[Source] {
        &self.sources
    }

    /// The source of that key.
    pub fn get(&self, key: &str) -> Option<&Source> {
        self.by_key.get(key).map(|&i| &self.sources[i])
    }

    /// The sources that a check of this type consults in this country: the country's own, then the international
    /// ones.
    pub fn consulted(&self, country: Country, check_type: CheckType) -> impl Iterator<Item = &Source> {
        self.of(country)
            .filter(move |source| source.check_types.contains(&check_type))
    }

    /// The sources that checks in this country can consult: the country's own, then the international ones.
    pub fn of(&self, country: Country) -> impl Iterator<Item = &Source> {
        let own = move |source: &&Source| source.country == country;
        let international = move |source: &&Source| source.country == Country::All && country != Country::All;
        self.sources
            .iter()
            .filter(own)
            .chain(self.sources.iter().filter(international))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::checks::{required::is_available, weights::default_weights};

    #[test]
    fn every_weight_has_a_source_and_every_source_a_weight() {
        for country in Country::ALL.iter().copied() {
            for check_type in CheckType::ALL
                .iter()
                .copied()
                .filter(|kind| is_available(country, *kind))
            {
                let fed: BTreeSet<DataSet> = Catalogue::builtin()
                    .consulted(country, check_type)
                    .flat_map(|source| source.data_sets.iter().copied())
                    .collect();
                let weighed: BTreeSet<DataSet> =
                    default_weights(country, check_type).keys().copied().collect();
                assert_eq!(fed, weighed, "{country} {check_type}");
            }
        }
    }

    #[test]
    fn every_data_set_is_reachable_and_every_country_has_its_sources() {
        let sources = Catalogue::builtin().all();
        let fed: BTreeSet<DataSet> = sources
            .iter()
            .flat_map(|source| source.data_sets.iter().copied())
            .collect();
        assert_eq!(fed.len(), DataSet::ALL.len());
        for (country, least) in [
            (Country::Co, 12),
            (Country::Mx, 12),
            (Country::Br, 8),
            (Country::Cl, 8),
            (Country::Pe, 8),
            (Country::Cr, 8),
            (Country::All, 6),
        ] {
            let there = sources.iter().filter(|source| source.country == country).count();
            assert!(there >= least, "{country} has {there}");
        }
    }
}
