//! NGINX: `nginx.conf` and what it includes.

pub mod syntax;
