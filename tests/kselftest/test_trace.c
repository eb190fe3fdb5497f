// SPDX-License-Identifier: GPL-2.0
/*
 * trace: what would become of a packet.
 *
 * The longest test sends random packets both through a trace and through the datapath, and
 * compares what leaves, where, and how many were dropped for which reason. VR_TEST_SEED
 * repeats a run.
 */
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "fixture.h"

#define P(name) VROUTER_A_TRACE_PACKET_##name
#define S(name) VROUTER_A_TRACE_STAGE_##name
#define R(name) VROUTER_A_TRACE_RESULT_##name

#define VIFS 6
#define UNDERLAY VIFS		/* index of the underlay's device */
#define DEVICES (VIFS + 1)

/* A tap, whose other end is this program. */
static int open_tap(const char *name, int number)
{
	struct ifreq ifr = { .ifr_flags = IFF_TAP | IFF_NO_PI };
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK);

	snprintf(ifr.ifr_name, IFNAMSIZ, "%s%d", name, number);
	if (fd < 0 || ioctl(fd, TUNSETIFF, &ifr))
		nl_die("tap");
	return fd;
}


FIXTURE(trace) {};

static const uint8_t frame[60] = { 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x88, 0xb5 };

FIXTURE_SETUP(trace)
{
	ASSERT_TRUE(enter_netns());
	ASSERT_EQ(0, run("ip link add d0 type dummy && ip link add d1 type dummy"));
	ASSERT_EQ(0, run("ip addr add 192.0.2.1/24 dev lo"));
	NETWORK("blue", U32(VROUTER_A_NETWORK_VNI, 100),
		U32(VROUTER_A_NETWORK_POLICY, VROUTER_POLICY_ALLOW));
	VIF("a", "d0", "blue");
	VIF("b", "d1", "blue", MAC(VROUTER_A_VIF_MAC, "02:00:00:00:00:02"));
	TUNNEL("vx", "192.0.2.1");
	ASSERT_TRUE(nl_settle());
}

FIXTURE_TEARDOWN(trace)
{
	leave_netns();
}

#define BAD(err, text, where, ...) \
	REFUSED(err, text, where, TRACE, 0, NEST(VROUTER_A_TRACE_PACKET, __VA_ARGS__))
#define INP(attr) IN(VROUTER_A_TRACE_PACKET, VROUTER_A_TRACE_PACKET_##attr)
#define FRAME BYTES(P(FRAME), frame, sizeof(frame))
#define FROM_TUNNEL STR(P(TUNNEL_NAME), "vx"), ADDR(P(REMOTE), "192.0.2.2")

TEST_F(trace, refused)
{
	static const uint8_t big[VROUTER_TRACE_FRAME_MAX + 1];

	REFUSED(EINVAL, "a packet is missing", MISSING(VROUTER_A_TRACE_PACKET), TRACE, 0);
	BAD(EINVAL, "the vif or the tunnel that the packet comes from is missing", ANYWHERE, FRAME);
	BAD(EINVAL, "from a vif or from a tunnel, not from both", INP(TUNNEL_NAME),
	    STR(P(VIF_NAME), "a"), FROM_TUNNEL, FRAME);
	BAD(ENOENT, "there is no vif \"no\"", INP(VIF_NAME), STR(P(VIF_NAME), "no"), FRAME);
	BAD(ENOENT, "there is no tunnel \"no\"", INP(TUNNEL_NAME), STR(P(TUNNEL_NAME), "no"),
	    FRAME);
	BAD(EINVAL, "that is of packets that come from a tunnel", INP(VNI),
	    STR(P(VIF_NAME), "a"), U32(P(VNI), 100), FRAME);
	BAD(EINVAL, "the packet itself is missing", ANYWHERE, STR(P(VIF_NAME), "a"));
	BAD(EINVAL, "13 bytes are no Ethernet frame", INP(FRAME), STR(P(VIF_NAME), "a"),
	    BYTES(P(FRAME), frame, 13));
	BAD(E2BIG, "a frame of 65001 bytes is too long", INP(FRAME), STR(P(VIF_NAME), "a"),
	    BYTES(P(FRAME), big, sizeof(big)));
	BAD(EINVAL, "the remote address that it comes from is missing", ANYWHERE,
	    STR(P(TUNNEL_NAME), "vx"), U32(P(VNI), 100), FRAME);
	BAD(EINVAL, "an address has 4 or 16 bytes", INP(REMOTE), STR(P(TUNNEL_NAME), "vx"),
	    U32(P(VNI), 100), BYTES(P(REMOTE), frame, 5), FRAME);
	BAD(EAFNOSUPPORT, "the tunnel's addresses are IPv4", INP(REMOTE),
	    STR(P(TUNNEL_NAME), "vx"), U32(P(VNI), 100), ADDR(P(REMOTE), "fd00::1"), FRAME);
	BAD(EINVAL, "vni is missing", ANYWHERE, FROM_TUNNEL, FRAME);
	BAD(EINVAL, "packets of vxlan have a vni, not a label", INP(LABEL), FROM_TUNNEL,
	    U32(P(LABEL), 100), FRAME);
	BAD(ERANGE, "does not fit into the header", INP(VNI), FROM_TUNNEL,
	    U32(P(VNI), VROUTER_VNI_MAX + 1), FRAME);
	BAD(EINVAL, "vxlan carries Ethernet frames only", INP(PAYLOAD), FROM_TUNNEL,
	    U32(P(VNI), 100), U32(P(PAYLOAD), VROUTER_PAYLOAD_L3), FRAME);
	REFUSED(E2BIG, "at most 2 packets", AT_NTH(VROUTER_A_TRACE_PACKET, 2), TRACE, 0,
		NEST(VROUTER_A_TRACE_PACKET, STR(P(VIF_NAME), "a"), FRAME),
		NEST(VROUTER_A_TRACE_PACKET, STR(P(VIF_NAME), "a"), FRAME),
		NEST(VROUTER_A_TRACE_PACKET, STR(P(VIF_NAME), "a"), FRAME));
	MALFORMED(EINVAL, AT(VROUTER_A_TRACE_RESULT), TRACE, 0, FLAG(VROUTER_A_TRACE_RESULT));
}

TEST_F(trace, no_changes)
{
	uint32_t before = nl_generation();

	OK(TRACE, 0, NEST(VROUTER_A_TRACE_PACKET, STR(P(VIF_NAME), "a"), FRAME));
	EXPECT_EQ(before, nl_generation());
}

/* ------------------------------------------------------------------------------------- */

static uint64_t state;

static uint32_t any(uint32_t below)
{
	state = state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (state >> 33) % below;
}

static const uint8_t gateway_mac[6] = { 0, 0, 0x5e, 0, 1, 0 };

/** struct packet - a frame that is built, and how it comes */
struct packet {
	uint8_t data[2100];
	size_t len;		/* of the inner frame */
	int vif;		/* that it comes by, or UNDERLAY */
	bool mpls;		/* from the underlay: behind a label, else in VXLAN */
	uint32_t id;
	uint8_t remote;		/* last byte of the outer source */
	uint8_t outer_tos;
};

static void put16(uint8_t *to, uint16_t value)
{
	to[0] = value >> 8;
	to[1] = value;
}

static uint32_t sum(const uint8_t *data, size_t len, uint32_t so_far)
{
	size_t i;

	for (i = 0; i < len; i++)
		so_far += i % 2 ? data[i] : data[i] << 8;
	return so_far;
}

static uint16_t fold(uint32_t value)
{
	while (value >> 16)
		value = (value & 0xffff) + (value >> 16);
	return ~value;
}

static void set_mac(uint8_t *to, unsigned int number)
{
	memset(to, 0, 6);
	to[0] = 2;
	to[5] = number;
}

/** struct wish - what an IP packet is to be */
struct wish {
	bool v6;
	uint8_t src[16], dst[16];
	uint8_t proto, ttl, tos, flags;
	uint16_t sport, dport, payload, frag;
};

static void ip4(uint8_t *to, uint32_t addr)
{
	addr = htonl(addr);
	memcpy(to, &addr, 4);
}

/* The address of a number in blue's subnet, of the family of the wish. */
static void address(const struct wish *w, uint8_t *to, unsigned int number)
{
	memset(to, 0, 16);
	if (!w->v6) {
		ip4(to, 0x0a000000 + number);
		return;
	}
	to[0] = 0xfd;
	to[15] = number;
}

static size_t l4_len(const struct wish *w)
{
	return w->proto == IPPROTO_TCP ? 20 : 8;
}

static void put_l4(uint8_t *l4, const struct wish *w, size_t len)
{
	put16(l4, w->sport);
	put16(l4 + 2, w->dport);
	if (w->proto == IPPROTO_TCP) {
		l4[7] = 1;
		l4[12] = 0x50;
		l4[13] = w->flags;
		put16(l4 + 14, 1000);
	} else if (w->proto == IPPROTO_UDP) {
		put16(l4 + 4, len);
	}
}

static void put_checksum(uint8_t *l4, const struct wish *w, size_t len)
{
	size_t alen = w->v6 ? 16 : 4;
	uint32_t pseudo = 0;
	size_t at = w->proto == IPPROTO_TCP ? 16 : w->proto == IPPROTO_UDP ? 6 : 2;

	if (w->proto != IPPROTO_ICMP)
		pseudo = sum(w->src, alen, sum(w->dst, alen, len + w->proto));
	put16(l4 + at, 0);
	put16(l4 + at, fold(sum(l4, len, pseudo)));
}

/* Behind the Ethernet header. */
static void put_ip(struct packet *p, const struct wish *w)
{
	size_t hlen = w->v6 ? 40 : 20, len = l4_len(w) + w->payload, i;
	uint8_t *ip = p->data + 14;

	memset(ip, 0, hlen + l4_len(w));
	if (w->v6) {
		put16(ip, 0x6000 | w->tos << 4);
		put16(ip + 4, len);
		ip[6] = w->proto;
		ip[7] = w->ttl;
		memcpy(ip + 8, w->src, 16);
		memcpy(ip + 24, w->dst, 16);
	} else {
		ip[0] = 0x45;
		ip[1] = w->tos;
		put16(ip + 2, hlen + len);
		put16(ip + 6, w->frag);
		ip[8] = w->ttl;
		ip[9] = w->proto;
		memcpy(ip + 12, w->src, 4);
		memcpy(ip + 16, w->dst, 4);
		put16(ip + 10, fold(sum(ip, 20, 0)));
	}
	for (i = 0; i < w->payload; i++)
		ip[hlen + l4_len(w) + i] = i;
	put_l4(ip + hlen, w, len);
	put_checksum(ip + hlen, w, len);
	put16(p->data + 12, w->v6 ? ETHERTYPE_IPV6 : ETHERTYPE_IP);
	p->len = 14 + hlen + len;
}

/* Vif @from sends to @to in the subnet: something that is in order. */
static void plain(struct packet *p, struct wish *w, int from, unsigned int to)
{
	static const uint8_t protos[] = { IPPROTO_TCP, IPPROTO_UDP, IPPROTO_UDP, IPPROTO_ICMP };

	memset(w, 0, sizeof(*w));
	w->v6 = any(3) == 0;
	w->proto = protos[any(4)];
	if (w->proto == IPPROTO_ICMP && w->v6)
		w->proto = IPPROTO_ICMPV6;
	w->ttl = 2 + any(200);
	w->tos = any(64) << 2;
	w->flags = 2;
	w->sport = any(4) ? 1024 + any(5000) : 1000;
	w->dport = any(2) ? any(100) : 3306;
	w->payload = any(8) ? any(100) : any(1900);
	if (w->proto == IPPROTO_ICMP || w->proto == IPPROTO_ICMPV6) {
		w->sport = (w->v6 ? 128 : 8) << 8;
		w->dport = 0;
	}
	if (!w->v6 && any(4) == 0)
		w->frag = 0x4000;
	address(w, w->src, from + 1);
	address(w, w->dst, to);
	p->vif = from;
	set_mac(p->data, to);
	set_mac(p->data + 6, from + 1);
}

/* What a packet for the gateway to route has beside. */
static void routed(struct packet *p, struct wish *w, uint32_t dst)
{
	memcpy(p->data, gateway_mac, 6);
	if (w->v6) {
		memset(w->dst, 0, 16);
		w->dst[0] = 0xfd;
		w->dst[1] = 1;
		put16(w->dst + 14, dst & 0xffff);
	} else {
		ip4(w->dst, dst);
	}
}

static void v4(struct wish *w, int from)
{
	w->v6 = false;
	if (w->proto == IPPROTO_ICMPV6) {
		w->proto = IPPROTO_ICMP;
		w->sport = 8 << 8;
	}
	address(w, w->src, from + 1);
}

static void arp(struct packet *p, unsigned int from, unsigned int sender, unsigned int target)
{
	static const uint8_t head[] = { 8, 6, 0, 1, 8, 0, 6, 4, 0, 1 };

	memset(p->data, 0, 60);
	memset(p->data, 0xff, 6);
	set_mac(p->data + 6, from + 1);
	memcpy(p->data + 12, head, sizeof(head));
	set_mac(p->data + 22, from + 1);
	ip4(p->data + 28, 0x0a000000 + sender);
	ip4(p->data + 38, 0x0a000000 + target);
	p->len = 60;
	p->vif = from;
}

/* A neighbour solicitation or another message of neighbour discovery. */
static void nd(struct packet *p, unsigned int from, unsigned int sender, unsigned int target,
	       uint8_t type, uint8_t ttl)
{
	struct wish w = { .v6 = true, .proto = IPPROTO_ICMPV6, .ttl = ttl, .payload = 24 };
	uint8_t *icmp = p->data + 14 + 40;

	address(&w, w.src, sender);
	address(&w, w.dst, target);
	w.sport = type << 8;
	p->vif = from;
	set_mac(p->data, target);
	set_mac(p->data + 6, from + 1);
	put_ip(p, &w);
	memset(icmp + 8, 0, 24);
	address(&w, icmp + 8, target);
	icmp[24] = 1;
	icmp[25] = 1;
	set_mac(icmp + 26, from + 1);
	put_checksum(icmp, &w, 32);
}

/* Out of the overlay, from VM @from behind it to @to here. */
static void from_overlay(struct packet *p, struct wish *w, unsigned int to)
{
	plain(p, w, 30, to);
	p->vif = UNDERLAY;
	p->mpls = any(3) == 0;
	p->id = p->mpls ? 500 : 100;
	p->remote = 2;
	p->outer_tos = 0;
	if (w->payload > 1300)
		w->payload = 1300;
}

/* What ways there are; the numbers are those of the routes and fdb entries of setup(). */
enum { FORWARDED = 17 };

static void forwarded(struct packet *p, struct wish *w, unsigned int which)
{
	plain(p, w, any(3), 0);
	switch (which) {
	case 0 ... 3:
		plain(p, w, any(2), 3 - any(2));
		break;
	case 4:
	case 5:
		from_overlay(p, w, 1 + any(3));
		break;
	case 6 ... 13:
		routed(p, w, 0x0a010000 + (which - 6) * 256 + any(200));
		break;
	case 14:
		plain(p, w, any(2), 31 + any(5));
		break;
	case 15:
		p->vif = any(2);
		arp(p, p->vif, p->vif + 1, any(2) ? 254 : 3);
		return;
	default:
		memset(p->data, 0xff, 6);
		break;
	}
	put_ip(p, w);
}

enum { RECIPES = 45 };

/* One for each reason to drop packets. */
static void dropped(struct packet *p, struct wish *w, unsigned int which)
{
	plain(p, w, any(2), 3);
	switch (which) {
	case 0:		/* short_header */
		v4(w, p->vif);
		ip4(w->dst, 0x0a000003);
		w->proto = IPPROTO_TCP;
		put_ip(p, w);
		put16(p->data + 16, 30);
		put16(p->data + 24, 0);
		put16(p->data + 24, fold(sum(p->data + 14, 20, 0)));
		p->len = 60;
		return;
	case 1:		/* bad_ipv4_header, bad_ipv6_header */
		put_ip(p, w);
		p->data[14] ^= 0x10 << any(4);
		return;
	case 2:		/* vlan_tagged */
		put_ip(p, w);
		memmove(p->data + 16, p->data + 12, p->len - 12);
		put16(p->data + 12, 0x8100);
		put16(p->data + 14, 5);
		p->len += 4;
		return;
	case 3:
		memcpy(p->data, (uint8_t[]){ 1, 0x80, 0xc2, 0, 0, any(16) }, 6);
		break;
	case 4:		/* bad_source_mac */
		p->data[6] |= 1;
		break;
	case 5:
		memcpy(p->data + 6, gateway_mac, 6);
		break;
	case 6:		/* spoofed_mac */
		p->data[11] = 77;
		break;
	case 7:		/* bad_arp */
		arp(p, p->vif, p->vif + 1, 3);
		p->data[14 + any(8)] ^= 0x40;
		return;
	case 8:
		arp(p, any(2), 99, 3);
		return;
	case 9:		/* bad_nd */
		nd(p, p->vif, p->vif + 1, 3, 135, 64);
		return;
	case 10:
		nd(p, any(2), 99, 3, 135, 255);
		return;
	case 11:	/* ra_guard */
		nd(p, p->vif, p->vif + 1, 3, 134, 255);
		return;
	case 12:	/* not_ip */
		put_ip(p, w);
		put16(p->data + 12, 0x88b5);
		return;
	case 13:
		address(w, w->src, 99);
		break;
	case 14:	/* policy_deny: red */
		plain(p, w, 4, 3);
		break;
	case 15:	/* unknown_unicast, at times */
		plain(p, w, any(2), 99);
		break;
	case 16:	/* own_port */
		set_mac(p->data, p->vif + 1);
		break;
	case 17:	/* split_horizon */
		from_overlay(p, w, 31);
		break;
	case 18:	/* martians, from a vif that may use any address */
		plain(p, w, 2, 3);
		v4(w, 2);
		routed(p, w, 0x0a010001);
		ip4(any(2) ? w->src : w->dst, 0x7f000001 + any(9));
		break;
	case 19:
		v4(w, p->vif);
		routed(p, w, 0xa9fe0101);
		break;
	case 20:
		routed(p, w, 0x0a010001);
		w->ttl = any(2);
		break;
	case 21:	/* no_route */
		v4(w, p->vif);
		routed(p, w, 0xc6336401);
		break;
	case 22:	/* no_neighbour */
		memcpy(p->data, gateway_mac, 6);
		address(w, w->dst, 99);
		break;
	case 23 ... 28:	/* loop, dead, blackhole, reject, no route of the host, no vni */
		v4(w, p->vif);
		routed(p, w, 0x0a020000 + (which - 23) * 256 + 1);
		break;
	case 29:	/* to_gateway */
		w->proto = IPPROTO_UDP;
		memcpy(p->data, gateway_mac, 6);
		address(w, w->dst, w->v6 ? 0xfe : 254);
		break;
	case 30:	/* vif_down */
		set_mac(p->data, 6);
		break;
	case 31:	/* too_big */
		v4(w, p->vif);
		address(w, w->dst, 3);
		w->payload = 1800;
		w->frag = 0x4000;
		break;
	case 32:
		from_overlay(p, w, 1);
		p->mpls = false;
		p->id = 77;
		break;
	case 33:	/* unknown_label */
		from_overlay(p, w, 1);
		p->mpls = true;
		p->id = 700;
		break;
	case 34:
		from_overlay(p, w, 1 + any(3));
		p->outer_tos = 3;
		break;
	case 35:	/* rule_deny, rule_reject: 22 and 23 are in the group of vif 3 */
		w->v6 = false;
		w->proto = IPPROTO_TCP;
		address(w, w->src, p->vif + 1);
		address(w, w->dst, 4);
		set_mac(p->data, 4);
		w->dport = 22 + any(2);
		break;
	case 36:	/* ct_invalid */
		w->v6 = false;
		w->proto = IPPROTO_TCP;
		w->flags = 4;
		address(w, w->src, p->vif + 1);
		address(w, w->dst, 4);
		set_mac(p->data, 4);
		w->sport = 7000 + any(1000);
		break;
	case 37:	/* no_flood */
		plain(p, w, 5, 1);
		memset(p->data, 0xff, 6);
		break;
	case 38:	/* dhcp_guard */
		w->proto = IPPROTO_UDP;
		w->sport = w->v6 ? 547 : 67;
		break;
	case 39:	/* acl_deny, acl_reject: 777 and 778 are in the network's ACL */
	case 40:
		v4(w, p->vif);
		routed(p, w, 0x0a010001);
		w->proto = IPPROTO_UDP;
		w->dport = 777 + which - 39;
		break;
	case 41:	/* ct_limit: the vif may have one connection */
		from_overlay(p, w, 4);
		w->proto = IPPROTO_UDP;
		w->sport = 1024 + any(60000);
		w->dport = 3306;
		break;
	case 42:	/* host_redirect */
		v4(w, p->vif);
		routed(p, w, 0x0a010701);
		w->proto = IPPROTO_ICMP;
		w->sport = 5 << 8 | any(4);
		break;
	case 43:	/* unknown_remote, at times */
		from_overlay(p, w, 1);
		p->remote = 4;
		break;
	default:	/* policed */
		plain(p, w, 3, 1);
		break;
	}
	put_ip(p, w);
}

static void make_packet(struct packet *p)
{
	struct wish w;

	memset(p, 0, sizeof(*p));
	if (any(100) < 70)
		forwarded(p, &w, any(FORWARDED));
	else
		dropped(p, &w, any(RECIPES));
	/* And some that are damaged anywhere. */
	if (any(40) == 0)
		p->data[any(p->len)] ^= 1 << any(8);
}

/* ------------------------------------------------------------------------------------- */

#define OUTPUTS 64
#define HEAD VROUTER_TRACE_HEAD_MAX

/** struct output - a frame that leaves, or is to leave */
struct output {
	int device;
	bool own, maybe, seen;
	uint16_t sport, dport;
	uint8_t frame[2300];
	size_t len;
};

/** struct told - what a trace said */
struct told {
	uint32_t verdict, count, left_out;
	bool errors;
	char reason[40];
	struct output outputs[OUTPUTS];
};

#define REASONS 160
static char reason_names[REASONS][40];
static uint64_t expected[REASONS], counted[REASONS];
static unsigned int hits[REASONS], types[16];

static int reason_of(const char *name)
{
	int i;

	for (i = 0; i < REASONS && reason_names[i][0]; i++)
		if (!strcmp(reason_names[i], name))
			return i;
	return -1;
}

static const struct nlattr *inner(const struct nlattr *nest, uint16_t type)
{
	return nl_find(mnl_attr_get_payload(nest), mnl_attr_get_payload_len(nest), type, 0);
}

static int device_of(const struct nlattr *stage)
{
	const struct nlattr *name = inner(stage, S(VIF_NAME));

	if (!name)
		return UNDERLAY;
	return mnl_attr_get_str(name)[0] == 'v' ? mnl_attr_get_str(name)[1] - '0' : -1;
}

static void add_output(struct told *told, const struct nlattr *stage)
{
	const struct nlattr *head = inner(stage, S(FRAME)), *port = inner(stage, S(SPORT));
	struct output *o = &told->outputs[told->count];

	/* What is for the host cannot be read from here. */
	if (device_of(stage) < 0)
		return;
	if (told->count == OUTPUTS)
		nl_die("too many outputs");
	memset(o, 0, sizeof(*o));
	o->device = device_of(stage);
	o->own = inner(stage, S(OWN));
	o->maybe = o->own && told->errors;
	o->sport = port ? mnl_attr_get_u16(port) : 0;
	o->len = mnl_attr_get_payload_len(head);
	memcpy(o->frame, mnl_attr_get_payload(head), o->len);
	told->count++;
}

static void read_stage(struct told *told, const struct nlattr *stage)
{
	uint32_t kind = mnl_attr_get_u32(inner(stage, S(KIND)));
	const struct nlattr *type = inner(stage, S(NEXTHOP_TYPE));
	int reason;

	if (kind == VROUTER_TRACE_STAGE_OUTPUT || kind == VROUTER_TRACE_STAGE_ENCAP)
		add_output(told, stage);
	else if (kind == VROUTER_TRACE_STAGE_ERROR)
		told->errors = true;
	else if (kind == VROUTER_TRACE_STAGE_FLOOD && inner(stage, S(NEXTHOP)))
		types[VROUTER_NEXTHOP_TYPE_FLOOD]++;
	else if (kind == VROUTER_TRACE_STAGE_NEXTHOP && type)
		types[mnl_attr_get_u32(type)]++;
	if (kind != VROUTER_TRACE_STAGE_DROP)
		return;
	reason = reason_of(mnl_attr_get_str(inner(stage, S(REASON))));
	if (reason < 0)
		nl_die("unknown reason");
	expected[reason]++;
	hits[reason]++;
}

static void read_result(struct told *told, const struct nlattr *result)
{
	const struct nlattr *attr = inner(result, R(REASON));

	memset(told, 0, offsetof(struct told, outputs));
	told->verdict = mnl_attr_get_u32(inner(result, R(VERDICT)));
	if (attr)
		snprintf(told->reason, sizeof(told->reason), "%s", mnl_attr_get_str(attr));
	/* Limits on what the router says are not the trace's business. */
	told->errors = !strcmp(told->reason, "rule_reject");
	mnl_attr_for_each_nested(attr, result)
		if (mnl_attr_get_type(attr) == R(STAGE))
			read_stage(told, attr);
	attr = inner(result, R(LEFT_OUT));
	told->left_out = attr ? mnl_attr_get_u32(attr) : 0;
}

static void trace_packet(const struct packet *p, struct told *told)
{
	struct attr attrs[6] = { BYTES(P(FRAME), p->data, p->len) };
	char name[16];
	const struct answer *answer;

	if (p->vif == UNDERLAY) {
		attrs[1] = (struct attr)STR(P(TUNNEL_NAME), p->mpls ? "mu" : "vx");
		snprintf(name, sizeof(name), "192.0.2.%u", p->remote);
		attrs[2] = (struct attr)ADDR(P(REMOTE), name);
		attrs[3] = (struct attr)U32(p->mpls ? P(LABEL) : P(VNI), p->id);
		attrs[4] = (struct attr)U8(P(TOS), p->outer_tos);
	} else {
		snprintf(name, sizeof(name), "v%d", p->vif);
		attrs[1] = (struct attr)STR(P(VIF_NAME), name);
	}
	answer = nl_ask(VROUTER_CMD_TRACE, 0, ATTRS({ ATTR_NEST, VROUTER_A_TRACE_PACKET, 0, 0,
						     attrs }));
	if (answer->err || !nl_first(&answer->msgs))
		nl_die(answer->text);
	read_result(told, nl_attr(nl_first(&answer->msgs), VROUTER_A_TRACE_RESULT));
}

/* In front of a frame from the overlay; how long it is. */
static size_t put_outer(const struct packet *p, const uint8_t *underlay_mac, uint8_t *to)
{
	size_t shim = p->mpls ? 8 : 8, hlen = 14 + 20 + 8 + shim;
	uint8_t *ip = to + 14, *udp = ip + 20;

	memset(to, 0, hlen);
	memcpy(to, underlay_mac, 6);
	set_mac(to + 6, 200);
	put16(to + 12, ETHERTYPE_IP);
	ip[0] = 0x45;
	ip[1] = p->outer_tos;
	put16(ip + 2, hlen - 14 + p->len);
	ip[8] = 64;
	ip[9] = IPPROTO_UDP;
	ip4(ip + 12, 0xc0000200 | p->remote);
	ip4(ip + 16, 0xc0000201);
	put16(ip + 10, fold(sum(ip, 20, 0)));
	put16(udp, 50000);
	put16(udp + 2, p->mpls ? 6635 : 4789);
	put16(udp + 4, 8 + shim + p->len);
	if (p->mpls) {
		put16(udp + 8, p->id >> 4);
		put16(udp + 10, (p->id & 15) << 12 | 1 << 8 | 64);
	} else {
		udp[8] = 8;
		udp[12] = p->id >> 16;
		put16(udp + 13, p->id);
	}
	return hlen;
}

/** struct setting - the devices of a run */
struct setting {
	int fds[DEVICES];
	uint8_t underlay_mac[6];
};

static void send_packet(const struct setting *s, const struct packet *p)
{
	uint8_t buf[2300];
	size_t hlen = 0;

	if (p->vif == UNDERLAY)
		hlen = put_outer(p, s->underlay_mac, buf);
	memcpy(buf + hlen, p->data, p->len);
	if (write(s->fds[p->vif], buf, hlen + p->len) != hlen + p->len)
		nl_die("write");
}

/* What the router makes anew has an id of its own each time. */
static bool same_own(const struct output *o, const uint8_t *got, size_t len)
{
	return len >= 34 && !memcmp(o->frame, got, 14) && !memcmp(o->frame + 26, got + 26, 8);
}

/* The frame is in the outer packet as it is, behind headers of 42 bytes or more. */
static bool same_inner(const struct output *o, const uint8_t *got, size_t len)
{
	if (o->sport && (len < 36 || o->sport != (got[34] << 8 | got[35])))
		return false;
	if (len < 34)
		return false;
	if (o->own)
		return memmem(got + 34, len - 34, o->frame + 26, 8);
	return memmem(got + 34, len - 34, o->frame, o->len);
}

static bool same(const struct output *o, int device, const uint8_t *got, size_t len)
{
	if (o->device != device || o->seen)
		return false;
	if (device == UNDERLAY)
		return same_inner(o, got, len);
	return o->own ? same_own(o, got, len) :
	       len >= o->len && !memcmp(o->frame, got, o->len);
}

/* Of the host's own, there is nothing but what it answers on the underlay. */
static bool is_foreign(int device, const uint8_t *got)
{
	return device == UNDERLAY && (got[12] != 8 || got[13] != 0 || got[23] == IPPROTO_ICMP);
}

static const char *match(struct told *told, int device, const uint8_t *got, size_t len)
{
	unsigned int i;

	if (is_foreign(device, got))
		return NULL;
	for (i = 0; i < told->count; i++)
		if (same(&told->outputs[i], device, got, len)) {
			told->outputs[i].seen = true;
			return NULL;
		}
	printf("# left by %d: ", device);
	for (i = 0; i < len && i < 100; i++)
		printf("%02x", got[i]);
	printf("\n");
	return "a frame left that the trace did not tell of";
}

static const char *compare(const struct setting *s, struct told *told)
{
	const char *wrong = NULL;
	uint8_t buf[4096];
	unsigned int i;
	ssize_t len;

	for (i = 0; i < DEVICES; i++)
		while ((len = read(s->fds[i], buf, sizeof(buf))) > 0)
			if (!wrong && !told->left_out)
				wrong = match(told, i, buf, len);
	for (i = 0; !wrong && i < told->count; i++)
		if (!told->outputs[i].seen && !told->outputs[i].maybe)
			wrong = "a frame did not leave that the trace told of";
	return wrong;
}

static void read_drops(uint64_t *to)
{
	struct msgs *dump = DUMP(DROP_GET);
	const struct nlmsghdr *msg;
	unsigned int i = 0;

	for (msg = nl_first(dump); msg; msg = nl_next(dump, msg), i++) {
		snprintf(reason_names[i], sizeof(reason_names[i]), "%s",
			 nl_str(msg, VROUTER_A_DROP_NAME));
		to[i] = mnl_attr_get_u64(nl_attr(msg, VROUTER_A_DROP_PACKETS));
	}
	nl_free(dump);
}

static void print_packet(const struct packet *p, const struct told *told, uint32_t number)
{
	size_t i;

	printf("# packet %u by %d (%s %u): verdict %u %s, %u outputs\n# ", number, p->vif,
	       p->mpls ? "label" : "vni", p->id, told->verdict, told->reason, told->count);
	for (i = 0; i < p->len && i < 80; i++)
		printf("%02x", p->data[i]);
	printf("\n");
	for (i = 0; i < told->count; i++)
		printf("# told: device %d own %d maybe %d seen %d, %zu bytes\n",
		       told->outputs[i].device, told->outputs[i].own, told->outputs[i].maybe,
		       told->outputs[i].seen, told->outputs[i].len);
}

/* What no packet of a described kind can be dropped for, and why. */
static const char *const unreachable[] = {
	"no_memory",		/* allocations do not fail here, and a trace is refused then */
	"bad_offload",		/* a traced frame asks for no offload */
	"loopback",		/* what the host itself sends on a vif's device */
	"flood_limit",		/* takes 4096 vifs */
	"queue_full",		/* a device's queue, behind the trace */
	"tunnel_output",	/* the host's output, the same */
	"tunnel_loop",		/* tunnels in tunnels, behind the first one */
	"nexthop_type",		/* no request makes such a route */
	"tunnel_closed",	/* only while a tunnel is being deleted */
	"backlog_full",		/* before a packet is received */
	"ct_full",		/* the table is all namespaces', and a trace says so at once */
	"ct_helper",		/* what a connection says is not read in a trace */
	"flood_rate",		/* depends on the moment */
	"rule_limit",		/* needs 16 groups whose sets have grown: test_rule_cost.c */
	/* A trace has no other fragments of a packet. */
	"frag_timeout", "frag_full", "frag_overlap", "frag_bad", "frag_many", "frag_duplicate",
	/* In outer headers, which a trace takes as good. */
	"short_vxlan", "vxlan_flags", "short_geneve", "geneve_version", "geneve_critical",
	"geneve_control", "short_gre", "gre_flags", "gre_checksum", "gre_no_key",
	"tunnel_payload", "short_mpls", "mpls_stack",
};

static bool is_reachable(const char *name)
{
	unsigned int i;

	for (i = 0; i < sizeof(unreachable) / sizeof(*unreachable); i++)
		if (!strcmp(unreachable[i], name))
			return false;
	return true;
}

#define RULE(...) NEST(VROUTER_A_RULE_ENTRY, __VA_ARGS__)
#define E(name) VROUTER_A_RULE_ENTRY_##name
#define ACL_RULE(direction, action, ...) \
	RULE(U32(E(DIRECTION), VROUTER_DIRECTION_##direction), U8(E(STATELESS), 1), \
	     U32(E(ACTION), VROUTER_RULE_ACTION_##action) __VA_OPT__(,) __VA_ARGS__)
#define TO_REMOTE(id, remote, ...) \
	NEXTHOP(id, TUNNEL, STR(VROUTER_A_NEXTHOP_TUNNEL_NAME, "vx"), \
		ADDR(VROUTER_A_NEXTHOP_REMOTE, remote) __VA_OPT__(,) __VA_ARGS__)
#define TUNNEL_OF(name, kind) \
	OK(TUNNEL_NEW, CREATE, STR(VROUTER_A_TUNNEL_NAME, name), \
	   U32(VROUTER_A_TUNNEL_TYPE, VROUTER_TUNNEL_TYPE_##kind), \
	   ADDR(VROUTER_A_TUNNEL_LOCAL, "192.0.2.1"))
#define MEMBER(id) NEST(VROUTER_A_NEXTHOP_MEMBER, U32(VROUTER_A_MEMBER_NEXTHOP, id))

FIXTURE(random)
{
	struct setting setting;
};

static void add_vif(struct __test_metadata *_metadata, int i, const char *network)
{
	char name[8], dev[8], mac[20], a4[20], a6[20];

	snprintf(name, sizeof(name), "v%d", i);
	snprintf(dev, sizeof(dev), "t%d", i);
	snprintf(mac, sizeof(mac), "02:00:00:00:00:%02x", i + 1);
	snprintf(a4, sizeof(a4), "10.0.0.%d", i + 1);
	snprintf(a6, sizeof(a6), "fd00::%x", i + 1);
	/* The third may send from any address. */
	if (i == 2) {
		VIF(name, dev, network, MAC(VROUTER_A_VIF_MAC, mac));
	} else {
		VIF(name, dev, network, MAC(VROUTER_A_VIF_MAC, mac),
		    PREFIX(VROUTER_A_VIF_ADDRESS, a4, 32), PREFIX(VROUTER_A_VIF_ADDRESS, a6, 128));
	}
}

static void add_networks(struct __test_metadata *_metadata)
{
	NETWORK("blue", U32(VROUTER_A_NETWORK_VNI, 100),
		PREFIX(VROUTER_A_NETWORK_GATEWAY, "10.0.0.254", 24),
		PREFIX(VROUTER_A_NETWORK_GATEWAY, "fd00::fe", 64),
		U32(VROUTER_A_NETWORK_RA, VROUTER_RA_MODE_OFF),
		U32(VROUTER_A_NETWORK_POLICY, VROUTER_POLICY_ALLOW));
	NETWORK("red");
	NETWORK("lone", U32(VROUTER_A_NETWORK_POLICY, VROUTER_POLICY_ALLOW));
	NETWORK("open", U32(VROUTER_A_NETWORK_VNI, 101),
		U32(VROUTER_A_NETWORK_UNKNOWN_UNICAST, VROUTER_UNKNOWN_UNICAST_DROP),
		U32(VROUTER_A_NETWORK_POLICY, VROUTER_POLICY_ALLOW));
	NETWORK("loop", U32(VROUTER_A_NETWORK_POLICY, VROUTER_POLICY_ALLOW));
}

static void add_nexthops(struct __test_metadata *_metadata)
{
	TO_REMOTE(7, "192.0.2.2", MAC(VROUTER_A_NEXTHOP_MAC, "02:00:00:00:00:20"));
	TO_REMOTE(8, "192.0.2.3", MAC(VROUTER_A_NEXTHOP_MAC, "02:00:00:00:00:21"));
	NEXTHOP(9, ECMP, MEMBER(7), MEMBER(8));
	NEXTHOP(10, BLACKHOLE);
	NEXTHOP(11, REJECT);
	NEXTHOP(12, NETWORK, STR(VROUTER_A_NEXTHOP_NETWORK_NAME, "open"));
	NEXTHOP(13, FLOOD, MEMBER(7), MEMBER(8));
	NEXTHOP(14, VIF, STR(VROUTER_A_NEXTHOP_VIF_NAME, "v2"));
	TO_REMOTE(15, "198.51.100.1", MAC(VROUTER_A_NEXTHOP_MAC, "02:00:00:00:00:22"));
	NEXTHOP(17, NETWORK, STR(VROUTER_A_NEXTHOP_NETWORK_NAME, "loop"));
	NEXTHOP(18, TUNNEL, STR(VROUTER_A_NEXTHOP_TUNNEL_NAME, "gv"),
		ADDR(VROUTER_A_NEXTHOP_REMOTE, "192.0.2.2"),
		U32(VROUTER_A_NEXTHOP_PAYLOAD, VROUTER_PAYLOAD_L3));
	NEXTHOP(19, TUNNEL, STR(VROUTER_A_NEXTHOP_TUNNEL_NAME, "gr"),
		ADDR(VROUTER_A_NEXTHOP_REMOTE, "192.0.2.3"),
		MAC(VROUTER_A_NEXTHOP_MAC, "02:00:00:00:00:23"));
	NEXTHOP(20, TUNNEL, STR(VROUTER_A_NEXTHOP_TUNNEL_NAME, "mu"),
		ADDR(VROUTER_A_NEXTHOP_REMOTE, "192.0.2.2"), U32(VROUTER_A_NEXTHOP_LABEL, 900));
	NEXTHOP(21, HOST, STR(VROUTER_A_NEXTHOP_IFNAME, "h0"));
	NEXTHOP(22, VIF, STR(VROUTER_A_NEXTHOP_VIF_NAME, "gone"));
}

/* What forwarded() and dropped() count on. */
static void add_routes(struct __test_metadata *_metadata)
{
	static const unsigned int ways[] = { 7, 9, 12, 14, 18, 19, 20, 21 };
	static const unsigned int ends[] = { 17, 22, 10, 11, 15 };
	char prefix[24];
	unsigned int i;

	for (i = 0; i < 8; i++) {
		snprintf(prefix, sizeof(prefix), "10.1.%u.0", i);
		ROUTE("blue", prefix, 24, ways[i]);
		snprintf(prefix, sizeof(prefix), "fd01::%x", i << 8);
		ROUTE("blue", prefix, 120, ways[i]);
	}
	for (i = 0; i < 5; i++) {
		snprintf(prefix, sizeof(prefix), "10.2.%u.0", i);
		ROUTE("blue", prefix, 24, ends[i]);
	}
	ROUTE("blue", "10.2.5.0", 24, 17);
	ROUTE("blue", "fd01::", 64, 7);
	ROUTE("loop", "10.2.5.0", 24, 7);
	ROUTE("loop", "0.0.0.0", 0, 17);
	ROUTE("open", "0.0.0.0", 0, 7);
	ROUTE("open", "::", 0, 8);
	NEIGHBOUR("blue", "10.1.3.1", "02:00:00:00:00:03");
}

static void add_entries(struct __test_metadata *_metadata)
{
	char mac[20], address[20];
	unsigned int i;

	for (i = 31; i < 36; i++) {
		snprintf(mac, sizeof(mac), "02:00:00:00:00:%02x", i);
		snprintf(address, sizeof(address), "10.0.0.%u", i);
		FDB("blue", mac, i % 2 ? 7 : 9);
		NEIGHBOUR("blue", address, mac);
	}
}

static void add_groups(struct __test_metadata *_metadata)
{
	OK(SG_NEW, CREATE, STR(VROUTER_A_SG_NAME, "web"));
	OK(RULE_NEW, CREATE, STR(VROUTER_A_RULE_SG_NAME, "web"),
	   RULE(U32(E(DIRECTION), VROUTER_DIRECTION_INGRESS), U8(E(PROTO), IPPROTO_TCP),
		U16(E(DPORT), 22), U32(E(ACTION), VROUTER_RULE_ACTION_DENY)),
	   RULE(U32(E(DIRECTION), VROUTER_DIRECTION_INGRESS), U8(E(PROTO), IPPROTO_TCP),
		U16(E(DPORT), 23), U32(E(ACTION), VROUTER_RULE_ACTION_REJECT)),
	   RULE(U32(E(DIRECTION), VROUTER_DIRECTION_INGRESS),
		U32(E(ACTION), VROUTER_RULE_ACTION_ALLOW)),
	   RULE(U32(E(DIRECTION), VROUTER_DIRECTION_EGRESS),
		U32(E(ACTION), VROUTER_RULE_ACTION_ALLOW)));
	OK(SG_NEW, CREATE, STR(VROUTER_A_SG_NAME, "between"));
	OK(RULE_NEW, CREATE, STR(VROUTER_A_RULE_SG_NAME, "between"),
	   ACL_RULE(EGRESS, DENY, U8(E(PROTO), IPPROTO_UDP), U16(E(DPORT), 777)),
	   ACL_RULE(EGRESS, REJECT, U8(E(PROTO), IPPROTO_UDP), U16(E(DPORT), 778)),
	   ACL_RULE(EGRESS, ALLOW), ACL_RULE(INGRESS, ALLOW));
	OK(NETWORK_SET, 0, STR(VROUTER_A_NETWORK_NAME, "blue"),
	   NEST(VROUTER_A_NETWORK_ACL, STR(VROUTER_A_SG_REF_NAME, "between")));
}

FIXTURE_SETUP(random)
{
	static const char *const networks[] = { "blue", "blue", "blue", "blue", "red", "lone" };
	struct setting *s = &self->setting;
	struct ifreq ifr = { .ifr_name = "u0" };
	int i;

	ASSERT_TRUE(enter_netns());
	ASSERT_EQ(0, run("sysctl -qw net.ipv6.conf.default.disable_ipv6=1"));
	/* A connection must not end between a packet's trace and the packet. */
	ASSERT_EQ(0, run("for f in /proc/sys/net/netfilter/nf_conntrack_*_timeout*; do "
			 "echo 86400 >$f || exit 1; done"));
	for (i = 0; i < VIFS; i++)
		s->fds[i] = open_tap("t", i);
	s->fds[UNDERLAY] = open_tap("u", 0);
	ASSERT_EQ(0, run("ip link set u0 up && ip addr add 192.0.2.1/24 dev u0 &&"
			 "ip neigh add 192.0.2.2 lladdr 02:00:00:00:00:c8 dev u0 &&"
			 "ip neigh add 192.0.2.3 lladdr 02:00:00:00:00:c9 dev u0 &&"
			 "ip link add h0 type vrouter && ip link add d9 type dummy &&"
			 "ip link add d8 type dummy"));
	ASSERT_EQ(0, ioctl(s->fds[UNDERLAY], SIOCGIFHWADDR, &ifr));
	memcpy(s->underlay_mac, ifr.ifr_hwaddr.sa_data, 6);
	TUNNEL_OF("vx", VXLAN);
	TUNNEL_OF("gv", GENEVE);
	TUNNEL_OF("gr", GRE);
	TUNNEL_OF("mu", MPLSOUDP);
	add_networks(_metadata);
	for (i = 0; i < VIFS; i++)
		add_vif(_metadata, i, networks[i]);
	VIF("h0", "h0", "blue", MAC(VROUTER_A_VIF_MAC, "02:00:00:00:00:40"));
	VIF("gone", "d9", "blue");
	VIF("v8", "d8", "blue", MAC(VROUTER_A_VIF_MAC, "02:00:00:00:00:06"));
	add_nexthops(_metadata);
	add_routes(_metadata);
	add_entries(_metadata);
	add_groups(_metadata);
	OK(LABEL_NEW, CREATE, U32(VROUTER_A_LABEL_LABEL, 500),
	   STR(VROUTER_A_LABEL_NETWORK_NAME, "blue"));
	/* The fourth has rules, one connection, and may send next to nothing: see below. */
	OK(POLICER_NEW, CREATE, STR(VROUTER_A_POLICER_NAME, "slow"),
	   U64(VROUTER_A_POLICER_RATE, 1000), U64(VROUTER_A_POLICER_BURST, 1));
	OK(VIF_SET, 0, STR(VROUTER_A_VIF_NAME, "v3"), STR(VROUTER_A_VIF_POLICER_NAME, "slow"),
	   NEST(VROUTER_A_VIF_SG, STR(VROUTER_A_SG_REF_NAME, "web")),
	   U32(VROUTER_A_VIF_MAX_CONNECTIONS, 1));
	ASSERT_EQ(0, run("ip link set d8 down && ip link del d9"));
	ASSERT_TRUE(nl_settle());
}

FIXTURE_TEARDOWN(random)
{
	int i;

	for (i = 0; i < DEVICES; i++)
		close(self->setting.fds[i]);
	leave_netns();
}

/* A policer that owes for the time that the test takes does not depend on the moment. */
static void overdraw(const struct setting *s)
{
	static uint8_t big[60000];
	struct packet p;
	struct wish w;

	memset(&p, 0, sizeof(p));
	plain(&p, &w, 3, 1);
	memcpy(big, p.data, 12);
	put16(big + 12, 0x88b5);
	if (write(s->fds[3], big, sizeof(big)) != sizeof(big))
		nl_die("write");
}

/*
 * The decision about a flow gets too old after ten seconds. So that this is not between
 * a packet's trace and the packet, none gets that old.
 */
static void end_flows(struct __test_metadata *_metadata)
{
	static time_t last;
	time_t now = time(NULL);

	if (now - last < 4)
		return;
	last = now;
	OK(FLOW_FLUSH, 0);
}

/* Something else each time, so that packets meet what they did not meet before. */
static void change(struct __test_metadata *_metadata)
{
	char name[8];

	end_flows(_metadata);
	snprintf(name, sizeof(name), "v%u", any(3));
	OK(VIF_SET, 0, STR(VROUTER_A_VIF_NAME, name), U32(VROUTER_A_VIF_MTU, any(3) ? 0 : 600));
	if (any(2)) {
		OK(VIF_SET, 0, STR(VROUTER_A_VIF_NAME, name),
		   NEST(VROUTER_A_VIF_SG, STR(VROUTER_A_SG_REF_NAME, "web")));
	} else {
		OK(VIF_SET, 0, STR(VROUTER_A_VIF_NAME, name), NEST(VROUTER_A_VIF_SG));
	}
	OK(NETWORK_SET, 0, STR(VROUTER_A_NETWORK_NAME, "blue"),
	   U32(VROUTER_A_NETWORK_UNKNOWN_UNICAST,
	       any(2) ? VROUTER_UNKNOWN_UNICAST_FLOOD : VROUTER_UNKNOWN_UNICAST_DROP),
	   U32(VROUTER_A_NETWORK_FLOOD, any(2) ? 13 : 0),
	   U32(VROUTER_A_NETWORK_POLICY, any(8) ? VROUTER_POLICY_ALLOW : VROUTER_POLICY_DENY),
	   U8(VROUTER_A_NETWORK_MSS_CLAMP, any(2)),
	   U8(VROUTER_A_NETWORK_STRICT_REMOTES, any(2)));
}

/* So many that chance leaves no reason out. */
#define PACKETS 20000

TEST_F(random, as_the_datapath)
{
	const char *seed = getenv("VR_TEST_SEED"), *wrong = NULL;
	unsigned int i, forwarded = 0, at = 0, type;
	static struct packet p;
	static struct told told;
	static uint64_t now[REASONS];

	state = seed ? strtoull(seed, NULL, 0) : (uint64_t)time(NULL);
	/* Not to be lost when the test ends its process. */
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("# VR_TEST_SEED=%llu\n", (unsigned long long)state);
	overdraw(&self->setting);
	read_drops(counted);
	compare(&self->setting, &told);
	for (i = 0; i < PACKETS && !wrong; i++) {
		if (i % 100 == 0)
			change(_metadata);
		make_packet(&p);
		trace_packet(&p, &told);
		send_packet(&self->setting, &p);
		wrong = compare(&self->setting, &told);
		forwarded += told.verdict == VROUTER_TRACE_VERDICT_FORWARD;
		if (wrong)
			print_packet(&p, &told, i);
		if (i % 50 != 49)
			continue;
		read_drops(now);
		for (at = 0; at < REASONS && !wrong; at++)
			if (now[at] - counted[at] != expected[at]) {
				printf("# %s: told %llu, counted %llu, until packet %u\n",
				       reason_names[at], (unsigned long long)expected[at],
				       (unsigned long long)(now[at] - counted[at]), i);
				wrong = "drops differ";
			}
	}
	EXPECT_STREQ("", wrong ? wrong : "");
	printf("# %u of %u packets were forwarded\n", forwarded, i);
	EXPECT_GE(forwarded, PACKETS / 2);
	for (at = 0; at < REASONS && reason_names[at][0]; at++) {
		if (is_reachable(reason_names[at]) && hits[at] < 20)
			printf("# %s was hit %u times\n", reason_names[at], hits[at]);
		EXPECT_TRUE(!is_reachable(reason_names[at]) || hits[at] >= 20);
	}
	for (type = VROUTER_NEXTHOP_TYPE_VIF; type <= VROUTER_NEXTHOP_TYPE_ECMP; type++) {
		if (types[type] < 20)
			printf("# next hop type %u was hit %u times\n", type, types[type]);
		EXPECT_LE(20, types[type]);
	}
}

TEST_HARNESS_MAIN
