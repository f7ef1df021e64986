#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# certs/dev/make.sh -- makes certificates for development and tests. Never trust them anywhere else.
#
#   make.sh OUT          what a local daemon needs; takes about a second, or nothing if it exists
#   make.sh --bad OUT    also the chains that must be refused
#
#   OUT/root.pem                  the only root, for alexa.trust_anchors and http.ca_bundle
#   OUT/intermediate.pem          issued by the root; issues all certificates below
#   OUT/signing.key               signs requests as Alexa does, for chains/good.pem
#   OUT/localhost.{pem,key}       the daemon's TLS certificate: ECDSA P-256, with the intermediate
#   OUT/s3.{pem,key}              the certificate host's TLS certificate
#   OUT/amazon.{pem,key}          the TLS certificate of Amazon's services for skills
#   OUT/chains/NAME.pem           what the certificate host serves: good, good2
#   OUT/keys/NAME.key             the key that signs for that chain
#
# With --bad, more chains that must be accepted:
#   with-root      includes the root
#   out-of-order   the issuers after the leaf are in the wrong order
#   cross-signed   by a root that is trusted only through the trusted root
# and chains that must be refused: expired, not-yet, expired-intermediate, wrong-san, san-wildcard,
# san-suffix, cn-only, untrusted, self-signed, not-a-ca, no-intermediate, sha1, weak-key, ecdsa-leaf,
# garbage, empty, big.
#
# The root is valid for 10 years, leaves for 825 days; if one expires within a day, all are made again.
# They are made in a new folder and then replace OUT's files, root.pem last.
set -euo pipefail
umask 077
export LC_ALL=C

bad=no
if [[ ${1:-} == --bad ]]; then
    bad=yes
    shift
fi
if [[ $# -ne 1 || -z $1 || $1 == -* ]]; then
    echo "usage: make.sh [--bad] OUT" >&2
    exit 2
fi
out=$1
mkdir -p "$out/chains" "$out/keys"
out=$(cd "$out" && pwd)
log=$out/.log

# One run at a time. A lock left behind by a killed run is removed after a minute.
lock=$out/.lock
for ((i = 0; ; i++)); do
    mkdir "$lock" 2>/dev/null && break
    if ((i >= 600)); then
        rmdir "$lock" 2>/dev/null || true
        i=0
    fi
    sleep 0.1
done
new=$(mktemp -d "$out/.new.XXXXXX")
trap 'rm -rf -- "$new"; rmdir "$lock" 2>/dev/null || true' EXIT

fail() {
    echo "make.sh: $1" >&2
    tail -n 5 "$log" >&2 || true
    exit 1
}

# ---- helpers -----------------------------------------------------------------------------------

openssl_quiet() {
    openssl "$@" >>"$log" 2>&1 || fail "openssl $1 failed"
}

key() { # key NAME [rsa BITS | ec]
    if [[ ${2:-rsa} == ec ]]; then
        openssl_quiet genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key"
    else
        openssl_quiet genpkey -algorithm RSA -pkeyopt "rsa_keygen_bits:${3:-2048}" -out "$1.key"
    fi
}

days() { # days N: N days from now, in the format of openssl ca
    printf '%(%Y%m%d%H%M%SZ)T' "$((EPOCHSECONDS + $1 * 86400))"
}
export TZ=UTC0

ca_of() { printf 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n'; }
leaf_of() { # leaf_of [SAN]
    printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n'
    printf 'extendedKeyUsage=serverAuth\n'
    [[ -z ${1:-} ]] || printf 'subjectAltName=%s\n' "$1"
}

# issue NAME ISSUER COMMON-NAME FIRST-DAY LAST-DAY [DIGEST]: reads extensions from stdin. ISSUER
# "self" makes a self-signed certificate.
issue() {
    local name=$1 issuer=$2
    local -a issued_by=(-cert "$issuer.crt" -keyfile "$issuer.key")
    [[ $issuer != self ]] || issued_by=(-selfsign -keyfile "$name.key")
    { printf '[ext]\n'; cat; } >"$name.ext"
    openssl_quiet req -new -key "$name.key" -subj "/O=Clima Cast development/CN=$3" -out "$name.csr"
    openssl_quiet ca -batch -notext -config ca.cnf -extfile "$name.ext" -extensions ext "${issued_by[@]}" \
        -startdate "$(days "$4")" -enddate "$(days "$5")" -md "${6:-sha256}" \
        -in "$name.csr" -out "$name.crt"
}

prepare() { # prepare FOLDER: an empty folder for openssl ca
    mkdir -p "$1/db"
    cd "$1"
    : >db/index
    printf 'unique_subject = no\n' >db/index.attr
    cat >ca.cnf <<'CNF'
[ca]
default_ca = dev
[dev]
database = db/index
new_certs_dir = db
rand_serial = yes
policy = any
default_md = sha256
[any]
organizationName = optional
commonName = supplied
CNF
}

chain() { # chain NAME KEY PART...: make chains/NAME.pem of these certificates, and keys/NAME.key
    local name=$1 signer=$2 part
    shift 2
    for part in "$@"; do
        cat "$part.crt"
    done >"chains/$name.pem"
    cp "$signer.key" "keys/$name.key"
}

# ---- sets --------------------------------------------------------------------------------------

alexa=DNS:echo-api.amazon.com

make_good() {
    prepare "$new/good"
    mkdir chains keys
    for name in root intermediate good good2; do
        key "$name"
    done
    key localhost ec
    key s3 ec
    key amazon ec
    ca_of | issue root self 'Development Root' -1 3650
    ca_of | issue intermediate root 'Development Intermediate' -1 1825
    leaf_of "$alexa" | issue good intermediate echo-api.amazon.com -1 824
    leaf_of "$alexa" | issue good2 intermediate echo-api.amazon.com -1 824
    leaf_of DNS:localhost,IP:127.0.0.1,IP:::1 | issue localhost intermediate localhost -1 824
    leaf_of DNS:s3.amazonaws.com | issue s3 intermediate s3.amazonaws.com -1 824
    leaf_of DNS:api.amazonalexa.com,DNS:api.eu.amazonalexa.com,DNS:api.fe.amazonalexa.com,DNS:api.amazon.com |
        issue amazon intermediate api.amazonalexa.com -1 824
    chain good good good intermediate
    chain good2 good2 good2 intermediate
    cat localhost.crt intermediate.crt >localhost.pem
    cat s3.crt intermediate.crt >s3.pem
    cat amazon.crt intermediate.crt >amazon.pem
    mv root.crt root.pem
    mv intermediate.crt intermediate.pem
    mv good.key signing.key
    mv root.key keys/root.key
    mv intermediate.key keys/intermediate.key
    openssl verify -CAfile root.pem -untrusted chains/good.pem -verify_hostname \
        echo-api.amazon.com chains/good.pem >>"$log" 2>&1 || fail "the good chain does not verify"
    mv -f chains/*.pem "$out/chains/"
    mv -f keys/*.key "$out/keys/"
    # root.pem is last: it marks the set as complete.
    mv -f signing.key localhost.key s3.key amazon.key localhost.pem s3.pem amazon.pem intermediate.pem "$out/"
    mv -f root.pem "$out/"
    rm -f "$out/.bad"
}

make_bad() {
    prepare "$new/bad"
    mkdir chains keys
    cp "$out/root.pem" root.crt
    cp "$out/keys/root.key" root.key
    cp "$out/intermediate.pem" intermediate.crt
    cp "$out/keys/intermediate.key" intermediate.key
    cp "$out/signing.key" good.key
    openssl x509 -in "$out/chains/good.pem" -out good.crt
    for name in expired not-yet under-expired wrong-san san-wildcard san-suffix cn-only untrusted \
        self-signed not-a-ca sha1 cross-signed root2 intermediate2 old-intermediate; do
        key "$name"
    done
    key weak-key rsa 1024
    key ecdsa-leaf ec

    leaf_of "$alexa" | issue expired intermediate echo-api.amazon.com -30 -1
    leaf_of "$alexa" | issue not-yet intermediate echo-api.amazon.com 1 824
    leaf_of DNS:api.example.com | issue wrong-san intermediate echo-api.amazon.com -1 824
    leaf_of 'DNS:*.amazon.com' | issue san-wildcard intermediate echo-api.amazon.com -1 824
    leaf_of "$alexa.example.test" | issue san-suffix intermediate echo-api.amazon.com -1 824
    leaf_of | issue cn-only intermediate echo-api.amazon.com -1 824
    leaf_of "$alexa" | issue self-signed self echo-api.amazon.com -1 824
    leaf_of "$alexa" | issue not-a-ca good echo-api.amazon.com -1 824
    leaf_of "$alexa" | issue sha1 intermediate echo-api.amazon.com -1 824 sha1
    leaf_of "$alexa" | issue weak-key intermediate echo-api.amazon.com -1 824
    leaf_of "$alexa" | issue ecdsa-leaf intermediate echo-api.amazon.com -1 824
    ca_of | issue old-intermediate root 'Development Intermediate That Was' -60 -1
    leaf_of "$alexa" | issue under-expired old-intermediate echo-api.amazon.com -30 824

    # An untrusted root, and its certificate cross-signed by the trusted root.
    ca_of | issue root2 self 'Development Second Root' -1 3650
    ca_of | issue intermediate2 root2 'Development Second Intermediate' -1 1825
    leaf_of "$alexa" | issue untrusted intermediate2 echo-api.amazon.com -1 824
    leaf_of "$alexa" | issue cross-signed intermediate2 echo-api.amazon.com -1 824
    cp root2.key cross.key
    ca_of | issue cross root 'Development Second Root' -1 1825

    for name in expired not-yet wrong-san san-wildcard san-suffix cn-only sha1 weak-key \
        ecdsa-leaf; do
        chain "$name" "$name" "$name" intermediate
    done
    chain expired-intermediate under-expired under-expired old-intermediate
    chain untrusted untrusted untrusted intermediate2
    chain self-signed self-signed self-signed
    chain not-a-ca not-a-ca not-a-ca good intermediate
    chain cross-signed cross-signed cross-signed intermediate2 cross
    chain no-intermediate good good
    chain out-of-order good good root intermediate
    chain with-root good good intermediate root
    for name in garbage empty big; do
        cp good.key "keys/$name.key"
    done
    printf 'this is not a certificate\n' >chains/garbage.pem
    : >chains/empty.pem
    { cat "$out/chains/good.pem"; head -c 2097152 /dev/zero | tr '\0' '\n'; } >chains/big.pem
    mv -f chains/*.pem "$out/chains/"
    mv -f keys/*.key "$out/keys/"
    : >"$out/.bad"
}

fresh() { # fresh FILE...: all exist, and none expires within a day
    local file
    for file in "$@"; do
        openssl x509 -in "$file" -noout -checkend 86400 >/dev/null 2>&1 || return 1
    done
}

is_complete() {
    local file
    for file in signing.key localhost.key s3.key amazon.key keys/{root,intermediate,good2}.key; do
        [[ -s $out/$file ]] || return 1
    done
    fresh "$out"/{root,intermediate,localhost,s3,amazon,chains/good,chains/good2}.pem
}

: >"$log"
is_complete || make_good
if [[ $bad == yes && ! -e $out/.bad ]]; then
    make_bad
fi
