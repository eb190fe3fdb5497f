// SPDX-License-Identifier: GPL-2.0
/*
 * Common code of routes, the fdb, neighbours and the elements of sets: these are tables inside
 * other objects, written in bulk and dumped in order.
 *
 * A bulk request takes effect as a whole or not at all. All entries are parsed first. Then each
 * entry is staged, which may fail and can be undone; packets do not see staged entries. Then all
 * are published, which cannot fail. The deletion of all entries is done in steps, each of which
 * takes effect as a whole; if its sender is killed, it ends between two steps.
 */
#include <linux/mm.h>
#include <linux/sched/signal.h>

#include "core/object.h"
#include "core/table.h"
#include "objects/vif.h"

/**
 * vr_table_err() - refuses an entry with a message
 * @req: the request
 * @attr: attribute at fault, or NULL
 * @err: negative errno
 * @fmt: the message
 *
 * If the request has several entries, the message contains the index of the entry.
 *
 * Return: @err.
 */
int vr_table_err(const struct vr_table_req *req, const struct nlattr *attr, int err,
		 const char *fmt, ...)
{
	struct va_format vaf = { .fmt = fmt };
	va_list args;

	va_start(args, fmt);
	vaf.va = &args;
	if (req->bulk)
		vr_nl_err(req->extack, attr, err, "entry %u: %pV", req->index, &vaf);
	else
		vr_nl_err(req->extack, attr, err, "%pV", &vaf);
	va_end(args);
	return err;
}

/**
 * vr_table_missing() - refuses an entry that lacks an attribute
 * @req: the request, whose entry is being parsed
 * @attr: type of the missing attribute in the entry's nest
 * @what: the attribute in words
 *
 * Return: -EINVAL.
 */
int vr_table_missing(const struct vr_table_req *req, u16 attr, const char *what)
{
	NL_SET_ERR_ATTR_MISS(req->extack, req->nest, attr);
	return vr_table_err(req, NULL, -EINVAL, "the %s is missing", what);
}

static int find_owner(const struct vr_table_ops *ops, struct vr_table_req *req,
		      struct nlattr **attrs, bool needed)
{
	struct vr_object *obj;

	obj = vr_object_ref(req->vn, ops->owner, attrs[ops->owner_id],
			    attrs[ops->owner_name], req->extack);
	if (IS_ERR(obj))
		return PTR_ERR(obj);
	req->owner = obj;
	if (obj || !needed)
		return 0;
	NL_SET_ERR_ATTR_MISS(req->extack, NULL, ops->owner_id);
	return vr_nl_err(req->extack, NULL, -EINVAL, "the %s is missing",
			 vr_object_noun(ops->owner));
}

static u32 table_count_entries(const struct vr_table_ops *ops, const struct genl_info *info)
{
	struct nlattr *attr;
	u32 count = 0;
	int rem;

	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem)
		if (nla_type(attr) == ops->entry)
			count++;
	return count;
}

/* The entries of a request, in an array of changes. */
struct batch {
	const struct vr_table_ops *ops;
	void *changes;
	u32 count;
};

static void *change_at(const struct batch *batch, u32 index)
{
	return batch->changes + index * batch->ops->change_size;
}

/* Refuses attributes that only replies have, instead of ignoring them. */
static int check_reply_only(const struct vr_table_ops *ops, struct vr_table_req *req,
			    struct nlattr **tb)
{
	unsigned int i;

	for (i = ops->reply_only; i <= ops->maxattr; i++)
		if (tb[i])
			return vr_table_err(req, tb[i], -EINVAL,
					    "only replies have this attribute of an entry");
	return 0;
}

static int parse_entry(const struct vr_table_ops *ops, struct vr_table_req *req,
		       const struct nlattr *nest, struct nlattr **tb, void *change)
{
	const char *msg;
	int err;

	err = nla_parse_nested(tb, ops->maxattr, nest, ops->policy, req->extack);
	if (!err) {
		err = check_reply_only(ops, req, tb);
		return err ? err : ops->parse(req, tb, change);
	}
	/* The core's message does not contain the index of the entry. */
	msg = req->extack->_msg;
	if (req->bulk && msg)
		vr_table_err(req, NULL, err, "%s", msg);
	return err;
}

static int parse_entries(struct batch *batch, struct vr_table_req *req,
			 struct genl_info *info)
{
	const struct vr_table_ops *ops = batch->ops;
	struct nlattr *attr, **tb;
	int err = 0, rem;

	tb = kcalloc(ops->maxattr + 1, sizeof(*tb), GFP_KERNEL);
	if (!tb)
		return -ENOMEM;
	req->index = 0;
	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(attr) != ops->entry)
			continue;
		req->nest = attr;
		err = parse_entry(ops, req, attr, tb, change_at(batch, req->index));
		if (err)
			break;
		req->index++;
	}
	kfree(tb);
	return err;
}

/* Stages all entries, or none. */
static int stage_all(struct batch *batch, struct vr_table_req *req)
{
	u32 i;
	int err;

	for (i = 0; i < batch->count; i++) {
		req->index = i;
		err = batch->ops->stage(req, change_at(batch, i));
		if (!err)
			continue;
		while (i--)
			batch->ops->unstage(req, change_at(batch, i));
		return err;
	}
	return 0;
}

static int table_carry_out(struct batch *batch, struct vr_table_req *req)
{
	int err = stage_all(batch, req);
	u32 i;

	for (i = 0; !err && i < batch->count; i++)
		batch->ops->publish(req, change_at(batch, i));
	return err;
}

/* If an entry cannot be staged, its nest is the attribute at fault. */
static void blame_entry(const struct vr_table_ops *ops, const struct vr_table_req *req)
{
	u32 index = req->index;
	struct nlattr *attr;
	int rem;

	nlmsg_for_each_attr(attr, req->info->nlhdr, GENL_HDRLEN, rem)
		if (nla_type(attr) == ops->entry && !index--)
			NL_SET_BAD_ATTR(req->extack, attr);
}

static int make_batch(struct batch *batch, u32 count)
{
	batch->count = count;
	batch->changes = kvcalloc(count, batch->ops->change_size, VR_GFP_ACCOUNT);
	return batch->changes || !count ? 0 : -ENOMEM;
}

static int write_entries(const struct vr_table_ops *ops, struct vr_table_req *req,
			 struct genl_info *info)
{
	struct batch batch = { .ops = ops };
	u32 count = table_count_entries(ops, info);
	int err;

	if (!count) {
		NL_SET_ERR_ATTR_MISS(req->extack, NULL, ops->entry);
		return vr_nl_err(req->extack, NULL, -EINVAL, "an entry is missing");
	}
	if (count > VROUTER_BULK_MAX)
		return vr_nl_err(req->extack, info->attrs[ops->entry], -E2BIG,
				 "%u entries are more than one message may carry, %u", count,
				 VROUTER_BULK_MAX);
	req->bulk = count > 1;
	err = make_batch(&batch, count);
	if (!err)
		err = parse_entries(&batch, req, info);
	if (!err) {
		err = table_carry_out(&batch, req);
		if (err)
			blame_entry(ops, req);
	}
	kvfree(batch.changes);
	return err;
}

/**
 * vr_table_write() - carries out a new or set request
 * @ops: the table
 * @mode: mode of the request
 * @info: the request
 */
int vr_table_write(const struct vr_table_ops *ops, enum vr_nl_mode mode,
		   struct genl_info *info)
{
	struct vr_table_req req = {
		.vn = vr_net(genl_info_net(info)),
		.mode = mode,
		.info = info,
		.extack = info->extack,
		.now = jiffies,
	};
	int err;

	mutex_lock(&req.vn->lock);
	err = find_owner(ops, &req, info->attrs, true);
	if (!err)
		err = write_entries(ops, &req, info);
	mutex_unlock(&req.vn->lock);
	return err;
}

/* Maximum number of entries that a deletion visits before it releases the lock. */
#define STEP 1024

/**
 * struct table_purge - the deletion of all entries, in steps
 * @batch: room for the changes of a step
 * @owner: serial of the owner; 0 before the first step
 * @key: key of the last entry visited
 * @begun: @key is valid
 * @learned: delete the learned entries instead of the static ones
 */
struct table_purge {
	struct batch batch;
	u64 owner;
	u8 key[VR_TABLE_KEY_MAX] __aligned(8);
	bool begun;
	bool learned;
};

/* Makes changes that delete the next entries. Returns -EAGAIN if there may be more. */
static int table_purge_step(const struct vr_table_ops *ops, struct vr_table_req *req,
			    struct table_purge *purge)
{
	u32 left = STEP, count = 0;
	void *item = NULL;
	int err;

	while (left--) {
		item = ops->next(req, req->owner, purge->begun ? purge->key : NULL);
		if (IS_ERR_OR_NULL(item))
			break;
		ops->key(item, purge->key);
		purge->begun = true;
		if (purge->learned)
			ops->forget(item, req->info);
		else if (ops->is_static(req, item))
			ops->change(item, change_at(&purge->batch, count++));
	}
	purge->batch.count = count;
	err = table_carry_out(&purge->batch, req);
	if (err || !item)
		return err;
	return IS_ERR(item) ? PTR_ERR(item) : -EAGAIN;
}

/* If the owner was deleted between two steps, its other entries are gone too. */
static int table_purge_locked(const struct vr_table_ops *ops, struct vr_table_req *req,
			      struct table_purge *purge)
{
	struct netlink_ext_ack *extack = req->extack;
	int err;

	/* A listener that subscribed between two steps is notified of the next one. */
	req->info->user_ptr[0] = NULL;
	if (purge->owner)
		req->extack = NULL;
	err = find_owner(ops, req, req->info->attrs, true);
	req->extack = extack;
	if (purge->owner && (err || req->owner->serial != purge->owner))
		return 0;
	if (err)
		return err;
	purge->owner = req->owner->serial;
	if (ops->empty)
		return ops->empty(req->owner, req->info);
	return table_purge_step(ops, req, purge);
}

/* Deletes all static or all learned entries. */
static int table_purge(const struct vr_table_ops *ops, struct vr_table_req *req, bool learned)
{
	struct table_purge purge = { .batch.ops = ops, .learned = learned };
	int err = make_batch(&purge.batch, ops->empty || learned ? 0 : STEP);

	if (err)
		return err;
	do {
		mutex_lock(&req->vn->lock);
		err = table_purge_locked(ops, req, &purge);
		mutex_unlock(&req->vn->lock);
		cond_resched();
	} while (err == -EAGAIN && !fatal_signal_pending(current));
	kvfree(purge.batch.changes);
	return err;
}

/* Entries of other origins are deleted with the objects that they come from. */
static int check_origin(const struct vr_table_ops *ops, const struct genl_info *info)
{
	const struct nlattr *attr = info->attrs[ops->origin];

	if (!info->attrs[ops->all])
		return vr_nl_err(info->extack, attr, -EINVAL,
				 "an origin says which entries are meant by all");
	if (nla_get_u32(attr) != VROUTER_ORIGIN_STATIC &&
	    nla_get_u32(attr) != VROUTER_ORIGIN_LEARNED)
		return vr_nl_err(info->extack, attr, -EINVAL,
				 "only static and learned entries can be deleted");
	return 0;
}

static int del_entries(const struct vr_table_ops *ops, struct vr_table_req *req,
		       struct genl_info *info)
{
	int err;

	mutex_lock(&req->vn->lock);
	err = find_owner(ops, req, info->attrs, true);
	if (!err)
		err = write_entries(ops, req, info);
	mutex_unlock(&req->vn->lock);
	return err;
}

static int del_all(const struct vr_table_ops *ops, struct vr_table_req *req,
		   struct genl_info *info)
{
	struct nlattr *origin = ops->origin ? info->attrs[ops->origin] : NULL;

	if (info->attrs[ops->entry])
		return vr_nl_err(req->extack, info->attrs[ops->entry], -EINVAL,
				 "delete all, or entries, but not both");
	return table_purge(ops, req, origin && nla_get_u32(origin) == VROUTER_ORIGIN_LEARNED);
}

/* Reads the filter by family; @attr is NULL for all families. */
static int table_parse_family(struct vr_table_req *req, const struct nlattr *attr)
{
	req->family = attr ? nla_get_u32(attr) : 0;
	if (!attr || req->family == AF_INET || req->family == AF_INET6)
		return 0;
	return vr_nl_err(req->extack, attr, -EAFNOSUPPORT,
			 "family %u is neither IPv4 (%u) nor IPv6 (%u)", req->family, AF_INET,
			 AF_INET6);
}

/** vr_table_del() - carries out a del request */
int vr_table_del(const struct vr_table_ops *ops, struct genl_info *info)
{
	struct vr_table_req req = {
		.vn = vr_net(genl_info_net(info)),
		.mode = VR_NL_DEL,
		.info = info,
		.extack = info->extack,
		.now = jiffies,
	};
	int err;

	err = ops->family ? table_parse_family(&req, info->attrs[ops->family]) : 0;
	if (!err && ops->origin && info->attrs[ops->origin])
		err = check_origin(ops, info);
	if (err)
		return err;
	return info->attrs[ops->all] ? del_all(ops, &req, info) : del_entries(ops, &req, info);
}

static int table_fill(const struct vr_table_ops *ops, struct sk_buff *msg,
		      struct vr_net *vn, const struct vr_object *owner, void *item,
		      const struct vr_table_view *view)
{
	struct nlattr *nest;

	if (nla_put_u32(msg, ops->owner_id, owner->id) ||
	    nla_put_string(msg, ops->owner_name, vr_name(owner)))
		return -EMSGSIZE;
	nest = nla_nest_start(msg, ops->entry);
	if (!nest || ops->fill(msg, vn, item, view))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static struct sk_buff *table_build(const struct vr_table_ops *ops, u8 cmd, struct vr_net *vn,
				   const struct vr_object *owner, void *item,
				   const struct vr_table_view *view, u32 portid, u32 seq)
{
	struct sk_buff *msg = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	void *hdr;

	if (!msg)
		return NULL;
	hdr = genlmsg_put(msg, portid, seq, &vr_nl_family, 0, cmd);
	if (!hdr || WARN_ON_ONCE(table_fill(ops, msg, vn, owner, item, view))) {
		nlmsg_free(msg);
		return NULL;
	}
	genlmsg_end(msg, hdr);
	return msg;
}

/**
 * vr_table_notify() - counts a change and notifies listeners
 * @ops: the table
 * @vn: the namespace
 * @owner: owner of the table
 * @item: the item that changed
 * @view: the line of the item that changed
 * @exists: the line is new or changed, not deleted
 * @info: the request that changed it, or NULL
 *
 * Context: vn->lock.
 */
void vr_table_notify(const struct vr_table_ops *ops, struct vr_net *vn,
		     struct vr_object *owner, void *item, const struct vr_table_view *view,
		     bool exists, struct genl_info *info)
{
	u8 cmd = exists ? ops->new_cmd : ops->del_cmd;

	vr_nl_changed(vn, ops->kind);
	if (vr_nl_wanted(vn, info, cmd))
		vr_nl_send(vn, table_build(ops, cmd, vn, owner, item, view,
					   info ? info->snd_portid : 0,
					   info ? info->snd_seq : 0), info);
}

static void *find_entry(const struct vr_table_ops *ops, struct vr_table_req *req,
			struct genl_info *info)
{
	struct batch batch = { .ops = ops };
	void *item;
	int err;

	if (!info->attrs[ops->entry]) {
		NL_SET_ERR_ATTR_MISS(req->extack, NULL, ops->entry);
		return ERR_PTR(vr_nl_err(req->extack, NULL, -EINVAL, "an entry is missing"));
	}
	if (table_count_entries(ops, info) > 1)
		return ERR_PTR(vr_nl_err(req->extack, info->attrs[ops->entry], -EINVAL,
					 "get needs exactly one entry"));
	err = make_batch(&batch, 1);
	if (!err)
		err = parse_entries(&batch, req, info);
	item = err ? ERR_PTR(err) : ops->find(req, batch.changes);
	kvfree(batch.changes);
	return item;
}

static int get_locked(const struct vr_table_ops *ops, struct vr_table_req *req,
		      struct genl_info *info, struct sk_buff **msg,
		      void *(*lookup)(struct vr_table_req *req, struct genl_info *info))
{
	struct vr_table_view view;
	void *item = NULL;
	int err;

	err = find_owner(ops, req, info->attrs, true);
	if (err)
		return err;
	if (lookup)
		item = lookup(req, info);
	if (!item)
		item = find_entry(ops, req, info);
	if (IS_ERR(item))
		return PTR_ERR(item);
	if (!item || !ops->view(req->vn, item, 0, &view))
		return vr_nl_err(req->extack, info->attrs[ops->entry], -ENOENT,
				 "%s \"%s\" has nothing that fits", vr_object_noun(ops->owner),
				 vr_name(req->owner));
	*msg = table_build(ops, ops->get_cmd, req->vn, req->owner, item, &view,
			   info->snd_portid, info->snd_seq);
	return *msg ? 0 : -ENOMEM;
}

/**
 * vr_table_get() - answers a get request for one entry, with its first line
 * @ops: the table
 * @info: the request
 * @lookup: an alternative lookup, which returns NULL if the request does not ask for it; or NULL
 */
int vr_table_get(const struct vr_table_ops *ops, struct genl_info *info,
		 void *(*lookup)(struct vr_table_req *req, struct genl_info *info))
{
	struct vr_table_req req = {
		.vn = vr_net(genl_info_net(info)),
		.mode = VR_NL_DEL,
		.info = info,
		.extack = info->extack,
		.now = jiffies,
	};
	struct sk_buff *msg = NULL;
	int err;

	mutex_lock(&req.vn->lock);
	err = get_locked(ops, &req, info, &msg, lookup);
	mutex_unlock(&req.vn->lock);
	return err ? err : genlmsg_reply(msg, info);
}

/* Maximum number of lines and owners that a dump visits before it releases the lock. */
#define DUMP_STEP 1024

/**
 * struct cursor - the position of a dump
 * @owner: id of the owner whose table is being dumped
 * @lines: number of lines of the next item that are done
 * @begun: @key is valid
 * @key: key of the last item that is done
 * @order: see struct vr_table_req
 */
struct cursor {
	u32 owner;
	u32 lines;
	bool begun;
	u8 key[VR_TABLE_KEY_MAX] __aligned(8);
	void *order;
};

static int dump_line(const struct vr_table_ops *ops, const struct vr_table_req *req,
		     const struct vr_object *owner, void *item,
		     const struct vr_table_view *view, struct sk_buff *skb,
		     struct netlink_callback *cb)
{
	void *hdr;
	int err;

	hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			  &vr_nl_family, NLM_F_MULTI, ops->get_cmd);
	if (!hdr)
		return -EMSGSIZE;
	genl_dump_check_consistent(cb, hdr);
	err = table_fill(ops, skb, req->vn, owner, item, view);
	if (err) {
		genlmsg_cancel(skb, hdr);
		return err;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

/* Counts a line or owner, whether it matches or not. -EAGAIN if the lock must be released. */
static int take_step(struct vr_table_req *req)
{
	return req->steps++ < DUMP_STEP ? 0 : -EAGAIN;
}

static int dump_lines(const struct vr_table_ops *ops, struct vr_table_req *req,
		      struct vr_object *owner, void *item, struct sk_buff *skb,
		      struct netlink_callback *cb)
{
	struct cursor *cursor = (struct cursor *)cb->ctx;
	struct vr_table_view view;
	int err;

	for (; ops->view(req->vn, item, cursor->lines, &view); cursor->lines++) {
		err = take_step(req);
		if (!err && ops->matches(req, item, &view))
			err = dump_line(ops, req, owner, item, &view, skb, cb);
		if (err)
			return err;
	}
	return 0;
}

static int dump_owner(const struct vr_table_ops *ops, struct vr_table_req *req,
		      struct vr_object *owner, struct sk_buff *skb,
		      struct netlink_callback *cb)
{
	struct cursor *cursor = (struct cursor *)cb->ctx;
	void *item;
	int err;

	while ((item = ops->next(req, owner, cursor->begun ? cursor->key : NULL))) {
		if (IS_ERR(item))
			return PTR_ERR(item);
		err = dump_lines(ops, req, owner, item, skb, cb);
		if (err)
			return err;
		ops->key(item, cursor->key);
		cursor->begun = true;
		cursor->lines = 0;
	}
	cursor->begun = false;
	return 0;
}

static int table_dump_locked(const struct vr_table_ops *ops, struct vr_table_req *req,
			     struct sk_buff *skb, struct netlink_callback *cb)
{
	struct cursor *cursor = (struct cursor *)cb->ctx;
	unsigned long id = cursor->owner;
	struct vr_object *owner;
	int err;

	BUILD_BUG_ON(sizeof(*cursor) > sizeof(cb->ctx));
	err = find_owner(ops, req, vr_dump_attrs(cb), false);
	if (err)
		return err;
	cb->seq = req->vn->changed[ops->kind] + 1;
	req->order = &cursor->order;
	xa_for_each_start(&req->vn->objects[ops->owner], id, owner, id) {
		if (req->owner && req->owner != owner)
			continue;
		/* The owner that the cursor was in may be gone. */
		if (cursor->owner != id) {
			cursor->lines = 0;
			cursor->begun = false;
		}
		cursor->owner = id;
		err = take_step(req);
		if (!err)
			err = dump_owner(ops, req, owner, skb, cb);
		if (err)
			return skb->len ? skb->len : err;
		/* This owner is done: continue behind it. */
		cursor->owner = id + 1;
	}
	cursor->owner = U32_MAX;
	return skb->len;
}

/** vr_table_dump() - fills a message of a dump */
int vr_table_dump(const struct vr_table_ops *ops, struct sk_buff *skb,
		  struct netlink_callback *cb)
{
	struct vr_table_req req = {
		.vn = vr_net(sock_net(skb->sk)),
		.extack = cb->extack,
	};
	struct nlattr **attrs = vr_dump_attrs(cb);
	int err;

	err = ops->family ? table_parse_family(&req, attrs[ops->family]) : 0;
	if (err)
		return err;
	if (ops->nexthop && attrs[ops->nexthop])
		req.nexthop = nla_get_u32(attrs[ops->nexthop]);
	do {
		req.steps = 0;
		mutex_lock(&req.vn->lock);
		err = table_dump_locked(ops, &req, skb, cb);
		mutex_unlock(&req.vn->lock);
		/* Changes from here on make the dump interrupted, even before its first message. */
		if (!cb->prev_seq)
			cb->prev_seq = cb->seq;
		cond_resched();
	} while (err == -EAGAIN && !fatal_signal_pending(current));
	return err;
}

/** vr_table_dump_done() - ends a dump of a table that uses vr_table_req.order */
int vr_table_dump_done(struct netlink_callback *cb)
{
	kvfree(((struct cursor *)cb->ctx)->order);
	return 0;
}
