// SPDX-License-Identifier: GPL-2.0
/* The module's state of a network namespace, created and destroyed with the namespace. */
#include "core/drop.h"
#include "core/drop_event.h"
#include "core/limits.h"
#include "core/memcg.h"
#include "core/object.h"
#include "fib/claim.h"
#include "fib/fdb.h"
#include "fib/label.h"
#include "fib/learn.h"
#include "fib/neighbour.h"
#include "fib/nexthop.h"
#include "fib/remotes.h"
#include "fib/route_use.h"
#include "fib/vni.h"
#include "flow/flowtable.h"
#include "netns.h"
#include "objects/network.h"
#include "objects/tunnel.h"
#include "objects/vif.h"
#include "path/ra.h"
#include "policy/policer.h"
#include "policy/set.h"
#include "policy/sg.h"
#include "policy/track.h"
#include "underlay/early_demux.h"
#include "underlay/gro.h"

static int init_tables(struct vr_net *vn)
{
	int err;

	err = vr_objects_init(vn);
	if (err)
		return err;
	err = vr_vnis_init(vn);
	if (err)
		goto objects;
	err = vr_remotes_init(vn);
	if (err)
		goto vnis;
	err = vr_fdb_init(vn);
	if (err)
		goto remotes;
	err = vr_neighbours_init(vn);
	if (err)
		goto fdb;
	err = vr_route_uses_init(vn);
	if (err)
		goto neighbours;
	err = vr_learn_init(vn);
	if (!err)
		return 0;
	vr_route_uses_exit(vn);
neighbours:
	vr_neighbours_exit(vn);
fdb:
	vr_fdb_exit(vn);
remotes:
	vr_remotes_exit(vn);
vnis:
	vr_vnis_exit(vn);
objects:
	vr_objects_exit(vn);
	return err;
}

static int __net_init net_init(struct net *net)
{
	struct vr_net *vn = vr_net(net);
	int err = -ENOMEM;

	vn->net = net;
	vn->generation = 1;
	mutex_init(&vn->rules_lock);
	mutex_init(&vn->lock);
	INIT_LIST_HEAD(&vn->gre);
	vr_limits_init(vn);
	vr_demux_start(vn);
	vr_claims_init(vn);
	vr_ra_init(vn);
	vr_elements_init(vn);
	vr_vifs_init(vn);
	seqlock_init(&vn->swaps);
	ida_init(&vn->zones);
	vr_track_init(vn);
	vn->drops = __alloc_percpu_gfp(VR_DROP_MAX * sizeof(u64), sizeof(u64),
				       VR_GFP_ACCOUNT);
	if (!vn->drops)
		return err;
	err = vr_drop_events_init(vn);
	if (err)
		goto drops;
	vn->connected = vr_nexthop_create(vn, VR_NEXTHOP_CONNECTED, NULL);
	err = vn->connected ? 0 : -ENOMEM;
	if (err)
		goto events;
	err = init_tables(vn);
	if (!err)
		return 0;
	vr_nexthop_destroy(vn->connected);
events:
	vr_drop_events_exit(vn);
drops:
	free_percpu(vn->drops);
	return err;
}

/*
 * Closes the tunnels. The kernel calls this for all namespaces that it removes together, and then
 * waits once for the packets that use the tunnels.
 */
static void __net_exit net_pre_exit(struct net *net)
{
	struct vr_net *vn = vr_net(net);

	mutex_lock(&vn->lock);
	vr_tunnels_close(vn);
	mutex_unlock(&vn->lock);
}

/*
 * The devices of the namespace are gone, and with them the vifs. VMs send nothing any more, and
 * tunnels receive nothing: there are no packets.
 */
static void __net_exit net_exit(struct net *net)
{
	struct vr_net *vn = vr_net(net);

	vr_ra_exit(vn);
	vr_claims_exit(vn);
	vr_vifs_exit(vn);
	vr_tunnels_release(vn);
	vr_demux_stop(vn);
	vr_gro_exit(vn);
	vr_flows_stop(vn);
	vr_learn_stop(vn);
	vr_elements_exit(vn);
	mutex_lock(&vn->lock);
	/* The tables of networks refer to next hops, and next hops refer to networks. */
	vr_labels_exit(vn);
	vr_networks_flush(vn);
	vr_nexthops_exit(vn);
	vr_networks_exit(vn);
	vr_remotes_exit(vn);
	vr_vnis_exit(vn);
	vr_tunnels_exit(vn);
	vr_sgs_exit(vn);
	vr_sets_exit(vn);
	vr_policers_exit(vn);
	mutex_unlock(&vn->lock);
	vr_nexthop_destroy(vn->connected);
	vr_flows_exit(vn);
	vr_learn_exit(vn);
	vr_route_uses_exit(vn);
	vr_neighbours_exit(vn);
	vr_fdb_exit(vn);
	vr_objects_exit(vn);
	vr_drop_events_exit(vn);
	free_percpu(vn->drops);
	ida_destroy(&vn->zones);
	kvfree(vn->used_zones);
	vr_memcg_exit(vn);
	mutex_destroy(&vn->lock);
	mutex_destroy(&vn->rules_lock);
}

static struct pernet_operations net_ops = {
	.init = net_init,
	.pre_exit = net_pre_exit,
	.exit = net_exit,
	.id = &vr_net_id,
	.size = sizeof(struct vr_net),
};

int __init vr_netns_init(void)
{
	return register_pernet_subsys(&net_ops);
}

void vr_netns_exit(void)
{
	unregister_pernet_subsys(&net_ops);
}
