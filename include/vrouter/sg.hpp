// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// Security groups: lists of rules for vifs. The rules themselves are in rule.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <vrouter/dump.hpp>
#include <vrouter/error.hpp>
#include <vrouter/export.hpp>
#include <vrouter/ids.hpp>
#include <vrouter/request.hpp>

namespace vrouter {

namespace detail {
class Session;
}

/// A security group as a request describes it. Add and replace set absent members to their
/// defaults; change leaves them alone. The rules of the group are not affected.
struct SgSpec {
    /// From 1 on; the kernel allocates one if an add has none. If present, it selects the group,
    /// and a name beside it is the new name; otherwise the name selects the group.
    std::optional<SgId> id{};
    /// At most 31 bytes of [A-Za-z0-9._-].
    std::optional<std::string> name{};
    /// Set of type net with the addresses of members on other hypervisors, for rules whose peer is
    /// this group; the addresses of the group's local vifs belong to it automatically. SetId(0),
    /// the default, is none.
    std::optional<SetRef> members{};

    friend bool operator==(const SgSpec&, const SgSpec&) = default;
};

/// A security group as the kernel reports it.
struct VROUTER_API SgInfo {
    SgId id;
    std::string name;
    std::optional<Named<SetId>> members{}; ///< None when there is no set.
    std::uint32_t rules = 0;               ///< Number of rules.
    std::uint32_t vifs = 0;                ///< Vifs that use the group.
    std::uint32_t refs = 0;                ///< Rules of other groups whose peer is this one.
    std::uint32_t generation = 0;          ///< The namespace's change counter at its last change.
    std::uint32_t networks = 0;            ///< Networks that use it in their ACL.

    /// The specification that makes such a group, without its rules: add(info.spec()) succeeds and
    /// changes nothing.
    SgSpec spec() const;

    friend bool operator==(const SgInfo&, const SgInfo&) = default;
};

namespace requests {
VROUTER_API Request add(const SgSpec& sg);
VROUTER_API Request add_exclusive(const SgSpec& sg);
VROUTER_API Request replace(const SgSpec& sg);
VROUTER_API Request change(const SgSpec& sg);
/// Delete a security group and its rules.
VROUTER_API Request del(const SgRef& sg);
} // namespace requests

/// The security groups of a Client's network namespace; from Client::sgs(). vrouter::requests
/// describes the operations. Client::rules() gives access to the rules.
class VROUTER_API Sgs {
public:
    Result<void> add(const SgSpec& sg);
    Result<void> add_exclusive(const SgSpec& sg);
    Result<void> replace(const SgSpec& sg);
    Result<void> change(const SgSpec& sg);
    /// Delete a security group and its rules.
    Result<void> del(const SgRef& sg);

    /// One security group; ENOENT when there is none.
    Result<SgInfo> get(const SgRef& sg);
    /// All security groups in the order of their ids, from one consistent dump.
    Result<std::vector<SgInfo>> list();
    /// As list(), one at a time.
    Result<void> dump(const DumpCallback<SgInfo>& each, const RestartCallback& restart = {});

private:
    friend class Client;
    explicit Sgs(detail::Session& session) noexcept : session_(&session) {}
    detail::Session* session_;
};

} // namespace vrouter
