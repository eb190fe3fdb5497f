/* SPDX-License-Identifier: GPL-2.0 */
/* Finds the network of packets from tunnels: by VNI, and in GRE by key. */
#ifndef _VROUTER_VNI_H
#define _VROUTER_VNI_H

#include "core/vrouter.h"

struct genl_info;

/** struct vr_vni_key - a number by which packets of a tunnel identify a network */
struct vr_vni_key {
	u32 space;	/* index into vr_network.vnis */
	u32 id;
	u32 tunnel;	/* id; 0 for every tunnel */
};

/**
 * struct vr_vni - an entry of vr_net.vnis
 * @node: in vr_net.vnis unless @key.id is 0
 * @key: the lookup key
 * @network: the network
 */
struct vr_vni {
	struct rhash_head node;
	struct vr_vni_key key;
	struct vr_network *network;
};

/**
 * struct vr_vni_conf - the numbers that identify a network
 * @vni: 24 bits, or 0
 * @key: for GRE, 0 if the VNI is the key
 * @tunnel: the tunnel on which both are valid, NULL for every tunnel
 */
struct vr_vni_conf {
	u32 vni;
	u32 key;
	struct vr_tunnel *tunnel;
};

struct vr_network *vr_network_by_vni(const struct vr_tunnel *tunnel, u32 vni);
struct vr_network *vr_network_by_key(const struct vr_tunnel *tunnel, u32 key);

int vr_vni_check(struct vr_net *vn, const struct vr_network *self,
		 const struct vr_vni_conf *conf, struct genl_info *info);
int vr_vni_set(struct vr_network *network, const struct vr_vni_conf *conf);
int vr_vnis_init(struct vr_net *vn);
void vr_vnis_exit(struct vr_net *vn);

#endif /* _VROUTER_VNI_H */
