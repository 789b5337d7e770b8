"""Instead of PyInstaller's own hook: plug-ins that nothing here uses stay out, and so does what they need."""

import re

from PyInstaller.utils.hooks.qt import add_qt6_dependencies

UNUSED = re.compile(
    r"""[/\\](
      (lib)?q(gtk3)\.                                              # brings the build machine's GTK along
    | (lib)?q(eglfs|linuxfb|minimalegl|vkkhrdisplay|vnc)\.         # screens without a desktop
    | (lib)?q(direct2d)\.                                          # Windows' second way to draw
    | (egldeviceintegrations|generic)[/\\]                         # their devices
    | (xcbglintegrations|wayland-graphics-integration-client)[/\\] # OpenGL: widgets are drawn without
    | (lib)?qtvirtualkeyboardplugin\.
    | (lib)?q(gif|icns|ico|jpeg|pdf|tga|tiff|wbmp|webp)\.           # pictures are PNG and SVG
    )""",
    re.VERBOSE,
)

hiddenimports, binaries, datas = add_qt6_dependencies(__file__)
binaries = [entry for entry in binaries if not UNUSED.search(str(entry[0]))]
