/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_COMPAT_NET_GRO_H
#define _VROUTER_COMPAT_NET_GRO_H

#include_next <net/gro.h>

/*
 * Does GRO find the UDP socket of a packet that others were merged into? Before 6.9 it
 * looked by the addresses inside of the tunnel, and found only sockets that listen on
 * all addresses; for others the packet came out damaged.
 */
#ifdef VR_HAVE_GRO_NETWORK_OFFSETS
#define VR_GRO_FINDS_SOCKETS true
#else
#define VR_GRO_FINDS_SOCKETS false
#endif

#endif /* _VROUTER_COMPAT_NET_GRO_H */
