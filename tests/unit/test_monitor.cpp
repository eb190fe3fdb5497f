// SPDX-License-Identifier: LGPL-2.1-or-later
// Notifications as events.
#include "samples.hpp"

using namespace unit;

namespace {

Out notification(std::uint8_t command, const Attrs& attributes) {
    auto out = reply(command, attributes);
    out.to = 0;
    out.sequence = 0;
    return out;
}

template <class T>
void check_events(std::uint8_t new_command, std::uint8_t del_command, const Attrs& attributes,
                  const T& object, ObjectKind kind) {
    Kernel kernel;
    auto monitor = must(Monitor::open(kernel.transport()));
    kernel.queue({notification(new_command, attributes)});
    kernel.queue({notification(del_command, attributes)});
    auto events = must(monitor.read());
    check_number(events.size(), 2);
    check(events[0] == (Event{Event::Type::set, object}));
    check(events[1] == (Event{Event::Type::deleted, object}));
    check(events[0].kind() == kind);
}

void of_each_kind(void**) {
    check_events(VROUTER_CMD_NETWORK_NEW_NTF, VROUTER_CMD_NETWORK_DEL_NTF, network_attrs(),
                 network_info(), ObjectKind::network);
    check_events(VROUTER_CMD_TUNNEL_NEW_NTF, VROUTER_CMD_TUNNEL_DEL_NTF, tunnel_attrs(),
                 tunnel_info(), ObjectKind::tunnel);
    check_events(VROUTER_CMD_VIF_NEW_NTF, VROUTER_CMD_VIF_DEL_NTF, vif_attrs(), vif_info(),
                 ObjectKind::vif);
    check_events(VROUTER_CMD_NEXTHOP_NEW_NTF, VROUTER_CMD_NEXTHOP_DEL_NTF, nexthop_attrs(),
                 nexthop_info(), ObjectKind::nexthop);
    check_events(VROUTER_CMD_ROUTE_NEW_NTF, VROUTER_CMD_ROUTE_DEL_NTF, route_attrs(), route_info(),
                 ObjectKind::route);
    check_events(VROUTER_CMD_FDB_NEW_NTF, VROUTER_CMD_FDB_DEL_NTF, fdb_attrs(), fdb_info(),
                 ObjectKind::fdb);
    check_events(VROUTER_CMD_NEIGHBOUR_NEW_NTF, VROUTER_CMD_NEIGHBOUR_DEL_NTF, neighbour_attrs(),
                 neighbour_info(), ObjectKind::neighbour);
    check_events(VROUTER_CMD_LABEL_NEW_NTF, VROUTER_CMD_LABEL_DEL_NTF, label_attrs(), label_info(),
                 ObjectKind::label);
    check_events(VROUTER_CMD_SET_NEW_NTF, VROUTER_CMD_SET_DEL_NTF, set_attrs(), set_info(),
                 ObjectKind::set);
    check_events(VROUTER_CMD_ELEMENT_NEW_NTF, VROUTER_CMD_ELEMENT_DEL_NTF, element_attrs(),
                 element_info(), ObjectKind::element);
    check_events(VROUTER_CMD_SG_NEW_NTF, VROUTER_CMD_SG_DEL_NTF, sg_attrs(), sg_info(),
                 ObjectKind::sg);
    check_events(VROUTER_CMD_RULE_NEW_NTF, VROUTER_CMD_RULE_DEL_NTF, rule_attrs(), rule_info(),
                 ObjectKind::rule);
    check_events(VROUTER_CMD_POLICER_NEW_NTF, VROUTER_CMD_POLICER_DEL_NTF, policer_attrs(),
                 policer_info(), ObjectKind::policer);
    check_events(VROUTER_CMD_FLOW_NEW_NTF, VROUTER_CMD_FLOW_DEL_NTF, flow_attrs(), flow_info(),
                 ObjectKind::flow);
    check(from_string<ObjectKind>("limits") == ObjectKind::limits);
    check_text(to_string(ObjectKind::policer), "policer");
    check(from_string<ObjectKind>("policer") == ObjectKind::policer);
    check_text(to_string(ObjectKind::label), "label");
    check(from_string<ObjectKind>("label") == ObjectKind::label);
    check(from_string<ObjectKind>("set") == ObjectKind::set);
    check(from_string<ObjectKind>("element") == ObjectKind::element);
    check(from_string<ObjectKind>("sg") == ObjectKind::sg);
    check(from_string<ObjectKind>("rule") == ObjectKind::rule);
}

/// Limits change, but they are never deleted.
void changed_limits(void**) {
    Kernel kernel;
    auto monitor = must(Monitor::open(kernel.transport()));
    kernel.queue({notification(VROUTER_CMD_LIMITS_NEW_NTF, limits_attrs())});
    auto event = must(monitor.read()).at(0);
    check(event.type == Event::Type::set && event.kind() == ObjectKind::limits);
    check(std::get<Limits>(event.value) == limits());
}

Event drop_of(const Attrs& attributes) {
    Kernel kernel;
    auto monitor = must(Monitor::open(kernel.transport(), Topics::drops));
    kernel.queue({notification(VROUTER_CMD_DROP_NTF, attributes)});
    return must(monitor.read()).at(0);
}

void of_drops(void**) {
    auto event = drop_of(drop_event_attrs());
    check(event == (Event{Event::Type::dropped, drop_event()}));
    check(event.kind() == ObjectKind::drops);
    check_text(to_string(ObjectKind::drops), "drops");
    check(from_string<ObjectKind>("drops") == ObjectKind::drops);
    check_text(to_string(Event::Type::dropped), "dropped");
}

/// What need not be known of a packet, and what makes no sense.
void of_drops_in_part(void**) {
    auto least = Attrs()
                     .u64(VROUTER_A_DROP_EVENT_TIME, 0)
                     .u32(VROUTER_A_DROP_EVENT_REASON, 1)
                     .text(VROUTER_A_DROP_EVENT_NAME, "no_memory")
                     .u32(VROUTER_A_DROP_EVENT_PACKETS, 44);
    auto event = drop_of(least);
    DropEvent drop;
    drop.reason = 1;
    drop.name = "no_memory";
    drop.packets = 44;
    check(event == (Event{Event::Type::dropped, drop}));

    auto malformed = [](Attrs attributes, const char* attribute) {
        Kernel kernel;
        auto monitor = must(Monitor::open(kernel.transport(), Topics::drops));
        kernel.queue({notification(VROUTER_CMD_DROP_NTF, attributes)});
        check_text(must_fail(monitor.read(), EBADMSG).attribute, attribute);
    };
    for (auto [type, name] : {std::pair{VROUTER_A_DROP_EVENT_NAME, "drop-event.name"},
                              {VROUTER_A_DROP_EVENT_LENGTH, "drop-event.length"},
                              {VROUTER_A_DROP_EVENT_SG_NAME, "drop-event.sg-name"},
                              {VROUTER_A_DROP_EVENT_VIF_ID, "drop-event.vif-id"}})
        malformed(drop_event_attrs().without(static_cast<std::uint16_t>(type)), name);
    malformed(drop_event_attrs().replace(VROUTER_A_DROP_EVENT_LENGTH, {53, 0, 0, 0}),
              "drop-event.length");
    malformed(drop_event_attrs().replace(VROUTER_A_DROP_EVENT_NETWORK_OFFSET, {55}),
              "drop-event.network-offset");
    malformed(drop_event_attrs().replace(VROUTER_A_DROP_EVENT_REMOTE, {1, 2, 3}),
              "drop-event.remote");
}

void topics(void**) {
    Kernel kernel;
    must(Monitor::open(kernel.transport(), Topics::drops));
    check(kernel.joined == std::vector<std::uint32_t>{notify_group, drops_group});
    kernel.joined.clear();
    must(Monitor::open(kernel.transport(), Topics::drops | Topics::config));
    check(kernel.joined == std::vector<std::uint32_t>{notify_group, config_group, drops_group});

    kernel.groups = {{"config", config_group}};
    must(Monitor::open(kernel.transport()));
    auto error = must_fail(Monitor::open(kernel.transport(), Topics::drops), EOPNOTSUPP);
    check_text(error.message, "the loaded module sends no notifications of drops");
    kernel.join_error = vrouter::Error{.code = EPERM, .message = "no"};
    must_fail(Monitor::open(kernel.transport()), EPERM);
}

void joins_and_waits(void**) {
    Kernel kernel;
    auto monitor = must(Monitor::open(kernel.transport()));
    check(kernel.joined == std::vector<std::uint32_t>{notify_group, config_group});
    check_number(monitor.fd(), 99);
    check(must(monitor.read()).empty());
    check(must(monitor.read()).empty());
    auto moved = std::move(monitor);
    check(must(moved.read()).empty());
}

void several_in_a_datagram(void**) {
    Kernel kernel;
    auto monitor = must(Monitor::open(kernel.transport()));
    auto one = notification(VROUTER_CMD_VIF_NEW_NTF, vif_attrs());
    kernel.queue({one, one});
    kernel.queue({one});
    check_number(must(monitor.read()).size(), 3);
}

void overrun(void**) {
    Kernel kernel;
    auto monitor = must(Monitor::open(kernel.transport()));
    kernel.queue({notification(VROUTER_CMD_VIF_NEW_NTF, vif_attrs())});
    kernel.queue_error(ENOBUFS);
    kernel.queue({notification(VROUTER_CMD_VIF_DEL_NTF, vif_attrs())});
    auto events = must(monitor.read());
    check_number(events.size(), 3);
    check(events[0].type == Event::Type::set);
    check(events[1] == (Event{Event::Type::overrun, {}}) && !events[1].kind());
    check(events[2].type == Event::Type::deleted);

    kernel.queue({Out{.type = NLMSG_OVERRUN}});
    check(must(monitor.read()).at(0).type == Event::Type::overrun);
}

Out about(std::uint8_t command, const Attrs& attributes) {
    auto out = family_message(command, attributes);
    out.to = 0;
    return out;
}

/// The lost notifications may have said that the module was exchanged.
void a_new_module_is_found_after_an_overrun(void**) {
    Kernel kernel;
    auto monitor = must(Monitor::open(kernel.transport()));
    auto event = notification(VROUTER_CMD_FDB_NEW_NTF, fdb_attrs());
    kernel.queue_error(ENOBUFS);
    kernel.queue({event});
    auto events = must(monitor.read()); // the same module: no more than the overrun
    check_number(events.size(), 2);
    check(events[0].type == Event::Type::overrun && events[1].kind() == ObjectKind::fdb);

    kernel.family_id = family + 5;
    kernel.groups = {{"config", 77}};
    kernel.queue_error(ENOBUFS);
    events = must(monitor.read());
    check_number(events.size(), 3);
    check(events[0].type == Event::Type::overrun && events[1].type == Event::Type::unloaded);
    check(events[2].type == Event::Type::loaded);
    check_number(kernel.joined.back(), 77);
    event.type = family + 5;
    kernel.queue({event});
    check(must(monitor.read()).at(0).kind() == ObjectKind::fdb);

    kernel.module_loaded = false;
    kernel.queue_error(ENOBUFS);
    events = must(monitor.read());
    check_number(events.size(), 2);
    check(events[1].type == Event::Type::unloaded);
    kernel.module_loaded = true;
    kernel.queue_error(ENOBUFS);
    check(must(monitor.read()).at(1).type == Event::Type::loaded);
}

/// The answer finds no room either.
void a_lost_answer_is_asked_for_again(void**) {
    Kernel kernel;
    auto monitor = must(Monitor::open(kernel.transport()));
    kernel.family_id = family + 5;
    kernel.lose_answers = 1;
    kernel.queue_error(ENOBUFS);
    auto events = must(monitor.read());
    auto more = must(monitor.read());
    events.insert(events.end(), more.begin(), more.end());
    check_number(events.size(), 3);
    check(events[2].type == Event::Type::loaded);
    auto lookups = kernel.lookups;
    check(must(monitor.read()).empty());
    check_number(static_cast<std::uint64_t>(kernel.lookups), static_cast<std::uint64_t>(lookups));
}

/// A flood of unknown notifications must not keep a listener from its other work.
void unknown_events_do_not_keep_read_busy(void**) {
    Kernel kernel;
    auto monitor = must(Monitor::open(kernel.transport()));
    for (int i = 0; i < 5000; i++)
        kernel.queue({notification(200, vif_attrs())});
    kernel.queue({notification(VROUTER_CMD_VIF_NEW_NTF, vif_attrs())});
    check(must(monitor.read()).empty());
    check(kernel.incoming.size() > 3000);
    std::size_t total = 0;
    for (int i = 0; i < 6; i++)
        total += must(monitor.read()).size();
    check_number(total, 1);
}

void unknown_is_left_out(void**) {
    Kernel kernel;
    auto monitor = must(Monitor::open(kernel.transport()));
    kernel.queue({notification(200, vif_attrs())});
    kernel.queue({notification(VROUTER_CMD_VIF_GET, vif_attrs())});
    auto foreign = notification(VROUTER_CMD_VIF_NEW_NTF, vif_attrs());
    foreign.type = family + 1;
    kernel.queue({foreign});
    kernel.queue({notification(VROUTER_CMD_VIF_NEW_NTF, vif_attrs().u32(77, 1))});
    auto events = must(monitor.read());
    check_number(events.size(), 1);
    check(std::get<VifInfo>(events[0].value) == vif_info());
}

/// What came before an error is not lost, and neither is what comes after.
void malformed(void**) {
    Kernel kernel;
    auto monitor = must(Monitor::open(kernel.transport()));
    auto good = notification(VROUTER_CMD_VIF_NEW_NTF, vif_attrs());
    auto attributes = vif_attrs();
    kernel.queue({good});
    kernel.queue({notification(VROUTER_CMD_VIF_NEW_NTF, attributes.without(VROUTER_A_VIF_ID))});
    kernel.queue({good});
    check_number(must(monitor.read()).size(), 1);
    check_text(must_fail(monitor.read(), EBADMSG).attribute, "vif.id");
    check_number(must(monitor.read()).size(), 1);
    check(must(monitor.read()).empty());

    auto bytes = to_bytes(good, 0);
    for (std::size_t length = 1; length < bytes.size(); length++) {
        kernel.queue(Blob(bytes.begin(), bytes.begin() + length));
        must_fail(monitor.read(), EBADMSG);
    }
    kernel.queue_error(EIO);
    must_fail(monitor.read(), EIO);
    check(must(monitor.read()).empty());
}

/// Much at once is given in pieces.
void flood_of_events(void**) {
    Kernel kernel;
    auto monitor = must(Monitor::open(kernel.transport()));
    for (int i = 0; i < 3000; i++)
        kernel.queue({notification(VROUTER_CMD_FDB_NEW_NTF, fdb_attrs())});
    std::size_t total = 0;
    for (;;) {
        auto events = must(monitor.read());
        check(events.size() <= 1024);
        total += events.size();
        if (events.empty())
            break;
    }
    check_number(total, 3000);
}

void module_comes_and_goes(void**) {
    Kernel kernel;
    auto monitor = must(Monitor::open(kernel.transport()));
    auto mine = family_attrs("vrouter", family, {{"config", config_group}});
    auto other = family_attrs("other", 50, {{"config", 51}});
    auto next = family_attrs("vrouter", family + 5, {{"config", 77}});

    kernel.queue({about(CTRL_CMD_NEWFAMILY, other)});
    kernel.queue({about(CTRL_CMD_DELFAMILY, other)});
    kernel.queue({about(CTRL_CMD_NEWMCAST_GRP, mine)});
    check(must(monitor.read()).empty());

    kernel.queue({about(CTRL_CMD_DELFAMILY, mine)});
    kernel.queue({notification(VROUTER_CMD_FDB_NEW_NTF, fdb_attrs())}); // nobody's
    kernel.queue({about(CTRL_CMD_NEWFAMILY, next)});
    auto event = notification(VROUTER_CMD_FDB_NEW_NTF, fdb_attrs());
    event.type = family + 5;
    kernel.queue({event});
    auto events = must(monitor.read());
    check_number(events.size(), 3);
    check(events[0] == (Event{Event::Type::unloaded, {}}));
    check(events[1] == (Event{Event::Type::loaded, {}}));
    check(events[2].kind() == ObjectKind::fdb);
    check_number(kernel.joined.back(), 77);
}

void without_module(void**) {
    Kernel kernel;
    kernel.module_loaded = false;
    auto error = must_fail(Monitor::open(kernel.transport()), ENOENT);
    check_text(error.hint, "load the module: modprobe vrouter");
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(of_each_kind),
        cmocka_unit_test(joins_and_waits),
        cmocka_unit_test(several_in_a_datagram),
        cmocka_unit_test(overrun),
        cmocka_unit_test(unknown_is_left_out),
        cmocka_unit_test(malformed),
        cmocka_unit_test(flood_of_events),
        cmocka_unit_test(module_comes_and_goes),
        cmocka_unit_test(without_module),
        cmocka_unit_test(of_drops),
        cmocka_unit_test(changed_limits),
        cmocka_unit_test(of_drops_in_part),
        cmocka_unit_test(topics),
        cmocka_unit_test(a_new_module_is_found_after_an_overrun),
        cmocka_unit_test(a_lost_answer_is_asked_for_again),
        cmocka_unit_test(unknown_events_do_not_keep_read_busy),
    };
    return run_group(tests, "monitor");
}
