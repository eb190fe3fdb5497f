/* SPDX-License-Identifier: GPL-2.0 */
/* Reassembly of IP fragments for vifs whose policy needs whole packets. */
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

/* Default limit of the memory for waiting fragments, in bytes, per vif and direction. */
#define VR_DEFRAG_MEMORY (512 * 1024)

/**
 * struct vr_defrag - the fragments that wait at a vif, for one direction
 * @vif: the vif
 * @lock: a leaf lock, taken with BH disabled
 * @queues: struct queue, one per incomplete packet, by struct frag_key
 * @ages: the same queues, oldest first
 * @count: number of queues
 * @memory: bytes that the queues and their fragments take, overhead included
 * @closed: the vif is being deleted; no more fragments are accepted
 * @reassembled: number of packets that were reassembled
 * @failed: number of packets that could not be reassembled
 * @work: drops fragments that have waited too long
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
