// SPDX-License-Identifier: GPL-2.0
/* Sets and their elements: set-*, element-*. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <unistd.h>

#include "fixture.h"

#define A(name) VROUTER_A_SET_##name
#define L(name) VROUTER_A_ELEMENT_##name
#define E(name) VROUTER_A_ELEMENT_ENTRY_##name
#define TYPE(name) U32(A(TYPE), VROUTER_SET_TYPE_##name)

#define SET(name, ...) \
	OK(SET_NEW, CREATE, STR(A(NAME), name) __VA_OPT__(,) __VA_ARGS__)
#define IN_SET(name) STR(L(SET_NAME), name)
#define NET_(addr, len, ...) \
	NEST(L(ENTRY), ADDR(E(ADDRESS), addr), U8(E(LEN), len) __VA_OPT__(,) __VA_ARGS__)
#define HOST(addr, ...) \
	NEST(L(ENTRY), ADDR(E(ADDRESS), addr) __VA_OPT__(,) __VA_ARGS__)
#define PROTO(name) U8(E(PROTO), IPPROTO_##name)
#define AT_PORT(n) U16(E(PORT), n)
#define TO_PORT(n) U16(E(PORT_END), n)
#define NOMATCH U8(E(NOMATCH), 1)
#define SECONDS(n) U32(E(TIMEOUT), n)
#define COMMENT(text) STR(E(COMMENT), text)
#define INSERT(name, ...) OK(ELEMENT_NEW, CREATE, IN_SET(name), __VA_ARGS__)
#define REMOVE(name, ...) OK(ELEMENT_DEL, 0, IN_SET(name), __VA_ARGS__)
#define FOUND(name, ...) GET(ELEMENT_GET, IN_SET(name), __VA_ARGS__)
#define DECIDES(name, ...) GET(ELEMENT_GET, IN_SET(name), FLAG(L(MATCH)), __VA_ARGS__)

FIXTURE(set) {
	struct nl *ear;
};

FIXTURE_SETUP(set)
{
	ASSERT_TRUE(enter_netns());
	self->ear = nl_listen();
}

FIXTURE_TEARDOWN(set)
{
	nl_close(self->ear);
	leave_netns();
}

static const struct nlmsghdr *get(const char *name)
{
	return GET(SET_GET, STR(A(NAME), name));
}

static uint32_t elements(const char *name)
{
	return nl_u32(get(name), A(ELEMENTS));
}

TEST_F(set, defaults)
{
	CHANGES(SET_NEW, CREATE, STR(A(NAME), "a"));
	HAS(get("a"), U32(A(ID), 1), TYPE(NET), U32(A(TIMEOUT), 0), U8(A(COUNTERS), 0),
	    U32(A(MAX_ELEMENTS), 1048576), U32(A(ELEMENTS), 0), U32(A(REFS), 0));
	NOTIFIED(self->ear, SET_NEW_NTF, STR(A(NAME), "a"), TYPE(NET));
	SAME(SET_NEW, CREATE, STR(A(NAME), "a"));
	SAME(SET_NEW, CREATE | REPLACE, STR(A(NAME), "a"));
	SAME(SET_SET, 0, STR(A(NAME), "a"));
	REFUSED(EEXIST, "the set exists", AT(A(NAME)), SET_NEW, CREATE | EXCL, STR(A(NAME), "a"));
	CHANGES(SET_DEL, 0, STR(A(NAME), "a"));
	NOTIFIED(self->ear, SET_DEL_NTF, STR(A(NAME), "a"));
	QUIET(self->ear);
	EXPECT_NULL(get("a"));
}

TEST_F(set, every_attribute)
{
	CHANGES(SET_NEW, CREATE, U32(A(ID), 7), STR(A(NAME), "a"), TYPE(NET_PORT),
		U32(A(TIMEOUT), 60), U8(A(COUNTERS), 1), U32(A(MAX_ELEMENTS), 5));
	HAS(get("a"), U32(A(ID), 7), TYPE(NET_PORT), U32(A(TIMEOUT), 60), U8(A(COUNTERS), 1),
	    U32(A(MAX_ELEMENTS), 5));
	CHANGES(SET_SET, 0, U32(A(ID), 7), STR(A(NAME), "b"), U32(A(TIMEOUT), 0));
	HAS(get("b"), U32(A(ID), 7), TYPE(NET_PORT), U32(A(TIMEOUT), 0), U8(A(COUNTERS), 1),
	    U32(A(MAX_ELEMENTS), 5));
	EXPECT_NULL(get("a"));
	/* What is for good is no default to go back to. */
	CHANGES(SET_NEW, REPLACE, STR(A(NAME), "b"));
	HAS(get("b"), TYPE(NET_PORT), U8(A(COUNTERS), 1), U32(A(MAX_ELEMENTS), 1048576));
	EXPECT_EQ(1, nl_info(VROUTER_A_INFO_SETS));
}

TEST_F(set, refusals)
{
	SET("a", TYPE(NET));
	SET("b");
	REFUSED(EINVAL, "the name of the set is missing", MISSING(A(NAME)), SET_NEW, CREATE,
		TYPE(NET));
	REFUSED(EEXIST, "set \"a\" exists with another type", AT(A(NAME)), SET_NEW, CREATE,
		STR(A(NAME), "a"), TYPE(NET_PORT));
	REFUSED(EEXIST, "exists with another timeout", AT(A(NAME)), SET_NEW, CREATE,
		STR(A(NAME), "a"), U32(A(TIMEOUT), 5));
	REFUSED(EEXIST, "exists with another choice of counters", AT(A(NAME)), SET_NEW, CREATE,
		STR(A(NAME), "a"), U8(A(COUNTERS), 1));
	REFUSED(EEXIST, "exists with another limit of elements", AT(A(NAME)), SET_NEW, CREATE,
		STR(A(NAME), "a"), U32(A(MAX_ELEMENTS), 5));
	REFUSED(EOPNOTSUPP, "set \"a\" is of type net for good", AT(A(TYPE)), SET_SET, 0,
		STR(A(NAME), "a"), TYPE(NET_PROTO_PORTS));
	REFUSED(EOPNOTSUPP, "set \"a\" has no counters for good", AT(A(COUNTERS)), SET_NEW,
		REPLACE, STR(A(NAME), "a"), U8(A(COUNTERS), 1));
	REFUSED(ERANGE, "2 is neither 0 nor 1", AT(A(COUNTERS)), SET_SET, 0, STR(A(NAME), "a"),
		U8(A(COUNTERS), 2));
	REFUSED(ERANGE, "a timeout of 2147484 seconds is too long", AT(A(TIMEOUT)), SET_SET, 0,
		STR(A(NAME), "a"), U32(A(TIMEOUT), 2147484));
	MALFORMED(ERANGE, AT(A(TYPE)), SET_NEW, CREATE, STR(A(NAME), "c"), U32(A(TYPE), 4));
	MALFORMED(ERANGE, AT(A(TYPE)), SET_NEW, CREATE, STR(A(NAME), "c"), U32(A(TYPE), 0));
	MALFORMED(EINVAL, AT(A(ELEMENTS)), SET_NEW, CREATE, STR(A(NAME), "c"),
		  U32(A(ELEMENTS), 0));
	REFUSED(EEXIST, "set 2 is already called \"b\"", AT(A(NAME)), SET_SET, 0, U32(A(ID), 1),
		STR(A(NAME), "b"));
	REFUSED(ENOENT, "there is no set \"c\"", AT(A(NAME)), SET_DEL, 0, STR(A(NAME), "c"));
	REFUSED(ENOENT, "there is no set \"c\"", AT(A(NAME)), SET_SET, 0, STR(A(NAME), "c"));
}

TEST_F(set, net)
{
	SET("a");
	nl_discard(self->ear);
	CHANGES(ELEMENT_NEW, CREATE, IN_SET("a"), NET_("10.0.0.0", 8));
	NOTIFIED(self->ear, ELEMENT_NEW_NTF, IN_SET("a"),
		 NET_("10.0.0.0", 8, U8(E(NOMATCH), 0)));
	CHANGES(ELEMENT_NEW, CREATE, IN_SET("a"), NET_("fd00::", 8, NOMATCH));
	NOTIFIED(self->ear, ELEMENT_NEW_NTF, IN_SET("a"), NET_("fd00::", 8, NOMATCH));
	HAS(FOUND("a", NET_("10.0.0.0", 8)), NET_("10.0.0.0", 8));
	/* The very same, not one that holds it. */
	EXPECT_NULL(FOUND("a", NET_("10.0.0.0", 9)));
	EXPECT_EQ(2, elements("a"));
	CHANGES(ELEMENT_DEL, 0, IN_SET("a"), NET_("10.0.0.0", 8), NET_("fd00::", 8));
	NOTIFIED(self->ear, ELEMENT_DEL_NTF, IN_SET("a"), NET_("10.0.0.0", 8));
	NOTIFIED(self->ear, ELEMENT_DEL_NTF, IN_SET("a"), NET_("fd00::", 8));
	QUIET(self->ear);
	EXPECT_EQ(0, elements("a"));
}

TEST_F(set, net_refusals)
{
	SET("a", U32(A(MAX_ELEMENTS), 2));
	REFUSED(EINVAL, "the set is missing", MISSING(L(SET_ID)), ELEMENT_NEW, CREATE,
		HOST("10.0.0.1"));
	REFUSED(EINVAL, "an entry is missing", MISSING(L(ENTRY)), ELEMENT_NEW, CREATE,
		IN_SET("a"));
	REFUSED(ENOENT, "there is no set \"b\"", AT(L(SET_NAME)), ELEMENT_NEW, CREATE,
		IN_SET("b"), HOST("10.0.0.1"));
	REFUSED(EINVAL, "the address of the element is missing",
		MISSING_IN(L(ENTRY), 0, E(ADDRESS)), ELEMENT_NEW, CREATE, IN_SET("a"),
		NEST(L(ENTRY), U8(E(LEN), 8)));
	REFUSED(EINVAL, "an address has 4 or 16 bytes, not 5", IN(L(ENTRY), E(ADDRESS)),
		ELEMENT_NEW, CREATE, IN_SET("a"),
		NEST(L(ENTRY), BYTES(E(ADDRESS), "12345", 5)));
	REFUSED(EINVAL, "prefix length 33 is more than the 32 bits", IN(L(ENTRY), E(LEN)),
		ELEMENT_NEW, CREATE, IN_SET("a"), NET_("10.0.0.0", 33));
	REFUSED(EINVAL, "prefix length 129 is more than the 128 bits", IN(L(ENTRY), E(LEN)),
		ELEMENT_NEW, CREATE, IN_SET("a"), NET_("fd00::", 129));
	REFUSED(EINVAL, "10.0.0.1/8 has host bits set", IN(L(ENTRY), E(ADDRESS)), ELEMENT_NEW,
		CREATE, IN_SET("a"), NET_("10.0.0.1", 8));
	REFUSED(EINVAL, "entry 1: fd00::1/64 has host bits set",
		IN_NTH(L(ENTRY), 1, E(ADDRESS)), ELEMENT_NEW, CREATE, IN_SET("a"),
		HOST("10.0.0.1"), NET_("fd00::1", 64));
	REFUSED(EINVAL, "a set of type net has neither protocols nor ports",
		IN(L(ENTRY), E(PROTO)), ELEMENT_NEW, CREATE, IN_SET("a"),
		HOST("10.0.0.1", PROTO(TCP)));
	REFUSED(EINVAL, "a set of type net has neither protocols nor ports",
		IN(L(ENTRY), E(PORT)), ELEMENT_NEW, CREATE, IN_SET("a"),
		HOST("10.0.0.1", AT_PORT(80)));
	REFUSED(ERANGE, "a timeout of 2147484 seconds is too long", IN(L(ENTRY), E(TIMEOUT)),
		ELEMENT_NEW, CREATE, IN_SET("a"), HOST("10.0.0.1", SECONDS(2147484)));
	REFUSED(ERANGE, "2 is neither 0 nor 1", IN(L(ENTRY), E(NOMATCH)), ELEMENT_NEW, CREATE,
		IN_SET("a"), HOST("10.0.0.1", U8(E(NOMATCH), 2)));
	REFUSED(EINVAL, "only replies have this attribute", IN(L(ENTRY), E(PACKETS)),
		ELEMENT_NEW, CREATE, IN_SET("a"), HOST("10.0.0.1", U64(E(PACKETS), 1)));
	REFUSED(ENOENT, "set \"a\" has no such element", AT(L(ENTRY)), ELEMENT_DEL, 0,
		IN_SET("a"), HOST("10.0.0.1"));
	REFUSED(ENOENT, "set \"a\" has no such element", AT(L(ENTRY)), ELEMENT_NEW, REPLACE,
		IN_SET("a"), HOST("10.0.0.1"));
	REFUSED(ENOSPC, "entry 2: set \"a\" is at its limit of 2 elements", AT_NTH(L(ENTRY), 2),
		ELEMENT_NEW, CREATE, IN_SET("a"), HOST("10.0.0.1"), HOST("10.0.0.2"),
		HOST("fd00::3"));
	EXPECT_EQ(0, elements("a"));
}

TEST_F(set, comment_of_256_bytes)
{
	char text[257];

	SET("a");
	memset(text, 'x', 256);
	text[256] = 0;
	REFUSED(ENAMETOOLONG, "the comment has 256 bytes, more than 255",
		IN(L(ENTRY), E(COMMENT)), ELEMENT_NEW, CREATE, IN_SET("a"),
		HOST("10.0.0.1", COMMENT(text)));
	text[255] = 0;
	INSERT("a", HOST("10.0.0.1", COMMENT(text)));
	HAS(FOUND("a", HOST("10.0.0.1")), NEST(L(ENTRY), COMMENT(text)));
}

/* What is there already: fine when it is the same, replaced when that is asked for. */
TEST_F(set, again)
{
	SET("a");
	INSERT("a", HOST("10.0.0.1", COMMENT("one")), NET_("fd00::", 8, NOMATCH));
	SAME(ELEMENT_NEW, CREATE, IN_SET("a"), HOST("10.0.0.1", COMMENT("one")));
	SAME(ELEMENT_NEW, CREATE, IN_SET("a"), NET_("fd00::", 8, NOMATCH));
	SAME(ELEMENT_NEW, CREATE | REPLACE, IN_SET("a"), HOST("10.0.0.1", COMMENT("one")));
	REFUSED(EEXIST, "set \"a\" has the element", AT(L(ENTRY)), ELEMENT_NEW, CREATE | EXCL,
		IN_SET("a"), HOST("10.0.0.1", COMMENT("one")));
	REFUSED(EEXIST, "set \"a\" has the element with another comment", AT(L(ENTRY)),
		ELEMENT_NEW, CREATE, IN_SET("a"), HOST("10.0.0.1"));
	REFUSED(EEXIST, "entry 1: set \"a\" has the element with another nomatch",
		AT_NTH(L(ENTRY), 1), ELEMENT_NEW, CREATE, IN_SET("a"), HOST("10.0.0.2"),
		NET_("fd00::", 8));
	/* The same twice in one request. */
	INSERT("a", HOST("10.0.0.5", COMMENT("five")), HOST("10.0.0.5", COMMENT("five")));
	REFUSED(EEXIST, "entry 1: set \"a\" has the element with another comment",
		AT_NTH(L(ENTRY), 1), ELEMENT_NEW, CREATE, IN_SET("a"),
		HOST("10.0.0.6", COMMENT("six")), HOST("10.0.0.6", COMMENT("seven")));
	REFUSED(ENOENT, "entry 1: set \"a\" has no such element", AT_NTH(L(ENTRY), 1),
		ELEMENT_DEL, 0, IN_SET("a"), HOST("10.0.0.5"), HOST("10.0.0.5"));
	nl_discard(self->ear);
	CHANGES(ELEMENT_NEW, CREATE | REPLACE, IN_SET("a"), HOST("10.0.0.1", COMMENT("uno")));
	NOTIFIED(self->ear, ELEMENT_NEW_NTF, IN_SET("a"), NEST(L(ENTRY), COMMENT("uno")));
	CHANGES(ELEMENT_NEW, REPLACE, IN_SET("a"), HOST("10.0.0.1", NOMATCH));
	EXPECT_NULL(nl_inner(FOUND("a", HOST("10.0.0.1")), L(ENTRY), E(COMMENT)));
	HAS(FOUND("a", HOST("10.0.0.1")), NEST(L(ENTRY), NOMATCH));
	EXPECT_EQ(3, elements("a"));
}

TEST_F(set, net_port_refusals)
{
	SET("a", TYPE(NET_PORT));
	REFUSED(EINVAL, "the protocol of the element is missing",
		MISSING_IN(L(ENTRY), 0, E(PROTO)), ELEMENT_NEW, CREATE, IN_SET("a"),
		HOST("10.0.0.1", AT_PORT(80)));
	REFUSED(EINVAL, "the port of the element is missing", MISSING_IN(L(ENTRY), 0, E(PORT)),
		ELEMENT_NEW, CREATE, IN_SET("a"), HOST("10.0.0.1", PROTO(TCP)));
	REFUSED(EINVAL, "protocol 50 has no ports", IN(L(ENTRY), E(PROTO)), ELEMENT_NEW, CREATE,
		IN_SET("a"), HOST("10.0.0.1", PROTO(ESP), AT_PORT(80)));
	REFUSED(EINVAL, "a set of type net,port has no ranges", IN(L(ENTRY), E(PORT_END)),
		ELEMENT_NEW, CREATE, IN_SET("a"),
		HOST("10.0.0.1", PROTO(TCP), AT_PORT(80), TO_PORT(81)));
	REFUSED(EINVAL, "IPv6 has no ICMP", IN(L(ENTRY), E(PROTO)), ELEMENT_NEW, CREATE,
		IN_SET("a"), HOST("fd00::1", PROTO(ICMP), AT_PORT(0x800)));
	REFUSED(EINVAL, "protocol 51 is an extension header in IPv6", IN(L(ENTRY), E(PROTO)),
		ELEMENT_NEW, CREATE, IN_SET("a"), HOST("fd00::1", PROTO(AH)));
	REFUSED(EINVAL, "IPv4 has no ICMPv6", IN(L(ENTRY), E(PROTO)), ELEMENT_NEW, CREATE,
		IN_SET("a"), HOST("10.0.0.1", PROTO(ICMPV6), AT_PORT(0x8000)));
	INSERT("a", HOST("10.0.0.1", PROTO(TCP), AT_PORT(80), TO_PORT(80)));
	SAME(ELEMENT_NEW, CREATE, IN_SET("a"), HOST("10.0.0.1", PROTO(TCP), AT_PORT(80)));
}

TEST_F(set, range_refusals)
{
	SET("a", TYPE(NET_PROTO_PORTS));
	REFUSED(EINVAL, "the first port is missing", MISSING_IN(L(ENTRY), 0, E(PORT)),
		ELEMENT_NEW, CREATE, IN_SET("a"), HOST("10.0.0.1", PROTO(TCP), TO_PORT(80)));
	REFUSED(ERANGE, "a range cannot end at 79 and begin at 80", IN(L(ENTRY), E(PORT_END)),
		ELEMENT_NEW, CREATE, IN_SET("a"),
		HOST("10.0.0.1", PROTO(TCP), AT_PORT(80), TO_PORT(79)));
	REFUSED(EINVAL, "protocol 0 has no ports", IN(L(ENTRY), E(PORT)), ELEMENT_NEW, CREATE,
		IN_SET("a"), HOST("10.0.0.1", AT_PORT(80)));
	REFUSED(EINVAL, "protocol 47 has no ports", IN(L(ENTRY), E(PORT)), ELEMENT_NEW, CREATE,
		IN_SET("a"), HOST("10.0.0.1", PROTO(GRE), AT_PORT(80)));
	INSERT("a", HOST("10.0.0.1", PROTO(TCP), AT_PORT(100), TO_PORT(200)));
#define OVERLAPS(from, to) \
	REFUSED(EEXIST, "set \"a\" has ports 100 to 200 of that already", AT(L(ENTRY)), \
		ELEMENT_NEW, CREATE, IN_SET("a"), \
		HOST("10.0.0.1", PROTO(TCP), AT_PORT(from), TO_PORT(to)))
	OVERLAPS(100, 100);
	OVERLAPS(200, 200);
	OVERLAPS(99, 100);
	OVERLAPS(200, 201);
	OVERLAPS(0, 65535);
	OVERLAPS(120, 130);
	OVERLAPS(100, 201);
	SAME(ELEMENT_NEW, CREATE, IN_SET("a"),
	     HOST("10.0.0.1", PROTO(TCP), AT_PORT(100), TO_PORT(200)));
	INSERT("a", HOST("10.0.0.1", PROTO(TCP), AT_PORT(99)));
	INSERT("a", HOST("10.0.0.1", PROTO(TCP), AT_PORT(201), TO_PORT(65535)));
	INSERT("a", HOST("10.0.0.1", PROTO(UDP), AT_PORT(0), TO_PORT(65535)));
	INSERT("a", NET_("10.0.0.0", 24, PROTO(TCP), AT_PORT(150)));
	REFUSED(EEXIST, "entry 1: set \"a\" has ports 5 to 6 of that already",
		AT_NTH(L(ENTRY), 1), ELEMENT_NEW, CREATE, IN_SET("a"),
		HOST("10.0.0.1", PROTO(SCTP), AT_PORT(5), TO_PORT(6)),
		HOST("10.0.0.1", PROTO(SCTP), AT_PORT(6), TO_PORT(7)));
	EXPECT_EQ(5, elements("a"));
}

#define NO_MATCH(name, ...) \
	REFUSED(ENOENT, "set \"" name "\" has nothing that fits", AT(L(ENTRY)), ELEMENT_GET, \
		0, IN_SET(name), FLAG(L(MATCH)), __VA_ARGS__)
#define BY(name, want, ...) HAS(DECIDES(name, __VA_ARGS__), want)

TEST_F(set, longest_prefix_decides)
{
	SET("a");
	INSERT("a", NET_("10.0.0.0", 8), NET_("10.1.0.0", 16, NOMATCH), NET_("10.1.2.0", 24),
	       HOST("10.1.2.3", NOMATCH), NET_("fd00::", 8), NET_("fd00:1::", 32, NOMATCH),
	       HOST("fd00:1::1"));
	BY("a", NET_("10.0.0.0", 8, U8(E(NOMATCH), 0)), HOST("10.200.0.1"));
	BY("a", NET_("10.1.0.0", 16, NOMATCH), HOST("10.1.3.1"));
	BY("a", NET_("10.1.2.0", 24), HOST("10.1.2.4"));
	BY("a", NET_("10.1.2.3", 32, NOMATCH), HOST("10.1.2.3"));
	NO_MATCH("a", HOST("11.0.0.0"));
	BY("a", NET_("fd00::", 8), HOST("fd01::1"));
	BY("a", NET_("fd00:1::", 32, NOMATCH), HOST("fd00:1::2"));
	BY("a", NET_("fd00:1::1", 128), HOST("fd00:1::1"));
	NO_MATCH("a", HOST("fc00::1"));
	/* An IPv6 address that begins or ends as an IPv4 one is none. */
	NO_MATCH("a", HOST("a00::"));
	NO_MATCH("a", HOST("::10.1.2.4"));
	REMOVE("a", NET_("10.1.2.0", 24));
	BY("a", NET_("10.1.0.0", 16, NOMATCH), HOST("10.1.2.4"));
	INSERT("a", NET_("0.0.0.0", 0), NET_("::", 0));
	BY("a", NET_("0.0.0.0", 0), HOST("11.0.0.0"));
	BY("a", NET_("::", 0), HOST("fc00::1"));
	REFUSED(EINVAL, "what a packet has is one address and one port", AT(L(ENTRY)),
		ELEMENT_GET, 0, IN_SET("a"), FLAG(L(MATCH)), NET_("10.0.0.0", 8));
}

TEST_F(set, ports_decide)
{
	SET("a", TYPE(NET_PORT));
	INSERT("a", NET_("10.0.0.0", 8, PROTO(TCP), AT_PORT(80)),
	       HOST("10.0.0.1", PROTO(TCP), AT_PORT(80), NOMATCH),
	       HOST("10.0.0.1", PROTO(UDP), AT_PORT(80)),
	       HOST("10.0.0.1", PROTO(ICMP), AT_PORT(0x800)),
	       NET_("fd00::", 8, PROTO(ICMPV6), AT_PORT(0x8000)));
	BY("a", NET_("10.0.0.0", 8, PROTO(TCP), AT_PORT(80)),
	   HOST("10.0.0.2", PROTO(TCP), AT_PORT(80)));
	BY("a", NET_("10.0.0.1", 32, PROTO(TCP), AT_PORT(80), NOMATCH),
	   HOST("10.0.0.1", PROTO(TCP), AT_PORT(80)));
	BY("a", NET_("10.0.0.1", 32, PROTO(UDP), AT_PORT(80)),
	   HOST("10.0.0.1", PROTO(UDP), AT_PORT(80)));
	BY("a", NET_("10.0.0.1", 32, PROTO(ICMP), AT_PORT(0x800)),
	   HOST("10.0.0.1", PROTO(ICMP), AT_PORT(0x800)));
	BY("a", NET_("fd00::", 8, PROTO(ICMPV6), AT_PORT(0x8000)),
	   HOST("fd00::9", PROTO(ICMPV6), AT_PORT(0x8000)));
	NO_MATCH("a", HOST("10.0.0.2", PROTO(TCP), AT_PORT(81)));
	NO_MATCH("a", HOST("10.0.0.2", PROTO(UDP), AT_PORT(80)));
	NO_MATCH("a", HOST("10.0.0.2", PROTO(SCTP), AT_PORT(80)));
}

TEST_F(set, ranges_decide)
{
	SET("a", TYPE(NET_PROTO_PORTS));
	INSERT("a", NET_("10.0.0.0", 8, PROTO(TCP), AT_PORT(1000), TO_PORT(2000)),
	       NET_("10.0.0.0", 8, PROTO(TCP), AT_PORT(3000)),
	       NET_("10.0.0.0", 8, PROTO(ESP)),
	       NET_("10.0.0.0", 8, PROTO(UDP)),
	       NET_("10.1.0.0", 16),
	       NET_("10.1.0.0", 16, PROTO(TCP), AT_PORT(22), NOMATCH),
	       NET_("fd00::", 8, PROTO(ICMPV6), AT_PORT(0x8000), TO_PORT(0x80ff)));
	BY("a", NET_("10.0.0.0", 8, PROTO(TCP), AT_PORT(1000), TO_PORT(2000)),
	   HOST("10.0.0.1", PROTO(TCP), AT_PORT(1000)));
	BY("a", NEST(L(ENTRY), AT_PORT(1000)), HOST("10.0.0.1", PROTO(TCP), AT_PORT(2000)));
	BY("a", NEST(L(ENTRY), AT_PORT(3000)), HOST("10.0.0.1", PROTO(TCP), AT_PORT(3000)));
	NO_MATCH("a", HOST("10.0.0.1", PROTO(TCP), AT_PORT(999)));
	NO_MATCH("a", HOST("10.0.0.1", PROTO(TCP), AT_PORT(2001)));
	NO_MATCH("a", HOST("10.0.0.1", PROTO(TCP), AT_PORT(3001)));
	/* What has no ports, such as a later fragment, is in what is of all ports only. */
	NO_MATCH("a", HOST("10.0.0.1", PROTO(TCP)));
	BY("a", NEST(L(ENTRY), PROTO(UDP)), HOST("10.0.0.1", PROTO(UDP)));
	BY("a", NEST(L(ENTRY), PROTO(UDP)), HOST("10.0.0.1", PROTO(UDP), AT_PORT(5)));
	BY("a", NEST(L(ENTRY), PROTO(ESP)), HOST("10.0.0.1", PROTO(ESP)));
	BY("a", NET_("10.1.0.0", 16), HOST("10.1.0.1", PROTO(GRE)));
	BY("a", NET_("10.1.0.0", 16), HOST("10.1.0.1", PROTO(TCP), AT_PORT(23)));
	BY("a", NET_("10.1.0.0", 16, PROTO(TCP), AT_PORT(22), NOMATCH),
	   HOST("10.1.0.1", PROTO(TCP), AT_PORT(22)));
	BY("a", NEST(L(ENTRY), TO_PORT(0x80ff)), HOST("fd00::1", PROTO(ICMPV6), AT_PORT(0x8005)));
	NO_MATCH("a", HOST("fd00::1", PROTO(ICMPV6), AT_PORT(0x8100)));
	REMOVE("a", NET_("10.0.0.0", 8, PROTO(TCP), AT_PORT(1000), TO_PORT(2000)));
	NO_MATCH("a", HOST("10.0.0.1", PROTO(TCP), AT_PORT(1500)));
	BY("a", NEST(L(ENTRY), AT_PORT(3000)), HOST("10.0.0.1", PROTO(TCP), AT_PORT(3000)));
}

/* Dumps are in order: IPv4 before IPv6, then address, length, protocol, ports. */
TEST_F(set, dump)
{
	static const char *const order[] = { "1.0.0.0", "1.0.0.0", "10.0.0.1", "10.0.0.1",
					     "10.0.0.1", "::", "fd00::1" };
	const struct msgs *msgs;
	unsigned int i;

	SET("a", TYPE(NET_PROTO_PORTS));
	SET("b");
	INSERT("b", HOST("10.0.0.9"));
	INSERT("a", HOST("fd00::1"), HOST("10.0.0.1", PROTO(TCP), AT_PORT(9)), NET_("::", 0),
	       HOST("10.0.0.1", PROTO(TCP), AT_PORT(5), TO_PORT(6)), NET_("1.0.0.0", 24),
	       HOST("10.0.0.1"), NET_("1.0.0.0", 8));
	msgs = DUMP(ELEMENT_GET, IN_SET("a"));
	ASSERT_EQ(ARRAY_SIZE(order), msgs->count);
	for (i = 0; i < ARRAY_SIZE(order); i++)
		HAS(nl_nth(msgs, i), IN_SET("a"), NEST(L(ENTRY), ADDR(E(ADDRESS), order[i])));
	HAS(nl_nth(msgs, 0), NEST(L(ENTRY), U8(E(LEN), 8)));
	HAS(nl_nth(msgs, 3), NEST(L(ENTRY), AT_PORT(5), TO_PORT(6)));
	EXPECT_NULL(nl_inner(nl_nth(msgs, 4), L(ENTRY), E(PORT_END)));
	EXPECT_NULL(nl_inner(nl_nth(msgs, 2), L(ENTRY), E(PROTO)));
	EXPECT_EQ(8, DUMP(ELEMENT_GET)->count);
	EXPECT_EQ(8, nl_info(VROUTER_A_INFO_ELEMENTS));
	DUMP_REFUSED(ENOENT, "there is no set \"c\"", ELEMENT_GET, IN_SET("c"));
}

TEST_F(set, flush)
{
	SET("a", U32(A(TIMEOUT), 100), U8(A(COUNTERS), 1), U32(A(MAX_ELEMENTS), 10));
	INSERT("a", HOST("10.0.0.1"), HOST("fd00::1"));
	nl_discard(self->ear);
	CHANGES(ELEMENT_DEL, 0, IN_SET("a"), FLAG(L(ALL)));
	NOTIFIED(self->ear, SET_NEW_NTF, STR(A(NAME), "a"), U32(A(ELEMENTS), 0));
	QUIET(self->ear);
	HAS(get("a"), U32(A(TIMEOUT), 100), U8(A(COUNTERS), 1), U32(A(MAX_ELEMENTS), 10));
	EXPECT_EQ(0, nl_info(VROUTER_A_INFO_ELEMENTS));
	SAME(ELEMENT_DEL, 0, IN_SET("a"), FLAG(L(ALL)));
	REFUSED(EINVAL, "delete all, or entries, but not both", AT(L(ENTRY)), ELEMENT_DEL, 0,
		IN_SET("a"), FLAG(L(ALL)), HOST("10.0.0.1"));
	NO_MATCH("a", HOST("10.0.0.1"));
	INSERT("a", HOST("10.0.0.1"));
	EXPECT_EQ(1, elements("a"));
}

static uint64_t expires(const struct nlmsghdr *msg)
{
	const struct nlattr *attr = msg ? nl_inner(msg, L(ENTRY), E(EXPIRES)) : NULL;

	return attr ? mnl_attr_get_u64(attr) : 0;
}

TEST_F(set, timeouts)
{
	SET("a", U32(A(TIMEOUT), 1));
	INSERT("a", HOST("10.0.0.1"), HOST("10.0.0.2", SECONDS(1000)),
	       HOST("10.0.0.3", SECONDS(0)), HOST("fd00::1", SECONDS(1)));
	nl_discard(self->ear);
	EXPECT_LE(expires(FOUND("a", HOST("10.0.0.1"))), 1000);
	EXPECT_LE(expires(FOUND("a", HOST("10.0.0.2"))), 1000000);
	EXPECT_GT(expires(FOUND("a", HOST("10.0.0.2"))), 900000);
	EXPECT_EQ(0, expires(FOUND("a", HOST("10.0.0.3"))));
	usleep(1200000);
	/* Whether it is taken away already or not. */
	NO_MATCH("a", HOST("10.0.0.1"));
	NO_MATCH("a", HOST("fd00::1"));
	EXPECT_EQ(2, DUMP(ELEMENT_GET, IN_SET("a"))->count);
	HAS(FOUND("a", HOST("10.0.0.2")), HOST("10.0.0.2"));
	HAS(DECIDES("a", HOST("10.0.0.3")), HOST("10.0.0.3"));
	NOTIFIED(self->ear, ELEMENT_DEL_NTF, IN_SET("a"), HOST("10.0.0.1"));
	NOTIFIED(self->ear, ELEMENT_DEL_NTF, IN_SET("a"), HOST("fd00::1"));
	EXPECT_EQ(2, elements("a"));
	EXPECT_EQ(2, nl_info(VROUTER_A_INFO_ELEMENTS));
}

/* An element lives as long as the last request said. */
TEST_F(set, timeouts_change)
{
	SET("a");
	INSERT("a", HOST("10.0.0.1", SECONDS(1)), HOST("10.0.0.2", SECONDS(1)),
	       HOST("10.0.0.3"), HOST("10.0.0.4", SECONDS(1)));
	CHANGES(ELEMENT_NEW, CREATE, IN_SET("a"), HOST("10.0.0.1"));
	CHANGES(ELEMENT_NEW, CREATE, IN_SET("a"), HOST("10.0.0.2", SECONDS(1000)));
	CHANGES(ELEMENT_NEW, CREATE, IN_SET("a"), HOST("10.0.0.3", SECONDS(1)));
	usleep(1200000);
	EXPECT_NE(NULL, FOUND("a", HOST("10.0.0.1")));
	EXPECT_NE(NULL, FOUND("a", HOST("10.0.0.2")));
	EXPECT_NULL(FOUND("a", HOST("10.0.0.3")));
	/* One whose time is over is a new one, also for who wants only new ones. */
	CHANGES(ELEMENT_NEW, CREATE | EXCL, IN_SET("a"), HOST("10.0.0.4", COMMENT("new")));
	EXPECT_EQ(0, expires(FOUND("a", HOST("10.0.0.4"))));
	HAS(DECIDES("a", HOST("10.0.0.4")), NEST(L(ENTRY), COMMENT("new")));
}

TEST_F(set, swap)
{
	SET("a", U32(A(TIMEOUT), 50), U32(A(MAX_ELEMENTS), 5));
	SET("b", U8(A(COUNTERS), 1));
	SET("c", TYPE(NET_PORT));
	INSERT("a", HOST("10.0.0.1"), HOST("fd00::1"));
	INSERT("b", HOST("10.0.0.2"));
	nl_discard(self->ear);
	CHANGES(SET_SWAP, 0, STR(A(NAME), "a"), STR(A(WITH_NAME), "b"));
	NOTIFIED(self->ear, SET_NEW_NTF, STR(A(NAME), "a"), U32(A(ID), 1), U32(A(ELEMENTS), 1));
	NOTIFIED(self->ear, SET_NEW_NTF, STR(A(NAME), "b"), U32(A(ID), 2), U32(A(ELEMENTS), 2));
	QUIET(self->ear);
	HAS(get("a"), U32(A(ID), 1), U32(A(TIMEOUT), 0), U8(A(COUNTERS), 1),
	    U32(A(MAX_ELEMENTS), 1048576));
	HAS(get("b"), U32(A(ID), 2), U32(A(TIMEOUT), 50), U8(A(COUNTERS), 0),
	    U32(A(MAX_ELEMENTS), 5));
	HAS(DECIDES("a", HOST("10.0.0.2")), HOST("10.0.0.2"));
	NO_MATCH("a", HOST("10.0.0.1"));
	SAME(SET_SWAP, 0, STR(A(NAME), "a"), U32(A(WITH_ID), 1));
	CHANGES(SET_SWAP, 0, U32(A(ID), 2), U32(A(WITH_ID), 1));
	EXPECT_EQ(2, elements("a"));
	REFUSED(EINVAL, "set \"a\" is of type net and \"c\" of type net,port",
		AT(A(WITH_NAME)), SET_SWAP, 0, STR(A(NAME), "a"), STR(A(WITH_NAME), "c"));
	REFUSED(EINVAL, "the set to swap with is missing", MISSING(A(WITH_NAME)), SET_SWAP, 0,
		STR(A(NAME), "a"));
	REFUSED(ENOENT, "there is no set \"d\"", AT(A(WITH_NAME)), SET_SWAP, 0,
		STR(A(NAME), "a"), STR(A(WITH_NAME), "d"));
	REFUSED(EINVAL, "the name of the set is missing", MISSING(A(NAME)), SET_SWAP, 0,
		STR(A(WITH_NAME), "a"));
}

/* Memory grows with elements and what they have, and all of it comes back. */
TEST_F(set, memory)
{
	uint32_t empty, more;

	SET("a");
	empty = nl_u32(get("a"), A(MEMORY));
	INSERT("a", HOST("10.0.0.1"));
	more = nl_u32(get("a"), A(MEMORY));
	EXPECT_GT(more, empty);
	INSERT("a", HOST("10.0.0.2", COMMENT("x"), SECONDS(100)));
	EXPECT_GT(nl_u32(get("a"), A(MEMORY)) - more, more - empty);
	REMOVE("a", HOST("10.0.0.1"), HOST("10.0.0.2"));
	/* Less, if the hash has shrunk meanwhile. */
	EXPECT_LE(nl_u32(get("a"), A(MEMORY)), empty);
}

/* What is gone leaves nothing behind, however often, and what stays is found. */
TEST_F(set, come_and_go)
{
	uint32_t few, i;
	char addr[32];

	SET("a");
	INSERT("a", HOST("10.0.0.1"), HOST("10.0.0.2"), HOST("fd00::1"), HOST("fd00::2"));
	few = nl_u32(get("a"), A(MEMORY));
	for (i = 0; i < 1000; i++) {
		snprintf(addr, sizeof(addr), i % 2 ? "192.0.2.%u" : "2001:db8::%u", i % 251);
		INSERT("a", HOST(addr));
		FOUND("a", HOST(addr));
		REMOVE("a", HOST(addr));
	}
	EXPECT_LE(nl_u32(get("a"), A(MEMORY)), 2 * few);
	EXPECT_EQ(4, elements("a"));
	FOUND("a", HOST("10.0.0.1"));
	FOUND("a", HOST("10.0.0.2"));
	FOUND("a", HOST("fd00::1"));
	FOUND("a", HOST("fd00::2"));
	EXPECT_EQ(4, DUMP(ELEMENT_GET)->count);
}

/* One of the entries is refused, and what the others would have changed stays. */
TEST_F(set, half_done)
{
	SET("a");
	INSERT("a", HOST("10.0.0.1", COMMENT("x")), HOST("10.0.0.2"));
	REFUSED(EEXIST, "entry 2: set \"a\" has the element with another comment", ANYWHERE,
		ELEMENT_NEW, CREATE, IN_SET("a"), HOST("10.0.0.3", COMMENT("y")),
		HOST("10.0.0.4"), HOST("10.0.0.1", COMMENT("y")));
	REFUSED(ENOENT, "entry 2: set \"a\" has no such element", ANYWHERE, ELEMENT_DEL, 0,
		IN_SET("a"), HOST("10.0.0.1"), HOST("10.0.0.2"), HOST("10.0.0.1"));
	EXPECT_EQ(2, elements("a"));
	EXPECT_EQ(2, nl_info(VROUTER_A_INFO_ELEMENTS));
	HAS(FOUND("a", HOST("10.0.0.1")), NEST(L(ENTRY), COMMENT("x")));
	DECIDES("a", HOST("10.0.0.2"));
	NO_MATCH("a", HOST("10.0.0.3"));
	REMOVE("a", HOST("10.0.0.1"), HOST("10.0.0.2"));
}

TEST_F(set, strict)
{
	SET("a");
	MALFORMED(EINVAL, AT(50), SET_NEW, CREATE, STR(A(NAME), "b"), U32(50, 1));
	MALFORMED(EINVAL, ANYWHERE, ELEMENT_NEW, CREATE, IN_SET("a"),
		  HOST("10.0.0.1", U32(50, 1)));
	MALFORMED(EINVAL, AT(L(MATCH)), ELEMENT_NEW, CREATE, IN_SET("a"), HOST("10.0.0.1"),
		  FLAG(L(MATCH)));
	MALFORMED(EINVAL, ANYWHERE, ELEMENT_NEW, CREATE, IN_SET("a"),
		  FLAT_NEST(L(ENTRY), ADDR(E(ADDRESS), "10.0.0.1")));
}

/* The namespace goes with all that is in it, what would expire too. */
TEST_F(set, leave)
{
	SET("a", TYPE(NET_PROTO_PORTS), U8(A(COUNTERS), 1));
	INSERT("a", HOST("10.0.0.1", PROTO(TCP), AT_PORT(5), SECONDS(1)),
	       HOST("fd00::1", COMMENT("x")));
	SET("b", U32(A(TIMEOUT), 1));
	INSERT("b", HOST("10.0.0.1"));
}

TEST_HARNESS_MAIN
