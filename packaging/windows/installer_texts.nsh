; What the installer says, in both languages.

!macro TEXT NAME ENGLISH CHINESE
  LangString ${NAME} ${LANG_ENGLISH} "${ENGLISH}"
  LangString ${NAME} ${LANG_SIMPCHINESE} "${CHINESE}"
!macroend

!insertmacro TEXT CHOOSE "Choose:" "请选择："
!insertmacro TEXT INSTALL_TOP \
  "Installs ${NAME} ${VERSION} for you alone; no administrator is needed." \
  "仅为你本人安装“飞书 – Outlook 日历同步”${VERSION}，无需管理员权限。"
!insertmacro TEXT PROGRAM_AND_MENU "The program, with its entry in the Start menu" "程序及“开始”菜单中的快捷方式"
!insertmacro TEXT AT_LOGIN "Start it when I log in" "登录 Windows 时自动启动"
!insertmacro TEXT START_NOW "Start ${NAME}" "启动“飞书 – Outlook 日历同步”"
!insertmacro TEXT RUNNING \
  "${NAME} is running and will be closed. Nothing is lost: it goes on where it was when it is started again." \
  "“飞书 – Outlook 日历同步”正在运行，将会被关闭。不会丢失任何内容：再次启动后会接着同步。"
!insertmacro TEXT STILL_RUNNING \
  "${NAME} could not be closed. Choose Quit in the menu of its icon beside the clock, then start this again." \
  "无法关闭“飞书 – Outlook 日历同步”。请在时钟旁的图标菜单中选择“退出”，然后重新运行本程序。"
!insertmacro TEXT REMOVE_TOP \
  "The copies in your Outlook calendar stay there. To take them out, cancel now and choose Settings, Advanced, Remove all copies from Outlook first." \
  "Outlook 日历中的副本会保留。如需删除，请先取消卸载，打开“设置”›“高级”，选择“从 Outlook 中删除所有副本”。"
!insertmacro TEXT DATA_AND_SECRETS "My settings, sign-ins and history too" "同时删除我的设置、登录信息和历史记录"
