// SPDX-License-Identifier: GPL-2.0
/* What sets hold: looked up by packets, changed by requests under the lock. */
#include <linux/inetdevice.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/workqueue.h>
#include <net/ipv6.h>

#include "content.h"
#include "keyhash.h"

/* Frees contents, which may take long, and after their readers. */
static struct workqueue_struct *workqueue;

#define KEY4_LEN (sizeof(struct vr_content_key) - offsetof(struct vr_content_key, v4))

static_assert(KEY4_LEN == 2 * sizeof(u32) && sizeof(struct vr_content_key) == 5 * sizeof(u32));

/* Elements and ranges begin alike, so both are hashed by the same parameters. */
static_assert(offsetof(struct vr_ranges, node) == offsetof(struct vr_element, node));
static_assert(offsetof(struct vr_ranges, key) == offsetof(struct vr_element, key));

static inline u32 hash_key4(const void *key, u32 len, u32 seed)
{
	return vr_key_hash_seeded(vr_key_hash(key, 2), seed);
}

static inline u32 hash_key6(const void *key, u32 len, u32 seed)
{
	return vr_key_hash_seeded(vr_key_hash(key, 5), seed);
}

static inline int differs4(struct rhashtable_compare_arg *arg, const void *obj)
{
	const struct vr_content_key *key = &((const struct vr_element *)obj)->key;

	return memcmp(arg->key, &key->v4, KEY4_LEN);
}

static inline int differs6(struct rhashtable_compare_arg *arg, const void *obj)
{
	const struct vr_content_key *key = &((const struct vr_element *)obj)->key;

	return memcmp(arg->key, key, sizeof(*key));
}

static const struct rhashtable_params params4 = {
	.head_offset = offsetof(struct vr_element, node),
	.key_offset = offsetof(struct vr_element, key.v4),
	.key_len = KEY4_LEN,
	.hashfn = hash_key4,
	.obj_cmpfn = differs4,
	.automatic_shrinking = true,
};

static const struct rhashtable_params params6 = {
	.head_offset = offsetof(struct vr_element, node),
	.key_offset = offsetof(struct vr_element, key),
	.key_len = sizeof(struct vr_content_key),
	.hashfn = hash_key6,
	.obj_cmpfn = differs6,
	.automatic_shrinking = true,
};

static bool has_ranges(const struct vr_content *content)
{
	return content->type == VROUTER_SET_TYPE_NET_PROTO_PORTS;
}

/* It takes no pointer to const, but changes nothing. */
static __always_inline void *hash_find4(const struct vr_content *content, const __be32 *key)
{
	return rhashtable_lookup((struct rhashtable *)&content->family[0].hash, key, params4);
}

/* A struct vr_element, or a struct vr_ranges where there are ranges; or NULL. */
static noinline void *hash_find(const struct vr_content *content, bool v6,
				const struct vr_content_key *key)
{
	if (v6)
		return rhashtable_lookup((struct rhashtable *)&content->family[1].hash, key,
					 params6);
	return hash_find4(content, &key->v4);
}

static int hash_insert(struct vr_content *content, bool v6, struct rhash_head *node)
{
	return rhashtable_insert_fast(&content->family[v6].hash, node, v6 ? params6 : params4);
}

static void hash_remove(struct vr_content *content, bool v6, struct rhash_head *node)
{
	rhashtable_remove_fast(&content->family[v6].hash, node, v6 ? params6 : params4);
}

/*
 * The trees of ranges are read while they change: each is kept twice, and one of the
 * two is always whole (linux/rbtree_latch.h).
 */
static const struct vr_range *to_range(const struct latch_tree_node *node)
{
	return container_of(node, struct vr_range, latch);
}

static __always_inline bool range_less(struct latch_tree_node *a, struct latch_tree_node *b)
{
	return to_range(a)->element.key.port < to_range(b)->element.key.port;
}

static __always_inline int range_compare(void *key, struct latch_tree_node *node)
{
	const struct vr_element *element = &to_range(node)->element;
	u16 port = *(const u16 *)key;

	if (port < element->key.port)
		return -1;
	return port > element->port_end;
}

static const struct latch_tree_ops range_ops = {
	.less = range_less,
	.comp = range_compare,
};

static struct vr_element *range_find(struct vr_ranges *ranges, u16 port)
{
	struct latch_tree_node *node = latch_tree_find(&port, &ranges->tree, &range_ops);

	return node ? &container_of(node, struct vr_range, latch)->element : NULL;
}

/* The key of the ranges that an element is among. */
static struct vr_content_key ranges_key(const struct vr_content_key *key)
{
	struct vr_content_key all = *key;

	all.port = 0;
	return all;
}

static struct vr_ranges *get_ranges(struct vr_content *content, bool v6,
				    const struct vr_content_key *key)
{
	struct vr_content_key all = ranges_key(key);
	struct vr_ranges *ranges;
	int err;

	rcu_read_lock();
	ranges = hash_find(content, v6, &all);
	rcu_read_unlock();
	if (ranges)
		return ranges;
	ranges = kzalloc(sizeof(*ranges), GFP_KERNEL_ACCOUNT);
	if (!ranges)
		return ERR_PTR(-ENOMEM);
	ranges->key = all;
	err = hash_insert(content, v6, &ranges->node);
	if (!err)
		return ranges;
	kfree(ranges);
	return ERR_PTR(err);
}

static void put_ranges(struct vr_content *content, bool v6, struct vr_ranges *ranges)
{
	if (ranges->count)
		return;
	hash_remove(content, v6, &ranges->node);
	kfree_rcu(ranges, rcu);
}

static int publish(struct vr_content *content, struct vr_element *element)
{
	struct vr_range *range = container_of(element, struct vr_range, element);
	struct vr_ranges *ranges;

	if (!has_ranges(content))
		return hash_insert(content, element->v6, &element->node);
	ranges = get_ranges(content, element->v6, &element->key);
	if (IS_ERR(ranges))
		return PTR_ERR(ranges);
	latch_tree_insert(&range->latch, &ranges->tree, &range_ops);
	ranges->count++;
	return 0;
}

static void unpublish(struct vr_content *content, struct vr_element *element)
{
	struct vr_range *range = container_of(element, struct vr_range, element);
	struct vr_ranges *ranges;

	if (!has_ranges(content))
		return hash_remove(content, element->v6, &element->node);
	ranges = get_ranges(content, element->v6, &element->key);
	if (WARN_ON_ONCE(IS_ERR(ranges) || !ranges->count))
		return;
	latch_tree_erase(&range->latch, &ranges->tree, &range_ops);
	ranges->count--;
	put_ranges(content, element->v6, ranges);
}

/* The order of dumps: address, length, protocol, port, end of the range. */
static int compare(const struct vr_content_key *key, u16 port_end,
		   const struct vr_element *element)
{
	int differ = memcmp(&key->v6, &element->key.v6, sizeof(key->v6));

	if (!differ)
		differ = key->len - element->key.len;
	if (!differ)
		differ = key->proto - element->key.proto;
	if (!differ)
		differ = key->port - element->key.port;
	return differ ? differ : port_end - element->port_end;
}

/**
 * vr_content_find() - an element, staged or not
 * @content: of the set
 * @v6: its family
 * @key: what it is
 * @port_end: last port of it
 *
 * Context: vn->lock.
 * Return: the element, or NULL.
 */
struct vr_element *vr_content_find(const struct vr_content *content, bool v6,
				   const struct vr_content_key *key, u16 port_end)
{
	struct rb_node *node = content->family[v6].tree.rb_node;
	struct vr_element *element;
	int differ;

	while (node) {
		element = rb_entry(node, struct vr_element, tree);
		differ = compare(key, port_end, element);
		if (!differ)
			return element;
		node = differ < 0 ? node->rb_left : node->rb_right;
	}
	return NULL;
}

/**
 * vr_content_next() - the element that follows a key in the order of dumps
 * @content: of the set
 * @v6: family of the key
 * @key: the key, or NULL for the first element
 * @port_end: belongs to @key
 *
 * Context: vn->lock.
 * Return: the element, of the same or the next family, or NULL.
 */
struct vr_element *vr_content_next(const struct vr_content *content, bool v6,
				   const struct vr_content_key *key, u16 port_end)
{
	struct rb_node *node = content->family[v6].tree.rb_node;
	struct vr_element *element, *found = NULL;

	while (node) {
		element = rb_entry(node, struct vr_element, tree);
		if (!key || compare(key, port_end, element) < 0) {
			found = element;
			node = node->rb_left;
		} else {
			node = node->rb_right;
		}
	}
	return found || v6 ? found : vr_content_next(content, true, NULL, 0);
}

/* The last element in front of a key, or NULL. */
static struct vr_element *previous(const struct vr_content *content, bool v6,
				   const struct vr_content_key *key, u16 port_end)
{
	struct rb_node *node = content->family[v6].tree.rb_node;
	struct vr_element *element, *found = NULL;

	while (node) {
		element = rb_entry(node, struct vr_element, tree);
		if (compare(key, port_end, element) > 0) {
			found = element;
			node = node->rb_right;
		} else {
			node = node->rb_left;
		}
	}
	return found;
}

/* Is an element one of those whose ports a key's compete with, and shares some? */
static bool shares_ports(const struct vr_element *element, bool v6,
			 const struct vr_content_key *key, u16 port_end)
{
	return element && element->v6 == v6 && ipv6_addr_equal(&element->key.v6, &key->v6) &&
	       element->key.len == key->len && element->key.proto == key->proto &&
	       element->key.port <= port_end && element->port_end >= key->port;
}

/**
 * vr_content_overlap() - an element that shares ports with a new range
 * @content: of the set
 * @v6: family of the key
 * @key: prefix, protocol and first port; there is no such element yet
 * @port_end: the last one
 *
 * Since those which are there do not overlap, only the neighbours can.
 *
 * Context: vn->lock.
 * Return: the element, or NULL.
 */
struct vr_element *vr_content_overlap(const struct vr_content *content, bool v6,
				      const struct vr_content_key *key, u16 port_end)
{
	struct vr_element *element;

	if (!has_ranges(content))
		return NULL;
	element = previous(content, v6, key, port_end);
	if (shares_ports(element, v6, key, port_end))
		return element;
	element = vr_content_next(content, v6, key, port_end);
	return shares_ports(element, v6, key, port_end) ? element : NULL;
}

static size_t element_size(const struct vr_content *content)
{
	return has_ranges(content) ? sizeof(struct vr_range) : sizeof(struct vr_element);
}

static void tree_insert(struct vr_content *content, struct vr_element *element)
{
	struct rb_root *root = &content->family[element->v6].tree;
	struct rb_node **slot = &root->rb_node, *parent = NULL;

	while (*slot) {
		parent = *slot;
		slot = compare(&element->key, element->port_end,
			       rb_entry(parent, struct vr_element, tree)) < 0 ?
			       &parent->rb_left : &parent->rb_right;
	}
	rb_link_node(&element->tree, parent, slot);
	rb_insert_color(&element->tree, root);
}

/* A length is there before the first element that has it, and goes after the last. */
static void count_len(struct vr_content *content, const struct vr_element *element, int by)
{
	struct vr_content_family *family = &content->family[element->v6];
	u8 len = element->key.len;

	if (!family->counts[len])
		set_bit(len, family->lens);
	family->counts[len] += by;
	if (!family->counts[len])
		clear_bit(len, family->lens);
}

/**
 * vr_content_insert() - adds an element that packets do not see yet
 * @content: of the set
 * @v6: its family
 * @key: what it is; there is none such, and none that overlaps
 * @port_end: last port of it
 *
 * Context: vn->lock.
 * Return: the element, without flags, or an error pointer.
 */
struct vr_element *vr_content_insert(struct vr_content *content, bool v6,
				     const struct vr_content_key *key, u16 port_end)
{
	struct vr_element *element = kzalloc(element_size(content), GFP_KERNEL_ACCOUNT);
	int err;

	if (!element)
		return ERR_PTR(-ENOMEM);
	element->key = *key;
	element->port_end = port_end;
	element->v6 = v6;
	err = publish(content, element);
	if (err) {
		kfree(element);
		return ERR_PTR(err);
	}
	tree_insert(content, element);
	count_len(content, element, 1);
	content->count++;
	content->bytes += element_size(content);
	return element;
}

/** vr_element_expires() - has an element a time to live? Context: vn->lock */
bool vr_element_expires(const struct vr_element *element)
{
	return element->ext && element->ext->expires;
}

static void stop_expiry(struct vr_content *content, struct vr_element *element)
{
	if (!vr_element_expires(element))
		return;
	rb_erase_cached(&element->ext->expiry, &content->expiry);
	WRITE_ONCE(element->ext->expires, 0);
}

/** vr_content_remove() - takes an element away and frees it; Context: vn->lock */
void vr_content_remove(struct vr_content *content, struct vr_element *element)
{
	struct vr_element_ext *ext = element->ext;

	/* What has expired stays so to packets that look at it right now. */
	if (vr_element_expires(element))
		rb_erase_cached(&ext->expiry, &content->expiry);
	vr_element_comment(content, element, NULL);
	unpublish(content, element);
	count_len(content, element, -1);
	rb_erase(&element->tree, &content->family[element->v6].tree);
	content->count--;
	content->bytes -= element_size(content) + (ext ? sizeof(*ext) : 0);
	if (ext)
		kfree_rcu(ext, rcu);
	kfree_rcu(element, rcu);
}

/**
 * vr_element_extend() - makes room for what few elements have
 * @content: of the set
 * @element: an element
 *
 * Context: vn->lock.
 * Return: the room, or NULL when there is no memory.
 */
struct vr_element_ext *vr_element_extend(struct vr_content *content,
					 struct vr_element *element)
{
	struct vr_element_ext *ext = element->ext;

	if (ext)
		return ext;
	ext = kzalloc(sizeof(*ext), GFP_KERNEL_ACCOUNT);
	if (!ext)
		return NULL;
	ext->element = element;
	content->bytes += sizeof(*ext);
	/* Packets look here for the expiry. */
	smp_store_release(&element->ext, ext);
	return ext;
}

static size_t comment_size(const char *comment)
{
	return comment ? strlen(comment) + 1 : 0;
}

/**
 * vr_element_comment() - sets or takes away the comment of an element
 * @content: of the set
 * @element: an element, extended if there is a comment
 * @comment: taken over, or NULL
 *
 * Context: vn->lock, as no packet reads it.
 */
void vr_element_comment(struct vr_content *content, struct vr_element *element, char *comment)
{
	struct vr_element_ext *ext = element->ext;

	if (!ext)
		return;
	content->bytes += comment_size(comment);
	content->bytes -= comment_size(ext->comment);
	kfree(ext->comment);
	ext->comment = comment;
}

static bool expires_before(struct rb_node *a, const struct rb_node *b)
{
	return time_before(rb_entry(a, struct vr_element_ext, expiry)->expires,
			   rb_entry(b, struct vr_element_ext, expiry)->expires);
}

/**
 * vr_element_live() - says how long an element is to live from now on
 * @content: of the set
 * @element: an element, extended unless @seconds is 0
 * @seconds: 0 for ever
 *
 * Context: vn->lock.
 */
void vr_element_live(struct vr_content *content, struct vr_element *element, u32 seconds)
{
	struct vr_element_ext *ext = element->ext;
	unsigned long until = (jiffies + seconds * HZ) ? : 1;

	if (!seconds)
		return stop_expiry(content, element);
	if (vr_element_expires(element))
		rb_erase_cached(&ext->expiry, &content->expiry);
	WRITE_ONCE(ext->expires, until);
	rb_add_cached(&ext->expiry, &content->expiry, expires_before);
}

/**
 * vr_element_expired() - is the time of an element over?
 * @element: live
 *
 * Context: RCU read lock or vn->lock.
 */
bool vr_element_expired(const struct vr_element *element)
{
	unsigned long expires = vr_element_expires_at(element);

	return expires && time_after_eq(jiffies, expires);
}

/** vr_element_count() - counts what an element decided about, if it has counters */
void vr_element_count(struct vr_element *element, u64 packets, u64 bytes)
{
	if (!(READ_ONCE(element->flags) & VR_ELEMENT_COUNTS))
		return;
	atomic64_add(packets, &element->ext->packets);
	atomic64_add(bytes, &element->ext->bytes);
}

/** vr_content_expired() - an element whose time is over, or NULL; Context: vn->lock */
struct vr_element *vr_content_expired(const struct vr_content *content)
{
	struct rb_node *node = rb_first_cached(&content->expiry);
	struct vr_element *element;

	if (!node)
		return NULL;
	element = rb_entry(node, struct vr_element_ext, expiry)->element;
	return vr_element_expired(element) ? element : NULL;
}

/* Of IPv4 the bytes that do not count are left as they are. */
static void make_key(struct vr_content_key *key, bool v6, const union vr_ip *addr, u8 len)
{
	key->port = 0;
	key->proto = 0;
	key->len = len;
	if (v6)
		ipv6_addr_prefix(&key->v6, &addr->v6, len);
	else
		key->v4 = addr->v4 & inet_make_mask(len);
}

static bool counts(const struct vr_element *element)
{
	return element && READ_ONCE(element->flags) & VR_ELEMENT_LIVE &&
	       !vr_element_expired(element);
}

/* Of the ranges of a protocol; what has no ports is in a range of all only. */
static struct vr_element *match_proto(const struct vr_content *content,
				      const struct vr_tuple *tuple,
				      struct vr_content_key *key, u8 proto)
{
	struct vr_element *element;
	struct vr_ranges *ranges;

	key->proto = proto;
	ranges = hash_find(content, tuple->v6, key);
	element = ranges ? range_find(ranges, tuple->dport) : NULL;
	if (!element || tuple->has_ports)
		return element;
	return !element->key.port && element->port_end == VR_PORT_MAX ? element : NULL;
}

static noinline struct vr_element *match_ranges(const struct vr_content *content,
						const struct vr_tuple *tuple,
						struct vr_content_key *key)
{
	struct vr_element *element = match_proto(content, tuple, key, tuple->proto);

	return counts(element) ? element : match_proto(content, tuple, key, 0);
}

static inline struct vr_element *match_len(const struct vr_content *content,
					   const struct vr_tuple *tuple,
					   const union vr_ip *addr, u8 len)
{
	struct vr_content_key key __uninitialized;

	make_key(&key, tuple->v6, addr, len);
	if (has_ranges(content))
		return match_ranges(content, tuple, &key);
	if (content->type == VROUTER_SET_TYPE_NET_PORT) {
		if (!tuple->has_ports)
			return NULL;
		key.proto = tuple->proto;
		key.port = tuple->dport;
	}
	return tuple->v6 ? hash_find(content, true, &key) : hash_find4(content, &key.v4);
}

/**
 * vr_content_match() - the element that decides about a packet
 * @content: of the set
 * @tuple: the packet; its source port does not count
 * @addr: one of its addresses
 *
 * The longest prefix decides; of one prefix, ranges of the packet's own protocol come
 * before those of all.
 *
 * Context: RCU read lock, or vn->lock.
 * Return: the element, perhaps one with VR_ELEMENT_NOMATCH, or NULL.
 */
struct vr_element *vr_content_match(const struct vr_content *content,
				    const struct vr_tuple *tuple, const union vr_ip *addr)
{
	const unsigned long *lens = content->family[tuple->v6].lens;
	unsigned int word = tuple->v6 ? BITS_TO_LONGS(VR_CONTENT_LENS) : BITS_TO_LONGS(33);
	struct vr_element *element;
	unsigned long bits;
	unsigned int len;

	while (word--) {
		for (bits = READ_ONCE(lens[word]); bits; bits &= ~BIT(len % BITS_PER_LONG)) {
			len = word * BITS_PER_LONG + __fls(bits);
			element = match_len(content, tuple, addr, len);
			if (counts(element))
				return element;
		}
	}
	return NULL;
}

static const struct rhashtable_params *params_of(unsigned int family)
{
	return family ? &params6 : &params4;
}

/** vr_content_alloc() - an empty content of a type, or NULL */
struct vr_content *vr_content_alloc(u32 type)
{
	struct vr_content *content = kzalloc(sizeof(*content), GFP_KERNEL_ACCOUNT);
	unsigned int i;

	if (!content)
		return NULL;
	content->type = type;
	content->expiry = RB_ROOT_CACHED;
	for (i = 0; i < ARRAY_SIZE(content->family); i++) {
		content->family[i].tree = RB_ROOT;
		if (!rhashtable_init(&content->family[i].hash, params_of(i)))
			continue;
		while (i--)
			rhashtable_destroy(&content->family[i].hash);
		kfree(content);
		return NULL;
	}
	return content;
}

static void free_element(struct vr_element *element)
{
	if (element->ext)
		kfree(element->ext->comment);
	kfree(element->ext);
	kfree(element);
}

static void free_ranges(void *ranges, void *arg)
{
	kfree(ranges);
}

static void free_family(struct vr_content *content, struct vr_content_family *family)
{
	struct vr_element *element, *next;

	if (has_ranges(content))
		rhashtable_free_and_destroy(&family->hash, free_ranges, NULL);
	else
		rhashtable_destroy(&family->hash);
	rbtree_postorder_for_each_entry_safe(element, next, &family->tree, tree) {
		free_element(element);
		cond_resched();
	}
}

static void free_work(struct work_struct *work)
{
	struct vr_content *content = container_of(to_rcu_work(work), struct vr_content, work);

	free_family(content, &content->family[0]);
	free_family(content, &content->family[1]);
	kfree(content);
}

/**
 * vr_content_free() - frees a content with all that is in it, after its readers
 * @content: which no packet finds any more
 */
void vr_content_free(struct vr_content *content)
{
	INIT_RCU_WORK(&content->work, free_work);
	queue_rcu_work(workqueue, &content->work);
}

static u64 buckets(const struct rhashtable *hash)
{
	u64 size;

	rcu_read_lock();
	size = rcu_dereference(hash->tbl)->size;
	rcu_read_unlock();
	return size * sizeof(void *);
}

/** vr_content_memory() - bytes that a content takes; Context: vn->lock */
u64 vr_content_memory(const struct vr_content *content)
{
	return sizeof(*content) + content->bytes + buckets(&content->family[0].hash) +
	       buckets(&content->family[1].hash);
}

int __init vr_contents_init(void)
{
	workqueue = alloc_workqueue("vrouter_sets", WQ_UNBOUND, 0);
	return workqueue ? 0 : -ENOMEM;
}

void vr_contents_exit(void)
{
	/* What waits for its readers is not in the queue yet. */
	rcu_barrier();
	destroy_workqueue(workqueue);
}
