/* SPDX-License-Identifier: GPL-2.0 */
/* Common code of the objects that have ids. See object.c. */
#ifndef _VROUTER_OBJECT_H
#define _VROUTER_OBJECT_H

#include "core/netlink.h"
#include "core/vrouter.h"

/**
 * struct vr_object_ops - describes a kind of object to the common code
 * @kind: the kind
 * @noun: noun for messages
 * @id_attr: attribute with the id
 * @name_attr: attribute with the name, 0 for a kind without names
 * @get_cmd: command of replies
 * @new_cmd: command of notifications of a new or changed object
 * @del_cmd: command of notifications of a deleted object
 * @size: bytes that @fill may need, NULL for the default size
 * @fill: writes the attributes, or returns -EMSGSIZE
 * @uses: does @obj refer to @target? Under vn->lock. NULL for kinds that vr_object_user() is
 *	not asked about
 */
struct vr_object_ops {
	enum vr_kind kind;
	const char *noun;
	u16 id_attr;
	u16 name_attr;
	u8 get_cmd;
	u8 new_cmd;
	u8 del_cmd;
	size_t (*size)(const struct vr_object *obj);
	int (*fill)(struct sk_buff *msg, const struct vr_object *obj);
	bool (*uses)(const struct vr_object *obj, const struct vr_object *target);
};

void vr_object_register(const struct vr_object_ops *ops);
const char *vr_object_noun(enum vr_kind kind);

struct vr_object *vr_object_by_id(struct vr_net *vn, enum vr_kind kind, u32 id);
struct vr_object *vr_object_ref(struct vr_net *vn, enum vr_kind kind, const struct nlattr *id,
				const struct nlattr *name, struct netlink_ext_ack *extack);
struct vr_object *vr_object_user(struct vr_net *vn, enum vr_kind kind, const struct vr_object *obj);
int vr_object_refuse_used(const struct vr_object *obj, const struct vr_object *user,
			  const char *as, const struct nlattr *attr,
			  struct netlink_ext_ack *extack);
struct nlattr *vr_object_attr(enum vr_kind kind, const struct genl_info *info);
struct vr_object *vr_object_wanted(struct vr_net *vn, enum vr_kind kind, struct genl_info *info,
				   enum vr_nl_mode mode);
int vr_object_name(const struct nlattr *attr, struct vr_name_key *key,
		   struct netlink_ext_ack *extack);

int vr_object_insert(struct vr_net *vn, enum vr_kind kind, struct vr_object *obj,
		     struct netlink_ext_ack *extack);
void vr_object_withdraw(struct vr_net *vn, struct vr_object *obj);
void vr_object_remove(struct vr_net *vn, struct vr_object *obj, struct genl_info *info);
void vr_object_remove_keep_id(struct vr_net *vn, struct vr_object *obj, struct genl_info *info);
void vr_object_free_id(struct vr_net *vn, const struct vr_object *obj);
int vr_object_rename(struct vr_net *vn, struct vr_object *obj, const struct vr_name_key *key,
		     struct netlink_ext_ack *extack);
void vr_object_changed(struct vr_net *vn, struct vr_object *obj, struct genl_info *info);

int vr_object_get(enum vr_kind kind, struct genl_info *info);
int vr_object_dump(enum vr_kind kind, struct sk_buff *skb, struct netlink_callback *cb,
		   bool (*match)(const struct vr_object *obj, const void *filter),
		   const void *filter);

int vr_objects_init(struct vr_net *vn);
void vr_objects_exit(struct vr_net *vn);

#endif /* _VROUTER_OBJECT_H */
