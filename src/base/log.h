/*
 * The log: one event is one line on standard error,
 *
 *	2026-11-23T08:04:50.123Z info worker.2 7kq… text of the event
 *
 * time, level, process, request or job id ("-" if none), message. Control
 * characters are written as \xNN, so that no visitor can forge a line. Never
 * log keys, cookies, prompts, recipe text or bodies.
 *
 * log_warn() and fatal() add strerror(errno); log_warnx() and fatalx() do not.
 * fatal*() end the process with status 1, log_bug() with abort().
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

enum log_level {
	LOG_LEVEL_DEBUG,
	LOG_LEVEL_INFO,
	LOG_LEVEL_WARN,
	LOG_LEVEL_ERROR
};

/* Name of this process in the log ("master", "worker.2"); copied. A program
 * that never calls it (the CLI) writes bare "winepair: message" lines. */
void log_process(const char *name);
/* The request or job being worked on, NULL for none; copied. */
void log_request(const char *id);
void log_threshold(enum log_level lowest); /* default: info */

#define LOG_FN(a) __attribute__((format(printf, a, a + 1)))
void log_debug(const char *fmt, ...) LOG_FN(1);
void log_info(const char *fmt, ...) LOG_FN(1);
void log_warn(const char *fmt, ...) LOG_FN(1);
void log_warnx(const char *fmt, ...) LOG_FN(1);
void fatal(const char *fmt, ...) LOG_FN(1) __attribute__((noreturn));
void fatalx(const char *fmt, ...) LOG_FN(1) __attribute__((noreturn));
#undef LOG_FN

__attribute__((format(printf, 3, 4), noreturn)) void log_bug_at(
	const char *file, int line, const char *fmt, ...);
/* A broken invariant: say where, and abort this process. */
#define log_bug(...) log_bug_at(__FILE__, __LINE__, __VA_ARGS__)

#endif
