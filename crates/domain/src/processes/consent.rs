//! The terms to which a person agrees before anything is asked (`contract/identity-wire.md` §5.4): our own words, in
//! three languages, with the companies that ask filled in.

use std::str::FromStr;

use serde_json::{Map, Value, json};

use super::block::Block;
use crate::{
    fields::{FieldErrors, Fields, must_be_one_of},
    ids::{ClientId, InvalidId, TermsId, derived},
    key_requests::ProcessCountry,
    language::Language,
};

crate::text_enum! {
    /// Terms that every client has.
    pub enum Terms {
        /// A paragraph.
        Basic = "default-basic",
        /// The same, point by point.
        Items = "default-items",
    }
}

/// What terms are asked for by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TermsKey {
    /// Their name, which is the same for every client.
    Name(Terms),
    /// The id that a client was told.
    Id(TermsId),
}

impl FromStr for TermsKey {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let name = text.parse().map(Self::Name);
        name.or_else(|_| text.parse().map(Self::Id))
    }
}

/// The version of the words, and the day on which they were written.
pub const VERSION: u32 = 1;
/// See [`VERSION`].
pub const WRITTEN: &str = "2026-11-30T00:00:00Z";

/// Longest name and number of a company, in characters.
const LONGEST: usize = 200;

/// A company that asks for the authorisation in a country.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Company {
    /// Where it does.
    pub country: ProcessCountry,
    /// Its name.
    pub name: String,
    /// Its tax number; empty where it is not said.
    pub nit: String,
}

impl Company {
    /// Reads `<country>.name` and `<country>.nit`; `owner` asks everywhere where no company is named.
    ///
    /// # Errors
    /// Names and numbers that are too long.
    pub fn read(fields: &Fields, owner: &str) -> Result<Vec<Self>, FieldErrors> {
        let mut errors = FieldErrors::default();
        let mut companies = Vec::new();
        for country in ProcessCountry::ALL {
            let mut part = |name: &str| {
                let field = format!("{country}.{name}");
                fields.text(&field, LONGEST, &mut errors).unwrap_or_default()
            };
            let (name, nit) = (part("name"), part("nit"));
            if !name.is_empty() || !nit.is_empty() {
                let name = if name.is_empty() { owner.to_owned() } else { name };
                let country = *country;
                companies.push(Self { country, name, nit });
            }
        }
        errors.into_result()?;
        if companies.is_empty() {
            companies.push(Self {
                country: ProcessCountry::All,
                name: owner.to_owned(),
                nit: String::new(),
            });
        }
        Ok(companies)
    }

    fn shown(&self) -> String {
        match self.nit.as_str() {
            "" => self.name.clone(),
            nit => format!("{} ({} {nit})", self.name, law(self.country).number),
        }
    }
}

/// What a country calls a company's tax number, and the law by which personal data are treated.
struct Law {
    number: &'static str,
    name: Option<&'static str>,
}

const fn law(country: ProcessCountry) -> Law {
    use ProcessCountry as C;
    let (number, name) = match country {
        C::All => ("ID", None),
        C::Ar => ("CUIT", Some("Ley 25.326")),
        C::Br => ("CNPJ", Some("Lei 13.709/2018 (LGPD)")),
        C::Cl => ("RUT", Some("Ley 19.628")),
        C::Co => ("NIT", Some("Ley 1581 de 2012")),
        C::Cr => ("Cédula jurídica", Some("Ley 8968")),
        C::Ec => ("RUC", Some("Ley Orgánica de Protección de Datos Personales")),
        C::Mx => (
            "RFC",
            Some("Ley Federal de Protección de Datos Personales en Posesión de los Particulares"),
        ),
        C::Pe => ("RUC", Some("Ley 29733")),
    };
    Law { number, name }
}

impl Terms {
    /// Its id for a client: the same whenever it is asked for.
    pub fn id(self, client: ClientId) -> TermsId {
        TermsId(derived(&[client.0.as_bytes(), self.as_str().as_bytes()]))
    }

    /// The terms that a client means.
    pub fn find(key: TermsKey, client: ClientId) -> Option<Self> {
        match key {
            TermsKey::Name(terms) => Some(terms),
            TermsKey::Id(id) => Self::ALL.iter().copied().find(|terms| terms.id(client) == id),
        }
    }

    /// Its words in a language, as the companies ask.
    pub fn text(self, language: Language, companies: &[Company]) -> String {
        let who: Vec<String> = companies.iter().map(Company::shown).collect();
        let laws: Vec<&str> = companies
            .iter()
            .filter_map(|company| law(company.country).name)
            .collect();
        let begins = language.choose("Autorizo a ", "I authorise ", "Autorizo ");
        let ends = language.choose(" a:", " to:", " a:");
        let mut points: Vec<&str> = match language {
            Language::Es => vec![
                "tratar mis datos personales, los de mi documento y los que entregue en este proceso",
                "tratar mi imagen y mis rasgos biométricos, que son datos sensibles y que no estoy obligado a entregar",
                "verificar con ellos mi identidad, prevenir fraudes y consultar mis antecedentes en fuentes públicas y privadas",
            ],
            Language::En => vec![
                "treat my personal data, those of my document and those that I give in this process",
                "treat my image and my biometric traits, which are sensitive data that I am not obliged to give",
                "verify my identity by them, prevent fraud and look up my background in public and private sources",
            ],
            Language::Pt => vec![
                "tratar meus dados pessoais, os do meu documento e os que eu fornecer neste processo",
                "tratar minha imagem e meus traços biométricos, que são dados sensíveis e que não sou obrigado a fornecer",
                "verificar com eles a minha identidade, prevenir fraudes e consultar meus antecedentes em fontes públicas e privadas",
            ],
        };
        let rights = language.choose(
            "Sé que puedo conocer, actualizar, rectificar y suprimir mis datos, y revocar esta autorización.",
            "I know that I may see, update, correct and have deleted my data, and withdraw this authorisation.",
            "Sei que posso conhecer, atualizar, corrigir e excluir meus dados, e revogar esta autorização.",
        );
        let by_law = match laws.is_empty() {
            true => String::new(),
            false => format!(
                "{}{}.",
                language.choose("De acuerdo con: ", "According to: ", "De acordo com: "),
                laws.join("; ")
            ),
        };
        let who = who.join("; ");
        match self {
            Self::Basic => {
                let last = points.pop().unwrap_or_default();
                let and = language.choose("; y ", "; and ", "; e ");
                let text = format!(
                    "{begins}{who}{ends} {}{and}{last}. {rights} {by_law}",
                    points.join("; ")
                );
                text.trim_end().to_owned()
            }
            Self::Items => {
                let mut lines = vec![format!("{begins}{who}{ends}")];
                lines.extend(points.iter().map(|point| format!("- {point}")));
                lines.push(rights.to_owned());
                lines.extend((!by_law.is_empty()).then_some(by_law));
                lines.join("\n")
            }
        }
    }
}

/// The configuration of an authorisation as the person's client sees it: the terms that hold, and for whom.
pub(super) fn shown(block: &Block, client: ClientId) -> Map<String, Value> {
    let mut config = block.config.clone();
    config
        .entry("supported_countries")
        .or_insert_with(|| json!({"ALL": {"name": "", "nit": "", "skip_company_info_check": true}}));
    config
        .entry("custom_inputs")
        .or_insert_with(|| json!({Terms::Basic.as_str(): Terms::Basic.id(client)}));
    config
}

/// Names what is wrong in the configuration of an authorisation.
pub(super) fn judge(config: &Map<String, Value>, at: &str, errors: &mut FieldErrors) {
    let short = |value: &Value| value.as_str().is_some_and(|text| text.chars().count() <= LONGEST);
    if let Some(countries) = config.get("supported_countries") {
        let at = format!("{at}config.supported_countries");
        let Some(countries) = countries.as_object() else {
            return errors.push(&at, "must be an object of countries");
        };
        for (country, company) in countries {
            if country.parse::<ProcessCountry>().is_err() {
                errors.push(
                    &at,
                    format!(
                        "has the country {country}: {}",
                        must_be_one_of(ProcessCountry::ALL)
                    ),
                );
            }
            for name in ["name", "nit"] {
                if company.get(name).is_some_and(|value| !short(value)) {
                    let expected = format!("must be a text of at most {LONGEST} characters");
                    errors.push(&format!("{at}.{country}.{name}"), expected);
                }
            }
        }
    }
    if let Some(inputs) = config.get("custom_inputs")
        && !inputs
            .as_object()
            .is_some_and(|inputs| inputs.values().all(short))
    {
        errors.push(
            &format!("{at}config.custom_inputs"),
            "must be an object of ids of terms",
        );
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        let json: Map<String, Value> = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), json!(value)))
            .collect();
        Fields::from_json(Value::Object(json)).unwrap()
    }

    #[test]
    fn whoever_is_named_is_in_every_text_with_the_law_of_the_country() {
        let named = fields(&[
            ("CO.name", "Acme SAS"),
            ("CO.nit", "900123456"),
            ("BR.name", "Acme Ltda"),
        ]);
        let companies = Company::read(&named, "acme").unwrap();
        for terms in Terms::ALL {
            for language in Language::ALL {
                let text = terms.text(*language, &companies);
                for part in ["Acme SAS (NIT 900123456)", "Acme Ltda", "Ley 1581", "13.709"] {
                    assert!(text.contains(part), "{part}: {text}");
                }
                assert!(!text.ends_with(' ') && text.ends_with('.'), "{text}");
            }
        }
    }

    #[test]
    fn the_client_asks_where_nobody_is_named() {
        let companies = Company::read(&fields(&[("terms", "true")]), "acme").unwrap();
        assert_eq!(companies.len(), 1);
        assert_eq!(
            (companies[0].country, companies[0].name.as_str()),
            (ProcessCountry::All, "acme")
        );
        assert!(
            !Terms::Basic
                .text(Language::Es, &companies)
                .contains("De acuerdo con")
        );
        let long = "a".repeat(LONGEST + 1);
        let wrong = Company::read(&fields(&[("CO.name", &long)]), "acme").unwrap_err();
        assert_eq!(wrong.0[0].field, "CO.name");
    }

    #[test]
    fn an_id_leads_back_to_its_terms_and_to_no_other_client_s() {
        let (one, other) = (ClientId(Uuid::from_u128(1)), ClientId(Uuid::from_u128(2)));
        for terms in Terms::ALL {
            let find = |text: &str, client| Terms::find(text.parse().unwrap(), client);
            assert_eq!(find(&terms.id(one).to_string(), one), Some(*terms));
            assert_eq!(find(terms.as_str(), one), Some(*terms));
            assert_eq!(find(&terms.id(one).to_string(), other), None);
        }
        assert!("else".parse::<TermsKey>().is_err());
    }
}
