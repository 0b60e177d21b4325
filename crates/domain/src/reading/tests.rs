use chrono::NaiveDate;

use super::*;
use crate::validations::{
    DeclinedReason, DocumentCountry, DocumentKind, DocumentType, Field, SubKind, SubResult,
};

fn line(text: &str, left: f32, top: f32) -> Line {
    let letters = u16::try_from(text.chars().count()).unwrap();
    Line {
        text: text.to_owned(),
        confidence: 0.98,
        area: Area {
            left,
            top,
            width: 15.0 * f32::from(letters),
            height: 28.0,
        },
    }
}

fn side(lines: &[(&str, f32, f32)]) -> SideReading {
    SideReading {
        width: 1012,
        height: 638,
        turned: 0,
        quality: Quality {
            sharpness: 2_000.0,
            colour: 18.0,
            screen: 8.0,
            glare: 0.0,
            light: 230.0,
        },
        lines: lines
            .iter()
            .map(|(text, left, top)| line(text, *left, *top))
            .collect(),
        zone: None,
        barcodes: Vec::new(),
        faces: vec![Portrait {
            area: Area {
                left: 700.0,
                top: 200.0,
                width: 150.0,
                height: 200.0,
            },
            turned: 0,
            score: 0.93,
        }],
    }
}

/// A made-up citizen of Colombia.
fn cedula() -> (SideReading, SideReading) {
    let front = side(&[
        ("REPÚBLICA DE COLOMBIA", 60.0, 30.0),
        ("IDENTIFICACION PERSONAL", 60.0, 78.0),
        ("CEDULA DE CIUDADANIA", 60.0, 112.0),
        ("NUMERO 1.012.345.678", 60.0, 165.0),
        ("MUÑOZ DE LA CRUZ", 60.0, 230.0),
        ("APELLIDOS", 60.0, 266.0),
        ("ANA MARÍA", 60.0, 320.0),
        ("NOMBRES", 60.0, 356.0),
    ]);
    let mut back = side(&[
        ("FECHA DE NACIMIENTO 31-ENE-1990", 330.0, 30.0),
        ("CALI", 330.0, 70.0),
        ("(VALLE)", 330.0, 106.0),
        ("LUGAR DE NACIMIENTO", 330.0, 142.0),
        ("1.65", 330.0, 178.0),
        ("O+", 520.0, 178.0),
        ("F", 700.0, 178.0),
        ("ESTATURA", 330.0, 214.0),
        ("G.S. RH", 520.0, 214.0),
        ("SEXO", 700.0, 214.0),
        ("15-FEB-2008 BOGOTÁ D.C.", 330.0, 252.0),
        ("FECHA Y LUGAR DE EXPEDICION", 330.0, 288.0),
        ("INDICE DERECHO", 60.0, 330.0),
    ]);
    back.faces.clear();
    back.barcodes.push(Barcode {
        kind: BarcodeKind::Pdf417,
        bytes: code("1012345678", "19900131"),
    });
    (front, back)
}

fn code(number: &str, birth: &str) -> Vec<u8> {
    let mut bytes = vec![0u8; 531];
    for (at, text) in [
        (24, "PubDSK_1"),
        (48, number),
        (58, "MU\u{d1}OZ"),
        (81, "DE LA CRUZ"),
        (104, "ANA"),
        (127, "MARIA"),
        (150, &format!("0F{birth}")),
        (166, "O+"),
    ] {
        for (to, c) in bytes[at..].iter_mut().zip(text.chars()) {
            *to = u8::try_from(u32::from(c)).unwrap();
        }
    }
    bytes
}

fn zone() -> Zone {
    Zone {
        format: ZoneFormat::Td1,
        document_code: "ID".to_owned(),
        issuer: "MEX".to_owned(),
        number: "123456789".to_owned(),
        surnames: "HERRERA MUNOZ".to_owned(),
        names: "INES ANGELA".to_owned(),
        nationality: "MEX".to_owned(),
        birth: Some("1996-02-26".to_owned()),
        expiry: Some("2033-12-31".to_owned()),
        sex: Some('M'),
        optional_1: Some("1234012345678".to_owned()),
        optional_2: None,
        checks: ZoneChecks {
            number: Some(true),
            birth: Some(true),
            expiry: Some(true),
            personal: None,
            composite: Some(false),
        },
        repaired: false,
        lines:
            "IDMEX1234567897<<1234012345678\n9602267M3312315MEX<<<<<<<<<<<5\nHERRERA<MUNOZ<<INES<ANGELA<<<<"
                .to_owned(),
    }
}

/// A made-up voter of Mexico.
fn ine() -> (SideReading, SideReading) {
    let curp = crate::identifiers::complete(crate::identifiers::Kind::MxCurp, "HEMI960226MDFRXN0").unwrap();
    let front = side(&[
        ("INSTITUTO NACIONAL ELECTORAL", 330.0, 22.0),
        ("CREDENCIAL PARA VOTAR", 330.0, 62.0),
        ("NOMBRE", 330.0, 112.0),
        ("FECHA DE NACIMIENTO", 760.0, 112.0),
        ("HERRERA", 330.0, 136.0),
        ("26/02/1996", 760.0, 138.0),
        ("MUÑOZ", 330.0, 172.0),
        ("SEXO M", 760.0, 174.0),
        ("INÉS ÁNGELA", 330.0, 208.0),
        ("DOMICILIO", 330.0, 252.0),
        ("C FALSA 123", 330.0, 276.0),
        ("COL CENTRO 06000", 330.0, 312.0),
        ("CUAUHTEMOC, CDMX", 330.0, 348.0),
        (&format!("CURP {curp}"), 330.0, 440.0),
        ("ESTADO 09 MUNICIPIO 015 SECCIÓN 1234", 330.0, 484.0),
        ("LOCALIDAD 0001 EMISIÓN 2023 VIGENCIA 2033", 330.0, 528.0),
    ]);
    let mut back = side(&[
        ("INSTITUTO NACIONAL ELECTORAL", 60.0, 60.0),
        ("IDMEX", 50.0, 400.0),
    ]);
    back.faces.clear();
    back.zone = Some(zone());
    (front, back)
}

const fn kind(country: DocumentCountry, document_type: DocumentType) -> DocumentKind {
    DocumentKind {
        country,
        document_type,
    }
}

const CO: DocumentKind = kind(DocumentCountry::Co, DocumentType::NationalId);
const MX: DocumentKind = kind(DocumentCountry::Mx, DocumentType::NationalId);

fn expected(kind: DocumentKind) -> Expected<'static> {
    Expected {
        kind,
        today: NaiveDate::from_ymd_opt(2026, 6, 1).unwrap(),
        account_number: None,
        age_limit: None,
    }
}

#[test]
fn a_picture_of_one_side_is_looked_at_by_itself() {
    use crate::{reading::PictureFault as F, validations::Slot as S};
    let (front, back) = cedula();
    let national = kind(DocumentCountry::Co, DocumentType::NationalId);
    let passport = kind(DocumentCountry::All, DocumentType::Passport);
    let with = |side: &SideReading, change: &dyn Fn(&mut SideReading)| {
        let mut side = side.clone();
        change(&mut side);
        side
    };
    let empty = side(&[]);
    let faint = |side: &mut SideReading| side.lines.iter_mut().for_each(|line| line.confidence = 0.4);
    for (kind, slot, side, expected) in [
        (national, S::Front, front.clone(), None),
        (national, S::Reverse, back.clone(), None),
        (national, S::Front, back.clone(), Some(F::FrontOfDocumentNotFound)),
        (
            national,
            S::Reverse,
            front.clone(),
            Some(F::BackOfDocumentNotFound),
        ),
        (passport, S::Front, front.clone(), Some(F::DocumentNotFound)),
        (national, S::Front, empty.clone(), Some(F::DocumentNotFound)),
        (
            national,
            S::Front,
            with(&front, &|side| side.faces.clear()),
            Some(F::FaceNotFound),
        ),
        (
            national,
            S::Front,
            with(&front, &|side| side.quality.sharpness = 10.0),
            Some(F::BlurryImage),
        ),
        // What is read all the same is sharp and light enough.
        (
            national,
            S::Front,
            with(&front, &|side| side.quality.sharpness = 150.0),
            None,
        ),
        (
            national,
            S::Front,
            with(&front, &|side| side.quality.light = 40.0),
            None,
        ),
        (
            national,
            S::Front,
            with(&empty, &|side| side.quality.light = 40.0),
            Some(F::LowLight),
        ),
        (
            national,
            S::Front,
            with(&front, &|side| {
                faint(side);
                side.quality.glare = 0.2;
            }),
            Some(F::ImageWithReflection),
        ),
        // A barcode that was read needs no more light.
        (
            national,
            S::Reverse,
            with(&back, &|side| {
                side.lines.clear();
                side.quality.light = 40.0;
            }),
            None,
        ),
    ] {
        assert_eq!(fault(kind, slot, &side), expected, "{kind:?} {slot}");
    }
}

#[test]
fn a_citizens_card_says_all_that_it_says() {
    let (front, back) = cedula();
    let judged = judge(&expected(CO), &front, Some(&back));
    assert_eq!(judged.declined_reason(), None, "{judged:?}");
    assert_eq!(judged.layout, Some(Layout::CoCedula));
    for (field, value) in [
        (Field::DocumentNumber, "1012345678"),
        (Field::Name, "ANA MARÍA"),
        (Field::LastName, "MUÑOZ DE LA CRUZ"),
        (Field::FirstLastName, "MUÑOZ"),
        (Field::SecondLastName, "DE LA CRUZ"),
        (Field::Gender, "female"),
        (Field::DateOfBirth, "1990-01-31T00:00:00Z"),
        (Field::BirthPlace, "CALI"),
        (Field::Height, "1.65"),
        (Field::Rh, "O+"),
        (Field::IssueDate, "2008-02-15T00:00:00Z"),
        (Field::ExpeditionPlace, "BOGOTÁ D.C."),
    ] {
        assert_eq!(judged.fields.get(field), Some(value), "{field}");
    }
}

#[test]
fn a_voters_card_says_all_that_it_says() {
    let (front, back) = ine();
    let judged = judge(&expected(MX), &front, Some(&back));
    assert_eq!(judged.declined_reason(), None, "{judged:?}");
    for (field, value) in [
        (Field::Name, "INÉS ÁNGELA"),
        (Field::FirstLastName, "HERRERA"),
        (Field::SecondLastName, "MUÑOZ"),
        // In Mexico M is a woman.
        (Field::Gender, "female"),
        (Field::PostalCode, "06000"),
        (Field::Street, "C FALSA 123"),
        (Field::Section, "1234"),
        (Field::Cic, "123456789"),
        (Field::Ocr, "1234012345678"),
        (Field::CitizenId, "012345678"),
        (Field::ExpirationDate, "2033-12-31T00:00:00Z"),
        (Field::IssueDate, "2023-01-01T00:00:00Z"),
    ] {
        assert_eq!(judged.fields.get(field), Some(value), "{field}");
    }
}

/// Something done to a document, and what it is declined for then.
type Fault = (
    &'static str,
    fn(&mut SideReading, &mut SideReading),
    DeclinedReason,
);

fn replace(side: &mut SideReading, from: &str, to: &str) {
    for line in &mut side.lines {
        line.text = line.text.replace(from, to);
    }
}

#[test]
fn each_fault_of_a_citizens_card_has_its_reason() {
    use DeclinedReason as R;
    let faults: &[Fault] = &[
        (
            "no portrait",
            |front, _| front.faces.clear(),
            R::FaceNotFoundInDocument,
        ),
        (
            "a tiny portrait",
            |front, _| front.faces[0].area.height = 20.0,
            R::FaceNotClear,
        ),
        ("no text", |front, _| front.lines.clear(), R::OcrNoTextDetected),
        (
            "no text because of blur",
            |front, _| {
                front.lines.clear();
                front.quality.sharpness = 60.0;
            },
            R::BlurryImage,
        ),
        (
            "nothing but blur",
            |front, _| front.quality.sharpness = 5.0,
            R::BlurryImage,
        ),
        ("little text", |front, _| front.lines.truncate(3), R::MissingText),
        (
            "doubtful text",
            |front, _| {
                for line in &mut front.lines {
                    line.confidence = 0.6;
                }
            },
            R::ImageTextValidationNotPassed,
        ),
        (
            "too dark to read",
            |front, _| {
                front.quality.light = 50.0;
                replace(front, "ANA MARÍA", "PEDRO LUIS");
            },
            R::ImageTextValidationNotPassed,
        ),
        (
            "no colour",
            |front, _| front.quality.colour = 2.0,
            R::DocumentIsAPhotocopy,
        ),
        (
            "no number",
            |front, back| {
                replace(front, "1.012.345.678", "");
                back.barcodes.clear();
            },
            R::MissingDocumentNumber,
        ),
        (
            "no names",
            |front, back| {
                replace(front, "ANA MARÍA", "");
                back.barcodes.clear();
            },
            R::MissingNames,
        ),
        (
            "no birth",
            |_, back| {
                replace(back, "31-ENE-1990", "");
                back.barcodes.clear();
            },
            R::MissingDateOfBirth,
        ),
        (
            "no sex",
            |_, back| {
                back.lines.retain(|line| line.text != "F");
                back.barcodes.clear();
            },
            R::MissingGender,
        ),
        (
            "another number in the barcode",
            |_, back| back.barcodes[0].bytes = code("1012345679", "19900131"),
            R::InvalidQrContent,
        ),
        (
            "another birth in the barcode",
            |_, back| back.barcodes[0].bytes = code("1012345678", "19910131"),
            R::DataInconsistency,
        ),
        (
            "other names",
            |front, _| replace(front, "ANA MARÍA", "PEDRO LUIS"),
            R::DataInconsistency,
        ),
        (
            "a number that is none",
            |front, back| {
                replace(front, "1.012.345.678", "0.000.000.000");
                back.barcodes.clear();
            },
            R::MissingDocumentNumber,
        ),
        (
            "issued tomorrow",
            |_, back| replace(back, "FEB-2008", "FEB-2030"),
            R::InvalidIssueDate,
        ),
        (
            "issued to a child",
            |_, back| replace(back, "FEB-2008", "FEB-2001"),
            R::InvalidIssueDate,
        ),
        (
            "a minor",
            |_, back| {
                replace(back, "1990", "2015");
                replace(back, "15-FEB-2008", "");
                back.barcodes.clear();
            },
            R::Underage,
        ),
        (
            "as old as nobody",
            |_, back| {
                replace(back, "1990", "1901");
                back.barcodes.clear();
            },
            R::AgeAboveThreshold,
        ),
        (
            "the front twice",
            |front, back| *back = front.clone(),
            R::ReverseDocumentNotFound,
        ),
        (
            "sides changed",
            |front, back| {
                std::mem::swap(front, back);
                front.faces.clone_from(&back.faces);
            },
            R::FrontDocumentNotFound,
        ),
        (
            "an empty back",
            |_, back| {
                back.lines.clear();
                back.barcodes.clear();
            },
            R::OcrNoTextDetected,
        ),
        (
            "another document",
            |front, _| *front = ine().0,
            R::DocumentNotRecognized,
        ),
    ];
    for (name, fault, reason) in faults {
        let (mut front, mut back) = cedula();
        fault(&mut front, &mut back);
        let judged = judge(&expected(CO), &front, Some(&back));
        assert_eq!(judged.declined_reason(), Some(*reason), "{name}: {judged:?}");
        assert_eq!(finder(*reason), Finder::Rule, "{reason}");
    }
}

#[test]
fn each_fault_of_a_voters_card_has_its_reason() {
    use DeclinedReason as R;
    let zone = |back: &mut SideReading, change: fn(&mut Zone)| back.zone.iter_mut().for_each(change);
    let cases: Vec<(&str, Box<dyn Fn(&mut SideReading, &mut SideReading)>, R)> = vec![
        ("no zone", Box::new(|_, back| back.zone = None), R::MissingMrz),
        (
            "a zone that is none",
            Box::new(|_, back| {
                back.zone = None;
                back.lines.push(line("IDMEX<<<<<<<<<<<<<<<<<<<<<<<<", 0.0, 400.0));
                back.lines.push(line("HERRERA<MUNOZ<<INES<<<<<<<<<<", 0.0, 460.0));
            }),
            R::InvalidMrzFormat,
        ),
        (
            "a wrong digit",
            Box::new(move |_, back| zone(back, |zone| zone.checks.birth = Some(false))),
            R::InvalidMrz,
        ),
        (
            "another birth in the zone",
            Box::new(move |_, back| zone(back, |zone| zone.birth = Some("1996-02-27".to_owned()))),
            R::DataInconsistency,
        ),
        (
            "somebody else's zone",
            Box::new(move |_, back| {
                zone(back, |zone| {
                    zone.surnames = "PEREZ GIL".to_owned();
                    zone.names = "LUCIA".to_owned();
                })
            }),
            R::DataInconsistency,
        ),
        (
            "another year of expiry",
            Box::new(move |_, back| zone(back, |zone| zone.expiry = Some("2034-12-31".to_owned()))),
            R::ProductionDataInconsistency,
        ),
        (
            "a CURP with another digit",
            Box::new(|front, _| replace(front, "HEMI960226MDF", "HEMI960226MJC")),
            R::InvalidCurp,
        ),
        (
            "a CURP of a man",
            Box::new(|front, _| replace(front, "HEMI960226M", "HEMI960226H")),
            R::DataInconsistency,
        ),
        (
            "expired",
            Box::new(move |front, back| {
                replace(front, "2023 VIGENCIA 2033", "2014 VIGENCIA 2024");
                zone(back, |zone| zone.expiry = Some("2024-12-31".to_owned()));
            }),
            R::DocumentHasExpired,
        ),
        (
            "a postal code that is none",
            Box::new(|front, _| replace(front, "06000", "00123")),
            R::InvalidPostalCode,
        ),
        (
            "no postal code",
            Box::new(|front, _| replace(front, "06000", "")),
            R::MissingPostalCode,
        ),
    ];
    for (name, fault, reason) in &cases {
        let (mut front, mut back) = ine();
        fault(&mut front, &mut back);
        let judged = judge(&expected(MX), &front, Some(&back));
        assert_eq!(judged.declined_reason(), Some(*reason), "{name}: {judged:?}");
    }
}

#[test]
fn what_is_known_of_the_account_counts() {
    let (front, back) = cedula();
    let judged = |account: Option<&'static str>, limit| {
        let expected = Expected {
            account_number: account,
            age_limit: limit,
            ..expected(CO)
        };
        judge(&expected, &front, Some(&back)).declined_reason()
    };
    assert_eq!(judged(Some("1.012.345.678"), Some(70)), None);
    assert_eq!(
        judged(Some("1012345679"), None),
        Some(DeclinedReason::DocumentDoesNotMatchAccountId)
    );
    assert_eq!(judged(None, Some(30)), Some(DeclinedReason::AgeAboveLimit));
}

#[test]
fn a_grid_warns_and_declines_nobody() {
    let (mut front, back) = cedula();
    front.quality.screen = 300.0;
    let judged = judge(&expected(CO), &front, Some(&back));
    assert_eq!(judged.declined_reason(), None);
    let part = judged
        .parts
        .iter()
        .find(|part| part.kind == SubKind::PhotoOfPhoto)
        .unwrap();
    assert_eq!(part.result, SubResult::Invalid);
}

#[test]
fn the_other_country_is_not_recognised_and_unknown_layouts_are_skipped() {
    let (front, back) = cedula();
    let mexican = judge(&expected(MX), &front, Some(&back));
    assert_eq!(
        mexican.declined_reason(),
        Some(DeclinedReason::DocumentNotRecognized)
    );
    let unknown = kind(DocumentCountry::Bo, DocumentType::NationalId);
    let plain = side(&[
        ("ESTADO PLURINACIONAL DE BOLIVIA", 0.0, 0.0),
        ("CEDULA DE IDENTIDAD", 0.0, 50.0),
        ("No. 1234567", 0.0, 100.0),
        ("SERIE 12", 0.0, 150.0),
    ]);
    let judged = judge(&expected(unknown), &plain, None);
    assert_eq!(judged.declined_reason(), None, "{judged:?}");
    assert_eq!(judged.parts[0].result, SubResult::Skipped);
}

#[test]
fn readings_are_kept_whole_and_say_nothing_in_logs() {
    let (_, back) = cedula();
    let kept = serde_json::to_string(&back).unwrap();
    assert_eq!(serde_json::from_str::<SideReading>(&kept).unwrap(), back);
    let shown = format!("{back:?} {:?}", ine().1);
    for secret in ["CALI", "1990", "HERRERA", "123456789"] {
        assert!(!shown.contains(secret), "{secret}");
    }
}

#[test]
fn every_reason_has_a_finder() {
    let rules = DeclinedReason::ALL
        .iter()
        .filter(|reason| finder(**reason) == Finder::Rule)
        .count();
    assert!(rules >= 35, "{rules}");
}

#[test]
fn odd_readings_never_panic() {
    let (front, back) = cedula();
    for cut in 0..front.lines.len() {
        let mut odd = front.clone();
        odd.lines.remove(cut);
        odd.lines.push(line("", f32::NAN, f32::INFINITY));
        odd.lines.push(line("ÁÉÍ 𝒳 …… ((( 99/99/9999 )))", -1e9, 1e9));
        for kind in [CO, MX, kind(DocumentCountry::All, DocumentType::Passport)] {
            let _ = judge(&expected(kind), &odd, Some(&back));
        }
    }
}
