/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_COMPAT_NET_GENETLINK_H
#define _VROUTER_COMPAT_NET_GENETLINK_H

#include_next <net/genetlink.h>

#ifndef VR_HAVE_GENL_INFO_DUMP
/* Since 6.7 this gives a struct genl_info; both have the attributes as attrs. */
static inline const struct genl_dumpit_info *genl_info_dump(struct netlink_callback *cb)
{
	return genl_dumpit_info(cb);
}
#endif

/*
 * Listening to a group takes CAP_NET_ADMIN in the user namespace of the network namespace.
 * Before 6.7, and what was ported back of it, the flags were those of operations.
 */
#ifndef VR_HAVE_GENL_MCAST_CAPS
#define GENL_MCAST_CAP_NET_ADMIN GENL_UNS_ADMIN_PERM
#endif

#endif /* _VROUTER_COMPAT_NET_GENETLINK_H */
