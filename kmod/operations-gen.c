// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Do not edit directly, auto-generated from: */
/*	include/vrouter.yaml (make netlink) */
/* YNL-GEN kernel source */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "core/netlink-gen.h"

#include <uapi/linux/vrouter.h>

/* VROUTER_CMD_NETWORK_GET - do */
const struct nla_policy vrouter_network_get_nl_policy[VROUTER_A_NETWORK_NAME + 1] = {
	[VROUTER_A_NETWORK_ID] = { .type = NLA_U32, },
	[VROUTER_A_NETWORK_NAME] = { .type = NLA_NUL_STRING, },
};

/* VROUTER_CMD_NETWORK_NEW - do */
const struct nla_policy vrouter_network_new_nl_policy[VROUTER_A_NETWORK_STRICT_REMOTES + 1] = {
	[VROUTER_A_NETWORK_ID] = { .type = NLA_U32, },
	[VROUTER_A_NETWORK_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_NETWORK_VNI] = { .type = NLA_U32, },
	[VROUTER_A_NETWORK_TUNNEL_ID] = { .type = NLA_U32, },
	[VROUTER_A_NETWORK_TUNNEL_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_NETWORK_GATEWAY_MAC] = { .type = NLA_BINARY, },
	[VROUTER_A_NETWORK_GATEWAY] = NLA_POLICY_NESTED(vrouter_prefix_nl_policy),
	[VROUTER_A_NETWORK_MTU] = { .type = NLA_U32, },
	[VROUTER_A_NETWORK_POLICY] = NLA_POLICY_MAX(NLA_U32, 1),
	[VROUTER_A_NETWORK_UNKNOWN_UNICAST] = NLA_POLICY_MAX(NLA_U32, 1),
	[VROUTER_A_NETWORK_FLOOD] = { .type = NLA_U32, },
	[VROUTER_A_NETWORK_RA] = NLA_POLICY_MAX(NLA_U32, 2),
	[VROUTER_A_NETWORK_MAX_ROUTES] = { .type = NLA_U32, },
	[VROUTER_A_NETWORK_MAX_FDB] = { .type = NLA_U32, },
	[VROUTER_A_NETWORK_MAX_NEIGHBOURS] = { .type = NLA_U32, },
	[VROUTER_A_NETWORK_LEARNING] = NLA_POLICY_MAX(NLA_U32, 2),
	[VROUTER_A_NETWORK_AGEING] = { .type = NLA_U32, },
	[VROUTER_A_NETWORK_MAX_LEARNED] = { .type = NLA_U32, },
	[VROUTER_A_NETWORK_KEY] = { .type = NLA_U32, },
	[VROUTER_A_NETWORK_FLOOD_RATE] = { .type = NLA_U32, },
	[VROUTER_A_NETWORK_MSS_CLAMP] = { .type = NLA_U8, },
	[VROUTER_A_NETWORK_ZONE] = { .type = NLA_U16, },
	[VROUTER_A_NETWORK_ACL] = NLA_POLICY_NESTED(vrouter_sg_ref_nl_policy),
	[VROUTER_A_NETWORK_MAX_CONNECTIONS] = { .type = NLA_U32, },
	[VROUTER_A_NETWORK_FLOW_CACHE] = { .type = NLA_U8, },
	[VROUTER_A_NETWORK_MAX_FLOWS] = { .type = NLA_U32, },
	[VROUTER_A_NETWORK_STRICT_REMOTES] = { .type = NLA_U8, },
};

/* VROUTER_CMD_NETWORK_SET - do */
const struct nla_policy vrouter_network_set_nl_policy[VROUTER_A_NETWORK_STRICT_REMOTES + 1] = {
	[VROUTER_A_NETWORK_ID] = { .type = NLA_U32, },
	[VROUTER_A_NETWORK_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_NETWORK_VNI] = { .type = NLA_U32, },
	[VROUTER_A_NETWORK_TUNNEL_ID] = { .type = NLA_U32, },
	[VROUTER_A_NETWORK_TUNNEL_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_NETWORK_GATEWAY_MAC] = { .type = NLA_BINARY, },
	[VROUTER_A_NETWORK_GATEWAY] = NLA_POLICY_NESTED(vrouter_prefix_nl_policy),
	[VROUTER_A_NETWORK_MTU] = { .type = NLA_U32, },
	[VROUTER_A_NETWORK_POLICY] = NLA_POLICY_MAX(NLA_U32, 1),
	[VROUTER_A_NETWORK_UNKNOWN_UNICAST] = NLA_POLICY_MAX(NLA_U32, 1),
	[VROUTER_A_NETWORK_FLOOD] = { .type = NLA_U32, },
	[VROUTER_A_NETWORK_RA] = NLA_POLICY_MAX(NLA_U32, 2),
	[VROUTER_A_NETWORK_MAX_ROUTES] = { .type = NLA_U32, },
	[VROUTER_A_NETWORK_MAX_FDB] = { .type = NLA_U32, },
	[VROUTER_A_NETWORK_MAX_NEIGHBOURS] = { .type = NLA_U32, },
	[VROUTER_A_NETWORK_LEARNING] = NLA_POLICY_MAX(NLA_U32, 2),
	[VROUTER_A_NETWORK_AGEING] = { .type = NLA_U32, },
	[VROUTER_A_NETWORK_MAX_LEARNED] = { .type = NLA_U32, },
	[VROUTER_A_NETWORK_KEY] = { .type = NLA_U32, },
	[VROUTER_A_NETWORK_FLOOD_RATE] = { .type = NLA_U32, },
	[VROUTER_A_NETWORK_MSS_CLAMP] = { .type = NLA_U8, },
	[VROUTER_A_NETWORK_ZONE] = { .type = NLA_U16, },
	[VROUTER_A_NETWORK_ACL] = NLA_POLICY_NESTED(vrouter_sg_ref_nl_policy),
	[VROUTER_A_NETWORK_MAX_CONNECTIONS] = { .type = NLA_U32, },
	[VROUTER_A_NETWORK_FLOW_CACHE] = { .type = NLA_U8, },
	[VROUTER_A_NETWORK_MAX_FLOWS] = { .type = NLA_U32, },
	[VROUTER_A_NETWORK_STRICT_REMOTES] = { .type = NLA_U8, },
};

/* VROUTER_CMD_NETWORK_DEL - do */
const struct nla_policy vrouter_network_del_nl_policy[VROUTER_A_NETWORK_NAME + 1] = {
	[VROUTER_A_NETWORK_ID] = { .type = NLA_U32, },
	[VROUTER_A_NETWORK_NAME] = { .type = NLA_NUL_STRING, },
};

/* VROUTER_CMD_TUNNEL_GET - do */
const struct nla_policy vrouter_tunnel_get_nl_policy[VROUTER_A_TUNNEL_NAME + 1] = {
	[VROUTER_A_TUNNEL_ID] = { .type = NLA_U32, },
	[VROUTER_A_TUNNEL_NAME] = { .type = NLA_NUL_STRING, },
};

/* VROUTER_CMD_TUNNEL_NEW - do */
const struct nla_policy vrouter_tunnel_new_nl_policy[VROUTER_A_TUNNEL_MARK + 1] = {
	[VROUTER_A_TUNNEL_ID] = { .type = NLA_U32, },
	[VROUTER_A_TUNNEL_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_TUNNEL_TYPE] = NLA_POLICY_RANGE(NLA_U32, 1, 5),
	[VROUTER_A_TUNNEL_LOCAL] = { .type = NLA_BINARY, },
	[VROUTER_A_TUNNEL_PORT] = { .type = NLA_U16, },
	[VROUTER_A_TUNNEL_TTL] = { .type = NLA_U8, },
	[VROUTER_A_TUNNEL_DSCP] = { .type = NLA_U8, },
	[VROUTER_A_TUNNEL_DSCP_INHERIT] = { .type = NLA_U8, },
	[VROUTER_A_TUNNEL_UDP_CSUM] = { .type = NLA_U8, },
	[VROUTER_A_TUNNEL_IFINDEX] = { .type = NLA_U32, },
	[VROUTER_A_TUNNEL_IFNAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_TUNNEL_MARK] = { .type = NLA_U32, },
};

/* VROUTER_CMD_TUNNEL_SET - do */
const struct nla_policy vrouter_tunnel_set_nl_policy[VROUTER_A_TUNNEL_MARK + 1] = {
	[VROUTER_A_TUNNEL_ID] = { .type = NLA_U32, },
	[VROUTER_A_TUNNEL_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_TUNNEL_TYPE] = NLA_POLICY_RANGE(NLA_U32, 1, 5),
	[VROUTER_A_TUNNEL_LOCAL] = { .type = NLA_BINARY, },
	[VROUTER_A_TUNNEL_PORT] = { .type = NLA_U16, },
	[VROUTER_A_TUNNEL_TTL] = { .type = NLA_U8, },
	[VROUTER_A_TUNNEL_DSCP] = { .type = NLA_U8, },
	[VROUTER_A_TUNNEL_DSCP_INHERIT] = { .type = NLA_U8, },
	[VROUTER_A_TUNNEL_UDP_CSUM] = { .type = NLA_U8, },
	[VROUTER_A_TUNNEL_IFINDEX] = { .type = NLA_U32, },
	[VROUTER_A_TUNNEL_IFNAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_TUNNEL_MARK] = { .type = NLA_U32, },
};

/* VROUTER_CMD_TUNNEL_DEL - do */
const struct nla_policy vrouter_tunnel_del_nl_policy[VROUTER_A_TUNNEL_NAME + 1] = {
	[VROUTER_A_TUNNEL_ID] = { .type = NLA_U32, },
	[VROUTER_A_TUNNEL_NAME] = { .type = NLA_NUL_STRING, },
};

/* VROUTER_CMD_VIF_GET - do */
const struct nla_policy vrouter_vif_get_nl_policy[VROUTER_A_VIF_NETWORK_NAME + 1] = {
	[VROUTER_A_VIF_ID] = { .type = NLA_U32, },
	[VROUTER_A_VIF_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_VIF_NETWORK_ID] = { .type = NLA_U32, },
	[VROUTER_A_VIF_NETWORK_NAME] = { .type = NLA_NUL_STRING, },
};

/* VROUTER_CMD_VIF_NEW - do */
const struct nla_policy vrouter_vif_new_nl_policy[VROUTER_A_VIF_FORCE + 1] = {
	[VROUTER_A_VIF_ID] = { .type = NLA_U32, },
	[VROUTER_A_VIF_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_VIF_IFINDEX] = { .type = NLA_U32, },
	[VROUTER_A_VIF_IFNAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_VIF_NETWORK_ID] = { .type = NLA_U32, },
	[VROUTER_A_VIF_NETWORK_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_VIF_MAC] = { .type = NLA_BINARY, },
	[VROUTER_A_VIF_ADDRESS] = NLA_POLICY_NESTED(vrouter_prefix_nl_policy),
	[VROUTER_A_VIF_MTU] = { .type = NLA_U32, },
	[VROUTER_A_VIF_MAX_MACS] = { .type = NLA_U32, },
	[VROUTER_A_VIF_POLICER_ID] = { .type = NLA_U32, },
	[VROUTER_A_VIF_POLICER_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_VIF_EGRESS_POLICER_ID] = { .type = NLA_U32, },
	[VROUTER_A_VIF_EGRESS_POLICER_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_VIF_SG] = NLA_POLICY_NESTED(vrouter_sg_ref_nl_policy),
	[VROUTER_A_VIF_DHCP_SERVER] = { .type = NLA_U8, },
	[VROUTER_A_VIF_ROUTER] = { .type = NLA_U8, },
	[VROUTER_A_VIF_MAX_CONNECTIONS] = { .type = NLA_U32, },
	[VROUTER_A_VIF_MAX_FLOWS] = { .type = NLA_U32, },
	[VROUTER_A_VIF_FRAG_MEMORY] = { .type = NLA_U32, },
	[VROUTER_A_VIF_FORCE] = { .type = NLA_U8, },
};

/* VROUTER_CMD_VIF_SET - do */
const struct nla_policy vrouter_vif_set_nl_policy[VROUTER_A_VIF_FORCE + 1] = {
	[VROUTER_A_VIF_ID] = { .type = NLA_U32, },
	[VROUTER_A_VIF_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_VIF_IFINDEX] = { .type = NLA_U32, },
	[VROUTER_A_VIF_IFNAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_VIF_NETWORK_ID] = { .type = NLA_U32, },
	[VROUTER_A_VIF_NETWORK_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_VIF_MAC] = { .type = NLA_BINARY, },
	[VROUTER_A_VIF_ADDRESS] = NLA_POLICY_NESTED(vrouter_prefix_nl_policy),
	[VROUTER_A_VIF_MTU] = { .type = NLA_U32, },
	[VROUTER_A_VIF_MAX_MACS] = { .type = NLA_U32, },
	[VROUTER_A_VIF_POLICER_ID] = { .type = NLA_U32, },
	[VROUTER_A_VIF_POLICER_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_VIF_EGRESS_POLICER_ID] = { .type = NLA_U32, },
	[VROUTER_A_VIF_EGRESS_POLICER_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_VIF_SG] = NLA_POLICY_NESTED(vrouter_sg_ref_nl_policy),
	[VROUTER_A_VIF_DHCP_SERVER] = { .type = NLA_U8, },
	[VROUTER_A_VIF_ROUTER] = { .type = NLA_U8, },
	[VROUTER_A_VIF_MAX_CONNECTIONS] = { .type = NLA_U32, },
	[VROUTER_A_VIF_MAX_FLOWS] = { .type = NLA_U32, },
	[VROUTER_A_VIF_FRAG_MEMORY] = { .type = NLA_U32, },
	[VROUTER_A_VIF_FORCE] = { .type = NLA_U8, },
};

/* VROUTER_CMD_VIF_DEL - do */
const struct nla_policy vrouter_vif_del_nl_policy[VROUTER_A_VIF_NAME + 1] = {
	[VROUTER_A_VIF_ID] = { .type = NLA_U32, },
	[VROUTER_A_VIF_NAME] = { .type = NLA_NUL_STRING, },
};

/* VROUTER_CMD_NEXTHOP_GET - do */
const struct nla_policy vrouter_nexthop_get_nl_policy[VROUTER_A_NEXTHOP_NETWORK_NAME + 1] = {
	[VROUTER_A_NEXTHOP_ID] = { .type = NLA_U32, },
	[VROUTER_A_NEXTHOP_TYPE] = NLA_POLICY_RANGE(NLA_U32, 1, 8),
	[VROUTER_A_NEXTHOP_VIF_ID] = { .type = NLA_U32, },
	[VROUTER_A_NEXTHOP_VIF_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_NEXTHOP_TUNNEL_ID] = { .type = NLA_U32, },
	[VROUTER_A_NEXTHOP_TUNNEL_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_NEXTHOP_NETWORK_ID] = { .type = NLA_U32, },
	[VROUTER_A_NEXTHOP_NETWORK_NAME] = { .type = NLA_NUL_STRING, },
};

/* VROUTER_CMD_NEXTHOP_NEW - do */
const struct nla_policy vrouter_nexthop_new_nl_policy[VROUTER_A_NEXTHOP_PAYLOAD + 1] = {
	[VROUTER_A_NEXTHOP_ID] = { .type = NLA_U32, },
	[VROUTER_A_NEXTHOP_TYPE] = NLA_POLICY_RANGE(NLA_U32, 1, 8),
	[VROUTER_A_NEXTHOP_VIF_ID] = { .type = NLA_U32, },
	[VROUTER_A_NEXTHOP_VIF_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_NEXTHOP_TUNNEL_ID] = { .type = NLA_U32, },
	[VROUTER_A_NEXTHOP_TUNNEL_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_NEXTHOP_REMOTE] = { .type = NLA_BINARY, },
	[VROUTER_A_NEXTHOP_VNI] = { .type = NLA_U32, },
	[VROUTER_A_NEXTHOP_MAC] = { .type = NLA_BINARY, },
	[VROUTER_A_NEXTHOP_NETWORK_ID] = { .type = NLA_U32, },
	[VROUTER_A_NEXTHOP_NETWORK_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_NEXTHOP_IFINDEX] = { .type = NLA_U32, },
	[VROUTER_A_NEXTHOP_IFNAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_NEXTHOP_REJECT_CODE] = NLA_POLICY_MAX(NLA_U32, 2),
	[VROUTER_A_NEXTHOP_MEMBER] = NLA_POLICY_NESTED(vrouter_member_nl_policy),
	[VROUTER_A_NEXTHOP_HASH] = NLA_POLICY_MAX(NLA_U32, 1),
	[VROUTER_A_NEXTHOP_KEY] = { .type = NLA_U32, },
	[VROUTER_A_NEXTHOP_LABEL] = { .type = NLA_U32, },
	[VROUTER_A_NEXTHOP_PAYLOAD] = NLA_POLICY_RANGE(NLA_U32, 1, 2),
};

/* VROUTER_CMD_NEXTHOP_SET - do */
const struct nla_policy vrouter_nexthop_set_nl_policy[VROUTER_A_NEXTHOP_PAYLOAD + 1] = {
	[VROUTER_A_NEXTHOP_ID] = { .type = NLA_U32, },
	[VROUTER_A_NEXTHOP_TYPE] = NLA_POLICY_RANGE(NLA_U32, 1, 8),
	[VROUTER_A_NEXTHOP_VIF_ID] = { .type = NLA_U32, },
	[VROUTER_A_NEXTHOP_VIF_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_NEXTHOP_TUNNEL_ID] = { .type = NLA_U32, },
	[VROUTER_A_NEXTHOP_TUNNEL_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_NEXTHOP_REMOTE] = { .type = NLA_BINARY, },
	[VROUTER_A_NEXTHOP_VNI] = { .type = NLA_U32, },
	[VROUTER_A_NEXTHOP_MAC] = { .type = NLA_BINARY, },
	[VROUTER_A_NEXTHOP_NETWORK_ID] = { .type = NLA_U32, },
	[VROUTER_A_NEXTHOP_NETWORK_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_NEXTHOP_IFINDEX] = { .type = NLA_U32, },
	[VROUTER_A_NEXTHOP_IFNAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_NEXTHOP_REJECT_CODE] = NLA_POLICY_MAX(NLA_U32, 2),
	[VROUTER_A_NEXTHOP_MEMBER] = NLA_POLICY_NESTED(vrouter_member_nl_policy),
	[VROUTER_A_NEXTHOP_HASH] = NLA_POLICY_MAX(NLA_U32, 1),
	[VROUTER_A_NEXTHOP_KEY] = { .type = NLA_U32, },
	[VROUTER_A_NEXTHOP_LABEL] = { .type = NLA_U32, },
	[VROUTER_A_NEXTHOP_PAYLOAD] = NLA_POLICY_RANGE(NLA_U32, 1, 2),
};

/* VROUTER_CMD_NEXTHOP_DEL - do */
const struct nla_policy vrouter_nexthop_del_nl_policy[VROUTER_A_NEXTHOP_ID + 1] = {
	[VROUTER_A_NEXTHOP_ID] = { .type = NLA_U32, },
};

/* VROUTER_CMD_ROUTE_GET - do */
const struct nla_policy vrouter_route_get_nl_policy[VROUTER_A_ROUTE_ADDRESS + 1] = {
	[VROUTER_A_ROUTE_NETWORK_ID] = { .type = NLA_U32, },
	[VROUTER_A_ROUTE_NETWORK_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_ROUTE_ENTRY] = NLA_POLICY_NESTED(vrouter_route_entry_nl_policy),
	[VROUTER_A_ROUTE_ADDRESS] = { .type = NLA_BINARY, },
	[VROUTER_A_ROUTE_FAMILY] = { .type = NLA_U32, },
	[VROUTER_A_ROUTE_NEXTHOP] = { .type = NLA_U32, },
};

/* VROUTER_CMD_ROUTE_NEW - do */
const struct nla_policy vrouter_route_new_nl_policy[VROUTER_A_ROUTE_ENTRY + 1] = {
	[VROUTER_A_ROUTE_NETWORK_ID] = { .type = NLA_U32, },
	[VROUTER_A_ROUTE_NETWORK_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_ROUTE_ENTRY] = NLA_POLICY_NESTED(vrouter_route_entry_nl_policy),
};

/* VROUTER_CMD_ROUTE_SET - do */
const struct nla_policy vrouter_route_set_nl_policy[VROUTER_A_ROUTE_ENTRY + 1] = {
	[VROUTER_A_ROUTE_NETWORK_ID] = { .type = NLA_U32, },
	[VROUTER_A_ROUTE_NETWORK_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_ROUTE_ENTRY] = NLA_POLICY_NESTED(vrouter_route_entry_nl_policy),
};

/* VROUTER_CMD_ROUTE_DEL - do */
const struct nla_policy vrouter_route_del_nl_policy[VROUTER_A_ROUTE_ALL + 1] = {
	[VROUTER_A_ROUTE_NETWORK_ID] = { .type = NLA_U32, },
	[VROUTER_A_ROUTE_NETWORK_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_ROUTE_ENTRY] = NLA_POLICY_NESTED(vrouter_route_entry_nl_policy),
	[VROUTER_A_ROUTE_ALL] = { .type = NLA_FLAG, },
	[VROUTER_A_ROUTE_FAMILY] = { .type = NLA_U32, },
};

/* VROUTER_CMD_FDB_GET - do */
const struct nla_policy vrouter_fdb_get_nl_policy[VROUTER_A_FDB_NEXTHOP + 1] = {
	[VROUTER_A_FDB_NETWORK_ID] = { .type = NLA_U32, },
	[VROUTER_A_FDB_NETWORK_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_FDB_ENTRY] = NLA_POLICY_NESTED(vrouter_fdb_entry_nl_policy),
	[VROUTER_A_FDB_NEXTHOP] = { .type = NLA_U32, },
};

/* VROUTER_CMD_FDB_NEW - do */
const struct nla_policy vrouter_fdb_new_nl_policy[VROUTER_A_FDB_ENTRY + 1] = {
	[VROUTER_A_FDB_NETWORK_ID] = { .type = NLA_U32, },
	[VROUTER_A_FDB_NETWORK_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_FDB_ENTRY] = NLA_POLICY_NESTED(vrouter_fdb_entry_nl_policy),
};

/* VROUTER_CMD_FDB_SET - do */
const struct nla_policy vrouter_fdb_set_nl_policy[VROUTER_A_FDB_ENTRY + 1] = {
	[VROUTER_A_FDB_NETWORK_ID] = { .type = NLA_U32, },
	[VROUTER_A_FDB_NETWORK_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_FDB_ENTRY] = NLA_POLICY_NESTED(vrouter_fdb_entry_nl_policy),
};

/* VROUTER_CMD_FDB_DEL - do */
const struct nla_policy vrouter_fdb_del_nl_policy[VROUTER_A_FDB_ORIGIN + 1] = {
	[VROUTER_A_FDB_NETWORK_ID] = { .type = NLA_U32, },
	[VROUTER_A_FDB_NETWORK_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_FDB_ENTRY] = NLA_POLICY_NESTED(vrouter_fdb_entry_nl_policy),
	[VROUTER_A_FDB_ALL] = { .type = NLA_FLAG, },
	[VROUTER_A_FDB_ORIGIN] = NLA_POLICY_MAX(NLA_U32, 3),
};

/* VROUTER_CMD_NEIGHBOUR_GET - do */
const struct nla_policy vrouter_neighbour_get_nl_policy[VROUTER_A_NEIGHBOUR_FAMILY + 1] = {
	[VROUTER_A_NEIGHBOUR_NETWORK_ID] = { .type = NLA_U32, },
	[VROUTER_A_NEIGHBOUR_NETWORK_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_NEIGHBOUR_ENTRY] = NLA_POLICY_NESTED(vrouter_neighbour_entry_nl_policy),
	[VROUTER_A_NEIGHBOUR_FAMILY] = { .type = NLA_U32, },
};

/* VROUTER_CMD_NEIGHBOUR_NEW - do */
const struct nla_policy vrouter_neighbour_new_nl_policy[VROUTER_A_NEIGHBOUR_ENTRY + 1] = {
	[VROUTER_A_NEIGHBOUR_NETWORK_ID] = { .type = NLA_U32, },
	[VROUTER_A_NEIGHBOUR_NETWORK_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_NEIGHBOUR_ENTRY] = NLA_POLICY_NESTED(vrouter_neighbour_entry_nl_policy),
};

/* VROUTER_CMD_NEIGHBOUR_SET - do */
const struct nla_policy vrouter_neighbour_set_nl_policy[VROUTER_A_NEIGHBOUR_ENTRY + 1] = {
	[VROUTER_A_NEIGHBOUR_NETWORK_ID] = { .type = NLA_U32, },
	[VROUTER_A_NEIGHBOUR_NETWORK_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_NEIGHBOUR_ENTRY] = NLA_POLICY_NESTED(vrouter_neighbour_entry_nl_policy),
};

/* VROUTER_CMD_NEIGHBOUR_DEL - do */
const struct nla_policy vrouter_neighbour_del_nl_policy[VROUTER_A_NEIGHBOUR_ALL + 1] = {
	[VROUTER_A_NEIGHBOUR_NETWORK_ID] = { .type = NLA_U32, },
	[VROUTER_A_NEIGHBOUR_NETWORK_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_NEIGHBOUR_ENTRY] = NLA_POLICY_NESTED(vrouter_neighbour_entry_nl_policy),
	[VROUTER_A_NEIGHBOUR_ALL] = { .type = NLA_FLAG, },
	[VROUTER_A_NEIGHBOUR_FAMILY] = { .type = NLA_U32, },
};

/* VROUTER_CMD_DROP_GET - do */
const struct nla_policy vrouter_drop_get_nl_policy[VROUTER_A_DROP_NAME + 1] = {
	[VROUTER_A_DROP_NETWORK_ID] = { .type = NLA_U32, },
	[VROUTER_A_DROP_NETWORK_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_DROP_VIF_ID] = { .type = NLA_U32, },
	[VROUTER_A_DROP_VIF_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_DROP_NAME] = { .type = NLA_NUL_STRING, },
};

/* VROUTER_CMD_INFO_GET - do */
const struct nla_policy vrouter_info_get_nl_policy[VROUTER_A_INFO_VERSION + 1] = {
	[VROUTER_A_INFO_VERSION] = { .type = NLA_NUL_STRING, },
};

/* VROUTER_CMD_LABEL_GET - do */
const struct nla_policy vrouter_label_get_nl_policy[VROUTER_A_LABEL_NEXTHOP + 1] = {
	[VROUTER_A_LABEL_LABEL] = { .type = NLA_U32, },
	[VROUTER_A_LABEL_NETWORK_ID] = { .type = NLA_U32, },
	[VROUTER_A_LABEL_NETWORK_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_LABEL_NEXTHOP] = { .type = NLA_U32, },
};

/* VROUTER_CMD_LABEL_NEW - do */
const struct nla_policy vrouter_label_new_nl_policy[VROUTER_A_LABEL_NEXTHOP + 1] = {
	[VROUTER_A_LABEL_LABEL] = { .type = NLA_U32, },
	[VROUTER_A_LABEL_NETWORK_ID] = { .type = NLA_U32, },
	[VROUTER_A_LABEL_NETWORK_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_LABEL_NEXTHOP] = { .type = NLA_U32, },
};

/* VROUTER_CMD_LABEL_SET - do */
const struct nla_policy vrouter_label_set_nl_policy[VROUTER_A_LABEL_NEXTHOP + 1] = {
	[VROUTER_A_LABEL_LABEL] = { .type = NLA_U32, },
	[VROUTER_A_LABEL_NETWORK_ID] = { .type = NLA_U32, },
	[VROUTER_A_LABEL_NETWORK_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_LABEL_NEXTHOP] = { .type = NLA_U32, },
};

/* VROUTER_CMD_LABEL_DEL - do */
const struct nla_policy vrouter_label_del_nl_policy[VROUTER_A_LABEL_LABEL + 1] = {
	[VROUTER_A_LABEL_LABEL] = { .type = NLA_U32, },
};

/* VROUTER_CMD_SET_GET - do */
const struct nla_policy vrouter_set_get_nl_policy[VROUTER_A_SET_NAME + 1] = {
	[VROUTER_A_SET_ID] = { .type = NLA_U32, },
	[VROUTER_A_SET_NAME] = { .type = NLA_NUL_STRING, },
};

/* VROUTER_CMD_SET_NEW - do */
const struct nla_policy vrouter_set_new_nl_policy[VROUTER_A_SET_MAX_ELEMENTS + 1] = {
	[VROUTER_A_SET_ID] = { .type = NLA_U32, },
	[VROUTER_A_SET_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_SET_TYPE] = NLA_POLICY_RANGE(NLA_U32, 1, 3),
	[VROUTER_A_SET_TIMEOUT] = { .type = NLA_U32, },
	[VROUTER_A_SET_COUNTERS] = { .type = NLA_U8, },
	[VROUTER_A_SET_MAX_ELEMENTS] = { .type = NLA_U32, },
};

/* VROUTER_CMD_SET_SET - do */
const struct nla_policy vrouter_set_set_nl_policy[VROUTER_A_SET_MAX_ELEMENTS + 1] = {
	[VROUTER_A_SET_ID] = { .type = NLA_U32, },
	[VROUTER_A_SET_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_SET_TYPE] = NLA_POLICY_RANGE(NLA_U32, 1, 3),
	[VROUTER_A_SET_TIMEOUT] = { .type = NLA_U32, },
	[VROUTER_A_SET_COUNTERS] = { .type = NLA_U8, },
	[VROUTER_A_SET_MAX_ELEMENTS] = { .type = NLA_U32, },
};

/* VROUTER_CMD_SET_DEL - do */
const struct nla_policy vrouter_set_del_nl_policy[VROUTER_A_SET_NAME + 1] = {
	[VROUTER_A_SET_ID] = { .type = NLA_U32, },
	[VROUTER_A_SET_NAME] = { .type = NLA_NUL_STRING, },
};

/* VROUTER_CMD_SET_SWAP - do */
const struct nla_policy vrouter_set_swap_nl_policy[VROUTER_A_SET_WITH_NAME + 1] = {
	[VROUTER_A_SET_ID] = { .type = NLA_U32, },
	[VROUTER_A_SET_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_SET_WITH_ID] = { .type = NLA_U32, },
	[VROUTER_A_SET_WITH_NAME] = { .type = NLA_NUL_STRING, },
};

/* VROUTER_CMD_ELEMENT_GET - do */
const struct nla_policy vrouter_element_get_nl_policy[VROUTER_A_ELEMENT_MATCH + 1] = {
	[VROUTER_A_ELEMENT_SET_ID] = { .type = NLA_U32, },
	[VROUTER_A_ELEMENT_SET_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_ELEMENT_ENTRY] = NLA_POLICY_NESTED(vrouter_element_entry_nl_policy),
	[VROUTER_A_ELEMENT_MATCH] = { .type = NLA_FLAG, },
};

/* VROUTER_CMD_ELEMENT_NEW - do */
const struct nla_policy vrouter_element_new_nl_policy[VROUTER_A_ELEMENT_ENTRY + 1] = {
	[VROUTER_A_ELEMENT_SET_ID] = { .type = NLA_U32, },
	[VROUTER_A_ELEMENT_SET_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_ELEMENT_ENTRY] = NLA_POLICY_NESTED(vrouter_element_entry_nl_policy),
};

/* VROUTER_CMD_ELEMENT_DEL - do */
const struct nla_policy vrouter_element_del_nl_policy[VROUTER_A_ELEMENT_ALL + 1] = {
	[VROUTER_A_ELEMENT_SET_ID] = { .type = NLA_U32, },
	[VROUTER_A_ELEMENT_SET_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_ELEMENT_ENTRY] = NLA_POLICY_NESTED(vrouter_element_entry_nl_policy),
	[VROUTER_A_ELEMENT_ALL] = { .type = NLA_FLAG, },
};

/* VROUTER_CMD_POLICER_GET - do */
const struct nla_policy vrouter_policer_get_nl_policy[VROUTER_A_POLICER_NAME + 1] = {
	[VROUTER_A_POLICER_ID] = { .type = NLA_U32, },
	[VROUTER_A_POLICER_NAME] = { .type = NLA_NUL_STRING, },
};

/* VROUTER_CMD_POLICER_NEW - do */
const struct nla_policy vrouter_policer_new_nl_policy[VROUTER_A_POLICER_OVERHEAD + 1] = {
	[VROUTER_A_POLICER_ID] = { .type = NLA_U32, },
	[VROUTER_A_POLICER_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_POLICER_RATE] = { .type = NLA_U64, },
	[VROUTER_A_POLICER_BURST] = { .type = NLA_U64, },
	[VROUTER_A_POLICER_PACKET_RATE] = { .type = NLA_U64, },
	[VROUTER_A_POLICER_PACKET_BURST] = { .type = NLA_U64, },
	[VROUTER_A_POLICER_LEVEL] = NLA_POLICY_RANGE(NLA_U32, 1, 2),
	[VROUTER_A_POLICER_OVERHEAD] = { .type = NLA_S32, },
};

/* VROUTER_CMD_POLICER_SET - do */
const struct nla_policy vrouter_policer_set_nl_policy[VROUTER_A_POLICER_OVERHEAD + 1] = {
	[VROUTER_A_POLICER_ID] = { .type = NLA_U32, },
	[VROUTER_A_POLICER_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_POLICER_RATE] = { .type = NLA_U64, },
	[VROUTER_A_POLICER_BURST] = { .type = NLA_U64, },
	[VROUTER_A_POLICER_PACKET_RATE] = { .type = NLA_U64, },
	[VROUTER_A_POLICER_PACKET_BURST] = { .type = NLA_U64, },
	[VROUTER_A_POLICER_LEVEL] = NLA_POLICY_RANGE(NLA_U32, 1, 2),
	[VROUTER_A_POLICER_OVERHEAD] = { .type = NLA_S32, },
};

/* VROUTER_CMD_POLICER_DEL - do */
const struct nla_policy vrouter_policer_del_nl_policy[VROUTER_A_POLICER_NAME + 1] = {
	[VROUTER_A_POLICER_ID] = { .type = NLA_U32, },
	[VROUTER_A_POLICER_NAME] = { .type = NLA_NUL_STRING, },
};

/* VROUTER_CMD_SG_GET - do */
const struct nla_policy vrouter_sg_get_nl_policy[VROUTER_A_SG_NAME + 1] = {
	[VROUTER_A_SG_ID] = { .type = NLA_U32, },
	[VROUTER_A_SG_NAME] = { .type = NLA_NUL_STRING, },
};

/* VROUTER_CMD_SG_NEW - do */
const struct nla_policy vrouter_sg_new_nl_policy[VROUTER_A_SG_MEMBERS_NAME + 1] = {
	[VROUTER_A_SG_ID] = { .type = NLA_U32, },
	[VROUTER_A_SG_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_SG_MEMBERS_ID] = { .type = NLA_U32, },
	[VROUTER_A_SG_MEMBERS_NAME] = { .type = NLA_NUL_STRING, },
};

/* VROUTER_CMD_SG_SET - do */
const struct nla_policy vrouter_sg_set_nl_policy[VROUTER_A_SG_MEMBERS_NAME + 1] = {
	[VROUTER_A_SG_ID] = { .type = NLA_U32, },
	[VROUTER_A_SG_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_SG_MEMBERS_ID] = { .type = NLA_U32, },
	[VROUTER_A_SG_MEMBERS_NAME] = { .type = NLA_NUL_STRING, },
};

/* VROUTER_CMD_SG_DEL - do */
const struct nla_policy vrouter_sg_del_nl_policy[VROUTER_A_SG_NAME + 1] = {
	[VROUTER_A_SG_ID] = { .type = NLA_U32, },
	[VROUTER_A_SG_NAME] = { .type = NLA_NUL_STRING, },
};

/* VROUTER_CMD_RULE_GET - do */
const struct nla_policy vrouter_rule_get_nl_policy[VROUTER_A_RULE_ENTRY + 1] = {
	[VROUTER_A_RULE_SG_ID] = { .type = NLA_U32, },
	[VROUTER_A_RULE_SG_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_RULE_ENTRY] = NLA_POLICY_NESTED(vrouter_rule_entry_nl_policy),
};

/* VROUTER_CMD_RULE_NEW - do */
const struct nla_policy vrouter_rule_new_nl_policy[VROUTER_A_RULE_ENTRY + 1] = {
	[VROUTER_A_RULE_SG_ID] = { .type = NLA_U32, },
	[VROUTER_A_RULE_SG_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_RULE_ENTRY] = NLA_POLICY_NESTED(vrouter_rule_entry_nl_policy),
};

/* VROUTER_CMD_RULE_DEL - do */
const struct nla_policy vrouter_rule_del_nl_policy[VROUTER_A_RULE_ALL + 1] = {
	[VROUTER_A_RULE_SG_ID] = { .type = NLA_U32, },
	[VROUTER_A_RULE_SG_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_RULE_ENTRY] = NLA_POLICY_NESTED(vrouter_rule_entry_nl_policy),
	[VROUTER_A_RULE_ALL] = { .type = NLA_FLAG, },
};

/* VROUTER_CMD_TRACE - do */
const struct nla_policy vrouter_trace_nl_policy[VROUTER_A_TRACE_PACKET + 1] = {
	[VROUTER_A_TRACE_PACKET] = NLA_POLICY_NESTED(vrouter_trace_packet_nl_policy),
};

/* VROUTER_CMD_FLOW_GET - do */
const struct nla_policy vrouter_flow_get_nl_policy[VROUTER_A_FLOW_PORT + 1] = {
	[VROUTER_A_FLOW_NETWORK_ID] = { .type = NLA_U32, },
	[VROUTER_A_FLOW_NETWORK_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_FLOW_VIF_ID] = { .type = NLA_U32, },
	[VROUTER_A_FLOW_VIF_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_FLOW_ADDRESS] = { .type = NLA_BINARY, },
	[VROUTER_A_FLOW_LEN] = { .type = NLA_U8, },
	[VROUTER_A_FLOW_PORT] = { .type = NLA_U16, },
	[VROUTER_A_FLOW_PROTO] = { .type = NLA_U8, },
	[VROUTER_A_FLOW_STATE] = NLA_POLICY_RANGE(NLA_U32, 1, 3),
};

/* VROUTER_CMD_FLOW_COUNT - do */
const struct nla_policy vrouter_flow_count_nl_policy[VROUTER_A_FLOW_PORT + 1] = {
	[VROUTER_A_FLOW_NETWORK_ID] = { .type = NLA_U32, },
	[VROUTER_A_FLOW_NETWORK_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_FLOW_VIF_ID] = { .type = NLA_U32, },
	[VROUTER_A_FLOW_VIF_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_FLOW_ADDRESS] = { .type = NLA_BINARY, },
	[VROUTER_A_FLOW_LEN] = { .type = NLA_U8, },
	[VROUTER_A_FLOW_PORT] = { .type = NLA_U16, },
	[VROUTER_A_FLOW_PROTO] = { .type = NLA_U8, },
	[VROUTER_A_FLOW_STATE] = NLA_POLICY_RANGE(NLA_U32, 1, 3),
};

/* VROUTER_CMD_FLOW_FLUSH - do */
const struct nla_policy vrouter_flow_flush_nl_policy[VROUTER_A_FLOW_PORT + 1] = {
	[VROUTER_A_FLOW_NETWORK_ID] = { .type = NLA_U32, },
	[VROUTER_A_FLOW_NETWORK_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_FLOW_VIF_ID] = { .type = NLA_U32, },
	[VROUTER_A_FLOW_VIF_NAME] = { .type = NLA_NUL_STRING, },
	[VROUTER_A_FLOW_ADDRESS] = { .type = NLA_BINARY, },
	[VROUTER_A_FLOW_LEN] = { .type = NLA_U8, },
	[VROUTER_A_FLOW_PORT] = { .type = NLA_U16, },
	[VROUTER_A_FLOW_PROTO] = { .type = NLA_U8, },
	[VROUTER_A_FLOW_STATE] = NLA_POLICY_RANGE(NLA_U32, 1, 3),
};

/* VROUTER_CMD_LIMITS_GET - do */
const struct nla_policy vrouter_limits_get_nl_policy[VROUTER_A_LIMITS_NETWORKS + 1] = {
	[VROUTER_A_LIMITS_NETWORKS] = { .type = NLA_U32, },
};

/* VROUTER_CMD_LIMITS_SET - do */
const struct nla_policy vrouter_limits_set_nl_policy[VROUTER_A_LIMITS_RULES + 1] = {
	[VROUTER_A_LIMITS_NETWORKS] = { .type = NLA_U32, },
	[VROUTER_A_LIMITS_TUNNELS] = { .type = NLA_U32, },
	[VROUTER_A_LIMITS_VIFS] = { .type = NLA_U32, },
	[VROUTER_A_LIMITS_NEXTHOPS] = { .type = NLA_U32, },
	[VROUTER_A_LIMITS_LABELS] = { .type = NLA_U32, },
	[VROUTER_A_LIMITS_SETS] = { .type = NLA_U32, },
	[VROUTER_A_LIMITS_SGS] = { .type = NLA_U32, },
	[VROUTER_A_LIMITS_POLICERS] = { .type = NLA_U32, },
	[VROUTER_A_LIMITS_ROUTES] = { .type = NLA_U32, },
	[VROUTER_A_LIMITS_FDB] = { .type = NLA_U32, },
	[VROUTER_A_LIMITS_NEIGHBOURS] = { .type = NLA_U32, },
	[VROUTER_A_LIMITS_ELEMENTS] = { .type = NLA_U32, },
	[VROUTER_A_LIMITS_RULES] = { .type = NLA_U32, },
};

/* Ops table for vrouter */
const struct genl_ops vrouter_nl_ops[59] = {
	{
		.cmd		= VROUTER_CMD_NETWORK_GET,
		.doit		= vrouter_nl_network_get_doit,
		.dumpit		= vrouter_nl_network_get_dumpit,
		.start		= vr_object_dump_start,
		.policy		= vrouter_network_get_nl_policy,
		.maxattr	= VROUTER_A_NETWORK_NAME,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_NETWORK_NEW,
		.doit		= vrouter_nl_network_new_doit,
		.policy		= vrouter_network_new_nl_policy,
		.maxattr	= VROUTER_A_NETWORK_STRICT_REMOTES,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_NETWORK_SET,
		.doit		= vrouter_nl_network_set_doit,
		.policy		= vrouter_network_set_nl_policy,
		.maxattr	= VROUTER_A_NETWORK_STRICT_REMOTES,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_NETWORK_DEL,
		.doit		= vrouter_nl_network_del_doit,
		.policy		= vrouter_network_del_nl_policy,
		.maxattr	= VROUTER_A_NETWORK_NAME,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_TUNNEL_GET,
		.doit		= vrouter_nl_tunnel_get_doit,
		.dumpit		= vrouter_nl_tunnel_get_dumpit,
		.policy		= vrouter_tunnel_get_nl_policy,
		.maxattr	= VROUTER_A_TUNNEL_NAME,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_TUNNEL_NEW,
		.doit		= vrouter_nl_tunnel_new_doit,
		.policy		= vrouter_tunnel_new_nl_policy,
		.maxattr	= VROUTER_A_TUNNEL_MARK,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_TUNNEL_SET,
		.doit		= vrouter_nl_tunnel_set_doit,
		.policy		= vrouter_tunnel_set_nl_policy,
		.maxattr	= VROUTER_A_TUNNEL_MARK,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_TUNNEL_DEL,
		.doit		= vrouter_nl_tunnel_del_doit,
		.policy		= vrouter_tunnel_del_nl_policy,
		.maxattr	= VROUTER_A_TUNNEL_NAME,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_VIF_GET,
		.doit		= vrouter_nl_vif_get_doit,
		.dumpit		= vrouter_nl_vif_get_dumpit,
		.start		= vr_object_dump_start,
		.policy		= vrouter_vif_get_nl_policy,
		.maxattr	= VROUTER_A_VIF_NETWORK_NAME,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_VIF_NEW,
		.doit		= vrouter_nl_vif_new_doit,
		.policy		= vrouter_vif_new_nl_policy,
		.maxattr	= VROUTER_A_VIF_FORCE,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_VIF_SET,
		.doit		= vrouter_nl_vif_set_doit,
		.policy		= vrouter_vif_set_nl_policy,
		.maxattr	= VROUTER_A_VIF_FORCE,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_VIF_DEL,
		.doit		= vrouter_nl_vif_del_doit,
		.policy		= vrouter_vif_del_nl_policy,
		.maxattr	= VROUTER_A_VIF_NAME,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_NEXTHOP_GET,
		.doit		= vrouter_nl_nexthop_get_doit,
		.dumpit		= vrouter_nl_nexthop_get_dumpit,
		.start		= vr_object_dump_start,
		.policy		= vrouter_nexthop_get_nl_policy,
		.maxattr	= VROUTER_A_NEXTHOP_NETWORK_NAME,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_NEXTHOP_NEW,
		.doit		= vrouter_nl_nexthop_new_doit,
		.policy		= vrouter_nexthop_new_nl_policy,
		.maxattr	= VROUTER_A_NEXTHOP_PAYLOAD,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_NEXTHOP_SET,
		.doit		= vrouter_nl_nexthop_set_doit,
		.policy		= vrouter_nexthop_set_nl_policy,
		.maxattr	= VROUTER_A_NEXTHOP_PAYLOAD,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_NEXTHOP_DEL,
		.doit		= vrouter_nl_nexthop_del_doit,
		.policy		= vrouter_nexthop_del_nl_policy,
		.maxattr	= VROUTER_A_NEXTHOP_ID,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_ROUTE_GET,
		.doit		= vrouter_nl_route_get_doit,
		.dumpit		= vrouter_nl_route_get_dumpit,
		.policy		= vrouter_route_get_nl_policy,
		.maxattr	= VROUTER_A_ROUTE_ADDRESS,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_ROUTE_NEW,
		.doit		= vrouter_nl_route_new_doit,
		.policy		= vrouter_route_new_nl_policy,
		.maxattr	= VROUTER_A_ROUTE_ENTRY,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_ROUTE_SET,
		.doit		= vrouter_nl_route_set_doit,
		.policy		= vrouter_route_set_nl_policy,
		.maxattr	= VROUTER_A_ROUTE_ENTRY,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_ROUTE_DEL,
		.doit		= vrouter_nl_route_del_doit,
		.policy		= vrouter_route_del_nl_policy,
		.maxattr	= VROUTER_A_ROUTE_ALL,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_FDB_GET,
		.doit		= vrouter_nl_fdb_get_doit,
		.dumpit		= vrouter_nl_fdb_get_dumpit,
		.policy		= vrouter_fdb_get_nl_policy,
		.maxattr	= VROUTER_A_FDB_NEXTHOP,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_FDB_NEW,
		.doit		= vrouter_nl_fdb_new_doit,
		.policy		= vrouter_fdb_new_nl_policy,
		.maxattr	= VROUTER_A_FDB_ENTRY,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_FDB_SET,
		.doit		= vrouter_nl_fdb_set_doit,
		.policy		= vrouter_fdb_set_nl_policy,
		.maxattr	= VROUTER_A_FDB_ENTRY,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_FDB_DEL,
		.doit		= vrouter_nl_fdb_del_doit,
		.policy		= vrouter_fdb_del_nl_policy,
		.maxattr	= VROUTER_A_FDB_ORIGIN,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_NEIGHBOUR_GET,
		.doit		= vrouter_nl_neighbour_get_doit,
		.dumpit		= vrouter_nl_neighbour_get_dumpit,
		.policy		= vrouter_neighbour_get_nl_policy,
		.maxattr	= VROUTER_A_NEIGHBOUR_FAMILY,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_NEIGHBOUR_NEW,
		.doit		= vrouter_nl_neighbour_new_doit,
		.policy		= vrouter_neighbour_new_nl_policy,
		.maxattr	= VROUTER_A_NEIGHBOUR_ENTRY,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_NEIGHBOUR_SET,
		.doit		= vrouter_nl_neighbour_set_doit,
		.policy		= vrouter_neighbour_set_nl_policy,
		.maxattr	= VROUTER_A_NEIGHBOUR_ENTRY,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_NEIGHBOUR_DEL,
		.doit		= vrouter_nl_neighbour_del_doit,
		.policy		= vrouter_neighbour_del_nl_policy,
		.maxattr	= VROUTER_A_NEIGHBOUR_ALL,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_DROP_GET,
		.doit		= vrouter_nl_drop_get_doit,
		.dumpit		= vrouter_nl_drop_get_dumpit,
		.policy		= vrouter_drop_get_nl_policy,
		.maxattr	= VROUTER_A_DROP_NAME,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_INFO_GET,
		.doit		= vrouter_nl_info_get_doit,
		.policy		= vrouter_info_get_nl_policy,
		.maxattr	= VROUTER_A_INFO_VERSION,
	},
	{
		.cmd		= VROUTER_CMD_LABEL_GET,
		.doit		= vrouter_nl_label_get_doit,
		.dumpit		= vrouter_nl_label_get_dumpit,
		.policy		= vrouter_label_get_nl_policy,
		.maxattr	= VROUTER_A_LABEL_NEXTHOP,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_LABEL_NEW,
		.doit		= vrouter_nl_label_new_doit,
		.policy		= vrouter_label_new_nl_policy,
		.maxattr	= VROUTER_A_LABEL_NEXTHOP,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_LABEL_SET,
		.doit		= vrouter_nl_label_set_doit,
		.policy		= vrouter_label_set_nl_policy,
		.maxattr	= VROUTER_A_LABEL_NEXTHOP,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_LABEL_DEL,
		.doit		= vrouter_nl_label_del_doit,
		.policy		= vrouter_label_del_nl_policy,
		.maxattr	= VROUTER_A_LABEL_LABEL,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_SET_GET,
		.doit		= vrouter_nl_set_get_doit,
		.dumpit		= vrouter_nl_set_get_dumpit,
		.policy		= vrouter_set_get_nl_policy,
		.maxattr	= VROUTER_A_SET_NAME,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_SET_NEW,
		.doit		= vrouter_nl_set_new_doit,
		.policy		= vrouter_set_new_nl_policy,
		.maxattr	= VROUTER_A_SET_MAX_ELEMENTS,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_SET_SET,
		.doit		= vrouter_nl_set_set_doit,
		.policy		= vrouter_set_set_nl_policy,
		.maxattr	= VROUTER_A_SET_MAX_ELEMENTS,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_SET_DEL,
		.doit		= vrouter_nl_set_del_doit,
		.policy		= vrouter_set_del_nl_policy,
		.maxattr	= VROUTER_A_SET_NAME,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_SET_SWAP,
		.doit		= vrouter_nl_set_swap_doit,
		.policy		= vrouter_set_swap_nl_policy,
		.maxattr	= VROUTER_A_SET_WITH_NAME,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_ELEMENT_GET,
		.doit		= vrouter_nl_element_get_doit,
		.dumpit		= vrouter_nl_element_get_dumpit,
		.done		= vr_table_dump_done,
		.policy		= vrouter_element_get_nl_policy,
		.maxattr	= VROUTER_A_ELEMENT_MATCH,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_ELEMENT_NEW,
		.doit		= vrouter_nl_element_new_doit,
		.policy		= vrouter_element_new_nl_policy,
		.maxattr	= VROUTER_A_ELEMENT_ENTRY,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_ELEMENT_DEL,
		.doit		= vrouter_nl_element_del_doit,
		.policy		= vrouter_element_del_nl_policy,
		.maxattr	= VROUTER_A_ELEMENT_ALL,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_POLICER_GET,
		.doit		= vrouter_nl_policer_get_doit,
		.dumpit		= vrouter_nl_policer_get_dumpit,
		.policy		= vrouter_policer_get_nl_policy,
		.maxattr	= VROUTER_A_POLICER_NAME,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_POLICER_NEW,
		.doit		= vrouter_nl_policer_new_doit,
		.policy		= vrouter_policer_new_nl_policy,
		.maxattr	= VROUTER_A_POLICER_OVERHEAD,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_POLICER_SET,
		.doit		= vrouter_nl_policer_set_doit,
		.policy		= vrouter_policer_set_nl_policy,
		.maxattr	= VROUTER_A_POLICER_OVERHEAD,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_POLICER_DEL,
		.doit		= vrouter_nl_policer_del_doit,
		.policy		= vrouter_policer_del_nl_policy,
		.maxattr	= VROUTER_A_POLICER_NAME,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_SG_GET,
		.doit		= vrouter_nl_sg_get_doit,
		.dumpit		= vrouter_nl_sg_get_dumpit,
		.policy		= vrouter_sg_get_nl_policy,
		.maxattr	= VROUTER_A_SG_NAME,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_SG_NEW,
		.doit		= vrouter_nl_sg_new_doit,
		.policy		= vrouter_sg_new_nl_policy,
		.maxattr	= VROUTER_A_SG_MEMBERS_NAME,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_SG_SET,
		.doit		= vrouter_nl_sg_set_doit,
		.policy		= vrouter_sg_set_nl_policy,
		.maxattr	= VROUTER_A_SG_MEMBERS_NAME,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_SG_DEL,
		.doit		= vrouter_nl_sg_del_doit,
		.policy		= vrouter_sg_del_nl_policy,
		.maxattr	= VROUTER_A_SG_NAME,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_RULE_GET,
		.doit		= vrouter_nl_rule_get_doit,
		.dumpit		= vrouter_nl_rule_get_dumpit,
		.policy		= vrouter_rule_get_nl_policy,
		.maxattr	= VROUTER_A_RULE_ENTRY,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_RULE_NEW,
		.doit		= vrouter_nl_rule_new_doit,
		.policy		= vrouter_rule_new_nl_policy,
		.maxattr	= VROUTER_A_RULE_ENTRY,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_RULE_DEL,
		.doit		= vrouter_nl_rule_del_doit,
		.policy		= vrouter_rule_del_nl_policy,
		.maxattr	= VROUTER_A_RULE_ALL,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_TRACE,
		.doit		= vrouter_nl_trace_doit,
		.policy		= vrouter_trace_nl_policy,
		.maxattr	= VROUTER_A_TRACE_PACKET,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_FLOW_GET,
		.doit		= vrouter_nl_flow_get_doit,
		.dumpit		= vrouter_nl_flow_get_dumpit,
		.start		= vr_flow_dump_start,
		.done		= vr_flow_dump_done,
		.policy		= vrouter_flow_get_nl_policy,
		.maxattr	= VROUTER_A_FLOW_PORT,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_FLOW_COUNT,
		.doit		= vrouter_nl_flow_count_doit,
		.policy		= vrouter_flow_count_nl_policy,
		.maxattr	= VROUTER_A_FLOW_PORT,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_FLOW_FLUSH,
		.doit		= vrouter_nl_flow_flush_doit,
		.policy		= vrouter_flow_flush_nl_policy,
		.maxattr	= VROUTER_A_FLOW_PORT,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_LIMITS_GET,
		.doit		= vrouter_nl_limits_get_doit,
		.policy		= vrouter_limits_get_nl_policy,
		.maxattr	= VROUTER_A_LIMITS_NETWORKS,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= VROUTER_CMD_LIMITS_SET,
		.doit		= vrouter_nl_limits_set_doit,
		.policy		= vrouter_limits_set_nl_policy,
		.maxattr	= VROUTER_A_LIMITS_RULES,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
};
