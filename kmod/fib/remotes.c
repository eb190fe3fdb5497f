// SPDX-License-Identifier: GPL-2.0
/*
 * The remote ends that next hops lead to, for networks with strict-remotes.
 *
 * Counts, per tunnel and remote address, the next hops of type tunnel that requests created.
 * Next hops that learning created do not count: a sender would become known by being learned.
 */
#include <linux/rhashtable.h>
#include <linux/slab.h>

#include "fib/remotes.h"
#include "lib/genid.h"
#include "objects/tunnel.h"

struct remote {
	struct rhash_head node;
	struct vr_remote_key key;
	u32 nexthops;
	struct rcu_head rcu;
};

static const struct rhashtable_params remotes_params = {
	.head_offset = offsetof(struct remote, node),
	.key_offset = offsetof(struct remote, key),
	.key_len = sizeof(struct vr_remote_key),
	.automatic_shrinking = true,
};

static struct remote *remote_find(const struct vr_tunnel *tunnel, const struct vr_addr *addr)
{
	struct vr_remote_key key = { .tunnel = tunnel->obj.id, .addr = *addr };

	return rhashtable_lookup_fast(&tunnel->vn->remotes, &key, remotes_params);
}

/**
 * vr_remotes_add() - counts one more next hop that leads to a remote end
 * @tunnel: its tunnel
 * @addr: its remote address
 *
 * Context: vn->lock; before packets see the next hop.
 * Return: 0 or a negative errno.
 */
int vr_remotes_add(struct vr_tunnel *tunnel, const struct vr_addr *addr)
{
	struct remote *remote;
	int err;

	lockdep_assert_held(&tunnel->vn->lock);
	remote = remote_find(tunnel, addr);
	if (remote) {
		remote->nexthops++;
		return 0;
	}
	remote = kzalloc(sizeof(*remote), VR_GFP_ACCOUNT);
	if (!remote)
		return -ENOMEM;
	remote->key.tunnel = tunnel->obj.id;
	remote->key.addr = *addr;
	remote->nexthops = 1;
	err = rhashtable_insert_fast(&tunnel->vn->remotes, &remote->node, remotes_params);
	if (err)
		kfree(remote);
	return err;
}

/**
 * vr_remotes_del() - undoes vr_remotes_add()
 * @tunnel: the tunnel
 * @addr: the remote address
 *
 * Cached decisions of strict networks depend on the tunnel. With the last next hop, this bumps
 * its generation id, which invalidates the decisions for the remote end.
 *
 * Context: vn->lock.
 */
void vr_remotes_del(struct vr_tunnel *tunnel, const struct vr_addr *addr)
{
	struct vr_net *vn = tunnel->vn;
	struct remote *remote;

	lockdep_assert_held(&vn->lock);
	remote = remote_find(tunnel, addr);
	if (WARN_ON_ONCE(!remote) || --remote->nexthops)
		return;
	rhashtable_remove_fast(&vn->remotes, &remote->node, remotes_params);
	vr_genid_bump(vn, &tunnel->obj);
	kfree_rcu(remote, rcu);
}

/**
 * vr_remotes_has() - does a next hop lead to the sender of an outer packet?
 * @tunnel: the tunnel that the packet came through
 * @addr: source address of its outer IP header
 *
 * Context: RCU read lock.
 */
bool vr_remotes_has(const struct vr_tunnel *tunnel, const struct vr_addr *addr)
{
	return remote_find(tunnel, addr);
}

int vr_remotes_init(struct vr_net *vn)
{
	return rhashtable_init(&vn->remotes, &remotes_params);
}

/* Next hops are gone. */
void vr_remotes_exit(struct vr_net *vn)
{
	rhashtable_destroy(&vn->remotes);
}
