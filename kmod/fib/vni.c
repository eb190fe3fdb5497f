// SPDX-License-Identifier: GPL-2.0
/* Finds the network of packets from tunnels: by VNI, and in GRE by key. */
#include <linux/hash.h>

#include "core/object.h"
#include "fib/vni.h"
#include "objects/network.h"
#include "objects/tunnel.h"

/* Indexes into vr_network.vnis. */
enum { SPACE_VNI, SPACE_KEY };

static u32 vni_hash_key(const void *data, u32 len, u32 seed)
{
	const struct vr_vni_key *key = data;

	/* The administrator chooses the numbers: the hash needs no secret seed. */
	return hash_64((u64)key->tunnel << 33 | (u64)key->space << 32 | key->id, 32);
}

static int vni_differs(struct rhashtable_compare_arg *arg, const void *obj)
{
	const struct vr_vni_key *a = arg->key, *b = &((const struct vr_vni *)obj)->key;

	return a->space != b->space || a->id != b->id || a->tunnel != b->tunnel;
}

static const struct rhashtable_params vni_params = {
	.head_offset = offsetof(struct vr_vni, node),
	.key_offset = offsetof(struct vr_vni, key),
	.key_len = sizeof(struct vr_vni_key),
	.hashfn = vni_hash_key,
	.obj_cmpfn = vni_differs,
	.automatic_shrinking = true,
};

static struct vr_network *vni_find(struct vr_net *vn, u32 space, u32 id, u32 owner)
{
	struct vr_vni_key key = { .space = space, .id = id, .tunnel = owner };
	const struct vr_vni *vni = rhashtable_lookup(&vn->vnis, &key, vni_params);

	return vni ? vni->network : NULL;
}

/* Networks on this tunnel only take precedence over networks on every tunnel. */
static struct vr_network *vni_lookup(const struct vr_tunnel *tunnel, u32 space, u32 id)
{
	struct vr_network *network = NULL;

	if (READ_ONCE(tunnel->network_refs))
		network = vni_find(tunnel->vn, space, id, tunnel->obj.id);
	return network ? network : vni_find(tunnel->vn, space, id, 0);
}

/**
 * vr_network_by_vni() - the network of a packet that came through a tunnel
 * @tunnel: the tunnel
 * @vni: of the packet, not 0
 *
 * Context: RCU read lock.
 * Return: the network, or NULL.
 */
struct vr_network *vr_network_by_vni(const struct vr_tunnel *tunnel, u32 vni)
{
	return vni_lookup(tunnel, SPACE_VNI, vni);
}

/** vr_network_by_key() - vr_network_by_vni() for GRE; without a key, the VNI is the key */
struct vr_network *vr_network_by_key(const struct vr_tunnel *tunnel, u32 key)
{
	struct vr_network *network = vni_lookup(tunnel, SPACE_KEY, key);

	if (network)
		return network;
	network = vni_lookup(tunnel, SPACE_VNI, key);
	return network && !READ_ONCE(network->key) ? network : NULL;
}

/* The number that identifies a network in GRE packets. */
static u32 key_of(u32 vni, u32 key)
{
	return key ? key : vni;
}

/* The first of some attributes that a request has, or NULL. */
static struct nlattr *first(const struct genl_info *info, u16 a, u16 b, u16 c)
{
	if (info->attrs[a])
		return info->attrs[a];
	return info->attrs[b] ? info->attrs[b] : info->attrs[c];
}

static int vni_refuse(const struct vr_network *other, const char *what, u32 id, u16 attr,
		      struct genl_info *info)
{
	/* The attribute of the request that causes the conflict. */
	struct nlattr *culprit = first(info, attr, VROUTER_A_NETWORK_TUNNEL_ID,
				       VROUTER_A_NETWORK_TUNNEL_NAME);

	if (!culprit)
		culprit = first(info, VROUTER_A_NETWORK_KEY, VROUTER_A_NETWORK_VNI,
				VROUTER_A_NETWORK_VNI);
	return vr_nl_err(info->extack, culprit, -EEXIST,
			 "%s %u is already network \"%s\"'s on %s%s", what, id,
			 vr_name(&other->obj), other->tunnel ? "tunnel " : "every tunnel",
			 other->tunnel ? vr_name(&other->tunnel->obj) : "");
}

static int check_against(const struct vr_network *other, const struct vr_vni_conf *conf,
			 struct genl_info *info)
{
	u32 key = key_of(conf->vni, conf->key);

	if (other->tunnel && conf->tunnel && other->tunnel != conf->tunnel)
		return 0;
	if (conf->vni && conf->vni == other->vni)
		return vni_refuse(other, "VNI", conf->vni, VROUTER_A_NETWORK_VNI, info);
	if (key && key == key_of(other->vni, other->key))
		return vni_refuse(other, "key", key, conf->key ? VROUTER_A_NETWORK_KEY :
							     VROUTER_A_NETWORK_VNI, info);
	return 0;
}

/* Checks against the networks with the same numbers on tunnel @owner, or with 0 on every one. */
static int vni_check_owner(struct vr_net *vn, const struct vr_network *self,
			   const struct vr_vni_conf *conf, u32 owner, struct genl_info *info)
{
	u32 key = key_of(conf->vni, conf->key);
	const struct vr_network *others[3];
	unsigned int i;
	int err = 0;

	rcu_read_lock();
	others[0] = vni_find(vn, SPACE_VNI, conf->vni, owner);
	others[1] = vni_find(vn, SPACE_VNI, key, owner);
	others[2] = vni_find(vn, SPACE_KEY, key, owner);
	rcu_read_unlock();
	for (i = 0; !err && i < ARRAY_SIZE(others); i++)
		if (others[i] && others[i] != self)
			err = check_against(others[i], conf, info);
	return err;
}

/**
 * vr_vni_check() - are the numbers of a network free?
 * @vn: the namespace
 * @self: the network, or NULL if it does not exist yet
 * @conf: the numbers
 * @info: the request, for the error message
 *
 * Context: vn->lock.
 * Return: 0 or -EEXIST.
 */
int vr_vni_check(struct vr_net *vn, const struct vr_network *self,
		 const struct vr_vni_conf *conf, struct genl_info *info)
{
	struct vr_object *obj;
	unsigned long id;
	int err;

	if (!conf->vni && !conf->key)
		return 0;
	if (self && self->vni == conf->vni && self->key == conf->key &&
	    self->tunnel == conf->tunnel)
		return 0;
	err = vni_check_owner(vn, self, conf, 0, info);
	if (err || conf->tunnel)
		return err ? err : vni_check_owner(vn, self, conf, conf->tunnel->obj.id, info);
	xa_for_each(&vn->objects[VR_KIND_TUNNEL], id, obj) {
		err = vni_check_owner(vn, self, conf, id, info);
		if (err)
			return err;
	}
	return 0;
}

static int vni_move(struct vr_network *network, struct vr_vni *vni, const struct vr_vni_key *key)
{
	struct rhashtable *table = &network->vn->vnis;

	if (!memcmp(&vni->key, key, sizeof(*key)))
		return 0;
	if (vni->key.id)
		rhashtable_remove_fast(table, &vni->node, vni_params);
	/* A lookup that still walks over the node must not compare a torn key. */
	if (key->id && vni->network)
		synchronize_rcu();
	vni->key = *key;
	vni->network = network;
	return key->id ? rhashtable_insert_fast(table, &vni->node, vni_params) : 0;
}

/* vni_move(), which restores the old key if it fails. */
static int try_move(struct vr_network *network, u32 space, u32 id, u32 tunnel)
{
	struct vr_vni *vni = &network->vnis[space];
	struct vr_vni_key key = { .space = space, .id = id, .tunnel = tunnel };
	struct vr_vni_key old = vni->key;
	int err = vni_move(network, vni, &key);

	if (!err)
		return 0;
	vni->key.id = 0;
	WARN_ON_ONCE(vni_move(network, vni, &old));
	return err;
}

/**
 * vr_vni_set() - changes the numbers that identify a network
 * @network: the network
 * @conf: the numbers, checked by vr_vni_check()
 *
 * Context: vn->lock; sleeps.
 * Return: 0, or a negative errno with nothing changed.
 */
int vr_vni_set(struct vr_network *network, const struct vr_vni_conf *conf)
{
	struct vr_vni_key old = network->vnis[SPACE_VNI].key;
	u32 tunnel = conf->tunnel ? conf->tunnel->obj.id : 0;
	int err;

	lockdep_assert_held(&network->vn->lock);
	err = try_move(network, SPACE_VNI, conf->vni, tunnel);
	if (err)
		return err;
	err = try_move(network, SPACE_KEY, conf->key, tunnel);
	if (err) {
		WARN_ON_ONCE(try_move(network, SPACE_VNI, old.id, old.tunnel));
		return err;
	}
	WRITE_ONCE(network->vni, conf->vni);
	WRITE_ONCE(network->key, conf->key);
	return 0;
}

int vr_vnis_init(struct vr_net *vn)
{
	return rhashtable_init(&vn->vnis, &vni_params);
}

void vr_vnis_exit(struct vr_net *vn)
{
	rhashtable_destroy(&vn->vnis);
}
