// SPDX-License-Identifier: GPL-2.0
/* Neighbours: the MAC addresses of the IP addresses of a network. */
#include <linux/etherdevice.h>

#include "core/limits.h"
#include "core/object.h"
#include "core/table.h"
#include "fib/claim.h"
#include "fib/neighbour.h"
#include "lib/addr.h"
#include "lib/genid.h"
#include "objects/network.h"
#include "objects/vif.h"

static const struct vr_table_ops neighbour_table_ops;

static const struct rhashtable_params neighbour_params = {
	.head_offset = offsetof(struct vr_neighbour, node),
	.key_offset = offsetof(struct vr_neighbour, key),
	.key_len = sizeof(struct vr_neigh_key),
	.automatic_shrinking = true,
};

/* Finds neighbours whether they are published or not. */
static struct vr_neighbour *neighbour_find(const struct vr_network *network,
					   const struct vr_addr *addr)
{
	struct vr_neigh_key key = { .network = network->obj.id, .addr = *addr };

	return rhashtable_lookup_fast(&network->vn->neighbours, &key, neighbour_params);
}

static struct vr_neighbour *find_ip(const struct vr_network *network, u32 family,
				    const void *addr)
{
	struct vr_addr key = { .family = family };

	memcpy(&key.v6, addr, vr_addr_bits(&key) / 8);
	return neighbour_find(network, &key);
}

/**
 * vr_neighbour_lookup() - the neighbour of an address
 * @network: the network of the packet
 * @family: AF_INET or AF_INET6
 * @addr: 4 or 16 bytes in network order
 *
 * Context: RCU read lock.
 * Return: the neighbour, with a MAC, or NULL.
 */
struct vr_neighbour *vr_neighbour_lookup(const struct vr_network *network, u32 family,
					 const void *addr)
{
	struct vr_neighbour *neigh = find_ip(network, family, addr);

	return neigh && READ_ONCE(neigh->mac) ? neigh : NULL;
}

/**
 * vr_neighbour_claimed() - the record of the vifs that claim an address
 * @network: the network of the packet
 * @family: AF_INET or AF_INET6
 * @addr: as for vr_neighbour_lookup()
 *
 * Context: RCU read lock.
 * Return: the record, or NULL if no vif claims the address.
 */
struct vr_claimed *vr_neighbour_claimed(const struct vr_network *network, u32 family,
					const void *addr)
{
	struct vr_neighbour *neigh = find_ip(network, family, addr);

	return neigh ? rcu_dereference(neigh->claimed) : NULL;
}

/** vr_neighbour_origin() - the origin of the active MAC; Context: RCU read lock */
u32 vr_neighbour_origin(const struct vr_neighbour *neigh)
{
	const struct vr_claimed *claimed = rcu_dereference(neigh->claimed);

	if (rcu_access_pointer(neigh->vif))
		return VROUTER_ORIGIN_VIF;
	return claimed && READ_ONCE(claimed->elsewhere) ? VROUTER_ORIGIN_LEARNED :
							  VROUTER_ORIGIN_STATIC;
}

static int neighbour_compare(const struct vr_addr *a, const struct vr_addr *b)
{
	if (a->family != b->family)
		return a->family == AF_INET ? -1 : 1;
	return memcmp(&a->v6, &b->v6, sizeof(a->v6));
}

static void neighbour_insert_tree(struct vr_network *network, struct vr_neighbour *neigh)
{
	struct rb_node **slot = &network->neigh_tree.rb_node, *parent = NULL;

	while (*slot) {
		parent = *slot;
		slot = neighbour_compare(&neigh->key.addr,
					 &rb_entry(parent, struct vr_neighbour,
						   tree)->key.addr) < 0 ?
		       &parent->rb_left : &parent->rb_right;
	}
	rb_link_node(&neigh->tree, parent, slot);
	rb_insert_color(&neigh->tree, &network->neigh_tree);
}

/**
 * vr_neighbour_get() - the neighbour of an address, created if there is none
 * @network: the network
 * @addr: the address
 *
 * As vr_route_get().
 *
 * Context: vn->lock.
 * Return: the neighbour or an error pointer.
 */
struct vr_neighbour *vr_neighbour_get(struct vr_network *network, const struct vr_addr *addr)
{
	struct vr_neighbour *neigh = neighbour_find(network, addr);
	int err;

	lockdep_assert_held(&network->vn->lock);
	if (neigh)
		return neigh;
	neigh = kzalloc(sizeof(*neigh), VR_GFP_ACCOUNT);
	if (!neigh)
		return ERR_PTR(-ENOMEM);
	neigh->key.network = network->obj.id;
	neigh->key.addr = *addr;
	err = rhashtable_insert_fast(&network->vn->neighbours, &neigh->node, neighbour_params);
	if (err) {
		kfree(neigh);
		return ERR_PTR(err);
	}
	neighbour_insert_tree(network, neigh);
	network->counts[VR_KIND_NEIGHBOUR]++;
	network->vn->counts[VR_KIND_NEIGHBOUR]++;
	return neigh;
}

/** vr_neighbour_put() - frees a neighbour that has no origin; Context: vn->lock */
void vr_neighbour_put(struct vr_network *network, struct vr_neighbour *neigh)
{
	if (neigh->fixed || rcu_access_pointer(neigh->claimed))
		return;
	network->counts[VR_KIND_NEIGHBOUR]--;
	network->vn->counts[VR_KIND_NEIGHBOUR]--;
	rb_erase(&neigh->tree, &network->neigh_tree);
	rhashtable_remove_fast(&network->vn->neighbours, &neigh->node, neighbour_params);
	kfree_rcu(neigh, rcu);
}

/* The active claim: the first one whose vif has a MAC. */
static struct vr_claim *active_claim(struct vr_net *vn, const struct vr_neighbour *neigh)
{
	struct vr_claimed *claimed = vr_deref(vn, neigh->claimed);
	struct vr_claim *claim;

	if (!claimed || !claimed->here)
		return NULL;
	list_for_each_entry(claim, &claimed->claims, neigh_node)
		if (vr_deref(vn, claim->vif->conf)->has_mac)
			return claim;
	return NULL;
}

/* The MAC in the overlay that announced a claimed address, or 0. */
static u64 announced_mac(struct vr_net *vn, const struct vr_neighbour *neigh)
{
	struct vr_claimed *claimed = vr_deref(vn, neigh->claimed);

	return claimed ? claimed->elsewhere : 0;
}

static u64 claimed_mac(const struct vr_claim *claim)
{
	return ether_addr_to_u64(vr_deref(claim->vif->vn, claim->vif->conf)->mac);
}

/**
 * vr_neighbour_update() - publishes the active MAC of a neighbour
 * @network: the network
 * @neigh: the neighbour, after a change of its origins
 *
 * Context: vn->lock.
 */
void vr_neighbour_update(struct vr_network *network, struct vr_neighbour *neigh)
{
	struct vr_claim *claim = active_claim(network->vn, neigh);
	u64 announced = announced_mac(network->vn, neigh);
	u64 mac = claim ? claimed_mac(claim) : announced ? announced : neigh->fixed;
	bool changes = mac != neigh->mac;

	lockdep_assert_held(&network->vn->lock);
	rcu_assign_pointer(neigh->vif, claim ? claim->vif : NULL);
	WRITE_ONCE(neigh->mac, mac);
	if (changes)
		vr_genid_bump(network->vn, &network->obj);
}

/* Requested change of a neighbour; mac is 0 to delete it. */
struct change {
	struct vr_addr addr;
	u64 mac;
	u64 old;
	struct vr_neighbour *neigh;
};

static bool is_gateway(struct vr_table_req *req, const struct vr_addr *addr)
{
	const struct vr_gateways *gateways = vr_deref(req->vn, vr_table_network(req)->gateways);
	unsigned int i;

	for (i = 0; i < gateways->count; i++)
		if (!memcmp(&gateways->addr[i].addr, addr, sizeof(*addr)))
			return true;
	return false;
}

static int neighbour_parse(struct vr_table_req *req, struct nlattr **tb, void *data)
{
	struct nlattr *address = tb[VROUTER_A_NEIGHBOUR_ENTRY_ADDRESS];
	struct nlattr *mac = tb[VROUTER_A_NEIGHBOUR_ENTRY_MAC];
	struct change *change = data;
	u8 bytes[ETH_ALEN];
	int err;

	if (!address)
		return vr_table_missing(req, VROUTER_A_NEIGHBOUR_ENTRY_ADDRESS,
					"address of the neighbour");
	err = vr_nl_addr(address, &change->addr, req->extack);
	if (err)
		return vr_table_err(req, NULL, err, "%s", req->extack->_msg);
	if (req->mode == VR_NL_DEL)
		return 0;
	if (!mac)
		return vr_table_missing(req, VROUTER_A_NEIGHBOUR_ENTRY_MAC,
					"MAC address of the neighbour");
	err = vr_nl_mac(mac, bytes, req->extack);
	if (err)
		return vr_table_err(req, NULL, err, "%s", req->extack->_msg);
	change->mac = ether_addr_to_u64(bytes);
	if (vr_addr_is_multicast(&change->addr))
		return vr_table_err(req, address, -EADDRNOTAVAIL,
				    "a neighbour cannot have a multicast address");
	if (is_gateway(req, &change->addr))
		return vr_table_err(req, address, -EADDRINUSE,
				    "the address is the gateway's of network \"%s\"",
				    vr_name(req->owner));
	return 0;
}

static int neighbour_check(struct vr_table_req *req, const struct change *change,
			   const struct vr_neighbour *neigh)
{
	struct vr_network *network = vr_table_network(req);
	u64 now = neigh ? neigh->fixed : 0;
	u8 mac[ETH_ALEN];

	if (req->mode == VR_NL_DEL || req->mode == VR_NL_SET || req->mode == VR_NL_REPLACE) {
		if (!now)
			return vr_table_err(req, NULL, -ENOENT,
					    "network \"%s\" has no such static neighbour",
					    vr_name(&network->obj));
		return 0;
	}
	u64_to_ether_addr(now, mac);
	if (now && (req->mode == VR_NL_EXCL || (req->mode == VR_NL_ADD && now != change->mac)))
		return vr_table_err(req, NULL, -EEXIST, "the neighbour exists with MAC %pM",
				    mac);
	if (!now && network->statics[VR_KIND_NEIGHBOUR] >= network->limits[VR_KIND_NEIGHBOUR])
		return vr_table_err(req, NULL, -ENOSPC,
				    "network \"%s\" is at its limit of %u neighbours",
				    vr_name(&network->obj),
				    network->limits[VR_KIND_NEIGHBOUR]);
	return now ? 0 : vr_limits_check_entry(req, VR_KIND_NEIGHBOUR);
}

static void neighbour_set_fixed(struct vr_network *network, struct vr_neighbour *neigh, u64 mac)
{
	network->statics[VR_KIND_NEIGHBOUR] += !!mac - !!neigh->fixed;
	neigh->fixed = mac;
}

static int neighbour_stage(struct vr_table_req *req, void *data)
{
	struct change *change = data;
	int err = neighbour_check(req, change, neighbour_find(vr_table_network(req),
							      &change->addr));

	if (err)
		return err;
	change->neigh = vr_neighbour_get(vr_table_network(req), &change->addr);
	if (IS_ERR(change->neigh))
		return PTR_ERR(change->neigh);
	change->old = change->neigh->fixed;
	neighbour_set_fixed(vr_table_network(req), change->neigh, change->mac);
	return 0;
}

static void neighbour_unstage(struct vr_table_req *req, void *data)
{
	struct change *change = data;

	neighbour_set_fixed(vr_table_network(req), change->neigh, change->old);
	vr_neighbour_put(vr_table_network(req), change->neigh);
}

static void neighbour_notify_static(struct vr_table_req *req, struct vr_neighbour *neigh,
				    bool exists)
{
	struct vr_table_view view = {
		.origin = VROUTER_ORIGIN_STATIC,
		.active = !active_claim(req->vn, neigh) && !announced_mac(req->vn, neigh),
	};

	vr_table_notify(&neighbour_table_ops, req->vn, req->owner, neigh, &view, exists, req->info);
}

static void neighbour_publish(struct vr_table_req *req, void *data)
{
	struct change *change = data;

	struct vr_claimed *claimed = vr_deref(req->vn, change->neigh->claimed);

	if (change->old == change->mac)
		return;
	if (claimed)
		vr_claim_static(vr_table_network(req), claimed);
	if (change->mac) {
		vr_neighbour_update(vr_table_network(req), change->neigh);
		neighbour_notify_static(req, change->neigh, true);
		return;
	}
	neighbour_notify_static(req, change->neigh, false);
	vr_neighbour_update(vr_table_network(req), change->neigh);
	vr_neighbour_put(vr_table_network(req), change->neigh);
}

static void *neighbour_find_change(struct vr_table_req *req, const void *data)
{
	const struct change *change = data;

	return neighbour_find(vr_table_network(req), &change->addr);
}

static void neighbour_write_key(const void *item, void *key)
{
	const struct vr_neighbour *neigh = item;

	BUILD_BUG_ON(sizeof(neigh->key.addr) > VR_TABLE_KEY_MAX);
	memcpy(key, &neigh->key.addr, sizeof(neigh->key.addr));
}

static void *neighbour_next(struct vr_table_req *req, struct vr_object *owner, const void *key)
{
	struct vr_network *network = vr_to_network(owner);
	struct rb_node *node = network->neigh_tree.rb_node;
	struct vr_neighbour *neigh, *found = NULL;
	struct vr_addr after;

	if (key)
		memcpy(&after, key, sizeof(after));
	while (node) {
		neigh = rb_entry(node, struct vr_neighbour, tree);
		if (!key || neighbour_compare(&neigh->key.addr, &after) > 0) {
			found = neigh;
			node = node->rb_left;
		} else {
			node = node->rb_right;
		}
	}
	return found;
}

/* Finds line @index of the claims whose vifs have a MAC; counts @index down past them. */
static bool view_claim(struct vr_net *vn, const struct vr_claimed *claimed,
		       const struct vr_claim *active, unsigned int *index,
		       struct vr_table_view *view)
{
	struct vr_claim *claim;

	view->origin = VROUTER_ORIGIN_VIF;
	list_for_each_entry(claim, &claimed->claims, neigh_node) {
		if (!vr_deref(vn, claim->vif->conf)->has_mac)
			continue;
		view->vif = claim->vif;
		view->active = claim == active;
		if (!(*index)--)
			return true;
	}
	return false;
}

/* The lines: the claims in their order, the announced MAC, the static MAC. */
static bool neighbour_view(struct vr_net *vn, void *item, unsigned int index,
			   struct vr_table_view *view)
{
	struct vr_neighbour *neigh = item;
	struct vr_claimed *claimed = vr_deref(vn, neigh->claimed);
	struct vr_claim *active = active_claim(vn, neigh);

	if (claimed && view_claim(vn, claimed, active, &index, view))
		return true;
	view->vif = NULL;
	view->active = !active;
	view->origin = VROUTER_ORIGIN_LEARNED;
	if (announced_mac(vn, neigh) && !index--)
		return true;
	view->active = !active && !announced_mac(vn, neigh);
	view->origin = VROUTER_ORIGIN_STATIC;
	return neigh->fixed && !index;
}

static bool neighbour_matches(const struct vr_table_req *req, void *item,
			      const struct vr_table_view *view)
{
	const struct vr_neighbour *neigh = item;

	return !req->family || req->family == neigh->key.addr.family;
}

static int fill_mac(struct sk_buff *msg, struct vr_net *vn, const struct vr_neighbour *neigh,
		    const struct vr_table_view *view)
{
	u8 mac[ETH_ALEN];

	if (view->vif)
		return nla_put(msg, VROUTER_A_NEIGHBOUR_ENTRY_MAC, ETH_ALEN,
			       vr_deref(view->vif->vn, view->vif->conf)->mac);
	u64_to_ether_addr(view->origin == VROUTER_ORIGIN_LEARNED ? announced_mac(vn, neigh) :
								   neigh->fixed, mac);
	return nla_put(msg, VROUTER_A_NEIGHBOUR_ENTRY_MAC, ETH_ALEN, mac);
}

static int neighbour_fill(struct sk_buff *msg, struct vr_net *vn, void *item,
			  const struct vr_table_view *view)
{
	struct vr_neighbour *neigh = item;

	if (vr_nl_put_addr(msg, VROUTER_A_NEIGHBOUR_ENTRY_ADDRESS, &neigh->key.addr) ||
	    fill_mac(msg, vn, neigh, view) ||
	    nla_put_u32(msg, VROUTER_A_NEIGHBOUR_ENTRY_ORIGIN, view->origin) ||
	    nla_put_u8(msg, VROUTER_A_NEIGHBOUR_ENTRY_ACTIVE, view->active))
		return -EMSGSIZE;
	if (view->vif &&
	    (nla_put_u32(msg, VROUTER_A_NEIGHBOUR_ENTRY_VIF_ID, view->vif->obj.id) ||
	     nla_put_string(msg, VROUTER_A_NEIGHBOUR_ENTRY_VIF_NAME,
			    vr_name(&view->vif->obj))))
		return -EMSGSIZE;
	if (!view->active)
		return 0;
	if (nla_put_u64_64bit(msg, VROUTER_A_NEIGHBOUR_ENTRY_ANSWERED,
			      atomic_long_read(&neigh->answered),
			      VROUTER_A_NEIGHBOUR_ENTRY_PAD))
		return -EMSGSIZE;
	return vr_nl_put_used(msg, VROUTER_A_NEIGHBOUR_ENTRY_USED, READ_ONCE(neigh->used),
			      VROUTER_A_NEIGHBOUR_ENTRY_PAD);
}

static bool neighbour_is_static(const struct vr_table_req *req, void *item)
{
	const struct vr_neighbour *neigh = item;

	return neigh->fixed && (!req->family || req->family == neigh->key.addr.family);
}

static void neighbour_change_of(void *item, void *data)
{
	const struct vr_neighbour *neigh = item;
	struct change *change = data;

	change->addr = neigh->key.addr;
}

static const struct vr_table_ops neighbour_table_ops = {
	.kind = VR_KIND_NEIGHBOUR,
	.owner = VR_KIND_NETWORK,
	.owner_id = VROUTER_A_NEIGHBOUR_NETWORK_ID,
	.owner_name = VROUTER_A_NEIGHBOUR_NETWORK_NAME,
	.entry = VROUTER_A_NEIGHBOUR_ENTRY,
	.all = VROUTER_A_NEIGHBOUR_ALL,
	.family = VROUTER_A_NEIGHBOUR_FAMILY,
	.get_cmd = VROUTER_CMD_NEIGHBOUR_GET,
	.new_cmd = VROUTER_CMD_NEIGHBOUR_NEW_NTF,
	.del_cmd = VROUTER_CMD_NEIGHBOUR_DEL_NTF,
	.policy = vrouter_neighbour_entry_nl_policy,
	.maxattr = VROUTER_A_NEIGHBOUR_ENTRY_MAX,
	.reply_only = VROUTER_A_NEIGHBOUR_ENTRY_ORIGIN,
	.change_size = sizeof(struct change),
	.parse = neighbour_parse,
	.stage = neighbour_stage,
	.unstage = neighbour_unstage,
	.publish = neighbour_publish,
	.find = neighbour_find_change,
	.next = neighbour_next,
	.key = neighbour_write_key,
	.view = neighbour_view,
	.matches = neighbour_matches,
	.fill = neighbour_fill,
	.is_static = neighbour_is_static,
	.change = neighbour_change_of,
};

/**
 * vr_neighbour_claimant() - the first of the vifs that claim a host address
 * @network: the network
 * @addr: the address
 *
 * Context: vn->lock.
 * Return: the vif, or NULL.
 */
struct vr_vif *vr_neighbour_claimant(const struct vr_network *network,
				     const struct vr_addr *addr)
{
	struct vr_neighbour *neigh = neighbour_find(network, addr);
	struct vr_claimed *claimed = neigh ? vr_deref(network->vn, neigh->claimed) : NULL;

	if (!claimed || list_empty(&claimed->claims))
		return NULL;
	return list_first_entry(&claimed->claims, struct vr_claim, neigh_node)->vif;
}

/** vr_neighbour_is_static() - does a neighbour have a static MAC? Context: vn->lock */
bool vr_neighbour_is_static(const struct vr_network *network, const struct vr_addr *addr)
{
	struct vr_neighbour *neigh = neighbour_find(network, addr);

	return neigh && neigh->fixed;
}

/** vr_neighbour_notify() - as vr_route_notify() */
void vr_neighbour_notify(struct vr_network *network, struct vr_neighbour *neigh,
			 unsigned int line, bool exists)
{
	struct vr_table_view shown;

	if (neighbour_view(network->vn, neigh, line, &shown))
		vr_table_notify(&neighbour_table_ops, network->vn, &network->obj, neigh, &shown,
				exists,
				NULL);
}

/** vr_neighbour_notify_elsewhere() - notifies of the announced MAC; Context: vn->lock */
void vr_neighbour_notify_elsewhere(struct vr_network *network, struct vr_neighbour *neigh,
				   bool exists)
{
	struct vr_table_view shown = {
		.origin = VROUTER_ORIGIN_LEARNED,
		.active = true,
	};

	vr_table_notify(&neighbour_table_ops, network->vn, &network->obj, neigh, &shown, exists,
			NULL);
}

/**
 * vr_neighbour_notify_moved() - notifies of the lines that change when an address moves
 * @network: the network
 * @neigh: the neighbour, claimed by vifs
 *
 * These are the first two claims, of the vif that has the address and of the vif that had it,
 * and the lines after the claims.
 *
 * Context: vn->lock.
 */
void vr_neighbour_notify_moved(struct vr_network *network, struct vr_neighbour *neigh)
{
	struct vr_claimed *claimed = vr_deref(network->vn, neigh->claimed);
	unsigned int line, claims = 0;
	struct vr_claim *claim;

	list_for_each_entry(claim, &claimed->claims, neigh_node)
		claims += vr_deref(network->vn, claim->vif->conf)->has_mac;
	for (line = 0; line < min(claims, 2U); line++)
		vr_neighbour_notify(network, neigh, line, true);
	for (line = claims; line < claims + 2; line++)
		vr_neighbour_notify(network, neigh, line, true);
}

/** vr_neighbours_flush() - frees static neighbours, see vr_routes_flush() */
u32 vr_neighbours_flush(struct vr_network *network, u32 count)
{
	struct rb_node *node, *after;
	struct vr_neighbour *neigh;

	for (node = rb_first(&network->neigh_tree); node && count; node = after, count--) {
		after = rb_next(node);
		neigh = rb_entry(node, struct vr_neighbour, tree);
		neighbour_set_fixed(network, neigh, 0);
		vr_neighbour_update(network, neigh);
		vr_neighbour_put(network, neigh);
	}
	return count;
}

int vrouter_nl_neighbour_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	enum vr_nl_mode mode;
	int err = vr_nl_new_mode(info, &mode);

	return err ? err : vr_table_write(&neighbour_table_ops, mode, info);
}

int vrouter_nl_neighbour_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	return vr_table_write(&neighbour_table_ops, VR_NL_SET, info);
}

int vrouter_nl_neighbour_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return vr_table_del(&neighbour_table_ops, info);
}

int vrouter_nl_neighbour_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return vr_table_get(&neighbour_table_ops, info, NULL);
}

int vrouter_nl_neighbour_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return vr_table_dump(&neighbour_table_ops, skb, cb);
}

int vr_neighbours_init(struct vr_net *vn)
{
	return rhashtable_init(&vn->neighbours, &neighbour_params);
}

void vr_neighbours_exit(struct vr_net *vn)
{
	rhashtable_destroy(&vn->neighbours);
}
