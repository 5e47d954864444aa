//! What HAProxy says of words that it knows only to refuse them.

/// The words with which HAProxy refuses a retired word, `argument` being the word behind it.
pub fn farewell(name: &str, argument: Option<&str>) -> Option<String> {
    let since_2_1 = format!("The '{name}' directive is not supported anymore since HAProxy 2.1.");
    Some(match name {
        "appsession" => "'appsession' is not supported anymore since HAProxy 1.6.".to_owned(),
        "bind-process" => "'bind-process' is not supported anymore.".to_owned(),
        "block" => format!("{since_2_1} Use 'http-request deny' which uses the exact same syntax."),
        "clitimeout" | "srvtimeout" | "contimeout" => {
            let timeout = match name {
                "clitimeout" => "client",
                "srvtimeout" => "server",
                _ => "connect",
            };
            let rest = since_2_1.trim_start_matches("The ");
            format!("the {rest} Use 'timeout {timeout}'.")
        }
        "grace" => "the 'grace' keyword is not supported any more since HAProxy version 2.5.".to_owned(),
        "monitor-net" => {
            let network = argument.unwrap_or_default();
            format!(
                "'monitor-net' doesn't exist anymore. \
                 Please use 'http-request return status 200 if {{ src {network} }}' instead."
            )
        }
        "nbproc" => "nbproc is not supported any more since HAProxy 2.5. \
                     Threads will automatically be used on multi-processor machines if available."
            .to_owned(),
        "tune.chksize" => {
            "option 'tune.chksize' is not supported any more (tune.bufsize is used instead).".to_owned()
        }
        "redisp" | "redispatch" => {
            format!(
                "keyword '{name}' directive is not supported anymore since HAProxy 2.1. Use 'option redispatch'."
            )
        }
        "resolution_pool_size" => "'resolution_pool_size' directive is not supported anymore \
                                   (it never appeared in a stable release)."
            .to_owned(),
        "cliexp" | "reqrep" => format!(
            "{since_2_1} Use 'http-request replace-path', 'http-request replace-uri' or \
             'http-request replace-header' instead."
        ),
        "reqdeny" => {
            "The 'reqdeny' not supported anymore since HAProxy 2.1. Use 'http-request deny' instead."
                .to_owned()
        }
        "reqpass" => "The 'reqpass' not supported anymore since HAProxy 2.1.".to_owned(),
        "reqipass" => since_2_1,
        "rspdel" => format!("{since_2_1} Use 'http-response del-header' ."),
        _ => format!("{since_2_1} Use '{}' instead.", successor(name)?),
    })
}

/// What does the same today.
fn successor(name: &str) -> Option<&'static str> {
    Some(match name {
        "reqadd" => "http-request add-header",
        "reqallow" | "reqiallow" => "http-request allow",
        "reqdel" | "reqidel" => "http-request del-header",
        "reqideny" => "http-request deny",
        "reqirep" => "http-request replace-header",
        "reqtarpit" | "reqitarpit" => "http-request tarpit",
        "rspadd" => "http-response add-header",
        "rspidel" => "http-response del-header",
        "rspdeny" | "rspideny" => "http-response deny",
        "rsprep" | "rspirep" | "srvexp" => "http-response replace-header",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::all;
    use super::*;

    #[test]
    fn every_retired_word_is_bidden_farewell() {
        let retired = all().iter().filter(|row| row.retired.is_some());
        assert_eq!(retired.clone().find(|row| farewell(row.name, None).is_none()).map(|row| row.name), None);
        assert!(retired.count() > 30);
    }
}
