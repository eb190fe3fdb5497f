// SPDX-License-Identifier: GPL-2.0
/*
 * Which of many rules fit a packet, without looking at each of them.
 *
 * The rules of a security group differ in five fields of a packet. For each field, the
 * values that it can have fall into intervals, within which the same rules fit, and each
 * interval has a vector with a bit for every rule: does the rule fit, as far as this
 * field goes? For a packet, the interval of each field is found by bisection. The rules
 * whose bit is set in all five vectors are those that fit the packet, and the lowest bit
 * is the rule that comes first.
 *
 * Example, with two rules, "0: tcp dport 80-90" and "1: from 10.0.0.0/8":
 *
 *	destination port	0-79: -1	80-90: 01	91-65535: -1	none: -1
 *	source address		0.0.0.0: 0-	10.0.0.0: 01	11.0.0.0: 0-
 *
 * A packet from 10.1.1.1 to port 85 has 01 and 01: rule 0 decides. From 10.1.1.1 to port
 * 91 it has -1 and 01: rule 1.
 *
 * This is the bit vector scheme of T. V. Lakshman and D. Stiliadis, High-speed
 * policy-based packet forwarding using efficient multi-dimensional range matching,
 * SIGCOMM 1998. With R rules a packet costs 5 log2(2R) steps and up to 5 R/64 words; the
 * tables take up to 2R vectors of R bits for each field, and nothing for a field in which
 * all rules are the same.
 */
#include <linux/bitmap.h>
#include <linux/mm.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "classify.h"

/* A value of a field: an address in host order, a port or a protocol. */
struct value {
	u64 high;
	u64 low;
};

/* From when on a vector holds. */
struct span {
	struct value first;
	struct value last;
	bool all;
};

/**
 * struct field - the intervals of a field
 * @count: of @starts, at least 1; 0 when all patterns are the same here
 * @starts: first value of each interval, in order; the first one is 0
 * @vectors: for each interval the bits of the patterns that fit
 * @none: bits of the patterns that fit a packet without the field
 */
struct field {
	unsigned int count;
	struct value *starts;
	unsigned long *vectors;
	unsigned long *none;
};

enum { SRC, DST, SPORT, DPORT, PROTO };

/**
 * struct vr_classifier - patterns of one direction and family, ready to be looked up
 * @patterns: how many there are
 * @words: of a vector
 * @field: what packets are looked at for
 */
struct vr_classifier {
	unsigned int patterns;
	unsigned int words;
	struct field field[VR_CLASSIFY_FIELDS];
};

static int compare(struct value a, struct value b)
{
	if (a.high != b.high)
		return a.high < b.high ? -1 : 1;
	if (a.low != b.low)
		return a.low < b.low ? -1 : 1;
	return 0;
}

static int compare_values(const void *a, const void *b)
{
	return compare(*(const struct value *)a, *(const struct value *)b);
}

static struct value number(u64 low)
{
	return (struct value){ 0, low };
}

static struct value address(const union vr_ip *addr, bool v6)
{
	__be64 half[2];

	if (!v6)
		return number(ntohl(addr->v4));
	memcpy(half, &addr->v6, sizeof(half));
	return (struct value){ be64_to_cpu(half[0]), be64_to_cpu(half[1]) };
}

static struct span address_span(const struct vr_prefix *prefix, bool v6)
{
	unsigned int free_bits = (v6 ? 128 : 32) - prefix->len;
	struct span span = {};

	span.first = address((const union vr_ip *)&prefix->addr.v6, v6);
	span.last = span.first;
	span.all = !prefix->addr.family || !prefix->len;
	if (span.all)
		return span;
	if (free_bits > 64)
		span.last.high |= GENMASK_ULL(free_bits - 65, 0);
	if (free_bits)
		span.last.low |= GENMASK_ULL(min(free_bits, 64u) - 1, 0);
	return span;
}

static struct span port_span(const struct vr_ports *ports)
{
	return (struct span){ number(ports->first), number(ports->last), ports->all };
}

/* The values of a field that a pattern fits. */
static struct span span_of(const struct vr_pattern *pattern, unsigned int field, bool v6)
{
	switch (field) {
	case SRC:
		return address_span(&pattern->src, v6);
	case DST:
		return address_span(&pattern->dst, v6);
	case SPORT:
		return port_span(&pattern->sport);
	case DPORT:
		return port_span(&pattern->dport);
	default:
		return (struct span){ number(pattern->proto), number(pattern->proto),
				       !pattern->proto };
	}
}

static bool contains(const struct span *span, struct value value)
{
	return span->all || (compare(span->first, value) <= 0 &&
			      compare(value, span->last) <= 0);
}

/* The value behind another one; there is none behind the last one of the field. */
static struct value next_value(struct value value)
{
	value.low++;
	value.high += !value.low;
	return value;
}

/* Finds where intervals start. Of @starts there is room for two a range and one more. */
static unsigned int find_starts(struct value *starts, const struct span *spans,
				unsigned int count)
{
	unsigned int i, n = 1, unique = 1;

	starts[0] = number(0);
	for (i = 0; i < count; i++) {
		if (spans[i].all)
			continue;
		starts[n++] = spans[i].first;
		/* What would be behind the last IPv6 address is 0 again. */
		starts[n++] = next_value(spans[i].last);
	}
	sort(starts, n, sizeof(*starts), compare_values, NULL);
	for (i = 1; i < n; i++)
		if (compare(starts[i], starts[unique - 1]))
			starts[unique++] = starts[i];
	return unique;
}

static void fill_vectors(struct field *field, const struct span *spans, unsigned int count,
			 unsigned int words)
{
	unsigned int i, j;

	for (i = 0; i < field->count; i++)
		for (j = 0; j < count; j++)
			if (contains(&spans[j], field->starts[i]))
				__set_bit(j, field->vectors + i * words);
	for (j = 0; j < count; j++)
		if (spans[j].all)
			__set_bit(j, field->none);
}

static void free_field(struct field *field)
{
	kvfree(field->starts);
	kvfree(field->vectors);
	kvfree(field->none);
}

static int make_field(struct field *field, const struct span *spans, unsigned int count,
		      unsigned int words)
{
	field->starts = kvmalloc_array(2 * count + 1, sizeof(*field->starts),
				       GFP_KERNEL_ACCOUNT);
	if (!field->starts)
		return -ENOMEM;
	field->count = find_starts(field->starts, spans, count);
	field->none = kvcalloc(words, sizeof(long), GFP_KERNEL_ACCOUNT);
	field->vectors = kvcalloc(field->count, words * sizeof(long), GFP_KERNEL_ACCOUNT);
	if (!field->none || !field->vectors)
		return -ENOMEM;
	fill_vectors(field, spans, count, words);
	return 0;
}

static bool all_all(const struct span *spans, unsigned int count)
{
	while (count--)
		if (!spans[count].all)
			return false;
	return true;
}

static int make_fields(struct vr_classifier *classifier,
		       const struct vr_pattern *const *patterns, struct span *spans,
		       bool v6)
{
	unsigned int f, i;
	int err = 0;

	for (f = 0; !err && f < VR_CLASSIFY_FIELDS; f++) {
		for (i = 0; i < classifier->patterns; i++)
			spans[i] = span_of(patterns[i], f, v6);
		if (!all_all(spans, classifier->patterns))
			err = make_field(&classifier->field[f], spans, classifier->patterns,
					 classifier->words);
	}
	return err;
}

/**
 * vr_classifier_make() - prepares patterns for packets of a family
 * @patterns: they all may fit that family, and their prefixes are of it
 * @count: how many there are
 * @v6: the family
 *
 * Context: may sleep.
 * Return: the classifier, or NULL when there is no memory.
 */
struct vr_classifier *vr_classifier_make(const struct vr_pattern *const *patterns,
					 unsigned int count, bool v6)
{
	struct vr_classifier *classifier = kzalloc(sizeof(*classifier), GFP_KERNEL_ACCOUNT);
	struct span *spans = kvcalloc(count + 1, sizeof(*spans), GFP_KERNEL);

	if (!classifier || !spans)
		goto free;
	classifier->patterns = count;
	classifier->words = BITS_TO_LONGS(count);
	if (make_fields(classifier, patterns, spans, v6))
		goto free;
	kvfree(spans);
	return classifier;

free:
	kvfree(spans);
	vr_classifier_free(classifier);
	return NULL;
}

/** vr_classifier_free() - frees a classifier that no packet looks at, or NULL */
void vr_classifier_free(struct vr_classifier *classifier)
{
	unsigned int f;

	for (f = 0; classifier && f < VR_CLASSIFY_FIELDS; f++)
		free_field(&classifier->field[f]);
	kfree(classifier);
}

/* The interval that a value is in: the last one that starts at or before it. */
static const unsigned long *find_vector(const struct field *field, struct value value,
					unsigned int words)
{
	unsigned int low = 0, high = field->count, middle;

	while (high - low > 1) {
		middle = (low + high) / 2;
		if (compare(field->starts[middle], value) <= 0)
			low = middle;
		else
			high = middle;
	}
	return field->vectors + low * words;
}

/**
 * vr_classify() - finds the patterns that fit a packet
 * @classifier: of the packet's family
 * @tuple: the packet
 * @candidates: filled in, for vr_candidate()
 *
 * Context: whatever keeps @classifier from being freed.
 */
void vr_classify(const struct vr_classifier *classifier, const struct vr_tuple *tuple,
		 struct vr_candidates *candidates)
{
	const struct value values[VR_CLASSIFY_FIELDS] = {
		[SRC] = address(&tuple->src, tuple->v6),
		[DST] = address(&tuple->dst, tuple->v6),
		[SPORT] = number(tuple->sport),
		[DPORT] = number(tuple->dport),
		[PROTO] = number(tuple->proto),
	};
	const struct field *field;
	unsigned int f;

	candidates->count = 0;
	candidates->patterns = classifier->patterns;
	for (f = 0; f < VR_CLASSIFY_FIELDS; f++) {
		field = &classifier->field[f];
		if (!field->count)
			continue;
		candidates->vectors[candidates->count++] =
			!tuple->has_ports && (f == SPORT || f == DPORT) ? field->none :
			find_vector(field, values[f], classifier->words);
	}
}

/**
 * vr_candidate() - the first pattern that fits, from one on
 * @candidates: from vr_classify()
 * @from: number of the first pattern that may be it
 *
 * Return: its number, or the count of patterns when there is none.
 */
unsigned int vr_candidate(const struct vr_candidates *candidates, unsigned int from)
{
	unsigned int word, i;
	unsigned long bits;

	for (; from < candidates->patterns; from = (word + 1) * BITS_PER_LONG) {
		word = from / BITS_PER_LONG;
		bits = ~0UL << from % BITS_PER_LONG;
		for (i = 0; bits && i < candidates->count; i++)
			bits &= candidates->vectors[i][word];
		if (bits)
			return min_t(unsigned int, word * BITS_PER_LONG + __ffs(bits),
				     candidates->patterns);
	}
	return candidates->patterns;
}
