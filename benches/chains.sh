#!/bin/bash
# Wall time and peak memory of `tlslint check` on 3,000 servers, each with a certificate of its own under one
# of 30 intermediates, all RSA-2048; beside `openssl verify` on the same files and the same with one
# certificate for all. Prints only; best of several runs. Goal: 2 s on two cores. `CHAINS=N` makes fewer.
set -uo pipefail
cd "$(dirname "$0")/.."
. benches/best.sh

cargo build --release --quiet || exit 0
tlslint=${CARGO_TARGET_DIR:-$PWD/target}/release/tlslint
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
cd "$tree" || exit 0
count=${CHAINS:-3000} issuers=30 keys=16
export tree issuers keys

# ca NAME SUBJECT [WORD...]: a CA's key and certificate.
ca() {
    openssl req -x509 -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.pem" -days 3000 -subj "$2" \
        -addext keyUsage=critical,keyCertSign,cRLSign "${@:3}" 2> /dev/null
}
# leaf NUMBER: a certificate, with its intermediate behind it.
leaf() {
    local by=$(($1 % issuers))
    openssl req -x509 -CA "int$by.pem" -CAkey "int$by.key" -key "leaf$(($1 % keys)).key" -days 90 -subj "/CN=www$1.example.com" \
        -addext basicConstraints=critical,CA:FALSE -addext extendedKeyUsage=serverAuth \
        -addext "subjectAltName=DNS:www$1.example.com" 2> /dev/null | cat - "int$by.pem" > "site$1.pem"
}
export -f leaf
ca root "/O=Bench/CN=Root"
for by in $(seq 0 $((issuers - 1))); do ca "int$by" "/O=Bench/CN=Intermediate $by" -CA root.pem -CAkey root.key; done
for key in $(seq 0 $((keys - 1))); do openssl genrsa -out "leaf$key.key" 2048 2> /dev/null; done
seq 0 $((count - 1)) | xargs -P "$(nproc)" -n 50 bash -c 'for n in "$@"; do leaf "$n"; done' _

# configuration FILE CERTIFICATE KEY: `N` stands for the server's number.
configuration() {
    {
        echo "events {} http { ssl_trusted_certificate root.pem; ssl_protocols TLSv1.2 TLSv1.3;"
        for n in $(seq 0 $((count - 1))); do
            echo "server { listen 443 ssl; server_name www$n.example.com;" \
                 "ssl_certificate ${2/N/$n}; ssl_certificate_key ${3/N/$((n % keys))}; }"
        done
        echo "}"
    } > "$1"
}
configuration each.conf siteN.pem leafN.key
configuration one.conf site0.pem leaf0.key

ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }

# Each intermediate's files in one run.
cat > verify.sh <<'SH'
for by in $(seq 0 $((issuers - 1))); do
    openssl verify -no-CApath -no-CAstore -CAfile root.pem -untrusted "int$by.pem" $(seq -f site%.0f.pem "$by" "$issuers" "$1")
done
SH

echo "$count chains of RSA-2048 under $issuers intermediates, $(nproc) cores"
read -r ours memory < <(best 5 "$tlslint" check --format concise each.conf)
echo "tlslint check: $ours s, $memory MiB (goal for 3,000: 2 s)"
read -r one memory < <(best 5 "$tlslint" check --format concise one.conf)
echo "tlslint check, one certificate for all: $one s, $memory MiB"
read -r theirs _ < <(best 3 bash verify.sh $((count - 1)))
echo "openssl verify: $theirs s ($(ratio "$ours" "$theirs") of it is tlslint's time)"
exit 0
