/*
 * Functions that never appear in this program, and why: each has a safer
 * neighbour here. Included from base.h, so that using one does not compile.
 */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

#define BANNED(f) sorry_##f##_is_banned

#undef strcpy
#define strcpy(d, s) BANNED(strcpy) /* arena_strdup() */
#undef strcat
#define strcat(d, s) BANNED(strcat) /* sbuf_addstr() */
#undef strncpy
#define strncpy(d, s, n) BANNED(strncpy) /* arena_strndup() */
#undef strncat
#define strncat(d, s, n) BANNED(strncat) /* sbuf_add() */
#undef sprintf
#define sprintf(...) BANNED(sprintf) /* snprintf() or sbuf_addf() */
#undef vsprintf
#define vsprintf(...) BANNED(vsprintf)
#undef strtok
#define strtok(s, d) BANNED(strtok) /* strchr(), memchr() */
#undef atoi
#define atoi(s) BANNED(atoi) /* num_int() */
#undef atol
#define atol(s) BANNED(atol)
#undef atof
#define atof(s) BANNED(atof) /* num_double() */
#undef gmtime
#define gmtime(t) BANNED(gmtime) /* gmtime_r() */
#undef localtime
#define localtime(t) BANNED(localtime)
#undef ctime
#define ctime(t) BANNED(ctime)
#undef asctime
#define asctime(t) BANNED(asctime)

#endif
