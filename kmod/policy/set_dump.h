/* SPDX-License-Identifier: GPL-2.0 */
/* Dumps the elements of a set in order. See set_dump.c. */
#ifndef _VROUTER_SET_DUMP_H
#define _VROUTER_SET_DUMP_H

#include "policy/set_store.h"

struct vr_set_dump;

int vr_set_dump_next(struct vr_set_dump **order, const struct vr_set_store *store,
		     bool v6, const struct vr_store_key *after,
		     struct vr_element *element);

#endif /* _VROUTER_SET_DUMP_H */
