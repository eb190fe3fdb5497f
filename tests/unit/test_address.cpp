// SPDX-License-Identifier: LGPL-2.1-or-later
// Addresses, prefixes and MAC addresses: parsing, formatting, comparing.
#include <unordered_set>

#include "samples.hpp"

using namespace unit;

namespace {

void ip_round_trips(void**) {
    for (const char* text : {"0.0.0.0", "192.0.2.1", "255.255.255.255", "::", "::1", "2001:db8::1",
                             "fe80::1:2", "::ffff:192.0.2.1", "1:2:3:4:5:6:7:8"})
        check_text(ip(text).to_string(), text);
    check_text(ip("2001:DB8:0:0:0:0:0:1").to_string(), "2001:db8::1");
    check(ip("192.0.2.1").is_v4() && ip("192.0.2.1").family() == Family::v4);
    check(ip("::1").is_v6() && ip("::1").family() == Family::v6);
}

void ip_refuses(void**) {
    using namespace std::string_view_literals;
    for (auto text : {""sv,
                      " "sv,
                      "1"sv,
                      "1.2.3"sv,
                      "1.2.3.4.5"sv,
                      "1.2.3.256"sv,
                      "1.2.3.-4"sv,
                      "01.2.3.4"sv,
                      "1.2.3.4 "sv,
                      " 1.2.3.4"sv,
                      "1.2.3.4\n"sv,
                      "1.2.3.4/24"sv,
                      "0x1.2.3.4"sv,
                      "1.2.3.a"sv,
                      "1,2,3,4"sv,
                      ":"sv,
                      ":::"sv,
                      "1::2::3"sv,
                      "1:2:3:4:5:6:7"sv,
                      "1:2:3:4:5:6:7:8:9"sv,
                      "12345::"sv,
                      "g::"sv,
                      "fe80::1%eth0"sv,
                      "[::1]"sv,
                      "::1 "sv,
                      "any"sv,
                      "1.2.3.4\0"sv,
                      "1.2.3.4\0junk"sv,
                      "::1\0"sv})
        must_fail(IpAddress::parse(text), EINVAL);
    must_fail(IpAddress::parse(std::string(100000, '1')), EINVAL);
}

void ip_from_bytes(void**) {
    std::uint8_t bytes[17] = {192, 0, 2, 1};
    for (std::size_t size = 0; size <= sizeof(bytes); size++) {
        auto address = IpAddress::from_bytes(std::span(bytes).first(size));
        check(address.has_value() == (size == 4 || size == 16));
        if (address)
            check(std::ranges::equal(address->bytes(), std::span(bytes).first(size)));
    }
    check(IpAddress::from_bytes(std::span(bytes).first(4)) == ip("192.0.2.1"));
    check(IpAddress(std::array<std::uint8_t, 4>{192, 0, 2, 1}) == ip("192.0.2.1"));
}

void ip_properties(void**) {
    check(IpAddress() == ip("0.0.0.0") && IpAddress().is_unspecified());
    check(ip("::").is_unspecified() && !ip("::1").is_unspecified());
    check(ip("224.0.0.1").is_multicast() && ip("239.255.255.255").is_multicast());
    check(!ip("223.255.255.255").is_multicast() && !ip("240.0.0.1").is_multicast());
    check(ip("ff02::1").is_multicast() && !ip("fe80::1").is_multicast());
    check(ip("0.0.0.0") != ip("::"));
    check(ip("255.255.255.255") < ip("::") && ip("10.0.0.1") < ip("10.0.0.2"));
    check_number(ip("::1").bits(), 128);
    check_number(ip("1.2.3.4").bytes().size(), 4);
}

void prefix_round_trips(void**) {
    for (const char* text : {"0.0.0.0/0", "10.0.0.0/8", "10.0.0.254/24", "192.0.2.1/32", "::/0",
                             "2001:db8::/32", "fd00::1/64", "::1/128"})
        check_text(prefix(text).to_string(), text);
    check_text(prefix("10.0.0.1").to_string(), "10.0.0.1/32");
    check_text(prefix("fd00::1").to_string(), "fd00::1/128");
    check(prefix("10.0.0.1").is_host() && !prefix("10.0.0.1/31").is_host());
}

void prefix_refuses(void**) {
    using namespace std::string_view_literals;
    for (auto text :
         {""sv, "/"sv, "/24"sv, "10.0.0.0/"sv, "10.0.0.0/33"sv, "::/129"sv, "10.0.0.0/-1"sv,
          "10.0.0.0/+8"sv, "10.0.0.0/08"sv, "10.0.0.0/ 8"sv, "10.0.0.0/8 "sv, "10.0.0.0/8/8"sv,
          "10.0.0.0/255.0.0.0"sv, "10.0.0.0/a"sv, "10.0.0.0/4294967304"sv,
          "10.0.0.0/99999999999999999999"sv, "10/8"sv, "10.0.0.0/8\0"sv})
        must_fail(Prefix::parse(text), EINVAL);
    must_fail(Prefix::make(ip("10.0.0.0"), 33), EINVAL);
    must_fail(Prefix::make(ip("::"), 129), EINVAL);
    check_text(must_fail(Prefix::make(ip("10.0.0.0"), 33), EINVAL).message,
               "prefix length 33 is more than the 32 bits of an IPv4 address");
}

void prefix_networks(void**) {
    check_text(prefix("10.1.2.3/8").network().to_string(), "10.0.0.0/8");
    check_text(prefix("10.1.2.3/31").network().to_string(), "10.1.2.2/31");
    check_text(prefix("255.255.255.255/0").network().to_string(), "0.0.0.0/0");
    check_text(prefix("255.255.255.255/13").network().to_string(), "255.248.0.0/13");
    check_text(prefix("fd00:1:2:3:4::/63").network().to_string(), "fd00:1:2:2::/63");
    check_text(prefix("::1/128").network().to_string(), "::1/128");
    check(prefix("10.0.0.0/8").is_network() && !prefix("10.0.0.1/8").is_network());

    check(must(Prefix::parse_network("10.0.0.0/8")) == prefix("10.0.0.0/8"));
    auto error = must_fail(Prefix::parse_network("10.1.0.0/8"), EINVAL);
    check_text(error.message, "10.1.0.0/8 has host bits set");
    check_text(error.hint, "did you mean 10.0.0.0/8?");
    must_fail(Prefix::parse_network("10.0.0.0/33"), EINVAL);
}

void prefix_contains(void**) {
    check(prefix("10.0.0.254/24").contains(ip("10.0.0.1")));
    check(!prefix("10.0.0.254/24").contains(ip("10.0.1.1")));
    check(prefix("0.0.0.0/0").contains(ip("255.1.2.3")) && !prefix("0.0.0.0/0").contains(ip("::")));
    check(prefix("fd00::/8").contains(ip("fdff::1")) && !prefix("fd00::/8").contains(ip("fe00::")));
}

void mac_round_trips(void**) {
    check_text(mac("02:00:00:00:00:01").to_string(), "02:00:00:00:00:01");
    check_text(mac("AA-bb-CC-dd-EE-ff").to_string(), "aa:bb:cc:dd:ee:ff");
    check(mac("01:00:5e:00:00:01").is_multicast() && !mac("02:00:00:00:00:01").is_multicast());
    check(MacAddress().is_zero() && !mac("02:00:00:00:00:01").is_zero());
    check(mac("02:00:00:00:00:01") < mac("02:00:00:00:00:02"));
}

void mac_refuses(void**) {
    using namespace std::string_view_literals;
    for (auto text :
         {""sv, "02"sv, "02:00:00:00:00"sv, "02:00:00:00:00:01:02"sv, "2:0:0:0:0:1"sv,
          "02:00:00:00:00:0"sv, "02:00:00:00:00:0g"sv, "02:00:00-00:00:01"sv, "02-00:00:00:00:01"sv,
          "020000000001"sv, "0200.0000.0001"sv, "02 00 00 00 00 01"sv, "02:00:00:00:00:01 "sv,
          " 2:00:00:00:00:01"sv, "+2:00:00:00:00:01"sv, "02:00:00:00:00:01\0"sv,
          "::::::::::::::::"sv, ":::::::::::::::::"sv})
        must_fail(MacAddress::parse(text), EINVAL);
    std::uint8_t bytes[7] = {};
    for (std::size_t size = 0; size <= sizeof(bytes); size++)
        check(MacAddress::from_bytes(std::span(bytes).first(size)).has_value() == (size == 6));
}

void addresses_are_keys(void**) {
    std::unordered_set<IpAddress> addresses{ip("10.0.0.1"), ip("10.0.0.1"), ip("::1")};
    check_number(addresses.size(), 2);
    std::unordered_set<Prefix> prefixes{prefix("10.0.0.0/8"), prefix("10.0.0.0/9")};
    check(prefixes.contains(prefix("10.0.0.0/9")) && !prefixes.contains(prefix("10.0.0.0/10")));
    std::unordered_set<MacAddress> macs{mac("02:00:00:00:00:01")};
    check(macs.contains(mac("02:00:00:00:00:01")));
    std::unordered_set<NetworkId> ids{NetworkId(1), NetworkId(1), NetworkId(2)};
    check_number(ids.size(), 2);
}

void references(void**) {
    check_text(NetworkRef("blue").to_string(), "blue");
    check_text(NetworkRef(NetworkId(7)).to_string(), "7");
    check_text(NetworkRef(NetworkId(7), "blue").to_string(), "blue");
    check(NetworkRef(Named<NetworkId>{NetworkId(7), "blue"}) == NetworkRef(NetworkId(7), "blue"));
    // A vif that is gone has left its id and no name.
    check(VifRef(Named<VifId>{VifId(2), ""}) == VifRef(VifId(2)));
    check_text(to_string(NexthopId(4294967295)), "4294967295");
}

void names_of_enumerations(void**) {
    check_text(to_string(Policy::deny), "deny");
    check_text(to_string(UnknownUnicast::flood), "flood");
    check_text(to_string(RaMode::off), "off");
    check_text(to_string(Learning::off), "off");
    check_text(to_string(TunnelType::vxlan), "vxlan");
    check_text(to_string(NexthopType::blackhole), "blackhole");
    check_text(to_string(Payload::l3), "l3");
    check_text(to_string(RejectCode::prohibited), "prohibited");
    check_text(to_string(EcmpHash::l3), "l3");
    check_text(to_string(Origin::static_), "static");
    check_text(to_string(ObjectKind::neighbour), "neighbour");
    check_text(to_string(Event::Type::overrun), "overrun");
    check_text(to_string(Family::v6), "v6");
    check_text(to_string(static_cast<Policy>(77)), "77");

    check(from_string<Policy>("allow") == Policy::allow);
    check(from_string<UnknownUnicast>("drop") == UnknownUnicast::drop);
    check(from_string<RaMode>("slaac") == RaMode::slaac);
    check(from_string<Learning>("all") == Learning::all);
    check(from_string<TunnelType>("vxlan") == TunnelType::vxlan);
    check(from_string<TunnelType>("geneve") == TunnelType::geneve);
    check(from_string<TunnelType>("gre") == TunnelType::gre);
    check(from_string<TunnelType>("mplsogre") == TunnelType::mplsogre);
    check(from_string<TunnelType>("mplsoudp") == TunnelType::mplsoudp);
    check(from_string<NexthopType>("flood") == NexthopType::flood);
    check(from_string<Payload>("l2") == Payload::l2);
    check(from_string<RejectCode>("net") == RejectCode::net);
    check(from_string<EcmpHash>("l4") == EcmpHash::l4);
    check(from_string<Origin>("gateway") == Origin::gateway);
    check(from_string<ObjectKind>("fdb") == ObjectKind::fdb);
    check(!from_string<Policy>("") && !from_string<Policy>("Deny") && !from_string<Policy>("0"));
}

void errors_as_text(void**) {
    Error error{.code = ENOENT, .message = "there is no next hop with id 9"};
    check_text(error.to_string(), "there is no next hop with id 9: No such file or directory");
    error.attribute = "route.entry[17].nexthop";
    error.hint = "make it first";
    check_text(error.to_string(), "there is no next hop with id 9 (route.entry[17].nexthop): No "
                                  "such file or directory; make it first");
    check_text((Error{.code = EPERM, .message = "Operation not permitted"}.to_string()),
               "Operation not permitted");
    check_text((Error{.code = 4000, .message = "odd"}.to_string()), "odd: error 4000");
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(ip_round_trips),        cmocka_unit_test(ip_refuses),
        cmocka_unit_test(ip_from_bytes),         cmocka_unit_test(ip_properties),
        cmocka_unit_test(prefix_round_trips),    cmocka_unit_test(prefix_refuses),
        cmocka_unit_test(prefix_networks),       cmocka_unit_test(prefix_contains),
        cmocka_unit_test(mac_round_trips),       cmocka_unit_test(mac_refuses),
        cmocka_unit_test(addresses_are_keys),    cmocka_unit_test(references),
        cmocka_unit_test(names_of_enumerations), cmocka_unit_test(errors_as_text),
    };
    return run_group(tests, "address");
}
