// SPDX-License-Identifier: GPL-2.0
/*
 * Common code of the objects that have ids (networks, tunnels, vifs, next hops, labels and so
 * on): ids and names, replies, dumps and notifications.
 */
#include <linux/ctype.h>

#include "core/limits.h"
#include "core/object.h"
#include "lib/genid.h"

/* U32_MAX is a dump's position behind the last object. */
#define ID_MAX (U32_MAX - 1)

static const struct rhashtable_params name_params = {
	.head_offset = offsetof(struct vr_object, name_node),
	.key_offset = offsetof(struct vr_object, key),
	.key_len = sizeof(struct vr_name_key),
	.automatic_shrinking = true,
};

/* The kinds, by enum vr_kind; complete before the first request. */
static const struct vr_object_ops *kinds[VR_KIND_POLICER + 1] __ro_after_init;

/** vr_object_register() - registers a kind of object; when the module loads */
void __init vr_object_register(const struct vr_object_ops *ops)
{
	kinds[ops->kind] = ops;
}

static const struct vr_object_ops *ops_of(const struct vr_object *obj)
{
	return kinds[obj->key.kind];
}

/** vr_object_noun() - the noun for objects of a kind in messages */
const char *vr_object_noun(enum vr_kind kind)
{
	return kinds[kind]->noun;
}

/** vr_object_by_id() - Context: RCU read lock or vn->lock */
struct vr_object *vr_object_by_id(struct vr_net *vn, enum vr_kind kind, u32 id)
{
	return xa_load(&vn->objects[kind], id);
}

/**
 * vr_object_user() - finds an object that uses another one
 * @vn: the namespace
 * @kind: kind of the objects that may use it
 * @obj: the object in use
 *
 * Context: vn->lock.
 * Return: the first user by id, or NULL.
 */
struct vr_object *vr_object_user(struct vr_net *vn, enum vr_kind kind, const struct vr_object *obj)
{
	struct vr_object *user;
	unsigned long id;

	lockdep_assert_held(&vn->lock);
	xa_for_each(&vn->objects[kind], id, user)
		if (kinds[kind]->uses(user, obj))
			return user;
	return NULL;
}

static struct vr_object *by_name(struct vr_net *vn, const struct vr_name_key *key)
{
	return rhashtable_lookup_fast(&vn->names, key, name_params);
}

/**
 * vr_object_name() - reads a name
 * @attr: the attribute
 * @key: result; the caller has set its kind
 * @extack: for a refusal
 *
 * Return: 0 or -EINVAL.
 */
int vr_object_name(const struct nlattr *attr, struct vr_name_key *key,
		   struct netlink_ext_ack *extack)
{
	const char *name = nla_data(attr);
	size_t i, len = strnlen(name, nla_len(attr));
	bool digits = true;

	if (!len)
		return vr_nl_err(extack, attr, -EINVAL, "a name cannot be empty");
	if (len > VROUTER_NAME_MAX)
		return vr_nl_err(extack, attr, -ENAMETOOLONG,
				 "the name has %zu bytes, more than %u", len,
				 VROUTER_NAME_MAX);
	for (i = 0; i < len; i++) {
		if (!isascii(name[i]) || !(isalnum(name[i]) || strchr("._-", name[i])))
			return vr_nl_err(extack, attr, -EINVAL,
					 "a name consists of letters, digits, '.', '_' and '-'");
		digits = digits && isdigit(name[i]);
	}
	if (digits)
		return vr_nl_err(extack, attr, -EINVAL,
				 "a name of digits only would be taken for an id");
	memset(key->name, 0, sizeof(key->name));
	memcpy(key->name, name, len);
	return 0;
}

/**
 * vr_object_ref() - finds the object that a request refers to
 * @vn: the namespace
 * @kind: kind of the object
 * @id: attribute with the id, or NULL
 * @name: attribute with the name, or NULL; if both are given, they must agree
 * @extack: for a refusal
 *
 * Context: vn->lock.
 * Return: the object, NULL if neither attribute is given, or an error pointer.
 */
struct vr_object *vr_object_ref(struct vr_net *vn, enum vr_kind kind, const struct nlattr *id,
				const struct nlattr *name, struct netlink_ext_ack *extack)
{
	const struct vr_object_ops *ops = kinds[kind];
	struct vr_name_key key = { .kind = kind };
	struct vr_object *obj = NULL;
	int err;

	lockdep_assert_held(&vn->lock);
	if (id) {
		obj = vr_object_by_id(vn, kind, nla_get_u32(id));
		if (!obj)
			return ERR_PTR(vr_nl_err(extack, id, -ENOENT,
						 "there is no %s with id %u", ops->noun,
						 nla_get_u32(id)));
	}
	if (!name)
		return obj;
	err = vr_object_name(name, &key, extack);
	if (err)
		return ERR_PTR(err);
	if (obj && memcmp(&obj->key, &key, sizeof(key)))
		return ERR_PTR(vr_nl_err(extack, name, -EINVAL,
					 "%s %u is called \"%s\", not \"%s\"", ops->noun,
					 obj->id, vr_name(obj), key.name));
	obj = by_name(vn, &key);
	if (!obj)
		return ERR_PTR(vr_nl_err(extack, name, -ENOENT, "there is no %s \"%s\"",
					 ops->noun, key.name));
	return obj;
}

/* Writes the noun with the name or, for kinds without names, the id. */
static void object_write(const struct vr_object *obj, char *text, size_t size)
{
	if (ops_of(obj)->name_attr)
		snprintf(text, size, "%s \"%s\"", ops_of(obj)->noun, vr_name(obj));
	else
		snprintf(text, size, "%s %u", ops_of(obj)->noun, obj->id);
}

/**
 * vr_object_refuse_used() - refuses a request because an object is in use
 * @obj: the object
 * @user: an object that uses it, or NULL if none can be named
 * @as: how it uses @obj, for the message, such as "used by"
 * @attr: the attribute at fault, or NULL
 * @extack: for the refusal
 *
 * Context: vn->lock.
 * Return: -EBUSY.
 */
int vr_object_refuse_used(const struct vr_object *obj, const struct vr_object *user,
			  const char *as, const struct nlattr *attr,
			  struct netlink_ext_ack *extack)
{
	char used[VROUTER_NAME_MAX + 32], by[VROUTER_NAME_MAX + 32];

	object_write(obj, used, sizeof(used));
	if (!user)
		return vr_nl_err(extack, attr, -EBUSY, "%s is in use", used);
	object_write(user, by, sizeof(by));
	return vr_nl_err(extack, attr, -EBUSY, "%s is %s %s", used, as, by);
}

/** vr_object_attr() - the attribute that identifies the object of a request, or NULL */
struct nlattr *vr_object_attr(enum vr_kind kind, const struct genl_info *info)
{
	const struct vr_object_ops *ops = kinds[kind];
	struct nlattr *id = info->attrs[ops->id_attr];

	return id || !ops->name_attr ? id : info->attrs[ops->name_attr];
}

/* Refuses a request that lacks an attribute. */
static int object_refuse_missing(struct genl_info *info, int attr, const char *noun,
				 const char *what)
{
	NL_SET_ERR_ATTR_MISS(info->extack, NULL, attr);
	return vr_nl_err(info->extack, NULL, -EINVAL, "the %s of the %s is missing", what,
			 noun);
}

/* Refuses a new name of @self that another object has. */
static int check_name(struct vr_net *vn, enum vr_kind kind, const struct nlattr *name,
		      const struct vr_object *self, struct netlink_ext_ack *extack)
{
	struct vr_name_key key = { .kind = kind };
	int err = vr_object_name(name, &key, extack);
	struct vr_object *obj;

	if (err)
		return err;
	obj = by_name(vn, &key);
	if (!obj || obj == self)
		return 0;
	return vr_nl_err(extack, name, -EEXIST, "%s %u is already called \"%s\"",
			 kinds[kind]->noun, obj->id, key.name);
}

/**
 * vr_object_wanted() - finds the object that a request is about
 * @vn: the namespace
 * @kind: kind of the object
 * @info: the request
 * @mode: mode of the request
 *
 * If the request has an id, the id identifies the object, and the name may be a new one. This
 * function checks that a new name is free, before anything else is done for the object.
 *
 * Context: vn->lock.
 * Return: the object; NULL if it does not exist and @mode creates it; or an error pointer.
 */
struct vr_object *vr_object_wanted(struct vr_net *vn, enum vr_kind kind, struct genl_info *info,
				   enum vr_nl_mode mode)
{
	const struct vr_object_ops *ops = kinds[kind];
	struct nlattr *id = info->attrs[ops->id_attr];
	struct nlattr *name = ops->name_attr ? info->attrs[ops->name_attr] : NULL;
	struct vr_object *obj;
	int err;

	if (id && (!nla_get_u32(id) || nla_get_u32(id) > ID_MAX))
		return ERR_PTR(vr_nl_err(info->extack, id, -ERANGE,
					 "id %u is out of range: 1 to %u", nla_get_u32(id),
					 ID_MAX));
	if (!id && !name && ops->name_attr)
		return ERR_PTR(object_refuse_missing(info, ops->name_attr, ops->noun, "name"));
	if (!id && !name && mode != VR_NL_ADD && mode != VR_NL_EXCL)
		return ERR_PTR(object_refuse_missing(info, ops->id_attr, ops->noun, "id"));

	/* To delete an object, id and name must both match; otherwise, the name may be new. */
	if (mode == VR_NL_DEL)
		obj = vr_object_ref(vn, kind, id, name, info->extack);
	else if (id)
		obj = vr_object_ref(vn, kind, id, NULL, info->extack);
	else
		obj = vr_object_ref(vn, kind, NULL, name, info->extack);

	if (vr_nl_mode_creates(mode) && PTR_ERR(obj) == -ENOENT) {
		info->extack->_msg = NULL;
		info->extack->bad_attr = NULL;
		obj = NULL;
		if (!name && ops->name_attr)
			return ERR_PTR(object_refuse_missing(info, ops->name_attr, ops->noun,
							     "name"));
	}
	if (mode == VR_NL_EXCL && !IS_ERR_OR_NULL(obj))
		return ERR_PTR(vr_nl_err(info->extack, id ? id : name, -EEXIST,
					 "the %s exists", ops->noun));
	if (mode == VR_NL_DEL || IS_ERR(obj) || !name)
		return obj;
	err = check_name(vn, kind, name, obj, info->extack);
	return err ? ERR_PTR(err) : obj;
}

static struct sk_buff *object_build(const struct vr_object *obj, u8 cmd, u32 portid, u32 seq)
{
	const struct vr_object_ops *ops = ops_of(obj);
	size_t size = ops->size ? ops->size(obj) : NLMSG_DEFAULT_SIZE;
	struct sk_buff *msg = genlmsg_new(size, GFP_KERNEL);
	void *hdr;

	if (!msg)
		return NULL;
	hdr = genlmsg_put(msg, portid, seq, &vr_nl_family, 0, cmd);
	if (!hdr || WARN_ON_ONCE(ops->fill(msg, obj))) {
		nlmsg_free(msg);
		return NULL;
	}
	genlmsg_end(msg, hdr);
	return msg;
}

static void object_notify(struct vr_net *vn, const struct vr_object *obj, u8 cmd,
			  struct genl_info *info)
{
	if (!vr_nl_wanted(vn, info, cmd))
		return;
	vr_nl_send(vn, object_build(obj, cmd, info ? info->snd_portid : 0, info ? info->snd_seq
				    : 0),
		   info);
}

/**
 * vr_object_changed() - counts a change and notifies listeners
 * @vn: the namespace
 * @obj: the object that changed
 * @info: the request that changed it, or NULL
 *
 * Context: vn->lock.
 */
void vr_object_changed(struct vr_net *vn, struct vr_object *obj, struct genl_info *info)
{
	vr_genid_bump(vn, obj);
	vr_nl_changed(vn, obj->key.kind);
	obj->generation = vn->generation;
	object_notify(vn, obj, ops_of(obj)->new_cmd, info);
}

static int insert_name(struct vr_net *vn, struct vr_object *obj, struct netlink_ext_ack *extack)
{
	const struct vr_object_ops *ops = ops_of(obj);
	int err;

	if (!ops->name_attr)
		return 0;
	err = rhashtable_lookup_insert_fast(&vn->names, &obj->name_node, name_params);
	if (err == -EEXIST)
		return vr_nl_err(extack, NULL, err, "%s %u is already called \"%s\"",
				 ops->noun, by_name(vn, &obj->key)->id, vr_name(obj));
	return err;
}

static void remove_name(struct vr_net *vn, struct vr_object *obj)
{
	if (ops_of(obj)->name_attr)
		rhashtable_remove_fast(&vn->names, &obj->name_node, name_params);
}

/* Inserts an object into the table with its id, or with a free id if it has none. */
static int insert_id(struct vr_net *vn, struct vr_object *obj, struct netlink_ext_ack *extack)
{
	struct xarray *table = &vn->objects[obj->key.kind];
	int err;

	if (!obj->id)
		err = xa_alloc(table, &obj->id, obj, XA_LIMIT(1, ID_MAX), VR_GFP_ACCOUNT);
	else
		err = xa_insert(table, obj->id, obj, VR_GFP_ACCOUNT);
	if (err == -EBUSY && obj->id)
		return vr_nl_err(extack, NULL, -EBUSY, "what had id %u is still being deleted",
				 obj->id);
	if (err == -EBUSY)
		return vr_nl_err(extack, NULL, -EEXIST, "there are no free ids");
	return err;
}

/**
 * vr_object_insert() - inserts a new object into the tables of ids and names
 * @vn: the namespace
 * @kind: kind of @obj
 * @obj: the object; its id is 0 to get a free one, its key must be set
 * @extack: for a refusal
 *
 * Listeners are not notified before vr_object_changed(). Until then, vr_object_withdraw() can
 * undo this.
 *
 * Context: vn->lock.
 * Return: 0 or a negative errno.
 */
int vr_object_insert(struct vr_net *vn, enum vr_kind kind, struct vr_object *obj,
		     struct netlink_ext_ack *extack)
{
	int err;

	err = vr_limits_check(vn, kind, 1, extack);
	if (err)
		return err;
	obj->key.kind = kind;
	vr_genid_assign(vn, obj);
	err = insert_name(vn, obj, extack);
	if (err)
		return err;
	err = insert_id(vn, obj, extack);
	if (err) {
		remove_name(vn, obj);
		return err;
	}
	vn->counts[kind]++;
	obj->serial = ++vn->serial;
	return 0;
}

static void object_unpublish(struct vr_net *vn, struct vr_object *obj)
{
	lockdep_assert_held(&vn->lock);
	remove_name(vn, obj);
	vn->counts[obj->key.kind]--;
	vr_genid_bump(vn, obj);
}

/** vr_object_withdraw() - undoes vr_object_insert(); Context: vn->lock */
void vr_object_withdraw(struct vr_net *vn, struct vr_object *obj)
{
	vr_object_free_id(vn, obj);
	object_unpublish(vn, obj);
}

/**
 * vr_object_remove() - unpublishes an object and notifies listeners
 * @vn: the namespace
 * @obj: the object, published; the caller frees it after a grace period
 * @info: the request that deleted it, or NULL
 *
 * Context: vn->lock.
 */
void vr_object_remove(struct vr_net *vn, struct vr_object *obj, struct genl_info *info)
{
	vr_object_remove_keep_id(vn, obj, info);
	vr_object_free_id(vn, obj);
}

/**
 * vr_object_remove_keep_id() - vr_object_remove(), but keeps the id reserved
 * @vn: the namespace
 * @obj: the object, published. Its entries can still be found by its id, until
 *	vr_object_free_id()
 * @info: the request that deleted it, or NULL
 *
 * Context: vn->lock.
 */
void vr_object_remove_keep_id(struct vr_net *vn, struct vr_object *obj, struct genl_info *info)
{
	/* In an allocating xarray, NULL reserves the id. To replace an entry needs no memory. */
	xa_store(&vn->objects[obj->key.kind], obj->id, NULL, GFP_NOWAIT);
	object_unpublish(vn, obj);
	vr_nl_changed(vn, obj->key.kind);
	object_notify(vn, obj, ops_of(obj)->del_cmd, info);
}

/** vr_object_free_id() - releases the id of an object; Context: vn->lock */
void vr_object_free_id(struct vr_net *vn, const struct vr_object *obj)
{
	lockdep_assert_held(&vn->lock);
	xa_erase(&vn->objects[obj->key.kind], obj->id);
}

/**
 * vr_object_rename() - gives an object another name
 * @vn: the namespace
 * @obj: the object, published
 * @key: the new name; may be the present one
 * @extack: for a refusal
 *
 * Context: vn->lock.
 * Return: 0; or a negative errno, and the name does not change.
 */
int vr_object_rename(struct vr_net *vn, struct vr_object *obj, const struct vr_name_key *key,
		     struct netlink_ext_ack *extack)
{
	struct vr_name_key old = obj->key;
	int err;

	if (!memcmp(key, &old, sizeof(old)))
		return 0;
	remove_name(vn, obj);
	obj->key = *key;
	err = insert_name(vn, obj, extack);
	if (!err)
		return 0;
	obj->key = old;
	/* The name was just removed, so this should not fail. If it does, only the name is lost. */
	WARN_ON_ONCE(insert_name(vn, obj, NULL));
	return err;
}

/**
 * vr_object_get() - answers a get request
 * @kind: kind of the object
 * @info: the request
 *
 * Context: takes vn->lock.
 * Return: 0 or a negative errno.
 */
int vr_object_get(enum vr_kind kind, struct genl_info *info)
{
	struct vr_net *vn = vr_net(genl_info_net(info));
	struct sk_buff *msg = NULL;
	struct vr_object *obj;

	mutex_lock(&vn->lock);
	obj = vr_object_wanted(vn, kind, info, VR_NL_DEL);
	if (!IS_ERR(obj))
		msg = object_build(obj, kinds[kind]->get_cmd, info->snd_portid, info->snd_seq);
	mutex_unlock(&vn->lock);

	if (IS_ERR(obj))
		return PTR_ERR(obj);
	return msg ? genlmsg_reply(msg, info) : -ENOMEM;
}

/**
 * vr_object_dump_start() - begins a dump of objects
 * @cb: the dump; its minimum message size is set
 *
 * A message must have room for a whole object, which may need more than the core's default size.
 */
int vr_object_dump_start(struct netlink_callback *cb)
{
	const struct genlmsghdr *hdr = nlmsg_data(cb->nlh);
	struct vr_net *vn = vr_net(sock_net(cb->skb->sk));
	const struct vr_object *obj;
	unsigned long id;
	unsigned int i;

	mutex_lock(&vn->lock);
	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (hdr->cmd == kinds[i]->get_cmd && kinds[i]->size)
			xa_for_each(&vn->objects[i], id, obj)
				cb->min_dump_alloc = max_t(u32, cb->min_dump_alloc,
							   kinds[i]->size(obj));
	mutex_unlock(&vn->lock);
	return 0;
}

static int object_dump_one(const struct vr_object *obj, struct sk_buff *skb,
			   struct netlink_callback *cb)
{
	const struct vr_object_ops *ops = ops_of(obj);
	void *hdr;
	int err;

	hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			  &vr_nl_family, NLM_F_MULTI, ops->get_cmd);
	if (!hdr)
		return -EMSGSIZE;
	genl_dump_check_consistent(cb, hdr);
	err = ops->fill(skb, obj);
	if (err) {
		genlmsg_cancel(skb, hdr);
		return err;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

/**
 * vr_object_dump() - fills a message of a dump
 * @kind: kind of the objects
 * @skb: the message
 * @cb: the dump; its context is the id to continue from
 * @match: selects the objects to dump, or NULL for all
 * @filter: argument of @match
 *
 * Context: vn->lock.
 * Return: length of the message, or a negative errno.
 */
int vr_object_dump(enum vr_kind kind, struct sk_buff *skb, struct netlink_callback *cb,
		   bool (*match)(const struct vr_object *obj, const void *filter),
		   const void *filter)
{
	struct vr_net *vn = vr_net(sock_net(skb->sk));
	unsigned long id = cb->args[0];
	struct vr_object *obj;

	lockdep_assert_held(&vn->lock);
	cb->seq = vn->changed[kind] + 1;
	xa_for_each_start(&vn->objects[kind], id, obj, id) {
		if (match && !match(obj, filter))
			continue;
		if (object_dump_one(obj, skb, cb)) {
			cb->args[0] = id;
			if (kinds[kind]->size)
				cb->min_dump_alloc = max_t(u32, cb->min_dump_alloc,
							   kinds[kind]->size(obj));
			return skb->len ? skb->len : -EMSGSIZE;
		}
	}
	cb->args[0] = U32_MAX;
	return skb->len;
}

int vr_objects_init(struct vr_net *vn)
{
	unsigned int kind;

	for (kind = 0; kind < ARRAY_SIZE(vn->objects); kind++)
		xa_init_flags(&vn->objects[kind], XA_FLAGS_ALLOC1 | XA_FLAGS_ACCOUNT);
	return rhashtable_init(&vn->names, &name_params);
}

void vr_objects_exit(struct vr_net *vn)
{
	unsigned int kind;

	rhashtable_destroy(&vn->names);
	for (kind = 0; kind < ARRAY_SIZE(vn->objects); kind++) {
		WARN_ON_ONCE(!xa_empty(&vn->objects[kind]));
		xa_destroy(&vn->objects[kind]);
	}
}
