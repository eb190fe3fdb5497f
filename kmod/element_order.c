// SPDX-License-Identifier: GPL-2.0
/*
 * The order in which the elements of a set are dumped: IPv4 before IPv6, then by address,
 * prefix length, protocol and port.
 *
 * A set does not keep its elements in order, as that would cost more than the elements: the
 * dump that wants it sorts their keys when it comes to the set, and keeps that as long as it
 * takes. What is added to the set meanwhile is not in it; listeners and the dump's sequence
 * number tell of that.
 */
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/sched.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "element_order.h"

/**
 * struct vr_element_order - the keys of a set in order
 * @split: of @keys, those of IPv4
 * @count: of @keys
 * @keys: without the end of ranges, which nothing shares
 */
struct vr_element_order {
	u32 split;
	u32 count;
	struct vr_content_key keys[];
};

static int compare(const void *a, const void *b)
{
	const struct vr_content_key *x = a, *y = b;
	int differ = memcmp(&x->v6, &y->v6, sizeof(x->v6));

	if (!differ)
		differ = x->len - y->len;
	if (!differ)
		differ = x->proto - y->proto;
	return differ ? differ : x->port - y->port;
}

/* Sorting a million takes a while, and this is all of it that others see. */
static int compare_resched(const void *a, const void *b)
{
	cond_resched();
	return compare(a, b);
}

static void collect(const struct vr_element *element, void *data)
{
	struct vr_element_order *order = data;

	order->keys[order->count++] = element->key;
}

/**
 * vr_element_order_make() - sorts the keys of a set
 * @content: of the set
 *
 * Context: vn->lock. Sleeps.
 * Return: the order, to be freed by kvfree(), or NULL.
 */
struct vr_element_order *vr_element_order_make(const struct vr_content *content)
{
	struct vr_element_order *order;

	order = kvmalloc(struct_size(order, keys, content->count), GFP_KERNEL_ACCOUNT);
	if (!order)
		return NULL;
	order->count = 0;
	vr_content_walk(content, false, collect, order);
	order->split = order->count;
	vr_content_walk(content, true, collect, order);
	sort(order->keys, order->split, sizeof(*order->keys), compare_resched, NULL);
	sort(order->keys + order->split, order->count - order->split, sizeof(*order->keys),
	     compare_resched, NULL);
	return order;
}

/* The first key of a family that is behind another. */
static u32 behind(const struct vr_element_order *order, bool v6,
		  const struct vr_content_key *key)
{
	u32 from = v6 ? order->split : 0, to = v6 ? order->count : order->split, middle;

	while (from < to) {
		middle = from + (to - from) / 2;
		if (compare(&order->keys[middle], key) > 0)
			to = middle;
		else
			from = middle + 1;
	}
	return from;
}

/**
 * vr_element_order_next() - the element that follows another
 * @order: of the set, or what it was
 * @content: of the set as it is
 * @begun: there is another: @key; otherwise the first one is meant
 * @v6: family of @key
 * @key: of an element that is or was there
 * @element: result
 *
 * Elements that are gone or have expired are left out.
 *
 * Context: vn->lock.
 */
bool vr_element_order_next(const struct vr_element_order *order,
			   const struct vr_content *content, bool begun, bool v6,
			   const struct vr_content_key *key, struct vr_element *element)
{
	u32 i = begun ? behind(order, v6, key) : 0;

	for (; i < order->count; i++)
		if (vr_content_at(content, i >= order->split, &order->keys[i], element) &&
		    !vr_element_expired(element))
			return true;
	return false;
}
