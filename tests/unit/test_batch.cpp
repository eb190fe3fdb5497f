// SPDX-License-Identifier: LGPL-2.1-or-later
// Batches: many requests in a datagram, a result for each.
#include "samples.hpp"

using namespace unit;

namespace {

Batch batch_of(std::size_t count) {
    Batch batch;
    for (std::size_t i = 0; i < count; i++)
        check_number(batch.push(requests::del(NexthopId(static_cast<std::uint32_t>(i + 1)))), i);
    return batch;
}

void empty(void**) {
    Kernel kernel;
    auto client = must(Client::open(kernel.transport()));
    check(Batch().empty());
    check(client.run(Batch()).empty());
    check(kernel.messages.empty());
}

void results_in_order(void**) {
    Kernel kernel;
    kernel.answer({ack()});
    kernel.answer({ack(EBUSY, words("next hop 2 is in use").u32(NLMSGERR_ATTR_OFFS, 20))});
    kernel.answer({ack()});
    auto client = must(Client::open(kernel.transport()));
    auto results = client.run(batch_of(3));
    check_number(results.size(), 3);
    must(results[0]);
    auto error = must_fail(results[1], EBUSY);
    check_text(error.message, "next hop 2 is in use");
    check_text(error.attribute, "nexthop.id");
    must(results[2]);
    // All three went together.
    check(kernel.datagrams == std::vector<std::size_t>{3});
}

/// Several verdicts in a datagram, and one that comes before another.
void verdicts_out_of_order(void**) {
    Kernel kernel;
    auto nothing = [](Kernel&, const Sent&) {};
    kernel.answer(nothing);
    kernel.answer(nothing);
    kernel.answer([](Kernel& k, const Sent& sent) {
        auto last = sent.header.nlmsg_seq;
        auto third = ack(EPERM), first = ack(ENOENT, words("none")), second = ack();
        third.sequence = last;
        first.sequence = last - 2;
        second.sequence = last - 1;
        k.queue({third, first});
        k.queue({first, second}); // one of them once more
    });
    auto client = must(Client::open(kernel.transport()));
    auto results = client.run(batch_of(3));
    must_fail(results[0], ENOENT);
    must(results[1]);
    must_fail(results[2], EPERM);
}

void many(void**) {
    Kernel kernel;
    for (int i = 0; i < 1000; i++)
        kernel.answer({ack(i % 10 == 3 ? EBUSY : 0)});
    auto client = must(Client::open(kernel.transport()));
    auto results = client.run(batch_of(1000));
    for (std::size_t i = 0; i < results.size(); i++)
        check(results[i].has_value() == (i % 10 != 3));
    check_number(kernel.messages.size(), 1000);
    // So many that their verdicts have room in the socket's buffer, and no fewer than that.
    check_number(kernel.datagrams.size(), 16);
    for (std::size_t i = 0; i < 15; i++)
        check_number(kernel.datagrams[i], 64);
    for (std::size_t i = 0; i < 1000; i++)
        check(kernel.messages[i].bytes[24] == static_cast<std::uint8_t>(i + 1));
}

/// Requests about objects of different kinds go together.
void of_different_kinds(void**) {
    Kernel kernel;
    Batch batch;
    batch.push(requests::add(LabelSpec{.label = LabelId(500), .network = "blue"}));
    batch.push(requests::change(LabelSpec{.label = LabelId(500), .nexthop = NexthopId(7)}));
    batch.push(requests::del(LabelId(500)));
    batch.push(requests::del(NexthopId(7)));
    kernel.answer({ack()});
    // The label takes 8 bytes behind the 20 of the headers.
    kernel.answer({ack(ENOENT, words("no such next hop").u32(NLMSGERR_ATTR_OFFS, 28))});
    kernel.answer({ack()});
    kernel.answer({ack()});
    auto client = must(Client::open(kernel.transport()));
    auto results = client.run(batch);
    must(results[0]);
    check_text(must_fail(results[1], ENOENT).attribute, "label.nexthop");
    must(results[2]);
    must(results[3]);
    check(kernel.datagrams == std::vector<std::size_t>{4});
    const std::uint8_t commands[] = {VROUTER_CMD_LABEL_NEW, VROUTER_CMD_LABEL_SET,
                                     VROUTER_CMD_LABEL_DEL, VROUTER_CMD_NEXTHOP_DEL};
    for (std::size_t i = 0; i < 4; i++)
        check_number(kernel.messages[i].command, commands[i]);
}

/// A batch of a set's life, of which a bulk of elements is refused by its second.
void of_sets(void**) {
    Kernel kernel;
    Batch batch;
    std::vector<ElementSpec> elements{{.key = {prefix("10.0.0.0/8")}},
                                      {.key = {prefix("10.0.0.1/8")}}};
    batch.push(requests::add(SetSpec{.name = "a"}));
    batch.push(requests::add("a", elements));
    batch.push(requests::swap_sets("a", "b"));
    kernel.answer({ack()});
    // The name takes 8 bytes, an entry 20, of which the first 4 are header.
    kernel.answer({ack(EINVAL, words("host bits are set").u32(NLMSGERR_ATTR_OFFS, 52))});
    kernel.answer({ack(ENOENT, words("there is no set \"b\"").u32(NLMSGERR_ATTR_OFFS, 28))});
    auto client = must(Client::open(kernel.transport()));
    auto results = client.run(batch);
    must(results[0]);
    auto error = must_fail(results[1], EINVAL);
    check_text(error.attribute, "element.entry[1].address");
    check_number(*error.index, 1);
    check_text(must_fail(results[2], ENOENT).attribute, "set.with-name");
}

/// A batch that makes a group with rules, of which the second is refused for who it is from.
void of_sgs(void**) {
    Kernel kernel;
    Batch batch;
    std::vector<RuleSpec> rules{
        {.direction = Direction::ingress, .action = RuleAction::allow},
        {.direction = Direction::ingress, .from = SetRef("b"), .action = RuleAction::allow}};
    batch.push(requests::add(SgSpec{.name = "a"}));
    batch.push(requests::replace("a", rules));
    batch.push(requests::change(VifSpec{.name = "vm1", .sgs = {{SgRef("c"), SgRef("a")}}}));
    kernel.answer({ack()});
    // The name takes 8 bytes, the first entry 20; of the second there are 12 before what it is
    // from, whose header takes 4.
    kernel.answer(
        {ack(ENOENT, words("there is no set \"b\"").u32(NLMSGERR_ATTR_OFFS, 20 + 8 + 20 + 16))});
    kernel.answer(
        {ack(ENOENT, words("there is no group \"a\"").u32(NLMSGERR_ATTR_OFFS, 20 + 8 + 12 + 4))});
    auto client = must(Client::open(kernel.transport()));
    auto results = client.run(batch);
    must(results[0]);
    auto error = must_fail(results[1], ENOENT);
    check_text(error.attribute, "rule.entry[1].from.set-name");
    check_number(*error.index, 1);
    error = must_fail(results[2], ENOENT);
    check_text(error.attribute, "vif.sg[1].name");
    check(!error.index);
}

void policers(void**) {
    Kernel kernel;
    Batch batch;
    batch.push(requests::add(PolicerSpec{.name = "gold", .rate = 999}));
    batch.push(requests::change(VifSpec{.name = "vm1", .policer = "gold"}));
    batch.push(requests::del(PolicerRef("gold")));
    // The name takes 12 bytes behind the 20 of the headers.
    kernel.answer({ack(ERANGE, words("too slow").u32(NLMSGERR_ATTR_OFFS, 32))});
    kernel.answer({ack()});
    kernel.answer({ack(EBUSY, words("used by a vif").u32(NLMSGERR_ATTR_OFFS, 20))});
    auto client = must(Client::open(kernel.transport()));
    auto results = client.run(batch);
    check_text(must_fail(results[0], ERANGE).attribute, "policer.rate");
    must(results[1]);
    check_text(must_fail(results[2], EBUSY).attribute, "policer.name");
}

/// Long requests go alone, and short ones do not go with so many that the socket has no room.
void long_requests(void**) {
    Kernel kernel;
    std::vector<RouteSpec> routes(5000, {prefix("10.0.0.0/24"), NexthopId(7)});
    Batch batch;
    batch.push(requests::del(NexthopId(1)));
    batch.push(requests::add("blue", routes));
    batch.push(requests::del(NexthopId(2)));
    for (int i = 0; i < 3; i++)
        kernel.answer({ack()});
    auto client = must(Client::open(kernel.transport()));
    for (const auto& result : client.run(batch))
        must(result);
    check(kernel.datagrams == std::vector<std::size_t>{1, 1, 1});
}

/// A request that cannot be sent has its error, and the others go.
void bad_request(void**) {
    Kernel kernel;
    Batch batch;
    batch.push(requests::del(NexthopId(1)));
    batch.push(requests::del(NetworkRef(std::string("\0", 1))));
    batch.push(requests::del(NexthopId(2)));
    kernel.answer({ack(EBUSY)});
    kernel.answer({ack()});
    auto client = must(Client::open(kernel.transport()));
    auto results = client.run(batch);
    must_fail(results[0], EBUSY);
    check_text(must_fail(results[1], EINVAL).attribute, "network.name");
    must(results[2]);

    batch.clear();
    batch.push(requests::del(NetworkRef(std::string("\0", 1))));
    must_fail(client.run(batch)[0], EINVAL);
    check_number(kernel.messages.size(), 2);
}

/// When the socket fails, those without an answer are told.
void lost_answers(void**) {
    Kernel kernel;
    kernel.answer({ack()});
    kernel.answer([](Kernel& k, const Sent&) { k.queue_error(ENOBUFS); });
    auto client = must(Client::open(kernel.transport()));
    auto results = client.run(batch_of(3));
    must(results[0]);
    must_fail(results[1], ENOBUFS);
    must_fail(results[2], ENOBUFS);

    kernel.send_error = Error{.code = EMSGSIZE, .message = "too long"};
    for (const auto& result : client.run(batch_of(2)))
        must_fail(result, EMSGSIZE);
}

/// The module was exchanged since the client was opened: its family has another number.
void module_exchanged(void**) {
    Kernel kernel;
    auto client = must(Client::open(kernel.transport()));
    kernel.family_id = family + 1;
    kernel.answer({ack()});
    kernel.answer({ack(EBUSY)});
    auto results = client.run(batch_of(2));
    must(results[0]);
    must_fail(results[1], EBUSY);
    check_number(kernel.messages.size(), 4);

    kernel.module_loaded = false;
    for (const auto& result : client.run(batch_of(2)))
        check_text(must_fail(result, ENOENT).hint, "load the module: modprobe vrouter");
}

/// A refusal without words does not mean that the module is gone.
void bare_refusals(void**) {
    Kernel kernel;
    auto client = must(Client::open(kernel.transport()));
    kernel.answer({ack(ENOENT)});
    kernel.answer({ack(ENOENT)});
    for (const auto& result : client.run(batch_of(2)))
        must_fail(result, ENOENT);
    check_number(kernel.messages.size(), 2);
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(empty),
        cmocka_unit_test(results_in_order),
        cmocka_unit_test(verdicts_out_of_order),
        cmocka_unit_test(many),
        cmocka_unit_test(of_different_kinds),
        cmocka_unit_test(of_sets),
        cmocka_unit_test(of_sgs),
        cmocka_unit_test(policers),
        cmocka_unit_test(long_requests),
        cmocka_unit_test(bad_request),
        cmocka_unit_test(lost_answers),
        cmocka_unit_test(module_exchanged),
        cmocka_unit_test(bare_refusals),
    };
    return run_group(tests, "batch");
}
