//! Where a request came from: the peer, or what trusted proxies say of it.

use std::net::{IpAddr, SocketAddr};

use anyhow::Context as _;
use axum::{
    extract::ConnectInfo,
    http::{Extensions, HeaderMap},
};
use ipnet::IpNet;

/// The proxies whose `X-Forwarded-For` is believed; by default none.
#[derive(Debug, Clone, Default)]
pub struct Proxies(Vec<IpNet>);

impl Proxies {
    /// Reads networks, separated by commas; an address alone is a network of one.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let network = |part: &str| {
            part.parse::<IpNet>()
                .or_else(|_| part.parse::<IpAddr>().map(IpNet::from))
                .with_context(|| format!("{part} is neither a network nor an address"))
        };
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        Ok(Self(parts.map(network).collect::<anyhow::Result<_>>()?))
    }

    /// The address that a request came from; empty where nothing is known, as in a test without a connection.
    ///
    /// `X-Forwarded-For` is read from its end, for as long as the hops are trusted: what stands before them anybody may
    /// have written.
    pub fn origin(&self, headers: &HeaderMap, extensions: &Extensions) -> String {
        let Some(ConnectInfo(peer)) = extensions.get::<ConnectInfo<SocketAddr>>() else {
            return String::new();
        };
        let mut origin = peer.ip().to_canonical();
        let values = headers.get_all("x-forwarded-for").iter();
        let hops: Vec<&str> = values
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(str::trim)
            .collect();
        for hop in hops.iter().rev() {
            if !self.0.iter().any(|network| network.contains(&origin)) {
                break;
            }
            match hop.parse::<IpAddr>() {
                Ok(address) => origin = address.to_canonical(),
                Err(_) => break,
            }
        }
        origin.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_trusted_proxies_are_believed() {
        let proxies = Proxies::parse("10.0.0.0/8, 192.0.2.7").unwrap();
        for (peer, forwarded, origin) in [
            ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
            ("10.1.2.3", "198.51.100.1", "198.51.100.1"),
            ("10.1.2.3", "1.1.1.1, 198.51.100.1, 192.0.2.7", "198.51.100.1"),
            ("10.1.2.3", "garbage", "10.1.2.3"),
            ("10.1.2.3", "", "10.1.2.3"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert("x-forwarded-for", forwarded.parse().unwrap());
            let mut extensions = Extensions::new();
            extensions.insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 9)));
            assert_eq!(
                proxies.origin(&headers, &extensions),
                origin,
                "{peer} {forwarded}"
            );
        }
        assert!(Proxies::parse("everybody").is_err());
    }
}
