#pragma once

namespace byolab {

/// From now on and for as long as the process lives, a library's loading or a describe() that does not come back ends
/// the process, and is named. None of what happens there takes long: a minute, or $BYOLAB_LOAD_WATCHDOG seconds (0:
/// nobody watches).
void watch_loading();

}  // namespace byolab
