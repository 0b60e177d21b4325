//! Which addresses the deployment calls for its clients.
//!
//! A client's URL is called from inside the deployment's network, where addresses mean more than outside: a
//! cloud's metadata service, a database, this very program. So only public unicast addresses are permitted,
//! and what the operator allows besides.
//!
//! Addresses are judged and never names: what a name means is asked when it is called, by
//! [`super::Outbound`], which shows each address to this guard. A name that means something else by then
//! gains nothing.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::Arc,
};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use url::{Host, Url};

/// Longest URL that is called, in characters.
pub const LONGEST_URL: usize = 2048;

/// What is not public although it is in IPv4, after IANA's registry of special purposes.
const SPECIAL_V4: [Ipv4Net; 16] = [
    v4(0, 0, 0, 0, 8),        // this network
    v4(10, 0, 0, 0, 8),       // private
    v4(100, 64, 0, 0, 10),    // carriers' NAT
    v4(127, 0, 0, 0, 8),      // loopback
    v4(168, 63, 129, 16, 32), // Azure's own services, public only by its number
    v4(169, 254, 0, 0, 16),   // link-local, and most clouds' metadata
    v4(172, 16, 0, 0, 12),    // private
    v4(192, 0, 0, 0, 24),     // IETF protocols
    v4(192, 0, 2, 0, 24),     // documentation
    v4(192, 88, 99, 0, 24),   // relays of 6to4
    v4(192, 168, 0, 0, 16),   // private
    v4(198, 18, 0, 0, 15),    // benchmarking
    v4(198, 51, 100, 0, 24),  // documentation
    v4(203, 0, 113, 0, 24),   // documentation
    v4(224, 0, 0, 0, 4),      // multicast
    v4(240, 0, 0, 0, 4),      // reserved, and broadcast
];

/// What IANA gives out of IPv6. Loopback, unique-local, link-local, site-local and multicast lie outside of
/// it.
const UNICAST_V6: Ipv6Net = v6(0x2000, 0, 3);

/// What is not public although it is in [`UNICAST_V6`].
const SPECIAL_V6: [Ipv6Net; 4] = [
    v6(0x2001, 0, 23),     // IETF protocols, Teredo among them
    v6(0x2001, 0xdb8, 32), // documentation
    v6(0x2002, 0, 16),     // 6to4
    v6(0x3fff, 0, 20),     // documentation
];

const fn v4(a: u8, b: u8, c: u8, d: u8, length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

const fn v6(first: u16, second: u16, length: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(first, second, 0, 0, 0, 0, 0, 0), length)
}

/// Decides which addresses may be called. Cheap to clone; the default permits public addresses only.
#[derive(Debug, Clone, Default)]
pub struct Guard {
    allowed: Arc<[IpNet]>,
}

/// A setting that is no list of networks.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no network in CIDR notation, such as 10.0.0.0/8")]
pub struct InvalidCidrs(String);

/// Why a URL is not called. The text says what it must be, for an answer that names the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// Longer than [`LONGEST_URL`].
    #[error("must be at most {LONGEST_URL} characters")]
    TooLong,
    /// Relative, of another scheme, or without a host.
    #[error("must be an absolute http or https URL")]
    NotHttp,
    /// It would put credentials into logs and lists.
    #[error("must be a URL without user name and password")]
    UserInfo,
    /// Nothing listens on port 0.
    #[error("must be a URL with a port from 1 to 65535")]
    Port,
    /// Its host is an address that [`Guard::permits`] refuses.
    #[error("must be a URL with a public host")]
    NotPermitted,
}

impl Guard {
    /// A guard that permits the given networks besides public addresses: `10.0.0.0/8, fd00::/8`; empty for
    /// none.
    pub fn parse(cidrs: &str) -> Result<Self, InvalidCidrs> {
        let allowed = cidrs
            .split(',')
            .map(str::trim)
            .filter(|cidr| !cidr.is_empty())
            .map(|cidr| cidr.parse().map_err(|_| InvalidCidrs(cidr.to_owned())))
            .collect::<Result<_, _>>()?;
        Ok(Self { allowed })
    }

    /// Whether the address may be called. IPv6 that only carries IPv4 is judged as the IPv4, also by what is
    /// allowed.
    pub fn permits(&self, address: IpAddr) -> bool {
        let address = carried(address);
        self.allowed.iter().any(|network| network.contains(&address)) || is_public(address)
    }

    /// Reads a URL that a client gave. What its host's name means is not asked here.
    pub fn check_url(&self, text: &str) -> Result<Url, UrlError> {
        if text.chars().count() > LONGEST_URL {
            return Err(UrlError::TooLong);
        }
        let url = Url::parse(text).map_err(|_| UrlError::NotHttp)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(UrlError::NotHttp);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(UrlError::UserInfo);
        }
        if url.port() == Some(0) {
            return Err(UrlError::Port);
        }
        let permitted = match url.host().ok_or(UrlError::NotHttp)? {
            Host::Ipv4(address) => self.permits(address.into()),
            Host::Ipv6(address) => self.permits(address.into()),
            Host::Domain(name) => !is_localhost(name) || self.permits_loopback(),
        };
        if permitted {
            Ok(url)
        } else {
            Err(UrlError::NotPermitted)
        }
    }

    fn permits_loopback(&self) -> bool {
        self.permits(Ipv4Addr::LOCALHOST.into()) || self.permits(Ipv6Addr::LOCALHOST.into())
    }
}

/// The IPv4 address that an IPv6 one carries, where both lead to the same host: IPv4-mapped ones, and those
/// of NAT64, which is all that names mean in a network without IPv4.
fn carried(address: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = address else {
        return address;
    };
    match v6.segments() {
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)).into()
        }
        _ => address,
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !SPECIAL_V4.iter().any(|network| network.contains(&address)),
        IpAddr::V6(address) => {
            UNICAST_V6.contains(&address) && !SPECIAL_V6.iter().any(|network| network.contains(&address))
        }
    }
}

/// Names that mean loopback without being asked for (RFC 6761). They are in small letters in a [`Url`].
fn is_localhost(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    name == "localhost" || name.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn guard(cidrs: &str) -> Guard {
        Guard::parse(cidrs).unwrap()
    }

    #[test]
    fn only_public_addresses_are_permitted() {
        for (address, good) in [
            ("1.1.1.1", true),
            ("8.8.8.8", true),
            ("9.255.255.255", true),
            ("11.0.0.0", true),
            ("100.63.255.255", true),
            ("100.128.0.0", true),
            ("172.15.255.255", true),
            ("172.32.0.0", true),
            ("192.0.1.0", true),
            ("198.17.255.255", true),
            ("198.20.0.0", true),
            ("223.255.255.255", true),
            ("0.0.0.0", false),
            ("0.1.2.3", false),
            ("10.0.0.1", false),
            ("100.64.0.1", false),
            ("100.100.100.200", false),
            ("100.127.255.255", false),
            ("127.0.0.1", false),
            ("127.255.255.254", false),
            ("168.63.129.16", false),
            ("169.254.169.254", false),
            ("172.16.0.1", false),
            ("172.31.255.255", false),
            ("192.0.0.192", false),
            ("192.0.2.1", false),
            ("192.88.99.1", false),
            ("192.168.1.1", false),
            ("198.18.0.1", false),
            ("198.19.255.255", false),
            ("198.51.100.1", false),
            ("203.0.113.1", false),
            ("224.0.0.1", false),
            ("239.255.255.255", false),
            ("240.0.0.1", false),
            ("255.255.255.255", false),
            ("2606:4700::1111", true),
            ("2001:200::1", true),
            ("2a00:1450::1", true),
            ("3ffe::1", true),
            ("::", false),
            ("::1", false),
            ("::8.8.8.8", false),
            ("::127.0.0.1", false),
            ("::ffff:8.8.8.8", true),
            ("::ffff:127.0.0.1", false),
            ("::ffff:169.254.169.254", false),
            ("::ffff:0:8.8.8.8", false),
            ("64:ff9b::8.8.8.8", true),
            ("64:ff9b::10.0.0.1", false),
            ("64:ff9b:1::8.8.8.8", false),
            ("100::1", false),
            ("2001::1", false),
            ("2001:0:4136:e378:8000:63bf:3fff:fdd2", false),
            ("2001:2::1", false),
            ("2001:20::1", false),
            ("2001:db8::1", false),
            ("2002:808:808::1", false),
            ("2002:7f00:1::", false),
            ("3fff::1", false),
            ("4000::1", false),
            ("5f00::1", false),
            ("fc00::1", false),
            ("fd00:ec2::254", false),
            ("fe80::1", false),
            ("fec0::1", false),
            ("ff02::1", false),
        ] {
            assert_eq!(
                Guard::default().permits(address.parse().unwrap()),
                good,
                "{address}"
            );
        }
    }

    #[test]
    fn what_is_allowed_is_permitted_besides() {
        for (cidrs, address, good) in [
            ("", "127.0.0.1", false),
            ("127.0.0.0/8", "127.0.0.1", true),
            ("127.0.0.1/8", "127.9.9.9", true),
            ("127.0.0.0/8", "::ffff:127.0.0.1", true),
            ("127.0.0.0/8", "::1", false),
            ("10.0.0.0/8", "64:ff9b::10.0.0.1", true),
            ("::/0", "::ffff:127.0.0.1", false),
            (" 10.0.0.0/8 , ::1/128, ", "::1", true),
            ("10.0.0.0/8,::1/128", "10.255.255.255", true),
            ("10.0.0.0/8,::1/128", "8.8.8.8", true),
            ("10.0.0.0/8,::1/128", "11.0.0.1", true),
            ("10.0.0.0/8,::1/128", "192.168.0.1", false),
        ] {
            assert_eq!(
                guard(cidrs).permits(address.parse().unwrap()),
                good,
                "{cidrs}: {address}"
            );
        }
    }

    #[test]
    fn what_is_no_network_is_named() {
        for (cidrs, wrong) in [
            ("10.0.0.0", "10.0.0.0"),
            ("10.0.0.0/8;::1/128", "10.0.0.0/8;::1/128"),
            ("10.0.0.0/8, localhost", "localhost"),
            ("10.0.0.0/33", "10.0.0.0/33"),
        ] {
            assert_eq!(Guard::parse(cidrs).unwrap_err(), InvalidCidrs(wrong.to_owned()));
        }
    }

    #[test]
    fn urls() {
        use UrlError::{NotHttp, NotPermitted, Port, UserInfo};
        for (text, wrong) in [
            ("https://example.com", None),
            ("HTTPS://EXAMPLE.COM:8443/a?b=c#d", None),
            ("http://8.8.8.8/", None),
            ("http://[2606:4700::1111]/", None),
            ("https://español.example/", None),
            ("http://localhost.example/", None),
            ("http://notlocalhost/", None),
            ("", Some(NotHttp)),
            ("example.com/hook", Some(NotHttp)),
            ("/hook", Some(NotHttp)),
            ("//example.com/hook", Some(NotHttp)),
            ("ftp://example.com/", Some(NotHttp)),
            ("file:///etc/passwd", Some(NotHttp)),
            ("gopher://example.com/", Some(NotHttp)),
            ("javascript:alert(1)", Some(NotHttp)),
            ("http://", Some(NotHttp)),
            ("http://:80/", Some(NotHttp)),
            ("http://example.com:99999/", Some(NotHttp)),
            ("http://[::1/", Some(NotHttp)),
            ("https://user@example.com/", Some(UserInfo)),
            ("https://user:word@example.com/", Some(UserInfo)),
            ("https://:word@example.com/", Some(UserInfo)),
            ("http://example.com:0/", Some(Port)),
            ("http://127.0.0.1/", Some(NotPermitted)),
            ("http://127.1/", Some(NotPermitted)),
            ("http://127.0.0.1./", Some(NotPermitted)),
            ("http://0x7f.1/", Some(NotPermitted)),
            ("http://2130706433/", Some(NotPermitted)),
            ("http://017700000001/", Some(NotPermitted)),
            ("http://①②⑦.⓪.⓪.①/", Some(NotPermitted)),
            ("http://%31%32%37.0.0.1/", Some(NotPermitted)),
            ("http://0/", Some(NotPermitted)),
            ("http://[::1]/", Some(NotPermitted)),
            ("http://[::ffff:127.0.0.1]/", Some(NotPermitted)),
            ("http://[::ffff:7f00:1]/", Some(NotPermitted)),
            ("http://169.254.169.254/latest/meta-data", Some(NotPermitted)),
            ("http://localhost/", Some(NotPermitted)),
            ("http://LOCALHOST:8080/", Some(NotPermitted)),
            ("http://localhost./", Some(NotPermitted)),
            ("http://api.localhost/", Some(NotPermitted)),
        ] {
            assert_eq!(Guard::default().check_url(text).err(), wrong, "{text}");
        }
    }

    #[test]
    fn a_url_is_at_most_2048_characters() {
        let url = |length: usize| format!("{:ñ<length$}", "https://example.com/");
        assert!(Guard::default().check_url(&url(LONGEST_URL)).is_ok());
        assert_eq!(
            Guard::default().check_url(&url(LONGEST_URL + 1)),
            Err(UrlError::TooLong)
        );
    }

    #[test]
    fn localhost_is_permitted_with_either_loopback() {
        for (cidrs, good) in [("127.0.0.0/8", true), ("::1/128", true), ("10.0.0.0/8", false)] {
            assert_eq!(
                guard(cidrs).check_url("http://localhost:1/").is_ok(),
                good,
                "{cidrs}"
            );
        }
    }

    /// Addresses of which as many are special as public.
    fn addresses() -> impl Strategy<Value = Ipv4Addr> {
        let special = (prop::sample::select(&SPECIAL_V4[..]), any::<u32>())
            .prop_map(|(network, bits)| network.network().to_bits() | bits & network.hostmask().to_bits())
            .prop_map(Ipv4Addr::from_bits);
        prop_oneof![special, any::<u32>().prop_map(Ipv4Addr::from_bits)]
    }

    proptest! {
        #[test]
        fn nothing_that_std_knows_as_special_is_permitted(address in addresses()) {
            let special = address.is_loopback() || address.is_private() || address.is_link_local()
                || address.is_multicast() || address.is_broadcast() || address.is_documentation()
                || address.is_unspecified();
            prop_assert!(!(special && Guard::default().permits(address.into())));
        }

        #[test]
        fn carrying_an_address_in_ipv6_changes_nothing(address in addresses(), prefix in 0..=32_u8) {
            let allowed = Ipv4Net::new(address, prefix).unwrap();
            let [a, b, c, d] = address.octets().map(u16::from);
            let nat64 = Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, a << 8 | b, c << 8 | d);
            for guard in [Guard::default(), guard(&allowed.to_string())] {
                let judged = guard.permits(address.into());
                prop_assert_eq!(guard.permits(address.to_ipv6_mapped().into()), judged);
                prop_assert_eq!(guard.permits(nat64.into()), judged);
            }
            prop_assert!(guard(&allowed.to_string()).permits(address.into()));
        }

        #[test]
        fn ipv6_that_is_permitted_is_global_unicast(bits in any::<u128>(), top in prop::sample::select(
            &[0_u128, 0x20, 0x26, 0x3f, 0xfc, 0xfe, 0xff][..])) {
            let address = Ipv6Addr::from_bits(bits >> 8 | top << 120);
            let special = address.is_loopback() || address.is_unspecified() || address.is_multicast()
                || address.is_unique_local() || address.is_unicast_link_local();
            prop_assert!(!(special && Guard::default().permits(address.into())));
        }

        #[test]
        fn any_text_is_a_url_or_a_reason(text in ".{0,60}", allowed in any::<bool>()) {
            let guard = if allowed { guard("0.0.0.0/0,::/0") } else { Guard::default() };
            for text in [text.clone(), format!("http://{text}")] {
                if let Ok(url) = guard.check_url(&text) {
                    prop_assert_eq!(guard.check_url(url.as_str()), Ok(url));
                }
            }
        }
    }
}
