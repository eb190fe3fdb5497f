/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What routes, the fdb and neighbours, and the elements of sets have in common: they are
 * tables inside other objects.
 */
#ifndef _VROUTER_TABLE_H
#define _VROUTER_TABLE_H

#include "core/netlink.h"
#include "core/vrouter.h"
#include "objects/network.h"

/* Room for the key of any table in the context of a dump, and for an item in a request. */
#define VR_TABLE_KEY_MAX 24
#define VR_TABLE_ITEM_MAX 32

/**
 * struct vr_table_req - a request to a table
 * @vn: the namespace
 * @owner: whose table; NULL in dumps of all
 * @mode: what it wants
 * @info: the netlink request, NULL in dumps
 * @extack: for refusals
 * @now: jiffies when it came
 * @nest: of the entry that is read
 * @bulk: there is more than one entry
 * @index: of the entry that is looked at, from 0 on
 * @family: only entries of that family, 0 for all
 * @nexthop: only entries that lead to that id, 0 for all
 * @item: room for an item, for tables that keep none as @find and @next return them
 * @steps: what a dump has looked at since it took the lock
 * @order: what @next of a dump may keep; freed by kvfree() with the dump
 */
struct vr_table_req {
	struct vr_net *vn;
	struct vr_object *owner;
	enum vr_nl_mode mode;
	struct genl_info *info;
	struct netlink_ext_ack *extack;
	unsigned long now;
	const struct nlattr *nest;
	bool bulk;
	u32 index;
	u32 family;
	u32 nexthop;
	u64 item[VR_TABLE_ITEM_MAX / sizeof(u64)];
	u32 steps;
	void **order;
};

/** vr_table_network() - the network that a request to one of its tables is about */
static inline struct vr_network *vr_table_network(const struct vr_table_req *req)
{
	return vr_to_network(req->owner);
}

/**
 * struct vr_table_view - one of the lines that a key has in a dump
 * @origin: who made it
 * @vif: whose it is, if @origin is vif, or from which it was learned
 * @active: it is the one that counts
 */
struct vr_table_view {
	u32 origin;
	struct vr_vif *vif;
	bool active;
};

/**
 * struct vr_table_ops - a kind of table to the common code
 * @kind: which
 * @owner: kind of what it is inside of
 * @owner_id: attribute with the owner's id
 * @owner_name: with its name
 * @entry: nests with entries
 * @all: flag of delete, all static entries; 0 for none
 * @family: attribute with the filter, 0 for none
 * @nexthop: the same
 * @origin: attribute of delete that tells which entries @all means, 0 for none
 * @get_cmd: command of replies
 * @new_cmd: command of notifications of a new or changed entry
 * @del_cmd: command of notifications of a deleted entry
 * @policy: of an entry's nest
 * @maxattr: of an entry's nest
 * @reply_only: the first attribute of an entry's nest that only replies have
 * @change_size: bytes that @parse needs for an entry
 * @key_len: bytes of a key
 * @parse: reads an entry's nest; nothing else changes
 * @stage: makes an entry as wished, unseen by packets and listeners; may refuse
 * @unstage: undoes @stage
 * @publish: lets packets see what was staged
 * @find: the item of a parsed entry, or NULL
 * @next: the item that follows a key in the order of dumps; NULL key for the first. May
 *	return an error pointer
 * @key: writes an item's key
 * @view: the item's line @index, false when there are fewer
 * @matches: does the line fit the filters?
 * @fill: writes a line's attributes into the entry's nest
 * @is_static: has the item a static entry (of the filter's family)?
 * @change: turns an item into the change to delete its static entry
 * @empty: deletes all at once, instead of @is_static and @change; or NULL
 * @forget: deletes the item's learned entry, if it has one; needed with @origin
 */
struct vr_table_ops {
	enum vr_kind kind;
	enum vr_kind owner;
	u16 owner_id;
	u16 owner_name;
	u16 entry;
	u16 all;
	u16 family;
	u16 nexthop;
	u16 origin;
	u8 get_cmd;
	u8 new_cmd;
	u8 del_cmd;
	const struct nla_policy *policy;
	u16 maxattr;
	u16 reply_only;
	size_t change_size;
	int (*parse)(struct vr_table_req *req, struct nlattr **tb, void *change);
	int (*stage)(struct vr_table_req *req, void *change);
	void (*unstage)(struct vr_table_req *req, void *change);
	void (*publish)(struct vr_table_req *req, void *change);
	void *(*find)(struct vr_table_req *req, const void *change);
	void *(*next)(struct vr_table_req *req, struct vr_object *owner, const void *key);
	void (*key)(const void *item, void *key);
	bool (*view)(struct vr_net *vn, void *item, unsigned int index,
		     struct vr_table_view *view);
	bool (*matches)(const struct vr_table_req *req, void *item,
			const struct vr_table_view *view);
	int (*fill)(struct sk_buff *msg, struct vr_net *vn, void *item,
		    const struct vr_table_view *view);
	bool (*is_static)(const struct vr_table_req *req, void *item);
	void (*change)(void *item, void *change);
	int (*empty)(struct vr_object *owner, struct genl_info *info);
	void (*forget)(void *item, struct genl_info *info);
};

__printf(4, 5)
int vr_table_err(const struct vr_table_req *req, const struct nlattr *attr, int err,
		 const char *fmt, ...);
int vr_table_missing(const struct vr_table_req *req, u16 attr, const char *what);
int vr_table_write(const struct vr_table_ops *ops, enum vr_nl_mode mode,
		   struct genl_info *info);
int vr_table_del(const struct vr_table_ops *ops, struct genl_info *info);
int vr_table_get(const struct vr_table_ops *ops, struct genl_info *info,
		 void *(*lookup)(struct vr_table_req *req, struct genl_info *info));
int vr_table_dump(const struct vr_table_ops *ops, struct sk_buff *skb,
		  struct netlink_callback *cb);
void vr_table_notify(const struct vr_table_ops *ops, struct vr_net *vn,
		     struct vr_object *owner, void *item, const struct vr_table_view *view,
		     bool exists, struct genl_info *info);

#endif /* _VROUTER_TABLE_H */
