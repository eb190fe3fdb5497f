/* SPDX-License-Identifier: GPL-2.0 */
/* The order in which the elements of a set are dumped. See element_order.c. */
#ifndef _VROUTER_ELEMENT_ORDER_H
#define _VROUTER_ELEMENT_ORDER_H

#include "content.h"

struct vr_element_order;

struct vr_element_order *vr_element_order_make(const struct vr_content *content);
bool vr_element_order_next(const struct vr_element_order *order,
			   const struct vr_content *content, bool begun, bool v6,
			   const struct vr_content_key *key, struct vr_element *element);

#endif /* _VROUTER_ELEMENT_ORDER_H */
