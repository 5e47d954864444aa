//! Statements sorted into sections.
