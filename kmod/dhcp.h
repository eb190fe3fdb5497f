/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_DHCP_H
#define _VROUTER_DHCP_H

#include "packet.h"

bool vr_dhcp_is_question(const struct vr_pkt *pkt);
bool vr_dhcp_is_answer(const struct vr_pkt *pkt);
bool vr_dhcp_is_server(const struct vr_pkt *pkt);

#endif /* _VROUTER_DHCP_H */
