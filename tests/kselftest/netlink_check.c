// SPDX-License-Identifier: GPL-2.0
/*
 * Checks of what the kernel answers. The text of a check that failed is kept until the
 * thread's next one.
 */
#include <errno.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "netlink_helper.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static __thread char complaint[2048];

static const char *complain(const char *fmt, ...)
{
	char text[sizeof(complaint)];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	memcpy(complaint, text, sizeof(text));
	return complaint;
}

/* What is in a message */

static bool is_nest(const struct nlattr *attr)
{
	return attr->nla_type & NLA_F_NESTED;
}

static const char *lacks(const void *have, size_t have_len, const void *want, size_t want_len);

/* The wanted attribute is the @nth of its type. */
static const char *lacks_one(const void *have, size_t len, const struct nlattr *want,
			     unsigned int nth)
{
	const struct nlattr *attr = nl_find(have, len, mnl_attr_get_type(want), nth);
	size_t size = mnl_attr_get_payload_len(want);

	if (!attr)
		return complain("attribute %u[%u] is absent", mnl_attr_get_type(want), nth);
	if (is_nest(want))
		return lacks(mnl_attr_get_payload(attr), mnl_attr_get_payload_len(attr),
			     mnl_attr_get_payload(want), size);
	if (mnl_attr_get_payload_len(attr) != size ||
	    memcmp(mnl_attr_get_payload(attr), mnl_attr_get_payload(want), size))
		return complain("attribute %u[%u] is of length %u and begins %08x, not %08x",
				mnl_attr_get_type(want), nth, mnl_attr_get_payload_len(attr),
				size >= 4 ? mnl_attr_get_u32(attr) : mnl_attr_get_u8(attr),
				size >= 4 ? mnl_attr_get_u32(want) : mnl_attr_get_u8(want));
	return "";
}

static const char *lacks(const void *have, size_t have_len, const void *want, size_t want_len)
{
	unsigned int seen[64] = {};
	const struct nlattr *attr;
	const char *why = "";

	mnl_attr_for_each_payload(want, want_len) {
		why = lacks_one(have, have_len, attr, seen[mnl_attr_get_type(attr) % 64]++);
		if (*why)
			return why;
	}
	return why;
}

/** nl_lacks() - what of these attributes a message does not have; "" when all are there */
const char *nl_lacks(const struct nlmsghdr *msg, const struct attr *attrs)
{
	const struct nlmsghdr *want = nl_build(attrs);

	if (!msg)
		return "there is no message";
	return lacks(mnl_nlmsg_get_payload_offset(msg, GENL_HDRLEN),
		     mnl_nlmsg_get_payload_len(msg) - GENL_HDRLEN,
		     mnl_nlmsg_get_payload_offset(want, GENL_HDRLEN),
		     mnl_nlmsg_get_payload_len(want) - GENL_HDRLEN);
}

/* The state of everything, to see that nothing changed */

static const struct {
	uint8_t cmd;
	uint16_t stats;		/* attribute left out */
	uint16_t entry;		/* nest with more to leave out */
	uint16_t used;		/* that and what follows it in the nest */
} kinds[] = {
	{ VROUTER_CMD_NETWORK_GET, VROUTER_A_NETWORK_STATS },
	{ VROUTER_CMD_TUNNEL_GET, VROUTER_A_TUNNEL_STATS },
	{ VROUTER_CMD_VIF_GET, VROUTER_A_VIF_STATS },
	{ VROUTER_CMD_NEXTHOP_GET, VROUTER_A_NEXTHOP_STATS },
	{ VROUTER_CMD_POLICER_GET },
	{ VROUTER_CMD_ROUTE_GET, 0, VROUTER_A_ROUTE_ENTRY, VROUTER_A_ROUTE_ENTRY_USED },
	{ VROUTER_CMD_FDB_GET, 0, VROUTER_A_FDB_ENTRY, VROUTER_A_FDB_ENTRY_USED },
	{ VROUTER_CMD_NEIGHBOUR_GET, 0, VROUTER_A_NEIGHBOUR_ENTRY,
	  VROUTER_A_NEIGHBOUR_ENTRY_USED },
	{ VROUTER_CMD_SET_GET, VROUTER_A_SET_MEMORY },
	{ VROUTER_CMD_ELEMENT_GET, 0, VROUTER_A_ELEMENT_ENTRY, VROUTER_A_ELEMENT_ENTRY_EXPIRES },
	{ VROUTER_CMD_SG_GET },
	{ VROUTER_CMD_RULE_GET, 0, VROUTER_A_RULE_ENTRY, VROUTER_A_RULE_ENTRY_PACKETS },
};

struct state {
	char *data;
	size_t len, size;
};

static void add(struct state *state, const void *data, size_t len)
{
	if (state->len + len > state->size) {
		state->size = 2 * (state->len + len) + 4096;
		state->data = realloc(state->data, state->size);
		if (!state->data)
			nl_die("realloc");
	}
	memcpy(state->data + state->len, data, len);
	state->len += len;
}

static void add_attr(struct state *state, const struct nlattr *attr, unsigned int kind)
{
	uint16_t type = mnl_attr_get_type(attr);
	const struct nlattr *inner;

	if (kinds[kind].stats && type == kinds[kind].stats)
		return;
	if (!kinds[kind].entry || type != kinds[kind].entry) {
		add(state, attr, attr->nla_len);
		return;
	}
	mnl_attr_for_each_nested(inner, attr)
		if (mnl_attr_get_type(inner) < kinds[kind].used &&
		    mnl_attr_get_payload_len(inner))
			add(state, inner, inner->nla_len);
}

static void add_kind(struct state *state, unsigned int kind)
{
	const struct answer *answer;
	const struct nlmsghdr *msg;
	const struct nlattr *attr;

	do {
		answer = nl_ask_on(nl_watcher(), kinds[kind].cmd, NLM_F_DUMP, NULL);
	} while (answer->msgs.interrupted);
	add(state, &kinds[kind].cmd, 1);
	add(state, &answer->err, sizeof(answer->err));
	for (msg = nl_first(&answer->msgs); msg; msg = nl_next(&answer->msgs, msg))
		mnl_attr_for_each(attr, msg, GENL_HDRLEN)
			add_attr(state, attr, kind);
}

/* Refused requests must not touch devices either. */
static void add_devices(struct state *state)
{
	struct if_nameindex *devices = if_nameindex(), *device;
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	struct ifreq request;

	for (device = devices; device && device->if_index; device++) {
		memset(&request, 0, sizeof(request));
		memcpy(request.ifr_name, device->if_name, strlen(device->if_name));
		if (ioctl(fd, SIOCGIFFLAGS, &request))
			continue;
		add(state, request.ifr_name, IFNAMSIZ);
		add(state, &request.ifr_flags, sizeof(request.ifr_flags));
	}
	if_freenameindex(devices);
	close(fd);
}

/* The state of the namespace of the thread's socket, as it was opened. */
static struct state look(void)
{
	const struct answer *answer;
	struct state state = {};
	unsigned int i;

	for (i = 0; i < COUNT(kinds); i++)
		add_kind(&state, i);
	answer = nl_ask_on(nl_watcher(), VROUTER_CMD_INFO_GET, 0, NULL);
	add(&state, answer->msgs.data + GENL_HDRLEN + MNL_NLMSG_HDRLEN,
	    answer->msgs.len - GENL_HDRLEN - MNL_NLMSG_HDRLEN);
	add_devices(&state);
	return state;
}

/* Compares and frees. */
static bool differ(struct state *a, struct state *b)
{
	bool differs = a->len != b->len || memcmp(a->data, b->data, a->len);

	free(a->data);
	free(b->data);
	return differs;
}

/** nl_info() - a number of the reply to info-get, or UINT32_MAX */
uint32_t nl_info(uint16_t type)
{
	return nl_u32(nl_get(VROUTER_CMD_INFO_GET, NULL), type);
}

uint32_t nl_generation(void)
{
	return nl_info(VROUTER_A_INFO_GENERATION);
}

/**
 * nl_settle() - waits until nothing changes by itself, as the carriers of new devices do
 *
 * The kernel tells of most of these at most once a second (net/core/link_watch.c), so quiet is
 * what is quiet for longer.
 *
 * Return: false when it never came to rest.
 */
bool nl_settle(void)
{
	uint32_t last = nl_generation(), now;
	int quiet = 0, tries = 500;

	while (tries--) {
		usleep(20000);
		now = nl_generation();
		quiet = now == last ? quiet + 1 : 0;
		if (quiet == 60)
			return true;
		last = now;
	}
	return false;
}

/* Checks */

/** nl_ok() - checks that a request succeeds */
const char *nl_ok(uint8_t cmd, uint16_t flags, const struct attr *attrs)
{
	const struct answer *answer = nl_ask(cmd, flags, attrs);

	if (answer->err)
		return complain("%s: %s", strerror(answer->err), answer->text);
	return "";
}

/** nl_same() - checks that a request succeeds and changes nothing */
const char *nl_same(uint8_t cmd, uint16_t flags, const struct attr *attrs)
{
	struct state before = look(), after;
	const char *why = nl_ok(cmd, flags, attrs);

	after = look();
	if (differ(&before, &after) && !*why)
		return "something changed";
	return why;
}

/** nl_changes() - checks that a request succeeds and increases the generation */
const char *nl_changes(uint8_t cmd, uint16_t flags, const struct attr *attrs)
{
	uint32_t before = nl_generation();
	const char *why = nl_ok(cmd, flags, attrs);
	uint32_t after = nl_generation();

	if (!*why && after <= before)
		return complain("the generation is %u, it was %u", after, before);
	return why;
}

static size_t offset_of(struct where where)
{
	const struct nlmsghdr *msg = nl_asked();
	const struct nlattr *attr;

	attr = where.inner && where.kind == WHERE_AT ?
	       nl_nth_inner(msg, where.type, where.nth, where.inner) :
	       nl_nth_attr(msg, where.type, where.nth);
	return attr ? (const char *)attr - (const char *)msg : 0;
}

static const char *misplaced(const struct answer *answer, struct where where)
{
	uint16_t missing = where.inner ? where.inner : where.type;

	if (where.kind == WHERE_ANY)
		return "";
	if (where.kind == WHERE_AT && !answer->has_offset)
		return complain("names no attribute: %s", answer->text);
	if (where.kind == WHERE_AT && answer->offset != offset_of(where))
		return complain("names the attribute at %u, not %zu: %s", answer->offset,
				offset_of(where), answer->text);
	if (where.kind != WHERE_AT && answer->has_offset)
		return complain("names an attribute, at %u: %s", answer->offset, answer->text);
	if (where.kind != WHERE_MISSING)
		return answer->has_missing ? complain("misses attribute %u", answer->missing) : "";
	if (!answer->has_missing || answer->missing != missing)
		return complain("misses attribute %u, not %u: %s", answer->missing, missing,
				answer->text);
	if (where.inner && (!answer->has_nest || answer->nest != offset_of(where)))
		return complain("misses it in the nest at %u, not %zu: %s", answer->nest,
				offset_of(where), answer->text);
	return "";
}

static const char *unlike(const struct answer *answer, int err, const char *text)
{
	if (answer->err != err)
		return complain("%s, not %s: %s", strerror(answer->err), strerror(err),
				answer->text);
	if (!answer->text[0] && text)
		return complain("%s without a word", strerror(err));
	if (text && !strstr(answer->text, text))
		return complain("the words are \"%s\", not \"%s\"", answer->text, text);
	return "";
}

static const char *refused(int err, const char *text, struct where where, uint8_t cmd,
			   uint16_t flags, const struct attr *attrs)
{
	struct state before = look(), after;
	const struct answer *answer = nl_ask(cmd, flags, attrs);
	const char *why = unlike(answer, err, text);

	after = look();
	if (!*why)
		why = misplaced(answer, where);
	if (differ(&before, &after) && !*why)
		return complain("something changed: %s", answer->text);
	return why;
}

/**
 * nl_refused() - checks that a request is refused as it should be, without a trace
 * @err: the errno
 * @text: part of the words
 * @where: the attribute at fault
 * @cmd: the request
 * @flags: its flags
 * @attrs: its attributes
 */
const char *nl_refused(int err, const char *text, struct where where, uint8_t cmd,
		       uint16_t flags, const struct attr *attrs)
{
	return refused(err, text, where, cmd, flags, attrs);
}

/** nl_malformed() - as nl_refused(), for what the core refuses in words of its own */
const char *nl_malformed(int err, struct where where, uint8_t cmd, uint16_t flags,
			 const struct attr *attrs)
{
	return refused(err, NULL, where, cmd, flags, attrs);
}

/** nl_dump_refused() - checks that a dump is refused; the core passes on words only */
const char *nl_dump_refused(int err, const char *text, uint8_t cmd, const struct attr *attrs)
{
	return refused(err, text, ANYWHERE, cmd, NLM_F_DUMP, attrs);
}

/** nl_notified() - checks that the next event is this one */
const char *nl_notified(struct nl *sock, uint8_t cmd, const struct attr *attrs)
{
	const struct nlmsghdr *msg = nl_event(sock);
	const char *why;

	if (!msg)
		return complain("no notification %u comes", cmd);
	if (nl_cmd(msg) != cmd)
		return complain("the notification is %u, not %u", nl_cmd(msg), cmd);
	why = nl_lacks(msg, attrs);
	return *why ? complain("notification %u: %s", cmd, why) : "";
}
