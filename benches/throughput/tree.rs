//! A tree as hosting companies have them: a main file and one file for each site, three servers in each.
//! `nginx -t` takes it.

use std::fmt::Write;
use std::fs;
use std::path::Path;

/// The sites of the large tree: with the main file 1,001 files, 3,000 servers, 37,000 lines.
pub const SITES: usize = 1000;

const MAIN: &str = "\
events {}
http {
    server_names_hash_max_size 32768;
    server_names_hash_bucket_size 128;
    ssl_session_cache shared:tls:10m;
    ssl_prefer_server_ciphers off;
    include sites/*.conf;
}
";

const CIPHERS: &str = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:\
                       ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

/// Writes the tree. Nothing in it is random.
pub fn write(folder: &Path, sites: usize) {
    fs::create_dir_all(folder.join("sites")).expect("the folder can be made");
    fs::write(folder.join("nginx.conf"), MAIN).expect("the main file can be written");
    let pki = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/truth/nginx/cases/pki");
    for file in ["www.fullchain.pem", "www.key", "root.pem"] {
        fs::copy(pki.join(file), folder.join(file)).expect("the certificate can be copied");
    }
    for number in 0..sites {
        fs::write(folder.join(format!("sites/{number:04}.conf")), site(number))
            .expect("a site can be written");
    }
}

/// The size of all configuration files.
pub fn bytes(folder: &Path) -> u64 {
    let sites = fs::read_dir(folder.join("sites")).expect("the sites are there").flatten();
    sites.map(|file| file.metadata().expect("a file has a size").len()).sum::<u64>() + MAIN.len() as u64
}

/// 37 lines.
fn site(number: usize) -> String {
    let mut text = format!("# site {number}\n");
    for (kind, name) in ["www", "api", "static"].iter().enumerate() {
        let protocols = if number % 50 == 7 { "TLSv1 TLSv1.2" } else { "TLSv1.2 TLSv1.3" };
        let backend = format!("10.{kind}.{}.{}", number / 250, number % 250 + 1);
        let (pass, setting) = match kind {
            1 => (
                format!("https://{backend}:8443"),
                "proxy_ssl_verify on; proxy_ssl_trusted_certificate root.pem;",
            ),
            _ => (
                format!("http://{backend}:8080"),
                "add_header Strict-Transport-Security \"max-age=63072000\" always;",
            ),
        };
        write!(
            text,
            "server {{
    listen 443 ssl;
    server_name {name}.site{number}.example {name}{number}.example.com;
    ssl_certificate www.fullchain.pem;
    ssl_certificate_key www.key;
    ssl_protocols {protocols};
    ssl_ciphers {CIPHERS};
    {setting}
    location / {{
        proxy_pass {pass};
    }}
}}
"
        )
        .expect("text can be written");
    }
    text
}
