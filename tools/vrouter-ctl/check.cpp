// SPDX-License-Identifier: GPL-2.0-or-later
// Finds obstacles to tunnels on the host, and the commands that remove them.
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <map>
#include <set>

#include <netinet/in.h>
#include <nlohmann/json.hpp>

#include "firewall.hpp"
#include "host.hpp"
#include "objects.hpp"

namespace ctl {

namespace {

using namespace vrouter;
using Json = nlohmann::json;

enum class Level { note, warning, error };

std::string to_string(Level level) {
    return level == Level::note ? "note" : level == Level::warning ? "warning" : "error";
}

struct Finding {
    Level level;
    std::string check;   ///< The kind of finding: "firewall".
    std::string subject; ///< The thing in question: "tunnel vx0".
    std::string message;
    std::string command; ///< The fix; empty when there is none.
};

/// A path through a tunnel to another hypervisor.
struct Way {
    IpAddress remote{};
    std::string device{}; ///< Output device of the host.
    std::uint64_t sent = 0;
};

/// Maximum number of remotes per tunnel to look up routes for.
constexpr std::size_t max_remotes = 64;
/// Number of packets without a reply from which on silence is suspicious.
constexpr std::uint64_t many_packets = 16;

class Check {
public:
    Check(Client& client, Host& host) : client_(client), host_(host) {}

    std::vector<Finding> run();

private:
    void add(Level level, std::string check, std::string subject, std::string message,
             std::string command = {}) {
        findings_.push_back(
            {level, std::move(check), std::move(subject), std::move(message), std::move(command)});
    }
    void read_host();
    void check_tunnel(const TunnelInfo& tunnel);
    std::vector<Way> ways_of(const TunnelInfo& tunnel);
    void check_firewall(const TunnelInfo& tunnel, const std::vector<Way>& ways);
    void check_direction(const TunnelInfo& tunnel, const OuterPacket& packet, bool in);
    void check_mtu(const TunnelInfo& tunnel, const std::vector<Way>& ways);
    void check_rp_filter(const TunnelInfo& tunnel, const std::vector<Way>& ways);
    void check_offloads(const TunnelInfo& tunnel, const std::vector<Way>& ways);
    void check_silence(const TunnelInfo& tunnel, const std::vector<Way>& ways);
    void check_conntrack();
    std::optional<std::uint64_t> number(const std::string& path);
    std::optional<Json> json(const std::vector<std::string>& command);
    std::string device_with(const IpAddress& address) const;

    Client& client_;
    Host& host_;
    std::vector<Finding> findings_;
    std::vector<NetworkInfo> networks_;
    std::vector<NexthopInfo> nexthops_;
    std::set<std::pair<TunnelId, IpAddress>> heard_; ///< Remotes with received packets.
    Json rules_ = Json::array();
    std::map<std::string, std::uint32_t> mtus_;
    std::map<std::string, std::vector<IpAddress>> addresses_;
    std::set<std::string> offloads_seen_, mtus_seen_;
};

bool has_udp(const TunnelInfo& tunnel) {
    return tunnel.type != TunnelType::gre && tunnel.type != TunnelType::mplsogre;
}

/// The traffic that firewalls must accept: "UDP port 4789", or GRE.
std::string traffic_of(const TunnelInfo& tunnel) {
    if (has_udp(tunnel))
        return fmt::format("UDP port {}", tunnel.port.value_or(0));
    return "IP protocol 47 (GRE)";
}

/// Bytes in front of the inner IP packet.
std::uint32_t overhead_of(const TunnelInfo& tunnel, bool l3) {
    std::uint32_t outer = tunnel.local.is_v6() ? 40 : 20, inner = l3 ? 0 : 14;
    switch (tunnel.type) {
    case TunnelType::vxlan:
        return outer + 8 + 8 + 14;
    case TunnelType::geneve:
        return outer + 8 + 8 + inner;
    case TunnelType::gre:
        return outer + 8 + inner;
    case TunnelType::mplsogre:
        return outer + 4 + 4 + (l3 ? 0 : 4) + inner;
    case TunnelType::mplsoudp:
        return outer + 8 + 4 + (l3 ? 0 : 4) + inner;
    }
    return outer;
}

std::optional<Json> Check::json(const std::vector<std::string>& command) {
    auto text = host_.run(command);
    auto parsed = text ? Json::parse(*text, nullptr, false) : Json();
    return text && !parsed.is_discarded() ? std::optional(std::move(parsed)) : std::nullopt;
}

std::optional<std::uint64_t> Check::number(const std::string& path) {
    auto text = host_.read(path);
    std::uint64_t value = 0;
    if (!text ||
        std::from_chars(text->data(), text->data() + text->size(), value).ec != std::errc())
        return std::nullopt;
    return value;
}

std::string text_in(const Json& json, const char* name) {
    return json.is_object() && json.contains(name) && json[name].is_string()
               ? json[name].get<std::string>()
               : std::string();
}

/// Devices with their addresses, and the firewall's rules.
void Check::read_host() {
    auto devices = json({"ip", "-j", "addr", "show"});
    for (const auto& device : devices.value_or(Json::array())) {
        auto name = text_in(device, "ifname");
        if (device.contains("mtu") && device["mtu"].is_number_unsigned())
            mtus_[name] = device["mtu"].get<std::uint32_t>();
        for (const auto& info : device.value("addr_info", Json::array()))
            if (auto address = IpAddress::parse(text_in(info, "local")))
                addresses_[name].push_back(*address);
    }
    if (!devices)
        add(Level::note, "host", "ip", "what `ip -j addr` prints is not to be had");
    auto nft = json({"nft", "-j", "list", "ruleset"});
    if (nft && nft->is_object() && nft->contains("nftables"))
        rules_ = (*nft)["nftables"];
    else
        add(Level::note, "firewall", "nft",
            "`nft -j list ruleset` does not work, so nftables was not looked at");
    for (auto [command, family] :
         {std::pair{"iptables-legacy-save", "ip"}, std::pair{"ip6tables-legacy-save", "ip6"}})
        if (auto text = host_.run({command}))
            for (auto& rule : rules_of_iptables(*text, family))
                rules_.push_back(std::move(rule));
}

std::string Check::device_with(const IpAddress& address) const {
    for (const auto& [name, list] : addresses_)
        if (std::ranges::find(list, address) != list.end())
            return name;
    return {};
}

/// The remotes of a tunnel's next hops, with the host's output device for each.
std::vector<Way> Check::ways_of(const TunnelInfo& tunnel) {
    std::map<IpAddress, Way> ways;
    for (const auto& nexthop : nexthops_) {
        if (!nexthop.remote || !nexthop.tunnel || nexthop.tunnel->id != tunnel.id)
            continue;
        auto& way = ways[*nexthop.remote];
        way.remote = *nexthop.remote;
        way.sent += nexthop.stats.tx_packets;
    }
    std::vector<Way> result;
    for (auto& [remote, way] : ways) {
        if (result.size() == max_remotes)
            break;
        auto to = remote.to_string(), from = tunnel.local.to_string();
        auto route = json({"ip", "-j", "route", "get", to, "from", from});
        if (!route || !route->is_array() || route->empty() || text_in((*route)[0], "dev").empty()) {
            add(Level::error, "route", "tunnel " + tunnel.name,
                fmt::format("the host has no route to {}", to),
                fmt::format("ip route add {} via GATEWAY", to));
            continue;
        }
        way.device = text_in((*route)[0], "dev");
        result.push_back(way);
    }
    return result;
}

/// The command that opens the firewall.
std::string opening(const FirewallAnswer& by, const TunnelInfo& tunnel) {
    auto port = tunnel.port.value_or(0);
    bool iptables = by.chain == "INPUT" || by.chain == "OUTPUT" || by.chain == "PREROUTING" ||
                    by.chain == "POSTROUTING";
    if (iptables) {
        auto match = has_udp(tunnel) ? fmt::format("-p udp --dport {}", port) : "-p gre";
        return fmt::format("{} -t {} -I {} {} -j ACCEPT",
                           by.family == "ip6" ? "ip6tables" : "iptables", by.table, by.chain,
                           match);
    }
    auto match = has_udp(tunnel) ? fmt::format("udp dport {}", port) : "meta l4proto gre";
    return fmt::format("nft insert rule {} {} {} {} accept", by.family, by.table, by.chain, match);
}

void Check::check_direction(const TunnelInfo& tunnel, const OuterPacket& packet, bool in) {
    for (std::string_view hook :
         in ? std::array{"prerouting", "input"} : std::array{"output", "postrouting"}) {
        auto answer = ask_firewall(rules_, hook, packet);
        if (answer.verdict == FirewallVerdict::accepts)
            continue;
        bool certain = answer.verdict == FirewallVerdict::drops;
        add(certain ? Level::error : Level::warning, "firewall", "tunnel " + tunnel.name,
            fmt::format("chain {} of table {} {} {} {} {} {}", answer.chain, answer.family,
                        answer.table, certain ? "drops" : "may drop", traffic_of(tunnel),
                        in ? "from" : "to", (in ? packet.src : packet.dst).to_string()),
            opening(answer, tunnel));
        return;
    }
}

/// One remote per device is enough: firewall rules seldom match single remotes.
void Check::check_firewall(const TunnelInfo& tunnel, const std::vector<Way>& ways) {
    std::set<std::string> devices;
    auto before = findings_.size();
    for (const auto& way : ways) {
        if (findings_.size() > before && !devices.insert(way.device).second)
            continue;
        devices.insert(way.device);
        OuterPacket packet{.src = way.remote,
                           .dst = tunnel.local,
                           .proto = Protocol(has_udp(tunnel) ? IPPROTO_UDP : IPPROTO_GRE),
                           .dport = tunnel.port.value_or(0),
                           .in = way.device};
        check_direction(tunnel, packet, true);
        std::swap(packet.src, packet.dst);
        std::swap(packet.in, packet.out);
        check_direction(tunnel, packet, false);
    }
}

void Check::check_mtu(const TunnelInfo& tunnel, const std::vector<Way>& ways) {
    bool frames = std::ranges::any_of(nexthops_, [&](const auto& nexthop) {
        return nexthop.tunnel && nexthop.tunnel->id == tunnel.id && nexthop.payload != Payload::l3;
    });
    auto overhead = overhead_of(tunnel, !frames);
    for (const auto& way : ways) {
        auto mtu = mtus_.find(way.device);
        if (mtu == mtus_.end())
            continue;
        for (const auto& network : networks_) {
            bool here = !network.tunnel || network.tunnel->id == tunnel.id;
            bool fits = network.mtu + overhead <= mtu->second;
            if (!here || fits || !mtus_seen_.insert(network.name + '/' + way.device).second)
                continue;
            add(Level::warning, "mtu", "network " + network.name,
                fmt::format("packets of {} bytes take {} through tunnel {}, and {} has {}",
                            network.mtu, network.mtu + overhead, tunnel.name, way.device,
                            mtu->second),
                fmt::format("ip link set dev {} mtu {}", way.device, network.mtu + overhead));
            findings_.back().message += fmt::format("; or: vrouter-ctl network set {} mtu {}",
                                                    network.name, mtu->second - overhead);
        }
    }
}

/// Strict filtering drops packets from a device other than the one that replies leave by.
void Check::check_rp_filter(const TunnelInfo& tunnel, const std::vector<Way>& ways) {
    auto local = device_with(tunnel.local);
    if (tunnel.local.is_v6() || local.empty() || local == "lo")
        return;
    for (const auto& way : ways) {
        auto setting = [&](const std::string& name) {
            return number("/proc/sys/net/ipv4/conf/" + name + "/rp_filter").value_or(0);
        };
        if (way.device == local || std::max(setting("all"), setting(local)) != 1)
            continue;
        add(Level::warning, "rp_filter", "device " + local,
            fmt::format(
                "{} is answered by {}, and what it sends to {} is dropped if it comes by {}",
                way.remote.to_string(), way.device, tunnel.local.to_string(), local),
            fmt::format("sysctl -w net.ipv4.conf.{}.rp_filter=2", local));
        return;
    }
}

/// Whether ethtool prints a feature as off but not fixed.
bool is_off(const std::string& features, const std::string& name) {
    auto at = features.find("\n" + name + ": ");
    if (at == features.npos)
        return false;
    auto line = features.substr(at + 1, features.find('\n', at + 1) - at - 1);
    return line.find(": off") != line.npos && line.find("[fixed]") == line.npos;
}

void Check::check_offloads(const TunnelInfo& tunnel, const std::vector<Way>& ways) {
    const std::pair<std::string, std::string> wanted[] = {
        {"generic-receive-offload", "gro"},
        {"rx-checksumming", "rx"},
        {"tx-checksumming", "tx"},
        {has_udp(tunnel) ? "tx-udp_tnl-segmentation" : "tx-gre-segmentation", ""},
    };
    for (const auto& way : ways) {
        auto features = host_.run({"ethtool", "-k", way.device});
        for (const auto& [name, short_name] : wanted)
            if (features && is_off("\n" + *features, name) &&
                offloads_seen_.insert(way.device + '/' + name).second)
                add(Level::warning, "offload", "device " + way.device,
                    fmt::format("{} is off, and large packets cost much", name),
                    fmt::format("ethtool -K {} {} on", way.device,
                                short_name.empty() ? name : short_name));
    }
}

/// The module cannot count packets that the host drops before the tunnel, but it can see that none
/// arrive.
void Check::check_silence(const TunnelInfo& tunnel, const std::vector<Way>& ways) {
    auto sent = tunnel.stats.tx_packets;
    if (tunnel.stats.rx_packets == 0 && sent >= many_packets)
        return add(
            Level::warning, "silence", "tunnel " + tunnel.name,
            fmt::format("{} packets were sent and none came: the firewalls of both ends have "
                        "to let in {}",
                        sent, traffic_of(tunnel)),
            "vrouter-ctl check  # on the other hypervisors, too");
    for (const auto& way : ways)
        if (way.sent >= many_packets && !heard_.contains({tunnel.id, way.remote}))
            add(Level::note, "silence", "tunnel " + tunnel.name,
                fmt::format("{} packets were sent to {}, and no flow or learned address is from "
                            "there: does its firewall let in {}?",
                            way.sent, way.remote.to_string(), traffic_of(tunnel)));
}

/// The host's connection tracking table, which VMs share with the host.
void Check::check_conntrack() {
    auto most = number("/proc/sys/net/netfilter/nf_conntrack_max");
    auto count = number("/proc/sys/net/netfilter/nf_conntrack_count");
    if (!most || !count || *most == 0)
        return;
    std::uint64_t wanted = 0, rules = 0;
    for (const auto& network : networks_)
        wanted += network.max_connections;
    for (const auto& sg : client_.sgs().list().value_or(std::vector<SgInfo>()))
        rules += sg.rules;
    auto command =
        fmt::format("sysctl -w net.netfilter.nf_conntrack_max={}", std::max(wanted, *most * 2));
    auto message = fmt::format("{} of {} connections are in use", *count, *most);
    if (*count >= *most / 10 * 9)
        add(Level::error, "conntrack", "host", message, command);
    else if (*count >= *most / 4 * 3)
        add(Level::warning, "conntrack", "host", message, command);
    else if (rules && wanted > *most)
        add(Level::note, "conntrack", "host",
            fmt::format("the networks may have {} connections together, and the host {}", wanted,
                        *most),
            command);
}

void Check::check_tunnel(const TunnelInfo& tunnel) {
    add(Level::note, "ports", "tunnel " + tunnel.name,
        fmt::format("the firewalls of both ends have to let in {} to {}", traffic_of(tunnel),
                    tunnel.local.to_string()));
    if (device_with(tunnel.local).empty() && !addresses_.empty())
        add(Level::error, "address", "tunnel " + tunnel.name,
            fmt::format("{} is no address of this host", tunnel.local.to_string()),
            fmt::format("ip addr add {}/LEN dev DEVICE", tunnel.local.to_string()));
    auto ways = ways_of(tunnel);
    check_firewall(tunnel, ways);
    check_mtu(tunnel, ways);
    check_rp_filter(tunnel, ways);
    check_offloads(tunnel, ways);
    check_silence(tunnel, ways);
}

std::vector<Finding> Check::run() {
    read_host();
    networks_ = must(client_.networks().list());
    nexthops_ = must(client_.nexthops().list({.type = NexthopType::tunnel}));
    must(client_.flows().dump({}, [&](const FlowInfo& flow) {
        if (flow.tunnel && flow.remote)
            heard_.insert({flow.tunnel->id, *flow.remote});
        return true;
    }));
    for (const auto& entry : must(client_.fdb().list()))
        if (entry.tunnel && entry.remote)
            heard_.insert({entry.tunnel->id, *entry.remote});
    for (const auto& tunnel : must(client_.tunnels().list()))
        check_tunnel(tunnel);
    check_conntrack();
    std::ranges::stable_sort(findings_, std::greater(), &Finding::level);
    return std::move(findings_);
}

std::vector<Finding> find(Context& context) {
    auto host = context.environment().host(context.options());
    auto client = context.environment().client(context.options());
    if (!client && client.error().code == ENOENT && !context.options().netns)
        return {{Level::error, "module", "vrouter", client.error().message, "modprobe vrouter"}};
    return Check(context.client(), *host).run();
}

std::string_view color_of(Level level) {
    return level == Level::note ? color_name : color_bad;
}

void print_finding(Printer& out, const Finding& finding) {
    out.begin();
    out.label("level", Value(to_string(finding.level)).colored(color_of(finding.level)));
    out.label("check", finding.check);
    out.json("subject", finding.subject);
    out.text(finding.subject + ':');
    out.label("message", finding.message);
    if (!finding.command.empty()) {
        out.newline();
        out.label("command", finding.command);
    }
    out.end();
}

/// Prints notes only in JSON and with details.
int print(Context& context, const std::vector<Finding>& findings) {
    auto& out = context.out();
    bool notes = out.style().json || out.style().details;
    bool bad = false;
    out.begin_list();
    for (const auto& finding : findings) {
        bad |= finding.level != Level::note;
        if (finding.level != Level::note || notes)
            print_finding(out, finding);
    }
    out.end_list();
    if (!bad)
        out.heading("nothing was found that has to be mended");
    return bad ? status_refused : status_done;
}

void run(Context& context, Verb verb, Words& words) {
    Reader reader(check_object(), verb, words);
    reader.next();
    reader.finish();
    context.set_status(print(context, find(context)));
}

} // namespace

const Object& check_object() {
    static const Object object{
        .name = "check",
        .aliases = {},
        .help = "obstacles to tunnels on this host, and the commands that mend them",
        .commands = {{verb_show, "print it; the exit status is 1 when there is something"}},
        .keywords = {},
        .run = run,
        .examples = "check\n"
                    "-j check",
        .implied_show = true,
    };
    return object;
}

} // namespace ctl
