//! NGINX: `nginx.conf` and what it includes.
