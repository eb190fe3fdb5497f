// SPDX-License-Identifier: GPL-2.0
/* Starts the parts of the module in order, and stops them in reverse. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bottom_half.h>
#include <linux/module.h>
#include <net/genetlink.h>
#include <net/rtnetlink.h>

#include "core/dryrun.h"
#include "core/netlink.h"
#include "core/object.h"
#include "fib/hostdev.h"
#include "fib/label.h"
#include "fib/nexthop.h"
#include "flow/flowtable.h"
#include "lib/keyhash.h"
#include "lib/lpm.h"
#include "lib/slab.h"
#include "netns.h"
#include "objects/drain.h"
#include "objects/network.h"
#include "objects/tunnel.h"
#include "objects/vif.h"
#include "policy/policer.h"
#include "policy/set.h"
#include "policy/set_store.h"
#include "policy/sg.h"
#include "underlay/early_demux.h"

/* The hash of the module's sources, which modinfo shows as srcversion. */
static const char *main_source(void)
{
	return THIS_MODULE->srcversion ? THIS_MODULE->srcversion : "unknown";
}

/* Registers the kinds of objects, which the other parts look up objects by. */
static void __init register_kinds(void)
{
	vr_object_register(&vr_network_ops);
	vr_object_register(&vr_tunnel_ops);
	vr_object_register(&vr_vif_ops);
	vr_object_register(&vr_nexthop_ops);
	vr_object_register(&vr_label_ops);
	vr_object_register(&vr_set_ops);
	vr_object_register(&vr_sg_ops);
	vr_object_register(&vr_policer_ops);
}

static int __init start(void)
{
	int err;

	if (!vr_bh_excludes_softirqs()) {
		pr_err("vrouter: a kernel with PREEMPT_RT needs PREEMPT_RT_NEEDS_BH_LOCK\n");
		return -EOPNOTSUPP;
	}
	register_kinds();
	vr_trace_init();
	vr_key_hash_init();
	err = vr_set_stores_init();
	if (err)
		return err;
	err = vr_lpm_init();
	if (err)
		goto stores;
	err = vr_slab_init();
	if (err)
		goto lpm;
	err = vr_flow_init();
	if (err)
		goto slab;
	err = vr_drain_init();
	if (err)
		goto flow;
	err = vr_demux_init();
	if (err)
		goto drain;
	err = vr_netns_init();
	if (err)
		goto demux;
	err = vr_vif_notifier_init();
	if (err)
		goto netns;
	err = vr_hostdev_init();
	if (err)
		goto notifier;
	err = vr_nl_init(vrouter_nl_ops, ARRAY_SIZE(vrouter_nl_ops));
	if (!err)
		return 0;
	vr_hostdev_exit();
notifier:
	vr_vif_notifier_exit();
netns:
	vr_netns_exit();
demux:
	vr_demux_exit();
drain:
	vr_drain_exit();
flow:
	vr_flow_exit();
slab:
	vr_slab_exit();
lpm:
	vr_lpm_exit();
stores:
	vr_set_stores_exit();
	return err;
}

static int __init vr_init(void)
{
	int err = start();

	if (err)
		pr_err("version %s, source %s: not loaded, error %d\n", VR_VERSION, main_source(),
		       err);
	else
		pr_info("version %s, source %s: loaded\n", VR_VERSION, main_source());
	return err;
}

/*
 * Configuration ends first, then the devices. Unregistering the notifier removes the vifs, and so
 * the packets from VMs, and the hooks that take packets from the underlay's devices. Objects that
 * are freed after an RCU grace period must be freed before the code that frees them is unloaded.
 * Flows release rules when they are freed, and rules are freed a grace period later.
 * vr_set_stores_exit() waits for the flows, rcu_barrier() below for the rules.
 */
static void __exit vr_exit(void)
{
	vr_nl_exit();
	vr_hostdev_exit();
	vr_demux_close();
	vr_vif_notifier_exit();
	vr_netns_exit();
	vr_demux_exit();
	vr_drain_exit();
	vr_flow_exit();
	vr_set_stores_exit();
	vr_trace_exit();
	rcu_barrier();
	vr_slab_exit();
	vr_lpm_exit();
	pr_info("version %s, source %s: unloaded\n", VR_VERSION, main_source());
}

module_init(vr_init);
module_exit(vr_exit);

MODULE_DESCRIPTION("Distributed virtual router");
MODULE_AUTHOR("The vrouter authors");
MODULE_LICENSE("GPL");
MODULE_VERSION(VR_VERSION);
/*
 * There is no module alias: the kernel would load the module for anyone, unprivileged users
 * included, who asks for its generic netlink family or its link type. The administrator loads it.
 */
