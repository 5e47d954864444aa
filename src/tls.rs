//! Facts of the standards and of OpenSSL: no spans, no files, no clock.
