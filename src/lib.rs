//! tlslint reads the TLS configuration of load balancers before it is deployed and says, offline,
//! what a handshake will meet.

#![forbid(unsafe_code)]

pub mod platforms;
pub mod source;
pub mod tls;
