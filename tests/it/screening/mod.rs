//! Screening: from a publisher's file to the check's score.

mod lists;
