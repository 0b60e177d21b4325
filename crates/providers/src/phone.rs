//! Messages to phones: the port, and a gateway of Twilio's shape behind it.

use std::time::Duration;

use async_trait::async_trait;
use reqwest::{Client, StatusCode, Url, redirect::Policy};

/// How long the gateway may take.
const TIMEOUT: Duration = Duration::from_secs(15);

/// A message to a phone. It has no `Debug`, because all of it is personal data.
#[derive(Clone, PartialEq, Eq)]
pub struct PhoneMessage {
    /// `+` and digits.
    pub to: String,
    /// What it says.
    pub text: String,
    /// Whether it is spoken in a call; else it is a short message.
    pub spoken: bool,
    /// The language in which it is spoken, as a tag (`es`, `pt-BR`).
    pub language: &'static str,
}

/// Why a message did not go out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// The number will never be reached.
    #[error("the number cannot be reached")]
    OutOfReach,
    /// The gateway will not take this.
    #[error("the gateway refused the message: {0}")]
    Refused(String),
    /// It may take it later.
    #[error("the gateway is out of reach: {0}")]
    Unavailable(String),
}

/// Something that sends messages to phones.
#[async_trait]
pub trait PhoneGateway: Send + Sync + 'static {
    /// Hands a message over.
    async fn send(&self, message: &PhoneMessage) -> Result<(), PhoneError>;
}

/// A gateway that takes Twilio's requests: `POST {base}/Messages.json` and `POST {base}/Calls.json`, forms with `To`,
/// `From` and `Body` or `Twiml`, user and password of the URL as basic authentication.
pub struct Twilio {
    client: Client,
    base: Url,
    user: String,
    password: Option<String>,
    from: String,
}

/// The settings of a gateway cannot be used. They are not repeated: the URL holds a password.
#[derive(Debug, thiserror::Error)]
#[error("the gateway's URL cannot be used")]
pub struct GatewayConfigError;

/// What Twilio's errors say of numbers that cannot be reached: invalid, unroutable, landline, unreachable, unknown.
const OUT_OF_REACH: &[i64] = &[
    21211, 21214, 21217, 21401, 21408, 21610, 21612, 21614, 30003, 30005, 30006,
];

impl Twilio {
    /// A gateway at a URL such as `https://AC…:token@api.twilio.com/2010-04-01/Accounts/AC…`.
    pub fn new(url: &str, from: &str) -> Result<Self, GatewayConfigError> {
        let mut base =
            Url::parse(&format!("{}/", url.trim_end_matches('/'))).map_err(|_| GatewayConfigError)?;
        let user = base.username().to_owned();
        let password = base.password().map(str::to_owned);
        base.set_username("").map_err(|()| GatewayConfigError)?;
        base.set_password(None).map_err(|()| GatewayConfigError)?;
        let client = Client::builder()
            .redirect(Policy::none())
            .timeout(TIMEOUT)
            .user_agent(concat!("cotejo/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|_| GatewayConfigError)?;
        Ok(Self {
            client,
            base,
            user,
            password,
            from: from.to_owned(),
        })
    }
}

#[async_trait]
impl PhoneGateway for Twilio {
    async fn send(&self, message: &PhoneMessage) -> Result<(), PhoneError> {
        let refused = |reason: &str| PhoneError::Refused(reason.to_owned());
        let away = |reason: &str| PhoneError::Unavailable(reason.to_owned());
        let path = if message.spoken {
            "Calls.json"
        } else {
            "Messages.json"
        };
        let url = self.base.join(path).map_err(|_| refused("its URL is none"))?;
        let content = if message.spoken {
            (
                "Twiml",
                format!(
                    r#"<Response><Say language="{}">{}</Say></Response>"#,
                    message.language,
                    in_xml(&message.text)
                ),
            )
        } else {
            ("Body", message.text.clone())
        };
        let form = [
            ("To", message.to.clone()),
            ("From", self.from.clone()),
            (content.0, content.1),
        ];
        let response = self
            .client
            .post(url)
            .basic_auth(&self.user, self.password.as_deref())
            .form(&form)
            .send()
            .await
            .map_err(|_| away("it did not answer"))?;
        match response.status() {
            status if status.is_success() => Ok(()),
            StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => Err(away("it is busy")),
            status if status.is_server_error() => Err(away("it failed")),
            status => {
                // Only the number of the error: its text repeats the phone.
                let body: serde_json::Value = response.json().await.unwrap_or_default();
                let code = body["code"].as_i64().unwrap_or(0);
                if OUT_OF_REACH.contains(&code) {
                    Err(PhoneError::OutOfReach)
                } else {
                    Err(refused(&format!("HTTP {}, error {code}", status.as_u16())))
                }
            }
        }
    }
}

fn in_xml(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '&' => "&amp;".to_owned(),
            '<' => "&lt;".to_owned(),
            '>' => "&gt;".to_owned(),
            other => other.to_string(),
        })
        .collect()
}
