# Signs files for Windows: packaging/release/sign.ps1 FILE...
#
# WINDOWS_CERTIFICATE            the certificate with its key, PKCS #12, in base64
# WINDOWS_CERTIFICATE_PASSWORD   what it is encrypted with
param([Parameter(Mandatory, ValueFromRemainingArguments)] [string[]] $Files)
$ErrorActionPreference = "Stop"

$certificate = Join-Path ([IO.Path]::GetTempPath()) "$(New-Guid).pfx"
$signtool = Get-ChildItem "${env:ProgramFiles(x86)}\Windows Kits\10\bin\*\x64\signtool.exe" | Select-Object -Last 1
try {
    [IO.File]::WriteAllBytes($certificate, [Convert]::FromBase64String($env:WINDOWS_CERTIFICATE))
    & $signtool sign /f $certificate /p $env:WINDOWS_CERTIFICATE_PASSWORD /fd SHA256 `
        /tr http://timestamp.digicert.com /td SHA256 (Get-Item $Files)
    if ($LASTEXITCODE -ne 0) { throw "signtool ended with $LASTEXITCODE" }
} finally {
    Remove-Item $certificate -ErrorAction Ignore
}
