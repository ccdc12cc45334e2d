/* close_range() needs _GNU_SOURCE, which the build defines */
#include "base/child.h"

#include <errno.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/log.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || \
	__has_feature(undefined_behavior_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

int child_confinable(void)
{
	const char *preload = getenv("LD_PRELOAD");

	return !SANITIZED && !(preload && strstr(preload, "vgpreload"));
}

void child_close_except(const int *keep, size_t n)
{
	unsigned from = 0;

	/* the smallest kept descriptor not yet passed, and so on upwards */
	for (;;) {
		unsigned next = from <= STDERR_FILENO ? STDERR_FILENO : ~0U;
		size_t i;

		for (i = 0; i < n; i++)
			if (keep[i] >= 0 && (unsigned)keep[i] >= from &&
				(unsigned)keep[i] < next)
				next = (unsigned)keep[i];
		if (next > from && close_range(from, next - 1, 0) &&
			errno != EBADF)
			fatal("close_range");
		if (next == ~0U)
			return;
		from = next + 1;
	}
}

void child_reset_signals(void)
{
	struct sigaction dfl = { .sa_handler = SIG_DFL };
	sigset_t none;
	int sig;

	for (sig = 1; sig < NSIG; sig++)
		(void)sigaction(sig, &dfl, NULL); /* KILL, STOP refuse */
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

static void limit(int what, rlim_t value)
{
	struct rlimit r = { value, value };

	if (setrlimit(what, &r))
		fatal("setrlimit %d", what);
}

void child_limit(const struct child_limits *l)
{
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_CPU, l->cpu_seconds);
	limit(RLIMIT_FSIZE, 0);
	if (child_confinable())
		limit(RLIMIT_AS, l->address_space);
}

void child_filter_parser(void)
{
	static const int allowed[] = {
		SCMP_SYS(read),
		SCMP_SYS(write),
		SCMP_SYS(brk),
		SCMP_SYS(munmap),
		SCMP_SYS(mremap),
		SCMP_SYS(madvise),
		SCMP_SYS(futex),
		SCMP_SYS(rt_sigreturn),
		SCMP_SYS(clock_gettime),
		SCMP_SYS(getrandom),
		SCMP_SYS(exit),
		SCMP_SYS(exit_group),
	};
	scmp_filter_ctx ctx;
	size_t i;
	int rc = 0;

	if (!child_confinable())
		return;
	ctx = seccomp_init(SCMP_ACT_KILL_PROCESS);
	if (!ctx)
		fatalx("no system-call filter");
	for (i = 0; i < sizeof(allowed) / sizeof(allowed[0]) && !rc; i++)
		rc = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, allowed[i], 0);
	/* fresh memory only: no file, nothing that could be run */
	if (!rc)
		rc = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2,
			SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
			SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS,
				MAP_ANONYMOUS));
	if (!rc)
		rc = seccomp_load(ctx);
	if (rc)
		fatalx("system-call filter: %s", strerror(-rc));
	seccomp_release(ctx);
}
