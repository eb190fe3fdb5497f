// SPDX-License-Identifier: LGPL-2.1-or-later
#include <vrouter/client.hpp>

#include <linux/vrouter.h>

#include "session.hpp"

namespace vrouter {

namespace {

/// Opens a client over a transport, if the transport could be opened.
template <class T> Result<T> open_through(Result<std::unique_ptr<Transport>> transport) {
    if (!transport)
        return std::move(transport).error();
    return T::open(std::move(*transport));
}

} // namespace

Result<Client> Client::open() {
    return open_through<Client>(Transport::open());
}

Result<Client> Client::open_netns(const std::string& netns) {
    return open_through<Client>(Transport::open_netns(netns));
}

Result<Client> Client::open(std::unique_ptr<Transport> transport) {
    auto session = detail::Session::open(std::move(transport));
    if (!session)
        return std::move(session).error();
    return Client(std::move(*session));
}

Client::Client(std::unique_ptr<detail::Session> session) noexcept : session_(std::move(session)) {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

Networks Client::networks() noexcept {
    return Networks(*session_);
}
Tunnels Client::tunnels() noexcept {
    return Tunnels(*session_);
}
Vifs Client::vifs() noexcept {
    return Vifs(*session_);
}
Nexthops Client::nexthops() noexcept {
    return Nexthops(*session_);
}
Routes Client::routes() noexcept {
    return Routes(*session_);
}
Fdb Client::fdb() noexcept {
    return Fdb(*session_);
}
Neighbours Client::neighbours() noexcept {
    return Neighbours(*session_);
}
Labels Client::labels() noexcept {
    return Labels(*session_);
}
Sets Client::sets() noexcept {
    return Sets(*session_);
}
Elements Client::elements() noexcept {
    return Elements(*session_);
}
Sgs Client::sgs() noexcept {
    return Sgs(*session_);
}
Rules Client::rules() noexcept {
    return Rules(*session_);
}
Policers Client::policers() noexcept {
    return Policers(*session_);
}
Flows Client::flows() noexcept {
    return Flows(*session_);
}
Drops Client::drops() noexcept {
    return Drops(*session_);
}

Result<Info> Client::info() {
    return session_->get<Info>(detail::get_builder(VROUTER_CMD_INFO_GET).finish());
}

Result<Limits> Client::limits() {
    return session_->get<Limits>(detail::get_builder(VROUTER_CMD_LIMITS_GET).finish());
}

Result<void> Client::change(const Limits& limits) {
    return session_->run(requests::change(limits));
}

Result<bool> Client::supports(std::string_view what) {
    return session_->supports(what);
}

Result<void> Client::run(const Request& request) {
    return session_->run(request);
}

std::vector<Result<void>> Client::run(const Batch& batch) {
    return session_->run(batch.requests());
}

} // namespace vrouter
