//! The account API, a file a resource or a promise that several of them keep.
