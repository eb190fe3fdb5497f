// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Do not edit directly, auto-generated from: */
/*	include/vrouter.yaml (make netlink) */
/* YNL-GEN kernel source */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "core/netlink-gen.h"

#include <uapi/linux/vrouter.h>

/* Common nested types */
const struct nla_policy vrouter_element_entry_nl_policy[VROUTER_A_ELEMENT_ENTRY_BYTES + 1] = {
	[VROUTER_A_ELEMENT_ENTRY_ADDRESS] = { .type = NLA_BINARY, },
	[VROUTER_A_ELEMENT_ENTRY_LEN] = { .type = NLA_U8, },
	[VROUTER_A_ELEMENT_ENTRY_PROTO] = { .type = NLA_U8, },
	[VROUTER_A_ELEMENT_ENTRY_PORT] = { .type = NLA_U16, },
	[VROUTER_A_ELEMENT_ENTRY_PORT_END] = { .type = NLA_U16, },
	[VROUTER_A_ELEMENT_ENTRY_NOMATCH] = { .type = NLA_U8, },
	[VROUTER_A_ELEMENT_ENTRY_TIMEOUT] = { .type = NLA_U32, },
	[VROUTER_A_ELEMENT_ENTRY_COMMENT] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_ELEMENT_ENTRY_EXPIRES] = { .type = NLA_U64, },
	[VROUTER_A_ELEMENT_ENTRY_PACKETS] = { .type = NLA_U64, },
	[VROUTER_A_ELEMENT_ENTRY_BYTES] = { .type = NLA_U64, },
};

const struct nla_policy vrouter_fdb_entry_nl_policy[VROUTER_A_FDB_ENTRY_REMOTE + 1] = {
	[VROUTER_A_FDB_ENTRY_MAC] = { .type = NLA_BINARY, },
	[VROUTER_A_FDB_ENTRY_NEXTHOP] = { .type = NLA_U32, },
	[VROUTER_A_FDB_ENTRY_ORIGIN] = NLA_POLICY_MAX(NLA_U32, 3),
	[VROUTER_A_FDB_ENTRY_VIF_ID] = { .type = NLA_U32, },
	[VROUTER_A_FDB_ENTRY_VIF_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_FDB_ENTRY_ACTIVE] = { .type = NLA_U8, },
	[VROUTER_A_FDB_ENTRY_USED] = { .type = NLA_U64, },
	[VROUTER_A_FDB_ENTRY_TUNNEL_ID] = { .type = NLA_U32, },
	[VROUTER_A_FDB_ENTRY_TUNNEL_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_FDB_ENTRY_REMOTE] = { .type = NLA_BINARY, },
};

const struct nla_policy vrouter_member_nl_policy[VROUTER_A_MEMBER_WEIGHT + 1] = {
	[VROUTER_A_MEMBER_NEXTHOP] = { .type = NLA_U32, },
	[VROUTER_A_MEMBER_WEIGHT] = { .type = NLA_U32, },
};

const struct nla_policy vrouter_neighbour_entry_nl_policy[VROUTER_A_NEIGHBOUR_ENTRY_ANSWERED + 1] = {
	[VROUTER_A_NEIGHBOUR_ENTRY_ADDRESS] = { .type = NLA_BINARY, },
	[VROUTER_A_NEIGHBOUR_ENTRY_MAC] = { .type = NLA_BINARY, },
	[VROUTER_A_NEIGHBOUR_ENTRY_ORIGIN] = NLA_POLICY_MAX(NLA_U32, 3),
	[VROUTER_A_NEIGHBOUR_ENTRY_VIF_ID] = { .type = NLA_U32, },
	[VROUTER_A_NEIGHBOUR_ENTRY_VIF_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_NEIGHBOUR_ENTRY_ACTIVE] = { .type = NLA_U8, },
	[VROUTER_A_NEIGHBOUR_ENTRY_USED] = { .type = NLA_U64, },
	[VROUTER_A_NEIGHBOUR_ENTRY_ANSWERED] = { .type = NLA_U64, },
};

const struct nla_policy vrouter_peer_nl_policy[VROUTER_A_PEER_SG_NAME + 1] = {
	[VROUTER_A_PEER_ADDRESS] = { .type = NLA_BINARY, },
	[VROUTER_A_PEER_LEN] = { .type = NLA_U8, },
	[VROUTER_A_PEER_SET_ID] = { .type = NLA_U32, },
	[VROUTER_A_PEER_SET_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_PEER_SG_ID] = { .type = NLA_U32, },
	[VROUTER_A_PEER_SG_NAME] = { .type = NLA_NUL_STRING, },
};

const struct nla_policy vrouter_prefix_nl_policy[VROUTER_A_PREFIX_ACTIVE + 1] = {
	[VROUTER_A_PREFIX_ADDRESS] = { .type = NLA_BINARY, },
	[VROUTER_A_PREFIX_LEN] = { .type = NLA_U8, },
	[VROUTER_A_PREFIX_ACTIVE] = { .type = NLA_U8, },
};

const struct nla_policy vrouter_route_entry_nl_policy[VROUTER_A_ROUTE_ENTRY_USED + 1] = {
	[VROUTER_A_ROUTE_ENTRY_PREFIX] = { .type = NLA_BINARY, },
	[VROUTER_A_ROUTE_ENTRY_LEN] = { .type = NLA_U8, },
	[VROUTER_A_ROUTE_ENTRY_NEXTHOP] = { .type = NLA_U32, },
	[VROUTER_A_ROUTE_ENTRY_ORIGIN] = NLA_POLICY_MAX(NLA_U32, 3),
	[VROUTER_A_ROUTE_ENTRY_VIF_ID] = { .type = NLA_U32, },
	[VROUTER_A_ROUTE_ENTRY_VIF_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_ROUTE_ENTRY_ACTIVE] = { .type = NLA_U8, },
	[VROUTER_A_ROUTE_ENTRY_USED] = { .type = NLA_U64, },
};

const struct nla_policy vrouter_rule_entry_nl_policy[VROUTER_A_RULE_ENTRY_BYTES + 1] = {
	[VROUTER_A_RULE_ENTRY_INDEX] = { .type = NLA_U32, },
	[VROUTER_A_RULE_ENTRY_DIRECTION] = NLA_POLICY_RANGE(NLA_U32, 1, 2),
	[VROUTER_A_RULE_ENTRY_PRIORITY] = { .type = NLA_U32, },
	[VROUTER_A_RULE_ENTRY_FAMILY] = { .type = NLA_U32, },
	[VROUTER_A_RULE_ENTRY_PROTO] = { .type = NLA_U8, },
	[VROUTER_A_RULE_ENTRY_SPORT] = { .type = NLA_U16, },
	[VROUTER_A_RULE_ENTRY_SPORT_END] = { .type = NLA_U16, },
	[VROUTER_A_RULE_ENTRY_DPORT] = { .type = NLA_U16, },
	[VROUTER_A_RULE_ENTRY_DPORT_END] = { .type = NLA_U16, },
	[VROUTER_A_RULE_ENTRY_ICMP_TYPE] = { .type = NLA_U8, },
	[VROUTER_A_RULE_ENTRY_ICMP_CODE] = { .type = NLA_U8, },
	[VROUTER_A_RULE_ENTRY_FROM] = NLA_POLICY_NESTED(vrouter_peer_nl_policy),
	[VROUTER_A_RULE_ENTRY_TO] = NLA_POLICY_NESTED(vrouter_peer_nl_policy),
	[VROUTER_A_RULE_ENTRY_ACTION] = NLA_POLICY_RANGE(NLA_U32, 1, 3),
	[VROUTER_A_RULE_ENTRY_STATELESS] = { .type = NLA_U8, },
	[VROUTER_A_RULE_ENTRY_HELPER] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_RULE_ENTRY_COMMENT] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_RULE_ENTRY_PACKETS] = { .type = NLA_U64, },
	[VROUTER_A_RULE_ENTRY_BYTES] = { .type = NLA_U64, },
};

const struct nla_policy vrouter_sg_ref_nl_policy[VROUTER_A_SG_REF_NAME + 1] = {
	[VROUTER_A_SG_REF_ID] = { .type = NLA_U32, },
	[VROUTER_A_SG_REF_NAME] = { .type = NLA_NUL_STRING, },
};

const struct nla_policy vrouter_trace_packet_nl_policy[VROUTER_A_TRACE_PACKET_FRAME + 1] = {
	[VROUTER_A_TRACE_PACKET_VIF_ID] = { .type = NLA_U32, },
	[VROUTER_A_TRACE_PACKET_VIF_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_TRACE_PACKET_TUNNEL_ID] = { .type = NLA_U32, },
	[VROUTER_A_TRACE_PACKET_TUNNEL_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_TRACE_PACKET_REMOTE] = { .type = NLA_BINARY, },
	[VROUTER_A_TRACE_PACKET_VNI] = { .type = NLA_U32, },
	[VROUTER_A_TRACE_PACKET_KEY] = { .type = NLA_U32, },
	[VROUTER_A_TRACE_PACKET_LABEL] = { .type = NLA_U32, },
	[VROUTER_A_TRACE_PACKET_TOS] = { .type = NLA_U8, },
	[VROUTER_A_TRACE_PACKET_PAYLOAD] = NLA_POLICY_RANGE(NLA_U32, 1, 2),
	[VROUTER_A_TRACE_PACKET_FRAME] = { .type = NLA_BINARY, },
};

const struct genl_multicast_group vrouter_nl_mcgrps[] = {
	[VROUTER_NLGRP_CONFIG] = { "config", .flags = GENL_MCAST_CAP_NET_ADMIN, },
	[VROUTER_NLGRP_DROPS] = { "drops", .flags = GENL_MCAST_CAP_NET_ADMIN, },
	[VROUTER_NLGRP_FLOWS] = { "flows", .flags = GENL_MCAST_CAP_NET_ADMIN, },
};
