// SPDX-License-Identifier: GPL-2.0
/* Netlink requests for the elements of sets, and expiry of elements with a timeout. */
#include <linux/string.h>
#include <net/ipv6.h>

#include "core/limits.h"
#include "core/parse.h"
#include "core/table.h"
#include "lib/genid.h"
#include "lib/proto.h"
#include "policy/set.h"
#include "policy/set_dump.h"

/* Maximum number of elements that one run of the expiry work removes under the lock. */
#define EXPIRE_BATCH 1024

/* Interval of the expiry work. */
#define EXPIRE_INTERVAL HZ

static const struct vr_table_ops element_table_ops;

/**
 * struct change - an element as a request specifies it
 * @v6: family of @key
 * @key: key of the element
 * @port_end: last port
 * @has_port: the request names ports
 * @nomatch: the element is an exception
 * @timeout: timeout in seconds, 0 for none
 * @comment: comment attribute of the request, or NULL
 * @copy: copy of the comment, or NULL; the element takes it over, a new element right away
 * @made: this change has staged a new element
 */
struct change {
	bool v6;
	struct vr_store_key key;
	u16 port_end;
	bool has_port;
	bool nomatch;
	bool made;
	u32 timeout;
	const struct nlattr *comment;
	char *copy;
};

static struct vr_set *set_of(const struct vr_table_req *req)
{
	return vr_to_set(req->owner);
}

static struct vr_set_store *element_store_of(const struct vr_table_req *req)
{
	return vr_deref(req->vn, set_of(req)->store);
}

static int element_parse_prefix(struct vr_table_req *req, struct nlattr **tb, struct change *change)
{
	const struct nlattr *address = tb[VROUTER_A_ELEMENT_ENTRY_ADDRESS];
	struct vr_prefix prefix;
	int err;

	if (!address)
		return vr_table_missing(req, VROUTER_A_ELEMENT_ENTRY_ADDRESS,
					"address of the element");
	err = vr_nl_addr(address, &prefix.addr, req->extack);
	if (!err)
		err = vr_nl_prefix_len(tb[VROUTER_A_ELEMENT_ENTRY_LEN], &prefix.addr,
				       &prefix.len, req->extack);
	if (!err)
		err = vr_nl_check_host_bits(address, &prefix, req->extack);
	if (err)
		return vr_table_err(req, NULL, err, "%s", req->extack->_msg);
	change->v6 = prefix.addr.family == AF_INET6;
	change->key.len = prefix.len;
	if (change->v6)
		change->key.v6 = prefix.addr.v6;
	else
		change->key.v4 = prefix.addr.v4;
	return 0;
}

static bool element_has_ports(u8 proto)
{
	return vr_proto_has_ports(proto) || vr_proto_is_icmp(proto);
}

static int element_parse_proto(struct vr_table_req *req, struct nlattr **tb, struct change *change)
{
	const struct nlattr *attr = tb[VROUTER_A_ELEMENT_ENTRY_PROTO];

	change->key.proto = attr ? nla_get_u8(attr) : 0;
	if (change->key.proto == (change->v6 ? IPPROTO_ICMP : IPPROTO_ICMPV6))
		return vr_table_err(req, attr, -EINVAL, "IPv%c has no ICMP%s",
				    change->v6 ? '6' : '4', change->v6 ? "" : "v6");
	if (change->v6 && vr_is_extension(change->key.proto))
		return vr_table_err(req, attr, -EINVAL,
				    "protocol %u is an extension header in IPv6, and sets are about what follows it",
				    change->key.proto);
	return 0;
}

static int parse_range(struct vr_table_req *req, struct nlattr **tb, struct change *change)
{
	const struct nlattr *first = tb[VROUTER_A_ELEMENT_ENTRY_PORT];
	const struct nlattr *last = tb[VROUTER_A_ELEMENT_ENTRY_PORT_END];

	if (!first && last)
		return vr_table_missing(req, VROUTER_A_ELEMENT_ENTRY_PORT, "first port");
	change->has_port = first;
	change->key.port = first ? nla_get_u16(first) : 0;
	change->port_end = first ? change->key.port : VR_PORT_MAX;
	if (last)
		change->port_end = nla_get_u16(last);
	if (change->port_end < change->key.port)
		return vr_table_err(req, last, -ERANGE, "a range cannot end at %u and begin at %u",
				    change->port_end, change->key.port);
	if (first && !element_has_ports(change->key.proto))
		return vr_table_err(req, first, -EINVAL, "protocol %u has no ports",
				    change->key.proto);
	return 0;
}

static int parse_port(struct vr_table_req *req, struct nlattr **tb, struct change *change)
{
	int err;

	if (!tb[VROUTER_A_ELEMENT_ENTRY_PROTO])
		return vr_table_missing(req, VROUTER_A_ELEMENT_ENTRY_PROTO,
					"protocol of the element");
	if (!element_has_ports(change->key.proto))
		return vr_table_err(req, tb[VROUTER_A_ELEMENT_ENTRY_PROTO], -EINVAL,
				    "protocol %u has no ports", change->key.proto);
	if (!tb[VROUTER_A_ELEMENT_ENTRY_PORT])
		return vr_table_missing(req, VROUTER_A_ELEMENT_ENTRY_PORT,
					"port of the element");
	err = parse_range(req, tb, change);
	if (!err && change->port_end != change->key.port)
		return vr_table_err(req, tb[VROUTER_A_ELEMENT_ENTRY_PORT_END], -EINVAL,
				    "a set of type net,port has no ranges");
	return err;
}

/* Accepts only the attributes that the type of the set has. */
static int element_parse_ports(struct vr_table_req *req, struct nlattr **tb, struct change *change)
{
	const struct nlattr *attr = tb[VROUTER_A_ELEMENT_ENTRY_PROTO];
	int err;

	if (!attr)
		attr = tb[VROUTER_A_ELEMENT_ENTRY_PORT];
	if (!attr)
		attr = tb[VROUTER_A_ELEMENT_ENTRY_PORT_END];
	switch (element_store_of(req)->type) {
	case VROUTER_SET_TYPE_NET:
		return !attr ? 0 : vr_table_err(req, attr, -EINVAL,
						"a set of type net has neither protocols nor ports");
	case VROUTER_SET_TYPE_NET_PORT:
		err = element_parse_proto(req, tb, change);
		return err ? err : parse_port(req, tb, change);
	default:
		err = element_parse_proto(req, tb, change);
		return err ? err : parse_range(req, tb, change);
	}
}

static int element_parse_timeout(struct vr_table_req *req, struct nlattr **tb,
				 struct change *change)
{
	const struct nlattr *attr = tb[VROUTER_A_ELEMENT_ENTRY_TIMEOUT];

	change->timeout = attr ? nla_get_u32(attr) : element_store_of(req)->timeout;
	if (change->timeout > VROUTER_TIMEOUT_MAX)
		return vr_table_err(req, attr, -ERANGE,
				    "a timeout of %u seconds is too long: 1 to %u, or 0 for none",
				    change->timeout, VROUTER_TIMEOUT_MAX);
	return 0;
}

static int parse_comment(struct vr_table_req *req, struct nlattr **tb, struct change *change)
{
	const struct nlattr *attr = tb[VROUTER_A_ELEMENT_ENTRY_COMMENT];
	size_t len = attr ? strnlen(nla_data(attr), nla_len(attr)) : 0;

	if (len > VROUTER_COMMENT_MAX)
		return vr_table_err(req, attr, -ENAMETOOLONG,
				    "the comment has %zu bytes, more than %u", len,
				    VROUTER_COMMENT_MAX);
	change->comment = len ? attr : NULL;
	return 0;
}

static int element_parse(struct vr_table_req *req, struct nlattr **tb, void *data)
{
	struct change *change = data;
	int err = element_parse_prefix(req, tb, change);

	if (!err)
		err = element_parse_ports(req, tb, change);
	if (!err)
		err = element_parse_timeout(req, tb, change);
	if (!err)
		err = parse_comment(req, tb, change);
	if (!err && vr_nl_flag(tb[VROUTER_A_ELEMENT_ENTRY_NOMATCH], &change->nomatch,
			       req->extack))
		err = vr_table_err(req, NULL, -ERANGE, "%s", req->extack->_msg);
	return err;
}

static const char *comment_of(const struct vr_element *element)
{
	return element->ext && element->ext->comment ? element->ext->comment : "";
}

static bool element_same(const struct change *change, const struct vr_element *element)
{
	const char *comment = change->comment ? nla_data(change->comment) : "";

	return change->nomatch == !!(element->flags & VR_ELEMENT_NOMATCH) &&
	       !strcmp(comment, comment_of(element));
}

static void element_notify(struct vr_set *set, struct vr_element *element, bool alive,
			   struct genl_info *info)
{
	static const struct vr_table_view view = { .active = true };

	vr_table_notify(&element_table_ops, set->vn, &set->obj, element, &view, alive, info);
	vr_set_touched(set);
}

static void element_take_out(struct vr_set *set, const struct vr_element *element)
{
	vr_store_remove(vr_deref(set->vn, set->store), element);
	set->vn->counts[VR_KIND_ELEMENT]--;
}

/* Removes an element that packets have not seen yet. */
static void element_drop(struct vr_set *set, const struct vr_element *element)
{
	element_take_out(set, element);
	vr_element_free(element);
}

/* Removes an element that packets have seen: invalidates cached decisions before freeing it. */
static void element_remove(struct vr_set *set, const struct vr_element *element)
{
	element_take_out(set, element);
	vr_genid_bump(set->vn, &set->obj);
	vr_element_free(element);
}

static void element_expire(struct vr_set *set, struct vr_element *element)
{
	element_notify(set, element, false, NULL);
	element_remove(set, element);
}

/*
 * Finds the element of a change. An expired element is not found, but removed. req->now is the
 * same for all changes of a request, so none removes an element that another has staged.
 */
static bool find_alive(struct vr_table_req *req, const struct change *change,
		       struct vr_element *element)
{
	if (!vr_store_find(element_store_of(req), change->v6, &change->key, change->port_end,
			   element))
		return false;
	if (!vr_element_expires(element) ||
	    time_before(req->now, vr_element_expires(element)))
		return true;
	element_expire(set_of(req), element);
	return false;
}

/* Finds the element that a change was staged for. */
static bool find_staged(struct vr_table_req *req, const struct change *change,
			struct vr_element *element)
{
	return !WARN_ON_ONCE(!vr_store_find(element_store_of(req), change->v6, &change->key,
					    change->port_end, element));
}

static int check_new(struct vr_table_req *req, const struct vr_element *element)
{
	const struct vr_set_store *store = element_store_of(req);
	struct vr_element other;

	if (req->mode == VR_NL_REPLACE)
		return vr_table_err(req, NULL, -ENOENT, "set \"%s\" has no such element",
				    vr_name(req->owner));
	if (store->count >= store->max)
		return vr_table_err(req, NULL, -ENOSPC,
				    "set \"%s\" is at its limit of %u elements",
				    vr_name(req->owner), store->max);
	if (vr_store_overlap(store, element, &other))
		return vr_table_err(req, NULL, -EEXIST,
				    "set \"%s\" has ports %u to %u of that already",
				    vr_name(req->owner), other.key.port, other.port_end);
	return vr_limits_check_entry(req, VR_KIND_ELEMENT);
}

static int check_present(struct vr_table_req *req, const struct change *change,
			 const struct vr_element *element)
{
	if (req->mode == VR_NL_EXCL)
		return vr_table_err(req, NULL, -EEXIST, "set \"%s\" has the element",
				    vr_name(req->owner));
	if (req->mode == VR_NL_ADD && !element_same(change, element))
		return vr_table_err(req, NULL, -EEXIST,
				    "set \"%s\" has the element with another %s",
				    vr_name(req->owner),
				    change->nomatch == !!(element->flags & VR_ELEMENT_NOMATCH) ?
				    "comment" : "nomatch");
	return 0;
}

static u8 flags_of(const struct change *change)
{
	return VR_ELEMENT_EXISTS | (change->nomatch ? VR_ELEMENT_NOMATCH : 0);
}

static int element_make(struct vr_table_req *req, struct change *change, struct vr_element *element)
{
	int err;

	*element = (struct vr_element) {
		.key = change->key,
		.port_end = change->port_end,
		.v6 = change->v6,
		.flags = flags_of(change),
	};
	err = check_new(req, element);
	if (!err)
		err = vr_store_insert(element_store_of(req), element);
	if (err)
		return err;
	req->vn->counts[VR_KIND_ELEMENT]++;
	change->made = true;
	return 0;
}

/* Allocates all memory that element_publish() needs, since that cannot fail. */
static int element_make_room(struct vr_table_req *req, struct change *change,
			     struct vr_element *element)
{
	struct vr_set_store *store = element_store_of(req);

	if (!change->comment && !change->timeout && !store->counters)
		return 0;
	if (change->comment)
		change->copy = nla_strdup(change->comment, VR_GFP_ACCOUNT);
	if (change->comment && !change->copy)
		return -ENOMEM;
	if (vr_element_extend(store, element)) {
		kfree(change->copy);
		change->copy = NULL;
		return -ENOMEM;
	}
	/* A second change of the element in the same request must see the comment. */
	if (change->made)
		vr_element_comment(store, element, change->copy);
	return 0;
}

static int stage_del(struct vr_table_req *req, struct change *change)
{
	struct vr_element element;

	if (!find_alive(req, change, &element) || !(element.flags & VR_ELEMENT_EXISTS))
		return vr_table_err(req, NULL, -ENOENT, "set \"%s\" has no such element",
				    vr_name(req->owner));
	element.flags &= ~VR_ELEMENT_EXISTS;
	vr_store_write(element_store_of(req), &element);
	return 0;
}

static void element_unstage(struct vr_table_req *req, void *data)
{
	struct vr_element element;
	struct change *change = data;

	if (!find_staged(req, change, &element))
		return;
	if (change->made) {
		element_drop(set_of(req), &element);
		return;
	}
	kfree(change->copy);
	element.flags |= VR_ELEMENT_EXISTS;
	vr_store_write(element_store_of(req), &element);
}

static int element_stage(struct vr_table_req *req, void *data)
{
	struct vr_element element;
	struct change *change = data;
	int err;

	if (req->mode == VR_NL_DEL)
		return stage_del(req, change);
	err = find_alive(req, change, &element) ? check_present(req, change, &element) :
						element_make(req, change, &element);
	if (err)
		return err;
	err = element_make_room(req, change, &element);
	if (err && change->made)
		element_drop(set_of(req), &element);
	return err;
}

/* Applies a change to its element. False if the element is the same already. */
static bool element_write(struct vr_set_store *store, struct change *change,
			  struct vr_element *element)
{
	bool changes = !(element->flags & VR_ELEMENT_LIVE) || !element_same(change, element);

	if (!change->made)
		vr_element_comment(store, element, change->copy);
	if (change->timeout || vr_element_expires(element)) {
		vr_element_live(store, element, change->timeout);
		changes = true;
	}
	element->flags = VR_ELEMENT_LIVE | flags_of(change);
	vr_store_write(store, element);
	return changes;
}

static void element_publish(struct vr_table_req *req, void *data)
{
	struct vr_set *set = set_of(req);
	struct vr_element element;
	struct change *change = data;

	if (!find_staged(req, change, &element))
		return;
	if (req->mode == VR_NL_DEL) {
		element_notify(set, &element, false, req->info);
		element_remove(set, &element);
		return;
	}
	if (!element_write(element_store_of(req), change, &element))
		return;
	vr_genid_bump(req->vn, req->owner);
	element_notify(set, &element, true, req->info);
	if (change->timeout)
		queue_delayed_work(system_power_efficient_wq, &req->vn->elements_work,
				   EXPIRE_INTERVAL);
}

static struct vr_element *item_of(struct vr_table_req *req)
{
	BUILD_BUG_ON(sizeof(struct vr_element) > sizeof(req->item));
	return (struct vr_element *)req->item;
}

/* Finds the element of a get request: by its key, or the one that decides about a packet. */
static void *element_find_change(struct vr_table_req *req, const void *data)
{
	const struct change *change = data;
	union vr_ip addr = { .v6 = change->key.v6 };
	const struct vr_tuple tuple = {
		.v6 = change->v6,
		.has_ports = change->has_port,
		.proto = change->key.proto,
		.dport = change->key.port,
	};
	struct vr_element *element = item_of(req);
	bool found;

	if (!req->info->attrs[VROUTER_A_ELEMENT_MATCH])
		return find_alive(req, change, element) ? element : NULL;
	if (change->key.len != (change->v6 ? 128 : 32) ||
	    (change->has_port && change->port_end != change->key.port))
		return ERR_PTR(vr_table_err(req, req->nest, -EINVAL,
					    "what a packet has is one address and one port"));
	if (!change->v6)
		addr.v4 = change->key.v4;
	rcu_read_lock();
	found = vr_store_match(element_store_of(req), &tuple, &addr, element);
	rcu_read_unlock();
	return found ? element : NULL;
}

/* Position of a dump: the element after which it continues. */
struct cursor {
	struct vr_store_key key;
	bool v6;
};

static void element_write_key(const void *item, void *key)
{
	const struct vr_element *element = item;
	struct cursor *cursor = key;

	BUILD_BUG_ON(sizeof(*cursor) > VR_TABLE_KEY_MAX);
	cursor->key = element->key;
	cursor->v6 = element->v6;
}

static void *element_next(struct vr_table_req *req, struct vr_object *owner, const void *key)
{
	struct vr_set *set = vr_to_set(owner);
	const struct vr_set_store *store = vr_deref(set->vn, set->store);
	struct vr_element *element = item_of(req);
	const struct cursor *cursor = key;

	int found = vr_set_dump_next((struct vr_set_dump **)req->order, store,
				     cursor && cursor->v6, cursor ? &cursor->key : NULL,
				     element);

	if (found < 0)
		return ERR_PTR(found);
	return found ? element : NULL;
}

static bool element_view(struct vr_net *vn, void *item, unsigned int index,
			 struct vr_table_view *view)
{
	view->active = true;
	return !index;
}

static bool element_matches(const struct vr_table_req *req, void *item,
			    const struct vr_table_view *view)
{
	return true;
}

static int element_fill_ports(struct sk_buff *msg, const struct vr_element *element)
{
	const struct vr_store_key *key = &element->key;

	if (key->proto && nla_put_u8(msg, VROUTER_A_ELEMENT_ENTRY_PROTO, key->proto))
		return -EMSGSIZE;
	/* A range of all ports has no port attributes, nor has an element for all protocols. */
	if (!key->proto || (!key->port && element->port_end == VR_PORT_MAX))
		return 0;
	if (nla_put_u16(msg, VROUTER_A_ELEMENT_ENTRY_PORT, key->port))
		return -EMSGSIZE;
	return element->port_end == key->port ? 0 :
	       nla_put_u16(msg, VROUTER_A_ELEMENT_ENTRY_PORT_END, element->port_end);
}

static u64 milliseconds_left(unsigned long expires)
{
	return time_after(expires, jiffies) ? jiffies64_to_msecs(expires - jiffies) : 0;
}

static int fill_ext(struct sk_buff *msg, const struct vr_element_ext *ext)
{
	if (ext->comment &&
	    nla_put_string(msg, VROUTER_A_ELEMENT_ENTRY_COMMENT, ext->comment))
		return -EMSGSIZE;
	if (ext->expires && nla_put_u64_64bit(msg, VROUTER_A_ELEMENT_ENTRY_EXPIRES,
					      milliseconds_left(ext->expires),
					      VROUTER_A_ELEMENT_ENTRY_PAD))
		return -EMSGSIZE;
	return 0;
}

static int element_fill_counters(struct sk_buff *msg, const struct vr_element_ext *ext)
{
	if (nla_put_u64_64bit(msg, VROUTER_A_ELEMENT_ENTRY_PACKETS,
			      atomic64_read(&ext->packets), VROUTER_A_ELEMENT_ENTRY_PAD) ||
	    nla_put_u64_64bit(msg, VROUTER_A_ELEMENT_ENTRY_BYTES, atomic64_read(&ext->bytes),
			      VROUTER_A_ELEMENT_ENTRY_PAD))
		return -EMSGSIZE;
	return 0;
}

static int fill_element(struct sk_buff *msg, const struct vr_element *element)
{
	const struct vr_store_key *key = &element->key;
	int err;

	err = element->v6 ?
	      nla_put(msg, VROUTER_A_ELEMENT_ENTRY_ADDRESS, sizeof(key->v6), &key->v6) :
	      nla_put(msg, VROUTER_A_ELEMENT_ENTRY_ADDRESS, sizeof(key->v4), &key->v4);
	if (err || nla_put_u8(msg, VROUTER_A_ELEMENT_ENTRY_LEN, key->len) ||
	    element_fill_ports(msg, element) ||
	    nla_put_u8(msg, VROUTER_A_ELEMENT_ENTRY_NOMATCH,
		       !!(element->flags & VR_ELEMENT_NOMATCH)))
		return -EMSGSIZE;
	return element->ext ? fill_ext(msg, element->ext) : 0;
}

/**
 * vr_element_put() - writes an element, without its counters
 * @msg: reply
 * @attr: attribute type of the nest
 * @element: the element
 *
 * Context: vn->lock.
 * Return: 0 or -EMSGSIZE.
 */
int vr_element_put(struct sk_buff *msg, int attr, const struct vr_element *element)
{
	struct nlattr *nest = nla_nest_start(msg, attr);

	if (!nest || fill_element(msg, element))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int element_fill(struct sk_buff *msg, struct vr_net *vn, void *item,
			const struct vr_table_view *view)
{
	const struct vr_element *element = item;

	if (fill_element(msg, element))
		return -EMSGSIZE;
	return element->ext && element->flags & VR_ELEMENT_COUNTS ?
	       element_fill_counters(msg, element->ext) : 0;
}

static int empty(struct vr_object *owner, struct genl_info *info)
{
	return vr_set_empty(vr_to_set(owner), info);
}

static const struct vr_table_ops element_table_ops = {
	.kind = VR_KIND_ELEMENT,
	.owner = VR_KIND_SET,
	.owner_id = VROUTER_A_ELEMENT_SET_ID,
	.owner_name = VROUTER_A_ELEMENT_SET_NAME,
	.entry = VROUTER_A_ELEMENT_ENTRY,
	.all = VROUTER_A_ELEMENT_ALL,
	.get_cmd = VROUTER_CMD_ELEMENT_GET,
	.new_cmd = VROUTER_CMD_ELEMENT_NEW_NTF,
	.del_cmd = VROUTER_CMD_ELEMENT_DEL_NTF,
	.policy = vrouter_element_entry_nl_policy,
	.maxattr = VROUTER_A_ELEMENT_ENTRY_MAX,
	.reply_only = VROUTER_A_ELEMENT_ENTRY_EXPIRES,
	.change_size = sizeof(struct change),
	.parse = element_parse,
	.stage = element_stage,
	.unstage = element_unstage,
	.publish = element_publish,
	.find = element_find_change,
	.next = element_next,
	.key = element_write_key,
	.view = element_view,
	.matches = element_matches,
	.fill = element_fill,
	.empty = empty,
};

int vrouter_nl_element_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	enum vr_nl_mode mode;
	int err = vr_nl_new_mode(info, &mode);

	return err ? err : vr_table_write(&element_table_ops, mode, info);
}

int vrouter_nl_element_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return vr_table_del(&element_table_ops, info);
}

int vrouter_nl_element_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return vr_table_get(&element_table_ops, info, NULL);
}

int vrouter_nl_element_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return vr_table_dump(&element_table_ops, skb, cb);
}

/* Removes at most @budget expired elements of a set. Returns the rest of the budget. */
static u32 expire_set(struct vr_set *set, u32 budget)
{
	struct vr_element element;

	while (budget && vr_store_expired(vr_deref(set->vn, set->store), &element)) {
		element_expire(set, &element);
		budget--;
	}
	return budget;
}

static bool has_timed(const struct vr_set *set)
{
	return rb_first_cached(&vr_deref(set->vn, set->store)->expiry);
}

static void expire_work(struct work_struct *work)
{
	struct vr_net *vn = container_of(to_delayed_work(work), struct vr_net, elements_work);
	struct vr_object *obj;
	u32 budget = EXPIRE_BATCH;
	bool more = false;
	struct vr_set *set;
	unsigned long id;

	mutex_lock(&vn->lock);
	xa_for_each(&vn->objects[VR_KIND_SET], id, obj) {
		set = vr_to_set(obj);
		budget = expire_set(set, budget);
		more |= has_timed(set);
	}
	mutex_unlock(&vn->lock);
	if (more)
		queue_delayed_work(system_power_efficient_wq, &vn->elements_work,
				   budget ? EXPIRE_INTERVAL : 1);
}

void vr_elements_init(struct vr_net *vn)
{
	INIT_DELAYED_WORK(&vn->elements_work, expire_work);
}

void vr_elements_exit(struct vr_net *vn)
{
	cancel_delayed_work_sync(&vn->elements_work);
}
