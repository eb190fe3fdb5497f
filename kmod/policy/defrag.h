/* SPDX-License-Identifier: GPL-2.0 */
/* Fragments of IP packets, put together where a vif's policy has to see whole ones. */
#ifndef _VROUTER_DEFRAG_H
#define _VROUTER_DEFRAG_H

#include <linux/list.h>
#include <linux/rbtree.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "core/vrouter.h"

struct sk_buff;
struct vr_pkt;
struct vr_vif;

/* Default of what the fragments that wait at a vif may take, for each direction. */
#define VR_DEFRAG_MEMORY (512 * 1024)

/**
 * struct vr_defrag - the fragments that wait at a vif, of one direction
 * @vif: the vif
 * @lock: a leaf, taken with BH disabled
 * @queues: struct queue by what the fragments of a packet have in common
 * @ages: the same, oldest first
 * @count: how many
 * @memory: bytes that they take, with all that belongs to them
 * @closed: the vif goes: nothing is taken any more
 * @reassembled: packets that were put together
 * @failed: packets that could not be
 * @work: lets go of those that wait for too long
 */
struct vr_defrag {
	struct vr_vif *vif;
	spinlock_t lock;	/* protects what follows */
	struct rb_root queues;
	struct list_head ages;
	u32 count;
	u32 memory;
	bool closed;
	u64 reassembled;
	u64 failed;
	struct delayed_work work;
};

void vr_defrag_init(struct vr_defrag *defrag, struct vr_vif *vif);
void vr_defrag_exit(struct vr_defrag *defrag);
int vr_defrag_put(struct sk_buff *msg, int attr, struct vr_defrag *defrag);
struct sk_buff *vr_defrag(struct vr_defrag *defrag, struct sk_buff *skb, struct vr_pkt *pkt);

#endif /* _VROUTER_DEFRAG_H */
