//! Words that several rules' messages are made of.

use crate::model::VirtualServer;
use crate::surface::ListenerSurface;
use std::fmt::Display;

/// `a`, `a and b`, `a, b and c`.
pub(super) fn list(items: impl IntoIterator<Item = impl Display>) -> String {
    let mut items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    match (items.pop(), items.is_empty()) {
        (None, _) => String::new(),
        (Some(last), true) => last,
        (Some(last), false) => format!("{} and {last}", items.join(", ")),
    }
}

/// A server by its name in backticks, or by what stands in for a name.
pub(super) fn server(server: &VirtualServer) -> String {
    match server.names.iter().any(|name| !name.text.is_empty()) {
        true => format!("`{}`", server.label()),
        false => server.label(),
    }
}

/// The addresses of sockets, each once.
pub(super) fn sockets<'l>(listeners: impl IntoIterator<Item = &'l ListenerSurface>) -> String {
    let mut addresses: Vec<String> = Vec::new();
    for address in listeners.into_iter().map(|l| l.listener.address.to_string()) {
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    list(addresses)
}

#[cfg(test)]
mod tests {
    use super::list;

    #[test]
    fn lists_read_as_prose() {
        assert_eq!(list(["a"]), "a");
        assert_eq!(list(["a", "b"]), "a and b");
        assert_eq!(list(["a", "b", "c"]), "a, b and c");
        assert_eq!(list(Vec::<String>::new()), "");
    }
}
