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
 * tables take up to 2R vectors of R bits for each field, R where the rules do not overlap
 * in it, and nothing where they all are the same.
 */
#include <linux/bitmap.h>
#include <linux/mm.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "policy/classifier.h"

/* From when on a vector holds. */
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

/* The values of a field that a pattern fits. */
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

/* The value behind another one; there is none behind the last one of the field. */
static struct vr_value next_value(struct vr_value value)
{
	value.low++;
	value.high += !value.low;
	return value;
}

/* Finds where intervals start. Of @starts there is room for two a range and one more. */
static unsigned int find_starts(struct vr_value *starts, const struct span *spans,
				unsigned int count)
{
	unsigned int i, n = 1, unique = 1;

	starts[0] = vr_value_number(0);
	for (i = 0; i < count; i++) {
		if (spans[i].all)
			continue;
		starts[n++] = spans[i].first;
		/* What would be behind the last IPv6 address is 0 again. */
		starts[n++] = next_value(spans[i].last);
	}
	sort(starts, n, sizeof(*starts), compare_values, NULL);
	for (i = 1; i < n; i++)
		if (vr_value_compare(starts[i], starts[unique - 1]))
			starts[unique++] = starts[i];
	return unique;
}

/**
 * struct toggles - where the ranges of patterns begin and end
 * @first: of each interval, one more than the number of a toggle that is there, or 0
 * @next: of each toggle, the same of another one of the interval; two a pattern
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
 * Goes through the intervals with the vector of each, and keeps each vector once, where that
 * is easily seen: between prefixes or ports that nothing else overlaps, every other interval
 * is what they leave.
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

/* With room for one more, in which the classify_sweep has its own. */
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

	/* Of each rule there are two starts at most. */
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

/* What is behind the last value of a field is no packet's. */
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
 * vr_classifier_most() - no packet fits more of some patterns
 * @classifier: of all patterns
 * @mask: a bit for each of those that count
 *
 * A packet may fit fewer: the fields are looked at one by one.
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

/** vr_classifier_free() - frees a classifier that no packet looks at, or NULL */
void vr_classifier_free(struct vr_classifier *classifier)
{
	unsigned int f;

	for (f = 0; classifier && f < classifier->count; f++)
		free_field(&classifier->field[f]);
	kfree(classifier);
}
