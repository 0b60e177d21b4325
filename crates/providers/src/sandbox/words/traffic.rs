//! Vehicles, licences and fines.

use cotejo_domain::country::Country;

use super::Phrase;

/// A model that is sold in the region.
#[derive(Debug)]
pub(in crate::sandbox) struct Model {
    /// Its maker.
    pub(in crate::sandbox) make: &'static str,
    /// Its name.
    pub(in crate::sandbox) name: &'static str,
    /// First three characters of its identification number.
    pub(in crate::sandbox) world_maker: &'static str,
    /// What it is.
    pub(in crate::sandbox) body: &'static Body,
}

/// A kind of vehicle.
#[derive(Debug)]
pub(in crate::sandbox) struct Body {
    /// What a registry calls it.
    pub(in crate::sandbox) kind: Phrase,
    /// UNECE category.
    pub(in crate::sandbox) category: &'static str,
    /// How many people or, for lorries, in the cabin.
    pub(in crate::sandbox) capacity: u16,
    /// Doors.
    pub(in crate::sandbox) doors: u16,
}

const CAR: Body = Body {
    kind: Phrase("AUTOMOVIL", "AUTOMOVEL", "CAR"),
    category: "M1",
    capacity: 5,
    doors: 5,
};
const SALOON: Body = Body {
    kind: Phrase("AUTOMOVIL", "AUTOMOVEL", "CAR"),
    category: "M1",
    capacity: 5,
    doors: 4,
};
const PICKUP: Body = Body {
    kind: Phrase("CAMIONETA", "CAMINHONETE", "PICKUP"),
    category: "N1",
    capacity: 5,
    doors: 4,
};
const LORRY: Body = Body {
    kind: Phrase("CAMION", "CAMINHAO", "LORRY"),
    category: "N3",
    capacity: 3,
    doors: 2,
};
const BIKE: Body = Body {
    kind: Phrase("MOTOCICLETA", "MOTOCICLETA", "MOTORCYCLE"),
    category: "L3",
    capacity: 2,
    doors: 0,
};

const fn model(
    make: &'static str,
    name: &'static str,
    world_maker: &'static str,
    body: &'static Body,
) -> Model {
    Model {
        make,
        name,
        world_maker,
        body,
    }
}

/// Models for car plates.
pub(in crate::sandbox) const MODELS: &[Model] = &[
    model("CHEVROLET", "ONIX", "9BG", &CAR),
    model("CHEVROLET", "SAIL", "LSG", &SALOON),
    model("CHEVROLET", "SPARK", "9GA", &CAR),
    model("CHEVROLET", "D-MAX", "8LB", &PICKUP),
    model("RENAULT", "LOGAN", "9FB", &SALOON),
    model("RENAULT", "DUSTER", "9FB", &CAR),
    model("RENAULT", "SANDERO", "93Y", &CAR),
    model("FIAT", "STRADA", "9BD", &PICKUP),
    model("FIAT", "ARGO", "9BD", &CAR),
    model("VOLKSWAGEN", "GOL", "9BW", &CAR),
    model("VOLKSWAGEN", "JETTA", "3VW", &SALOON),
    model("NISSAN", "VERSA", "3N1", &SALOON),
    model("NISSAN", "FRONTIER", "3N6", &PICKUP),
    model("TOYOTA", "COROLLA", "9BR", &SALOON),
    model("TOYOTA", "HILUX", "8AJ", &PICKUP),
    model("TOYOTA", "YARIS", "MR2", &CAR),
    model("HYUNDAI", "ACCENT", "KMH", &SALOON),
    model("HYUNDAI", "TUCSON", "KMH", &CAR),
    model("KIA", "RIO", "KNA", &CAR),
    model("KIA", "SPORTAGE", "KNA", &CAR),
    model("MAZDA", "3", "3MZ", &SALOON),
    model("FORD", "RANGER", "8AF", &PICKUP),
    model("SUZUKI", "SWIFT", "MA3", &CAR),
    model("HINO", "SERIE 500", "9F3", &LORRY),
];

/// Models for plates of motorcycles.
pub(in crate::sandbox) const BIKES: &[Model] = &[
    model("YAMAHA", "FZ 150", "9FK", &BIKE),
    model("HONDA", "CB 125F", "9C2", &BIKE),
    model("BAJAJ", "PULSAR NS 200", "MD2", &BIKE),
    model("SUZUKI", "GN 125", "9FS", &BIKE),
];

/// Colours.
pub(in crate::sandbox) const COLOURS: &[Phrase] = &[
    Phrase("BLANCO", "BRANCA", "WHITE"),
    Phrase("GRIS PLATA", "PRATA", "SILVER"),
    Phrase("NEGRO", "PRETA", "BLACK"),
    Phrase("ROJO", "VERMELHA", "RED"),
    Phrase("AZUL", "AZUL", "BLUE"),
    Phrase("GRIS", "CINZA", "GREY"),
];

/// Categories of driving licences: each entry is what one licence holds.
pub(in crate::sandbox) const fn licences(country: Country) -> &'static [&'static [&'static str]] {
    match country {
        Country::All => &[&["B"]],
        Country::Br => &[&["B"], &["A", "B"], &["D"], &["A", "D"]],
        Country::Co => &[&["B1"], &["A2", "B1"], &["C1"], &["A2", "C2"]],
        Country::Cl => &[&["B"], &["B", "C"], &["A2", "B"], &["A4", "B"]],
        Country::Mx => &[&["A"], &["A", "C"], &["B"], &["E"]],
        Country::Pe => &[&["A-I"], &["A-IIA"], &["A-IIB"], &["A-I", "B-IIB"]],
        Country::Cr => &[&["B1"], &["A2", "B1"], &["B2"], &["B3"]],
    }
}

/// What drivers are fined for.
pub(in crate::sandbox) const INFRACTIONS: &[Phrase] = &[
    Phrase(
        "EXCEDER EL LIMITE DE VELOCIDAD",
        "EXCESSO DE VELOCIDADE",
        "SPEEDING",
    ),
    Phrase(
        "NO DETENERSE ANTE LUZ ROJA",
        "AVANCAR SINAL VERMELHO",
        "RED LIGHT",
    ),
    Phrase(
        "ESTACIONAR EN SITIO PROHIBIDO",
        "ESTACIONAR EM LOCAL PROIBIDO",
        "PARKING",
    ),
    Phrase(
        "CONDUCIR SIN CINTURON DE SEGURIDAD",
        "NAO USAR O CINTO DE SEGURANCA",
        "SEAT BELT",
    ),
    Phrase(
        "USAR EL CELULAR AL CONDUCIR",
        "USAR CELULAR AO VOLANTE",
        "MOBILE PHONE",
    ),
];
