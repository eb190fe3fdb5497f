/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Requests to the vrouter family and what comes back, on libmnl alone: the tests of
 * the protocol must not depend on the library that is tested with it.
 *
 * A request is described by its attributes:
 *
 *	nl_ok(VROUTER_CMD_NETWORK_NEW, NLM_F_CREATE,
 *	      ATTRS(STR(VROUTER_A_NETWORK_NAME, "blue"), U32(VROUTER_A_NETWORK_MTU, 1400)))
 *
 * Functions that check return "" or what is wrong, for EXPECT_STREQ("", ...).
 */
#ifndef _NETLINK_HELPER_H
#define _NETLINK_HELPER_H

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/vrouter.h>

enum attr_kind {
	ATTR_END,
	ATTR_NUMBER,	/* of len bytes */
	ATTR_BYTES,
	ATTR_MAC,	/* in words */
	ATTR_ADDRESS,	/* in words */
	ATTR_NEST,
	ATTR_FLAT_NEST,	/* without NLA_F_NESTED */
	ATTR_LIST,	/* the attributes of another array */
};

struct attr {
	enum attr_kind kind;
	uint16_t type;
	size_t len;
	uint64_t number;
	const void *data;
};

#define U8(type, n)	{ ATTR_NUMBER, type, 1, n, NULL }
#define U16(type, n)	{ ATTR_NUMBER, type, 2, n, NULL }
#define PORT(type, n)	{ ATTR_NUMBER, type, 2, __builtin_bswap16(n), NULL }
#define U32(type, n)	{ ATTR_NUMBER, type, 4, n, NULL }
#define U64(type, n)	{ ATTR_NUMBER, type, 8, n, NULL }
#define BYTES(type, p, len) { ATTR_BYTES, type, len, 0, p }
#define STR(type, s)	{ ATTR_BYTES, type, strlen(s) + 1, 0, s }
#define FLAG(type)	{ ATTR_BYTES, type, 0, 0, "" }
#define MAC(type, s)	{ ATTR_MAC, type, 0, 0, s }
#define ADDR(type, s)	{ ATTR_ADDRESS, type, 0, 0, s }
#define NEST(type, ...)	{ ATTR_NEST, type, 0, 0, ATTRS(__VA_ARGS__) }
#define FLAT_NEST(type, ...) { ATTR_FLAT_NEST, type, 0, 0, ATTRS(__VA_ARGS__) }
#define LIST(attrs)	{ ATTR_LIST, 0, 0, 0, attrs }
#define ATTRS(...)	((const struct attr[]){ __VA_ARGS__ __VA_OPT__(,) { 0 } })

/**
 * struct where - which attribute of a request is at fault
 * @kind: none, a wrong one or one that is missing
 * @type: of the attribute, or of the nest that it is in when @inner isn't 0
 * @nth: of those of @type, from 0 on
 * @inner: type in the nest, or 0
 */
struct where {
	enum { WHERE_NONE, WHERE_AT, WHERE_MISSING, WHERE_ANY } kind;
	uint16_t type;
	unsigned int nth;
	uint16_t inner;
};

#define NOWHERE			((struct where){ WHERE_NONE })
#define ANYWHERE		((struct where){ WHERE_ANY })
#define AT(type)		((struct where){ WHERE_AT, type })
#define AT_NTH(type, n)		((struct where){ WHERE_AT, type, n })
#define IN(type, inner)		((struct where){ WHERE_AT, type, 0, inner })
#define IN_NTH(type, n, inner)	((struct where){ WHERE_AT, type, n, inner })
#define MISSING(type)		((struct where){ WHERE_MISSING, type })
#define MISSING_IN(type, n, inner) ((struct where){ WHERE_MISSING, type, n, inner })

/** struct msgs - messages, one after another */
struct msgs {
	char *data;
	size_t len, room;
	unsigned int count;
	bool interrupted;	/* one had NLM_F_DUMP_INTR */
	bool done;
	int err;		/* errno that a dump ended with */
};

/** struct answer - what came back for a request */
struct answer {
	int err;		/* errno, or 0 */
	char text[256];		/* of the extack */
	bool has_offset, has_missing, has_nest;
	uint32_t offset;	/* of the attribute at fault, in the request */
	uint32_t missing;	/* type of the attribute that is missing */
	uint32_t nest;		/* offset of the nest that it is missing in */
	struct msgs msgs;
};

#define NL_IDS_MAX 128

/** struct nl_ids - numbers of groups or commands */
struct nl_ids {
	unsigned int count;
	uint32_t ids[NL_IDS_MAX];
};

struct nl;

/* The socket that requests go through; each thread has its own. */
extern __thread struct nl *nl;

void nl_die(const char *what);
struct nl *nl_open(void);
struct nl *nl_fresh(void);
void nl_close(struct nl *sock);
const struct nl_ids *nl_groups(void);
const struct nl_ids *nl_operations(void);
struct nl *nl_join(uint32_t group);
struct nl *nl_listen(void);
struct nl *nl_listen_drops(void);
struct nl *nl_watcher(void);
int nl_fd(const struct nl *sock);

const struct answer *nl_ask_on(struct nl *sock, uint8_t cmd, uint16_t flags,
			       const struct attr *attrs);
const struct answer *nl_ask(uint8_t cmd, uint16_t flags, const struct attr *attrs);
const struct nlmsghdr *nl_asked(void);
const struct nlmsghdr *nl_build(const struct attr *attrs);

/* netlink_check.c */
const char *nl_ok(uint8_t cmd, uint16_t flags, const struct attr *attrs);
const char *nl_same(uint8_t cmd, uint16_t flags, const struct attr *attrs);
const char *nl_changes(uint8_t cmd, uint16_t flags, const struct attr *attrs);
const char *nl_refused(int err, const char *text, struct where where, uint8_t cmd,
		       uint16_t flags, const struct attr *attrs);
const char *nl_malformed(int err, struct where where, uint8_t cmd, uint16_t flags,
			 const struct attr *attrs);
const char *nl_dump_refused(int err, const char *text, uint8_t cmd,
			    const struct attr *attrs);
const char *nl_lacks(const struct nlmsghdr *msg, const struct attr *attrs);
const char *nl_notified(struct nl *sock, uint8_t cmd, const struct attr *attrs);
uint32_t nl_info(uint16_t type);
uint32_t nl_generation(void);
bool nl_settle(void);

/* netlink_helper.c again */
const struct nlmsghdr *nl_get(uint8_t cmd, const struct attr *attrs);
struct msgs *nl_dump(uint8_t cmd, const struct attr *attrs);
void nl_dump_start(uint8_t cmd, const struct attr *attrs);
bool nl_dump_more(struct msgs *msgs);
void nl_free(struct msgs *msgs);
const struct nlmsghdr *nl_first(const struct msgs *msgs);
const struct nlmsghdr *nl_next(const struct msgs *msgs, const struct nlmsghdr *msg);
const struct nlmsghdr *nl_nth(const struct msgs *msgs, unsigned int n);

const struct nlmsghdr *nl_event(struct nl *sock);
bool nl_wait(struct nl *sock, int milliseconds);
unsigned int nl_discard(struct nl *sock);

uint8_t nl_cmd(const struct nlmsghdr *msg);
const struct nlattr *nl_find(const void *from, size_t len, uint16_t type, unsigned int nth);
const struct nlattr *nl_nth_attr(const struct nlmsghdr *msg, uint16_t type, unsigned int nth);
const struct nlattr *nl_nth_inner(const struct nlmsghdr *msg, uint16_t nest, unsigned int nth,
				  uint16_t type);
const struct nlattr *nl_attr(const struct nlmsghdr *msg, uint16_t type);
const struct nlattr *nl_inner(const struct nlmsghdr *msg, uint16_t nest, uint16_t type);
unsigned int nl_count(const struct nlmsghdr *msg, uint16_t type);
uint32_t nl_u32(const struct nlmsghdr *msg, uint16_t type);
uint32_t nl_inner_u32(const struct nlmsghdr *msg, uint16_t nest, uint16_t type);
const char *nl_str(const struct nlmsghdr *msg, uint16_t type);

#endif /* _NETLINK_HELPER_H */
