// SPDX-License-Identifier: LGPL-2.1-or-later
// The connection: finding the module, numbers of requests, what is not meant for us, permissions;
// and the real socket as far as it goes without the module.
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "samples.hpp"

using namespace unit;

namespace {

void module_not_loaded(void**) {
    Kernel kernel;
    kernel.module_loaded = false;
    auto error = must_fail(Client::open(kernel.transport()), ENOENT);
    check_text(error.message, "the kernel module vrouter is not loaded");
    check_text(error.hint, "load the module: modprobe vrouter");
    check_text(error.to_string(), "the kernel module vrouter is not loaded: No such file or "
                                  "directory; load the module: modprobe vrouter");
}

void lookup_that_fails(void**) {
    Kernel kernel;
    kernel.send_error = Error{.code = ECONNREFUSED, .message = "nobody there"};
    must_fail(Client::open(kernel.transport()), ECONNREFUSED);

    class Scripted final : public Transport {
    public:
        explicit Scripted(std::vector<Out> answer) : answer_(std::move(answer)) {}
        Result<void> send(std::span<const std::uint8_t>) override { return {}; }
        Result<std::size_t> receive(std::span<std::uint8_t> buffer, bool) override {
            Blob bytes;
            for (const auto& out : answer_)
                bytes = concat(std::move(bytes), to_bytes(out, 1));
            std::ranges::copy(bytes, buffer.begin());
            return bytes.size();
        }
        Result<void> join(std::uint32_t) override { return {}; }
        std::uint32_t port_id() const noexcept override { return port; }
        int fd() const noexcept override { return -1; }

    private:
        std::vector<Out> answer_;
    };
    auto open = [](std::vector<Out> answer) {
        return Client::open(std::make_unique<Scripted>(std::move(answer)));
    };
    auto attributes = family_attrs("vrouter", family, {});
    must(open({family_message(CTRL_CMD_NEWFAMILY, attributes), ack()}));
    must_fail(open({ack()}), EBADMSG);
    must_fail(open({ack(EPERM)}), EPERM);
    must_fail(open({family_message(CTRL_CMD_DELFAMILY, attributes), ack()}), EBADMSG);
    auto headless = attributes;
    must_fail(
        open({family_message(CTRL_CMD_NEWFAMILY, headless.without(CTRL_ATTR_FAMILY_ID)), ack()}),
        EBADMSG);
    auto bytes = attributes.bytes();
    for (std::size_t length = 0; length < 18; length++) {
        auto out = family_message(CTRL_CMD_NEWFAMILY, {});
        out.payload = concat(out.payload, Blob(bytes.begin(), bytes.begin() + length));
        must_fail(open({out, ack()}), EBADMSG);
    }
}

void permission_denied(void**) {
    Kernel kernel;
    kernel.answer({ack(EPERM)});
    auto client = must(Client::open(kernel.transport()));
    auto error = must_fail(client.networks().add({.name = "blue"}), EPERM);
    check_text(error.message, "Operation not permitted");
    check_text(error.hint, "this needs CAP_NET_ADMIN in the network namespace");
}

void requests_are_numbered(void**) {
    Kernel kernel;
    auto client = must(Client::open(kernel.transport()));
    for (int i = 0; i < 3; i++) {
        kernel.answer({ack()});
        must(client.networks().del("blue"));
    }
    check_number(kernel.messages[0].header.nlmsg_seq, 2);
    check_number(kernel.messages[2].header.nlmsg_seq, 4);
}

/// Messages to others, of earlier requests, of requests that were never made.
void what_belongs_to_whom(void**) {
    Kernel kernel;
    auto client = must(Client::open(kernel.transport()));
    auto other = ack(EPERM), old = ack(EPERM), future = ack();
    other.to = port + 1;
    old.sequence = 1;
    future.sequence = 1000;
    kernel.answer({{other}, {old}, {old, ack()}});
    must(client.networks().del("blue"));
    kernel.answer({{future}, {ack()}});
    must_fail(client.networks().del("blue"), EBADMSG);
    kernel.answer({ack()});
    must(client.networks().del("blue"));
}

/// A reply in one datagram and the verdict in another, or both in one.
void reply_and_verdict(void**) {
    Kernel kernel;
    auto client = must(Client::open(kernel.transport()));
    auto one = reply(VROUTER_CMD_INFO_GET, info_attrs());
    kernel.answer({{one}, {ack()}});
    check(must(client.info()) == module_info());
    kernel.answer({one, ack()});
    check(must(client.info()) == module_info());
    kernel.answer({ack(ENOENT, words("there is no network \"x\""))});
    check_text(must_fail(client.networks().get("x"), ENOENT).message, "there is no network \"x\"");
    check_number(kernel.lookups, 1);
}

/// A next hop that is made without an id comes back with the one it got.
void created_nexthop(void**) {
    Kernel kernel;
    auto client = must(Client::open(kernel.transport()));
    kernel.answer({{reply(VROUTER_CMD_NEXTHOP_NEW_NTF, nexthop_attrs())}, {ack()}});
    auto made = must(client.nexthops().create({.type = NexthopType::blackhole}));
    check(made == nexthop_info());
    kernel.answer({ack(EEXIST, words("there is one"))});
    must_fail(client.nexthops().create({.id = NexthopId(7)}), EEXIST);
}

/// The module was exchanged for another, whose family has another number.
void module_exchanged(void**) {
    Kernel kernel;
    auto client = must(Client::open(kernel.transport()));
    kernel.family_id = family + 1;
    auto out = reply(VROUTER_CMD_INFO_GET, info_attrs());
    out.type = family + 1;
    kernel.answer({out, ack()});
    check(must(client.info()) == module_info());
    check_number(kernel.messages.size(), 2);
    kernel.answer({ack()});
    must(client.networks().del("blue"));
    check_number(kernel.messages.size(), 3);

    kernel.module_loaded = false;
    check_text(must_fail(client.info(), ENOENT).hint, "load the module: modprobe vrouter");
    check_text(must_fail(client.vifs().list(), ENOENT).hint, "load the module: modprobe vrouter");

    kernel.module_loaded = true;
    kernel.family_id = family + 2;
    kernel.answer({{done()}});
    check(must(client.vifs().list()).empty());
}

void moved(void**) {
    Kernel kernel;
    auto first = must(Client::open(kernel.transport()));
    auto networks = first.networks();
    Client second = std::move(first);
    kernel.answer({ack()});
    must(networks.del("blue"));
    kernel.answer({ack()});
    must(second.networks().del("blue"));
    Kernel other;
    second = must(Client::open(other.transport()));
    other.answer({ack()});
    must(second.networks().del("blue"));
    check_number(other.messages.size(), 1);
}

// The real socket. Whether the module is loaded is not known here.

void real_socket(void**) {
    auto transport = must(Transport::open());
    check(transport->fd() >= 0 && transport->port_id() != 0);
    check(fcntl(transport->fd(), F_GETFD) & FD_CLOEXEC);
    std::uint8_t buffer[100];
    must_fail(transport->receive(buffer, false), EAGAIN);
    // A message that is too short to be one is dropped by the kernel, without an answer.
    must(transport->send(buffer));
    auto client = Client::open();
    if (!client)
        check_text(must_fail(client, ENOENT).hint, "load the module: modprobe vrouter");
}

/// The kernel's own controller answers to more than the buffer holds.
void real_truncation(void**) {
    auto transport = must(Transport::open());
    Blob request = to_bytes({.type = GENL_ID_CTRL,
                             .flags = NLM_F_REQUEST | NLM_F_DUMP,
                             .payload = {CTRL_CMD_GETFAMILY, 1, 0, 0}},
                            1);
    std::uint32_t none = 0;
    std::memcpy(&request[12], &none, sizeof(none));
    must(transport->send(request));
    std::uint8_t buffer[64];
    must_fail(transport->receive(buffer, true), EMSGSIZE);
}

/// More bytes than a socket sends by default. The kernel reads the first message and finds no more.
void real_long_message(void**) {
    auto transport = must(Transport::open());
    Blob request(1 << 20);
    nlmsghdr header{.nlmsg_len = static_cast<std::uint32_t>(request.size()),
                    .nlmsg_type = GENL_ID_CTRL,
                    .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
                    .nlmsg_seq = 1,
                    .nlmsg_pid = 0};
    std::memcpy(request.data(), &header, sizeof(header));
    auto sent = transport->send(request);
    if (!sent)
        check(!must_fail(sent, EMSGSIZE).hint.empty()); // not privileged
}

ino_t current_netns() {
    struct stat status;
    check(stat("/proc/thread-self/ns/net", &status) == 0);
    return status.st_ino;
}

void namespaces(void**) {
    auto before = current_netns();
    for (const char* name : {"", ".", ".."})
        must_fail(Client::open_netns(name), EINVAL);
    auto error = must_fail(Client::open_netns("no-such-namespace"), ENOENT);
    check_text(error.message, "there is no network namespace \"no-such-namespace\"");
    check_text(error.hint, "`ip netns list` shows those there are");
    must_fail(Client::open_netns("/no/such/file"), ENOENT);
    must_fail(Monitor::open_netns("/no/such/file"), ENOENT);

    auto not_one = Client::open_netns("/proc/self/status");
    check(!not_one && (not_one.error().code == EINVAL || not_one.error().code == EPERM));

    auto own = Transport::open_netns("/proc/self/ns/net");
    if (!own)
        check_text(must_fail(own, EPERM).hint, "this needs CAP_SYS_ADMIN");
    check(current_netns() == before);
}

/// The module's own policies say what it takes.
void the_client_says_what_the_module_supports(void**) {
    Kernel kernel;
    auto client = must(Client::open(kernel.transport()));
    check(must(client.supports("network-new")));
    check(!must(client.supports("network-set")));
    check(!must(client.supports("flow-count")));
    check(must(client.supports("network.vni")));
    check(!must(client.supports("network.flow-cache")));
    check(must(client.supports("network.gateway.len")));
    check(!must(client.supports("network.gateway.active")));
    check(must(client.supports("route.entry.nexthop")));
    check(!must(client.supports("route.network-id")));
    check(!must(client.supports("vif.mac")));
    for (const char* nothing : {"", "network", "network.", "network.vnii", ".vni",
                                "network.vni.len", "network..len", "networks-new"})
        must_fail(client.supports(nothing), EINVAL);

    // Another module is asked anew.
    kernel.family_id = family + 5;
    kernel.commands = {VROUTER_CMD_FLOW_COUNT};
    check(must(client.supports("flow-count")));
    check(!must(client.supports("network-new")));
    kernel.module_loaded = false;
    must_fail(client.supports("network.vni"), ENOENT);
}

void version_of_the_library(void**) {
    check_text(version(), VROUTER_VERSION_STRING);
    check_text(version(), "0.1.0");
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(module_not_loaded),
        cmocka_unit_test(lookup_that_fails),
        cmocka_unit_test(permission_denied),
        cmocka_unit_test(requests_are_numbered),
        cmocka_unit_test(what_belongs_to_whom),
        cmocka_unit_test(reply_and_verdict),
        cmocka_unit_test(created_nexthop),
        cmocka_unit_test(module_exchanged),
        cmocka_unit_test(moved),
        cmocka_unit_test(real_socket),
        cmocka_unit_test(real_truncation),
        cmocka_unit_test(real_long_message),
        cmocka_unit_test(namespaces),
        cmocka_unit_test(the_client_says_what_the_module_supports),
        cmocka_unit_test(version_of_the_library),
    };
    return run_group(tests, "client");
}
