// SPDX-License-Identifier: GPL-2.0
/* Next hops of type tunnel: the remote end, and the ids and payload to send with. */
#include "core/object.h"
#include "fib/nexthop.h"
#include "fib/nexthop_tunnel.h"
#include "lib/addr.h"
#include "objects/tunnel.h"
#include "underlay/encap.h"

static struct nlattr *tunnel_attr(const struct vr_nexthop_parse *p)
{
	struct nlattr *id = p->attrs[VROUTER_A_NEXTHOP_TUNNEL_ID];

	return id ? id : p->attrs[VROUTER_A_NEXTHOP_TUNNEL_NAME];
}

static int parse_address(struct vr_nexthop_parse *p, const struct vr_tunnel_conf *conf)
{
	struct nlattr *attr = p->attrs[VROUTER_A_NEXTHOP_REMOTE];
	struct vr_addr *remote = &p->info->remote;
	int err;

	if (!attr && !remote->family)
		return vr_nexthop_refuse_missing(p, VROUTER_A_NEXTHOP_REMOTE, "remote address");
	err = attr ? vr_nl_addr(attr, remote, p->extack) : 0;
	if (err)
		return err;
	if (remote->family != conf->local.family)
		return vr_nl_err(p->extack, attr ? attr : tunnel_attr(p), -EAFNOSUPPORT,
				 "tunnel \"%s\" is on IPv%c, the remote address is not",
				 vr_name(&p->info->tunnel->obj),
				 conf->local.family == AF_INET ? '4' : '6');
	if (!vr_addr_is_unicast(remote))
		return vr_nl_err(p->extack, attr, -EADDRNOTAVAIL,
				 "the remote address is not a unicast address");
	if (!memcmp(remote, &conf->local, sizeof(*remote)))
		return vr_nl_err(p->extack, attr ? attr : tunnel_attr(p), -EADDRNOTAVAIL,
				 "the remote address is the local one of tunnel \"%s\"",
				 vr_name(&p->info->tunnel->obj));
	return 0;
}

/* A next hop has a key or a VNI: setting one clears the other. */
static int parse_key(struct vr_nexthop_parse *p)
{
	struct nlattr *vni = p->attrs[VROUTER_A_NEXTHOP_VNI];
	struct nlattr *key = p->attrs[VROUTER_A_NEXTHOP_KEY];

	if (vni && key)
		return vr_nl_err(p->extack, key, -EINVAL,
				 "a next hop has a VNI or a key, not both");
	if (vni) {
		p->info->key = 0;
		return vr_nl_vni(vni, &p->info->vni, p->extack);
	}
	if (key) {
		p->info->vni = 0;
		return vr_nl_key(key, &p->info->key, p->extack);
	}
	return 0;
}

static int parse_payload(struct vr_nexthop_parse *p)
{
	struct nlattr *attr = p->attrs[VROUTER_A_NEXTHOP_PAYLOAD];
	struct nlattr *mac = p->attrs[VROUTER_A_NEXTHOP_MAC];
	struct vr_nexthop_info *info = p->info;

	if (attr)
		info->payload = nla_get_u32(attr);
	if (info->payload == VROUTER_PAYLOAD_L3 && info->has_mac)
		return vr_nl_err(p->extack, mac ? mac : attr, -EINVAL,
				 "with payload l3 there is no Ethernet header for a MAC address");
	info->l3 = info->payload ? info->payload == VROUTER_PAYLOAD_L3 :
				   info->label && !info->has_mac;
	return 0;
}

/* Names the setting of a next hop that a tunnel cannot send, and its attribute; or NULL. */
static const char *misfit(const struct vr_nexthop_info *info, const struct vr_encap_ops *ops,
			  u16 *attr)
{
	if (info->vni && ops->id == VR_ID_LABEL) {
		*attr = VROUTER_A_NEXTHOP_VNI;
		return "VNI";
	}
	if (info->key && ops->id != VR_ID_KEY) {
		*attr = VROUTER_A_NEXTHOP_KEY;
		return "key";
	}
	if (info->label && ops->id != VR_ID_LABEL) {
		*attr = VROUTER_A_NEXTHOP_LABEL;
		return "label";
	}
	if (info->l3 && !ops->l3) {
		*attr = VROUTER_A_NEXTHOP_PAYLOAD;
		return "payload l3";
	}
	return NULL;
}

/**
 * vr_nexthop_tunnel_check() - can a tunnel send with the settings of a next hop?
 * @info: contents of the next hop
 * @conf: of the tunnel
 * @who: the next hop, for the message
 * @attrs: attributes of the request if it is about the next hop, else NULL
 * @other: attribute at fault if it is none of the next hop's settings
 * @extack: for the error message
 *
 * Return: 0 or -EINVAL.
 */
int vr_nexthop_tunnel_check(const struct vr_nexthop_info *info, const struct vr_tunnel_conf *conf,
			    const char *who, struct nlattr **attrs, const struct nlattr *other,
			    struct netlink_ext_ack *extack)
{
	const struct vr_encap_ops *ops = conf->ops;
	const char *what;
	u16 attr;

	if (ops->id == VR_ID_LABEL && !info->label) {
		if (attrs)
			NL_SET_ERR_ATTR_MISS(extack, NULL, VROUTER_A_NEXTHOP_LABEL);
		return vr_nl_err(extack, attrs ? NULL : other, -EINVAL,
				 "%s has no label, which tunnels of type %s need", who,
				 ops->name);
	}
	what = misfit(info, ops, &attr);
	if (!what)
		return 0;
	return vr_nl_err(extack, attrs && attrs[attr] ? attrs[attr] : other, -EINVAL,
			 "%s has a %s, for which tunnels of type %s have no place", who, what,
			 ops->name);
}

/**
 * vr_nexthop_tunnel_parse() - reads the attributes of a next hop of type tunnel
 * @p: the request
 *
 * Context: vn->lock.
 * Return: 0 or a negative errno.
 */
int vr_nexthop_tunnel_parse(struct vr_nexthop_parse *p)
{
	struct nlattr *label = p->attrs[VROUTER_A_NEXTHOP_LABEL];
	const struct vr_tunnel_conf *conf;
	struct vr_object *obj;
	int err;

	obj = vr_object_ref(p->vn, VR_KIND_TUNNEL, p->attrs[VROUTER_A_NEXTHOP_TUNNEL_ID],
			    p->attrs[VROUTER_A_NEXTHOP_TUNNEL_NAME], p->extack);
	if (IS_ERR(obj))
		return PTR_ERR(obj);
	if (!obj && !p->info->tunnel)
		return vr_nexthop_refuse_missing(p, VROUTER_A_NEXTHOP_TUNNEL_ID, "tunnel");
	if (obj)
		p->info->tunnel = vr_to_tunnel(obj);
	conf = vr_deref(p->vn, p->info->tunnel->conf);
	err = parse_address(p, conf);
	if (!err && label)
		err = vr_nl_label(label, &p->info->label, p->extack);
	if (!err)
		err = parse_key(p);
	if (!err)
		err = parse_payload(p);
	if (err)
		return err;
	return vr_nexthop_tunnel_check(p->info, conf, "the next hop", p->attrs, tunnel_attr(p),
				       p->extack);
}

/** vr_nexthop_tunnel_fill() - writes the attributes of the type, or returns -EMSGSIZE */
int vr_nexthop_tunnel_fill(struct sk_buff *msg, const struct vr_nexthop_info *info)
{
	u32 payload = info->l3 ? VROUTER_PAYLOAD_L3 : VROUTER_PAYLOAD_L2;

	if (nla_put_u32(msg, VROUTER_A_NEXTHOP_TUNNEL_ID, info->tunnel->obj.id) ||
	    nla_put_string(msg, VROUTER_A_NEXTHOP_TUNNEL_NAME, vr_name(&info->tunnel->obj)) ||
	    vr_nl_put_addr(msg, VROUTER_A_NEXTHOP_REMOTE, &info->remote) ||
	    (info->vni && nla_put_u32(msg, VROUTER_A_NEXTHOP_VNI, info->vni)) ||
	    (info->key && nla_put_u32(msg, VROUTER_A_NEXTHOP_KEY, info->key)) ||
	    (info->label && nla_put_u32(msg, VROUTER_A_NEXTHOP_LABEL, info->label)) ||
	    nla_put_u32(msg, VROUTER_A_NEXTHOP_PAYLOAD, payload))
		return -EMSGSIZE;
	return 0;
}
