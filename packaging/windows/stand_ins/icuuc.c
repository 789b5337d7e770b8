/* Stands in for a library of Windows that Wine lacks. For trials under Wine; never shipped.
   Qt asks it for text encodings other than its own. Here there are none: each question ends in an error. */
#include <stddef.h>

#define EXPORT __declspec(dllexport)
enum { FILE_ACCESS_ERROR = 4 }; /* UErrorCode: "requested resource could not be opened" */

static void refuse(int *error)
{
    if (error)
        *error = FILE_ACCESS_ERROR;
}

/* Finding a converter. */
EXPORT void *ucnv_open(const char *name, int *error) { refuse(error); return NULL; }
EXPORT void ucnv_close(void *converter) { }
EXPORT void ucnv_reset(void *converter) { }
EXPORT const char *ucnv_getName(const void *converter, int *error) { refuse(error); return NULL; }
EXPORT signed char ucnv_getMaxCharSize(const void *converter) { return 0; }
EXPORT int ucnv_countAvailable(void) { return 0; }
EXPORT const char *ucnv_getAvailableName(int index) { return NULL; }
EXPORT const char *ucnv_getStandardName(const char *name, const char *standard, int *error)
{
    refuse(error);
    return NULL;
}

/* Using one: nobody can have any. */
EXPORT void ucnv_toUnicode(void *converter, void *target, const void *target_end, void *source,
                           const char *source_end, int *offsets, signed char flush, int *error)
{
    refuse(error);
}
EXPORT void ucnv_fromUnicode(void *converter, void *target, const char *target_end, void *source,
                             const void *source_end, int *offsets, signed char flush, int *error)
{
    refuse(error);
}
EXPORT int ucnv_toUCountPending(const void *converter, int *error) { refuse(error); return 0; }
EXPORT int ucnv_fromUCountPending(const void *converter, int *error) { refuse(error); return 0; }

/* What to do with characters that don't fit. */
EXPORT void ucnv_getToUCallBack(const void *converter, void **action, const void **context)
{
    *action = NULL;
    *context = NULL;
}
EXPORT void ucnv_getFromUCallBack(const void *converter, void **action, const void **context)
{
    *action = NULL;
    *context = NULL;
}
EXPORT void ucnv_setToUCallBack(void *converter, void *action, const void *context, void **old_action,
                                const void **old_context, int *error)
{
    refuse(error);
}
EXPORT void ucnv_setFromUCallBack(void *converter, void *action, const void *context, void **old_action,
                                  const void **old_context, int *error)
{
    refuse(error);
}
EXPORT void ucnv_cbToUWriteUChars(void *arguments, const void *text, int length, int offset, int *error)
{
    refuse(error);
}
EXPORT void ucnv_cbFromUWriteUChars(void *arguments, void *text, const void *end, int offset, int *error)
{
    refuse(error);
}
EXPORT void UCNV_TO_U_CALLBACK_SUBSTITUTE(const void *context, void *arguments, const char *units, int length,
                                          int reason, int *error)
{
    refuse(error);
}
EXPORT void UCNV_FROM_U_CALLBACK_SUBSTITUTE(const void *context, void *arguments, const void *units, int length,
                                            int code_point, int reason, int *error)
{
    refuse(error);
}
