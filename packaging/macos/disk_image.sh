#!/usr/bin/env bash
# The .app that `python3 run.py package` has made, as a disk image to hand out.
#
# MACOS_SIGN_IDENTITY   "Developer ID Application: …", as in the keychain; the spec signs the .app with it too.
# MACOS_NOTARY_KEY      file with an App Store Connect API key (.p8), with
# MACOS_NOTARY_KEY_ID and MACOS_NOTARY_ISSUER.
#
# Without the first the image is unsigned, without the second not notarised; both are said.
set -euo pipefail
cd "$(dirname "$0")/../.."

app="dist/Feishu Outlook Sync.app"
version="$("$app/Contents/MacOS/feishu-outlook-sync" --version)"
image="dist/feishu-outlook-sync-$version-macos-$(uname -m).dmg"

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
ditto "$app" "$folder/$(basename "$app")" # keeps links and signatures
ln -s /Applications "$folder/Applications"
hdiutil create -volname "Feishu Outlook Sync" -srcfolder "$folder" -format UDZO -ov "$image"

if [ -z "${MACOS_SIGN_IDENTITY:-}" ]; then
    echo "note: $image is not signed; whoever opens it has to allow that in the system's settings" >&2
    exit
fi
codesign --verify --deep --strict "$app"
codesign --sign "$MACOS_SIGN_IDENTITY" --timestamp "$image"

if [ -z "${MACOS_NOTARY_KEY:-}" ]; then
    echo "note: $image is signed, but not notarised" >&2
    exit
fi
xcrun notarytool submit "$image" --wait \
    --key "$MACOS_NOTARY_KEY" --key-id "$MACOS_NOTARY_KEY_ID" --issuer "$MACOS_NOTARY_ISSUER"
xcrun stapler staple "$image"
xcrun stapler validate "$image"
