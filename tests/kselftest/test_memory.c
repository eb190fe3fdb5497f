// SPDX-License-Identifier: GPL-2.0
/* Memory of the module is charged to the cgroup of who asked for it. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "fixture.h"

#define CGROUP "/sys/fs/cgroup/vrtest"

NETNS_FIXTURE(memory);

/* A cgroup for children; false where there are none for memory. */
static bool make_cgroup(const char *max)
{
	return !run("echo +memory >/sys/fs/cgroup/cgroup.subtree_control && mkdir -p " CGROUP
		    " && echo %s >" CGROUP "/memory.max", max);
}

static bool enter_cgroup(void)
{
	return !run("echo %d >" CGROUP "/cgroup.procs", getpid());
}

static long charged(const char *field)
{
	char command[128];
	long count = -1;
	FILE *file;

	snprintf(command, sizeof(command), "awk '$1 == \"%s\" { print $2 }' " CGROUP "/memory.stat",
		 field);
	file = popen(command, "r");
	if (!file || fscanf(file, "%ld", &count) != 1)
		count = -1;
	if (file)
		pclose(file);
	return count;
}

/* Runs in a child, in the cgroup; returns when there is no more memory. */
static unsigned int make_nexthops(unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (nl_ask(VROUTER_CMD_NEXTHOP_NEW, CREATE,
			   ATTRS(U32(VROUTER_A_NEXTHOP_TYPE, VROUTER_NEXTHOP_TYPE_BLACKHOLE)))->err)
			break;
	return i;
}

static int end_of(int child)
{
	int status = -1;

	waitpid(child, &status, 0);
	return status;
}

/* Counters have a place for each processor: on a large host these are most of an object. */
TEST_F(memory, counters_of_each_processor_are_charged)
{
	long cpus = sysconf(_SC_NPROCESSORS_CONF), before, after;
	const unsigned int count = 4000;
	int child, go[2];
	char byte;

	if (!make_cgroup("max"))
		SKIP(return, "there are no cgroups for memory");
	ASSERT_EQ(0, pipe(go));
	before = charged("percpu");
	child = fork();
	if (!child) {
		nl = nl_open();	/* the parent reads answers, too */
		if (!enter_cgroup() || make_nexthops(count) != count)
			_exit(1);
		_exit(read(go[0], &byte, 1) != 1);
	}
	while (nl_info(VROUTER_A_INFO_NEXTHOPS) < count && !waitpid(child, NULL, WNOHANG))
		usleep(10000);
	after = charged("percpu");
	ASSERT_EQ(1, write(go[1], "x", 1));
	EXPECT_EQ(0, end_of(child));
	printf("# %u next hops on %ld processors: %ld bytes of counters\n", count, cpus,
	       after - before);
	/* Four numbers of 64 bits each. */
	EXPECT_GE(after - before, count * cpus * 32);
	run("rmdir " CGROUP);
}

/* A cgroup's limit is the end of it, not the host's memory. */
TEST_F(memory, limit_holds)
{
	const unsigned int count = 200000, least = 300;	/* bytes of a next hop, at least */
	int child, status;

	if (!make_cgroup("16M"))
		SKIP(return, "there are no cgroups for memory");
	child = fork();
	if (!child) {
		if (!enter_cgroup())
			_exit(2);
		_exit(make_nexthops(count) == count);
	}
	status = end_of(child);
	/* Refused, or ended by the kernel. */
	EXPECT_TRUE((WIFEXITED(status) && !WEXITSTATUS(status)) ||
		    (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL));
	printf("# %u next hops in 16 MB\n", nl_info(VROUTER_A_INFO_NEXTHOPS));
	EXPECT_LT(nl_info(VROUTER_A_INFO_NEXTHOPS), 16 * 1048576 / least);
	run("rmdir " CGROUP);
}

TEST_HARNESS_MAIN
