// SPDX-License-Identifier: GPL-2.0
/* Sets */
#include "netlink.h"

int vrouter_nl_set_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return -EOPNOTSUPP;
}

int vrouter_nl_set_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return -EOPNOTSUPP;
}

int vrouter_nl_set_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	return -EOPNOTSUPP;
}

int vrouter_nl_set_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	return -EOPNOTSUPP;
}

int vrouter_nl_set_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return -EOPNOTSUPP;
}

int vrouter_nl_set_swap_doit(struct sk_buff *skb, struct genl_info *info)
{
	return -EOPNOTSUPP;
}
