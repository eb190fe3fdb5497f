/* SPDX-License-Identifier: GPL-2.0 */
/* The remote ends that next hops lead to. See remotes.c. */
#ifndef _VROUTER_REMOTES_H
#define _VROUTER_REMOTES_H

#include "core/vrouter.h"

/**
 * struct vr_remote_key - a remote end as a key; without padding, as it is hashed as memory
 * @tunnel: id of the tunnel
 * @addr: outer address
 */
struct vr_remote_key {
	u32 tunnel;
	struct vr_addr addr;
};

int vr_remotes_add(struct vr_tunnel *tunnel, const struct vr_addr *addr);
void vr_remotes_del(struct vr_tunnel *tunnel, const struct vr_addr *addr);
bool vr_remotes_has(const struct vr_tunnel *tunnel, const struct vr_addr *addr);
int vr_remotes_init(struct vr_net *vn);
void vr_remotes_exit(struct vr_net *vn);

#endif /* _VROUTER_REMOTES_H */
