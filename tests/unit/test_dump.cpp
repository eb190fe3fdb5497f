// SPDX-License-Identifier: LGPL-2.1-or-later
// Dumps: many datagrams, changes in between, errors at the end.
#include "samples.hpp"

using namespace unit;

namespace {

Out network(std::uint32_t id, std::uint16_t flags = 0) {
    auto attributes = network_attrs();
    attributes.replace(VROUTER_A_NETWORK_ID, Attrs().u32(0, id).parts()[0].second);
    return reply(VROUTER_CMD_NETWORK_GET, attributes,
                 static_cast<std::uint16_t>(NLM_F_MULTI | flags));
}

std::vector<std::uint32_t> ids(const std::vector<NetworkInfo>& networks) {
    std::vector<std::uint32_t> result;
    for (const auto& network : networks)
        result.push_back(network.id.value());
    return result;
}

using Ids = std::vector<std::uint32_t>;

void in_several_parts(void**) {
    Kernel kernel;
    kernel.answer(std::vector<std::vector<Out>>{
        {network(1), network(2)}, {network(3)}, {network(4), done()}});
    auto client = must(Client::open(kernel.transport()));
    check(ids(must(client.networks().list())) == Ids{1, 2, 3, 4});

    kernel.answer({{network(1)}, {done()}});
    check(ids(must(client.networks().list())) == Ids{1});
    kernel.answer({{done()}});
    check(must(client.networks().list()).empty());
}

void of_each_kind(void**) {
    Kernel kernel;
    auto client = must(Client::open(kernel.transport()));
    kernel.answer({reply(VROUTER_CMD_TUNNEL_GET, tunnel_attrs()), done()});
    check(must(client.tunnels().list()) == std::vector{tunnel_info()});
    kernel.answer({reply(VROUTER_CMD_VIF_GET, vif_attrs()), done()});
    check(must(client.vifs().list()) == std::vector{vif_info()});
    kernel.answer({reply(VROUTER_CMD_NEXTHOP_GET, nexthop_attrs()), done()});
    check(must(client.nexthops().list()) == std::vector{nexthop_info()});
    kernel.answer({reply(VROUTER_CMD_ROUTE_GET, route_attrs()), done()});
    check(must(client.routes().list()) == std::vector{route_info()});
    kernel.answer({reply(VROUTER_CMD_FDB_GET, fdb_attrs()), done()});
    check(must(client.fdb().list()) == std::vector{fdb_info()});
    kernel.answer({reply(VROUTER_CMD_NEIGHBOUR_GET, neighbour_attrs()), done()});
    check(must(client.neighbours().list()) == std::vector{neighbour_info()});
    kernel.answer({reply(VROUTER_CMD_DROP_GET, drop_attrs()), done()});
    check(must(client.drops().list()) == std::vector{drop_info()});
    kernel.answer({reply(VROUTER_CMD_LABEL_GET, label_attrs()), done()});
    check(must(client.labels().list()) == std::vector{label_info()});
    kernel.answer({reply(VROUTER_CMD_SET_GET, set_attrs()), done()});
    check(must(client.sets().list()) == std::vector{set_info()});
    kernel.answer({reply(VROUTER_CMD_ELEMENT_GET, element_attrs()), done()});
    check(must(client.elements().list()) == std::vector{element_info()});
    kernel.answer({reply(VROUTER_CMD_SG_GET, sg_attrs()), done()});
    check(must(client.sgs().list()) == std::vector{sg_info()});
    kernel.answer({reply(VROUTER_CMD_RULE_GET, rule_attrs()), done()});
    check(must(client.rules().list()) == std::vector{rule_info()});
    kernel.answer({reply(VROUTER_CMD_POLICER_GET, policer_attrs()), done()});
    check(must(client.policers().list()) == std::vector{policer_info()});
    kernel.answer({reply(VROUTER_CMD_FLOW_GET, flow_attrs()), done()});
    check(must(client.flows().list()) == std::vector{flow_info()});
}

void one_at_a_time(void**) {
    Kernel kernel;
    kernel.answer({{network(1)}, {network(2), done()}});
    auto client = must(Client::open(kernel.transport()));
    Ids seen;
    must(client.networks().dump([&](const NetworkInfo& info) {
        seen.push_back(info.id.value());
        return true;
    }));
    check(seen == Ids{1, 2});
}

/// A callback that has had enough ends the dump, which is read to its end all the same.
void ended_early(void**) {
    Kernel kernel;
    kernel.answer({{network(1), network(2)}, {network(3, NLM_F_DUMP_INTR)}, {done()}});
    auto client = must(Client::open(kernel.transport()));
    int calls = 0;
    must(client.networks().dump([&](const NetworkInfo&) {
        calls++;
        return false;
    }));
    check_number(calls, 1);
    check(kernel.incoming.empty());
    kernel.answer({{network(5)}, {done()}});
    check(ids(must(client.networks().list())) == Ids{5});
}

void restarted_when_changed(void**) {
    for (int changed = 0; changed < 3; changed++) {
        Kernel kernel;
        auto flag = [&](int part) { return part == changed ? NLM_F_DUMP_INTR : 0; };
        auto end = done(0, {}, static_cast<std::uint16_t>(flag(2)));
        kernel.answer({{network(1, static_cast<std::uint16_t>(flag(0)))},
                       {network(2, static_cast<std::uint16_t>(flag(1)))},
                       {end}});
        kernel.answer({{network(3)}, {network(4)}, {done()}});
        auto client = must(Client::open(kernel.transport()));
        check(ids(must(client.networks().list())) == Ids{3, 4});
        check_number(kernel.messages.size(), 2);
        check(kernel.messages[0].header.nlmsg_seq != kernel.messages[1].header.nlmsg_seq);
        check(kernel.messages[0].attributes() == kernel.messages[1].attributes());
    }
}

void gives_up_when_it_always_changes(void**) {
    Kernel kernel;
    for (int i = 0; i < 100; i++)
        kernel.answer({{network(1)}, {done(0, {}, NLM_F_DUMP_INTR)}});
    auto client = must(Client::open(kernel.transport()));
    auto error = must_fail(client.networks().list(), EINTR);
    check_text(error.message, "what is dumped changed during each of 11 attempts");
    check_number(kernel.messages.size(), 1 + max_dump_restarts);
}

void callbacks_and_changes(void**) {
    Kernel kernel;
    auto client = must(Client::open(kernel.transport()));
    Ids seen;
    auto each = [&](const NetworkInfo& info) {
        seen.push_back(info.id.value());
        return true;
    };

    // Without a restart callback all is handed out once, and the result tells.
    kernel.answer({{network(1, NLM_F_DUMP_INTR)}, {network(2)}, {done()}});
    must_fail(client.networks().dump(each), EINTR);
    check(seen == Ids{1, 2});
    check_number(kernel.messages.size(), 1);

    // With one, what was seen so far is to be forgotten, and what comes after is left out.
    seen.clear();
    int restarts = 0;
    auto restart = [&] {
        restarts++;
        seen.clear();
    };
    kernel.answer({{network(1)}, {network(2, NLM_F_DUMP_INTR)}, {network(3)}, {done()}});
    kernel.answer({{network(4)}, {done()}});
    must(client.networks().dump(each, restart));
    check(seen == Ids{4});
    check_number(restarts, 1);

    for (int i = 0; i < 100; i++)
        kernel.answer({{network(1, NLM_F_DUMP_INTR)}, {done()}});
    restarts = 0;
    must_fail(client.networks().dump(each, restart), EINTR);
    check_number(restarts, max_dump_restarts);
}

/// The verdict of a dump is in its last message.
void error_at_the_end(void**) {
    Kernel kernel;
    auto client = must(Client::open(kernel.transport()));
    kernel.answer({{network(1)}, {done(EMSGSIZE, words("the reply is too long"))}});
    auto error = must_fail(client.networks().list(), EMSGSIZE);
    check_text(error.message, "the reply is too long");
    kernel.answer({{done(ENOENT)}});
    check_text(must_fail(client.networks().list(), ENOENT).message, "No such file or directory");
}

/// A filter that does not hold is refused before the dump begins.
void refused_at_the_start(void**) {
    Kernel kernel;
    kernel.answer([](Kernel& k, const Sent& sent) {
        k.queue({ack(ENOENT, words("there is no network \"blu\"").u32(NLMSGERR_ATTR_OFFS, 20))},
                sent.header.nlmsg_seq);
    });
    auto client = must(Client::open(kernel.transport()));
    auto error = must_fail(client.vifs().list({.network = "blu"}), ENOENT);
    check_text(error.message, "there is no network \"blu\"");
    check_text(error.attribute, "vif.network-name");
    check_number(kernel.messages.size(), 1);
}

/// A malformed object fails the dump, but the next dump is not disturbed by what is left of it.
void malformed_object(void**) {
    Kernel kernel;
    auto bad = network_attrs();
    kernel.answer({{reply(VROUTER_CMD_NETWORK_GET, bad.without(VROUTER_A_NETWORK_ID))},
                   {network(2)},
                   {done()}});
    auto client = must(Client::open(kernel.transport()));
    check_text(must_fail(client.networks().list(), EBADMSG).attribute, "network.id");
    check(kernel.incoming.empty());
    kernel.answer({{network(3)}, {done()}});
    check(ids(must(client.networks().list())) == Ids{3});
}

void callback_that_throws(void**) {
    Kernel kernel;
    kernel.answer({{network(1)}, {network(2)}, {done()}});
    auto client = must(Client::open(kernel.transport()));
    auto error = must_fail(client.networks().dump([](const NetworkInfo&) -> bool {
        throw std::runtime_error("oops");
    }),
                           ECANCELED);
    check_text(error.message, "the callback threw: oops");
    check(kernel.incoming.empty());

    kernel.answer({{network(1, NLM_F_DUMP_INTR)}, {done()}});
    must_fail(client.networks().dump([](const NetworkInfo&) { return true; }, [] { throw 1; }),
              ECANCELED);
    kernel.answer({{network(1)}, {done()}});
    must(client.networks().list());
}

void callback_that_uses_the_client(void**) {
    Kernel kernel;
    kernel.answer({{network(1)}, {done()}});
    auto client = must(Client::open(kernel.transport()));
    int refused = 0;
    must(client.networks().dump([&](const NetworkInfo&) {
        refused += client.info().error().code == EBUSY;
        refused += client.networks().list().error().code == EBUSY;
        refused += client.networks().del("blue").error().code == EBUSY;
        Batch batch;
        batch.push(requests::del(NetworkRef("blue")));
        refused += client.run(batch)[0].error().code == EBUSY;
        return true;
    }));
    check_number(refused, 4);
    check_number(kernel.messages.size(), 1);
}

/// What is left of an exchange that was given up is passed over.
void leftovers(void**) {
    Kernel kernel;
    auto client = must(Client::open(kernel.transport()));
    kernel.answer([](Kernel& k, const Sent& sent) {
        k.queue({network(1)}, sent.header.nlmsg_seq);
        k.queue_error(ENOBUFS);
        k.queue({network(2)}, sent.header.nlmsg_seq);
        k.queue({done()}, sent.header.nlmsg_seq);
    });
    must_fail(client.networks().list(), ENOBUFS);
    kernel.answer({{network(3)}, {done()}});
    check(ids(must(client.networks().list())) == Ids{3});
}

/// The kernel begins no other dump on a socket as long as one is running.
void a_dump_that_failed_is_ended(void**) {
    Kernel kernel;
    auto client = must(Client::open(kernel.transport()));
    kernel.answer([](Kernel& k, const Sent& sent) {
        k.queue({network(1)}, sent.header.nlmsg_seq);
        k.queue_error(ENOBUFS);
        k.queue({network(2)}, sent.header.nlmsg_seq);
        k.queue_error(ENOBUFS);
        k.queue({network(3)}, sent.header.nlmsg_seq);
        k.queue({done()}, sent.header.nlmsg_seq);
    });
    must_fail(client.networks().list(), ENOBUFS);
    kernel.answer([](Kernel& k, const Sent& sent) {
        if (!k.incoming.empty())
            return k.queue({ack(EBUSY)}, sent.header.nlmsg_seq);
        k.queue({network(4), done()}, sent.header.nlmsg_seq);
    });
    check(ids(must(client.networks().list())) == Ids{4});

    // One that never ends is given up in the end.
    kernel.answer([](Kernel& k, const Sent& sent) {
        k.queue({network(1)}, sent.header.nlmsg_seq);
        for (int i = 0; i < 100; i++)
            k.queue_error(ENOBUFS);
    });
    must_fail(client.networks().list(), ENOBUFS);
    kernel.answer([](Kernel& k, const Sent& sent) {
        check(!k.incoming.empty());
        k.incoming.clear();
        k.queue({network(5), done()}, sent.header.nlmsg_seq);
    });
    check(ids(must(client.networks().list())) == Ids{5});
}

void lost_messages(void**) {
    Kernel kernel;
    auto client = must(Client::open(kernel.transport()));
    kernel.answer({{Out{.type = NLMSG_OVERRUN}}});
    must_fail(client.networks().list(), ENOBUFS);
    kernel.answer({{network(1)}, {Out{.type = NLMSG_NOOP}}, {done()}});
    must(client.networks().list());
    kernel.answer([](Kernel& k, const Sent&) { k.queue_error(EMSGSIZE); });
    must_fail(client.networks().list(), EMSGSIZE);
}

/// The module vanishes between two parts: the kernel ends the dump, and the script with it.
void transport_that_fails(void**) {
    Kernel kernel;
    kernel.answer({{network(1)}});
    auto client = must(Client::open(kernel.transport()));
    must_fail(client.networks().list(), EIO);
    kernel.send_error = Error{.code = ENOTCONN, .message = "gone"};
    must_fail(client.networks().list(), ENOTCONN);
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(in_several_parts),
        cmocka_unit_test(of_each_kind),
        cmocka_unit_test(one_at_a_time),
        cmocka_unit_test(ended_early),
        cmocka_unit_test(restarted_when_changed),
        cmocka_unit_test(gives_up_when_it_always_changes),
        cmocka_unit_test(callbacks_and_changes),
        cmocka_unit_test(error_at_the_end),
        cmocka_unit_test(refused_at_the_start),
        cmocka_unit_test(malformed_object),
        cmocka_unit_test(callback_that_throws),
        cmocka_unit_test(callback_that_uses_the_client),
        cmocka_unit_test(leftovers),
        cmocka_unit_test(a_dump_that_failed_is_ended),
        cmocka_unit_test(lost_messages),
        cmocka_unit_test(transport_that_fails),
    };
    return run_group(tests, "dump");
}
