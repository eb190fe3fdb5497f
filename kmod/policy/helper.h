/* SPDX-License-Identifier: GPL-2.0 */
/* Conntrack helpers of the host, which follow protocols such as FTP. */
#ifndef _VROUTER_HELPER_H
#define _VROUTER_HELPER_H

#include <linux/list.h>
#include <linux/types.h>

/* Maximum size of a helper's name in the kernel, with the terminating NUL. */
#define VR_HELPER_NAME_MAX 16

struct nf_conn;
struct nf_conntrack_helper;
struct nlattr;
struct sk_buff;
struct vr_pattern;
struct vr_pkt;

/**
 * struct vr_helper - a helper, which may exist for either family or both
 * @v4: helper for IPv4, or NULL
 * @v6: helper for IPv6, or NULL
 */
struct vr_helper {
	struct nf_conntrack_helper *v4;
	struct nf_conntrack_helper *v6;
};

void vr_helper_load(struct list_head *list, const struct nlattr *name, u8 proto);
void vr_helpers_release(struct list_head *list);
bool vr_helper_get(struct vr_helper *helper, const struct list_head *list, const char *name,
		   const struct vr_pattern *pattern);
void vr_helper_put(struct vr_helper *helper);
bool vr_helper_assign(const struct vr_helper *helper, struct nf_conn *ct);
const char *vr_helper_name(const struct nf_conn *ct);
bool vr_helper_run(struct sk_buff *skb, const struct vr_pkt *pkt);

#endif /* _VROUTER_HELPER_H */
