// SPDX-License-Identifier: GPL-2.0
/*
 * The netlink family, and helpers for the objects' files to read requests and to write replies
 * and notifications. The operations are in the objects' files, see operations-gen.c.
 */
#include <linux/cred.h>
#include <linux/etherdevice.h>
#include <linux/inetdevice.h>
#include <linux/rtnetlink.h>
#include <net/ipv6.h>

#include "core/netlink.h"
#include "lib/lpm.h"

struct genl_family vr_nl_family __ro_after_init = {
	.name = VROUTER_GENL_NAME,
	.version = VROUTER_GENL_VERSION,
	.module = THIS_MODULE,
	.netnsok = true,
	.parallel_ops = true,
	/* From this command on, the core refuses NLM_F_CREATE, NLM_F_EXCL and NLM_F_REPLACE. */
	.resv_start_op = VROUTER_CMD_MAX + 1,
	.mcgrps = vrouter_nl_mcgrps,
	.n_mcgrps = ARRAY_SIZE(vrouter_nl_mcgrps),
};

/*
 * An extack message must live until the reply is written, which is after the operation
 * returned. Linux 6.1 has no room for it in the extack, and later kernels have less than such a
 * message needs. The messages are therefore in rings: a message is overwritten only if several
 * other requests are refused before its sender's reply is written. The host's root has a ring of
 * its own, so that no other user can replace its messages.
 *
 * The kernel measures a message before it allocates the reply, and warns if the message is longer
 * when it is copied. Each length, as netlink rounds it, therefore has its own places: a message
 * is overwritten only by one that needs the same room.
 */
#define RINGS 4
#define PLACES 4
#define MESSAGE_LEN 200
#define LENGTHS (MESSAGE_LEN / NLA_ALIGNTO)

static struct ring {
	atomic_t next;
	char text[LENGTHS][PLACES][MESSAGE_LEN];
} rings[RINGS];

static struct ring *ring_of_user(void)
{
	kuid_t uid = current_uid();

	if (uid_eq(uid, GLOBAL_ROOT_UID))
		return &rings[0];
	return &rings[1 + __kuid_val(uid) % (RINGS - 1)];
}

/* Copies a message to its place, where it stays until others of its length overwrite it. */
static const char *ring_put(struct ring *ring, const char *message, size_t len)
{
	unsigned int place = (u32)atomic_inc_return(&ring->next) % PLACES;

	return memcpy(ring->text[len / NLA_ALIGNTO][place], message, len + 1);
}

/**
 * vr_nl_err() - refuses a request with a message
 * @extack: gets the message, or NULL
 * @attr: the attribute at fault, or NULL
 * @err: negative errno
 * @fmt: the message, without full stop
 *
 * Return: @err.
 */
int vr_nl_err(struct netlink_ext_ack *extack, const struct nlattr *attr, int err,
	      const char *fmt, ...)
{
	char message[MESSAGE_LEN];
	va_list args;
	size_t len;

	if (!extack)
		return err;
	va_start(args, fmt);
	len = vscnprintf(message, sizeof(message), fmt, args);
	va_end(args);
	extack->_msg = ring_put(ring_of_user(), message, len);
	if (attr)
		NL_SET_BAD_ATTR(extack, attr);
	return err;
}

/* After these tries, the request waits while it holds the rtnl, so that it cannot starve. */
#define RTNL_TRIES 8

/**
 * vr_nl_lock_rtnl() - takes the rtnl and the lock of a namespace
 * @vn: the namespace
 *
 * The whole host waits for the rtnl, so the caller does not hold it while it waits for the
 * namespace's lock.
 */
void vr_nl_lock_rtnl(struct vr_net *vn)
{
	unsigned int tries;

	for (tries = 0; tries < RTNL_TRIES; tries++) {
		rtnl_lock();
		if (mutex_trylock(&vn->lock))
			return;
		rtnl_unlock();
		mutex_lock(&vn->lock);
		mutex_unlock(&vn->lock);
	}
	rtnl_lock();
	mutex_lock(&vn->lock);
}

/** vr_nl_unlock_rtnl() - ends vr_nl_lock_rtnl() */
void vr_nl_unlock_rtnl(struct vr_net *vn)
{
	mutex_unlock(&vn->lock);
	rtnl_unlock();
}

/**
 * vr_nl_do() - carries out a request under the lock of its namespace
 * @info: the request
 * @carry_out: carries it out; returns 0 or a negative errno
 *
 * Context: takes vn->lock.
 * Return: the return value of @carry_out.
 */
int vr_nl_do(struct genl_info *info,
	     int (*carry_out)(struct vr_net *vn, struct genl_info *info))
{
	struct vr_net *vn = vr_net(genl_info_net(info));
	int err;

	mutex_lock(&vn->lock);
	err = carry_out(vn, info);
	mutex_unlock(&vn->lock);
	return err;
}

/**
 * vr_nl_dump() - continues a dump under the lock of its namespace
 * @skb: the message
 * @cb: the dump
 * @dump: fills the message; returns its length or a negative errno
 *
 * Context: takes vn->lock.
 * Return: the return value of @dump.
 */
int vr_nl_dump(struct sk_buff *skb, struct netlink_callback *cb,
	       int (*dump)(struct vr_net *vn, struct sk_buff *skb,
			   struct netlink_callback *cb))
{
	struct vr_net *vn = vr_net(sock_net(skb->sk));
	int err;

	mutex_lock(&vn->lock);
	err = dump(vn, skb, cb);
	mutex_unlock(&vn->lock);
	return err;
}

/**
 * vr_nl_new_mode() - determines the mode of a "new" request from its flags
 * @info: the request
 * @mode: result
 *
 * Return: 0 or -EINVAL.
 */
int vr_nl_new_mode(const struct genl_info *info, enum vr_nl_mode *mode)
{
	u16 flags = info->nlhdr->nlmsg_flags;

	if (flags & NLM_F_REPLACE && flags & NLM_F_EXCL)
		return vr_nl_err(info->extack, NULL, -EINVAL,
				 "NLM_F_REPLACE and NLM_F_EXCL contradict each other");
	if (flags & NLM_F_REPLACE)
		*mode = flags & NLM_F_CREATE ? VR_NL_PUT : VR_NL_REPLACE;
	else if (!(flags & NLM_F_CREATE))
		return vr_nl_err(info->extack, NULL, -EINVAL,
				 "new needs NLM_F_CREATE or NLM_F_REPLACE");
	else
		*mode = flags & NLM_F_EXCL ? VR_NL_EXCL : VR_NL_ADD;
	return 0;
}

/** vr_nl_addr() - reads an address; its length determines the family */
int vr_nl_addr(const struct nlattr *attr, struct vr_addr *addr,
	       struct netlink_ext_ack *extack)
{
	memset(addr, 0, sizeof(*addr));
	switch (nla_len(attr)) {
	case sizeof(addr->v4):
		addr->family = AF_INET;
		break;
	case sizeof(addr->v6):
		addr->family = AF_INET6;
		break;
	default:
		return vr_nl_err(extack, attr, -EINVAL,
				 "an address has 4 or 16 bytes, not %d", nla_len(attr));
	}
	memcpy(&addr->v6, nla_data(attr), nla_len(attr));
	return 0;
}

/**
 * vr_nl_prefix_len() - reads the length of a prefix
 * @attr: the attribute, or NULL for the whole address
 * @addr: the prefix's address
 * @len: result
 * @extack: for a refusal
 *
 * Return: 0 or -EINVAL.
 */
int vr_nl_prefix_len(const struct nlattr *attr, const struct vr_addr *addr, u8 *len,
		     struct netlink_ext_ack *extack)
{
	u8 bits = vr_addr_bits(addr);

	*len = attr ? nla_get_u8(attr) : bits;
	if (*len > bits)
		return vr_nl_err(extack, attr, -EINVAL,
				 "prefix length %u is more than the %u bits of an IPv%c address",
				 *len, bits, addr->family == AF_INET ? '4' : '6');
	return 0;
}

/** vr_nl_check_host_bits() - refuses a prefix with bits set behind its length */
int vr_nl_check_host_bits(const struct nlattr *attr, const struct vr_prefix *prefix,
			  struct netlink_ext_ack *extack)
{
	if (!vr_lpm_has_host_bits(&prefix->addr.v6, prefix->len,
				  vr_addr_bits(&prefix->addr)))
		return 0;
	if (prefix->addr.family == AF_INET)
		return vr_nl_err(extack, attr, -EINVAL, "%pI4/%u has host bits set",
				 &prefix->addr.v4, prefix->len);
	return vr_nl_err(extack, attr, -EINVAL, "%pI6c/%u has host bits set",
			 &prefix->addr.v6, prefix->len);
}

/**
 * vr_nl_prefix() - reads a nest of the attribute set "prefix"
 * @nest: the nest
 * @prefix: result; its family is 0 if the nest is empty
 * @network: refuse bits set behind the length
 * @extack: for a refusal
 *
 * Return: 0 or a negative errno.
 */
int vr_nl_prefix(const struct nlattr *nest, struct vr_prefix *prefix, bool network,
		 struct netlink_ext_ack *extack)
{
	struct nlattr *tb[VROUTER_A_PREFIX_MAX + 1];
	int err;

	memset(prefix, 0, sizeof(*prefix));
	if (!nla_len(nest))
		return 0;
	err = nla_parse_nested(tb, VROUTER_A_PREFIX_MAX, nest, vrouter_prefix_nl_policy,
			       extack);
	if (err)
		return err;
	if (NL_REQ_ATTR_CHECK(extack, nest, tb, VROUTER_A_PREFIX_ADDRESS))
		return vr_nl_err(extack, NULL, -EINVAL, "an address is missing");
	if (tb[VROUTER_A_PREFIX_ACTIVE])
		return vr_nl_err(extack, tb[VROUTER_A_PREFIX_ACTIVE], -EINVAL,
				 "which vif has an address cannot be set");
	err = vr_nl_addr(tb[VROUTER_A_PREFIX_ADDRESS], &prefix->addr, extack);
	if (!err)
		err = vr_nl_prefix_len(tb[VROUTER_A_PREFIX_LEN], &prefix->addr,
				       &prefix->len, extack);
	if (!err && network)
		err = vr_nl_check_host_bits(tb[VROUTER_A_PREFIX_ADDRESS], prefix, extack);
	return err;
}

/** vr_nl_mac() - reads a unicast MAC address */
int vr_nl_mac(const struct nlattr *attr, u8 *mac, struct netlink_ext_ack *extack)
{
	if (nla_len(attr) != ETH_ALEN)
		return vr_nl_err(extack, attr, -EINVAL,
				 "a MAC address has 6 bytes, not %d", nla_len(attr));
	if (!is_valid_ether_addr(nla_data(attr)))
		return vr_nl_err(extack, attr, -EADDRNOTAVAIL,
				 "MAC address %pM is not a unicast address", nla_data(attr));
	ether_addr_copy(mac, nla_data(attr));
	return 0;
}

/** vr_nl_vni() - reads a VXLAN network identifier */
int vr_nl_vni(const struct nlattr *attr, u32 *vni, struct netlink_ext_ack *extack)
{
	*vni = nla_get_u32(attr);
	if (!*vni || *vni > VROUTER_VNI_MAX)
		return vr_nl_err(extack, attr, -ERANGE, "VNI %u is out of range: 1 to %u",
				 *vni, VROUTER_VNI_MAX);
	return 0;
}

/**
 * vr_nl_nth() - finds a nest of a list in a request
 * @info: the request
 * @type: attribute type, which may occur several times
 * @index: index of the nest, from 0 on; empty ones do not count
 *
 * Return: the attribute, or NULL.
 */
const struct nlattr *vr_nl_nth(const struct genl_info *info, int type, unsigned int index)
{
	const struct nlattr *attr;
	int rem;

	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem)
		if (nla_type(attr) == type && nla_len(attr) && !index--)
			return attr;
	return NULL;
}

/** vr_nl_flag() - reads a number that is 0 or 1; if it is absent, @flag does not change */
int vr_nl_flag(const struct nlattr *attr, bool *flag, struct netlink_ext_ack *extack)
{
	if (!attr)
		return 0;
	if (nla_get_u8(attr) > 1)
		return vr_nl_err(extack, attr, -ERANGE, "%u is neither 0 nor 1",
				 nla_get_u8(attr));
	*flag = nla_get_u8(attr);
	return 0;
}

/** vr_nl_key() - reads a GRE key, which identifies a network as a VNI does */
int vr_nl_key(const struct nlattr *attr, u32 *key, struct netlink_ext_ack *extack)
{
	*key = nla_get_u32(attr);
	if (!*key)
		return vr_nl_err(extack, attr, -ERANGE, "key 0 is out of range: 1 to %u",
				 U32_MAX);
	return 0;
}

/**
 * vr_nl_label() - reads an MPLS label
 * @attr: the attribute
 * @label: result, unless NULL
 * @extack: for a refusal
 *
 * RFC 3032, section 2.1, and RFC 7274: 0 to 15 have meanings of their own.
 *
 * Return: 0 or -ERANGE.
 */
int vr_nl_label(const struct nlattr *attr, u32 *label, struct netlink_ext_ack *extack)
{
	u32 value = nla_get_u32(attr);

	if (value < VROUTER_LABEL_MIN)
		return vr_nl_err(extack, attr, -ERANGE, "label %u is reserved: labels are %u to %u",
				 value, VROUTER_LABEL_MIN, VROUTER_LABEL_MAX);
	if (value > VROUTER_LABEL_MAX)
		return vr_nl_err(extack, attr, -ERANGE, "label %u is out of range: %u to %u", value,
				 VROUTER_LABEL_MIN, VROUTER_LABEL_MAX);
	if (label)
		*label = value;
	return 0;
}

/**
 * vr_nl_dev() - finds the netdev that a request names
 * @net: the namespace
 * @ifindex: attribute, or NULL
 * @ifname: attribute, or NULL; if both are given, they must agree
 * @extack: for a refusal
 *
 * Context: rtnl.
 * Return: the device, or an error pointer.
 */
struct net_device *vr_nl_dev(struct net *net, const struct nlattr *ifindex,
			     const struct nlattr *ifname,
			     struct netlink_ext_ack *extack)
{
	const struct nlattr *attr = ifindex ? ifindex : ifname;
	struct net_device *dev;

	ASSERT_RTNL();
	dev = ifindex ? __dev_get_by_index(net, nla_get_u32(ifindex)) :
			__dev_get_by_name(net, nla_data(ifname));
	if (!dev && ifindex)
		vr_nl_err(extack, attr, 0, "there is no device with index %u here",
			  nla_get_u32(ifindex));
	else if (!dev)
		vr_nl_err(extack, attr, 0, "there is no device \"%.*s\" here", IFNAMSIZ,
			  (const char *)nla_data(ifname));
	if (!dev)
		return ERR_PTR(-ENODEV);
	if (ifindex && ifname && strcmp(dev->name, nla_data(ifname)))
		return ERR_PTR(vr_nl_err(extack, ifname, -EINVAL,
					 "device %u is \"%s\", not \"%.*s\"", dev->ifindex,
					 dev->name, IFNAMSIZ,
					 (const char *)nla_data(ifname)));
	return dev;
}

/** vr_nl_put_addr() - writes an address with the length of its family */
int vr_nl_put_addr(struct sk_buff *msg, int attr, const struct vr_addr *addr)
{
	return nla_put(msg, attr, vr_addr_bits(addr) / 8, &addr->v6);
}

/**
 * vr_nl_put_used() - writes the time since the last use
 * @msg: reply
 * @attr: u64, milliseconds
 * @used: jiffies of the last use, or 0 for never, which writes nothing
 * @pad: padding attribute
 */
int vr_nl_put_used(struct sk_buff *msg, int attr, unsigned long used, int pad)
{
	if (!used)
		return 0;
	return nla_put_u64_64bit(msg, attr, jiffies64_to_msecs(jiffies - used), pad);
}

/** vr_nl_changed() - counts a change of an object of a kind; under vn->lock */
void vr_nl_changed(struct vr_net *vn, enum vr_kind kind)
{
	lockdep_assert_held(&vn->lock);
	/* To dumps, 0 means that they have not begun. */
	if (!++vn->generation)
		vn->generation = 1;
	vn->changed[kind] = vn->generation;
}

/* The multicast groups have ids and listeners only while the family is registered. */
static bool registered;

/**
 * vr_nl_heard() - does a multicast group have listeners, in any namespace?
 * @vn: the namespace
 * @group: VROUTER_NLGRP_...
 *
 * Without listeners, a notification costs no more than this check.
 *
 * Context: any.
 */
bool vr_nl_heard(const struct vr_net *vn, unsigned int group)
{
	return READ_ONCE(registered) && genl_has_listeners(&vr_nl_family, vn->net, group);
}

/* Value of genl_info.user_ptr[0]: no one received the request's notification of this command. */
static void *unheard(u8 cmd)
{
	return (void *)(unsigned long)cmd;
}

/**
 * vr_nl_wanted() - must a notification of a change be built?
 * @vn: the namespace
 * @info: the request that made the change, or NULL; its sender may have asked for an echo
 * @cmd: command of the notification
 *
 * The kernel counts the listeners of all namespaces together. Listeners in other namespaces must
 * not cause a message for each change in this one. If no one received the first notification of a
 * request, the others of the same command are therefore not built: a listener that subscribes
 * meanwhile dumps after the request. A request that releases the lock resets this.
 *
 * Context: vn->lock.
 */
bool vr_nl_wanted(const struct vr_net *vn, const struct genl_info *info, u8 cmd)
{
	if (info && nlmsg_report(info->nlhdr))
		return true;
	return vr_nl_heard(vn, VROUTER_NLGRP_CONFIG) &&
	       !(info && info->user_ptr[0] == unheard(cmd));
}

/**
 * vr_nl_send() - sends a notification
 * @vn: the namespace
 * @msg: the message, or NULL if there was no memory, which listeners see as -ENOBUFS
 * @info: the request that caused it, or NULL
 */
void vr_nl_send(const struct vr_net *vn, struct sk_buff *msg, struct genl_info *info)
{
	const struct genlmsghdr *hdr;
	u8 cmd;

	if (!msg) {
		genl_set_err(&vr_nl_family, vn->net, 0, VROUTER_NLGRP_CONFIG, -ENOBUFS);
		return;
	}
	if (info && nlmsg_report(info->nlhdr)) {
		genl_notify(&vr_nl_family, msg, info, VROUTER_NLGRP_CONFIG, GFP_KERNEL);
		return;
	}
	hdr = nlmsg_data(nlmsg_hdr(msg));
	cmd = hdr->cmd;
	if (genlmsg_multicast_netns(&vr_nl_family, vn->net, msg, 0, VROUTER_NLGRP_CONFIG,
				    GFP_KERNEL) == -ESRCH && info)
		info->user_ptr[0] = unheard(cmd);
}

/**
 * vr_nl_init() - registers the family
 * @ops: its operations
 * @n_ops: length of @ops
 *
 * Return: 0 or a negative errno.
 */
int __init vr_nl_init(const struct genl_ops *ops, unsigned int n_ops)
{
	int err;

	vr_nl_family.ops = ops;
	vr_nl_family.n_ops = n_ops;
	err = genl_register_family(&vr_nl_family);
	WRITE_ONCE(registered, !err);
	return err;
}

void vr_nl_exit(void)
{
	WRITE_ONCE(registered, false);
	genl_unregister_family(&vr_nl_family);
}
