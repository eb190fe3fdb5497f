// SPDX-License-Identifier: GPL-2.0-or-later
#include "ctl.hpp"

#include <cstdlib>

#include <unistd.h>

namespace cli {

TemporaryFile::TemporaryFile(const std::string& content) {
    const char* directory = std::getenv("TMPDIR");
    name_ = std::string(directory ? directory : "/tmp") + "/vrouter-ctl-test-XXXXXX";
    int fd = mkstemp(name_.data());
    check(fd >= 0);
    check(write(fd, content.data(), content.size()) == static_cast<ssize_t>(content.size()));
    close(fd);
}

TemporaryFile::~TemporaryFile() {
    unlink(name_.c_str());
}

} // namespace cli
