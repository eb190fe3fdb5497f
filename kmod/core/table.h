/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Common code of routes, the fdb, neighbours and the elements of sets: these are tables inside
 * other objects. See table.c.
 */
#ifndef _VROUTER_TABLE_H
#define _VROUTER_TABLE_H

#include "core/netlink.h"
#include "core/vrouter.h"
#include "objects/network.h"

/* Maximum size of a key, in the context of a dump, and of an item in a request. */
#define VR_TABLE_KEY_MAX 24
#define VR_TABLE_ITEM_MAX 32

/**
 * struct vr_table_req - a request to a table
 * @vn: the namespace
 * @owner: owner of the table; NULL in dumps of all owners
 * @mode: mode of the request
 * @info: the netlink request, NULL in dumps
 * @extack: for refusals
 * @now: jiffies when the request came
 * @nest: nest of the entry that is being parsed
 * @bulk: the request has more than one entry
 * @index: index of the present entry, from 0 on
 * @family: filter by family, 0 for all
 * @nexthop: filter by id of the next hop, 0 for all
 * @item: room for an item, for tables whose entries are not stored as the items that @find and
 *	@next of struct vr_table_ops return
 * @steps: number of lines and owners that a dump has visited since it took the lock
 * @order: state that @next may keep during a dump; freed by kvfree() with the dump
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

/** vr_table_network() - the network that owns the table of a request */
static inline struct vr_network *vr_table_network(const struct vr_table_req *req)
{
	return vr_to_network(req->owner);
}

/**
 * struct vr_table_view - one of the lines that an item has in a dump
 * @origin: enum vrouter_origin
 * @vif: the vif that it belongs to if @origin is vif, or that it was learned from
 * @active: it is the line in effect
 */
struct vr_table_view {
	u32 origin;
	struct vr_vif *vif;
	bool active;
};

/**
 * struct vr_table_ops - describes a kind of table to the common code
 * @kind: kind of the entries
 * @owner: kind of the owner
 * @owner_id: attribute with the owner's id
 * @owner_name: attribute with the owner's name
 * @entry: attribute of the nests with entries
 * @all: flag of delete requests: delete all static entries; 0 for none
 * @family: attribute with the filter by family, 0 for none
 * @nexthop: attribute with the filter by next hop, 0 for none
 * @origin: attribute of delete requests: the origin of the entries that @all means, 0 for none
 * @get_cmd: command of replies
 * @new_cmd: command of notifications of a new or changed entry
 * @del_cmd: command of notifications of a deleted entry
 * @policy: netlink policy of an entry's nest
 * @maxattr: last attribute of an entry's nest
 * @reply_only: first attribute of an entry's nest that only replies have
 * @change_size: size of a change in bytes
 * @parse: parses an entry's nest into a change; has no other effect
 * @stage: carries out a change, not visible to packets and listeners yet; may refuse
 * @unstage: undoes @stage
 * @publish: makes a staged change visible to packets
 * @find: finds the item of a parsed entry, or returns NULL
 * @next: finds the item that follows a key in dump order, or the first one if the key is NULL. May
 *	return an error pointer
 * @key: writes the key of an item
 * @view: gets line @index of an item; false if the item has fewer lines
 * @matches: does a line match the filters?
 * @fill: writes a line's attributes into the entry's nest
 * @is_static: does the item have a static entry (of the filter's family)?
 * @change: makes the change that deletes an item's static entry
 * @empty: deletes all entries at once, instead of @is_static and @change; or NULL
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
