; The installer: for one person, without an administrator. docs/packaging-windows.md says what it does.
; Built by installer.py, which gives it VERSION, NUMBERS (four of them), SOURCE (the built files), ICON and OUTPUT.

!ifdef TARGET
  Target ${TARGET}
!else
  Unicode true
!endif
SetCompressor /SOLID lzma
SetCompressorDictSize 64 ; both programs hold the same modules: the second one costs nothing
ManifestDPIAware true
RequestExecutionLevel user

!include "MUI2.nsh"
!include "LogicLib.nsh"
!include "FileFunc.nsh"

!define NAME "Feishu–Outlook Sync"
!define FOLDER "Feishu Outlook Sync" ; below Programs, and where the program keeps its data
!define PROGRAM "feishu-outlook-sync"
!define AUTHORS "The Feishu–Outlook Sync authors"
!define DATA "$LOCALAPPDATA\${FOLDER}"
!define RUN_KEY "Software\Microsoft\Windows\CurrentVersion\Run"
!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\${PROGRAM}"

Name "${NAME}"
OutFile "${OUTPUT}"
InstallDir "$LOCALAPPDATA\Programs\${FOLDER}"
InstallDirRegKey HKCU "${UNINSTALL_KEY}" "InstallLocation"
BrandingText "${NAME} ${VERSION}"
VIProductVersion "${NUMBERS}"
VIAddVersionKey "ProductName" "${NAME}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "${NAME}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "CompanyName" "${AUTHORS}"
VIAddVersionKey "LegalCopyright" "${AUTHORS}, MIT License"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_COMPONENTSPAGE_NODESC
!define MUI_COMPONENTSPAGE_TEXT_TOP "$(INSTALL_TOP)"
!define MUI_COMPONENTSPAGE_TEXT_COMPLIST "$(CHOOSE)"
!define MUI_FINISHPAGE_RUN "$INSTDIR\${PROGRAM}.exe"
!define MUI_FINISHPAGE_RUN_TEXT "$(START_NOW)"
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH

!define MUI_COMPONENTSPAGE_TEXT_TOP "$(REMOVE_TOP)"
!define MUI_COMPONENTSPAGE_TEXT_COMPLIST "$(CHOOSE)"
!insertmacro MUI_UNPAGE_COMPONENTS
!insertmacro MUI_UNPAGE_INSTFILES

!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "SimpChinese"
!include "installer_texts.nsh"

Var wasRunning

; --- a program that runs ------------------------------------------------------------------------------

; Windows lets nobody write to a program that runs. $1 becomes 1 then.
!macro MarkIfRunning FILE
  ${If} ${FileExists} "${FILE}"
    ClearErrors
    FileOpen $2 "${FILE}" a
    ${If} ${Errors}
      StrCpy $1 1
    ${Else}
      FileClose $2
    ${EndIf}
  ${EndIf}
!macroend

; It is ended, not asked to end: it is made for that (docs/reliability.md).
!macro CloseIfRunning UN
Function ${UN}CloseIfRunning
  StrCpy $wasRunning 0
  ${For} $0 1 20
    StrCpy $1 0
    !insertmacro MarkIfRunning "$INSTDIR\${PROGRAM}.exe"
    !insertmacro MarkIfRunning "$INSTDIR\${PROGRAM}-terminal.exe"
    ${If} $1 = 0
      Return
    ${EndIf}
    ${If} $wasRunning = 0
      StrCpy $wasRunning 1
      MessageBox MB_OKCANCEL|MB_ICONINFORMATION "$(RUNNING)" /SD IDOK IDOK +2
        Abort
    ${EndIf}
    nsExec::Exec '"$SYSDIR\taskkill.exe" /F /IM ${PROGRAM}.exe'
    Pop $2
    nsExec::Exec '"$SYSDIR\taskkill.exe" /F /IM ${PROGRAM}-terminal.exe'
    Pop $2
    Sleep 500
  ${Next}
  MessageBox MB_OK|MB_ICONSTOP "$(STILL_RUNNING)" /SD IDOK
  SetErrorLevel 2
  Quit
FunctionEnd
!macroend
!insertmacro CloseIfRunning ""
!insertmacro CloseIfRunning "un."

; --- installing --------------------------------------------------------------------------------------

Section "$(PROGRAM_AND_MENU)" sectionProgram
  SectionIn RO
  Call CloseIfRunning
  RMDir /r "$INSTDIR\_internal" ; of an earlier version
  SetOutPath "$INSTDIR"
  File /r "${SOURCE}"
  ${If} ${FileExists} "$EXEDIR\provision.toml"
    CopyFiles /SILENT "$EXEDIR\provision.toml" "$INSTDIR"
  ${EndIf}
  CreateShortcut "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\${PROGRAM}.exe"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayName" "${NAME}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\${PROGRAM}.exe"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "Publisher" "${AUTHORS}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "EstimatedSize" $0
SectionEnd

; The program's own setting decides, so the wish is handed to it: as settings for its first start.
Section "$(AT_LOGIN)" sectionLogin
  ${IfNot} ${FileExists} "$INSTDIR\provision.toml"
    FileOpen $0 "$INSTDIR\provision.toml" w
    FileWrite $0 "[ui]$\r$\nstart_at_login = true$\r$\n"
    FileClose $0
  ${EndIf}
SectionEnd

Function .onInit
  ; With settings, or a company's, there is nothing to ask.
  ${If} ${Silent}
  ${OrIf} ${FileExists} "${DATA}\settings.toml"
  ${OrIf} ${FileExists} "$EXEDIR\provision.toml"
    SectionSetFlags ${sectionLogin} 0
    SectionSetText ${sectionLogin} ""
  ${EndIf}
FunctionEnd

Function .onInstSuccess
  ${If} ${Silent}
  ${AndIf} $wasRunning = 1
    Exec '"$INSTDIR\${PROGRAM}.exe"'
  ${EndIf}
FunctionEnd

; --- removing ----------------------------------------------------------------------------------------

Section "un.$(PROGRAM_AND_MENU)" sectionRemoveProgram
  SectionIn RO
  Call un.CloseIfRunning
  Call un.ForgetLogin
  Delete "$SMPROGRAMS\${NAME}.lnk"
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\${PROGRAM}.exe"
  Delete "$INSTDIR\${PROGRAM}-terminal.exe"
  Delete "$INSTDIR\provision.toml"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR" ; not with what somebody else has put there
  DeleteRegKey HKCU "${UNINSTALL_KEY}"
SectionEnd

Section /o "un.$(DATA_AND_SECRETS)" sectionRemoveData
  Call un.ForgetSecrets
  RMDir /r "${DATA}"
SectionEnd

Function un.onInit
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/REMOVEDATA" $1
  ${IfNot} ${Errors}
    SectionSetFlags ${sectionRemoveData} ${SF_SELECTED}
  ${EndIf}
FunctionEnd

; Every start at login of this very program, whatever data directory it is for (ui/autostart.py).
Function un.ForgetLogin
  StrLen $4 "$INSTDIR\"
  StrCpy $0 0
  ${Do}
    EnumRegValue $1 HKCU "${RUN_KEY}" $0
    ${If} $1 == ""
      ${ExitDo}
    ${EndIf}
    ReadRegStr $2 HKCU "${RUN_KEY}" $1
    StrCpy $3 $2 1
    ${If} $3 == '"'
      StrCpy $2 $2 "" 1
    ${EndIf}
    StrCpy $2 $2 $4
    ${If} $2 == "$INSTDIR\"
      DeleteRegValue HKCU "${RUN_KEY}" $1
    ${Else}
      IntOp $0 $0 + 1
    ${EndIf}
  ${Loop}
FunctionEnd

; The one item of this data directory in Windows' credential store (core/vault.py, core/keyring_access.py).
Function un.ForgetSecrets
  ${If} ${FileExists} "${DATA}\profile-id"
    FileOpen $0 "${DATA}\profile-id" r
    FileRead $0 $1 32
    FileClose $0
    System::Call 'advapi32::CredDeleteW(w "${PROGRAM}:$1", i 1, i 0)'
  ${EndIf}
FunctionEnd
