// SPDX-License-Identifier: GPL-2.0
/* Security groups, their rules, and the vifs that have them: sg-*, rule-*. */
#include <netinet/in.h>
#include <stdlib.h>
#include <unistd.h>

#include "fixture.h"

#define A(name) VROUTER_A_SG_##name
#define R(name) VROUTER_A_RULE_##name
#define E(name) VROUTER_A_RULE_ENTRY_##name
#define P(name) VROUTER_A_PEER_##name
#define N(name) VROUTER_A_NETWORK_##name

#define SG(name, ...) OK(SG_NEW, CREATE, STR(A(NAME), name) __VA_OPT__(,) __VA_ARGS__)
#define OF(name) STR(R(SG_NAME), name)
#define RULE(...) NEST(R(ENTRY), __VA_ARGS__)
#define INGRESS U32(E(DIRECTION), VROUTER_DIRECTION_INGRESS)
#define EGRESS U32(E(DIRECTION), VROUTER_DIRECTION_EGRESS)
#define ALLOW U32(E(ACTION), VROUTER_RULE_ACTION_ALLOW)
#define DENY U32(E(ACTION), VROUTER_RULE_ACTION_DENY)
#define REJECT U32(E(ACTION), VROUTER_RULE_ACTION_REJECT)
#define PROTO(name) U8(E(PROTO), IPPROTO_##name)
#define DPORT(n) U16(E(DPORT), n)
#define DPORT_END(n) U16(E(DPORT_END), n)
#define PRIORITY(n) U32(E(PRIORITY), n)
#define PREFIX_(addr, len) ADDR(P(ADDRESS), addr), U8(P(LEN), len)
#define FROM(...) NEST(E(FROM), __VA_ARGS__)
#define TO(...) NEST(E(TO), __VA_ARGS__)
#define SET_NAMED(name) STR(P(SET_NAME), name)
#define SG_NAMED(name) STR(P(SG_NAME), name)
#define COMMENT(text) STR(E(COMMENT), text)
#define INDEX(n) U32(E(INDEX), n)
#define HELPER(name) STR(E(HELPER), name)
#define ADD(name, ...) OK(RULE_NEW, CREATE, OF(name), __VA_ARGS__)
#define REF(name) NEST(VROUTER_A_VIF_SG, STR(VROUTER_A_SG_REF_NAME, name))

FIXTURE(sg) {
	struct nl *ear;
};

FIXTURE_SETUP(sg)
{
	ASSERT_TRUE(enter_netns());
	OK(SET_NEW, CREATE, STR(VROUTER_A_SET_NAME, "clients"));
	OK(SET_NEW, CREATE, STR(VROUTER_A_SET_NAME, "ports"),
	   U32(VROUTER_A_SET_TYPE, VROUTER_SET_TYPE_NET_PORT));
	self->ear = nl_listen();
}

FIXTURE_TEARDOWN(sg)
{
	nl_close(self->ear);
	leave_netns();
}

static const struct nlmsghdr *get(const char *name)
{
	return GET(SG_GET, STR(A(NAME), name));
}

static const struct nlmsghdr *rule(const char *name, uint32_t index)
{
	return GET(RULE_GET, OF(name), RULE(INDEX(index)));
}

static uint32_t rules(const char *name)
{
	return nl_u32(get(name), A(RULES));
}

TEST_F(sg, object)
{
	CHANGES(SG_NEW, CREATE, STR(A(NAME), "web"));
	HAS(get("web"), U32(A(ID), 1), U32(A(RULES), 0), U32(A(VIFS), 0), U32(A(REFS), 0));
	EXPECT_NULL(nl_attr(get("web"), A(MEMBERS_ID)));
	NOTIFIED(self->ear, SG_NEW_NTF, STR(A(NAME), "web"));
	SAME(SG_NEW, CREATE, STR(A(NAME), "web"));
	REFUSED(EEXIST, "the security group exists", AT(A(NAME)), SG_NEW, CREATE | EXCL,
		STR(A(NAME), "web"));
	CHANGES(SG_SET, 0, STR(A(NAME), "web"), STR(A(MEMBERS_NAME), "clients"));
	HAS(get("web"), STR(A(MEMBERS_NAME), "clients"), U32(A(MEMBERS_ID), 1));
	REFUSED(EEXIST, "security group \"web\" exists with another set of members", AT(A(NAME)),
		SG_NEW, CREATE, STR(A(NAME), "web"));
	REFUSED(EBUSY, "set \"clients\" is used by security group \"web\"",
		AT(VROUTER_A_SET_NAME), SET_DEL, 0, STR(VROUTER_A_SET_NAME, "clients"));
	REFUSED(EINVAL, "set \"ports\" is of type net,port, not net", AT(A(MEMBERS_NAME)),
		SG_SET, 0, STR(A(NAME), "web"), STR(A(MEMBERS_NAME), "ports"));
	REFUSED(ENOENT, "there is no set \"none\"", AT(A(MEMBERS_NAME)), SG_NEW, CREATE,
		STR(A(NAME), "db"), STR(A(MEMBERS_NAME), "none"));
	CHANGES(SG_SET, 0, U32(A(ID), 1), STR(A(NAME), "www"), U32(A(MEMBERS_ID), 0));
	OK(SET_DEL, 0, STR(VROUTER_A_SET_NAME, "clients"));
	nl_discard(self->ear);
	CHANGES(SG_DEL, 0, STR(A(NAME), "www"));
	NOTIFIED(self->ear, SG_DEL_NTF, STR(A(NAME), "www"));
	REFUSED(ENOENT, "there is no security group \"www\"", AT(A(NAME)), SG_DEL, 0,
		STR(A(NAME), "www"));
	EXPECT_EQ(0, nl_info(VROUTER_A_INFO_SGS));
}

/* Each thing that a rule can say, as it comes back. */
#define EVERY(...) do { \
	CHANGES(RULE_NEW, CREATE, OF("web"), RULE(__VA_ARGS__)); \
	NOTIFIED(self->ear, RULE_NEW_NTF, OF("web"), RULE(INDEX(1), __VA_ARGS__)); \
	HAS(rule("web", 1), OF("web"), RULE(INDEX(1), __VA_ARGS__)); \
	SAME(RULE_NEW, CREATE, OF("web"), RULE(__VA_ARGS__)); \
	SAME(RULE_NEW, CREATE | REPLACE, OF("web"), RULE(__VA_ARGS__)); \
	REFUSED(EEXIST, "security group \"web\" has the rule", AT(R(ENTRY)), RULE_NEW, \
		CREATE | EXCL, OF("web"), RULE(__VA_ARGS__)); \
	CHANGES(RULE_DEL, 0, OF("web"), RULE(__VA_ARGS__)); \
	NOTIFIED(self->ear, RULE_DEL_NTF, OF("web"), RULE(INDEX(1), __VA_ARGS__)); \
	QUIET(self->ear); \
	EXPECT_EQ(0, rules("web")); \
} while (0)

TEST_F(sg, rules)
{
	SG("web");
	nl_discard(self->ear);
	EVERY(INGRESS, ALLOW);
	EVERY(EGRESS, DENY);
	EVERY(INGRESS, PRIORITY(0), REJECT);
	EVERY(INGRESS, PRIORITY(65535), REJECT);
	EVERY(INGRESS, U32(E(FAMILY), 2), ALLOW);
	EVERY(INGRESS, U32(E(FAMILY), 10), ALLOW);
	EVERY(INGRESS, PROTO(ESP), ALLOW);
	EVERY(INGRESS, PROTO(TCP), DPORT(80), ALLOW);
	EVERY(INGRESS, PROTO(UDP), U16(E(SPORT), 0), U16(E(SPORT_END), 5), DPORT(80),
	      DPORT_END(65535), ALLOW);
	EVERY(INGRESS, PROTO(ICMP), U8(E(ICMP_TYPE), 8), ALLOW);
	EVERY(INGRESS, PROTO(ICMPV6), U8(E(ICMP_TYPE), 128), U8(E(ICMP_CODE), 255), ALLOW);
	EVERY(INGRESS, FROM(PREFIX_("10.0.0.0", 8)), ALLOW);
	EVERY(INGRESS, FROM(PREFIX_("fd00::", 8)), TO(PREFIX_("fd00::1", 128)), ALLOW);
	EVERY(INGRESS, FROM(SET_NAMED("clients")), TO(SG_NAMED("web")), ALLOW);
	EVERY(INGRESS, PROTO(TCP), FROM(SET_NAMED("ports")), ALLOW);
	EVERY(INGRESS, U8(E(STATELESS), 1), ALLOW);
	EVERY(INGRESS, COMMENT("why"), ALLOW);
	EVERY(INGRESS, PROTO(TCP), DPORT(21), HELPER("ftp"), ALLOW);
	EVERY(EGRESS, PROTO(UDP), U32(E(FAMILY), 10), HELPER("tftp"), ALLOW);
}

TEST_F(sg, refusals)
{
	SG("web");
	nl_discard(self->ear);
#define BAD(err, text, where, ...) \
	REFUSED(err, text, where, RULE_NEW, CREATE, OF("web"), RULE(__VA_ARGS__))
	BAD(EINVAL, "the direction of the rule is missing", MISSING_IN(R(ENTRY), 0, E(DIRECTION)),
	    ALLOW);
	BAD(EINVAL, "the action of the rule is missing", MISSING_IN(R(ENTRY), 0, E(ACTION)),
	    INGRESS);
	BAD(ERANGE, "priority 65536 is out of range", IN(R(ENTRY), E(PRIORITY)), INGRESS, ALLOW,
	    PRIORITY(65536));
	BAD(EAFNOSUPPORT, "family 7 is neither IPv4 (2) nor IPv6 (10)", IN(R(ENTRY), E(FAMILY)),
	    INGRESS, ALLOW, U32(E(FAMILY), 7));
	BAD(EINVAL, "a rule with ports needs a protocol", IN(R(ENTRY), E(DPORT)), INGRESS, ALLOW,
	    DPORT(80));
	BAD(EINVAL, "a rule with ports needs a protocol", IN(R(ENTRY), E(SPORT)), INGRESS, ALLOW,
	    PROTO(ICMP), U16(E(SPORT), 80));
	BAD(EINVAL, "the first port is missing", MISSING_IN(R(ENTRY), 0, E(DPORT)), INGRESS,
	    ALLOW, PROTO(TCP), DPORT_END(80));
	BAD(ERANGE, "a range cannot end at 79 and begin at 80", IN(R(ENTRY), E(DPORT_END)),
	    INGRESS, ALLOW, PROTO(TCP), DPORT(80), DPORT_END(79));
	BAD(EINVAL, "only ICMP and ICMPv6 have types", IN(R(ENTRY), E(ICMP_TYPE)), INGRESS,
	    ALLOW, PROTO(TCP), U8(E(ICMP_TYPE), 8));
	BAD(EINVAL, "the ICMP type is missing", MISSING_IN(R(ENTRY), 0, E(ICMP_TYPE)), INGRESS,
	    ALLOW, PROTO(ICMP), U8(E(ICMP_CODE), 8));
	BAD(EINVAL, "10.0.0.1/8 has host bits set", ANYWHERE, INGRESS, ALLOW,
	    FROM(PREFIX_("10.0.0.1", 8)));
	BAD(EINVAL, "a prefix length needs an address", ANYWHERE, INGRESS, ALLOW,
	    FROM(U8(P(LEN), 8)));
	BAD(EINVAL, "a peer is a prefix, a set or a security group, and only one",
	    IN(R(ENTRY), E(TO)), INGRESS, ALLOW, TO(PREFIX_("10.0.0.0", 8), SG_NAMED("web")));
	BAD(ENOENT, "there is no set \"none\"", ANYWHERE, INGRESS, ALLOW, FROM(SET_NAMED("none")));
	BAD(ENOENT, "there is no security group \"none\"", ANYWHERE, INGRESS, ALLOW,
	    FROM(SG_NAMED("none")));
	BAD(EINVAL, "must be of one family", NOWHERE, INGRESS, ALLOW,
	    FROM(PREFIX_("10.0.0.0", 8)), TO(PREFIX_("fd00::", 8)));
	BAD(EINVAL, "must be of one family", NOWHERE, INGRESS, ALLOW, PROTO(ICMPV6),
	    FROM(PREFIX_("10.0.0.0", 8)));
	BAD(EINVAL, "must be of one family", NOWHERE, INGRESS, ALLOW, PROTO(ICMP),
	    U32(E(FAMILY), 10));
	BAD(ERANGE, "2 is neither 0 nor 1", IN(R(ENTRY), E(STATELESS)), INGRESS, ALLOW,
	    U8(E(STATELESS), 2));
	BAD(EINVAL, "the place of a rule follows from its priority", IN(R(ENTRY), E(INDEX)),
	    INGRESS, ALLOW, INDEX(1));
	BAD(EINVAL, "only replies have this attribute", IN(R(ENTRY), E(PACKETS)), INGRESS, ALLOW,
	    U64(E(PACKETS), 1));
	MALFORMED(ERANGE, IN(R(ENTRY), E(ACTION)), RULE_NEW, CREATE, OF("web"),
		  RULE(INGRESS, U32(E(ACTION), 4)));
	MALFORMED(ERANGE, IN(R(ENTRY), E(DIRECTION)), RULE_NEW, CREATE, OF("web"),
		  RULE(U32(E(DIRECTION), 0), ALLOW));
	REFUSED(EINVAL, "entry 1: the action of the rule is missing",
		MISSING_IN(R(ENTRY), 1, E(ACTION)), RULE_NEW, CREATE, OF("web"),
		RULE(INGRESS, ALLOW), RULE(INGRESS));
	REFUSED(EINVAL, "an entry is missing", MISSING(R(ENTRY)), RULE_NEW, CREATE, OF("web"));
	REFUSED(EINVAL, "an entry is missing", MISSING(R(ENTRY)), RULE_DEL, 0, OF("web"));
	REFUSED(EINVAL, "the security group is missing", MISSING(R(SG_ID)), RULE_NEW, CREATE,
		RULE(INGRESS, ALLOW));
	REFUSED(ENOENT, "there is no security group \"db\"", AT(R(SG_NAME)), RULE_NEW, CREATE,
		OF("db"), RULE(INGRESS, ALLOW));
	REFUSED(ENOENT, "security group \"web\" has no such rule", AT(R(ENTRY)), RULE_DEL, 0,
		OF("web"), RULE(INGRESS, ALLOW));
	REFUSED(ENOENT, "security group \"web\" has no such rule", AT(R(ENTRY)), RULE_DEL, 0,
		OF("web"), RULE(INDEX(1)));
	QUIET(self->ear);
	EXPECT_EQ(0, nl_info(VROUTER_A_INFO_RULES));
}

/* Rules that could be said and would never fit. */
TEST_F(sg, never_fits)
{
	static const uint8_t extensions[] = { IPPROTO_ROUTING, IPPROTO_FRAGMENT, IPPROTO_AH,
					      IPPROTO_DSTOPTS };
	unsigned int i;

	SG("web");
	nl_discard(self->ear);
	for (i = 0; i < sizeof(extensions); i++) {
		BAD(EINVAL, "is an extension header in IPv6", IN(R(ENTRY), E(PROTO)), INGRESS,
		    ALLOW, U8(E(PROTO), extensions[i]));
		BAD(EINVAL, "is an extension header in IPv6", IN(R(ENTRY), E(PROTO)), INGRESS,
		    ALLOW, U8(E(PROTO), extensions[i]), U32(E(FAMILY), 10));
		BAD(EINVAL, "is an extension header in IPv6", IN(R(ENTRY), E(PROTO)), INGRESS,
		    ALLOW, U8(E(PROTO), extensions[i]), FROM(PREFIX_("fd00::", 8)));
		EVERY(INGRESS, U8(E(PROTO), extensions[i]), U32(E(FAMILY), 2), ALLOW);
		EVERY(INGRESS, U8(E(PROTO), extensions[i]), FROM(PREFIX_("10.0.0.0", 8)), ALLOW);
	}
	BAD(EINVAL, "no packet of a VM is from ff00::/8", IN(R(ENTRY), E(FROM)), EGRESS, ALLOW,
	    FROM(PREFIX_("ff00::", 8)));
	BAD(EINVAL, "no packet of a VM is from ff02::1/128", IN(R(ENTRY), E(FROM)), INGRESS, ALLOW,
	    FROM(PREFIX_("ff02::1", 128)));
	BAD(EINVAL, "no packet of a VM is from ::1/128", IN(R(ENTRY), E(FROM)), INGRESS, ALLOW,
	    FROM(PREFIX_("::1", 128)));
	BAD(EINVAL, "no packet of a VM is to ::1/128", IN(R(ENTRY), E(TO)), INGRESS, ALLOW,
	    TO(PREFIX_("::1", 128)));
	BAD(EINVAL, "no packet of a VM is to ff01::/16", IN(R(ENTRY), E(TO)), INGRESS, ALLOW,
	    TO(PREFIX_("ff01::", 16)));
	EVERY(INGRESS, TO(PREFIX_("ff02::", 16)), ALLOW);
	EVERY(INGRESS, TO(PREFIX_("ff00::", 8)), ALLOW);
	EVERY(INGRESS, FROM(PREFIX_("::", 0)), ALLOW);
	BAD(EINVAL, "protocol 50 has no ports, and set \"ports\" is of type net,port",
	    IN(R(ENTRY), E(FROM)), INGRESS, ALLOW, PROTO(ESP), FROM(SET_NAMED("ports")));
	BAD(EINVAL, "protocol 50 has no ports, and set \"ports\" is of type net,port",
	    IN(R(ENTRY), E(TO)), INGRESS, ALLOW, PROTO(ESP), TO(SET_NAMED("ports")));
	EVERY(INGRESS, PROTO(ICMP), FROM(SET_NAMED("ports")), ALLOW);
	EVERY(INGRESS, FROM(SET_NAMED("ports")), ALLOW);
	EXPECT_EQ(0, rules("web"));
}

TEST_F(sg, helper_refusals)
{
	SG("web");
	nl_discard(self->ear);
	BAD(EINVAL, "the rule must allow, and not be stateless", IN(R(ENTRY), E(HELPER)), INGRESS,
	    DENY, PROTO(TCP), HELPER("ftp"));
	BAD(EINVAL, "the rule must allow, and not be stateless", IN(R(ENTRY), E(HELPER)), INGRESS,
	    ALLOW, PROTO(TCP), U8(E(STATELESS), 1), HELPER("ftp"));
	BAD(EINVAL, "a rule with a helper needs a protocol", IN(R(ENTRY), E(HELPER)), INGRESS,
	    ALLOW, HELPER("ftp"));
	BAD(EINVAL, "a rule with a helper needs a protocol", IN(R(ENTRY), E(HELPER)), INGRESS,
	    ALLOW, PROTO(ICMP), HELPER("ftp"));
	BAD(EINVAL, "the name of the helper is empty", IN(R(ENTRY), E(HELPER)), INGRESS, ALLOW,
	    PROTO(TCP), HELPER(""));
	BAD(ENAMETOOLONG, "no helper has a name of more than 15 bytes", IN(R(ENTRY), E(HELPER)),
	    INGRESS, ALLOW, PROTO(TCP), HELPER("sixteen-bytes-xx"));
	BAD(ENOENT, "the host has no helper \"none\" for TCP over both IPv4 and IPv6",
	    IN(R(ENTRY), E(HELPER)), INGRESS, ALLOW, PROTO(TCP), HELPER("none"));
	BAD(ENOENT, "the host has no helper \"ftp\" for UDP over IPv6", IN(R(ENTRY), E(HELPER)),
	    INGRESS, ALLOW, PROTO(UDP), FROM(PREFIX_("fd00::", 8)), HELPER("ftp"));
	/* It is there for IPv4 only. */
	BAD(ENOENT, "the host has no helper \"irc\" for TCP over both IPv4 and IPv6",
	    IN(R(ENTRY), E(HELPER)), INGRESS, ALLOW, PROTO(TCP), HELPER("irc"));
	ADD("web", RULE(INGRESS, ALLOW, PROTO(TCP), U32(E(FAMILY), 2), HELPER("irc")));
	EXPECT_EQ(1, rules("web"));
	/* All or nothing. */
	REFUSED(ENOENT, "entry 1: the host has no helper \"none\"", ANYWHERE, RULE_NEW, CREATE,
		OF("web"), RULE(INGRESS, ALLOW, PROTO(TCP), HELPER("ftp")),
		RULE(INGRESS, ALLOW, PROTO(TCP), HELPER("none")));
	EXPECT_EQ(1, rules("web"));
}

/* The ports of a rule, by its place. */
#define IS(index, port) HAS(rule("web", index), RULE(INDEX(index), DPORT(port)))
#define TCP_(port, ...) RULE(INGRESS, ALLOW, PROTO(TCP), DPORT(port) __VA_OPT__(,) __VA_ARGS__)

TEST_F(sg, order)
{
	SG("web");
	ADD("web", TCP_(3), TCP_(1, PRIORITY(5)), TCP_(4), TCP_(2, PRIORITY(999)));
	ADD("web", TCP_(5), TCP_(0, PRIORITY(0)));
	IS(1, 0);
	IS(2, 1);
	IS(3, 2);
	IS(4, 3);
	IS(5, 4);
	IS(6, 5);
	EXPECT_NULL(rule("web", 7));
	EXPECT_NULL(rule("web", 0));
	EXPECT_EQ(6, DUMP(RULE_GET)->count);
	REFUSED(EINVAL, "by its index or by its attributes, not by both", IN(R(ENTRY), E(INDEX)),
		RULE_DEL, 0, OF("web"), RULE(INDEX(1), INGRESS));
	REFUSED(ENOENT, "entry 1: security group \"web\" has no such rule", AT_NTH(R(ENTRY), 1),
		RULE_DEL, 0, OF("web"), RULE(INDEX(2)), RULE(INDEX(2)));
	/* Places are those before the request. */
	CHANGES(RULE_DEL, 0, OF("web"), RULE(INDEX(2)), RULE(INDEX(3)), TCP_(5));
	IS(1, 0);
	IS(2, 3);
	IS(3, 4);
	EXPECT_EQ(3, rules("web"));
}

TEST_F(sg, replace)
{
	SG("web");
	ADD("web", TCP_(1), TCP_(2), TCP_(3));
	nl_discard(self->ear);
	CHANGES(RULE_NEW, CREATE | REPLACE, OF("web"), TCP_(3), TCP_(4), TCP_(1));
	NOTIFIED(self->ear, SG_NEW_NTF, STR(A(NAME), "web"), U32(A(RULES), 3));
	QUIET(self->ear);
	IS(1, 3);
	IS(2, 4);
	IS(3, 1);
	REFUSED(EINVAL, "entry 1: the action of the rule is missing",
		MISSING_IN(R(ENTRY), 1, E(ACTION)), RULE_NEW, CREATE | REPLACE, OF("web"),
		TCP_(5), RULE(INGRESS));
	SAME(RULE_NEW, REPLACE, OF("web"), TCP_(3), TCP_(4), TCP_(1));
	CHANGES(RULE_NEW, CREATE | REPLACE, OF("web"));
	EXPECT_EQ(0, nl_info(VROUTER_A_INFO_RULES));
	SAME(RULE_NEW, CREATE | REPLACE, OF("web"));
	ADD("web", TCP_(1), TCP_(2));
	CHANGES(RULE_DEL, 0, OF("web"), FLAG(R(ALL)));
	EXPECT_EQ(0, rules("web"));
	SAME(RULE_DEL, 0, OF("web"), FLAG(R(ALL)));
	REFUSED(EINVAL, "delete all, or entries, but not both", AT(R(ENTRY)), RULE_DEL, 0,
		OF("web"), FLAG(R(ALL)), TCP_(1));
}

/* A comment tells rules apart where it is given. */
TEST_F(sg, comments)
{
	char text[257] = {};

	SG("web");
	ADD("web", TCP_(1, COMMENT("one")), TCP_(1, COMMENT("two")), TCP_(1));
	EXPECT_EQ(3, rules("web"));
	OK(RULE_DEL, 0, OF("web"), TCP_(1, COMMENT("two")));
	REFUSED(ENOENT, "has no such rule", AT(R(ENTRY)), RULE_DEL, 0, OF("web"),
		TCP_(1, COMMENT("two")));
	OK(RULE_DEL, 0, OF("web"), TCP_(1));
	OK(RULE_DEL, 0, OF("web"), TCP_(1));
	EXPECT_EQ(0, rules("web"));
	memset(text, 'x', 256);
	REFUSED(ENAMETOOLONG, "the comment has 256 bytes, more than 255",
		IN(R(ENTRY), E(COMMENT)), RULE_NEW, CREATE, OF("web"), TCP_(1, COMMENT(text)));
}

TEST_F(sg, holds)
{
	SG("web");
	SG("db");
	ADD("web", RULE(INGRESS, ALLOW, FROM(SG_NAMED("web"))),
	    RULE(INGRESS, ALLOW, FROM(SG_NAMED("db"))),
	    RULE(EGRESS, ALLOW, TO(SET_NAMED("clients"))));
	EXPECT_EQ(1, nl_u32(get("db"), A(REFS)));
	EXPECT_EQ(0, nl_u32(get("web"), A(REFS)));
	REFUSED(EBUSY, "security group \"db\" is used by rule 2 of security group \"web\"",
		AT(A(NAME)), SG_DEL, 0, STR(A(NAME), "db"));
	REFUSED(EBUSY, "set \"clients\" is used by rule 3 of security group \"web\"",
		AT(VROUTER_A_SET_NAME), SET_DEL, 0, STR(VROUTER_A_SET_NAME, "clients"));
	EXPECT_EQ(1, nl_u32(GET(SET_GET, STR(VROUTER_A_SET_NAME, "clients")),
			    VROUTER_A_SET_REFS));
	/* What stays holds once, what goes lets go. */
	OK(RULE_NEW, CREATE | REPLACE, OF("web"), RULE(INGRESS, ALLOW, FROM(SG_NAMED("db"))));
	EXPECT_EQ(1, nl_u32(get("db"), A(REFS)));
	OK(SET_DEL, 0, STR(VROUTER_A_SET_NAME, "clients"));
	ADD("db", RULE(INGRESS, ALLOW, FROM(SG_NAMED("web"))));
	OK(RULE_DEL, 0, OF("db"), FLAG(R(ALL)));
	OK(SG_DEL, 0, STR(A(NAME), "web"));
	OK(SG_DEL, 0, STR(A(NAME), "db"));
}

static const struct nlmsghdr *vif(void)
{
	return GET(VIF_GET, STR(VROUTER_A_VIF_NAME, "vm"));
}

TEST_F(sg, vifs)
{
	struct attr list[18] = {};
	char names[17][8];
	unsigned int i;

	ASSERT_EQ(0, run("ip link add d0 type dummy"));
	NETWORK("blue");
	SG("web");
	SG("db");
	ASSERT_TRUE(nl_settle());
	VIF("vm", "d0", "blue", REF("web"), REF("db"));
	HAS(vif(), REF("web"));
	EXPECT_EQ(2, nl_count(vif(), VROUTER_A_VIF_SG));
	EXPECT_EQ(1, nl_u32(get("web"), A(VIFS)));
	ASSERT_TRUE(nl_settle());
	SAME(VIF_NEW, CREATE, STR(VROUTER_A_VIF_NAME, "vm"), STR(VROUTER_A_VIF_IFNAME, "d0"),
	     STR(VROUTER_A_VIF_NETWORK_NAME, "blue"), REF("web"), REF("db"));
	/* The order counts. */
	REFUSED(EEXIST, "vif \"vm\" exists with another list of security groups",
		AT(VROUTER_A_VIF_NAME), VIF_NEW, CREATE, STR(VROUTER_A_VIF_NAME, "vm"),
		STR(VROUTER_A_VIF_IFNAME, "d0"), STR(VROUTER_A_VIF_NETWORK_NAME, "blue"),
		REF("db"), REF("web"));
	REFUSED(EINVAL, "security group \"web\" is listed twice", AT_NTH(VROUTER_A_VIF_SG, 2),
		VIF_SET, 0, STR(VROUTER_A_VIF_NAME, "vm"), REF("web"), REF("db"), REF("web"));
	REFUSED(ENOENT, "there is no security group \"none\"", ANYWHERE, VIF_SET, 0,
		STR(VROUTER_A_VIF_NAME, "vm"), REF("none"));
	REFUSED(EBUSY, "security group \"web\" is used by vif \"vm\"", AT(A(NAME)), SG_DEL, 0,
		STR(A(NAME), "web"));
	CHANGES(VIF_SET, 0, STR(VROUTER_A_VIF_NAME, "vm"), REF("db"));
	EXPECT_EQ(0, nl_u32(get("web"), A(VIFS)));
	EXPECT_EQ(1, nl_u32(get("db"), A(VIFS)));
	OK(SG_DEL, 0, STR(A(NAME), "web"));
	for (i = 0; i < 17; i++) {
		snprintf(names[i], sizeof(names[i]), "g%u", i);
		SG(names[i]);
		list[i] = (struct attr){ ATTR_NEST, VROUTER_A_VIF_SG, 0, 0,
			calloc(2, sizeof(struct attr)) };
		*(struct attr *)list[i].data = (struct attr)STR(VROUTER_A_SG_REF_NAME, names[i]);
	}
	REFUSED(E2BIG, "a vif has at most 16 security groups", AT_NTH(VROUTER_A_VIF_SG, 16),
		VIF_SET, 0, STR(VROUTER_A_VIF_NAME, "vm"), LIST(list));
	list[16] = (struct attr){};
	CHANGES(VIF_SET, 0, STR(VROUTER_A_VIF_NAME, "vm"), LIST(list));
	EXPECT_EQ(16, nl_count(vif(), VROUTER_A_VIF_SG));
	CHANGES(VIF_SET, 0, STR(VROUTER_A_VIF_NAME, "vm"), NEST(VROUTER_A_VIF_SG));
	EXPECT_EQ(0, nl_count(vif(), VROUTER_A_VIF_SG));
	CHANGES(VIF_SET, 0, STR(VROUTER_A_VIF_NAME, "vm"), REF("db"));
	/* A vif that goes by itself lets go too. */
	ASSERT_EQ(0, run("ip link del d0"));
	EXPECT_EQ(0, nl_u32(get("db"), A(VIFS)));
	OK(SG_DEL, 0, STR(A(NAME), "db"));
}

TEST_F(sg, zones)
{
	const struct nlmsghdr *msg;
	uint16_t zone;

	NETWORK("blue");
	msg = GET(NETWORK_GET, STR(N(NAME), "blue"));
	ASSERT_NE(NULL, nl_attr(msg, N(ZONE)));
	zone = mnl_attr_get_u16(nl_attr(msg, N(ZONE)));
	EXPECT_GE(zone, 32768);
	REFUSED(EADDRINUSE, "is another network's", AT(N(ZONE)), NETWORK_NEW, CREATE,
		STR(N(NAME), "red"), U16(N(ZONE), zone));
	REFUSED(ERANGE, "zone 0 is the host's own", AT(N(ZONE)), NETWORK_NEW, CREATE,
		STR(N(NAME), "red"), U16(N(ZONE), 0));
	REFUSED(EOPNOTSUPP, "for good", AT(N(ZONE)), NETWORK_SET, 0, STR(N(NAME), "blue"),
		U16(N(ZONE), 5));
	SAME(NETWORK_SET, 0, STR(N(NAME), "blue"), U16(N(ZONE), zone));
	NETWORK("red", U16(N(ZONE), 5));
	HAS(GET(NETWORK_GET, STR(N(NAME), "red")), U16(N(ZONE), 5));
	/* Free again at once. */
	OK(NETWORK_DEL, 0, STR(N(NAME), "red"));
	NETWORK("green", U16(N(ZONE), 5));
}

#define STATELESS U8(E(STATELESS), 1)
#define ACL(name) NEST(N(ACL), STR(VROUTER_A_SG_REF_NAME, name))
#define BLUE STR(N(NAME), "blue")

static const struct nlmsghdr *blue(void)
{
	return GET(NETWORK_GET, BLUE);
}

/* Groups that are the ACL of a network. */
TEST_F(sg, acl)
{
	SG("out");
	SG("in");
	ADD("out", RULE(EGRESS, ALLOW, STATELESS));
	NETWORK("blue", ACL("out"), ACL("in"));
	EXPECT_EQ(2, nl_count(blue(), N(ACL)));
	HAS(blue(), NEST(N(ACL), U32(VROUTER_A_SG_REF_ID, 1), STR(VROUTER_A_SG_REF_NAME, "out")));
	HAS(get("out"), U32(A(NETWORKS), 1), U32(A(VIFS), 0), U32(A(REFS), 0));
	SAME(NETWORK_NEW, CREATE, BLUE, ACL("out"), ACL("in"));
	/* The order counts, and what is not said stays. */
	REFUSED(EEXIST, "network \"blue\" exists with another ACL", AT(N(NAME)), NETWORK_NEW,
		CREATE, BLUE, ACL("in"), ACL("out"));
	CHANGES(NETWORK_SET, 0, BLUE, U32(N(MTU), 1400));
	EXPECT_EQ(2, nl_count(blue(), N(ACL)));
	nl_discard(self->ear);
	CHANGES(NETWORK_SET, 0, BLUE, ACL("in"));
	NOTIFIED(self->ear, NETWORK_NEW_NTF, BLUE, ACL("in"));
	HAS(get("out"), U32(A(NETWORKS), 0));
	NETWORK("red", ACL("in"));
	HAS(get("in"), U32(A(NETWORKS), 2));
	OK(SG_DEL, 0, STR(A(NAME), "out"));
	REFUSED(EBUSY, "security group \"in\" is the ACL of network \"blue\"", AT(A(NAME)),
		SG_DEL, 0, STR(A(NAME), "in"));
	CHANGES(NETWORK_SET, 0, BLUE, NEST(N(ACL)));
	EXPECT_EQ(0, nl_count(blue(), N(ACL)));
	REFUSED(EBUSY, "security group \"in\" is the ACL of network \"red\"", AT(A(NAME)),
		SG_DEL, 0, STR(A(NAME), "in"));
	/* A replacement without one has none, and a network that goes lets go. */
	CHANGES(NETWORK_NEW, CREATE | REPLACE, STR(N(NAME), "red"));
	HAS(get("in"), U32(A(NETWORKS), 0));
	CHANGES(NETWORK_SET, 0, BLUE, ACL("in"));
	OK(NETWORK_DEL, 0, BLUE);
	OK(SG_DEL, 0, STR(A(NAME), "in"));
}

TEST_F(sg, acl_refused)
{
	struct attr list[18] = {};
	char names[17][8];
	unsigned int i;

	NETWORK("blue");
	SG("mixed");
	SG("in");
	ADD("mixed", RULE(INGRESS, ALLOW, STATELESS), RULE(INGRESS, DENY));
	REFUSED(EINVAL, "rule 2 of security group \"mixed\" is not stateless, as those of an ACL must be",
		AT_NTH(N(ACL), 1), NETWORK_SET, 0, BLUE, ACL("in"), ACL("mixed"));
	REFUSED(EINVAL, "rule 2 of security group \"mixed\" is not stateless", AT_NTH(N(ACL), 0),
		NETWORK_NEW, CREATE, STR(N(NAME), "red"), ACL("mixed"), ACL("in"));
	REFUSED(ENOENT, "there is no security group \"none\"", ANYWHERE, NETWORK_SET, 0, BLUE,
		ACL("none"));
	REFUSED(EINVAL, "security group \"in\" is listed twice", AT_NTH(N(ACL), 1), NETWORK_SET,
		0, BLUE, ACL("in"), ACL("in"));
	EXPECT_EQ(0, nl_info(VROUTER_A_INFO_VIFS));
	HAS(get("in"), U32(A(NETWORKS), 0));
	for (i = 0; i < 17; i++) {
		snprintf(names[i], sizeof(names[i]), "g%u", i);
		SG(names[i]);
		list[i] = (struct attr){ ATTR_NEST, N(ACL), 0, 0,
			calloc(2, sizeof(struct attr)) };
		*(struct attr *)list[i].data = (struct attr)STR(VROUTER_A_SG_REF_NAME, names[i]);
	}
	REFUSED(E2BIG, "an ACL has at most 16 security groups", AT_NTH(N(ACL), 16), NETWORK_SET,
		0, BLUE, LIST(list));
	list[16] = (struct attr){};
	CHANGES(NETWORK_SET, 0, BLUE, LIST(list));
	EXPECT_EQ(16, nl_count(blue(), N(ACL)));
}

/* What is an ACL gets no rule with connection state. */
TEST_F(sg, acl_rules)
{
	SG("in");
	NETWORK("blue", ACL("in"));
	REFUSED(EINVAL, "security group \"in\" is the ACL of network \"blue\": only stateless rules are possible",
		AT(R(ENTRY)), RULE_NEW, CREATE, OF("in"), RULE(INGRESS, ALLOW));
	REFUSED(EINVAL, "entry 1: security group \"in\" is the ACL of network \"blue\"", ANYWHERE,
		RULE_NEW, CREATE, OF("in"), RULE(INGRESS, ALLOW, STATELESS),
		RULE(INGRESS, DENY, U8(E(STATELESS), 0)));
	EXPECT_EQ(0, rules("in"));
	ADD("in", RULE(INGRESS, ALLOW, STATELESS));
	REFUSED(EINVAL, "only stateless rules are possible", AT(R(ENTRY)), RULE_NEW,
		CREATE | REPLACE, OF("in"), RULE(EGRESS, REJECT));
	EXPECT_EQ(1, rules("in"));
	/* No more than it is one. */
	OK(NETWORK_SET, 0, BLUE, NEST(N(ACL)));
	ADD("in", RULE(INGRESS, DENY));
	REFUSED(EINVAL, "rule 2 of security group \"in\" is not stateless", AT(N(ACL)),
		NETWORK_SET, 0, BLUE, ACL("in"));
	OK(RULE_DEL, 0, OF("in"), RULE(INDEX(2)));
	OK(NETWORK_SET, 0, BLUE, ACL("in"));
}

static void set_zones(const char *min, const char *max)
{
	if (run("echo %s >/sys/module/vrouter/parameters/zone_min", min) ||
	    run("echo %s >/sys/module/vrouter/parameters/zone_max", max))
		nl_die("zones");
}

/* A network that came too late has no connections to judge by. */
TEST_F(sg, no_zone)
{
	ASSERT_EQ(0, run("ip link add d0 type dummy && ip link add d1 type dummy"));
	set_zones("100", "100");
	NETWORK("blue");
	NETWORK("red");
	set_zones("32768", "65535");
	HAS(GET(NETWORK_GET, STR(N(NAME), "blue")), U16(N(ZONE), 100));
	EXPECT_NULL(nl_attr(GET(NETWORK_GET, STR(N(NAME), "red")), N(ZONE)));
	SG("full");
	SG("less");
	ADD("full", RULE(INGRESS, ALLOW));
	ADD("less", RULE(INGRESS, ALLOW, U8(E(STATELESS), 1)));
	ASSERT_TRUE(nl_settle());
	REFUSED(ENOSPC, "network \"red\" has no zone for connections, which rules of security group \"full\" need",
		AT(VROUTER_A_VIF_SG), VIF_NEW, CREATE, STR(VROUTER_A_VIF_NAME, "vm"),
		STR(VROUTER_A_VIF_IFNAME, "d0"), STR(VROUTER_A_VIF_NETWORK_NAME, "red"),
		REF("full"));
	VIF("vm", "d0", "red", REF("less"));
	VIF("vn", "d1", "blue", REF("less"), REF("full"));
	ASSERT_TRUE(nl_settle());
	REFUSED(ENOSPC, "network \"red\", where a vif has the group, has no zone", NOWHERE,
		RULE_NEW, CREATE, OF("less"), RULE(INGRESS, ALLOW));
	ADD("less", RULE(EGRESS, ALLOW, U8(E(STATELESS), 1)));
}

/* Rules with consecutive destination ports, as entries of a request from @list on. */
static void many_rules(struct attr *list, unsigned int count, unsigned int port)
{
	struct attr (*entries)[6] = calloc(count, sizeof(*entries));
	unsigned int i;

	if (!entries)
		nl_die("entries");
	for (i = 0; i < count; i++) {
		entries[i][0] = (struct attr)INGRESS;
		entries[i][1] = (struct attr)ALLOW;
		entries[i][2] = (struct attr)PROTO(TCP);
		entries[i][3] = (struct attr)DPORT(port + i);
		list[i] = (struct attr){ ATTR_NEST, R(ENTRY), 0, 0, entries[i] };
	}
}

TEST_F(sg, four_thousand_rules)
{
	struct attr *list = calloc(4098, sizeof(*list));

	ASSERT_NE(NULL, list);
	SG("web");
	many_rules(list, 4097, 0);
	REFUSED(ENOSPC, "entry 4096: security group \"web\" is at its limit of 4096 rules",
		AT_NTH(R(ENTRY), 4096), RULE_NEW, CREATE, OF("web"), LIST(list));
	list[4096] = (struct attr){};
	OK(RULE_NEW, CREATE, OF("web"), LIST(list));
	EXPECT_EQ(4096, DUMP(RULE_GET, OF("web"))->count);
	IS(4096, 4095);
	SAME(RULE_NEW, CREATE | REPLACE, OF("web"), LIST(list));
	OK(SG_DEL, 0, STR(A(NAME), "web"));
	EXPECT_EQ(0, nl_info(VROUTER_A_INFO_RULES));
}

/* Rules that stay count as much as new ones: else they are written behind the list's end. */
TEST_F(sg, replacement_beyond_limit)
{
	struct attr *list = calloc(8194, sizeof(*list));

	ASSERT_NE(NULL, list);
	SG("web");
	many_rules(list, 4096, 0);
	OK(RULE_NEW, CREATE, OF("web"), LIST(list));
	many_rules(list, 4096, 10000);
	many_rules(list + 4096, 4096, 0);
	REFUSED(ENOSPC, "entry 4096: security group \"web\" is at its limit of 4096 rules",
		AT_NTH(R(ENTRY), 4096), RULE_NEW, CREATE | REPLACE, OF("web"), LIST(list));
	/* What the refused one names stays as it is, counted once. */
	list[8192] = (struct attr)RULE(INGRESS);
	REFUSED(ENOSPC, "entry 4096: security group \"web\" is at its limit of 4096 rules",
		AT_NTH(R(ENTRY), 4096), RULE_NEW, CREATE | REPLACE, OF("web"), LIST(list));
	EXPECT_EQ(4096, DUMP(RULE_GET, OF("web"))->count);
	IS(1, 0);
	IS(4096, 4095);
	EXPECT_EQ(4096, nl_info(VROUTER_A_INFO_RULES));
	OK(SG_DEL, 0, STR(A(NAME), "web"));
	EXPECT_EQ(0, nl_info(VROUTER_A_INFO_RULES));
}

/* The namespace goes with groups that are each other's peers. */
TEST_F(sg, leave)
{
	ASSERT_EQ(0, run("ip link add d0 type dummy"));
	SG("acl");
	NETWORK("blue", ACL("acl"));
	SG("web", STR(A(MEMBERS_NAME), "clients"));
	SG("db");
	ADD("web", RULE(INGRESS, ALLOW, FROM(SG_NAMED("db"))));
	ADD("db", RULE(INGRESS, ALLOW, FROM(SG_NAMED("web")), TO(SET_NAMED("ports"))));
	VIF("vm", "d0", "blue", REF("web"), REF("db"));
}

TEST_HARNESS_MAIN
