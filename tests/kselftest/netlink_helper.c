// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "netlink_helper.h"

#ifndef NLMSGERR_ATTR_MISS_TYPE
#define NLMSGERR_ATTR_MISS_TYPE	5
#define NLMSGERR_ATTR_MISS_NEST	6
#endif

#define REQUEST_MAX	8388608
#define RECEIVE_MAX	1048576
#define TIMEOUT_SECONDS	120

struct nl {
	struct mnl_socket *mnl;
	unsigned int portid;
	uint32_t seq;
	char *request;		/* the last one */
	char *received;
	size_t received_len;	/* events that were received together */
	size_t received_at;
	struct answer answer;
	struct nl *watcher;	/* see nl_watcher() */
};

__thread struct nl *nl;

static uint16_t family;
static uint32_t config_group, drops_group;
static struct nl_ids groups, operations;

void nl_die(const char *what)
{
	perror(what);
	abort();
}

/* Building requests */

static void put_mac(struct nlmsghdr *msg, const struct attr *attr)
{
	unsigned char mac[6];

	if (sscanf(attr->data, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &mac[0], &mac[1], &mac[2],
		   &mac[3], &mac[4], &mac[5]) != 6)
		nl_die(attr->data);
	mnl_attr_put(msg, attr->type, sizeof(mac), mac);
}

static void put_address(struct nlmsghdr *msg, const struct attr *attr)
{
	int family = strchr(attr->data, ':') ? AF_INET6 : AF_INET;
	unsigned char addr[16];

	if (inet_pton(family, attr->data, addr) != 1)
		nl_die(attr->data);
	mnl_attr_put(msg, attr->type, family == AF_INET ? 4 : 16, addr);
}

static void put_attrs(struct nlmsghdr *msg, const struct attr *attr)
{
	struct nlattr *nest;

	for (; attr && attr->kind != ATTR_END; attr++) {
		switch (attr->kind) {
		case ATTR_NUMBER:
			mnl_attr_put(msg, attr->type, attr->len, &attr->number);
			break;
		case ATTR_BYTES:
			mnl_attr_put(msg, attr->type, attr->len, attr->data);
			break;
		case ATTR_MAC:
			put_mac(msg, attr);
			break;
		case ATTR_ADDRESS:
			put_address(msg, attr);
			break;
		case ATTR_LIST:
			put_attrs(msg, attr->data);
			break;
		default:
			nest = mnl_attr_nest_start(msg, attr->type);
			if (attr->kind == ATTR_FLAT_NEST)
				nest->nla_type &= ~NLA_F_NESTED;
			put_attrs(msg, attr->data);
			mnl_attr_nest_end(msg, nest);
		}
	}
}

static struct nlmsghdr *build(void *buffer, uint16_t family, uint8_t cmd, uint16_t flags,
			      const struct attr *attrs)
{
	struct nlmsghdr *msg = mnl_nlmsg_put_header(buffer);
	struct genlmsghdr *genl;

	msg->nlmsg_type = family;
	msg->nlmsg_flags = NLM_F_REQUEST | flags;
	genl = mnl_nlmsg_put_extra_header(msg, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = 1;
	put_attrs(msg, attrs);
	return msg;
}

/* Sending and receiving */

static void send_request(struct nl *sock, struct nlmsghdr *msg)
{
	msg->nlmsg_seq = ++sock->seq;
	if (mnl_socket_sendto(sock->mnl, msg, msg->nlmsg_len) < 0)
		nl_die("send to netlink");
}

static void keep(struct msgs *msgs, const struct nlmsghdr *msg)
{
	size_t size = MNL_ALIGN(msg->nlmsg_len);

	if (msgs->len + size > msgs->room) {
		msgs->room = 2 * (msgs->len + size) + 4096;
		msgs->data = realloc(msgs->data, msgs->room);
		if (!msgs->data)
			nl_die("realloc");
	}
	memset(msgs->data + msgs->len, 0, size);
	memcpy(msgs->data + msgs->len, msg, msg->nlmsg_len);
	msgs->len += size;
	msgs->count++;
}

static int read_extack(const struct nlattr *attr, void *data)
{
	struct answer *answer = data;

	switch (mnl_attr_get_type(attr)) {
	case NLMSGERR_ATTR_MSG:
		snprintf(answer->text, sizeof(answer->text), "%s", mnl_attr_get_str(attr));
		break;
	case NLMSGERR_ATTR_OFFS:
		answer->has_offset = true;
		answer->offset = mnl_attr_get_u32(attr);
		break;
	case NLMSGERR_ATTR_MISS_TYPE:
		answer->has_missing = true;
		answer->missing = mnl_attr_get_u32(attr);
		break;
	case NLMSGERR_ATTR_MISS_NEST:
		answer->has_nest = true;
		answer->nest = mnl_attr_get_u32(attr);
		break;
	}
	return MNL_CB_OK;
}

static void read_error(struct answer *answer, const struct nlmsghdr *msg)
{
	const struct nlmsgerr *error = mnl_nlmsg_get_payload(msg);
	size_t skip = sizeof(*error);

	answer->err = -error->error;
	if (!(msg->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (!(msg->nlmsg_flags & NLM_F_CAPPED))
		skip += error->msg.nlmsg_len - sizeof(error->msg);
	mnl_attr_parse(msg, skip, read_extack, answer);
}

static void read_done(struct answer *answer, const struct nlmsghdr *msg)
{
	const int *err = mnl_nlmsg_get_payload(msg);

	answer->msgs.done = true;
	answer->err = -*err;
	answer->msgs.err = -*err;
	if (msg->nlmsg_flags & NLM_F_ACK_TLVS)
		mnl_attr_parse(msg, sizeof(*err), read_extack, answer);
}

/* Takes a message; true when it is the last of the answer. */
static bool take(struct nl *sock, struct answer *answer, const struct nlmsghdr *msg)
{
	if (msg->nlmsg_seq != sock->seq)
		return false;
	if (msg->nlmsg_flags & NLM_F_DUMP_INTR)
		answer->msgs.interrupted = true;
	if (msg->nlmsg_type == NLMSG_ERROR) {
		read_error(answer, msg);
		return true;
	}
	if (msg->nlmsg_type == NLMSG_DONE) {
		read_done(answer, msg);
		return true;
	}
	keep(&answer->msgs, msg);
	return false;
}

/* Receives what comes at once; true when the answer is complete. */
static bool receive_some(struct nl *sock, struct answer *answer)
{
	const struct nlmsghdr *msg = (void *)sock->received;
	ssize_t len = mnl_socket_recvfrom(sock->mnl, sock->received, RECEIVE_MAX);
	int rest = len;

	if (len < 0)
		nl_die("receive from netlink");
	for (; mnl_nlmsg_ok(msg, rest); msg = mnl_nlmsg_next(msg, &rest))
		if (take(sock, answer, msg))
			return true;
	return false;
}

static void reset_answer(struct answer *answer)
{
	free(answer->msgs.data);
	memset(answer, 0, sizeof(*answer));
}

static const struct answer *ask(struct nl *sock, uint16_t family, uint8_t cmd,
				uint16_t flags, const struct attr *attrs)
{
	struct nlmsghdr *msg = build(sock->request, family, cmd, flags | NLM_F_ACK, attrs);

	reset_answer(&sock->answer);
	send_request(sock, msg);
	while (!receive_some(sock, &sock->answer))
		;
	return &sock->answer;
}

/** nl_ask_on() - sends a request and waits for the whole answer, kept until the next */
const struct answer *nl_ask_on(struct nl *sock, uint8_t cmd, uint16_t flags,
			       const struct attr *attrs)
{
	return ask(sock, family, cmd, flags, attrs);
}

/** nl_ask() - the same on the thread's socket */
const struct answer *nl_ask(uint8_t cmd, uint16_t flags, const struct attr *attrs)
{
	return nl_ask_on(nl, cmd, flags, attrs);
}

/** nl_asked() - the last request that was built on the thread's socket */
const struct nlmsghdr *nl_asked(void)
{
	return (void *)nl->request;
}

/** nl_build() - attributes as a message that nobody will get, kept until the next request */
const struct nlmsghdr *nl_build(const struct attr *attrs)
{
	return build(nl->request, 0, 0, 0, attrs);
}

/* Sockets */

static void add_id(struct nl_ids *ids, uint32_t id)
{
	if (ids->count < NL_IDS_MAX)
		ids->ids[ids->count++] = id;
}

static void remember_group(const char *name, uint32_t id)
{
	add_id(&groups, id);
	if (!strcmp(name, VROUTER_MCGRP_CONFIG))
		config_group = id;
	else if (!strcmp(name, VROUTER_MCGRP_DROPS))
		drops_group = id;
}

static int find_operation(const struct nlattr *attr, void *data)
{
	const struct nlattr *inner, *field;

	if (mnl_attr_get_type(attr) != CTRL_ATTR_OPS)
		return MNL_CB_OK;
	mnl_attr_for_each_nested(inner, attr)
		mnl_attr_for_each_nested(field, inner)
			if (mnl_attr_get_type(field) == CTRL_ATTR_OP_ID)
				add_id(&operations, mnl_attr_get_u32(field));
	return MNL_CB_OK;
}

static int find_group(const struct nlattr *attr, void *data)
{
	const struct nlattr *inner, *field;
	const char *name = "";
	uint32_t id = 0;

	if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID)
		family = mnl_attr_get_u16(attr);
	if (mnl_attr_get_type(attr) != CTRL_ATTR_MCAST_GROUPS)
		return MNL_CB_OK;
	mnl_attr_for_each_nested(inner, attr) {
		mnl_attr_for_each_nested(field, inner) {
			if (mnl_attr_get_type(field) == CTRL_ATTR_MCAST_GRP_NAME)
				name = mnl_attr_get_str(field);
			else if (mnl_attr_get_type(field) == CTRL_ATTR_MCAST_GRP_ID)
				id = mnl_attr_get_u32(field);
		}
		remember_group(name, id);
	}
	return MNL_CB_OK;
}

static void find_family(struct nl *sock)
{
	const struct answer *answer;

	answer = ask(sock, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0,
		     ATTRS(STR(CTRL_ATTR_FAMILY_NAME, VROUTER_GENL_NAME)));
	if (answer->err || !answer->msgs.count) {
		fprintf(stderr, "# there is no family vrouter: is the module loaded?\n");
		abort();
	}
	groups.count = 0;
	operations.count = 0;
	mnl_attr_parse((void *)answer->msgs.data, sizeof(struct genlmsghdr), find_group, NULL);
	mnl_attr_parse((void *)answer->msgs.data, sizeof(struct genlmsghdr), find_operation,
		       NULL);
}

static void set_options(struct nl *sock)
{
	struct timeval timeout = { .tv_sec = TIMEOUT_SECONDS };
	int on = 1, size = REQUEST_MAX, fd = mnl_socket_get_fd(sock->mnl);

	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
}

/** nl_fresh() - as nl_open() for who knows the family: nothing was received by it yet */
struct nl *nl_fresh(void)
{
	struct nl *sock = calloc(1, sizeof(*sock));

	if (!sock)
		nl_die("calloc");
	sock->request = malloc(REQUEST_MAX);
	sock->received = malloc(RECEIVE_MAX);
	sock->mnl = mnl_socket_open(NETLINK_GENERIC);
	if (!sock->request || !sock->received || !sock->mnl ||
	    mnl_socket_bind(sock->mnl, 0, MNL_SOCKET_AUTOPID))
		nl_die("netlink socket");
	sock->portid = mnl_socket_get_portid(sock->mnl);
	set_options(sock);
	return sock;
}

/** nl_open() - a socket of the network namespace that the caller is in now */
struct nl *nl_open(void)
{
	struct nl *sock = nl_fresh();

	find_family(sock);
	return sock;
}

void nl_close(struct nl *sock)
{
	if (sock->watcher)
		nl_close(sock->watcher);
	mnl_socket_close(sock->mnl);
	reset_answer(&sock->answer);
	free(sock->request);
	free(sock->received);
	free(sock);
}

/** nl_watcher() - a second socket of the thread's namespace, to look at what is there */
struct nl *nl_watcher(void)
{
	if (!nl->watcher)
		nl->watcher = nl_open();
	return nl->watcher;
}

/** nl_groups() - the family's multicast groups */
const struct nl_ids *nl_groups(void)
{
	return &groups;
}

/** nl_operations() - the family's commands */
const struct nl_ids *nl_operations(void)
{
	return &operations;
}

/** nl_join() - a socket that listens to a group; NULL and errno when that is refused */
struct nl *nl_join(uint32_t group)
{
	struct nl *sock = nl_open();
	int err;

	if (!mnl_socket_setsockopt(sock->mnl, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)))
		return sock;
	err = errno;
	nl_close(sock);
	errno = err;
	return NULL;
}

/** nl_listen() - a socket that hears the notifications of changes */
struct nl *nl_listen(void)
{
	struct nl *sock = nl_join(config_group);

	if (!sock)
		nl_die("join the group");
	return sock;
}

/** nl_listen_drops() - one that hears of drops; NULL and errno when that is refused */
struct nl *nl_listen_drops(void)
{
	return nl_join(drops_group);
}

int nl_fd(const struct nl *sock)
{
	return mnl_socket_get_fd(sock->mnl);
}

/* Messages */

void nl_free(struct msgs *msgs)
{
	free(msgs->data);
	memset(msgs, 0, sizeof(*msgs));
}

const struct nlmsghdr *nl_first(const struct msgs *msgs)
{
	return msgs->count ? (const void *)msgs->data : NULL;
}

const struct nlmsghdr *nl_next(const struct msgs *msgs, const struct nlmsghdr *msg)
{
	const char *next = (const char *)msg + MNL_ALIGN(msg->nlmsg_len);

	return next < msgs->data + msgs->len ? (const void *)next : NULL;
}

const struct nlmsghdr *nl_nth(const struct msgs *msgs, unsigned int n)
{
	const struct nlmsghdr *msg = nl_first(msgs);

	while (msg && n--)
		msg = nl_next(msgs, msg);
	return msg;
}

uint8_t nl_cmd(const struct nlmsghdr *msg)
{
	return ((const struct genlmsghdr *)mnl_nlmsg_get_payload(msg))->cmd;
}

/** nl_find() - the @nth attribute of a type among others, or NULL */
const struct nlattr *nl_find(const void *from, size_t len, uint16_t type, unsigned int nth)
{
	const struct nlattr *attr;

	mnl_attr_for_each_payload(from, len)
		if (mnl_attr_get_type(attr) == type && !nth--)
			return attr;
	return NULL;
}

/** nl_nth_attr() - the same in a message */
const struct nlattr *nl_nth_attr(const struct nlmsghdr *msg, uint16_t type, unsigned int nth)
{
	return nl_find(mnl_nlmsg_get_payload_offset(msg, GENL_HDRLEN),
		       mnl_nlmsg_get_payload_len(msg) - GENL_HDRLEN, type, nth);
}

/** nl_nth_inner() - an attribute in the @nth of the nests of a type */
const struct nlattr *nl_nth_inner(const struct nlmsghdr *msg, uint16_t nest, unsigned int nth,
				  uint16_t type)
{
	const struct nlattr *attr = nl_nth_attr(msg, nest, nth);

	return attr ? nl_find(mnl_attr_get_payload(attr), mnl_attr_get_payload_len(attr),
			      type, 0) : NULL;
}

const struct nlattr *nl_attr(const struct nlmsghdr *msg, uint16_t type)
{
	return msg ? nl_nth_attr(msg, type, 0) : NULL;
}

const struct nlattr *nl_inner(const struct nlmsghdr *msg, uint16_t nest, uint16_t type)
{
	return msg ? nl_nth_inner(msg, nest, 0, type) : NULL;
}

unsigned int nl_count(const struct nlmsghdr *msg, uint16_t type)
{
	unsigned int count = 0;

	while (msg && nl_nth_attr(msg, type, count))
		count++;
	return count;
}

/** nl_u32() - a number of 1, 2 or 4 bytes; absent, UINT32_MAX */
uint32_t nl_u32(const struct nlmsghdr *msg, uint16_t type)
{
	const struct nlattr *attr = nl_attr(msg, type);

	if (!attr)
		return UINT32_MAX;
	return mnl_attr_get_payload_len(attr) == 1 ? mnl_attr_get_u8(attr) :
	       mnl_attr_get_payload_len(attr) == 2 ? mnl_attr_get_u16(attr) :
						     mnl_attr_get_u32(attr);
}

uint32_t nl_inner_u32(const struct nlmsghdr *msg, uint16_t nest, uint16_t type)
{
	const struct nlattr *attr = nl_inner(msg, nest, type);

	if (!attr)
		return UINT32_MAX;
	return mnl_attr_get_payload_len(attr) == 1 ? mnl_attr_get_u8(attr) :
						     mnl_attr_get_u32(attr);
}

const char *nl_str(const struct nlmsghdr *msg, uint16_t type)
{
	const struct nlattr *attr = nl_attr(msg, type);

	return attr ? mnl_attr_get_str(attr) : "(absent)";
}

/* Dumps and single replies */

/** nl_get() - the reply to a get, kept until the next request, or NULL */
const struct nlmsghdr *nl_get(uint8_t cmd, const struct attr *attrs)
{
	const struct answer *answer = nl_ask(cmd, 0, attrs);

	return answer->err ? NULL : nl_first(&answer->msgs);
}

/** nl_dump() - all of a dump, kept until the next request */
struct msgs *nl_dump(uint8_t cmd, const struct attr *attrs)
{
	nl_ask(cmd, NLM_F_DUMP, attrs);
	if (nl->answer.err)
		fprintf(stderr, "# dump %u: %s: %s\n", cmd, strerror(nl->answer.err),
			nl->answer.text);
	return &nl->answer.msgs;
}

/** nl_dump_start() - asks for a dump, to be received by nl_dump_more() */
void nl_dump_start(uint8_t cmd, const struct attr *attrs)
{
	send_request(nl, build(nl->request, family, cmd, NLM_F_DUMP, attrs));
}

/** nl_dump_more() - receives the next part of a dump; false when it was the last */
bool nl_dump_more(struct msgs *msgs)
{
	struct answer answer = { .msgs = *msgs };
	bool last = receive_some(nl, &answer);

	*msgs = answer.msgs;
	return !last;
}

/* Notifications */

/** nl_wait() - is there an event, now or within a time? */
bool nl_wait(struct nl *sock, int milliseconds)
{
	struct pollfd fd = { .fd = mnl_socket_get_fd(sock->mnl), .events = POLLIN };

	return sock->received_at < sock->received_len || poll(&fd, 1, milliseconds) > 0;
}

/** nl_event() - the next notification, kept until the one after; NULL if none comes soon */
const struct nlmsghdr *nl_event(struct nl *sock)
{
	const struct nlmsghdr *msg;
	ssize_t len;

	if (!nl_wait(sock, 2000))
		return NULL;
	if (sock->received_at >= sock->received_len) {
		len = mnl_socket_recvfrom(sock->mnl, sock->received, RECEIVE_MAX);
		if (len < 0)
			nl_die("receive a notification");
		sock->received_len = len;
		sock->received_at = 0;
	}
	msg = (void *)(sock->received + sock->received_at);
	sock->received_at += MNL_ALIGN(msg->nlmsg_len);
	return msg;
}

/** nl_discard() - forgets the events there are; returns their number */
unsigned int nl_discard(struct nl *sock)
{
	unsigned int count = 0;

	while (nl_wait(sock, 0) && nl_event(sock))
		count++;
	return count;
}
