//! Which documents can be validated, as the vendor's app shows them (`contract/identity-wire.md` §3.9).

use cotejo_domain::{
    language::Language,
    validations::{
        DocumentCountry,
        documents::{DocumentType, SUPPORTED},
    },
};
use serde::Serialize;
use utoipa::ToSchema;

/// Which documents can be validated.
#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentSelection {
    /// By country
    countries: Vec<CountryBody>,
}

/// A country and its documents.
#[derive(Debug, Serialize, ToSchema)]
pub struct CountryBody {
    /// Two letters, or `ALL`
    #[schema(value_type = String, example = "CO")]
    country: DocumentCountry,
    /// Its name
    display_name: &'static str,
    /// Its documents
    document_types: Vec<DocumentTypeBody>,
    /// Its flag
    flag: Flag,
}

/// A document of a country.
#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentTypeBody {
    /// Its name where it is used
    display_name: &'static str,
    /// What it is
    #[schema(value_type = String, example = "national-id")]
    document_type: DocumentType,
    /// Links to examples; none are shown
    #[schema(value_type = Vec<String>)]
    examples: [String; 0],
}

/// A flag.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct Flag {
    /// Link to it; empty, because none is shown
    url: String,
}

/// Which documents can be validated, by country.
pub fn document_selection() -> DocumentSelection {
    let of = |country: DocumentCountry| {
        let own = SUPPORTED
            .iter()
            .filter(move |supported| supported.kind.country == country);
        own.map(|supported| DocumentTypeBody {
            display_name: supported.name,
            document_type: supported.kind.document_type,
            examples: [],
        })
        .collect::<Vec<_>>()
    };
    let countries = DocumentCountry::ALL.iter().map(|country| CountryBody {
        country: *country,
        display_name: country.name(Language::Es),
        document_types: of(*country),
        flag: Flag::default(),
    });
    DocumentSelection {
        countries: countries
            .filter(|country| !country.document_types.is_empty())
            .collect(),
    }
}
