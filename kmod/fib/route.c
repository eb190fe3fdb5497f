// SPDX-License-Identifier: GPL-2.0
/* Routes: which next hop a prefix of a network leads to. */
#include "core/limits.h"
#include "core/object.h"
#include "core/table.h"
#include "fib/claim.h"
#include "fib/nexthop.h"
#include "fib/route.h"
#include "fib/route_use.h"
#include "lib/genid.h"
#include "objects/vif.h"

static const struct vr_table_ops route_table_ops;

static struct vr_route *to_route(struct vr_lpm_node *node)
{
	return node ? container_of(node, struct vr_route, node) : NULL;
}

static struct vr_route *route_find(struct vr_network *network, const struct vr_prefix *prefix)
{
	return to_route(vr_lpm_find(vr_network_routes(network, prefix->addr.family),
				    &prefix->addr.v6, prefix->len));
}

/* The table of a network that a route is in. */
static struct vr_lpm *route_table_of(struct vr_network *network, const struct vr_route *route)
{
	return &network->routes[vr_route_is_v6(route)];
}

/**
 * vr_route_get() - the route of a prefix, created if there is none
 * @network: the network
 * @prefix: without host bits
 *
 * Packets do not see a new route before vr_route_update(). Each get needs a put, after the
 * user of the route has been recorded in it, or could not be.
 *
 * Context: vn->lock.
 * Return: the route or an error pointer.
 */
struct vr_route *vr_route_get(struct vr_network *network, const struct vr_prefix *prefix)
{
	struct vr_route *route = route_find(network, prefix);
	int err;

	lockdep_assert_held(&network->vn->lock);
	if (route)
		return route;
	route = to_route(vr_lpm_new(vr_network_routes(network, prefix->addr.family),
				    &prefix->addr.v6, prefix->len));
	if (!route)
		return ERR_PTR(-ENOMEM);
	err = vr_lpm_insert(route_table_of(network, route), &route->node);
	if (err) {
		vr_lpm_free(&route->node);
		return ERR_PTR(err);
	}
	network->counts[VR_KIND_ROUTE]++;
	network->vn->counts[VR_KIND_ROUTE]++;
	return route;
}

/** vr_route_put() - frees a route that has no origin; Context: vn->lock */
void vr_route_put(struct vr_network *network, struct vr_route *route)
{
	if (rcu_access_pointer(route->nh) || vr_route_use(network->vn, route))
		return;
	network->counts[VR_KIND_ROUTE]--;
	network->vn->counts[VR_KIND_ROUTE]--;
	vr_lpm_remove(route_table_of(network, route), &route->node);
}

static struct vr_nexthop *winner(struct vr_network *network, const struct vr_route *route)
{
	const struct vr_route_use *use = vr_route_use(network->vn, route);
	const struct vr_claim *claim = vr_route_claim(use);

	if (!use)
		return vr_deref(network->vn, route->nh);
	if (claim)
		return claim->vif->nexthop;
	if (use->fixed)
		return use->fixed;
	return use->gateways ? network->vn->connected : NULL;
}

/**
 * vr_route_update() - publishes the active next hop of a route
 * @network: the network
 * @route: the route, after a change of its origins
 *
 * Context: vn->lock.
 */
void vr_route_update(struct vr_network *network, struct vr_route *route)
{
	struct vr_nexthop *nh = winner(network, route);
	bool changes = rcu_access_pointer(route->nh) != nh || vr_lpm_hidden(&route->node);

	rcu_assign_pointer(route->nh, nh);
	vr_lpm_hide(&route->node, !nh);
	if (changes)
		vr_genid_bump(network->vn, &network->obj);
}

/**
 * vr_route_begin_use() - gets the route of a prefix for a user other than a static route
 * @network: the network
 * @prefix: without host bits
 *
 * Context: vn->lock; sleeps.
 * Return: its use, for vr_route_end_use(), or NULL if out of memory.
 */
struct vr_route_use *vr_route_begin_use(struct vr_network *network,
					const struct vr_prefix *prefix)
{
	struct vr_route *route = vr_route_get(network, prefix);
	struct vr_route_use *use;

	if (IS_ERR(route))
		return NULL;
	use = vr_route_use_get(network->vn, route);
	if (!use)
		vr_route_put(network, route);
	return use;
}

/** vr_route_end_use() - undoes vr_route_begin_use(), after the route was updated */
void vr_route_end_use(struct vr_network *network, struct vr_route_use *use)
{
	struct vr_route *route = use->route;

	vr_route_use_put(network->vn, use);
	vr_route_put(network, route);
}

/** vr_route_connect() - adds a gateway with this subnet; 0 or -ENOMEM; Context: vn->lock */
int vr_route_connect(struct vr_network *network, const struct vr_prefix *prefix)
{
	struct vr_route_use *use = vr_route_begin_use(network, prefix);

	if (!use)
		return -ENOMEM;
	use->gateways++;
	vr_route_update(network, use->route);
	return 0;
}

/** vr_route_disconnect() - removes a gateway with this subnet; Context: vn->lock */
void vr_route_disconnect(struct vr_network *network, const struct vr_prefix *prefix)
{
	struct vr_route *route = route_find(network, prefix);
	struct vr_route_use *use = route ? vr_route_use(network->vn, route) : NULL;

	if (WARN_ON_ONCE(!use))
		return;
	use->gateways--;
	vr_route_update(network, route);
	vr_route_end_use(network, use);
}

/**
 * struct change - requested change of a route
 * @prefix: its prefix
 * @nh: new static next hop, or NULL to delete it
 * @old: old static next hop, or NULL
 * @route: the route
 * @use: holds the new next hop until it is published, if packets already see the route
 */
struct change {
	struct vr_prefix prefix;
	struct vr_nexthop *nh;
	struct vr_nexthop *old;
	struct vr_route *route;
	struct vr_route_use *use;
};

static int route_parse(struct vr_table_req *req, struct nlattr **tb, void *data)
{
	struct nlattr *prefix = tb[VROUTER_A_ROUTE_ENTRY_PREFIX];
	struct nlattr *nexthop = tb[VROUTER_A_ROUTE_ENTRY_NEXTHOP];
	struct change *change = data;
	struct vr_object *obj;
	int err;

	if (!prefix)
		return vr_table_missing(req, VROUTER_A_ROUTE_ENTRY_PREFIX,
					"prefix of the route");
	err = vr_nl_addr(prefix, &change->prefix.addr, req->extack);
	if (!err)
		err = vr_nl_prefix_len(tb[VROUTER_A_ROUTE_ENTRY_LEN], &change->prefix.addr,
				       &change->prefix.len, req->extack);
	if (!err)
		err = vr_nl_check_host_bits(prefix, &change->prefix, req->extack);
	if (err)
		return vr_table_err(req, NULL, err, "%s", req->extack->_msg);
	if (req->mode == VR_NL_DEL)
		return 0;
	if (!nexthop)
		return vr_table_missing(req, VROUTER_A_ROUTE_ENTRY_NEXTHOP,
					"next hop of the route");
	obj = vr_object_ref(req->vn, VR_KIND_NEXTHOP, nexthop, NULL, req->extack);
	if (IS_ERR(obj))
		return vr_table_err(req, NULL, PTR_ERR(obj), "%s", req->extack->_msg);
	change->nh = vr_to_nexthop(obj);
	if (vr_deref(req->vn, change->nh->info)->type == VROUTER_NEXTHOP_TYPE_FLOOD)
		return vr_table_err(req, nexthop, -EINVAL,
				    "a route cannot lead to next hop %u, a flood", obj->id);
	return 0;
}

/* Do the mode of the request and the limits allow the change? */
static int route_check(struct vr_table_req *req, const struct change *change,
		       const struct vr_route *route)
{
	struct vr_network *network = vr_table_network(req);
	struct vr_nexthop *now = route ? vr_route_fixed(req->vn, route) : NULL;

	if (req->mode == VR_NL_DEL || req->mode == VR_NL_SET || req->mode == VR_NL_REPLACE) {
		if (!now)
			return vr_table_err(req, NULL, -ENOENT,
					    "network \"%s\" has no such static route",
					    vr_name(&network->obj));
		return 0;
	}
	if (now && (req->mode == VR_NL_EXCL || (req->mode == VR_NL_ADD && now != change->nh)))
		return vr_table_err(req, NULL, -EEXIST, "the route exists with next hop %u",
				    now->obj.id);
	if (!now && network->statics[VR_KIND_ROUTE] >= network->limits[VR_KIND_ROUTE])
		return vr_table_err(req, NULL, -ENOSPC,
				    "network \"%s\" is at its limit of %u routes",
				    vr_name(&network->obj), network->limits[VR_KIND_ROUTE]);
	return now ? 0 : vr_limits_check_entry(req, VR_KIND_ROUTE);
}

/* A route without a use is changed in place: packets do not see it yet, or no longer. */
static void route_set_fixed(struct vr_network *network, struct vr_route *route,
			    struct vr_nexthop *nh)
{
	struct vr_route_use *use = vr_route_use(network->vn, route);
	struct vr_nexthop *old = vr_route_fixed(network->vn, route);

	if (old) {
		old->refs--;
		old->route_refs--;
		network->statics[VR_KIND_ROUTE]--;
	}
	if (use)
		use->fixed = nh;
	else
		rcu_assign_pointer(route->nh, nh);
	if (nh) {
		nh->refs++;
		nh->route_refs++;
		network->statics[VR_KIND_ROUTE]++;
	}
}

/* Does a change need a use, because the route must not change before it is published? */
static bool needs_use(struct vr_net *vn, const struct vr_route *route)
{
	return !vr_lpm_hidden(&route->node) || vr_route_use(vn, route);
}

static int route_stage(struct vr_table_req *req, void *data)
{
	struct change *change = data;
	int err = route_check(req, change, route_find(vr_table_network(req), &change->prefix));

	if (err)
		return err;
	change->route = vr_route_get(vr_table_network(req), &change->prefix);
	if (IS_ERR(change->route))
		return PTR_ERR(change->route);
	change->use = NULL;
	if (needs_use(req->vn, change->route)) {
		change->use = vr_route_use_get(req->vn, change->route);
		if (!change->use)
			return -ENOMEM;
	}
	change->old = vr_route_fixed(req->vn, change->route);
	route_set_fixed(vr_table_network(req), change->route, change->nh);
	return 0;
}

/* Ends the use of a route by the request; frees the route if it has no origin left. */
static void let_go(struct vr_table_req *req, struct change *change)
{
	if (change->use)
		vr_route_use_put(req->vn, change->use);
	vr_route_put(vr_table_network(req), change->route);
}

static void route_unstage(struct vr_table_req *req, void *data)
{
	struct change *change = data;

	route_set_fixed(vr_table_network(req), change->route, change->old);
	let_go(req, change);
}

static bool is_claimed(struct vr_net *vn, const struct vr_route *route)
{
	return vr_route_claim(vr_route_use(vn, route));
}

static void route_notify_static(struct vr_table_req *req, struct vr_route *route, bool exists)
{
	struct vr_table_view shown = {
		.origin = VROUTER_ORIGIN_STATIC,
		.active = !is_claimed(req->vn, route),
	};

	vr_table_notify(&route_table_ops, req->vn, req->owner, route, &shown, exists, req->info);
}

/* A static route makes a gateway's route inactive; its deletion makes it active again. */
static void notify_gateway(struct vr_table_req *req, struct vr_route *route)
{
	const struct vr_route_use *use = vr_route_use(req->vn, route);
	struct vr_table_view shown = { .origin = VROUTER_ORIGIN_GATEWAY };

	if (!use)
		return;
	shown.active = !use->fixed;
	if (use->gateways && !vr_route_claim(use))
		vr_table_notify(&route_table_ops, req->vn, req->owner, route, &shown, true,
				req->info);
}

static void route_publish(struct vr_table_req *req, void *data)
{
	struct change *change = data;

	if (change->old == change->nh)
		return let_go(req, change);
	if (change->nh) {
		vr_route_update(vr_table_network(req), change->route);
		route_notify_static(req, change->route, true);
	} else {
		route_notify_static(req, change->route, false);
		vr_route_update(vr_table_network(req), change->route);
	}
	if (!change->nh || !change->old)
		notify_gateway(req, change->route);
	let_go(req, change);
}

static void *route_find_change(struct vr_table_req *req, const void *data)
{
	const struct change *change = data;

	return route_find(vr_table_network(req), &change->prefix);
}

/* The key of a dump: family, length, address. */
static void route_write_key(const void *item, void *key)
{
	const struct vr_route *route = item;
	u8 *bytes = key;

	memset(key, 0, VR_TABLE_KEY_MAX);
	bytes[0] = vr_route_is_v6(route);
	bytes[1] = vr_lpm_len(&route->node);
	memcpy(bytes + 2, route->node.key, vr_lpm_key_bytes(&route->node));
}

/* The route after a key, or without a key the first one. */
static struct vr_route *route_after(struct vr_network *network, const void *key)
{
	const u8 *bytes = key;
	struct vr_lpm_node *node = NULL;

	if (!bytes || !bytes[0])
		node = vr_lpm_next(&network->routes[0], bytes ? bytes + 2 : NULL,
				   bytes ? bytes[1] : -1);
	if (node)
		return to_route(node);
	if (bytes && bytes[0])
		return to_route(vr_lpm_next(&network->routes[1], bytes + 2, bytes[1]));
	return to_route(vr_lpm_next(&network->routes[1], NULL, -1));
}

static void *route_next(struct vr_table_req *req, struct vr_object *owner, const void *key)
{
	return route_after(vr_to_network(owner), key);
}

/*
 * The lines: the claims, of which the first is active unless the address is elsewhere, the
 * static route, the gateway's route.
 */
static bool route_view(struct vr_net *vn, void *item, unsigned int index,
		       struct vr_table_view *view)
{
	const struct vr_route_use *use = vr_route_use(vn, item);
	struct vr_claim *claim, *active = vr_route_claim(use);

	view->active = true;
	view->vif = NULL;
	view->origin = VROUTER_ORIGIN_STATIC;
	if (!use)
		return !index;
	view->origin = VROUTER_ORIGIN_VIF;
	list_for_each_entry(claim, &use->claims, route_node) {
		view->vif = claim->vif;
		view->active = claim == active;
		if (!index--)
			return true;
	}
	view->vif = NULL;
	view->active = !active;
	view->origin = VROUTER_ORIGIN_STATIC;
	if (use->fixed && !index--)
		return true;
	view->active = !active && !use->fixed;
	view->origin = VROUTER_ORIGIN_GATEWAY;
	return use->gateways && !index;
}

static u32 family_of(const struct vr_route *route)
{
	return vr_route_is_v6(route) ? AF_INET6 : AF_INET;
}

static bool route_matches(const struct vr_table_req *req, void *item,
			  const struct vr_table_view *view)
{
	struct vr_route *route = item;

	if (req->family && req->family != family_of(route))
		return false;
	return !req->nexthop || (view->origin == VROUTER_ORIGIN_STATIC &&
				 vr_route_fixed(req->vn, route)->obj.id == req->nexthop);
}

static int route_fill(struct sk_buff *msg, struct vr_net *vn, void *item,
		      const struct vr_table_view *view)
{
	const struct vr_route *route = item;
	const struct vr_nexthop *fixed;

	if (nla_put(msg, VROUTER_A_ROUTE_ENTRY_PREFIX, vr_lpm_key_bytes(&route->node),
		    route->node.key) ||
	    nla_put_u8(msg, VROUTER_A_ROUTE_ENTRY_LEN, vr_lpm_len(&route->node)) ||
	    nla_put_u32(msg, VROUTER_A_ROUTE_ENTRY_ORIGIN, view->origin) ||
	    nla_put_u8(msg, VROUTER_A_ROUTE_ENTRY_ACTIVE, view->active))
		return -EMSGSIZE;
	fixed = view->origin == VROUTER_ORIGIN_STATIC ? vr_route_fixed(vn, route) : NULL;
	if (fixed && nla_put_u32(msg, VROUTER_A_ROUTE_ENTRY_NEXTHOP, fixed->obj.id))
		return -EMSGSIZE;
	if (view->vif &&
	    (nla_put_u32(msg, VROUTER_A_ROUTE_ENTRY_VIF_ID, view->vif->obj.id) ||
	     nla_put_string(msg, VROUTER_A_ROUTE_ENTRY_VIF_NAME, vr_name(&view->vif->obj))))
		return -EMSGSIZE;
	return view->active ? vr_nl_put_used(msg, VROUTER_A_ROUTE_ENTRY_USED,
					     READ_ONCE(route->used),
					     VROUTER_A_ROUTE_ENTRY_PAD) : 0;
}

static bool route_is_static(const struct vr_table_req *req, void *item)
{
	const struct vr_route *route = item;

	return vr_route_fixed(req->vn, route) &&
	       (!req->family || req->family == family_of(route));
}

static void route_change_of(void *item, void *data)
{
	const struct vr_route *route = item;
	struct change *change = data;

	change->prefix.addr.family = family_of(route);
	change->prefix.len = vr_lpm_len(&route->node);
	memcpy(&change->prefix.addr.v6, route->node.key, vr_lpm_key_bytes(&route->node));
}

static const struct vr_table_ops route_table_ops = {
	.kind = VR_KIND_ROUTE,
	.owner = VR_KIND_NETWORK,
	.owner_id = VROUTER_A_ROUTE_NETWORK_ID,
	.owner_name = VROUTER_A_ROUTE_NETWORK_NAME,
	.entry = VROUTER_A_ROUTE_ENTRY,
	.all = VROUTER_A_ROUTE_ALL,
	.family = VROUTER_A_ROUTE_FAMILY,
	.nexthop = VROUTER_A_ROUTE_NEXTHOP,
	.get_cmd = VROUTER_CMD_ROUTE_GET,
	.new_cmd = VROUTER_CMD_ROUTE_NEW_NTF,
	.del_cmd = VROUTER_CMD_ROUTE_DEL_NTF,
	.policy = vrouter_route_entry_nl_policy,
	.maxattr = VROUTER_A_ROUTE_ENTRY_MAX,
	.reply_only = VROUTER_A_ROUTE_ENTRY_ORIGIN,
	.change_size = sizeof(struct change),
	.parse = route_parse,
	.stage = route_stage,
	.unstage = route_unstage,
	.publish = route_publish,
	.find = route_find_change,
	.next = route_next,
	.key = route_write_key,
	.view = route_view,
	.matches = route_matches,
	.fill = route_fill,
	.is_static = route_is_static,
	.change = route_change_of,
};

/**
 * vr_route_notify() - notifies listeners of a line of a route
 * @network: the network
 * @route: the route
 * @line: index of the line, as in a dump; without such a line, nothing is sent
 * @exists: the line is new or changed, not about to be deleted
 *
 * Context: vn->lock.
 */
void vr_route_notify(struct vr_network *network, struct vr_route *route,
		     unsigned int line, bool exists)
{
	struct vr_table_view shown;

	if (route_view(network->vn, route, line, &shown))
		vr_table_notify(&route_table_ops, network->vn, &network->obj, route, &shown, exists,
				NULL);
}

/** vr_route_notify_moved() - as vr_neighbour_notify_moved(), for a claimed route */
void vr_route_notify_moved(struct vr_network *network, struct vr_route *route)
{
	const struct vr_route_use *use = vr_route_use(network->vn, route);
	unsigned int line, claims = 0;
	struct list_head *node;

	list_for_each(node, &use->claims)
		claims++;
	for (line = 0; line < min(claims, 2U); line++)
		vr_route_notify(network, route, line, true);
	for (line = claims; line < claims + 2; line++)
		vr_route_notify(network, route, line, true);
}

/**
 * vr_route_notify_connected() - notifies listeners of a gateway's route
 * @network: the network
 * @prefix: the gateway's subnet
 * @exists: the route is new, not deleted
 *
 * Context: vn->lock.
 */
void vr_route_notify_connected(struct vr_network *network, const struct vr_prefix *prefix,
			       bool exists)
{
	/* A deleted route is rebuilt here for the notification. */
	u64 gone[(sizeof(struct vr_route) + sizeof(struct in6_addr)) / sizeof(u64)] = {};
	struct vr_route *route = exists ? route_find(network, prefix) : NULL;
	struct vr_table_view shown = { .origin = VROUTER_ORIGIN_GATEWAY };
	const struct vr_route_use *use;

	if (route) {
		use = vr_route_use(network->vn, route);
		shown.active = use && !use->fixed && !vr_route_claim(use);
	} else {
		route = (struct vr_route *)gone;
		route->node.flags = prefix->addr.family == AF_INET6 ? VR_LPM_V6 : 0;
		route->node.state = prefix->len | VR_LPM_HIDDEN;
		memcpy(route->node.key, &prefix->addr.v6, vr_lpm_key_bytes(&route->node));
	}
	vr_table_notify(&route_table_ops, network->vn, &network->obj, route, &shown, exists,
			NULL);
}

/**
 * vr_routes_flush() - frees static routes of a network that is being deleted
 * @network: the network
 * @count: maximum number of routes
 *
 * Context: vn->lock.
 * Return: @count less the number of routes, so 0 if there may be more.
 */
u32 vr_routes_flush(struct vr_network *network, u32 count)
{
	u8 key[VR_TABLE_KEY_MAX];
	struct vr_route *route;

	for (route = route_after(network, NULL); route && count; count--) {
		route_write_key(route, key);
		route_set_fixed(network, route, NULL);
		vr_route_update(network, route);
		vr_route_put(network, route);
		route = route_after(network, key);
	}
	vr_genid_bump(network->vn, &network->obj);
	return count;
}

/**
 * vr_route_user() - describes a static route that uses a next hop
 * @network: the network to search
 * @nh: the next hop
 * @steps: number of routes that may still be checked; counted down
 * @buf: gets the description
 * @size: of @buf
 *
 * Return: true if one was found.
 */
bool vr_route_user(struct vr_network *network, const struct vr_nexthop *nh, u32 *steps, char *buf,
		   size_t size)
{
	u8 key[VR_TABLE_KEY_MAX];
	struct vr_route *route;

	for (route = route_after(network, NULL); route && *steps; --*steps) {
		if (vr_route_fixed(network->vn, route) == nh) {
			snprintf(buf, size, vr_route_is_v6(route) ? "route %pI6c/%u" :
								    "route %pI4/%u",
				 route->node.key, vr_lpm_len(&route->node));
			return true;
		}
		route_write_key(route, key);
		route = route_after(network, key);
	}
	return false;
}

/* The longest match for the address of the request, if it has one. */
static void *route_lookup(struct vr_table_req *req, struct genl_info *info)
{
	struct nlattr *attr = info->attrs[VROUTER_A_ROUTE_ADDRESS];
	struct vr_addr addr;
	struct vr_route *route;
	int err;

	if (!attr)
		return NULL;
	err = vr_nl_addr(attr, &addr, req->extack);
	if (err)
		return ERR_PTR(err);
	route = vr_route_lookup(vr_table_network(req), addr.family, &addr.v6);
	if (!route)
		return ERR_PTR(vr_nl_err(req->extack, attr, -ENETUNREACH,
					 "network \"%s\" has no route to that address",
					 vr_name(req->owner)));
	return route;
}

int vrouter_nl_route_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	enum vr_nl_mode mode;
	int err = vr_nl_new_mode(info, &mode);

	return err ? err : vr_table_write(&route_table_ops, mode, info);
}

int vrouter_nl_route_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	return vr_table_write(&route_table_ops, VR_NL_SET, info);
}

int vrouter_nl_route_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return vr_table_del(&route_table_ops, info);
}

int vrouter_nl_route_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return vr_table_get(&route_table_ops, info, route_lookup);
}

int vrouter_nl_route_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return vr_table_dump(&route_table_ops, skb, cb);
}
