//! Asking a URL that a client gave, for an answer that is read whole.

use super::{
    Outbound, Request, SendError,
    body::{BodyError, read_whole},
};

/// Why there is no answer. As with [`SendError`], nothing of the receiver is in the texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    /// It was not reached, or its answer did not come whole.
    #[error(transparent)]
    Send(#[from] SendError),
    /// It answered with this status, which is no success.
    #[error("the server answered {0}")]
    Status(u16),
    /// It sent more than anybody wants to read.
    #[error("the answer has more than {0} bytes")]
    TooLarge(u64),
}

impl Outbound {
    /// Makes one call and reads the body of its answer, of at most so many bytes. A redirect is an answer, and no success.
    pub async fn ask(&self, request: Request, longest: u64) -> Result<Vec<u8>, AskError> {
        let response = self.execute(self.build(request)?).await?;
        if !response.status().is_success() {
            return Err(AskError::Status(response.status().as_u16()));
        }
        read_whole(response, longest).await.map_err(|error| match error {
            BodyError::TooLarge => AskError::TooLarge(longest),
            BodyError::TimedOut => SendError::TimedOut.into(),
            BodyError::Broken => SendError::Broken.into(),
        })
    }
}
