#!/bin/sh
# Installs the program out of the unpacked archive, or removes it again:
#
#   ./install.sh                          for you alone, in ~/.local
#   sudo ./install.sh --system            for everybody on this computer, in /usr/local
#   …/lib/feishu-outlook-sync/install.sh [--system] --uninstall
#
# Installing again replaces an older version. Settings, sign-ins and the copies in Outlook stay in any case.
# shellcheck disable=SC1111,SC3013  # quotation marks as people write them; -ef is POSIX since 2024
set -eu

name=feishu-outlook-sync
here=$(cd -P "$(dirname "$0")" && pwd)

say() { # in English, in Chinese
    case ${LC_ALL:-${LC_MESSAGES:-${LANG:-}}} in
    zh*) printf '%s\n' "$2" ;;
    *) printf '%s\n' "$1" ;;
    esac
}

choose_place() {
    if [ "$for_everybody" = yes ]; then
        prefix=/usr/local
        data=$prefix/share
    else
        prefix=$HOME/.local
        data=${XDG_DATA_HOME:-$prefix/share}
    fi
    program=$prefix/lib/$name/$name
    entry=$data/applications/$name.desktop
}

refuse_while_running() {
    [ -e "$program" ] || return 0
    for process in /proc/[0-9]*/exe; do
        if [ "$process" -ef "$program" ]; then
            say "The program is running. Choose “Quit” in its menu, then start this again; nothing was changed." \
                "程序正在运行。请先在它的菜单中选择“退出”，然后重新运行本脚本；目前没有做任何更改。" >&2
            exit 1
        fi
    done
}

install_program() {
    mkdir -p "$prefix/lib" "$prefix/bin" "$data/applications" "$data/icons"
    rm -rf "$prefix/lib/$name.new"
    cp -R "$here/lib/$name" "$prefix/lib/$name.new"
    rm -rf "${prefix:?}/lib/$name"
    mv "$prefix/lib/$name.new" "$prefix/lib/$name"
    ln -sf "../lib/$name/$name" "$prefix/bin/$name"
    cp -R "$here/share/icons/hicolor" "$data/icons/"
    # A desktop does not look into ~/.local/bin. Quoted and escaped as its Exec key wants it.
    quoted=$(printf '%s' "$program" | sed 's/\\/\\\\\\\\/g; s/["`$]/\\\\&/g; s/%/%%/g; s/[&|\\]/\\&/g')
    sed "s|^Exec=.*|Exec=\"$quoted\"|" "$here/share/applications/$name.desktop" >"$entry"
    refresh_menus
    say "Installed: $program. You find it in the menu of programs." \
        "已安装：$program。可以在应用程序菜单中找到它。"
}

remove_program() {
    rm -rf "${prefix:?}/lib/$name" "$entry"
    rm -f "$prefix/bin/$name" "$data"/icons/hicolor/*/apps/$name.png
    for start in "${XDG_CONFIG_HOME:-$HOME/.config}"/autostart/"$name"*.desktop; do
        if grep -qsF "$program" "$start"; then
            rm -f "$start"
        fi
    done
    refresh_menus
    say "Removed. Settings, sign-ins and the copies in Outlook are still there." \
        "已卸载。设置、登录信息以及 Outlook 中的副本仍然保留。"
}

refresh_menus() { # desktops that keep no such caches look for themselves
    update-desktop-database -q "$data/applications" 2>/dev/null || :
    gtk-update-icon-cache -q -t -f "$data/icons/hicolor" 2>/dev/null || :
}

wanted=install
for_everybody=no
for option in "$@"; do
    case $option in
    --system) for_everybody=yes ;;
    --uninstall) wanted=remove ;;
    *)
        say "Usage: $0 [--system] [--uninstall]" "用法：$0 [--system] [--uninstall]" >&2
        exit 2
        ;;
    esac
done
choose_place
refuse_while_running
case $wanted in
install) install_program ;;
remove) remove_program ;;
esac
