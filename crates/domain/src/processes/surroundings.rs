//! Where and on what a process was begun, as whoever began it says (`contract/identity-wire.md` §5.3 and §5.5).

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::{
    fields::{FieldErrors, Fields},
    validations::request::PhoneLocale,
};

/// Longest text, in characters.
const LONGEST: usize = 100;

/// Where and on what a process was begun.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Surroundings {
    /// The address that it was begun from, where that is not the one that we see.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_address: Option<IpAddr>,
    /// Latitude and longitude that the address leads to.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub geolocation_ip: String,
    /// Latitude and longitude that the device tells, or `denied`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub geolocation_device: String,
    /// The city.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub city: String,
    /// The language of the person, in which messages are written where the flow names none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<PhoneLocale>,
    /// The device.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<Device>,
}

/// A device.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Device {
    /// Its model.
    pub model: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its operating system.
    pub os: String,
    /// Its operating system's version.
    pub os_version: String,
    /// Its browser.
    pub browser: String,
    /// Its browser's version.
    pub browser_version: String,
}

impl Surroundings {
    /// Reads what is said besides when a process is begun.
    ///
    /// # Errors
    /// Every field that is wrong.
    pub fn parse(fields: &Fields) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let ip_address = fields.get("process_ip").and_then(|address| {
            let read = address.trim().parse();
            read.map_err(|_| errors.push("process_ip", "must be an IP address"))
                .ok()
        });
        let mut text = |name: &str| fields.text(name, LONGEST, &mut errors).unwrap_or_default();
        let device = Device {
            model: text("device_info.model"),
            kind: text("device_info.type"),
            os: text("device_info.os"),
            os_version: text("device_info.os_version"),
            browser: text("device_info.browser"),
            browser_version: text("device_info.browser_version"),
        };
        let surroundings = Self {
            ip_address,
            geolocation_ip: text("geolocation_ip"),
            geolocation_device: text("geolocation_device"),
            city: text("city"),
            language: language(&text("lang")),
            device: Some(device).filter(|device| *device != Device::default()),
        };
        errors.into_result()?;
        Ok(surroundings)
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The language of a tag such as `es-CO`; one that we do not write in is none.
fn language(tag: &str) -> Option<PhoneLocale> {
    match tag.get(..2)?.to_ascii_lowercase().as_str() {
        "es" => Some(PhoneLocale::Es),
        "en" => Some(PhoneLocale::En),
        "pt" => Some(PhoneLocale::PtBr),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(json: Value) -> Result<Surroundings, FieldErrors> {
        Surroundings::parse(&Fields::from_json(json).unwrap())
    }

    #[test]
    fn what_is_said_is_kept_and_what_cannot_be_is_named() {
        let said = read(json!({
            "process_ip": "192.0.2.7", "geolocation_ip": "4.6, -74.1", "city": "Bogotá", "lang": "PT-br",
            "device_info": {"model": "Pixel", "type": "mobile", "unknown": 1},
        }))
        .unwrap();
        assert_eq!(said.ip_address, Some([192, 0, 2, 7].into()));
        assert_eq!(said.language, Some(PhoneLocale::PtBr));
        let device = said.device.unwrap();
        assert_eq!((device.model.as_str(), device.kind.as_str()), ("Pixel", "mobile"));
        assert!(read(json!({"lang": "ñ"})).unwrap().is_empty());
        let wrong = read(json!({
            "process_ip": "home", "city": "a\nb", "device_info": {"os": "a".repeat(101)},
        }))
        .unwrap_err();
        let mut named: Vec<&str> = wrong.0.iter().map(|error| error.field.as_str()).collect();
        named.sort_unstable();
        assert_eq!(named, ["city", "device_info.os", "process_ip"]);
    }
}
