/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	include/vrouter.yaml (make netlink) */
/* YNL-GEN kernel header */

#ifndef _LINUX_VROUTER_GEN_H
#define _LINUX_VROUTER_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include <uapi/linux/vrouter.h>

/* Common nested types */
extern const struct nla_policy vrouter_element_entry_nl_policy[VROUTER_A_ELEMENT_ENTRY_BYTES + 1];
extern const struct nla_policy vrouter_fdb_entry_nl_policy[VROUTER_A_FDB_ENTRY_REMOTE + 1];
extern const struct nla_policy vrouter_member_nl_policy[VROUTER_A_MEMBER_WEIGHT + 1];
extern const struct nla_policy vrouter_neighbour_entry_nl_policy[VROUTER_A_NEIGHBOUR_ENTRY_ANSWERED + 1];
extern const struct nla_policy vrouter_peer_nl_policy[VROUTER_A_PEER_SG_NAME + 1];
extern const struct nla_policy vrouter_prefix_nl_policy[VROUTER_A_PREFIX_ACTIVE + 1];
extern const struct nla_policy vrouter_route_entry_nl_policy[VROUTER_A_ROUTE_ENTRY_USED + 1];
extern const struct nla_policy vrouter_rule_entry_nl_policy[VROUTER_A_RULE_ENTRY_BYTES + 1];
extern const struct nla_policy vrouter_sg_ref_nl_policy[VROUTER_A_SG_REF_NAME + 1];
extern const struct nla_policy vrouter_trace_packet_nl_policy[VROUTER_A_TRACE_PACKET_FRAME + 1];

extern const struct nla_policy vrouter_network_get_nl_policy[VROUTER_A_NETWORK_NAME + 1];

extern const struct nla_policy vrouter_network_new_nl_policy[VROUTER_A_NETWORK_STRICT_REMOTES + 1];

extern const struct nla_policy vrouter_network_set_nl_policy[VROUTER_A_NETWORK_STRICT_REMOTES + 1];

extern const struct nla_policy vrouter_network_del_nl_policy[VROUTER_A_NETWORK_NAME + 1];

extern const struct nla_policy vrouter_tunnel_get_nl_policy[VROUTER_A_TUNNEL_NAME + 1];

extern const struct nla_policy vrouter_tunnel_new_nl_policy[VROUTER_A_TUNNEL_MARK + 1];

extern const struct nla_policy vrouter_tunnel_set_nl_policy[VROUTER_A_TUNNEL_MARK + 1];

extern const struct nla_policy vrouter_tunnel_del_nl_policy[VROUTER_A_TUNNEL_NAME + 1];

extern const struct nla_policy vrouter_vif_get_nl_policy[VROUTER_A_VIF_NETWORK_NAME + 1];

extern const struct nla_policy vrouter_vif_new_nl_policy[VROUTER_A_VIF_FORCE + 1];

extern const struct nla_policy vrouter_vif_set_nl_policy[VROUTER_A_VIF_FORCE + 1];

extern const struct nla_policy vrouter_vif_del_nl_policy[VROUTER_A_VIF_NAME + 1];

extern const struct nla_policy vrouter_nexthop_get_nl_policy[VROUTER_A_NEXTHOP_NETWORK_NAME + 1];

extern const struct nla_policy vrouter_nexthop_new_nl_policy[VROUTER_A_NEXTHOP_PAYLOAD + 1];

extern const struct nla_policy vrouter_nexthop_set_nl_policy[VROUTER_A_NEXTHOP_PAYLOAD + 1];

extern const struct nla_policy vrouter_nexthop_del_nl_policy[VROUTER_A_NEXTHOP_ID + 1];

extern const struct nla_policy vrouter_route_get_nl_policy[VROUTER_A_ROUTE_ADDRESS + 1];

extern const struct nla_policy vrouter_route_new_nl_policy[VROUTER_A_ROUTE_ENTRY + 1];

extern const struct nla_policy vrouter_route_set_nl_policy[VROUTER_A_ROUTE_ENTRY + 1];

extern const struct nla_policy vrouter_route_del_nl_policy[VROUTER_A_ROUTE_ALL + 1];

extern const struct nla_policy vrouter_fdb_get_nl_policy[VROUTER_A_FDB_NEXTHOP + 1];

extern const struct nla_policy vrouter_fdb_new_nl_policy[VROUTER_A_FDB_ENTRY + 1];

extern const struct nla_policy vrouter_fdb_set_nl_policy[VROUTER_A_FDB_ENTRY + 1];

extern const struct nla_policy vrouter_fdb_del_nl_policy[VROUTER_A_FDB_ORIGIN + 1];

extern const struct nla_policy vrouter_neighbour_get_nl_policy[VROUTER_A_NEIGHBOUR_FAMILY + 1];

extern const struct nla_policy vrouter_neighbour_new_nl_policy[VROUTER_A_NEIGHBOUR_ENTRY + 1];

extern const struct nla_policy vrouter_neighbour_set_nl_policy[VROUTER_A_NEIGHBOUR_ENTRY + 1];

extern const struct nla_policy vrouter_neighbour_del_nl_policy[VROUTER_A_NEIGHBOUR_ALL + 1];

extern const struct nla_policy vrouter_drop_get_nl_policy[VROUTER_A_DROP_NAME + 1];

extern const struct nla_policy vrouter_info_get_nl_policy[VROUTER_A_INFO_VERSION + 1];

extern const struct nla_policy vrouter_label_get_nl_policy[VROUTER_A_LABEL_NEXTHOP + 1];

extern const struct nla_policy vrouter_label_new_nl_policy[VROUTER_A_LABEL_NEXTHOP + 1];

extern const struct nla_policy vrouter_label_set_nl_policy[VROUTER_A_LABEL_NEXTHOP + 1];

extern const struct nla_policy vrouter_label_del_nl_policy[VROUTER_A_LABEL_LABEL + 1];

extern const struct nla_policy vrouter_set_get_nl_policy[VROUTER_A_SET_NAME + 1];

extern const struct nla_policy vrouter_set_new_nl_policy[VROUTER_A_SET_MAX_ELEMENTS + 1];

extern const struct nla_policy vrouter_set_set_nl_policy[VROUTER_A_SET_MAX_ELEMENTS + 1];

extern const struct nla_policy vrouter_set_del_nl_policy[VROUTER_A_SET_NAME + 1];

extern const struct nla_policy vrouter_set_swap_nl_policy[VROUTER_A_SET_WITH_NAME + 1];

extern const struct nla_policy vrouter_element_get_nl_policy[VROUTER_A_ELEMENT_MATCH + 1];

extern const struct nla_policy vrouter_element_new_nl_policy[VROUTER_A_ELEMENT_ENTRY + 1];

extern const struct nla_policy vrouter_element_del_nl_policy[VROUTER_A_ELEMENT_ALL + 1];

extern const struct nla_policy vrouter_policer_get_nl_policy[VROUTER_A_POLICER_NAME + 1];

extern const struct nla_policy vrouter_policer_new_nl_policy[VROUTER_A_POLICER_OVERHEAD + 1];

extern const struct nla_policy vrouter_policer_set_nl_policy[VROUTER_A_POLICER_OVERHEAD + 1];

extern const struct nla_policy vrouter_policer_del_nl_policy[VROUTER_A_POLICER_NAME + 1];

extern const struct nla_policy vrouter_sg_get_nl_policy[VROUTER_A_SG_NAME + 1];

extern const struct nla_policy vrouter_sg_new_nl_policy[VROUTER_A_SG_MEMBERS_NAME + 1];

extern const struct nla_policy vrouter_sg_set_nl_policy[VROUTER_A_SG_MEMBERS_NAME + 1];

extern const struct nla_policy vrouter_sg_del_nl_policy[VROUTER_A_SG_NAME + 1];

extern const struct nla_policy vrouter_rule_get_nl_policy[VROUTER_A_RULE_ENTRY + 1];

extern const struct nla_policy vrouter_rule_new_nl_policy[VROUTER_A_RULE_ENTRY + 1];

extern const struct nla_policy vrouter_rule_del_nl_policy[VROUTER_A_RULE_ALL + 1];

extern const struct nla_policy vrouter_trace_nl_policy[VROUTER_A_TRACE_PACKET + 1];

extern const struct nla_policy vrouter_flow_get_nl_policy[VROUTER_A_FLOW_PORT + 1];

extern const struct nla_policy vrouter_flow_count_nl_policy[VROUTER_A_FLOW_PORT + 1];

extern const struct nla_policy vrouter_flow_flush_nl_policy[VROUTER_A_FLOW_PORT + 1];

extern const struct nla_policy vrouter_limits_get_nl_policy[VROUTER_A_LIMITS_NETWORKS + 1];

extern const struct nla_policy vrouter_limits_set_nl_policy[VROUTER_A_LIMITS_RULES + 1];

/* Ops table for vrouter */
extern const struct genl_ops vrouter_nl_ops[59];

int vr_object_dump_start(struct netlink_callback *cb);
int vr_flow_dump_start(struct netlink_callback *cb);
int vr_table_dump_done(struct netlink_callback *cb);
int vr_flow_dump_done(struct netlink_callback *cb);

int vrouter_nl_network_get_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_network_get_dumpit(struct sk_buff *skb,
				  struct netlink_callback *cb);
int vrouter_nl_network_new_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_network_set_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_network_del_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_tunnel_get_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_tunnel_get_dumpit(struct sk_buff *skb,
				 struct netlink_callback *cb);
int vrouter_nl_tunnel_new_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_tunnel_set_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_tunnel_del_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_vif_get_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_vif_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int vrouter_nl_vif_new_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_vif_set_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_vif_del_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_nexthop_get_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_nexthop_get_dumpit(struct sk_buff *skb,
				  struct netlink_callback *cb);
int vrouter_nl_nexthop_new_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_nexthop_set_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_nexthop_del_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_route_get_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_route_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb);
int vrouter_nl_route_new_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_route_set_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_route_del_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_fdb_get_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_fdb_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int vrouter_nl_fdb_new_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_fdb_set_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_fdb_del_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_neighbour_get_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_neighbour_get_dumpit(struct sk_buff *skb,
				    struct netlink_callback *cb);
int vrouter_nl_neighbour_new_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_neighbour_set_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_neighbour_del_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_drop_get_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_drop_get_dumpit(struct sk_buff *skb,
			       struct netlink_callback *cb);
int vrouter_nl_info_get_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_label_get_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_label_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb);
int vrouter_nl_label_new_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_label_set_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_label_del_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_set_get_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_set_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int vrouter_nl_set_new_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_set_set_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_set_del_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_set_swap_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_element_get_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_element_get_dumpit(struct sk_buff *skb,
				  struct netlink_callback *cb);
int vrouter_nl_element_new_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_element_del_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_policer_get_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_policer_get_dumpit(struct sk_buff *skb,
				  struct netlink_callback *cb);
int vrouter_nl_policer_new_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_policer_set_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_policer_del_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_sg_get_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_sg_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int vrouter_nl_sg_new_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_sg_set_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_sg_del_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_rule_get_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_rule_get_dumpit(struct sk_buff *skb,
			       struct netlink_callback *cb);
int vrouter_nl_rule_new_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_rule_del_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_trace_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_flow_get_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_flow_get_dumpit(struct sk_buff *skb,
			       struct netlink_callback *cb);
int vrouter_nl_flow_count_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_flow_flush_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_limits_get_doit(struct sk_buff *skb, struct genl_info *info);
int vrouter_nl_limits_set_doit(struct sk_buff *skb, struct genl_info *info);

enum {
	VROUTER_NLGRP_CONFIG,
	VROUTER_NLGRP_DROPS,
	VROUTER_NLGRP_FLOWS,
};

extern const struct genl_multicast_group vrouter_nl_mcgrps[3];

#endif /* _LINUX_VROUTER_GEN_H */
