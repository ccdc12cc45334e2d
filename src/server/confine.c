/*
 * What a taken-over process could still do, made small. A list of what is
 * forbidden, not of what is allowed: SQLite, libcurl and the C library differ
 * in what they call from one version to the next, and a worker that dies of a
 * new libc would be no gain. The parser's child, which needs next to nothing,
 * has a list of what is allowed (base/child.c).
 */
#include "server/process.h"

#include <errno.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

static const int forbidden[] = {
	SCMP_SYS(execve),
	SCMP_SYS(execveat),
	SCMP_SYS(ptrace),
	SCMP_SYS(process_vm_readv),
	SCMP_SYS(process_vm_writev),
	SCMP_SYS(pidfd_getfd),
	SCMP_SYS(kcmp),
	SCMP_SYS(bpf),
	SCMP_SYS(perf_event_open),
	SCMP_SYS(userfaultfd),
	SCMP_SYS(io_uring_setup), /* would go round this very filter */
	SCMP_SYS(io_uring_enter),
	SCMP_SYS(io_uring_register),
	SCMP_SYS(keyctl),
	SCMP_SYS(add_key),
	SCMP_SYS(request_key),
	SCMP_SYS(mount),
	SCMP_SYS(umount2),
	SCMP_SYS(pivot_root),
	SCMP_SYS(chroot),
	SCMP_SYS(move_mount),
	SCMP_SYS(open_tree),
	SCMP_SYS(fsopen),
	SCMP_SYS(setns),
	SCMP_SYS(unshare),
	SCMP_SYS(init_module),
	SCMP_SYS(finit_module),
	SCMP_SYS(delete_module),
	SCMP_SYS(kexec_load),
	SCMP_SYS(reboot),
	SCMP_SYS(swapon),
	SCMP_SYS(swapoff),
	SCMP_SYS(open_by_handle_at),
	SCMP_SYS(name_to_handle_at),
	SCMP_SYS(personality),
	SCMP_SYS(acct),
	SCMP_SYS(quotactl),
	SCMP_SYS(settimeofday),
	SCMP_SYS(clock_settime),
	SCMP_SYS(sethostname),
	SCMP_SYS(mknod),
	SCMP_SYS(mknodat),
};

static const int births[] = { SCMP_SYS(fork), SCMP_SYS(vfork), SCMP_SYS(clone),
	SCMP_SYS(clone3) };

void confine_secrets(void)
{
	const struct rlimit none = { 0, 0 };

	if (setrlimit(RLIMIT_CORE, &none))
		fatal("no limit for core files");
	/* the leak check of AddressSanitizer traces its own process */
	if (child_confinable() && prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L))
		fatal("prctl");
}

void confine_memory(size_t bytes)
{
	const struct rlimit r = { bytes, bytes };

	if (child_confinable() && setrlimit(RLIMIT_AS, &r))
		fatal("no limit for memory");
}

static int forbid(scmp_filter_ctx ctx, const int *calls, size_t n)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < n && !rc; i++)
		rc = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), calls[i], 0);
	return rc;
}

void confine_calls(unsigned may)
{
	const struct scmp_arg_cmp not_unix = {
		.arg = 0, .op = SCMP_CMP_NE, .datum_a = AF_UNIX
	};
	scmp_filter_ctx ctx;
	int rc;

	if (!child_confinable())
		return;
	ctx = seccomp_init(SCMP_ACT_ALLOW);
	if (!ctx)
		fatalx("no system-call filter");
	rc = forbid(ctx, forbidden, ARRAY_LEN(forbidden));
	if (!rc && !(may & CONFINE_MAY_FORK))
		rc = forbid(ctx, births, ARRAY_LEN(births));
	if (!rc && !(may & CONFINE_MAY_CONNECT))
		rc = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM),
			SCMP_SYS(socket), 1, not_unix);
	if (!rc)
		rc = seccomp_load(ctx);
	if (rc)
		fatalx("system-call filter: %s", strerror(-rc));
	seccomp_release(ctx);
}
