/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_NETNS_H
#define _VROUTER_NETNS_H

int vr_netns_init(void);
void vr_netns_exit(void);

#endif /* _VROUTER_NETNS_H */
