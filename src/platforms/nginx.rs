//! NGINX: `nginx.conf` and what it includes.

pub mod directives;
pub mod version;
