// SPDX-License-Identifier: LGPL-2.1-or-later
// Refusals: the kernel's words, and which attribute of the request they are about.
#include "samples.hpp"

using namespace unit;

namespace {

/// Where the attribute begins that has the number-th path of types, counted from the message's
/// start. \p path is a list of (type, how many of that type come before it).
std::uint32_t offset_of(const Blob& message,
                        const std::vector<std::pair<std::uint16_t, std::size_t>>& path) {
    std::size_t begin = NLMSG_HDRLEN + GENL_HDRLEN, end = message.size();
    for (std::size_t level = 0; level < path.size(); level++) {
        auto [wanted, skip] = path[level];
        for (;;) {
            nlattr attr;
            check(begin + sizeof(attr) <= end);
            std::memcpy(&attr, &message[begin], sizeof(attr));
            if ((attr.nla_type & NLA_TYPE_MASK) == wanted && skip-- == 0) {
                end = begin + attr.nla_len;
                break;
            }
            begin += NLA_ALIGN(attr.nla_len);
        }
        if (level + 1 < path.size())
            begin += NLA_HDRLEN;
    }
    return static_cast<std::uint32_t>(begin);
}

using Path = std::vector<std::pair<std::uint16_t, std::size_t>>;

/// The error when the kernel refuses a request at an attribute, \p inside bytes behind its start.
Error refuse(const Request& request, const Path& path, std::uint32_t inside = 0) {
    Kernel kernel;
    kernel.answer([&](Kernel& k, const Sent& sent) {
        auto offset = offset_of(sent.bytes, path) + inside;
        k.queue({ack(EINVAL, words("no good").u32(NLMSGERR_ATTR_OFFS, offset))},
                sent.header.nlmsg_seq);
    });
    auto client = must(Client::open(kernel.transport()));
    auto error = must_fail(client.run(request), EINVAL);
    check_text(error.message, "no good");
    return error;
}

const RouteSpec route_spec = {prefix("10.0.0.0/24"), NexthopId(7)};

void names_attributes(void**) {
    auto network = requests::add(network_info().spec());
    check_text(refuse(network, {{VROUTER_A_NETWORK_ID, 0}}).attribute, "network.id");
    check_text(refuse(network, {{VROUTER_A_NETWORK_VNI, 0}}).attribute, "network.vni");
    check_text(refuse(network, {{VROUTER_A_NETWORK_VNI, 0}}, 4).attribute, "network.vni");
    check_text(refuse(network, {{VROUTER_A_NETWORK_MAX_NEIGHBOURS, 0}}).attribute,
               "network.max-neighbours");
    check_text(refuse(network, {{VROUTER_A_NETWORK_GATEWAY, 1}}).attribute, "network.gateway[1]");
    check_text(
        refuse(network, {{VROUTER_A_NETWORK_GATEWAY, 0}, {VROUTER_A_PREFIX_ADDRESS, 0}}).attribute,
        "network.gateway[0].address");
    check_text(
        refuse(network, {{VROUTER_A_NETWORK_GATEWAY, 1}, {VROUTER_A_PREFIX_LEN, 0}}).attribute,
        "network.gateway[1].len");

    auto vif = requests::replace(vif_info().spec());
    check_text(refuse(vif, {{VROUTER_A_VIF_ADDRESS, 1}, {VROUTER_A_PREFIX_ADDRESS, 0}}).attribute,
               "vif.address[1].address");
    check_text(refuse(vif, {{VROUTER_A_VIF_IFNAME, 0}}).attribute, "vif.ifname");
    auto tunnel = requests::change(tunnel_info().spec());
    check_text(refuse(tunnel, {{VROUTER_A_TUNNEL_DSCP_INHERIT, 0}}).attribute,
               "tunnel.dscp-inherit");

    NexthopSpec flood{.type = NexthopType::flood,
                      .members = std::vector<NexthopMember>(100, {NexthopId(8)})};
    auto error = refuse(requests::add(flood),
                        {{VROUTER_A_NEXTHOP_MEMBER, 99}, {VROUTER_A_MEMBER_NEXTHOP, 0}});
    check_text(error.attribute, "nexthop.member[99].nexthop");
    check(!error.index);
    check_text(refuse(requests::del(NexthopId(7)), {{VROUTER_A_NEXTHOP_ID, 0}}).attribute,
               "nexthop.id");
}

void names_entries(void**) {
    std::vector<RouteSpec> routes(1000, route_spec);
    auto request = requests::add("blue", routes);
    for (std::size_t index : {0, 1, 17, 999}) {
        auto text = "route.entry[" + std::to_string(index) + "]";
        auto error = refuse(request, {{VROUTER_A_ROUTE_ENTRY, index}});
        check_text(error.attribute, text);
        check(error.index == index);
        error =
            refuse(request, {{VROUTER_A_ROUTE_ENTRY, index}, {VROUTER_A_ROUTE_ENTRY_PREFIX, 0}});
        check_text(error.attribute, text + ".prefix");
        check(error.index == index);
        error = refuse(request,
                       {{VROUTER_A_ROUTE_ENTRY, index}, {VROUTER_A_ROUTE_ENTRY_NEXTHOP, 0}}, 5);
        check_text(error.attribute, text + ".nexthop");
        check(error.index == index);
    }
    check_text(refuse(request, {{VROUTER_A_ROUTE_NETWORK_NAME, 0}}).attribute,
               "route.network-name");
    check(!refuse(request, {{VROUTER_A_ROUTE_NETWORK_NAME, 0}}).index);

    std::vector<FdbSpec> fdb(3, {mac("02:00:00:00:00:01"), NexthopId(7)});
    auto error = refuse(requests::change("blue", fdb),
                        {{VROUTER_A_FDB_ENTRY, 2}, {VROUTER_A_FDB_ENTRY_MAC, 0}});
    check_text(error.attribute, "fdb.entry[2].mac");
    check(error.index == 2);
    std::vector<IpAddress> neighbours(3, ip("10.0.0.1"));
    error = refuse(requests::del("blue", neighbours),
                   {{VROUTER_A_NEIGHBOUR_ENTRY, 1}, {VROUTER_A_NEIGHBOUR_ENTRY_ADDRESS, 0}});
    check_text(error.attribute, "neighbour.entry[1].address");
    check(error.index == 1);
}

/// The last of as many entries as there can be.
void names_the_last_entry(void**) {
    std::vector<RouteSpec> routes(bulk_max, route_spec);
    auto error = refuse(requests::add("blue", routes), {{VROUTER_A_ROUTE_ENTRY, bulk_max - 1},
                                                        {VROUTER_A_ROUTE_ENTRY_NEXTHOP, 0}});
    check_text(error.attribute, "route.entry[65535].nexthop");
    check(error.index == bulk_max - 1);
}

/// The error upon a request when the kernel acknowledges like this.
Error refuse_with(const Request& request, int code, const Attrs& extended) {
    Kernel kernel;
    kernel.answer({ack(code, extended)});
    auto client = must(Client::open(kernel.transport()));
    return must_fail(client.run(request), code);
}

void offsets_that_mean_nothing(void**) {
    auto request = requests::add(network_info().spec());
    for (std::uint32_t offset : {0u, 4u, 16u, 19u, 100000u, 0xffffffffu})
        check_text(
            refuse_with(request, EINVAL, words("x").u32(NLMSGERR_ATTR_OFFS, offset)).attribute, "");
}

void missing_attributes(void**) {
    auto request = requests::add(NetworkSpec{.vni = 100});
    auto error = refuse_with(request, EINVAL,
                             words("the name of the network is missing")
                                 .u32(NLMSGERR_ATTR_MISS_TYPE, VROUTER_A_NETWORK_NAME));
    check_text(error.attribute, "network.name");
    check_text(error.message, "the name of the network is missing");
    error = refuse_with(request, EINVAL, words("x").u32(NLMSGERR_ATTR_MISS_TYPE, 999));
    check_text(error.attribute, "network");

    std::vector<RouteSpec> routes(20, {prefix("10.0.0.0/24"), {}});
    auto bulk = requests::add("blue", routes);
    Kernel kernel;
    kernel.answer([](Kernel& k, const Sent& sent) {
        k.queue({ack(EINVAL, words("the next hop is missing")
                                 .u32(NLMSGERR_ATTR_MISS_TYPE, VROUTER_A_ROUTE_ENTRY_NEXTHOP)
                                 .u32(NLMSGERR_ATTR_MISS_NEST,
                                      offset_of(sent.bytes, {{VROUTER_A_ROUTE_ENTRY, 17}})))},
                sent.header.nlmsg_seq);
    });
    auto client = must(Client::open(kernel.transport()));
    error = must_fail(client.run(bulk), EINVAL);
    check_text(error.attribute, "route.entry[17].nexthop");
    check(error.index == 17);
}

void without_words(void**) {
    auto error = refuse_with(requests::del(NetworkRef("blue")), EBUSY, {});
    check_text(error.message, "Device or resource busy");
    check_text(error.attribute, "");
    check_text(error.hint, "");
}

void hints(void**) {
    auto request = requests::add(NetworkSpec{.name = "blue", .ra = RaMode::slaac});
    check_text(refuse_with(request, EPERM, {}).hint,
               "this needs CAP_NET_ADMIN in the network namespace");
    check_text(refuse_with(request, EOPNOTSUPP, {}).hint,
               "the loaded module does not know network-new, it is older than this library: update "
               "the module");
    // With words of its own the module knows the operation.
    check_text(refuse_with(request, EOPNOTSUPP, words("no next hops of type 9")).hint, "");

    for (const char* text : {"Unknown attribute type", "Unsupported attribute"}) {
        Kernel kernel;
        kernel.answer([&](Kernel& k, const Sent& sent) {
            auto offset = offset_of(sent.bytes, {{VROUTER_A_NETWORK_RA, 0}});
            k.queue({ack(EINVAL, words(text).u32(NLMSGERR_ATTR_OFFS, offset))},
                    sent.header.nlmsg_seq);
        });
        auto client = must(Client::open(kernel.transport()));
        auto error = must_fail(client.run(request), EINVAL);
        check_text(error.attribute, "network.ra");
        check_text(error.hint, "the loaded module does not know network.ra, it is older than this "
                               "library: update the module");
    }

    auto range = words("integer out of range")
                     .nest(NLMSGERR_ATTR_POLICY, Attrs()
                                                     .u32(NL_POLICY_TYPE_ATTR_TYPE, 3)
                                                     .u64(NL_POLICY_TYPE_ATTR_MIN_VALUE_U, 1)
                                                     .u64(NL_POLICY_TYPE_ATTR_MAX_VALUE_U, 64));
    check_text(refuse_with(request, ERANGE, range).hint, "allowed is 1 to 64");
}

/// Whatever is wrong with the explanation, the refusal itself gets through.
void broken_explanations(void**) {
    auto request = requests::add(NetworkSpec{.name = "blue"});
    auto extended = words("no good").u32(NLMSGERR_ATTR_OFFS, 20).bytes();
    for (std::size_t length = 0; length < extended.size(); length++) {
        Kernel kernel;
        auto out = ack(EINVAL);
        out.flags |= NLM_F_ACK_TLVS;
        out.payload.insert(out.payload.end(), extended.begin(), extended.begin() + length);
        kernel.answer({out});
        auto client = must(Client::open(kernel.transport()));
        must_fail(client.run(request), EINVAL);
    }
    refuse_with(request, EINVAL, Attrs().raw(NLMSGERR_ATTR_MSG, {'a', 'b'}));
    refuse_with(request, EINVAL, Attrs().raw(NLMSGERR_ATTR_OFFS, {1, 2, 3}));
    refuse_with(request, EINVAL, Attrs().raw(NLMSGERR_ATTR_MISS_NEST, {1}).u32(5, 3));
}

/// A verdict that is too short to be one.
void truncated_verdicts(void**) {
    for (std::size_t length = 0; length < sizeof(nlmsgerr); length++) {
        Kernel kernel;
        auto out = ack(EINVAL);
        out.payload.resize(length);
        kernel.answer({out});
        auto client = must(Client::open(kernel.transport()));
        must_fail(client.networks().del("blue"), EBADMSG);
    }
}

/// Without NETLINK_CAP_ACK the request stands between the errno and the words.
void verdict_with_request(void**) {
    Kernel kernel;
    kernel.answer([](Kernel& k, const Sent& sent) {
        Out out{.type = NLMSG_ERROR, .flags = NLM_F_ACK_TLVS};
        Attrs::append(out.payload, -EEXIST);
        out.payload = concat(out.payload, sent.bytes);
        out.payload = concat(out.payload, words("there is one").bytes());
        k.queue({out}, sent.header.nlmsg_seq);
    });
    auto client = must(Client::open(kernel.transport()));
    auto error = must_fail(client.networks().add({.name = "blue", .vni = 1}), EEXIST);
    check_text(error.message, "there is one");
}

/// A warning beside success is success.
void words_with_success(void**) {
    Kernel kernel;
    kernel.answer({ack(0, words("did you know?"))});
    auto client = must(Client::open(kernel.transport()));
    must(client.networks().add({.name = "blue"}));
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(names_attributes),
        cmocka_unit_test(names_entries),
        cmocka_unit_test(names_the_last_entry),
        cmocka_unit_test(offsets_that_mean_nothing),
        cmocka_unit_test(missing_attributes),
        cmocka_unit_test(without_words),
        cmocka_unit_test(hints),
        cmocka_unit_test(broken_explanations),
        cmocka_unit_test(truncated_verdicts),
        cmocka_unit_test(verdict_with_request),
        cmocka_unit_test(words_with_success),
    };
    return run_group(tests, "error");
}
