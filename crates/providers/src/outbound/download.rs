//! Fetching a whole file from a URL that an operator gave.

use std::time::Duration;

use reqwest::{Method, StatusCode, header};

use super::{
    Outbound, SendError,
    body::{BodyError, read_whole},
};

/// Redirections that are followed; publishers send to the store that holds the file.
const REDIRECTIONS: usize = 5;

/// How long a file may take.
const PATIENCE: Duration = Duration::from_secs(600);

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
pub enum DownloadError {
    /// The server was not reached.
    #[error(transparent)]
    Send(#[from] SendError),
    /// It answered with another status than 200.
    #[error("the server answered {0}")]
    Status(u16),
    /// It sent on and on.
    #[error("the server redirects without end")]
    Redirects,
    /// The file is larger than anybody wants to read.
    #[error("the file has more than {0} bytes")]
    TooLarge(u64),
    /// The file ended before its end.
    #[error("the file broke off")]
    Broken,
}

impl Outbound {
    /// Fetches the file behind a URL, of at most so many bytes. Each redirection is asked of the guard as the URL itself.
    pub async fn download(&self, url: &str, longest: u64) -> Result<Vec<u8>, DownloadError> {
        let mut url = self.guarded(url)?;
        for _ in 0..=REDIRECTIONS {
            let mut request = reqwest::Request::new(Method::GET, url.clone());
            *request.timeout_mut() = Some(PATIENCE);
            let response = self.execute(request).await?;
            if response.status().is_redirection() {
                let next = response
                    .headers()
                    .get(header::LOCATION)
                    .and_then(|location| location.to_str().ok())
                    .and_then(|location| url.join(location).ok())
                    .ok_or(DownloadError::Status(response.status().as_u16()))?;
                url = self.guarded(next.as_str())?;
                continue;
            }
            if response.status() != StatusCode::OK {
                return Err(DownloadError::Status(response.status().as_u16()));
            }
            return read_whole(response, longest).await.map_err(|error| match error {
                BodyError::TooLarge => DownloadError::TooLarge(longest),
                BodyError::TimedOut | BodyError::Broken => DownloadError::Broken,
            });
        }
        Err(DownloadError::Redirects)
    }
}
