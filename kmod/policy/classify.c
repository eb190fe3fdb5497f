// SPDX-License-Identifier: GPL-2.0
/*
 * Packet classifier: finds the rules that match a packet without testing each of them.
 *
 * Rules match five fields of a packet. The values of a field fall into intervals; for all
 * values of an interval the same rules match. Each interval has a vector with one bit per
 * rule, which is set if the rule matches the field. For a packet, bisection finds the
 * interval of each field. A rule matches the packet if its bit is set in all five vectors,
 * and the lowest such bit is the first rule that matches.
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
 * SIGCOMM 1998. With R rules a lookup takes 5 log2(2R) steps and reads up to 5 R/64 words.
 * The tables have up to 2R vectors of R bits for each field: R vectors if the rules do not
 * overlap in the field, and none if every rule matches all its values.
 */
#include <linux/bitmap.h>
#include <linux/mm.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "policy/classifier.h"

/* The values of a field that a pattern matches. */
struct span {
	struct vr_value first;
	struct vr_value last;
	bool all;
};

static int compare_values(const void *a, const void *b)
{
	return vr_value_compare(*(const struct vr_value *)a, *(const struct vr_value *)b);
}

static struct span address_span(const struct vr_prefix *prefix, bool v6)
{
	unsigned int free_bits = (v6 ? 128 : 32) - prefix->len;
	struct span span = {};

	span.first = vr_value_address((const union vr_ip *)&prefix->addr.v6, v6);
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
	return (struct span){ vr_value_number(ports->first), vr_value_number(ports->last),
			      ports->all };
}

static struct span span_of(const struct vr_pattern *pattern, unsigned int field, bool v6)
{
	switch (field) {
	case VR_FIELD_SRC:
		return address_span(&pattern->src, v6);
	case VR_FIELD_DST:
		return address_span(&pattern->dst, v6);
	case VR_FIELD_SPORT:
		return port_span(&pattern->sport);
	case VR_FIELD_DPORT:
		return port_span(&pattern->dport);
	default:
		return (struct span){ vr_value_number(pattern->proto),
				      vr_value_number(pattern->proto), !pattern->proto };
	}
}

/* The value after another one. After the last IPv6 address, it wraps to 0. */
static struct vr_value next_value(struct vr_value value)
{
	value.low++;
	value.high += !value.low;
	return value;
}

/* Finds where intervals start. @starts has room for two values per span, and one more. */
static unsigned int find_starts(struct vr_value *starts, const struct span *spans,
				unsigned int count)
{
	unsigned int i, n = 1, unique = 1;

	starts[0] = vr_value_number(0);
	for (i = 0; i < count; i++) {
		if (spans[i].all)
			continue;
		starts[n++] = spans[i].first;
		/* The wrapped 0 after the last IPv6 address is a duplicate of starts[0]. */
		starts[n++] = next_value(spans[i].last);
	}
	sort(starts, n, sizeof(*starts), compare_values, NULL);
	for (i = 1; i < n; i++)
		if (vr_value_compare(starts[i], starts[unique - 1]))
			starts[unique++] = starts[i];
	return unique;
}

/**
 * struct toggles - the intervals in which the spans of patterns begin and end
 * @first: for each interval, the number of its first toggle plus one, or 0
 * @next: for each toggle, the number of the interval's next toggle plus one, or 0; each
 *	pattern has two toggles
 */
struct toggles {
	u32 *first;
	u32 *next;
};

static void classify_add_toggle(struct toggles *toggles, unsigned int interval, u32 number)
{
	toggles->next[number] = toggles->first[interval];
	toggles->first[interval] = number + 1;
}

static int classify_make_toggles(struct toggles *toggles, const struct vr_field *field,
				 const struct span *spans, unsigned int count)
{
	unsigned int i, end;

	toggles->first = kvcalloc(field->count, sizeof(*toggles->first), GFP_KERNEL);
	toggles->next = kvmalloc_array(count, 2 * sizeof(*toggles->next), GFP_KERNEL);
	if (!toggles->first || !toggles->next)
		return -ENOMEM;
	for (i = 0; i < count; i++) {
		if (spans[i].all)
			continue;
		classify_add_toggle(toggles, vr_field_find_wide(field, spans[i].first), 2 * i);
		end = vr_field_find_wide(field, spans[i].last) + 1;
		if (end < field->count)
			classify_add_toggle(toggles, end, 2 * i + 1);
	}
	return 0;
}

static void classify_free_toggles(const struct toggles *toggles)
{
	kvfree(toggles->first);
	kvfree(toggles->next);
}

/*
 * Computes the vector of each interval in turn. An interval shares the vector of the interval
 * before its predecessor if both are equal: between prefixes or ports that do not overlap,
 * every other interval is a gap, and all gaps have the same vector.
 */
static unsigned int classify_sweep(struct vr_field *field, const struct toggles *toggles,
				   unsigned long *vectors, unsigned int words)
{
	unsigned long *now = vectors;
	unsigned int i, n = 0;
	u32 toggle;

	bitmap_copy(now, field->none, words * BITS_PER_LONG);
	for (i = 0; i < field->count; i++) {
		for (toggle = toggles->first[i]; toggle; toggle = toggles->next[toggle - 1])
			__change_bit((toggle - 1) / 2, now);
		if (i > 1 && bitmap_equal(now, vectors + field->vector[i - 2] * words,
					  words * BITS_PER_LONG)) {
			field->vector[i] = field->vector[i - 2];
			continue;
		}
		field->vector[i] = n++;
		bitmap_copy(now + words, now, words * BITS_PER_LONG);
		now += words;
		cond_resched();
	}
	return n;
}

/* The array has room for one more vector, the working copy of classify_sweep(). */
static int fill_vectors(struct vr_field *field, const struct toggles *toggles,
			unsigned int words)
{
	unsigned long *vectors;
	unsigned int n;

	vectors = kvmalloc_array(field->count + 1, words * sizeof(long), GFP_KERNEL);
	if (!vectors)
		return -ENOMEM;
	n = classify_sweep(field, toggles, vectors, words);
	field->vectors = kvmalloc_array(n, words * sizeof(long), VR_GFP_ACCOUNT);
	if (field->vectors)
		memcpy(field->vectors, vectors, n * words * sizeof(long));
	kvfree(vectors);
	return field->vectors ? 0 : -ENOMEM;
}

static int make_vectors(struct vr_field *field, const struct span *spans, unsigned int count,
			unsigned int words)
{
	struct toggles toggles = {};
	unsigned int i;
	int err;

	/* Each rule adds at most two intervals. */
	static_assert(2 * VROUTER_RULES_MAX < U16_MAX);
	field->none = kvcalloc(words, sizeof(long), VR_GFP_ACCOUNT);
	field->vector = kvmalloc_array(field->count, sizeof(*field->vector), VR_GFP_ACCOUNT);
	if (!field->none || !field->vector)
		return -ENOMEM;
	for (i = 0; i < count; i++)
		if (spans[i].all)
			__set_bit(i, field->none);
	err = classify_make_toggles(&toggles, field, spans, count);
	if (!err)
		err = fill_vectors(field, &toggles, words);
	classify_free_toggles(&toggles);
	return err;
}

static void free_field(struct vr_field *field)
{
	kvfree(field->starts);
	kvfree(field->narrow);
	kvfree(field->vector);
	kvfree(field->vectors);
	kvfree(field->none);
}

static bool is_wide(unsigned int which, bool v6)
{
	return v6 && (which == VR_FIELD_SRC || which == VR_FIELD_DST);
}

/* Converts starts to 32 bits. No packet has a value after the last one of a field. */
static int make_narrow(struct vr_field *field)
{
	unsigned int i;

	if (field->starts[field->count - 1].low > U32_MAX)
		field->count--;
	field->narrow = kvmalloc_array(field->count, sizeof(*field->narrow), VR_GFP_ACCOUNT);
	if (!field->narrow)
		return -ENOMEM;
	for (i = 0; i < field->count; i++)
		field->narrow[i] = field->starts[i].low;
	kvfree(field->starts);
	field->starts = NULL;
	return 0;
}

static int make_field(struct vr_field *field, bool wide, const struct span *spans,
		      unsigned int count, unsigned int words)
{
	int err;

	field->starts = kvmalloc_array(2 * count + 1, sizeof(*field->starts),
				       VR_GFP_ACCOUNT);
	if (!field->starts)
		return -ENOMEM;
	field->count = find_starts(field->starts, spans, count);
	err = make_vectors(field, spans, count, words);
	return err || wide ? err : make_narrow(field);
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
	struct vr_field *field;
	unsigned int f, i;
	int err = 0;

	for (f = 0; !err && f < VR_CLASSIFY_FIELDS; f++) {
		for (i = 0; i < classifier->patterns; i++)
			spans[i] = span_of(patterns[i], f, v6);
		if (all_all(spans, classifier->patterns))
			continue;
		field = &classifier->field[classifier->count++];
		field->which = f;
		err = make_field(field, is_wide(f, v6), spans, classifier->patterns,
				 classifier->words);
	}
	return err;
}

/**
 * vr_classifier_make() - builds the classifier of patterns for one address family
 * @patterns: the patterns; all may match the family, and their prefixes are of the family
 * @count: number of patterns
 * @v6: the family is IPv6
 *
 * Context: may sleep.
 * Return: the classifier, or NULL if there is no memory.
 */
struct vr_classifier *vr_classifier_make(const struct vr_pattern *const *patterns,
					 unsigned int count, bool v6)
{
	struct vr_classifier *classifier = kzalloc(sizeof(*classifier), VR_GFP_ACCOUNT);
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

static unsigned int classify_weight(const unsigned long *vector, const unsigned long *mask,
				    unsigned int words)
{
	unsigned int weight = 0;

	while (words--)
		weight += hweight_long(vector[words] & mask[words]);
	return weight;
}

static unsigned int classify_field_most(const struct vr_field *field, const unsigned long *mask,
					unsigned int words)
{
	unsigned int i, most = classify_weight(field->none, mask, words);

	for (i = 0; i < field->count; i++)
		most = max(most, classify_weight(field->vectors + field->vector[i] * words, mask,
						 words));
	return most;
}

/**
 * vr_classifier_most() - upper bound of the number of patterns that a packet matches
 * @classifier: the classifier
 * @mask: bitmap of the patterns that count
 *
 * The bound is not exact, since the fields are examined one by one.
 */
unsigned int vr_classifier_most(const struct vr_classifier *classifier,
				const unsigned long *mask)
{
	unsigned int f, most = bitmap_weight(mask, classifier->patterns);

	for (f = 0; most && f < classifier->count; f++)
		most = min(most, classify_field_most(&classifier->field[f], mask,
						     classifier->words));
	return most;
}

/** vr_classifier_free() - frees a classifier without readers; @classifier may be NULL */
void vr_classifier_free(struct vr_classifier *classifier)
{
	unsigned int f;

	for (f = 0; classifier && f < classifier->count; f++)
		free_field(&classifier->field[f]);
	kfree(classifier);
}
