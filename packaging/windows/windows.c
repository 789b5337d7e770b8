/* Lists what is on the desktop, for trials under Wine; never shipped. One line for each visible window: left,
   top, right, bottom, class, title; tabs between them, in UTF-8. Written into
   the file that is named: what a first program starts in turn would keep a pipe open. */
#include <stdio.h>
#include <windows.h>

static void print_text(const WCHAR *text)
{
    char utf8[1024];
    if (WideCharToMultiByte(CP_UTF8, 0, text, -1, utf8, sizeof utf8, NULL, NULL))
        fputs(utf8, stdout);
}

static BOOL CALLBACK print_window(HWND window, LPARAM unused)
{
    WCHAR class_name[128] = L"", title[256] = L"";
    RECT box;

    if (!IsWindowVisible(window) || !GetWindowRect(window, &box))
        return TRUE;
    GetClassNameW(window, class_name, 128);
    GetWindowTextW(window, title, 256);
    printf("%ld\t%ld\t%ld\t%ld\t", box.left, box.top, box.right, box.bottom);
    print_text(class_name);
    putchar('\t');
    print_text(title);
    putchar('\n');
    return TRUE;
}

int main(int count, char **words)
{
    if (count != 2 || !freopen(words[1], "w", stdout))
        return 1;
    EnumWindows(print_window, 0);
    return 0;
}
