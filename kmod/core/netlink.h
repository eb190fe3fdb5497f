/* SPDX-License-Identifier: GPL-2.0 */
/* Helpers to read requests and write replies, for the objects' files. */
#ifndef _VROUTER_NETLINK_H
#define _VROUTER_NETLINK_H

#include <net/genetlink.h>
#include <net/sock.h>

#include "core/netlink-gen.h"
#include "core/vrouter.h"

extern struct genl_family vr_nl_family;

/**
 * enum vr_nl_mode - what a request does with an object
 * @VR_NL_ADD: create it; it may exist with the same contents
 * @VR_NL_EXCL: create it; it must not exist
 * @VR_NL_PUT: create or replace it
 * @VR_NL_REPLACE: replace it; it must exist
 * @VR_NL_SET: change the given attributes; it must exist
 * @VR_NL_DEL: delete it
 */
enum vr_nl_mode {
	VR_NL_ADD,
	VR_NL_EXCL,
	VR_NL_PUT,
	VR_NL_REPLACE,
	VR_NL_SET,
	VR_NL_DEL,
};

/* Absent attributes mean the default, not the present value. */
static inline bool vr_nl_mode_whole(enum vr_nl_mode mode)
{
	return mode != VR_NL_SET && mode != VR_NL_DEL;
}

static inline bool vr_nl_mode_creates(enum vr_nl_mode mode)
{
	return mode == VR_NL_ADD || mode == VR_NL_EXCL || mode == VR_NL_PUT;
}

void vr_nl_lock_rtnl(struct vr_net *vn);
void vr_nl_unlock_rtnl(struct vr_net *vn);
int vr_nl_do(struct genl_info *info,
	     int (*carry_out)(struct vr_net *vn, struct genl_info *info));
int vr_nl_dump(struct sk_buff *skb, struct netlink_callback *cb,
	       int (*dump)(struct vr_net *vn, struct sk_buff *skb,
			   struct netlink_callback *cb));
int vr_nl_new_mode(const struct genl_info *info, enum vr_nl_mode *mode);

__printf(4, 5)
int vr_nl_err(struct netlink_ext_ack *extack, const struct nlattr *attr, int err,
	      const char *fmt, ...);

int vr_nl_addr(const struct nlattr *attr, struct vr_addr *addr,
	       struct netlink_ext_ack *extack);
int vr_nl_prefix(const struct nlattr *nest, struct vr_prefix *prefix, bool network,
		 struct netlink_ext_ack *extack);
int vr_nl_mac(const struct nlattr *attr, u8 *mac, struct netlink_ext_ack *extack);
int vr_nl_vni(const struct nlattr *attr, u32 *vni, struct netlink_ext_ack *extack);
const struct nlattr *vr_nl_nth(const struct genl_info *info, int type, unsigned int index);
int vr_nl_flag(const struct nlattr *attr, bool *flag, struct netlink_ext_ack *extack);
int vr_nl_key(const struct nlattr *attr, u32 *key, struct netlink_ext_ack *extack);
int vr_nl_label(const struct nlattr *attr, u32 *label, struct netlink_ext_ack *extack);
int vr_nl_prefix_len(const struct nlattr *attr, const struct vr_addr *addr, u8 *len,
		     struct netlink_ext_ack *extack);
int vr_nl_check_host_bits(const struct nlattr *attr, const struct vr_prefix *prefix,
			  struct netlink_ext_ack *extack);
struct net_device *vr_nl_dev(struct net *net, const struct nlattr *ifindex,
			     const struct nlattr *ifname,
			     struct netlink_ext_ack *extack);

int vr_nl_put_addr(struct sk_buff *msg, int attr, const struct vr_addr *addr);
int vr_nl_put_used(struct sk_buff *msg, int attr, unsigned long used, int pad);

void vr_nl_changed(struct vr_net *vn, enum vr_kind kind);
bool vr_nl_heard(const struct vr_net *vn, unsigned int group);
bool vr_nl_wanted(const struct vr_net *vn, const struct genl_info *info, u8 cmd);
void vr_nl_send(const struct vr_net *vn, struct sk_buff *msg, struct genl_info *info);

/* The attributes of a dump's request, parsed by its operation's policy. */
static inline struct nlattr **vr_dump_attrs(struct netlink_callback *cb)
{
	return genl_info_dump(cb)->attrs;
}

int vr_nl_init(const struct genl_ops *ops, unsigned int n_ops);
void vr_nl_exit(void);

#endif /* _VROUTER_NETLINK_H */
