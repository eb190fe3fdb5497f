// SPDX-License-Identifier: LGPL-2.1-or-later
#include <linux/vrouter.h>

#include "session.hpp"

namespace vrouter {

namespace {

using namespace detail;

Request finish(RequestBuilder builder, const SgSpec& sg) {
    builder.put(VROUTER_A_SG_ID, sg.id);
    builder.put(VROUTER_A_SG_NAME, sg.name);
    builder.put(VROUTER_A_SG_MEMBERS_ID, VROUTER_A_SG_MEMBERS_NAME, sg.members);
    return std::move(builder).finish();
}

} // namespace

namespace requests {

Request add(const SgSpec& sg) {
    return finish(new_builder(VROUTER_CMD_SG_NEW, NewMode::add), sg);
}

Request add_exclusive(const SgSpec& sg) {
    return finish(new_builder(VROUTER_CMD_SG_NEW, NewMode::add_exclusive), sg);
}

Request replace(const SgSpec& sg) {
    return finish(new_builder(VROUTER_CMD_SG_NEW, NewMode::replace), sg);
}

Request change(const SgSpec& sg) {
    return finish(change_builder(VROUTER_CMD_SG_SET), sg);
}

Request del(const SgRef& sg) {
    auto builder = change_builder(VROUTER_CMD_SG_DEL);
    builder.put(VROUTER_A_SG_ID, VROUTER_A_SG_NAME, sg);
    return std::move(builder).finish();
}

} // namespace requests

Result<void> Sgs::add(const SgSpec& sg) {
    return session_->run(requests::add(sg));
}

Result<void> Sgs::add_exclusive(const SgSpec& sg) {
    return session_->run(requests::add_exclusive(sg));
}

Result<void> Sgs::replace(const SgSpec& sg) {
    return session_->run(requests::replace(sg));
}

Result<void> Sgs::change(const SgSpec& sg) {
    return session_->run(requests::change(sg));
}

Result<void> Sgs::del(const SgRef& sg) {
    return session_->run(requests::del(sg));
}

Result<SgInfo> Sgs::get(const SgRef& sg) {
    auto builder = get_builder(VROUTER_CMD_SG_GET);
    builder.put(VROUTER_A_SG_ID, VROUTER_A_SG_NAME, sg);
    return session_->get<SgInfo>(std::move(builder).finish());
}

Result<std::vector<SgInfo>> Sgs::list() {
    return session_->list<SgInfo>(dump_builder(VROUTER_CMD_SG_GET).finish());
}

Result<void> Sgs::dump(const DumpCallback<SgInfo>& each, const RestartCallback& restart) {
    return session_->dump<SgInfo>(dump_builder(VROUTER_CMD_SG_GET).finish(), each, restart);
}

SgSpec SgInfo::spec() const {
    return {.id = id, .name = name, .members = members};
}

void detail::decode_object(Reader& reader, SgInfo& sg) {
    reader.required(VROUTER_A_SG_ID, sg.id);
    reader.required(VROUTER_A_SG_NAME, sg.name);
    reader.reference(VROUTER_A_SG_MEMBERS_ID, VROUTER_A_SG_MEMBERS_NAME, sg.members);
    reader.value(VROUTER_A_SG_RULES, sg.rules);
    reader.value(VROUTER_A_SG_VIFS, sg.vifs);
    reader.value(VROUTER_A_SG_REFS, sg.refs);
    reader.value(VROUTER_A_SG_GENERATION, sg.generation);
    reader.value(VROUTER_A_SG_NETWORKS, sg.networks);
}

} // namespace vrouter
