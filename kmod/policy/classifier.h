/* SPDX-License-Identifier: GPL-2.0 */
/* Lookup of the rules that match a packet. See classify.c. */
#ifndef _VROUTER_CLASSIFIER_H
#define _VROUTER_CLASSIFIER_H

#include <linux/bitops.h>
#include <linux/etherdevice.h>	/* get_unaligned_be64(), on all kernel versions */
#include <linux/minmax.h>

#include "policy/classify.h"

/* Source and destination address, source and destination port, protocol. */
#define VR_CLASSIFY_FIELDS 5

/* Value of a field: an address in host byte order, a port or a protocol. */
struct vr_value {
	u64 high;
	u64 low;
};

/**
 * struct vr_field - the intervals of a field
 * @which: VR_FIELD_*
 * @count: number of intervals, at least 1
 * @starts: first value of each interval, in ascending order; the first one is 0. NULL if
 *	@narrow is used instead
 * @narrow: replaces @starts if 32 bits are enough, that is, for all fields but IPv6 addresses
 * @vector: for each interval, the index of its vector in @vectors
 * @vectors: bit vectors of the patterns that match
 * @none: bit vector of the patterns that match a packet without the field
 */
struct vr_field {
	unsigned int which;
	unsigned int count;
	struct vr_value *starts;
	u32 *narrow;
	u16 *vector;
	unsigned long *vectors;
	unsigned long *none;
};

enum { VR_FIELD_SRC, VR_FIELD_DST, VR_FIELD_SPORT, VR_FIELD_DPORT, VR_FIELD_PROTO };

/**
 * struct vr_classifier - lookup structure for the patterns of one direction and family
 * @patterns: number of patterns
 * @words: words per vector
 * @count: number of entries in @field
 * @field: the fields that at least one pattern restricts
 */
struct vr_classifier {
	unsigned int patterns;
	unsigned int words;
	unsigned int count;
	struct vr_field field[VR_CLASSIFY_FIELDS];
};

static inline int vr_value_compare(struct vr_value a, struct vr_value b)
{
	if (a.high != b.high)
		return a.high < b.high ? -1 : 1;
	if (a.low != b.low)
		return a.low < b.low ? -1 : 1;
	return 0;
}

static inline struct vr_value vr_value_number(u64 low)
{
	return (struct vr_value){ 0, low };
}

static inline struct vr_value vr_value_address(const union vr_ip *addr, bool v6)
{
	if (!v6)
		return vr_value_number(ntohl(addr->v4));
	return (struct vr_value){ get_unaligned_be64(&addr->v6.s6_addr[0]),
			       get_unaligned_be64(&addr->v6.s6_addr[8]) };
}

/**
 * struct vr_candidates - the patterns that match a packet
 * @vectors: for each entry of vr_classifier.field, the bits of the patterns that match
 * @count: number of vectors
 * @patterns: number of patterns
 * @first: first word of the intersection of all vectors
 */
struct vr_candidates {
	const unsigned long *vectors[VR_CLASSIFY_FIELDS];
	unsigned long first;
	unsigned int count;
	unsigned int patterns;
};

/* Value of a packet's field that is not an IPv6 address. */
static inline u32 vr_field_value(const struct vr_field *field, const struct vr_tuple *tuple)
{
	switch (field->which) {
	case VR_FIELD_SRC:
		return ntohl(tuple->src.v4);
	case VR_FIELD_DST:
		return ntohl(tuple->dst.v4);
	case VR_FIELD_SPORT:
		return tuple->sport;
	case VR_FIELD_DPORT:
		return tuple->dport;
	default:
		return tuple->proto;
	}
}

/* Finds the interval of a value: the last one that starts at or before it. */
static inline unsigned int vr_field_find_narrow(const struct vr_field *field, u32 value)
{
	unsigned int low = 0, high = field->count, middle;

	while (high - low > 1) {
		middle = (low + high) / 2;
		if (field->narrow[middle] <= value)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static inline unsigned int vr_field_find_wide(const struct vr_field *field,
					      struct vr_value value)
{
	unsigned int low = 0, high = field->count, middle;

	while (high - low > 1) {
		middle = (low + high) / 2;
		if (vr_value_compare(field->starts[middle], value) <= 0)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static inline unsigned int vr_field_find(const struct vr_field *field,
					 const struct vr_tuple *tuple)
{
	const union vr_ip *addr = field->which == VR_FIELD_SRC ? &tuple->src : &tuple->dst;

	if (field->narrow)
		return vr_field_find_narrow(field, vr_field_value(field, tuple));
	return vr_field_find_wide(field, vr_value_address(addr, true));
}

static inline bool vr_tuple_lacks(const struct vr_tuple *tuple, unsigned int field)
{
	return !tuple->has_ports && (field == VR_FIELD_SPORT || field == VR_FIELD_DPORT);
}

/**
 * vr_classify() - finds the patterns that match a packet
 * @classifier: classifier for the packet's family
 * @tuple: the packet
 * @candidates: result, for vr_candidate()
 *
 * Context: the caller keeps @classifier from being freed.
 */
static inline void vr_classify(const struct vr_classifier *classifier,
			       const struct vr_tuple *tuple,
			       struct vr_candidates *candidates)
{
	const struct vr_field *field = classifier->field;
	const unsigned long *vector;
	unsigned int f, interval;

	candidates->count = classifier->count;
	candidates->patterns = classifier->patterns;
	candidates->first = ~0UL;
	for (f = 0; f < classifier->count; f++, field++) {
		if (vr_tuple_lacks(tuple, field->which)) {
			vector = field->none;
		} else {
			interval = vr_field_find(field, tuple);
			vector = field->vectors + field->vector[interval] * classifier->words;
		}
		candidates->vectors[f] = vector;
		candidates->first &= *vector;
	}
}

/* One word of the intersection of all vectors. */
static inline unsigned long vr_candidates_word(const struct vr_candidates *candidates,
					       unsigned int word)
{
	unsigned long bits = ~0UL;
	unsigned int i;

	if (!word)
		return candidates->first;
	for (i = 0; bits && i < candidates->count; i++)
		bits &= candidates->vectors[i][word];
	return bits;
}

/**
 * vr_candidate() - finds the next pattern that matches
 * @candidates: from vr_classify()
 * @from: number of the pattern that the search starts with
 *
 * Return: the number of the pattern, or the total number of patterns if none matches.
 */
static inline unsigned int vr_candidate(const struct vr_candidates *candidates,
					unsigned int from)
{
	unsigned long bits;
	unsigned int word;

	for (; from < candidates->patterns; from = (word + 1) * BITS_PER_LONG) {
		word = from / BITS_PER_LONG;
		bits = vr_candidates_word(candidates, word) & ~0UL << from % BITS_PER_LONG;
		if (bits)
			return min_t(unsigned int, word * BITS_PER_LONG + __ffs(bits),
				     candidates->patterns);
	}
	return candidates->patterns;
}

#endif /* _VROUTER_CLASSIFIER_H */
