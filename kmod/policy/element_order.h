/* SPDX-License-Identifier: GPL-2.0 */
/* The order in which the elements of a set are dumped. See element_order.c. */
#ifndef _VROUTER_ELEMENT_ORDER_H
#define _VROUTER_ELEMENT_ORDER_H

#include "policy/content.h"

struct vr_element_order;

int vr_element_order_next(struct vr_element_order **order, const struct vr_content *content,
			  bool v6, const struct vr_content_key *after,
			  struct vr_element *element);

#endif /* _VROUTER_ELEMENT_ORDER_H */
