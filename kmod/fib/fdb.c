// SPDX-License-Identifier: GPL-2.0
/* The forwarding databases of the networks: which next hop a MAC address is behind. */
#include <linux/etherdevice.h>

#include "core/limits.h"
#include "core/object.h"
#include "core/table.h"
#include "fib/fdb.h"
#include "fib/learn.h"
#include "fib/nexthop.h"
#include "lib/genid.h"
#include "lib/keyhash.h"
#include "objects/network.h"
#include "objects/vif.h"

static const struct vr_table_ops fdb_table_ops;

/* Seeded, since VMs choose the MAC addresses that are learned. */
static inline u32 fdb_hash_key(const void *key, u32 len, u32 seed)
{
	return vr_key_hash_seeded(vr_key_hash(key, sizeof(struct vr_fdb_key) / sizeof(u32)), seed);
}

static inline int fdb_differs(struct rhashtable_compare_arg *arg, const void *obj)
{
	const struct vr_fdb_key *a = arg->key, *b = &((const struct vr_fdb *)obj)->key;

	return a->network != b->network || !ether_addr_equal(a->mac, b->mac);
}

static const struct rhashtable_params fdb_params = {
	.head_offset = offsetof(struct vr_fdb, node),
	.key_offset = offsetof(struct vr_fdb, key),
	.key_len = sizeof(struct vr_fdb_key),
	.hashfn = fdb_hash_key,
	.obj_cmpfn = fdb_differs,
	.automatic_shrinking = true,
};

static inline void fdb_make_key(struct vr_fdb_key *key, const struct vr_network *network,
				const u8 *mac)
{
	key->network = network->obj.id;
	ether_addr_copy(key->mac, mac);
	key->zero = 0;
}

/**
 * vr_fdb_lookup() - where a MAC address is
 * @network: the network of the frame
 * @mac: its destination
 *
 * Context: RCU read lock.
 * Return: the entry, which may have no next hop yet, or NULL.
 */
struct vr_fdb *vr_fdb_lookup(const struct vr_network *network, const u8 *mac)
{
	struct vr_fdb_key key __uninitialized;

	fdb_make_key(&key, network, mac);
	return rhashtable_lookup(&network->vn->fdb, &key, fdb_params);
}

/** vr_fdb_find() - vr_fdb_lookup() for requests; Context: vn->lock */
struct vr_fdb *vr_fdb_find(const struct vr_network *network, const u8 *mac)
{
	struct vr_fdb *fdb;

	rcu_read_lock();
	fdb = vr_fdb_lookup(network, mac);
	rcu_read_unlock();
	return fdb;
}

static void fdb_insert_tree(struct vr_network *network, struct vr_fdb *fdb)
{
	struct rb_node **slot = &network->fdb_tree.rb_node, *parent = NULL;

	while (*slot) {
		parent = *slot;
		slot = memcmp(fdb->key.mac, rb_entry(parent, struct vr_fdb, tree)->key.mac,
			      ETH_ALEN) < 0 ? &parent->rb_left : &parent->rb_right;
	}
	rb_link_node(&fdb->tree, parent, slot);
	rb_insert_color(&fdb->tree, &network->fdb_tree);
}

/**
 * vr_fdb_get() - the entry of a MAC; a new one, if there is none, that packets do not use yet
 * @network: the network
 * @mac: the MAC
 * @size: of a new entry: a struct that begins with a struct vr_fdb
 *
 * Context: vn->lock.
 * Return: the entry, for vr_fdb_put() if it stays unused, or an error pointer.
 */
struct vr_fdb *vr_fdb_get(struct vr_network *network, const u8 *mac, size_t size)
{
	struct vr_fdb *fdb = vr_fdb_find(network, mac);
	int err;

	lockdep_assert_held(&network->vn->lock);
	if (fdb)
		return fdb;
	fdb = kzalloc(size, VR_GFP_ACCOUNT);
	if (!fdb)
		return ERR_PTR(-ENOMEM);
	fdb_make_key(&fdb->key, network, mac);
	err = rhashtable_insert_fast(&network->vn->fdb, &fdb->node, fdb_params);
	if (err) {
		kfree(fdb);
		return ERR_PTR(err);
	}
	fdb_insert_tree(network, fdb);
	network->counts[VR_KIND_FDB]++;
	network->vn->counts[VR_KIND_FDB]++;
	return fdb;
}

/** vr_fdb_put() - frees an entry that has no origin; Context: vn->lock */
void vr_fdb_put(struct vr_network *network, struct vr_fdb *fdb)
{
	if (fdb->fixed || fdb->vif || fdb->learned)
		return;
	network->counts[VR_KIND_FDB]--;
	network->vn->counts[VR_KIND_FDB]--;
	rb_erase(&fdb->tree, &network->fdb_tree);
	rhashtable_remove_fast(&network->vn->fdb, &fdb->node, fdb_params);
	kfree_rcu(fdb, rcu);
}

/**
 * vr_fdb_update() - publishes the active next hop of an entry
 * @network: the network
 * @fdb: the entry, after a change of its origins
 *
 * While an entry has no next hop, no decision that depends on it is cached.
 *
 * Context: vn->lock.
 */
void vr_fdb_update(struct vr_network *network, struct vr_fdb *fdb)
{
	struct vr_nexthop *before = rcu_access_pointer(fdb->nh), *nh = fdb->fixed;

	if (fdb->vif)
		nh = fdb->vif->nexthop;
	else if (!nh && fdb->learned)
		nh = vr_learned_nexthop(fdb);
	rcu_assign_pointer(fdb->nh, nh);
	if (before && before != nh)
		vr_genid_bump(network->vn, &network->obj);
}

static bool is_active(const struct vr_fdb *fdb, u32 origin)
{
	if (fdb->vif)
		return origin == VROUTER_ORIGIN_VIF;
	return !fdb->fixed || origin == VROUTER_ORIGIN_STATIC;
}

static struct vr_vif *fdb_vif_of(const struct vr_fdb *fdb, u32 origin)
{
	if (origin == VROUTER_ORIGIN_LEARNED)
		return vr_learned_vif(fdb);
	return origin == VROUTER_ORIGIN_VIF ? fdb->vif : NULL;
}

/**
 * vr_fdb_notify() - notifies listeners of a line of an entry
 * @network: the network
 * @fdb: the entry
 * @origin: the origin of the line
 * @exists: the line is new or changed, not about to be deleted
 * @info: the request that changed it, or NULL
 *
 * Context: vn->lock.
 */
void vr_fdb_notify(struct vr_network *network, struct vr_fdb *fdb, u32 origin,
		   bool exists, struct genl_info *info)
{
	struct vr_table_view view = {
		.origin = origin,
		.vif = fdb_vif_of(fdb, origin),
		.active = is_active(fdb, origin),
	};

	vr_table_notify(&fdb_table_ops, network->vn, &network->obj, fdb, &view, exists, info);
}

/**
 * vr_fdb_set_vif() - assigns a MAC address to a vif
 * @network: the network
 * @mac: the MAC address, of no other vif
 * @vif: the vif
 *
 * Context: vn->lock.
 * Return: 0 or a negative errno.
 */
int vr_fdb_set_vif(struct vr_network *network, const u8 *mac, struct vr_vif *vif)
{
	struct vr_fdb *fdb = vr_fdb_get(network, mac, sizeof(*fdb));

	if (IS_ERR(fdb))
		return PTR_ERR(fdb);
	fdb->vif = vif;
	vr_fdb_update(network, fdb);
	if (fdb->learned)
		vr_learn_forget(fdb, NULL);
	vr_fdb_notify(network, fdb, VROUTER_ORIGIN_VIF, true, NULL);
	/* It is not active any more. */
	if (fdb->fixed)
		vr_fdb_notify(network, fdb, VROUTER_ORIGIN_STATIC, true, NULL);
	return 0;
}

/** vr_fdb_clear_vif() - takes a MAC address from its vif; Context: vn->lock */
void vr_fdb_clear_vif(struct vr_network *network, const u8 *mac)
{
	struct vr_fdb *fdb = vr_fdb_find(network, mac);

	if (WARN_ON_ONCE(!fdb || !fdb->vif))
		return;
	vr_fdb_notify(network, fdb, VROUTER_ORIGIN_VIF, false, NULL);
	fdb->vif = NULL;
	vr_fdb_update(network, fdb);
	if (fdb->fixed)
		vr_fdb_notify(network, fdb, VROUTER_ORIGIN_STATIC, true, NULL);
	vr_fdb_put(network, fdb);
}

/** vr_fdb_vif() - the vif with a MAC address, or NULL; Context: vn->lock */
struct vr_vif *vr_fdb_vif(const struct vr_network *network, const u8 *mac)
{
	struct vr_fdb *fdb = vr_fdb_find(network, mac);

	return fdb ? fdb->vif : NULL;
}

/** vr_fdb_is_static() - is there a static entry of a MAC address? Context: vn->lock */
bool vr_fdb_is_static(const struct vr_network *network, const u8 *mac)
{
	struct vr_fdb *fdb = vr_fdb_find(network, mac);

	return fdb && fdb->fixed;
}

/* Requested change of an entry. */
struct change {
	u8 mac[ETH_ALEN];
	struct vr_nexthop *nh;
	struct vr_nexthop *old;
	struct vr_fdb *fdb;
};

static int fdb_parse_nexthop(struct vr_table_req *req, struct nlattr *attr, struct change *change)
{
	struct vr_object *obj;
	u32 type;

	if (!attr)
		return vr_table_missing(req, VROUTER_A_FDB_ENTRY_NEXTHOP,
					"next hop of the fdb entry");
	obj = vr_object_ref(req->vn, VR_KIND_NEXTHOP, attr, NULL, req->extack);
	if (IS_ERR(obj))
		return vr_table_err(req, NULL, PTR_ERR(obj), "%s", req->extack->_msg);
	change->nh = vr_to_nexthop(obj);
	type = vr_deref(req->vn, change->nh->info)->type;
	if (!(BIT(type) & VR_NEXTHOP_FDB_TYPES))
		return vr_table_err(req, attr, -EINVAL,
				    "an fdb entry leads to a next hop of type vif, tunnel, ecmp, host or blackhole, which %u is not",
				    obj->id);
	return 0;
}

static int fdb_parse(struct vr_table_req *req, struct nlattr **tb, void *data)
{
	struct nlattr *mac = tb[VROUTER_A_FDB_ENTRY_MAC];
	const struct vr_gateways *gateways = vr_deref(req->vn, vr_table_network(req)->gateways);
	struct change *change = data;
	int err;

	if (!mac)
		return vr_table_missing(req, VROUTER_A_FDB_ENTRY_MAC,
					"MAC address of the fdb entry");
	err = vr_nl_mac(mac, change->mac, req->extack);
	if (err)
		return vr_table_err(req, NULL, err, "%s", req->extack->_msg);
	if (req->mode == VR_NL_DEL)
		return 0;
	if (ether_addr_equal(change->mac, gateways->mac))
		return vr_table_err(req, mac, -EADDRINUSE,
				    "MAC address %pM is the gateway's", change->mac);
	return fdb_parse_nexthop(req, tb[VROUTER_A_FDB_ENTRY_NEXTHOP], change);
}

static int fdb_check(struct vr_table_req *req, const struct change *change,
		     const struct vr_fdb *fdb)
{
	struct vr_network *network = vr_table_network(req);
	struct vr_nexthop *now = fdb ? fdb->fixed : NULL;

	if (req->mode == VR_NL_DEL || req->mode == VR_NL_SET || req->mode == VR_NL_REPLACE) {
		if (!now)
			return vr_table_err(req, NULL, -ENOENT,
					    "network \"%s\" has no static fdb entry of %pM",
					    vr_name(&network->obj), change->mac);
		return 0;
	}
	if (now && (req->mode == VR_NL_EXCL || (req->mode == VR_NL_ADD && now != change->nh)))
		return vr_table_err(req, NULL, -EEXIST,
				    "the fdb entry of %pM exists with next hop %u", change->mac,
				    now->obj.id);
	if (!now && network->statics[VR_KIND_FDB] >= network->limits[VR_KIND_FDB])
		return vr_table_err(req, NULL, -ENOSPC,
				    "network \"%s\" is at its limit of %u fdb entries",
				    vr_name(&network->obj), network->limits[VR_KIND_FDB]);
	return now ? 0 : vr_limits_check_entry(req, VR_KIND_FDB);
}

static void fdb_set_fixed(struct vr_network *network, struct vr_fdb *fdb, struct vr_nexthop *nh)
{
	if (fdb->fixed) {
		fdb->fixed->refs--;
		fdb->fixed->fdb_refs--;
		network->statics[VR_KIND_FDB]--;
	}
	fdb->fixed = nh;
	if (nh) {
		nh->refs++;
		nh->fdb_refs++;
		network->statics[VR_KIND_FDB]++;
	}
}

static int fdb_stage(struct vr_table_req *req, void *data)
{
	struct change *change = data;
	int err = fdb_check(req, change, vr_fdb_find(vr_table_network(req), change->mac));

	if (err)
		return err;
	change->fdb = vr_fdb_get(vr_table_network(req), change->mac, sizeof(*change->fdb));
	if (IS_ERR(change->fdb))
		return PTR_ERR(change->fdb);
	change->old = change->fdb->fixed;
	fdb_set_fixed(vr_table_network(req), change->fdb, change->nh);
	return 0;
}

static void fdb_unstage(struct vr_table_req *req, void *data)
{
	struct change *change = data;

	fdb_set_fixed(vr_table_network(req), change->fdb, change->old);
	vr_fdb_put(vr_table_network(req), change->fdb);
}

static void fdb_publish(struct vr_table_req *req, void *data)
{
	struct vr_network *network = vr_table_network(req);
	struct change *change = data;

	if (change->old == change->nh)
		return;
	if (change->nh) {
		vr_fdb_update(network, change->fdb);
		if (change->fdb->learned)
			vr_learn_forget(change->fdb, req->info);
		vr_fdb_notify(network, change->fdb, VROUTER_ORIGIN_STATIC, true, req->info);
		return;
	}
	vr_fdb_notify(network, change->fdb, VROUTER_ORIGIN_STATIC, false, req->info);
	vr_fdb_update(network, change->fdb);
	vr_fdb_put(network, change->fdb);
}

static void *fdb_find_change(struct vr_table_req *req, const void *data)
{
	const struct change *change = data;

	return vr_fdb_find(vr_table_network(req), change->mac);
}

static void fdb_write_key(const void *item, void *key)
{
	const struct vr_fdb *fdb = item;

	ether_addr_copy(key, fdb->key.mac);
}

static void *fdb_next(struct vr_table_req *req, struct vr_object *owner, const void *key)
{
	struct vr_network *network = vr_to_network(owner);
	struct rb_node *node = network->fdb_tree.rb_node;
	struct vr_fdb *fdb, *found = NULL;

	while (node) {
		fdb = rb_entry(node, struct vr_fdb, tree);
		if (!key || memcmp(fdb->key.mac, key, ETH_ALEN) > 0) {
			found = fdb;
			node = node->rb_left;
		} else {
			node = node->rb_right;
		}
	}
	return found;
}

static bool fdb_view(struct vr_net *vn, void *item, unsigned int index,
		     struct vr_table_view *view)
{
	struct vr_fdb *fdb = item;

	view->active = !index;
	view->vif = fdb->vif;
	view->origin = VROUTER_ORIGIN_VIF;
	if (fdb->vif && !index--)
		return true;
	view->vif = NULL;
	view->origin = VROUTER_ORIGIN_STATIC;
	if (fdb->fixed && !index--)
		return true;
	if (!fdb->learned || index)
		return false;
	view->origin = VROUTER_ORIGIN_LEARNED;
	view->vif = vr_learned_vif(fdb);
	return true;
}

static bool fdb_matches(const struct vr_table_req *req, void *item,
			const struct vr_table_view *view)
{
	struct vr_fdb *fdb = item;

	return !req->nexthop || (view->origin == VROUTER_ORIGIN_STATIC &&
				 fdb->fixed->obj.id == req->nexthop);
}

static int fdb_fill(struct sk_buff *msg, struct vr_net *vn, void *item,
		    const struct vr_table_view *view)
{
	const struct vr_fdb *fdb = item;

	if (nla_put(msg, VROUTER_A_FDB_ENTRY_MAC, ETH_ALEN, fdb->key.mac) ||
	    nla_put_u32(msg, VROUTER_A_FDB_ENTRY_ORIGIN, view->origin) ||
	    nla_put_u8(msg, VROUTER_A_FDB_ENTRY_ACTIVE, view->active))
		return -EMSGSIZE;
	if (view->origin == VROUTER_ORIGIN_STATIC && fdb->fixed &&
	    nla_put_u32(msg, VROUTER_A_FDB_ENTRY_NEXTHOP, fdb->fixed->obj.id))
		return -EMSGSIZE;
	if (view->vif &&
	    (nla_put_u32(msg, VROUTER_A_FDB_ENTRY_VIF_ID, view->vif->obj.id) ||
	     nla_put_string(msg, VROUTER_A_FDB_ENTRY_VIF_NAME, vr_name(&view->vif->obj))))
		return -EMSGSIZE;
	if (view->origin == VROUTER_ORIGIN_LEARNED && vr_learned_fill(msg, fdb))
		return -EMSGSIZE;
	return view->active ? vr_nl_put_used(msg, VROUTER_A_FDB_ENTRY_USED,
					     READ_ONCE(fdb->used),
					     VROUTER_A_FDB_ENTRY_PAD) : 0;
}

static bool fdb_is_static(const struct vr_table_req *req, void *item)
{
	const struct vr_fdb *fdb = item;

	return fdb->fixed;
}

static void fdb_forget(void *item, struct genl_info *info)
{
	struct vr_fdb *fdb = item;

	if (fdb->learned)
		vr_learn_forget(fdb, info);
}

static void fdb_change_of(void *item, void *data)
{
	const struct vr_fdb *fdb = item;
	struct change *change = data;

	ether_addr_copy(change->mac, fdb->key.mac);
}

static const struct vr_table_ops fdb_table_ops = {
	.kind = VR_KIND_FDB,
	.owner = VR_KIND_NETWORK,
	.owner_id = VROUTER_A_FDB_NETWORK_ID,
	.owner_name = VROUTER_A_FDB_NETWORK_NAME,
	.entry = VROUTER_A_FDB_ENTRY,
	.all = VROUTER_A_FDB_ALL,
	.nexthop = VROUTER_A_FDB_NEXTHOP,
	.origin = VROUTER_A_FDB_ORIGIN,
	.get_cmd = VROUTER_CMD_FDB_GET,
	.new_cmd = VROUTER_CMD_FDB_NEW_NTF,
	.del_cmd = VROUTER_CMD_FDB_DEL_NTF,
	.policy = vrouter_fdb_entry_nl_policy,
	.maxattr = VROUTER_A_FDB_ENTRY_MAX,
	.reply_only = VROUTER_A_FDB_ENTRY_ORIGIN,
	.change_size = sizeof(struct change),
	.parse = fdb_parse,
	.stage = fdb_stage,
	.unstage = fdb_unstage,
	.publish = fdb_publish,
	.find = fdb_find_change,
	.next = fdb_next,
	.key = fdb_write_key,
	.view = fdb_view,
	.matches = fdb_matches,
	.fill = fdb_fill,
	.is_static = fdb_is_static,
	.change = fdb_change_of,
	.forget = fdb_forget,
};

/** vr_fdb_flush() - frees static and learned entries, see vr_routes_flush() */
u32 vr_fdb_flush(struct vr_network *network, u32 count)
{
	struct rb_node *node, *after;
	struct vr_fdb *fdb;

	for (node = rb_first(&network->fdb_tree); node && count; node = after, count--) {
		after = rb_next(node);
		fdb = rb_entry(node, struct vr_fdb, tree);
		fdb_set_fixed(network, fdb, NULL);
		if (fdb->learned)
			vr_learn_drop(fdb);
		vr_fdb_update(network, fdb);
		vr_fdb_put(network, fdb);
	}
	return count;
}

/** vr_fdb_user() - describes a static entry that uses a next hop, see vr_route_user() */
bool vr_fdb_user(struct vr_network *network, const struct vr_nexthop *nh, u32 *steps, char *buf,
		 size_t size)
{
	struct rb_node *node;
	struct vr_fdb *fdb;

	for (node = rb_first(&network->fdb_tree); node && *steps; node = rb_next(node)) {
		--*steps;
		fdb = rb_entry(node, struct vr_fdb, tree);
		if (fdb->fixed != nh)
			continue;
		snprintf(buf, size, "fdb entry %pM", fdb->key.mac);
		return true;
	}
	return false;
}

int vrouter_nl_fdb_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	enum vr_nl_mode mode;
	int err = vr_nl_new_mode(info, &mode);

	return err ? err : vr_table_write(&fdb_table_ops, mode, info);
}

int vrouter_nl_fdb_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	return vr_table_write(&fdb_table_ops, VR_NL_SET, info);
}

int vrouter_nl_fdb_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return vr_table_del(&fdb_table_ops, info);
}

int vrouter_nl_fdb_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return vr_table_get(&fdb_table_ops, info, NULL);
}

int vrouter_nl_fdb_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return vr_table_dump(&fdb_table_ops, skb, cb);
}

int vr_fdb_init(struct vr_net *vn)
{
	return rhashtable_init(&vn->fdb, &fdb_params);
}

void vr_fdb_exit(struct vr_net *vn)
{
	rhashtable_destroy(&vn->fdb);
}
