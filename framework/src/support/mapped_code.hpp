#pragma once

#include <filesystem>

namespace byolab {

/// To be called for each library once it is mapped: what crashes on a thread that is in no call of the host's, one
/// that a plugin started, can then be named by the code that it was in.
void note_code_of(const std::filesystem::path& library);

/// Loads what library_on_stack() needs: a signal handler could not.
void prepare_stack_walk();

/// The plugin library whose code is nearest to the top of this thread's stack; null if there is none. For signal
/// handlers.
const char* library_on_stack();

}  // namespace byolab
