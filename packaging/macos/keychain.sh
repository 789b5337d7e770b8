#!/usr/bin/env bash
# A keychain of its own for a machine that builds releases, with the certificate that signs them.
#
# MACOS_CERTIFICATE            the certificate with its key, PKCS #12, in base64
# MACOS_CERTIFICATE_PASSWORD   what it is encrypted with
set -euo pipefail

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
keychain="${RUNNER_TEMP:-$HOME}/signing.keychain-db"
password="$(openssl rand -hex 16)"

base64 --decode <<<"$MACOS_CERTIFICATE" >"$folder/certificate.p12"
security create-keychain -p "$password" "$keychain"
security set-keychain-settings -lut 21600 "$keychain" # locks itself after six hours
security unlock-keychain -p "$password" "$keychain"
security import "$folder/certificate.p12" -k "$keychain" -P "$MACOS_CERTIFICATE_PASSWORD" \
    -f pkcs12 -T /usr/bin/codesign
security set-key-partition-list -S apple-tool:,apple: -s -k "$password" "$keychain" >/dev/null # no question
security list-keychains -d user -s "$keychain" login.keychain-db
